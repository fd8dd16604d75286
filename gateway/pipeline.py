"""The page: receive → detect → parse → validate → map → check → route → deliver → acknowledge.

What stands in the journal is all that a step needs to begin again; so a kill between any two of them converges to what
would have been. `deliver` and `acknowledge` are due as soon as an interchange is released; the worker does them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from gateway.carriage.carrying import Carriage
from gateway.carriage.codes import CODES
from gateway.carriage.edges import Edges
from gateway.carriage.excerpt import again
from gateway.carriage.files import agreed, carry_file, document_again
from gateway.carriage.leaving import OURS, REHEARSED, depart, read_documents, redepart
from gateway.edi.finding import NOWHERE, Finding
from gateway.formats.kinds import KINDS
from gateway.formats.x12 import reader
from gateway.formats.x12.codes import CODES as X12
from gateway.ports import Inbox, Offered, Receipt
from gateway.profiles.agreement import Agreement
from gateway.records import Arrival, Carried, Direction, Held, Item, Lease, Leaving, Source


def arrive(edges: Edges, inbox: Inbox, offered: Offered, partner: str | None = None) -> Future[Receipt]:
    """receive: the bytes are durable when this returns, the transmission when the future says so; then `settle` lets the partner forget."""
    durable = edges.archive.put(inbox.take(offered))
    direction: Direction = "our" if inbox.channel.startswith(OURS) else "in"
    return edges.journal.receive(Arrival(inbox.channel, offered.name, offered.identity, durable, partner, direction, offered.keyed))


def settle(edges: Edges, inbox: Inbox, offered: Offered, receipt: Receipt) -> None:
    """receive, its last step: what is recorded may be moved or removed at the partner. Raises Unavailable."""
    edges.fault("settle:before")
    inbox.settle(offered, receipt)
    edges.fault("settle:after")


def receive(edges: Edges, inbox: Inbox, offered: Offered, partner: str | None = None) -> Receipt:
    """receive, of one file: the bytes durable, then the transmission recorded, and only then the partner may forget it."""
    receipt = arrive(edges, inbox, offered, partner).result()
    settle(edges, inbox, offered, receipt)
    return receipt


def leave(edges: Edges, document: Iterable[bytes], source: Source) -> Receipt:
    """receive, of ours: a document (JSON, or a list of them) that is to be sent is durable and recorded when this returns.

    The same source and key again give the first receipt. Raises Refused where they came before with other bytes.
    """
    durable = edges.archive.put(document)
    name = source.name or source.key
    return edges.journal.receive(Arrival(source.channel, name, source.key, durable, source.partner, direction="our", keyed=True)).result()


def inbound(
    edges: Edges,
    lease: Lease,
    carried: Carried,
    only: frozenset[int] | None = None,
    number_allowed: bool = False,
    channel_allowed: bool = False,
    item: Item | None = None,
) -> Future[str]:
    """Carry one transmission, begun, from its archived bytes to documents and answers due; the future says the state it ended in.

    `channel_allowed`: a person has seen by which channel it came, and that its sender was unknown then. `item`: ended
    with its lane by the transaction that ends the transmission.
    """
    if channel_allowed:
        carried = replace(carried, channel="")
    if not carried.size:
        return edges.journal.finish(lease, carried.id, [X12["empty-file"].finding()], "empty", item=item)
    carriage = Carriage(edges, lease, carried, edges.catalog(), only, number_allowed)
    agreement = without_envelope(carriage)  # detect: by its first bytes, else by its channel
    if agreement is None:
        # parse; then set by set: detect (whose it is), validate, map, check, route
        carriage.take(reader.read(edges.archive.open(carried.address)))
    elif agreement.row.format in KINDS:
        carry_file(carriage, agreement)  # the same, document by document
    else:
        carriage.noise.append(CODES["format-not-carried"].finding(NOWHERE, agreement.row.format))
    return carriage.finish("x12" if agreement is None else agreement.row.format, item)


def outbound(edges: Edges, lease: Lease, carried: Carried) -> str:
    """Carry what a system of ours left to be sent, document by document; says the state its file ended in.

    `deliver` and `acknowledge` (theirs) are due as soon as a document is released.
    """
    if carried.state == "read":
        return carried.state
    catalog = edges.catalog()
    found, wrong = read_documents(edges, carried)  # parse
    # then each: route (to whom, under which agreement), check, map, write, validate
    documents = depart(edges, catalog, carried, dict(enumerate(found, 1)))
    return edges.departures.leave(lease, carried.id, documents, wrong)


def without_envelope(carriage: Carriage) -> Agreement | None:
    """The agreement of the channel where the file does not say itself whose it is; None for X12, and for what nobody can read."""
    carried = carriage.carried
    found = agreed(carriage.edges, carriage.catalog, carried.address, carried.name, carried.channel, carried.partner)
    if found is None:
        return None
    if found.agreement is None and found.partner is not None and found.finding is not None:
        carriage.noise.append(found.finding)
    return found.agreement


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What reprocessing did, or would do, with one held thing."""

    id: str
    became: tuple[str, ...]
    """States that follow, such as waiting or quarantined at map; empty where nothing was to be done."""
    why: str = ""


