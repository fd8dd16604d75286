"""Where things stand in the file, worked out on demand from a set's pieces: fast reading keeps no offsets."""

from __future__ import annotations

from dataclasses import replace

from gateway.edi.finding import Location
from gateway.formats.x12.envelope import TransactionSet

_BLANK = " \t\r\n\0\x1a"


def segment_place(transaction_set: TransactionSet, index: int) -> Location:
    """The place of segment `index` of the set's part (0 = its first): ordinal, position, byte offset, length, line."""
    known = transaction_set.starts
    if known is None or known[:2] != (transaction_set.position, len(transaction_set.segments)):
        known = transaction_set.starts = (transaction_set.position, len(transaction_set.segments), *_starts(transaction_set))
    offset, line = known[2][index], known[3][index]
    raw = transaction_set.segments[index] if index < len(transaction_set.segments) else ""
    position = transaction_set.position + index
    return Location(
        segment=raw.split(transaction_set.delimiters.element, 1)[0][:3] or None,
        segment_position=position,
        segment_ordinal=transaction_set.ordinal + position - 1,
        offset=_byte(transaction_set, offset),
        length=len(raw),
        line=line,
    )


def _starts(transaction_set: TransactionSet) -> tuple[list[int], list[int]]:
    """Text offset and line of every segment of the part, and of what would follow the last; done once for all findings of a part."""
    terminator = transaction_set.delimiters.segment
    blanks = _BLANK.replace(terminator, "").replace(transaction_set.delimiters.element, "")
    offset, line, ends = transaction_set.part_offset, transaction_set.part_line, terminator.count("\n")
    offsets, lines = [], []
    for piece in transaction_set.pieces:
        start = len(piece) - len(piece.lstrip(blanks))
        if start < len(piece):
            offsets.append(offset + start)
            lines.append(line + piece.count("\n", 0, start))
        offset += len(piece) + len(terminator)
        line += piece.count("\n") + ends
    return [*offsets, offset], [*lines, line]


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
    here = segment_place(transaction_set, index)
    elements = transaction_set.segments[index].split(delimiters.element)
    at = sum(map(len, elements[:element])) + element
    value = elements[element] if element < len(elements) else ""
    at = min(at, here.length or 0)
    for separator, number in ((delimiters.repetition, repetition), (delimiters.component, component)):
        if separator and number:
            parts = value.split(separator)
            at += sum(map(len, parts[: number - 1])) + (number - 1) * len(separator)
            value = parts[number - 1] if number <= len(parts) else ""
    offset = None if here.offset is None else here.offset + at + _breaks_within(transaction_set, index, at)
    return replace(
        here,
        element=element,
        component=component,
        repetition=repetition,
        element_id=element_id,
        loop=loop,
        offset=offset,
        length=len(value),
    )


def _breaks_within(transaction_set: TransactionSet, index: int, at: int) -> int:
    """Characters of line breaks that were dropped from a segment before its character `at`."""
    if transaction_set.pieces is transaction_set.segments:
        return 0
    whole = [piece.strip(_BLANK) for piece in transaction_set.pieces]
    piece = [piece for piece in whole if piece][index]
    if "\n" not in piece and "\r" not in piece:
        return 0
    kept = [place for place, character in enumerate(piece) if character not in "\r\n"]
    return kept[at] - at if at < len(kept) else len(piece) - len(kept)


def _byte(transaction_set: TransactionSet, offset: int) -> int:
    """The byte of a text offset: the same, but for files wrapped inside segments."""
    dropped = 0
    for at, total in transaction_set.breaks:
        if at > offset:
            break
        dropped = total
    return offset + dropped
