"""Reads the X12 guides for the tests of the data, line by line and without the gateway's loader, so that neither hides the other's mistake."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
X12 = ROOT / "mappings" / "guides" / "x12"
VERSIONS = sorted(path.name for path in X12.iterdir())
TABLES = ("elements", "codes", "segments")
STRUCTURES = sorted(f"{path.parent.name}/{path.stem}" for path in X12.glob("*/*.yaml") if path.stem not in TABLES)

ELEMENT_IN_SEGMENT = re.compile(r"(\d+|I\d\d|C\d{3}|AT\d\d) ([MOX])(?: x([2-9]|[1-9]\d+))?")


@dataclass
class Segment:
    """A line of segments.yaml: (element, requirement, repeat) in order, and the relations."""

    elements: list
    relations: list


@dataclass
class Loop:
    """A loop of a structure; `path` as the loader will name it, `#2` for the second sibling of one id."""

    path: str
    id: str
    requirement: str
    repeat: str
    members: list = field(default_factory=list)


def lines(version, table):
    """Key and value of every line of a table; anything that is not one line one entry fails."""
    found = []
    for line in (X12 / version / f"{table}.yaml").read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r'(?:"([A-Z0-9]+)"|([A-Z][A-Z0-9]+)): (?:"([^"\\]*)"|([^"].*))', line)
        assert match, f"{version}/{table}.yaml: {line[:80]}"
        found.append((match[1] or match[2], match[3] or match[4]))
    return found


def segments(version):
    """Segments and composites of a version by id."""
    found = {}
    for name, text in lines(version, "segments"):
        elements, _, relations = text.partition(" | ")
        parts = [ELEMENT_IN_SEGMENT.fullmatch(part) for part in elements.split(", ")]
        assert all(parts), f"{version} {name}: {text}"
        found[name] = Segment([(part[1], part[2], int(part[3] or 1)) for part in parts], relations.split(" ") if relations else [])
    return found


def structure(name):
    """Area to its members: ("SEG", "M", "1") or a Loop, loops counted over the whole set."""
    data = yaml.load((X12 / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    seen = {}
    return {area: [_member(member, "", seen) for member in data[area]] for area in ("header", "detail", "summary") if area in data}


def _member(member, parent, seen):
    if isinstance(member, str):
        return tuple(member.split(" "))
    ((title, members),) = member.items()
    loop_id, requirement, repeat = title.split(" ")
    ordinal = seen[parent, loop_id] = seen.get((parent, loop_id), 0) + 1
    path = (parent + "/" if parent else "") + loop_id + (f"#{ordinal}" if ordinal > 1 else "")
    return Loop(path, loop_id, requirement, repeat, [_member(each, path, seen) for each in members])


def walk(members):
    """Every loop below these members, outermost first."""
    for member in members:
        if isinstance(member, Loop):
            yield member
            yield from walk(member.members)


def flat(members, loop=None):
    """Every segment with its loop, in the order of the file."""
    for member in members:
        if isinstance(member, Loop):
            yield from flat(member.members, member)
        else:
            yield member, loop
