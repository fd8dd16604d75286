"""What the command line's tests share: commands in this process, X12 of our own, no project above."""

import shutil

import pytest
from click.testing import CliRunner

from gateway.cli.main import main

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*U*00401*{number}*0*T*>~"


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    """Runs a command in an empty folder, below the last handler; what broke it is raised."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_PROJECT", "GATEWAY_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, stdin=None, code=0):
        done = CliRunner().invoke(main, [str(word) for word in words], input=stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, f"{done.exit_code}: {done.stdout}{done.stderr}"
        return done

    return run


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


@pytest.fixture
def order():
    """Makes interchanges with purchase orders."""
    return an_order


@pytest.fixture
def files(tmp_path):
    """Writes files into the empty folder that commands run in."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.edi").write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))

    return write


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


def lay(folder):
    """A project: ourselves, one partner who sends orders."""
    profiles = folder / "partner_profiles"
    profiles.mkdir()
    (profiles / "us.yaml").write_text(US)
    (profiles / "acme.yaml").write_text(ACME)
    (folder / "gateway.yaml").write_text("gateway: 1\n")
    (folder / "in" / "acme").mkdir(parents=True)
    return folder


@pytest.fixture
def project(tmp_path):
    """A project in the empty folder."""
    return lay(tmp_path)


@pytest.fixture
def production():
    """The three orders for production."""
    return three_orders()


@pytest.fixture(scope="session")
def _carried_once(tmp_path_factory):
    """A project that carried the three orders."""
    folder = lay(tmp_path_factory.mktemp("carried"))
    (folder / "orders.edi").write_text(three_orders())
    done = CliRunner().invoke(main, ["--project", str(folder), "process", str(folder / "orders.edi")])
    assert done.exit_code == 5, done.output
    return folder


@pytest.fixture
def carried(gateway, tmp_path, _carried_once):
    """A project of one's own that carried the three orders, in the folder that commands run in."""
    shutil.copytree(_carried_once, tmp_path, dirs_exist_ok=True)
    return tmp_path
