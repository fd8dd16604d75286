"""Application advice (824): what the partner is told of sets that could be read and are not taken, from the findings that people read.

An advice is a plain JSON-able value as acknowledgments are, and is written by `acknowledgment.write`: one 824 a set, in a
group AG of its own. Sources: 824 of 004010 and 005010; element 647 for the reasons.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.x12.echo import joined, numeric, plain, taken
from gateway.formats.x12.envelope import Group, TransactionSet

FORM = "824"
GROUP = "AG"
REJECTED = "TR"
"""OTI01: the whole set is not taken."""
FINDINGS_AT_MOST = 100
TEXT_AT_MOST = 60
"""Characters of TED02."""
NOTE_AT_MOST = 80
"""Characters of NTE02, of which TED has up to a hundred."""
NOTES_AT_MOST = 5
MESSAGE_AT_MOST = NOTES_AT_MOST * NOTE_AT_MOST
VALUE_AT_MOST = 99
"""Characters of TED07."""

OURS = frozenset(("mapping-broken", "guide-none", "no-mapping", "guide-missing", "second-opinion"))
"""Findings about us and not about what was sent: nobody else is told."""

_REASONS = {
    "007": "value-required element-missing element-needed segment-missing qualifier-missing",
    "009": "date-invalid time-invalid bad-date bad-time",
    "010": "total-differs line-count hash-total schedule-sum schedules-differ statuses-exceed contents-differ remittance-differs"
    " units-differ segment-count set-count",
    "011": "document-without-first hierarchy-refused hl-parent-missing hl-own-parent value-ambiguous",
    "012": "elements-exclude",
    "DUP": "document-conflicting hl-duplicate duplicate-set",
}
_REASON = {code: reason for reason, codes in _REASONS.items() for code in codes.split()}
INCORRECT = "848"
"""Element 647 where no narrower reason is known: incorrect data."""

_NUMBERS = {
    "850": ("BEG", 3, "PO"),
    "855": ("BAK", 3, "PO"),
    "856": ("BSN", 2, "SI"),
    "860": ("BCH", 3, "PO"),
    "865": ("BCA", 3, "PO"),
    "810": ("BIG", 2, "IV"),
    "846": ("BIA", 3, "TN"),
    "940": ("W05", 2, "TN"),
    "943": ("W06", 2, "TN"),
    "944": ("W17", 3, "TN"),
    "945": ("W06", 2, "TN"),
    "214": ("B10", 2, "TN"),
}
"""Where the sender's own number of a document stands, and its qualifier (element 128)."""

Advice = dict[str, Any]


