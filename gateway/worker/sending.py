"""Deliver and acknowledge: what is due goes out, and what became of it is recorded in one transaction with the item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from gateway.ports import (
    Answers,
    Archive,
    Chance,
    Clock,
    Connector,
    Deliveries,
    FaultPoint,
    OutcomeUnknown,
    Outbox,
    Posting,
    Refused,
    Unavailable,
    Work,
)
from gateway.records import AnswerDue, DeliveryDue, Item, Lease
from gateway.worker.backoff import TRIES, wait


class Senders(Protocol):
    """The edges that sending needs; `wiring.Gateway` has them."""

    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def work(self) -> Work: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def chance(self) -> Chance: ...
    @property
    def fault(self) -> FaultPoint: ...
    @property
    def connectors(self) -> Mapping[str, Connector]: ...
    @property
    def outboxes(self) -> Mapping[str, Outbox]: ...
    @property
    def render(self) -> Callable[[DeliveryDue], tuple[bytes, str]]: ...
    @property
    def write_answer(self) -> Callable[[AnswerDue], bytes]: ...


def deliver(edges: Senders, lease: Lease, item: Item) -> bool:
    """Post one document to one of our systems; False where the lane must wait.

    What may have been posted before is asked for by its effect key first, so that a lost reply never posts twice.
    """
    due = edges.deliveries.delivery(item.subject)
    connector = edges.connectors.get(due.destination)
    if connector is None:
        edges.deliveries.refused(lease, item, due, f"there is no destination '{due.destination}' in us.yaml")
        return True
    if due.test and connector.production:
        edges.deliveries.refused(lease, item, due, f"it is marked as test; '{due.destination}' is a production system")
        return True
    unknown = due.state in ("sending", "outcome_unknown")
    try:
        content, extension = edges.render(due)
        if not edges.deliveries.sending(lease, due):
            edges.work.done(lease, item)
            return True
        reference = connector.find(due.effect_key) if unknown else None
        if reference is None:
            unknown = False
            reference = connector.create(_posting(due, content, extension))
        edges.fault("posted:after")
    except OutcomeUnknown as error:
        return _again(edges, lease, item, due, str(error), unknown=True)
    except Unavailable as error:
        return _again(edges, lease, item, due, str(error), unknown=unknown, asked=error.retry_after)
    except Refused as error:
        edges.deliveries.refused(lease, item, due, str(error))
        return True
    edges.deliveries.delivered(lease, item, due, reference)
    return True


def _again(edges: Senders, lease: Lease, item: Item, due: DeliveryDue, why: str, unknown: bool, asked: float | None = None) -> bool:
    if item.attempts >= TRIES:
        edges.deliveries.refused(lease, item, due, f"{why}; given up after {item.attempts} tries")
        return True
    edges.deliveries.again(lease, item, due, edges.clock.now() + wait(item.attempts, edges.chance, asked), why, unknown)
    return False


def _posting(due: DeliveryDue, content: bytes, extension: str) -> Posting:
    return Posting(due.effect_key, due.document, due.document_type, due.partner, due.business_key, due.revision, content, extension)


def acknowledge(edges: Senders, lease: Lease, item: Item) -> bool:
    """Send one acknowledgment; its bytes are made once, archived, and are the same ever after."""
    due = edges.answers.answer(item.subject)
    try:
        address = due.address
        if address is None:
            address = edges.archive.put([edges.write_answer(due)]).address
            edges.answers.written(lease, due, address)
        outbox = edges.outboxes.get(due.channel)
        if outbox is None:
            raise Unavailable(f"there is no channel '{due.channel}' to send it by")
        name = outbox.put(due.name, edges.archive.open(address))
        edges.fault("put:after")
    except (Unavailable, OutcomeUnknown) as error:
        asked = error.retry_after if isinstance(error, Unavailable) else None
        edges.work.later(lease, item, edges.clock.now() + wait(item.attempts, edges.chance, asked), str(error))
        return False
    except Refused as error:
        edges.work.park(lease, item, str(error))
        return True
    edges.answers.sent(lease, item, due, name)
    return True
