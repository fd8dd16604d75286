"""The raw segments of a file in order with the delimiters in force: what rewriting needs, judged by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.edi.finding import Finding, Location
from gateway.formats.x12 import interchange
from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.text import BLANK, LOOK_AHEAD, Text, skip_to_isa


@dataclass(frozen=True, slots=True)
class RawSegment:
    """One segment as sent, without terminator and line ends, and the delimiters of its interchange."""

    text: str
    delimiters: Delimiters
    before: str = ""
    """Blanks and line ends in front of it."""
    after: str = ""
    """Line ends between it and its terminator."""
    end: str = ""
    """Its terminator; empty where the file ends without."""

    @property
    def elements(self) -> list[str]:
        """Its id and elements."""
        return self.text.split(self.delimiters.element)

    @property
    def id(self) -> str:
        """Its name."""
        return self.elements[0]


def segments(chunks: Iterable[bytes], blanks: bool = False) -> Iterator[RawSegment | Finding]:
    """Every segment of every readable interchange, ISA to IEA; a finding for each piece of text that is left out.

    With `blanks` what stands between segments comes too, as segments without text: put together, all of it is the file.
    """
    text = Text(chunks)
    first = True
    while True:
        if blanks:
            yield from _blanks(text)
        noise = skip_to_isa(text, 0, first=first)
        if noise is not None:
            yield noise
        first = False
        if not text.buffer:
            return
        while len(text.buffer) < LOOK_AHEAD and text.more():
            pass
        header = interchange.read_isa(text.buffer)
        if header.wrapped and not text.wrapped:
            text.wrapped = True
            text.buffer = text.unwrap(text.buffer, text.offset)
            header = interchange.read_isa(text.buffer)
        if not header.readable:
            for wrong in header.findings:
                at = Location(segment="ISA", element=wrong.element, offset=text.byte(text.offset), line=text.line)
                yield wrong.code.finding(at, wrong.value, **wrong.facts)
            text.skip(3)
            continue
        isa = header.delimiters.element.join(header.elements)
        yield RawSegment(isa, header.delimiters, end=text.buffer[len(isa) : header.length])
        text.skip(header.length)
        yield from _rest(text, header.delimiters, blanks)


def _blanks(text: Text) -> Iterator[RawSegment]:
    """Blanks up to what is none, piece by piece."""
    while True:
        blank = len(text.buffer) - len(text.buffer.lstrip(BLANK))
        if blank:
            yield RawSegment("", Delimiters(), before=text.buffer[:blank])
            text.skip(blank)
        if text.buffer or not text.more():
            return


def _rest(text: Text, delimiters: Delimiters, blanks_too: bool) -> Iterator[RawSegment]:
    """The segments up to and with IEA, or to the next ISA or the end where it is missing."""
    blanks = BLANK.replace(delimiters.segment, "").replace(delimiters.element, "")
    # blanks at the end of a value are the sender's; only line ends are not
    ends = "\r\n" if delimiters.segment not in "\r\n" else "\r"
    opening, closing = ("ISA" + delimiters.element, "IEA" + delimiters.element)
    while True:
        end = text.buffer.find(delimiters.segment)
        if end < 0 and text.more():
            continue
        piece = text.buffer[: end if end >= 0 else len(text.buffer)]
        raw = piece.lstrip(blanks).rstrip(ends if end >= 0 else blanks)
        if raw.startswith(opening):
            text.skip(len(piece) - len(piece.lstrip(blanks)))
            return
        text.skip(len(piece) + (len(delimiters.segment) if end >= 0 else 0))
        if raw or blanks_too:
            before = len(piece) - len(piece.lstrip(blanks))
            yield RawSegment(raw, delimiters, piece[:before], piece[before + len(raw) :], delimiters.segment if end >= 0 else "")
        if raw.startswith(closing) or end < 0:
            return
