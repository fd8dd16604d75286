"""Writes interchanges: ISA to IEA around sets that are ready, with counts, and control numbers that the caller was given.

The same sets, numbers and time give the same bytes. What cannot stand in an envelope is a finding and gives no bytes.
Sources: X12.5 (ISA, IEA), X12.6 (GS, GE, ST, SE).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.groups import GROUPS_OF_SET

REPETITION_FROM = "00402"
"""ISA12 from which ISA11 declares a repetition separator; before, it names the standard (U)."""
LARGEST = 999_999_999


class Envelope(Protocol):
    """What an agreement says about the interchanges that we write (`profiles.terms.EnvelopeTerms`)."""

    @property
    def sender(self) -> tuple[str, str]:
        """ISA05 and ISA06."""

    @property
    def receiver(self) -> tuple[str, str]:
        """ISA07 and ISA08."""

    @property
    def gs_sender(self) -> str:
        """GS02."""

    @property
    def gs_receiver(self) -> str:
        """GS03."""

    @property
    def isa01(self) -> str:
        """Authorization qualifier."""

    @property
    def isa02(self) -> str:
        """Authorization."""

    @property
    def isa03(self) -> str:
        """Security qualifier."""

    @property
    def isa04(self) -> str:
        """Security."""

    @property
    def isa11(self) -> str:
        """Standards identifier, or repetition separator."""

    @property
    def isa12(self) -> str:
        """Version of the interchange."""

    @property
    def isa14(self) -> str:
        """Whether a TA1 is asked for."""

    @property
    def gs07(self) -> str:
        """Responsible agency."""

    @property
    def gs08(self) -> str:
        """Version of the group."""

    @property
    def element(self) -> str:
        """Element separator."""

    @property
    def component(self) -> str:
        """Component separator."""

    @property
    def segment(self) -> str:
        """Segment terminator."""

    @property
    def line_end(self) -> str:
        """What follows each terminator."""

    @property
    def charset(self) -> str | None:
        """How text becomes bytes; None: UTF-8."""

    @property
    def sets_per_group(self) -> int:
        """Sets that a group holds at most; 0: as many as there are."""

    @property
    def groups_per_interchange(self) -> int:
        """Groups that an interchange holds at most; 0: as many as there are."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A set ready for its envelope: its segments from ST to SE with the envelope's delimiters, its id and GS08 (empty: the envelope's)."""

    set: str
    version: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interchange:
    """An interchange written, or why not: `data` is empty where there are findings. `groups` are the numbers used, GS06."""

    data: bytes
    findings: tuple[Finding, ...]
    groups: tuple[int, ...] = ()


def delimiters_of(envelope: Envelope) -> Delimiters:
    """The delimiters that sets for this envelope are written with."""
    repeats = envelope.isa12 >= REPETITION_FROM and envelope.isa11 and not envelope.isa11.isalnum()
    return Delimiters(envelope.element, envelope.component, envelope.segment, envelope.isa11 if repeats else None)


def write(envelope: Envelope, sets: Sequence[Outgoing], isa_number: int, gs_number: int, at: datetime, usage: str = "P") -> Interchange:
    """One interchange of all sets; groups are numbered from `gs_number` on. Sets of one kind and version share a group."""
    findings = [*_unfit(envelope, usage, isa_number), *_sets_unfit(sets)]
    groups = list(_groups(sets, envelope.sets_per_group))
    if not 1 <= gs_number <= LARGEST - len(groups) + 1:
        findings.append(_value("GS06", str(gs_number), f"numbers from 1 to {LARGEST}"))
    if findings:
        return Interchange(b"", tuple(findings))
    mark = envelope.element
    segments = [_isa(envelope, isa_number, at, usage)]
    for number, members in enumerate(groups, gs_number):
        version = members[0].version or envelope.gs08
        head = ["GS", _functional_id(members[0].set), envelope.gs_sender, envelope.gs_receiver, at.strftime("%Y%m%d"), at.strftime("%H%M")]
        segments.append(mark.join([*head, str(number), envelope.gs07, version]))
        for one in members:
            segments += one.segments
        segments.append(mark.join(["GE", str(len(members)), str(number)]))
    segments.append(mark.join(["IEA", str(len(groups)), f"{isa_number:09d}"]))
    end = envelope.segment + envelope.line_end
    text = "".join(segment + end for segment in segments)
    try:
        data = text.encode(codec(envelope))
    except (UnicodeEncodeError, LookupError) as error:
        shown = text[error.start : error.end] if isinstance(error, UnicodeEncodeError) else str(envelope.charset)
        return Interchange(b"", (_value("the charset", shown, f"characters of {envelope.charset}"),))
    return Interchange(data, (), tuple(range(gs_number, gs_number + len(groups))))


