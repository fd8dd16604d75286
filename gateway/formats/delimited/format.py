"""Delimited files (CSV) as one of the formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gateway.formats.delimited import reader, writer
from gateway.formats.delimited.dialect import KEYS, Dialect, dialect_of
from gateway.formats.format import DocumentRead, FileEnd, Written, Wrong
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop


class Delimited:
    """Rows by a declared delimiter, quote and encoding."""

    kind = "delimited"
    keys: tuple[str, ...] = KEYS
    paths: Literal["columns", "xpath", "dotted"] = "columns"
    writes = True
    cuts = True

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[Dialect, Wrong]:
        """The dialect that a mapping declares."""
        return dialect_of(form)

    def agreed(self, settings: Dialect, dialect: Any) -> Dialect:
        """The dialect with what the agreement says instead."""
        return settings.agreed(dialect)

    def records(self, settings: Dialect) -> Mapping[str, list[str]]:
        """The columns of each kind of record."""
        return {kind: [name for name, _ in columns] for kind, columns in settings.columns}

    def begins(self, head: bytes, settings: Dialect) -> bool:
        """Rows begin as they like."""
        del head, settings
        return True

    def read(self, chunks: Iterable[bytes], settings: Dialect) -> Iterator[DocumentRead | FileEnd]:
        """Each document of the file's rows."""
        return reader.read(chunks, settings)

    def write(self, roots: Iterable[Loop], settings: Dialect) -> Written:
        """A file of these documents' rows."""
        return writer.write(roots, settings)
