"""Reads a fixed-width file into one tree a document; records longer or shorter than declared are findings, and good documents go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.edi.finding import Finding
from gateway.formats.fixed.codes import CODES
from gateway.formats.fixed.layout import FixedLayout, Spot
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.rows.codes import CODES as ROWS
from gateway.formats.rows.grouping import Grouping, Row
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.lines import Lines, as_lines, decoded, line_encoding

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read(chunks: Iterable[bytes], layout: FixedLayout) -> Iterator[DocumentRead | FileEnd]:
    """Each document of a file as it ends, then the file's end. Never raises; what cannot be read is a finding."""
    return _Reader(layout).read(chunks)


class _Reader:
    def __init__(self, layout: FixedLayout) -> None:
        self.layout = layout
        self.spots = dict(layout.spots)
        self.ends = {kind: layout.ends(kind) for kind in self.spots}
        self.grouping = Grouping(layout)
        for kind, spots in self.spots.items():
            self.grouping.places[kind] = tuple(spot.first for spot in spots)

    def read(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead | FileEnd]:
        lines = Lines()
        encoding = line_encoding(self.layout.encoding)
        source = as_lines(lines.counted(chunks), self.layout.encoding)
        every = lines.read(source) if self.layout.line_end else _pieces(source, self.layout.width)
        for number, (raw, offset, length) in enumerate(every, 1):
            if number <= self.layout.skip or not raw.strip(b" \t\r\n\x1a"):  # an empty line, or the end of file of DOS
                continue
            text, findings = decoded(raw, encoding, number, offset)
            if self.layout.ignores((text,)):
                continue
            row = Row([], number, offset, length, findings)
            kind, cells = self._cells(text, row)
            yield from self.grouping.take(kind, cells, row)
        yield from self.grouping.end()
        yield self.grouping.closed(lines.remarks() if self.layout.line_end else [], lines.size)

    def _cells(self, text: str, row: Row) -> tuple[str, list[str]]:
        """The kind of record and its values; '' where the kind is not known."""
        control = _CONTROL.search(text)
        if control:
            row.findings.append(CODES["fixed-control"].finding(self.grouping.at(row, control.start() + 1), control.group()))
        kind = ROW
        if self.layout.record is not None:
            first, last = self.layout.record
            kind = text[first - 1 : last].strip()
            if kind not in self.spots:
                known = ", ".join(self.spots)
                row.findings.append(ROWS["row-kind"].finding(self.grouping.at(row, first), kind, expected=known))
                return "", []
        ends, spots = self.ends[kind], self.spots[kind]
        if len(text) < ends and not self.layout.trimmed:
            row.findings.append(self._short(text, spots, ends, row))
        elif len(text) > ends and text[ends:].strip():
            behind = text[ends:].rstrip()
            row.findings.append(CODES["fixed-long"].finding(self.grouping.at(row, ends + 1), behind.strip(), width=ends))
        return kind, [spot.cut(text) for spot in spots]

    def _short(self, text: str, spots: tuple[Spot, ...], ends: int, row: Row) -> Finding:
        missing = next((spot for spot in sorted(spots, key=_first) if spot.last > len(text)), None)
        place = self.grouping.at(row, len(text) + 1, missing.name if missing else None)
        return CODES["fixed-short"].finding(place, length=len(text), width=ends, column=missing.name if missing else "its end")


def _first(spot: Spot) -> int:
    return spot.first


def _pieces(chunks: Iterable[bytes], width: int) -> Iterator[tuple[bytes, int, int]]:
    """Records without line ends: every so many bytes are one. A line end at the file's end is none."""
    rest, offset = b"", 0
    for chunk in chunks:
        rest += chunk
        whole = len(rest) - len(rest) % width
        for at in range(0, whole, width):
            yield rest[at : at + width], offset + at, width
        rest, offset = rest[whole:], offset + whole
    if rest.strip(b"\r\n\x1a"):
        yield rest, offset, len(rest)
