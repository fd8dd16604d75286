"""Mapping both ways: one order between segments and document, against the same mapping in plain Python and against `split`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks import plain
from benchmarks.cases import GUIDES, NotClean, mapping
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.tree import Long, tree
from gateway.translate.runtime import Context
from gateway.translate.writing.writer import Writer

NAME = "x12/004010/850"
DELIMITERS = Delimiters()


class Order:
    """One order of so many lines, ready to be mapped again and again."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self.guide, self.mapping = GUIDES.guide(NAME), mapping(NAME)
        self.texts = plain.order(lines)
        self.data = "".join(text + "~" for text in self.texts).encode()
        self.watch = self.mapping.watch(self.guide)
        self.writer = Writer(self.mapping, self.guide)
        self.set = TransactionSet(self.texts, self.texts, DELIMITERS, 1, 0, 1, 1, "850", "0001")
        validate(self.guide, self.set)
        self.document = self.read()
        self.write()  # a shape is written by straight code from the second time on
        by_hand = [text.split("*") for text in self.texts]
        if self.set.findings or self.document != plain.read(self.texts) or self.write() != plain.write(self.document):
            raise NotClean("the mapping by hand is another")
        if len(self.write()) != len(by_hand) - 2:
            raise NotClean("segments are missing")

    def read(self) -> dict[str, Any]:
        """The document of the set's segments, which were held against the guide before: the tree and the mapping."""
        long: Long = []
        limits = self.watch.limits if self.watch is not None else None
        root = tree(self.guide, self.set, watch=limits, long=long)
        reading = self.mapping.read(root, Context(), long=long, watch=self.watch)
        root.close()
        return reading.documents[0]

    def write(self) -> list[list[str]]:
        """The segments of the document."""
        return self.writer.write(self.document, Context()).segments

    def encoded(self) -> bytes:
        """The bytes of the document."""
        return "".join(["*".join(values) + "~" for values in self.write()]).encode()

    def times(self, case: Callable[[], object], budget: int = 3000) -> Callable[[], None]:
        """A case so often that it can be measured."""
        return partial(_often, case, max(3, budget // self.lines))


def _often(case: Callable[[], object], times: int) -> None:
    for _ in range(times):
        case()
