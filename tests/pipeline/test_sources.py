"""Where documents of ours come from: a folder of the ERP's, staging rows, an interface that is asked; each is taken once."""

import json
import sqlite3

import pytest
from sqlalchemy import create_engine, text

from gateway.connectors.database import DatabaseConnector
from gateway.connectors.memory import MemoryConnector
from gateway.connectors.wanted import Wanted
from gateway.ports import OurDocument, Unavailable
from gateway.stores.sql import views
from gateway.stores.sql.outgoing import SqlSource
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from gateway.worker.service import Service
from tests.pipeline.out_world import ACME, US, OutWorld, order
from tests.services.fixtures import postgres
from tests.stores.journal_rig import Killed

__all__ = ["postgres"]


def settled(gateway):
    """Work until nothing is due and no file is looked at again."""
    Worker(gateway).run_until_idle()
    while any(getattr(inbox, "unsettled", 0) for inbox in gateway.inboxes.values()):
        Worker(gateway).run_until_idle()


def project(folder, us=US, acme=ACME):
    (folder / "partner_profiles").mkdir(parents=True)
    (folder / "gateway.yaml").write_text("gateway: 1\n")
    (folder / "partner_profiles" / "us.yaml").write_text(us)
    (folder / "partner_profiles" / "acme.yaml").write_text(acme)
    return folder


def sent(folder):
    return sorted(path.name for path in (folder / "out" / "acme").glob("*.edi"))


def put(folder, name, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f".{name}.part").write_text(content)
    (folder / f".{name}.part").rename(folder / name)


def test_the_erp_s_out_folder_is_taken_as_drop_folders_are(tmp_path):
    wants = US.replace("erp: {folder: {path: erp}", "erp: {folder: {path: erp, wants: erp-out}")
    folder = project(tmp_path / "project", wants)
    put(folder / "erp-out", "order.json", json.dumps(order()))
    put(folder / "erp-out", "note.txt", "not for the gateway")
    gateway = open_gateway(folder)
    settled(gateway)
    gateway.close()
    assert sent(folder) == ["850_000000001.edi"]
    left = sorted(path.name.rpartition("-")[2] for path in (folder / "erp-out").rglob("*") if path.is_file())
    assert left == ["note.txt", "order.json"]
    assert not (folder / "erp-out" / "order.json").exists()


class Staging:
    """Outbound rows that an ERP inserts, on SQLite or PostgreSQL."""

    def __init__(self, url):
        self.connector = DatabaseConnector("erp", lambda: url, create=True)
        self.connector.read(None)  # makes the tables
        self.engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

    def insert(self, *documents):
        with self.engine.begin() as connection:
            for one in documents:
                row = {"kind": one["document_type"], "content": json.dumps(one)}
                connection.execute(text("INSERT INTO gateway_outbound (document_type, content) VALUES (:kind, :content)"), row)

    def statuses(self):
        with self.engine.connect() as connection:
            return [row.status for row in connection.execute(text("SELECT status FROM gateway_outbound ORDER BY id"))]

    def close(self):
        self.connector.close()
        self.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def staging(request, tmp_path):
    url = request.getfixturevalue("postgres").url() if request.param == "postgresql" else f"sqlite:///{tmp_path}/staging.db"
    made = Staging(url)
    yield made
    made.close()


class SourceWorld(OutWorld):
    """A world whose ERP is asked for what it wants sent."""

    def __init__(self, folder, connector):
        self.connector = connector
        super().__init__(folder)

    def open(self):
        super().open()
        source = Wanted("us/erp", self.connector, SqlSource(self.gateway.database, self.clock))
        self.gateway.given["inboxes"]["us/erp"] = source


def until_quiet(world):
    for _ in range(20):
        try:
            world.run()
            return
        except Killed:
            world.reopen()
    raise AssertionError("it never came to rest")


def numbers(world):
    return [segment.split("*")[3] for one in world.sent().values() for segment in one if segment.startswith("BEG")]


def test_staging_rows_are_collected_once_and_say_so(tmp_path, staging):
    world = SourceWorld(tmp_path, staging.connector)
    staging.insert(order("PO-1"), order("PO-2"))
    world.run()
    staging.insert(order("PO-3"))
    for _ in range(3):
        world.run()
    assert (numbers(world), staging.statuses()) == (["PO-1", "PO-2", "PO-3"], ["collected"] * 3)
    assert world.documents() == [("PO-1", "done", None), ("PO-2", "done", None), ("PO-3", "done", None)]
    world.close()


