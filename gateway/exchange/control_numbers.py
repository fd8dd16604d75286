"""Control numbers as plain values: how they are read, written, follow one another, and what a jump means.

Nine digits for an interchange (ISA13, fixed length), one to nine for a group (GS06), four to nine for a set (ST02).
Ours count 1-999999999 and begin anew at 1; a number is never used by two different interchanges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.edi.finding import Finding
from gateway.exchange.codes import CODES

LARGEST = 999_999_999
BEHIND = LARGEST // 2
"""Half the circle: what is nearer behind than ahead came late or was set back."""

Step = Literal["first", "next", "same", "gap", "back", "wrapped", "invalid"]


def number(text: str) -> int | None:
    """A control number as a number: leading zeros and blanks around it are no difference; None where it is none (TA105 018)."""
    stripped = text.strip(" ")
    if not (stripped.isascii() and stripped.isdigit()) or len(stripped.lstrip("0")) > 9:
        return None
    return int(stripped)


def equal(one: str, other: str) -> bool:
    """Whether two control numbers are the same as numbers; text that is no number must be the same text."""
    first, second = number(one), number(other)
    return one.strip(" ") == other.strip(" ") if first is None or second is None else first == second


def interchange_number(value: int) -> str:
    """ISA13 and IEA02: nine digits."""
    return f"{_checked(value):09d}"


def group_number(value: int) -> str:
    """GS06 and GE02: no leading zeros (X12.6: N0)."""
    return str(_checked(value))


def set_number(value: int) -> str:
    """ST02 and SE02: at least four digits, from 0001 in each group."""
    return f"{_checked(value):04d}"


def _checked(value: int) -> int:
    assert 1 <= value <= LARGEST
    return value


@dataclass(frozen=True, slots=True)
class Next:
    """The number after another, and whether counting began anew for it, which is an event to be told."""

    value: int
    wrapped: bool = False


def following(last: int) -> Next:
    """The next number of ours after `last`; 0 where there was none."""
    return Next(1, True) if last >= LARGEST else Next(last + 1)


def taking_over(ours: int, theirs: int) -> int:
    """The last number to count on from, when another translator that was at `theirs` is replaced: never one already used."""
    return max(ours, theirs)


def ahead(last: int, received: int) -> int:
    """How many steps `received` is ahead of `last` on the circle; negative where it is behind."""
    distance = (received - last) % LARGEST
    return distance if distance <= BEHIND else distance - LARGEST


@dataclass(frozen=True, slots=True)
class Sequence:
    """How a received number follows the last one of its sender, and what to say of it; `last` is what the next is held against."""

    step: Step
    last: int | None
    missing: int = 0
    finding: Finding | None = None
    hold: bool = False


def sequence(last: int | None, received: str, sender: str, order: str = "off") -> Sequence:
    """A received control number against the last one; `order` is the agreement's: off, warn or hold.

    A late interchange never sets the counter back. A step over 999999999 to 1 is no gap.
    """
    value = number(received)
    if value is None or value == 0:
        return Sequence("invalid", last, finding=CODES["control-number-invalid"].finding(value=received))
    if last is None:
        return Sequence("first", value)
    steps = ahead(last, value)
    hold = order == "hold"
    if steps == 0:
        return Sequence("same", last)
    if steps < 0:
        said = CODES["control-number-back"].finding(value=received, sender=sender, last=last) if order != "off" else None
        return Sequence("back", last, 0, said, hold)
    if steps > 1:
        said = CODES["control-number-gap"].finding(value=received, missing=steps - 1, sender=sender, last=last) if order != "off" else None
        return Sequence("gap", value, steps - 1, said, hold)
    if value < last:
        return Sequence("wrapped", value, 0, CODES["control-number-wrapped"].finding(value=received, sender=sender, last=last))
    return Sequence("next", value)
