"""Answers what was received: TA1 for an interchange, 997 or 999 for a group, made from the same findings that people read.

An answer is a plain JSON-able value (`answer`, `group_answer`, `set_answer`), kept with its numbers and time, so that
writing it again gives the same bytes. Sources: X12.56 (TA1), 997 and 999 of 004010 and 005010; rules in AGREEMENTS
"Verdicts and answers".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from gateway.edi.finding import AckCode, Finding
from gateway.formats.x12 import advice
from gateway.formats.x12.echo import joined, numeric, plain, taken
from gateway.formats.x12.envelope import Delimiters, Group, Interchange, TransactionSet

CODES_AT_MOST = 5
"""AK502-06 and AK905-09."""
ELEMENTS_AT_MOST = 99
"""AK4 under one AK3."""
VALUE_AT_MOST = 99
"""Characters of AK404."""

_ILLEGAL_DELIMITERS = frozenset(("isa-incomplete", "isa-terminator", "isa-component-separator"))
"""Findings after which an answer is written with delimiters of our own."""

_USAGES = ("P", "T", "I")

Answer = dict[str, Any]


class Policy(Protocol):
    """What an agreement says about answering (`profiles.terms.AnswerTerms`)."""

    @property
    def form(self) -> str:
        """997, 999 or none."""

    @property
    def detail(self) -> str:
        """set, segment or element."""

    @property
    def ta1(self) -> str:
        """isa14, always, errors or never."""

    @property
    def report_warnings(self) -> bool:
        """Whether warnings appear in AK3 and AK4."""

    @property
    def accept_with_errors(self) -> bool:
        """Whether the partner takes E."""

    @property
    def refuse_on(self) -> str:
        """syntax, or guide: the partner's guide refuses too."""


class Standard:
    """The policy without an agreement: a 997 in full detail, TA1 where ISA14 asks, errors of syntax refuse."""

    form = "997"
    detail = "element"
    ta1 = "isa14"
    report_warnings = False
    accept_with_errors = True
    refuse_on = "syntax"


STANDARD: Policy = Standard()


def verdict(findings: Iterable[Finding], policy: Policy = STANDARD) -> str:
    """AK501 for a set's findings: R, E where something is reported and the partner takes E, else A."""
    findings = list(findings)
    if any(_refuses(finding, policy) for finding in findings):
        return "R"
    return "E" if policy.accept_with_errors and any(_reported(finding, policy) for finding in findings) else "A"


def _refuses(finding: Finding, policy: Policy) -> bool:
    return finding.severity == "error" and (finding.layer == "syntax" or (finding.layer == "guide" and policy.refuse_on == "guide"))


def _reported(finding: Finding, policy: Policy) -> bool:
    return _refuses(finding, policy) or (
        finding.severity == "warning" and finding.layer != "business" and policy.report_warnings and bool(finding.ack)
    )


def set_answer(found: TransactionSet, policy: Policy = STANDARD) -> Answer:
    """What AK2 to AK5 say of one set, by its verdict and findings."""
    refused = found.accepted == "R"
    shown = [f for f in found.findings if _reported(f, policy) and (refused or found.accepted == "E")]
    notes = list(dict.fromkeys(ack.code for f in shown for ack in f.ack if ack.segment == "AK5"))
    return {
        "set": found.id,
        "control_number": found.control_number,
        "code": found.accepted,
        "notes": notes[:CODES_AT_MOST] or (["5"] if refused else []),
        "segments": [] if policy.detail == "set" else _segments(shown, policy.detail == "element"),
    }


def _segments(findings: list[Finding], with_elements: bool) -> list[Answer]:
    rows: dict[tuple[int, str, str], Answer] = {}
    for finding in findings:
        at = finding.location
        code = next((ack.code for ack in finding.ack if ack.segment == "AK3"), None)
        if code is None or at.segment_position is None:
            continue
        row = rows.setdefault(
            (at.segment_position, at.segment or "", code),
            {"segment": at.segment or "", "position": at.segment_position, "code": code, "elements": []},
        )
        element = next((ack.code for ack in finding.ack if ack.segment == "AK4"), None)
        if element is not None and with_elements and len(row["elements"]) < ELEMENTS_AT_MOST:
            row["elements"].append(
                {
                    "position": at.element,
                    "component": at.component,
                    "repetition": at.repetition,
                    "element": at.element_id,
                    "code": element,
                    "value": finding.value,
                }
            )
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0], key[2]))]


