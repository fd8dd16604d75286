"""Report 1: what `gateway x12 check --json` prints of a file, made from the reader's events while they come.

One JSON object a file. It is handed out in pieces and holds one transaction set at a time, so a report on a large file
takes no more memory than its largest set. `schemas/report.v1.schema.json` publishes the form; fields may be added,
never changed. What is only known at the end (size, verdict, findings of the file itself) stands at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.x12.envelope import (
    TA1,
    AcknowledgmentRead,
    Event,
    Group,
    GroupEnd,
    GroupStart,
    Interchange,
    InterchangeEnd,
    InterchangeStart,
    Noise,
    SetRead,
    TransactionSet,
)

REPORT = 1
LIMIT = 100
"""Findings listed of one set, group, interchange or file; the rest is counted."""

_text = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Counted:
    """Chunks passed on while their bytes are counted; `size` is what was read so far."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.size += len(chunk)
            yield chunk


class Tally:
    """The verdict on a file and the counts behind it, from its events; final when they ended."""

    def __init__(self) -> None:
        self.interchanges = 0
        self.groups = 0
        self.sets: dict[str, int] = {"A": 0, "E": 0, "R": 0}
        self.severities: dict[str, int] = {"error": 0, "warning": 0, "info": 0}
        self.omitted = 0
        self.refused = False

    @property
    def accepted(self) -> bool:
        """Whether there was an interchange, and nothing of the file was refused."""
        return self.interchanges > 0 and not self.refused

    @property
    def clean(self) -> bool:
        """Accepted, and without a single error: what exit code 0 says."""
        return self.accepted and not self.severities["error"] and not self.sets["E"]

    def findings(self, findings: Iterable[Finding], omitted: int = 0) -> list[Finding]:
        """Counts findings of one level; those of them that are listed come back."""
        listed = list(findings)
        for finding in listed:
            self.severities[finding.severity] += 1
        self.omitted += omitted + max(0, len(listed) - LIMIT)
        return listed[:LIMIT]

    def transaction_set(self, checked: TransactionSet) -> list[Finding]:
        """Counts a whole set; its listed findings come back."""
        self.sets[checked.accepted] += 1
        self.refused |= checked.accepted == "R"
        return self.findings(checked.findings, checked.omitted)

    def group(self, group: Group) -> list[Finding]:
        """Counts a closed group; its listed findings come back."""
        self.groups += 1
        self.refused |= group.accepted in ("P", "R")
        return self.findings(group.findings)

    def interchange(self, interchange: Interchange) -> list[Finding]:
        """Counts a closed interchange; its listed findings come back."""
        self.interchanges += 1
        self.refused |= not interchange.accepted
        return self.findings(interchange.findings)

    def note(self, event: Event) -> list[Finding]:
        """Counts what an event closes; its listed findings come back."""
        match event:
            case SetRead(_, _, transaction_set) if transaction_set.last:
                return self.transaction_set(transaction_set)
            case GroupEnd(_, group):
                return self.group(group)
            case InterchangeEnd(interchange):
                return self.interchange(interchange)
            case Noise(finding):
                self.noise(finding)
                return [finding]
        return []

    def noise(self, finding: Finding) -> None:
        """Counts a finding outside any interchange; an error there refuses the file."""
        self.severities[finding.severity] += 1
        self.refused |= finding.severity == "error"


class Report:
    """One file's report: `write` gives its JSON in pieces, `tally` the verdict once they were all taken."""

    def __init__(self, file: str, chunks: Counted) -> None:
        self.file = file
        self.chunks = chunks
        self.tally = Tally()
        self.noise: list[Finding] = []
        self.answers: list[TA1] = []
        self._interchange_open = False
        self._group_open = False
        self._first = {"interchange": True, "group": True, "set": True}

    def write(self, events: Iterable[Event]) -> Iterator[str]:
        """The pieces of one JSON object, without line breaks; `events` are those of `self.chunks`."""
        yield f'{{"report":{REPORT},"file":{_text(readable(self.file))},"interchanges":['
        for event in events:
            match event:
                case SetRead(_, group, transaction_set):
                    if transaction_set.last:
                        yield from self._open_group(group)
                        yield self._comma("set") + _text(self._set(transaction_set))
                case GroupStart(_, group):
                    yield from self._open_group(group)
                case GroupEnd(_, group):
                    yield from self._open_group(group)
                    found = self.tally.group(group)
                    yield f'],"findings":{_text(_json(found))},"accepted":"{group.accepted}"}}'
                    self._group_open = False
                case InterchangeStart(interchange):
                    yield self._comma("interchange") + _text(_header(interchange))[:-1] + ',"groups":['
                    self._first["group"] = True
                    self.answers = []
                case AcknowledgmentRead(_, ta1):
                    self.answers.append(ta1)
                case InterchangeEnd(interchange):
                    yield "]," + _text(self._trailer(interchange))[1:]
                case Noise(finding):
                    self.tally.noise(finding)
                    if len(self.noise) < LIMIT:
                        self.noise.append(finding)
                    else:
                        self.tally.omitted += 1
        tally = self.tally
        end = {"size": self.chunks.size, "accepted": tally.accepted, "findings": _json(self.noise), "findings_omitted": tally.omitted}
        yield "]," + _text(end)[1:]

    def _comma(self, level: str) -> str:
        first, self._first[level] = self._first[level], False
        return "" if first else ","

    def _open_group(self, group: Group) -> Iterator[str]:
        """The beginning of a group, unless it was written; sets outside any GS come without a GroupStart."""
        if self._group_open:
            return
        self._group_open = True
        self._first["set"] = True
        head = {
            "functional_id": group.functional_id or None,
            "control_number": group.control_number or None,
            "version": group.version or None,
        }
        yield self._comma("group") + _text(head)[:-1] + ',"transaction_sets":['

    def _set(self, checked: TransactionSet) -> dict[str, Any]:
        findings = self.tally.transaction_set(checked)
        return {
            "set": checked.id or None,
            "control_number": checked.control_number or None,
            "guide": checked.guide,
            "segments": checked.position - 1 + len(checked.segments),
            "findings": _json(findings),
            "accepted": checked.accepted,
        }

    def _trailer(self, interchange: Interchange) -> dict[str, Any]:
        findings = self.tally.interchange(interchange)
        return {
            "acknowledgments": [
                {"control_number": ta1.control_number or None, "code": ta1.code or None, "note": ta1.note or None} for ta1 in self.answers
            ],
            "findings": _json(findings),
            "accepted": interchange.accepted,
            "ta1": interchange.ta1,
        }


def readable(name: str) -> str:
    """A file's name as valid Unicode; bytes that are not UTF-8 become replacement characters."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _header(interchange: Interchange) -> dict[str, Any]:
    sender, receiver = interchange.sender, interchange.receiver
    return {
        "control_number": interchange.control_number or None,
        "sender": {"qualifier": sender[0] or None, "id": sender[1] or None},
        "receiver": {"qualifier": receiver[0] or None, "id": receiver[1] or None},
        "version": interchange.version or None,
        "usage": interchange.usage or None,
        "acknowledgment_requested": interchange.acknowledgment_requested,
    }


def _json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [finding.as_json() for finding in findings]
