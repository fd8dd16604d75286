"""The Departures port: documents of ours as they are staged, released into interchanges with their numbers, and mended.

Numbers are taken in the transaction that makes the interchange's row; its bytes are made afterwards from that row alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from gateway.edi.finding import Finding
from gateway.edi.naming import file_name
from gateway.exchange.batching import packed
from gateway.exchange.control_numbers import LARGEST, set_number
from gateway.exchange.duplicates import by_purpose
from gateway.ports import Clock, FaultPoint, Ids, no_fault
from gateway.records import Departure, Expected, Held, Item, Lease, Leaving
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.database import Database
from gateway.stores.sql.moving import move
from gateway.stores.sql.numbers import take, void
from gateway.stores.sql.outgoing_tables import leaving, outgoing, outgoing_group, outgoing_set, serial
from gateway.stores.sql.staging import OF_TRANSMISSION, document_findings, document_row, drop_staged
from gateway.stores.sql.work import VIEW, Due, close_item, enqueue, fence, hurry

T = TypeVar("T")
document, finding, transmission = tables.document, tables.finding, tables.transmission

US = "the gateway"
"""Who voids a number where no person did."""


class SqlDepartures:
    """Documents of ours on their way out, up to the interchange that is due to be sent."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._fault = fault

    def leave(self, lease: Lease, identity: str, documents: list[Leaving], findings: list[Finding]) -> str:
        """Everything of a file of documents, in one transaction: what may go is released, the rest is held; says its state."""
        now = self._clock.now()

        def transaction(connection: Connection) -> str:
            state: str = connection.execute(select(transmission.c.state).where(transmission.c.id == identity)).scalar_one()
            if state == "read":
                return state
            after = "read" if documents else "unreadable"
            drop_staged(connection, OF_TRANSMISSION, {"transmission_": identity})
            connection.execute(delete(finding).where(finding.c.transmission == identity, finding.c.document.is_(None)))
            move(connection, transmission, after, transmission.c.id == identity, form="json", read_at=now)
            if findings:
                connection.execute(insert(finding), finding_rows(findings, "detect", identity))
            record(connection, now, "parse" if documents else "detect", after, identity, form="json", documents=len(documents))
            rows = [document_row(identity, one.document, "staged") | {"changed_at": now} for one in documents]
            if rows:
                connection.execute(insert(document), rows)
            found = [row for one in documents for row in document_findings(identity, one.document)]
            if found:
                connection.execute(insert(finding), found)
            self._settle(connection, now, [(one.document.id, one) for one in documents])
            if not documents:
                enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
            return after

        self._fault("leave:before")
        state = self._fenced(lease, transaction)
        self._fault("leave:after")
        return state

    def replace(self, lease: Lease, held: Held, one: Leaving, reason: str | None) -> list[str]:
        """What a held document became today, under today's terms; says its state, or nothing where it is no longer held."""
        now = self._clock.now()

        def transaction(connection: Connection) -> list[str]:
            values = document_row(held.transmission, one.document, "staged") | {"changed_at": now}
            del values["id"], values["state"]
            mends = _last_refused(connection, held.id)
            if not move(connection, document, "staged", document.c.id == held.id, claim=None, duplicate_of=None, **values):
                return []
            connection.execute(delete(finding).where(finding.c.document == held.id))
            connection.execute(delete(leaving).where(leaving.c.document == held.id))
            rows = [row | {"document": held.id} for row in document_findings(held.transmission, one.document)]
            if rows:
                connection.execute(insert(finding), rows)
            self._settle(connection, now, [(held.id, one)], mends)
            state: str = connection.execute(select(document.c.state).where(document.c.id == held.id)).scalar_one()
            what = "mended" if mends is not None else "reprocessed"
            record(connection, now, "receive", what, held.transmission, held.id, reason=reason, state=state)
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
            return [state]

        self._fault("mend:before")
        states = self._fenced(lease, transaction)
        self._fault("mend:after")
        return states

    def within(self, identity: str) -> list[int]:
        """The documents of a file that went in the set of one of them, by their numbers in the file."""
        question = select(document.c.number).where(document.c.duplicate_of == identity, document.c.state == "replaced")
        return self._database.read(lambda connection: list(connection.execute(question.order_by(document.c.number)).scalars()))

    def related(self, partner: str, document_type: str, key: str) -> str | None:
        """The newest document of a type and business key between us and a partner, as JSON; from him before ours."""
        question = (
            select(document.c.content)
            .join(transmission, transmission.c.id == document.c.transmission)
            .where(document.c.business_key == key, document.c.document_type == document_type, document.c.partner == partner)
            .where(document.c.state.in_(("waiting", "done")), document.c.content.is_not(None))
            .order_by(transmission.c.direction, document.c.id.desc())
            .limit(1)
        )
        return self._database.read(lambda connection: connection.execute(question).scalar_one_or_none())

    def serials(self, transmission: str, number: int, counter: str, count: int) -> range:
        """Serials for packages of the so-manyth document of a file: the same ones whenever it is written."""
        now = self._clock.now()

        def transaction(connection: Connection) -> range:
            mine = (serial.c.transmission == transmission, serial.c.number == number)
            known = connection.execute(select(serial).where(*mine)).first()
            if known is not None and known.counter == counter and known.last - known.first + 1 >= count:
                return range(known.first, known.last + 1)
            # a document that has more packages by today's terms has them all numbered anew: half of them would be confusing
            first = take(connection, counter, now)
            last = first + count - 1
            connection.execute(update(tables.counter).where(tables.counter.c.name == counter).values(n=last))
            connection.execute(delete(serial).where(*mine))
            connection.execute(insert(serial).values(transmission=transmission, number=number, counter=counter, first=first, last=last))
            return range(first, last + 1)

        return self._database.write(transaction)

    def release(self, lease: Lease, item: Item) -> None:
        """What waits in a lane to go together goes; the item is done by the same call."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            self._release(connection, now, item.subject)
            close_item(connection, item, "done")

        self._fault("depart:before")
        self._fenced(lease, transaction)
        self._fault("depart:after")

    def _settle(self, connection: Connection, now: datetime, documents: Sequence[tuple[str, Leaving]], mends: str | None = None) -> None:
        """Each staged document is held, known already, or goes; what goes is released at once, or with what else is due."""
        lanes: dict[str, Departure] = {}
        held = 0
        alone = [(identity, one) for identity, one in documents if one.within is None]
        for identity, one in documents:
            if one.within is not None:
                move(connection, document, "replaced", document.c.id == identity, duplicate_of=one.within, changed_at=now)
                source = connection.execute(select(document.c.transmission).where(document.c.id == identity)).scalar_one()
                record(connection, now, "map", "merged", source, identity, into=one.within)
        for identity, one in alone:
            state, instead = _claimed(connection, now, identity, one)
            held += state == "quarantined"
            lane = one.departure.lane if state == "waiting" and one.departure is not None else None
            facts = asdict(one.departure) if one.departure is not None else None
            row = {"document": identity, "draft": one.draft, "departure": facts, "lane": lane, "mends": mends or instead}
            connection.execute(insert(leaving), row)
            if lane is not None and one.departure is not None:
                lanes[lane] = one.departure
        if held:
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
        for lane, departure in lanes.items():
            after, sets = int(departure.envelope.get("batch_after") or 0), int(departure.envelope.get("batch_sets") or 0)
            if not after:
                self._release(connection, now, lane)
                continue
            enqueue(connection, [Due(f"release/{lane}", "release", lane)], now + timedelta(seconds=after))
            waiting = connection.execute(select(func.count()).where(leaving.c.lane == lane)).scalar_one()
            if waiting >= (sets or LARGEST):
                hurry(connection, "release", lane, now)

    def _release(self, connection: Connection, now: datetime, lane: str) -> None:
        """Everything that waits in a lane goes into interchanges, in order; what was agreed otherwise goes apart."""
        question = select(leaving, document.c.transmission).join(document).where(leaving.c.lane == lane).order_by(document.c.id)
        rows = connection.execute(question).all()
        while rows:
            same = next((n for n, row in enumerate(rows) if row.departure != rows[0].departure), len(rows))
            alike, rows = rows[:same], rows[same:]
            departure = departure_of(alike[0].departure)
            one_each = departure.form != "x12"
            sets = 1 if one_each else int(departure.envelope.get("sets_per_group") or 0)
            groups = 1 if one_each else int(departure.envelope.get("groups_per_interchange") or 0)
            for interchange in packed(alike, sets, groups):
                self._interchange(connection, now, lane, departure, interchange)
        connection.execute(update(leaving).where(leaving.c.lane == lane).values(lane=None))

    def _interchange(self, connection: Connection, now: datetime, lane: str, departure: Departure, groups: list[list[Any]]) -> None:
        identity = self._ids.new()
        number = take(connection, departure.counter, now, departure.after)
        at = now.replace(microsecond=0)
        numbers = _group_numbers(connection, departure, now, len(groups))
        named = named_by(departure, identity, number, at)
        row = {
            "id": identity,
            "state": "due",
            "partner": departure.partner,
            "channel": departure.channel,
            "lane": lane,
            "departure": groups[0][0].departure,
            "counter": departure.counter,
            "number": number,
            "at": at,
            "name": named,
        }
        connection.execute(insert(outgoing), row)
        form = departure.expected.form if departure.expected is not None else ""
        for n, (members, gs_number) in enumerate(zip(groups, numbers, strict=True), 1):
            facts = {"functional_id": departure.functional_id, "counter": departure.group_counter, "gs_number": gs_number}
            connection.execute(insert(outgoing_group).values(outgoing=identity, number=n, form=form, state="due", **facts))
            sets = [
                {
                    "outgoing": identity,
                    "group": n,
                    "number": m,
                    "control_number": set_number(m),
                    "document": one.document,
                    "draft": one.draft,
                    "state": "due",
                    "mends": one.mends,
                }
                for m, one in enumerate(members, 1)
            ]
            connection.execute(insert(outgoing_set), sets)
            for one in members:
                said: dict[str, Any] = {"control_number": number, "form": departure.form, "name": named, "interchange": identity}
                record(connection, now, "route", "released", one.transmission, one.document, **said)
        count = sum(map(len, groups))
        record(connection, now, "route", "released", identity, form=departure.form, name=named, control_number=number, sets=count)
        enqueue(connection, [Due(f"send/{lane}", "send", identity)], now)

    def _fenced(self, lease: Lease, transaction: Callable[[Connection], T]) -> T:
        now = self._clock.now()

        def fenced(connection: Connection) -> T:
            fence(connection, lease, now)
            return transaction(connection)

        return self._database.write(fenced)


def _claimed(connection: Connection, now: datetime, identity: str, one: Leaving) -> tuple[str, str | None]:
    """The state of a staged document: held as it says, a duplicate of what went, waiting to go; and whose place it takes."""
    it = one.document
    mine = document.c.id == identity
    if it.held_at is not None or it.effect_key is None:
        move(connection, document, "quarantined", mine, held_at=it.held_at or "check", changed_at=now)
        return "quarantined", None
    known = _known(connection, it.effect_key, identity)
    instead: str | None = None
    if known is not None and known.state == "quarantined" and known.held_at == "acknowledge":
        # the partner refused that one: what the ERP leaves anew under the same number goes in its place
        instead = _last_refused(connection, known.id)
        move(connection, document, "replaced", document.c.id == known.id, claim=None, changed_at=now)
        known = None
    gone = _gone_before(connection, identity) if known is None else None
    if known is None and gone is None:
        move(connection, document, "waiting", mine, claim=it.effect_key, held_at=None, changed_at=now)
        others = and_(document.c.duplicate_of == identity, document.c.state == "replaced", document.c.effect_key != it.effect_key)
        connection.execute(update(document).where(others).values(claim=document.c.effect_key))
        return "waiting", instead
    if known is not None and known.digest == it.digest:
        move(connection, document, "duplicate", mine, duplicate_of=known.id, changed_at=now)
        return "duplicate", None
    move(connection, document, "quarantined", mine, held_at="check", duplicate_of=known.id if known is not None else None, changed_at=now)
    key = it.business_key if gone is None else gone.business_key
    said = by_purpose(str(it.document_type), "original", str(key), known=True).finding
    if said is not None:
        source = connection.execute(select(document.c.transmission).where(mine)).scalar_one()
        connection.execute(insert(finding), finding_rows([said], "check", source, 0, 0, identity))
    return "quarantined", None


def _known(connection: Connection, effect_key: str, identity: str) -> Any:
    """The document that has this effect already; one that went in the set of another has none where that one ended."""
    known = connection.execute(select(document).where(document.c.claim == effect_key, document.c.id != identity)).first()
    if known is not None and known.state == "replaced":
        whole = connection.execute(select(document.c.state).where(document.c.id == known.duplicate_of)).scalar_one_or_none()
        if whole in ("discarded", "replaced"):
            connection.execute(update(document).where(document.c.id == known.id).values(claim=None))
            return None
    return known


def _gone_before(connection: Connection, identity: str) -> Any:
    """One of the documents in the set of this one that went before, alone or in another set: its lines must not go twice."""
    within = select(document).where(document.c.duplicate_of == identity, document.c.state == "replaced")
    for row in connection.execute(within.order_by(document.c.number)).all():
        known = _known(connection, row.effect_key, row.id)
        if known is not None and known.id != identity:
            return row
    return None


def _last_refused(connection: Connection, identity: str) -> str | None:
    """The interchange of ours in which the partner refused a document last."""
    sets = outgoing_set.c
    question = select(sets.outgoing).where(sets.document == identity, sets.state == "rejected").order_by(sets.outgoing.desc())
    return connection.execute(question.limit(1)).scalar_one_or_none()


def _group_numbers(connection: Connection, departure: Departure, now: datetime, count: int) -> list[int | None]:
    """Numbers for the groups of one interchange, one after another; those left over before counting began anew are void."""
    if departure.group_counter is None:
        return [None] * count
    numbers: list[int | None] = []
    while len(numbers) < count:
        number = take(connection, departure.group_counter, now, departure.group_after)
        if number == 1 and numbers:
            for left in numbers:
                void(connection, departure.group_counter, left or 0, "the groups of an interchange are numbered without a break", US, now)
            numbers = []
        numbers.append(number)
    return numbers


def departure_of(values: dict[str, Any]) -> Departure:
    """A departure from its row."""
    expected = values.get("expected")
    return Departure(**values | {"expected": Expected(**expected) if expected is not None else None})


def named_by(departure: Departure, identity: str, number: int, at: datetime) -> str:
    """The name of its file; a template that gives none that can be used is answered by our own."""
    facts = {
        "partner": departure.partner,
        "set": departure.set,
        "form": departure.set,
        "document_type": departure.set,
        "control_number": f"{number:09d}",
        "number": f"{number:09d}",
        "date": at.strftime("%Y%m%d"),
        "time": at.strftime("%H%M%S"),
        "id": identity,
    }
    return file_name(departure.template, f"{{set}}_{{control_number}}.{departure.extension}", facts)
