"""Plain records that the pipeline hands to the journal and gets back: no rows, no connections, nothing to follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from gateway.edi.finding import Finding
from gateway.edi.naming import file_name
from gateway.edi.states import Verb
from gateway.exchange.answers import AdviceAnswer, GroupAnswer, InterchangeAnswer


@dataclass(frozen=True, slots=True)
class Durable:
    """Bytes that survive a power cut: only `Archive.put` makes one, and what lets a sender forget must hold one."""

    address: str
    """SHA-256 of the bytes, lower-case hex."""
    size: int


Direction = Literal["in", "our", "out"]
"""Of a transmission: `in` from a partner, `our` from a system of ours and to be sent, `out` to a partner."""

Span = tuple[int, int]
"""Offset and length in bytes of the archived file."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came, already durable; `channel` and `identity` name this arrival and no other."""

    channel: str
    name: str
    identity: str
    durable: Durable
    partner: str | None = None
    """Whose channel it is, where one partner owns it; of what is to be sent, to whom it goes, where the source says so."""
    direction: Direction = "in"
    keyed: bool = False
    """Whether the identity is a key that the source gave it: the same key with other bytes is a mistake, no other arrival."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document of ours comes from that is to be sent; `key` names it there, and no other."""

    channel: str
    """Such as us/erp, or api."""
    key: str
    name: str = ""
    """For people: a file name, a number."""
    partner: str | None = None
    """To whom it goes; None where the document says it."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A transmission as the pipeline needs it to carry it (again)."""

    id: str
    address: str
    size: int
    channel: str
    name: str
    partner: str | None
    state: str
    received_at: datetime
    direction: str = "in"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work a lane for a while; a `token` that is no longer the lane's own writes nothing."""

    lane: str
    kind: str
    token: int


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work due; `attempts` counts the tries begun, this one included once it is begun."""

    id: int
    kind: str
    subject: str
    attempts: int
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StagedDocument:
    """What became of one transaction set or a part of it: a canonical document, or the set alone where none could be made."""

    id: str
    interchange: int
    group: int
    number: int
    """Of the set in its group, from 1."""
    part: int
    set_id: str
    control_number: str
    span: Span
    isa_span: Span
    gs_span: Span
    ordinal: int
    line: int
    verdict: str
    """A, E or R, as the acknowledgment says."""
    held_at: Verb | None
    """The verb at which it waits for a person; None where it may go on."""
    findings: tuple[Finding, ...] = ()
    findings_omitted: int = 0
    partner: str | None = None
    terms: str | None = None
    """Address of the terms it was made under."""
    agreement: str | None = None
    document_type: str | None = None
    schema_version: str | None = None
    business_key: str | None = None
    revision: str = ""
    effect_key: str | None = None
    content: str | None = None
    """The canonical document as JSON."""
    digest: str | None = None
    """Hash of what it says, without the envelope it came in."""
    destinations: tuple[str, ...] = ()
    test: bool = False
    posts: bool = True
    """False for what only informs: a duplicate or confirmation by its own purpose code never posts."""


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """One functional group as read and judged."""

    number: int
    functional_id: str
    control_number: str
    version: str
    span: Span
    """Of its GS segment."""
    verdict: str
    set_count: int
    accepted_count: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerOwed:
    """An acknowledgment to be sent: `answer` is all that its bytes are made of, but for the numbers taken at release."""

    group: int
    """Number of the group it answers; 0 for the interchange itself (TA1)."""
    form: str
    answer: dict[str, Any]
    channel: str
    partner: str
    isa_counter: str
    gs_counter: str | None = None
    isa_after: int = 0
    """Where a new counter begins: the last number of another translator that was replaced."""
    gs_after: int = 0
    advice: bool = False
    """Whether it is the 824 of its group, owed beside the 997 or 999."""
    template: str = "{set}_{control_number}.edi"
    """Of the name of its file, as the partner's channel says."""

    def named(self, identity: str, isa_number: int, at: datetime) -> str:
        """The name of its file; a template that gives none that can be used is answered by our own."""
        facts = {
            "partner": self.partner,
            "set": self.form,
            "form": self.form,
            "document_type": "acknowledgment",
            "control_number": f"{isa_number:09d}",
            "number": f"{isa_number:09d}",
            "date": at.strftime("%Y%m%d"),
            "time": at.strftime("%H%M%S"),
            "id": identity,
        }
        return file_name(self.template, "{form}_{control_number}.edi", facts)


@dataclass(frozen=True, slots=True)
class InterchangeRecord:
    """One interchange as read and judged; `held` is why it waits as a whole (unknown partner), None otherwise."""

    number: int
    sender: str
    """Qualifier/id."""
    receiver: str
    control_number: str
    version: str
    usage: str
    span: Span
    isa_span: Span
    sha256: str
    complete: bool
    accepted: bool
    ta1: str
    partner: str | None = None
    findings: tuple[Finding, ...] = ()
    held: Finding | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """An answer to something of ours that stood in an interchange; `group` is 0 for a TA1, `number` counts from 1 in it."""

    group: int
    number: int
    answer: GroupAnswer | InterchangeAnswer | AdviceAnswer


