"""`gateway serve`: the HTTP API."""

import signal
import threading
from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Command


@click.command(name="serve", cls=Command, examples=["gateway serve", "gateway serve --with-worker", "gateway serve --port 9000"])
@click.option("--host", help="Where to listen; by default 127.0.0.1, or what gateway.yaml says (api: {host: ...}).")
@click.option("--port", type=click.IntRange(0, 65535), help="By default 8080, or what gateway.yaml says; 0 for any that is free.")
@click.option("--with-worker", is_flag=True, help="Do the work of `gateway run` too, in this process.")
def command(host: str | None, port: int | None, with_worker: bool) -> None:
    """Serve the HTTP API for partners and our own systems.

    They post files and ask what became of them; /docs describes it. It is reached from this machine alone unless told
    otherwise; TLS is for a proxy in front. It ends at Ctrl-C or SIGTERM, when the requests under way are answered.
    """
    from gateway.cli.log import teller
    from gateway.web.app import application
    from gateway.web.server import listening, server

    with project.opened() as gateway:
        tell, stop = teller(), threading.Event()
        api = gateway.settings.api
        running = server(application(gateway, tell), api, host or api.host, api.port if port is None else port)
        started = threading.Thread(target=_told_when_started, args=(running, listening, tell, stop), daemon=True)
        started.start()
        working = _work(gateway, tell, stop, running) if with_worker else None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)  # the server ends by itself and then raises the signal again
        try:
            running.run()
        except SystemExit:
            raise outcome.Failure(f"nothing can listen at {host or api.host} port {api.port if port is None else port}") from None
        finally:
            stop.set()
            started.join()
            if working is not None:
                working.join()
        tell("info", "ended")


def _told_when_started(running: Any, listening: Any, tell: Any, stop: threading.Event) -> None:
    while not stop.wait(0.02):
        if running.started and getattr(running, "servers", None):
            host, port = listening(running)
            tell("info", "listening", host=host, port=port)
            return


def _work(gateway: Any, tell: Any, stop: threading.Event, running: Any) -> threading.Thread:
    from gateway.worker.service import Service

    def work() -> None:
        try:
            Service(gateway, tell).run(stop)
        finally:
            running.should_exit = True

    thread = threading.Thread(target=work, name="gateway-service")
    thread.start()
    return thread
