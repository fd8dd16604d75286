"""The releasing transaction: what a closed interchange becomes, and everything due that follows from it (DESIGN 8).

Set-based where documents are concerned, so that an interchange of 100,000 sets is released in one small transaction.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, insert, literal_column, or_, select
from sqlalchemy.engine import Row

from gateway.edi.finding import Finding
from gateway.edi.states import before
from gateway.exchange.duplicates import NEW, First, Verdict, same_bytes, same_number
from gateway.records import AnswerOwed, InterchangeRecord, Release
from gateway.stores.sql import tables
from gateway.stores.sql.advising import advised
from gateway.stores.sql.audit import finding_rows, record
from gateway.stores.sql.moving import move, moving
from gateway.stores.sql.numbers import follow, take
from gateway.stores.sql.received import match_received
from gateway.stores.sql.settling import WITHIN, settle_documents
from gateway.stores.sql.staging import drop_staged
from gateway.stores.sql.work import VIEW, Due, enqueue

acknowledgment, delivery, document, finding = tables.acknowledgment, tables.delivery, tables.document, tables.finding
functional_group, interchange = tables.functional_group, tables.interchange

CANDIDATES = 20
"""Earlier interchanges of one number that are looked at."""


def release(connection: Connection, now: datetime, transmission: str, release: Release, ids: list[str]) -> str:
    """Give the interchange its verdict; idempotent: what was released before keeps its verdict and its answers."""
    read = release.interchange
    place = {"transmission_": transmission, "interchange_": read.number}
    known: str | None = connection.execute(_KNOWN, place).scalar_one_or_none()
    if known is not None and known not in before("interchange", "released") and known != "released":
        drop_staged(connection, WITHIN, place)
        return known
    earlier, repeated = (None, NEW) if known == "released" else _repeats(connection, transmission, release)
    findings = [*read.findings, *([repeated.finding] if repeated.finding is not None and read.complete else [])]
    state, held_at = "released", None
    if not read.complete:
        state = "incomplete"
    elif repeated.effect == "link":
        state = "duplicate"
    elif read.held is not None:
        state, held_at = "held", "detect"
        findings.append(read.held)
    elif repeated.effect == "hold":
        state, held_at = "held", "parse"
    elif not read.accepted:
        state = "refused"
    if state in ("released", "refused") and known != "released":
        stepped = follow(connection, read, release.number_order, held=state == "released" and not release.number_allowed)
        findings += [stepped.finding] if stepped.finding is not None else []
        if state == "released" and stepped.hold and not release.number_allowed:
            state, held_at = "held", "parse"
    first = earlier if state == "duplicate" else None
    _write_interchange(connection, now, transmission, read, state, held_at, known, first)
    _write_findings(connection, transmission, release, findings, held_at or "parse", known)
    _write_groups(connection, transmission, release, known)
    verb = "acknowledge" if state in ("released", "refused") else held_at or "parse"
    record(connection, now, verb, f"interchange-{state}", transmission, interchange=read.number, control_number=read.control_number)
    owed = release.answers if state in ("released", "refused") or held_at == "detect" else ()
    if state in ("duplicate", "held") and repeated.reply == "ta1_025" and release.repeat_answer is not None:
        owed = (release.repeat_answer,)
    pairs = list(zip(ids, owed, strict=False))
    for identity, answer in pairs:
        if not answer.advice:
            _owe(connection, now, transmission, read.number, identity, answer, known)
    if state == "released":
        release_documents(connection, now, place, release, known)
        for identity, answer in pairs:
            if answer.advice and (told := advised(connection, transmission, read.number, answer)) is not None:
                _owe(connection, now, transmission, read.number, identity, told, known)
        if release.received:
            match_received(connection, now, transmission, release)
    else:
        drop_staged(connection, WITHIN, place)
    if first is not None and repeated.reply == "archived":
        _answer_again(connection, now, transmission, first.transmission, first.number)
    if held_at is not None or known in ("held", "incomplete"):
        enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)
    return state


_KNOWN = select(interchange.c.state).where(
    interchange.c.transmission == bindparam("transmission_"), interchange.c.number == bindparam("interchange_")
)


@cache
def _earlier(windowed: bool) -> Select[Any]:
    """Earlier interchanges with the same bytes or the same control number, where numbers may come again after a while: since then."""
    same = interchange.c.sha256 == bindparam("sha256_")
    number = and_(interchange.c.control_number == bindparam("number_"), interchange.c.control_number != "")
    if windowed:
        number = and_(number, interchange.c.seen_at >= bindparam("since_"))
    accepted = exists().where(
        functional_group.c.transmission == interchange.c.transmission,
        functional_group.c.interchange == interchange.c.number,
        functional_group.c.verdict != "R",
    )
    other = or_(interchange.c.transmission != bindparam("transmission_"), interchange.c.number != bindparam("interchange_"))
    pair = and_(interchange.c.sender == bindparam("sender_"), interchange.c.receiver == bindparam("receiver_"))
    counted = interchange.c.state.in_((literal_column("'held'"), literal_column("'released'")))
    return (
        select(interchange, accepted.label("accepted"))
        .where(pair, or_(same, number), other, counted)
        .order_by(same.desc(), interchange.c.seen_at, interchange.c.transmission)
        .limit(CANDIDATES)
    )


def _repeats(connection: Connection, transmission: str, release: Release) -> tuple[Row[Any] | None, Verdict]:
    """The earlier interchange that this one repeats or collides with, and what follows by the agreement."""
    read = release.interchange
    asked = {
        "transmission_": transmission,
        "interchange_": read.number,
        "sha256_": read.sha256,
        "number_": read.control_number,
        "sender_": read.sender,
        "receiver_": read.receiver,
    }
    if release.number_since is not None:
        asked["since_"] = release.number_since
    for row in connection.execute(_earlier(release.number_since is not None), asked).all():
        first = First(row.state, row.transmission, bool(row.accepted))
        if row.sha256 == read.sha256:
            verdict = same_bytes(first, read.control_number, read.sender, release.duplicates)
        elif release.number_allowed:
            continue
        else:
            verdict = same_number(first, read.control_number, read.sender, release.number_policy, release.duplicates)
        if verdict != NEW:
            return row, verdict
    return None, NEW


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


def _write_findings(
    connection: Connection, transmission: str, release: Release, findings: list[Finding], verb: str, known: str | None
) -> None:
    number = release.interchange.number
    if known is not None:
        own = and_(finding.c.transmission == transmission, finding.c.interchange == number, finding.c.document.is_(None))
        connection.execute(delete(finding).where(own, finding.c.verb != "acknowledge"))
    rows = finding_rows(findings, verb, transmission, number)
    for group in release.groups:
        rows += finding_rows(group.findings, "parse", transmission, number, group.number)
    if rows:
        connection.execute(insert(finding), rows)


def _write_groups(connection: Connection, transmission: str, release: Release, known: str | None) -> None:
    number = release.interchange.number
    table = acknowledgment
    answered: set[int] = set()
    if known is not None:
        own = select(table.c.functional_group).where(table.c.transmission == transmission, table.c.interchange == number)
        answered = set(connection.execute(own).scalars())
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


def _owe(
    connection: Connection, now: datetime, transmission: str, number: int, identity: str, answer: AnswerOwed, known: str | None
) -> None:
    """Owe an answer once per (transmission, interchange, group), and the 824 beside it once.

    Its numbers are taken here, with the moment they bear.
    """
    table = acknowledgment
    place = (
        table.c.transmission == transmission,
        table.c.interchange == number,
        table.c.functional_group == answer.group,
        table.c.advice.is_(answer.advice),
    )
    if known is not None and connection.execute(select(table.c.id).where(*place)).first() is not None:
        return
    isa = take(connection, answer.isa_counter, now, answer.isa_after)
    gs = None if answer.gs_counter is None else take(connection, answer.gs_counter, now, answer.gs_after)
    row = {
        "id": identity,
        "transmission": transmission,
        "interchange": number,
        "functional_group": answer.group,
        "advice": answer.advice,
        "form": answer.form,
        "state": "owed",
        "answer": answer.answer,
        "channel": answer.channel,
        "partner": answer.partner,
        "isa_counter": answer.isa_counter,
        "isa_number": isa,
        "gs_number": gs,
        "at": now.replace(microsecond=0),
        "name": answer.named(identity, isa, now),
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


_REJECTED = moving(
    document,
    "rejected",
    WITHIN,
    document.c.state == "staged",
    or_(document.c.verdict == "R", document.c.functional_group.in_(bindparam("refused_", expanding=True))),
    held_at=None,
    changed_at=bindparam("now_"),
)
_AGAIN = moving(
    document, "replaced", WITHIN, document.c.state == "quarantined", document.c.held_at == "detect", changed_at=bindparam("now_")
)
_OLD = document.alias("old")
_STANDING = and_(
    WITHIN,
    exists().where(
        _OLD.c.transmission == document.c.transmission,
        _OLD.c.interchange == document.c.interchange,
        _OLD.c.functional_group == document.c.functional_group,
        _OLD.c.number == document.c.number,
        _OLD.c.state.not_in(("staged", "replaced")),
    ),
)
"""Documents of an interchange whose set has been settled before."""


def release_documents(connection: Connection, now: datetime, place: dict[str, Any], release: Release, known: str | None) -> None:
    """Staged documents of the interchange are settled; those of refused groups are rejected with them."""
    if known is not None:  # read again for its sets held at detect: those give way, all others keep what they are
        connection.execute(_AGAIN, {**place, "now_": now})
        drop_staged(connection, _STANDING, place)
    refused = [group.number for group in release.groups if group.verdict == "R"]
    connection.execute(_REJECTED, {**place, "now_": now, "refused_": refused})
    settle_documents(connection, now, WITHIN, place)
