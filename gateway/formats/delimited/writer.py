"""Writes documents as a delimited file: a header where the dialect has one, quotes where a value needs them and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES
from gateway.formats.delimited.dialect import Dialect
from gateway.formats.format import Written
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.writing import encoded, records
from gateway.formats.tree import Loop

_FORMULA = re.compile(r"[=+\-@\t]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def write(roots: Iterable[Loop], dialect: Dialect) -> Written:
    """A file of these documents' rows."""
    findings: list[Finding] = []
    lines: list[str] = []
    if dialect.header and not dialect.several:
        names = [header for _, header in dialect.columns[0][1]]
        lines.append(_line(names, names, dialect, 1, findings))
    named = {kind: dialect.names(kind) for kind, _ in dialect.columns}
    for kind, cells in records(roots, dialect):
        values = cells if kind == ROW else [kind, *cells]
        columns = named[kind] if kind == ROW else ("", *named[kind])
        lines.append(_line(values, columns, dialect, len(lines) + 1, findings))
    body, lost = encoded(lines, dialect.encoding)
    return Written(body, [*findings, *lost])


def _line(cells: Iterable[str], names: Iterable[str], dialect: Dialect, number: int, findings: list[Finding]) -> str:
    done = []
    for column, (cell, name) in enumerate(zip(cells, names, strict=True), 1):
        text = cell
        if dialect.formulas != "keep" and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
            if dialect.formulas == "refuse":
                place = Location(line=number, column=column, field=name or None)
                findings.append(CODES["csv-formula"].finding(place, text, column=name))
            text = "'" + text
        if dialect.delimiter in text or "\n" in text or "\r" in text or (dialect.quote and dialect.quote in text):
            if not dialect.quote:
                place = Location(line=number, column=column, field=name or None)
                findings.append(CODES["csv-unquotable"].finding(place, text, column=name))
            text = f"{dialect.quote}{text.replace(dialect.quote, dialect.quote * 2) if dialect.quote else text}{dialect.quote}"
        done.append(text)
    if not any(done) and dialect.quote:
        done[0] = dialect.quote * 2  # a line without anything would be no row
    return dialect.delimiter.join(done) + dialect.line_end
