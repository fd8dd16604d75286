"""Interchanges of ours: what waited to go together is released, what is due is sent, what should have been answered is chased."""

from __future__ import annotations

from datetime import timedelta

from gateway.carriage.enveloping import bytes_of
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.records import Item, Lease
from gateway.wiring import Gateway
from gateway.worker.backoff import USUAL, Patience, patience, wait


def release(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """What waited to go together goes."""
    gateway.departures.release(lease, item)
    return True


def chase(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """The answers that should have come by now are overdue."""
    gateway.sendings.overdue(lease, item)
    return True


def send(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """Send one interchange; its bytes are made once, archived, and are the same ever after."""
    due = gateway.sendings.outgoing(item.subject)
    if due.state in ("quarantined", "discarded"):
        gateway.work.done(lease, item)
        return True
    try:
        address = due.address
        if address is None:
            data = bytes_of(gateway.archive, due)
            address = gateway.archive.put([data]).address
            gateway.sendings.written(lease, due, address, len(data))
        outbox = gateway.outboxes.get(due.departure.channel)
        if outbox is None:
            raise Unavailable(f"there is no channel '{due.departure.channel}' to send it by")
        name = outbox.put(due.name, gateway.archive.open(address))
        gateway.fault("sent-off:after")
    except (Unavailable, OutcomeUnknown) as error:
        if tried_again(gateway, lease, item, due.departure.partner, due.departure.channel, error):
            return False
        gateway.sendings.unsent(lease, item, due, f"{error}; given up after {item.attempts} tries")
        return True
    except Refused as error:
        gateway.sendings.unsent(lease, item, due, str(error))
        return True
    gateway.sendings.sent(lease, item, due, name)
    return True


def tried_again(gateway: Gateway, lease: Lease, item: Item, partner: str, channel: str, error: Unavailable | OutcomeUnknown) -> bool:
    """Whether what could not be sent is tried again, as the partner's profile says today; it waits then.

    After some failures in a row everything by the same channel waits with it, so that nobody knocks at a dead door all the time.
    """
    how = _patience(gateway, partner)
    if item.attempts >= how.tries:
        return False
    asked = error.retry_after if isinstance(error, Unavailable) else None
    pause = wait(item.attempts, gateway.chance, asked, how)
    tired = item.attempts >= how.tired
    until = gateway.clock.now() + (max(pause, timedelta(seconds=how.pause)) if tired else pause)
    gateway.work.later(lease, item, until, str(error))
    if tired:
        gateway.sendings.rest(channel, until)
    return True


def _patience(gateway: Gateway, partner: str) -> Patience:
    known = gateway.catalog().partners.get(partner)
    return USUAL if known is None else patience(known.profile.resilience)
