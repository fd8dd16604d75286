"""What people ask the journal: one function a question, plain dicts out, used by the command line and the web pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from gateway.carriage.codes import CODES
from gateway.edi.finding import NOWHERE
from gateway.records import Held
from gateway.stores.sql import tables
from gateway.stores.sql.database import Database
from gateway.stores.sql.outgoing_tables import leaving
from gateway.stores.sql.outgoing_views import ANSWERED, held_outgoing, sendings_of

acknowledgment, delivery, document, event, finding = tables.acknowledgment, tables.delivery, tables.document, tables.event, tables.finding
functional_group, interchange, transmission = tables.functional_group, tables.interchange, tables.transmission

Facts = dict[str, Any]


def _rows(connection: Connection, question: Select[Any]) -> list[Facts]:
    return [dict(row) for row in connection.execute(question).mappings().all()]


def transmissions(database: Database, limit: int = 100, state: str | None = None, partner: str | None = None) -> list[Facts]:
    """The newest transmissions with what became of their parts in words."""
    question = select(transmission).order_by(transmission.c.id.desc()).limit(limit)
    if state is not None:
        question = question.where(transmission.c.state == state)
    if partner is not None:
        of_partner = select(interchange.c.transmission).where(interchange.c.partner == partner)
        question = question.where((transmission.c.partner == partner) | transmission.c.id.in_(of_partner))
    return database.read(lambda connection: [row | _parts(connection, row) for row in _rows(connection, question)])


def transmission_of(database: Database, identity: str) -> Facts:
    """One transmission, verb by verb: interchanges, groups, documents, acknowledgments, findings, events. Raises LookupError."""

    def question(connection: Connection) -> Facts:
        found = _rows(connection, select(transmission).where(transmission.c.id == identity))
        if not found:
            raise LookupError(f"there is no transmission {identity}")
        facts = found[0] | _parts(connection, found[0])
        facts["interchanges"] = _rows(
            connection, select(interchange).where(interchange.c.transmission == identity).order_by(interchange.c.number)
        )
        groups = select(functional_group).where(functional_group.c.transmission == identity)
        facts["groups"] = _rows(connection, groups.order_by(functional_group.c.interchange, functional_group.c.number))
        facts["documents"] = _rows(connection, _documents().where(document.c.transmission == identity).order_by(document.c.id))
        facts["answers_received"] = _rows(
            connection, select(tables.received_answer).where(tables.received_answer.c.transmission == identity)
        )
        facts["acknowledgments"] = _rows(connection, select(acknowledgment).where(acknowledgment.c.transmission == identity))
        own = and_(finding.c.transmission == identity, finding.c.document.is_(None))
        facts["findings"] = [
            row["detail"] | {"verb": row["verb"]} for row in _rows(connection, select(finding).where(own).order_by(finding.c.id))
        ]
        facts["events"] = _rows(connection, select(event).where(event.c.transmission == identity).order_by(event.c.id))
        return facts

    return database.read(question)


def uncarried(database: Database, channel: str) -> int:
    """How many files that came by a channel wait to be carried."""
    lane, work = tables.lane, tables.work
    question = (
        select(func.count())
        .select_from(lane)
        .join(work, and_(work.c.lane == lane.c.id, work.c.state == "open"))
        .join(transmission, transmission.c.id == work.c.subject)
        .where(lane.c.kind == "carry", lane.c.next_due.is_not(None), transmission.c.channel == channel)
    )
    return database.read(lambda connection: int(connection.execute(question).scalar() or 0))


def came_by(database: Database, identity: str) -> str | None:
    """The channel by which a transmission came."""
    question = select(transmission.c.channel).where(transmission.c.id == identity)
    return database.read(lambda connection: connection.execute(question).scalar())


def documents(
    database: Database,
    limit: int = 100,
    state: str | None = None,
    partner: str | None = None,
    document_type: str | None = None,
    number: str | None = None,
) -> list[Facts]:
    """The newest documents; `number` is a business key or the beginning of one."""
    question = _documents().where(document.c.state.not_in(("staged", "replaced"))).order_by(document.c.id.desc()).limit(limit)
    for column, value in ((document.c.state, state), (document.c.partner, partner), (document.c.document_type, document_type)):
        if value is not None:
            question = question.where(column == value)
    if number is not None:
        question = question.where(document.c.business_key.startswith(number, autoescape=True))
    return database.read(lambda connection: _rows(connection, question))


def document_of(database: Database, identity: str) -> Facts:
    """One document: its canonical JSON as text, where its set stands, its deliveries, findings and events. Raises LookupError."""

    def question(connection: Connection) -> Facts:
        columns = (
            transmission.c.address,
            transmission.c.name.label("file"),
            transmission.c.received_at,
            transmission.c.direction,
            leaving.c.draft,
            ANSWERED,
        )
        joined = select(document, *columns).select_from(document).join(transmission)
        found = _rows(connection, joined.outerjoin(leaving, leaving.c.document == document.c.id).where(document.c.id == identity))
        if not found:
            raise LookupError(f"there is no document {identity}")
        facts = found[0]
        facts["sendings"] = sendings_of(connection, identity)
        facts["deliveries"] = _rows(connection, select(delivery).where(delivery.c.document == identity))
        facts["findings"] = list(
            connection.execute(select(finding.c.detail).where(finding.c.document == identity).order_by(finding.c.id)).scalars()
        )
        facts["events"] = _rows(connection, select(event).where(event.c.document == identity).order_by(event.c.id))
        return facts

    return database.read(question)


def acknowledgments(database: Database, limit: int = 100, state: str | None = None, partner: str | None = None) -> list[Facts]:
    """The newest acknowledgments of ours, owed and sent."""
    question = select(acknowledgment).order_by(acknowledgment.c.id.desc()).limit(limit)
    if state is not None:
        question = question.where(acknowledgment.c.state == state)
    if partner is not None:
        question = question.where(acknowledgment.c.partner == partner)
    return database.read(lambda connection: _rows(connection, question))


def received_answers(database: Database, limit: int = 100, outcome: str | None = None, partner: str | None = None) -> list[Facts]:
    """The newest answers that partners sent to us, with what each was matched to."""
    answer = tables.received_answer
    question = (
        select(answer)
        .order_by(answer.c.at.desc(), answer.c.transmission.desc(), answer.c.functional_group.desc(), answer.c.number.desc())
        .limit(limit)
    )
    if outcome is not None:
        question = question.where(answer.c.outcome == outcome)
    if partner is not None:
        question = question.where(answer.c.partner == partner)
    return database.read(lambda connection: _rows(connection, question))


def quarantined(
    database: Database,
    ids: tuple[str, ...] = (),
    partner: str | None = None,
    verb: str | None = None,
    code: str | None = None,
    rejected: bool = False,
) -> list[Held]:
    """What waits for a person, oldest first: transmissions, interchanges, documents; filters narrow it.

    An interchange is named `<transmission>:<number>`. With `rejected`, rejected documents named in `ids` come too.
    """

    def question(connection: Connection) -> list[Held]:
        held = _held_transmissions(connection) + _held_interchanges(connection) + _held_documents(connection, ids, rejected)
        held += _held_answers(connection) + held_outgoing(connection, _held)
        if ids:
            held = [one for one in held if one.id in ids]
        if partner is not None:
            held = [one for one in held if one.partner == partner]
        if verb is not None:
            held = [one for one in held if one.verb == verb]
        if code is not None:
            held = [one for one in held if any(found["code"] == code for found in one.findings)]
        return sorted(held, key=lambda one: (one.transmission, one.interchange, one.group, one.number, one.id))

    return database.read(question)


def waiting(database: Database) -> list[Facts]:
    """What is due or leased: lanes with their first open item."""
    open_items = select(func.count()).where(tables.work.c.lane == tables.lane.c.id, tables.work.c.state == "open").scalar_subquery()
    return database.read(
        lambda connection: _rows(connection, select(tables.lane, open_items.label("open")).order_by(tables.lane.c.next_due))
    )


def last_event(database: Database) -> int:
    """The number of the newest event; 0 where there is none."""
    return database.read(lambda connection: connection.execute(select(func.max(event.c.id))).scalar_one_or_none() or 0)


def events_after(database: Database, number: int, limit: int = 1000) -> list[Facts]:
    """What happened since an event, in order."""
    question = select(event).where(event.c.id > number).order_by(event.c.id).limit(limit)
    return database.read(lambda connection: _rows(connection, question))


def inboxes(database: Database) -> list[Facts]:
    """Each inbox that is polled: when next, after how many tries, and what hinders it."""
    work = tables.work
    question = select(work.c.subject.label("channel"), work.c.due_at, work.c.attempts, work.c.why).where(work.c.kind == "poll")
    return database.read(lambda connection: _rows(connection, question.where(work.c.state == "open").order_by(work.c.subject)))


def remarks(database: Database, channel: str | None = None) -> list[Facts]:
    """What stands in inboxes and is not taken, oldest first."""
    remark = tables.inbox_remark
    question = select(remark).order_by(remark.c.since, remark.c.channel, remark.c.name)
    if channel is not None:
        question = question.where(remark.c.channel == channel)
    return database.read(lambda connection: _rows(connection, question))


def _documents() -> Select[Any]:
    return select(*(column for column in document.c if column.name != "content"), ANSWERED)


def _parts(connection: Connection, row: Facts) -> Facts:
    """What became of a transmission in counts and in words: '3 delivered, 1 rejected, 2 quarantined at map'."""
    identity = row["id"]
    delivered = select(func.count()).where(delivery.c.document == document.c.id).scalar_subquery()
    word = case((and_(document.c.state == "done", delivered > 0), "delivered"), else_=document.c.state)
    question = select(word, document.c.held_at, func.count()).where(
        document.c.transmission == identity, document.c.state.not_in(("staged", "replaced"))
    )
    counts: dict[str, int] = {}
    for state, held_at, count in connection.execute(question.group_by(word, document.c.held_at)).all():
        ours = "sent" if row["direction"] == "our" and state == "done" else str(state)
        key = f"quarantined at {held_at}" if state == "quarantined" else ours
        counts[key] = counts.get(key, 0) + count
    states = select(interchange.c.state, interchange.c.held_at, func.count()).where(interchange.c.transmission == identity)
    for state, held_at, count in connection.execute(states.group_by(interchange.c.state, interchange.c.held_at)).all():
        if state != "released":
            key = f"interchange held at {held_at}" if state == "held" else f"interchange {state}"
            counts[key] = counts.get(key, 0) + count
    order = ("delivered", "sent", "done", "waiting", "duplicate", "rejected", "quarantined", "discarded", "interchange")
    ordered = sorted(counts.items(), key=lambda pair: next((index for index, name in enumerate(order) if pair[0].startswith(name)), 99))
    words = ", ".join(f"{count} {key}" if not key.startswith("interchange") or count > 1 else key for key, count in ordered)
    return {"parts": dict(ordered), "summary": words or str(row["state"])}


def _held_transmissions(connection: Connection) -> list[Held]:
    question = select(transmission).where(transmission.c.state.in_(("unreadable", "incomplete")))
    held = []
    for row in connection.execute(question).all():
        own = and_(finding.c.transmission == row.id, finding.c.document.is_(None))
        found = tuple(connection.execute(select(finding.c.detail).where(own).order_by(finding.c.id)).scalars())
        verb = "detect" if row.state == "unreadable" else "parse"
        facts = {"span": (0, row.size), "partner": row.partner, "state": row.state, "direction": row.direction}
        held.append(_held(row.id, "transmission", row, 0, 0, 0, verb, found, **facts))
    return held


def _held_interchanges(connection: Connection) -> list[Held]:
    columns = (transmission.c.address, transmission.c.name, transmission.c.received_at, transmission.c.channel)
    held = []
    for row in connection.execute(
        select(interchange, *columns).select_from(interchange).join(transmission).where(interchange.c.state == "held")
    ).all():
        own = and_(finding.c.transmission == row.transmission, finding.c.interchange == row.number, finding.c.document.is_(None))
        found = tuple(connection.execute(select(finding.c.detail).where(own).order_by(finding.c.id)).scalars())
        span = (row.span_offset, row.span_length)
        identity = f"{row.transmission}:{row.number}"
        facts = {"interchange_control_number": row.control_number, "isa_span": (row.isa_offset, row.isa_length), "partner": row.partner}
        held.append(_held(identity, "interchange", row, row.number, 0, 0, row.held_at, found, span=span, state="held", **facts))
    return held


def _held_documents(connection: Connection, ids: tuple[str, ...], rejected: bool) -> list[Held]:
    columns = (
        transmission.c.address,
        transmission.c.name,
        transmission.c.received_at,
        transmission.c.channel,
        transmission.c.direction,
        transmission.c.partner.label("named"),
        leaving.c.draft,
        interchange.c.control_number.label("isa_number"),
        functional_group.c.control_number.label("gs_number"),
    )
    at_interchange = and_(interchange.c.transmission == document.c.transmission, interchange.c.number == document.c.interchange)
    at_group = and_(
        functional_group.c.transmission == document.c.transmission,
        functional_group.c.interchange == document.c.interchange,
        functional_group.c.number == document.c.functional_group,
    )
    question = (
        select(document, *columns)
        .select_from(document)
        .join(transmission)
        .outerjoin(interchange, at_interchange)
        .outerjoin(functional_group, at_group)
        .outerjoin(leaving, leaving.c.document == document.c.id)
    )
    wanted = document.c.state == "quarantined"
    if rejected and ids:
        wanted = wanted | and_(document.c.state == "rejected", document.c.id.in_(ids))
    held = []
    advised = _advised(connection)
    for row in connection.execute(question.where(wanted)).all():
        found = tuple(connection.execute(select(finding.c.detail).where(finding.c.document == row.id).order_by(finding.c.id)).scalars())
        facts = {
            "interchange_control_number": row.isa_number or "",
            "group_control_number": row.gs_number or "",
            "set_control_number": row.control_number,
            "isa_span": (row.isa_offset, row.isa_length),
            "gs_span": (row.gs_offset, row.gs_length),
            "partner": row.partner,
            "set_id": row.set_id,
            "document_type": row.document_type,
            "business_key": row.business_key,
            "ordinal": row.ordinal,
            "line": row.line,
            "verdict": row.verdict,
            "state": row.state,
            "direction": row.direction,
            "draft": row.draft,
            "named": row.named,
            "advised": (row.transmission, row.interchange, row.functional_group, row.number) in advised,
        }
        verb, place = row.held_at or "validate", (row.interchange, row.functional_group, row.number)
        held.append(_held(row.id, "document", row, *place, verb, found, span=(row.span_offset, row.span_length), **facts))
    return held


def _advised(connection: Connection) -> set[tuple[str, int, int, int]]:
    """Which sets the 824s tell of whose transmissions hold something: transmission, interchange, group, and the set's number in it."""
    waiting = select(document.c.transmission).where(document.c.state.in_(("quarantined", "rejected")))
    columns = (acknowledgment.c.transmission, acknowledgment.c.interchange, acknowledgment.c.functional_group, acknowledgment.c.answer)
    question = select(*columns).where(acknowledgment.c.advice, acknowledgment.c.transmission.in_(waiting))
    return {
        (sent, number, group, one["number"])
        for sent, number, group, answer in connection.execute(question)
        for one in answer["group"]["sets"]
    }


