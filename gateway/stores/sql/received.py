"""Answers that a partner sent: matched to what we sent him, in the transaction that releases their interchange, and kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select

from gateway.exchange.answers import (
    AdviceAnswer,
    GroupAnswer,
    InterchangeAnswer,
    Match,
    SentGroup,
    match_advice,
    match_group,
    match_interchange,
)
from gateway.exchange.control_numbers import number
from gateway.records import Received, Release
from gateway.stores.sql import tables
from gateway.stores.sql.answered import close, groups_sent
from gateway.stores.sql.audit import finding_rows, record

acknowledgment, received_answer = tables.acknowledgment, tables.received_answer

ACKNOWLEDGMENTS, ADVICE = "FA", "AG"
"""GS01 of the groups in which we answer."""


def match_received(connection: Connection, now: datetime, transmission: str, release: Release) -> None:
    """Each answer of the interchange gets its row, once; what matching has to say stands among the interchange's findings."""
    read = release.interchange
    place = and_(received_answer.c.transmission == transmission, received_answer.c.interchange == read.number)
    question = select(received_answer.c.functional_group, received_answer.c.number).where(place)
    known = {(group, number) for group, number in connection.execute(question).all()}
    pair = f"isa {read.receiver}>{read.sender}"
    for one in release.received:
        if (one.group, one.number) in known:
            continue
        match, facts = _matched(connection, pair, one)
        row = {
            "transmission": transmission,
            "interchange": read.number,
            "functional_group": one.group,
            "number": one.number,
            "partner": read.partner or "",
            "outcome": match.outcome,
            "acknowledgment": None if _ours(match) else match.key,
            "outgoing": close(connection, now, match, one.answer),
            "at": now,
        }
        connection.execute(insert(received_answer), row | facts)
        if match.findings:
            rows = finding_rows(match.findings, "acknowledge", transmission, read.number, one.group)
            connection.execute(insert(tables.finding), rows)
        record(connection, now, "acknowledge", f"answer-{match.outcome}", transmission, interchange=read.number, **facts)


def _matched(connection: Connection, pair: str, one: Received) -> tuple[Match, dict[str, Any]]:
    answer = one.answer
    if isinstance(answer, InterchangeAnswer):
        match = match_interchange(answer, _sent(connection, pair, acknowledgment.c.isa_number, answer.control_number))
        return match, _facts("TA1", "", answer.control_number, answer.verdict, answer.note)
    groups = _sent(connection, pair, acknowledgment.c.gs_number, answer.group_number)
    if isinstance(answer, AdviceAnswer):
        match = match_advice(answer, groups)
        about = " ".join(match.states[0][0]) if match.states else answer.about
        return match, _facts(answer.form, "", answer.group_number, answer.verdict, answer.reasons[:200], about)
    return match_group(answer, groups), _facts(answer.form, answer.functional_id, answer.group_number, answer.verdict, _sets(answer))


def _ours(match: Match) -> bool:
    """Whether what was matched is an interchange of ours, not an answer of ours."""
    return "/" in (match.key or "")


def _facts(form: str, functional_id: str, control_number: str, verdict: str, note: str, about: str = "") -> dict[str, Any]:
    texts = {"form": form[:8], "functional_id": functional_id, "control_number": control_number, "verdict": verdict, "note": note}
    texts |= {"about": about} if about else {}
    return {name: value.encode("utf-8", "backslashreplace").decode() for name, value in texts.items()}


def _sets(answer: GroupAnswer) -> str:
    """The sets that it refuses, for people."""
    return ", ".join(f"{one.set} {one.control_number} {one.verdict}" for one in answer.sets if one.verdict not in ("A", "E"))[:200]


def _sent(connection: Connection, pair: str, column: Any, asked: str) -> list[SentGroup]:
    """What we sent to this partner under a number, as the pure room wants it, oldest first."""
    value = number(asked)
    if value is None:
        return []
    ours = groups_sent(connection, pair, value, of_interchange=column is acknowledgment.c.isa_number)
    table = acknowledgment
    question = select(table).where(table.c.isa_counter == pair, column == value)
    rows = connection.execute(question.where(table.c.address.is_not(None)).order_by(table.c.id)).all()
    columns = (received_answer.c.acknowledgment, received_answer.c.form, received_answer.c.verdict, received_answer.c.about)
    before = select(*columns).where(received_answer.c.acknowledgment.in_([row.id for row in rows]), received_answer.c.outcome == "matched")
    answered: dict[tuple[str, str], str] = {}
    advised: dict[str, list[tuple[tuple[str, str], str]]] = {}
    for key, form, verdict, about in connection.execute(before).all():
        if about is None:
            answered[key, "TA1" if form == "TA1" else ""] = verdict
        else:
            set_id, _, control_number = about.partition(" ")
            advised.setdefault(key, []).append(((set_id, control_number), verdict))
    return ours + [
        SentGroup(
            key=row.id,
            interchange_number=str(row.isa_number),
            functional_id="" if row.gs_number is None else ADVICE if row.advice else ACKNOWLEDGMENTS,
            group_number="" if row.gs_number is None else str(row.gs_number),
            sets=tuple((row.form, f"{count:04d}") for count in range(1, _sets_in(row) + 1)),
            answered=answered.get((row.id, "")),
            envelope_answered=answered.get((row.id, "TA1")),
            advised=tuple(advised.get(row.id, ())),
        )
        for row in rows
    ]


def _sets_in(row: Any) -> int:
    """How many sets one of our answers holds: one, but an 824 for each set that it tells of."""
    if row.gs_number is None:
        return 0
    return len(row.answer["group"]["sets"]) if row.advice else 1
