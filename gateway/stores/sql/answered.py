"""What a partner's answer closes of ours: each set accepted or refused; a refused document waits for a person, with his reasons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select

from gateway.edi.finding import Finding
from gateway.exchange.answers import AdviceAnswer, GroupAnswer, InterchangeAnswer, Match, SentGroup
from gateway.exchange.codes import CODES
from gateway.exchange.complaints import objections
from gateway.exchange.control_numbers import equal
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.moving import move
from gateway.stores.sql.outgoing_tables import outgoing, outgoing_group, outgoing_set
from gateway.stores.sql.work import VIEW, Due, enqueue

document, received_answer = tables.document, tables.received_answer
Answer = GroupAnswer | InterchangeAnswer | AdviceAnswer


def groups_sent(connection: Connection, pair: str, number: int, of_interchange: bool) -> list[SentGroup]:
    """The groups of interchanges of ours to this partner under a number, their own or their interchange's, oldest first."""
    question = select(outgoing_group, outgoing.c.number.label("isa_number"), outgoing.c.departure).join(outgoing)
    question = question.where(outgoing.c.counter == pair, outgoing.c.address.is_not(None))
    question = question.where((outgoing.c.number if of_interchange else outgoing_group.c.gs_number) == number)
    rows = connection.execute(question.order_by(outgoing.c.id, outgoing_group.c.number)).all()
    ids = [row.outgoing for row in rows]
    before = select(received_answer).where(received_answer.c.outgoing.in_(ids), received_answer.c.outcome == "matched")
    known = connection.execute(before).all()
    sets = select(outgoing_set.c.outgoing, outgoing_set.c.group, outgoing_set.c.control_number).where(outgoing_set.c.outgoing.in_(ids))
    members: dict[tuple[str, int], list[str]] = {}
    for identity, group, control_number in connection.execute(sets.order_by(outgoing_set.c.group, outgoing_set.c.number)).all():
        members.setdefault((identity, group), []).append(control_number)
    return [
        SentGroup(
            key=f"{row.outgoing}/{row.number}",
            interchange_number=str(row.isa_number),
            functional_id=row.functional_id,
            group_number=str(row.gs_number or ""),
            sets=tuple((row.departure["set"], one) for one in members.get((row.outgoing, row.number), ())),
            answered=row.verdict,
            version=row.departure["version"],
            envelope_answered=next((one.verdict for one in known if one.outgoing == row.outgoing and one.form == "TA1"), None),
            advised=tuple(
                ((one.about.partition(" ")[0], one.about.partition(" ")[2]), one.verdict)
                for one in known
                if one.outgoing == row.outgoing and one.about and equal(one.control_number, str(row.gs_number or ""))
            ),
        )
        for row in rows
    ]


def close(connection: Connection, now: datetime, match: Match, answer: Answer) -> str | None:
    """Close what the answer answers, if that is an interchange of ours; says which one."""
    identity, _, group = (match.key or "").partition("/")
    if not group:
        return None
    if match.outcome != "matched":
        return identity
    sets = select(outgoing_set).where(outgoing_set.c.outgoing == identity)
    if isinstance(answer, InterchangeAnswer):
        if answer.verdict != "R":
            return identity
        verdict = f"R {answer.note}".rstrip()
    else:
        sets = sets.where(outgoing_set.c.group == int(group))
        verdict = answer.verdict
    states = dict(match.states)
    rejected = False
    for row in connection.execute(sets).all():
        state = next((state for (_, number), state in states.items() if equal(number, row.control_number)), None)
        if state not in ("accepted", "rejected"):
            continue
        mine = and_(outgoing_set.c.outgoing == identity, outgoing_set.c.group == row.group, outgoing_set.c.number == row.number)
        if move(connection, outgoing_set, state, mine) and state == "rejected":
            rejected = True
            _refused(connection, now, row.document, answer, row.control_number, next(iter(states))[0], verdict)
    if not isinstance(answer, AdviceAnswer):
        ours = outgoing_group.c.outgoing == identity
        if isinstance(answer, GroupAnswer):
            ours = and_(ours, outgoing_group.c.number == int(group))
        if not isinstance(answer, GroupAnswer) or "awaited" not in states.values():  # else another answer must say the rest
            move(connection, outgoing_group, "rejected" if rejected else "accepted", ours, verdict=answer.verdict[:1], answered_at=now)
    what = "rejected" if rejected else "accepted"
    record(connection, now, "acknowledge", what, identity, form=_form(answer), severity="warning" if rejected else "info")
    return identity


def _refused(connection: Connection, now: datetime, identity: str, answer: Answer, number: str, set_id: str, verdict: str) -> None:
    """The document in a refused set waits for a person, with what the partner objects to."""
    if not move(connection, document, "quarantined", document.c.id == identity, held_at="acknowledge", changed_at=now):
        return
    source = connection.execute(select(document.c.transmission).where(document.c.id == identity)).scalar_one()
    shown = f"{set_id} {number}" if isinstance(answer, GroupAnswer | AdviceAnswer) else f"Interchange {answer.control_number}"
    said: list[Finding] = [CODES["rejected-by-partner"].finding(what=shown, form=_form(answer), verdict=verdict)]
    if isinstance(answer, GroupAnswer):
        mine = [one for one in answer.sets if one.set == set_id and equal(one.control_number, number)]
        said += [finding for one in mine for finding in objections(answer.form, one.complaints, one.codes)]
    own = and_(tables.finding.c.document == identity, tables.finding.c.verb == "acknowledge")
    connection.execute(delete(tables.finding).where(own))
    connection.execute(insert(tables.finding), finding_rows(said, "acknowledge", source, 0, 0, identity))
    record(connection, now, "acknowledge", "refused-by-partner", source, identity, form=_form(answer))
    enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)


def _form(answer: Answer) -> str:
    return "TA1" if isinstance(answer, InterchangeAnswer) else answer.form
