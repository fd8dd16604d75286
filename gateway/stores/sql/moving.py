"""The one place where a state changes: a conditional update that asks the table of transitions (edi/states.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, update

from gateway.edi.states import before


def move(connection: Connection, table: Table, after: str, *where: ColumnElement[bool], **values: Any) -> int:
    """Rows of `table` that may become `after` do, with `values`; says how many did, the others stay untouched."""
    allowed = before(table.name, after)
    return connection.execute(update(table).where(*where, table.c.state.in_(allowed)).values(state=after, **values)).rowcount
