"""Guides and mappings of today's catalog, kept while it lasts, and the one call that translates a set by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.carriage.opinion import unheard
from gateway.edi.finding import Finding, Halt
from gateway.exchange.codes import CODES
from gateway.exchange.received import group_answer
from gateway.formats.x12.acknowledgment import verdict
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Group, Interchange, TransactionSet
from gateway.formats.x12.place import segment_place
from gateway.ports import SecondOpinion
from gateway.profiles.agreement import ADVICE_SET, ANSWER_SETS
from gateway.profiles.catalog import Catalog
from gateway.profiles.guide import Guide, Guides
from gateway.profiles.terms import Terms
from gateway.translate import mapping
from gateway.translate.dates import day_of
from gateway.translate.mapping import Mapping
from gateway.translate.outcome import Outcome, translate_set


class Translator:
    """Translates sets; what it has read of a catalog's library is used again until the catalog is another.

    `opinion` gives the second judge; it is asked for only under terms that want one.
    """

    def __init__(self, opinion: Callable[[], SecondOpinion] | None = None) -> None:
        self._opinion = opinion
        self._catalog: Catalog | None = None
        self._guides: Guides | None = None
        self._mappings: dict[str, Mapping | Finding | None] = {}

    def __call__(self, catalog: Catalog, terms: Terms, interchange: Interchange, group: Group, found: TransactionSet) -> Outcome:
        """Validate, map and check one set under the terms of its agreement."""
        guides = self._today(catalog)
        name = (
            terms.guide
            or guides.find(found.id, group.version)
            or guides.nearest(found.id, group.version)
            or f"x12/{group.version}/{found.id}"
        )
        try:
            guide = guides.guide(name)
        except Halt as halt:
            return Outcome(found.accepted, "validate", (*found.findings, halt.finding))
        if found.id in ANSWER_SETS:
            # nobody is told what is wrong with an answer: one that says what it answers counts, one that does not is ours to look at
            validate(guide, found, terms.severities)
            if group_answer(found) is not None:
                return Outcome("A", None, tuple(found.findings))
            return Outcome("A", "validate", (*found.findings, CODES["answer-unreadable"].finding(segment_place(found, 0), found.id)))
        if found.id == ADVICE_SET:
            return advised(guide, found, terms)
        ready = self._mapping(catalog, terms, guide)
        if not isinstance(ready, Finding):
            outcome = translate_set(terms, guide, ready, found, envelope(terms, interchange, group, found), day_of(group.element(4)))
        else:
            outcome = translate_set(terms, guide, None, found)
            if outcome.verb != "validate":
                outcome = Outcome(outcome.verdict, "map", (*found.findings, ready))
        return self._second(terms, guide, found, outcome)

    def _second(self, terms: Terms, guide: Guide, found: TransactionSet, outcome: Outcome) -> Outcome:
        """The outcome with what the second judge objects to where we find nothing; a set is held for it only where that is agreed."""
        if self._opinion is None or terms.second_opinion == "off" or outcome.verdict == "R":
            return outcome
        objections = unheard(found, self._opinion().judge(guide, found))
        if not objections:
            return outcome
        findings = (*outcome.findings, *objections)
        if terms.second_opinion == "quarantine" and outcome.verb is None:
            return Outcome(outcome.verdict, "validate", findings)
        return replace(outcome, findings=findings)

    def mapping(self, catalog: Catalog, terms: Terms) -> Mapping | None:
        """The mapping of an agreement on files without envelope; None where it names none. Raises Halt."""
        self._today(catalog)
        found = self._mapping(catalog, terms, None)
        if isinstance(found, Finding):
            raise Halt(found)
        return found

    def _today(self, catalog: Catalog) -> Guides:
        if catalog is not self._catalog or self._guides is None:
            self._catalog, self._guides, self._mappings = catalog, Guides(catalog.library), {}
        return self._guides

    def _mapping(self, catalog: Catalog, terms: Terms, guide: Guide | None) -> Mapping | Finding | None:
        if terms.hash not in self._mappings:
            if terms.mapping is None:
                self._mappings[terms.hash] = None
            else:
                try:
                    self._mappings[terms.hash] = mapping.load(catalog.library, terms.mapping, guide, terms.code_tables)
                except Halt as halt:
                    self._mappings[terms.hash] = halt.finding
        return self._mappings[terms.hash]


def advised(guide: Guide, found: TransactionSet, terms: Terms) -> Outcome:
    """An 824 makes no document: what it says is matched to what it speaks of. One that cannot be read is refused."""
    validate(guide, found, terms.severities)
    said = verdict(found.findings, terms.answer)
    return Outcome(said, "validate" if said == "R" else None, tuple(found.findings))


def envelope(terms: Terms | None, interchange: Interchange, group: Group, found: TransactionSet) -> dict[str, Any]:
    """How a document came, as documents carry it; what was not sent is left out."""
    facts: dict[str, Any] = {
        "sender": dict(zip(("scheme", "value"), interchange.sender, strict=True)),
        "receiver": dict(zip(("scheme", "value"), interchange.receiver, strict=True)),
        "partner": terms.trading_partner if terms is not None else None,
        "application_sender": group.element(2),
        "application_receiver": group.element(3),
        "interchange": interchange.control_number,
        "group": group.control_number,
        "transaction_set": found.control_number,
        "usage": interchange.usage,
    }
    return {name: value for name, value in facts.items() if value}
