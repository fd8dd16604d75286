"""What was written, read again: held against the guide, and against the document it was written from, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.tree import Long, tree
from gateway.profiles.guide import Guide
from gateway.profiles.terms import Terms
from gateway.translate.codes import CODES
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.origins import ValueOrigin, origins
from gateway.translate.outcome import context_of, trimmed
from gateway.translate.rules import Apart, Each, Found, Object, One, Rule, Scalar, Several
from gateway.translate.runtime import Context
from gateway.translate.splitting import split_document
from gateway.translate.sscc import ALLOCATE, UNITS, Given, numbered
from gateway.translate.threads import AS_RECEIVED, Related, echoed
from gateway.translate.writing.replacing import replaced
from gateway.translate.writing.scope import Field, shown
from gateway.translate.writing.writer import Writer

NOT_COMPARED = frozenset({"document_type", "schema_version", "envelope"})
_COMPUTED_TOO = frozenset({"structure"})
"""Computed by writing where levels nest: BSN05 says the nesting that was written."""


PAIRED = 100
"""Items among which one is looked for that does not stand in its place."""
_LENGTH = re.compile(r"at least (\d+)")
_NUMBER = re.compile(r"-?\d*\.?\d*")


@dataclass(frozen=True, slots=True)
class Written:
    """A set ready for an envelope: its segments ST to SE as text, and what was found; nothing may leave where that has errors."""

    segments: tuple[str, ...]
    findings: tuple[Finding, ...]
    guide: Guide
    document: Mapping[str, Any] = field(default_factory=dict)
    """The document as it was written: with what it echoes, and with the numbers given to its packages."""
    given: tuple[Given, ...] = ()
    """The SSCCs that were given, for the connector and for whoever remembers serials."""

    @property
    def sendable(self) -> bool:
        """Whether nothing is wrong with it."""
        return not any(finding.severity == "error" for finding in self.findings)


def write_set(
    writer: Writer,
    document: Mapping[str, Any],
    control_number: str = "0001",
    delimiters: Delimiters | None = None,
    terms: Terms | None = None,
    thread: Mapping[str, Any] | None = None,
    serials: Iterator[int] | None = None,
    parts: Sequence[Mapping[str, Any]] = (),
) -> Written:
    """The set of a document (values as reading makes them: Decimal, date, time), checked before it is given back.

    `thread` are the documents that it answers, {"order": ...}, for `@order` and `echo`; `serials` number packages that have
    no SSCC, where the agreement has us give one; `parts` are the documents that this one was joined from, each of which must
    come back.
    Every finding names the field of the document that it is about, where there is one.
    """
    delimiters = delimiters or Delimiters()
    writer = writer.on(document.get("date"))
    context = _context(terms, delimiters, thread)
    findings: list[Finding] = []
    if writer.mapping.rules.echo is not None:
        document, troubles = echoed(document, writer.mapping.rules.echo, Related(context.thread, document))
        findings += [CODES[code].finding(Location(field=name or None), value, context.severities) for code, name, value in troubles]
    if writer.mapping.rules.replace:
        document, told = replaced(document, writer.mapping.rules.replace, delimiters, context.severities)
        findings += told
    given: tuple[Given, ...] = ()
    if terms is not None and terms.agreement_facts.get("sscc") == ALLOCATE and document.get(UNITS):
        made = numbered(document, terms.us_facts.get("company_prefix", ""), serials or iter(()), severities=context.severities)
        document, given = made.document, made.given
        findings += made.findings
    draft = writer.write(document, context)
    findings += draft.findings
    body = [["ST", writer.guide.set, control_number], *draft.segments]
    body.append(["SE", str(len(body) + 1), control_number])
    texts = [delimiters.element.join(values) for values in body]
    held = list(_delimited(body, texts, delimiters, writer.composites))
    if held:
        findings += _of_delimiters(document, held)
        return Written(tuple(texts), tuple(findings), writer.guide, document, given)
    one = _validated(writer.guide, texts, delimiters, context)
    if any(finding.code in ("too-short", "too-long") for finding in one.findings):
        texts = _filled(body, one, delimiters)
        one = _validated(writer.guide, texts, delimiters, context)
    watch = writer.mapping.watch(writer.guide)
    long: Long = []
    root = trimmed(tree(writer.guide, one, watch=watch.limits if watch is not None else None, long=long), one)
    back = writer.mapping.read(root, _context(terms, delimiters, thread), long=long, watch=watch)
    root.close()
    known = _Places(writer.mapping, writer.guide, one, terms, thread)
    for finding in one.findings:
        findings.append(known.told(finding, "write-unfit"))
    for finding in back.findings:
        if finding.severity == "error":
            findings.append(known.told(finding, "write-unreadable"))
    computed = _COMPUTED_TOO if writer.mapping.rules.hierarchy is not None else frozenset()
    if not parts and writer.mapping.rules.split is not None:
        parts = [part for _, part in split_document(context, dict(document), writer.mapping.rules.split)]
    for n, part in enumerate(parts or (document,)):
        findings += compared(part, back.documents[n] if n < len(back.documents) else {}, findings, context, computed)
    return Written(tuple(texts), tuple(findings), writer.guide, document, given)


def compared(
    document: Mapping[str, Any],
    again: Mapping[str, Any],
    findings: Sequence[Finding],
    context: Context,
    computed: frozenset[str] = frozenset(),
    longer: frozenset[str] = frozenset(),
) -> list[Finding]:
    """What of a document did not come back, but for the fields that `findings` tell of already and those that writing computes.

    `longer` are lists to which writing adds items.
    """
    told = {finding.location.field or "" for finding in findings}
    skipped = NOT_COMPARED | computed
    found = []
    for place, value, other in differences({n: v for n, v in document.items() if n not in skipped}, again):
        at = shown(place)
        if at in longer and isinstance(value, int) and value < other:
            continue
        if not any(at == name or at.startswith(name + ".") or name.startswith(at + ".") for name in told if name):
            found.append(difference(at, value, other, context))
    return found


def _context(terms: Terms | None, delimiters: Delimiters, thread: Mapping[str, Any] | None) -> Context:
    context = context_of(terms)
    context.component, context.repetition = delimiters.component, delimiters.repetition
    context.thread = thread or {}
    return context


def _delimited(
    body: Sequence[Sequence[str]], texts: Sequence[str], delimiters: Delimiters, composites: frozenset[tuple[str, int]]
) -> Iterator[tuple[int, int, str, str]]:
    """Elements that hold a delimiter: segment, element, value, the delimiter. Components may stand where elements are composite."""
    marks = [mark for mark in (delimiters.element, delimiters.segment, delimiters.repetition) if mark]
    component = delimiters.component
    whole = delimiters.segment.join(texts)
    if (
        component not in whole
        and whole.count(delimiters.segment) == len(texts) - 1
        and whole.count(delimiters.element) == sum(map(len, body)) - len(texts)
        and not any(mark in whole for mark in marks[2:])
    ):
        return
    for number, (values, text) in enumerate(zip(body, texts, strict=True)):
        if text.count(delimiters.element) == len(values) - 1 and component not in text and not any(mark in text for mark in marks[1:]):
            continue
        for element, value in enumerate(values):
            found = next((mark for mark in marks if mark in value), None)
            if found is None and component in value and (values[0], element) not in composites:
                found = component
            if found is not None:
                yield number, element, value, found


def _validated(guide: Guide, texts: list[str], delimiters: Delimiters, context: Context) -> TransactionSet:
    """The written set as the reader would hand it over, held against the guide."""
    one = TransactionSet(texts, texts, delimiters, 1, 0, 1, 1, guide.set, texts[0].split(delimiters.element)[2])
    validate(guide, one, context.severities)
    return one


def _filled(body: Sequence[list[str]], one: TransactionSet, delimiters: Delimiters) -> list[str]:
    """The segments with numbers fitted to their length: zeros in front, or none before the point, as X12.6 has it (type R and Nn)."""
    for finding in one.findings:
        at = finding.location
        if not at.segment_position or not at.element or at.component or at.element >= len(body[at.segment_position - 1]):
            continue
        if finding.code == "too-long" and (values := body[at.segment_position - 1])[at.element].lstrip("-").startswith("0."):
            values[at.element] = values[at.element].replace("0.", ".", 1)
        if finding.code != "too-short":
            continue
        values = body[at.segment_position - 1]
        found = _LENGTH.search(finding.message)
        text = values[at.element]
        if found and _NUMBER.fullmatch(text):
            sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
            missing = int(found[1]) - len(digits.replace(".", ""))
            values[at.element] = sign + "0" * missing + digits
    return [delimiters.element.join(values) for values in body]


def _of_delimiters(document: Mapping[str, Any], held: Sequence[tuple[int, int, str, str]]) -> list[Finding]:
    """The fields whose values hold delimiters, found by their text; else the segment alone."""
    findings = []
    for number, element, value, mark in held:
        held_by = next((shown(place) for place, text in _texts(document, None) if text == value), None)
        at = Location(segment_position=number + 1, element=element or None, field=held_by)
        findings.append(CODES["write-delimiter"].finding(at, value, mark=repr(mark)))
    return findings


def _texts(value: Any, place: Field) -> Iterator[tuple[Field, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (place, name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, 1):
            yield from _texts(inner, (place, number))
    elif isinstance(value, str):
        for line in value.split("\n"):
            yield place, line


class _Places:
    """The field that each element of the written set holds, worked out when first asked for."""

    def __init__(self, mapping: Rulebook, guide: Guide, one: TransactionSet, terms: Terms | None, thread: Mapping[str, Any] | None) -> None:
        self.given = (mapping, guide, one, terms, thread)
        self.known: dict[tuple[int, int], str] | None = None

    def field(self, position: int | None, element: int | None) -> str | None:
        """The field of an element, else of anything in its segment."""
        if position is None:
            return None
        if self.known is None:
            mapping, guide, one, terms, thread = self.given
            root = trimmed(tree(guide, one, placed=True), one)
            self.known = {}
            for found in origins(mapping, root, _context(terms, one.delimiters, thread)):
                self._note(found)
        return self.known.get((position, element or 0)) or self._ruled(position, element) or self.known.get((position, 0))

    def _ruled(self, position: int, element: int | None) -> str | None:
        """The field that an empty element would hold, by the rule that writes there; in a list that of the item whose segment it is."""
        mapping, _, one, _, _ = self.given
        segment = one.segments[position - 1].split(one.delimiters.element)[0] if position <= len(one.segments) else ""
        names = next(fields_at(mapping.rules.fields, segment, element), None) if element else None
        if names is None or self.known is None:
            return None
        around = (self.known.get((position, 0)) or "").split(".")
        placed: list[str] = []
        for name in names:
            around = around[1:] if around[:1] == [name] else []
            placed.append(name)
            if around and around[0].isdigit():
                placed.append(around.pop(0))
        return ".".join(placed)

    def _note(self, found: Iterable[ValueOrigin]) -> None:
        assert self.known is not None
        for origin in found:
            if origin.position is not None:
                self.known.setdefault((origin.position + 1, origin.element), origin.field)
                self.known.setdefault((origin.position + 1, 0), origin.field.rpartition(".")[0] or origin.field)

    def told(self, finding: Finding, code: str) -> Finding:
        """A finding of the written set, told of the document."""
        at = finding.location
        found = self.field(at.segment_position, at.element) or at.field
        problem = " ".join(part for part in (_where(at), finding.message) if part)
        if finding.severity != "error":
            return replace(finding, location=replace(at, field=found))
        return CODES[code].finding(replace(at, field=found), finding.value, None, problem=problem)


def fields_at(rule: Rule | One | None, segment: str, element: int | None, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The fields whose rules write an element of a segment."""
    if isinstance(rule, Scalar):
        first = next((source.path for source in rule.sources if isinstance(source, Found)), None)
        if first is not None and first.segment is not None and (first.segment.name, first.element) == (segment, element):
            yield names
    elif isinstance(rule, Object):
        for one in rule.fields:
            yield from fields_at(one.rule, segment, element, (*names, one.name))
    elif isinstance(rule, Each | One):
        yield from fields_at(rule.item, segment, element, names)
    elif isinstance(rule, Several):
        for inner in rule.lists:
            yield from fields_at(inner, segment, element, names)
    elif isinstance(rule, Apart):
        yield from fields_at(rule.write if isinstance(rule.write, Scalar) else rule.read, segment, element, names)


