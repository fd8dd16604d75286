"""Acme's orders, and a project that knows Acme."""

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*U*00401*{number}*0*T*>~"

US = """
name: Harbor
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities: {main: {isa: "ZZ/RECEIVER", gs: RECEIVER}}
destinations:
  erp: {folder: {path: erp}, testing: erp-test}
  erp-test: {folder: {path: erp-test}, status: testing}
"""
ACME = """
partner: acme
name: Acme Supply
status: production
contacts: [{role: edi, email: edi@acme.example}]
identities: {main: {isa: "ZZ/SENDER", gs: SENDER}}
channels: {in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}
deliver_to: [erp]
we_receive:
  - {set: "850", version: "004010"}
"""


def an_order(*orders, number="000000001"):
    """An interchange with purchase orders; each is given as its segments between BEG and CTT."""
    sets = []
    for at, lines in enumerate(orders or (["PO1*1*5*EA*9.95**VP*A-1"],), 1):
        inside = [f"BEG*00*SA*PO-{at}**20240102", *lines, f"CTT*{sum(line.startswith('PO1') for line in lines)}"]
        sets += [f"ST*850*{at:04d}", *inside, f"SE*{len(inside) + 2}*{at:04d}"]
    group = ["GS*PO*SENDER*RECEIVER*20240102*0304*1*X*004010", *sets, f"GE*{len(orders) or 1}*1", f"IEA*1*{number}"]
    return ISA.format(number=number) + "\n" + "".join(segment + "~\n" for segment in group)


def three_orders():
    """Orders for production: one good, one with an unknown unit (held), one that the standard refuses."""
    made = an_order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*5*QQ*9.95**VP*A-1"], ["PO1*1*five*EA*9.95**VP*A-1"])
    return made.replace("*0*T*>", "*0*P*>")


def lay(folder):
    """A project: ourselves, one partner who sends orders."""
    profiles = folder / "partner_profiles"
    profiles.mkdir()
    (profiles / "us.yaml").write_text(US)
    (profiles / "acme.yaml").write_text(ACME)
    (folder / "gateway.yaml").write_text("gateway: 1\n")
    (folder / "in" / "acme").mkdir(parents=True)
    return folder
