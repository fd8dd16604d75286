"""Documents that their mapping wants in one set (`merge_by`) go so when they leave together: once, and known each by its own key."""

import pytest
from sqlalchemy import select

from gateway.stores.sql import tables
from tests.pipeline.out_world import ACME, OutWorld, answer_997
from tests.pipeline.world import group, interchange

MERGING = "mapping: 1\nextends: x12/004010/856\nmerge_by: shipment\n"


def notice(number, order_number, bill="B-1", weight="3"):
    return {
        "document_type": "ship_notice",
        "schema_version": "1.0",
        "number": number,
        "purpose": "original",
        "date": "2026-03-01",
        "time": "09:00",
        "structure": "shipment_order_packaging_item",
        "shipment": {"bill_of_lading": bill},
        "orders": [{"ordinal": "1", "order": {"number": order_number}}],
        "lines": [
            {
                "ordinal": "1",
                "order": "1",
                "number": "1",
                "items": [{"scheme": "vendor_item", "value": f"A-{weight}"}],
                "shipped": {"value": "2", "unit": "EA"},
            }
        ],
        "envelope": {"partner": "acme"},
    }


@pytest.fixture
def world(tmp_path):
    world = OutWorld(
        tmp_path, acme=ACME.replace("we_send:", 'we_send:\n  - {set: "856", version: "004010", mapping: acme/856, expect: {within: 4h}}')
    )
    (world.project / "mappings" / "acme").mkdir(parents=True)
    (world.project / "mappings" / "acme" / "856.yaml").write_text(MERGING)
    yield world
    world.close()


def orders(world):
    """The orders in each set that the partner has, by name of the file."""
    return {name: [row.split("*")[1] for row in rows if row.startswith("PRF")] for name, rows in world.sent().items()}


def states(world):
    """Every document of ours with its state, also those that went in the set of another."""
    document = tables.document
    question = select(document.c.business_key, document.c.state).where(document.c.document_type == "ship_notice").order_by(document.c.id)
    return [tuple(row) for row in world.gateway.database.read(lambda connection: connection.execute(question).all())]


def test_notices_of_one_shipment_that_leave_together_are_one_set(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712"), notice("S3", "4713", "B-2"))
    assert world.held() == []
    [(_, segments)] = world.sent().items()
    assert [row.split("*")[1] for row in segments if row.startswith("PRF")] == ["4711", "4712", "4713"]
    assert [row[:6] for row in segments if row.startswith("ST")] == ["ST*856", "ST*856"]
    assert states(world) == [("S1", "done"), ("S2", "replaced"), ("S3", "done")]


def test_each_of_them_is_known_from_then_on(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712"))
    world.leave(notice("S1", "4711"), notice("S2", "4712"))
    world.leave(notice("S2", "4712"))
    world.leave(notice("S2", "4712", weight="4"))
    assert len(world.sent()) == 1
    assert [state for _, state in states(world)] == ["done", "replaced", "duplicate", "replaced", "duplicate", "quarantined"]


def test_a_set_of_which_a_part_went_before_waits_for_a_person(world):
    world.leave(notice("S2", "4712"))
    world.leave(notice("S1", "4711"), notice("S2", "4712"))
    (held,) = world.held()
    assert (held.business_key, held.verb, held.findings[-1]["code"]) == ("S1", "check", "document-conflicting")
    assert world.reprocess(held).became == ("quarantined",)
    assert list(orders(world).values()) == [["4712"]]


def test_the_same_notice_twice_in_a_file_is_no_second_part(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712"), notice("S2", "4712"))
    assert list(orders(world).values()) == [["4711", "4712"]]
    assert [state for _, state in states(world)] == ["done", "replaced", "duplicate"]


def test_what_they_say_differently_holds_them_all(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712") | {"structure": "shipment_order_item"})
    assert [(held.business_key, held.verb, held.findings[-1]["code"]) for held in world.held()] == [
        ("S1", "map", "documents-unlike"), ("S2", "map", "documents-unlike"),
    ]  # fmt: skip
    assert world.sent() == {}


def test_a_refused_set_is_mended_as_a_whole(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712"))
    body = answer_997("1", ("0001", "R"), verdict="R", functional="SH")
    world.send(interchange(group([row.replace("AK2*850", "AK2*856") for row in body], functional="FA"), number="000000009"))
    (held,) = world.held()
    assert (held.business_key, held.verb) == ("S1", "acknowledge")
    assert world.reprocess(held).became == ("waiting",)
    assert list(orders(world).values()) == [["4711", "4712"], ["4711", "4712"]]


def test_what_the_erp_leaves_anew_goes_in_the_place_of_a_refused_set(world):
    world.leave(notice("S1", "4711"), notice("S2", "4712"))
    body = answer_997("1", ("0001", "R"), verdict="R", functional="SH")
    world.send(interchange(group([row.replace("AK2*850", "AK2*856") for row in body], functional="FA"), number="000000009"))
    world.leave(notice("S1", "4711", weight="5"), notice("S2", "4712", weight="6"))
    assert world.held() == []
    assert list(orders(world).values()) == [["4711", "4712"], ["4711", "4712"]]
