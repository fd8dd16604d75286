"""One transmission on its way through the verbs: what was read and judged, turned into records as its parts close.

Memory holds one batch of documents and, of the open interchange, its groups' verdicts: never the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from gateway.carriage.answers import answers, refusal, repeated, told
from gateway.carriage.edges import Answer, Edges, GroupSeen, InterchangeSeen
from gateway.documents.keys import business_key, content, meaning
from gateway.documents.models import as_json
from gateway.edi.finding import Finding
from gateway.exchange.received import advice_answers, group_answer, interchange_answer
from gateway.formats.x12 import advice
from gateway.formats.x12.acknowledgment import set_answer
from gateway.formats.x12.envelope import (
    AcknowledgmentRead,
    Event,
    Group,
    GroupStart,
    Interchange,
    InterchangeEnd,
    InterchangeStart,
    Noise,
    SetRead,
    TransactionSet,
)
from gateway.profiles.agreement import ADVICE_SET, ANSWER_SETS
from gateway.profiles.catalog import Catalog
from gateway.profiles.terms import Terms, encoded
from gateway.records import AnswerOwed, Carried, GroupRecord, InterchangeRecord, Item, Lease, Received, Release, Span, StagedDocument
from gateway.translate.outcome import Outcome

PIECE = 256 * 1024


@dataclass(slots=True)
class Carriage:
    """Carries events to the journal; `only` names the interchanges that are wanted where not all are."""

    edges: Edges
    lease: Lease
    carried: Carried
    catalog: Catalog
    only: frozenset[int] | None = None
    number_allowed: bool = False
    parts: list[StagedDocument | Release] = field(default_factory=list)
    """What has gathered for the journal, in order: the documents of an interchange, then its release."""
    noise: list[Finding] = field(default_factory=list)
    open: InterchangeSeen | None = None

    def take(self, events: Iterator[Event]) -> None:
        """Every event in order; what closes is gathered with its release as it closes."""
        for event in events:
            match event:
                case Noise(finding):
                    self.noise.append(finding)
                case InterchangeStart(interchange):
                    self._begin(interchange)
                case GroupStart(_, group) if self.open is not None:
                    self.open.groups.append(GroupSeen(group))
                case SetRead(interchange, group, transaction_set) if self._wanted(interchange):
                    self._set(interchange, group, transaction_set)
                case AcknowledgmentRead(_, ta1) if self.open is not None:
                    self.open.received.append(Received(0, len(self.open.received) + 1, interchange_answer(ta1)))
                case InterchangeEnd(interchange) if self._wanted(interchange):
                    self._release(interchange)
                case _:
                    pass

    def _wanted(self, interchange: Interchange) -> bool:
        return self.only is None or interchange.number in self.only

    def _begin(self, interchange: Interchange) -> None:
        party = self.catalog.party(interchange.sender, interchange.receiver, interchange.usage, self.carried.channel)
        self.open = InterchangeSeen(interchange, party)

    def _set(self, interchange: Interchange, group: Group, transaction_set: TransactionSet) -> None:
        seen = self.open
        if seen is None or seen.party.finding is not None:
            return
        within = seen.groups[-1]
        if within.first_set is None:
            within.first_set = transaction_set.offset
        # each head with what stands behind it, so that the spans hold them whole however the file is wrapped
        isa_span = (interchange.offset, seen.groups[0].group.offset - interchange.offset)
        gs_span = (group.offset, within.first_set - group.offset)
        documents, terms = carry_set(self.edges, self.catalog, self.carried, interchange, group, transaction_set, isa_span, gs_span)
        within.waits = within.waits or terms is None
        within.terms = within.terms or terms
        seen.terms = seen.terms or terms
        if transaction_set.id in ANSWER_SETS:  # theirs to us: never answered, so no verdict stands in any answer
            documents = [replace(one, verdict="") for one in documents]
            answer = group_answer(transaction_set) if terms is not None else None
            seen.received += [Received(group.number, transaction_set.number, answer)] if answer is not None else []
        elif terms is not None:
            if transaction_set.id == ADVICE_SET and transaction_set.accepted != "R":
                place = sum(known.group == group.number for known in seen.received)
                told_us = enumerate(advice_answers(transaction_set), place + 1)
                seen.received += [Received(group.number, number, answer) for number, answer in told_us]
            within.sets.append(set_answer(transaction_set, terms.answer))
            said = told(transaction_set, documents[0].held_at, documents[0].findings, terms)
            within.advice += [said] if said is not None else []
        self.keep(*documents)

    def keep(self, *parts: StagedDocument | Release) -> None:
        """Gather documents or the release of theirs; written when they are many, so that memory holds one batch."""
        self.parts += parts
        if len(self.parts) >= self.edges.batch:
            self.edges.journal.write(self.lease, self.carried.id, self.parts)
            self.parts = []

    def finish(self, form: str, item: Item | None = None) -> Future[str]:
        """The rest is written, the transmission and the item are ended: all in one transaction; the future says the state."""
        return self.edges.journal.finish(self.lease, self.carried.id, self.noise, form, parts=self.parts, item=item)

    def _release(self, interchange: Interchange) -> None:
        seen, self.open = self.open, None
        assert seen is not None
        release = closed(self.edges, self.catalog, self.carried, seen)
        self.keep(replace(release, number_allowed=self.number_allowed))


def carry_set(
    edges: Edges,
    catalog: Catalog,
    carried: Carried,
    interchange: Interchange,
    group: Group,
    transaction_set: TransactionSet,
    isa_span: Span,
    gs_span: Span,
    forgiven: frozenset[str] = frozenset(),
) -> tuple[list[StagedDocument], Terms | None]:
    """Detect to check for one set: its staged documents, and the terms where there is an agreement.

    Findings of the `forgiven` codes are only warnings here: a person has said that they do not count.
    """
    found = catalog.agreement(
        interchange.sender,
        interchange.receiver,
        transaction_set.id,
        group.version,
        interchange.usage,
        channel=carried.channel,
        group_sender=group.element(2),
        group_receiver=group.element(3),
        on=carried.received_at.date(),
    )
    blank = StagedDocument(
        id=edges.ids.new(),
        interchange=interchange.number,
        group=group.number,
        number=transaction_set.number,
        part=1,
        set_id=transaction_set.id,
        control_number=transaction_set.control_number,
        span=(transaction_set.offset, transaction_set.end - transaction_set.offset),
        isa_span=isa_span,
        gs_span=gs_span,
        ordinal=transaction_set.ordinal,
        line=transaction_set.line,
        verdict=transaction_set.accepted,
        held_at=None,
        partner=found.partner,
    )
    if found.agreement is None:
        reasons = (found.finding,) if found.finding is not None else ()
        return [replace(blank, held_at="detect", findings=(*transaction_set.findings, *reasons))], None
    terms = catalog.terms(found.agreement)
    archive_terms(edges, catalog, terms)
    if forgiven:
        transaction_set.findings = [replace(f, severity="warning") if f.code in forgiven else f for f in transaction_set.findings]
        terms = replace(terms, severities={**terms.severities, **dict.fromkeys(forgiven, "warning")})
    outcome = edges.translate(catalog, terms, interchange, group, transaction_set)
    transaction_set.accepted = outcome.verdict
    return documents_of(edges, blank, found.agreement.name, terms, outcome, transaction_set.omitted), terms


def documents_of(
    edges: Edges, blank: StagedDocument, agreement: str, terms: Terms, outcome: Outcome, omitted: int = 0
) -> list[StagedDocument]:
    """The records of one outcome: a document each, or the set alone where there is none."""
    base = replace(
        blank,
        verdict=outcome.verdict,
        held_at=outcome.verb,
        findings=tuple(outcome.findings),
        findings_omitted=omitted,
        partner=terms.trading_partner,
        agreement=agreement,
        terms=terms.hash,
        destinations=terms.deliver_to,
        test=terms.test,
    )
    if not outcome.documents:
        return [replace(base, posts=False)]
    staged = []
    for part, document in enumerate(outcome.documents, 1):
        (key, revision), kind = business_key(document), str(document["document_type"])
        staged.append(
            replace(
                base,
                id=base.id if part == 1 else edges.ids.new(),
                part=part,
                findings=base.findings if part == 1 else (),
                document_type=kind,
                schema_version=str(document.get("schema_version", "")),
                business_key=key,
                revision=revision,
                effect_key=f"{terms.trading_partner}/{kind}/{key}/{revision}",
                content=as_json(document).decode(),
                digest=content(document),
                posts=meaning(document) != "never",
            )
        )
    return staged


def archive_terms(edges: Edges, catalog: Catalog, terms: Terms) -> None:
    """The terms are archived as files are, on first use, and what they name before them: their hashes are the addresses."""
    if terms.hash in edges.terms_archived:
        return
    for name, address in terms.sources:
        if address not in edges.terms_archived:
            edges.archive.put([encoded(catalog.library.read(name))])
            edges.terms_archived.add(address)
    edges.archive.put([encoded(terms.text)])
    edges.terms_archived.add(terms.hash)


def isa_span(seen: InterchangeSeen, end: int) -> Span:
    """Where the ISA stands, with what follows it up to the first group."""
    start = seen.interchange.offset
    return start, (seen.groups[0].group.offset if seen.groups else end) - start


def closed(edges: Edges, catalog: Catalog, carried: Carried, seen: InterchangeSeen) -> Release:
    """All that a closing interchange gives the journal: its verdict, its groups, the answers owed."""
    interchange, terms = seen.interchange, seen.terms
    end = carried.size if interchange.end is None else interchange.end
    read = InterchangeRecord(
        number=interchange.number,
        sender="/".join(interchange.sender),
        receiver="/".join(interchange.receiver),
        control_number=interchange.control_number,
        version=interchange.version,
        usage=interchange.usage,
        span=(interchange.offset, end - interchange.offset),
        isa_span=isa_span(seen, end),
        sha256=digest_of(edges, carried.address, interchange.offset, end),
        complete=interchange.complete,
        accepted=interchange.accepted,
        ta1=interchange.ta1,
        partner=seen.party.partner,
        findings=tuple(interchange.findings),
        held=seen.party.finding,
    )
    groups = tuple(group_record(one) for one in seen.groups)
    if not interchange.complete:
        return Release(read, groups)
    if seen.party.finding is not None:
        return Release(read, groups, tuple(owed(catalog, seen, answer) for answer in _to_nobody(catalog, carried, seen)))
    partner = catalog.partners[seen.party.partner or ""].profile
    numbers = partner.control_numbers
    duplicates = terms.duplicates if terms is not None else partner.duplicates.same_bytes
    return Release(
        read,
        groups,
        tuple(owed(catalog, seen, answer) for answer in answers(seen)),
        number_policy=numbers.check,
        number_since=edges.clock.now() - numbers.window if numbers.window is not None else None,
        number_order=numbers.order,
        received=tuple(seen.received),
        duplicates=duplicates,
        repeat_answer=owed(catalog, seen, repeated(seen, terms)) if duplicates == "ta1_025" else None,
    )


def _to_nobody(catalog: Catalog, carried: Carried, seen: InterchangeSeen) -> list[Answer]:
    """A receiver that is not ours is answered only where the sender is known on the channel it came by."""
    partner, channel = seen.party.partner, catalog.channel(carried.channel)
    if partner is None or (channel is None and carried.partner != partner):
        return []
    ours = catalog.us.identities.values() if catalog.us is not None else ()
    known = seen.interchange.receiver[1] in {identity.isa.partition("/")[2].rstrip() for identity in ours}
    return refusal(seen, catalog.partners[partner].profile.answer.ta1, "007" if known else "009")


def group_record(seen: GroupSeen) -> GroupRecord:
    """A group as it closed."""
    group = seen.group
    return GroupRecord(
        number=group.number,
        functional_id=group.functional_id,
        control_number=group.control_number,
        version=group.version,
        span=(group.offset, len(group.raw)),
        verdict=group.accepted,
        set_count=group.set_count,
        accepted_count=group.accepted_count,
        findings=tuple(group.findings),
    )


def owed(catalog: Catalog, seen: InterchangeSeen, answer: Answer) -> AnswerOwed:
    """An answer with where it goes and what counts its numbers: per (our id, partner's id), test and production alike."""
    interchange = seen.interchange
    partner = seen.party.partner or ""
    pair = f"{'/'.join(interchange.receiver)}>{'/'.join(interchange.sender)}"
    ways = catalog.outboxes(partner)
    numbers = seen.terms.numbers if seen.terms is not None else None
    shared = numbers is not None and numbers.groups == "shared"
    template = ways[0].settings.get("name") if ways else None
    advised = answer.form == advice.FORM
    return AnswerOwed(
        group=answer.group,
        form=answer.form,
        answer=answer.content,
        channel=ways[0].name if ways else f"{partner}/out/1",
        partner=partner,
        isa_counter=f"isa {pair}",
        gs_counter=None if answer.form == "TA1" else f"gs {pair}" if shared else f"gs {pair} {advice.GROUP if advised else 'FA'}",
        advice=advised,
        isa_after=numbers.after_interchange if numbers is not None else 0,
        gs_after=numbers.after_group if numbers is not None else 0,
        **({"template": str(template)} if template else {}),
    )


def digest_of(edges: Edges, address: str, start: int, end: int) -> str:
    """SHA-256 of a part of an archived file: what tells whether an interchange came before byte for byte."""
    digest = hashlib.sha256()
    for offset in range(start, end, PIECE):
        digest.update(edges.archive.span(address, offset, min(PIECE, end - offset)))
    return digest.hexdigest()
