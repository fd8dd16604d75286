"""Reads X12 as a stream: bytes in, envelopes and one transaction set at a time out, everything odd a finding.

Text is decoded latin-1, so an offset in text is an offset in bytes. Nothing here knows a guide: envelope, counts and
control numbers are judged, the content of sets is for `conformance`. Memory is bounded by the largest set (by the part
size when sets may come in parts). Sources: X12.5 (interchange), X12.6 (application control), 004010 to 006030.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from gateway.edi.finding import Location
from gateway.formats.x12 import interchange
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import (
    Delimiters,
    Event,
    Interchange,
    InterchangeStart,
    Noise,
    SetRead,
)
from gateway.formats.x12.nesting import Nesting
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
    """One pass over one file, a window of text at a time; what is open stands in `nest`."""

    def __init__(self, chunks: Iterable[bytes], parts: bool) -> None:
        self.text = Text(chunks)
        self.parts = parts
        self.nest = Nesting(self.text)
        self.empty = 0
        """The last interchange of which an empty segment was noted."""

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
            noise = skip_to_isa(text, self.nest.ordinal + 1, first=self.nest.interchanges == 0)
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
        self.nest.ordinal += 1
        self.nest.interchanges += 1
        opened = Interchange(
            header.elements,
            header.delimiters,
            self.nest.ordinal,
            text.byte(text.offset),
            text.line + text.lines(text.offset),
            self.nest.interchanges,
        )
        opened.findings += [
            finding.code.finding(self.nest.isa_place(opened, finding.element, finding.at), finding.value, **finding.facts)
            for finding in header.findings
        ]
        if text.wrapped:
            self._wrapped(opened)
        key = (opened.sender, opened.control_number)
        if key in self.nest.seen_interchanges and opened.control_number:
            opened.findings.append(CODES["duplicate-interchange"].finding(self.nest.isa_place(opened, 13), opened.control_number))
        self.nest.seen_interchanges.add(key)
        self.nest.interchange, self.nest.group, self.nest.set = opened, None, None
        self.nest.seen_groups = set()
        yield InterchangeStart(opened)
        text.skip(header.length)
        if header.readable:
            yield from self._segments(opened.delimiters)
        else:
            yield from self._unreadable()

    def _unreadable(self) -> Iterator[Event]:
        """The delimiters are not known: nothing is guessed, the interchange goes on to the next ISA."""
        text, opened = self.text, self.nest.current()
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
        yield from self.nest.close_interchange(text.byte(text.offset))

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
                if self.nest.set is not None:
                    whole = head[:2] == "SE"
                    self._extend(clean, pieces, start, index + whole)
                    start = index + 1
                    if whole:
                        yield from self.nest.close_set(raw, base + len(pieces[index]) + (0 if last else width))
                        continue
                    yield from self.nest.close_set(None, at)
                else:
                    self.nest.run_of_strays(pieces, clean, start, index)
                self.nest.stray = False
                start = index + 1
                if lines:
                    line += buffer.count("\n", seen, at - text.offset)
                    seen = at - text.offset
                if head == "ISA":
                    text.skip(at - text.offset)
                    yield from self.nest.close_interchange(text.byte(at), missing=True)
                    return
                self.nest.ordinal += 1
                end = base + len(pieces[index]) + (0 if last else width)
                elements = (
                    [element.rstrip(delimiters.component) for element in raw.split(separator)]
                    if raw.endswith(delimiters.component)
                    else raw.split(separator)
                )
                if head[:2] == "ST":
                    self.nest.open_set(raw, pieces[index], elements, base, at, line)
                elif head == "IEA":
                    yield from self.nest.iea(raw, elements, at, line, end, last)
                    text.skip(end - text.offset)
                    return
                elif head[:2] == "GS":
                    yield from self.nest.gs(raw, elements, at, line)
                elif head[:2] == "GE":
                    yield from self.nest.ge(raw, elements, at, line, end)
                elif head == "TA1":
                    yield from self.nest.ta1(raw, elements, at, line)
                elif head[:2] == "SE":
                    self.nest.framing("structure", raw, at, line, where="without an ST")
            if self.nest.set is not None:
                self._extend(clean, pieces, start, len(clean))
                if self.parts and len(self.nest.set.segments) >= PART_SEGMENTS and not ended and not endless:
                    yield from self._part(text.offset + len(buffer) - len(tail))
            else:
                self.nest.run_of_strays(pieces, clean, start, len(clean))
            if endless:
                text.skip(len(buffer))
                yield from self._too_long()
                return
            if ended:
                text.skip(len(buffer))
                yield from self.nest.close_interchange(text.byte(text.offset), missing=True)
                return
            text.skip(len(buffer) - len(tail))
            text.more()

    def _clean(self, pieces: list[str], buffer: str, blanks: str, terminator: str) -> list[str]:
        """The segments without what stands between terminator and segment id; the same list where nothing does."""
        alone = not any(blank in buffer for blank in blanks if blank != " ")
        if alone and terminator + " " not in buffer and (not pieces or pieces[0][:1] not in blanks):
            return pieces
        head = blanks
        tail = "\r\n" if terminator not in "\r\n" else "\r"
        clean = [piece.lstrip(head).rstrip(tail) for piece in pieces]
        delimiters = self.nest.current().delimiters
        if not set("\r\n").isdisjoint(terminator + delimiters.element + delimiters.component + (delimiters.repetition or "")):
            return clean
        last = f"IEA{delimiters.element}"
        inside = "".join(takewhile(lambda segment: not segment.startswith(last), clean))
        if "\n" in inside or "\r" in inside:
            self._wrapped(self.nest.current())
            clean = [segment.translate(NO_BREAKS) for segment in clean]
        return clean

    def _wrapped(self, opened: Interchange) -> None:
        """Segments cut into lines: noted once an interchange; the breaks are no part of any value."""
        if not any(finding.code == "wrapped-lines" for finding in opened.findings[:1]):
            place = Location("ISA", segment_ordinal=opened.ordinal, offset=opened.offset, line=opened.line)
            opened.findings.insert(0, CODES["wrapped-lines"].finding(place))

    def _too_long(self) -> Iterator[Event]:
        """A segment without an end in sight: the terminator is probably wrong, so what follows is skipped to the next ISA."""
        text, opened = self.text, self.nest.current()
        if self.nest.set is not None:
            yield from self.nest.close_set(None, text.offset)
        self.nest.ordinal += 1
        raw = text.buffer[:40]
        line = text.line + text.lines(text.offset)
        place = Location(raw.split(opened.delimiters.element, 1)[0][:3], None, self.nest.ordinal, offset=text.byte(text.offset), line=line)
        opened.findings.append(CODES["segment-too-long"].finding(place, raw, limit=SEGMENT_LIMIT))
        opened.accepted = False
        yield from self._unreadable()

    def _empty(self, clean: list[str], index: int, start: int) -> None:
        """A doubled terminator: noted once an interchange, never counted."""
        opened = self.nest.current()
        if index >= start and self.empty != opened.number:
            self.empty = opened.number
            ordinal = (
                self.nest.ordinal
                + (len(self.nest.set.segments) if self.nest.set else 0)
                + sum(1 for segment in clean[start:index] if segment)
            )
            opened.findings.append(CODES["empty-segment"].finding(Location(segment_ordinal=ordinal + 1, offset=None)))

    def _extend(self, clean: list[str], pieces: list[str], start: int, end: int) -> None:
        """Adds pieces of this window to the open set."""
        opened = self.nest.set
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
        part, opened, group = self.nest.set, self.nest.current(), self.nest.group
        assert part is not None
        assert group is not None
        part.last = False
        self.nest.note_breaks(part)
        yield SetRead(opened, group, part)
        part.position += len(part.segments)
        part.segments = []
        part.pieces = part.segments
        part.part_offset = end if self.text.wrapped else self.text.byte(end)
        part.part_line = self.text.line + self.text.buffer.count("\n", 0, end - self.text.offset)
