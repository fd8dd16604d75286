"""Where the values of an XML document came from, for findings and for what nobody read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.xml.codes import CODES
from gateway.formats.xml.settings import Fill
from gateway.formats.xml.steps import prefixed
from gateway.formats.xml.walking import Reading


class Places:
    """Where the values of one document came from, as line and XPath."""

    def __init__(self, reading: Reading, element: Any, said: dict[Fill, str], path: str, namespaces: Mapping[str, str]) -> None:
        self.reading = reading
        self.element = element
        self.path = path
        self.fills = list(said)
        self.said = said
        self.namespaces = namespaces

    def differing(self) -> list[Finding]:
        """Attributes that repeat what the document says, and say otherwise."""
        return [
            CODES["xml-differs"].finding(Location(line=element.sourceline, field=self.of(element, attribute)), value, said=repr(said))
            for element, attribute, value in (self.reading.unread if self.fills else ())
            if (said := self._repeated(element, attribute, ours=False)) is not None and said != value.strip()
        ]

    def _repeated(self, element: Any, attribute: str, *, ours: bool = True) -> str | None:
        """What the document says for an attribute that repeats it, or what we always write there; None for others."""
        fills = (fill for fill in self.fills if fill.attribute == attribute and fill.fits(element.tag) and (ours or fill.constant is None))
        return next((self.said[fill] for fill in fills), None)

    def locate(self, at: Location) -> Location:
        """Line and XPath in place of segment and position."""
        position = at.segment_position
        if position is None:
            return Location(line=self.element.sourceline, field=at.field or at.segment) if at.segment else at
        element, attribute = self.reading.places[position - 1]
        return Location(line=element.sourceline, field=self.of(element, attribute))

    def of(self, element: Any, attribute: str = "") -> str:
        """The XPath of an element or its attribute, with numbers where several of a name stand side by side."""
        parts: list[str] = []
        here = element
        while here is not None and here is not self.element:
            name = prefixed(here.tag, self.namespaces)
            parent = here.getparent()
            if parent is not None:
                same = list(parent.iterchildren(here.tag))
                if len(same) > 1:
                    name += f"[{same.index(here) + 1}]"
            parts.append(name)
            here = parent
        top = [self.path] if here is not None else [""]
        return "/".join([*top, *reversed(parts), *([f"@{prefixed(attribute, self.namespaces)}"] if attribute else [])])

    def unread(self) -> list[dict[str, Any]]:
        """What no rule read, an entry for each element."""
        rows: dict[int, dict[str, Any]] = {}
        for element, attribute, value in self.reading.unread:
            if (element, attribute) in self.reading.above or (attribute and self._repeated(element, attribute) == value.strip()):
                continue
            row = rows.get(id(element))
            if row is None:
                row = rows[id(element)] = {"segment": prefixed(element.tag, self.namespaces), "elements": {}, "loop": self.of(element)}
            row["elements"][f"@{prefixed(attribute, self.namespaces)}" if attribute else "."] = value
        return list(rows.values())
