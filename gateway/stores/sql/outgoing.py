"""The Sendings port: interchanges of ours that are due, what became of them, and the answers that are awaited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, and_, func, insert, select, update

from gateway.exchange.deadlines import deadline
from gateway.ports import Clock, FaultPoint, no_fault
from gateway.records import Departure, Held, Item, Lease, Outgoing, OutgoingGroup, OutgoingSet
from gateway.stores.sql import tables
from gateway.stores.sql.audit import record
from gateway.stores.sql.database import Database
from gateway.stores.sql.departures import departure_of
from gateway.stores.sql.moving import move
from gateway.stores.sql.numbers import void
from gateway.stores.sql.outgoing_tables import outgoing, outgoing_group, outgoing_set, source
from gateway.stores.sql.work import VIEW, Due, close_item, enqueue, fence, postpone_lanes

T = TypeVar("T")
document = tables.document

AGAIN = "again"
"""Behind the id of an interchange in a subject: the same bytes once more."""


class SqlOutgoing:
    """Interchanges of ours from the moment they have their numbers."""

    def __init__(self, database: Database, clock: Clock, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._fault = fault

    def outgoing(self, subject: str) -> Outgoing:
        """What is to be sent, with all that its bytes are made of. Raises LookupError."""
        identity = subject.partition("/")[0]

        def question(connection: Connection) -> Outgoing:
            row = connection.execute(select(outgoing).where(outgoing.c.id == identity)).first()
            if row is None:
                raise LookupError(f"there is no interchange {identity}")
            groups = select(outgoing_group).where(outgoing_group.c.outgoing == identity).order_by(outgoing_group.c.number)
            sets = select(outgoing_set).where(outgoing_set.c.outgoing == identity).order_by(outgoing_set.c.group, outgoing_set.c.number)
            members: dict[int, list[OutgoingSet]] = {}
            for one in connection.execute(sets).all():
                members.setdefault(one.group, []).append(OutgoingSet(one.control_number, one.document, one.draft))
            found = [OutgoingGroup(one.number, one.gs_number, tuple(members[one.number])) for one in connection.execute(groups).all()]
            return Outgoing(row.id, row.state, departure_of(row.departure), row.number, row.at, row.name, tuple(found), row.address)

        return self._database.read(question)

    def written(self, lease: Lease, due: Outgoing, address: str, size: int) -> None:
        """Its bytes are archived; they are what is sent, now and ever after."""

        def transaction(connection: Connection) -> None:
            mine = and_(outgoing.c.id == due.id, outgoing.c.address.is_(None))
            connection.execute(update(outgoing).where(mine).values(address=address, size=size))

        self._done("enveloped", lease, transaction)

    def sent(self, lease: Lease, item: Item, due: Outgoing, name: str) -> None:
        """It was put at the partner; from now on his answer is awaited, and the item is done by the same call."""
        now = self._clock.now()
        again = "/" in item.subject

        def transaction(connection: Connection) -> None:
            move(connection, outgoing, "sent", outgoing.c.id == due.id, sent_name=name, sent_at=now, why=None)
            _await(connection, now, due, again)
            if not again:
                sets = select(outgoing_set.c.document).where(outgoing_set.c.outgoing == due.id)
                move(connection, document, "done", document.c.id.in_(sets), document.c.state == "waiting", changed_at=now)
            what = "sent-again" if again else "sent"
            record(connection, now, "deliver", what, due.id, form=due.departure.set, name=name, control_number=due.isa_number)
            close_item(connection, item, "done")

        self._done("left", lease, transaction)

    def unsent(self, lease: Lease, item: Item, due: Outgoing, why: str) -> None:
        """It will not be tried again by itself: quarantined at deliver; one that was sent before stays sent."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            if "/" not in item.subject:
                move(connection, outgoing, "quarantined", outgoing.c.id == due.id, why=why)
            record(connection, now, "deliver", "not-sent", due.id, form=due.departure.set, name=due.name, why=why)
            close_item(connection, item, "parked", why)
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)

        self._done("unsent", lease, transaction)

    def rest(self, channel: str, until: datetime) -> None:
        """Nothing more is tried by a channel for a while: what is due by it waits as long as what failed."""
        self._database.write(lambda connection: postpone_lanes(connection, (f"send/{channel}/", f"acknowledge/{channel}/"), until))

    def overdue(self, lease: Lease, item: Item) -> None:
        """The answers that should have come by now are overdue; where that is agreed the same bytes go once more."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            late = and_(outgoing_group.c.outgoing == item.subject, outgoing_group.c.state == "awaited", outgoing_group.c.due_at <= now)
            numbers = connection.execute(select(outgoing_group.c.number).where(late)).scalars().all()
            close_item(connection, item, "done")
            if not numbers:
                _chase(connection, item.subject)
                return
            move(connection, outgoing_group, "overdue", late)
            mine = and_(outgoing_set.c.outgoing == item.subject, outgoing_set.c.group.in_(numbers), outgoing_set.c.state == "awaited")
            move(connection, outgoing_set, "overdue", mine)
            row = connection.execute(select(outgoing).where(outgoing.c.id == item.subject)).one()
            expected = departure_of(row.departure).expected
            facts = {"control_number": row.number, "name": row.sent_name, "severity": "warning", "groups": len(numbers)}
            record(connection, now, "acknowledge", "overdue", row.id, **facts)
            if expected is not None and expected.then == "resend":
                subject = f"{row.id}/{AGAIN}-overdue"
                known = select(tables.work.c.id).where(tables.work.c.kind == "send", tables.work.c.subject == subject)
                if connection.execute(known).first() is None:
                    enqueue(connection, [Due(f"send/{row.lane}", "send", subject)], now)

        self._done("overdue", lease, transaction)

    def send_again(self, identity: str, person: str) -> int:
        """A person has the same bytes sent again, under the same numbers; says the how-manyth time. Raises LookupError."""
        now = self._clock.now()

        def transaction(connection: Connection) -> int:
            row = connection.execute(select(outgoing).where(outgoing.c.id == identity)).first()
            if row is None:
                raise LookupError(f"there is no interchange {identity}")
            asked = func.count().filter(tables.work.c.subject.startswith(f"{identity}/{AGAIN}-", autoescape=True))
            count = int(connection.execute(select(asked).where(tables.work.c.kind == "send")).scalar_one()) + 1
            record(connection, now, "deliver", "to-be-sent-again", identity, person=person, control_number=row.number)
            enqueue(connection, [Due(f"send/{row.lane}", "send", f"{identity}/{AGAIN}-{count}")], now)
            return count

        return self._database.write(transaction)

    def due_again(self, lease: Lease, held: Held, reason: str | None) -> list[str]:
        """One that could not be sent is due again: its numbers and its bytes are what they were."""
        now = self._clock.now()

        def transaction(connection: Connection) -> list[str]:
            if not move(connection, outgoing, "due", outgoing.c.id == held.id, why=None):
                return []
            lane = connection.execute(select(outgoing.c.lane).where(outgoing.c.id == held.id)).scalar_one()
            record(connection, now, "deliver", "due-again", held.id, reason=reason)
            enqueue(connection, [Due(f"send/{lane}", "send", held.id), Due(VIEW, VIEW, VIEW)], now)
            return ["due"]

        return self._fenced(lease, transaction)

    def discard(self, lease: Lease, held: Held, person: str, reason: str) -> bool:
        """A person ends one that was never sent: its numbers are void, its documents go nowhere and may be left anew."""
        now = self._clock.now()

        def transaction(connection: Connection) -> bool:
            if not move(connection, outgoing, "discarded", outgoing.c.id == held.id):
                return False
            row = connection.execute(select(outgoing).where(outgoing.c.id == held.id)).one()
            void(connection, row.counter, row.number, reason, person, now)
            groups = connection.execute(select(outgoing_group).where(outgoing_group.c.outgoing == held.id)).all()
            for group in groups:
                if group.counter is not None:
                    void(connection, group.counter, group.gs_number, reason, person, now)
            move(connection, outgoing_group, "discarded", outgoing_group.c.outgoing == held.id)
            move(connection, outgoing_set, "discarded", outgoing_set.c.outgoing == held.id)
            sets = select(outgoing_set.c.document).where(outgoing_set.c.outgoing == held.id)
            move(connection, document, "discarded", document.c.id.in_(sets), document.c.state == "waiting", claim=None, changed_at=now)
            record(connection, now, "deliver", "discarded", held.id, person=person, reason=reason, control_number=row.number)
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
            return True

        return self._fenced(lease, transaction)

    def _done(self, point: str, lease: Lease, transaction: Callable[[Connection], T]) -> T:
        self._fault(f"{point}:before")
        result = self._fenced(lease, transaction)
        self._fault(f"{point}:after")
        return result

    def _fenced(self, lease: Lease, transaction: Callable[[Connection], T]) -> T:
        now = self._clock.now()

        def fenced(connection: Connection) -> T:
            fence(connection, lease, now)
            return transaction(connection)

        return self._database.write(fenced)


class SqlSource:
    """Up to where the documents of our own systems were taken."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def cursor(self, channel: str) -> str | None:
        """Where to go on; None at the beginning."""
        question = select(source.c.cursor).where(source.c.channel == channel)
        return self._database.read(lambda connection: connection.execute(question).scalar_one_or_none())

    def advance(self, channel: str, cursor: str) -> None:
        """Everything up to here is recorded."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            moved = connection.execute(update(source).where(source.c.channel == channel).values(cursor=cursor, at=now))
            if not moved.rowcount:
                connection.execute(insert(source).values(channel=channel, cursor=cursor, at=now))

        self._database.write(transaction)


def _await(connection: Connection, now: datetime, due: Outgoing, again: bool) -> None:
    """The answers to what was sent are awaited from now on; what need not be answered is at its end."""
    mine, its = outgoing_group.c.outgoing == due.id, outgoing_set.c.outgoing == due.id
    until = _until(now, due.departure)
    open_now = "overdue" if again else "due"
    if due.departure.expected is None:
        move(connection, outgoing_group, "sent", mine, outgoing_group.c.state == open_now)
        move(connection, outgoing_set, "sent", its, outgoing_set.c.state == open_now)
        return
    move(connection, outgoing_group, "awaited", mine, outgoing_group.c.state == open_now, due_at=until)
    if again:  # who is sent it again has the whole time again
        connection.execute(update(outgoing_group).where(mine, outgoing_group.c.state == "awaited").values(due_at=until))
    move(connection, outgoing_set, "awaited", its, outgoing_set.c.state == open_now)
    _chase(connection, due.id)


def _until(now: datetime, departure: Departure) -> datetime | None:
    expected = departure.expected
    if expected is None or expected.within is None:
        return None
    return deadline(now, expected.within, expected.calendar, expected.timezone)


def _chase(connection: Connection, identity: str) -> None:
    """The next answer that may become overdue is looked at when it does."""
    groups = outgoing_group.c
    first = connection.execute(select(func.min(groups.due_at)).where(groups.outgoing == identity, groups.state == "awaited")).scalar()
    if first is not None:
        at = first if isinstance(first, datetime) else tables.Moment().process_result_value(first, connection.dialect)
        assert at is not None
        enqueue(connection, [Due(f"chase/{identity}", "chase", identity)], at)
