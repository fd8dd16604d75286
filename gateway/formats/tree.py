"""The one tree that the mapping language reads: loops that hold segments and inner loops, whatever the syntax.

X12 and EDIFACT fill it with segments; a delimited file with one segment a row; the mapper knows only this.
"""

from __future__ import annotations

Segment = list[str]
"""A segment's elements: [0] is its id, [n] is element n as text ('' where empty, missing at the end when not sent)."""


EMPTY: Segment = []
"""The segment that is not there; never filled."""
UNREAD = ""
"""In a tree to be written, the name of segments that put back what no rule had read: ['', its place, the part of it, its text]."""
_NO_LOOPS: dict[str, list[Loop]] = {}
"""What a loop without inner loops shows; never filled."""


class Loop:
    """One occurrence of a loop: its segments by id and its inner loops by id, both in the order received.

    `name` is the loop's own name in the guide ('' for the set, 'N1', 'N1#2' for the second sibling of the same id);
    the segment that opens the loop is its first one and stands in `segments` like any other. `index` counts occurrences
    of the name in its parent, from 1. `first` is the first segment received in it. Parents and children hold each other:
    `close` the root once it was read.
    """

    __slots__ = ("first", "index", "loops", "name", "parent", "segments")

    def __init__(self, name: str, parent: Loop | None, first: Segment = EMPTY) -> None:
        self.name = name
        self.parent = parent
        self.index = 1
        self.first = first
        self.segments: dict[str, list[Segment]] = {first[0]: [first]} if first else {}
        self.loops: dict[str, list[Loop]] = _NO_LOOPS

    def open(self, name: str, first: Segment = EMPTY) -> Loop:
        """A new inner loop of a name, with the segment that opens it."""
        loop = Loop(name, self, first)
        if self.loops is _NO_LOOPS:
            self.loops = {name: [loop]}
            return loop
        siblings = self.loops.get(name)
        if siblings is None:
            self.loops[name] = [loop]
        else:
            siblings.append(loop)
            loop.index = len(siblings)
        return loop

    def close(self) -> None:
        """Lets go of parents, so that memory comes back at once and not when the collector next runs."""
        open_ = [self]
        while open_:
            loop = open_.pop()
            loop.parent = None
            if loop.loops is not _NO_LOOPS:
                for siblings in loop.loops.values():
                    open_ += siblings


class PlacedSegment(list[str]):
    """A segment that knows its index in the set (ST = 0): used when origins are asked for, equal to the plain list otherwise."""

    __slots__ = ("position",)

    def __init__(self, elements: list[str], position: int) -> None:
        super().__init__(elements)
        self.position = position
