"""Files to canonical documents without storing anything: what `gateway translate` and `gateway test` run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from gateway.carriage.files import chosen
from gateway.carriage.translating import envelope
from gateway.documents.models import fields_of
from gateway.edi.finding import Finding, Halt, Location
from gateway.formats.detect import HEAD, syntax_of
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.x12.check import guide_for, judge_version
from gateway.formats.x12.envelope import Group, GroupEnd, GroupStart, Interchange, InterchangeEnd, Noise, SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.profiles.agreement import best_for_set
from gateway.profiles.catalog import Catalog
from gateway.profiles.codes import CODES
from gateway.profiles.guide import Guide, Guides
from gateway.profiles.library import Library
from gateway.profiles.terms import Terms
from gateway.translate.dates import day_of
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import Mapping, load
from gateway.translate.outcome import Outcome, translate_set


@dataclass(slots=True)
class Translated:
    """What one set, or the envelope around it (`transaction_set` None), became."""

    documents: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    transaction_set: TransactionSet | None = None
    verdict: str = "A"
    held: str | None = None
    """The verb at which it stopped, where there are no documents."""
    made_by: MadeBy | None = None
    """What it was read with, where something was."""


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What a set, or a document of a file without envelope, was read with; enough to follow every value of it."""

    mapping: Mapping
    terms: Terms | None
    guide: Guide | None = None
    read: DocumentRead | None = None


