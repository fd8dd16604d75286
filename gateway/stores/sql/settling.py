"""Settles staged documents: each effect key is claimed once, what waits becomes due at its destinations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Select, Update, and_, bindparam, case, exists, func, insert, or_, select

from gateway.exchange.duplicates import by_purpose
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows
from gateway.stores.sql.moving import move, moving
from gateway.stores.sql.work import VIEW, Due, enqueue

delivery, document, finding = tables.delivery, tables.document, tables.finding

CHUNK = 500
WITHIN = and_(document.c.transmission == bindparam("transmission_"), document.c.interchange == bindparam("interchange_"))
"""The documents of one interchange."""
THESE = document.c.id.in_(bindparam("ids_", expanding=True))
"""Documents by their ids."""


class _Statements(NamedTuple):
    """What settling asks and does, for one way to say whose documents are meant."""

    counts: Select[Any]
    held: Update
    silent: Update
    first: Update
    alone: Select[Any]
    first_later: Update
    left: Select[Any]
    waiting: Select[Any]


@cache
def _statements(mine: ColumnElement[bool]) -> _Statements:
    staged, now = and_(mine, document.c.state == "staged"), bindparam("now_", type_=tables.Moment)
    other, rival = document.alias("other"), document.alias("rival")
    alike = and_(rival.c.transmission == document.c.transmission, rival.c.interchange == document.c.interchange)
    first = (
        select(func.min(rival.c.id)).where(alike, rival.c.effect_key == document.c.effect_key, rival.c.state == "staged").scalar_subquery()
    )
    free = ~exists().where(other.c.claim == document.c.effect_key)
    chosen = and_(staged, document.c.effect_key.is_not(None), document.c.id == first, free)
    later = or_(document.c.revision.startswith("change:"), document.c.revision.startswith("cancel:"))
    same = (other.c.partner == document.c.partner, other.c.document_type == document.c.document_type)
    known = exists().where(*same, other.c.business_key == document.c.business_key, other.c.state.in_(("waiting", "done")))
    columns = (
        document.c.id,
        document.c.transmission,
        document.c.interchange,
        document.c.functional_group,
        document.c.digest,
        document.c.document_type,
        document.c.business_key,
    )
    counts: tuple[ColumnElement[Any], ...] = (
        func.count(),
        func.count(document.c.held_at),
        func.count(case((document.c.posts.is_(False), 1))),
        func.count(case((later, 1))),
    )
    sent = (delivery.c.destination, delivery.c.state)
    return _Statements(
        counts=cast("Select[Any]", select(*counts)).where(staged),
        held=moving(document, "quarantined", staged, document.c.held_at.is_not(None), changed_at=now),
        silent=moving(document, "done", staged, document.c.posts.is_(False), changed_at=now),
        first=moving(document, "waiting", chosen, ~later, claim=document.c.effect_key, changed_at=now),
        alone=select(*columns).where(staged, later, ~known),
        first_later=moving(document, "waiting", chosen, later, claim=document.c.effect_key, changed_at=now),
        left=select(*columns, other.c.id, other.c.digest).outerjoin(other, other.c.claim == document.c.effect_key).where(staged),
        waiting=select(document.c.id, document.c.destinations, document.c.partner, document.c.document_type, *sent)
        .outerjoin(delivery)
        .where(mine, document.c.state == "waiting")
        .order_by(document.c.id),
    )


def settle_documents(connection: Connection, now: datetime, mine: ColumnElement[bool], whose: Mapping[str, Any]) -> None:
    """What is staged becomes quarantined, duplicate, waiting or done; what waits becomes due at its destinations.

    `mine` is WITHIN or THESE, `whose` its parameters.
    """
    do, known = _statements(mine), {**whose, "now_": now}
    left, held, silent, later = connection.execute(do.counts, whose).one()
    if held:
        held = connection.execute(do.held, known).rowcount
    left -= held
    if silent:
        left -= connection.execute(do.silent, known).rowcount
    if left:
        held += _claim(connection, now, do, known, left, bool(later))
    _deliver(connection, now, do, whose)
    if held:
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)


def _claim(connection: Connection, now: datetime, do: _Statements, known: Mapping[str, Any], left: int, later: bool) -> int:
    """The first document of each effect key may have its effect; the others are duplicates or, with other content, held."""
    held = 0
    left -= connection.execute(do.first, known).rowcount
    if later:
        for row in connection.execute(do.alone, known).all():
            held += move(connection, document, "quarantined", document.c.id == row.id, held_at="check", changed_at=now)
            said = by_purpose(row.document_type, "cancel", row.business_key, known=False).finding
            if said is not None:
                place = (row.transmission, row.interchange, row.functional_group, row.id)
                connection.execute(insert(finding), finding_rows([said], "check", *place))
        connection.execute(do.first_later, known)
    rest = connection.execute(do.left, known).all() if left else ()
    for identity, sent, number, group, digest, kind, key, original, original_digest in rest:
        if original is not None and digest == original_digest:
            move(connection, document, "duplicate", document.c.id == identity, duplicate_of=original, changed_at=now)
            continue
        held += move(connection, document, "quarantined", document.c.id == identity, held_at="check", duplicate_of=original, changed_at=now)
        said = by_purpose(str(kind), "original", str(key), known=True).finding
        if said is not None:
            connection.execute(insert(finding), finding_rows([said], "check", sent, number, group, identity))
    return held


def _deliver(connection: Connection, now: datetime, do: _Statements, whose: Mapping[str, Any]) -> None:
    """Waiting documents become due where they have not been delivered; one that has no destination is done."""
    documents: dict[str, tuple[list[str], str, str]] = {}
    states: dict[tuple[str, str], str] = {}
    for identity, places, partner, kind, place, state in connection.execute(do.waiting, whose):
        documents[identity] = places, partner, kind
        if place is not None:
            states[identity, place] = state
    rows, dues, idle = [], [], []
    for identity, (places, partner, kind) in documents.items():
        if all(states.get((identity, place)) == "delivered" for place in places):
            idle.append(identity)
        for place in places:
            known = states.get((identity, place))
            if known is None:
                rows.append({"document": identity, "destination": place, "state": "due", "changed_at": now})
            elif known == "quarantined":
                move(connection, delivery, "due", delivery.c.document == identity, delivery.c.destination == place, changed_at=now)
            else:
                continue
            dues.append(Due(f"deliver/{place}/{partner}/{kind}", "deliver", f"{identity}/{place}"))
    if rows:
        connection.execute(insert(delivery), rows)
    enqueue(connection, dues, now)
    for start in range(0, len(idle), CHUNK):
        move(connection, document, "done", document.c.id.in_(idle[start : start + CHUNK]), changed_at=now)
