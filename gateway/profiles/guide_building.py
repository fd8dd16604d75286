"""Builds the typed guide of a set from its YAML and the version's dictionary, with a partner's differences and every mistake told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES
from gateway.profiles.differences import Differences
from gateway.profiles.inheritance import hint
from gateway.profiles.reading import Items, Place, Table, Text, Value
from gateway.profiles.structure import UNLIMITED, Change, Dictionary, Guide, LoopGuide, Node, Standard

AREAS = ("header", "detail", "summary")
_KEYS = ("guide", "set", "group", "extends", *AREAS, "differences")


class Building:
    """One guide being built; `findings` are all mistakes, and with one of them the guide is not to be used."""

    def __init__(self, name: str, file: str, dictionary: Dictionary, standard: Guide | None) -> None:
        self.name = name
        self.file = file
        self.dictionary = dictionary
        self.standard = standard
        """The guide that a partner's comes from, to tell what the standard says."""
        self.findings: list[Finding] = []
        self.differences = Differences(None, file)
        self._places = {place.path: place for place in standard.root.places()} if standard is not None else {}

    def build(self, tree: Table, digest: str) -> Guide:
        """The guide of a merged YAML."""
        for key in tree:
            if key not in _KEYS:
                facts: dict[str, Any] = {"hint": hint(key, _KEYS), "known": ", ".join(_KEYS)}
                self.findings.append(CODES["unknown-key"].finding(tree.key_at[key].location(key), key, **facts))
        self.differences = Differences(tree.get("differences"), self.file)
        members: list[Node | LoopGuide] = []
        areas: list[tuple[str, int]] = []
        seen: dict[str, int] = {}
        for area in AREAS:
            items = tree.get(area)
            if items is not None:
                areas.append((area, len(members)))
                members += self._members(items, None, seen, tree.key_at[area])
        if not areas:
            self._form(tree.at, "a list of segments under header, detail or summary")
        root = LoopGuide("", "", "M", 1, tuple(members))
        self.differences.finish({place.path for place in root.places()})
        self.findings += self.differences.findings
        changes = [*self._written_again(tree), *self.differences.changes]
        extends = self.standard.name if self.standard is not None else None
        set_id, group, known = str(tree.get("set")), str(tree.get("group")), frozenset(self.dictionary.segments)
        required = tuple(self.differences.required)
        version = self.dictionary.version
        return Guide(self.name, set_id, version, group, root, known, digest, tuple(areas), tuple(changes), required, extends)

    def _written_again(self, tree: Table) -> Iterator[Change]:
        """The areas that a partner's guide has in full."""
        if self.standard is None:
            return
        own = f"mappings/guides/{self.standard.name}.yaml"
        for area in AREAS:
            at = tree.key_at.get(area)
            if at is not None and at.file != own:
                yield Change(area, "area", "", "written again as a whole", at)

    def _form(self, at: Place, expected: str) -> None:
        self.findings.append(CODES["guide-form"].finding(at.location(), expected=expected))

    def _members(self, items: Value, loop: LoopGuide | None, seen: dict[str, int], at: Place) -> Iterator[Node | LoopGuide]:
        if not isinstance(items, Items):
            self._form(items.at if items is not None else at, "a list of segments")
            return
        for item in items:
            member = self._member(item, loop, seen, items.at)
            if member is not None:
                yield member
                yield from self._added(member.path, loop)

    def _member(self, item: Value, loop: LoopGuide | None, seen: dict[str, int], at: Place) -> Node | LoopGuide | None:
        if isinstance(item, Text):
            words = self._three(item, item.at)
            return self._node(*words, loop, item.at) if words else None
        if not isinstance(item, Table) or len(item) != 1:
            self._form(item.at if item is not None else at, "`BEG M 1`, or a loop `N1 O 200:` with its members")
            return None
        key, inner = next(iter(item.items()))
        words = self._three(key, item.at)
        if words is None:
            return None
        name, requirement, limit = words
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name}#{seen[name]}"
        own = f"{loop.path}/{unique}" if loop is not None else unique
        change = self.differences.take(own)
        if change is not None:
            requirement, limit = self.differences.usage(own, change, requirement, limit)
        opened = LoopGuide(unique, own, requirement, limit, ())
        members = tuple(self._members(inner, opened, {}, item.key_at[key]))
        if not members or not isinstance(members[0], Node):
            self._form(item.key_at[key], "a loop whose first member is a segment")
        elif change is not None:
            self.differences.require(change, members[0], opened, 1)
        return replace(opened, members=members, standard=self._standard(own, requirement, limit))

    def _three(self, text: str, at: Place) -> tuple[str, str, int] | None:
        parts = text.split()
        if len(parts) != 3 or parts[1] not in "MON" or not (parts[2] == ">1" or parts[2].isdigit()):
            self._form(at, "segment, usage (M, O or N) and greatest number, as `REF O 12`")
            return None
        return parts[0], parts[1], UNLIMITED if parts[2] == ">1" else int(parts[2])

    def _node(self, segment: str, requirement: str, limit: int, loop: LoopGuide | None, at: Place) -> Node | None:
        guide = self.dictionary.segments.get(segment)
        if guide is None:
            self.findings.append(CODES["guide-segment"].finding(at.location(), segment))
            return None
        own = f"{loop.path}/{segment}" if loop is not None else segment
        opens = loop is not None and loop.name.split("#")[0] == segment
        change = None if opens else self.differences.take(own)  # usage and number of what opens a loop are the loop's
        if change is not None:
            requirement, limit = self.differences.usage(own, change, requirement, limit)
        return self._filled(Node(guide, requirement, limit, own), loop, change, opens=opens)

    def _filled(self, node: Node, loop: LoopGuide | None, change: Table | None, *, opens: bool) -> Node:
        """The node with the partner's changes to its elements."""
        slots = list(node.segment.slots)
        asked: list[tuple[Table, int]] = [(change, 1)] if change is not None else []
        for position, slot in enumerate(slots, 1):
            paths = (f"{node.path}.{position:02d}", *([f"{loop.path}.{position:02d}"] if opens and loop is not None else ()))
            item = self.differences.take(*paths)
            if item is not None:
                slots[position - 1] = self.differences.slot(paths[-1], item, slot)
                asked.append((item, position))
        if tuple(slots) != node.segment.slots:
            node = replace(node, segment=replace(node.segment, slots=tuple(slots)))
        for item, position in asked:
            self.differences.require(item, node, loop, position)
        return replace(node, standard=self._standard(node.path, node.requirement, node.max, node))

    def _added(self, path: str, loop: LoopGuide | None) -> Iterator[Node]:
        """The segments that the partner has behind a member, and those behind these."""
        for own, item in self.differences.added_after(path):
            segment = own.rpartition("/")[2]
            guide = self.dictionary.segments.get(segment)
            at = item["path"]
            if guide is None:
                self.findings.append(CODES["guide-segment"].finding(at.at.location("path") if at is not None else Location(), segment))
                continue
            requirement, limit = self.differences.added(own, item)
            yield self._filled(Node(guide, requirement, limit, own), loop, item, opens=False)
            yield from self._added(own, loop)

    def _standard(self, path: str, requirement: str, limit: int, node: Node | None = None) -> Standard | None:
        """What the standard says of a place, where it says something else."""
        if self.standard is None:
            return None
        there = self._places.get(path)
        segment = self.dictionary.segments[node.segment.id] if node is not None else None
        found = Standard(there.requirement, there.max, segment) if there is not None else Standard("O", UNLIMITED, segment)
        same = (found.requirement, found.max, found.segment) == (requirement, limit, node.segment if node is not None else None)
        return None if same else found
