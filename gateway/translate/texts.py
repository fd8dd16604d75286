"""Texts: trimming, padding, splitting, lines of free text, phone numbers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from gateway.translate.conversion import Unconvertible

_PHONE = re.compile(r"(\+)?[\d\s().\-/]+?(?:\s*(?:x|ext\.?)\s*(\d{1,6}))?", re.ASCII | re.IGNORECASE)


def trim(text: str) -> str:
    """The text without blanks around it."""
    return text.strip()


def as_sent(text: str) -> str:
    """The text as it is."""
    return text


def upper(text: str) -> str:
    """The text in capitals."""
    return text.upper()


def lower(text: str) -> str:
    """The text in small letters."""
    return text.lower()


def read_pad(text: str, width: int, fill: str = " ", side: str = "right") -> str:
    """The text without the fill that brings it to a width: pad(6, 0, left) reads 000042 as 42."""
    del width
    bare = text.lstrip(fill) if side == "left" else text.rstrip(fill)
    return bare or (fill if fill != " " else "")


def write_pad(text: str, width: int, fill: str = " ", side: str = "right") -> str:
    """The text filled to the width; Unconvertible where it is longer."""
    if len(text) > width:
        raise Unconvertible("text-too-long", expected=f"at most {width} characters")
    return text.rjust(width, fill) if side == "left" else text.ljust(width, fill)


def strip_zeros(text: str) -> str:
    """The text without leading zeros; all zeros leave one."""
    text = text.strip()
    return text.lstrip("0") or ("0" if text else "")


def substring(text: str, start: int, length: int = 0) -> str:
    """Some characters of the text, counted from 1: substring(1, 3) are the first three."""
    begin = max(start - 1, 0)
    return text[begin : begin + length] if length else text[begin:]


def read_split(text: str, mark: str) -> list[str]:
    """The parts of a text between marks, blanks around them taken off, empty ones left out."""
    return [part.strip() for part in text.split(mark) if part.strip()]


def write_split(parts: Sequence[str], mark: str) -> str:
    """The parts with the mark between them; Unconvertible where a part holds the mark."""
    if any(mark in part for part in parts):
        raise Unconvertible("text-holds-mark", expected=f"no '{mark}' inside a part")
    return mark.join(parts)


def first(values: Sequence[Any]) -> Any:
    """The first value that a path finds."""
    return values[0] if values else None


def last(values: Sequence[Any]) -> Any:
    """The last value that a path finds."""
    return values[-1] if values else None


def join(values: Sequence[Any], mark: str = " ") -> str | None:
    """All values that a path finds as one text with a mark between them."""
    return mark.join(str(value) for value in values) if values else None


def read_lines(values: Sequence[Any], width: int) -> str | None:
    """The lines of a free text (MSG, MTX, NTE) as one text with line ends between them; `width` is what writing wraps them to."""
    del width
    return "\n".join(str(value).rstrip() for value in values) if values else None


def write_lines(text: str, width: int) -> list[str]:
    """The text wrapped to lines of at most `width` characters."""
    return [piece for line in text.split("\n") for piece in (textwrap.wrap(line, width) or [""])]


def phone(text: str) -> str:
    """A telephone number as digits, + in front kept, an extension behind x; what is no number stays as it is."""
    found = _PHONE.fullmatch(text.strip())
    if not found:
        return text.strip()
    plus, extension = found.groups()
    main = text.strip() if extension is None else text.strip()[: found.start(2)]
    digits = re.sub(r"\D", "", main, flags=re.ASCII)
    if not 5 <= len(digits) <= 15:
        return text.strip()
    return f"{plus or ''}{digits}" + (f"x{extension}" if extension else "")


def flag(text: str, yes: str = "Y", no: str = "N") -> bool:
    """Yes or no by two codes: flag(Y, N)."""
    text = text.strip()
    if text not in (yes, no):
        raise Unconvertible("flag-unknown", expected=f"{yes} or {no}")
    return text == yes


def write_flag(value: bool, yes: str = "Y", no: str = "N") -> str:
    """The code of yes or no."""
    return yes if value else no


def concat(*values: Any) -> str | None:
    """Texts one behind the other; those that are absent are left out, and where only literal text is left there is nothing."""
    parts = [str(value) for value in values if value is not None]
    return "".join(parts) or None


def coalesce(*values: Any) -> Any:
    """The first of several values that is there."""
    return next((value for value in values if value is not None), None)
