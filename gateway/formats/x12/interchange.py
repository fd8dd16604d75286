"""Reads and judges the envelope: delimiters out of the ISA, the values of ISA and GS, the verdict on interchange and group.

An ISA is 106 characters of fixed width, but is read by its separators, so that a short one (copied out of a PDF) is told
exactly instead of shifting every delimiter. Nothing is guessed: without valid delimiters the interchange is not read on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gateway.edi.finding import AckCode, Code, Finding, Location
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import Delimiters, Group, Interchange, TransactionSet
from gateway.formats.x12.groups import GROUPS_OF_SET, KNOWN_GROUPS
from gateway.formats.x12.patterns import DATE_6
from gateway.formats.x12.place import element_place

_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_NAMES = (
    *("the header", "authorization qualifier", "authorization", "security qualifier", "security", "sender qualifier", "sender id"),
    *("receiver qualifier", "receiver id", "interchange date", "interchange time", "standards id or repetition separator", "version"),
    *("control number", "acknowledgment request", "usage (P, T or I)", "component separator"),
)
_NOTES = ("", "010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "016", "017", "018", "019", "020", "027")
"""TA105 (I18) of each ISA element."""
_LONGEST = 1_000
"""Characters in which the 16 separators of an ISA must be found."""
_WHOLE = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103]
"""Where they stand in one of full width."""

_DATE = re.compile(DATE_6, re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_NUMBER, _SET_ID = re.compile(r"[0-9]{1,9}"), re.compile(r"[0-9A-Z]{3}")
_NAMED = r"(?! *\n)[ -~]"
_CLEAN = re.compile(
    "\n".join(
        (
            *(r"[ -~]{2}", r"[ -~]{10}", r"[ -~]{2}", r"[ -~]{10}"),
            *(f"{_NAMED}{{2}}", f"{_NAMED}{{15}}", f"{_NAMED}{{2}}", f"{_NAMED}{{15}}"),
            *(f"(?:{DATE_6})", f"(?:{_TIME.pattern})", r"[^\n]", r"[0-9]{5}", r"[0-9]{9}", r"[01 ]", r"[PTI]"),
        )
    ),
    re.ASCII,
)
"""ISA01 to ISA15, a line each, with nothing to say about them: most are."""


@dataclass(frozen=True, slots=True)
class HeaderFinding:
    """A finding about an ISA before the interchange exists: its code, element, character in the ISA, value and facts."""

    code: Code
    element: int | None
    at: int | None
    value: str | None
    facts: dict[str, Any]


@dataclass(slots=True)
class Header:
    """What an ISA says: its elements, the delimiters, how many characters it takes, and whether reading may go on."""

    elements: list[str]
    delimiters: Delimiters
    length: int
    readable: bool = True
    wrapped: bool = False
    findings: list[HeaderFinding] = field(default_factory=list)

    def add(self, code: str, element: int | None, at: int | None, value: str | None, **facts: Any) -> None:
        """Notes a finding; an element that has a TA1 note of its own is answered by that note."""
        row = CODES[code]
        if element and row.ack and code in ("isa-width", "isa-value", "isa-value-noted"):
            row = Code(
                row.code,
                row.severity,
                row.layer,
                row.sentence,
                row.explanation,
                row.remedy,
                (AckCode("TA1", "TA105", _NOTES[element]),),
                row.case,
            )
        self.findings.append(HeaderFinding(row, element, at, value, facts))


def read_isa(text: str) -> Header:
    """The header at the front of `text`, which begins with ISA and its separator."""
    separator = text[3]
    ends: list[int] = []
    at = 3
    while len(ends) < 16 and 0 <= at < _LONGEST:
        ends.append(at)
        at = text.find(separator, at + 1, _LONGEST)
    head = text[: ends[-1] + 2]
    # a header of full width is whole, whatever its ids are called ("(ISA")
    run_on = None if ends == _WHOLE else re.search(rf"[^A-Za-z0-9 {re.escape(separator)}]\s*(?:GS|ISA){re.escape(separator)}", head)
    if len(ends) < 16 or run_on:
        count = head.count(separator, 0, run_on.start() + 1) if run_on else len(ends)
        header = Header(
            _elements(text[: run_on.start() if run_on else 106], separator), Delimiters(separator, "", "", None), 3, readable=False
        )
        header.add("isa-incomplete", None, None, None, count=min(count, 15))
        return header
    if separator not in "\r\n" and re.search(r"[\r\n]", head[:-1]):
        return Header(_elements(head, separator), Delimiters(separator, "", "", None), 3, wrapped=True)
    width = _character(text, ends[15] + 1)
    component = text[ends[15] + 1 : ends[15] + 1 + width]
    rest = text[ends[15] + 1 + width : ends[15] + 200]
    terminator = _terminator(rest, separator)
    elements = [*_elements(head[: ends[15]], separator), component]
    repetition = _repetition(elements, separator, component, terminator)
    header = Header(elements, Delimiters(separator, component, terminator, repetition), ends[15] + 1 + width + len(terminator))
    _judge_delimiters(header, rest)
    _judge_elements(header, [*ends, ends[15] + 2])
    return header


def _elements(head: str, separator: str) -> list[str]:
    return [element.strip("\r\n") for element in head.split(separator)]


def _terminator(rest: str, separator: str) -> str:
    """The terminator at the front of what follows ISA16: one character, or one that was re-saved as UTF-8 in two to four."""
    first = rest[:1]
    follows = _following(separator)
    if follows.match(rest.lstrip(first) if first else "", 0) and not first.isalnum():
        lead = ord(first) if first else 0
        if lead < 0xC2:
            return first
    width = _character(rest, 0)
    return rest[:width] if width > 1 and follows.match(rest, width) else first


@lru_cache(maxsize=256)
def _following(separator: str) -> re.Pattern[str]:
    """What begins behind an ISA."""
    return re.compile(rf"[\s\0]*(?:GS|TA1|IEA|ST){re.escape(separator)}")


def _character(text: str, at: int) -> int:
    """How many bytes the character at `at` takes: one, unless a high latin-1 delimiter was re-saved as UTF-8."""
    first = text[at : at + 1]
    width = 1 if first < "\xc2" else 2 if first < "\xe0" else 3 if first < "\xf0" else 4
    return width if all("\x80" <= c <= "\xbf" for c in text[at + 1 : at + width]) else 1


def _repetition(elements: list[str], separator: str, component: str, terminator: str) -> str | None:
    """ISA11 is a repetition separator from 00402 on, unless it is a left-over letter."""
    mark = elements[11]
    usable = len(mark) == 1 and not mark.isalnum() and mark not in (" ", separator, component, terminator)
    return mark if usable and elements[12] >= "00402" else None


def _judge_delimiters(header: Header, rest: str) -> None:
    """The element separator is no letter, digit or blank: what ISA is followed by such a one begins no interchange."""
    d, e = header.delimiters, header.elements
    if not d.segment or (d.segment.isalnum() and d.segment.isascii()) or d.segment == " " or d.segment in (d.element, d.component):
        header.add("isa-terminator", None, header.length - len(d.segment), rest[:1] or None)
        header.readable = False
    if not d.component or (d.component.isalnum() and d.component.isascii()) or d.component in (" ", d.element):
        header.add("isa-component-separator", 16, None, d.component)
        header.readable = False
    mark = e[11]
    if (e[12] >= "00402" and d.repetition is None) or ("00000" < e[12] < "00402" and mark != "U" and not mark.isalnum()):
        header.add("isa-repetition-separator", 11, None, mark)


def _judge_elements(header: Header, ends: list[int]) -> None:
    e = header.elements
    if _CLEAN.fullmatch("\n".join(e[1:16])):
        return
    for position in range(1, 17):
        value, at = e[position], ends[position - 1] + 1
        if position < 16 and len(value) != _WIDTHS[position]:
            header.add("isa-width", position, at, value, actual=len(value), expected=_WIDTHS[position])
        if position not in (11, 16) and not value.isprintable():
            header.add("isa-character", position, at, value)
    checks = (
        (6, bool(e[6].strip())),
        (8, bool(e[8].strip())),
        (5, bool(e[5].strip())),
        (7, bool(e[7].strip())),
        (12, bool(re.fullmatch(r"\d{5}", e[12].strip()))),
        (13, bool(re.fullmatch(r"\d+", e[13].strip(), re.ASCII))),
        (14, e[14].strip() in ("0", "1", "")),
        (15, e[15].strip() in ("P", "T", "I")),
        (9, bool(_DATE.fullmatch(e[9].strip()))),
        (10, bool(_TIME.fullmatch(e[10].strip()))),
    )
    for position, good in checks:
        if not good and not any(f.element == position for f in header.findings):
            code = "isa-value" if position >= 12 else "isa-value-noted"
            header.add(code, position, ends[position - 1] + 1, e[position], name=f"ISA{position:02d}, {_NAMES[position]}")


def judge_gs(group: Group) -> list[Finding]:
    """What is wrong with a GS by itself."""
    findings: list[Finding] = []
    if len(group.elements) > 9 and not any(element.strip() for element in group.elements[9:]):
        findings.append(CODES["trailing-separators"].finding(group.places[0]))
    elif len(group.elements) != 9:
        findings.append(CODES["gs-incomplete"].finding(group.places[0], count=len(group.elements) - 1))
    if not any(group.element(position) for position in (1, 2, 3)):
        return findings
    if group.functional_id not in KNOWN_GROUPS:
        findings.append(CODES["functional-id-unknown"].finding(group.places[1], group.functional_id))
    if not _NUMBER.fullmatch(group.control_number.strip()):
        findings.append(CODES["gs-value"].finding(group.places[6], group.control_number, name="GS06, group control number"))
    return findings


def judge_st(found: TransactionSet, group: Group) -> list[Finding]:
    """What is wrong with an ST by itself and in its group."""
    findings: list[Finding] = []
    if not _SET_ID.fullmatch(found.id):
        findings.append(CODES["set-id-missing"].finding(element_place(found, 0, 1), found.id))
    elif group.functional_id in KNOWN_GROUPS and group.functional_id not in GROUPS_OF_SET.get(found.id, KNOWN_GROUPS):
        findings.append(CODES["set-not-in-group"].finding(element_place(found, 0, 1), found.id, group=group.functional_id))
    if not 4 <= len(found.control_number) <= 9:
        findings.append(CODES["set-control-number-invalid"].finding(element_place(found, 0, 2), found.control_number))
    return findings


def says(count: str, actual: int) -> bool:
    """Whether a trailer's count is a number and the right one."""
    return count.isascii() and count.isdigit() and count.lstrip("0") == str(actual or "")


