"""A partner's differences by path: read with every mistake told at its place, applied while the guide is built."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES
from gateway.profiles.inheritance import hint, kind_of
from gateway.profiles.reading import Items, Place, Table, Text, Value, merge
from gateway.profiles.structure import UNLIMITED, Change, Element, LoopGuide, Node, Required, Slot

_KEYS = ("path", "usage", "max", "min", "codes", "add", "remove", "closed", "require", "after")
_OF_SEGMENT = ("path", "usage", "max", "require", "after")
_OF_ELEMENT = ("path", "usage", "min", "max", "codes", "add", "remove", "closed", "require")
_SHOWN = 12
"""Codes of a list that a change shows."""


class Differences:
    """The differences of a guide; what was not taken at the end names no place."""

    def __init__(self, items: Value, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.changes: list[Change] = []
        self.required: list[Required] = []
        self._by_path: dict[str, Table] = {}
        self._taken: set[str] = set()
        for item in items if isinstance(items, Items) else ():
            self._read(item)
        if items is not None and not isinstance(items, Items):
            self._form(items.at.location("differences"))

    def _read(self, item: Value) -> None:
        path = item.get("path") if isinstance(item, Table) else None
        if not isinstance(item, Table) or not isinstance(path, Text):
            self._form(item.at.location() if item is not None else Location(file=self.file))
            return
        for key in item:
            if key not in _KEYS:
                facts: dict[str, Any] = {"hint": hint(key, _KEYS), "known": ", ".join(_KEYS)}
                self.findings.append(CODES["unknown-key"].finding(item.key_at[key].location(key), key, **facts))
        before = self._by_path.get(path)
        if before is not None and before.at.file == item.at.file:
            self._wrong(path.at, path, f"line {before.at.line} changes this place too")
        elif before is not None:  # of a guide that this one extends, told apart by its `usage`
            merged = merge(before, item)
            assert isinstance(merged, Table)
            self._by_path[path] = merged
        else:
            self._by_path[str(path)] = item

    def _form(self, at: Location) -> None:
        self.findings.append(CODES["guide-form"].finding(at, expected="differences such as {path: PO1/PID, usage: N}"))

    def _wrong(self, at: Place, value: str, problem: str) -> None:
        self.findings.append(CODES["guide-difference"].finding(at.location(), value, problem=problem))

    def _known(self, item: Table, keys: Collection[str]) -> None:
        """Tells the keys that mean something, but not at this kind of place."""
        for key in item:
            if key in _KEYS and key not in keys:
                self._wrong(item.key_at[key], key, f"known here: {', '.join(keys)}")

    def take(self, *paths: str) -> Table | None:
        """The difference at the first of some paths that one is written for."""
        for path in paths:
            if path in self._by_path:
                self._taken.add(path)
                return self._by_path[path]
        return None

    def added_after(self, path: str) -> Iterator[tuple[str, Table]]:
        """The segments that stand behind the member at `path`, as written: their own paths and differences."""
        loop = path.rpartition("/")[0]
        for own, item in self._by_path.items():
            if own not in self._taken and own.rpartition("/")[0] == loop and str(item.get("after")) == path:
                self._taken.add(own)
                yield own, item

    def finish(self, places: Collection[str]) -> None:
        """Tells the differences that were not taken, with the nearest of the `places` that there are."""
        for path, item in self._by_path.items():
            if path in self._taken:
                continue
            after = item.get("after")
            if isinstance(after, Text):
                problem = f"'{path}' can only follow a segment or loop that stands beside it{hint(str(after), places)}"
                self._wrong(after.at, after, problem)
            else:
                at = item["path"].at if isinstance(item["path"], Text) else item.at
                near = {*places, *(f"{place}.{path.rpartition('.')[2]}" for place in places if "." in path)}
                self.findings.append(CODES["guide-path"].finding(at.location("path"), path, hint=hint(path, near)))

    # -- segments and loops -----------------------------------------------------------------------------------------

    def usage(self, path: str, item: Table, requirement: str, limit: int) -> tuple[str, int]:
        """Usage and greatest number of a segment or loop, changed."""
        self._known(item, _OF_SEGMENT)
        if "after" in item:
            self._wrong(item.key_at["after"], path, "the guide has this place already; leave `after` out to change it")
        wanted = self._usage(item)
        if wanted is not None and wanted != requirement:
            self._note(path, item, "usage", requirement, wanted)
            requirement = wanted
        most = self._number(item, "max", unlimited=True)
        if most is not None and most != limit:
            self._note(path, item, "max", _times(limit), _times(most))
            limit = most
        return requirement, limit

    def added(self, path: str, item: Table) -> tuple[str, int]:
        """Usage and greatest number of a segment that the partner adds; once and optional where not said."""
        self._known(item, _OF_SEGMENT)
        requirement, limit = self._usage(item) or "O", self._number(item, "max", unlimited=True) or 1
        self._note(path, item, "after", "", str(item["after"]))
        return requirement, limit

    def require(self, item: Table, node: Node, loop: LoopGuide | None, element: int) -> None:
        """Notes the codes that must be there, of a segment's first element or of the element named."""
        codes = self._codes(item, "require")
        if codes is None:
            return
        slot = node.segment.slots[element - 1]
        known = slot.element.codes if slot.element is not None else None
        for code in codes:
            if slot.element is not None and slot.element.closed and known is not None and code not in known:
                self._wrong(code.at, code, f"the list of {node.segment.id}-{element:02d} does not have it")
        path = f"{node.path}.{element:02d}"
        self._note(path, item, "require", "", " ".join(codes))
        at = item.key_at["require"]
        self.required.append(Required(node.path, loop.path if loop else None, node.segment.id, element, tuple(map(str, codes)), at))

    # -- elements ---------------------------------------------------------------------------------------------------

    def slot(self, path: str, item: Table, slot: Slot) -> Slot:
        """An element's place, changed."""
        self._known(item, _OF_ELEMENT)
        usage = self._usage(item)
        if usage is not None and usage != slot.requirement:
            self._note(path, item, "usage", slot.requirement, usage)
            slot = replace(slot, requirement=usage)
        if slot.element is not None:
            return replace(slot, element=self._element(path, item, slot.element))
        for key in item:
            if key in ("min", "max", "codes", "add", "remove", "closed", "require"):
                self._wrong(item.key_at[key], key, "a composite only has a usage")
        return slot

    def _element(self, path: str, item: Table, element: Element) -> Element:
        low, high = self._number(item, "min"), self._number(item, "max")
        low, high = element.min if low is None else low, element.max if high is None else high
        if low > high:
            key = "max" if "max" in item else "min"
            self._wrong(item.key_at[key], f"{low}-{high}", "the smallest length is above the greatest")
        for key, before, after in (("min", element.min, low), ("max", element.max, high)):
            if before != after:
                self._note(path, item, key, str(before), str(after))
        element = replace(element, min=low, max=high)
        element = self._listed(path, item, element)
        closed = self._closed(item)
        if closed is not None and element.codes is None:
            self._wrong(item.key_at["closed"], "closed", f"element {element.id} has no list of codes; write one with `codes`")
        elif closed is not None and closed != element.closed:
            self._note(path, item, "closed", "open", "closed") if closed else self._note(path, item, "closed", "closed", "open")
            element = replace(element, closed=closed)
        return element

    def _listed(self, path: str, item: Table, element: Element) -> Element:
        """The element's codes, changed: a list of his own is closed; added and removed ones leave it as it is."""
        before = _shown(element.codes)
        own, added, removed = (self._codes(item, key) for key in ("codes", "add", "remove"))
        if own is not None:
            refused = frozenset((element.codes or frozenset()) - {*own})
            element = replace(element, codes=frozenset(map(str, own)), closed=True, refused=refused)
            self._note(path, item, "codes", before, "only " + _shown(element.codes))
        for key, codes in (("add", added), ("remove", removed)):
            if codes is not None and element.codes is None:
                self._wrong(item.key_at[key], key, f"element {element.id} has no list of codes; write one with `codes`")
                return element
        for code in removed or ():
            if code not in (element.codes or ()):
                self._wrong(code.at, code, f"the list does not have it{hint(code, element.codes or ())}")
        if added is not None:
            element = replace(element, codes=(element.codes or frozenset()) | {*map(str, added)}, refused=element.refused - {*added})
            self._note(path, item, "add", "", " ".join(added))
        if removed is not None:
            element = replace(element, codes=(element.codes or frozenset()) - {*removed}, refused=element.refused | {*map(str, removed)})
            self._note(path, item, "remove", " ".join(removed), "")
        return element

    # -- values -----------------------------------------------------------------------------------------------------

    def _note(self, path: str, item: Table, key: str, before: str, after: str) -> None:
        self.changes.append(Change(path, key, before, after, item.key_at[key]))

    def _usage(self, item: Table) -> str | None:
        value = item.get("usage")
        if value is None or value in ("M", "O", "N"):
            return None if value is None else str(value)
        self._expected(item, "usage", "M (mandatory), O (optional) or N (not used)")
        return None

    def _number(self, item: Table, key: str, *, unlimited: bool = False) -> int | None:
        value = item.get(key)
        if value is None:
            return None
        if unlimited and value == ">1":
            return UNLIMITED
        if isinstance(value, Text) and value.isascii() and value.isdigit() and 0 < int(value) < UNLIMITED:
            return int(value)
        self._expected(item, key, "a number from 1" + (", or >1 for any number" if unlimited else ""))
        return None

    def _closed(self, item: Table) -> bool | None:
        value = item.get("closed")
        if value in ("true", "false"):
            return value == "true"
        if value is not None:
            self._expected(item, "closed", "true or false")
        return None

    def _codes(self, item: Table, key: str) -> list[Text] | None:
        value = item.get(key)
        if value is None:
            return None
        codes = [code for code in value if isinstance(code, Text)] if isinstance(value, Items) else []
        if not isinstance(value, Items) or not codes or len(codes) != len(value):
            self._expected(item, key, "a list of codes such as [DP, IA]")
            return None
        return codes

    def _expected(self, item: Table, key: str, expected: str) -> None:
        value = item[key]
        at = value.at if value is not None else item.key_at[key]
        if isinstance(value, Text):
            self.findings.append(CODES["wrong-value"].finding(at.location(key), value, expected=expected, hint=""))
        else:
            self.findings.append(CODES["wrong-kind"].finding(at.location(key), kind=kind_of(value), expected=expected))


def _times(limit: int) -> str:
    return ">1" if limit >= UNLIMITED else str(limit)


def _shown(codes: frozenset[str] | None) -> str:
    if codes is None:
        return "any value"
    listed = sorted(codes)
    return " ".join(listed[:_SHOWN]) + (f" … {len(listed)} codes" if len(listed) > _SHOWN else "")
