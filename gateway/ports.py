"""Every edge of the gateway as a small protocol, and the plain records that cross it.

Implementations stand in `stores`, `transports`, `connectors` and `opinions`; `wiring` chooses them; `pipeline` and
`worker` know only what is on this page. Texts and bytes cross an edge, never a row, a path or an open file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from gateway.edi.finding import Finding
    from gateway.formats.x12.envelope import TransactionSet
    from gateway.profiles.guide import Guide
    from gateway.records import (
        AnswerDue,
        Arrival,
        Carried,
        DeliveryDue,
        Durable,
        Held,
        Item,
        Lease,
        Leaving,
        Outgoing,
        Release,
        StagedDocument,
    )


class EdgeError(Exception):
    """Something outside us did not do what it was asked; the sentence is for a person, `code` for a program."""

    code = "edge"


class Unavailable(EdgeError):
    """Nothing happened and it may work later: refused connection, full disk, 503; `retry_after` in seconds where it was said."""

    code = "unavailable"

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Refused(EdgeError):
    """Nothing happened and it will not work by trying again: a 422, a name taken by other bytes. A person decides."""

    code = "refused"


class OutcomeUnknown(EdgeError):
    """It may or may not have happened (the reply was lost): ask with `find` before trying again."""

    code = "outcome-unknown"


class NotReady(EdgeError):
    """What an inbox offered changed or vanished while it was read; nothing was taken, the next poll sees what is there."""

    code = "not-ready"


class Damaged(EdgeError):
    """Archived bytes are missing or no longer have the hash they are filed under; never repaired, never guessed."""

    code = "damaged"


@dataclass(frozen=True, slots=True)
class Offered:
    """A file or message that waits at a partner's side and may be taken.

    `identity` names this arrival and no other on its channel (a folder: name, size, mtime_ns and inode), so that a poll
    after a crash finishes what was begun; `name` is for people, data only, never a path of ours; `handle` is the inbox's own.
    """

    channel: str
    name: str
    identity: str
    size: int | None = None
    handle: object = None
    keyed: bool = False
    """Whether `identity` is a key that the sender gave it: with other bytes it is his mistake, no other arrival."""
    copy: bool = False
    """It was never finished: a copy is kept as evidence, and it stays where it is."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transmission that the journal has committed; `fresh` is False where this very arrival was recorded before."""

    transmission: str
    durable: Durable
    fresh: bool = True


class Inbox(Protocol):
    """A partner's side from which we take: folder, mailbox, web hook. `channel` is its name, as in `Offered`."""

    channel: str

    def list(self) -> list[Offered]:
        """What may be taken now, oldest first; growing, temporary and foreign things are left out. Raises Unavailable."""
        ...

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes in chunks; raises NotReady (at the latest after the last chunk) if they changed meanwhile, or Unavailable."""
        ...

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Remove or move it at the partner, now that it is ours; done already is no error. Raises Unavailable."""
        ...


class Outbox(Protocol):
    """A partner's side into which we put. `channel` is its name."""

    channel: str

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Put a whole file, never seen half-written, and say the name it has there.

        The same name with the same bytes is already done and no error. Raises Unavailable, Refused (the name is taken
        by other bytes) or OutcomeUnknown.
        """
        ...


@dataclass(frozen=True, slots=True)
class Posting:
    """One document on its way into one of our own systems; `effect_key` is what makes it happen once."""

    effect_key: str
    document: str
    """Our id of the document."""
    document_type: str
    partner: str
    business_key: str
    revision: str
    content: bytes
    """The canonical document as JSON, or what the agreement's template made of it."""
    extension: str = "json"


@dataclass(frozen=True, slots=True)
class OurDocument:
    """A document that one of our own systems wants sent; `cursor` is where to go on after it."""

    cursor: str
    document_type: str
    content: bytes


class Connector(Protocol):
    """One of our own systems: ERP, warehouse. `name` is what `deliver_to` says; `production` whether its data is real."""

    name: str
    production: bool

    def find(self, effect_key: str) -> str | None:
        """Its reference for what was posted under this key, None if nothing was.

        Raises Unavailable, also where no answer proves that nothing was; Refused where it has no way to be asked.
        """
        ...

    def create(self, posting: Posting) -> str:
        """Post it and give its reference; what stands under the effect key already is found, not made again.

        Raises Unavailable, Refused (with its reason) or OutcomeUnknown.
        """
        ...

    def read(self, after: str | None, limit: int = 100) -> list[OurDocument]:
        """What it wants sent, in order, after a cursor. Raises Unavailable."""
        ...


