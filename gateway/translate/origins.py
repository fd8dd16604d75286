"""Where each value of a document came from: segment, element, component, byte offset, and the rule that read it.

Worked out on demand by running the traced form of the mapping over a tree whose segments know their place; a document that
nobody asks about costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.tree import Loop, PlacedSegment
from gateway.translate.mapping import Mapping, Reading
from gateway.translate.runtime import Context, Origin


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """One value's origin: `field` is its path in the document, list items from 1; `position` is the segment's index in the set (ST = 0)."""

    field: str
    position: int | None
    segment: str
    element: int
    component: int
    rule: str
    """The rule's file:line:column."""

    def location(self) -> Location:
        """As findings say it; without byte offsets, which the format knows."""
        return Location(
            segment=self.segment or None,
            segment_position=None if self.position is None else self.position + 1,
            element=self.element or None,
            component=self.component or None,
            field=self.field,
        )


def origins(mapping: Mapping, root: Loop, context: Context | None = None) -> list[list[ValueOrigin]]:
    """Of each document that the tree becomes, every value's origin in the document's order; give a tree with places.

    A value that was put together of several texts has one for each, one after the other.
    """
    reading = mapping.read(root, context or Context(), traced=True)
    return [list(walked(reading, document)) for document in reading.documents]


def walked(reading: Reading, document: dict[str, Any]) -> Iterator[ValueOrigin]:
    """Every value's origin of one of the documents of a traced reading."""
    return _walk(reading, document, "", id(reading.body))


def origin_of(found: list[ValueOrigin], field: str) -> ValueOrigin | None:
    """The origin of a field, else of the first value inside it, else of the nearest value around it."""
    while field:
        for origin in found:
            if origin.field == field or origin.field.startswith(field + "."):
                return origin
        field = field.rpartition(".")[0]
    return None


def _walk(reading: Reading, value: Any, path: str, identity: int) -> Iterator[ValueOrigin]:
    keys: Iterator[tuple[str | int, Any]]
    if isinstance(value, dict):
        keys = iter(value.items())
    elif isinstance(value, list):
        keys = iter(enumerate(value))
    else:
        return
    for key, inner in keys:
        field = f"{path}.{key + 1 if isinstance(key, int) else key}" if path else str(key)
        origin = reading.trace.get((identity, key))
        if origin is not None:
            yield from _origins(field, origin)
        elif field != "unmapped":
            yield from _walk(reading, inner, field, id(inner))


def _origins(field: str, origin: Origin) -> Iterator[ValueOrigin]:
    """The value's place; of one put together of several the places of all, one after the other."""
    others = [(segment, element, component) for segment, element, component in origin.others if len(segment) > element and segment[element]]
    first = [] if others and not origin.segment else [(origin.segment, origin.element, origin.component)]
    for segment, element, component in (*first, *others):
        position = segment.position if isinstance(segment, PlacedSegment) else None
        yield ValueOrigin(field, position, segment[0] if segment else "", element, component, str(origin.rule.at))
