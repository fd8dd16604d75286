"""Serial shipping container codes for handling units that have none, from our company prefix and serials of the caller.

Which serials are free is remembered elsewhere: the caller reserves as many as `unnumbered` says and hands them in. A
notice that came back numbered is left as it is, so that writing it again gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.edi.finding import Finding, Location, Severity
from gateway.translate.codes import CODES
from gateway.translate.identifiers import check_digit

UNITS = "handling_units"
ALLOCATE = "allocate"
"""What the agreement's fact `sscc` says where units without a number get one."""
BODY = 16
"""Digits of an SSCC between extension digit and check digit: company prefix and serial (GS1 General Specifications 3.3.1)."""


@dataclass(frozen=True, slots=True)
class Given:
    """A number that was given: to which unit (its ordinal), the code, and the serial that it used up."""

    unit: int
    sscc: str
    serial: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """A ship notice in which every unit has its number, what was given, and what could not be."""

    document: Mapping[str, Any]
    given: tuple[Given, ...] = ()
    findings: tuple[Finding, ...] = ()


def sscc(prefix: str, serial: int, extension: str = "0") -> str:
    """The code of a serial under a company prefix. Raises ValueError where it does not fit into 18 digits."""
    room = BODY - len(prefix)
    if not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
        raise ValueError("a GS1 company prefix has 6 to 12 digits")
    if not 0 <= serial < 10**room:
        raise ValueError(f"a serial under {prefix} has at most {room} digits")
    body = f"{extension}{prefix}{serial:0{room}d}"
    return body + check_digit(body)


def unnumbered(notice: Mapping[str, Any]) -> int:
    """How many units of a notice have neither an SSCC nor a number of their own: that many serials are needed."""
    return sum(_lacks(unit) for unit in notice.get(UNITS) or ())


def _lacks(unit: Any) -> bool:
    return isinstance(unit, Mapping) and not unit.get("sscc") and not unit.get("identifier")


def numbered(
    notice: Mapping[str, Any],
    prefix: str,
    serials: Iterator[int],
    extension: str = "0",
    severities: Mapping[str, Severity] | None = None,
) -> Numbered:
    """The notice with an SSCC for each unit that lacks one; a serial whose code a unit of the notice has already is passed over."""
    findings: list[Finding] = []
    units = list(notice.get(UNITS) or ())
    taken: dict[str, int] = {}

    def tell(code: str, unit: int, value: str | None = None, **facts: Any) -> None:
        findings.append(CODES[code].finding(Location(field=f"{UNITS}.{unit}.sscc"), value, severities, **facts))

    for n, unit in enumerate(units, 1):
        held = unit.get("sscc") if isinstance(unit, Mapping) else None
        if held and taken.setdefault(str(held), n) != n:
            tell("sscc-twice", n, str(held), first=f"{UNITS}.{taken[str(held)]}")
    given: list[Given] = []
    for n, unit in enumerate(units, 1):
        if not _lacks(unit):
            continue
        try:
            code, serial = _next(prefix, serials, extension, taken)
        except StopIteration:
            tell("sscc-serials-out", n)
            break
        except ValueError as error:
            tell("sscc-unfit", n, prefix, problem=str(error))
            break
        taken[code] = n
        units[n - 1] = {**unit, "identifier": code, "sscc": code}
        given.append(Given(int(unit.get("ordinal") or n), code, serial))
    return Numbered({**notice, UNITS: units} if given else notice, tuple(given), tuple(findings))


def _next(prefix: str, serials: Iterator[int], extension: str, taken: Mapping[str, int]) -> tuple[str, int]:
    while True:
        serial = next(serials)
        code = sscc(prefix, serial, extension)
        if code not in taken:
            return code, serial