class Archive(Protocol):
    """The bytes as they came and went, filed under their hash and never changed."""

    def put(self, chunks: Iterable[bytes]) -> Durable:
        """Store a stream and make it durable: file and folder are synced when this returns. Raises Unavailable."""
        ...

    def open(self, address: str) -> Iterator[bytes]:
        """The bytes in chunks of 256 KB, the hash checked on the way. Raises Damaged."""
        ...

    def span(self, address: str, offset: int, length: int) -> bytes:
        """A part of the bytes. Raises Damaged where there are fewer."""
        ...

    def addresses(self) -> Iterator[str]:
        """Every address there is, in no order: for verification and rebuilding."""
        ...


class Journal(Protocol):
    """What we remember of what came: each call is one durable transaction, or nothing at all.

    A lease whose token is no longer the lane's own raises Fenced: somebody else has taken over.
    """

    def receive(self, arrival: Arrival) -> Future[Receipt]:
        """Record that it came and must be carried; the same arrival again gives the first receipt, the key with other bytes Refused."""
        ...

    def begin(self, lease: Lease, transmission: str) -> Carried:
        """The transmission as recorded; what a broken run of it left staged is gone. Raises LookupError."""
        ...

    def take(self, owner: str, limit: int) -> list[tuple[Lease, Item, Carried]]:
        """Transmissions that are due to be carried, oldest first, leased and begun; one that was tried before comes alone."""
        ...

    def write(self, lease: Lease, transmission: str, parts: Sequence[StagedDocument | Release]) -> list[str]:
        """Store documents, not due yet, and release interchanges: what follows from them is due; says their states."""
        ...

    def finish(
        self,
        lease: Lease,
        transmission: str,
        findings: list[Finding],
        form: str,
        broken: bool = False,
        parts: Sequence[StagedDocument | Release] = (),
        item: Item | None = None,
    ) -> Future[str]:
        """Everything was read, or given up (`broken`): the rest is written; transmission, item and lane are ended; says the state."""
        ...

    def replace(self, lease: Lease, held: Held, documents: list[StagedDocument], reason: str | None) -> list[str]:
        """Put what a held set became today in its place, if it is still held; says the states that follow."""
        ...

    def discard(self, lease: Lease, held: Held, person: str, reason: str) -> bool:
        """A named person ends it; False where it was no longer held."""
        ...


class Work(Protocol):
    """The queue, which is the journal: lanes are claimed and leased, items worked in order."""

    def claim(self, owner: str, kinds: tuple[str, ...] | None = None, lane: str | None = None, limit: int = 1) -> list[Lease]:
        """Lanes that are due, oldest first, leased to `owner`; a named lane is claimed even before it is due."""
        ...

    def next(self, lease: Lease) -> Item | None:
        """The lane's first open item if it is due, its attempt counted durably before the try."""
        ...

    def first(self, lease: Lease, limit: int) -> list[Item]:
        """The lane's first open items that are due, their attempts counted durably before the try."""
        ...

    def give_back(self, lease: Lease, items: Iterable[Item]) -> None:
        """These were taken and not tried: they are what they were."""
        ...

    def done(self, lease: Lease, item: Item) -> None:
        """It was worked."""
        ...

    def later(self, lease: Lease, item: Item, due_at: datetime, why: str) -> None:
        """It must wait, and so must what stands behind it in the lane."""
        ...

    def park(self, lease: Lease, item: Item, why: str) -> None:
        """It will not be tried again by itself; what it was for is quarantined by the same call."""
        ...

    def close(self, lease: Lease) -> None:
        """Give the lane back."""
        ...


class Deliveries(Protocol):
    """What the worker takes before it posts documents, and the results, recorded in one transaction with the items."""

    def delivery(self, subject: str) -> DeliveryDue:
        """What is to be posted. Raises LookupError."""
        ...

    def take(self, lease: Lease, limit: int) -> list[tuple[Item, DeliveryDue]]:
        """The lane's first items that are due; they may have been posted from now on, so whoever takes them over asks first."""
        ...

    def delivered(self, lease: Lease, done: list[tuple[Item, DeliveryDue, str]]) -> None:
        """These stand in our own systems under their references."""
        ...

    def untried(self, lease: Lease, left: list[tuple[Item, DeliveryDue]]) -> None:
        """These were taken and not tried: they are what they were."""
        ...

    def again(self, lease: Lease, item: Item, due: DeliveryDue, due_at: datetime, why: str, unknown: bool) -> None:
        """It was not posted, or that is unknown; tried or asked again at `due_at`."""
        ...

    def refused(self, lease: Lease, item: Item, due: DeliveryDue, why: str) -> None:
        """It will not be tried again by itself: quarantined at deliver."""
        ...


