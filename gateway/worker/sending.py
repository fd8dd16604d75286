"""Deliver and acknowledge: what is due goes out, and what became of it is recorded in one transaction with the item."""

from __future__ import annotations

from gateway.ports import OutcomeUnknown, Posting, Refused, Unavailable
from gateway.records import DeliveryDue, Item, Lease
from gateway.wiring import Gateway
from gateway.worker.backoff import TRIES, wait


def deliver(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """Post one document to one of our systems; False where the lane must wait.

    What may have been posted before is asked for by its effect key first, so that a lost reply never posts twice.
    """
    due = gateway.dispatch.delivery(item.subject)
    connector = gateway.connectors.get(due.destination)
    if connector is None:
        gateway.dispatch.refused(lease, item, due, f"there is no destination '{due.destination}' in us.yaml")
        return True
    if due.test and connector.production:
        gateway.dispatch.refused(lease, item, due, f"it is marked as test; '{due.destination}' is a production system")
        return True
    unknown = due.state in ("sending", "outcome_unknown")
    try:
        content, extension = gateway.render(due)
        if not gateway.dispatch.sending(lease, due):
            gateway.work.done(lease, item)
            return True
        reference = connector.find(due.effect_key) if unknown else None
        if reference is None:
            unknown = False
            reference = connector.create(_posting(due, content, extension))
        gateway.fault("posted:after")
    except OutcomeUnknown as error:
        return _again(gateway, lease, item, due, str(error), unknown=True)
    except Unavailable as error:
        return _again(gateway, lease, item, due, str(error), unknown=unknown, asked=error.retry_after)
    except Refused as error:
        gateway.dispatch.refused(lease, item, due, str(error))
        return True
    gateway.dispatch.delivered(lease, item, due, reference)
    return True


def _again(gateway: Gateway, lease: Lease, item: Item, due: DeliveryDue, why: str, unknown: bool, asked: float | None = None) -> bool:
    if item.attempts >= TRIES:
        gateway.dispatch.refused(lease, item, due, f"{why}; given up after {item.attempts} tries")
        return True
    gateway.dispatch.again(lease, item, due, gateway.clock.now() + wait(item.attempts, gateway.chance, asked), why, unknown)
    return False


def _posting(due: DeliveryDue, content: bytes, extension: str) -> Posting:
    return Posting(due.effect_key, due.document, due.document_type, due.partner, due.business_key, due.revision, content, extension)


def acknowledge(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """Send one acknowledgment; its bytes are made once, archived, and are the same ever after."""
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
        if item.attempts >= TRIES:
            gateway.dispatch.unsent(lease, item, due, f"{error}; given up after {item.attempts} tries")
            return True
        asked = error.retry_after if isinstance(error, Unavailable) else None
        gateway.work.later(lease, item, gateway.clock.now() + wait(item.attempts, gateway.chance, asked), str(error))
        return False
    except Refused as error:
        gateway.dispatch.unsent(lease, item, due, str(error))
        return True
    gateway.dispatch.sent(lease, item, due, name)
    return True
