"""The queue, which is the journal: lanes are claimed and leased with a token, their items worked in order (DESIGN 8)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, and_, bindparam, case, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.ports import Clock, FaultPoint, Fenced, no_fault
from gateway.records import Item, Lease
from gateway.stores.sql import tables
from gateway.stores.sql.database import Database

lane, work = tables.lane, tables.work

LEASE = timedelta(minutes=5)
VIEW = "quarantine-view"
DEATHS = "deaths"
"""In the detail of a file to be carried: how many processes ended while they carried it."""


@dataclass(frozen=True, slots=True)
class Due:
    """One item to be queued: `kind` and `subject` name it, once."""

    lane: str
    kind: str
    subject: str
    detail: dict[str, Any] | None = None


@cache
def _queueing(dialect: str) -> tuple[Insert, Insert]:
    """How lanes and items are queued: what is open stays as it is, and a lane is due with its earliest."""
    upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    put = upsert(lane)
    earlier = case(
        (lane.c.next_due.is_(None), put.excluded.next_due),
        (lane.c.next_due > put.excluded.next_due, put.excluded.next_due),
        else_=lane.c.next_due,
    )
    item = upsert(work)
    again = {name: item.excluded[name] for name in ("lane", "state", "due_at", "attempts", "detail")}
    return (
        put.on_conflict_do_update(index_elements=[lane.c.id], set_={"next_due": earlier}),
        item.on_conflict_do_update(index_elements=[work.c.kind, work.c.subject], set_=again, where=work.c.state != "open"),
    )


def enqueue(connection: Connection, dues: Iterable[Due], at: datetime) -> None:
    """Queue items; one that is open already stays as it is, one that was done is opened again."""
    rows = [
        {
            "lane": due.lane,
            "kind": due.kind,
            "subject": due.subject,
            "detail": due.detail or {},
            "state": "open",
            "due_at": at,
            "attempts": 0,
        }
        for due in dues
    ]
    if not rows:
        return
    lanes = {row["lane"]: row["kind"] for row in rows}
    put_lane, put_item = _queueing(connection.dialect.name)
    connection.execute(put_lane, [{"id": name, "kind": kind, "next_due": at, "token": 0} for name, kind in lanes.items()])
    connection.execute(put_item, rows)


_HELD = and_(lane.c.id == bindparam("lane_"), lane.c.token == bindparam("token_"))
_FENCE = update(lane).where(_HELD).values(lease_until=bindparam("until_"))
_CLOSE = (
    update(lane)
    .where(_HELD)
    .values(
        owner=None,
        lease_until=None,
        next_due=select(case((work.c.due_at < bindparam("now_"), bindparam("now_", type_=tables.Moment)), else_=work.c.due_at))
        .where(work.c.lane == bindparam("lane_"), work.c.state == "open")
        .order_by(work.c.id)
        .limit(1)
        .scalar_subquery(),
    )
)
_END = update(work).where(work.c.id == bindparam("id_")).values(state=bindparam("state_"), why=bindparam("why_"))
_OPEN = select(work).where(work.c.lane == bindparam("lane_"), work.c.state == "open").order_by(work.c.id).limit(bindparam("limit_"))
_COUNT = update(work).where(work.c.id.in_(bindparam("ids_", expanding=True))).values(attempts=work.c.attempts + 1)


def fence(connection: Connection, lease: Lease, now: datetime) -> None:
    """Prove that the lease is still ours and make it last; raises Fenced, which rolls the transaction back."""
    held = connection.execute(_FENCE, {"lane_": lease.lane, "token_": lease.token, "until_": now + LEASE})
    if held.rowcount != 1:
        raise Fenced(f"the lane {lease.lane} was taken over by another worker")


def close_lane(connection: Connection, lease: Lease, now: datetime) -> None:
    """Give the lane back, due when its first open item is, and behind those that have waited until now."""
    connection.execute(_CLOSE, {"lane_": lease.lane, "token_": lease.token, "now_": now})


def close_item(connection: Connection, item: Item, state: str, why: str | None = None) -> None:
    """The item's end: done, or parked with the reason."""
    connection.execute(_END, {"id_": item.id, "state_": state, "why_": why})


