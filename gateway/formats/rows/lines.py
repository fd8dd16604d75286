"""Bytes to lines: with any line end, where each stands, and as text in the declared encoding. Damage stays in its line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.edi.finding import Finding, Location
from gateway.formats.rows.codes import CODES

LINE_LIMIT = 1_000_000
"""Bytes of one line, and of one row with its lines."""

_END = re.compile(rb"\r\n|\n|\r")


@dataclass(slots=True)
class Lines:
    """The lines of a file with their places; `kinds` are the line ends seen, `mark` whether it begins with a byte order mark."""

    kinds: set[bytes] = field(default_factory=set)
    mark: bool = False
    size: int = 0

    def read(self, chunks: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Each line without its end, with its offset and its length with the end; one that is too long ends the file."""
        rest, offset, first = b"", 0, True
        for chunk in chunks:
            data = rest + chunk
            if first and len(data) < 3 and b"\xef\xbb\xbf".startswith(data):
                rest = data
                continue
            if first:
                first = False
                if data.startswith(b"\xef\xbb\xbf"):
                    self.mark, data, offset = True, data[3:], 3
            at = 0
            for found in _END.finditer(data):
                if found.end() == len(data) and found.group() == b"\r":
                    break  # the other half may stand in the next chunk
                self.kinds.add(found.group())
                yield data[at : found.start()], offset + at, found.end() - at
                at = found.end()
            rest = data[at:]
            offset += at
            if len(rest) > LINE_LIMIT:
                yield rest[:LINE_LIMIT], offset, len(rest)
                return
        if rest:
            yield rest.rstrip(b"\r"), offset, len(rest)

    def counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, their bytes counted in `size`."""
        for chunk in chunks:
            self.size += len(chunk)
            yield chunk

    def remarks(self) -> list[Finding]:
        """What is odd about the lines of the whole file."""
        found = []
        if self.mark:
            found.append(CODES["row-mark"].finding(Location(line=1, offset=0)))
        if len(self.kinds) > 1:
            found.append(CODES["row-line-ends"].finding())
        return found


def decoded(raw: bytes, encoding: str, line: int, offset: int) -> tuple[str, list[Finding]]:
    """A line as text, and what is wrong with its bytes."""
    findings: list[Finding] = []
    if len(raw) >= LINE_LIMIT:
        findings.append(CODES["row-too-long"].finding(Location(line=line, offset=offset), limit=LINE_LIMIT))
        raw = raw[:200]
    if b"\0" in raw:
        findings.append(CODES["row-nul"].finding(Location(line=line, offset=offset + raw.index(b"\0"))))
        raw = raw.replace(b"\0", b"")
    try:
        return raw.decode(encoding), findings
    except UnicodeDecodeError as error:
        place = Location(line=line, offset=offset + error.start)
        findings.append(CODES["row-encoding"].finding(place, encoding=encoding, byte=f"{raw[error.start]:#04x}"))
        return raw.decode(encoding, "replace"), findings


def line_encoding(encoding: str) -> str:
    """The encoding in which lines are read: UTF-16 and UTF-32 go through UTF-8, so that line ends can be found in bytes."""
    return "utf-8" if encoding.startswith(("utf-16", "utf-32")) else encoding


def as_lines(chunks: Iterable[bytes], encoding: str) -> Iterable[bytes]:
    """The chunks in the encoding that lines are read in; offsets are then those of the UTF-8."""
    return chunks if line_encoding(encoding) == encoding else _as_utf8(chunks, encoding)


def _as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
