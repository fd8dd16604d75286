"""Bytes to rows: lines of any kind, quoted values with line ends inside, and where each row stands. Damage stays in its row."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import Dialect

LINE_LIMIT = 1_000_000
"""Bytes of one line, and of one row with its lines."""

LINES_LIMIT = 200
"""Lines of one row: a quote that stays open longer is a mistake."""

CELLS_LIMIT = 1000
"""Cells of one row."""

_END = re.compile(rb"\r\n|\n|\r")


@dataclass(slots=True)
class Row:
    """One row: its cells, the line it begins on (from 1), its bytes in the file, and what is wrong with it."""

    cells: list[str]
    line: int
    offset: int
    length: int
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """The lines of a file with their places; `kinds` are the line ends seen, `cut` whether the file was given up."""

    kinds: set[bytes] = field(default_factory=set)
    mark: bool = False
    cut: bool = False

    def read(self, chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Each line without its end, with its offset and its length with the end."""
        rest, offset, first = b"", 0, True
        for chunk in chunks:
            data = rest + chunk
            if first and len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                rest = data
                continue
            if first:
                first = False
                if data.startswith(b"\xef\xbb\xbf"):
                    self.mark, data, offset = True, data[3:], 3
            at = 0
            for found in _END.finditer(data):
                if found.end() == len(data) and found.group() == b"\r":
                    break  # the other half may stand in the next chunk
                self.kinds.add(found.group())
                yield data[at : found.start()], offset + at, found.end() - at
                at = found.end()
            rest = data[at:]
            offset += at
            if len(rest) > LINE_LIMIT:
                self.cut = True
                yield rest[:LINE_LIMIT], offset, len(rest)
                return
        if rest:
            bare = rest.rstrip(b"\r")
            yield bare, offset, len(rest)


def rows(lines: Iterable[tuple[bytes, int, int]], dialect: Dialect) -> Iterator[Row]:
    """The rows of a file; empty lines are none. A quote that is never closed spoils only the line it opens on."""
    waiting: deque[tuple[bytes, int, int, int]] = deque()
    source = iter(lines)
    number = 0
    while True:
        if waiting:
            raw, offset, length, line = waiting.popleft()
        else:
            following = next(source, None)
            if following is None:
                return
            number += 1
            raw, offset, length, line = *following, number
        if not raw.strip():
            continue
        taken = [(raw, offset, length, line)]
        text, wrong = _text(raw, dialect, line, offset)
        cells, opened = _cells(text, dialect)
        while opened and len(taken) < LINES_LIMIT and sum(len(piece[0]) for piece in taken) < LINE_LIMIT:
            if waiting:
                more = waiting.popleft()
            else:
                following = next(source, None)
                if following is None:
                    break
                number += 1
                more = (*following, number)
            taken.append(more)
            whole, also = _text(more[0], dialect, more[3], more[1])
            wrong += also
            text += "\n" + whole
            if not dialect.quote or dialect.quote in whole:
                cells, opened = _cells(text, dialect)
        row = Row(cells, line, offset, sum(piece[2] for piece in taken), wrong)
        if opened:
            waiting.extendleft(reversed(taken[1:]))
            row = Row(cells, line, offset, length, _text(raw, dialect, line, offset)[1])
            row.findings.append(CODES["csv-quote-open"].finding(Location(line=line, column=opened), column=opened))
        _judge(row, text if not opened else "", dialect)
        yield row


def _text(raw: bytes, dialect: Dialect, line: int, offset: int) -> tuple[str, list[Finding]]:
    findings: list[Finding] = []
    if len(raw) >= LINE_LIMIT:
        findings.append(CODES["csv-too-long"].finding(Location(line=line, offset=offset), limit=LINE_LIMIT))
        raw = raw[:200]
    if b"\0" in raw:
        findings.append(CODES["csv-nul"].finding(Location(line=line, offset=offset + raw.index(b"\0"))))
        raw = raw.replace(b"\0", b"")
    try:
        return raw.decode(dialect.encoding), findings
    except UnicodeDecodeError as error:
        place = Location(line=line, offset=offset + error.start)
        findings.append(CODES["csv-encoding"].finding(place, encoding=dialect.encoding, byte=f"{raw[error.start]:#04x}"))
        return raw.decode(dialect.encoding, "replace"), findings


def _cells(text: str, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of a row; the number of the cell whose quote is still open, 0 if none is."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if not quote or quote not in text:
        return text.split(delimiter), 0
    cells: list[str] = []
    at, size = 0, len(text)
    while True:
        start = at
        while start < size and text[start] == " " and delimiter != " ":
            start += 1
        if start < size and text[start] == quote:
            value, at = _quoted(text, start + 1, quote)
            if at < 0:
                return [*cells, value], len(cells) + 1
            end = text.find(delimiter, at)
            end = size if end < 0 else end
            behind = text[at:end]
            cells.append(value + (_BEHIND + behind if behind.strip() else ""))
        else:
            end = text.find(delimiter, at)
            end = size if end < 0 else end
            cells.append(text[at:end])
        if end >= size or len(cells) > CELLS_LIMIT:
            return cells, 0
        at = end + 1


_BEHIND = "\udfff"
"""Between a quoted value and what stands behind its closing quote; no decoded text holds it."""


def _quoted(text: str, at: int, quote: str) -> tuple[str, int]:
    """The value of a quoted cell and where it ends; -1 where its quote is not closed."""
    parts: list[str] = []
    while True:
        end = text.find(quote, at)
        if end < 0:
            return "".join([*parts, text[at:]]), -1
        parts.append(text[at:end])
        if text.startswith(quote, end + 1):
            parts.append(quote)
            at = end + 2
            continue
        return "".join(parts), end + 1


def _judge(row: Row, text: str, dialect: Dialect) -> None:
    """What is wrong with a row by itself."""
    if len(row.cells) > CELLS_LIMIT:
        row.findings.append(CODES["csv-too-wide"].finding(Location(line=row.line), limit=CELLS_LIMIT))
        row.cells = row.cells[:CELLS_LIMIT]
    if dialect.quote and dialect.quote in text:
        for n, cell in enumerate(row.cells):
            if _BEHIND in cell:
                value, _, behind = cell.partition(_BEHIND)
                row.cells[n] = value
                row.findings.append(CODES["csv-quote-behind"].finding(Location(line=row.line, column=n + 1), behind.strip(), column=n + 1))
