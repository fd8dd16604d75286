"""Reads a sheet into one tree a document: cells as the texts that mappings read, each with what a spreadsheet may have done to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.excel.codes import CODES
from gateway.formats.excel.layout import TEXT, ExcelLayout, Meaning
from gateway.formats.excel.workbook import SIZE_LIMIT, Sheet, opened
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.rows.codes import CODES as ROWS
from gateway.formats.rows.grouping import Grouping, Row
from gateway.formats.rows.header import Header, judged
from gateway.formats.rows.layout import ROW

SEARCHED = 50
"""Rows in which the columns' names are looked for."""
DIGITS_KEPT = 15
_SHORT_NUMBER = re.compile(r"-?\d(?:[.,]\d+)?[Ee]\+?\d{1,2}")
_FORM = re.compile(r"YYYY|YY|MM|DD|[^YMD]")


def read(chunks: Iterable[bytes], layout: ExcelLayout) -> Iterator[DocumentRead | FileEnd]:
    """Each document of the sheet, then the file's end. Never raises; what cannot be read is a finding."""
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size <= SIZE_LIMIT:
            pieces.append(chunk)
    if not size:
        yield FileEnd([ROWS["rows-none"].finding(Location(line=1), expected="a workbook")], 0, 0)
        return
    too_large = CODES["sheet-size"].finding(problem=f"has {size} bytes; workbooks may have {SIZE_LIMIT}")
    sheet = opened(b"".join(pieces), layout.sheet) if size <= SIZE_LIMIT else too_large
    if isinstance(sheet, Finding):
        yield FileEnd([sheet], 0, size)
        return
    yield from _Reader(layout, sheet).read(size)


class _Reader:
    def __init__(self, layout: ExcelLayout, sheet: Sheet) -> None:
        self.layout = layout
        self.sheet = sheet
        self.names = layout.names(ROW)
        self.meanings = [layout.meanings.get(name, TEXT) for name in self.names]
        self.grouping = Grouping(layout, sheet.name)
        self.order: list[int] = []

    def read(self, size: int) -> Iterator[DocumentRead | FileEnd]:
        number, header = self._header()
        if header.good:
            self.order = [place for place in header.order if place is not None]
            self.grouping.places[ROW] = tuple(place + 1 for place in self.order)
            for at in range(number + 1, len(self.sheet.rows) + 1):
                row = Row([], at, 0, 0)
                cells = self._cells(at, row)
                if not any(cells) and not row.findings:
                    if self.layout.until == "blank" and self.grouping.rows:
                        break
                    continue
                if self.layout.ignores(map(str, self.sheet.rows[at - 1])):
                    continue
                if at in self.sheet.extent.hidden and not self._hidden(row):
                    continue
                yield from self.grouping.take(ROW, cells, row)
            yield from self.grouping.end()
        yield self.grouping.closed(header.findings, size)

    def _header(self) -> tuple[int, Header]:
        """The row that names the columns, and what is wrong with it."""
        wanted = self.layout.columns[0][1]
        rows, name = self.sheet.rows, self.sheet.name
        if self.layout.header:
            names = _names(rows[self.layout.header - 1]) if self.layout.header <= len(rows) else []
            return self.layout.header, judged(names, wanted, self.layout.header, name)
        nearest: list[str] = [header for _, header in wanted]
        for number, row in enumerate(rows[:SEARCHED], 1):
            names = _names(row)
            folded = {name.casefold() for name in names}
            missing = [header for _, header in wanted if header.casefold() not in folded]
            if not missing:
                return number, judged(names, wanted, number, name)
            nearest = min(nearest, missing, key=len)
        place = Location(line=1, sheet=name)
        told = CODES["sheet-header"].finding(place, missing=", ".join(nearest)[:200], limit=SEARCHED)
        return 0, Header([], [told])

    def _hidden(self, row: Row) -> bool:
        """Whether a hidden row is read."""
        if self.layout.hidden == "refuse":
            row.findings.append(CODES["sheet-hidden"].finding(self.grouping.at(row)))
        return self.layout.hidden != "skip"

    def _cells(self, at: int, row: Row) -> list[str]:
        values = self.sheet.rows[at - 1]
        cells = []
        for place, name, meaning in zip(self.order, self.names, self.meanings, strict=True):
            value = values[place] if place < len(values) else ""
            here = (at, place + 1)
            where = self.grouping.at(row, place + 1, name)
            if here in self.sheet.merged:
                value = self._merged(here, name, where, row)
            if here in self.sheet.extent.errors:
                row.findings.append(CODES["sheet-error"].finding(where, self.sheet.extent.errors[here]))
            elif here in self.sheet.extent.uncomputed:
                row.findings.append(CODES["sheet-uncomputed"].finding(where))
            text, finding = _text(value, meaning, name, where)
            if finding is not None:
                row.findings.append(finding)
            cells.append(text)
        return cells

    def _merged(self, here: tuple[int, int], name: str, where: Location, row: Row) -> Any:
        """The value of a cell that is merged with one above it."""
        first, column = self.sheet.above[here]
        if name not in self.layout.merged:
            row.findings.append(CODES["sheet-merged"].finding(where, column=name))
            return ""
        above = self.sheet.rows[first - 1]
        return above[column - 1] if column <= len(above) else ""


