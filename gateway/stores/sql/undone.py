"""What is due and was not done: it waits to be tried again, or somebody else has it at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from gateway.stores.sql import tables
from gateway.stores.sql.database import Database

lane, work = tables.lane, tables.work


@dataclass(slots=True)
class Undone:
    """The open work of one lane, as its first item says it."""

    kind: str
    subject: str
    items: int
    owner: str | None
    """Who has it at hand."""
    until: datetime
    """When it is tried again."""
    why: str | None


def undone(database: Database, now: datetime) -> list[Undone]:
    """What should have been done by now, or was set back after a failure; not what is planned for later, as the next poll is."""
    question = (
        select(work.c.lane, work.c.kind, work.c.subject, work.c.due_at, work.c.why, lane.c.owner, lane.c.paused_until)
        .join(lane, lane.c.id == work.c.lane)
        .where(work.c.state == "open", or_(work.c.due_at <= now, work.c.why.is_not(None)))
        .order_by(work.c.id)
    )
    found: dict[str, Undone] = {}
    for row in database.read(lambda connection: connection.execute(question).all()):
        if row.lane in found:
            found[row.lane].items += 1
        else:
            until = max(row.due_at, row.paused_until or row.due_at)
            found[row.lane] = Undone(row.kind, row.subject, 1, row.owner, until, row.why)
    return list(found.values())
