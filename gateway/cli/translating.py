"""Files to canonical documents without storing anything: what `gateway translate` and `gateway test` run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.documents.models import fields_of
from gateway.edi.finding import Finding, Halt, Location
from gateway.formats.x12.check import guide_for, judge_version
from gateway.formats.x12.envelope import Group, GroupEnd, GroupStart, Interchange, InterchangeEnd, Noise, SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.profiles.agreement import best_for_set
from gateway.profiles.catalog import Catalog
from gateway.profiles.codes import CODES
from gateway.profiles.guide import Guides
from gateway.profiles.library import Library
from gateway.profiles.terms import Terms
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

    def translate(self, chunks: Iterable[bytes]) -> Iterator[Translated]:
        """Every set of a file in the order read, and the findings of its envelopes as these close."""
        for event in read(chunks):
            match event:
                case GroupStart(_, group):
                    if self.partner is None:
                        judge_version(group, self.guides)
                case SetRead(interchange, group, transaction_set):
                    yield self._set(interchange, group, transaction_set)
                case GroupEnd(_, group):
                    yield Translated(findings=tuple(group.findings), verdict=group.accepted)
                case InterchangeEnd(interchange):
                    yield Translated(findings=tuple(interchange.findings), verdict=interchange.ta1)
                case Noise(finding):
                    yield Translated(findings=(finding,))
                case _:
                    pass

    def _set(self, interchange: Interchange, group: Group, found: TransactionSet) -> Translated:
        terms, refusal = self._terms(interchange, group, found)
        if refusal is not None:
            return Translated((), (*found.findings, refusal), found, found.accepted, "detect")
        guide = terms.guide if terms is not None else guide_for(group, found, self.guides)
        if guide is None:
            return Translated((), tuple(found.findings), found, "R")
        envelope = envelope_of(interchange, group, found, terms)
        try:
            mapping = self._mapping(terms, guide, found)
            outcome = translate_set(terms, self.guides.guide(guide), mapping, found, envelope)
        except Halt as halt:
            outcome = Outcome("A", "map", (*found.findings, halt.finding))
        return Translated(outcome.documents, outcome.findings, found, outcome.verdict, outcome.verb)

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


def envelope_of(interchange: Interchange, group: Group, found: TransactionSet, terms: Terms | None) -> dict[str, Any]:
    """How a document came, as its `envelope` says."""

    def identifier(party: tuple[str, str]) -> dict[str, str]:
        return {name: value for name, value in (("scheme", party[0]), ("value", party[1])) if value}

    told: dict[str, Any] = {
        "sender": identifier(interchange.sender),
        "receiver": identifier(interchange.receiver),
        "partner": terms.trading_partner if terms is not None else None,
        "application_sender": group.element(2),
        "application_receiver": group.element(3),
        "interchange": interchange.control_number,
        "group": group.control_number,
        "transaction_set": found.control_number,
        "usage": interchange.usage,
    }
    return {name: value for name, value in told.items() if value}
