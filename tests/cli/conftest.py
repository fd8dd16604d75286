"""What the command line's tests share: commands in this process, X12 of our own, no project above."""

import shutil

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.services.acme_project import an_order, lay, three_orders


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
    """Makes interchanges with purchase orders."""
    return an_order


@pytest.fixture
def files(tmp_path):
    """Writes files into the empty folder that commands run in."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.edi").write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))

    return write


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