@dataclass(slots=True)
class Desk:
    """A library's guides and mappings, each read once; with a partner, the terms agreed with him."""

    library: Library
    catalog: Catalog | None = None
    partner: str | None = None
    mapping: str | None = None
    """The mapping to use in place of the standard or agreed one."""
    guides: Guides = field(init=False)
    _mappings: dict[tuple[str, str, str], Mapping] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.guides = Guides(self.library)

    def translate(self, chunks: Iterator[bytes], name: str) -> Iterator[Translated]:
        """Every set (or order of rows) of a file in the order read, and the findings around them as these are known."""
        head = b""
        for chunk in chunks:
            head += chunk
            if len(head) >= HEAD:
                break
        whole = chain([head], chunks)
        if syntax_of(head) == "x12":
            yield from self._interchanges(whole)
            return
        terms, mapping, finding = self._for_file(name, head)
        if finding is not None:
            yield Translated(findings=(finding,))
        elif mapping is None or mapping.format is None:
            yield from self._interchanges(whole)  # whose findings say what it is not
        else:
            yield from self._documents(whole, terms, mapping)

    def _for_file(self, name: str, head: bytes) -> tuple[Terms | None, Mapping | None, Finding | None]:
        """Terms and mapping of a file without envelope, by the partner, the file's name and its first bytes."""
        terms = None
        if self.catalog is not None and self.partner is not None:
            found = chosen(self.catalog, name, head, self._agreed, partner=self.partner)
            if found.finding is not None and self.mapping is None:
                return None, None, found.finding
            terms = self.catalog.terms(found.agreement) if found.agreement is not None else None
        wanted = self.mapping or (terms.mapping if terms is not None else None if self.partner else self._standard_of(head))
        try:
            mapping = load(self.library, wanted, None, terms.code_tables if terms else None, schema=fields_of) if wanted else None
        except Halt as halt:
            return terms, None, halt.finding
        return terms, mapping, None

    def _agreed(self, terms: Terms) -> Mapping | None:
        return load(self.library, terms.mapping, None, terms.code_tables, schema=fields_of) if terms.mapping else None

    def _standard_of(self, head: bytes) -> str | None:
        """The standard mapping of the XML that a file begins with: cXML and UBL say what they are."""
        if syntax_of(head) != "xml":
            return None
        for folder in ("mappings/cxml/", "mappings/ubl/"):
            for name in sorted(self.library.names(folder)):
                if name.endswith(".yaml") and not name.endswith(".test.yaml"):
                    ready = load(self.library, name.removeprefix("mappings/").removesuffix(".yaml"))
                    if ready.format is not None and ready.format.begins(head, ready.settings):
                        return ready.name
        return None

    def _documents(self, chunks: Iterable[bytes], terms: Terms | None, mapping: Mapping) -> Iterator[Translated]:
        envelope = {"partner": terms.trading_partner} if terms is not None else None
        form, settings = format_for(mapping, terms)
        for part in form.read(chunks, settings):
            if isinstance(part, FileEnd):
                yield Translated(findings=tuple(part.findings))
            else:
                outcome = translate_document(terms, mapping, part, envelope, datetime.now(UTC).date())
                made_by = MadeBy(mapping, terms, None, part)
                yield Translated(outcome.documents, outcome.findings, None, outcome.verdict, outcome.verb, made_by)

    def _interchanges(self, chunks: Iterable[bytes]) -> Iterator[Translated]:
        for event in read(chunks):
            match event:
                case GroupStart(_, group):
                    if self.partner is None:
                        judge_version(group, self.guides)
                case SetRead(interchange, group, transaction_set):
                    yield self.become(interchange, group, transaction_set)
                case GroupEnd(_, group):
                    yield Translated(findings=tuple(group.findings), verdict=group.accepted)
                case InterchangeEnd(interchange):
                    yield Translated(findings=tuple(interchange.findings), verdict=interchange.ta1)
                case Noise(finding):
                    yield Translated(findings=(finding,))
                case _:
                    pass

    def become(self, interchange: Interchange, group: Group, found: TransactionSet) -> Translated:
        """What one set becomes: its documents, or where it stops and why."""
        terms, refusal = self._terms(interchange, group, found)
        if refusal is not None:
            return Translated((), (*found.findings, refusal), found, found.accepted, "detect")
        guide = terms.guide if terms is not None else guide_for(group, found, self.guides)
        if guide is None:
            return Translated((), tuple(found.findings), found, "R")
        about = envelope(terms, interchange, group, found)
        made_by = None
        try:
            mapping = self._mapping(terms, guide, found)
            outcome = translate_set(terms, self.guides.guide(guide), mapping, found, about, day_of(group.element(4)))
            made_by = MadeBy(mapping, terms, self.guides.guide(guide)) if mapping is not None else None
        except Halt as halt:
            outcome = Outcome("A", "map", (*found.findings, halt.finding))
        return Translated(outcome.documents, outcome.findings, found, outcome.verdict, outcome.verb, made_by)

    def _terms(self, interchange: Interchange, group: Group, found: TransactionSet) -> tuple[Terms | None, Finding | None]:
        """The terms with the partner for a set, whatever identity its envelope names."""
        if self.catalog is None or self.partner is None:
            return None, None
        partner = self.catalog.partners[self.partner]
        receive = [agreement for agreement in partner.agreements if agreement.direction == "receive"]
        identities = {identity.isa: name for name, identity in partner.profile.identities.items()}
        identity = identities.get("/".join(interchange.sender))
        best = best_for_set(receive, found.id, group.version, interchange.usage, identity, None)
        if not best:
            agreed = ", ".join(agreement.what for agreement in receive)
            place = Location(segment="ST", segment_position=1, segment_ordinal=found.ordinal, offset=found.offset, line=found.line)
            what = f"to receive {found.id} in {group.version}"
            return None, CODES["no-agreement"].finding(place, partner=partner.profile.name, what=what, hint=f"; agreed is: {agreed}")
        return self.catalog.terms(best[0]), None

    def _mapping(self, terms: Terms | None, guide: str, found: TransactionSet) -> Mapping | None:
        name = self.mapping or (terms.mapping if terms is not None else self._standard(found.id, guide))
        if name is None:
            return None
        key = (name, guide, terms.hash if terms is not None else "")
        if key not in self._mappings:
            tables = dict(terms.code_tables) if terms is not None else None
            self._mappings[key] = load(self.library, name, self.guides.guide(guide), tables, schema=fields_of)
        return self._mappings[key]

    def _standard(self, set_id: str, guide: str) -> str | None:
        """The standard mapping of the guide's version, or of the nearest version that has one."""
        having = [
            name.removeprefix("mappings/").removesuffix(".yaml")
            for name in self.library.names("mappings/x12/")
            if name.endswith(f"/{set_id}.yaml")
        ]
        if guide in having or not having:
            return guide if having else None
        wanted = int(guide.split("/")[1])
        return min(having, key=lambda name: abs(int(name.split("/")[1]) - wanted))
