"""What a compiled mapping reads, loop by loop, and what of a set it leaves: computed once, so that looking costs little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.tree import Loop, PlacedSegment, Segment
from gateway.translate.paths import Condition
from gateway.translate.runtime import Context, matches, opener

COMPUTED = frozenset({"ST", "SE", "LS", "LE"})
"""Segments that say nothing but where things begin and end."""

LEVEL_ELEMENTS = frozenset({1, 2, 3, 4})
"""Elements of HL: writing computes them."""


@dataclass(slots=True)
class Cover:
    """What is read in one loop: elements by segment and filter, and in the loops inside it; `levels` are those of an HL, by code."""

    name: str = ""
    parent: Cover | None = None
    filter: tuple[Condition, ...] = ()
    segments: dict[str, list[tuple[tuple[Condition, ...], set[int]]]] = field(default_factory=dict)
    loops: dict[str, list[Cover]] = field(default_factory=dict)
    levels: dict[str, Cover] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    """Of a segment, up to which element it is read whatever it holds."""

    def loop(self, name: str, conditions: tuple[Condition, ...] = ()) -> Cover:
        """The cover of an inner loop under a filter."""
        for cover in self.loops.setdefault(name, []):
            if cover.filter == conditions:
                return cover
        cover = Cover(name, self, conditions)
        self.loops[name].append(cover)
        return cover

    def enclosing(self, name: str) -> Cover:
        """The nearest cover of a loop name, this one included; this one where there is none."""
        here: Cover | None = self
        while here is not None and here.name != name:
            here = here.parent
        return here or self

    def root(self) -> Cover:
        """The cover of the set's own loop."""
        return self.parent.root() if self.parent else self

    def read(self, segment: str, conditions: tuple[Condition, ...], elements: set[int]) -> None:
        """Notes that elements of a segment are read; those that the filter fixes are read with them."""
        fixed = {condition.element for condition in conditions}
        self.segments.setdefault(segment, []).append((conditions, elements | fixed))

    def settle(self) -> Cover:
        """Computes `whole`, for this loop and those inside."""
        for segment, rows in self.segments.items():
            always = {element for conditions, elements in rows if not conditions for element in elements}
            n = 0
            while n + 1 in always:
                n += 1
            self.whole[segment] = n
        for covers in self.loops.values():
            for cover in covers:
                cover.settle()
        for cover in self.levels.values():
            cover.settle()
        return self


def unmapped(context: Context, root: Loop, cover: Cover, computed: frozenset[str]) -> list[dict[str, Any]]:
    """What of a set no rule read: loop with occurrence, segment, position where known, elements by number."""
    found: list[dict[str, Any]] = []
    _loop(context, root, [cover], computed, found)
    return found


def _loop(context: Context, loop: Loop, covers: list[Cover], computed: frozenset[str], found: list[dict[str, Any]]) -> None:
    for name, segments in loop.segments.items():
        if name in computed:
            continue
        whole = max((cover.whole.get(name, -1) for cover in covers), default=-1)
        for segment in segments:
            if len(segment) <= whole + 1:
                continue
            left = _left(context, segment, name, covers, whole)
            if left:
                found.append(_row(loop, segment, left))
    for name, children in loop.loops.items():
        inner = [child for cover in covers for child in cover.loops.get(name, ())]
        plain = not any(cover.filter or cover.levels for cover in inner)
        for child in children:
            _loop(context, child, inner if plain else list(_fitting(context, child, inner)), computed, found)


def _fitting(context: Context, loop: Loop, covers: list[Cover]) -> Iterator[Cover]:
    first = opener(loop)
    for cover in covers:
        if not cover.filter or matches(context, first, cover.filter):
            yield cover
        if cover.levels and len(first) > 3 and first[3] in cover.levels:
            yield cover.levels[first[3]]


def _left(context: Context, segment: Segment, name: str, covers: list[Cover], whole: int) -> list[int]:
    """The elements of a segment that nobody reads."""
    read: set[int] = set(LEVEL_ELEMENTS) if name == "HL" else set()
    for cover in covers:
        for conditions, elements in cover.segments.get(name, ()):
            if not conditions or matches(context, segment, conditions):
                read |= elements
    return [n for n in range(1, len(segment)) if segment[n] and n > whole and n not in read]


def _row(loop: Loop, segment: Segment, elements: list[int]) -> dict[str, Any]:
    row: dict[str, Any] = {"segment": segment[0], "elements": {f"{n:02}": segment[n] for n in elements}}
    place = place_of(loop)
    if place:
        row["loop"] = place
    if isinstance(segment, PlacedSegment):
        row["position"] = segment.position + 1
    return row


def place_of(loop: Loop) -> str:
    """A loop with its occurrence: PO1[3]/N1[1]."""
    parts: list[str] = []
    here: Loop | None = loop
    while here is not None and here.name:
        parts.append(f"{here.name}[{here.index}]")
        here = here.parent
    return "/".join(reversed(parts))


def counted(context: Context, root: Loop, cover: Cover, computed: frozenset[str]) -> tuple[int, dict[str, int]]:
    """How many elements a set has, and how many of each segment no rule reads: the share that a mapping covers."""
    present = 0
    stack = [root]
    while stack:
        loop = stack.pop()
        for name, segments in loop.segments.items():
            if name not in computed:
                present += sum(1 for segment in segments for value in segment[1:] if value)
        for children in loop.loops.values():
            stack.extend(children)
    left: dict[str, int] = {}
    for row in unmapped(context, root, cover, computed):
        left[row["segment"]] = left.get(row["segment"], 0) + len(row["elements"])
    return present, left
