"""Rows put together to documents: by key, by kind of record, or each for itself, one tree a document, each with its own findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.rows.codes import CODES
from gateway.formats.rows.layout import ROW, Layout
from gateway.formats.rows.seen import Seen
from gateway.formats.tree import Loop, PlacedSegment

ROWS_LIMIT = 100_000
"""Rows of one document."""


@dataclass(slots=True)
class Row:
    """One row: its cells, the line it begins on (from 1), its bytes in the file, and what is wrong with it."""

    cells: list[str]
    line: int
    offset: int
    length: int
    findings: list[Finding] = field(default_factory=list)


class Grouping:
    """The documents of one file as its rows come; `places` tells findings and documents the columns of elements."""

    def __init__(self, layout: Layout, sheet: str | None = None) -> None:
        self.layout = layout
        self.sheet = sheet
        self.places: dict[str, tuple[int, ...]] = {}
        self.documents = 0
        self.rows = 0
        self.begin: int | None = None
        """Where the first row of values begins."""
        self._open: DocumentRead | None = None
        self._seen = Seen()
        self._last: dict[str, Loop] = {}
        self._parents = layout.parents
        self._below = {kind: _below(kind, self._parents) for kind, _ in layout.columns}
        self._keys = {kind: _places(layout, kind) for kind, _ in layout.columns}

    def at(self, row: Row, column: int | None = None, name: str | None = None) -> Location:
        """A place in a row."""
        return Location(line=row.line, column=column, field=name, sheet=self.sheet)

    def take(self, kind: str, cells: list[str], row: Row) -> Iterator[DocumentRead]:
        """One row of a kind ('' where that is not known) with its cells in the mapping's order; the document that it ends, if any."""
        self.rows += 1
        if self.begin is None:
            self.begin = row.offset
        findings = row.findings
        key = self._key(kind, cells, row)
        begins = self._begins(kind, key)
        if begins or self._open is None or self._open.size >= ROWS_LIMIT:
            if self._open is not None:
                yield self._open
            self._open = self._begun(key, row)
            if not begins and self.layout.starts and kind != self.layout.starts:
                findings.append(CODES["row-start"].finding(self.at(row), expected=self.layout.starts))
        document = self._open
        document.size += 1
        document.length = row.offset + row.length - document.offset
        if kind:
            self._put(document, kind, cells, row)
        document.findings.extend(findings)

    def end(self) -> Iterator[DocumentRead]:
        """The last document."""
        if self._open is not None:
            yield self._open
            self._open = None

    def closed(self, findings: Iterable[Finding], size: int) -> FileEnd:
        """The file's end."""
        told = list(findings)
        if not self.rows and not any(finding.severity == "error" for finding in told):
            told.append(CODES["rows-none"].finding(Location(line=1, sheet=self.sheet), expected="rows of values"))
        return FileEnd(told, self.documents, size, (0, self.begin or 0))

    def locate(self, at: Location) -> Location:
        """A place in a document's tree as line, column and the column's name."""
        if at.segment_position is None:
            return at
        kind, element = at.segment or ROW, at.element or 0
        names, places = self.layout.names(kind), self.places.get(kind, ())
        name = (names[element - 1] if element <= len(names) else str(element)) if element else at.field
        column = places[element - 1] if 0 < element <= len(places) else element or None
        return Location(line=at.segment_position, column=column, field=name, sheet=self.sheet)

    # ------------------------------------------------------------ pieces

    def _begun(self, key: str | None, row: Row) -> DocumentRead:
        self.documents += 1
        self._last = {}
        if key is not None and not self._seen.add(key):
            row.findings.append(CODES["row-key-again"].finding(self.at(row, None, self.layout.group_by[0]), key))
        return DocumentRead(Loop("", None), key or "", self.documents, row.line, row.offset, locate=self.locate)

    def _put(self, document: DocumentRead, kind: str, cells: list[str], row: Row) -> None:
        segment = PlacedSegment([kind, *cells], row.line - 1)
        loop = document.root
        parent = self._parents.get(kind)
        if parent is not None:
            found = self._last.get(parent)
            if found is None:
                row.findings.append(CODES["row-start"].finding(self.at(row), expected=parent))
                return
            loop = found
        loop.segments.setdefault(kind, [segment])
        self._last[kind] = loop.open(kind, segment)
        for below in self._below.get(kind, ()):
            self._last.pop(below, None)

    def _key(self, kind: str, cells: list[str], row: Row) -> str | None:
        """The key of a row; None where it has none."""
        places = self._keys.get(kind)
        if not places:
            return None
        values = [cells[place] if place < len(cells) else "" for place in places]
        if not any(values):
            name = self.layout.group_by[0]
            row.findings.append(CODES["row-key-empty"].finding(self.at(row, None, name), column=name))
            return None
        return "\x1f".join(values)

    def _begins(self, kind: str, key: str | None) -> bool:
        """Whether a row begins a document: by its kind, by its key, or as each does. One without key stays with those before."""
        if not self.layout.group_by:
            return kind == self.layout.starts if self.layout.several and self.layout.starts else True
        return key is not None and (self._open is None or key != self._open.key)


def _places(layout: Layout, kind: str) -> tuple[int, ...]:
    """Where the columns of `group_by` stand in the rows of a kind."""
    names = layout.names(kind)
    return tuple(names.index(name) for name in layout.group_by if name in names)


def _below(kind: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds that stand under a kind, at any depth."""
    found: list[str] = []
    for other in parents:
        here: str | None = other
        while here is not None and here != kind:
            here = parents.get(here)
        if here == kind and other != kind:
            found.append(other)
    return tuple(found)
