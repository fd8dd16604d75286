"""`gateway document send`, `document resend`, `transmission resend`: documents of ours go out, or go once more."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import from_json, put, put_findings, put_json, put_table, say
from gateway.exchange.sending_again import PURPOSES, not_as_another, not_as_it_was, not_mended

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
CHANNEL = "us/command line"
HEADINGS = ("file", "document", "number", "partner", "what became of it", "as")


@click.command(
    name="send",
    cls=Command,
    examples=["gateway document send order.json --dry-run", "gateway document send order.json --partner acme"],
)
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--partner", help="To whom they go, where the documents do not say it.")
@DRY_RUN
@JSON
def send(names: tuple[str, ...], partner: str | None, dry_run: bool, as_json: bool) -> None:
    """Send documents of ours to trading partners, as agreed.

    FILE holds a canonical document as JSON, or a list of them; - is standard input. Each is checked, written by the
    agreement's mapping, read again and held against the guide before it leaves. Exit code 5 where one is held.
    """
    from gateway import pipeline
    from gateway.records import Source

    contents = [files.whole(name) for name in names]
    with project.opened() as gateway:
        if dry_run:
            rows = [row for name, data in zip(names, contents, strict=True) for row in _rehearsed(gateway, name, data, partner)]
        else:
            sources = [Source(CHANNEL, gateway.ids.new(), name, partner) for name in names]
            receipts = [pipeline.leave(gateway.edges, [data], source) for data, source in zip(contents, sources, strict=True)]
            rows = list(_left(gateway, names, [receipt.transmission for receipt in receipts]))
    _tell(rows, as_json, dry_run)


def _rehearsed(gateway: Any, name: str, data: bytes, partner: str | None, channel: str = CHANNEL) -> Iterator[dict[str, Any]]:
    """What would become of the documents of a file; nothing is kept."""
    from gateway import pipeline
    from gateway.records import Source
    from gateway.stores.archive import MemoryArchive

    edges = replace(gateway.edges, archive=MemoryArchive(), terms_archived=set())
    found, wrong = pipeline.rehearse(edges, Source(channel, name, name, partner), [data])
    if wrong:
        yield _row(name, {"state": "unreadable", "findings": [finding.as_json() for finding in wrong]})
    for one in found:
        it = one.document
        departure = one.departure
        facts = {
            "document_type": it.document_type,
            "business_key": it.business_key,
            "partner": it.partner,
            "state": f"quarantined at {it.held_at}" if it.held_at else "to be sent",
            "as": None if departure is None else f"{departure.set} by {departure.channel}" + (", as a test" if it.test else ""),
            "findings": [finding.as_json() for finding in it.findings],
        }
        text = b"".join(edges.archive.open(one.draft)).decode("utf-8", "replace") if one.draft is not None else None
        yield _row(name, facts) | {"draft": text}


def _left(gateway: Any, names: Sequence[str], transmissions: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Carry what was left and everything else that is due, and say what became of each document."""
    from gateway.stores.sql import outgoing_views, views
    from gateway.worker.loop import Worker

    Worker(gateway).run_until_idle(poll=False)
    for name, transmission in zip(names, transmissions, strict=True):
        documents = outgoing_views.documents_left(gateway.database, transmission)
        if not documents:
            facts = views.transmission_of(gateway.database, transmission)
            yield _row(name, {"state": facts["state"], "findings": facts["findings"]})
        for one in documents:
            sent = one["sent"]
            state = f"quarantined at {one['held_at']}" if one["state"] == "quarantined" else one["state"]
            said = {"done": "sent", "waiting": "waits to be sent"}.get(state, state)
            if one["duplicate_of"] and state == "duplicate":
                said = f"went before, as {one['duplicate_of']}"
            if one["duplicate_of"] and state == "replaced":
                said = f"in one set with {one['duplicate_of']}"
            facts = {"id": one["id"], "state": said, "as": sent["name"] if sent is not None else None}
            yield _row(name, one | facts)


def _row(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "document_type", "business_key", "partner", "state", "as", "findings")
    return {"file": name, **{key: facts.get(key) for key in kept}}


def _tell(rows: list[dict[str, Any]], as_json: bool, dry_run: bool) -> None:
    if as_json:
        put_json(rows)
    else:
        told = [(row["file"], row["document_type"], row["business_key"], row["partner"], row["state"], row["as"]) for row in rows]
        put_table((*HEADINGS[:4], "what would become of it" if dry_run else HEADINGS[4], HEADINGS[5]), told, "nothing was left")
        for row in rows:
            if row["findings"]:
                put()
                put(f"{row['file']}: {row['business_key'] or row['document_type'] or ''}: {row['state']}", bold=True)
                put_findings([from_json(finding) for finding in row["findings"]], row["file"])
            if row.get("draft") and not str(row["state"]).startswith("quarantined"):
                put()
                for line in str(row["draft"]).splitlines():
                    put(line)
    if any(str(row["state"]).startswith(("quarantined", "unreadable")) for row in rows):
        outcome.finish(outcome.FINDINGS)


