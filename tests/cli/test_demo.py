"""`gateway demo`: a supplier's drop from a stock client to the ERP and the acknowledgment back, or how to get it."""

import shutil
import sys

import pytest

from gateway.cli.demo_drop import show_drop


def test_the_demo_shows_a_suppliers_drop_from_a_stock_client_to_the_erp_and_back(gateway, tmp_path, missing):
    if shutil.which("sftp") is None:
        missing("sftp (OpenSSH)", "`apt-get install --no-install-recommends openssh-client` brings it")
    said = gateway("demo").stdout
    assert "$ sftp -P" in said
    assert "cedar/997_000000001.edi: AK1*PR*501 AK2*855*0001 AK5*A AK9*A*1*1*1" in said
    assert len(list((tmp_path / "demo" / "erp").glob("*_cedar_PO-7001_*.json"))) == 1
    assert [path.name for path in (tmp_path / "demo" / "drops" / "cedar" / "out").iterdir()] == ["997_000000001.edi"]
    gateway("--project", "demo", "partner", "check", "cedar")


@pytest.mark.parametrize("lacking", ["the client", "the extra"])
def test_where_client_or_extra_is_missing_the_demo_says_how_to_get_it(tmp_path, monkeypatch, capsys, lacking):
    if lacking == "the client":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        monkeypatch.setitem(sys.modules, "asyncssh", None)
    said = []
    show_drop(tmp_path, said.append, lambda *words: said.append(words))
    assert said == ["A supplier's own SFTP drop"]
    assert "pip install 'edi-gateway[drop]'" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
