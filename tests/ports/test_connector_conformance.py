"""What every connector promises, whatever stands behind it."""

import json
import os
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from gateway.connectors.database import DatabaseConnector
from gateway.connectors.folder import FolderConnector
from gateway.connectors.memory import MemoryConnector
from gateway.connectors.rest import RestConnector
from gateway.ports import OurDocument, Posting
from tests.services.rest_profiles import rest_profile
from tests.services.scripted_erp import ScriptedErp


class FolderRig:
    def __init__(self, tmp_path):
        self.folder = tmp_path / "erp"
        self.wants = tmp_path / "wants"
        self.wants.mkdir()
        self.connector = FolderConnector("erp", self.folder, wants=self.wants)
        self.count = 0

    def contents(self):
        return [path.read_bytes() for path in sorted(self.folder.glob("*.json"))]

    def want(self, document_type, number):
        self.count += 1
        aside = self.wants / ".aside"
        aside.write_text(json.dumps({"document_type": document_type, "number": number}))
        aside.rename(self.wants / f"{9 - self.count}.json")
        while os.stat(self.wants / f"{9 - self.count}.json").st_ctime_ns == self.tick():  # the file system's clock is coarse
            pass

    def tick(self):
        (self.wants / ".tick").touch()
        return os.stat(self.wants / ".tick").st_ctime_ns


class MemoryRig:
    def __init__(self, tmp_path):
        self.connector = MemoryConnector("erp")

    def contents(self):
        return [posting.content for posting in self.connector.posted.values()]

    def want(self, document_type, number):
        content = json.dumps({"document_type": document_type, "number": number}).encode()
        self.connector.wanted.append(OurDocument(str(len(self.connector.wanted)), document_type, content))


class TablesRig:
    """Staging tables; what stands in them is read and written as the other system would, by its own connection."""

    def __init__(self, url):
        self.connector = DatabaseConnector("erp", lambda: url, create=True)
        self.engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

    def close(self):
        self.connector.close()
        self.engine.dispose()

    def contents(self):
        with self.engine.connect() as theirs:
            return [row.content.encode() for row in theirs.execute(text("SELECT content FROM gateway_inbound ORDER BY id"))]

    def want(self, document_type, number):
        self.connector.read(None)  # the tables are there
        content = json.dumps({"document_type": document_type, "number": number})
        with self.engine.begin() as theirs:
            theirs.execute(
                text("INSERT INTO gateway_outbound (document_type, content) VALUES (:kind, :content)"),
                {"kind": document_type, "content": content},
            )


class SqliteRig(TablesRig):
    def __init__(self, tmp_path):
        super().__init__(f"sqlite:///{tmp_path}/staging.db")


class RestRig:
    def __init__(self, tmp_path):
        self.erp = ScriptedErp()
        self.connector = RestConnector("erp", rest_profile(self.erp.url), {"env:TOKEN": "t"}.__getitem__)

    def close(self):
        self.connector.close()
        self.erp.close()

    def contents(self):
        return [entry["body"] for entry in self.erp.ledger]

    def want(self, document_type, number):
        number_of = str(len(self.erp.wanted) + 1)
        self.erp.wanted.append({"seq": number_of, "document": {"document_type": document_type, "number": number}, "kind": document_type})


@pytest.fixture(params=[FolderRig, MemoryRig, SqliteRig, RestRig, pytest.param("postgres", marks=pytest.mark.service)])
def rig(request, tmp_path):
    made = TablesRig(request.getfixturevalue("postgres").url()) if request.param == "postgres" else request.param(tmp_path)
    yield made
    if hasattr(made, "close"):
        made.close()


POSTING = Posting("acme|purchase_order|PO1|", "01D", "purchase_order", "acme", "PO1", "", b'{"number":"PO1"}')


def test_nothing_is_found_under_a_key_that_was_never_posted(rig):
    assert rig.connector.find(POSTING.effect_key) is None


def test_what_was_created_is_found_under_its_key(rig):
    reference = rig.connector.create(POSTING)
    assert rig.connector.find(POSTING.effect_key) == reference
    assert rig.contents() == [POSTING.content]


def test_creating_twice_makes_one(rig):
    first = rig.connector.create(POSTING)
    assert rig.connector.create(replace(POSTING, content=b'{"number":"PO1","late":true}')) == first
    assert rig.contents() == [POSTING.content]


def test_other_keys_are_other_documents(rig):
    references = {
        rig.connector.create(replace(POSTING, effect_key=key)) for key in ("a", "A", "a ", "b|c", "../x", "", "é", "e\u0301", "\x1b")
    }
    assert len(references) == 9
    assert len(rig.contents()) == 9


def test_what_it_wants_sent_is_read_in_order_and_on_from_a_cursor(rig):
    for number in ("1", "2", "3"):
        rig.want("purchase_order", number)
    first = rig.connector.read(None, limit=2)
    rest = rig.connector.read(first[-1].cursor, limit=2)
    assert [json.loads(document.content)["number"] for document in first + rest] == ["1", "2", "3"]
    assert {document.document_type for document in first + rest} == {"purchase_order"}
    assert rig.connector.read(rest[-1].cursor) == []
