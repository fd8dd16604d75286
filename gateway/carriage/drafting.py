"""A document of ours as it would leave: written by its agreement's mapping backwards, put into its envelope, and read again.

The numbers only hold their places; the real ones are taken when it is released (`envelope.py` puts them in).
"""

from __future__ import annotations

from collections.abc import Mapping as Facts
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.carriage.codes import CODES
from gateway.carriage.enveloping import as_written
from gateway.documents.models import fields_of
from gateway.edi.finding import NOWHERE, Finding, Halt
from gateway.edi.states import Verb
from gateway.formats.x12 import reader, writer
from gateway.formats.x12.envelope import Noise, SetRead
from gateway.profiles.catalog import Catalog
from gateway.profiles.guide import Guides
from gateway.profiles.terms import Terms
from gateway.translate import mapping
from gateway.translate.codes import CODES as TRANSLATE
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer

PLACE = 1
"""The number that holds the place of every control number in a draft."""
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written: `data` where there are bytes, `verb` where it must not leave, and why."""

    data: bytes | None
    verb: Verb | None = None
    findings: tuple[Finding, ...] = ()


class Drafter:
    """Writes documents under the terms of sending agreements; what it has read of a catalog's library is used again."""

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._guides: Guides | None = None
        self._writers: dict[str, Writer | Draft] = {}

    def __call__(self, catalog: Catalog, terms: Terms, document: dict[str, Any], thread: Facts[str, Any]) -> Draft:
        """Map, write and validate one document; its values are as reading makes them (Decimal, date)."""
        if terms.format != "x12":
            return Draft(None, "map", (CODES["format-not-written"].finding(NOWHERE, terms.format),))
        ready = self._writer(catalog, terms)
        if isinstance(ready, Draft):
            return ready
        if ready.mapping.document != document["document_type"]:
            facts = {"what": ready.mapping.document, "kind": document["document_type"]}
            return Draft(None, "map", (CODES["mapping-for-another"].finding(NOWHERE, ready.mapping.name, None, **facts),))
        return written(ready, terms, document, thread)

    def _writer(self, catalog: Catalog, terms: Terms) -> Writer | Draft:
        if catalog is not self._catalog or self._guides is None:
            self._catalog, self._guides, self._writers = catalog, Guides(catalog.library), {}
        if terms.hash not in self._writers:
            self._writers[terms.hash] = self._made(catalog, self._guides, terms)
        return self._writers[terms.hash]

    def _made(self, catalog: Catalog, guides: Guides, terms: Terms) -> Writer | Draft:
        try:
            guide = guides.guide(terms.guide or "")
            rules = mapping.load(catalog.library, terms.mapping or "", guide, terms.code_tables, schema=fields_of)
        except Halt as halt:
            return Draft(None, "map", (halt.finding,))
        if not rules.usable:
            problem = next(finding for finding in rules.findings if finding.severity == "error")
            where = f"{problem.location.file}:{problem.location.line}: {problem.message}"
            return Draft(None, "map", (TRANSLATE["mapping-broken"].finding(NOWHERE, None, None, problem=where),))
        return Writer(rules, guide)


def written(ready: Writer, terms: Terms, document: dict[str, Any], thread: Facts[str, Any]) -> Draft:
    """One document as an interchange of its own, held against the guide, and read again as the partner would read it."""
    one = write_set(ready, document, f"{PLACE:04d}", writer.delimiters_of(terms.envelope), terms, thread)
    version = terms.envelope.gs08 or one.guide.version
    made = writer.write(terms.envelope, [writer.Outgoing(one.guide.set, version, one.segments)], PLACE, PLACE, MOMENT, terms.usage)
    findings = (*one.findings, *made.findings)
    wrong = [finding for finding in findings if finding.severity == "error"]
    if not wrong and made.data:
        wrong = _misread(made.data, one.segments, writer.codec(terms.envelope))
        findings = (*findings, *wrong)
    if not wrong:
        return Draft(made.data, None, findings)
    ours = all(finding.code in ("write-unfit", "envelope-unwritable", "draft-misread") for finding in wrong)
    return Draft(made.data or None, "validate" if ours else "map", findings)


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
