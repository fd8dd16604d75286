"""The Journal port: what came, what is staged, what was released; each call one durable transaction (DESIGN 8)."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import Connection, bindparam, insert, select

from gateway.edi.finding import Finding
from gateway.edi.shown import shown
from gateway.ports import Clock, FaultPoint, Ids, Receipt, Refused, no_fault
from gateway.records import Arrival, Carried, Held, Item, Lease, Release, StagedDocument
from gateway.stores.sql import tables
from gateway.stores.sql.audit import record
from gateway.stores.sql.database import Database
from gateway.stores.sql.ending import end
from gateway.stores.sql.release import release
from gateway.stores.sql.replace import discard, replace, send_again
from gateway.stores.sql.staging import OF_TRANSMISSION, drop_staged, staging
from gateway.stores.sql.work import Due, close_item, close_lane, enqueue, fence, take_lanes

T = TypeVar("T")
transmission = tables.transmission


CARRY = "carry"
"""The kind of the work that a transmission makes."""

_ARRIVED = select(transmission.c.id, transmission.c.address).where(transmission.c.arrival == bindparam("arrival_"))
_THESE = select(transmission).where(transmission.c.id.in_(bindparam("ids_", expanding=True)))


def lane_of(identity: str) -> str:
    """The lane in which one transmission is carried and reprocessed: its own, so that only one does either."""
    return f"transmission/{identity}"


def carried(connection: Connection, ids: list[str]) -> dict[str, Carried]:
    """Transmissions as recorded. Raises LookupError."""
    rows = connection.execute(_THESE, {"ids_": ids}).all()
    found = {
        row.id: Carried(row.id, row.address, row.size, row.channel, row.name, row.partner, row.state, row.received_at, row.direction)
        for row in rows
    }
    for identity in ids:
        if identity not in found:
            raise LookupError(f"there is no transmission {identity}")
    return found


class SqlJournal:
    """The Journal port on SQL tables; `:memory:` and a file are the same code."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._fault = fault

    def receive(self, arrival: Arrival) -> Future[Receipt]:
        """Record that it came and that it must be carried; the future gives the receipt once that is durable.

        The same arrival again gives the first receipt. It raises Refused where its key came before with other bytes.
        """
        named = f"{arrival.channel}\0{arrival.identity}\0" + ("" if arrival.keyed else arrival.durable.address)
        key = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
        identity, now = self._ids.new(), self._clock.now()

        def transaction(connection: Connection) -> Receipt:
            known = connection.execute(_ARRIVED, {"arrival_": key}).first()
            if known is not None and known.address != arrival.durable.address:
                raise Refused(f"the key {shown(arrival.identity)} came before with other bytes, as transmission {known.id}")
            if known is not None:
                return Receipt(known.id, arrival.durable, fresh=False)
            row = {
                "id": identity,
                "direction": arrival.direction,
                "channel": arrival.channel,
                "name": arrival.name.encode("utf-8", "backslashreplace").decode(),
                "arrival": key,
                "address": arrival.durable.address,
                "size": arrival.durable.size,
                "partner": arrival.partner,
                "state": "received",
                "received_at": now,
            }
            connection.execute(insert(transmission), row)
            record(connection, now, "receive", "received", identity, channel=arrival.channel, name=row["name"], size=arrival.durable.size)
            enqueue(connection, [Due(lane_of(identity), CARRY, identity, {"direction": arrival.direction})], now)
            return Receipt(identity, arrival.durable)

        self._fault("receive:before")
        return self._database.submit(transaction)

    def begin(self, lease: Lease, transmission: str) -> Carried:
        """The transmission as recorded; what a broken run of it left staged is gone. Raises LookupError."""

        def transaction(connection: Connection) -> Carried:
            drop_staged(connection, OF_TRANSMISSION, {"transmission_": transmission})
            return carried(connection, [transmission])[transmission]

        return self._fenced(lease, transaction).result()

    def take(self, owner: str, limit: int) -> list[tuple[Lease, Item, Carried]]:
        """Transmissions that are due to be carried, oldest first, leased and begun; one that was tried before comes alone."""
        now = self._clock.now()

        def transaction(connection: Connection) -> list[tuple[Lease, Item, Carried]]:
            taken = take_lanes(connection, CARRY, owner, now, limit)
            for _, item in taken:
                if item.attempts > 1:
                    drop_staged(connection, OF_TRANSMISSION, {"transmission_": item.subject})
            facts = carried(connection, [item.subject for _, item in taken])
            return [(lease, item, facts[item.subject]) for lease, item in taken]

        return self._database.write(transaction)

    def write(self, lease: Lease, transmission: str, parts: Sequence[StagedDocument | Release]) -> list[str]:
        """What has gathered of a file that is too large for one transaction; says the states of the interchanges that closed."""
        self._fault("write:before")
        return self._fenced(lease, self._written(transmission, parts)).result()

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
        """Everything was read: writes what gathered last, gives the transmission its state and ends the item and its lane.

        All in one transaction, which others may join; the future says the state once it is durable: read, duplicate,
        incomplete, or unreadable where nothing was read. `broken`: it was given up half-way, and waits as incomplete for
        what was not released.
        """
        now, written = self._clock.now(), self._written(transmission, parts)

        def transaction(connection: Connection) -> str:
            written(connection)
            state = end(connection, now, transmission, findings, form, broken)
            if item is not None:
                close_item(connection, item, "done")
                close_lane(connection, lease, now)
            return state

        self._fault("finish:before")
        return self._fenced(lease, transaction)

    def replace(self, lease: Lease, held: Held, documents: list[StagedDocument], reason: str | None) -> list[str]:
        """Put what a held set became today in its place, if it is still held; says the states that follow.

        An answer of ours that could not be sent is owed again, with the same bytes.
        """
        now = self._clock.now()
        self._fault("replace:before")
        if held.kind == "acknowledgment":
            states = self._fenced(lease, lambda connection: send_again(connection, now, held, reason)).result()
        else:
            states = self._fenced(lease, lambda connection: replace(connection, now, held, documents, reason)).result()
        self._fault("replace:after")
        return states

    def discard(self, lease: Lease, held: Held, person: str, reason: str) -> bool:
        """A named person ends it; False where it was no longer held."""
        if not person.strip() or not reason.strip():
            raise ValueError("discarding wants the name of a person and a reason")
        now = self._clock.now()
        return self._fenced(lease, lambda connection: discard(connection, now, held, person, reason)).result()

    def _written(self, transmission: str, parts: Sequence[StagedDocument | Release]) -> Callable[[Connection], list[str]]:
        """The transaction that stores documents, not due yet, and releases interchanges, in order: all that can be is made ready here."""
        now, steps = self._clock.now(), []
        for kind, run in itertools.groupby(parts, type):
            if kind is Release:
                steps += [self._releasing(now, transmission, cast("Release", one)) for one in run]
            else:
                steps.append(staging(now, transmission, cast("list[StagedDocument]", list(run))))

        def transaction(connection: Connection) -> list[str]:
            return [state for step in steps if (state := step(connection)) is not None]

        return transaction

    def _releasing(self, now: datetime, transmission: str, one: Release) -> Callable[[Connection], str | None]:
        ids = [self._ids.new() for _ in one.answers or (one.repeat_answer,)]
        return lambda connection: release(connection, now, transmission, one, ids)

    def _fenced(self, lease: Lease, transaction: Callable[[Connection], T]) -> Future[T]:
        now = self._clock.now()

        def fenced(connection: Connection) -> T:
            fence(connection, lease, now)
            return transaction(connection)

        return self._database.submit(fenced)