def told(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that an advice tells: errors in what was sent."""
    return [f for f in findings if f.severity == "error" and f.location.file is None and f.code not in OURS][:FINDINGS_AT_MOST]


def set_advice(found: TransactionSet, findings: Sequence[Finding]) -> Advice:
    """What one 824 says of a set: which it was, by its numbers and by its sender's own, and each finding with its place."""
    qualifier, number = _reference(found)
    return {
        "set": found.id,
        "control_number": found.control_number,
        "number": found.number,
        "qualifier": qualifier,
        "reference": number,
        "code": REJECTED,
        "findings": [
            {
                "reason": _REASON.get(finding.code, INCORRECT),
                "message": finding.message,
                "segment": finding.location.segment or "",
                "position": finding.location.segment_position,
                "element": finding.location.element,
                "component": finding.location.component,
                "element_id": finding.location.element_id,
                "value": finding.value,
            }
            for finding in findings
        ],
    }


def settled_set(set_id: str, control_number: str, number: int, reference: str | None, findings: Sequence[dict[str, Any]]) -> Advice:
    """What one 824 says of a set that was translated and is not taken beside what came before it (sent twice with other content)."""
    qualifier = _NUMBERS.get(set_id, ("", 0, "TN"))[2] if reference else "TN"
    return {
        "set": set_id,
        "control_number": control_number,
        "number": number,
        "qualifier": qualifier,
        "reference": reference or control_number,
        "code": REJECTED,
        "findings": [
            {
                "reason": _REASON.get(found["code"], INCORRECT),
                "message": found["message"],
                "segment": "",
                "position": None,
                "element": None,
                "component": None,
                "element_id": None,
                "value": found["value"],
            }
            for found in findings
        ],
    }


def _reference(found: TransactionSet) -> tuple[str, str]:
    segment, element, qualifier = _NUMBERS.get(found.id, ("ST", 2, "TN"))
    for raw in found.segments[:3]:
        elements = raw.split(found.delimiters.element)
        if elements[0] == segment and len(elements) > element and elements[element].strip():
            return qualifier, elements[element].strip()[:30]
    return "TN", found.control_number


def group_advice(group: Group, interchange: str, sets: Sequence[Advice]) -> Advice:
    """What the 824s of a group have in common, with what each says of its set."""
    return {
        "functional_id": group.functional_id,
        "control_number": group.control_number,
        "version": group.version,
        "sender": group.element(2),
        "receiver": group.element(3),
        "date": group.element(4),
        "time": group.element(5),
        "interchange": interchange,
        "code": REJECTED,
        "sets": list(sets),
    }


def bodies(group: Advice, envelope: Advice, number: str, at: datetime) -> list[list[str]]:
    """The segments of each 824 between ST and SE."""
    return [_body(group, one, envelope, f"{number}-{count:04d}", at) for count, one in enumerate(group["sets"], 1)]


def _body(group: Advice, one: Advice, envelope: Advice, reference: str, at: datetime) -> list[str]:
    separator = envelope["element"]
    # dates have had eight digits since 004010
    day = at.strftime("%Y%m%d" if not group["version"].startswith("003") else "%y%m%d")
    original = [
        one["code"],
        one["qualifier"],
        one["reference"] or "0",
        group["sender"] if 2 <= len(group["sender"]) <= 15 else "",
        group["receiver"] if 2 <= len(group["receiver"]) <= 15 else "",
        group["date"] if numeric(group["date"]) and len(group["date"]) == len(day) else "",
        group["time"] if numeric(group["time"]) and len(group["time"]) >= 4 else "",
        *((group["control_number"], one["control_number"]) if numeric(group["control_number"]) else ("", "")),
        one["set"],
        group["version"][:12],
    ]
    lines = [
        separator.join(["BGN", "11", reference, day, at.strftime("%H%M")]),
        joined(["OTI", *(plain(value, envelope) for value in original)], separator),
    ]
    if group["interchange"]:
        lines.append(separator.join(["REF", "F8", plain(group["interchange"], envelope), "Interchange control number"]))
    composite = numeric(group["version"][:6]) and group["version"] >= "004030"
    for finding in one["findings"]:
        lines += _finding(finding, envelope, composite)
    return lines


def _finding(finding: Advice, envelope: Advice, composite: bool) -> list[str]:
    """TED with the reason, its words and its place; what TED02 has no room for stands whole in notes behind it."""
    separator = envelope["element"]
    place = f"{finding['segment']}{finding['element'] or 0:02d} " if finding["segment"] and finding["element"] else ""
    place = place or (f"{finding['segment']} " if finding["segment"] else "")
    words = " ".join(plain(place + finding["message"].replace("…", "..."), envelope, MESSAGE_AT_MOST).split())
    if not words.isascii():
        words = words.encode("ascii", "replace").decode()
    pieces = textwrap.wrap(words, NOTE_AT_MOST) if len(words) > TEXT_AT_MOST else []
    first = textwrap.shorten(words, TEXT_AT_MOST, placeholder="...") if pieces else words
    value = (finding["value"] or "")[:VALUE_AT_MOST].strip()
    hidden = not value.isprintable() or any(mark in value for mark in taken(envelope))
    known = str(finding["element_id"] or "")
    elements = [
        "TED",
        finding["reason"],
        first or "Not as agreed",
        plain(finding["segment"], envelope)[:3],
        "" if finding["position"] is None else str(finding["position"]),
        _element(finding, envelope, composite),
        known if numeric(known) else "",
        "" if hidden else value,
    ]
    return [joined(elements, separator), *(separator.join(["NTE", "ERN", piece]) for piece in pieces[:NOTES_AT_MOST])]


def _element(finding: Advice, envelope: Advice, composite: bool) -> str:
    """TED05: an element's number, with its component where the version has a composite here (since 004030)."""
    if not finding["element"]:
        return ""
    inner = finding["component"] if composite else None
    return f"{finding['element']}{envelope['component']}{inner}" if inner else str(finding["element"])
