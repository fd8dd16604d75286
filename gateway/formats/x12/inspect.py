"""A transaction set as people look at it: its segments in order, in the loops of its guide, with the names of elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.edi.finding import Location
from gateway.formats.x12.conformance import compiled, validate
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.grammar import Position
from gateway.profiles.guide import Guide, Slot

LINES = {"PO1": "order line", "POC": "order line", "IT1": "invoice line", "LIN": "item", "W01": "line", "SPO": "order"}
"""Segments that begin what people count in a document, and the word for it."""


@dataclass(frozen=True, slots=True)
class LoopBegins:
    """A loop opens: its path in the guide (PO1/N1) and which occurrence in the loop around it, from 1."""

    depth: int
    path: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class SegmentStands:
    """A segment: `position` in the set (ST = 1), its text, and its elements as (reference, name, value) where sent.

    `placed` is False where the guide has no place for it; `slots` are all elements that the guide has for it.
    """

    depth: int
    position: int
    text: str
    elements: tuple[tuple[str, str, str], ...]
    placed: bool
    slots: tuple[Slot, ...] = ()


def tree(transaction_set: TransactionSet, guide: Guide | None) -> Iterator[LoopBegins | SegmentStands]:
    """The set's segments with the loops they open; without a guide all stand on one level. Validates the set on the way."""
    separator = transaction_set.delimiters.element
    if guide is None:
        for index, raw in enumerate(transaction_set.segments):
            yield SegmentStands(0, index + 1, raw, _elements(raw.split(separator), ()), placed=True)
        return
    if transaction_set.trace is None:
        validate(guide, transaction_set)
    positions = compiled(guide, transaction_set.delimiters).grammar.positions
    counts: dict[int, int] = {}
    depth = 0
    for index, (raw, at) in enumerate(zip(transaction_set.segments, transaction_set.trace or (), strict=False)):
        values = raw.split(separator)
        if at < 0:
            yield SegmentStands(depth, index + 1, raw, _elements(values, ()), placed=False)
            continue
        position = positions[at]
        depth = len(position.loops)
        if position.opens is not None:
            counts[at] = counts.get(at, 0) + 1
            for inner in _within(positions, at):
                counts.pop(inner, None)
            yield LoopBegins(depth - 1, position.opens.path, counts[at])
        slots = position.node.segment.slots
        yield SegmentStands(depth, index + 1, raw, _elements(values, slots), placed=True, slots=slots)


def line_hint(transaction_set: TransactionSet, location: Location) -> str:
    """Which line of the document a place belongs to, as `order line 2`; '' where it belongs to none or that is not known.

    The line's own number (PO101, IT101) where it was sent, else its count. A set that came in parts knows its last part only.
    """
    if location.segment_position is None:
        return ""
    last = location.segment_position - transaction_set.position
    separator = transaction_set.delimiters.element
    opening = location.loop.split("/")[0].split("#")[0] if location.loop else location.segment
    if opening not in LINES or not 0 <= last < len(transaction_set.segments):
        return ""
    own = [raw for raw in transaction_set.segments[: last + 1] if raw.startswith(opening + separator)]
    if not own:
        return ""
    number = own[-1].split(separator)[1].strip()[:20]
    if not number and transaction_set.position == 1:
        number = str(len(own))
    return f"{LINES[opening]} {number}" if number else ""


def _within(positions: list[Position], at: int) -> range:
    """The positions inside the loop that opens at `at`, its first segment left out."""
    end = at + 1
    while end < len(positions) and any(first == at for _, first in positions[end].loops):
        end += 1
    return range(at + 1, end)


def _elements(values: list[str], slots: tuple[Slot, ...]) -> tuple[tuple[str, str, str], ...]:
    """Elements sent: reference as BEG-01, our name for it where there is one, value."""
    told = []
    for number, value in enumerate(values[1:], 1):
        slot = slots[number - 1] if number <= len(slots) else None
        name = slot.element.name if slot is not None and slot.element is not None else ""
        if value:
            told.append((f"{values[0]}-{number:02d}", name, value))
    return tuple(told)
