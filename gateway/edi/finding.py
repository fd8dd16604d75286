"""Findings: something wrong with data or terms, as a value with a place, a sentence and a remedy.

A wrong file never raises; it collects findings. `Halt` is the one exception, for when there is nothing to go on with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Layer = Literal["syntax", "guide", "business"]

VALUE_LIMIT = 80
"""Characters of an offending value that a finding keeps; the rest stays in the archived file."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where in what was received (or in which file of ours) a finding stands; None where not known.

    Positions are as the X12 acknowledgments count them: `segment_position` in the set with ST = 1 (AK302),
    `element`, `component` and `repetition` from 1 (AK401). `segment_ordinal` counts in the whole file from 1,
    `offset` and `length` are bytes in the file, `line` and `column` are from 1. `field` names a column of a delimited
    file, an XPath, a dotted path of a document or a key of a YAML file; `file` names a file of ours (profile, mapping).
    In a spreadsheet `line` and `column` are row and column of the sheet called `sheet`.
    """

    segment: str | None = None
    segment_position: int | None = None
    segment_ordinal: int | None = None
    loop: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    element_id: str | None = None
    offset: int | None = None
    length: int | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    file: str | None = None
    sheet: str | None = None


NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class AckCode:
    """One place of an acknowledgment that a finding goes to, such as AK4, AK403, 7."""

    segment: str
    element: str
    code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with data or terms: `message` says place, fact and expectation; `remedy` what to do."""

    code: str
    severity: Severity
    layer: Layer
    message: str
    remedy: str
    location: Location = NOWHERE
    value: str | None = None
    ack: tuple[AckCode, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding as report 1 publishes it: every key present, null where not known."""
        at = self.location
        return {
            "code": self.code,
            "severity": self.severity,
            "layer": self.layer,
            "message": self.message,
            "remedy": self.remedy,
            "segment": at.segment,
            "segment_position": at.segment_position,
            "segment_ordinal": at.segment_ordinal,
            "loop": at.loop,
            "element": at.element,
            "component": at.component,
            "repetition": at.repetition,
            "element_id": at.element_id,
            "value": self.value,
            "offset": at.offset,
            "length": at.length,
            "line": at.line,
            "column": at.column,
            "field": at.field,
            "file": at.file,
            **({"sheet": at.sheet} if at.sheet else {}),
            "ack": [{"segment": a.segment, "element": a.element, "code": a.code} for a in self.ack],
        }


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a room's table of finding codes; `gateway explain` prints it and acknowledgments read it.

    `sentence` is a format string over the facts given to `finding`; `explanation` says why it matters and when it
    fires; `remedy` what to do; `ack` the places of TA1, 997 or 999 it goes to; `case` the sample or test that shows it.
    """

    code: str
    severity: Severity
    layer: Layer
    sentence: str
    explanation: str
    remedy: str
    ack: tuple[AckCode, ...] = ()
    case: str = ""

    def finding(
        self,
        location: Location = NOWHERE,
        value: str | None = None,
        severities: Mapping[str, Severity] | None = None,
        **facts: Any,
    ) -> Finding:
        """A finding of this code at a place; `severities` are the agreement's own, `facts` fill the sentence."""
        severity = severities.get(self.code, self.severity) if severities else self.severity
        shown = None if value is None else value[:VALUE_LIMIT]
        message = self.sentence.format(value=quoted(value), **facts)
        return Finding(
            self.code, severity, self.layer, message, self.remedy.format(value=quoted(value), **facts), location, shown, self.ack
        )


def cell_name(column: int, row: int) -> str:
    """A place in a sheet as spreadsheets call it: C7."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def quoted(value: str | None) -> str:
    """A value as it stands in a sentence: quoted, control characters escaped, cut at 40 characters."""
    if value is None:
        return "nothing"
    cut = value if len(value) <= 40 else value[:39] + "…"
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f"'{shown}'"


class Halt(Exception):
    """There is nothing to go on with: no readable envelope, no agreement. Carries the finding that says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
