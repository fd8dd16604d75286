"""X12's envelopes as read: interchange (ISA), functional group (GS), transaction set (ST), and what the reader hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import overload

from gateway.edi.finding import Finding, Location


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters that an ISA declares; `segment` may be more than one character, `repetition` is None before 00402."""

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    repetition: str | None = None


@dataclass(slots=True)
class Interchange:
    """One interchange: ISA to IEA. `elements` are ISA's as sent ([0] = 'ISA', blanks kept)."""

    elements: list[str]
    delimiters: Delimiters
    ordinal: int
    """Of the ISA segment in the file, from 1."""
    offset: int
    line: int
    number: int
    """Which interchange of the file, from 1."""
    findings: list[Finding] = field(default_factory=list)
    group_count: int = 0
    end: int | None = None
    """Byte after the last one that belongs to the interchange; None while it is open."""
    accepted: bool = True
    """May its groups be processed."""
    ta1: str = "A"
    complete: bool = False
    """Whether its IEA was read."""

    def element(self, position: int) -> str:
        """ISA element `position`, trimmed on the right; '' when not sent."""
        return self.elements[position].rstrip() if position < len(self.elements) else ""

    @property
    def sender(self) -> tuple[str, str]:
        """Qualifier and id, ISA05 and ISA06."""
        return self.element(5), self.element(6)

    @property
    def receiver(self) -> tuple[str, str]:
        """Qualifier and id, ISA07 and ISA08."""
        return self.element(7), self.element(8)

    @property
    def version(self) -> str:
        """ISA12."""
        return self.element(12)

    @property
    def control_number(self) -> str:
        """ISA13."""
        return self.element(13)

    @property
    def acknowledgment_requested(self) -> bool:
        """ISA14 = 1: the sender wants a TA1."""
        return self.element(14) == "1"

    @property
    def usage(self) -> str:
        """ISA15: P production, T test, I information."""
        return self.element(15)


class GsPlaces(Sequence[Location]):
    """The places of a GS ([0]) and of its elements, without blanks around them, worked out when asked for: few are."""

    __slots__ = ("_elements", "_line", "_offset", "_ordinal", "_raw")

    def __init__(self, raw: str, elements: list[str], ordinal: int, offset: int, line: int) -> None:
        self._raw, self._elements, self._ordinal, self._offset, self._line = raw, elements, ordinal, offset, line

    def __len__(self) -> int:
        return 9

    @overload
    def __getitem__(self, element: int) -> Location: ...

    @overload
    def __getitem__(self, element: slice) -> Sequence[Location]: ...

    def __getitem__(self, element: int | slice) -> Location | Sequence[Location]:
        """One place, or several."""
        if isinstance(element, slice):
            return [self[number] for number in range(9)[element]]
        number = range(9)[element]
        start, value = 0, self._raw
        if number:
            sent = number < len(self._elements)
            start = sum(map(len, self._elements[:number])) + number if sent else len(self._raw)
            value = self._elements[number] if sent else ""
            start += len(value) - len(value.lstrip())
            value = value.strip()
        return Location(
            self._elements[0][:3],
            None,
            self._ordinal,
            element=number or None,
            offset=self._offset + start,
            length=len(value),
            line=self._line,
        )


@dataclass(slots=True)
class Group:
    """One functional group: GS to GE."""

    elements: list[str]
    ordinal: int
    offset: int
    line: int
    number: int
    """Which group of the interchange, from 1."""
    raw: str = ""
    places: Sequence[Location] = ()
    """Of the GS ([0]) and of each of its elements."""
    findings: list[Finding] = field(default_factory=list)
    set_count: int = 0
    """Sets received (AK903)."""
    accepted_count: int = 0
    """Sets accepted, A or E (AK904)."""
    declared_count: str = ""
    """GE01 as sent (AK902)."""
    verdicts: list[str] = field(default_factory=list)
    end: int | None = None
    accepted: str = "A"
    """A E P or R (AK901)."""

    def element(self, position: int) -> str:
        """GS element `position`, trimmed on the right; '' when not sent."""
        return self.elements[position].rstrip() if position < len(self.elements) else ""

    @property
    def functional_id(self) -> str:
        """GS01."""
        return self.element(1)

    @property
    def control_number(self) -> str:
        """GS06."""
        return self.element(6)

    @property
    def version(self) -> str:
        """GS08."""
        return self.element(8)


