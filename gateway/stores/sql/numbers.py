"""Control numbers: counted in the transaction that uses them, never from a sequence, never cached (FAULTS 128)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select, update

from gateway.exchange.control_numbers import LARGEST, Sequence, sequence
from gateway.records import InterchangeRecord
from gateway.stores.sql import tables
from gateway.stores.sql.audit import record

counter = tables.counter


_NEXT = (
    update(counter)
    .where(counter.c.name == bindparam("name_"))
    .values(n=case((counter.c.n >= LARGEST, 1), else_=counter.c.n + 1))
    .returning(counter.c.n)
)


def take(connection: Connection, name: str, at: datetime, after: int = 0) -> int:
    """The next number of a counter: 1 to 999999999, then 1 again with an event; a new counter begins above `after`."""
    number: int | None = connection.execute(_NEXT, {"name_": name}).scalar_one_or_none()
    if number is None:
        connection.execute(insert(counter).values(name=name, n=after + 1))
        return after + 1
    if number == 1:
        record(connection, at, "acknowledge", "counter-wrapped", counter=name)
    return number


def continue_above(connection: Connection, name: str, last: int, person: str, at: datetime) -> None:
    """A take-over from another translator goes on above its last number; a counter never goes back."""
    now = connection.execute(select(counter.c.n).where(counter.c.name == name)).scalar_one_or_none()
    if now is None:
        connection.execute(insert(counter).values(name=name, n=last))
    elif last < now:
        raise ValueError(f"the counter {name} stands at {now}; a control number is never used again")
    else:
        connection.execute(update(counter).where(counter.c.name == name).values(n=last))
    record(connection, at, "acknowledge", "counter-set", person=person, counter=name, n=last)


def void(connection: Connection, name: str, number: int, reason: str, person: str, at: datetime) -> None:
    """A number whose interchange was never sent is explained by a row."""
    connection.execute(insert(tables.void_number).values(counter=name, n=number, reason=reason, person=person, at=at))


def follow(connection: Connection, read: InterchangeRecord, order: str, held: bool) -> Sequence:
    """How a partner's control number follows his last one, where the agreement asks; one that is held is not counted yet."""
    if order == "off":
        return Sequence("first", None)
    name = f"in {read.sender}>{read.receiver}"
    last: int | None = connection.execute(select(counter.c.n).where(counter.c.name == name)).scalar_one_or_none()
    step = sequence(last, read.control_number, read.sender, order)
    if step.step == "invalid":  # the reader has told it
        return Sequence("invalid", last)
    if step.last is not None and step.last != last and not (step.hold and held):
        if last is None:
            connection.execute(insert(counter).values(name=name, n=step.last))
        else:
            connection.execute(update(counter).where(counter.c.name == name).values(n=step.last))
    return step
