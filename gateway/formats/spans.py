"""The bytes of cells: of a row's column in a delimited file, of a place in a fixed-width record. Worked out on demand from the file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from gateway.formats.delimited.dialect import Dialect
from gateway.formats.delimited.rows import LINES_LIMIT
from gateway.formats.fixed.layout import FixedLayout
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.lines import Lines, line_encoding

Place = tuple[int, int]
"""Line and column, both from 1, as findings and origins say them."""
Span = tuple[int, int]
"""Offset in the file, and length."""


def spans(chunks: Iterable[bytes], wanted: Collection[Place], settings: Any) -> dict[Place, Span]:
    """Of cells the bytes that their values stand in; none of formats that have no rows of bytes (spreadsheets, XML, UTF-16)."""
    if not isinstance(settings, Dialect | FixedLayout) or line_encoding(settings.encoding) != settings.encoding:
        return {}
    columns: dict[int, list[int]] = {}
    for line, column in wanted:
        columns.setdefault(line, []).append(column)
    found: dict[Place, Span] = {}
    for line, offset, row in _rows(chunks, set(columns), settings):
        cells = list(_cells(row, settings)) if isinstance(settings, Dialect) else []
        for column in columns[line]:
            span = (
                _spot(row, column, settings) if isinstance(settings, FixedLayout) else cells[column - 1] if column <= len(cells) else None
            )
            if span is not None:
                found[line, column] = (offset + span[0], span[1])
    return found


def _rows(chunks: Iterable[bytes], wanted: set[int], settings: Dialect | FixedLayout) -> Iterator[tuple[int, int, bytes]]:
    """The wanted rows by their line, with their offset; one with line ends inside quotes is whole."""
    if isinstance(settings, FixedLayout) and not settings.line_end:
        data = b"".join(chunks)
        yield from ((line, at, data[at : at + settings.width]) for line in sorted(wanted) for at in [(line - 1) * settings.width])
        return
    quote = settings.quote.encode(settings.encoding) if isinstance(settings, Dialect) else b""
    lines = enumerate(Lines().read(chunks), 1)
    for number, (raw, offset, length) in lines:
        if number not in wanted:
            continue
        row, size = raw, length
        while quote and row.count(quote) % 2 and row.count(b"\n") < LINES_LIMIT:
            following = next(lines, None)
            if following is None:
                break
            _, (more, _, also) = following
            row, size = row + b"\n" * (size - len(row)) + more, size + also
        yield number, offset, row


def _cells(row: bytes, dialect: Dialect) -> Iterator[Span]:
    """Where each value of a row stands, without its quotes and the blanks around."""
    delimiter, quote = dialect.delimiter.encode(dialect.encoding), dialect.quote.encode(dialect.encoding)
    at = 0
    while at <= len(row):
        begin = at
        while row[begin : begin + 1] == b" ":
            begin += 1
        end = -1
        if quote and row.startswith(quote, begin):
            begin += len(quote)
            end = row.find(quote, begin)
            while end >= 0 and row.startswith(quote, end + len(quote)):
                end = row.find(quote, end + 2 * len(quote))
            end = len(row) if end < 0 else end
        following = row.find(delimiter, max(at, end))
        following = len(row) if following < 0 else following
        if end < 0:
            end = max(begin, len(row[:following].rstrip(b" ")))
        yield begin, end - begin
        at = following + len(delimiter)


def _spot(row: bytes, first: int, layout: FixedLayout) -> Span | None:
    """The bytes of the column of its record that begins at a character."""
    text = row.decode(layout.encoding, "replace")
    kind = text[layout.record[0] - 1 : layout.record[1]].strip() if layout.record is not None else ROW
    spot = next((spot for spot in dict(layout.spots).get(kind, ()) if spot.first == first), None)
    if spot is None:
        return None
    before, value = (part.encode(layout.encoding, "replace") for part in (text[: first - 1], text[first - 1 : spot.last]))
    return len(before), len(value)
