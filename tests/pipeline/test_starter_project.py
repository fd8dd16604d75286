"""The starter profiles with the demo's files, through the real folders, guides and mappings: what make demo shows."""

import json
import shutil

import pytest

from gateway import pipeline
from gateway.settings import SettingsError, settings
from gateway.stores.sql import views
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker


@pytest.fixture
def project(tmp_path, clone):
    shutil.copytree(clone / "partner_profiles", tmp_path / "partner_profiles")
    for path in (clone / "samples" / "demo").rglob("*"):
        if path.is_file():
            target = tmp_path / "inbox" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return tmp_path


@pytest.fixture
def gateway(project):
    gateway = open_gateway(project)
    yield gateway
    gateway.close()


def summaries(gateway):
    return {row["name"]: row["summary"] for row in views.transmissions(gateway.database)}


def test_the_demo_s_files_become_what_they_should(project, gateway):
    (project / "inbox" / "riverside" / "photo.edi").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    Worker(gateway).run_until_idle()
    while any(inbox.unsettled for inbox in gateway.inboxes.values()):
        Worker(gateway).run_until_idle()
    assert summaries(gateway)["orders.edi"] == "1 delivered, 1 rejected, 1 quarantined at map"
    for name in ("855.edi", "856.edi", "810.edi"):
        assert summaries(gateway)[name] == "1 delivered"
    assert summaries(gateway)["orders-webshop.csv"] == "2 delivered"
    assert summaries(gateway)["photo.edi"] == "unreadable"
    posted = {json.loads(path.read_text())["document_type"] for path in (project / "erp").glob("*.json")}
    assert posted == {"purchase_order", "purchase_order_acknowledgment", "ship_notice", "invoice"}
    assert len(list((project / "outbox" / "acme").glob("997_*.edi"))) == 3
    shown = {path.suffix for path in (project / "data" / "quarantine").iterdir()}
    assert shown == {".edi", ".txt", ".json"}


def test_a_held_order_goes_on_after_its_unit_is_agreed(project, gateway):
    for path in (project / "inbox").rglob("*"):
        if path.is_file() and (path.parent.name, path.name) != ("riverside", "orders.edi"):
            path.unlink()
    Worker(gateway).run_until_idle()
    (held,) = gateway.quarantined()
    profile = project / "partner_profiles" / "riverside.yaml"
    profile.write_text(profile.read_text().replace("unit: {PACK: XPK}", "unit: {PACK: XPK, QQ: XBX}"))
    again = open_gateway(project)
    with again.leased(held.transmission) as lease:
        assert pipeline.reprocess(again.edges, lease, held).became == ("waiting",)
    warned = [(found["code"], found["line"], found["offset"]) for found in views.document_of(again.database, held.id)["findings"]]
    assert warned == [(found["code"], found["line"], found["offset"]) for found in held.findings if found["severity"] == "warning"]
    Worker(again).run_until_idle(poll=False)
    assert again.quarantined() == []
    assert list((project / "data" / "quarantine").iterdir()) == []
    again.close()


def test_settings_come_from_the_file_and_then_the_environment(tmp_path):
    (tmp_path / "gateway.yaml").write_text("gateway: 1\ndata: here\nevery: 5m\n")
    found = settings(tmp_path, {"GATEWAY_ARCHIVE": "/else/where"})
    assert (found.journal, str(found.archive)) == (tmp_path / "here" / "journal.sqlite", "/else/where")
    assert found.every.total_seconds() == 300


@pytest.mark.parametrize("text", ["date: here\n", "every: soon\n", "data: *x\n"])
def test_settings_that_cannot_be_used_are_told(tmp_path, text):
    (tmp_path / "gateway.yaml").write_text(text)
    with pytest.raises(SettingsError):
        settings(tmp_path, {})
