"""The journal's events: what happened, verb by verb, written in the transaction that did it and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from gateway.edi.finding import Finding
from gateway.stores.sql import tables

APPEND_ONLY = (
    "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
    "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END",
)
"""SQLite's triggers; on PostgreSQL the role of the gateway has no right to update or delete."""


def record(
    connection: Connection,
    at: datetime,
    verb: str,
    what: str,
    transmission: str | None = None,
    document: str | None = None,
    person: str | None = None,
    **detail: Any,
) -> None:
    """Append one event."""
    connection.execute(insert(tables.event), event_row(at, verb, what, transmission, document, person, **detail))


def event_row(
    at: datetime,
    verb: str,
    what: str,
    transmission: str | None = None,
    document: str | None = None,
    person: str | None = None,
    **detail: Any,
) -> dict[str, Any]:
    """One event as the columns of its row."""
    return {
        "at": at,
        "transmission": transmission,
        "document": document,
        "verb": verb,
        "what": what,
        "person": person,
        "detail": detail or None,
    }


def finding_rows(
    findings: tuple[Finding, ...] | list[Finding],
    verb: str,
    transmission: str,
    interchange: int = 0,
    group: int = 0,
    document: str | None = None,
) -> list[dict[str, Any]]:
    """Rows of the finding table; `interchange` and `group` are 0 for what concerns the file or the interchange itself."""
    return [
        {
            "transmission": transmission,
            "interchange": interchange,
            "functional_group": group,
            "document": document,
            "verb": verb,
            "code": found.code,
            "severity": found.severity,
            "layer": found.layer,
            "detail": found.as_json(),
        }
        for found in findings
    ]
