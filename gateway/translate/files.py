"""One document of a file without envelope is one call: map and check, with its place in the file where anything is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead, Format
from gateway.formats.json.reader import CANONICAL
from gateway.formats.rows.codes import CODES as ROW_CODES
from gateway.formats.tree import Segment
from gateway.profiles.terms import Terms
from gateway.translate import checks
from gateway.translate.codes import CODES
from gateway.translate.mapping import Mapping
from gateway.translate.origins import ValueOrigin, origin_of, origins
from gateway.translate.outcome import Outcome, completed, context_of

DIGITS = 40
"""Of a whole number in a canonical document."""


def format_for(mapping: Mapping, terms: Terms | None = None) -> tuple[Format, Any]:
    """The format that a mapping declares, and its settings with what the agreement says instead."""
    assert mapping.format is not None
    return mapping.format, mapping.format.agreed(mapping.settings, terms.dialect if terms is not None else None)


def translate_document(
    terms: Terms | None, mapping: Mapping, document: DocumentRead, envelope: dict[str, Any] | None = None, day: date | None = None
) -> Outcome:
    """What became of one document. Nobody acknowledges such a file: the verdict is R only where it cannot be read.

    `day` is when it came: code tables hold as of the document's date, of that day where it has none.
    """
    found = tuple(document.findings)
    if not document.accepted:
        return Outcome("R", "parse", found)
    if not mapping.usable:
        problem = next(finding for finding in mapping.findings if finding.severity == "error")
        where = f"{problem.location.file}:{problem.location.line}: {problem.message}"
        return Outcome("A", "map", (*found, CODES["mapping-broken"].finding(Location(line=document.line), problem=where)))
    if mapping.canonical:
        return _canonical(terms, document, envelope)
    reading = mapping.read(document.root, context_of(terms, None, day), unread=document.unread)
    findings = (*found, *_differing(mapping, document), *(_located(finding, document) for finding in reading.findings))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "map", findings)
    documents = tuple(completed(one, envelope, reading.keys[n], n, len(reading.documents)) for n, one in enumerate(reading.documents))
    findings = (*findings, *_checked(terms, mapping, document, documents))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "check", findings)
    return Outcome("A", None, findings, documents, tuple(reading.keys))


def _whole(digits: str) -> int | str:
    """A whole number; one of more digits than any field takes stays text, which its field refuses."""
    return int(digits) if len(digits) <= DIGITS else digits


def _canonical(terms: Terms | None, read: DocumentRead, envelope: dict[str, Any] | None) -> Outcome:
    """A document that came as we keep it: nothing is mapped, all of it is checked."""
    from gateway.documents.models import from_json

    severities = terms.severities if terms is not None else None
    found = json.loads(read.root.segments[CANONICAL][0][1], parse_int=_whole, parse_float=Decimal)
    given, wrong = from_json(found if isinstance(found, dict) else {})
    findings = list(read.findings)
    kind = str(given.get("document_type"))
    if terms is not None and not wrong and kind != terms.document:
        at = read.locate(Location(field="document_type", segment=CANONICAL))
        findings.append(CODES["document-other"].finding(at, kind, severities, agreed=terms.document))
    for problem in wrong:
        said = f"{problem.field} {problem.sentence}"
        at = read.locate(Location(field=problem.field, segment=CANONICAL))
        findings.append(CODES["document-invalid"].finding(at, problem.value, severities, problem=said))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "check", tuple(findings))
    document = completed(given, envelope, None, 0, 1)
    facts, tolerances = (terms.agreement_facts, terms.tolerances) if terms is not None else ({}, {})
    findings += checks.told(document, facts, tolerances, severities, lambda name: read.locate(Location(field=name, segment=CANONICAL)))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "check", tuple(findings))
    return Outcome("A", None, tuple(findings), (document,), (None,))


def _differing(mapping: Mapping, document: DocumentRead) -> list[Finding]:
    """Values of rows that hold for the whole document and differ between its rows."""
    findings: list[Finding] = []
    records = mapping.format.records(mapping.settings) if mapping.format is not None else {}
    for kind, entries in mapping.compiled().cover.segments.items() if records else ():
        read = sorted({element for _, elements in entries for element in elements})
        first: Segment | None = None
        for loop in document.root.loops.get(kind, ()):
            segment = loop.segments[kind][0]
            if first is None:
                first = segment
                continue
            for element in read:
                value, known = (one[element] if len(one) > element else "" for one in (segment, first))
                if value != known and value:
                    position = segment.position + 1 if hasattr(segment, "position") else None
                    at = document.locate(Location(segment=kind, segment_position=position, element=element))
                    findings.append(ROW_CODES["row-differs"].finding(at, value, column=at.field, first=known or "nothing"))
    return findings


def _located(finding: Finding, document: DocumentRead) -> Finding:
    """The finding at its place in the file."""
    return replace(finding, location=document.locate(finding.location))


def _checked(terms: Terms | None, mapping: Mapping, document: DocumentRead, documents: tuple[dict[str, Any], ...]) -> list[Finding]:
    from gateway.documents.models import problems

    known: list[list[ValueOrigin]] = []
    facts = mapping.facts(terms.agreement_facts if terms is not None else {})
    tolerances, severities = (terms.tolerances, terms.severities) if terms is not None else ({}, None)

    def place(number: int, name: str) -> Location:
        if not known:
            known.extend(origins(mapping, document.root, context_of(terms)))
        origin = origin_of(known[number], name) if number < len(known) else None
        return origin.location() if origin is not None else Location(line=document.line, field=name)

    findings: list[Finding] = []
    for n, one in enumerate(documents):
        wrong = problems(one)
        for problem in wrong:
            said = f"{problem.field} {problem.sentence}"
            findings.append(CODES["document-invalid"].finding(place(n, problem.field), problem.value, severities, problem=said))
        if not wrong:
            findings += checks.told(one, facts, tolerances, severities, partial(place, n))
    return [_located(finding, document) for finding in findings]
