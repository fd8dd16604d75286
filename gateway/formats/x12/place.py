"""Where things stand in the file, worked out on demand from a set's pieces: fast reading keeps no offsets."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from gateway.edi.finding import Location
from gateway.formats.x12.envelope import TransactionSet

_BLANK = " \t\r\n\0\x1a"


def segment_place(transaction_set: TransactionSet, index: int) -> Location:
    """The place of segment `index` of the set's part (0 = its first): ordinal, position, byte offset, length, line."""
    raw = transaction_set.segments[index] if index < len(transaction_set.segments) else ""
    position = transaction_set.position + index
    return replace(
        _span(transaction_set, index, 0, len(raw)),
        segment=raw.split(transaction_set.delimiters.element, 1)[0][:3] or None,
        segment_position=position,
        segment_ordinal=transaction_set.ordinal + position - 1,
    )


def element_place(
    transaction_set: TransactionSet,
    index: int,
    element: int,
    component: int | None = None,
    repetition: int | None = None,
    *,
    element_id: str | None = None,
    loop: str | None = None,
) -> Location:
    """The place of an element (component, repetition; all from 1) of segment `index` of the part."""
    delimiters = transaction_set.delimiters
    raw = transaction_set.segments[index]
    elements = raw.split(delimiters.element)
    at = min(sum(map(len, elements[:element])) + element, len(raw))
    value = elements[element] if element < len(elements) else ""
    for separator, number in ((delimiters.repetition, repetition), (delimiters.component, component)):
        if separator and number:
            parts = value.split(separator)
            at += sum(map(len, parts[: number - 1])) + (number - 1) * len(separator) if number <= len(parts) else len(value)
            value = parts[number - 1] if number <= len(parts) else ""
    position = transaction_set.position + index
    return replace(
        _span(transaction_set, index, at, at + len(value)),
        segment=elements[0][:3] or None,
        segment_position=position,
        segment_ordinal=transaction_set.ordinal + position - 1,
        element=element,
        component=component,
        repetition=repetition,
        element_id=element_id,
        loop=loop,
    )


def _span(transaction_set: TransactionSet, index: int, start: int, end: int) -> Location:
    """Bytes and line of the characters `start` to `end` of a segment, the line breaks that were dropped counted."""
    known = transaction_set.starts
    if known is None or known[:2] != (transaction_set.position, len(transaction_set.segments)):
        known = transaction_set.starts = (transaction_set.position, len(transaction_set.segments), *_starts(transaction_set))
    offset, line = known[2][index], known[3][index]
    text = transaction_set.segments[index] if index < len(transaction_set.segments) else ""
    if index < len(known[4]) and transaction_set.pieces is not transaction_set.segments:
        piece = transaction_set.pieces[known[4][index]].lstrip(_blanks(transaction_set))
        if not piece.startswith(text):  # line breaks in it were dropped
            text = piece
            kept = [place for place, character in enumerate(piece) if character not in "\r\n"]
            first = kept[start] if start < len(kept) else kept[-1] + 1
            start, end = first, first if end <= start else kept[end - 1] + 1
    line += text.count("\n", 0, start)
    first, lines = _dropped(transaction_set, offset + start)
    last = _dropped(transaction_set, offset + end - 1)[0] if end > start else first
    return Location(offset=offset + start + first, length=end - start + last - first, line=line + lines)


def _starts(transaction_set: TransactionSet) -> tuple[list[int], list[int], list[int]]:
    """Text offset, line and piece of every segment of the part, and where the next would begin; done once for all findings of a part."""
    terminator, blanks = transaction_set.delimiters.segment, _blanks(transaction_set)
    offset, line, ends = transaction_set.part_offset, transaction_set.part_line, terminator.count("\n")
    offsets: list[int] = []
    lines: list[int] = []
    numbers: list[int] = []
    for number, piece in enumerate(transaction_set.pieces):
        start = len(piece) - len(piece.lstrip(blanks))
        if start < len(piece):
            offsets.append(offset + start)
            lines.append(line + piece.count("\n", 0, start))
            numbers.append(number)
        offset += len(piece) + len(terminator)
        line += piece.count("\n") + ends
    return [*offsets, offset], [*lines, line], numbers


def _blanks(transaction_set: TransactionSet) -> str:
    return _BLANK.replace(transaction_set.delimiters.segment, "").replace(transaction_set.delimiters.element, "")


def _dropped(transaction_set: TransactionSet, offset: int) -> tuple[int, int]:
    """Bytes and lines dropped before a text offset; none but in files that are wrapped from the ISA on."""
    breaks = transaction_set.breaks
    before = bisect_right(breaks, (offset, 1 << 62)) if breaks else 0
    return breaks[before - 1][1:] if before else (0, 0)
