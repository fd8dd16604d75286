"""Which columns the rows of a file have, and what makes rows one document: what all formats of rows declare alike."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROW = "row"
"""The kind of record of a file that has only one."""

Columns = tuple[tuple[str, str], ...]
"""Columns in order, each with its name in the mapping and its name in the file's header."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of each kind of record, and which rows are one document.

    `ignore` are beginnings of rows that belong to no document, such as `Total` at the end.
    `group_by` are the columns whose equal values make rows one document; none: each row is one. `starts` is the kind of
    record that begins one. `under` are kinds of record that belong to the record of another kind before them.
    """

    columns: tuple[tuple[str, Columns], ...] = ()
    group_by: tuple[str, ...] = ()
    starts: str = ""
    under: tuple[tuple[str, str], ...] = ()
    encoding: str = "utf-8"
    ignore: tuple[str, ...] = ()

    def ignores(self, cells: Iterable[str]) -> bool:
        """Whether a row belongs to no document: its first value begins as declared."""
        return bool(self.ignore) and next((cell for one in cells if (cell := one.strip())), "").startswith(self.ignore)

    def names(self, kind: str) -> tuple[str, ...]:
        """The columns of a kind of record, as the mapping names them."""
        return next((tuple(name for name, _ in columns) for known, columns in self.columns if known == kind), ())

    @property
    def several(self) -> bool:
        """Whether rows are of several kinds."""
        return any(kind != ROW for kind, _ in self.columns)

    @property
    def parents(self) -> dict[str, str]:
        """The kind of record that each nested kind belongs to."""
        return dict(self.under)


Wrong = tuple[str, str]
"""A key of `format:` that is not as it must be, and what is expected."""


def grouping_of(form: Mapping[str, Any], columns: tuple[tuple[str, Columns], ...], wrong: list[Wrong]) -> tuple[tuple[str, ...], str]:
    """`group_by` and `starts` of a mapping's `format:`."""
    group = form.get("group_by")
    group_by = tuple(map(str, group)) if isinstance(group, Sequence) and not isinstance(group, str) else (str(group),) if group else ()
    known = {name for _, names in columns for name, _ in names}
    if any(name not in known for name in group_by):
        wrong.append(("group_by", "names of columns"))
    kinds = [kind for kind, _ in columns]
    starts = str(form.get("starts") or (kinds[0] if kinds and kinds[0] != ROW else ""))
    if starts and starts not in kinds:
        wrong.append(("starts", "a kind of record"))
    return group_by, starts


def records_of(form: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[tuple[str, str], ...], list[Wrong]]:
    """The columns as written of each kind of record, which kinds stand under others, and what is wrong.

    `columns:` where there is one kind; else `records: {H: [...], L: {columns: [...], under: H}}`.
    """
    wrong: list[Wrong] = []
    records = form.get("records")
    if not isinstance(records, Mapping):
        return {ROW: form.get("columns")}, (), wrong
    kinds: dict[str, Any] = {}
    under: list[tuple[str, str]] = []
    for kind, value in records.items():
        kinds[str(kind)] = value
        if isinstance(value, Mapping) and isinstance(value.get("columns"), Mapping | list | tuple):
            kinds[str(kind)] = value["columns"]
            if value.get("under"):
                under.append((str(kind), str(value["under"])))
            if set(value) - {"columns", "under"}:
                wrong.append(("records", f"of {kind} columns and under"))
    if any(parent not in list(kinds)[: list(kinds).index(kind)] for kind, parent in under):
        wrong.append(("records", "under: a kind of record that stands before"))
    return kinds, tuple(under), wrong


def nested(under: tuple[tuple[str, str], ...], starts: str, group_by: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Which kinds stand under others, without those under the record that begins each document: they are the document's own."""
    return tuple(pair for pair in under if pair[1] != starts or group_by)


def words_of(form: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """One text or a list of texts; empty ones are none."""
    value = form.get(key) or ()
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    return tuple(text for one in listed if (text := str(one).strip()))


def encoding_of(form: Mapping[str, Any], wrong: list[Wrong]) -> str:
    """The declared encoding, UTF-8 where none is declared."""
    encoding = str(form.get("encoding") or "utf-8")
    try:
        "A".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, UnicodeError):
        wrong.append(("encoding", "an encoding such as utf-8, latin-1 or cp1252"))
        return "utf-8"


def number_of(form: Mapping[str, Any], key: str, wrong: list[Wrong], default: int = 0) -> int:
    """A whole number."""
    text = str(form.get(key) if form.get(key) is not None else default)
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    wrong.append((key, "a number"))
    return default


def word_of(form: Mapping[str, Any], key: str, known: Sequence[str], wrong: list[Wrong]) -> str:
    """One of some words, the first where none is written."""
    text = str(form.get(key) or known[0])
    if text not in known:
        wrong.append((key, " or ".join([", ".join(known[:-1]), known[-1]])))
        return known[0]
    return text


def flag_of(form: Mapping[str, Any], key: str, wrong: list[Wrong], *, default: bool = False) -> bool:
    """Yes or no."""
    value = form.get(key)
    if value is None:
        return default
    text = str(value).lower()
    if text not in ("yes", "no", "true", "false"):
        wrong.append((key, "yes or no"))
    return text in ("yes", "true")


def named_columns(value: Any) -> Columns:
    """Columns as a list of names, or as a map of names to the header's."""
    if isinstance(value, Mapping):
        return tuple((str(name), str(header or name)) for name, header in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple((str(name), str(name)) for name in value)
    return ()
