"""Where things stand in the file, worked out on demand from a set's pieces: fast reading keeps no offsets."""

from __future__ import annotations

from dataclasses import replace

from gateway.edi.finding import Location
from gateway.formats.x12.envelope import TransactionSet

_BLANK = " \t\r\n\0\x1a"


def segment_place(transaction_set: TransactionSet, index: int) -> Location:
    """The place of segment `index` of the set's part (0 = its first): ordinal, position, byte offset, length, line."""
    terminator = transaction_set.delimiters.segment
    blanks = _BLANK.replace(terminator, "").replace(transaction_set.delimiters.element, "")
    offset, line, seen = transaction_set.part_offset, transaction_set.part_line, 0
    raw = transaction_set.segments[index] if index < len(transaction_set.segments) else ""
    if transaction_set.pieces is transaction_set.segments:
        before = transaction_set.segments[:index]
        offset += sum(map(len, before)) + len(terminator) * len(before)
        line += terminator.count("\n") * len(before) + sum(segment.count("\n") for segment in before)
    else:
        for piece in transaction_set.pieces:
            start = len(piece) - len(piece.lstrip(blanks))
            if piece[start:]:
                if seen == index:
                    offset += start
                    line += piece[:start].count("\n")
                    break
                seen += 1
            offset += len(piece) + len(terminator)
            line += (piece + terminator).count("\n")
    position = transaction_set.position + index
    return Location(
        segment=raw.split(transaction_set.delimiters.element, 1)[0][:3] or None,
        segment_position=position,
        segment_ordinal=transaction_set.ordinal + position - 1,
        offset=_byte(transaction_set, offset),
        length=len(raw),
        line=line,
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
    offset = None if here.offset is None else here.offset + at
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


def _byte(transaction_set: TransactionSet, offset: int) -> int:
    """The byte of a text offset: the same, but for files wrapped inside segments."""
    dropped = 0
    for at, total in transaction_set.breaks:
        if at > offset:
            break
        dropped = total
    return offset + dropped
