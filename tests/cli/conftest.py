"""What the command line's tests share: commands in this process, X12 of our own, no project above."""

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


@pytest.fixture
def order():
    """An interchange with purchase orders; each is given as its segments between BEG and CTT."""

    def make(*orders, number="000000001", body=("PO1*1*5*EA*9.95**VP*A-1",)):
        sets = []
        for at, lines in enumerate(orders or (body,), 1):
            inside = [f"BEG*00*SA*PO-{at}**20240102", *lines, f"CTT*{sum(line.startswith('PO1') for line in lines)}"]
            sets += [f"ST*850*{at:04d}", *inside, f"SE*{len(inside) + 2}*{at:04d}"]
        group = ["GS*PO*SENDER*RECEIVER*20240102*0304*1*X*004010", *sets, f"GE*{len(orders) or 1}*1", f"IEA*1*{number}"]
        return ISA.format(number=number) + "\n" + "".join(segment + "~\n" for segment in group)

    return make


@pytest.fixture
def files(tmp_path):
    """Writes files into the empty folder that commands run in."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.edi").write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))

    return write
