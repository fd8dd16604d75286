"""Guides: what a valid transaction set is, read from data, and where a partner differs.

A version's `elements.yaml`, `segments.yaml` and `codes.yaml` hold its dictionary, one line each; a set's own file only its
structure. A partner's guide `extends` one of those and states differences. Nothing here imports pydantic: this is what
`x12 check` loads. Facts are X12's; form and wording are ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.edi.finding import Finding, Halt, Location
from gateway.profiles.codes import CODES
from gateway.profiles.reading import Items, Table, Text, Value, merge, read_yaml

UNLIMITED = 1_000_000_000
_DEPTH = 4
_FOUND_KEPT = 1_000
_LINE = re.compile(r'^"?([A-Z0-9]+)"?: ?"?(.*?)"?$')


class Texts(Protocol):
    """The part of the library that guides need."""

    def names(self, prefix: str) -> list[str]:
        """Logical names that begin with `prefix`."""

    def read(self, name: str) -> str:
        """The text of a name; LookupError when there is none."""


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: type (AN ID DT TM R Nn B), length, our name for it and the codes we know (None: no list).

    `closed`: the partner's guide allows no other code; otherwise an unknown code is only noted.
    """

    id: str
    type: str
    min: int
    max: int
    name: str = ""
    codes: frozenset[str] | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """An element's place in a segment or composite: M mandatory, O optional, X by relation, N not used by the partner."""

    id: str
    requirement: str
    repeat: int
    element: Element | None
    components: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A syntax note: P all or none, R at least one, E at most one, C and L if the first then all / one of the others."""

    kind: str
    positions: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


@dataclass(frozen=True, slots=True)
class SegmentGuide:
    """A segment: its slots in order and the relations between them."""

    id: str
    slots: tuple[Slot, ...]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A segment at its place in a set."""

    segment: SegmentGuide
    requirement: str
    max: int
    path: str
    """Loops and segment, as PO1/N1/REF."""


@dataclass(frozen=True, slots=True)
class LoopGuide:
    """A loop: its members in order, the first being the segment that opens it."""

    name: str
    """Unique among its siblings: N1, N1#2."""
    path: str
    requirement: str
    max: int
    members: tuple[Node | LoopGuide, ...]

    def nodes(self) -> Iterator[Node]:
        """The segments of the loop and of the loops in it, in order."""
        for member in self.members:
            if isinstance(member, Node):
                yield member
            else:
                yield from member.nodes()


@dataclass(frozen=True, slots=True)
class Guide:
    """A transaction set as it should be: `root` holds everything from ST to SE; `known` are the version's segment ids."""

    name: str
    set: str
    version: str
    group: str
    root: LoopGuide
    known: frozenset[str]
    digest: str
    areas: tuple[tuple[str, int], ...] = ()
    """Where header, detail and summary begin, as positions in `root.members`."""

    @property
    def label(self) -> str:
        """name@hash, as reports name it."""
        return f"{self.name}@{self.digest}"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A version's segments and elements."""

    version: str
    segments: dict[str, SegmentGuide]
    digest: str


