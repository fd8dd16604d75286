"""One document of a delimited file is one call: map and check, with row and column where anything is wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.delimited.codes import CODES as ROW_CODES
from gateway.formats.delimited.dialect import ROW, Dialect, dialect_of
from gateway.formats.delimited.reader import DocumentRead
from gateway.formats.tree import Segment
from gateway.profiles.terms import Terms
from gateway.translate import checks
from gateway.translate.codes import CODES
from gateway.translate.mapping import Mapping
from gateway.translate.origins import ValueOrigin, origin_of, origins
from gateway.translate.outcome import Outcome, completed, context_of


def dialect_for(mapping: Mapping, terms: Terms | None = None) -> Dialect:
    """The dialect that a mapping declares, with what the agreement says instead."""
    dialect, _ = dialect_of(mapping.rules.format or {})
    return dialect.under(terms.dialect if terms is not None else None)


def translate_rows(terms: Terms | None, mapping: Mapping, document: DocumentRead, envelope: dict[str, Any] | None = None) -> Outcome:
    """What became of the rows of one document. Nobody acknowledges a delimited file: the verdict is R only where it cannot be read."""
    dialect = dialect_for(mapping, terms)
    found = tuple(document.findings)
    if not document.accepted:
        return Outcome("R", "parse", found)
    if not mapping.usable:
        problem = next(finding for finding in mapping.findings if finding.severity == "error")
        where = f"{problem.location.file}:{problem.location.line}: {problem.message}"
        return Outcome("A", "map", (*found, CODES["mapping-broken"].finding(Location(line=document.line), problem=where)))
    reading = mapping.read(document.root, context_of(terms))
    findings = (*found, *_differing(mapping, document, dialect), *(_located(finding, dialect) for finding in reading.findings))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "map", findings)
    documents = tuple(completed(one, envelope, reading.keys[n], n, len(reading.documents)) for n, one in enumerate(reading.documents))
    findings = (*findings, *_checked(terms, mapping, document, dialect, documents))
    if any(finding.severity == "error" for finding in findings):
        return Outcome("A", "check", findings)
    return Outcome("A", None, findings, documents, tuple(reading.keys))


def _differing(mapping: Mapping, document: DocumentRead, dialect: Dialect) -> list[Finding]:
    """Values that hold for the whole document and differ between its rows."""
    findings: list[Finding] = []
    for kind, entries in mapping.compiled().cover.segments.items():
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
                    finding = ROW_CODES["csv-header-differs"].finding(
                        Location(
                            segment=kind, segment_position=segment.position + 1 if hasattr(segment, "position") else None, element=element
                        ),
                        value,
                        column=_column(dialect, kind, element),
                        first=known or "nothing",
                    )
                    findings.append(_located(finding, dialect))
    return findings


def _column(dialect: Dialect, kind: str, element: int) -> str:
    names = dialect.names(kind)
    return names[element - 1] if 0 < element <= len(names) else str(element)


def _located(finding: Finding, dialect: Dialect) -> Finding:
    """The finding with line, column and the column's name, in place of segment and element."""
    at = finding.location
    if at.segment_position is None:
        return finding
    kind, element = at.segment or ROW, at.element or 0
    name = _column(dialect, kind, element) if element else at.field
    return replace(finding, location=Location(line=at.segment_position, column=element or None, field=name))


def _checked(
    terms: Terms | None, mapping: Mapping, document: DocumentRead, dialect: Dialect, documents: tuple[dict[str, Any], ...]
) -> list[Finding]:
    from gateway.documents.models import problems

    known: list[list[ValueOrigin]] = []
    facts, tolerances, severities = (terms.agreement_facts, terms.tolerances, terms.severities) if terms is not None else ({}, {}, None)

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
    return [_located(finding, dialect) for finding in findings]
