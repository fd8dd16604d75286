"""Lines to rows: quoted values with line ends inside, and where each row stands. Damage stays in its row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from gateway.edi.finding import Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import Dialect
from gateway.formats.rows.grouping import Row
from gateway.formats.rows.lines import LINE_LIMIT, decoded, line_encoding

LINES_LIMIT = 200
"""Lines of one row: a quote that stays open longer is a mistake."""

CELLS_LIMIT = 1000
"""Cells of one row."""


def rows(lines: Iterable[tuple[bytes, int, int]], dialect: Dialect) -> Iterator[Row]:
    """The rows of a file; empty and skipped lines are none. A quote that is never closed spoils only the line it opens on."""
    waiting: deque[tuple[bytes, int, int, int]] = deque()
    source = iter(lines)
    encoding = line_encoding(dialect.encoding)
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
        if line <= dialect.skip or not raw.strip():
            continue
        taken = [(raw, offset, length, line)]
        text, wrong = decoded(raw, encoding, line, offset)
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
            text, also = decoded(more[0], encoding, more[3], more[1])
            wrong += also
            cells.take(text)
        row = Row(cells.done, line, offset, sum(piece[2] for piece in taken), wrong)
        if cells.open:
            waiting.extendleft(reversed(taken[1:]))
            row = Row(cells.first, line, offset, length, decoded(raw, encoding, line, offset)[1])
            row.findings.append(CODES["csv-quote-open"].finding(Location(line=line, column=len(row.cells)), column=len(row.cells)))
        for column, behind in cells.behind if not cells.open else ():
            row.findings.append(CODES["csv-quote-behind"].finding(Location(line=line, column=column), behind, column=column))
        if len(row.cells) > CELLS_LIMIT:
            row.findings.append(CODES["csv-too-wide"].finding(Location(line=line), limit=CELLS_LIMIT))
            row.cells = row.cells[:CELLS_LIMIT]
        yield row


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
