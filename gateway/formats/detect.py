"""What a file is by its first bytes."""

from __future__ import annotations

import re

_ISA = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0\x1a]*ISA[^A-Za-z0-9\s]")


def begins_with_envelope(head: bytes) -> bool:
    """Whether the file begins with an interchange of X12 (after a byte order mark and blanks), so that it says itself whose it is."""
    return _ISA.match(head) is not None
