"""`gateway quarantine`: what waits for a person, and how it goes on or ends."""

import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.our_segments import in_our_segments
from gateway.cli.render import count, from_json, in_set, put, put_facts, put_finding, put_findings, put_json, put_table, say
from gateway.records import Held

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would become of each, and change nothing.")


def _filters(function: Callable[..., None]) -> Callable[..., None]:
    function = click.option("--code", help="With this finding.")(function)
    function = click.option("--verb", help="Held at this verb: detect, parse, validate, map, check, deliver, acknowledge.")(function)
    return click.option("--partner", help="Of one trading partner.")(function)


@click.group(name="quarantine", cls=Group, examples=["gateway quarantine list"])
def command() -> None:
    """What waits for a person: look, reprocess, discard."""


@command.command(name="list", examples=["gateway quarantine list", "gateway quarantine list --partner acme --verb map"])
@_filters
@JSON
def list_(partner: str | None, verb: str | None, code: str | None, as_json: bool) -> None:
    """List what is held, oldest first."""
    from gateway.stores.sql import views

    with project.opened() as gateway:
        held = views.quarantined(gateway.database, (), partner, verb, code)
    if as_json:
        put_json(held)
        return
    put_table(("id", "partner", "what", "held at", "file", "why"), [_row(one) for one in held], "nothing is held")


def _row(held: Held) -> tuple[object, ...]:
    return held.id, held.partner, _what(held), held.verb, held.file, _why(held)


def _what(held: Held) -> str:
    if held.kind == "document":
        return f"{held.set_id} {held.business_key or held.set_control_number}"
    if held.kind == "acknowledgment":
        return f"our {held.set_id} {held.interchange_control_number}"
    if held.kind == "outgoing":
        return f"our interchange {held.interchange_control_number}, {held.set_id} {held.business_key}"
    return f"interchange {held.interchange_control_number}" if held.kind == "interchange" else "whole file"


def _why(held: Held) -> str:
    order = {"error": 0, "warning": 1, "info": 2}
    found = sorted(held.findings, key=lambda finding: order[finding["severity"]])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if not found:
        return ""
    first = from_json(found[0])
    where = in_set(replace(first.location, segment_position=None, segment_ordinal=None)) if first.location.segment else ""
    return f"{where}: {first.message}{more}" if where else f"{first.message}{more}"


@command.command(examples=["gateway quarantine show 01K0A7Q2M4XJ5T8Z9V3B6C1D2E"])
@click.argument("identity", metavar="ID")
@JSON
def show(identity: str, as_json: bool) -> None:
    """Show one held thing: why, and what to do."""
    with project.opened() as gateway:
        held = _chosen(gateway, (identity,))[0]
        told = in_our_segments(gateway, held) if held.direction == "our" and held.kind == "document" else []
    if as_json:
        put_json(held)
        return
    put(f"{_what(held)}: held at {held.verb}", bold=True)
    put_facts(
        [
            ("id", held.id),
            ("partner", held.partner),
            ("file", held.file),
            ("received", held.received_at),
            ("transmission", held.transmission),
            ("interchange", held.interchange_control_number),
            ("group", held.group_control_number),
            ("set", held.set_control_number),
            ("answered", {"A": "accepted", "E": "accepted with errors", "R": "rejected"}.get(held.verdict)),
        ]
    )
    put()
    if not told:
        put_findings([from_json(finding) for finding in held.findings], held.file)
    for finding, segment in told:
        put_finding(finding, held.file)
        if segment:
            put(f"    {segment}")


def _chosen(gateway: Any, ids: Sequence[str], rejected: bool = False, **filters: str | None) -> list[Held]:
    """What was named or filtered; NotFound where a named one is not held."""
    from gateway.stores.sql import views

    held = views.quarantined(gateway.database, tuple(ids), rejected=rejected, **filters)
    missing = sorted(set(ids) - {one.id for one in held})
    if missing:
        raise outcome.NotFound(f"{', '.join(missing)}: nothing of that id is held; `gateway quarantine list` lists what is")
    return held


def _asked(gateway: Any, ids: Sequence[str], everything: bool, rejected: bool, **filters: str | None) -> list[Held]:
    """What is to be worked: ids, filters, or --all; one of them must be said."""
    if not ids and not everything and not any(filters.values()):
        raise click.UsageError("name what to work: ids, --partner, --verb, --code, or --all")
    return _chosen(gateway, ids, rejected, **filters)


@command.command(examples=["gateway quarantine reprocess --partner acme --dry-run", "gateway quarantine reprocess --all"])
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_filters
@click.option("--all", "everything", is_flag=True, help="Everything that is held.")
@DRY_RUN
@click.option("--despite-rejection", metavar="REASON", help="Carry a set that its acknowledgment rejected all the same, on record.")
@JSON
def reprocess(
    ids: tuple[str, ...],
    partner: str | None,
    verb: str | None,
    code: str | None,
    everything: bool,
    dry_run: bool,
    despite_rejection: str | None,
    as_json: bool,
) -> None:
    """Carry again what is held, under today's terms.

    Always from the archived bytes; what was delivered is not delivered again. Exit code 5 where something is held still.
    """
    from gateway import pipeline

    done: list[dict[str, Any]] = []
    with project.opened() as gateway:
        for held in _asked(gateway, ids, everything, rejected=True, partner=partner, verb=verb, code=code):
            with gateway.leased(held.transmission) as lease:
                result = pipeline.reprocess(gateway.edges, lease, held, despite_rejection, dry_run)
            done.append({"id": held.id, "what": _what(held), "became": list(result.became), "why": result.why})
    if as_json:
        put_json(done)
    else:
        headings = ("id", "what", "would become" if dry_run else "became", "why")
        put_table(headings, [(row["id"], row["what"], row["became"] or "-", row["why"] or "-") for row in done], "nothing is held")
    if any("waiting" in row["became"] for row in done) and not dry_run:
        say("what is waiting is delivered by the service: `gateway run`, or `gateway run --once`")
    if any(not row["became"] or any(state.startswith("quarantined") for state in row["became"]) for row in done):
        outcome.finish(outcome.FINDINGS)


@command.command(examples=['gateway quarantine discard --partner acme --code no-agreement --reason "sent to us by mistake" --dry-run'])
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_filters
@click.option("--all", "everything", is_flag=True, help="Everything that is held.")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.option("--by", default=None, help="Who; otherwise the user of this machine.")
@DRY_RUN
@JSON
def discard(
    ids: tuple[str, ...],
    partner: str | None,
    verb: str | None,
    code: str | None,
    everything: bool,
    reason: str,
    by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """End what is held, with a reason; the bytes stay in the archive."""
    from gateway import pipeline

    if not reason.strip():
        raise click.UsageError("--reason wants words: they stand in the journal")
    person = by or getpass.getuser()
    done: list[dict[str, Any]] = []
    with project.opened() as gateway:
        for held in _asked(gateway, ids, everything, rejected=False, partner=partner, verb=verb, code=code):
            ended = True
            if not dry_run:
                with gateway.leased(held.transmission) as lease:
                    ended = pipeline.discard(gateway.edges, lease, held, person, reason)
            done.append({"id": held.id, "what": _what(held), "became": "discarded" if ended else None})
    if as_json:
        put_json(done)
        return
    headings = ("id", "what", "would become" if dry_run else "became")
    put_table(headings, [(row["id"], row["what"], row["became"] or "no longer held") for row in done], "nothing is held")
    if done and not dry_run:
        say(f"{count(len(done), 'thing')} ended by {person}: {reason}")
