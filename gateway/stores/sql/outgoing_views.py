"""What people ask of what leaves: interchanges of ours with their groups and sets, and the answers that are awaited."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Select, select

from gateway.carriage.codes import CODES
from gateway.edi.finding import NOWHERE
from gateway.records import Held
from gateway.stores.sql import tables
from gateway.stores.sql.database import Database
from gateway.stores.sql.outgoing_tables import outgoing, outgoing_group, outgoing_set

document = tables.document
OPEN = ("awaited", "overdue", "rejected")
Facts = dict[str, Any]

_last = outgoing_set.alias("last_set")
ANSWERED = (
    select(_last.c.state).where(_last.c.document == document.c.id).order_by(_last.c.outgoing.desc()).limit(1).scalar_subquery()
).label("answered")
"""Of a document of ours, what became of it where it was sent last: due, sent, awaited, overdue, accepted, rejected, discarded."""


def interchanges(database: Database, limit: int = 100, partner: str | None = None, state: str | None = None) -> list[Facts]:
    """The newest interchanges of ours, with their groups and sets."""
    question = select(outgoing).order_by(outgoing.c.id.desc()).limit(limit)
    if partner is not None:
        question = question.where(outgoing.c.partner == partner)
    if state is not None:
        question = question.where(outgoing.c.state == state)
    return database.read(lambda connection: [row | _parts(connection, row["id"]) for row in _rows(connection, question)])


def as_transmissions(database: Database, limit: int = 100, state: str | None = None, partner: str | None = None) -> list[Facts]:
    """The newest interchanges of ours as transmissions are listed."""
    rows = interchanges(database, limit, partner, state)
    return [
        row | {"direction": "out", "received_at": row["at"], "name": row["sent_name"] or row["name"], "summary": summary(row)}
        for row in rows
    ]


def summary(row: Facts) -> str:
    """What became of an interchange of ours in words: 'sent: 2 accepted, 1 rejected'."""
    counts: dict[str, int] = {}
    for one in row["sets"]:
        counts[one["state"]] = counts.get(one["state"], 0) + 1
    if row["state"] == "due":
        return f"{len(row['sets'])} to be sent"
    if row["state"] != "sent":
        return f"quarantined at deliver: {len(row['sets'])} not sent" if row["state"] == "quarantined" else str(row["state"])
    order = ("sent", "accepted", "awaited", "overdue", "rejected")
    return ", ".join(f"{counts[name]} {name}" for name in order if name in counts)


def interchange_of(database: Database, identity: str) -> Facts:
    """One interchange of ours: its groups, its sets with their documents, what happened. Raises LookupError."""

    def question(connection: Connection) -> Facts:
        found = _rows(connection, select(outgoing).where(outgoing.c.id == identity))
        if not found:
            raise LookupError(f"there is no interchange {identity}")
        facts = found[0] | _parts(connection, identity)
        events = select(tables.event).where(tables.event.c.transmission == identity).order_by(tables.event.c.id)
        answers = select(tables.received_answer).where(tables.received_answer.c.outgoing == identity)
        facts |= {"events": _rows(connection, events), "answers_received": _rows(connection, answers)}
        return facts | {"summary": summary(facts), "direction": "out"}

    return database.read(question)


def sendings_of(connection: Connection, identity: str) -> list[Facts]:
    """In which interchanges a document of ours went, in order, and what was answered."""
    columns = (
        outgoing.c.counter,
        outgoing.c.number.label("control_number_of_interchange"),
        outgoing.c.at,
        outgoing.c.sent_at,
        outgoing.c.name,
    )
    question = select(outgoing_set, *columns, outgoing_group.c.gs_number, outgoing_group.c.due_at, outgoing_group.c.form)
    question = (
        question.select_from(outgoing_set)
        .join(outgoing, outgoing.c.id == outgoing_set.c.outgoing)
        .join(outgoing_group, (outgoing_group.c.outgoing == outgoing_set.c.outgoing) & (outgoing_group.c.number == outgoing_set.c.group))
    )
    return _rows(connection, question.where(outgoing_set.c.document == identity).order_by(outgoing_set.c.outgoing))


def documents_left(database: Database, transmission: str) -> list[Facts]:
    """The documents of a file of ours, each with the interchange it went in last."""

    def question(connection: Connection) -> list[Facts]:
        rows = _rows(connection, select(document).where(document.c.transmission == transmission).order_by(document.c.number))
        for row in rows:
            sent = sendings_of(connection, row["id"])
            row["sent"] = sent[-1] if sent else None
            found = select(tables.finding.c.detail).where(tables.finding.c.document == row["id"]).order_by(tables.finding.c.id)
            row["findings"] = list(connection.execute(found).scalars())
        return rows

    return database.read(question)


def expected(database: Database, partner: str | None = None, states: tuple[str, ...] = OPEN, limit: int = 1000) -> list[Facts]:
    """The groups that we sent and whose answers are open: awaited, overdue, or refused and not mended since; the most urgent first."""
    held = (
        select(outgoing_set.c.number)
        .join(document)
        .where(
            outgoing_set.c.outgoing == outgoing_group.c.outgoing,
            outgoing_set.c.group == outgoing_group.c.number,
            outgoing_set.c.state == "rejected",
            document.c.state == "quarantined",
            document.c.held_at == "acknowledge",
        )
    )
    question = select(outgoing_group, outgoing.c.partner, outgoing.c.number.label("control_number"), outgoing.c.sent_at, outgoing.c.name)
    question = question.join(outgoing).where(outgoing_group.c.state.in_(states))
    question = question.where((outgoing_group.c.state != "rejected") | held.exists())
    if partner is not None:
        question = question.where(outgoing.c.partner == partner)

    def ask(connection: Connection) -> list[Facts]:
        rows = _rows(connection, question.order_by(outgoing_group.c.due_at, outgoing.c.id).limit(limit))
        for row in rows:
            sets = select(outgoing_set, document.c.business_key, document.c.document_type).join(document)
            mine = (outgoing_set.c.outgoing == row["outgoing"], outgoing_set.c.group == row["number"])
            row["sets"] = _rows(connection, sets.where(*mine).order_by(outgoing_set.c.number))
        return rows

    return database.read(ask)


def held_outgoing(connection: Connection, held: Callable[..., Held]) -> list[Held]:
    """Interchanges of ours that could not be sent; `address` is that of their bytes, or of their first draft."""
    found = []
    for row in connection.execute(select(outgoing).where(outgoing.c.state == "quarantined")).all():
        first = select(outgoing_set, document.c.business_key, document.c.document_type, document.c.transmission).join(document)
        one = connection.execute(first.where(outgoing_set.c.outgoing == row.id).limit(1)).one()
        said = CODES["not-left"].finding(NOWHERE, row.name, None, channel=row.channel, why=row.why or "")
        made = SimpleNamespace(
            name=row.name, address=row.address or one.draft, received_at=row.at, transmission=one.transmission, channel=row.channel
        )
        facts: Facts = {
            "span": (0, 0),
            "state": row.state,
            "partner": row.partner,
            "set_id": row.departure["set"],
            "document_type": one.document_type,
            "business_key": one.business_key,
            "interchange_control_number": f"{row.number:09d}",
            "direction": "out",
            "draft": row.address or one.draft,
        }
        found.append(held(row.id, "outgoing", made, 0, 0, 0, "deliver", (said.as_json(),), **facts))
    return found


def _parts(connection: Connection, identity: str) -> Facts:
    groups = select(outgoing_group).where(outgoing_group.c.outgoing == identity).order_by(outgoing_group.c.number)
    columns = (
        document.c.document_type,
        document.c.business_key,
        document.c.set_id,
        document.c.state.label("document_state"),
        document.c.held_at,
    )
    sets = select(outgoing_set, *columns).join(document).where(outgoing_set.c.outgoing == identity)
    rows = _rows(connection, sets.order_by(outgoing_set.c.group, outgoing_set.c.number))
    return {"groups": _rows(connection, groups), "sets": rows}


def _rows(connection: Connection, question: Select[Any]) -> list[Facts]:
    return [dict(row) for row in connection.execute(question).mappings().all()]