def _where(at: Location) -> str:
    if not at.segment:
        return ""
    return f"{at.segment}{at.element:02d}" if at.element else at.segment


def differences(value: Any, other: Any, place: Field = None) -> Iterator[tuple[Field, Any, Any]]:
    """What of a document did not come back as it was; what came back beside it is no difference."""
    if value == other:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if inner is None or inner in ({}, [], ()):
                continue
            if name == "unmapped" and place is None:
                yield from _unmapped(inner, other.get(name) or ())
                continue
            found = other.get(name) if isinstance(other, dict) else None
            if name == AS_RECEIVED and found is None:
                continue  # how a code was spelt, not what it means
            yield from differences(inner, found, (place, name))
    elif isinstance(value, list | tuple):
        found = other if isinstance(other, list | tuple) else ()
        if found and all(isinstance(one, dict) and "ordinal" not in one for one in (*value, *found)):
            found = _paired(value, found)
        for number, inner in enumerate(value, 1):
            yield from differences(inner, found[number - 1] if number <= len(found) else None, (place, number))
        if len(found) > len(value):
            yield place, len(value), len(found)
    elif value != other and not _equal(value, other):
        yield place, value, other


def _paired(items: Sequence[Any], found: Sequence[Any]) -> list[Any]:
    """What was found in the order of the items: a party or an identifier is itself wherever it stands, for a mapping may order them."""
    if len(items) == len(found) and not any(_differ(*pair) for pair in zip(items, found, strict=True)):
        return list(found)
    left = list(found)
    placed: list[Any] = []
    for item in items:
        at = next((n for n, one in enumerate(left[:PAIRED]) if not _differ(item, one)), None)
        placed.append(left.pop(at) if at is not None else None)
    for n, held in enumerate(placed):
        if held is None and left:
            placed[n] = left.pop(0)
    return [*placed, *left]


