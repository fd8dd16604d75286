"""The file as a window of text: what the X12 reader walks, with bytes and lines kept, wrapped lines joined, noise skipped."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.codes import CODES

BLANK = " \t\r\n\0\x1a"
"""What may stand between segments and around interchanges without being anything."""
LOOK_AHEAD = 4_096
NO_BREAKS = {10: None, 13: None}
"""For str.translate: drops line ends."""
_ISA = re.compile(r"(?<![A-Za-z0-9])ISA[^A-Za-z0-9 \r\n]")
_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_WHOLE_ISA = re.compile(r"ISA([^A-Za-z0-9 \r\n])" + r"\1".join(rf"[^\r\n]{{{width}}}" for width in _ISA_WIDTHS))
_ENVELOPE = re.compile(r"(?<![A-Za-z0-9])(?:GS|ST|SE|GE|IEA|TA1)[^A-Za-z0-9\s]")
_KEPT_BREAKS = 20_000
_BREAKS_REACH = 1_000_000
"""Characters back for which a wrapped file's line breaks are remembered."""


class Text:
    """The file as text, a window at a time: `buffer` begins at byte `offset`; line breaks inside wrapped files are dropped."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = iter(chunks)
        self.buffer = ""
        self.offset = 0
        self.line = 1
        self.done = False
        self.wrapped = False
        self.dropped: list[tuple[int, int, int]] = []
        """In a wrapped file: (offset in the text without breaks, bytes and lines dropped before it), for the window and a little back."""

    def more(self) -> bool:
        """Appends the next chunk; False at the end of the file."""
        for chunk in self.chunks:
            if chunk:
                text = chunk.decode("latin-1")
                self.buffer += self.unwrap(text, self.offset + len(self.buffer)) if self.wrapped else text
                return True
        self.done = True
        return False

    def unwrap(self, text: str, offset: int) -> str:
        """The text without line breaks, remembering where they were."""
        base, lines = self.dropped[-1][1:] if self.dropped else (0, 0)
        kept, at = [], offset
        for piece in re.split(r"([\r\n]+)", text):
            if piece and piece[0] in "\r\n":
                base += len(piece)
                lines += piece.count("\n")
                self.dropped.append((at, base, lines))
            else:
                kept.append(piece)
                at += len(piece)
        return "".join(kept)

    def skip(self, count: int) -> None:
        """Drops `count` characters from the front."""
        self.line += self.buffer.count("\n", 0, count)
        self.buffer = self.buffer[count:]
        self.offset += count
        if len(self.dropped) > _KEPT_BREAKS:
            self.dropped = [row for row in self.dropped if row[0] >= self.offset - _BREAKS_REACH] or self.dropped[-1:]

    def whole_isa(self, end: int) -> int:
        """Where before `end` an ISA of full width begins, whatever stands in front of it; -1 if there is none."""
        if self.buffer.find("ISA", 0, end) < 0:
            return -1
        match = _WHOLE_ISA.search(self.buffer, 0, end)
        return match.start() if match else -1

    def breaks(self, start: int) -> tuple[tuple[int, int, int], ...]:
        """The line breaks dropped from text offset `start` on, and the last before it."""
        first = bisect_right(self.dropped, (start, 1 << 62))
        return tuple(self.dropped[max(0, first - 1) :])

    def byte(self, offset: int) -> int:
        """The byte in the file that text offset `offset` stands for."""
        return offset + self._before(offset)[0]

    def lines(self, offset: int) -> int:
        """Lines dropped before text offset `offset`."""
        return self._before(offset)[1]

    def _before(self, offset: int) -> tuple[int, int]:
        before = bisect_right(self.dropped, (offset, 1 << 62)) if self.dropped else 0
        return self.dropped[before - 1][1:] if before else (0, 0)


def skip_to_isa(text: Text, ordinal: int, *, first: bool) -> Finding | None:
    """Skips to the next ISA or the end; what was not blank is one finding, the same however the file comes in chunks."""
    begin: tuple[int, int] | None = None
    shown, length = "", 0
    found = False
    while True:
        if begin is None:
            blank = len(text.buffer) - len(text.buffer.lstrip(BLANK))
            text.skip(blank)
        if len(text.buffer) < LOOK_AHEAD and text.more():
            continue
        if not text.buffer:
            break
        match = _ISA.search(text.buffer)
        found = match is not None
        end = match.start() if match else len(text.buffer) if text.done else len(text.buffer) - 4
        if end and begin is None:
            begin = (text.byte(text.offset), text.line + text.lines(text.offset))
        shown += text.buffer[: max(0, min(end, LOOK_AHEAD - len(shown)))]
        length += end
        text.skip(end)
        if found:
            break
    if begin is None:
        return CODES["empty-file"].finding(Location(offset=0, line=1)) if first and not found else None
    place = Location(offset=begin[0], length=length, line=begin[1], segment_ordinal=ordinal)
    if _ENVELOPE.search(shown) and (found or not first or _ENVELOPE.match(shown)):
        code = "segment-outside-interchange"
    else:
        code = "not-x12" if first and not found else "text-outside-interchange"
    return CODES[code].finding(place, shown.rstrip(BLANK)[:80], hint=_coded(shown))


def _coded(shown: str) -> str:
    """What a file begins with that is X12 in a coding of its own."""
    if "I\0S\0A\0" in shown[:8] or "\0I\0S\0A" in shown[:8]:
        return ", which is X12 in UTF-16; expected one byte a character"
    if shown.startswith("\xc9\xe2\xc1"):
        return ", which is X12 in EBCDIC; expected ASCII"
    return ", which is written small" if shown.startswith("isa") else ""
