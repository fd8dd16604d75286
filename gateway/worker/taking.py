"""Taking what an inbox offers: of a busy one several files side by side, and settled some at a time where it can do that."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, cast

from gateway import pipeline
from gateway.ports import Inbox, NotReady, Offered, Receipt, Unavailable
from gateway.wiring import Gateway

BUSY = 20
"""Files from which on it is worth taking them side by side."""
TOGETHER = 50
"""Files settled together."""


class SettlesMany(Protocol):
    """An inbox over a line, on which many files are settled in as many round trips as one."""

    def settle_all(self, taken: Sequence[tuple[Offered, Receipt]]) -> None:
        """Settle them all. Raises Unavailable."""
        ...


@dataclass(slots=True)
class _Later:
    """The inbox for one thread, whose files are settled a few at a time; a crash before that leaves them to the next look."""

    inbox: Inbox
    channel: str
    taken: list[tuple[Offered, Receipt]] = field(default_factory=list)

    def list(self) -> list[Offered]:
        """What may be taken."""
        return self.inbox.list()

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes."""
        return self.inbox.take(offered)

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Remember it, and settle all remembered when they are enough. Raises Unavailable."""
        self.taken.append((offered, receipt))
        if len(self.taken) >= TOGETHER:
            self.finish()

    def finish(self) -> None:
        """Settle what is remembered. Raises Unavailable."""
        taken, self.taken = self.taken, []
        if taken:
            cast("SettlesMany", self.inbox).settle_all(taken)


@dataclass(slots=True)
class _Taking:
    """What threads share: the offers left, and what went wrong."""

    gateway: Gateway
    offers: Iterator[Offered]
    left: int
    taken: int = 0
    failed: int = 0
    error: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Offered | None:
        """The next offer; None where there is none or where it is no use to go on."""
        with self.lock:
            self.left -= 1
            return None if self.error is not None else next(self.offers, None)

    def done(self) -> None:
        """One more is ours."""
        with self.lock:
            self.taken, self.failed = self.taken + 1, 0

    def wrong(self, error: Unavailable) -> None:
        """A file that cannot be read or moved hinders no other; where nothing or nothing more goes, it is the disk or the line."""
        with self.lock:
            self.failed += 1
            if self.failed > 1 or (self.taken == 0 and self.left <= 0):
                self.error = self.error or error

    def work(self, inbox: Inbox) -> None:
        """Take until nothing is left."""
        own = _Later(inbox, inbox.channel) if hasattr(inbox, "settle_all") else None
        try:
            while (offered := self.next()) is not None:
                try:
                    pipeline.receive(self.gateway.edges, own or inbox, offered)
                    self.done()
                except NotReady:
                    continue
                except Unavailable as error:
                    self.wrong(error)
        except BaseException as error:  # noqa: BLE001 it is raised where the threads come together
            self.error = error
        finally:
            if own is not None:
                try:
                    own.finish()
                except Unavailable as error:
                    self.error = self.error or error


def take_all(gateway: Gateway, inbox: Inbox, offers: Sequence[Offered]) -> int:
    """Take what is offered; says how many became ours. What is not ready stays. Raises what makes it no use to go on."""
    taking = _Taking(gateway, iter(offers), len(offers))
    at_once = int(getattr(inbox, "at_once", 1)) if len(offers) >= BUSY else 1
    if at_once > 1:
        gateway.edges  # noqa: B018 made once here: the threads must not each make their own
        with ThreadPoolExecutor(at_once, thread_name_prefix="gateway-take") as pool:
            list(pool.map(taking.work, [inbox] * at_once))
    else:
        taking.work(inbox)
    if taking.error is not None:
        raise taking.error
    return taking.taken
