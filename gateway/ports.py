"""Every edge of the gateway as a small protocol, and the plain records that cross it.

Implementations stand in `stores`, `transports`, `connectors` and `opinions`; `wiring` chooses them; `pipeline` and
`worker` know only what is on this page. Texts and bytes cross an edge, never a row, a path or an open file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
class Durable:
    """Bytes that survive a power cut: only `Archive.put` makes one, and what lets a sender forget must hold one."""

    address: str
    """SHA-256 of the bytes, lower-case hex."""
    size: int


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
        """Its reference for what was posted under this key, None if nothing was. Raises Unavailable."""
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


class Library(Protocol):
    """Texts by logical name (`mappings/x12/004010/850.yaml`): profiles, mappings, guides, tables, templates."""

    def names(self, prefix: str) -> list[str]:
        """Every name that begins with `prefix`, sorted."""
        ...

    def read(self, name: str) -> str:
        """The text. Raises LookupError."""
        ...

    def version(self, name: str) -> str:
        """A hash of the text, for caches and terms. Raises LookupError."""
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
