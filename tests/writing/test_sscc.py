"""Packages without a number get one where the agreement allows it: from our prefix and the serials handed in, never one twice."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_files import OwnFiles
from test_threads import ORDER, SHIPPED, written

from gateway.profiles.catalog import Catalog
from gateway.stores.library import FolderLibrary
from gateway.translate.identifiers import read_sscc
from gateway.translate.sscc import numbered, sscc, unnumbered
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

PREFIX = "0655432"


def notice(*units: dict[str, Any]) -> dict[str, Any]:
    return {"document_type": "ship_notice", "handling_units": [{"ordinal": n, **unit} for n, unit in enumerate(units, 1)]}


def codes(found: Any) -> list[str]:
    return [finding.code for finding in found.findings]


def test_a_number_is_extension_prefix_serial_and_check_digit():
    assert sscc(PREFIX, 1) == "006554320000000014"
    assert sscc(PREFIX, 1, "3").startswith("30655432000000001")
    assert read_sscc(sscc("061414112345", 9)) == sscc("061414112345", 9)


def test_units_without_a_number_get_one_and_others_keep_theirs():
    held = sscc(PREFIX, 77)
    made = numbered(notice({}, {"identifier": held, "sscc": held}, {"identifier": "C-17"}, {}), PREFIX, count(5))

    assert unnumbered(notice({}, {"sscc": held}, {"identifier": "C-17"}, {})) == 2
    assert [(one.unit, one.serial) for one in made.given] == [(1, 5), (4, 6)]
    units = made.document["handling_units"]
    assert [unit.get("sscc") for unit in units] == [sscc(PREFIX, 5), held, None, sscc(PREFIX, 6)]
    assert units[0]["identifier"] == sscc(PREFIX, 5)


def test_what_came_back_numbered_is_not_numbered_again():
    once = numbered(notice({}, {}), PREFIX, count(1)).document

    assert numbered(once, PREFIX, count(900)).document == once
    assert unnumbered(once) == 0


def test_a_serial_whose_number_is_in_the_notice_is_passed_over():
    made = numbered(notice({}, {"sscc": sscc(PREFIX, 1)}), PREFIX, count(1))

    assert [one.serial for one in made.given] == [2]


@given(st.lists(st.sampled_from([None, 1, 2, 3, 4]), max_size=8), st.integers(0, 5), st.sampled_from(["065543", PREFIX, "061414112345"]))
def test_no_number_is_given_twice(held: list[int | None], first: int, prefix: str):
    own = list(dict.fromkeys(serial for serial in held if serial))
    units: list[dict[str, Any]] = [{"sscc": sscc(prefix, serial)} for serial in own] + [{} for serial in held if serial is None]
    made = numbered(notice(*units), prefix, count(first))

    numbers = [unit["sscc"] for unit in made.document["handling_units"]]
    assert made.findings == ()
    assert len(set(numbers)) == len(numbers) == len(units)
    assert all(read_sscc(number) == number for number in numbers)


def test_two_units_of_one_number_are_told():
    assert codes(numbered(notice({"sscc": "006554320000000014"}, {"sscc": "006554320000000014"}), PREFIX, count(1))) == ["sscc-twice"]


@pytest.mark.parametrize(
    ("prefix", "serials", "code"),
    [
        (PREFIX, (), "sscc-serials-out"),
        (PREFIX, (1,), "sscc-serials-out"),
        ("", count(1), "sscc-unfit"),
        ("06554X2", count(1), "sscc-unfit"),
        (PREFIX, count(10**9), "sscc-unfit"),
    ],
)
def test_what_cannot_be_numbered_is_told_at_the_unit(prefix: str, serials: Any, code: str):
    made = numbered(notice({}, {}), prefix, iter(serials))

    assert codes(made) == [code]
    assert str(made.findings[0].location.field).startswith("handling_units.")


def lakeside(facts: str) -> Any:
    """The terms of Lakeside's ship notices with facts of the agreement."""
    name = "partner_profiles/lakeside.yaml"
    text = golden.LIBRARY.read(name).replace("guide: lakeside/856}", f"guide: lakeside/856, facts: {facts}}}")
    catalog = Catalog.load(OwnFiles({name: text}))
    return catalog.terms(next(one for one in catalog.partners["lakeside"].agreements if one.row.set == "856"))


BARE = {**SHIPPED, "handling_units": [{"ordinal": 1, "kind": "carton"}]}


def test_a_ship_notice_is_written_with_the_numbers_given_and_says_so():
    terms = lakeside("{sscc: allocate}")
    guide = golden.guide("lakeside/856")
    writer = Writer(golden.mapping("lakeside/856"), guide)
    result = write_set(writer, BARE, terms=terms, thread={"order": ORDER}, serials=count(41))

    assert [finding.message for finding in result.findings if finding.severity == "error"] == []
    assert f"MAN*GM*{sscc(PREFIX, 41)}" in result.segments
    assert [(one.unit, one.serial) for one in result.given] == [(1, 41)]
    assert result.document["handling_units"][0]["sscc"] == sscc(PREFIX, 41)
    again = write_set(writer, result.document, terms=terms, thread={"order": ORDER}, serials=count(99))
    assert (again.segments, again.given) == (result.segments, ())
    assert codes(write_set(writer, BARE, terms=terms, thread={"order": ORDER})) == ["sscc-serials-out"]


def test_where_the_agreement_does_not_allow_it_nothing_is_given():
    catalog = Catalog.load(FolderLibrary(golden.ROOT))
    result = written(catalog, "856", BARE, {"order": ORDER})

    assert result.given == ()
    assert not any(raw.startswith("MAN") for raw in result.segments)
