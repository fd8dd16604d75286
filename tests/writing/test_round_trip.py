from collections.abc import Iterator
from typing import Any

import pytest

from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.tree import tree
from gateway.translate.outcome import context_of, translate_set, trimmed
from gateway.translate.writing import Writer
from gateway.translate.writing_proof import write_set
from tests.mappings import golden

OURS = ("850", "855", "810", "856")
CASES = [str(case.relative_to(golden.SAMPLES)) for case in golden.cases() if case.parts[-2] in OURS]
COMPUTED = {"structure"}


def documents(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of a file with the mapping that read them."""
    for name, one in golden.sets(data):
        for document in translate_set(None, golden.guide(name), golden.mapping(name), one).documents:
            yield name, document


def again(name: str, segments: tuple[str, ...]) -> dict[str, Any]:
    """What was written, read."""
    texts = list(segments)
    one = TransactionSet(texts, texts, golden.guide("x12/004010/850") and delimiters(), 1, 0, 1, 1, name.rsplit("/", 1)[-1], "0001")
    validate(golden.guide(name), one)
    reading = golden.mapping(name).read(trimmed(tree(golden.guide(name), one), one), context_of(None, one))
    return reading.documents[0]


def delimiters() -> Any:
    from gateway.formats.x12.envelope import Delimiters

    return Delimiters()


def without(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"schema_version", "envelope", *COMPUTED}}


@pytest.mark.parametrize("case", CASES)
def test_a_document_written_and_read_again_is_the_same(case: str):
    for name, document in documents((golden.SAMPLES / case / "input.edi").read_bytes()):
        written = write_set(Writer(golden.mapping(name), golden.guide(name)), document)

        assert [finding.message for finding in written.findings if finding.severity == "error"] == []
        assert without(again(name, written.segments)) == without(document)