def group_answer(group: Group, sets: list[Answer]) -> Answer:
    """What AK1 and AK9 say of a group, with the answers of its sets."""
    notes = list(dict.fromkeys(ack.code for f in group.findings for ack in f.ack if ack.segment == "AK9" and f.severity != "info"))
    return {
        "functional_id": group.functional_id,
        "control_number": group.control_number,
        "version": group.version,
        "code": group.accepted,
        "declared": group.declared_count or str(group.set_count),
        "received": group.set_count,
        "accepted": 0 if group.accepted == "R" else group.accepted_count,
        "notes": notes[:CODES_AT_MOST],
        "sets": sets,
    }


def ta1_owed(interchange: Interchange, policy: Policy = STANDARD) -> bool:
    """Whether an interchange is answered by a TA1; one that only carries TA1s never is (see `only_answers`)."""
    if policy.ta1 == "errors":
        return interchange.ta1 != "A"
    return policy.ta1 == "always" or (policy.ta1 == "isa14" and interchange.acknowledgment_requested)


def ta1_answer(interchange: Interchange) -> Answer:
    """What a TA1 says of an interchange: its number, date and time, A E or R, and the first reason (I18)."""
    ranked = sorted(
        (f for f in interchange.findings if any(ack.segment == "TA1" for ack in f.ack)),
        key=lambda f: (f.severity != "error", f.code != "iea-missing"),
    )
    note = next((ack.code for f in ranked if f.severity != "info" for ack in f.ack if ack.segment == "TA1"), "000")
    return {
        "control_number": interchange.control_number,
        "date": interchange.element(9),
        "time": interchange.element(10),
        "code": interchange.ta1,
        "note": note if interchange.ta1 != "A" else "000",
    }


def envelope_back(interchange: Interchange, group: Group | None) -> Answer:
    """The envelope of an answer as the received one mirrored: for answers without an agreement, and its defaults."""
    sender, receiver = interchange.sender, interchange.receiver
    legal = not any(finding.code in _ILLEGAL_DELIMITERS for finding in interchange.findings)
    d = interchange.delimiters if legal else Delimiters()
    return {
        "sender": [receiver[0] or "ZZ", receiver[1]],
        "receiver": [sender[0] or "ZZ", sender[1]],
        "gs_sender": group.element(3) if group else "",
        "gs_receiver": group.element(2) if group else "",
        "version": interchange.version if interchange.version.isdecimal() and len(interchange.version) == 5 else "00401",
        "usage": interchange.usage if interchange.usage in _USAGES else "P",
        "element": d.element or "*",
        "component": d.component or ">",
        "segment": d.segment or "~",
        "repetition": d.repetition,
        "line_end": "\n" if d.segment == "~" else "",
    }


def answer(form: str, envelope: Answer, *, ta1: Answer | None = None, group: Answer | None = None) -> Answer:
    """One answer: a TA1 alone, a 997 or 999 for one group, or a group's answer with the TA1 in front."""
    return {"answer": 1, "form": form, "envelope": envelope, "ta1": ta1, "group": group}


def write(what: Answer, isa_number: int, gs_number: int | None, at: datetime) -> bytes:
    """The interchange that carries an answer; the same value, numbers and time give the same bytes."""
    envelope = what["envelope"]
    separator, end = envelope["element"], envelope["segment"] + envelope["line_end"]
    segments = [_isa(envelope, isa_number, at)]
    if what["ta1"]:
        ta1 = what["ta1"]
        # where an ISA was cut wrongly its elements are of any length, and may hold another ISA
        told = (ta1["control_number"].rjust(9, "0")[:9], ta1["date"][:6], ta1["time"][:4], ta1["code"], ta1["note"])
        segments.append(separator.join(["TA1", *(plain(value, envelope) for value in told)]))
    if what["group"]:
        segments += _group(what, envelope, gs_number, at)
    segments.append(separator.join(["IEA", "1" if what["group"] else "0", f"{isa_number:09d}"]))
    return "".join(segment + end for segment in segments).encode("latin-1", "replace")


