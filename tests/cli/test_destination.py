"""`gateway destination`, and documents carried to a REST interface and to staging tables as a project declares them."""

import json
import sqlite3

import pytest

from tests.services.acme_project import US, an_order
from tests.services.rest_profiles import YAML
from tests.services.scripted_erp import ScriptedErp

TABLES = "  tables: {database: {file: erp.db, create: yes}}\n"


@pytest.fixture
def erp(monkeypatch):
    made = ScriptedErp()
    monkeypatch.setenv("TOKEN", "hunter2-canary")
    yield made
    made.close()


@pytest.fixture
def declare(project, monkeypatch):
    """Writes destinations beside the project's folders, and lets Acme's documents go to the first."""

    def write(text):
        (project / "partner_profiles" / "us.yaml").write_text(US + text)
        name = text.strip().partition(":")[0]
        acme = project / "partner_profiles" / "acme.yaml"
        acme.write_text(acme.read_text().replace("deliver_to: [erp]", f"deliver_to: [{name}]"))
        return project

    return write


def rest(url):
    inner = YAML.replace("URL", url).replace("\n", "\n      ")
    return f"  api:\n    rest:{inner}\n"


def production(*orders):
    return an_order(*orders).replace("*0*T*>", "*0*P*>")


def test_an_order_is_posted_once_though_the_answer_is_a_login_page_after_the_commit(gateway, declare, erp, files):
    declare(rest(erp.url))
    erp.script.append("commits then login")
    files(order=production())
    gateway("process", "order.edi")
    assert [entry["external"] for entry in erp.ledger] == ["acme/purchase_order/PO-1/"]
    (document,) = json.loads(gateway("document", "list", "--json").stdout)
    assert document["state"] == "waiting"


def test_an_order_the_interface_refuses_is_quarantined_with_its_reason(gateway, declare, erp, files):
    declare(rest(erp.url))
    erp.script.append("422")
    files(order=production())
    gateway("process", "order.edi", code=5)
    assert "no: 422" in gateway("quarantine", "list").stdout


def test_an_order_stands_in_the_staging_table(gateway, declare, files):
    project = declare(TABLES)
    files(order=production())
    gateway("process", "order.edi")
    gateway("process", "order.edi")
    theirs = sqlite3.connect(project / "erp.db")
    rows = theirs.execute("SELECT effect_key, status, content FROM gateway_inbound").fetchall()
    theirs.close()
    assert [(key, status) for key, status, _ in rows] == [("acme/purchase_order/PO-1/", "new")]
    assert json.loads(rows[0][2])["number"] == "PO-1"


def test_destinations_are_listed_without_secrets(gateway, declare, erp):
    declare(rest(erp.url) + TABLES)
    rows = {row["destination"]: row for row in json.loads(gateway("destination", "list", "--json").stdout)}
    assert rows["api"] == {"destination": "api", "kind": "rest", "place": erp.url, "status": "production", "testing": None}
    assert (rows["tables"]["kind"], rows["erp"]["kind"]) == ("database", "folder")


def test_a_destination_is_tried_without_a_trace(gateway, declare, erp):
    declare(rest(erp.url) + TABLES)
    assert gateway("destination", "test", "api").stdout == "api: ok: it does not have it, as it should be\n"
    assert gateway("destination", "test", "tables").stdout.startswith("tables: ok")
    erp.finds.append("401")
    failed = json.loads(gateway("destination", "test", "api", "--json", code=5).stdout)
    assert failed["result"] == "failed"
    assert "status 401" in failed["said"]
    assert "canary" not in str(failed)
    assert erp.ledger == []


def test_the_statements_make_the_tables(gateway, declare, tmp_path):
    declare("  tables: {database: {file: erp.db, prefix: edi_}}\n")
    statements = gateway("destination", "ddl", "tables").stdout
    theirs = sqlite3.connect(tmp_path / "erp.db")
    theirs.executescript(statements)
    theirs.close()
    assert gateway("destination", "test", "tables").stdout.startswith("tables: ok")
    assert "xid8" in gateway("destination", "ddl").stdout


def test_what_is_not_there_is_told(gateway, declare):
    declare(TABLES)
    assert "there is no destination 'nowhere'" in gateway("destination", "test", "nowhere", code=3).stderr
    assert "erp is reached by folder" in gateway("destination", "ddl", "erp", code=1).stderr
