"""Reads a delimited file into one tree a document: rows put together by key, each with its own findings, so that good ones go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import Dialect
from gateway.formats.delimited.rows import rows
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.rows.codes import CODES as ROWS
from gateway.formats.rows.grouping import Grouping, Row
from gateway.formats.rows.header import judged
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.lines import Lines, as_lines

_SHORT_NUMBER = re.compile(r"-?\d(?:[.,]\d+)?[Ee]\+?\d{1,2}")
_FORMULA = re.compile(r"'[=+\-@\t]")


def read(chunks: Iterable[bytes], dialect: Dialect) -> Iterator[DocumentRead | FileEnd]:
    """Each document of a file as it ends, then the file's end. Never raises; what cannot be read is a finding."""
    return _Reader(dialect).read(chunks)


class _Reader:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.findings: list[Finding] = []
        self.names = {kind: dialect.names(kind) for kind, _ in dialect.columns}
        self.order: list[int] | None = None
        """Of each column of the mapping, its place in the row, where a header says it."""
        self.width = 0
        self.grouping = Grouping(dialect)

    def read(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead | FileEnd]:
        lines = Lines()
        every = rows(lines.read(as_lines(lines.counted(chunks), self.dialect.encoding)), self.dialect)
        if not self.dialect.header or self._header(next(every, None)):
            self._columns()
            for row in every:
                if self.dialect.ignores(row.cells):
                    continue
                kind, cells = self._kind(row)
                if kind:
                    self._judge(row, kind, cells)
                yield from self.grouping.take(kind, cells, row)
            yield from self.grouping.end()
        yield self.grouping.closed([*self.findings, *lines.remarks()], lines.size)

    def _header(self, row: Row | None) -> bool:
        """Whether the header names all columns; finds out their order."""
        wanted = self.dialect.columns[0][1] if self.dialect.columns else ()
        if row is None:
            self.findings.append(ROWS["rows-none"].finding(Location(line=1), expected="a header of columns"))
            return False
        self.findings.extend(row.findings)
        names = [cell.strip() for cell in row.cells]
        self.width = len(names)
        if len(names) == 1 and len(wanted) > 1:
            told = CODES["csv-delimiter"].finding(Location(line=row.line), expected=len(wanted), delimiter=repr(self.dialect.delimiter))
            self.findings.append(told)
            return False
        header = judged(names, wanted, row.line)
        self.findings.extend(header.findings)
        self.order = [place for place in header.order if place is not None]
        return not any(finding.severity == "error" for finding in self.findings)

    def _columns(self) -> None:
        """The columns of the file that elements stand in, as findings name them."""
        first = 2 if self.dialect.several else 1
        for kind, names in self.names.items():
            self.grouping.places[kind] = tuple(range(first, len(names) + first))
        if self.order is not None:
            self.grouping.places[ROW] = tuple(place + 1 for place in self.order)

    def _kind(self, row: Row) -> tuple[str, list[str]]:
        """The kind of record and its cells in the mapping's order."""
        if self.dialect.several:
            kind = row.cells[0].strip()
            if kind not in self.names:
                row.findings.append(ROWS["row-kind"].finding(Location(line=row.line, column=1), kind, expected=", ".join(self.names)))
                return "", []
            return kind, [cell.strip() for cell in row.cells[1:]]
        cells = [cell.strip() for cell in row.cells]
        expected = self.width or len(self.names.get(ROW, ()))
        if len(cells) != expected and not (len(cells) > expected and not any(cells[expected:])):
            damaged = any(finding.severity == "error" for finding in row.findings)  # told already
            if not damaged:
                row.findings.append(CODES["csv-cells"].finding(Location(line=row.line), count=len(cells), expected=expected))
        if self.order is not None:
            cells = [cells[place] if place < len(cells) else "" for place in self.order]
        return ROW, cells

    def _judge(self, row: Row, kind: str, cells: list[str]) -> None:
        names = self.names[kind]
        if self.dialect.several and len(cells) > len(names) and any(cells[len(names) :]):
            row.findings.append(CODES["csv-cells"].finding(Location(line=row.line), count=len(cells) + 1, expected=len(names) + 1))
        prefixed = self.dialect.formulas == "prefix"
        for n, cell in enumerate(cells):
            if ("E" in cell or "e" in cell) and _SHORT_NUMBER.fullmatch(cell):
                places = self.grouping.places[kind]
                place, name = (places[n], names[n]) if n < len(names) else (n + 1, str(n + 1))
                row.findings.append(ROWS["row-short-number"].finding(Location(line=row.line, column=place, field=name), cell, column=name))
            elif prefixed and _FORMULA.match(cell):
                cells[n] = cell[1:]
