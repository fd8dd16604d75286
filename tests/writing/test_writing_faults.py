"""Documents that no set was read from: what is computed, chosen and refused, each finding with the document's field."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from gateway.formats.x12.envelope import Delimiters
from gateway.translate.writing.proof import Written, write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

ORDER: dict[str, Any] = {
    "document_type": "purchase_order",
    "number": "4711",
    "date": date(2026, 3, 1),
    "purpose": "original",
    "kind": "stand_alone",
    "lines": [
        {
            "number": "1",
            "quantity": {"value": Decimal(12), "unit": "EA"},
            "price": {"amount": Decimal("9.950"), "per": {"quantity": Decimal(100)}},
            "items": [{"scheme": "vendor_item", "value": "A-1"}],
        }
    ],
}


def written(changes: dict[str, Any] | None = None, **more: Any) -> Written:
    name = "x12/004010/850"
    return write_set(Writer(golden.mapping(name), golden.guide(name)), {**ORDER, **(changes or {})}, **more)


def found(result: Written) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.location.field) for finding in result.findings if finding.severity == "error"]


def test_an_order_of_our_own_becomes_a_set():
    result = written()

    assert found(result) == []
    assert result.segments == ("ST*850*0001", "BEG*00*SA*4711**20260301", "PO1*1*12*EA*9.95*HP*VN*A-1", "SE*4*0001")


def test_what_a_price_is_per_chooses_its_basis():
    assert written().segments[2].split("*")[5] == "HP"


def test_the_number_of_the_set_stands_in_st_and_se():
    assert [written(control_number="0042").segments[n] for n in (0, -1)] == ["ST*850*0042", "SE*4*0042"]


def test_a_date_of_its_own_field_is_one_segment_and_with_its_time_in_dates_too_is_still_one():
    day = date(2026, 3, 13)
    alone = written({"requested_delivery": day})
    both = written({"requested_delivery": day, "dates": [{"kind": "requested_delivery", "date": day, "time": time(7, 30)}]})

    assert [raw for raw in alone.segments if raw.startswith("DTM")] == ["DTM*002*20260313"]
    assert [raw for raw in both.segments if raw.startswith("DTM")] == ["DTM*002*20260313*0730"]
    assert (found(alone), found(both)) == ([], [])


def test_a_value_without_a_place_is_told_and_never_dropped():
    assert found(written({"extensions": {"colour": "red"}})) == [("write-no-place", "extensions")]
    line = {**ORDER["lines"][0], "extensions": {"colour": "red"}}
    assert found(written({"lines": [line]})) == [("write-no-place", "lines.1.extensions")]


def test_a_computed_value_that_is_another_is_told():
    line = {**ORDER["lines"][0], "amount": Decimal("119.40")}
    assert found(written({"lines": [line]})) == [("write-differs", "lines.1.amount")]


def test_a_code_that_no_table_writes_is_told_at_its_field():
    line = {**ORDER["lines"][0], "quantity": {"value": Decimal(1), "unit": "NOUNIT"}}
    assert ("code-without-meaning", "lines.1.quantity.unit") in found(written({"lines": [line]}))


def test_a_value_that_holds_a_delimiter_is_refused_at_its_field():
    result = written({"parties": [{"role": "ship_to", "name": "A*B"}]})

    assert found(result) == [("write-delimiter", "parties.1.name")]
    assert "'*'" in result.findings[0].message
    assert found(written({"parties": [{"role": "ship_to", "name": "A*B"}]}, delimiters=Delimiters("|", ">", "~"))) == []


@pytest.mark.parametrize("mark", [">", "^", "~"])
def test_no_delimiter_passes_whatever_it_parts(mark: str):
    delimiters = Delimiters("*", ">", "~", "^")
    assert found(written({"parties": [{"role": "ship_to", "name": f"A{mark}B"}]}, delimiters=delimiters)) == [
        ("write-delimiter", "parties.1.name")
    ]


def test_what_the_guide_refuses_is_told_at_the_documents_field():
    (code, field), *rest = found(written({"number": "X" * 30}))

    assert (code, field, rest) == ("write-unfit", "number", [])


def test_what_is_missing_is_told():
    result = write_set(
        Writer(golden.mapping("x12/004010/850"), golden.guide("x12/004010/850")),
        {name: value for name, value in ORDER.items() if name != "number"},
    )

    assert not result.sendable
    assert "BEG03" in result.findings[0].message
    assert set(found(result)) == {("write-unfit", "number"), ("write-unreadable", "number")}


def test_what_is_missing_in_a_line_is_told_at_that_line():
    lines = [{"ordinal": 1, "quantity": {"value": Decimal(5), "unit": "EA"}}, {"ordinal": 2, "quantity": {"unit": "EA"}}]

    assert {field for _, field in found(written({"lines": lines}))} == {"lines.2.quantity.value"}


def test_more_items_than_a_segment_has_room_for_are_told():
    items = [{"scheme": "vendor_item", "value": str(n)} for n in range(11)]
    assert ("write-no-room", "lines.1.items.11") in found(written({"lines": [{**ORDER["lines"][0], "items": items}]}))


def test_stores_fill_one_segment_and_then_the_next():
    schedules = [
        {"location": {"scheme": "assigned_by_buyer", "value": f"{n:04d}"}, "quantity": Decimal(1), "unit": "EA"} for n in range(12)
    ]
    result = written({"lines": [{**ORDER["lines"][0], "schedules": schedules}]})
    packed = [raw.split("*") for raw in result.segments if raw.startswith("SDQ")]

    assert found(result) == []
    assert [(len(raw) - 3) // 2 for raw in packed] == [10, 2]
    assert packed[1][:3] == ["SDQ", "EA", "92"]


def test_lines_are_counted_where_the_document_wants_a_summary():
    assert "CTT*1" in written({"summary": {"hash_total": None, "lines": "1"}}).segments
    assert ("write-differs", "summary.lines") not in found(written({"summary": {"lines": "1"}}))


def test_what_was_not_read_goes_back_into_its_segment():
    result = written({"unmapped": [{"segment": "CTT", "elements": {"01": "1"}, "loop": "CTT[1]"}]})
    assert "CTT*1" in result.segments

    lost = written({"unmapped": [{"segment": "N2", "elements": {"01": "X"}, "loop": "PO1[9]/N1[1]"}]})
    assert [(f.code, f.location.field, f.severity) for f in lost.findings] == [("write-left", "unmapped.1", "warning")]
    assert lost.sendable


def test_a_period_is_written_as_a_range():
    result = written({"dates": [{"kind": "promotion_start", "period": {"start": date(2026, 3, 1), "end": date(2026, 3, 7)}}]})

    assert found(result) == []
    assert [raw for raw in result.segments if raw.startswith("DTM")] == ["DTM*015****RD8*20260301-20260307"]