@dataclass(slots=True)
class TransactionSet:
    """One transaction set, ST to SE, as text: `segments` are raw and clean, `pieces` as they stand between terminators.

    Elements, offsets and lines are computed on demand (`locate`); that is what keeps reading fast. `pieces` is the same
    list as `segments` where nothing stands between terminator and segment id.
    """

    segments: list[str]
    pieces: list[str]
    delimiters: Delimiters
    ordinal: int
    """Of the ST segment in the file, from 1."""
    offset: int
    """Byte in the file of the first piece."""
    line: int
    number: int
    """Which set of the group, from 1."""
    id: str
    """ST01."""
    control_number: str
    """ST02."""
    end: int = 0
    """Byte after its SE segment's terminator."""
    findings: list[Finding] = field(default_factory=list)
    omitted: int = 0
    """Findings beyond the bound, counted only."""
    accepted: str = "A"
    """A, E or R (AK501)."""
    guide: str | None = None
    """The guide it was held against, name@hash; None if none fits."""
    trace: list[int] | None = None
    """Of each segment the node of the guide it stands at (-1: none); what the tree is built from."""
    plain: bool = False
    """Whether `segments` are ASCII without components, repetitions, control characters and blanks that pad; `validate` sees it."""
    last: bool = True
    """False for a part of a set that is handed over in parts because of its size."""
    position: int = 1
    """Of the first of `segments` in the set (ST = 1); above 1 for a later part."""
    part_offset: int = 0
    """Byte of the first piece of this part; `offset` for a whole set."""
    part_line: int = 1
    """Line at which this part begins."""
    starts: tuple[int, int, list[int], list[int], list[int]] | None = None
    """What `place` worked out: position and number of segments of the part, and of each its text offset, line and piece."""
    breaks: tuple[tuple[int, int, int], ...] = ()
    """In a file wrapped inside segments: (text offset, bytes and lines dropped before it) around this set."""


@dataclass(frozen=True, slots=True)
class TA1:
    """An interchange acknowledgment read: number, date and time of what it answers, code A E R, note (I18)."""

    control_number: str
    date: str
    time: str
    code: str
    note: str
    offset: int


@dataclass(frozen=True, slots=True)
class InterchangeStart:
    """An ISA was read."""

    interchange: Interchange


@dataclass(frozen=True, slots=True)
class GroupStart:
    """A GS was read."""

    interchange: Interchange
    group: Group


@dataclass(frozen=True, slots=True)
class SetRead:
    """A whole transaction set was read; `transaction_set.findings` and `.accepted` are final once it was checked."""

    interchange: Interchange
    group: Group
    transaction_set: TransactionSet


@dataclass(frozen=True, slots=True)
class GroupEnd:
    """A group closed (GE, or its absence was found); its findings and verdict are final."""

    interchange: Interchange
    group: Group


@dataclass(frozen=True, slots=True)
class AcknowledgmentRead:
    """A TA1 stood in the interchange."""

    interchange: Interchange
    ta1: TA1


@dataclass(frozen=True, slots=True)
class InterchangeEnd:
    """An interchange closed (IEA, or the end of the file); its findings and verdict are final."""

    interchange: Interchange


@dataclass(frozen=True, slots=True)
class Noise:
    """Something outside any interchange: a finding of the file itself."""

    finding: Finding


Event = InterchangeStart | GroupStart | SetRead | GroupEnd | AcknowledgmentRead | InterchangeEnd | Noise
