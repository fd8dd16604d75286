"""The one place where a state changes: a conditional update that asks the table of transitions (edi/states.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Update, literal_column, update

from gateway.edi.states import before


def moving(table: Table, after: str, *where: ColumnElement[bool], **values: Any) -> Update:
    """The statement by which rows of `table` that may become `after` do, with `values`.

    Making one costs several times what running it does: what happens with every document is made once, with parameters.
    """
    allowed: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in before(table.name, after)]
    return update(table).where(*where, table.c.state.in_(allowed)).values(state=after, **values)


def move(connection: Connection, table: Table, after: str, *where: ColumnElement[bool], **values: Any) -> int:
    """Rows of `table` that may become `after` do, with `values`; says how many did, the others stay untouched."""
    return connection.execute(moving(table, after, *where, **values)).rowcount
