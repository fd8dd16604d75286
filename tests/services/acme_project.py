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


FOLDERS = "{in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}"
GOOD, HELD, BAD = "PO1*1*5*EA*9.95**VP*A-1", "PO1*1*5*QQ*9.95**VP*A-1", "PO1*1*five*EA*9.95**VP*A-1"
"""Lines of orders: one that is right, one with a unit that nobody knows (held), one that the standard refuses."""


def acme(channels=FOLDERS, status="production"):
    """Acme's profile."""
    return ACME.replace(FOLDERS, channels).replace("status: production", f"status: {status}")


def an_order(*orders, number="000000001"):
    """An interchange with purchase orders, as a test; each is given as its segments between BEG and CTT."""
    sets = []
    for at, lines in enumerate(orders or ([GOOD],), 1):
        inside = [f"BEG*00*SA*PO-{at}**20240102", *lines, f"CTT*{sum(line.startswith('PO1') for line in lines)}"]
        sets += [f"ST*850*{at:04d}", *inside, f"SE*{len(inside) + 2}*{at:04d}"]
    group = ["GS*PO*SENDER*RECEIVER*20240102*0304*1*X*004010", *sets, f"GE*{len(orders) or 1}*1", f"IEA*1*{number}"]
    return ISA.format(number=number) + "\n" + "".join(segment + "~\n" for segment in group)


def orders(*lines, number="000000001"):
    """The same for production, each order of one line, as bytes."""
    return an_order(*([line] for line in lines), number=number).replace("*0*T*>", "*0*P*>").encode()


def three_orders():
    """Orders for production: one good, one held, one refused."""
    return orders(GOOD, HELD, BAD).decode()


def lay(folder, **said):
    """A project: ourselves, one partner who sends orders; `said` of him."""
    profiles = folder / "partner_profiles"
    profiles.mkdir()
    (profiles / "us.yaml").write_text(US)
    (profiles / "acme.yaml").write_text(acme(**said))
    (folder / "gateway.yaml").write_text("gateway: 1\n")
    (folder / "in" / "acme").mkdir(parents=True)
    return folder
