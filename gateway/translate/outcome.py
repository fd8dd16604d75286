"""One set is one call: validate, map, check. No ports, no clock; picklable both ways, so it runs inline, in a pool or in a child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Facts
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from gateway.edi.finding import Finding, Location, Severity
from gateway.edi.states import Verb
from gateway.formats.tree import Loop
from gateway.formats.x12.acknowledgment import STANDARD, Policy, verdict
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.form import Form
from gateway.formats.x12.place import element_place, segment_place
from gateway.formats.x12.tree import Long, tree
from gateway.profiles.guide import Guide
from gateway.profiles.terms import Terms
from gateway.translate import checks
from gateway.translate.codes import CODES
from gateway.translate.mapping import Mapping, Reading
from gateway.translate.origins import ValueOrigin, origin_of, origins
from gateway.translate.runtime import Context


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one set.

    `verdict` is what the acknowledgment says (A, E, R). `verb` is where the set is held: validate, map or check, with no
    documents; None where it goes on. `keys` tell the documents of a split set apart (None: one set, one document).
    """

    verdict: str
    verb: Verb | None
    findings: tuple[Finding, ...]
    documents: tuple[dict[str, Any], ...] = ()
    keys: tuple[str | None, ...] = ()


def translate_set(
    terms: Terms | None,
    guide: Guide,
    mapping: Mapping | None,
    transaction_set: TransactionSet,
    envelope: dict[str, Any] | None = None,
    day: date | None = None,
) -> Outcome:
    """The outcome of one set under the terms of its agreement (None: the standard's); `envelope` goes into its documents.

    `day` is when it was sent or came: code tables hold as of the document's date, of that day where it has none.
    """
    severities = terms.severities if terms is not None else None
    policy: Policy = terms.answer if terms is not None else STANDARD
    if mapping is not None and mapping.usable:
        reading = mapping.recognised(guide, transaction_set, context_of(terms, transaction_set, day))
        if reading is not None:
            transaction_set.accepted = said = verdict((), policy)
            return _documents(terms, guide, mapping, transaction_set, envelope, said, reading, ())
    validate(guide, transaction_set, severities)
    said = verdict(transaction_set.findings, policy)
    transaction_set.accepted = said
    found = tuple(transaction_set.findings)
    if said == "R" or _errors(found):
        return Outcome(said, "validate", found)
    if mapping is None:
        return Outcome(said, "map", (*found, _about(transaction_set, "guide-none")))
    if not mapping.usable:
        problem = next(finding for finding in mapping.findings if finding.severity == "error")
        where = f"{problem.location.file}:{problem.location.line}: {problem.message}"
        return Outcome(said, "map", (*found, _about(transaction_set, "mapping-broken", problem=where)))
    return _mapped(terms, guide, mapping, transaction_set, envelope, said, found, day)


def _mapped(
    terms: Terms | None,
    guide: Guide,
    mapping: Mapping,
    transaction_set: TransactionSet,
    envelope: dict[str, Any] | None,
    said: str,
    found: tuple[Finding, ...],
    day: date | None,
) -> Outcome:
    charset = terms.charset if terms is not None and terms.charset != "auto" else None
    watch = mapping.watch(guide)
    long: Long = []
    root = trimmed(tree(guide, transaction_set, charset, watch=watch.limits if watch is not None else None, long=long), transaction_set)
    reading = mapping.read(root, context_of(terms, transaction_set, day), long=long, watch=watch)
    root.close()
    if not reading.placed:  # something is wrong: once more, with places
        placed = trimmed(tree(guide, transaction_set, charset, placed=True), transaction_set)
        reading = mapping.read(placed, context_of(terms, transaction_set, day))
    elif not found:
        mapping.remember(guide, transaction_set)
    return _documents(terms, guide, mapping, transaction_set, envelope, said, reading, found)


def _documents(
    terms: Terms | None,
    guide: Guide,
    mapping: Mapping,
    transaction_set: TransactionSet,
    envelope: dict[str, Any] | None,
    said: str,
    reading: Reading,
    found: tuple[Finding, ...],
) -> Outcome:
    """check: what was read, held against the document's model and its own arithmetic."""
    charset = terms.charset if terms is not None and terms.charset != "auto" else None
    findings = (*found, *(located(finding, transaction_set) for finding in reading.findings))
    if _errors(findings):
        return Outcome(said, "map", findings)
    documents = tuple(
        completed(document, envelope, reading.keys[n], n, len(reading.documents)) for n, document in enumerate(reading.documents)
    )
    findings = (*findings, *_checked(terms, guide, mapping, transaction_set, documents, charset, reading.forms))
    if _errors(findings):
        return Outcome(said, "check", findings)
    return Outcome(said, None, findings, documents, tuple(reading.keys))


