"""What became of what somebody sent, for him who sent it and nobody else: the questions that the API asks.

Whose a transmission is: the partner's by whose channel it came, or whose interchanges are all that is in it; and the
mailbox's by whose channel it came. What is not the asker's is as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from gateway.stores.sql import tables
from gateway.stores.sql.database import Database
from gateway.stores.sql.views import Facts, _parts, _rows

acknowledgment, document, finding = tables.acknowledgment, tables.document, tables.finding
interchange, transmission = tables.interchange, tables.transmission

MOST = 100
"""Documents of one transmission, and findings of one thing, that are told; the rest is counted."""
_SEEN = document.c.state.not_in(("staged", "replaced"))
_OURS_TO_SETTLE = ("route", "deliver")
"""Verbs whose findings are about our own systems."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who asks: a partner, a mailbox by its channel, or (neither) ourselves, who see everything."""

    partner: str | None = None
    channel: str | None = None

    @property
    def everything(self) -> bool:
        """Whether all is theirs."""
        return self.partner is None and self.channel is None

    def owns(self) -> ColumnElement[bool]:
        """Which transmissions are his."""
        if self.everything:
            return true()
        whole = [transmission.c.channel == self.channel] if self.channel is not None else []
        if self.partner is not None:
            inside = interchange.c.transmission == transmission.c.id
            theirs = exists().where(inside, interchange.c.partner == self.partner)
            others = exists().where(inside, or_(interchange.c.partner.is_(None), interchange.c.partner != self.partner))
            whole += [transmission.c.partner == self.partner, and_(transmission.c.partner.is_(None), theirs, ~others)]
        return or_(*whole)


def state(database: Database, identity: str) -> str | None:
    """The state of a transmission; None where there is none."""
    question = select(transmission.c.state).where(transmission.c.id == identity)
    return database.read(lambda connection: connection.execute(question).scalar_one_or_none())


def status(database: Database, owner: Owner, identity: str) -> Facts | None:
    """A transmission with what became of its parts, findings and answers; None where it is not the owner's."""

    def question(connection: Connection) -> Facts | None:
        found = _rows(connection, select(transmission).where(transmission.c.id == identity, owner.owns(), _shown(owner)))
        return None if not found else _whole(connection, owner, found[0])

    return database.read(question)


def listed(
    database: Database,
    owner: Owner,
    control_number: str | None = None,
    business_number: str | None = None,
    before: str | None = None,
    limit: int = 20,
) -> list[Facts]:
    """The owner's transmissions, newest first; those that hold an interchange, group or set of a number, or a document of one."""
    question = select(transmission).where(owner.owns(), _shown(owner))
    if control_number is not None:
        written = (control_number, control_number.zfill(9))
        holding = select(interchange.c.transmission).where(interchange.c.control_number.in_(written))
        question = question.where(transmission.c.id.in_(holding))
    if business_number is not None:
        held = select(document.c.transmission).where(document.c.business_key == business_number, _SEEN)
        question = question.where(transmission.c.id.in_(held))
    if before is not None:
        question = question.where(transmission.c.id < before)
    question = question.order_by(transmission.c.id.desc()).limit(limit)
    return database.read(lambda connection: [row | _parts(connection, row) for row in _rows(connection, question)])


def document_for(database: Database, owner: Owner, identity: str) -> Facts | None:
    """One document with its content and findings; None where what it came in is not the owner's."""

    def question(connection: Connection) -> Facts | None:
        both = select(document, transmission.c.name.label("file"), transmission.c.received_at).select_from(document).join(transmission)
        found = _rows(connection, both.where(document.c.id == identity, _SEEN, owner.owns(), _shown(owner)))
        if not found:
            return None
        facts = found[0]
        return facts | {"findings": _findings(connection, owner, finding.c.document == identity)}

    return database.read(question)


def acknowledgment_for(database: Database, owner: Owner, identity: str) -> Facts | None:
    """One answer of ours; None where what it answers is not the owner's."""

    def question(connection: Connection) -> Facts | None:
        both = select(acknowledgment).select_from(acknowledgment).join(transmission, transmission.c.id == acknowledgment.c.transmission)
        found = _rows(connection, both.where(acknowledgment.c.id == identity, owner.owns()))
        return found[0] if found else None

    return database.read(question)


def file_for(database: Database, owner: Owner, identity: str) -> tuple[str, str] | None:
    """Name and address of what came or went as one transmission; None where it is not the owner's."""
    question = select(transmission.c.name, transmission.c.address).where(transmission.c.id == identity, owner.owns(), _shown(owner))
    found = database.read(lambda connection: connection.execute(question).first())
    return None if found is None else (found.name, found.address)


def _shown(owner: Owner) -> ColumnElement[bool]:
    """What our own systems left is theirs, although it goes to a partner: he sees what was sent to him."""
    return true() if owner.everything else transmission.c.direction != "our"


def _whole(connection: Connection, owner: Owner, row: Facts) -> Facts:
    identity = row["id"]
    mine = and_(document.c.transmission == identity, _SEEN)
    columns = [column for column in document.c if column.name != "content"]
    documents = _rows(connection, select(*columns).where(mine).order_by(document.c.id).limit(MOST))
    for one in documents:
        one["findings"] = _findings(connection, owner, finding.c.document == one["id"])
    count = connection.execute(select(func.count()).select_from(document).where(mine)).scalar_one()
    parts = select(interchange).where(interchange.c.transmission == identity).order_by(interchange.c.number).limit(MOST)
    answers = select(acknowledgment).where(acknowledgment.c.transmission == identity).order_by(acknowledgment.c.id).limit(MOST)
    around = and_(finding.c.transmission == identity, finding.c.document.is_(None))
    return {
        **row,
        **_parts(connection, row),
        "interchanges": _rows(connection, parts),
        "documents": documents,
        "documents_omitted": count - len(documents),
        "findings": _findings(connection, owner, around),
        "acknowledgments": _rows(connection, answers),
    }


def _findings(connection: Connection, owner: Owner, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    question = select(finding.c.detail, finding.c.verb).where(where)
    if not owner.everything:  # what hinders our own systems is ours to settle
        question = question.where(finding.c.verb.not_in(_OURS_TO_SETTLE))
    rows = connection.execute(question.order_by(finding.c.id).limit(MOST)).all()
    return [row.detail | {"verb": row.verb} for row in rows]
