"""XML as one of the formats; lxml is imported when a file is read or written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gateway.formats.format import DocumentRead, FileEnd, Written, Wrong
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop
from gateway.formats.xml.settings import KEYS, XmlSettings, settings_of

_NO_ELEMENT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*>", re.DOTALL)


class Xml:
    """Elements and attributes by XPath."""

    kind = "xml"
    keys: tuple[str, ...] = KEYS
    paths: Literal["columns", "xpath", "dotted"] = "xpath"
    writes = True
    cuts = False

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[XmlSettings, Wrong]:
        """What a mapping declares, with what its rules look for."""
        return settings_of(form, shape or Shape())

    def agreed(self, settings: XmlSettings, dialect: Any) -> XmlSettings:
        """XML says itself how it is written."""
        return settings

    def records(self, settings: XmlSettings) -> Mapping[str, list[str]]:
        """None: paths have no columns."""
        return {}

    def begins(self, head: bytes, settings: XmlSettings) -> bool:
        """Whether the root is the mapping's, of its namespace, and the elements down to the document stand behind it."""
        text = _NO_ELEMENT.sub("", head.replace(b"\0", b"").decode("latin-1"))  # names are ASCII, in UTF-16 too
        at = 0
        for number, step in enumerate(settings.document.steps):
            space, _, name = step.name[1:].rpartition("}") if step.name.startswith("{") else ("", "", step.name)
            wanted = re.compile(rf"<(?:[\w.-]+:)?{re.escape(name)}[\s/>]")
            found = wanted.search(text, at) if number else wanted.match(text, text.find("<"))
            if found is None or space not in text:
                return False
            at = found.end()
        return bool(settings.document.steps)

    def read(self, chunks: Iterable[bytes], settings: XmlSettings) -> Iterator[DocumentRead | FileEnd]:
        """Each document of the file."""
        from gateway.formats.xml.reader import read

        return read(chunks, settings)

    def write(self, roots: Iterable[Loop], settings: XmlSettings) -> Written:
        """A file of these documents."""
        from gateway.formats.xml.writer import write

        return write(roots, settings)
