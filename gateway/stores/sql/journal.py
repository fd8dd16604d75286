"""The Journal port: what came, what is staged, what was released; each call one durable transaction (DESIGN 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, and_, delete, insert, select

from gateway.edi.finding import Finding
from gateway.edi.shown import shown
from gateway.ports import Clock, FaultPoint, Ids, Receipt, Refused, no_fault
from gateway.records import Arrival, Carried, Held, Lease, Release, StagedDocument
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.database import Database
from gateway.stores.sql.moving import move
from gateway.stores.sql.release import release as release_interchange
from gateway.stores.sql.replace import discard, replace, send_again
from gateway.stores.sql.staging import document_findings, document_row, drop_staged
from gateway.stores.sql.work import VIEW, Due, enqueue, fence

T = TypeVar("T")
document, transmission = tables.document, tables.transmission


EMPTY = "empty"
"""Form and state of a file without content: an end, for nobody can do anything with it."""


def lane_of(identity: str) -> str:
    """The lane in which one transmission is carried and reprocessed: its own, so that only one does either."""
    return f"transmission/{identity}"


class SqlJournal:
    """The Journal port on SQL tables; `:memory:` and a file are the same code."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._fault = fault

    def receive(self, arrival: Arrival) -> Receipt:
        """Record that it came and that it must be carried; the same arrival again gives the first receipt."""
        named = f"{arrival.channel}\0{arrival.identity}\0" + ("" if arrival.keyed else arrival.durable.address)
        key = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
        identity, now = self._ids.new(), self._clock.now()

        def transaction(connection: Connection) -> Receipt:
            known = connection.execute(select(transmission.c.id, transmission.c.address).where(transmission.c.arrival == key)).first()
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
            enqueue(connection, [Due(lane_of(identity), "carry", identity, {"direction": arrival.direction})], now)
            return Receipt(identity, arrival.durable)

        self._fault("receive:before")
        receipt = self._database.write(transaction)
        self._fault("receive:after")
        return receipt

    def begin(self, lease: Lease, transmission: str) -> Carried:
        """The transmission as recorded; what a broken run of it left staged is gone. Raises LookupError."""

        def transaction(connection: Connection) -> Carried:
            drop_staged(connection, document.c.transmission == transmission)
            row = connection.execute(select(tables.transmission).where(tables.transmission.c.id == transmission)).first()
            if row is None:
                raise LookupError(f"there is no transmission {transmission}")
            return Carried(row.id, row.address, row.size, row.channel, row.name, row.partner, row.state, row.received_at, row.direction)

        return self._fenced(lease, transaction)

    def stage(self, lease: Lease, transmission: str, documents: list[StagedDocument]) -> None:
        """Store documents that are not due yet; a re-run overwrites them."""
        now = self._clock.now()
        rows = [document_row(transmission, staged, "staged") | {"changed_at": now} for staged in documents]
        findings = [row for staged in documents for row in document_findings(transmission, staged)]

        def transaction(connection: Connection) -> None:
            if rows:
                connection.execute(insert(document), rows)
            if findings:
                connection.execute(insert(tables.finding), findings)

        self._fault("stage:before")
        self._fenced(lease, transaction)
        self._fault("stage:after")

    def release(self, lease: Lease, transmission: str, release: Release) -> str:
        """Give a closed interchange its verdict and make what follows from it due; says the interchange's state."""
        now = self._clock.now()
        ids = [self._ids.new() for _ in release.answers or (release.repeat_answer,)]
        self._fault("release:before")
        state = self._fenced(lease, lambda connection: release_interchange(connection, now, transmission, release, ids))
        self._fault("release:after")
        return state

    def finish(self, lease: Lease, transmission: str, findings: list[Finding], form: str, broken: bool = False) -> str:
        """Everything of the transmission was read; says its state: read, duplicate, incomplete, or unreadable where nothing was.

        `broken`: it was given up half-way, and waits as incomplete for what was not released.
        """
        now, table, found = self._clock.now(), tables.transmission, tables.finding

        def transaction(connection: Connection) -> str:
            parts = connection.execute(select(tables.interchange).where(tables.interchange.c.transmission == transmission)).all()
            states = {row.state for row in parts}
            first = None
            if not parts:
                state = EMPTY if form == EMPTY else "unreadable"
            elif broken or "incomplete" in states:
                state = "incomplete"
            elif states == {"duplicate"}:
                state = "duplicate"
                first = parts[0].duplicate_transmission if parts[0].duplicate_transmission != transmission else None
            else:
                state = "read"
            moved = move(connection, table, state, table.c.id == transmission, form=form, read_at=now, duplicate_of=first)
            own = and_(found.c.transmission == transmission, found.c.interchange == 0)
            connection.execute(delete(found).where(own))
            if findings:
                connection.execute(insert(found), finding_rows(findings, "detect" if not parts else "parse", transmission))
            if moved:
                record(connection, now, "parse" if parts else "detect", state, transmission, form=form, interchanges=len(parts))
            drop_staged(connection, document.c.transmission == transmission)
            if state in ("unreadable", "incomplete"):
                enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
            return state

        self._fault("finish:before")
        state = self._fenced(lease, transaction)
        self._fault("finish:after")
        return state

    def replace(self, lease: Lease, held: Held, documents: list[StagedDocument], reason: str | None) -> list[str]:
        """Put what a held set became today in its place, if it is still held; says the states that follow.

        An answer of ours that could not be sent is owed again, with the same bytes.
        """
        now = self._clock.now()
        self._fault("replace:before")
        if held.kind == "acknowledgment":
            states = self._fenced(lease, lambda connection: send_again(connection, now, held, reason))
        else:
            states = self._fenced(lease, lambda connection: replace(connection, now, held, documents, reason))
        self._fault("replace:after")
        return states

    def discard(self, lease: Lease, held: Held, person: str, reason: str) -> bool:
        """A named person ends it; False where it was no longer held."""
        if not person.strip() or not reason.strip():
            raise ValueError("discarding wants the name of a person and a reason")
        now = self._clock.now()
        return self._fenced(lease, lambda connection: discard(connection, now, held, person, reason))

    def _fenced(self, lease: Lease, transaction: Callable[[Connection], T]) -> T:
        now = self._clock.now()

        def fenced(connection: Connection) -> T:
            fence(connection, lease, now)
            return transaction(connection)

        return self._database.write(fenced)