def _group(what: Answer, envelope: Answer, gs_number: int | None, at: datetime) -> list[str]:
    """GS to GE: one 997 or 999 in a group FA, or an 824 for each set that it tells of in a group AG."""
    separator, form, number = envelope["element"], what["form"], str(gs_number)
    if form == advice.FORM:
        functional_id, bodies = advice.GROUP, advice.bodies(what["group"], envelope, number, at)
    else:
        functional_id, bodies = "FA", [_body(form, what["group"], envelope)]
    ends = (plain(envelope["gs_sender"], envelope), plain(envelope["gs_receiver"], envelope))
    moment = (at.strftime("%Y%m%d"), at.strftime("%H%M"))
    lines = [separator.join(["GS", functional_id, *ends, *moment, number, "X", _gs08(form, what["group"]["version"])])]
    for count, body in enumerate(bodies, 1):
        lines += [separator.join(["ST", form, f"{count:04d}"]), *body, separator.join(["SE", str(len(body) + 2), f"{count:04d}"])]
    lines.append(separator.join(["GE", str(len(bodies)), number]))
    return lines


def _isa(envelope: Answer, number: int, at: datetime) -> str:
    repetition = envelope["repetition"] or "^"
    others = (envelope["element"], envelope["component"], envelope["segment"])
    mark = (repetition if repetition not in others else "U") if envelope["version"] >= "00402" else "U"
    elements = ["ISA", "00", " " * 10, "00", " " * 10]
    for qualifier, name in (envelope["sender"], envelope["receiver"]):
        elements += [plain(qualifier, envelope)[:2].ljust(2), plain(name, envelope)[:15].ljust(15)]
    elements += [at.strftime("%y%m%d"), at.strftime("%H%M")]
    elements += [mark, envelope["version"], f"{number:09d}", "0", envelope["usage"], envelope["component"]]
    return str(envelope["element"]).join(elements)


def _gs08(form: str, version: str) -> str:
    if form == "999":
        return "005010"
    return version[:6] if len(version) >= 6 and numeric(version[:6]) else "004010"


def _body(form: str, group: Answer, envelope: Answer) -> list[str]:
    separator = envelope["element"]
    names = {"AK3": "IK3", "AK4": "IK4", "AK5": "IK5"} if form == "999" else {}
    with_version = form == "999" or _gs08(form, group["version"]) >= "005010"
    first = ["AK1", plain(group["functional_id"], envelope), plain(group["control_number"], envelope)]
    lines = [separator.join([*first, plain(group["version"], envelope)] if with_version else first)]
    for one in group["sets"]:
        lines.append(separator.join(["AK2", plain(one["set"], envelope), plain(one["control_number"], envelope)]))
        for segment in one["segments"]:
            lines.append(
                joined(
                    [names.get("AK3", "AK3"), plain(segment["segment"], envelope), str(segment["position"]), "", segment["code"]],
                    separator,
                )
            )
            lines += [_ak4(element, names.get("AK4", "AK4"), envelope) for element in segment["elements"]]
        lines.append(separator.join([names.get("AK5", "AK5"), one["code"], *one["notes"]]))
    counts = [group["declared"] if numeric(group["declared"]) else str(group["received"]), str(group["received"]), str(group["accepted"])]
    lines.append(separator.join(["AK9", group["code"], *counts, *group["notes"]]))
    return lines


def _ak4(element: Answer, name: str, envelope: Answer) -> str:
    place = str(element["position"])
    if element["component"] or element["repetition"]:
        place += envelope["component"] + str(element["component"] or "")
        if element["repetition"] and envelope["version"] >= "00402":
            place += envelope["component"] + str(element["repetition"])
        place = place.rstrip(envelope["component"])
    value = (element["value"] or "")[:VALUE_AT_MOST]
    hidden = element["code"] == "6" or any(mark in value for mark in taken(envelope)) or not value.isprintable()
    number = element["element"] or ""
    return joined([name, place, number if numeric(number) else "", element["code"], "" if hidden else value.strip()], envelope["element"])


def only_answers(group_ids: Iterable[str]) -> bool:
    """Whether an interchange holds nothing but acknowledgments (groups FA, or none): it is never answered by a 997."""
    return all(functional_id == "FA" for functional_id in group_ids)


__all__ = [
    "AckCode",
    "Answer",
    "Delimiters",
    "answer",
    "envelope_back",
    "group_answer",
    "only_answers",
    "set_answer",
    "ta1_answer",
    "ta1_owed",
    "verdict",
    "write",
]
