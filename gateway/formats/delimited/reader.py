"""Reads a delimited file into one tree a document: rows put together by key, each with its own findings, so that good ones go on."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import ROW, Dialect
from gateway.formats.delimited.rows import Lines, Row, rows
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.tree import Loop, PlacedSegment

ROWS_LIMIT = 100_000
"""Rows of one document."""

_SHORT_NUMBER = re.compile(r"-?\d(?:[.,]\d+)?[Ee]\+?\d{1,2}")


def read(chunks: Iterable[bytes], dialect: Dialect) -> Iterator[DocumentRead | FileEnd]:
    """Each document of a file as it ends, then the file's end. Never raises; what cannot be read is a finding."""
    return _Reader(dialect).read(chunks)


class _Reader:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.findings: list[Finding] = []
        self.order: list[int] | None = None
        """Of each column of the mapping, its place in the row, where a header says it."""
        self.width = 0
        self.open: DocumentRead | None = None
        self.documents = 0
        self.rows = 0
        self.size = 0
        self.begin: int | None = None
        self.seen: set[str] = set()

    def read(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead | FileEnd]:
        lines = Lines()
        counted = self._counted(chunks)
        if self.dialect.encoding.replace("_", "-").lower().startswith("utf-16"):
            counted = _as_utf8(counted, self.dialect.encoding)
        every = rows(lines.read(counted), self.dialect if not self.dialect.encoding.startswith("utf-16") else _utf8(self.dialect))
        for _ in range(self.dialect.skip):
            next(every, None)
        if not self.dialect.header or self._header(next(every, None)):
            for row in every:
                self.rows += 1
                if self.begin is None:
                    self.begin = row.offset
                yield from self._row(row)
            if self.open is not None:
                yield self.open
            if not self.rows:
                self.findings.append(CODES["csv-empty"].finding(Location(line=1), expected="rows of values"))
        if lines.mark:
            self.findings.append(CODES["csv-mark"].finding(Location(line=1, offset=0)))
        if len(lines.kinds) > 1:
            self.findings.append(CODES["csv-line-ends"].finding())
        yield FileEnd(self.findings, self.documents, self.size, (0, self.begin or 0))

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            yield chunk

    # ------------------------------------------------------------ header

    def _header(self, row: Row | None) -> bool:
        """Whether the header names all columns; finds out their order."""
        wanted = self.dialect.columns[0][1] if self.dialect.columns else ()
        if row is None:
            self.findings.append(CODES["csv-empty"].finding(Location(line=1), expected="a header of columns"))
            return False
        self.findings.extend(row.findings)
        names = [cell.strip() for cell in row.cells]
        self.width = len(names)
        at = Location(line=row.line)
        if len(names) == 1 and len(wanted) > 1:
            self.findings.append(CODES["csv-delimiter"].finding(at, expected=len(wanted), delimiter=repr(self.dialect.delimiter)))
            return False
        folded: dict[str, int] = {}
        for n, name in enumerate(names):
            if name and name.casefold() in folded:
                self.findings.append(CODES["csv-header-twice"].finding(Location(line=row.line, column=n + 1, field=name), name))
            folded.setdefault(name.casefold(), n)
        self.order = []
        for _, header in wanted:
            place = folded.pop(header.casefold(), None)
            if place is None:
                self.findings.append(CODES["csv-header-missing"].finding(replace(at, field=header), header, found=", ".join(names)[:200]))
            else:
                self.order.append(place)
        for name, place in folded.items():
            if name:
                self.findings.append(
                    CODES["csv-header-extra"].finding(Location(line=row.line, column=place + 1, field=names[place]), names[place])
                )
        return not any(finding.severity == "error" for finding in self.findings)

    # ------------------------------------------------------------ rows

    def _row(self, row: Row) -> Iterator[DocumentRead]:
        kind, cells = self._kind(row)
        findings = row.findings
        if kind:
            self._judge(row, kind, cells)
        key = self._key(kind, cells, row)
        begins = self._begins(kind, key)
        if begins or self.open is None or self.open.size >= ROWS_LIMIT:
            if self.open is not None:
                yield self.open
            self.documents += 1
            self.open = DocumentRead(Loop("", None), key or "", self.documents, row.line, row.offset, locate=self._locate)
            if key is not None and self.dialect.group_by:
                if key in self.seen:
                    findings.append(CODES["csv-key-again"].finding(Location(line=row.line, field=self.dialect.group_by[0]), key))
                self.seen.add(key)
            if not begins and self.dialect.starts and kind != self.dialect.starts:
                findings.append(CODES["csv-start"].finding(Location(line=row.line), expected=self.dialect.starts))
        document = self.open
        document.size += 1
        document.length = row.offset + row.length - document.offset
        document.findings.extend(findings)
        if kind:
            segment = PlacedSegment([kind, *cells], row.line - 1)
            document.root.segments.setdefault(kind, [segment])
            document.root.open(kind, segment)

    def _kind(self, row: Row) -> tuple[str, list[str]]:
        """The kind of record and its cells in the mapping's order."""
        if self.dialect.several:
            kind = row.cells[0].strip()
            names = self.dialect.names(kind)
            if not names:
                known = ", ".join(kind for kind, _ in self.dialect.columns)
                row.findings.append(CODES["csv-record"].finding(Location(line=row.line, column=1), kind, expected=known))
                return "", []
            return kind, [cell.strip() for cell in row.cells[1:]]
        names = self.dialect.names(ROW)
        cells = [cell.strip() for cell in row.cells]
        expected = self.width or len(names)
        damaged = any(finding.severity == "error" for finding in row.findings)  # told already
        if len(cells) != expected and not damaged and not (len(cells) > expected and not any(cells[expected:])):
            row.findings.append(CODES["csv-cells"].finding(Location(line=row.line), count=len(cells), expected=expected))
        if self.order is not None:
            cells = [cells[place] if place < len(cells) else "" for place in self.order]
        return ROW, cells

    def _judge(self, row: Row, kind: str, cells: list[str]) -> None:
        names = self.dialect.names(kind)
        if self.dialect.several and len(cells) > len(names) and any(cells[len(names) :]):
            row.findings.append(CODES["csv-cells"].finding(Location(line=row.line), count=len(cells) + 1, expected=len(names) + 1))
        for n, cell in enumerate(cells):
            if "E" in cell.upper() and _SHORT_NUMBER.fullmatch(cell):
                place = self.order[n] + 1 if self.order is not None else n + 1
                name = names[n] if n < len(names) else str(place)
                row.findings.append(
                    CODES["csv-spreadsheet-number"].finding(Location(line=row.line, column=place, field=name), cell, column=name)
                )

    def _locate(self, at: Location) -> Location:
        """Line, column and the column's name, in place of segment and element."""
        if at.segment_position is None:
            return at
        names, element = self.dialect.names(at.segment or ROW), at.element or 0
        name = names[element - 1] if 0 < element <= len(names) else at.field
        return Location(line=at.segment_position, column=element or None, field=name)

    def _key(self, kind: str, cells: list[str], row: Row) -> str | None:
        """The key of a row; None where it has none."""
        if not self.dialect.group_by or not kind:
            return None
        names = self.dialect.names(kind)
        places = [names.index(name) for name in self.dialect.group_by if name in names]
        if not places:
            return None
        values = [cells[place] if place < len(cells) else "" for place in places]
        if not any(values):
            name = self.dialect.group_by[0]
            row.findings.append(CODES["csv-key-empty"].finding(Location(line=row.line, field=name), column=name))
            return None
        return "\x1f".join(values)

    def _begins(self, kind: str, key: str | None) -> bool:
        """Whether a row begins a document: by its kind, by its key, or as each does. One without key stays with those before."""
        if self.dialect.several and self.dialect.starts and not self.dialect.group_by:
            return kind == self.dialect.starts
        if not self.dialect.group_by:
            return True
        return key is not None and (self.open is None or key != self.open.key)


def _utf8(dialect: Dialect) -> Dialect:
    return replace(dialect, encoding="utf-8")


def _as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8, so that lines can be found in bytes; offsets are then those of the UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