def _names(row: list[Any]) -> list[str]:
    return [" ".join(str(cell).split()) for cell in row]


def _text(value: Any, meaning: Meaning, name: str, where: Location) -> tuple[str, Finding | None]:
    """A cell as text, and what is odd about it."""
    if isinstance(value, str):
        text = value.strip()
        if ("E" in text or "e" in text) and _SHORT_NUMBER.fullmatch(text):
            return text, ROWS["row-short-number"].finding(where, text, column=name)
        return text, None
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return _number(value, meaning, name, where)
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        value = time(seconds // 3600, seconds // 60 % 60, seconds % 60) if 0 <= seconds < 86_400 else str(value)
    if isinstance(value, time):
        return value.strftime("%H%M%S" if value.second else "%H%M"), None
    if isinstance(value, date):
        return _date(value, meaning, name, where)
    return str(value), None


def _number(value: float, meaning: Meaning, name: str, where: Location) -> tuple[str, Finding | None]:
    """A number without the traces of floating point: 614141000012.0 is 614141000012, and 0.30000000000000004 is 0.3."""
    number = Decimal(format(value, ".15g"))
    if number != number.to_integral_value():
        return format(number.normalize(), "f"), None
    text = format(number.quantize(Decimal(1)), "f") if abs(number) < 10**24 else format(number, "f")
    if meaning.kind == "number":
        return text, None
    if len(text.lstrip("-")) > DIGITS_KEPT:
        return text, CODES["sheet-digits"].finding(where, text, column=name)
    full = next((length for length in sorted(meaning.lengths) if length >= len(text)), 0)
    if len(text) in meaning.lengths or not full or number < 0:
        return text, None
    return text.zfill(full), CODES["sheet-zeros"].finding(where, text, column=name, read=text.zfill(full))


def _date(value: date, meaning: Meaning, name: str, where: Location) -> tuple[str, Finding | None]:
    """A date as its rule reads it, the time of day left out; one where none is expected is told."""
    day = value.date() if isinstance(value, datetime) else value
    digits = f"{day.year:04}{day.month:02}{day.day:02}"
    if meaning.kind != "date":
        return day.isoformat(), CODES["sheet-date"].finding(where, day.isoformat(), column=name)
    parts = {"YYYY": digits[:4], "YY": digits[2:4], "MM": digits[4:6], "DD": digits[6:]}
    return "".join(parts.get(token, token) for token in _FORM.findall(meaning.form or "YYYYMMDD")), None
