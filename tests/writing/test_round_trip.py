"""read(write(d)) == d for our samples, for sets made from the guides' data, and for the corpus where there is one."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.documents.models import fields_of
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.tree import tree
from gateway.translate.mapping import Mapping, load
from gateway.translate.outcome import context_of, translate_set, trimmed
from gateway.translate.tables import tables_named
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

sys.path.insert(0, str(Path(__file__).parents[1] / "x12"))
import valid_sets

OURS = ("850", "855", "810", "856")
CASES = [str(case.relative_to(golden.SAMPLES)) for case in golden.cases()]
SETS = [("004010", kind) for kind in OURS] + [("005010", kind) for kind in OURS]
NOT_OF_THE_SET = {"schema_version", "envelope", "structure"}
"""`structure` is BSN05, which writing computes where the set did not say it."""


def reading(mapping: Mapping, name: str, segments: tuple[str, ...] | list[str], delimiters: Delimiters):
    """What a set reads as, and what was found in it."""
    texts = list(segments)
    one = TransactionSet(texts, texts, delimiters, 1, 0, 1, 1, name.rsplit("/", 1)[-1], "0001")
    validate(golden.guide(name), one)
    return one, mapping.read(trimmed(tree(golden.guide(name), one), one), context_of(None, one))


def said(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in NOT_OF_THE_SET}


def documents(data: bytes) -> Iterator[tuple[str, dict[str, Any], Delimiters]]:
    """The documents of a file with the mapping that read them."""
    for name, one in golden.sets(data):
        for document in translate_set(None, golden.guide(name), golden.mapping(name), one).documents:
            yield name, document, one.delimiters


def errors(written) -> list[str]:
    return [f"{finding.location.field}: {finding.message}" for finding in written.findings if finding.severity == "error"]


@pytest.mark.parametrize("case", CASES)
def test_a_document_written_and_read_again_is_the_same(case: str):
    for name, document, delimiters in documents((golden.SAMPLES / case / "input.edi").read_bytes()):
        written = write_set(Writer(golden.mapping(name), golden.guide(name)), document, delimiters=delimiters)

        assert errors(written) == []
        assert said(reading(golden.mapping(name), name, written.segments, delimiters)[1].documents[0]) == said(document)


@pytest.mark.parametrize("case", CASES)
def test_writing_what_was_read_from_what_was_written_gives_the_same_segments(case: str):
    for name, document, delimiters in documents((golden.SAMPLES / case / "input.edi").read_bytes()):
        writer = Writer(golden.mapping(name), golden.guide(name))
        once = write_set(writer, document, delimiters=delimiters).segments
        again = reading(golden.mapping(name), name, once, delimiters)[1].documents[0]

        assert write_set(writer, again, delimiters=delimiters).segments == once


def generous(name: str) -> Mapping:
    """The standard mapping with code tables that pass what they do not know: generated sets hold any code."""
    tables = tables_named(golden.mapping(name).rules)
    return load(golden.LIBRARY, name, golden.guide(name), {table: {"rows": {}, "missing": "pass"} for table in tables}, schema=fields_of)


def levelled(raws: list[str], chance: random.Random) -> list[str]:
    """A ship notice whose levels have the codes that the mapping knows."""
    seen = 0
    for number, raw in enumerate(raws):
        if raw.startswith("HL*"):
            elements = raw.split("*")
            elements[3] = "S" if not seen else "I" if elements[4:5] == ["0"] else chance.choice("OTP")
            seen += 1
            raws[number] = "*".join(elements)
    return raws


def made(version: str, kind: str, count: int, seed: str) -> Iterator[list[str]]:
    """Valid sets; without segments that hold nothing, of which nothing can be kept."""
    known, chance = valid_sets.facts(version, kind), random.Random(seed)
    while count:
        try:
            raws = [one.raw() for one in valid_sets.valid(known, chance, chance.choice((0, 0.03, 0.1)))]
        except StopIteration:
            continue  # an SDQ where there is no PO1
        if all("*" in raw for raw in raws):
            count -= 1
            yield levelled(raws, chance) if kind == "856" else raws


TOLD = {
    "acknowledged": "no ACK, and a verdict that no ACK01 can say",
    "CSH02 needs CSH03": "an action alone, which an IT8 may hold; it is written as the CSH that is read into the same list",
    "MAN 'MAN' appears": "two marks of one MAN, where another MAN may not stand",
}
"""What cannot be written as it came, and why: told at its field, and nothing leaves."""


def told(wrong: list[str]) -> bool:
    """Whether a document is refused for what the laws know cannot be written."""
    return any(known in text for known in TOLD for text in wrong)


def held_against(version: str, kind: str, count: int, seed: str) -> int:
    """Writes and reads generated sets; how many documents came back as they were."""
    name = f"x12/{version}/{kind}"
    mapping = generous(name)
    writer = Writer(mapping, golden.guide(name))
    delimiters = Delimiters(repetition="^" if version >= "005010" else None)
    kept = 0
    for raws in made(version, kind, count, seed):
        _, first = reading(mapping, name, raws, delimiters)
        if first.findings or "unmapped" in first.documents[0]:
            continue  # ambiguous, or with what no rule reads
        document = first.documents[0]
        written = write_set(writer, document, delimiters=delimiters)
        if told(errors(written)):
            continue
        assert errors(written) == [], "\n".join(raws)
        assert said(reading(mapping, name, written.segments, delimiters)[1].documents[0]) == said(document)
        kept += 1
    return kept


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_generated_sets_come_back_as_they_were(version: str, kind: str):
    assert held_against(version, kind, 25, f"{kind}{version}") >= 5


@pytest.mark.campaign
@pytest.mark.parametrize(("version", "kind"), SETS)
def test_hundreds_of_generated_sets_come_back(version: str, kind: str):
    held_against(version, kind, 500, str(random.random()))


@pytest.mark.skipif(not golden.corpus(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_every_document_of_the_corpus_comes_back():
    kept = 0
    for path in golden.corpus():
        for name, document, delimiters in documents(path.read_bytes()):
            written = write_set(Writer(golden.mapping(name), golden.guide(name)), document, delimiters=delimiters)
            assert errors(written) == [], path.name
            assert said(reading(golden.mapping(name), name, written.segments, delimiters)[1].documents[0]) == said(document)
            kept += 1
    assert kept >= 80


def test_references_of_a_quantity_are_bounded_by_ls_and_le_as_they_came():
    name = "x12/004010/846"
    body = ["BIA*28*PW*8*20080507", "LIN**VN*A-1", "QTY*33*2", "LS*REF", "REF*PK**PALLET", "REF*IFT*9", "LE*REF"]
    raws = ["ST*846*0001", *body, f"SE*{len(body) + 2}*0001"]
    _, read = reading(generous(name), name, raws, Delimiters())
    written = write_set(Writer(generous(name), golden.guide(name)), read.documents[0], delimiters=Delimiters())
    assert errors(written) == []
    assert list(written.segments) == raws
