"""What ends or renews something held: a reprocessed set in the place of the held one, or a named person's discard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from gateway.records import Held, StagedDocument
from gateway.stores.sql import tables
from gateway.stores.sql.audit import record
from gateway.stores.sql.moving import move
from gateway.stores.sql.numbers import void
from gateway.stores.sql.settling import THESE, settle_documents
from gateway.stores.sql.staging import document_findings, document_row
from gateway.stores.sql.work import VIEW, Due, enqueue

acknowledgment, delivery, document, finding, interchange, transmission = (
    tables.acknowledgment,
    tables.delivery,
    tables.document,
    tables.finding,
    tables.interchange,
    tables.transmission,
)

BEGUN = ("sending", "delivered", "outcome_unknown", "quarantined")
"""States of a delivery whose posting may have happened."""


def replace(connection: Connection, now: datetime, held: Held, documents: list[StagedDocument], reason: str | None) -> list[str]:
    """Settle what a held set became today; parts that are no longer held keep what they are.

    `reason` overrides a rejection. A document that may have been posted is not made into another one: 'unresolved'.
    """
    place = and_(
        document.c.transmission == held.transmission,
        document.c.interchange == held.interchange,
        document.c.functional_group == held.group,
        document.c.number == held.number,
    )
    current = select(document.c.id, document.c.part, document.c.state, document.c.effect_key, document.c.claim)
    rows = {row.part: row for row in connection.execute(current.where(place, document.c.state.not_in(("staged", "replaced")))).all()}
    open_states = ("quarantined", "rejected") if reason else ("quarantined",)
    if not any(row.state in open_states for row in rows.values()):
        return []
    touched: list[str] = []
    for staged in documents:
        row = rows.pop(staged.part, None)
        values = document_row(held.transmission, staged, "staged") | {"changed_at": now}
        if row is None:
            connection.execute(insert(document), values)
            identity = staged.id
        elif row.state not in open_states:
            continue
        else:
            begun = select(delivery.c.document).where(delivery.c.document == row.id, delivery.c.state.in_(BEGUN))
            if row.claim is not None and row.claim != staged.effect_key and connection.execute(begun).first() is not None:
                return ["unresolved"]
            identity = row.id
            del values["id"], values["state"]
            connection.execute(delete(finding).where(finding.c.document == identity))
            move(connection, document, "staged", document.c.id == identity, claim=None, duplicate_of=None, **values)
        findings = [found | {"document": identity} for found in document_findings(held.transmission, staged)]
        if findings:
            connection.execute(insert(finding), findings)
        touched.append(identity)
    for row in rows.values():
        if row.state in open_states:
            move(connection, document, "replaced", document.c.id == row.id, claim=None, changed_at=now)
    settle_documents(connection, now, THESE, {"ids_": touched})
    now_states = connection.execute(select(document.c.id, document.c.state).where(document.c.id.in_(touched))).all()
    states: dict[str, str] = {row.id: row.state for row in now_states}
    for identity in touched:
        what = "reprocessed" if reason is None else "reprocessed-despite-rejection"
        record(connection, now, "receive", what, held.transmission, identity, reason=reason, state=states[identity])
    enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
    return [states[identity] for identity in touched]


def send_again(connection: Connection, now: datetime, held: Held, reason: str | None) -> list[str]:
    """An answer that could not be sent is owed again: its numbers and its bytes are what they were."""
    if not move(connection, acknowledgment, "owed", acknowledgment.c.id == held.id, why=None):
        return []
    channel = connection.execute(select(acknowledgment.c.channel).where(acknowledgment.c.id == held.id)).scalar_one()
    record(connection, now, "acknowledge", "owed-again", held.transmission, reason=reason, acknowledgment=held.id)
    enqueue(connection, [Due(f"acknowledge/{channel}", "acknowledge", held.id), Due(VIEW, VIEW, VIEW)], now)
    return ["owed"]


def discard(connection: Connection, now: datetime, held: Held, person: str, reason: str) -> bool:
    """A named person ends it; False where it was no longer held."""
    if held.kind == "transmission":
        done = move(connection, transmission, "discarded", transmission.c.id == held.id, discarded_at=now)
    elif held.kind == "interchange":
        done = move(
            connection,
            interchange,
            "discarded",
            interchange.c.transmission == held.transmission,
            interchange.c.number == held.interchange,
            held_at=None,
        )
    elif held.kind == "acknowledgment":
        done = move(connection, acknowledgment, "discarded", acknowledgment.c.id == held.id)
        numbers = select(acknowledgment.c.isa_counter, acknowledgment.c.isa_number).where(acknowledgment.c.id == held.id)
        for counter, number in connection.execute(numbers).all() if done else ():
            void(connection, counter, number, reason, person, now)
    else:
        done = move(
            connection, document, "discarded", document.c.id == held.id, document.c.state == "quarantined", held_at=None, changed_at=now
        )
        if done:
            move(connection, delivery, "discarded", delivery.c.document == held.id, changed_at=now)
            delivered = select(delivery.c.document).where(delivery.c.document == held.id, delivery.c.state == "delivered")
            if connection.execute(delivered).first() is None:
                connection.execute(update(document).where(document.c.id == held.id).values(claim=None))
    if not done:
        return False
    subject = held.id if held.kind == "document" else None
    record(
        connection,
        now,
        held.verb,
        "discarded",
        held.transmission,
        subject,
        person,
        reason=reason,
        kind=held.kind,
        interchange=held.interchange,
    )
    enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
    return True
