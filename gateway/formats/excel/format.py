"""Spreadsheets as one of the formats: they are read, never written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gateway.formats.excel import reader
from gateway.formats.excel.codes import CODES
from gateway.formats.excel.layout import KEYS, ExcelLayout, layout_of
from gateway.formats.format import DocumentRead, FileEnd, Written, Wrong
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop


class Excel:
    """The rows of one sheet."""

    kind = "excel"
    keys: tuple[str, ...] = KEYS
    paths: Literal["columns", "xpath", "dotted"] = "columns"
    writes = False
    cuts = False

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[ExcelLayout, Wrong]:
        """The layout that a mapping declares."""
        del shape
        return layout_of(form)

    def agreed(self, settings: ExcelLayout, dialect: Any) -> ExcelLayout:
        """Agreements have no dialect of spreadsheets."""
        del dialect
        return settings

    def records(self, settings: ExcelLayout) -> Mapping[str, list[str]]:
        """The columns."""
        return {kind: [name for name, _ in columns] for kind, columns in settings.columns}

    def begins(self, head: bytes, settings: ExcelLayout) -> bool:
        """Rows begin as they like."""
        del head, settings
        return True

    def read(self, chunks: Iterable[bytes], settings: ExcelLayout) -> Iterator[DocumentRead | FileEnd]:
        """Each document of the sheet's rows."""
        return reader.read(chunks, settings)

    def write(self, roots: Iterable[Loop], settings: ExcelLayout) -> Written:
        """Refused: a CSV says the same, and every spreadsheet opens it."""
        del roots, settings
        return Written(b"", [CODES["sheet-unwritten"].finding()])
