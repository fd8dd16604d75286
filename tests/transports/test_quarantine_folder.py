"""The quarantine folder is a view: made from records and archive, rewritten whole, and nothing depends on it."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.records import Held
from gateway.stores.archive import MemoryArchive
from gateway.transports.quarantine import Names, QuarantineFolder

ISA = b"ISA*00*          *00*          *ZZ*ACME           *01*123456789      *250101*1200*U*00401*000000042*0*P*>~"
GS = b"GS*PO*ACME*US*20250101*1200*7*X*004010~"
ONE = b"ST*850*0001~BEG*00*SA*PO1**20250101~SE*3*0001~"
TWO = b"ST*850*0002~BEG*00*SA*PO2**20250101~PO1*1*1*EACH~SE*4*0002~"
FILE = ISA + GS + ONE + TWO + b"GE*2*7~IEA*1*000000042~"
FIRST, SECOND = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"


@pytest.fixture
def archive():
    return MemoryArchive()


@pytest.fixture
def held(archive):
    finding = {"code": "x", "severity": "error", "message": "is bad \x1b[31m", "remedy": "mend it", "segment": "PO1", "segment_position": 3}
    return Held(
        id=FIRST,
        kind="document",
        transmission=SECOND,
        interchange=1,
        group=1,
        number=2,
        verb="validate",
        state="quarantined",
        verdict="R",
        partner="acme",
        set_id="850",
        document_type="purchase_order",
        business_key="PO2",
        interchange_control_number="000000042",
        group_control_number="7",
        set_control_number="0002",
        file="orders\x07.edi",
        received_at=datetime(2025, 1, 2, 10, 11, tzinfo=UTC),
        address=archive.put([FILE]).address,
        span=(len(ISA + GS + ONE), len(TWO)),
        isa_span=(0, len(ISA)),
        gs_span=(len(ISA), len(GS)),
        ordinal=6,
        line=1,
        findings=(finding,),
    )


@pytest.fixture
def view(tmp_path, archive):
    return QuarantineFolder(
        tmp_path / "quarantine", archive, lambda: Names("Example Buyer Inc.", ("edi@buyer.example",), {"acme": "Acme Supply"})
    )


def shown(view):
    return {path.name: path.read_bytes() for path in view.folder.iterdir()}


def test_a_set_is_shown_in_its_own_envelope_with_a_text_and_its_facts(view, held):
    view.sync([held])
    files = shown(view)
    assert sorted(files) == [f"{FIRST}.edi", f"{FIRST}.json", f"{FIRST}.txt"]
    assert files[f"{FIRST}.edi"] == ISA + GS + TWO + b"GE*1*7~IEA*1*000000042~"
    text = files[f"{FIRST}.txt"].decode()
    assert text.startswith("Our name:                  Example Buyer Inc.\nYour name:                 Acme Supply\n")
    assert "PO1*1*1*EACH\n" in text
    assert "send it again" in text
    facts = json.loads(files[f"{FIRST}.json"])
    assert (facts["id"], facts["verb"], facts["set"], facts["expected_again"]) == (FIRST, "validate", "850", True)


def test_no_control_character_reaches_the_text(view, held):
    view.sync([held])
    text = (view.folder / f"{FIRST}.txt").read_text()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "orders\\x07.edi" in text


def test_a_file_that_could_not_be_read_is_shown_whole(view, held, archive):
    content = b"\xff\xd8\xff JPEG" * 100_000
    address = archive.put([content]).address
    unreadable = replace(
        held,
        kind="transmission",
        verb="detect",
        address=address,
        span=(0, len(content)),
        isa_span=None,
        gs_span=None,
        set_id="",
        verdict="",
    )
    view.sync([unreadable])
    assert shown(view)[f"{FIRST}.edi"] == content


def test_an_interchange_is_shown_as_it_came(view, held):
    view.sync([replace(held, kind="interchange", verb="detect", verdict="", span=(0, len(FILE)), gs_span=None)])
    assert shown(view)[f"{FIRST}.edi"] == FILE
    assert "We settle this on our side" in shown(view)[f"{FIRST}.txt"].decode()


def test_spans_that_are_not_known_show_the_whole_file(view, held):
    view.sync([replace(held, isa_span=(None, None), gs_span=(None, None))])
    assert shown(view)[f"{FIRST}.edi"] == FILE


def test_deleting_or_changing_a_file_changes_nothing(view, held):
    view.sync([held])
    before = shown(view)
    (view.folder / f"{FIRST}.txt").unlink()
    (view.folder / f"{FIRST}.json").write_text("{}")
    view.sync([held])
    assert shown(view) == before


def test_what_is_no_longer_held_goes_and_what_a_person_put_there_stays(view, held):
    view.sync([held, replace(held, id=SECOND)])
    (view.folder / "notes.txt").write_text("call Bob")
    view.sync([replace(held, id=SECOND)])
    assert sorted(shown(view)) == [f"{SECOND}.edi", f"{SECOND}.json", f"{SECOND}.txt", "notes.txt"]


def test_what_is_shown_already_is_not_written_again(view, held):
    view.sync([held])
    before = {path.name: path.stat().st_ino for path in view.folder.iterdir()}
    view.sync([held])
    assert {path.name: path.stat().st_ino for path in view.folder.iterdir()} == before


def test_what_changed_is_written_anew(view, held):
    view.sync([held])
    view.sync([replace(held, verb="check", verdict="A")])
    assert json.loads(shown(view)[f"{FIRST}.json"])["verb"] == "check"
    assert "We settle this on our side" in shown(view)[f"{FIRST}.txt"].decode()


def test_damaged_archive_bytes_are_told_and_the_others_are_shown(view, held):
    view.sync([replace(held, id=SECOND, address="0" * 64), held])
    files = shown(view)
    assert len(files) == 6
    assert files[f"{FIRST}.edi"].startswith(ISA)


def test_a_planted_link_is_not_written_through(view, held, tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    view.folder.mkdir()
    os.symlink(tmp_path / "precious", view.folder / f"{FIRST}.txt")
    view.sync([held])
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not (view.folder / f"{FIRST}.txt").is_symlink()
