"""The set being written: loops with their segments as cells, put into the guide's order at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.profiles.guide import Guide, LoopGuide, SegmentGuide
from gateway.translate.grounds import Ground

BOUNDS = ("LS", "LE")
"""Segments that say nothing but where a loop begins and ends: they are written with what is between them."""


@dataclass(slots=True)
class Frame:
    """One loop of a guide as writing needs it: its segments and inner loops by name, and where each stands in the order."""

    name: str
    opener: str
    segments: dict[str, SegmentGuide] = field(default_factory=dict)
    loops: dict[str, Frame] = field(default_factory=dict)
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Of a segment id the positions in the loop, each with the greatest number there."""
    loop_places: dict[str, int] = field(default_factory=dict)
    mandatory: frozenset[str] = frozenset()
    """Names of inner loops and segments that must be there."""

    def is_loop(self, name: str) -> bool:
        """Whether a name is an inner loop and no segment of this loop."""
        return name in self.loops and name not in self.segments


def frame_of(guide: Guide) -> Frame:
    """The frame of a whole set."""
    return _frame(guide.root)


def frame_of_columns(ground: Ground) -> Frame:
    """The frame of a file of rows: kinds of records, each a segment and a loop."""
    frame = Frame(ground.name, ground.opener, dict(ground.segments))
    for number, (kind, inner) in enumerate(ground.loops.items()):
        frame.loops[kind] = frame_of_columns(inner)
        frame.loop_places[kind] = number
    return frame


def _frame(loop: LoopGuide) -> Frame:
    frame = Frame(loop.name, "")
    needed = set()
    for number, member in enumerate(loop.members):
        if isinstance(member, LoopGuide):
            frame.loops[member.name] = _frame(member)
            frame.loop_places[member.name] = number
            name = member.name
        else:
            name = member.segment.id
            frame.opener = frame.opener or name
            frame.segments.setdefault(name, member.segment)
            frame.places.setdefault(name, []).append((number, member.max))
        if member.requirement == "M":
            needed.add(name)
    frame.mandatory = frozenset(needed)
    return frame


class Cells:
    """A segment being written: `values` as text, [0] its id; `rank` is the place of its rule in the mapping."""

    __slots__ = ("rank", "values")

    def __init__(self, name: str, rank: int = 0) -> None:
        self.values = [name]
        self.rank = rank

    def get(self, element: int, component: int, mark: str) -> str:
        """What stands at an element, or in its component; '' where nothing does."""
        if len(self.values) <= element:
            return ""
        text = self.values[element]
        if not component:
            return text
        parts = text.split(mark)
        return parts[component - 1] if component <= len(parts) else ""

    def put(self, element: int, component: int, text: str, mark: str) -> None:
        """Sets an element or a component of it."""
        values = self.values
        while len(values) <= element:
            values.append("")
        if not component:
            values[element] = text
            return
        parts = values[element].split(mark) if values[element] else []
        while len(parts) < component:
            parts.append("")
        parts[component - 1] = text
        values[element] = mark.join(parts)

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return any(self.values[1:])


class Node:
    """One occurrence of a loop being written."""

    __slots__ = ("frame", "item", "loops", "parent", "rank", "segments")

    def __init__(self, frame: Frame, parent: Node | None = None, rank: int = 0) -> None:
        self.frame = frame
        self.parent = parent
        self.rank = rank
        self.segments: dict[str, list[Cells]] = {}
        self.loops: dict[str, list[Node]] = {}
        self.item: Mapping[str, Any] | None = None
        """The item of a list that it was made of."""

    @property
    def opener(self) -> Cells:
        """The segment that opens the loop, made where there is none yet."""
        found = self.segments.get(self.frame.opener)
        if not found:
            found = self.segments[self.frame.opener] = [Cells(self.frame.opener)]
        return found[0]

    def child(self, name: str, rank: int = 0) -> Node:
        """A new inner loop, not yet attached."""
        return Node(self.frame.loops[name], self, rank)

    def attach(self, node: Node) -> None:
        """Puts an inner loop behind its siblings."""
        self.loops.setdefault(node.frame.name, []).append(node)

    def instances(self, name: str) -> list[Cells]:
        """The segments of a name in this loop, those that open inner loops included."""
        if self.frame.is_loop(name):
            return [node.opener for node in self.loops.get(name, ())]
        return self.segments.get(name, [])


def segments_of(node: Node) -> Iterator[list[str]]:
    """The segments of a loop and of those inside it, in the guide's order; of one place in the mapping's."""
    entries: list[tuple[int, int, Cells | Node]] = []
    frame = node.frame
    if frame.opener == "LS" and not any(one.filled for one in node.segments.get("LS", ())):
        node.segments.pop("LS", None)  # it was looked at, and no rule fills it
    for name, cells in node.segments.items():
        if len(cells) > 1:
            cells.sort(key=_rank)
        places = iter(frame.places.get(name, ()))
        at, room = next(places, (1_000_000, 1_000_000))
        for one in cells:
            if not room:
                at, room = next(places, (at, 1_000_000))
            room -= 1
            entries.append((at, len(entries), one))
    for name, nodes in node.loops.items():
        if len(nodes) > 1:
            nodes.sort(key=_rank)
        at = frame.loop_places[name]
        entries += [(at, len(entries) + n, inner) for n, inner in enumerate(nodes)]
    if frame.opener == "LS" and node.loops and "LS" not in node.segments:
        bound = next(iter(node.loops)).partition("#")[0]
        yield ["LS", bound]
        for _, _, entry in sorted(entries, key=_place):
            yield from _written(entry)
        yield ["LE", bound]
        return
    if len(entries) > 1:
        entries.sort(key=_place)
    if entries and node.parent is not None and entries[0][0] != 0:
        yield [frame.opener]  # what opens the loop has nothing to say; the guide judges whether it may
    for _, _, entry in entries:
        yield from _written(entry)


def _written(entry: Cells | Node) -> Iterator[list[str]]:
    if isinstance(entry, Node):
        yield from segments_of(entry)
        return
    values = entry.values
    while len(values) > 1 and not values[-1]:
        values.pop()
    yield values


def _rank(entry: Cells | Node) -> int:
    return entry.rank


def _place(entry: tuple[int, int, Cells | Node]) -> tuple[int, int]:
    return entry[:2]
