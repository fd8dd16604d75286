"""`gateway process`: carry files now and say what became of each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import from_json, put, put_findings, put_json, put_table
from gateway.ports import Offered, Receipt

CHANNEL = "command line"


class NamedFiles:
    """Files named on the command line, as an inbox: taken where they lie, and left there."""

    channel = CHANNEL

    def __init__(self, names: tuple[str, ...], ids: Any) -> None:
        self._offered = [Offered(CHANNEL, Path(name).name if name != "-" else "standard input", ids.new(), handle=name) for name in names]

    def list(self) -> list[Offered]:
        """All of them, in the order named; each is an arrival of its own, so that the same file again is told as a duplicate."""
        return self._offered

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes in chunks."""
        with files.opened(str(offered.handle)) as chunks:
            yield from chunks

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Nothing: the file is the caller's."""


@click.command(name="process", cls=Command, examples=["gateway process order.edi", "gateway process --partner riverside orders.csv"])
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--partner", help="Whose files these are, where they have no envelope.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(names: tuple[str, ...], partner: str | None, as_json: bool) -> None:
    """Carry files now and say what became of each.

    They are received, translated, delivered and acknowledged as if they had come by a channel, and stay where they are.
    Exit code 5 where something is quarantined, rejected or not readable.
    """
    from gateway import pipeline
    from gateway.stores.sql import views
    from gateway.worker.loop import Worker

    with project.opened() as gateway:
        _known(gateway, partner)
        for name in names:
            with files.opened(name):
                pass
        inbox = NamedFiles(names, gateway.ids)
        receipts = [pipeline.receive(gateway.edges, inbox, offered, partner) for offered in inbox.list()]
        Worker(gateway).run_until_idle(poll=False)
        carried = [views.transmission_of(gateway.database, receipt.transmission) for receipt in receipts]
        wrong = [one for facts in carried for one in _wrong(gateway, facts)]
    if as_json:
        put_json([{"file": name, **facts} for name, facts in zip(names, carried, strict=True)])
    else:
        told = [(name, facts["id"], facts["summary"]) for name, facts in zip(names, carried, strict=True)]
        put_table(("file", "transmission", "what became of it"), told)
        for what, file, findings in wrong:
            put()
            put(f"{file}: {what}", bold=True)
            put_findings([from_json(finding) for finding in findings], file)
    if any(facts["state"] == "received" for facts in carried):
        raise outcome.Failure("not everything could be carried now; the service tries again: `gateway run`")
    bad = (
        "quarantined",
        "rejected",
        "unreadable",
        "incomplete",
        "empty",
        "interchange held",
        "interchange refused",
        "interchange incomplete",
    )
    if any(part.startswith(bad) for facts in carried for part in (*facts["parts"], facts["state"])):
        outcome.finish(outcome.FINDINGS)


def _wrong(gateway: Any, facts: dict[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """What did not go through of a transmission: in words, the file, the findings."""
    from gateway.stores.sql import views

    if any(finding["severity"] == "error" for finding in facts["findings"]):
        yield facts["summary"], facts["name"], facts["findings"]
    for row in facts["documents"]:
        if row["state"] in ("rejected", "quarantined"):
            said = f"{row['set_id']} {row['control_number']}: {row['state']}" + (f" at {row['held_at']}" if row["held_at"] else "")
            yield said, facts["name"], views.document_of(gateway.database, row["id"])["findings"]


def _known(gateway: Any, partner: str | None) -> None:
    catalog = gateway.catalog()
    if partner is not None and partner not in catalog.partners:
        raise outcome.NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")
