"""A guide as people read it, the difference of two, and what a partner's guide says otherwise, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.profiles.guide import UNLIMITED, Change, Guide, LoopGuide, Node, Slot

_USAGE = {"M": "must", "O": "may", "X": "by relation", "N": "never"}
_CODES_SHOWN = 12

_RELATIONS = {
    "P": "all of them or none",
    "R": "at least one of them",
    "E": "at most one of them",
    "C": "if the first, then all the others",
    "L": "if the first, then at least one of the others",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a guide: how deep it stands, what it is about, the words, and what a partner changed there."""

    depth: int
    kind: str
    """area, loop, segment, element, relation."""
    name: str
    usage: str
    times: str
    about: str
    changes: tuple[Change, ...] = ()


def told(guide: Guide, *, elements: bool = True, codes: int = _CODES_SHOWN) -> Iterator[Line]:
    """The guide in order: areas, loops, segments, their elements with type, length, name and the first `codes` codes."""
    starts = {position: area for area, position in guide.areas}
    changes = _Changes(guide)
    for position, member in enumerate(guide.root.members):
        if position in starts:
            yield Line(0, "area", starts[position], "", "", "", changes.at(starts[position]))
        yield from _member(member, None, 1, changes, elements, codes)


class _Changes:
    """The changes of a guide by place; elements of the segment that opens a loop are written with the loop's path or the segment's."""

    def __init__(self, guide: Guide) -> None:
        self._by_path: dict[str, list[Change]] = {}
        for change in guide.changes:
            self._by_path.setdefault(change.path, []).append(change)

    def at(self, *paths: str) -> tuple[Change, ...]:
        return tuple(change for path in dict.fromkeys(paths) for change in self._by_path.get(path, ()))


def _member(member: Node | LoopGuide, loop: LoopGuide | None, depth: int, changes: _Changes, elements: bool, codes: int) -> Iterator[Line]:
    if isinstance(member, LoopGuide):
        yield Line(depth, "loop", member.path, _USAGE[member.requirement], _times(member.max), "", changes.at(member.path))
        for inner in member.members:
            yield from _member(inner, member, depth + 1, changes, elements, codes)
        return
    segment = member.segment
    opens = loop is not None and loop.members[0] is member
    own = () if opens else changes.at(member.path)
    inner_changes = [changes.at(*_element_paths(member, loop, position)) for position in range(1, len(segment.slots) + 1)]
    if not elements:
        own += tuple(change for at in inner_changes for change in at)
    yield Line(depth, "segment", segment.id, _USAGE[member.requirement], _times(member.max), "", own)
    if elements:
        for position, (slot, changed) in enumerate(zip(segment.slots, inner_changes, strict=True), 1):
            name = f"{segment.id}-{position:02d}"
            yield Line(depth + 1, "element", name, _USAGE[slot.requirement], _times(slot.repeat), _about(slot, codes), changed)
            for relation in slot.relations:
                yield Line(depth + 2, "relation", f"{name} {relation}", "", "", _RELATIONS[relation.kind])
        for relation in segment.relations:
            yield Line(depth + 1, "relation", str(relation), "", "", _RELATIONS[relation.kind])


def _element_paths(node: Node, loop: LoopGuide | None, position: int) -> tuple[str, ...]:
    own = f"{node.path}.{position:02d}"
    return (own, f"{loop.path}.{position:02d}") if loop is not None and loop.members[0] is node else (own,)


def worded(change: Change) -> str:
    """What a partner's guide says otherwise, as `must, not may`."""
    before, after = change.before, change.after
    match change.key:
        case "usage":
            return f"{_USAGE[after]}, not {_USAGE[before]}"
        case "max" | "min":
            bound = "at most" if change.key == "max" else "at least"
            return f"{bound} {after}, not {before}".replace(">1", "any number")
        case "add":
            return f"also {after}"
        case "remove":
            return f"not {before}"
        case "closed":
            return "no other codes" if after == "closed" else "other codes are only noted"
        case "require":
            return f"must be there: {after}"
        case "after":
            return f"added after {after}"
        case _:
            return after


def _times(limit: int) -> str:
    return "any number" if limit >= UNLIMITED else str(limit)


def _about(slot: Slot, codes: int) -> str:
    element = slot.element
    if element is None:
        return "; ".join(f"{number}: {_about(part, codes)}" for number, part in enumerate(slot.components, 1)) or slot.id
    words = [_form(slot), element.name]
    if element.codes is not None:
        listed = sorted(element.codes)
        more = f" … {len(listed)} codes" if len(listed) > codes else ""
        words.append(("only " if element.closed else "") + " ".join(listed[:codes]) + more)
    return ", ".join(word for word in words if word)


def _form(slot: Slot) -> str:
    """Number, type and length of an element, or of a composite's components."""
    element = slot.element
    if element is None:
        return "; ".join(f"{_USAGE[part.requirement]} {_form(part)}" for part in slot.components) or slot.id
    return f"{element.id} {element.type} " + (str(element.min) if element.min == element.max else f"{element.min}-{element.max}")


# -- the difference of two ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which two guides are not alike."""

    mark: str
    """- only in the first, + only in the second, ~ in both but not alike."""
    place: str
    changes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.mark} {self.place}" + (f": {'; '.join(self.changes)}" if self.changes else "")


