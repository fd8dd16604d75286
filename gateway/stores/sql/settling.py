"""Settles staged documents: each effect key is claimed once, what waits becomes due at its destinations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select

from gateway.exchange.duplicates import by_purpose
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows
from gateway.stores.sql.moving import move
from gateway.stores.sql.work import VIEW, Due, enqueue

delivery, document, finding = tables.delivery, tables.document, tables.finding

CHUNK = 500


def settle_documents(connection: Connection, now: datetime, mine: ColumnElement[bool]) -> None:
    """What is staged becomes quarantined, duplicate, waiting or done; what waits becomes due at its destinations."""
    staged = and_(mine, document.c.state == "staged")
    held = move(connection, document, "quarantined", staged, document.c.held_at.is_not(None), changed_at=now)
    move(connection, document, "done", staged, document.c.posts.is_(False), changed_at=now)
    held += _claim(connection, now, staged)
    deliver(connection, now, mine)
    if held:
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)


def _claim(connection: Connection, now: datetime, staged: ColumnElement[bool]) -> int:
    """The first document of each effect key may have its effect; the others are duplicates or, with other content, held."""
    other, rival = document.alias("other"), document.alias("rival")
    alike = and_(rival.c.transmission == document.c.transmission, rival.c.interchange == document.c.interchange)
    first = (
        select(func.min(rival.c.id)).where(alike, rival.c.effect_key == document.c.effect_key, rival.c.state == "staged").scalar_subquery()
    )
    free = ~exists().where(other.c.claim == document.c.effect_key)
    chosen = and_(staged, document.c.effect_key.is_not(None), document.c.id == first, free)
    later = or_(document.c.revision.startswith("change:"), document.c.revision.startswith("cancel:"))
    move(connection, document, "waiting", chosen, ~later, claim=document.c.effect_key, changed_at=now)
    same = (other.c.partner == document.c.partner, other.c.document_type == document.c.document_type)
    known = exists().where(*same, other.c.business_key == document.c.business_key, other.c.state.in_(("waiting", "done")))
    alone = select(document).where(staged, later, ~known)
    held = 0
    for row in connection.execute(alone).all():
        held += move(connection, document, "quarantined", document.c.id == row.id, held_at="check", changed_at=now)
        said = by_purpose(row.document_type, "cancel", row.business_key, known=False).finding
        if said is not None:
            place = (row.transmission, row.interchange, row.functional_group, row.id)
            connection.execute(insert(finding), finding_rows([said], "check", *place))
    move(connection, document, "waiting", chosen, later, claim=document.c.effect_key, changed_at=now)
    columns = (
        document.c.id,
        document.c.transmission,
        document.c.interchange,
        document.c.functional_group,
        document.c.digest,
        document.c.document_type,
        document.c.business_key,
    )
    question = select(*columns, other.c.id, other.c.digest).outerjoin(other, other.c.claim == document.c.effect_key).where(staged)
    for identity, sent, number, group, digest, kind, key, original, original_digest in connection.execute(question).all():
        if original is not None and digest == original_digest:
            move(connection, document, "duplicate", document.c.id == identity, duplicate_of=original, changed_at=now)
            continue
        held += move(connection, document, "quarantined", document.c.id == identity, held_at="check", duplicate_of=original, changed_at=now)
        said = by_purpose(str(kind), "original", str(key), known=True).finding
        if said is not None:
            connection.execute(insert(finding), finding_rows([said], "check", sent, number, group, identity))
    return held


def deliver(connection: Connection, now: datetime, mine: ColumnElement[bool]) -> None:
    """Waiting documents become due where they have not been delivered; one that has no destination is done."""
    waiting = and_(mine, document.c.state == "waiting")
    columns = (document.c.id, document.c.destinations, document.c.partner, document.c.document_type)
    documents = connection.execute(select(*columns).where(waiting)).all()
    known = select(delivery.c.document, delivery.c.destination, delivery.c.state).where(
        delivery.c.document.in_(select(document.c.id).where(waiting))
    )
    states = {(identity, place): state for identity, place, state in connection.execute(known).all()}
    rows, dues, idle = [], [], []
    for identity, places, partner, kind in documents:
        if all(states.get((identity, place)) == "delivered" for place in places):
            idle.append(identity)
        for place in places:
            state = states.get((identity, place))
            if state is None:
                rows.append({"document": identity, "destination": place, "state": "due", "changed_at": now})
            elif state == "quarantined":
                move(connection, delivery, "due", delivery.c.document == identity, delivery.c.destination == place, changed_at=now)
            else:
                continue
            dues.append(Due(f"deliver/{place}/{partner}/{kind}", "deliver", f"{identity}/{place}"))
    if rows:
        connection.execute(insert(delivery), rows)
    enqueue(connection, dues, now)
    for start in range(0, len(idle), CHUNK):
        move(connection, document, "done", document.c.id.in_(idle[start : start + CHUNK]), changed_at=now)
