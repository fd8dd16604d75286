"""Guides: what a valid transaction set is, read from data, and where a partner differs.

A version's `elements.yaml`, `segments.yaml` and `codes.yaml` hold its dictionary, one line each; a set's own file only its
structure. A partner's guide `extends` one of those and states differences. Nothing here imports pydantic: this is what
`x12 check` loads. Facts are X12's; form and wording are ours.
"""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from gateway.edi.finding import Finding, Halt, Location
from gateway.profiles.codes import CODES
from gateway.profiles.guide_building import Building
from gateway.profiles.inheritance import hint
from gateway.profiles.reading import Table, Text, merge, read_yaml
from gateway.profiles.structure import (
    UNLIMITED,
    Change,
    Dictionary,
    Element,
    Guide,
    LoopGuide,
    Node,
    Relation,
    Required,
    SegmentGuide,
    Slot,
    Standard,
)

__all__ = [
    "UNLIMITED",
    "Change",
    "Dictionary",
    "Element",
    "Guide",
    "Guides",
    "LoopGuide",
    "Node",
    "Relation",
    "Required",
    "SegmentGuide",
    "Slot",
    "Standard",
    "Texts",
    "load_guide",
]
_FOLDER = "mappings/guides/"
_DICTIONARY = ("elements", "segments", "codes")
"""Files beside the guides of a version, which all of them share."""
_DEPTH = 4
_FOUND_KEPT = 1_000
_LINE = re.compile(r'^"?([A-Z0-9]+)"?: ?"?(.*?)"?$')


