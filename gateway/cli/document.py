"""`gateway document`: canonical documents, and where each value came from."""

import json
from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import in_set, json_text, put_json, put_table, say

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@click.group(name="document", cls=Group, examples=["gateway document list"])
def command() -> None:
    """Canonical documents, and where each value came from."""


@command.command(name="list", examples=["gateway document list", "gateway document list --state quarantined --partner acme"])
@click.option("--partner", help="Of one trading partner.")
@click.option("--state", help="In one state: waiting, done, rejected, duplicate, quarantined, discarded.")
@click.option("--type", "document_type", help="Of one type, such as purchase_order.")
@click.option("--number", help="Whose number begins so.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many, the newest.")
@JSON
def list_(partner: str | None, state: str | None, document_type: str | None, number: str | None, limit: int, as_json: bool) -> None:
    """List documents, newest first."""
    from gateway.stores.sql import views

    with project.opened() as gateway:
        rows = views.documents(gateway.database, limit, state, partner, document_type, number)
    if as_json:
        put_json(rows)
        return
    told = [(row["id"], row["partner"], row["set_id"], row["document_type"], row["business_key"], _state(row)) for row in rows]
    put_table(("id", "partner", "set", "document", "number", "state"), told, "no documents yet")


def _state(row: dict[str, Any]) -> str:
    return f"{row['state']} at {row['held_at']}" if row["held_at"] else str(row["state"])


@command.command(examples=["gateway document show PO-1001", "gateway document show PO-1001 --origins"])
@click.argument("identity", metavar="ID")
@click.option("--origins", is_flag=True, help="Each value with the segment, element and byte it came from.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that is known of it, not the document alone.")
def show(identity: str, origins: bool, as_json: bool) -> None:
    """Print one canonical document as JSON.

    ID is the document's own, or its number where only one has it. Origins are worked out from the archived bytes.
    """
    with project.opened() as gateway:
        facts = _found(gateway.database, identity)
        if as_json:
            content = facts.pop("content")
            put_json({**facts, "document": json.loads(content) if content else None})
            return
        if not facts["content"]:
            errors = [finding["message"] for finding in facts["findings"] if finding["severity"] == "error"]
            why = errors[0] if errors else "its set could not be read"
            raise outcome.Failure(f"{facts['id']} is {_state(facts)} and has no document: {why}")
        if origins:
            _origins(gateway, facts)
        else:
            put_json(json.loads(facts["content"]))


def _found(database: Any, identity: str) -> dict[str, Any]:
    from gateway.stores.sql import views

    try:
        return views.document_of(database, identity)
    except LookupError:
        pass
    rows = [row for row in views.documents(database, 20, number=identity) if row["business_key"] == identity]
    if not rows:
        rows = [row for row in views.documents(database, 20, number=identity) if row["business_key"].partition("/")[0] == identity]
    if not rows:
        raise outcome.NotFound(f"there is no document {identity!r}; `gateway document list` lists them")
    if len(rows) > 1:
        ids = ", ".join(row["id"] for row in rows[:5])
        raise outcome.NotFound(f"{len(rows)} documents have the number {identity!r}; name one of {ids}")
    return views.document_of(database, rows[0]["id"])


def _origins(gateway: Any, facts: dict[str, Any]) -> None:
    """A line for each value: field, value, place in the set, byte in the file."""
    from gateway.cli.origins import origins

    try:
        found, same_terms = origins(gateway, facts)
    except LookupError as gone:
        raise outcome.Failure(f"where its values came from cannot be worked out: {gone.args[0]}") from None
    document = json.loads(facts["content"])
    rows = []
    for origin, at in found:
        in_rows = f"line {at.line}, column {at.column}" if at.line is not None and at.column is not None else f"rule {origin.rule}"
        where = in_set(at) if at.segment is not None else in_rows
        rows.append((origin.field, _value(document, origin.field), where, at.offset, at.length))
    put_table(("field", "value", "came from", "byte", "length"), rows, "nothing is known of its values")
    if not same_terms:
        say("the terms it was made under are not archived: origins are by today's mapping")


def _value(document: Any, field: str) -> Any:
    """The value at a dotted path, list items from 1."""
    for step in field.split("."):
        try:
            document = document[int(step) - 1] if isinstance(document, list) else document[step]
        except (LookupError, ValueError, TypeError):
            return None
    return document if not isinstance(document, dict | list) else json_text(document)