def close_items(connection: Connection, ids: Iterable[int], state: str) -> None:
    """The end of several items."""
    connection.execute(update(work).where(work.c.id.in_(list(ids))).values(state=state, why=None))


def first_open(connection: Connection, lease: Lease, now: datetime, limit: int) -> list[Item]:
    """The lane's first open items up to the first that must wait, their attempts counted before the try."""
    found = connection.execute(_OPEN, {"lane_": lease.lane, "limit_": limit}).all()
    rows = list(itertools.takewhile(lambda row: row.due_at <= now, found))
    if rows:
        connection.execute(_COUNT, {"ids_": [row.id for row in rows]})
    return [Item(row.id, row.kind, row.subject, row.attempts + 1, row.detail) for row in rows]


_NOW = bindparam("now_", type_=tables.Moment)
_FREE = and_(
    lane.c.next_due <= _NOW,
    or_(lane.c.lease_until.is_(None), lane.c.lease_until <= _NOW),
    or_(lane.c.paused_until.is_(None), lane.c.paused_until <= _NOW),
)
"""Lanes that are due and that nobody has."""
_EARLIER = work.alias("earlier")
_FIRST = (
    select(lane.c.token, lane.c.owner, work)
    .join_from(lane, work, work.c.lane == lane.c.id)
    .where(lane.c.kind == bindparam("kind_"), _FREE, work.c.state == "open", work.c.due_at <= _NOW)
    .where(~exists().where(_EARLIER.c.lane == work.c.lane, _EARLIER.c.state == "open", _EARLIER.c.id < work.c.id))
    .order_by(lane.c.next_due, lane.c.id)
    .limit(bindparam("limit_"))
    .with_for_update(of=lane, skip_locked=True)
)


@cache
def _waiting(everything: bool) -> Select[Any]:
    question = select(lane.c.id).where(_FREE).limit(1)
    return question if everything else question.where(lane.c.kind.in_(bindparam("kinds_", expanding=True)))


def take_lanes(connection: Connection, kind: str, owner: str, now: datetime, limit: int) -> list[tuple[Lease, Item]]:
    """Lanes of a kind whose first item is due, oldest first, leased to `owner` with that item, its attempt counted before the try.

    An item that was tried before comes alone: if it ends the process, it takes nobody's attempts with it.
    """
    rows = connection.execute(_FIRST, {"kind_": kind, "now_": now, "limit_": limit}).all()
    rows = rows[:1] if rows and rows[0].attempts else [row for row in rows if not row.attempts]
    # where a lease ended without a word nobody knows what became of who held it
    deaths = {row.id: {DEATHS: count_death(connection, row.lane)} for row in rows if row.owner is not None}
    if rows:
        leased = {"owner": owner, "token": lane.c.token + 1, "lease_until": now + LEASE}
        connection.execute(update(lane).where(lane.c.id.in_([row.lane for row in rows])).values(leased))
        connection.execute(_COUNT, {"ids_": [row.id for row in rows]})
    return [
        (
            Lease(row.lane, kind, row.token + 1),
            Item(row.id, row.kind, row.subject, row.attempts + 1, {**(row.detail or {}), **deaths.get(row.id, {})}),
        )
        for row in rows
    ]


def count_death(connection: Connection, name: str) -> int:
    """Note on a file that its process ended while it was carried, whoever ended it; says how often by now, 0 where none was."""
    tried = and_(work.c.lane == name, work.c.kind == "carry", work.c.state == "open", work.c.attempts > 0)
    row = connection.execute(select(work.c.id, work.c.detail).where(tried).order_by(work.c.id).limit(1)).first()
    if row is None:
        return 0
    detail = {**(row.detail or {}), DEATHS: (row.detail or {}).get(DEATHS, 0) + 1}
    connection.execute(update(work).where(work.c.id == row.id).values(detail=detail))
    return int(detail[DEATHS])


