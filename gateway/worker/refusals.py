"""What a partner reads of a file of his that was refused: a text in the folder `out` of his drop, beside the acknowledgment."""

from __future__ import annotations

from typing import Any

from gateway.edi.naming import safe
from gateway.ports import Outbox, Refused
from gateway.profiles.catalog import Catalog, Channel
from gateway.records import Held
from gateway.stores.sql import views
from gateway.transports.drop.rooms import drop_outbox
from gateway.transports.quarantine import QuarantineFolder, expected_again
from gateway.wiring import Gateway

MOST = 50
"""Things of one file that are reported."""
WRONG = frozenset(("rejected", "quarantined", "held", "incomplete", "refused", "unreadable"))


def reported(catalog: Catalog, name: str) -> Channel | None:
    """The channel of that name, where what is refused of it is reported to the partner."""
    channel = catalog.channel(name) if catalog.drops else None
    return channel if channel is not None and channel.kind == "drop" else None


def report_refused(gateway: Gateway, transmission: str) -> str | None:
    """Report what the partner must send again, if the transmission came by a drop; says the name. Raises Unavailable.

    Done again it finds its report there, and changes nothing.
    """
    channel = reported(gateway.catalog(), views.came_by(gateway.database, transmission) or "")
    if channel is None:
        return None
    facts = views.transmission_of(gateway.database, transmission)
    if facts["state"] == "received" or not (refused := _refused(gateway, facts)):
        return None
    texts = QuarantineFolder(gateway.settings.project, gateway.archive, gateway.names)
    text = ("\n" + "=" * 72 + "\n\n").join(texts.text(one) for one in refused[:MOST])
    if len(refused) > MOST:
        text += f"\n... and {len(refused) - MOST} more.\n"
    outbox = _out(gateway, channel)
    stem = safe(facts["name"]).lstrip(".-")[:120] or "file"
    return _put(outbox, stem, transmission, text.encode())


def _out(gateway: Gateway, channel: Channel) -> Outbox:
    """His folder `out`, encrypted where his profile says so."""
    ways = (way for way in gateway.catalog().channels("out") if way.kind == "drop" and way.owner == channel.owner)
    way = next(ways, None)
    return gateway.outboxes[way.name] if way is not None else drop_outbox(channel.name, gateway.drop(channel.owner))


def _refused(gateway: Gateway, facts: dict[str, Any]) -> list[Held]:
    documents, states = facts["documents"], {row["state"] for row in (*facts["documents"], *facts["interchanges"], facts)}
    if not states & WRONG:
        return []
    rejected = tuple(row["id"] for row in documents if row["state"] == "rejected")
    held = [one for one in views.quarantined(gateway.database) if one.transmission == facts["id"]]
    held += views.quarantined(gateway.database, ids=rejected, rejected=True) if rejected else []
    return [one for one in held if one.kind == "transmission" or (one.kind != "acknowledgment" and expected_again(one))]


def _put(outbox: Outbox, stem: str, transmission: str, text: bytes) -> str:
    """Under the name of his file; where an older report has that, under one that says which time it was."""
    try:
        return outbox.put(f"{stem}.txt", [text])
    except Refused:
        return outbox.put(f"{stem}.{transmission[-10:]}.txt", [text])
