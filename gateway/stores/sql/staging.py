"""Rows of documents: as staged, with their findings, and their removal where a run is begun again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, and_, bindparam, delete, insert, select

from gateway.records import StagedDocument
from gateway.stores.sql import tables
from gateway.stores.sql.audit import finding_rows

document, finding = tables.document, tables.finding


def document_row(transmission: str, staged: StagedDocument, state: str) -> dict[str, Any]:
    """A staged document as the columns of its row, without the moment."""
    return {
        "id": staged.id,
        "transmission": transmission,
        "interchange": staged.interchange,
        "functional_group": staged.group,
        "number": staged.number,
        "part": staged.part,
        "state": state,
        "held_at": staged.held_at,
        "set_id": staged.set_id,
        "control_number": staged.control_number,
        "span_offset": staged.span[0],
        "span_length": staged.span[1],
        "isa_offset": staged.isa_span[0],
        "isa_length": staged.isa_span[1],
        "gs_offset": staged.gs_span[0],
        "gs_length": staged.gs_span[1],
        "ordinal": staged.ordinal,
        "line": staged.line,
        "verdict": staged.verdict,
        "findings_omitted": staged.findings_omitted,
        "partner": staged.partner,
        "agreement": staged.agreement,
        "terms": staged.terms,
        "document_type": staged.document_type,
        "schema_version": staged.schema_version,
        "business_key": staged.business_key,
        "revision": staged.revision,
        "effect_key": staged.effect_key,
        "content": staged.content,
        "digest": staged.digest,
        "destinations": list(staged.destinations),
        "test": staged.test,
        "posts": staged.posts,
    }


def document_findings(transmission: str, staged: StagedDocument) -> list[dict[str, Any]]:
    """The rows of a staged document's findings."""
    return finding_rows(staged.findings, staged.held_at or "validate", transmission, staged.interchange, staged.group, staged.id)


OF_TRANSMISSION = document.c.transmission == bindparam("transmission_")
"""The documents of one transmission."""


@cache
def _dropping(where: ColumnElement[bool]) -> tuple[Delete, Delete]:
    staged = and_(document.c.state == "staged", where)
    return delete(finding).where(finding.c.document.in_(select(document.c.id).where(staged))), delete(document).where(staged)


def drop_staged(connection: Connection, where: ColumnElement[bool], whose: Mapping[str, Any]) -> None:
    """Remove staged documents and their findings: they were never due, and their bytes are archived.

    `where` is one of the conditions made once, `whose` its parameters.
    """
    for statement in _dropping(where):
        connection.execute(statement, whose)


def staging(now: datetime, transmission: str, documents: list[StagedDocument]) -> Callable[[Connection], None]:
    """The step that stores documents that are not due yet."""
    rows = [document_row(transmission, staged, "staged") | {"changed_at": now} for staged in documents]
    findings = [row for staged in documents for row in document_findings(transmission, staged)]

    def step(connection: Connection) -> None:
        connection.execute(insert(document), rows)
        if findings:
            connection.execute(insert(finding), findings)

    return step
