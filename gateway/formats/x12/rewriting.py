"""Writes files again without changing what they say: one segment a line, other delimiters, split and joined.

A value that holds one of the new delimiters is refused, never altered: a finding comes in place of its segment, and what
was written is not to be used. Text outside readable interchanges is left out, with a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import Delimiters, Group, Interchange, SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.segments import segments

_REPETITION_FROM = "00402"
"""The first ISA12 whose ISA11 is the repetition separator; before, it names the standard."""


def lines(chunks: Iterable[bytes], line_end: str = "\n") -> Iterator[bytes | Finding]:
    """The file with one segment a line, its own delimiters kept; without `line_end` all on one line."""
    for segment in segments(chunks):
        if isinstance(segment, Finding):
            yield segment
            continue
        end = segment.delimiters.segment
        yield (segment.text + end + ("" if end == "\n" else line_end)).encode("latin-1")


def as_sent(chunks: Iterable[bytes]) -> Iterator[bytes | Finding]:
    """The file from its parsed segments as it came, byte for byte: line ends, padding and separators that nothing follows are kept."""
    for segment in segments(chunks, blanks=True):
        if isinstance(segment, Finding):
            yield segment
        else:
            text = segment.delimiters.element.join(segment.elements)
            yield (segment.before + text + segment.after + segment.end).encode("latin-1")


def with_delimiters(chunks: Iterable[bytes], wanted: Delimiters, line_end: str = "") -> Iterator[bytes | Finding]:
    """The file in other delimiters; without a repetition separator in `wanted` each interchange keeps its own."""
    ordinal = 0
    new = wanted
    for segment in segments(chunks):
        if isinstance(segment, Finding):
            yield segment
            continue
        ordinal += 1
        values = segment.elements
        if segment.id == "ISA":
            values, new = _header(values, segment.delimiters, wanted)
            clash = next((c for value in values[1:11] + values[12:16] for c in value if c in _marks(new)), None)
            if clash is None and len({*_marks(new)}) < len(_marks(new)):
                clash = new.repetition
        else:
            values, clash = _translated(values, segment.delimiters, new)
        if clash is not None:
            yield CODES["delimiter-in-value"].finding(Location(segment=segment.id, segment_ordinal=ordinal), clash)
            continue
        yield (new.element.join(values) + new.segment + ("" if new.segment == "\n" else line_end)).encode("latin-1")


def _header(values: list[str], old: Delimiters, wanted: Delimiters) -> tuple[list[str], Delimiters]:
    """An ISA's elements with the delimiters it will declare, and these."""
    repeats = values[12] >= _REPETITION_FROM
    new = replace(wanted, repetition=(wanted.repetition or old.repetition) if repeats else None)
    return [*values[:11], new.repetition or values[11], *values[12:16], new.component], new


def _marks(delimiters: Delimiters) -> list[str]:
    return [delimiters.element, delimiters.segment, delimiters.component, *([delimiters.repetition] if delimiters.repetition else [])]


def _translated(values: list[str], old: Delimiters, new: Delimiters) -> tuple[list[str], str | None]:
    """Elements with the separators inside them exchanged, and a character of a value that would be read as a delimiter."""
    kept = {old.component: new.component}
    if old.repetition and new.repetition:
        kept[old.repetition] = new.repetition
    marks = {*_marks(new)} - {*kept}
    clash = next((c for value in values for c in value if c in marks), None)
    return ["".join(kept.get(c, c) for c in value) for value in values], clash


@dataclass(frozen=True, slots=True)
class Part:
    """One transaction set in an envelope of its own."""

    name: str
    """For a file: interchange, group and set number, as 000001001-1001-0001; -2 behind it where that was there before."""
    data: bytes


def split(chunks: Iterable[bytes]) -> Iterator[Part]:
    """Each transaction set as a file of its own, in its own envelope, counts corrected to one."""
    seen: Counter[str] = Counter()
    for event in read(chunks):
        if isinstance(event, SetRead):
            opened, group, found = event.interchange, event.group, event.transaction_set
            numbers = (opened.control_number or opened.number, group.control_number or group.number, found.control_number or found.number)
            name = _plain("-".join(map(str, numbers)))
            seen[name] += 1
            yield Part(name if seen[name] == 1 else f"{name}-{seen[name]}", envelope(opened, [(group.elements, found.segments)]))


def join(files: Iterable[Iterable[bytes]]) -> Iterator[bytes | Finding]:
    """One interchange with the groups of several files, under the first one's ISA and delimiters; nothing where nothing was read.

    Only interchanges between the same two, of one version and usage, are one (envelope-differs). Sets keep their numbers;
    a group whose number was there before gets the next that is free.
    """
    first: Interchange | None = None
    groups: list[tuple[list[str], list[str]]] = []
    taken: set[tuple[str, str]] = set()
    for chunks in files:
        current: Group | None = None
        refused: Interchange | None = None
        for event in read(chunks):
            if not isinstance(event, SetRead):
                continue
            first = first or event.interchange
            opened, group, found = event.interchange, event.group, event.transaction_set
            if opened is refused:
                continue
            if differs := _differs(first, opened):
                refused = opened
                at = Location(segment="ISA", element=differs, segment_ordinal=opened.ordinal, offset=opened.offset, line=opened.line)
                expected = first.element(differs)
                yield CODES["envelope-differs"].finding(at, opened.element(differs), expected=expected)
                continue
            if group is not current:
                current = group
                header, clash = _translated(group.elements, found.delimiters, first.delimiters)
                if clash is not None:
                    yield CODES["delimiter-in-value"].finding(Location(segment="GS", segment_ordinal=group.ordinal), clash)
                groups.append((_renumbered(header, taken), []))
            for index, segment in enumerate(found.segments):
                values, clash = _translated(segment.split(found.delimiters.element), found.delimiters, first.delimiters)
                if clash is not None:
                    at = Location(segment=values[0], segment_position=index + 1, segment_ordinal=found.ordinal + index)
                    yield CODES["delimiter-in-value"].finding(at, clash)
                groups[-1][1].append(first.delimiters.element.join(values))
    if first is not None:
        yield envelope(first, groups)


def _differs(first: Interchange, other: Interchange) -> int | None:
    """The ISA element by which two interchanges cannot be one: parties, version, usage."""
    return next((position for position in (5, 6, 7, 8, 12, 15) if first.element(position) != other.element(position)), None)


def _renumbered(header: list[str], taken: set[tuple[str, str]]) -> list[str]:
    """A GS whose number no group of its kind has yet: GS06 is unique for a GS01 within an interchange (X12.6)."""
    kind, number = header[1] if len(header) > 1 else "", header[6] if len(header) > 6 else ""
    free = number
    while (kind, free) in taken and number.isdecimal():
        free = str((int(free) + 1) % 1_000_000_000)
    taken.add((kind, free))
    return header if free == number else [*header[:6], free, *header[7:]]


def envelope(opened: Interchange, groups: list[tuple[list[str], list[str]]]) -> bytes:
    """An interchange under an ISA as received; each group is its GS and the segments of its sets, GE and IEA are counted anew."""
    d = opened.delimiters
    out = [d.element.join(opened.elements[:17])]
    for header, body in groups:
        out.append(d.element.join(header))
        out += body
        count = sum(segment.startswith("ST" + d.element) for segment in body)
        out.append(d.element.join(["GE", str(count), header[6] if len(header) > 6 else ""]))
    out.append(d.element.join(["IEA", str(len(groups)), opened.element(13)]))
    end = d.segment if d.segment == "\n" else d.segment + "\n"
    return "".join(segment + end for segment in out).encode("latin-1")


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