class Guides:
    """All guides of a library, each read once on first use."""

    def __init__(self, library: Texts) -> None:
        self.library = library
        self._guides: dict[str, Guide] = {}
        self._dictionaries: dict[str, Dictionary] = {}
        self._names: frozenset[str] | None = None
        self._found: dict[tuple[str, str], str | None] = {}

    def names(self) -> frozenset[str]:
        """Every set's guide, as x12/004010/850."""
        if self._names is None:
            found = (name.removeprefix("mappings/guides/").removesuffix(".yaml") for name in self.library.names("mappings/guides/"))
            self._names = frozenset(
                name for name in found if name.rsplit("/", 1)[-1] not in ("elements", "segments", "codes") and name.count("/") >= 1
            )
        return self._names

    def find(self, set_id: str, version: str) -> str | None:
        """The standard guide for a set and GS08, longest prefix first (004010VICS, 004010); None if there is none."""
        key = (set_id, version)
        if key not in self._found:
            names = (f"x12/{version[:length]}/{set_id}" for length in range(min(len(version), 12), 5, -1))
            if len(self._found) > _FOUND_KEPT:
                self._found.clear()
            self._found[key] = next((name for name in names if name in self.names()), None)
        return self._found[key]

    def nearest(self, set_id: str, version: str) -> str | None:
        """The guide of the nearest version that has the set (the later of two equally near); None if no version has it."""
        wanted = version[:6] if re.match(r"\d{6}", version) else ""
        having = [name.split("/")[1] for name in self.names() if name.startswith("x12/") and name.endswith("/" + set_id)]
        if not wanted or not having:
            return None
        return f"x12/{min(having, key=lambda v: (abs(int(v) - int(wanted)), -int(v)))}/{set_id}"

    def guide(self, name: str) -> Guide:
        """The guide called `name`; Halt with a finding when it cannot be read."""
        found = self._guides.get(name)
        if found is None:
            found = self._guides[name] = self._load(name)
        return found

    def _load(self, name: str) -> Guide:
        tree, texts = self._tree(name, 0)
        standard = texts[0][0]
        version = standard.split("/")[1]
        dictionary = self._dictionary(version)
        digest = hashlib.sha256("\0".join([dictionary.digest, *(text for _, text in texts)]).encode()).hexdigest()[:12]
        return _build(name, tree, version, dictionary, digest)

    def _tree(self, name: str, depth: int) -> tuple[Table, list[tuple[str, str]]]:
        """The merged YAML of a guide and the texts it is made of, the standard's first."""
        file = f"mappings/guides/{name}.yaml"
        try:
            text = self.library.read(file)
        except LookupError:
            raise Halt(CODES["guide-missing"].finding(Location(file=file), name)) from None
        value, findings = read_yaml(text, file)
        if findings:
            raise Halt(findings[0])
        if not isinstance(value, Table):
            raise Halt(CODES["guide-form"].finding(Location(file=file), expected="a map with `guide`, `set` and its structure"))
        parent = value.get("extends")
        if parent is None:
            return value, [(name, text)]
        if depth >= _DEPTH:
            raise Halt(CODES["guide-form"].finding(_at(value, "extends", file), expected=f"at most {_DEPTH} guides in a line of `extends`"))
        under, texts = self._tree(str(parent), depth + 1)
        merged = merge(under, value)
        assert isinstance(merged, Table)
        return merged, [*texts, (name, text)]

    def _dictionary(self, version: str) -> Dictionary:
        found = self._dictionaries.get(version)
        if found is None:
            found = self._dictionaries[version] = self._read_dictionary(version)
        return found

    def _read_dictionary(self, version: str) -> Dictionary:
        folder = f"mappings/guides/x12/{version}/"
        element_lines, digest_1 = self._lines(folder + "elements.yaml")
        segment_lines, digest_2 = self._lines(folder + "segments.yaml")
        lists = (
            folder
            if folder + "codes.yaml" in self.library.names(folder)
            else f"mappings/guides/x12/{'004010' if version < '005010' else '005010'}/"
        )
        code_lines, digest_3 = self._lines(lists + "codes.yaml")
        elements: dict[str, Element] = {}
        for number, line in element_lines.items():
            kind, low, high, *name = line.split(" ", 3)
            codes = code_lines.get(number)
            elements[number] = Element(
                number, kind, int(low), int(high), name[0] if name else "", frozenset(codes.split()) if codes else None
            )
        composites: dict[str, tuple[Slot, ...]] = {}
        segments: dict[str, SegmentGuide] = {}
        for number, line in sorted(segment_lines.items(), key=lambda row: not re.fullmatch(r"[CS]\d{3}", row[0])):
            body, _, relations = line.partition(" | ")
            slots = tuple(_slot(item, elements, composites) for item in body.split(", "))
            if re.fullmatch(r"[CS]\d{3}", number):
                composites[number] = slots
            else:
                segments[number] = SegmentGuide(number, slots, tuple(_relation(r) for r in relations.split()))
        return Dictionary(version, segments, digest_1 + digest_2 + digest_3)

    def _lines(self, name: str) -> tuple[dict[str, str], str]:
        """A flat file of one line an entry, and its hash; read without YAML's machinery because every check needs it."""
        try:
            text = self.library.read(name)
        except LookupError:
            raise Halt(CODES["guide-missing"].finding(Location(file=name), name)) from None
        rows: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            match = _LINE.match(line)
            if not match:
                raise Halt(CODES["guide-form"].finding(Location(file=name, line=number, column=1), expected='lines such as "353": ID 2 2'))
            rows[match[1]] = match[2]
        return rows, hashlib.sha256(text.encode()).hexdigest()


def _slot(item: str, elements: dict[str, Element], composites: dict[str, tuple[Slot, ...]]) -> Slot:
    number, requirement, *repeat = item.split()
    times = int(repeat[0][1:]) if repeat else 1
    return Slot(number, requirement, times, elements.get(number), composites.get(number, ()))


def _relation(text: str) -> Relation:
    return Relation(text[0], tuple(int(text[i : i + 2]) for i in range(1, len(text), 2)))


def _at(table: Table, key: str, file: str) -> Location:
    return table.key_at[key].location(key) if key in table.key_at else Location(file=file)


class _Differences:
    """A partner's differences by path, applied while the guide is built; what was not used at the end names no place."""

    def __init__(self, items: Value) -> None:
        self.by_path: dict[str, Table] = {}
        self.used: set[str] = set()
        for item in items if isinstance(items, Items) else ():
            if not isinstance(item, Table) or not isinstance(item.get("path"), Text):
                at = item.at.location() if isinstance(item, Table | Text | Items) else Location()
                raise Halt(CODES["guide-form"].finding(at, expected="differences such as {path: PO1/PID, usage: N}"))
            self.by_path[str(item["path"])] = item

    def take(self, path: str) -> Table | None:
        found = self.by_path.get(path)
        if found is not None:
            self.used.add(path)
        return found

    def unused(self) -> list[Finding]:
        return [CODES["guide-path"].finding(item.at.location(), path) for path, item in self.by_path.items() if path not in self.used]


