"""Taking what an inbox offers: of a busy one several files side by side, and settled some at a time where it can do that."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, cast

from gateway import pipeline
from gateway.ports import Inbox, NotReady, Offered, Receipt, Unavailable
from gateway.wiring import Gateway

BUSY = 20
"""Files from which on it is worth taking them side by side."""
TOGETHER = 50
"""Files recorded and settled together."""


class SettlesMany(Protocol):
    """An inbox over a line, on which many files are settled in as many round trips as one."""

    def settle_all(self, taken: Sequence[tuple[Offered, Receipt]]) -> None:
        """Settle them all. Raises Unavailable."""
        ...


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

    def done(self, count: int) -> None:
        """It went well, and so many more are ours."""
        with self.lock:
            self.taken, self.failed = self.taken + count, 0

    def wrong(self, error: Unavailable) -> None:
        """A file that cannot be read or moved hinders no other; where nothing or nothing more goes, it is the disk or the line."""
        with self.lock:
            self.failed += 1
            if self.failed > 1 or (self.taken == 0 and self.left <= 0):
                self.error = self.error or error

    def work(self, inbox: Inbox) -> None:
        """Take until nothing is left. Some are recorded and settled together; a crash before that leaves them to the next look."""
        arrived: list[tuple[Offered, Future[Receipt]]] = []
        try:
            while (offered := self.next()) is not None:
                try:
                    arrived.append((offered, pipeline.arrive(self.gateway.edges, inbox, offered)))
                    self.done(1)
                except NotReady:
                    continue
                except Unavailable as error:
                    self.wrong(error)
                if len(arrived) >= TOGETHER:
                    self.settle(inbox, arrived)
                    arrived = []
            self.settle(inbox, arrived)
        except BaseException as error:  # noqa: BLE001 it is raised where the threads come together
            self.error = error

    def settle(self, inbox: Inbox, arrived: Sequence[tuple[Offered, Future[Receipt]]]) -> None:
        """Let the partner forget what is recorded by now."""
        taken = []
        for offered, recorded in arrived:
            try:
                taken.append((offered, recorded.result()))
            except Unavailable as error:
                self.wrong(error)
        if hasattr(inbox, "settle_all"):
            if taken:
                cast("SettlesMany", inbox).settle_all(taken)
            return
        for offered, receipt in taken:
            try:
                pipeline.settle(self.gateway.edges, inbox, offered, receipt)
                self.done(0)
            except Unavailable as error:
                self.wrong(error)


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
