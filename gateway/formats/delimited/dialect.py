"""How a delimited file is written: declared by its mapping or the agreement, never guessed."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

ROW = "row"
"""The kind of record of a file that has only one."""

WORDS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "none": ""}
"""Delimiters and quotes by name."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter, quote and encoding; whether the first row names the columns, and which columns there are.

    `columns` gives each kind of record its columns, as (name in the mapping, name in the header). `group_by` are the
    columns whose equal values make rows one document; none: each row is one. `starts` is the kind of record that begins one.
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    skip: int = 0
    columns: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    group_by: tuple[str, ...] = ()
    starts: str = ""

    def names(self, kind: str) -> tuple[str, ...]:
        """The columns of a kind of record, as the mapping names them."""
        return next((tuple(name for name, _ in columns) for known, columns in self.columns if known == kind), ())

    @property
    def several(self) -> bool:
        """Whether rows are of several kinds, told apart by their first cell."""
        return any(kind != ROW for kind, _ in self.columns)

    def under(self, agreed: Any) -> Dialect:
        """With what the agreement says instead of the mapping (`profiles.terms.DialectTerms`, or None)."""
        if agreed is None:
            return self
        columns = self.columns
        if agreed.columns:
            columns = ((ROW, tuple((name, name) for name in agreed.columns)),)
        return replace(
            self,
            delimiter=WORDS.get(agreed.delimiter, agreed.delimiter),
            quote=agreed.quote,
            encoding=agreed.encoding,
            header=agreed.header,
            skip=agreed.skip,
            columns=columns,
        )


def dialect_of(form: Mapping[str, Any]) -> tuple[Dialect, list[tuple[str, str]]]:
    """The dialect that a mapping's `format:` declares, and what is wrong with it: (key, what is expected)."""
    wrong: list[tuple[str, str]] = []
    delimiter = WORDS.get(str(form.get("delimiter") or ","), str(form.get("delimiter") or ","))
    if len(delimiter) != 1 or delimiter in "\r\n":
        wrong.append(("delimiter", "one character, or tab"))
        delimiter = ","
    quote = WORDS.get(str(form.get("quote", '"')), str(form.get("quote", '"')))
    if len(quote) > 1:
        wrong.append(("quote", "one character, or none"))
        quote = '"'
    encoding = str(form.get("encoding") or "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        wrong.append(("encoding", "an encoding such as utf-8, latin-1 or cp1252"))
        encoding = "utf-8"
    records = form.get("records")
    kinds = records if isinstance(records, Mapping) else {ROW: form.get("columns")}
    columns = tuple((str(kind), _columns(value)) for kind, value in kinds.items())
    if not all(names for _, names in columns):
        wrong.append(("records" if records else "columns", "the names of the columns"))
    group = form.get("group_by")
    group_by = tuple(map(str, group)) if isinstance(group, Sequence) and not isinstance(group, str) else (str(group),) if group else ()
    known = {name for _, names in columns for name, _ in names}
    if any(name not in known for name in group_by):
        wrong.append(("group_by", "names of columns"))
    starts = str(form.get("starts") or (columns[0][0] if records and columns else ""))
    skip = str(form.get("skip") or "0")
    if not skip.isdigit():
        wrong.append(("skip", "a number of rows"))
    header = str(form.get("header", "false" if records else "true")).lower() in ("true", "yes")
    return Dialect(delimiter, quote, encoding, header, int(skip) if skip.isdigit() else 0, columns, group_by, starts), wrong


KEYS = ("kind", "delimiter", "quote", "encoding", "header", "skip", "columns", "records", "group_by", "starts")
"""Keys of `format:` in a mapping of delimited files."""


def _columns(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(name), str(header or name)) for name, header in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple((str(name), str(name)) for name in value)
    return ()
