"""A document of ours as it would leave: written by its agreement's mapping backwards, put into its envelope, and read again.

The numbers only hold their places; the real ones are taken when it is released (`envelope.py` puts them in).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Facts
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.carriage.codes import CODES
from gateway.carriage.enveloping import as_written
from gateway.documents.models import fields_of
from gateway.edi.finding import NOWHERE, Finding, Halt
from gateway.edi.states import Verb
from gateway.formats.kinds import FORMATS
from gateway.formats.x12 import reader, writer
from gateway.formats.x12.envelope import Noise, SetRead
from gateway.profiles.catalog import Catalog
from gateway.profiles.guide import Guides
from gateway.profiles.terms import Terms
from gateway.translate import mapping
from gateway.translate.codes import CODES as TRANSLATE
from gateway.translate.joining import Unlike
from gateway.translate.writing.files import FileWriter
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.several import as_one, together, unlike
from gateway.translate.writing.writer import Writer

Parts = Sequence[Facts[str, Any]]

X12 = "x12"
WRITTEN = frozenset(one.kind for one in FORMATS if one.writes)
"""The formats without envelope in which a document can be sent."""
OURS = ("write-unfit", "envelope-unwritable", "draft-misread")
PLACE = 1
"""The number that holds the place of every control number in a draft."""
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written: `data` where there are bytes, `verb` where it must not leave, and why."""

    data: bytes | None
    verb: Verb | None = None
    findings: tuple[Finding, ...] = ()
    document: Facts[str, Any] | None = None
    """The document as it was written, where writing gave it something: what it echoes, numbers of packages."""


class Drafter:
    """Writes documents under the terms of sending agreements. What it made for terms serves as long as they say the same.

    The hash of terms covers the mapping, guide and tables that they name, so that no other catalog changes what it stands for.
    """

    KEPT = 200

    def __init__(self) -> None:
        self._writers: dict[str, Writer | FileWriter | Draft] = {}

    def together(self, catalog: Catalog, terms: Terms, documents: Sequence[Facts[str, Any]]) -> list[list[int]]:
        """Which documents under the terms are one set, by their places (`merge_by`, `split_by`)."""
        ready = self._writer(catalog, terms) if len(documents) > 1 and terms.format == X12 else None
        return together(ready.mapping.rules, documents) if isinstance(ready, Writer) else [[n] for n in range(len(documents))]

    def as_one(self, catalog: Catalog, terms: Terms, members: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Parts] | Finding:
        """The document of which one set of these is written, and its parts; or why they cannot be one."""
        ready = self._writer(catalog, terms)
        try:
            whole, parts = as_one(ready.mapping.rules, members) if isinstance(ready, Writer) else (members[0], ())
        except Unlike as field:
            return unlike(field, len(members))
        return dict(whole), parts

    def __call__(
        self, catalog: Catalog, terms: Terms, document: dict[str, Any], thread: Facts[str, Any], serials: Iterator[int], parts: Parts = ()
    ) -> Draft:
        """Map, write and validate one document, or the one that `parts` were joined to; its values are as reading makes them."""
        if terms.format != X12 and terms.format not in WRITTEN:
            return Draft(None, "map", (CODES["format-not-written"].finding(NOWHERE, terms.format),))
        ready = self._writer(catalog, terms)
        if isinstance(ready, Draft):
            return ready
        if ready.mapping.document != document["document_type"]:
            facts = {"what": ready.mapping.document, "kind": document["document_type"]}
            return Draft(None, "map", (CODES["mapping-for-another"].finding(NOWHERE, ready.mapping.name, None, **facts),))
        if isinstance(ready, FileWriter):
            return filed(ready, document, thread)
        return written(ready, terms, document, thread, serials, parts)

    def _writer(self, catalog: Catalog, terms: Terms) -> Writer | FileWriter | Draft:
        ready = self._writers.get(terms.hash)
        if ready is None:
            ready = self._made(catalog, terms)
            if len(self._writers) >= self.KEPT:
                self._writers.pop(next(iter(self._writers)), None)
            self._writers[terms.hash] = ready
        return ready

    def _made(self, catalog: Catalog, terms: Terms) -> Writer | FileWriter | Draft:
        try:
            guide = Guides(catalog.library).guide(terms.guide or "") if terms.format == X12 else None
            rules = mapping.load(catalog.library, terms.mapping or "", guide, terms.code_tables, schema=fields_of)
        except Halt as halt:
            return Draft(None, "map", (halt.finding,))
        if not rules.usable:
            problem = next(finding for finding in rules.findings if finding.severity == "error")
            where = f"{problem.location.file}:{problem.location.line}: {problem.message}"
            return Draft(None, "map", (TRANSLATE["mapping-broken"].finding(NOWHERE, None, None, problem=where),))
        return Writer(rules, guide) if guide is not None else FileWriter(rules, terms)


def filed(ready: FileWriter, document: dict[str, Any], thread: Facts[str, Any]) -> Draft:
    """One document as a file without envelope, read again as the partner would read it."""
    made = ready.write([document], thread)
    return Draft(made.body or None, None if made.sendable and made.body else _where(made.findings), made.findings)


def _where(findings: Sequence[Finding]) -> Verb:
    """At which verb errors in what was written hold it: the bytes are not as they must be, or do not say what the document says."""
    wrong = [finding.code for finding in findings if finding.severity == "error"]
    return "validate" if all(code in OURS for code in wrong) else "map"


def written(
    ready: Writer, terms: Terms, document: dict[str, Any], thread: Facts[str, Any], serials: Iterator[int], parts: Parts = ()
) -> Draft:
    """One document as an interchange of its own, held against the guide, and read again as the partner would read it."""
    one = write_set(ready, document, f"{PLACE:04d}", writer.delimiters_of(terms.envelope), terms, thread, serials, parts)
    version = terms.envelope.gs08 or one.guide.version
    made = writer.write(terms.envelope, [writer.Outgoing(one.guide.set, version, one.segments)], PLACE, PLACE, MOMENT, terms.usage)
    findings = (*one.findings, *made.findings)
    wrong = [finding for finding in findings if finding.severity == "error"]
    if not wrong and made.data:
        wrong = _misread(made.data, one.segments, writer.codec(terms.envelope))
        findings = (*findings, *wrong)
    return Draft(made.data or None, _where(findings) if wrong else None, findings, one.document or None)


def _misread(data: bytes, segments: tuple[str, ...], charset: str) -> list[Finding]:
    """What the reader of interchanges objects to in our own; it must find the very segments that were written."""
    found: list[Finding] = []
    sets = []
    for event in reader.read([data]):
        if isinstance(event, Noise):
            found.append(event.finding)
        elif isinstance(event, SetRead):
            sets.append(event.transaction_set)
            found += [*event.transaction_set.findings, *event.group.findings, *event.interchange.findings]
    errors = [finding.message for finding in found if finding.severity == "error"]
    if not errors and (len(sets) != 1 or as_written(sets[0].segments, charset) != segments):
        errors = ["it does not read as the one set that was written"]
    return [CODES["draft-misread"].finding(NOWHERE, None, None, problem=error) for error in errors]
