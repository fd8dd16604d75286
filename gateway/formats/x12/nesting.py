"""The envelopes that are open while a file is read: what opens and closes, counts, control numbers, and places in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.x12 import interchange
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import (
    TA1,
    AcknowledgmentRead,
    Event,
    Group,
    GroupEnd,
    GroupStart,
    GsPlaces,
    Interchange,
    InterchangeEnd,
    SetRead,
    TransactionSet,
)
from gateway.formats.x12.place import element_place
from gateway.formats.x12.text import BLANK, Text


class Nesting:
    """Interchange, group and set as far as they are open, and what was seen of numbers; the reader walks, this judges."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.set: TransactionSet | None = None
        self.ordinal = 0
        """Segments read so far."""
        self.stray = False
        """Whether a run of segments outside any set was reported and still goes on."""
        self.interchanges = 0
        self.seen_interchanges: set[tuple[tuple[str, str], str]] = set()
        self.seen_groups: set[tuple[str, str]] = set()
        self.seen_sets: set[str] = set()

    def note_breaks(self, part: TransactionSet) -> None:
        """In a wrapped file, what `locate` needs to turn text offsets of this part into bytes."""
        if self.text.wrapped:
            part.breaks = self.text.breaks(part.part_offset)

    # -- places and holders -----------------------------------------------------------------------------------------

    def current(self) -> Interchange:
        """The open interchange."""
        assert self.interchange is not None
        return self.interchange

    def isa_place(self, opened: Interchange, element: int | None = None, at: int | None = None) -> Location:
        """The place of the ISA at the front of the window, of one of its elements or of the character at `at`."""
        text, length = self.text, 106 if at is None else 1
        if element is not None:
            sent = opened.elements[element] if element < len(opened.elements) else ""
            at, length = sum(map(len, opened.elements[:element])) + min(element, len(opened.elements)), len(sent)
        start = text.offset + min(at or 0, len(text.buffer))
        offset, end = text.byte(start), text.byte(min(start + length, text.offset + len(text.buffer)) - 1) + 1
        line = text.line + text.buffer.count("\n", 0, at or 0) + text.lines(start)
        return Location(
            "ISA", segment_ordinal=opened.ordinal, element=element, offset=offset, length=max(0, end - offset) if length else 0, line=line
        )

    def place(self, raw: str, at: int, line: int, element: int | None = None) -> Location:
        """The place of a segment that stands at text offset `at`, or of one of its elements without blanks around it."""
        delimiters = self.current().delimiters
        elements = raw.split(delimiters.element)
        start, value = 0, raw
        if element is not None:
            start, value = (len(raw), "") if element >= len(elements) else (sum(map(len, elements[:element])) + element, elements[element])
            start += len(value) - len(value.lstrip())
            value = value.strip()
            value = value.rstrip(delimiters.component) if raw.endswith(delimiters.component) else value
        stop, begin = start + len(value), at - self.text.offset
        if not self.text.buffer.startswith(raw, begin):  # line breaks in it were dropped
            text = self.text.buffer[begin : begin + 2 * len(raw) + 80]
            kept = [place for place, character in enumerate(text) if character not in "\r\n"]
            start, stop = (kept[place] if place < len(kept) else len(text) for place in (start, max(start, stop - 1)))
            stop += bool(value)
            line += text.count("\n", 0, start)
        else:
            line += raw.count("\n", 0, start)
        offset, end = self.text.byte(at + start), self.text.byte(at + stop - 1) + 1
        line += self.text.lines(at + start)
        return Location(elements[0][:3], None, self.ordinal, element=element, offset=offset, length=end - offset if value else 0, line=line)

    def framing(self, code: str, raw: str, at: int, line: int, **facts: Any) -> None:
        """A break of the nesting of envelopes: the interchange cannot be trusted."""
        opened = self.current()
        opened.findings.append(CODES[code].finding(self.place(raw, at, line), raw, **facts))
        opened.accepted = False

    def run_of_strays(self, pieces: list[str], clean: list[str], start: int, end: int) -> None:
        """Segments between envelopes: each run of them is reported once, at its first."""
        first = next((index for index in range(start, end) if clean[index]), None)
        if first is None:
            return
        if not self.stray:
            text, delimiters = self.text, self.current().delimiters
            at = sum(map(len, pieces[:first])) + len(delimiters.segment) * first + len(pieces[first]) - len(pieces[first].lstrip(BLANK))
            self.ordinal += 1
            self.framing("segment-outside-set", clean[first], text.offset + at, text.line + text.buffer.count("\n", 0, at))
            self.ordinal -= 1
        self.stray = True
        self.ordinal += sum(1 for segment in clean[start:end] if segment)

    # -- ST and SE --------------------------------------------------------------------------------------------------

    def open_set(self, raw: str, piece: str, elements: list[str], base: int, at: int, line: int) -> None:
        """ST was read: a set opens, judged by itself and in its group."""
        opened = self.current()
        if self.group is None:
            self.framing("structure", raw, at, line, where="outside any functional group")
            self.group = Group(["GS"], self.ordinal, self.text.byte(at), line, opened.group_count + 1, "")
            self.group.findings.append(CODES["gs-incomplete"].finding(Location(segment="GS", segment_ordinal=self.ordinal), count=0))
            self.seen_sets = set()
        group = self.group
        group.set_count += 1
        number = elements[2].strip() if len(elements) > 2 else ""
        kind = elements[1].strip() if len(elements) > 1 else ""
        self.set = TransactionSet(
            segments=[raw],
            pieces=[piece] if piece is not raw else [],
            delimiters=opened.delimiters,
            ordinal=self.ordinal,
            offset=self.text.byte(base),
            line=line,
            number=group.set_count,
            id=kind,
            control_number=number,
            part_offset=base,
            part_line=line - piece[: len(piece) - len(piece.lstrip())].count("\n"),
        )
        if piece is raw or piece == raw:
            self.set.pieces = self.set.segments
        self.note_breaks(self.set)
        self.set.findings += interchange.judge_st(self.set, group)
        if number in self.seen_sets:
            self.set.findings.append(CODES["duplicate-set"].finding(element_place(self.set, 0, 2), number))
        self.seen_sets.add(number)

    def close_set(self, se: str | None, end: int) -> Iterator[Event]:
        """Judges SE and hands the set over; `se` is None where the trailer is missing."""
        opened, group, interchange_ = self.set, self.group, self.current()
        assert opened is not None
        assert group is not None
        opened.end = self.text.byte(end)
        opened.last = True
        count = opened.position - 1 + len(opened.segments)
        self.ordinal = opened.ordinal + count - 1
        self.note_breaks(opened)
        if se is None:
            opened.findings.append(
                CODES["se-missing"].finding(
                    Location(segment="SE", segment_position=count + 1, segment_ordinal=self.ordinal, offset=opened.end)
                )
            )
        else:
            elements = [element.strip().rstrip(opened.delimiters.component) for element in se.split(opened.delimiters.element)] + ["", ""]
            at = len(opened.segments) - 1
            if not interchange.says(elements[1], count):
                opened.findings.append(CODES["segment-count"].finding(element_place(opened, at, 1), elements[1], actual=count))
            if elements[2] != opened.control_number:  # places are worked out for faults only: they cost as much as reading the set
                interchange.compare(opened.findings, "set-control-number", elements[2], opened.control_number, element_place(opened, at, 2))
        if any(finding.severity == "error" for finding in opened.findings):
            opened.accepted = "R"
        yield SetRead(interchange_, group, opened)
        group.verdicts.append(opened.accepted)
        group.accepted_count += opened.accepted in ("A", "E")
        self.set = None

    # -- GS, GE, TA1, IEA -------------------------------------------------------------------------------------------

    def gs(self, raw: str, elements: list[str], at: int, line: int) -> Iterator[Event]:
        """GS was read: a group opens; one still open is closed without its GE."""
        if self.group is not None:
            yield from self.close_group(None, at)
        opened = self.current()
        opened.group_count += 1
        text = self.text
        unbroken = not text.dropped and "\n" not in raw and text.buffer.startswith(raw, at - text.offset)
        places: Sequence[Location] = (
            GsPlaces(raw, elements, self.ordinal, text.byte(at), line)
            if unbroken
            else tuple(self.place(raw, at, line, element or None) for element in range(9))
        )
        group = Group(elements, self.ordinal, text.byte(at), line + text.lines(at), opened.group_count, raw, places)
        self.group, self.seen_sets = group, set()
        group.findings += interchange.judge_gs(group)
        key = (group.functional_id, group.control_number.lstrip("0"))  # GS06 is a number: 1 and 01 are one
        if key in self.seen_groups:
            group.findings.append(CODES["duplicate-group"].finding(places[6], group.control_number))
        self.seen_groups.add(key)
        yield GroupStart(opened, group)

    def ge(self, raw: str, elements: list[str], at: int, line: int, end: int) -> Iterator[Event]:
        """GE was read: count and number are judged, the group closes."""
        group = self.group
        if group is None:
            self.framing("structure", raw, at, line, where="without a GS")
            return
        values = [element.strip() for element in elements] + ["", ""]
        group.declared_count = values[1]
        if not interchange.says(values[1], group.set_count):
            group.findings.append(CODES["set-count"].finding(self.place(raw, at, line, 1), values[1], actual=group.set_count))
        if values[2] != group.control_number:
            interchange.compare(group.findings, "group-control-number", values[2], group.control_number, self.place(raw, at, line, 2))
        yield from self.close_group(elements, end)

    def close_group(self, ge: list[str] | None, end: int) -> Iterator[Event]:
        """The open group ends, with or without its GE; its verdict is given."""
        group, opened = self.group, self.current()
        assert group is not None
        if ge is None:
            group.findings.append(
                CODES["ge-missing"].finding(Location(segment="GE", segment_ordinal=self.ordinal, offset=self.text.byte(end)))
            )
        group.end = self.text.byte(end)
        group.accepted = interchange.group_verdict(group)
        self.group = None
        yield GroupEnd(opened, group)

    def ta1(self, raw: str, elements: list[str], at: int, line: int) -> Iterator[Event]:
        """A TA1 was read."""
        values = [element.strip() for element in elements] + [""] * 5
        if self.group is not None:
            self.framing("structure", raw, at, line, where="inside a functional group")
        yield AcknowledgmentRead(self.current(), TA1(values[1], values[2], values[3], values[4], values[5], self.text.byte(at)))

    def iea(self, raw: str, elements: list[str], at: int, line: int, end: int, last: bool) -> Iterator[Event]:
        """IEA was read: count and number are judged, the interchange closes."""
        opened = self.current()
        values = [element.strip() for element in elements] + ["", ""]
        if self.group is not None:
            yield from self.close_group(None, at)
        if not interchange.says(values[1], opened.group_count):
            opened.findings.append(CODES["group-count"].finding(self.place(raw, at, line, 1), values[1], actual=opened.group_count))
        if values[2] != opened.control_number:
            number = self.place(raw, at, line, 2)
            interchange.compare(opened.findings, "interchange-control-number", values[2], opened.control_number, number)
        if last:
            opened.findings.append(CODES["missing-terminator"].finding(self.place(raw, at, line)))
        opened.complete = True
        yield from self.close_interchange(self.text.byte(end))

    def close_interchange(self, end: int, *, missing: bool = False) -> Iterator[Event]:
        """The open interchange ends with what is open in it; its verdict is given."""
        opened = self.current()
        if self.set is not None:
            yield from self.close_set(None, self.text.offset)
        if self.group is not None:
            yield from self.close_group(None, self.text.offset)
        if missing:
            opened.findings.append(CODES["iea-missing"].finding(Location(segment="IEA", segment_ordinal=self.ordinal, offset=end)))
        opened.end = end
        interchange.judge(opened)
        yield InterchangeEnd(opened)
        self.interchange = None
