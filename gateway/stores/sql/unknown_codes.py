"""Codes that came and that no table knows: counted from the findings of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from gateway.stores.sql import tables
from gateway.stores.sql.database import Database

FINDINGS_LIMIT = 200_000
"""The newest findings that are looked at."""

Sighting = tuple[str, str]
"""A code table, and a code that it does not have."""


@dataclass(slots=True)
class UnknownCode:
    """A code as it came: of which table, from whom, how often, when last, and one document that has it."""

    table: str
    value: str
    partner: str | None
    times: int
    last_seen: datetime
    document: str | None
    field: str | None


def unknown_codes(database: Database, codes: Sequence[str], table_of: Any) -> list[UnknownCode]:
    """The codes in findings of these codes, most frequent first; `table_of` says of a finding's detail which table it is about."""
    finding, document, transmission = tables.finding, tables.document, tables.transmission
    question = (
        select(finding.c.detail, document.c.partner, document.c.id, transmission.c.received_at)
        .join(document, document.c.id == finding.c.document, isouter=True)
        .join(transmission, transmission.c.id == finding.c.transmission)
        .where(finding.c.code.in_(list(codes)))
        .order_by(finding.c.id.desc())
        .limit(FINDINGS_LIMIT)
    )

    def counted(connection: Connection) -> list[UnknownCode]:
        found: dict[tuple[str, str, str | None], UnknownCode] = {}
        for detail, partner, identity, seen in connection.execute(question):
            table, value = table_of(detail), detail.get("value")
            if table is None or value is None:
                continue
            one = found.get((table, value, partner))
            if one is None:
                found[table, value, partner] = UnknownCode(table, value, partner, 1, seen, identity, detail.get("field"))
            else:
                one.times += 1
        return sorted(found.values(), key=lambda one: (-one.times, one.table, one.value))

    return database.read(counted)