def uncount(connection: Connection, item: Item) -> None:
    """An item that was taken and not tried has not had this attempt."""
    connection.execute(update(work).where(work.c.id == item.id).values(attempts=item.attempts - 1))


class SqlWork:
    """The Work port on the journal's own tables."""

    def __init__(self, database: Database, clock: Clock, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._fault = fault

    def put(self, due: Due, at: datetime | None = None) -> None:
        """Queue one item."""
        moment = at or self._clock.now()
        self._database.write(lambda connection: enqueue(connection, [due], moment))

    def claim(self, owner: str, kinds: tuple[str, ...] | None = None, lane: str | None = None, limit: int = 1) -> list[Lease]:
        """Lanes that are due, oldest first, leased to `owner`; a named lane is claimed even before it is due."""
        now = self._clock.now()
        row = tables.lane

        def transaction(connection: Connection) -> list[Lease]:
            free = or_(row.c.lease_until.is_(None), row.c.lease_until <= now)
            question = select(row.c.id, row.c.kind, row.c.token, row.c.owner).where(free)
            if lane is not None:
                question = question.where(row.c.id == lane)
            else:
                question = question.where(row.c.next_due <= now, or_(row.c.paused_until.is_(None), row.c.paused_until <= now))
            if kinds is not None:
                question = question.where(row.c.kind.in_(kinds))
            found = connection.execute(question.order_by(row.c.next_due, row.c.id).limit(limit).with_for_update(skip_locked=True)).all()
            leases = [Lease(name, kind, token + 1) for name, kind, token, _ in found]
            for name in (name for name, _, _, holder in found if holder is not None):
                count_death(connection, name)  # nobody knows what became of who held it until now
            for lease in leases:
                values = {"owner": owner, "token": lease.token, "lease_until": now + LEASE}
                connection.execute(update(row).where(row.c.id == lease.lane).values(values))
            return leases

        return self._database.write(transaction)

    def waiting(self, kinds: tuple[str, ...] | None = None) -> bool:
        """Whether a lane of these kinds could be claimed now; asked without the write lock, so that idling costs nothing."""
        asked = {"now_": self._clock.now()} | ({} if kinds is None else {"kinds_": kinds})
        return self._database.read(lambda connection: connection.execute(_waiting(kinds is None), asked).first() is not None)

    def next(self, lease: Lease) -> Item | None:
        """The lane's first open item if it is due, its attempt counted durably before the try."""
        return next(iter(self.first(lease, 1)), None)

    def first(self, lease: Lease, limit: int) -> list[Item]:
        """The lane's first open items that are due, their attempts counted durably before the try."""
        now = self._clock.now()

        def transaction(connection: Connection) -> list[Item]:
            fence(connection, lease, now)
            return first_open(connection, lease, now, limit)

        return self._database.write(transaction)

    def give_back(self, lease: Lease, items: Iterable[Item]) -> None:
        """These were taken and not tried: they are what they were."""

        def transaction(connection: Connection) -> None:
            for item in items:
                uncount(connection, item)

        self._settle(lease, transaction)

    def done(self, lease: Lease, item: Item) -> None:
        """It was worked."""
        self._settle(lease, lambda connection: close_item(connection, item, "done"))

    def later(self, lease: Lease, item: Item, due_at: datetime, why: str) -> None:
        """It must wait, and so must what stands behind it in the lane."""
        self._settle(lease, lambda connection: postpone(connection, item, due_at, why))

    def untried(self, lease: Lease, item: Item) -> None:
        """It was taken and not tried: it is what it was, and others may have it."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            uncount(connection, item)
            close_lane(connection, lease, now)

        self._settle(lease, transaction)

    def park(self, lease: Lease, item: Item, why: str) -> None:
        """It will not be tried again by itself."""
        self._settle(lease, lambda connection: close_item(connection, item, "parked", why))

    def close(self, lease: Lease) -> None:
        """Give the lane back, due when its first open item is, and behind those that have waited until now."""
        now = self._clock.now()
        self._database.write(lambda connection: close_lane(connection, lease, now))

    def reclaim(self, dead: Callable[[str], bool], pause: Callable[[int], timedelta] = lambda deaths: timedelta()) -> int:
        """Free at once the lanes whose owner is known to be dead, instead of waiting for their leases to end; says how many.

        A file that was carried at so many deaths waits for the `pause`: should it be the cause, the others go on before it.
        """
        now = self._clock.now()

        def transaction(connection: Connection) -> int:
            owned = connection.execute(select(lane.c.id, lane.c.owner).where(lane.c.owner.is_not(None))).all()
            gone = [name for name, owner in owned if dead(owner)]
            for name in gone:
                values = {"owner": None, "lease_until": None, "token": lane.c.token + 1}
                connection.execute(update(lane).where(lane.c.id == name).values(values))
                if resting := pause(count_death(connection, name)):
                    due = now + resting
                    connection.execute(update(work).where(work.c.lane == name, work.c.state == "open").values(due_at=due))
                    connection.execute(update(lane).where(lane.c.id == name).values(next_due=due))
            return len(gone)

        return self._database.write(transaction)

    def poll(self, channel: str, after: timedelta | None = None) -> None:
        """See that a channel is polled, `after` a while or when it was going to be."""
        self.put(Due(f"poll/{channel}", "poll", channel), self._clock.now() + (after or timedelta()))

    def hurry(self, kind: str, subject: str | None = None) -> None:
        """Everything open of a kind is due now, or what is open of one subject: what `--once` and watched folders do to polls."""
        now = self._clock.now()

        self._database.write(lambda connection: hurry(connection, kind, subject, now))

    def soon(self, kind: str, within: timedelta) -> bool:
        """Whether something of a kind is due now or within so short a time."""
        until = self._clock.now() + within
        question = select(work.c.id).where(work.c.kind == kind, work.c.state == "open", work.c.due_at <= until).limit(1)
        return self._database.read(lambda connection: connection.execute(question).first() is not None)

    def ensure_lane(self, name: str, kind: str) -> None:
        """A lane with nothing in it, so that it can be claimed by name."""

        def transaction(connection: Connection) -> None:
            if connection.execute(select(lane.c.id).where(lane.c.id == name)).first() is None:
                connection.execute(insert(lane).values(id=name, kind=kind, token=0))

        self._database.write(transaction)

    def _settle(self, lease: Lease, transaction: Any) -> None:
        now = self._clock.now()

        def fenced(connection: Connection) -> None:
            fence(connection, lease, now)
            transaction(connection)

        self._database.write(fenced)


def postpone_lanes(connection: Connection, prefixes: tuple[str, ...], until: datetime) -> None:
    """Lanes whose names, with a slash behind, begin so rest until then, unless they rest longer already."""
    resting = or_(lane.c.paused_until.is_(None), lane.c.paused_until < until)
    meant = or_(*(lane.c.id.concat("/").startswith(prefix, autoescape=True) for prefix in prefixes))
    connection.execute(update(lane).where(meant, resting).values(paused_until=until))


def hurry(connection: Connection, kind: str, subject: str | None, now: datetime) -> None:
    """What is open of a kind, or of one subject of it, is due now."""
    wanted = and_(work.c.kind == kind, work.c.state == "open", work.c.due_at > now)
    if subject is not None:
        wanted = and_(wanted, work.c.subject == subject)
    names = connection.execute(select(work.c.lane).where(wanted)).scalars().all()
    if names:
        connection.execute(update(work).where(wanted).values(due_at=now))
        connection.execute(update(lane).where(lane.c.id.in_(names)).values(next_due=now))


def postpone(connection: Connection, item: Item, due_at: datetime, why: str) -> None:
    """The item waits until `due_at`."""
    connection.execute(update(work).where(work.c.id == item.id).values(due_at=due_at, why=why))
