"""A checked set as the tree of loops that mappings read."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.formats.tree import Loop, PlacedSegment, Segment
from gateway.formats.x12.conformance import compiled
from gateway.formats.x12.elements import decoded
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.grammar import Grammar
from gateway.profiles.guide import Guide, LoopGuide

Long = list[tuple[Loop, Segment, int]]
"""Segments with more elements than were watched for, each with its loop and its position in the guide (-1: none)."""


def tree(
    guide: Guide,
    transaction_set: TransactionSet,
    charset: str | None = None,
    *,
    placed: bool = False,
    watch: Sequence[int] | None = None,
    long: Long | None = None,
) -> Loop:
    """The set's segments in the loops where `validate` found them; segments without a place stand in the innermost open loop.

    Values are decoded by `charset`, or as UTF-8 where their bytes are (else Latin-1). `placed` keeps each segment's index
    in the set, for origins. `watch` says of each position of the guide how many elements the reader of the tree knows;
    segments with more of them, or without a position, go to `long` as well.
    """
    separator, component = transaction_set.delimiters.element, transaction_set.delimiters.component
    segments = transaction_set.segments
    rows: list[Segment] = [raw.split(separator) for raw in segments]
    if not transaction_set.plain:
        rows = [_read(row, raw, component, charset) for row, raw in zip(rows, segments, strict=True)]
    if placed:
        rows = [PlacedSegment(row, index) for index, row in enumerate(rows)]
    return loops(compiled(guide, transaction_set.delimiters).grammar, rows, transaction_set.trace or [-1] * len(rows), watch, long)


def loops(
    grammar: Grammar, rows: Sequence[Segment], trace: Sequence[int], watch: Sequence[int] | None = None, long: Long | None = None
) -> Loop:
    """Segments in the loops where their places in the guide say that they stand; of a set, or of a part of it."""
    depths, parents, opens = grammar.depths, grammar.parents, grammar.opens
    root = here = Loop("", None)
    current = -1
    """Position of the first segment of the innermost open loop; -1 is the set itself."""
    chain: list[tuple[int, Loop]] = []
    """Open loops, outermost first: the position of the loop's first segment, and the loop."""
    for elements, at in zip(rows, trace, strict=True):
        if at >= 0:
            parent = parents[at]
            if parent != current:
                depth = depths[at]
                del chain[depth:]
                if len(chain) != depth or (depth and chain[-1][0] != parent):
                    _open(chain, root, grammar.around(at))
                here = chain[-1][1] if depth else root
                current = parent
            opened = opens[at]
            if opened is not None:
                here = here.open(opened, elements)
                chain.append((at, here))
                current = at
                if watch is not None and len(elements) > watch[at] and long is not None:
                    long.append((here, elements, at))
                continue
        if watch is not None and (at < 0 or len(elements) > watch[at]) and long is not None:
            long.append((here, elements, at))
        name = elements[0]
        found = here.segments.get(name)
        if found is None:
            here.segments[name] = [elements]
            here.first = here.first or elements
        else:
            found.append(elements)
    return root


def _open(chain: list[tuple[int, Loop]], root: Loop, wanted: tuple[tuple[LoopGuide, int], ...]) -> None:
    """Opens loops whose first segment is missing, so that what stands in them has its place."""
    keep = 0
    while keep < len(chain) and chain[keep][0] == wanted[keep][1]:
        keep += 1
    del chain[keep:]
    for loop, first in wanted[keep:]:
        chain.append((first, (chain[-1][1] if chain else root).open(loop.name)))


def _read(elements: list[str], raw: str, component: str, charset: str | None) -> list[str]:
    """The elements as they are meant."""
    if raw.endswith(component):  # as partners who declare the character before their line end do: no value ends so
        elements[-1] = elements[-1].rstrip(component)
    return elements if raw.isascii() else [_decoded(element, charset) for element in elements]


def _decoded(element: str, charset: str | None) -> str:
    if charset is None:
        return decoded(element)
    try:
        return element.encode("latin-1").decode(charset)
    except UnicodeDecodeError:
        return element