def compare(findings: list[Finding], code: str, value: str, expected: str, place: Location) -> None:
    """Control numbers of header and trailer: equal, equal as numbers (noted), or not."""
    if value == expected:
        return
    digits = value.isascii() and expected.isascii() and value.isdigit() and expected.isdigit()
    if digits and value.lstrip("0") == expected.lstrip("0"):
        code = "control-number-form"
    findings.append(CODES[code].finding(place, value, expected=expected))


def judge(interchange: Interchange) -> None:
    """The verdict on an interchange from its own findings: may its groups be processed, and TA104."""
    refused = any(finding.severity == "error" for finding in interchange.findings)
    interchange.accepted = interchange.accepted and interchange.complete and not refused
    noted = any(finding.severity == "warning" and any(ack.segment == "TA1" for ack in finding.ack) for finding in interchange.findings)
    interchange.ta1 = "R" if not interchange.accepted else "E" if noted else "A"


def group_verdict(group: Group) -> str:
    """AK901: R by the group's own errors or when no set is accepted, P when some are not, E when some only with errors."""
    if any(finding.severity == "error" for finding in group.findings):
        return "R"
    refused = sum(verdict == "R" for verdict in group.verdicts)
    if refused:
        return "R" if refused == len(group.verdicts) else "P"
    return "E" if "E" in group.verdicts else "A"
