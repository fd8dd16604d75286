"""Writes documents as a fixed-width file: each value at its place and side, never cut."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.edi.finding import Finding, Location
from gateway.formats.fixed.codes import CODES
from gateway.formats.fixed.layout import FixedLayout, Spot
from gateway.formats.format import Written
from gateway.formats.rows.layout import ROW
from gateway.formats.rows.writing import Cells, encoded, records
from gateway.formats.tree import Loop

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def write(roots: Iterable[Loop], layout: FixedLayout) -> Written:
    """A file of these documents' records."""
    roots = list(roots)
    findings: list[Finding] = []
    lines: list[str] = []
    spots = dict(layout.spots)
    for kind, cells in records(roots, layout):
        line = [" "] * layout.ends(kind)
        if layout.record is not None and kind != ROW:
            first, last = layout.record
            line[first - 1 : last] = kind.ljust(last - first + 1)
        for spot, value in zip(spots[kind], cells, strict=True):
            line[spot.first - 1 : spot.last] = _value(spot, value, len(lines) + 1, findings)
        lines.append("".join(line) + layout.line_end)
    body, lost = encoded("".join(lines), layout.encoding, lambda: _cells(roots, layout))
    return Written(body, [*findings, *lost])


def _cells(roots: Iterable[Loop], layout: FixedLayout) -> Cells:
    """Every value with its place."""
    spots = dict(layout.spots)
    for line, (kind, values) in enumerate(records(roots, layout), 1):
        for spot, value in zip(spots[kind], values, strict=True):
            yield line, spot.first, spot.name, value


def _value(spot: Spot, value: str, line: int, findings: list[Finding]) -> str:
    place = Location(line=line, column=spot.first, field=spot.name)
    control = _CONTROL.search(value)
    if control:
        findings.append(CODES["fixed-control"].finding(place, control.group()))
    if len(value) > spot.width:
        findings.append(CODES["fixed-room"].finding(place, value, length=len(value), column=spot.name, width=spot.width))
        value = value[: spot.width]
    return spot.padded(value)
