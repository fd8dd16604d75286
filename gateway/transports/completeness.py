"""Whether a file that lies in a folder ends as a whole interchange does: what tells a finished file from a growing one."""

from __future__ import annotations

import re
from typing import Literal

HEAD = 1024
TAIL = 4096

Ending = Literal["complete", "ended", "open", "other"]
"""complete: ends in IEA and its terminator; ended: an IEA stands at the end, but something is odd about it;
open: X12 without its end; other: not X12, nothing can be said."""

_BLANK = b" \t\r\n\x00\x1a"
_MARKS = (b"\xef\xbb\xbf",)  # a byte order mark before ISA


def ending(head: bytes, tail: bytes) -> Ending:
    """How an X12 file ends, from its first `HEAD` and last `TAIL` bytes (X12.5: ISA to IEA)."""
    start = head
    for mark in _MARKS:
        start = start.removeprefix(mark)
    start = start.lstrip(_BLANK)
    if start and b"ISA".startswith(start[:3]) and len(start) < 4:
        return "open"
    if not start.startswith(b"ISA") or start[3:4].isalnum():
        return "other"
    separator = start[3:4]
    parts = start.split(separator, 17)
    if len(parts) < 17 or len(parts[16]) < 2:
        return _ended(tail, separator, None)
    # ISA16 is one character, and what follows it ends every segment, ISA's own fixed width or not
    terminator = parts[16][1:2]
    if _complete(tail, separator, terminator):
        return "complete"
    return _ended(tail, separator, parts[13].strip())


def _complete(tail: bytes, separator: bytes, terminator: bytes) -> bool:
    last = tail.rstrip(_BLANK)
    if terminator in _BLANK:
        if terminator not in tail[len(last) :]:
            return False
    elif not last.endswith(terminator):
        return False
    else:
        last = last[:-1].rstrip(_BLANK)
    found = re.search(_iea(separator) + rb"\Z", last)
    return found is not None and (found.start() == 0 or last[: found.start()].rstrip(_BLANK)[-1:] == terminator or terminator in _BLANK)


def _ended(tail: bytes, separator: bytes, number: bytes | None) -> Ending:
    """Nothing but oddities after the last IEA: a terminator left out, garbage. A cut control number is not an end."""
    found = list(re.finditer(_iea(separator), tail))
    if not found:
        return "open"
    last = found[-1]
    if re.search(rb"ISA" + re.escape(separator), tail[last.end() :]):
        return "open"
    if last.end() < len(tail):
        return "ended"
    return "ended" if len(last.group(1)) == 9 or last.group(1) == number else "open"


def _iea(separator: bytes) -> bytes:
    mark = re.escape(separator)
    return rb"IEA" + mark + rb"[0-9]{1,5}" + mark + rb"([0-9A-Za-z ]{1,9})"
