"""`gateway acknowledgment`: what we answer, and what partners answer us."""

from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import put_json, put_table

OURS = ("owed", "sent", "quarantined", "discarded")
THEIRS = ("matched", "unmatched", "ambiguous", "repeated", "contradicting")


@click.group(name="acknowledgment", cls=Group, examples=["gateway acknowledgment list"])
def command() -> None:
    """TA1, 997 and 999: what we answer, and what partners answer us."""


@command.command(name="list", examples=["gateway acknowledgment list", "gateway acknowledgment list --received --state unmatched"])
@click.option("--sent/--received", default=None, help="Only ours to partners, or only theirs to us.")
@click.option("--partner", help="Of one trading partner.")
@click.option("--state", type=click.Choice([*OURS, *THEIRS]), help="In one state: ours, or what a partner's was matched to.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many of each, the newest.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def list_(sent: bool | None, partner: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """List TA1, 997, 999 and 824, newest first, in both directions.

    A partner's answer is matched to what we sent him, unmatched, ambiguous, repeated or contradicting; none is answered.
    """
    from gateway.stores.sql import views

    with project.opened() as gateway:
        ours = [] if sent is False or state in THEIRS else views.acknowledgments(gateway.database, limit, state, partner)
        theirs = [] if sent or state in OURS else views.received_answers(gateway.database, limit, state, partner)
    if as_json:
        put_json({"sent": ours, "received": theirs})
        return
    rows = [(row["at"], "to", row["partner"], row["form"], *_said(row), row["state"], row["name"]) for row in ours]
    rows += [(row["at"], "from", row["partner"], row["form"], _about(row), row["verdict"], row["outcome"], row["note"]) for row in theirs]
    rows.sort(key=lambda row: row[0], reverse=True)
    put_table(("at", "", "partner", "form", "answers", "says", "state", "file or note"), rows, "no acknowledgments yet")


@command.command(name="open", examples=["gateway acknowledgment open", "gateway acknowledgment open --partner acme --json"])
@click.option("--partner", help="Of one trading partner.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def open_(partner: str | None, as_json: bool) -> None:
    """List what is still owed, in both directions, the most urgent first.

    Owed: ours that were not sent yet. Awaited and overdue: partners' answers to what we sent. Refused: what a partner
    rejected and nobody has mended yet. Exit code 5 where something is overdue or refused.
    """
    from gateway.stores.sql import outgoing_views, views

    with project.opened() as gateway:
        owed = [row for state in ("owed", "quarantined") for row in views.acknowledgments(gateway.database, 1000, state, partner)]
        expected = outgoing_views.expected(gateway.database, partner)
    late = [row for row in expected if row["state"] != "awaited"]
    if as_json:
        put_json({"owed": owed, "expected": expected})
    else:
        urgent = sorted(expected, key=lambda row: (row["state"] == "awaited", row["due_at"] or row["sent_at"]))
        rows = [(row["state"], row["partner"], row["form"], _ours(row), row["sent_at"], row["due_at"], _documents(row)) for row in urgent]
        rows += [(row["state"], row["partner"], row["form"], " ".join(_said(row)[:1]), row["at"], None, row["name"]) for row in owed]
        put_table(("state", "partner", "form", "for", "since", "until", "documents or file"), rows, "nothing is owed, in neither direction")
    if late:
        outcome.finish(outcome.FINDINGS)


def _ours(row: dict[str, Any]) -> str:
    return f"{row['functional_id']} {row['gs_number']} in {row['control_number']:09d}"


def _documents(row: dict[str, Any]) -> str:
    """The documents of a group by their numbers; of one that was refused, those that were."""
    named = [one for one in row["sets"] if row["state"] != "rejected" or one["state"] == "rejected"]
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return ", ".join(str(one["business_key"]) for one in named[:5]) + more


def _said(row: dict[str, Any]) -> tuple[str, str]:
    """What one of ours answers, and its verdict."""
    group, ta1 = row["answer"].get("group"), row["answer"].get("ta1")
    if group and row["advice"]:
        sets = ", ".join(f"{one['set']} {one['control_number']} {one['code']}" for one in group["sets"])
        return f"{group['functional_id']} {group['control_number']}", sets
    if group:
        return f"{group['functional_id']} {group['control_number']}", group["code"]
    return (f"interchange {ta1['control_number']}", f"{ta1['code']} {ta1['note']}") if ta1 else ("", "")


def _about(row: dict[str, Any]) -> str:
    if row["about"]:  # an 824 speaks of one set
        return f"{row['about']} of group {row['control_number']}"
    return f"{row['functional_id'] or 'interchange'} {row['control_number']}"
