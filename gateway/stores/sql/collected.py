"""What is there for a partner to fetch: interchanges and files that we sent, and our answers, by the ways out that end with us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from gateway.stores.sql import tables
from gateway.stores.sql.database import Database
from gateway.stores.sql.outgoing_tables import outgoing
from gateway.stores.sql.views import Facts

_KINDS: tuple[tuple[str, Table, str], ...] = (("document", outgoing, "number"), ("acknowledgment", tables.acknowledgment, "isa_number"))


def waiting(database: Database, channels: tuple[str, ...], after: str | None, limit: int) -> list[Facts] | None:
    """What was put there, in the order it was put, behind an id; None where that id is not there."""

    def question(connection: Connection) -> list[Facts] | None:
        begin: Facts | None = None
        if after is not None and (begin := _one(connection, channels, after)) is None:
            return None
        found = [row for kind in _KINDS for row in _rows(connection, channels, kind, begin, limit)]
        return sorted(found, key=_moment)[:limit]

    return database.read(question)


def one(database: Database, channels: tuple[str, ...], identity: str) -> Facts | None:
    """One thing that is there; None where it is not."""
    return database.read(lambda connection: _one(connection, channels, identity))


def _one(connection: Connection, channels: tuple[str, ...], identity: str) -> Facts | None:
    for kind, table, number in _KINDS:
        row = connection.execute(select(table).where(table.c.id == identity, *_there(table, channels))).first()
        if row is not None:
            return _facts(kind, row, number)
    return None


def _rows(connection: Connection, channels: tuple[str, ...], kind: tuple[str, Table, str], begin: Facts | None, limit: int) -> list[Facts]:
    name, table, number = kind
    question = select(table).where(*_there(table, channels))
    if begin is not None:
        behind = and_(table.c.sent_at == begin["sent_at"], table.c.id > begin["id"])
        question = question.where(or_(table.c.sent_at > begin["sent_at"], behind))
    rows = connection.execute(question.order_by(table.c.sent_at, table.c.id).limit(limit)).all()
    return [_facts(name, row, number) for row in rows]


def _there(table: Table, channels: tuple[str, ...]) -> tuple[Any, ...]:
    return table.c.channel.in_(channels), table.c.sent_at.is_not(None), table.c.address.is_not(None)


def _facts(kind: str, row: Any, number: str) -> Facts:
    form = row.form if kind == "acknowledgment" else row.departure["set"]
    names = ("id", "partner", "name", "address", "sent_at")
    return {"kind": kind, "form": form, "control_number": f"{getattr(row, number):09d}", **{name: getattr(row, name) for name in names}}


def _moment(row: Facts) -> tuple[datetime, str]:
    return row["sent_at"], row["id"]
