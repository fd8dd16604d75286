"""Reads X12 as a stream: bytes in, envelopes and one transaction set at a time out, everything odd a finding.

Text is decoded latin-1, so an offset in text is an offset in bytes. Nothing here knows a guide: envelope, counts and
control numbers are judged, the content of sets is for `conformance`. Memory is bounded by the largest set (by the part
size when sets may come in parts). Sources: X12.5 (interchange), X12.6 (application control), 004010 to 006030.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.x12 import interchange
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import (
    TA1,
    AcknowledgmentRead,
    Delimiters,
    Event,
    Group,
    GroupEnd,
    GroupStart,
    Interchange,
    InterchangeEnd,
    InterchangeStart,
    Noise,
    SetRead,
    TransactionSet,
)
from gateway.formats.x12.place import element_place
from gateway.formats.x12.text import BLANK, LOOK_AHEAD, NO_BREAKS, Text, skip_to_isa

SEGMENT_LIMIT = 65_536
"""Characters of one segment; a longer one means a wrong terminator (binary segments are not a business document's)."""
PART_SEGMENTS = 16_384
"""Segments after which a set is handed over in parts, where the caller can take parts."""
_LONG_HEADS = frozenset(("ISA", "IEA", "TA1", "ISB", "ISE", "ISX", "TA3"))
"""Interchange-level segments with names of three letters; ISB, ISE, ISX and TA3 (optional services) are read over."""


def read(chunks: Iterable[bytes], *, parts: bool = False) -> Iterator[Event]:
    """The events of a file in the order read; sets come whole, or in parts of bounded size where `parts` is asked for.

    A consumer judges a set (`accepted`) before it asks for the next event: the group's verdict at its end counts them.
    """
    return _Reader(chunks, parts).events()


class _Reader:
    """One pass over one file; the envelope that is open stands in `interchange` and `group`."""

    def __init__(self, chunks: Iterable[bytes], parts: bool) -> None:
        self.text = Text(chunks)
        self.parts = parts
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.set: TransactionSet | None = None
        self.ordinal = 0
        """Segments read so far."""
        self.empty = 0
        """The last interchange of which an empty segment was noted."""
        self.stray = False
        """Whether a run of segments outside any set was reported and still goes on."""
        self.interchanges = 0
        self.seen_interchanges: set[tuple[tuple[str, str], str]] = set()
        self.seen_groups: set[tuple[str, str]] = set()
        self.seen_sets: set[str] = set()

    # -- the file ---------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[Event]:
        """Interchange after interchange, and what stands between them."""
        text = self.text
        while len(text.buffer) < 3 and text.more():
            pass
        if text.buffer.startswith("\xef\xbb\xbf"):
            text.skip(3)
            yield Noise(CODES["byte-order-mark"].finding(Location(offset=0, length=3, line=1)))
        while True:
            noise = skip_to_isa(text, self.ordinal + 1, first=self.interchanges == 0)
            if noise is not None:
                yield Noise(noise)
            if not text.buffer:
                return
            yield from self._interchange()

    # -- one interchange --------------------------------------------------------------------------------------------

    def _interchange(self) -> Iterator[Event]:
        """One interchange from its ISA on; comes back after IEA, at the next ISA or at the end of the file."""
        text = self.text
        while len(text.buffer) < LOOK_AHEAD and text.more():
            pass
        header = interchange.read_isa(text.buffer)
        if header.wrapped and not text.wrapped:
            text.wrapped = True
            text.buffer = text.unwrap(text.buffer, text.offset)
            header = interchange.read_isa(text.buffer)
        self.ordinal += 1
        self.interchanges += 1
        opened = Interchange(
            header.elements, header.delimiters, self.ordinal, text.byte(text.offset), text.line + text.lines(text.offset), self.interchanges
        )
        opened.findings += [
            finding.code.finding(self._isa_place(opened, finding.element, finding.at), finding.value, **finding.facts)
            for finding in header.findings
        ]
        if text.wrapped:
            self._wrapped(opened)
        key = (opened.sender, opened.control_number)
        if key in self.seen_interchanges and opened.control_number:
            opened.findings.append(CODES["duplicate-interchange"].finding(self._isa_place(opened, 13), opened.control_number))
        self.seen_interchanges.add(key)
        self.interchange, self.group, self.set = opened, None, None
        self.seen_groups = set()
        yield InterchangeStart(opened)
        text.skip(header.length)
        if header.readable:
            yield from self._segments(opened.delimiters)
        else:
            yield from self._unreadable()

    def _unreadable(self) -> Iterator[Event]:
        """The delimiters are not known: nothing is guessed, the interchange goes on to the next ISA."""
        text, opened = self.text, self._open()
        while True:
            match = re.compile(r"(?:^|[\s~'\x00-\x1f\x7f-\xff])(?=ISA[^A-Za-z0-9\s])").search(text.buffer, 1)
            if match:
                text.skip(match.end())
                break
            if not text.more():
                text.skip(len(text.buffer))
                break
            text.skip(max(0, len(text.buffer) - LOOK_AHEAD * 64))
        opened.complete = True
        yield from self._close_interchange(text.byte(text.offset))

    def _segments(self, delimiters: Delimiters) -> Iterator[Event]:
        """Walks the segments of the open interchange; envelope segments act, the others belong to the open set."""
        text = self.text
        terminator = delimiters.segment
        width = len(terminator)
        separator = delimiters.element
        heads = {head + separator for head in ("ST", "SE", "GS", "GE")} | {"ST", "SE", "GS", "GE", "", *_LONG_HEADS}
        blanks = BLANK.replace(terminator, "").replace(separator, "")
        while True:
            buffer, ended = text.buffer, text.done
            cut = text.whole_isa(len(buffer) if ended else buffer.rfind(terminator))
            if cut >= 0:  # another interchange begins: this one ends here, in the middle of a segment if it was cut off there
                buffer, ended = buffer[:cut], True
            pieces = buffer.split(terminator)
            tail = pieces.pop()
            final = False
            if ended:
                final = bool(tail.strip(blanks))
                if final:
                    pieces.append(tail)
                    tail = ""
            endless = len(buffer) > SEGMENT_LIMIT and max(map(len, (*pieces, tail))) > SEGMENT_LIMIT
            if endless:
                whole = next(number for number, piece in enumerate((*pieces, tail)) if len(piece) > SEGMENT_LIMIT)
                pieces, tail, final = pieces[:whole], "", False
                buffer = buffer[: sum(map(len, pieces)) + width * whole]
            clean = self._clean(pieces, buffer, blanks, terminator)
            start = 0
            """First piece of the open set in this window."""
            base, counted = text.offset, 0
            """Byte of piece number `counted`."""
            lines, line, seen = "\n" in buffer, text.line, 0
            """Whether lines need counting, the line reached, and the character of the window it was counted to."""
            for index, head in enumerate([segment[:3] for segment in clean]):
                if head not in heads:
                    continue
                raw = clean[index]
                if not raw:
                    self._empty(clean, index, start)
                    continue
                if head in _LONG_HEADS and raw[3:4] not in (separator, ""):
                    continue
                base += sum(map(len, pieces[counted:index])) + width * (index - counted)
                counted = index
                at = base + len(pieces[index]) - len(pieces[index].lstrip(blanks))
                last = final and index == len(pieces) - 1
                if self.set is not None:
                    whole = head[:2] == "SE"
                    self._extend(clean, pieces, start, index + whole)
                    start = index + 1
                    if whole:
                        yield from self._close_set(raw, base + len(pieces[index]) + (0 if last else width))
                        continue
                    yield from self._close_set(None, at)
                else:
                    self._stray(pieces, clean, start, index)
                self.stray = False
                start = index + 1
                if lines:
                    line += buffer.count("\n", seen, at - text.offset)
                    seen = at - text.offset
                if head == "ISA":
                    text.skip(at - text.offset)
                    yield from self._close_interchange(text.byte(at), missing=True)
                    return
                self.ordinal += 1
                end = base + len(pieces[index]) + (0 if last else width)
                elements = (
                    [element.rstrip(delimiters.component) for element in raw.split(separator)]
                    if raw.endswith(delimiters.component)
                    else raw.split(separator)
                )
                if head[:2] == "ST":
                    self._open_set(raw, pieces[index], elements, base, at, line)
                elif head == "IEA":
                    yield from self._iea(raw, elements, at, line, end, last)
                    text.skip(end - text.offset)
                    return
                elif head[:2] == "GS":
                    yield from self._gs(raw, elements, at, line)
                elif head[:2] == "GE":
                    yield from self._ge(raw, elements, at, line, end)
                elif head == "TA1":
                    yield from self._ta1(raw, elements, at, line)
                elif head[:2] == "SE":
                    self._framing("structure", raw, at, line, where="without an ST")
            if self.set is not None:
                self._extend(clean, pieces, start, len(clean))
                if self.parts and len(self.set.segments) >= PART_SEGMENTS and not ended and not endless:
                    yield from self._part(text.offset + len(buffer) - len(tail))
            else:
                self._stray(pieces, clean, start, len(clean))
            if endless:
                text.skip(len(buffer))
                yield from self._too_long()
                return
            if ended:
                text.skip(len(buffer))
                yield from self._close_interchange(text.byte(text.offset), missing=True)
                return
            text.skip(len(buffer) - len(tail))
            text.more()

    def _clean(self, pieces: list[str], buffer: str, blanks: str, terminator: str) -> list[str]:
        """The segments without what stands between terminator and segment id; the same list where nothing does."""
        if "\n" not in buffer and "\r" not in buffer and terminator + " " not in buffer and (not pieces or pieces[0][:1] not in blanks):
            return pieces
        head = blanks
        tail = "\r\n" if terminator not in "\r\n" else "\r"
        clean = [piece.lstrip(head).rstrip(tail) for piece in pieces]
        delimiters = self._open().delimiters
        if not set("\r\n").isdisjoint(terminator + delimiters.element + delimiters.component + (delimiters.repetition or "")):
            return clean
        last = f"IEA{delimiters.element}"
        inside = "".join(takewhile(lambda segment: not segment.startswith(last), clean))
        if "\n" in inside or "\r" in inside:
            self._wrapped(self._open())
            clean = [segment.translate(NO_BREAKS) for segment in clean]
        return clean

    def _wrapped(self, opened: Interchange) -> None:
        """Segments cut into lines: noted once an interchange; the breaks are no part of any value."""
        if not any(finding.code == "wrapped-lines" for finding in opened.findings[:1]):
            place = Location("ISA", segment_ordinal=opened.ordinal, offset=opened.offset, line=opened.line)
            opened.findings.insert(0, CODES["wrapped-lines"].finding(place))

    def _too_long(self) -> Iterator[Event]:
        """A segment without an end in sight: the terminator is probably wrong, so what follows is skipped to the next ISA."""
        text, opened = self.text, self._open()
        if self.set is not None:
            yield from self._close_set(None, text.offset)
        self.ordinal += 1
        raw = text.buffer[:40]
        line = text.line + text.lines(text.offset)
        place = Location(_id(raw, opened.delimiters.element), None, self.ordinal, offset=text.byte(text.offset), line=line)
        opened.findings.append(CODES["segment-too-long"].finding(place, raw, limit=SEGMENT_LIMIT))
        opened.accepted = False
        yield from self._unreadable()

    def _empty(self, clean: list[str], index: int, start: int) -> None:
        """A doubled terminator: noted once an interchange, never counted."""
        opened = self._open()
        if index >= start and self.empty != opened.number:
            self.empty = opened.number
            ordinal = self.ordinal + (len(self.set.segments) if self.set else 0) + sum(1 for segment in clean[start:index] if segment)
            opened.findings.append(CODES["empty-segment"].finding(Location(segment_ordinal=ordinal + 1, offset=None)))

    def _extend(self, clean: list[str], pieces: list[str], start: int, end: int) -> None:
        """Adds pieces of this window to the open set."""
        opened = self.set
        assert opened is not None
        if start >= end:
            return
        same = clean is pieces and opened.pieces is opened.segments
        new = clean[start:end]
        if not same or "" in new:
            if opened.pieces is opened.segments:
                opened.pieces = list(opened.segments)
            opened.pieces += pieces[start:end]
            opened.segments += [segment for segment in new if segment]
        else:
            opened.segments += new

    def _part(self, end: int) -> Iterator[Event]:
        """Hands over the open set's segments so far; the set goes on with the next part."""
        part, opened, group = self.set, self._open(), self.group
        assert part is not None
        assert group is not None
        part.last = False
        self._breaks(part)
        yield SetRead(opened, group, part)
        part.position += len(part.segments)
        part.segments = []
        part.pieces = part.segments
        part.part_offset = end if self.text.wrapped else self.text.byte(end)
        part.part_line = self.text.line + self.text.buffer.count("\n", 0, end - self.text.offset)

    def _breaks(self, part: TransactionSet) -> None:
        """In a wrapped file, what `locate` needs to turn text offsets of this part into bytes."""
        if self.text.wrapped:
            part.breaks = self.text.breaks(part.part_offset)

    # -- places and holders -----------------------------------------------------------------------------------------

    def _open(self) -> Interchange:
        assert self.interchange is not None
        return self.interchange

    def _isa_place(self, opened: Interchange, element: int | None = None, at: int | None = None) -> Location:
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

    def _place(self, raw: str, at: int, line: int, element: int | None = None) -> Location:
        """The place of a segment that stands at text offset `at`, or of one of its elements without blanks around it."""
        delimiters = self._open().delimiters
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

    def _framing(self, code: str, raw: str, at: int, line: int, **facts: Any) -> None:
        """A break of the nesting of envelopes: the interchange cannot be trusted."""
        opened = self._open()
        opened.findings.append(CODES[code].finding(self._place(raw, at, line), raw, **facts))
        opened.accepted = False

    def _stray(self, pieces: list[str], clean: list[str], start: int, end: int) -> None:
        """Segments between envelopes: each run of them is reported once, at its first."""
        first = next((index for index in range(start, end) if clean[index]), None)
        if first is None:
            return
        if not self.stray:
            text, delimiters = self.text, self._open().delimiters
            at = sum(map(len, pieces[:first])) + len(delimiters.segment) * first + len(pieces[first]) - len(pieces[first].lstrip(BLANK))
            self.ordinal += 1
            self._framing("segment-outside-set", clean[first], text.offset + at, text.line + text.buffer.count("\n", 0, at))
            self.ordinal -= 1
        self.stray = True
        self.ordinal += sum(1 for segment in clean[start:end] if segment)

    # -- ST and SE --------------------------------------------------------------------------------------------------

    def _open_set(self, raw: str, piece: str, elements: list[str], base: int, at: int, line: int) -> None:
        opened = self._open()
        if self.group is None:
            self._framing("structure", raw, at, line, where="outside any functional group")
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
        self._breaks(self.set)
        self.set.findings += interchange.judge_st(self.set, group)
        if number in self.seen_sets:
            self.set.findings.append(CODES["duplicate-set"].finding(element_place(self.set, 0, 2), number))
        self.seen_sets.add(number)

    def _close_set(self, se: str | None, end: int) -> Iterator[Event]:
        """Judges SE and hands the set over; `se` is None where the trailer is missing."""
        opened, group, interchange_ = self.set, self.group, self._open()
        assert opened is not None
        assert group is not None
        opened.end = self.text.byte(end)
        opened.last = True
        count = opened.position - 1 + len(opened.segments)
        self.ordinal = opened.ordinal + count - 1
        self._breaks(opened)
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

    def _gs(self, raw: str, elements: list[str], at: int, line: int) -> Iterator[Event]:
        if self.group is not None:
            yield from self._close_group(None, at)
        opened = self._open()
        opened.group_count += 1
        places = tuple(self._place(raw, at, line, element or None) for element in range(9))
        group = Group(elements, self.ordinal, self.text.byte(at), line + self.text.lines(at), opened.group_count, raw, places)
        self.group, self.seen_sets = group, set()
        group.findings += interchange.judge_gs(group)
        key = (group.functional_id, group.control_number)
        if key in self.seen_groups:
            group.findings.append(CODES["duplicate-group"].finding(places[6], group.control_number))
        self.seen_groups.add(key)
        yield GroupStart(opened, group)

    def _ge(self, raw: str, elements: list[str], at: int, line: int, end: int) -> Iterator[Event]:
        group = self.group
        if group is None:
            self._framing("structure", raw, at, line, where="without a GS")
            return
        values = [element.strip() for element in elements] + ["", ""]
        group.declared_count = values[1]
        if not interchange.says(values[1], group.set_count):
            group.findings.append(CODES["set-count"].finding(self._place(raw, at, line, 1), values[1], actual=group.set_count))
        interchange.compare(group.findings, "group-control-number", values[2], group.control_number, self._place(raw, at, line, 2))
        yield from self._close_group(elements, end)

    def _close_group(self, ge: list[str] | None, end: int) -> Iterator[Event]:
        group, opened = self.group, self._open()
        assert group is not None
        if ge is None:
            group.findings.append(
                CODES["ge-missing"].finding(Location(segment="GE", segment_ordinal=self.ordinal, offset=self.text.byte(end)))
            )
        group.end = self.text.byte(end)
        group.accepted = interchange.group_verdict(group)
        self.group = None
        yield GroupEnd(opened, group)

    def _ta1(self, raw: str, elements: list[str], at: int, line: int) -> Iterator[Event]:
        values = [element.strip() for element in elements] + [""] * 5
        if self.group is not None:
            self._framing("structure", raw, at, line, where="inside a functional group")
        yield AcknowledgmentRead(self._open(), TA1(values[1], values[2], values[3], values[4], values[5], self.text.byte(at)))

    def _iea(self, raw: str, elements: list[str], at: int, line: int, end: int, last: bool) -> Iterator[Event]:
        opened = self._open()
        values = [element.strip() for element in elements] + ["", ""]
        if self.group is not None:
            yield from self._close_group(None, at)
        if not interchange.says(values[1], opened.group_count):
            opened.findings.append(CODES["group-count"].finding(self._place(raw, at, line, 1), values[1], actual=opened.group_count))
        number = self._place(raw, at, line, 2)
        interchange.compare(opened.findings, "interchange-control-number", values[2], opened.control_number, number)
        if last:
            opened.findings.append(CODES["missing-terminator"].finding(self._place(raw, at, line)))
        opened.complete = True
        yield from self._close_interchange(self.text.byte(end))

    def _close_interchange(self, end: int, *, missing: bool = False) -> Iterator[Event]:
        opened = self._open()
        if self.set is not None:
            yield from self._close_set(None, self.text.offset)
        if self.group is not None:
            yield from self._close_group(None, self.text.offset)
        if missing:
            opened.findings.append(CODES["iea-missing"].finding(Location(segment="IEA", segment_ordinal=self.ordinal, offset=end)))
        opened.end = end
        interchange.judge(opened)
        yield InterchangeEnd(opened)
        self.interchange = None


def _id(raw: str, separator: str) -> str:
    """The segment id of raw text, cut at three characters."""
    return raw.split(separator, 1)[0][:3]
