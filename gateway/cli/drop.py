"""`gateway drop`: partners' drops with us, and the small server that lets them in without installing one."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from gateway.cli import project
from gateway.cli.commands import Group
from gateway.cli.render import put_json, put_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gateway.transports.drop.server import DropServer
    from gateway.wiring import Gateway

HOST, PORT = "127.0.0.1", 2222


@click.group(name="drop", cls=Group, examples=["gateway drop list", "gateway drop serve"])
def command() -> None:
    """Partners' drops with us: who has one, and a server for them."""


@command.command(name="list", examples=["gateway drop list"])
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def list_(as_json: bool) -> None:
    """List the drops: who logs in by what, and what waits in them."""
    with project.opened() as gateway:
        rows = [
            {
                "partner": account.owner,
                "user": account.user,
                "login": [*(["key"] * bool(account.keys)), *(["password"] * (account.password is not None))],
                "folder": str(account.rooms.root),
                "quota": account.quota,
                **{room: _count(account.rooms.room(room)) for room in ("in", "out", "test")},
            }
            for _, account in sorted(gateway.accounts().items())
        ]
    if as_json:
        put_json(rows)
        return
    put_table(
        ("partner", "user", "login", "folder", "in", "out", "test"),
        [[row[key] for key in ("partner", "user", "login", "folder", "in", "out", "test")] for row in rows],
        "no drops yet; a profile has one by `channels: {in: [{drop: {keys: [...]}}]}`",
    )


def _count(folder: Path) -> int:
    return sum(entry.is_file() and not entry.name.startswith(".") for entry in folder.iterdir()) if folder.is_dir() else 0


@command.command(name="serve", examples=["gateway drop serve --port 2222"])
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 for any that is free.")
@click.option("--bind", default=HOST, show_default=True, metavar="ADDRESS", help="0.0.0.0 for every network of this machine.")
def serve(port: int, bind: str) -> None:
    """Let partners into their drops by SFTP, until stopped.

    It serves files only; `gateway run --drop-port` does this and the rest of the work in one process. On the internet an
    OpenSSH server does it better: `gateway sftp-config` writes its configuration.
    """
    from gateway.cli.log import teller

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with project.opened() as gateway:
        server = serving(gateway, bind, port, teller())
        try:
            stop.wait()
        finally:
            server.stop()


def serving(gateway: Gateway, bind: str, port: int, tell: Callable[..., object]) -> DropServer:
    """The server, started; tells where it listens and by which key partners know it."""
    from gateway.transports.drop.server import DropServer
    from gateway.transports.secrets import read_secret

    root = gateway.settings.project
    data = gateway.settings.data or root / "data"
    server = DropServer(gateway.accounts, lambda reference: read_secret(reference, root), data, tell)
    server.start(bind, port)
    tell("info", "drops-served", address=bind, port=server.port, host_key=server.fingerprint, users=len(gateway.accounts()))
    return server
