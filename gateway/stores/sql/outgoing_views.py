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
Facts = dict[str, Any]


def interchanges(database: Database, limit: int = 100, partner: str | None = None, state: str | None = None) -> list[Facts]:
    """The newest interchanges of ours, with their groups and sets."""
    question = select(outgoing).order_by(outgoing.c.id.desc()).limit(limit)
    if partner is not None:
        question = question.where(outgoing.c.partner == partner)
    if state is not None:
        question = question.where(outgoing.c.state == state)
    return database.read(lambda connection: [row | _parts(connection, row["id"]) for row in _rows(connection, question)])


def interchange_of(database: Database, identity: str) -> Facts:
    """One interchange of ours: its groups, its sets with their documents, what happened. Raises LookupError."""

    def question(connection: Connection) -> Facts:
        found = _rows(connection, select(outgoing).where(outgoing.c.id == identity))
        if not found:
            raise LookupError(f"there is no interchange {identity}")
        facts = found[0] | _parts(connection, identity)
        events = select(tables.event).where(tables.event.c.transmission == identity).order_by(tables.event.c.id)
        answers = select(tables.received_answer).where(tables.received_answer.c.outgoing == identity)
        return facts | {"events": _rows(connection, events), "answers_received": _rows(connection, answers)}

    return database.read(question)


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
    columns = (document.c.document_type, document.c.business_key, document.c.set_id, document.c.state.label("document_state"))
    sets = select(outgoing_set, *columns).join(document).where(outgoing_set.c.outgoing == identity)
    rows = _rows(connection, sets.order_by(outgoing_set.c.group, outgoing_set.c.number))
    return {"groups": _rows(connection, groups), "sets": rows}


def _rows(connection: Connection, question: Select[Any]) -> list[Facts]:
    return [dict(row) for row in connection.execute(question).mappings().all()]
