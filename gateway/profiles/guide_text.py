"""A guide as people read it, and the difference of two: lines of text from the typed guide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.profiles.guide import UNLIMITED, Guide, LoopGuide, Node, Slot

_USAGE = {"M": "must", "O": "may", "X": "by relation", "N": "never"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a guide: how deep it stands, what it is about, and the words."""

    depth: int
    kind: str
    """area, loop, segment, element, relation."""
    name: str
    usage: str
    times: str
    about: str


def told(guide: Guide, *, elements: bool = True, codes: int = 12) -> Iterator[Line]:
    """The guide in order: areas, loops, segments, their elements with type, length, name and the first `codes` codes."""
    starts = {position: area for area, position in guide.areas}
    for position, member in enumerate(guide.root.members):
        if position in starts:
            yield Line(0, "area", starts[position], "", "", "")
        yield from _member(member, 0, elements, codes)


def _member(member: Node | LoopGuide, depth: int, elements: bool, codes: int) -> Iterator[Line]:
    if isinstance(member, LoopGuide):
        yield Line(depth, "loop", member.path, _USAGE[member.requirement], _times(member.max), "")
        for inner in member.members:
            yield from _member(inner, depth + 1, elements, codes)
        return
    segment = member.segment
    yield Line(depth, "segment", segment.id, _USAGE[member.requirement], _times(member.max), "")
    if elements:
        for position, slot in enumerate(segment.slots, 1):
            yield Line(
                depth + 1, "element", f"{segment.id}-{position:02d}", _USAGE[slot.requirement], _times(slot.repeat), _about(slot, codes)
            )
        for relation in segment.relations:
            yield Line(depth + 1, "relation", str(relation), "", "", _RELATIONS[relation.kind])


_RELATIONS = {
    "P": "all of them or none",
    "R": "at least one of them",
    "E": "at most one of them",
    "C": "if the first, then all the others",
    "L": "if the first, then at least one of the others",
}


def _times(limit: int) -> str:
    return "any number" if limit >= UNLIMITED else str(limit)


def _about(slot: Slot, codes: int) -> str:
    element = slot.element
    if element is None:
        return "; ".join(f"{number}: {_about(part, codes)}" for number, part in enumerate(slot.components, 1)) or slot.id
    length = str(element.min) if element.min == element.max else f"{element.min}-{element.max}"
    words = [f"{element.id} {element.type} {length}", element.name]
    if element.codes is not None:
        shown = sorted(element.codes)
        more = f" … {len(shown)} codes" if len(shown) > codes else ""
        words.append(("only " if element.closed else "") + " ".join(shown[:codes]) + more)
    return ", ".join(word for word in words if word)


def difference(ours: Guide, theirs: Guide) -> Iterator[str]:
    """How two guides differ, a place a line: - only in the first, + only in the second, ~ in both but not alike."""
    left, right = dict(_places(ours)), dict(_places(theirs))
    for place in dict.fromkeys([*left, *right]):
        if place not in right:
            yield f"- {place}"
        elif place not in left:
            yield f"+ {place}"
        elif changes := list(_changes(left[place], right[place])):
            yield f"~ {place}: {'; '.join(changes)}"


@dataclass(frozen=True, slots=True)
class _Facts:
    usage: str
    times: str
    form: str
    codes: frozenset[str]
    relations: tuple[str, ...] = ()


def _changes(left: _Facts, right: _Facts) -> Iterator[str]:
    for before, after in ((left.usage, right.usage), (left.times, right.times), (left.form, right.form)):
        if before != after:
            yield f"{before or 'nothing'} → {after or 'nothing'}"
    if left.relations != right.relations:
        yield f"relations {' '.join(left.relations) or 'none'} → {' '.join(right.relations) or 'none'}"
    added, removed = sorted(right.codes - left.codes), sorted(left.codes - right.codes)
    if left.codes and right.codes and (added or removed):
        yield "codes" + "".join(f" +{code}" for code in added) + "".join(f" -{code}" for code in removed)


def _places(guide: Guide) -> Iterator[tuple[str, _Facts]]:
    yield from _within(guide.root)


def _within(loop: LoopGuide) -> Iterator[tuple[str, _Facts]]:
    for member in loop.members:
        if isinstance(member, LoopGuide):
            yield f"{member.path} (loop)", _Facts(_USAGE[member.requirement], _times(member.max), "", frozenset())
            yield from _within(member)
            continue
        relations = tuple(map(str, member.segment.relations))
        yield member.path, _Facts(_USAGE[member.requirement], _times(member.max), "", frozenset(), relations)
        for position, slot in enumerate(member.segment.slots, 1):
            codes = slot.element.codes if slot.element is not None else None
            yield (
                f"{member.path}.{position:02d}",
                _Facts(_USAGE[slot.requirement], _times(slot.repeat), _about(slot, 0).split(",")[0], codes or frozenset()),
            )
