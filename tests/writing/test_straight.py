"""Straight code gives what the general way gives: for samples, for generated sets, for the corpus, and for what has no shape."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_round_trip import CASES, SETS, documents, generous, made, reading

from gateway.formats.x12.envelope import Delimiters
from gateway.translate.mapping import Mapping
from gateway.translate.runtime import Context
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

ORDER: dict[str, Any] = {
    "document_type": "purchase_order",
    "number": "4711",
    "date": date(2026, 3, 1),
    "purpose": "original",
    "kind": "stand_alone",
    "currency": "USD",
    "department": "042",
    "parties": [{"role": "ship_to", "name": "Dock", "address": {"lines": ["1 Pier", "Gate 2", "Hall 3"], "city": "Town"}}],
    "lines": [
        {
            "ordinal": 1,
            "number": "1",
            "quantity": {"value": Decimal(12), "unit": "EA"},
            "description": "A" * 90,
            "notes": [{"text": "With care"}],
        },
        {"ordinal": 2, "quantity": {"value": Decimal(1)}, "items": [{"scheme": "upc", "value": "1"}]},
    ],
}


class Both:
    """One mapping, written both ways."""

    def __init__(self, mapping: Mapping, name: str) -> None:
        self.general = Writer(mapping, golden.guide(name))
        self.general.straight = None
        self.writer = Writer(mapping, golden.guide(name))

    def straight(self, document: dict[str, Any], component: str = ">") -> bool:
        """Whether a document is written by straight code; then it is as the general way has it."""
        assert self.writer.straight is not None
        self.writer.straight.write(document, Context(component=component))  # seen
        rows = self.writer.straight.write(document, Context(component=component))
        if rows is None:
            return False
        general = self.general.write(document, Context(component=component))
        assert rows == general.segments
        assert general.findings == []
        return True


def order() -> Both:
    return Both(golden.mapping("x12/004010/850"), "x12/004010/850")


def test_an_order_of_our_own_is_written_straight():
    assert order().straight(ORDER)


def test_a_shape_that_is_met_first_goes_the_general_way_and_then_straight():
    writer = order().writer
    assert writer.straight is not None
    first = writer.write(ORDER).segments

    assert writer.straight.made == 0
    assert writer.write(ORDER).segments == first
    assert writer.straight.made > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"extensions": {"colour": "red"}},
        {"department": None},
        {"department": 3.5},
        {"lines": None},
        {"lines": [None]},
        {"lines": [{"quantity": "12"}]},
        {"lines": [{"quantity": {"value": Decimal(1), "unit": "NOUNIT"}}]},
        {"lines": [{"number": ""}]},
        {"lines": [{"items": [{"scheme": "upc"}]}]},
        {"lines": [{"items": [{"scheme": "upc", "value": str(n)} for n in range(20)]}]},
        {"parties": [{"role": "ship_to", "address": "1 Pier"}]},
        {"unmapped": [{"segment": "REF", "elements": {"1": "ZZ", "2": "9"}}]},
    ],
)
def test_whatever_is_odd_is_left_to_the_general_way(changes: dict[str, Any]):
    both = order()
    assert both.straight(ORDER)
    assert not both.straight({**ORDER, **changes})
    assert both.writer.write({**ORDER, **changes}) == both.general.write({**ORDER, **changes})


def test_a_shape_inside_a_known_one_is_code_of_its_own():
    both = order()
    both.straight(ORDER)
    for quantity in ({"value": Decimal(1)}, {"value": Decimal(2), "unit": "EA"}, {"unit": "EA", "value": Decimal(3)}):
        assert both.straight({**ORDER, "lines": [{"number": "1", "quantity": quantity}]})


def test_the_kept_shapes_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gateway.translate.writing.straight.SHAPES", 5)
    both = order()
    names = ("number", "date", "purpose", "kind", "department", "contract", "release")
    for n in range(1, 2 ** len(names), 3):
        said = {"document_type": "purchase_order", **{name: ORDER.get(name, "1") for bit, name in enumerate(names) if n >> bit & 1}}
        both.straight(said)
        assert both.writer.write(said).segments == both.general.write(said).segments
    assert both.writer.straight is not None
    assert both.writer.straight.made == 5
    assert len(both.writer.straight.seen) <= 5


@pytest.mark.parametrize("case", CASES)
def test_samples_are_written_alike(case: str):
    for name, document, delimiters in documents((golden.SAMPLES / case / "input.edi").read_bytes()):
        if golden.mapping(name).rules.hierarchy is None:
            Both(golden.mapping(name), name).straight(document, delimiters.component)


def alike(version: str, kind: str, count: int, seed: str) -> int:
    """Writes generated sets both ways; how many went straight."""
    name = f"x12/{version}/{kind}"
    both, straight = Both(generous(name), name), 0
    for raws in made(version, kind, count, seed):
        _, read = reading(both.writer.mapping, name, raws, Delimiters(repetition="^" if version >= "005010" else None))
        for document in read.documents:
            straight += both.straight({field: value for field, value in document.items() if field != "unmapped"})
    return straight


@pytest.mark.parametrize(("version", "kind"), [one for one in SETS if one[1] != "856"])
def test_generated_sets_are_written_alike(version: str, kind: str):
    assert alike(version, kind, 20, f"straight{version}{kind}") >= 1


@pytest.mark.campaign
@pytest.mark.parametrize(("version", "kind"), [one for one in SETS if one[1] != "856"])
def test_hundreds_of_generated_sets_are_written_alike(version: str, kind: str):
    alike(version, kind, 500, str(random.random()))


@pytest.mark.skipif(not golden.corpus(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_most_documents_of_the_corpus_are_written_straight_and_all_alike():
    known: dict[str, Both] = {}
    went = [0, 0]
    for path in golden.corpus():
        for name, document, delimiters in documents(Path(path).read_bytes()):
            if golden.mapping(name).rules.hierarchy is None:
                both = known.setdefault(name, Both(golden.mapping(name), name))
                went[both.straight(document, delimiters.component)] += 1
    assert went[True] > 2 * went[False]
