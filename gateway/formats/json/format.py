"""JSON as one of the formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gateway.formats.format import DocumentRead, FileEnd, Written, Wrong
from gateway.formats.json.reader import read
from gateway.formats.json.settings import KEYS, JsonSettings, settings_of
from gateway.formats.json.writer import write
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop


class Json:
    """Members by dotted paths, or canonical documents as they are."""

    kind = "json"
    keys: tuple[str, ...] = KEYS
    paths: Literal["columns", "xpath", "dotted"] = "dotted"
    writes = True
    cuts = False

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[JsonSettings, Wrong]:
        """What a mapping declares, with what its rules look for."""
        return settings_of(form, shape or Shape())

    def agreed(self, settings: JsonSettings, dialect: Any) -> JsonSettings:
        """JSON says itself how it is written."""
        return settings

    def records(self, settings: JsonSettings) -> Mapping[str, list[str]]:
        """None: paths have no columns."""
        return {}

    def begins(self, head: bytes, settings: JsonSettings) -> bool:
        """Whether the members down to the document are named."""
        return all(f'"{name}"'.encode() in head for name in settings.path)

    def read(self, chunks: Iterable[bytes], settings: JsonSettings) -> Iterator[DocumentRead | FileEnd]:
        """Each document of the file."""
        return read(chunks, settings)

    def write(self, roots: Iterable[Loop], settings: JsonSettings) -> Written:
        """A file of these documents."""
        return write(roots, settings)