def _differ(item: Any, other: Any) -> bool:
    return next(differences(item, other), None) is not None


def _equal(value: Any, other: Any) -> bool:
    if isinstance(value, Decimal | int) and isinstance(other, Decimal | int):
        return value == other
    if isinstance(value, str) and isinstance(other, str):
        return value.split() == other.split()  # lines were wrapped to the width of their segment
    return other is not None and str(value) == str(other)


def _unmapped(rows: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Field, Any, Any]]:
    left = [(row.get("segment"), row.get("loop"), dict(row.get("elements") or {})) for row in others]
    for number, row in enumerate(rows, 1):
        one = (row.get("segment"), row.get("loop"), dict(row.get("elements") or {}))
        if one in left:
            left.remove(one)
        else:
            yield ((None, "unmapped"), number), row.get("segment"), None


def difference(field: str, value: Any, found: Any, context: Context) -> Finding:
    """A value that did not come back as it was, as a finding."""
    shown_value = value if isinstance(value, str | int | Decimal) else str(value)
    if found is None and field.startswith("unmapped."):
        return CODES["write-left"].finding(Location(field=field), str(shown_value), context.severities)
    if found is None:
        return CODES["write-absent"].finding(Location(field=field), str(shown_value), context.severities)
    return CODES["write-differs"].finding(Location(field=field), str(shown_value), context.severities, found=f"'{found}'")
