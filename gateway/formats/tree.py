"""The one tree that the mapping language reads: loops that hold segments and inner loops, whatever the syntax.

X12 and EDIFACT fill it with segments; a delimited file with one segment a row; the mapper knows only this.
"""

from __future__ import annotations

Segment = list[str]
"""A segment's elements: [0] is its id, [n] is element n as text ('' where empty, missing at the end when not sent)."""


class Loop:
    """One occurrence of a loop: its segments by id and its inner loops by id, both in the order received.

    `name` is the loop's own name in the guide ('' for the set, 'N1', 'N1#2' for the second sibling of the same id);
    the segment that opens the loop is its first one and stands in `segments` like any other.
    """

    __slots__ = ("index", "loops", "name", "parent", "segments")

    def __init__(self, name: str, parent: Loop | None) -> None:
        self.name = name
        self.parent = parent
        self.index = 0
        """Which occurrence of its name in its parent this is, from 1."""
        self.segments: dict[str, list[Segment]] = {}
        self.loops: dict[str, list[Loop]] = {}


class PlacedSegment(list[str]):
    """A segment that knows its index in the set (ST = 0): used when origins are asked for, equal to the plain list otherwise."""

    __slots__ = ("position",)

    def __init__(self, elements: list[str], position: int) -> None:
        super().__init__(elements)
        self.position = position