class Answers(Protocol):
    """What the worker reads before it sends an acknowledgment, and what became of it."""

    def answer(self, subject: str) -> AnswerDue:
        """The acknowledgment to be sent. Raises LookupError."""
        ...

    def written(self, lease: Lease, due: AnswerDue, address: str) -> None:
        """Its bytes are archived; they are what is sent, now and ever after."""
        ...

    def sent(self, lease: Lease, item: Item, due: AnswerDue, name: str) -> Future[None]:
        """It was put at the partner; the item is done by the same transaction, of which the future tells."""
        ...

    def unsent(self, lease: Lease, item: Item, due: AnswerDue, why: str) -> None:
        """It will not be tried again by itself: quarantined at acknowledge."""
        ...


class Departures(Protocol):
    """Documents of ours: staged, held or released into interchanges, each call one transaction."""

    def leave(self, lease: Lease, identity: str, documents: list[Leaving], findings: list[Finding]) -> str:
        """All documents of a file that a system of ours left; what may go has its numbers from now on. Says the file's state."""

    def replace(self, lease: Lease, held: Held, one: Leaving, reason: str | None) -> list[str]:
        """Put what a held document became today in its place, if it is still held; says the state that follows."""

    def release(self, lease: Lease, item: Item) -> None:
        """What waits to go together goes; the item is done by the same call."""

    def serials(self, transmission: str, number: int, counter: str, count: int) -> range:
        """Serials for packages of the so-manyth document of a file: the same ones whenever it is written."""

    def within(self, document: str) -> list[int]:
        """The documents of a file that went in the set of one of them, by their numbers in the file."""

    def related(self, partner: str, document_type: str, key: str) -> str | None:
        """The newest document of a type and business key between a partner and us, as JSON."""


class Sendings(Protocol):
    """What the worker reads before it sends an interchange of ours, and what became of it."""

    def outgoing(self, subject: str) -> Outgoing:
        """The interchange to be sent. Raises LookupError."""

    def written(self, lease: Lease, due: Outgoing, address: str, size: int) -> None:
        """Its bytes are archived; they are what is sent, now and ever after."""

    def sent(self, lease: Lease, item: Item, due: Outgoing, name: str) -> None:
        """It was put at the partner, and his answer is awaited; the item is done by the same call."""

    def unsent(self, lease: Lease, item: Item, due: Outgoing, why: str) -> None:
        """It will not be tried again by itself: quarantined at deliver."""

    def due_again(self, lease: Lease, held: Held, reason: str | None) -> list[str]:
        """One that could not be sent is due again, as it was."""

    def discard(self, lease: Lease, held: Held, person: str, reason: str) -> bool:
        """A named person ends one that was never sent: its numbers are void."""

    def rest(self, channel: str, until: datetime) -> None:
        """Nothing more is tried by a channel for a while."""

    def overdue(self, lease: Lease, item: Item) -> None:
        """The answers that should have come by now are overdue; the item is done by the same call."""


class Fenced(Exception):
    """The lease was lost to another worker; what was being written was not."""


class Remarks(Protocol):
    """What stands in inboxes and is not taken, as people see it."""

    def note(self, channel: str, findings: Iterable[Finding]) -> list[Finding]:
        """This is what the last look saw: what is new is recorded and given back, what is no longer there is forgotten."""
        ...


class HeldView(Protocol):
    """A folder or another place where people look at what is held; a view only, the journal decides."""

    def sync(self, held: Iterable[Held]) -> None:
        """Make it show exactly these."""
        ...


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class Ids(Protocol):
    """New ids, unique, sortable by the time they were made."""

    def new(self) -> str:
        """26 characters, digits and capitals (ULID)."""
        ...


class Chance(Protocol):
    """The one source of randomness, so that tests can have none."""

    def fraction(self) -> float:
        """At least 0, below 1."""
        ...


class FaultPoint(Protocol):
    """Called at each durable step with its name; does nothing, but in the rigs that kill there."""

    def __call__(self, name: str) -> None:
        """Go on, or never return."""
        ...


def no_fault(name: str) -> None:
    """The fault point of real life."""


class SecondOpinion(Protocol):
    """An independent judge of sets by our guides: it accepts and refuses nothing, it only speaks."""

    def judge(self, guide: Guide, found: TransactionSet) -> list[Finding]:
        """What it objects to in a whole set, as warnings that go into no acknowledgment. Never raises."""
        ...
