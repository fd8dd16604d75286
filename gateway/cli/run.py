"""`gateway run`: the service."""

import signal
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from gateway.cli import project
from gateway.cli.commands import Command
from gateway.cli.render import count, say

if TYPE_CHECKING:
    from gateway.wiring import Gateway

WORK = {
    "carry": "transmission",
    "deliver": "delivery",
    "acknowledge": "acknowledgment",
    "send": "interchange",
    "poll": "inbox",
    "quarantine-view": "folder of what is held:",
    "release": "what waits to go together to",
    "chase": "answers awaited for",
}
"""The kinds of work, as people call them."""


@click.command(name="run", cls=Command, examples=["gateway run --once", "gateway run"])
@click.option("--once", is_flag=True, help="Work until nothing is due, then end.")
@click.option("--drop-port", type=click.IntRange(0, 65535), help="Let partners into their drops by SFTP, at this port.")
@click.option("--drop-bind", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where they are let in.")
def command(once: bool, drop_port: int | None, drop_bind: str) -> None:
    """Run the service: receive, translate, deliver, acknowledge.

    With --once it says at its end what was due and could not be done, and why.
    The service tells on stderr what happens, as JSON lines where that is no terminal. It ends at Ctrl-C or SIGTERM, within ten
    seconds; what is not done goes on at the next start. With --drop-port partners put their files into their drops
    without another server.
    """
    from gateway.stores.sql import views
    from gateway.worker.loop import Worker
    from gateway.worker.trials import Trials

    with project.opened() as gateway:
        if once:
            tried = Worker(gateway).run_until_idle(pause=time.sleep)
            Trials(gateway).look_until_done(time.sleep)
            remarks = len(views.remarks(gateway.database))
            if remarks:
                say(f"{count(remarks, 'remark')} on inboxes; `gateway inbox list` shows what is not taken, and why")
            left = list(not_done(gateway))
            say(f"{count(tried, 'piece')} of work done; {'not done:' if left else 'nothing more is due'}")
            for line in left:
                say(f"  {line}")
            return

        from gateway.cli.drop import serving
        from gateway.cli.log import teller
        from gateway.worker.service import Service

        tell, stop = teller(), threading.Event()

        def told_to(number: int, _frame: object) -> None:
            stop.set()
            signal.signal(number, signal.SIG_DFL)  # a second one ends it at once, which loses nothing either

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, told_to)
        server = serving(gateway, drop_bind, drop_port, tell) if drop_port is not None else None
        try:
            clean = Service(gateway, tell).run(stop)
        finally:
            if server is not None:
                server.stop()
        tell("info", "ended", finished=clean)


def not_done(gateway: "Gateway") -> Iterator[str]:
    """What was due and is not done, a sentence each: it waits for another try, another process has it, somebody is writing it."""
    from gateway.stores.sql.undone import undone

    for one in undone(gateway.database, gateway.clock.now()):
        others = f" and {one.items - 1} behind it" if one.items > 1 else ""
        if one.owner is not None:
            why = f"another process has it at hand ({'/'.join(one.owner.split('/')[:2])})"
        else:
            why = f"{one.why or 'it waits'}; tried again from {one.until:%H:%M:%S} UTC on"
        yield f"{WORK[one.kind]} {one.subject}{others}: {why}"
    for name, inbox in gateway.inboxes.items():
        if writing := getattr(inbox, "open_elsewhere", 0) + getattr(inbox, "unsettled", 0):
            yield f"inbox {name}: {count(writing, 'file')} still being written"