def difference(ours: Guide, theirs: Guide) -> Iterator[Difference]:
    """How two guides differ, a place at a time, in the first one's order; what only the second has comes last."""
    left, right = dict(_places(ours)), dict(_places(theirs))
    for place in dict.fromkeys([*left, *right]):
        if place not in right or place not in left:
            segment, _, position = place.rpartition(".")
            other = right if place not in right else left
            if not position.isdigit() or segment in other:  # of a segment that is not there the elements are not told too
                yield Difference("-" if other is right else "+", place)
        elif changes := tuple(_changes(left[place], right[place])):
            yield Difference("~", place, changes)


@dataclass(frozen=True, slots=True)
class _Facts:
    usage: str
    times: str
    form: str = ""
    codes: frozenset[str] | None = None
    closed: bool = False
    relations: tuple[str, ...] = ()


def _changes(left: _Facts, right: _Facts) -> Iterator[str]:
    for before, after in ((left.usage, right.usage), (left.times, right.times), (left.form, right.form)):
        if before != after:
            yield f"{before or 'nothing'} → {after or 'nothing'}"
    if left.relations != right.relations:
        yield f"relations {' '.join(left.relations) or 'none'} → {' '.join(right.relations) or 'none'}"
    if left.codes != right.codes:
        yield f"codes {_codes(left.codes, right.codes)}"
    if left.closed != right.closed:
        yield "no other codes" if right.closed else "other codes are only noted"


def _codes(left: frozenset[str] | None, right: frozenset[str] | None) -> str:
    if left is None or right is None:
        return f"{'any value' if left is None else 'a list'} → {'any value' if right is None else 'a list'}"
    steps = [f"+{code}" for code in sorted(right - left)] + [f"-{code}" for code in sorted(left - right)]
    return " ".join(steps[: 2 * _CODES_SHOWN]) + (f" … {len(steps)} codes" if len(steps) > 2 * _CODES_SHOWN else "")


def _places(guide: Guide) -> Iterator[tuple[str, _Facts]]:
    """Every place by a name of its own: a segment that stands twice in a loop is REF and REF#2."""
    seen: dict[str, int] = {}
    for member in guide.root.places():
        if isinstance(member, LoopGuide):
            yield f"{member.path} (loop)", _Facts(_USAGE[member.requirement], _times(member.max))
            continue
        seen[member.path] = seen.get(member.path, 0) + 1
        path = member.path if seen[member.path] == 1 else f"{member.path}#{seen[member.path]}"
        yield path, _Facts(_USAGE[member.requirement], _times(member.max), relations=tuple(map(str, member.segment.relations)))
        for position, slot in enumerate(member.segment.slots, 1):
            codes, closed = (slot.element.codes, slot.element.closed) if slot.element is not None else (None, False)
            yield f"{path}.{position:02d}", _Facts(_USAGE[slot.requirement], _times(slot.repeat), _form(slot), codes, closed)


# -- for programs -----------------------------------------------------------------------------------------------------------


def as_json(guide: Guide, *, elements: bool = True) -> dict[str, Any]:
    """The guide as plain values: usage by its letter, greatest numbers with null for any number, codes whole."""
    starts = dict(guide.areas)
    ends = [*starts.values(), len(guide.root.members)][1:]
    areas = {
        area: [_member_json(member, elements) for member in guide.root.members[start:end]]
        for (area, start), end in zip(starts.items(), ends, strict=True)
    }
    changes = [
        {"path": c.path, "key": c.key, "before": c.before, "after": c.after, "file": c.at.file, "line": c.at.line, "column": c.at.column}
        for c in guide.changes
    ]
    required = [{"path": rule.path, "element": rule.element, "codes": list(rule.codes)} for rule in guide.required]
    head = {"guide": guide.name, "digest": guide.digest, "set": guide.set, "version": guide.version, "group": guide.group}
    return {**head, "extends": guide.extends, "changes": changes, "required": required, **areas}


def _member_json(member: Node | LoopGuide, elements: bool) -> dict[str, Any]:
    limit = None if member.max >= UNLIMITED else member.max
    told = {"path": member.path, "usage": member.requirement, "max": limit}
    if isinstance(member, LoopGuide):
        return {"loop": member.name, **told, "members": [_member_json(inner, elements) for inner in member.members]}
    segment = {"segment": member.segment.id, **told}
    if not elements:
        return segment
    relations = list(map(str, member.segment.relations))
    return {**segment, "elements": [_slot_json(slot) for slot in member.segment.slots], "relations": relations}


def _slot_json(slot: Slot) -> dict[str, Any]:
    told: dict[str, Any] = {"element": slot.id, "usage": slot.requirement, "repeat": slot.repeat}
    element = slot.element
    if element is None:
        parts = [_slot_json(part) for part in slot.components]
        return {**told, "components": parts, "relations": list(map(str, slot.relations))}
    codes = None if element.codes is None else sorted(element.codes)
    lengths = {"type": element.type, "min": element.min, "max": element.max}
    return {**told, "name": element.name or None, **lengths, "codes": codes, "closed": element.closed}