def context_of(terms: Terms | None, transaction_set: TransactionSet | None = None, day: date | None = None) -> Context:
    """What a mapping may know besides the tree."""
    facts: Facts[str, Any] = {}
    severities: Facts[str, Severity] | None = None
    if terms is not None:
        facts = {"partner": terms.partner_facts, "us": terms.us_facts, "agreement": terms.agreement_facts}
        severities = terms.severities
    context = Context(terms=facts, severities=severities, on=day)
    if transaction_set is not None:
        context.component = transaction_set.delimiters.component
        context.repetition = transaction_set.delimiters.repetition
    return context


def completed(document: dict[str, Any], envelope: dict[str, Any] | None, key: str | None, number: int, count: int) -> dict[str, Any]:
    """A mapped document with what the translation itself knows: schema, envelope, which part of a split set it is."""
    from gateway.documents.document import SCHEMA_VERSION

    whole: dict[str, Any] = {"document_type": document["document_type"], "schema_version": SCHEMA_VERSION, **document}
    if key is not None and count > 1:
        envelope = {**(envelope or {}), "part": f"{number + 1}/{count}"}
    if envelope:
        whole["envelope"] = {**whole.get("envelope", {}), **envelope}
    return whole


def _errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _about(transaction_set: TransactionSet, code: str, **facts: Any) -> Finding:
    return CODES[code].finding(segment_place(transaction_set, 0), **facts)


def trimmed(root: Loop, transaction_set: TransactionSet) -> Loop:
    """The tree without blanks at the end of elements, which X12 says nobody means; most sets have none and are not touched."""
    if transaction_set.plain and transaction_set.segments[-1][-1:] != " ":
        return root
    text = "\n".join(transaction_set.segments)
    if f" {transaction_set.delimiters.element}" not in text and " \n" not in text and text[-1:] != " ":
        return root
    stack = [root]
    while stack:
        loop = stack.pop()
        for segments in loop.segments.values():
            for segment in segments:
                segment[:] = [element.rstrip(" ") for element in segment]
        for children in loop.loops.values():
            stack.extend(children)
    return root


def located(finding: Finding, transaction_set: TransactionSet) -> Finding:
    """The finding with byte offset, line and ordinal in the file, where it stands in a segment."""
    at = finding.location
    if at.segment_position is None:
        return finding
    index = at.segment_position - transaction_set.position
    if not 0 <= index < len(transaction_set.segments):
        return finding
    place = element_place(transaction_set, index, at.element, at.component) if at.element else segment_place(transaction_set, index)
    return replace(finding, location=replace(place, field=at.field, loop=at.loop))


def _checked(
    terms: Terms | None,
    guide: Guide,
    mapping: Mapping,
    transaction_set: TransactionSet,
    documents: tuple[dict[str, Any], ...],
    charset: str | None,
    forms: Sequence[Form] = (),
) -> list[Finding]:
    """What the documents' schemas refuse and what does not agree in them, at the place in the set that it came from."""
    known: list[list[ValueOrigin]] = []
    severities = terms.severities if terms is not None else None
    facts = mapping.facts(terms.agreement_facts if terms is not None else {})
    tolerances = terms.tolerances if terms is not None else {}

    def place(number: int, name: str) -> Location:
        if not known:
            if transaction_set.trace is None:  # it was recognised, not walked
                validate(guide, transaction_set, severities)
            placed = trimmed(tree(guide, transaction_set, charset, placed=True), transaction_set)
            known.extend(origins(mapping, placed, context_of(terms, transaction_set)))
        origin = origin_of(known[number], name) if number < len(known) else None
        return replace(origin.location() if origin is not None else Location(), field=name)

    findings: list[Finding] = []
    for n, document in enumerate(documents):
        wrong = mapping.problems(document, forms)
        for problem in wrong:
            finding = CODES["document-invalid"].finding(
                place(n, problem.field), problem.value, severities, problem=f"{problem.field} {problem.sentence}"
            )
            findings.append(located(finding, transaction_set))
        if not wrong:
            for finding in checks.told(document, facts, tolerances, severities, partial(place, n)):
                findings.append(located(finding, transaction_set))
    return findings


def origins_of(
    terms: Terms | None, guide: Guide, mapping: Mapping, transaction_set: TransactionSet
) -> list[list[tuple[ValueOrigin, Location]]]:
    """Every value's origin with its place in the file, of each document of a set: what `document show --origins` prints."""
    validate(guide, transaction_set, terms.severities if terms is not None else None)
    charset = terms.charset if terms is not None and terms.charset != "auto" else None
    placed = trimmed(tree(guide, transaction_set, charset, placed=True), transaction_set)
    return [
        [(origin, _place(origin, transaction_set)) for origin in found]
        for found in origins(mapping, placed, context_of(terms, transaction_set))
    ]


def _place(origin: ValueOrigin, transaction_set: TransactionSet) -> Location:
    if origin.position is None:
        return origin.location()
    if origin.element:
        return replace(element_place(transaction_set, origin.position, origin.element, origin.component or None), field=origin.field)
    return replace(segment_place(transaction_set, origin.position), field=origin.field)
