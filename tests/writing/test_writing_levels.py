"""Ship notices in the structures that partners ask for, all from one document's contents rows."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from gateway.translate.mapping import Mapping
from gateway.translate.writing.proof import Written, write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

NAME = "x12/004010/856"
SSCC = ("008123450000000167", "008123450000000174", "008123450000000181")


def line(number: str, order: int, quantity: int) -> dict[str, Any]:
    return {
        "ordinal": int(number),
        "order": order,
        "number": number,
        "items": [{"scheme": "vendor_item", "value": f"A-{number}"}],
        "shipped": {"value": Decimal(quantity), "unit": "EA"},
    }


def row(order: int, which: int, unit: int | None, quantity: int) -> dict[str, Any]:
    found = {"order": order, "line": which, "unit": unit, "quantity": Decimal(quantity), "unit_of_measure": "EA"}
    return {name: value for name, value in found.items() if value is not None}


def unit(ordinal: int, kind: str, parent: int | None = None) -> dict[str, Any]:
    found = {"ordinal": ordinal, "kind": kind, "parent": parent, "identifier": f"U{ordinal}"}
    return {name: value for name, value in found.items() if value is not None}


NOTICE: dict[str, Any] = {
    "document_type": "ship_notice",
    "number": "S-1",
    "date": date(2026, 3, 1),
    "time": time(14, 30),
    "purpose": "original",
    "shipment": {"bill_of_lading": "B-1"},
    "orders": [{"ordinal": 1, "order": {"number": "4711"}}, {"ordinal": 2, "order": {"number": "4712"}}],
    "handling_units": [unit(1, "carton"), unit(2, "carton"), unit(3, "carton")],
    "lines": [line("1", 1, 12), line("2", 1, 5), line("3", 2, 7)],
    "contents": [row(1, 1, 1, 8), row(1, 1, 2, 4), row(1, 2, 2, 5), row(2, 3, 3, 7)],
}
"""Line 1 is in two cartons."""


def nested(*codes: str) -> Mapping:
    """The standard mapping with another nesting."""
    mapping = golden.mapping(NAME)
    rules = deepcopy(mapping.rules)
    assert rules.hierarchy is not None
    rules.hierarchy = replace(rules.hierarchy, write=codes)
    return Mapping(rules, mapping.ground, mapping.tables, mapping.findings)


def written(codes: str, **changes: Any) -> Written:
    return write_set(Writer(nested(*codes), golden.guide(NAME)), {**NOTICE, **changes})


def levels(result: Written) -> list[str]:
    return [raw.removeprefix("HL*") for raw in result.segments if raw.startswith("HL*")]


def errors(result: Written) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.location.field) for finding in result.findings if finding.severity == "error"]


def test_shipment_order_pack_item():
    result = written("SOPI")

    assert errors(result) == []
    assert levels(result) == [
        "1**S*1", "2*1*O*1", "3*2*P*1", "4*3*I*0", "5*2*P*1", "6*5*I*0", "7*5*I*0", "8*1*O*1", "9*8*P*1", "10*9*I*0",
    ]  # fmt: skip
    assert result.segments[1].split("*")[5] == "0001"


def test_an_item_in_two_cartons_ships_in_each_what_is_in_it():
    assert [raw.split("*")[2] for raw in written("SOPI").segments if raw.startswith("SN1")] == ["8", "4", "5", "7"]


def test_shipment_pack_order_item():
    result = written("SPOI")

    assert errors(result) == []
    assert [one.split("*")[2] for one in levels(result)] == ["S", "P", "O", "I", "P", "O", "I", "I", "P", "O", "I"]
    assert result.segments[1].split("*")[5] == "0003"


def test_shipment_order_tare_pack_item():
    units = [unit(1, "pallet"), unit(2, "carton", 1), unit(3, "carton", 1), unit(4, "pallet")]
    contents = [row(1, 1, 2, 12), row(1, 2, 3, 5), row(2, 3, 4, 7)]
    result = written("SOTPI", handling_units=units, contents=contents)

    assert errors(result) == []
    assert [one.split("*")[2] for one in levels(result)] == ["S", "O", "T", "P", "I", "P", "I", "O", "T", "I"]


def test_shipment_order_item():
    result = written("SOI", handling_units=[], contents=[row(1, 1, None, 12), row(1, 2, None, 5), row(2, 3, None, 7)])

    assert errors(result) == []
    assert levels(result) == ["1**S*1", "2*1*O*1", "3*2*I*0", "4*2*I*0", "5*1*O*1", "6*5*I*0"]
    assert result.segments[1].split("*")[5] == "0004"


def test_shipment_item_with_each_items_order():
    lines = [{**one, "order_reference": {"number": f"47{10 + one['order']}"}} for one in NOTICE["lines"]]
    contents = [row(1, 1, None, 12), row(1, 2, None, 5), row(2, 3, None, 7)]
    result = written("SI", lines=lines, handling_units=[], contents=contents)

    assert errors(result) == []
    assert levels(result) == ["1**S*1", "2*1*I*0", "3*1*I*0", "4*1*I*0"]


def test_a_notice_without_contents_has_its_lines_below_their_orders():
    notice = {name: value for name, value in NOTICE.items() if name not in ("contents", "handling_units")}
    result = write_set(Writer(nested(*"SOI"), golden.guide(NAME)), notice)

    assert errors(result) == []
    assert [one.split("*")[2] for one in levels(result)] == ["S", "O", "I", "I", "O", "I"]


def test_a_carton_of_two_orders_cannot_stand_below_orders():
    contents = [row(1, 1, 1, 12), row(1, 2, 2, 5), row(2, 3, 2, 7)]
    units = [unit(1, "carton"), unit(2, "carton")]

    assert ("write-unit-twice", "handling_units.2") in errors(written("SOPI", contents=contents, handling_units=units))
    assert errors(written("SPOI", contents=contents, handling_units=units)) == []


def test_cartons_have_no_place_where_items_stand_below_orders():
    assert ("write-no-place", "contents.1.unit") in errors(written("SOI"))


@pytest.mark.parametrize("code", ["SOPI", "SPOI"])
def test_levels_are_counted_where_the_document_wants_a_summary(code: str):
    result = written(code, summary={"hash_total": Decimal(24)})

    assert errors(result) == []
    assert f"CTT*{len(levels(result))}*24" in result.segments