def _held_answers(connection: Connection) -> list[Held]:
    """Answers of ours that could not be sent; `address` is that of the answer itself once its bytes were made."""
    columns = (transmission.c.name.label("file"), transmission.c.received_at, transmission.c.address.label("came"), transmission.c.size)
    question = select(acknowledgment, *columns).select_from(acknowledgment).join(transmission)
    held = []
    for row in connection.execute(question.where(acknowledgment.c.state == "quarantined")).all():
        said = CODES["not-sent"].finding(NOWHERE, row.name, None, channel=row.channel, why=row.why or "")
        facts = {
            "name": row.file,
            "address": row.address or row.came,
            "received_at": row.received_at,
            "transmission": row.transmission,
            "channel": row.channel,
        }
        numbers = {"interchange_control_number": f"{row.isa_number:09d}", "group_control_number": str(row.gs_number or "")}
        made = SimpleNamespace(**facts)
        place = (row.interchange, row.functional_group, 0)
        more = {"span": (0, 0), "state": row.state, "partner": row.partner, "set_id": row.form, **numbers}
        held.append(_held(row.id, "acknowledgment", made, *place, "acknowledge", (said.as_json(),), **more))
    return held


def _held(
    identity: str, kind: Any, row: Any, interchange: int, group: int, number: int, verb: str, findings: tuple[Any, ...], **facts: Any
) -> Held:
    defaults: Facts = {
        "verdict": "",
        "partner": None,
        "set_id": "",
        "document_type": None,
        "business_key": None,
        "interchange_control_number": "",
        "group_control_number": "",
        "set_control_number": "",
        "isa_span": None,
        "gs_span": None,
        "ordinal": 0,
        "line": 0,
    }
    return Held(
        id=identity,
        kind=kind,
        transmission=identity if kind == "transmission" else row.transmission,
        interchange=interchange,
        group=group,
        number=number,
        verb=verb,
        file=row.name,
        received_at=row.received_at,
        address=row.address,
        findings=findings,
        channel=row.channel,
        **(defaults | facts),
    )
