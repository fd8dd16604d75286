"""The 824s of a group, once its documents are settled: what was held beside what came before it is told with the rest."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from gateway.formats.x12 import advice
from gateway.records import AnswerOwed
from gateway.stores.sql import tables

document, finding = tables.document, tables.finding


def advised(connection: Connection, transmission: str, interchange: int, answer: AnswerOwed) -> AnswerOwed | None:
    """The advice with the sets that settling held; None where every set of the group is taken."""
    group = answer.answer["group"]
    known = {one["number"] for one in group["sets"]}
    columns = (document.c.set_id, document.c.control_number, document.c.number, document.c.business_key, finding.c.detail)
    question = select(*columns).join_from(document, finding, finding.c.document == document.c.id)
    question = question.where(
        document.c.transmission == transmission,
        document.c.interchange == interchange,
        document.c.functional_group == answer.group,
        document.c.state == "quarantined",
        document.c.held_at == "check",
    )
    held: dict[tuple[str, str, int, str | None], list[dict[str, object]]] = {}
    for *place, detail in connection.execute(question.order_by(document.c.number, finding.c.id)).all():
        set_id, control_number, number, key = place
        if number not in known and detail["severity"] == "error":
            held.setdefault((set_id, control_number, number, (key or "").partition("|")[0] or None), []).append(detail)
    sets = sorted([*group["sets"], *(advice.settled_set(*place, found) for place, found in held.items())], key=lambda one: one["number"])
    return replace(answer, answer={**answer.answer, "group": {**group, "sets": sets}}) if sets else None
