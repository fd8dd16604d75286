"""Deliver and acknowledge: what is due goes out, and what became of it is recorded in one transaction with the item."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future

from gateway.ports import OutcomeUnknown, Posting, Refused, Unavailable
from gateway.records import DeliveryDue, Item, Lease
from gateway.wiring import Gateway
from gateway.worker.backoff import USUAL, wait
from gateway.worker.leaving import tried_again

LOT = 25
"""Documents or answers taken together: so many are asked for, or put again, at most after a kill."""
RECORD = 0.25
"""Seconds after which results are recorded although the lot goes on: a slow system's are seen as they come."""


class Deliveries:
    """The documents at the head of a lane, taken together, posted one after another in order, their results recorded together.

    What a broken run had taken may have been posted: it is asked for by its effect key first, so that neither a lost
    reply nor a kill posts twice.
    """

    def __init__(self, gateway: Gateway, lease: Lease) -> None:
        self._gateway = gateway
        self._lease = lease
        self._taken: deque[tuple[Item, DeliveryDue]] = deque()
        self._due: DeliveryDue | None = None
        self._done: list[tuple[Item, DeliveryDue, str]] = []
        self._recorded = time.monotonic()

    def next(self) -> Item | None:
        """The next document's item."""
        if not self._taken:
            self._record()
            self._taken.extend(self._gateway.dispatch.take(self._lease, LOT))
        if not self._taken:
            return None
        item, self._due = self._taken.popleft()
        return item

    def finish(self) -> None:
        """Record what was done, and give back what was not tried."""
        self._record()
        if self._taken:
            self._gateway.dispatch.untried(self._lease, list(self._taken))
            self._taken.clear()

    def work(self, gateway: Gateway, lease: Lease, item: Item) -> bool:
        """Post the document of the item that `next` gave; False where the lane must wait."""
        due = self._due
        assert due is not None
        connector = gateway.connectors.get(due.destination)
        if connector is None:
            return self._refused(item, due, f"there is no destination '{due.destination}' in us.yaml")
        if due.test and connector.production:
            return self._refused(item, due, f"it is marked as test; '{due.destination}' is a production system")
        unknown = due.state in ("sending", "outcome_unknown")
        try:
            content, extension = gateway.render(due)
            reference = connector.find(due.effect_key) if unknown else None
            if reference is None:
                unknown = False
                reference = connector.create(_posting(due, content, extension))
            gateway.fault("posted:after")
        except OutcomeUnknown as error:
            return self._again(item, due, str(error), unknown=True)
        except Unavailable as error:
            return self._again(item, due, str(error), unknown=unknown, asked=error.retry_after)
        except Refused as error:
            return self._refused(item, due, str(error))
        self._done.append((item, due, reference))
        if time.monotonic() - self._recorded > RECORD:
            self._record()
        return True

    def _record(self) -> None:
        if self._done:
            self._gateway.dispatch.delivered(self._lease, self._done)
        self._done, self._recorded = [], time.monotonic()

    def _refused(self, item: Item, due: DeliveryDue, why: str) -> bool:
        self._record()
        self._gateway.dispatch.refused(self._lease, item, due, why)
        return True

    def _again(self, item: Item, due: DeliveryDue, why: str, unknown: bool, asked: float | None = None) -> bool:
        if item.attempts >= USUAL.tries:
            return self._refused(item, due, f"{why}; given up after {item.attempts} tries")
        self._record()
        until = self._gateway.clock.now() + wait(item.attempts, self._gateway.chance, asked)
        self._gateway.dispatch.again(self._lease, item, due, until, why, unknown)
        return False


def _posting(due: DeliveryDue, content: bytes, extension: str) -> Posting:
    return Posting(due.effect_key, due.document, due.document_type, due.partner, due.business_key, due.revision, content, extension)


class Answers:
    """The acknowledgments at the head of a lane, sent one after another in order, their results recorded together.

    The bytes of one are made once, archived, and are the same ever after; one that a broken run had sent is put again
    under its name, which the partner's side knows as done.
    """

    def __init__(self, gateway: Gateway, lease: Lease) -> None:
        self._gateway = gateway
        self._lease = lease
        self._taken: deque[Item] = deque()
        self._sent: list[Future[None]] = []

    def next(self) -> Item | None:
        """The next acknowledgment's item."""
        if not self._taken:
            self._settle()
            self._taken.extend(self._gateway.work.first(self._lease, LOT))
        return self._taken.popleft() if self._taken else None

    def finish(self) -> None:
        """Wait until what was done is recorded, and give back what was not tried."""
        self._settle()
        if self._taken:
            self._gateway.work.give_back(self._lease, list(self._taken))
            self._taken.clear()

    def work(self, gateway: Gateway, lease: Lease, item: Item) -> bool:
        """Send one; False where the lane must wait."""
        due = gateway.dispatch.answer(item.subject)
        try:
            address = due.address
            if address is None:
                address = gateway.archive.put([gateway.write_answer(due)]).address
                gateway.dispatch.written(lease, due, address)
            outbox = gateway.outboxes.get(due.channel)
            if outbox is None:
                raise Unavailable(f"there is no channel '{due.channel}' to send it by")
            name = outbox.put(due.name, gateway.archive.open(address))
            gateway.fault("put:after")
        except (Unavailable, OutcomeUnknown) as error:
            if tried_again(gateway, lease, item, due.partner, due.channel, error):
                return False
            gateway.dispatch.unsent(lease, item, due, f"{error}; given up after {item.attempts} tries")
            return True
        except Refused as error:
            gateway.dispatch.unsent(lease, item, due, str(error))
            return True
        self._sent.append(gateway.dispatch.sent(lease, item, due, name))
        return True

    def _settle(self) -> None:
        sent, self._sent = self._sent, []
        for recorded in sent:
            recorded.result()
