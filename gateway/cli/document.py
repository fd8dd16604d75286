"""`gateway document`: canonical documents, and where each value came from."""

import json
from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.named import found_document
from gateway.cli.render import in_set, put, put_json, put_table, say
from gateway.cli.sending import resend_document, send
from gateway.edi.finding import NOWHERE

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
    if row["held_at"]:
        return f"{row['state']} at {row['held_at']}"
    answered = row.get("answered")
    if answered is None or row["state"] not in ("done", "waiting"):
        return str(row["state"])
    return "sent" if answered == "sent" else f"sent, {answered}" if row["state"] == "done" else "waits to be sent"


@command.command(examples=["gateway document show PO-1001", "gateway document show PO-1001 --origins"])
@click.argument("identity", metavar="ID")
@click.option("--origins", is_flag=True, help="Each value with the segment, element and bytes it came from, and the rule that read it.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that is known of it, not the document alone; with --origins these.")
def show(identity: str, origins: bool, as_json: bool) -> None:
    """Print one canonical document as JSON.

    ID is the document's own, or its number where only one has it. Origins are worked out from the archived bytes.
    """
    with project.opened() as gateway:
        facts = found_document(gateway.database, identity)
        if as_json and not origins:
            content = facts.pop("content")
            put_json({**facts, "document": json.loads(content) if content else None})
            return
        if not facts["content"]:
            errors = [finding["message"] for finding in facts["findings"] if finding["severity"] == "error"]
            why = errors[0] if errors else "its set could not be read"
            raise outcome.Failure(f"{facts['id']} is {_state(facts)} and has no document: {why}")
        if origins:
            _origins(gateway, facts, as_json)
        else:
            put_json(json.loads(facts["content"]))


command.add_command(send)
command.add_command(resend_document)


def _origins(gateway: Any, facts: dict[str, Any], as_json: bool) -> None:
    """A line for each value: field, value, place in the set, bytes in the file, rule."""
    from gateway.cli.origins import origins
    from gateway.translate.tracing import lines_of

    try:
        traced = origins(gateway, facts)
    except LookupError as gone:
        raise outcome.Failure(f"where its values came from cannot be worked out: {gone.args[0]}") from None
    places: dict[str, list[Any]] = {}
    for origin, at in traced.found:
        places.setdefault(origin.field, []).append((origin, at))
    rows: list[dict[str, Any]] = []
    for line in lines_of(json.loads(facts["content"]), []):
        if not line.text or line.field.startswith("unmapped."):
            continue
        came = places.get(line.field, [])
        rule = came[0][0].rule if came else traced.rule(line.field)
        every = [at for _, at in came] or [NOWHERE]
        rows += [{"field": line.field, "value": line.text, "at": at, "rule": rule} for at in every]
    if as_json:
        put_json([_origin(facts, row) for row in rows])
        return
    put(f"{facts['file']}: {facts['id']}, by {traced.mapping.name}", bold=True)
    told = [(row["field"], row["value"], _came_from(row), row["at"].offset, row["at"].length, row["rule"] or None) for row in rows]
    put_table(("field", "value", "came from", "offset", "length", "rule"), told, "nothing is known of its values")
    if not traced.as_recorded:
        say("the terms it was made under are not archived: origins are by today's mapping")


def _came_from(row: dict[str, Any]) -> str:
    at = row["at"]
    if at.segment is not None:
        return in_set(at)
    if at.sheet is not None and at.line is not None and at.column is not None:
        return f"{at.sheet}!{_letters(at.column)}{at.line}{f' {at.field}' if at.field else ''}"
    if at.line is not None:
        column = f", column {at.column}" if at.column is not None else ""
        return f"line {at.line}{column}{f' {at.field}' if at.field else ''}"
    if row["field"].startswith("envelope."):
        return "the envelope"
    return "the rule alone" if row["rule"] else "the translation"


def _letters(column: int) -> str:
    """A column of a spreadsheet as it names it: 28 is AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _origin(facts: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    at = row["at"]
    file, line, column = row["rule"].rsplit(":", 2) if row["rule"] else ("", "0", "0")
    return {
        "field": row["field"],
        "value": row["value"],
        "file": facts["file"],
        "segment": at.segment,
        "position": at.segment_position,
        "element": at.element,
        "component": at.component,
        "offset": at.offset,
        "length": at.length,
        "line": at.line,
        "column": at.column,
        "sheet": at.sheet,
        "name": at.field if at.segment is None else None,
        "rule": None if not file else {"file": file, "line": int(line), "column": int(column)},
    }
