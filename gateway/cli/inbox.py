"""`gateway inbox`: what is looked at, and what stands there and is not taken."""

import click

from gateway.cli import project
from gateway.cli.commands import Group
from gateway.cli.render import put, put_json, put_table


@click.group(name="inbox", cls=Group, examples=["gateway inbox list"])
def command() -> None:
    """What is looked at, and what stands there and is not taken."""


@command.command(name="list", examples=["gateway inbox list", "gateway inbox list --json"])
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def list_(as_json: bool) -> None:
    """List inboxes, what hinders them and what is not taken.

    It is what the service saw when it last looked: links, files that stalled half-way, files over the limit, names that
    cannot be moved.
    """
    from gateway.stores.sql import views

    with project.opened() as gateway:
        polled = {row["channel"]: row for row in views.inboxes(gateway.database)}
        remarks = views.remarks(gateway.database)
        names = sorted({*gateway.inboxes, *polled})
    rows = [{"channel": name, "next_look": None, "tries": 0, "hindered_by": None} for name in names]
    for row in rows:
        if found := polled.get(str(row["channel"])):
            row |= {"next_look": found["due_at"], "tries": found["attempts"], "hindered_by": found["why"]}
    if as_json:
        put_json({"inboxes": rows, "remarks": remarks})
        return
    put_table(
        ("channel", "next look", "hindered by"), [(row["channel"], row["next_look"], row["hindered_by"]) for row in rows], "no inboxes"
    )
    put()
    told = [(row["channel"], row["since"], row["severity"], f"{row['message']}. {row['remedy']}") for row in remarks]
    put_table(("channel", "since", "", "not taken"), told, "everything there is taken")