class Texts(Protocol):
    """The part of the library that guides need."""

    def names(self, prefix: str) -> list[str]:
        """Logical names that begin with `prefix`."""

    def read(self, name: str) -> str:
        """The text of a name; LookupError when there is none."""


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
            found = (name.removeprefix(_FOLDER).removesuffix(".yaml") for name in self.library.names(_FOLDER) if name.endswith(".yaml"))
            self._names = frozenset(name for name in found if name.rsplit("/", 1)[-1] not in _DICTIONARY and name.count("/") >= 1)
        return self._names

    def find(self, set_id: str, version: str) -> str | None:
        """The standard guide for a set and GS08, longest prefix first (004010VICS, 004010); None if there is none."""
        key = (set_id, version)
        if key not in self._found:
            names = (f"x12/{version[:length]}/{set_id}" for length in range(min(len(version), 12), 5, -1))
            if len(self._found) > _FOUND_KEPT:
                self._found.clear()
            plain = (set_id + version).isalnum() and set_id not in _DICTIONARY
            self._found[key] = next((name for name in names if (self._has(name) if plain else name in self.names())), None)
        return self._found[key]

    def _has(self, name: str) -> bool:
        """Whether there is a guide of this name; one folder is looked through and not all of them, as long as that is enough."""
        if self._names is not None:
            return name in self._names
        file = f"{_FOLDER}{name}.yaml"
        return file in self.library.names(file)

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

    def mistakes(self, name: str) -> list[Finding]:
        """Everything that is wrong with the guide called `name`, each at its place."""
        try:
            return self._built(name)[1]
        except Halt as halt:
            return [halt.finding]

    def _load(self, name: str) -> Guide:
        guide, findings = self._built(name)
        if findings:
            raise Halt(findings[0])
        return guide

    def _built(self, name: str) -> tuple[Guide, list[Finding]]:
        tree, texts = self._tree(name, 0)
        standard = texts[0][0]
        if not standard.startswith("x12/") or standard.count("/") < 2:
            raise Halt(CODES["missing-key"].finding(tree.at.location(), "extends"))
        dictionary = self._dictionary(standard.split("/")[1])
        digest = hashlib.sha256("\0".join([dictionary.digest, *(text for _, text in texts)]).encode()).hexdigest()[:12]
        building = Building(name, f"{_FOLDER}{name}.yaml", dictionary, self.guide(standard) if standard != name else None)
        return building.build(tree, digest), building.findings

    def _tree(self, name: str, depth: int) -> tuple[Table, list[tuple[str, str]]]:
        """The merged YAML of a guide and the texts it is made of, the standard's first."""
        file = f"{_FOLDER}{name}.yaml"
        try:
            text = self.library.read(file)
        except LookupError:
            raise Halt(self._missing(Location(file=file), name)) from None
        value, findings = read_yaml(text, file)
        if findings:
            raise Halt(findings[0])
        if not isinstance(value, Table):
            raise Halt(CODES["guide-form"].finding(Location(file=file), expected="a map with `guide`, `set` and its structure"))
        parent = value.get("extends")
        if parent is None:
            return value, [(name, text)]
        at = parent.at.location("extends")
        if not isinstance(parent, Text) or parent not in self.names():
            raise Halt(self._missing(at, str(parent)))
        if depth >= _DEPTH:
            raise Halt(CODES["guide-form"].finding(at, expected=f"at most {_DEPTH} guides in a line of `extends`"))
        under, texts = self._tree(str(parent), depth + 1)
        merged = merge(under, value)
        assert isinstance(merged, Table)
        return merged, [*texts, (name, text)]

    def _missing(self, at: Location, name: str) -> Finding:
        return CODES["guide-missing"].finding(at, name, hint=hint(name, self.names()))

    def _dictionary(self, version: str) -> Dictionary:
        found = self._dictionaries.get(version)
        if found is None:
            found = self._dictionaries[version] = self._read_dictionary(version)
        return found

    def _read_dictionary(self, version: str) -> Dictionary:
        folder = f"{_FOLDER}x12/{version}/"
        element_lines, digest_1 = self._lines(folder + "elements.yaml")
        segment_lines, digest_2 = self._lines(folder + "segments.yaml")
        lists = (
            folder
            if folder + "codes.yaml" in self.library.names(folder)
            else f"{_FOLDER}x12/{'004010' if version < '005010' else '005010'}/"
        )
        code_lines, digest_3 = self._lines(lists + "codes.yaml")
        elements: dict[str, Element] = {}
        for number, line in element_lines.items():
            kind, low, high, *name = line.split(" ", 3)
            codes = code_lines.get(number)
            elements[number] = Element(
                number, kind, int(low), int(high), name[0] if name else "", frozenset(codes.split()) if codes else None
            )
        composites: dict[str, SegmentGuide] = {}
        segments: dict[str, SegmentGuide] = {}
        for number, line in sorted(segment_lines.items(), key=lambda row: not re.fullmatch(r"[CS]\d{3}", row[0])):
            body, _, relations = line.partition(" | ")
            slots = tuple(_slot(item, elements, composites) for item in body.split(", "))
            into = composites if re.fullmatch(r"[CS]\d{3}", number) else segments
            into[number] = SegmentGuide(number, slots, tuple(_relation(r) for r in relations.split()))
        return Dictionary(version, segments, digest_1 + digest_2 + digest_3)

    def _lines(self, name: str) -> tuple[dict[str, str], str]:
        """A flat file of one line an entry, and its hash; read without YAML's machinery because every check needs it."""
        try:
            text = self.library.read(name)
        except LookupError:
            raise Halt(CODES["guide-missing"].finding(Location(file=name), name, hint="")) from None
        rows: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            match = _LINE.match(line)
            if not match:
                raise Halt(CODES["guide-form"].finding(Location(file=name, line=number, column=1), expected='lines such as "353": ID 2 2'))
            rows[match[1]] = match[2]
        return rows, hashlib.sha256(text.encode()).hexdigest()


def _slot(item: str, elements: dict[str, Element], composites: dict[str, SegmentGuide]) -> Slot:
    number, requirement, *repeat = item.split()
    times = int(repeat[0][1:]) if repeat else 1
    composite = composites.get(number)
    components, relations = (composite.slots, composite.relations) if composite is not None else ((), ())
    return Slot(number, requirement, times, elements.get(number), components, relations)


def _relation(text: str) -> Relation:
    return Relation(text[0], tuple(int(text[i : i + 2]) for i in range(1, len(text), 2)))


def load_guide(library: Texts, name: str) -> Guide:
    """One guide of a library; Halt with a finding when it cannot be read."""
    return Guides(library).guide(name)