@pytest.mark.parametrize("point", ["receive:before", "receive:after", "settle:before", "settle:after", "leave:before", "leave:after"])
def test_a_kill_while_rows_are_collected_takes_none_twice(tmp_path, staging, point):
    world = SourceWorld(tmp_path, staging.connector)
    staging.insert(order("PO-1"), order("PO-2"), order("PO-3"))
    world.fault.arm(point, 2)
    until_quiet(world)
    world.run()
    assert (sorted(numbers(world)), staging.statuses()) == (["PO-1", "PO-2", "PO-3"], ["collected"] * 3)
    assert [state for _, state, _ in world.documents()] == ["done"] * 3
    world.close()


def test_the_cursor_never_passes_what_is_not_recorded(tmp_path):
    erp = MemoryConnector("erp")
    erp.wanted = [OurDocument(f"{n}", "purchase_order", json.dumps(order(f"PO-{n}")).encode()) for n in range(3)]
    world = SourceWorld(tmp_path, erp)
    source = world.gateway.inboxes["us/erp"]
    offers = source.list()
    from gateway import pipeline

    receipts = [pipeline.receive(world.gateway.edges, source, offered) for offered in offers[1:]]
    assert (len(receipts), SqlSource(world.gateway.database, world.clock).cursor("us/erp")) == (2, None)
    pipeline.receive(world.gateway.edges, source, offers[0])
    assert SqlSource(world.gateway.database, world.clock).cursor("us/erp") == "2"
    world.run()
    assert len(world.documents()) == 3
    world.close()


def test_a_system_that_cannot_be_asked_hinders_nobody(tmp_path):
    class Down(MemoryConnector):
        def read(self, after, limit=100):
            raise Unavailable("maintenance")

    world = SourceWorld(tmp_path, Down("erp"))
    world.leave(order(), channel="us/other")
    assert numbers(world) == ["PO-1"]
    world.close()


def test_channels_that_are_added_to_the_profiles_are_worked_without_a_restart(tmp_path):
    folder = project(tmp_path / "project")
    gateway = open_gateway(folder)
    settled(gateway)
    before = gateway.inboxes["acme/in/1"]
    bolt = ACME.replace("acme", "bolt").replace("ZZ/ACME", "ZZ/BOLT").replace("[V-1001]", "[]")
    (folder / "partner_profiles" / "bolt.yaml").write_text(bolt)
    wants = US.replace("erp: {folder: {path: erp}", "erp: {folder: {path: erp, wants: erp-out}")
    (folder / "partner_profiles" / "us.yaml").write_text(wants)
    gateway.forget()
    put(folder / "erp-out", "order.json", json.dumps(order(partner="bolt")))
    settled(gateway)
    assert sorted(path.name for path in (folder / "out" / "bolt").iterdir()) == ["850_000000001.edi"]
    assert gateway.inboxes["acme/in/1"] is before
    (folder / "partner_profiles" / "bolt.yaml").unlink()
    gateway.forget()
    assert "bolt/in/1" not in gateway.inboxes
    gateway.close()


def test_staging_rows_are_declared_in_the_profile(tmp_path):
    declared = US.replace(
        "erp: {folder: {path: erp}, testing: erp-test}", "erp: {database: {file: erp.db, create: yes, collect: yes}, testing: erp-test}"
    )
    folder = project(tmp_path / "project", declared)
    gateway = open_gateway(folder)
    settled(gateway)
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("INSERT INTO gateway_outbound (document_type, content) VALUES ('purchase_order', ?)", [json.dumps(order())])
    database.close()
    settled(gateway)
    gateway.close()
    assert sent(folder) == ["850_000000001.edi"]


def test_the_service_polls_and_watches_a_channel_that_a_profile_was_given_while_it_runs(tmp_path):
    folder = project(tmp_path / "project")
    gateway = open_gateway(folder)
    told = []
    service = Service(gateway, lambda level, what, **facts: told.append((what, facts.get("channel"))))
    service._look_around()
    bolt = ACME.replace("acme", "bolt").replace("ZZ/ACME", "ZZ/BOLT").replace("[V-1001]", "[]")
    (folder / "partner_profiles" / "bolt.yaml").write_text(bolt)
    gateway.forget()
    service._look_around()
    assert told[-1] == ("channel-added", "bolt/in/1")
    assert "bolt/in/1" in [row["channel"] for row in views.inboxes(gateway.database)]
    (folder / "in" / "bolt" / "a.edi").write_bytes(b"ISA")
    assert service._heard.wait(30)
    assert service._changed == {"bolt/in/1"}
    service._watch.stop()
    gateway.close()
