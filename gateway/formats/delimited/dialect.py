"""How a delimited file is written: declared by its mapping or the agreement, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.formats.rows.layout import (
    ROW,
    Layout,
    Wrong,
    encoding_of,
    flag_of,
    grouping_of,
    named_columns,
    nested,
    number_of,
    records_of,
    word_of,
    words_of,
)

WORDS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "none": ""}
"""Delimiters and quotes by name."""

FORMULAS = ("keep", "refuse", "prefix")
"""What is done with values that a spreadsheet would take for formulas: written as they are, refused, or behind an apostrophe."""


@dataclass(frozen=True, slots=True)
class Dialect(Layout):
    """Delimiter, quote and encoding; whether the first row names the columns; how files of ours end lines and hold formulas."""

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip: int = 0
    line_end: str = "\r\n"
    formulas: str = "keep"

    def agreed(self, agreed: Any) -> Dialect:
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


def dialect_of(form: Mapping[str, Any]) -> tuple[Dialect, list[Wrong]]:
    """The dialect that a mapping's `format:` declares, and what is wrong with it: (key, what is expected)."""
    kinds, under, wrong = records_of(form)
    delimiter = WORDS.get(str(form.get("delimiter") or ","), str(form.get("delimiter") or ","))
    if len(delimiter) != 1 or delimiter in "\r\n":
        wrong.append(("delimiter", "one character, or tab"))
        delimiter = ","
    quote = WORDS.get(str(form.get("quote", '"')), str(form.get("quote", '"')))
    if len(quote) > 1:
        wrong.append(("quote", "one character, or none"))
        quote = '"'
    columns = tuple((kind, named_columns(value)) for kind, value in kinds.items())
    if not all(names for _, names in columns):
        wrong.append(("records" if form.get("records") else "columns", "the names of the columns"))
    group_by, starts = grouping_of(form, columns, wrong)
    dialect = Dialect(
        columns=columns,
        group_by=group_by,
        starts=starts,
        under=nested(under, starts, group_by),
        encoding=encoding_of(form, wrong),
        ignore=words_of(form, "ignore"),
        delimiter=delimiter,
        quote=quote,
        header=flag_of(form, "header", wrong, default=not form.get("records")),
        skip=number_of(form, "skip", wrong),
        line_end={"crlf": "\r\n", "lf": "\n"}[word_of(form, "line_end", ("crlf", "lf"), wrong)],
        formulas=word_of(form, "formulas", FORMULAS, wrong),
    )
    return dialect, wrong


KEYS = (
    "kind", "delimiter", "quote", "encoding", "header", "skip", "columns", "records", "group_by", "starts", "ignore",
    "line_end", "formulas",
)  # fmt: skip
"""Keys of `format:` in a mapping of delimited files."""