def _build(name: str, tree: Table, version: str, dictionary: Dictionary, digest: str) -> Guide:
    differences = _Differences(tree.get("differences"))
    members: list[Node | LoopGuide] = []
    areas: list[tuple[str, int]] = []
    seen: dict[str, int] = {}
    for area in ("header", "detail", "summary"):
        items = tree.get(area)
        if items is not None:
            areas.append((area, len(members)))
            members += _members(items, "", dictionary, differences, seen, name)
    if unused := differences.unused():
        raise Halt(unused[0])
    root = LoopGuide("", "", "M", 1, tuple(members))
    return Guide(name, str(tree.get("set")), version, str(tree.get("group")), root, frozenset(dictionary.segments), digest, tuple(areas))


def _members(
    items: Value, path: str, dictionary: Dictionary, differences: _Differences, seen: dict[str, int], name: str
) -> Iterator[Node | LoopGuide]:
    if not isinstance(items, Items):
        raise Halt(CODES["guide-form"].finding(Location(file=name), expected="a list of segments"))
    for item in items:
        if isinstance(item, Text):
            segment, requirement, limit = _three(item)
            yield _node(segment, requirement, limit, path, dictionary, differences, item)
        elif isinstance(item, Table) and len(item) == 1:
            key, inner = next(iter(item.items()))
            loop, requirement, limit = _three(key, item)
            seen[loop] = seen.get(loop, 0) + 1
            unique = loop if seen[loop] == 1 else f"{loop}#{seen[loop]}"
            own = f"{path}/{unique}" if path else unique
            change = differences.take(own)
            if change is not None:
                requirement, limit = str(change.get("usage") or requirement), _limit(change.get("max"), limit)
            yield LoopGuide(unique, own, requirement, limit, tuple(_members(inner, own, dictionary, differences, {}, name)))
        else:
            raise Halt(CODES["guide-form"].finding(Location(file=name), expected="`BEG M 1`, or a loop `N1 O 200:` with its members"))


def _three(text: str, item: Table | None = None) -> tuple[str, str, int]:
    parts = text.split()
    if len(parts) != 3 or parts[1] not in "MON" or not (parts[2] == ">1" or parts[2].isdigit()):
        at = item.at if item is not None else text.at if isinstance(text, Text) else None
        raise Halt(
            CODES["guide-form"].finding(
                at.location() if at else Location(), expected="segment, usage (M, O or N) and greatest number, as `REF O 12`"
            )
        )
    return parts[0], parts[1], UNLIMITED if parts[2] == ">1" else int(parts[2])


def _limit(value: Value, default: int) -> int:
    return default if value is None else UNLIMITED if value == ">1" else int(str(value))


def _node(segment: str, requirement: str, limit: int, path: str, dictionary: Dictionary, differences: _Differences, item: Text) -> Node:
    guide = dictionary.segments.get(segment)
    if guide is None:
        raise Halt(CODES["guide-segment"].finding(item.at.location(), segment))
    own = f"{path}/{segment}" if path else segment
    change = differences.take(own) if path.rsplit("/", 1)[-1].split("#", maxsplit=1)[0] != segment else None
    if change is not None:
        requirement, limit = str(change.get("usage") or requirement), _limit(change.get("max"), limit)
    slots = list(guide.slots)
    for position, slot in enumerate(slots, 1):
        change = differences.take(f"{own}.{position:02d}") or (
            differences.take(f"{path}.{position:02d}") if own == f"{path}/{segment}" and path.rsplit("/", 1)[-1] == segment else None
        )
        if change is not None:
            slots[position - 1] = _changed(slot, change)
    return Node(guide if tuple(slots) == guide.slots else replace(guide, slots=tuple(slots)), requirement, limit, own)


def _changed(slot: Slot, change: Table) -> Slot:
    element = slot.element
    if element is not None:
        codes = change.get("codes")
        added = change.get("add")
        element = replace(
            element,
            min=_limit(change.get("min"), element.min),
            max=_limit(change.get("max"), element.max),
            codes=frozenset(map(str, codes))
            if isinstance(codes, Items)
            else (element.codes or frozenset()) | frozenset(map(str, added))
            if isinstance(added, Items)
            else element.codes,
            closed=isinstance(codes, Items) or element.closed,
        )
    return replace(slot, requirement=str(change.get("usage") or slot.requirement), element=element)


def load_guide(library: Texts, name: str) -> Guide:
    """One guide of a library; Halt with a finding when it cannot be read."""
    return Guides(library).guide(name)
