"""`gateway run`: the service."""

import signal
import threading
import time

import click

from gateway.cli import project
from gateway.cli.commands import Command
from gateway.cli.render import count, say


@click.command(name="run", cls=Command, examples=["gateway run --once", "gateway run"])
@click.option("--once", is_flag=True, help="Work until nothing is due, then end.")
def command(once: bool) -> None:
    """Run the service: receive, translate, deliver, acknowledge.

    It ends at Ctrl-C or SIGTERM, after the item at hand; what is not done goes on at the next start.
    """
    from gateway.transports.folder import FolderInbox
    from gateway.transports.watch import Watch
    from gateway.worker.loop import Worker

    with project.opened() as gateway:
        worker = Worker(gateway)
        if once:
            tried = worker.run_until_idle(pause=time.sleep)
            say(f"{count(tried, 'piece')} of work done; nothing more is due")
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        folders = [inbox for inbox in gateway.inboxes.values() if isinstance(inbox, FolderInbox)]
        watch = Watch(folders, lambda channel: gateway.work.hurry("poll") if channel else None)
        for channel in watch.start():
            say(f"{channel}: cannot be watched; it is looked at every {gateway.settings.every.total_seconds():.0f} seconds")
        say(f"at work in {gateway.settings.project}: {count(len(gateway.inboxes), 'inbox', 'inboxes')}; Ctrl-C ends it")
        try:
            worker.run(stop)
        finally:
            watch.stop()
        say("ended")
