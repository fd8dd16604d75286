"""`gateway transmission`: what came and went, verb by verb."""

from collections.abc import Sequence
from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import from_json, put, put_facts, put_findings, put_json, put_table, size
from gateway.cli.sending import resend_transmission
from gateway.edi.states import VERBS

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
STATES = ["received", "read", "duplicate", "unreadable", "incomplete", "empty", "discarded", "due", "sent", "quarantined"]
_NEWEST = 1000
"""Transmissions among which a file's name is looked for."""
LIMIT = click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many, the newest.")


@click.group(name="transmission", cls=Group, examples=["gateway transmission list"])
def command() -> None:
    """What came and went, verb by verb."""


@command.command(name="list", examples=["gateway transmission list", "gateway transmission list --partner acme --json"])
@click.option("--partner", help="Of one trading partner.")
@click.option("--state", type=click.Choice(STATES), help="In one state.")
@click.option("--sent/--received", default=None, help="Only what goes to partners, or only what came.")
@LIMIT
@JSON
def list_(partner: str | None, state: str | None, sent: bool | None, limit: int, as_json: bool) -> None:
    """List what came and went, newest first, and what became of it."""
    from gateway.stores.sql import outgoing_views, views

    with project.opened() as gateway:
        rows = [] if sent else views.transmissions(gateway.database, limit, state, partner)
        if sent is not False:
            rows += outgoing_views.as_transmissions(gateway.database, limit, state, partner)
    rows = sorted(rows, key=lambda row: str(row["id"]), reverse=True)[:limit]
    if as_json:
        put_json(rows)
        return
    told = [(row["id"], row["received_at"], WAYS[row["direction"]], row["name"], row["channel"], row["summary"]) for row in rows]
    put_table(("id", "at", "", "file", "channel", "what became of it"), told, "nothing came or went yet")


WAYS = {"in": "in", "our": "to send", "out": "out"}
"""Of a transmission: from a partner, from a system of ours, to a partner."""


@command.command(
    examples=[
        "gateway transmission show 01K0A7Q2M4XJ5T8Z9V3B6C1D2E",
        "gateway transmission show 01K0A7Q2M4XJ5T8Z9V3B6C1D2E --unread",
        "gateway transmission show 01K0A7Q2M4XJ5T8Z9V3B6C1D2E --segments",
    ]
)
@click.argument("identity", metavar="ID")
@click.option("--unread", is_flag=True, help="What of the file no rule ever read: element, place and value, by set.")
@click.option("--segments", is_flag=True, help="Every segment or row, and the values that it became.")
@JSON
def show(identity: str, unread: bool, segments: bool, as_json: bool) -> None:
    """Show one transmission, verb by verb.

    ID is the transmission's own, or the name of its file where only one of the newest has it.

    --unread and --segments are worked out from the archived bytes, by the terms that each document was made under.
    """
    from gateway.stores.sql import outgoing_views

    if unread and segments:
        raise click.UsageError("--unread and --segments cannot stand together: --segments tells both.")
    with project.opened() as gateway:
        try:
            _show_outgoing(outgoing_views.interchange_of(gateway.database, identity), as_json)
            return
        except LookupError:
            pass
        facts = _found(gateway.database, identity)
        if unread or segments:
            from gateway.cli.unread import follow
            from gateway.cli.unread_shown import put_followed

            try:
                put_followed(follow(gateway, facts), segments, as_json)
            except LookupError as gone:
                raise outcome.Failure(f"what became of it cannot be worked out: {gone.args[0]}") from None
            return
    if as_json:
        put_json(facts)
        return
    put(f"{facts['name']}: {facts['summary']}", bold=True)
    put_facts(
        [
            ("id", facts["id"]),
            ("received", facts["received_at"]),
            ("by", facts["channel"]),
            ("size", size(facts["size"])),
            ("bytes", facts["address"]),
            ("same as", facts["duplicate_of"]),
        ]
    )
    _section("interchanges", ("number", "from", "to", "usage", "state", "TA1"), [_interchange(row) for row in facts["interchanges"]])
    groups = [
        (row["functional_id"], row["control_number"], row["version"], row["verdict"], row["set_count"], row["accepted_count"])
        for row in facts["groups"]
    ]
    _section("groups", ("type", "number", "version", "verdict", "sets", "accepted"), groups)
    _section("documents", ("id", "set", "number", "document", "key", "state"), [_document(row) for row in facts["documents"]])
    answers = [
        (row["form"], row["state"], row["partner"], row["channel"], row["sent_name"], row["sent_at"]) for row in facts["acknowledgments"]
    ]
    _section("acknowledgments", ("form", "state", "partner", "channel", "file", "sent"), answers)
    theirs = [
        (row["form"], f"{row['functional_id']} {row['control_number']}", row["verdict"], row["outcome"])
        for row in facts["answers_received"]
    ]
    _section("answers received", ("form", "answers", "says", "state"), theirs)
    if facts["findings"]:
        put()
        put("findings", bold=True)
        put_findings([from_json(finding) for finding in facts["findings"]], facts["name"])
    order = {verb: number for number, verb in enumerate(VERBS)}
    events = sorted(facts["events"], key=lambda row: (row["at"], order.get(row["verb"], 99), row["id"]))
    _section("what happened", ("at", "verb", "what", "by"), _picked(events, ("at", "verb", "what", "person")))


