"""What a compiled mapping reads, loop by loop, and what of a set it leaves: computed once, so that looking costs little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.formats.tree import Loop, PlacedSegment, Segment
from gateway.formats.x12.tree import Long
from gateway.translate.paths import Condition
from gateway.translate.runtime import Context

Predicate = Callable[[Context, Segment], bool]
"""Whether a segment fulfils a filter."""

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
    rows: dict[str, tuple[int, tuple[tuple[Predicate | None, frozenset[int]], ...]]] = field(default_factory=dict)
    """Of a segment, up to which element it is read whatever it holds, and what is read under which filter."""
    test: Predicate | None = None
    """The compiled filter."""
    chosen: dict[str, dict[tuple[int, ...], Cover]] = field(default_factory=dict)
    """Covers of inner loops laid together, by which of them fit."""

    def loop(self, name: str, conditions: tuple[Condition, ...] = ()) -> Cover:
        """The cover of an inner loop under a filter."""
        for cover in self.loops.setdefault(name, []):
            if cover.filter == conditions:
                return cover
        cover = Cover(name, self, conditions)
        self.loops[name].append(cover)
        if conditions:  # a filter is of the segment that opens the loop: what it fixes is read
            cover.read(name.partition("#")[0], conditions, set())
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
        fixed = {condition.element for condition in conditions if condition.element}
        self.segments.setdefault(segment, []).append((conditions, elements | fixed))

    def settle(self, predicate: Callable[[tuple[Condition, ...]], Predicate]) -> Cover:
        """Computes `rows` and `only`, for this loop and those inside; `predicate` compiles a filter."""
        for segment, rows in self.segments.items():
            always = {element for conditions, elements in rows if not conditions for element in elements}
            n = 0
            while n + 1 in always:
                n += 1
            filtered = [(predicate(conditions), frozenset(elements)) for conditions, elements in rows if conditions]
            self.rows[segment] = (n, ((None, frozenset(always)), *filtered) if always else tuple(filtered))
        self.test = predicate(self.filter) if self.filter else None
        for cover in (*(cover for covers in self.loops.values() for cover in covers), *self.levels.values()):
            cover.settle(predicate)
        return self

    def inner(self, context: Context, loop: Loop) -> Cover | None:
        """The cover of an inner loop, all that fit laid together; None where no rule looks into it."""
        covers = self.loops.get(loop.name)
        if covers is None:
            return None
        if len(covers) == 1 and not covers[0].levels and covers[0].test is None:
            return covers[0]
        first = loop.first
        code = first[3] if len(first) > 3 else ""
        fits: list[Cover] = []
        for cover in covers:
            if cover.test is None or cover.test(context, first):
                fits.append(cover)
                if code in cover.levels:
                    fits.append(cover.levels[code])
        if len(fits) < 2:
            return fits[0] if fits else None
        chosen = self.chosen.setdefault(loop.name, {})
        key = tuple(map(id, fits))
        if key not in chosen:
            chosen[key] = _together(fits)
        return chosen[key]


def _together(covers: Sequence[Cover]) -> Cover:
    """Several covers of one loop as one."""
    whole = Cover(covers[0].name, covers[0].parent)
    for cover in covers:
        for name, (n, rows) in cover.rows.items():
            before = whole.rows.get(name, (-1, ()))
            whole.rows[name] = (max(before[0], n), (*before[1], *rows))
        for name, inner in cover.loops.items():
            whole.loops[name] = [*whole.loops.get(name, ()), *inner]
    return whole


_NOTHING = Cover()


def unmapped(context: Context, root: Loop, cover: Cover, computed: frozenset[str]) -> list[dict[str, Any]]:
    """What of a set no rule read: loop with occurrence, segment, position where known, elements by number."""
    found: list[dict[str, Any]] = []
    _loop(context, root, cover, computed, found)
    return found


@dataclass(frozen=True, slots=True)
class Watch:
    """By position in a guide: how many elements are read whatever the segment holds, and where behind them some may not be."""

    limits: tuple[int, ...]
    gaps: tuple[tuple[slice, ...], ...]


def watch(cover: Cover, computed: frozenset[str], places: Iterable[tuple[Sequence[str], str]]) -> Watch:
    """What to look for at each place: the loops from the set inwards, and the segment in the last of them."""
    limits: list[int] = []
    gaps: list[tuple[slice, ...]] = []
    for loops, segment in places:
        sure = _sure(cover, loops, segment)
        limit = 1
        while limit in sure:
            limit += 1
        behind = sorted(n for n in sure if n > limit)
        limits.append(1_000_000 if segment in computed else limit if sure else 0)
        starts = [limit, *(n + 1 for n in behind)]
        gaps.append(tuple(slice(start, end) for start, end in zip(starts, [*behind, None], strict=True) if end is None or start < end))
    return Watch(tuple(limits), tuple(gaps))


def _sure(cover: Cover, loops: Sequence[str], segment: str) -> set[int]:
    """The elements that are read whatever the segment holds: under no filter, or under filters of which one always fits."""
    here = [cover]
    for name in loops[:-1]:
        here = [inner for outer in here for inner in outer.loops.get(name, ()) if inner.test is None]
    for name in loops[-1:]:
        here = [inner for outer in here for inner in outer.loops.get(name, ())]
    filters: dict[int, set[tuple[Condition, ...]]] = {}
    for one in here:
        opens = bool(loops) and segment == loops[-1].partition("#")[0]
        for conditions, elements in one.segments.get(segment, ()):
            if one.test is None or (opens and not conditions):
                for element in elements:
                    filters.setdefault(element, set()).add(conditions or one.filter)
    return {element for element, under in filters.items() if _always_one(under)}


def _always_one(filters: set[tuple[Condition, ...]]) -> bool:
    """Whether some filter of these fits any segment: one without conditions, one and its contrary, or a rest and all it leaves out."""
    for conditions in filters:
        if not conditions:
            return True
        first = conditions[0]
        if len(conditions) == 1 and (
            filters.issuperset(first.none_of) if first.none_of else (replace(first, negated=not first.negated),) in filters
        ):
            return True
    return False


def unmapped_of(context: Context, long: Long, watch: Watch, cover: Cover, computed: frozenset[str]) -> list[dict[str, Any]]:
    """The same as `unmapped`, of those segments only that may have something left, in the order received."""
    found: list[dict[str, Any]] = []
    covers: dict[int, Cover] = {}

    def cover_of(loop: Loop) -> Cover:
        known = covers.get(id(loop))
        if known is None:
            known = cover if loop.parent is None else (cover_of(loop.parent).inner(context, loop) or _NOTHING)
            covers[id(loop)] = known
        return known

    for loop, segment, at in long:
        if at >= 0:
            for gap in watch.gaps[at]:
                if any(segment[gap]):
                    break
            else:
                continue
        name = segment[0]
        if name in computed:
            continue
        limit, rows = cover_of(loop).rows.get(name, (-1, ()))
        if len(segment) > limit + 1 and (left := _left(context, segment, name, rows)):
            found.append(_row(loop, segment, left))
    return found


def _loop(context: Context, loop: Loop, cover: Cover, computed: frozenset[str], found: list[dict[str, Any]]) -> None:
    rows = cover.rows
    for name, segments in loop.segments.items():
        entry = rows.get(name)
        if entry is None:
            if name not in computed:
                entry = (-1, ())
            else:
                continue
        limit = entry[0] + 1
        for segment in segments:
            if len(segment) > limit and name not in computed and (left := _left(context, segment, name, entry[1])):
                found.append(_row(loop, segment, left))
    for children in loop.loops.values():
        for child in children:
            _loop(context, child, cover.inner(context, child) or _NOTHING, computed, found)


def _left(context: Context, segment: Segment, name: str, rows: Sequence[tuple[Predicate | None, frozenset[int]]]) -> list[int]:
    """The elements of a segment that nobody reads."""
    left = [n for n in range(1, len(segment)) if segment[n]]
    if name == "HL":
        left = [n for n in left if n not in LEVEL_ELEMENTS]
    for predicate, elements in rows:
        if not left:
            break
        if predicate is None or predicate(context, segment):
            left = [n for n in left if n not in elements]
    return left


def _row(loop: Loop, segment: Segment, elements: list[int]) -> dict[str, Any]:
    row: dict[str, Any] = {"segment": segment[0], "elements": {f"{n:02}": segment[n] for n in elements}}
    place = place_of(loop)
    if place:
        row["loop"] = place
    if isinstance(segment, PlacedSegment):
        row["position"] = segment.position + 1
    return row


def unmapped_cells(root: Loop, cover: Cover, columns: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """What of the rows of a file no rule read, by the columns' names."""
    found: list[dict[str, Any]] = []
    for kind, loops in root.loops.items():
        covers = [cover, *cover.loops.get(kind, ())]
        read = {element for one in covers for _, elements in one.segments.get(kind, ()) for element in elements}
        left = {name: element for name, element in columns.get(kind, {}).items() if element not in read}
        inside = _merged(cover.loops.get(kind, ()))
        for loop in loops:
            segment = loop.first
            cells = {name: segment[element] for name, element in left.items() if len(segment) > element and segment[element]}
            if cells:
                row: dict[str, Any] = {"segment": kind, "elements": cells, "loop": place_of(loop)}
                if isinstance(segment, PlacedSegment):
                    row["position"] = segment.position + 1
                found.append(row)
            if loop.loops:
                found += unmapped_cells(loop, inside, columns)
    return found


def _merged(covers: Sequence[Cover]) -> Cover:
    """What several lists over the same loops read of what is inside them."""
    merged = Cover()
    for cover in covers:
        for kind, entries in cover.segments.items():
            merged.segments.setdefault(kind, []).extend(entries)
        for kind, inner in cover.loops.items():
            merged.loops.setdefault(kind, []).extend(inner)
    return merged


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
