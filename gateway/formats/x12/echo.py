"""Values of what was received, as answers repeat them: without what would break our own segments."""

from __future__ import annotations

from typing import Any


def taken(envelope: dict[str, Any]) -> set[str]:
    """The delimiters of an answer: no value in it may hold one."""
    return {envelope["element"], envelope["component"], envelope["segment"], envelope["repetition"]} - {None, ""}


LONGEST = 35
"""Characters of a number, name or id that are repeated: more than X12 has in any, and less than an ISA, which readers look for."""


def plain(value: str, envelope: dict[str, Any], most: int = LONGEST) -> str:
    """A value repeated from what was sent, without what would break our segments: where an ISA was cut wrongly, anything stands in it."""
    marks, value = taken(envelope), value[:most]
    if value.isprintable() and not any(mark in value for mark in marks):
        return value
    return "".join(character for character in value if character.isprintable() and character not in marks)


def numeric(value: str) -> bool:
    """Whether a value is digits, as X12 knows them: Latin-1 has raised ones besides."""
    return value.isascii() and value.isdigit()


def joined(elements: list[str], separator: str) -> str:
    """A segment without its empty elements at the end."""
    return separator.join(elements).rstrip(separator)
