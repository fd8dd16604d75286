"""What a file is by its first bytes."""

from __future__ import annotations

import re

_ISA = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0\x1a]*ISA[^A-Za-z0-9\s]")


def begins_with_envelope(head: bytes) -> bool:
    """Whether the file begins with an interchange of X12 (after a byte order mark and blanks), so that it says itself whose it is."""
    return _ISA.match(head) is not None


HEAD = 64 * 1024
"""Bytes by which files are told apart."""

_BEGINS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("xml", re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_]|\xff\xfe\s?\0?<\0|\xfe\xff\0?\s?\0<|<\0|\0<")),
    ("json", re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")),
    ("excel", re.compile(rb"PK\x03\x04|\xd0\xcf\x11\xe0")),
    ("edifact", re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:UNA.{6}\s*)?UN[BH]", re.DOTALL)),
)


def syntax_of(head: bytes) -> str | None:
    """What a file is by its first bytes: x12, edifact, xml, json or excel; None for rows of text, which begin as they like."""
    if begins_with_envelope(head):
        return "x12"
    return next((kind for kind, begins in _BEGINS if begins.match(head)), None)
