"""What every connector promises, whatever stands behind it."""

import json
import os
from dataclasses import replace

import pytest

from gateway.connectors.folder import FolderConnector
from gateway.connectors.memory import MemoryConnector
from gateway.ports import OurDocument, Posting


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


@pytest.fixture(params=[FolderRig, MemoryRig])
def rig(request, tmp_path):
    return request.param(tmp_path)


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
