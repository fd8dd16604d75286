"""Several documents as one set: parts of a split set come together again cent for cent, documents of one shipment are merged."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_files import own_mapping

from gateway.translate.joining import Unlike, alike, joined, merged, siblings
from gateway.translate.rules import Split
from gateway.translate.runtime import Context
from gateway.translate.splitting import split_document
from gateway.translate.writing.several import write_documents
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

BY_STORE = """\
mapping: 1
extends: x12/004010/850
split_by:
  path: lines.schedules.location
  sums: {lines.quantity.value: schedules.quantity}
prorate: freight, remainder to %s
"""
SPLIT = Split(
    ("lines", "schedules", "location"), None, ((("lines", "quantity", "value"), ("schedules", "quantity")),), (("freight",),), "first"
)


def store(number: str, quantity: int) -> dict[str, Any]:
    return {"location": {"scheme": "assigned_by_buyer", "value": number}, "quantity": Decimal(quantity), "unit": "EA"}


def line(ordinal: int, *schedules: dict[str, Any]) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "number": str(ordinal),
        "quantity": {"value": sum((one["quantity"] for one in schedules), Decimal(0)), "unit": "EA"},
        "schedules": list(schedules),
    }


def order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "document_type": "purchase_order",
        "number": "4711",
        "date": date(2026, 3, 1),
        "purpose": "original",
        "kind": "stand_alone",
        "lines": list(lines),
        **more,
    }


ORDER = order(line(1, store("001", 5), store("002", 7)), line(2, store("002", 3)), line(3, store("001", 1), store("003", 2)))


def parts_of(document: dict[str, Any], split: Split = SPLIT) -> list[dict[str, Any]]:
    return [part for _, part in split_document(Context(), document, split)]


def errors(found: Any) -> list[str]:
    return [f"{finding.code} {finding.location.field}" for finding in found.written.findings if finding.severity == "error"]


def test_parts_are_the_whole_again():
    parts = parts_of({**ORDER, "freight": Decimal("10.00")})

    assert [part["freight"] for part in parts] == [Decimal("3.33"), Decimal("5.56"), Decimal("1.11")]
    assert joined(parts, SPLIT) == {**ORDER, "freight": Decimal("10.00")}


quantities = st.integers(1, 10_000)
stores = st.dictionaries(st.sampled_from([f"{n:03}" for n in range(12)]), quantities, min_size=1, max_size=12)
amounts = st.decimals(min_value=0, max_value=1_000_000, places=2)


@given(st.lists(stores, min_size=1, max_size=6), amounts, st.sampled_from(["first", "last"]))
def test_what_is_divided_adds_up_whatever_the_shares(lines: list[dict[str, int]], freight: Decimal, remainder: str):
    whole = order(*(line(n, *(store(*one) for one in by.items())) for n, by in enumerate(lines, 1)), freight=freight)
    split = Split(SPLIT.path, None, SPLIT.sums, SPLIT.prorate, remainder)
    parts = parts_of(whole, split)

    assert sum(part["freight"] for part in parts) == freight
    assert all(abs(part["freight"] - freight * _quantity(part) / _quantity(whole)) <= Decimal("0.01") * len(parts) for part in parts)
    assert sum(map(_quantity, parts)) == _quantity(whole)
    again = joined(parts, split)
    assert (again["freight"], _quantity(again)) == (freight, _quantity(whole))
    assert parts_of(again, split) == parts


def _quantity(document: dict[str, Any]) -> Decimal:
    return sum((one["quantity"]["value"] for one in document["lines"]), Decimal(0))


def by_store(remainder: str = "first") -> Writer:
    text = BY_STORE % remainder
    return Writer(own_mapping(text.replace("prorate: freight, remainder to first\n", ""), "x12/004010/850"), golden.guide("x12/004010/850"))


def test_the_remainder_goes_where_the_mapping_says():
    assert own_mapping(BY_STORE % "last", "x12/004010/850").rules.split.remainder == "last"
    assert own_mapping(BY_STORE % "first", "x12/004010/850").rules.split.remainder == "first"


def test_siblings_are_written_as_one_set_and_each_comes_back():
    parts = parts_of(ORDER)
    (made,) = write_documents(by_store(), parts)

    assert errors(made) == []
    assert made.members == (0, 1, 2)
    assert [raw for raw in made.written.segments if raw.startswith(("PO1", "SDQ"))] == [
        "PO1*1*12*EA",
        "SDQ*EA*92*001*5*002*7",
        "PO1*2*3*EA",
        "SDQ*EA*92*002*3",
        "PO1*3*3*EA",
        "SDQ*EA*92*001*1*003*2",
    ]


def test_a_whole_that_would_be_read_as_parts_is_held_against_these():
    (made,) = write_documents(by_store(), [ORDER])

    assert errors(made) == []


def test_others_are_sets_of_their_own_numbered_on():
    made = write_documents(by_store(), [*parts_of(ORDER)[:2], {**ORDER, "number": "4712"}, parts_of(ORDER)[2]])

    assert [one.members for one in made] == [(0, 1, 3), (2,)]
    assert [one.written.segments[0] for one in made] == ["ST*850*0001", "ST*850*0002"]


def test_siblings_that_say_different_things_are_told():
    parts = parts_of(ORDER)
    (made,) = write_documents(by_store(), [parts[0], {**parts[1], "department": "042"}])

    assert errors(made) == ["documents-unlike department"]
    assert made.written.segments == ()
    twisted = [parts[0], {**parts[1], "lines": [{**parts[1]["lines"][0], "description": "else"}]}]
    with pytest.raises(Unlike, match=r"lines\.description"):
        joined([{**part, "lines": [{**one, "description": "x"} for one in part["lines"]]} for part in parts[:1]] + twisted[1:], SPLIT)


def shipped(number: str, order_number: str, bill: str = "B-1", **more: Any) -> dict[str, Any]:
    return {
        "document_type": "ship_notice",
        "number": number,
        "purpose": "original",
        "date": date(2026, 3, 1),
        "time": time(9, 0),
        "shipment": {"bill_of_lading": bill},
        "orders": [{"ordinal": 1, "order": {"number": order_number}}],
        "handling_units": [
            {"ordinal": 1, "kind": "pallet", "identifier": f"P{number}"},
            {"ordinal": 2, "kind": "carton", "identifier": f"C{number}", "parent": 1},
        ],
        "lines": [
            {
                "ordinal": 1,
                "order": 1,
                "number": "1",
                "items": [{"scheme": "vendor_item", "value": "A"}],
                "shipped": {"value": Decimal(2), "unit": "EA"},
            }
        ],
        "contents": [{"order": 1, "line": 1, "unit": 2, "quantity": Decimal(2), "unit_of_measure": "EA"}],
        **more,
    }


def test_notices_of_one_shipment_are_one_set():
    writer = Writer(
        own_mapping("mapping: 1\nextends: x12/004010/856\nmerge_by: shipment\n", "x12/004010/856"), golden.guide("x12/004010/856")
    )
    made = write_documents(writer, [shipped("S1", "4711"), shipped("S2", "4712", "B-2"), shipped("S3", "4713")])

    assert [errors(one) for one in made] == [[], []]
    assert [one.members for one in made] == [(0, 2), (1,)]
    first = made[0].written
    assert [raw for raw in first.segments if raw.startswith(("PRF", "MAN"))] == [
        "PRF*4711",
        "MAN*GM*PS1",
        "MAN*GM*CS1",
        "PRF*4713",
        "MAN*GM*PS3",
        "MAN*GM*CS3",
    ]
    assert [row["unit"] for row in first.document["contents"]] == [2, 4]
    assert first.document["handling_units"][3]["parent"] == 3


@given(st.lists(st.tuples(st.integers(1, 3), quantities), min_size=1, max_size=8))
def test_merging_loses_no_row_and_every_name_still_leads_to_its_item(rows: list[tuple[int, int]]):
    documents = [
        shipped(str(n), f"47{n}", f"B-{bill}", contents=[{"order": 1, "line": 1, "unit": 2, "quantity": Decimal(q)}])
        for n, (bill, q) in enumerate(rows)
    ]
    groups = alike(documents, ("shipment",))
    wholes = [merged([documents[n] for n in group]) for group in groups]

    assert sorted(n for group in groups for n in group) == list(range(len(rows)))
    for group, whole in zip(groups, wholes, strict=True):
        assert [row["quantity"] for row in whole["contents"]] == [Decimal(rows[n][1]) for n in group]
        for n, row in zip(group, whole["contents"], strict=True):
            assert whole["orders"][row["order"] - 1]["order"]["number"] == f"47{n}"
            assert whole["handling_units"][row["unit"] - 1]["identifier"] == f"C{n}"
            assert whole["handling_units"][whole["handling_units"][row["unit"] - 1]["parent"] - 1]["identifier"] == f"P{n}"


def test_documents_without_the_value_stay_alone_and_unlike_ones_are_told():
    assert alike([{}, {"shipment": 1}, {}, {"shipment": 1}], ("shipment",)) == [[0], [1, 3], [2]]
    assert siblings([{"number": "1"}, {}, {"number": "1"}, {}]) == [[0, 2], [1], [3]]
    with pytest.raises(Unlike, match="purpose"):
        merged([shipped("1", "1"), shipped("2", "2", purpose="replace")])
