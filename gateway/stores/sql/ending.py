"""The end of a transmission: everything of it was read, or it was given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from gateway.edi.finding import Finding
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.moving import moving
from gateway.stores.sql.staging import OF_TRANSMISSION, drop_staged
from gateway.stores.sql.work import VIEW, Due, enqueue

finding, interchange, transmission = tables.finding, tables.interchange, tables.transmission

EMPTY = "empty"
"""Form and state of a file without content: an end, for nobody can do anything with it."""

_PARTS = select(interchange.c.state, interchange.c.duplicate_transmission).where(interchange.c.transmission == bindparam("transmission_"))
_OWN = delete(finding).where(and_(finding.c.transmission == bindparam("transmission_"), finding.c.interchange == 0))
_ENDED = {
    state: moving(
        transmission,
        state,
        transmission.c.id == bindparam("transmission_"),
        form=bindparam("form_"),
        read_at=bindparam("now_"),
        duplicate_of=bindparam("first_"),
    )
    for state in (EMPTY, "unreadable", "incomplete", "duplicate", "read")
}


def end(connection: Connection, now: datetime, identity: str, findings: list[Finding], form: str, broken: bool) -> str:
    """The state of a transmission by those of its interchanges: read, duplicate, incomplete, or unreadable where there are none."""
    place = {"transmission_": identity}
    parts = connection.execute(_PARTS, place).all()
    states = {row.state for row in parts}
    first = None
    if not parts:
        state = EMPTY if form == EMPTY else "unreadable"
    elif broken or "incomplete" in states:
        state = "incomplete"
    elif states == {"duplicate"}:
        state = "duplicate"
        first = parts[0].duplicate_transmission if parts[0].duplicate_transmission != identity else None
    else:
        state = "read"
    moved = connection.execute(_ENDED[state], {**place, "form_": form, "now_": now, "first_": first}).rowcount
    connection.execute(_OWN, place)
    verb = "parse" if parts else "detect"
    if findings:
        connection.execute(insert(finding), finding_rows(findings, verb, identity))
    if moved:
        record(connection, now, verb, state, identity, form=form, interchanges=len(parts))
    drop_staged(connection, OF_TRANSMISSION, place)
    if state in ("unreadable", "incomplete"):
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
    return state
