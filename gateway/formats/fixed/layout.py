"""Where the columns of fixed-width records stand: declared by the mapping, never guessed.

    format:
      kind: fixed
      encoding: latin-1
      record: 1-1                     # where each line says what kind of record it is; without it there is one kind
      records:
        H: {order: 2-11, date: 12-19}
        L: {line: 2-5 right 0, item: 6-25, quantity: 26-34 right 0}
        S: {under: L, columns: {store: 2-8, quantity: 9-17 right 0}}

A place is `from-to`, or a width alone (12), which follows the column before; behind it the side that values stand at (left
or right) and what fills the rest (a character, or `zeros`; blanks otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.formats.rows.layout import (
    ROW,
    Columns,
    Layout,
    Wrong,
    encoding_of,
    flag_of,
    grouping_of,
    nested,
    number_of,
    records_of,
    word_of,
    words_of,
)

_PLACE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?(?:\s+(left|right))?(?:\s+(zeros|blanks|\S))?", re.ASCII)
WIDTH_LIMIT = 100_000
"""Characters of one record."""
LINE_ENDS = {"crlf": "\r\n", "lf": "\n", "none": ""}


@dataclass(frozen=True, slots=True)
class Spot:
    """One column: its first and last character (from 1), the side its values stand at, and what fills the rest."""

    name: str
    first: int
    last: int
    side: Literal["left", "right"] = "left"
    fill: str = " "

    @property
    def width(self) -> int:
        """Its characters."""
        return self.last - self.first + 1

    def cut(self, line: str) -> str:
        """The value that a line has there: without blanks, and without what else fills it; zeros are left to the mapping."""
        text = line[self.first - 1 : self.last].strip(" ")
        if self.fill not in " 0":
            text = text.lstrip(self.fill) if self.side == "right" else text.rstrip(self.fill)
        return text

    def padded(self, value: str) -> str:
        """The value as wide as the column; a sign stays in front of zeros. Nothing is blank."""
        if not value:
            return " " * self.width
        if self.side == "left":
            return value.ljust(self.width, self.fill)
        if self.fill == "0" and value[:1] in "+-":
            return value[0] + value[1:].rjust(self.width - 1, "0")
        return value.rjust(self.width, self.fill)


@dataclass(frozen=True, slots=True)
class FixedLayout(Layout):
    """The columns of each kind of record, where a record says its kind, and how long records are.

    `width` is the length of every record, 0 where each ends with its last column. `trimmed`: blanks at the end may be
    missing. `line_end` is what files of ours end records with; '' where records follow one another without line ends.
    """

    spots: tuple[tuple[str, tuple[Spot, ...]], ...] = ()
    record: tuple[int, int] | None = None
    width: int = 0
    skip: int = 0
    trimmed: bool = False
    line_end: str = "\r\n"

    def ends(self, kind: str) -> int:
        """Where records of a kind end."""
        if self.width:
            return self.width
        last = max((spot.last for known, spots in self.spots if known == kind for spot in spots), default=0)
        return max(last, self.record[1] if self.record else 0)


KEYS = (
    "kind", "encoding", "record", "records", "columns", "group_by", "starts", "ignore", "width", "skip", "trimmed", "line_end",
)  # fmt: skip
"""Keys of `format:` in a mapping of fixed-width files."""


def layout_of(form: Mapping[str, Any]) -> tuple[FixedLayout, list[Wrong]]:
    """The layout that a mapping's `format:` declares, and what is wrong with it: (key, what is expected)."""
    kinds, under, wrong = records_of(form)
    key = "records" if isinstance(form.get("records"), Mapping) else "columns"
    record = _range(form.get("record"))
    if form.get("record") is not None and record is None:
        wrong.append(("record", "the place of the kind of record, such as 1-3"))
    if (key == "records") != (record is not None):
        wrong.append(("record", "where a line says its kind (1-3), together with `records:`"))
        record = record or ((1, 1) if key == "records" else None)
    spots: list[tuple[str, tuple[Spot, ...]]] = []
    for kind, written in kinds.items():
        begins = 1 if record is None else record[1] + 1 if record[0] == 1 else 1
        found = _spots(written, key, begins, wrong)
        if record is not None and kind != ROW and len(kind) > record[1] - record[0] + 1:
            wrong.append(("records", f"kinds of at most {record[1] - record[0] + 1} characters, as `record:` has room for"))
        spots.append((kind, found))
    columns: tuple[tuple[str, Columns], ...] = tuple((kind, tuple((spot.name, spot.name) for spot in found)) for kind, found in spots)
    group_by, starts = grouping_of(form, columns, wrong)
    width = number_of(form, "width", wrong)
    line_end = LINE_ENDS[word_of(form, "line_end", tuple(LINE_ENDS), wrong)]
    if not line_end and not width:
        wrong.append(("width", "the length of every record, where no line ends tell them apart"))
        width = 80
    if width and any(spot.last > width for _, found in spots for spot in found):
        wrong.append(("width", "a length that all columns fit in"))
    layout = FixedLayout(
        columns=columns,
        group_by=group_by,
        starts=starts,
        under=nested(under, starts, group_by),
        encoding=encoding_of(form, wrong),
        ignore=words_of(form, "ignore"),
        spots=tuple(spots),
        record=record,
        width=width,
        skip=number_of(form, "skip", wrong),
        trimmed=flag_of(form, "trimmed", wrong),
        line_end=line_end,
    )
    return layout, wrong


def _spots(written: Any, key: str, begins: int, wrong: list[Wrong]) -> tuple[Spot, ...]:
    if not isinstance(written, Mapping) or not written:
        wrong.append((key, "a map of columns and their places, such as {order: 2-11, quantity: 12-20 right 0}"))
        return ()
    found: list[Spot] = []
    for name, place in written.items():
        spot = _spot(str(name), place, begins)
        if spot is None:
            wrong.append((key, f"for {name} a place such as 12-20, 12-20 right 0, or a width"))
            continue
        other = next((one for one in found if one.first <= spot.last and spot.first <= one.last), None)
        if other is not None:
            wrong.append((key, f"columns apart from each other; {name} and {other.name} overlap"))
        found.append(spot)
        begins = spot.last + 1
    return tuple(found)


def _spot(name: str, place: Any, begins: int) -> Spot | None:
    match = _PLACE.fullmatch(str(place).strip())
    if not match:
        return None
    first, last, side, fill = match.groups()
    start, end = (int(first), int(last)) if last else (begins, begins + int(first) - 1)
    if not 1 <= start <= end <= WIDTH_LIMIT:
        return None
    fill = {"zeros": "0", "blanks": " ", None: " "}.get(fill, fill)
    return Spot(name, start, end, "right" if side == "right" else "left", str(fill))


def _range(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", str(value).strip(), re.ASCII)
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    return (first, last) if 1 <= first <= last <= WIDTH_LIMIT else None
