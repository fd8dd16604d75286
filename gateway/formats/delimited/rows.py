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
        cells = _Cells(dialect)
        cells.take(text)
        size = len(raw)
        while cells.open and len(taken) < LINES_LIMIT and size < LINE_LIMIT:
            if waiting:
                more = waiting.popleft()
            else:
                following = next(source, None)
                if following is None:
                    break
                number += 1
                more = (*following, number)
            taken.append(more)
            size += len(more[0])
            text, also = _text(more[0], dialect, more[3], more[1])
            wrong += also
            cells.take(text)
        row = Row(cells.done, line, offset, sum(piece[2] for piece in taken), wrong)
        if cells.open:
            waiting.extendleft(reversed(taken[1:]))
            row = Row(cells.first, line, offset, length, _text(raw, dialect, line, offset)[1])
            row.findings.append(CODES["csv-quote-open"].finding(Location(line=line, column=len(row.cells)), column=len(row.cells)))
        for column, behind in cells.behind if not cells.open else ():
            row.findings.append(CODES["csv-quote-behind"].finding(Location(line=line, column=column), behind, column=column))
        if len(row.cells) > CELLS_LIMIT:
            row.findings.append(CODES["csv-too-wide"].finding(Location(line=line), limit=CELLS_LIMIT))
            row.cells = row.cells[:CELLS_LIMIT]
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


class _Cells:
    """The cells of one row, taken a line at a time, so that a value over many lines is looked at once."""

    def __init__(self, dialect: Dialect) -> None:
        self.delimiter = dialect.delimiter
        self.quote = dialect.quote
        self.done: list[str] = []
        self.parts: list[str] = []
        self.open = False
        """Whether a quote waits to be closed."""
        self.behind: list[tuple[int, str]] = []
        """Cells with something behind their closing quote."""
        self.first: list[str] = []
        """The cells of the first line, the open one last."""

    def take(self, text: str) -> None:
        """The next line of the row."""
        if not self.quote or (not self.open and self.quote not in text):
            self.done = self.first = text.split(self.delimiter)
            return
        at = 0
        if self.open:
            self.parts.append("\n")
            at = self._quoted(text, 0)
            if at < 0:
                return
            at = self._ended(text, at)
        while at <= len(text) and len(self.done) <= CELLS_LIMIT:
            start = at
            while start < len(text) and text[start] == " ":
                start += 1
            if text.startswith(self.quote, start):
                at = self._quoted(text, start + 1)
                if at < 0:
                    self.first = self.first or [*self.done, "".join(self.parts)]
                    return
                at = self._ended(text, at)
            else:
                end = text.find(self.delimiter, at)
                end = len(text) if end < 0 else end
                self.done.append(text[at:end])
                at = end + 1

    def _quoted(self, text: str, at: int) -> int:
        """Takes what stands inside quotes; where they close, -1 where they do not."""
        while True:
            end = text.find(self.quote, at)
            if end < 0:
                self.parts.append(text[at:])
                self.open = True
                return -1
            self.parts.append(text[at:end])
            if not text.startswith(self.quote, end + 1):
                self.open = False
                return end + 1
            self.parts.append(self.quote)
            at = end + 2

    def _ended(self, text: str, at: int) -> int:
        """Ends a quoted cell; where the next one begins."""
        end = text.find(self.delimiter, at)
        end = len(text) if end < 0 else end
        self.done.append("".join(self.parts))
        self.parts = []
        if text[at:end].strip():
            self.behind.append((len(self.done), text[at:end].strip()))
        return end + 1