NumberPolicy = Literal["hold", "warn", "off"]


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that one closing interchange gives the journal; written in one transaction."""

    interchange: InterchangeRecord
    groups: tuple[GroupRecord, ...] = ()
    answers: tuple[AnswerOwed, ...] = ()
    """What is owed when it is released or refused, or, where `interchange.held` says why it waits, although it waits."""
    number_policy: NumberPolicy = "hold"
    number_since: datetime | None = None
    """Control numbers seen before this moment may come again (the agreement's window)."""
    number_order: NumberPolicy = "off"
    """What a control number that jumps or goes back means."""
    number_allowed: bool = False
    """A person has decided that its control number may come again."""
    duplicates: str = "answer_again"
    """How the same bytes again are answered: answer_again, ta1_025 or silent."""
    repeat_answer: AnswerOwed | None = None
    """The TA1 025 for a repeated number, where that is agreed."""
    received: tuple[Received, ...] = ()
    """Answers to what we sent, to be matched when it is released."""


@dataclass(frozen=True, slots=True)
class DeliveryDue:
    """A document on its way to one destination."""

    document: str
    destination: str
    state: str
    transmission: str
    document_type: str
    partner: str
    business_key: str
    revision: str
    effect_key: str
    content: str
    terms: str | None
    test: bool


@dataclass(frozen=True, slots=True)
class AnswerDue:
    """An acknowledgment with everything its bytes are made of; `address` once they were made."""

    id: str
    transmission: str
    form: str
    answer: dict[str, Any]
    isa_number: int
    gs_number: int | None
    at: datetime
    channel: str
    partner: str
    name: str
    state: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer that a partner owes to what we send him; `within` in seconds."""

    form: str
    within: int | None
    calendar: str | None
    timezone: str | None
    then: str


@dataclass(frozen=True, slots=True)
class Departure:
    """All that the interchange of a document of ours is made of, but for the numbers taken at release."""

    channel: str
    partner: str
    agreement: str
    form: str
    """x12, or the format of a file without envelope."""
    set: str
    usage: str
    envelope: dict[str, Any]
    template: str
    """Of the name of its file, as the partner's channel says."""
    counter: str
    """What counts its interchanges, or its files."""
    group_counter: str | None = None
    after: int = 0
    """Where a new counter begins."""
    group_after: int = 0
    functional_id: str = ""
    version: str = ""
    expected: Expected | None = None
    extension: str = "edi"

    @property
    def lane(self) -> str:
        """In which it keeps its order: by channel, agreement and usage."""
        return f"{self.channel}/{self.agreement}/{self.usage}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What became of one document of ours: as it would leave, or why it is held."""

    document: StagedDocument
    draft: str | None = None
    """Address of the bytes as they would leave, with numbers that only hold the place."""
    departure: Departure | None = None
    within: str | None = None
    """The document in whose set this one goes (`merge_by`, `split_by`); it has no bytes of its own then."""


@dataclass(frozen=True, slots=True)
class OutgoingSet:
    """One set (or file) of an interchange of ours."""

    control_number: str
    document: str
    draft: str


@dataclass(frozen=True, slots=True)
class OutgoingGroup:
    """One functional group of an interchange of ours."""

    number: int
    gs_number: int | None
    sets: tuple[OutgoingSet, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An interchange of ours with everything its bytes are made of; `address` once they were made."""

    id: str
    state: str
    departure: Departure
    isa_number: int
    at: datetime
    name: str
    groups: tuple[OutgoingGroup, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """Something that waits for a person: a document (one set), an interchange, a whole transmission, or an answer of ours."""

    id: str
    kind: Literal["document", "interchange", "transmission", "acknowledgment", "outgoing"]
    transmission: str
    interchange: int
    group: int
    number: int
    verb: str
    state: str
    verdict: str
    """What the acknowledgment said of the set; '' where none was owed."""
    partner: str | None
    set_id: str
    document_type: str | None
    business_key: str | None
    interchange_control_number: str
    group_control_number: str
    set_control_number: str
    file: str
    received_at: datetime
    address: str
    span: Span
    isa_span: Span | None
    gs_span: Span | None
    ordinal: int
    line: int
    findings: tuple[dict[str, Any], ...] = field(default=())
    channel: str = ""
    """By which it came."""
    direction: str = "in"
    """`our` where it is to be sent, `out` for an interchange of ours that could not be."""
    draft: str | None = None
    """Address of what it would be sent as."""
    named: str | None = None
    """To whom its source said that it goes."""
    advised: bool = False
    """Whether an 824 has told the partner that it is not taken."""
