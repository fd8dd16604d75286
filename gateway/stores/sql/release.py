"""The releasing transaction: what a closed interchange becomes, and everything due that follows from it (DESIGN 8).

Set-based where documents are concerned, so that an interchange of 100,000 sets is released in one small transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select
from sqlalchemy.engine import Row

from gateway.edi.finding import Finding
from gateway.edi.states import before
from gateway.records import AnswerOwed, InterchangeRecord, Release
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.moving import move
from gateway.stores.sql.numbers import take
from gateway.stores.sql.staging import drop_staged
from gateway.stores.sql.work import VIEW, Due, enqueue

acknowledgment, delivery, document, finding = tables.acknowledgment, tables.delivery, tables.document, tables.finding
functional_group, interchange = tables.functional_group, tables.interchange

CHUNK = 500


def release(connection: Connection, now: datetime, transmission: str, release: Release, ids: list[str]) -> str:
    """Give the interchange its verdict; idempotent: what was released before keeps its verdict and its answers."""
    read = release.interchange
    mine = and_(document.c.transmission == transmission, document.c.interchange == read.number)
    place = and_(interchange.c.transmission == transmission, interchange.c.number == read.number)
    known: str | None = connection.execute(select(interchange.c.state).where(place)).scalar_one_or_none()
    if known is not None and known not in before("interchange", "released") and known != "released":
        drop_staged(connection, mine)
        return known
    first = None if known == "released" else _first(connection, transmission, release)
    findings = list(read.findings)
    state, held_at = "released", None
    if not read.complete:
        state = "incomplete"
    elif first is not None and first.sha256 == read.sha256:
        state = "duplicate"
    elif read.held is not None:
        state, held_at = "held", "detect"
        findings.append(read.held)
    elif first is not None and release.conflict is not None and release.number_policy != "off":
        findings.append(release.conflict)
        if release.number_policy == "hold":
            state, held_at = "held", "parse"
    if state == "released" and not read.accepted:
        state = "refused"
    _write_interchange(connection, now, transmission, read, state, held_at, known, first)
    _write_findings(connection, transmission, release, findings, held_at or "parse")
    _write_groups(connection, transmission, release)
    verb = "acknowledge" if state in ("released", "refused") else held_at or "parse"
    record(connection, now, verb, f"interchange-{state}", transmission, interchange=read.number, control_number=read.control_number)
    if state in ("released", "refused"):
        for identity, answer in zip(ids, release.answers, strict=True):
            _owe(connection, now, transmission, read.number, identity, answer)
    if state == "released":
        release_documents(connection, now, transmission, release)
    else:
        drop_staged(connection, mine)
    if state == "duplicate" and first is not None:
        _answer_again(connection, now, transmission, first.transmission, first.number)
    if held_at is not None or known in ("held", "incomplete"):
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
    return state


def _first(connection: Connection, transmission: str, release: Release) -> Row[Any] | None:
    """The earlier interchange that this one repeats or collides with; only one that was accepted or waits counts."""
    read = release.interchange
    same = interchange.c.sha256 == read.sha256
    number = and_(interchange.c.control_number == read.control_number, interchange.c.control_number != "")
    if release.number_since is not None:
        number = and_(number, interchange.c.seen_at >= release.number_since)
    accepted_group = exists().where(
        functional_group.c.transmission == interchange.c.transmission,
        functional_group.c.interchange == interchange.c.number,
        functional_group.c.verdict != "R",
    )
    counts = or_(
        interchange.c.state == "held", and_(interchange.c.state == "released", or_(accepted_group, interchange.c.control_number == ""))
    )
    earlier = or_(interchange.c.transmission != transmission, interchange.c.number != read.number)
    pair = and_(interchange.c.sender == read.sender, interchange.c.receiver == read.receiver)
    question = select(interchange).where(pair, or_(same, number), counts, earlier)
    return connection.execute(question.order_by(same.desc(), interchange.c.seen_at, interchange.c.transmission).limit(1)).first()


def _write_interchange(
    connection: Connection,
    now: datetime,
    transmission: str,
    read: InterchangeRecord,
    state: str,
    held_at: str | None,
    known: str | None,
    first: Row[Any] | None,
) -> None:
    row = {
        "held_at": held_at,
        "sender": read.sender,
        "receiver": read.receiver,
        "control_number": read.control_number,
        "version": read.version,
        "usage": read.usage,
        "partner": read.partner,
        "span_offset": read.span[0],
        "span_length": read.span[1],
        "isa_offset": read.isa_span[0],
        "isa_length": read.isa_span[1],
        "sha256": read.sha256,
        "ta1": read.ta1,
        "duplicate_transmission": first.transmission if state == "duplicate" and first is not None else None,
        "duplicate_number": first.number if state == "duplicate" and first is not None else None,
    }
    if known is None:
        connection.execute(insert(interchange).values(transmission=transmission, number=read.number, state=state, seen_at=now, **row))
    else:
        move(connection, interchange, state, interchange.c.transmission == transmission, interchange.c.number == read.number, **row)


def _write_findings(connection: Connection, transmission: str, release: Release, findings: list[Finding], verb: str) -> None:
    number = release.interchange.number
    own = and_(finding.c.transmission == transmission, finding.c.interchange == number, finding.c.document.is_(None))
    connection.execute(delete(finding).where(own))
    rows = finding_rows(findings, verb, transmission, number)
    for group in release.groups:
        rows += finding_rows(group.findings, "parse", transmission, number, group.number)
    if rows:
        connection.execute(insert(finding), rows)


def _write_groups(connection: Connection, transmission: str, release: Release) -> None:
    number = release.interchange.number
    table = acknowledgment
    answered = set(
        connection.execute(
            select(table.c.functional_group).where(table.c.transmission == transmission, table.c.interchange == number)
        ).scalars()
    )
    mine = and_(functional_group.c.transmission == transmission, functional_group.c.interchange == number)
    connection.execute(delete(functional_group).where(mine, functional_group.c.number.not_in(answered)))
    rows = [
        {
            "transmission": transmission,
            "interchange": number,
            "number": group.number,
            "functional_id": group.functional_id,
            "control_number": group.control_number,
            "version": group.version,
            "span_offset": group.span[0],
            "span_length": group.span[1],
            "verdict": group.verdict,
            "set_count": group.set_count,
            "accepted_count": group.accepted_count,
        }
        for group in release.groups
        if group.number not in answered
    ]
    if rows:
        connection.execute(insert(functional_group), rows)


def _owe(connection: Connection, now: datetime, transmission: str, number: int, identity: str, answer: AnswerOwed) -> None:
    """Owe an answer once per (transmission, interchange, group); its numbers are taken here, with the moment they bear."""
    table = acknowledgment
    place = (table.c.transmission == transmission, table.c.interchange == number, table.c.functional_group == answer.group)
    if connection.execute(select(table.c.id).where(*place)).first() is not None:
        return
    isa = take(connection, answer.isa_counter, now)
    gs = None if answer.gs_counter is None else take(connection, answer.gs_counter, now)
    row = {
        "id": identity,
        "transmission": transmission,
        "interchange": number,
        "functional_group": answer.group,
        "form": answer.form,
        "state": "owed",
        "answer": answer.answer,
        "channel": answer.channel,
        "partner": answer.partner,
        "isa_counter": answer.isa_counter,
        "isa_number": isa,
        "gs_number": gs,
        "at": now.replace(microsecond=0),
        "name": answer.name.format(set=answer.form, form=answer.form, control_number=f"{isa:09d}"),
    }
    connection.execute(insert(table), row)
    record(
        connection, now, "acknowledge", "owed", transmission, form=answer.form, interchange=number, group=answer.group, control_number=isa
    )
    enqueue(connection, [Due(f"acknowledge/{answer.channel}", "acknowledge", identity)], now)


def _answer_again(connection: Connection, now: datetime, transmission: str, first: str, number: int) -> None:
    """A duplicate is answered by the archived bytes of the first answer; one not sent yet is on its way anyway."""
    table = acknowledgment
    question = select(table.c.id, table.c.channel).where(
        table.c.transmission == first, table.c.interchange == number, table.c.state == "sent"
    )
    for identity, channel in connection.execute(question).all():
        enqueue(connection, [Due(f"acknowledge/{channel}", "acknowledge", f"{identity}/{transmission}")], now)


def release_documents(connection: Connection, now: datetime, transmission: str, release: Release) -> None:
    """Staged documents of the interchange are settled; those of refused groups are rejected with them."""
    number = release.interchange.number
    mine = and_(document.c.transmission == transmission, document.c.interchange == number)
    _make_room(connection, now, mine)
    refused = [group.number for group in release.groups if group.verdict == "R"]
    rejected = or_(document.c.verdict == "R", document.c.functional_group.in_(refused))
    move(connection, document, "rejected", mine, document.c.state == "staged", rejected, held_at=None, changed_at=now)
    settle_documents(connection, now, mine, release.effect_conflict)


def settle_documents(connection: Connection, now: datetime, mine: ColumnElement[bool], conflict: Finding | None) -> None:
    """What is staged becomes quarantined, duplicate, waiting or done; what waits becomes due at its destinations."""
    staged = and_(mine, document.c.state == "staged")
    held = move(connection, document, "quarantined", staged, document.c.held_at.is_not(None), changed_at=now)
    move(connection, document, "done", staged, document.c.posts.is_(False), changed_at=now)
    held += _claim(connection, now, staged, conflict)
    deliver(connection, now, mine)
    if held:
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)


def _make_room(connection: Connection, now: datetime, mine: ColumnElement[bool]) -> None:
    """Where an interchange is read again for its sets held at detect, those give way; all others keep what they are."""
    move(connection, document, "replaced", mine, document.c.state == "quarantined", document.c.held_at == "detect", changed_at=now)
    old = document.alias("old")
    taken = exists().where(
        old.c.transmission == document.c.transmission,
        old.c.interchange == document.c.interchange,
        old.c.functional_group == document.c.functional_group,
        old.c.number == document.c.number,
        old.c.state.not_in(("staged", "replaced")),
    )
    drop_staged(connection, mine, taken)


def _claim(connection: Connection, now: datetime, staged: ColumnElement[bool], conflict: Finding | None) -> int:
    """The first document of each effect key may have its effect; the others are duplicates or, with other content, held."""
    other, rival = document.alias("other"), document.alias("rival")
    alike = and_(rival.c.transmission == document.c.transmission, rival.c.interchange == document.c.interchange)
    first = (
        select(func.min(rival.c.id)).where(alike, rival.c.effect_key == document.c.effect_key, rival.c.state == "staged").scalar_subquery()
    )
    free = ~exists().where(other.c.claim == document.c.effect_key)
    chosen = and_(staged, document.c.effect_key.is_not(None), document.c.id == first, free)
    move(connection, document, "waiting", chosen, claim=document.c.effect_key, changed_at=now)
    columns = (document.c.id, document.c.transmission, document.c.interchange, document.c.functional_group, document.c.digest)
    question = select(*columns, other.c.id, other.c.digest).outerjoin(other, other.c.claim == document.c.effect_key).where(staged)
    held = 0
    for identity, sent, number, group, digest, original, original_digest in connection.execute(question).all():
        if original is not None and digest == original_digest:
            move(connection, document, "duplicate", document.c.id == identity, duplicate_of=original, changed_at=now)
            continue
        held += move(connection, document, "quarantined", document.c.id == identity, held_at="check", duplicate_of=original, changed_at=now)
        if conflict is not None:
            connection.execute(insert(finding), finding_rows([conflict], "check", sent, number, group, identity))
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
