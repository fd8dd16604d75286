"""Writes files again without changing what they say: one segment a line, other delimiters, split, joined; and compares two.

A value that holds one of the new delimiters is refused, never altered.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.check import guide_for
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Delimiters, Group, Interchange, SetRead, TransactionSet
from gateway.formats.x12.inspect import LoopBegins, tree
from gateway.formats.x12.reader import read
from gateway.formats.x12.segments import RawSegment, segments
from gateway.profiles.guide import Guides


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The file with one segment a line, its own delimiters kept."""
    for segment in segments(chunks):
        end = segment.delimiters.segment
        yield (segment.text + end + ("" if end == "\n" else "\n")).encode("latin-1")


def with_delimiters(chunks: Iterable[bytes], wanted: Delimiters, line_end: str = "") -> Iterator[bytes | Finding]:
    """The file in other delimiters; a finding where a value holds one of them, and that segment is left out."""
    for ordinal, segment in enumerate(segments(chunks), 1):
        old = segment.delimiters
        elements = segment.elements
        if segment.id == "ISA":
            elements = [*elements[:16], wanted.component]
            if elements[12] >= "00402" and wanted.repetition:
                elements[11] = wanted.repetition
        marks = {wanted.element, wanted.segment, wanted.component, *([wanted.repetition] if wanted.repetition else [])}
        kept = {old.component: wanted.component} | ({old.repetition: wanted.repetition} if old.repetition and wanted.repetition else {})
        values = elements if segment.id == "ISA" else ["".join(kept.get(c, c) for c in element) for element in elements]
        clash = next((c for element in elements[:16] for c in element if c in marks and c not in kept), None)
        if clash is not None and segment.id != "ISA":
            yield CODES["delimiter-in-value"].finding(Location(segment=segment.id, segment_ordinal=ordinal), clash)
            continue
        yield (wanted.element.join(values) + wanted.segment + line_end).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Part:
    """One transaction set in an envelope of its own."""

    name: str
    """For a file: interchange, group and set number, as 000001001-1001-0001."""
    data: bytes


def split(chunks: Iterable[bytes]) -> Iterator[Part]:
    """Each transaction set as a file of its own, in its own envelope, counts corrected to one."""
    for event in read(chunks):
        if isinstance(event, SetRead):
            opened, group, found = event.interchange, event.group, event.transaction_set
            name = f"{opened.control_number or opened.number}-{group.control_number or group.number}-{found.control_number or found.number}"
            yield Part(_plain(name), envelope(opened, [(group, [found])]))


def join(chunks_of_files: Iterable[Iterable[bytes]]) -> bytes | None:
    """One interchange with the groups of several files, under the first one's ISA and delimiters; None where nothing was read.

    Sets keep their numbers; groups of other delimiters are written in the first one's.
    """
    first: Interchange | None = None
    groups: list[tuple[Group, list[TransactionSet]]] = []
    for chunks in chunks_of_files:
        current: Group | None = None
        for event in read(chunks):
            if isinstance(event, SetRead):
                first = first or event.interchange
                if event.group is not current:
                    current = event.group
                    groups.append((event.group, []))
                groups[-1][1].append(event.transaction_set)
    return envelope(first, groups) if first is not None else None


def envelope(opened: Interchange, groups: list[tuple[Group, list[TransactionSet]]]) -> bytes:
    """An interchange of whole sets under an ISA as received, GE and IEA counted anew."""
    d = opened.delimiters
    out = [d.element.join(opened.elements[:17])]
    for group, sets in groups:
        out.append(d.element.join(group.elements))
        for found in sets:
            out += [_in(segment, found.delimiters, d) for segment in found.segments]
        out.append(d.element.join(["GE", str(len(sets)), group.control_number]))
    out.append(d.element.join(["IEA", str(len(groups)), opened.element(13)]))
    end = d.segment if d.segment == "\n" else d.segment + "\n"
    return "".join(segment + end for segment in out).encode("latin-1")


def _in(segment: str, old: Delimiters, new: Delimiters) -> str:
    if old == new:
        return segment
    table = {old.element: new.element, old.component: new.component}
    return "".join(table.get(c, c) for c in segment)


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


@dataclass(frozen=True, slots=True)
class Difference:
    """One step from one file to the other: what only one has, with the loop it stands in."""

    mark: str
    """- only in the first, + only in the second, blank in both."""
    path: str
    text: str


def diff(ours: Iterable[bytes], theirs: Iterable[bytes], guides: Guides) -> Iterator[Difference]:
    """How two files differ, segment by segment inside their loops; delimiters and envelopes do not count."""
    left, right = list(_placed(ours, guides)), list(_placed(theirs, guides))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Difference(" ", path, text) for path, text in left[a:b])
        else:
            yield from (Difference("-", path, text) for path, text in left[a:b])
            yield from (Difference("+", path, text) for path, text in right[c:d])


def _placed(chunks: Iterable[bytes], guides: Guides) -> Iterator[tuple[str, str]]:
    """Each segment of each set with the path of its loop, elements joined by * whatever the file's delimiters are."""
    for event in read(chunks):
        if not isinstance(event, SetRead):
            continue
        found = event.transaction_set
        name = guide_for(event.group, found, guides)
        guide = guides.guide(name) if name else None
        if guide is not None:
            validate(guide, found)
        path: list[str] = []
        for row in tree(found, guide):
            if isinstance(row, LoopBegins):
                path = [*path[: row.depth], f"{row.path.rsplit('/', 1)[-1]}[{row.occurrence}]"]
            else:
                path = path[: row.depth]
                text = row.text
                if text.startswith(("ST" + found.delimiters.element, "SE" + found.delimiters.element)):
                    text = found.delimiters.element.join(text.split(found.delimiters.element)[:2]) if text.startswith("ST") else "SE"
                yield "/".join(path), _in(text, found.delimiters, Delimiters(component=">"))


__all__ = ["Difference", "Part", "RawSegment", "diff", "join", "lines", "split", "with_delimiters"]
