"""Writes documents as a delimited file: a header where the dialect has one, quotes where a value needs them and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import Dialect
from gateway.formats.format import Written
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.writing import encoded, records
from gateway.formats.tree import Loop

Cell = tuple[int, int, str, str]
"""Line, column, the column's name, the value."""

_FORMULA = re.compile(r"[=+\-@\t]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def write(roots: Iterable[Loop], dialect: Dialect) -> Written:
    """A file of these documents' rows."""
    roots = list(roots)
    findings: list[Finding] = []
    lines = [_line(row, dialect, findings) for row in _rows(roots, dialect)]
    body, lost = encoded("".join(lines), dialect.encoding, lambda: (cell for row in _rows(roots, dialect) for cell in row))
    return Written(body, [*findings, *lost])


def _rows(roots: Iterable[Loop], dialect: Dialect) -> Iterator[list[Cell]]:
    """The rows of the file, each cell with its place."""
    line = 1
    if dialect.header and not dialect.several:
        yield [(line, column, name, header) for column, (name, header) in enumerate(dialect.columns[0][1], 1)]
        line += 1
    named = {kind: dialect.names(kind) for kind, _ in dialect.columns}
    for kind, cells in records(roots, dialect):
        values = cells if kind == ROW else [kind, *cells]
        names = named[kind] if kind == ROW else ("", *named[kind])
        yield [(line, column, name, value) for column, (name, value) in enumerate(zip(names, values, strict=True), 1)]
        line += 1 + sum(value.count("\n") for value in values)


def _line(row: list[Cell], dialect: Dialect, findings: list[Finding]) -> str:
    done = []
    for line, column, name, value in row:
        text = value
        if dialect.formulas != "keep" and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
            if dialect.formulas == "refuse":
                place = Location(line=line, column=column, field=name or None)
                findings.append(CODES["csv-formula"].finding(place, text, column=name))
            text = "'" + text
        if dialect.delimiter in text or "\n" in text or "\r" in text or (dialect.quote and dialect.quote in text):
            if not dialect.quote:
                place = Location(line=line, column=column, field=name or None)
                findings.append(CODES["csv-unquotable"].finding(place, text, column=name))
            text = f"{dialect.quote}{text.replace(dialect.quote, dialect.quote * 2) if dialect.quote else text}{dialect.quote}"
        done.append(text)
    if not any(done) and dialect.quote:
        done[0] = dialect.quote * 2  # a line without anything would be no row
    return dialect.delimiter.join(done) + dialect.line_end