def codec(envelope: Envelope) -> str:
    """Python's name of the charset in which text for this envelope becomes bytes; X12's own two are ASCII to us."""
    return _CODECS.get(envelope.charset or "utf-8", envelope.charset or "utf-8")


_CODECS = {"basic": "ascii", "extended": "ascii"}


def interchanges(
    envelope: Envelope, sets: Sequence[Outgoing], isa_number: int, gs_number: int, at: datetime, usage: str = "P"
) -> list[Interchange]:
    """All sets in as many interchanges as the agreement's groups an interchange ask for, numbered on."""
    groups = list(_groups(sets, envelope.sets_per_group))
    size = envelope.groups_per_interchange or len(groups) or 1
    made = []
    for n, start in enumerate(range(0, max(len(groups), 1), size)):
        members = [one for group in groups[start : start + size] for one in group] if len(groups) > size else sets
        made.append(write(envelope, members, isa_number + n, gs_number + start, at, usage))
    return made


def _functional_id(set_id: str) -> str:
    return min(GROUPS_OF_SET[set_id])


def _groups(sets: Sequence[Outgoing], most: int) -> Iterator[list[Outgoing]]:
    """The sets by kind and version, in the order of the first of each, as many a group as are taken."""
    by_kind: dict[tuple[str, str], list[Outgoing]] = {}
    for one in sets:
        if one.set in GROUPS_OF_SET:
            by_kind.setdefault((_functional_id(one.set), one.version), []).append(one)
    for members in by_kind.values():
        size = most or len(members)
        for start in range(0, len(members), size):
            yield members[start : start + size]


def _isa(envelope: Envelope, number: int, at: datetime, usage: str) -> str:
    elements = ["ISA", envelope.isa01.ljust(2), envelope.isa02.ljust(10), envelope.isa03.ljust(2), envelope.isa04.ljust(10)]
    for qualifier, name in (envelope.sender, envelope.receiver):
        elements += [qualifier.ljust(2), name.ljust(15)]
    elements += [at.strftime("%y%m%d"), at.strftime("%H%M"), envelope.isa11, envelope.isa12, f"{number:09d}"]
    return envelope.element.join([*elements, envelope.isa14, usage, envelope.component])


def _value(name: str, value: str, expected: str) -> Finding:
    return CODES["envelope-unwritable"].finding(Location(field=name), value, name=name, expected=expected)


def _unfit(envelope: Envelope, usage: str, isa_number: int) -> Iterator[Finding]:
    """What of the agreement cannot be written."""
    fixed = (
        ("ISA01", envelope.isa01, 2, 2),
        ("ISA02", envelope.isa02, 0, 10),
        ("ISA03", envelope.isa03, 2, 2),
        ("ISA04", envelope.isa04, 0, 10),
        ("ISA05", envelope.sender[0], 2, 2),
        ("ISA06", envelope.sender[1], 1, 15),
        ("ISA07", envelope.receiver[0], 2, 2),
        ("ISA08", envelope.receiver[1], 1, 15),
        ("ISA11", envelope.isa11, 1, 1),
        ("ISA12", envelope.isa12, 5, 5),
        ("ISA14", envelope.isa14, 1, 1),
        ("ISA15", usage, 1, 1),
        ("GS02", envelope.gs_sender, 2, 15),
        ("GS03", envelope.gs_receiver, 2, 15),
        ("GS07", envelope.gs07, 1, 2),
    )
    marks = {envelope.element, envelope.component, envelope.segment}
    for name, value, least, most in fixed:
        if not least <= len(value) <= most:
            yield _value(name, value, f"{least} to {most} characters" if least != most else f"{least} characters")
        elif not (value.isascii() and value.isprintable()) or any(mark and mark in value for mark in marks):
            yield _value(name, value, "printable characters, none of them a delimiter")
    if len(marks) < 3 or any(len(mark) != 1 or mark.isalnum() or mark == " " for mark in marks):
        yield _value(
            "the delimiters", envelope.element + envelope.component + envelope.segment, "three different characters, no letters or digits"
        )
    if not 1 <= isa_number <= LARGEST:
        yield _value("ISA13", str(isa_number), f"numbers from 1 to {LARGEST}")


def _sets_unfit(sets: Sequence[Outgoing]) -> Iterator[Finding]:
    if not sets:
        yield _value("the interchange", "", "at least one set")
    for one in sets:
        if one.set not in GROUPS_OF_SET:
            yield _value("GS01", one.set, "a set of which the functional group is known")