@click.command(
    name="resend",
    cls=Command,
    examples=["gateway transmission resend 01K0A7Q2M4XJ5T8Z9V3B6C1D2E --dry-run", "gateway transmission resend 01K0A7Q2M4XJ5T8Z9V3B6C1D2E"],
)
@click.argument("identity", metavar="ID")
@DRY_RUN
@JSON
def resend_transmission(identity: str, dry_run: bool, as_json: bool) -> None:
    """Send an interchange of ours again, because it was lost.

    The same bytes under the same numbers; his answer is awaited anew. What was accepted or refused does not go so.
    """
    from gateway.stores.sql import outgoing_views

    with project.opened() as gateway:
        try:
            facts = outgoing_views.interchange_of(gateway.database, identity)
        except LookupError:
            raise outcome.NotFound(f"there is no interchange of ours {identity}; `gateway transmission list --sent` lists them") from None
        why = not_as_it_was(facts["state"], [group["state"] for group in facts["groups"]])
        if why:
            raise outcome.Failure(f"{facts['name']} is not sent again: {why}")
        if not dry_run:
            gateway.sendings.send_again(identity, getpass.getuser())
    if as_json:
        put_json({"id": identity, "name": facts["name"], "control_number": facts["number"], "sent_again": not dry_run})
        return
    say(f"{facts['name']}, control number {facts['number']:09d}, {'would go' if dry_run else 'goes'} again by {facts['channel']}")


@click.command(
    name="resend",
    cls=Command,
    examples=["gateway document resend PO-1001 --mended --dry-run", "gateway document resend PO-1001 --as duplicate"],
)
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--mended", is_flag=True, help="After a refusal: written anew under today's terms, under new numbers. ID may be an interchange."
)
@click.option("--as", "purpose", type=click.Choice(list(PURPOSES)), help="Once more, saying that it is a duplicate or a replacement.")
@DRY_RUN
@JSON
def resend_document(names: tuple[str, ...], mended: bool, purpose: str | None, dry_run: bool, as_json: bool) -> None:
    """Send documents of ours once more.

    Mended: what a partner refused, and nothing else of its group. As duplicate or replacement: what he has, told as such
    (purpose 07 or 05). What was only lost goes by `gateway transmission resend`. ID is a document's or its number.
    """
    if mended == (purpose is not None):
        raise click.UsageError("say which: --mended, --as duplicate or --as replacement")
    with project.opened() as gateway:
        chosen = [one for name in names for one in _chosen(gateway, name, mended)]
        for one in chosen:
            why = not_mended(one["state"], one["held_at"]) if mended else not_as_another(one["answered"])
            if why:
                raise outcome.Failure(f"{one['business_key'] or one['id']} is not sent: {why}")
        rows = _mended(gateway, chosen, dry_run) if mended else _once_more(gateway, chosen, str(purpose), dry_run)
    _tell(rows, as_json, dry_run)


def _chosen(gateway: Any, name: str, mended: bool) -> list[dict[str, Any]]:
    """The document of an id or number; of an interchange, all that the partner refused in it."""
    from gateway.cli.named import found_document
    from gateway.stores.sql import outgoing_views, views

    if mended:
        try:
            sets = outgoing_views.interchange_of(gateway.database, name)["sets"]
        except LookupError:
            pass
        else:
            refused = [one["document"] for one in sets if one["state"] == "rejected"]
            if not refused:
                raise outcome.Failure(f"nothing of interchange {name} was refused")
            return [views.document_of(gateway.database, one) for one in refused]
    facts = found_document(gateway.database, name, "our")
    if facts["direction"] != "our":
        raise outcome.Failure(f"{facts['business_key']} came from a partner; only what we send can be sent again")
    return [facts]


def _mended(gateway: Any, chosen: list[dict[str, Any]], dry_run: bool) -> list[dict[str, Any]]:
    from gateway import pipeline
    from gateway.stores.sql import views
    from gateway.worker.loop import Worker

    became = {}
    for held in views.quarantined(gateway.database, tuple(one["id"] for one in chosen)):
        with gateway.leased(held.transmission) as lease:
            became[held.id] = pipeline.reprocess(gateway.edges, lease, held, None, dry_run).became
    if not dry_run:
        Worker(gateway).run_until_idle(poll=False)
    rows = []
    for one in chosen:
        now = one if dry_run else views.document_of(gateway.database, one["id"])
        states = ", ".join(became.get(one["id"], ())) or "no longer held"
        said = states.replace("waiting", "to be sent") if dry_run else _state(now)
        sent = now["sendings"][-1]["name"] if said == "sent" else None
        rows.append(
            _row(one["file"], now | {"state": said, "as": sent, "findings": [] if said in ("sent", "to be sent") else now["findings"]})
        )
    return rows


def _once_more(gateway: Any, chosen: list[dict[str, Any]], purpose: str, dry_run: bool) -> list[dict[str, Any]]:
    from gateway import pipeline
    from gateway.carriage.leaving import ONCE_MORE
    from gateway.records import Source

    rows: list[dict[str, Any]] = []
    for one in chosen:
        data = pipeline.once_more(one["content"], PURPOSES[purpose])
        if dry_run:
            rows += _rehearsed(gateway, one["file"], data, one["partner"], ONCE_MORE)
            continue
        receipt = pipeline.leave(gateway.edges, [data], Source(ONCE_MORE, f"{one['id']}/{gateway.ids.new()}", one["file"], one["partner"]))
        rows += _left(gateway, [one["file"]], [receipt.transmission])
    return rows


def _state(facts: dict[str, Any]) -> str:
    if facts["state"] == "quarantined":
        return f"quarantined at {facts['held_at']}"
    return {"done": "sent", "waiting": "waits to be sent"}.get(str(facts["state"]), str(facts["state"]))
