"""Fixed-width files as one of the formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gateway.formats.fixed import reader, writer
from gateway.formats.fixed.layout import KEYS, FixedLayout, layout_of
from gateway.formats.format import DocumentRead, FileEnd, Written, Wrong
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop


class Fixed:
    """Records whose columns stand at fixed places."""

    kind = "fixed"
    keys: tuple[str, ...] = KEYS
    paths: Literal["columns", "xpath", "dotted"] = "columns"
    writes = True
    cuts = True

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[FixedLayout, Wrong]:
        """The layout that a mapping declares."""
        del shape
        return layout_of(form)

    def agreed(self, settings: FixedLayout, dialect: Any) -> FixedLayout:
        """Agreements have no dialect of fixed-width files."""
        del dialect
        return settings

    def records(self, settings: FixedLayout) -> Mapping[str, list[str]]:
        """The columns of each kind of record."""
        return {kind: [name for name, _ in columns] for kind, columns in settings.columns}

    def begins(self, head: bytes, settings: FixedLayout) -> bool:
        """Rows begin as they like."""
        del head, settings
        return True

    def read(self, chunks: Iterable[bytes], settings: FixedLayout) -> Iterator[DocumentRead | FileEnd]:
        """Each document of the file's records."""
        return reader.read(chunks, settings)

    def write(self, roots: Iterable[Loop], settings: FixedLayout) -> Written:
        """A file of these documents' records."""
        return writer.write(roots, settings)