def reprocess(edges: Edges, lease: Lease, held: Held, reason: str | None = None, dry_run: bool = False) -> Reprocessed:
    """Carry again what is held, from the archived bytes under today's terms; what is not held is not touched.

    A set rejected in its acknowledgment is final for the partner: only a `reason` overrides that, and no answer follows.
    """
    if held.kind == "document" and held.state == "rejected" and not reason:
        return Reprocessed(held.id, (), REJECTED)
    if held.kind == "document" and held.advised and not reason:
        return Reprocessed(held.id, (), ADVISED)
    if held.kind == "acknowledgment":
        became = ("owed",) if dry_run else tuple(edges.journal.replace(lease, held, [], reason))
        return Reprocessed(held.id, became, "" if became else "it is no longer held")
    if held.kind == "outgoing":
        became = ("due",) if dry_run else tuple(edges.sendings.due_again(lease, held, reason))
        return Reprocessed(held.id, became, "" if became else "it is no longer held")
    if held.direction == "our":
        return leave_again(edges, lease, held, reason, dry_run)
    if held.kind == "document" and held.verb != "detect":
        documents = document_again(edges, held) if held.set_id in KINDS else again(edges, held, reason)
        if dry_run:
            return Reprocessed(held.id, tuple(f"quarantined at {one.held_at}" if one.held_at else "waiting" for one in documents))
        states = edges.journal.replace(lease, held, documents, reason)
        return Reprocessed(held.id, tuple(states), "" if states else "it is no longer held")
    if dry_run:
        return Reprocessed(held.id, (f"{held.kind} read again",), "its sets are judged when it is read")
    # what was never answered is read as a whole, so that its groups are answered as if it came today
    only = None if held.kind == "transmission" else frozenset((held.interchange,))
    number_allowed = held.kind == "interchange" and held.verb == "parse"
    channel_allowed = any(finding["code"] == "unknown-partner" for finding in held.findings)
    carried = edges.journal.begin(lease, held.transmission)
    return Reprocessed(held.id, (inbound(edges, lease, carried, only, number_allowed, channel_allowed).result(),))


ADVISED = (
    "an 824 has told the partner that it is not taken, so he sends it again; "
    "--despite-rejection REASON carries it all the same, on record, and tells him nothing"
)


def leave_again(edges: Edges, lease: Lease, held: Held, reason: str | None = None, dry_run: bool = False) -> Reprocessed:
    """A document of ours that is held, from the archived source under today's terms; one that was refused goes under new numbers."""
    if held.kind == "transmission":
        if dry_run:
            return Reprocessed(held.id, ("read again",))
        return Reprocessed(held.id, (outbound(edges, lease, edges.journal.begin(lease, held.transmission)),))
    one = redepart(edges, held)
    if dry_run:
        return Reprocessed(held.id, (f"quarantined at {one.document.held_at}" if one.document.held_at else "waiting",))
    states = edges.departures.replace(lease, held, one, reason)
    return Reprocessed(held.id, tuple(states), "" if states else "it is no longer held")


def rehearse(edges: Edges, source: Source, document: Iterable[bytes]) -> tuple[list[Leaving], list[Finding]]:
    """What would become of documents of ours, or why they cannot be read; give `edges` an archive that forgets."""
    durable = edges.archive.put(document)
    carried = Carried(
        edges.ids.new(), durable.address, durable.size, source.channel, source.name, source.partner, REHEARSED, edges.clock.now(), "our"
    )
    found, wrong = read_documents(edges, carried)
    return depart(edges, edges.catalog(), carried, dict(enumerate(found, 1))), wrong


def once_more(content: str, purpose: str) -> bytes:
    """A document that was sent, as one that says it is a duplicate or a replacement."""
    document = json.loads(content, parse_float=str)
    return json.dumps(document | {"purpose": purpose}, ensure_ascii=False).encode()


REJECTED = (
    "it was rejected in its acknowledgment, so the partner sends it again; "
    "--despite-rejection REASON carries it all the same, on record, and sends no acknowledgment"
)


def discard(edges: Edges, lease: Lease, held: Held, person: str, reason: str) -> bool:
    """A named person ends something held, with a reason; False where it was no longer held."""
    if held.kind == "outgoing":
        return edges.sendings.discard(lease, held, person, reason)
    return edges.journal.discard(lease, held, person, reason)


def give_up(edges: Edges, lease: Lease, transmission: str, why: str, trace: str = "") -> None:
    """The retry limit's one exit: the transmission waits for a person, with what went wrong."""
    carried: Carried = edges.journal.begin(lease, transmission)
    finding = CODES["not-carried"].finding(NOWHERE, None, file=carried.name, why=why, trace=trace)
    edges.journal.finish(lease, transmission, [finding], "", broken=True).result()
