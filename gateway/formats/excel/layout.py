"""Which sheet of a workbook is read, where its columns are named, and what is done with what only spreadsheets have.

format:
  kind: excel
  sheet: Orders            # by name or number; without it the workbook must have one visible sheet
  header: search           # the row that names the columns: a number, or the first that names them all
  group_by: order
  columns: {order: "PO Number", item: Item, ship_to: {header: Ship To, length: 4}}
  merged: [order]          # columns whose merged cells hold for all their rows
  hidden: refuse           # hidden rows: refuse, read or skip
  until: end               # the last row of the sheet, or `blank`: the first empty row
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gateway.formats.rows.layout import ROW, Columns, Layout, Wrong, grouping_of, word_of, words_of

KEYS = ("kind", "sheet", "header", "columns", "group_by", "merged", "hidden", "until", "ignore")
"""Keys of `format:` in a mapping of spreadsheets."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the mapping makes of a column: dates are read in the form that its rule expects, identifiers have known lengths."""

    kind: Literal["text", "number", "date", "time"] = "text"
    form: str = ""
    lengths: tuple[int, ...] = ()


TEXT = Meaning()


@dataclass(frozen=True, slots=True)
class ExcelLayout(Layout):
    """The sheet and its columns."""

    sheet: str = ""
    header: int = 0
    """The row that names the columns; 0: the first that names them all."""
    merged: tuple[str, ...] = ()
    hidden: str = "refuse"
    until: str = "end"
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    lengths: tuple[tuple[str, int], ...] = ()

    def meant(self, meanings: Mapping[str, Meaning]) -> ExcelLayout:
        """With what a mapping makes of the columns; a length that is declared stands before what a rule knows."""
        told = dict(meanings)
        for name, length in self.lengths:
            told[name] = replace(told.get(name, TEXT), lengths=(length,))
        return replace(self, meanings=told)


def layout_of(form: Mapping[str, Any]) -> tuple[ExcelLayout, list[Wrong]]:
    """The layout that a mapping's `format:` declares, and what is wrong with it: (key, what is expected)."""
    wrong: list[Wrong] = []
    names, lengths = _columns(form.get("columns"), wrong)
    columns = ((ROW, names),)
    group_by, _ = grouping_of(form, columns, wrong)
    header = str(form.get("header") or "search")
    if header != "search" and not (header.isascii() and header.isdigit() and 0 < int(header) < 10_000):
        wrong.append(("header", "the number of a row, or search"))
        header = "search"
    merged = form.get("merged") or ()
    chosen = tuple(map(str, merged)) if isinstance(merged, Sequence) and not isinstance(merged, str) else (str(merged),)
    if any(name not in {name for name, _ in names} for name in chosen):
        wrong.append(("merged", "names of columns"))
    layout = ExcelLayout(
        columns=columns,
        group_by=group_by,
        ignore=words_of(form, "ignore"),
        sheet=str(form.get("sheet") or ""),
        header=0 if header == "search" else int(header),
        merged=chosen,
        hidden=word_of(form, "hidden", ("refuse", "read", "skip"), wrong),
        until=word_of(form, "until", ("end", "blank"), wrong),
        lengths=lengths,
    )
    return layout.meant({}), wrong


def _columns(written: Any, wrong: list[Wrong]) -> tuple[Columns, tuple[tuple[str, int], ...]]:
    """The columns with their headers, and the lengths declared."""
    names: list[tuple[str, str]] = []
    lengths: list[tuple[str, int]] = []
    if isinstance(written, Sequence) and not isinstance(written, str):
        names = [(str(name), str(name)) for name in written]
    elif isinstance(written, Mapping):
        for name, value in written.items():
            if isinstance(value, Mapping):
                length = str(value.get("length") or "")
                if set(value) - {"header", "length"} or (length and not (length.isascii() and length.isdigit() and 0 < int(length) < 100)):
                    wrong.append(("columns", f"of {name} header and length"))
                elif length:
                    lengths.append((str(name), int(length)))
                value = value.get("header")  # noqa: PLW2901 - the header, written either way
            names.append((str(name), str(value or name)))
    if not names:
        wrong.append(("columns", "the names of the columns"))
    return tuple(names), tuple(lengths)