def _show_outgoing(facts: dict[str, Any], as_json: bool) -> None:
    """An interchange of ours: what is in it, what was answered, what happened."""
    if as_json:
        put_json(facts)
        return
    put(f"{facts['name']}: {facts['summary']}", bold=True)
    put_facts(
        [
            ("id", facts["id"]),
            ("to", facts["partner"]),
            ("by", facts["channel"]),
            ("control number", f"{facts['number']:09d}"),
            ("released", facts["at"]),
            ("sent", facts["sent_at"]),
            ("size", size(facts["size"]) if facts["size"] is not None else None),
            ("bytes", facts["address"]),
            ("why not", facts["why"]),
        ]
    )
    groups = [
        (row["functional_id"], row["gs_number"], row["form"] or "none", row["state"], row["due_at"], row["verdict"])
        for row in facts["groups"]
    ]
    _section("groups", ("type", "number", "expects", "state", "until", "says"), groups)
    sets = [
        (row["document"], row["set_id"], row["control_number"], row["business_key"], row["state"], row["mends"]) for row in facts["sets"]
    ]
    _section("documents", ("id", "set", "number", "key", "state", "instead of"), sets)
    theirs = [
        (row["form"], f"{row['functional_id']} {row['control_number']}", row["verdict"], row["outcome"], row["transmission"])
        for row in facts["answers_received"]
    ]
    _section("answers received", ("form", "answers", "says", "state", "transmission"), theirs)
    _section("what happened", ("at", "verb", "what", "by"), _picked(facts["events"], ("at", "verb", "what", "person")))


def _found(database: Any, identity: str) -> dict[str, Any]:
    """One transmission by its id, or by its file's name."""
    from gateway.stores.sql import views

    try:
        return views.transmission_of(database, identity)
    except LookupError as missing:
        rows = [row for row in views.transmissions(database, _NEWEST) if row["name"] == identity]
        if not rows:
            raise outcome.NotFound(f"{missing}; `gateway transmission list` lists them") from None
    if len(rows) > 1:
        raise outcome.NotFound(f"{len(rows)} transmissions are called {identity!r}; name one of {', '.join(row['id'] for row in rows[:5])}")
    return views.transmission_of(database, rows[0]["id"])


def _interchange(row: dict[str, Any]) -> tuple[object, ...]:
    state = f"held at {row['held_at']}" if row["held_at"] else row["state"]
    return row["control_number"], row["sender"], row["receiver"], row["usage"], state, row["ta1"]


def _document(row: dict[str, Any]) -> tuple[object, ...]:
    state = f"{row['state']} at {row['held_at']}" if row["held_at"] else row["state"]
    return row["id"], row["set_id"], row["control_number"], row["document_type"], row["business_key"], state


def _picked(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


command.add_command(resend_transmission)


def _section(title: str, headings: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        put()
        put(title, bold=True)
        put_table(headings, rows)
