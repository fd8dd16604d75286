"""`gateway sftp-config`: an OpenSSH server's configuration for the drops of all partners."""

from __future__ import annotations

import grp
import os
from pathlib import Path

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, say

INTO = Path("/etc/ssh/edi-gateway")


@click.command(name="sftp-config", cls=Command, examples=["gateway sftp-config", "gateway sftp-config --out sshd --port 2022"])
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("sshd"), show_default=True, help="Where to write it.")
@click.option("--port", type=click.IntRange(1, 65535), default=2022, show_default=True, help="Of an sshd of its own.")
@click.option("--group", help="The group that the gateway runs as; that of whoever calls this where not said.")
@click.option(
    "--into", type=click.Path(path_type=Path), default=INTO, show_default=True, help="Where setup.sh installs configuration and keys."
)
def command(out: Path, port: int, group: str | None, into: Path) -> None:
    """Write an OpenSSH server's configuration for partners' drops.

    A user a partner, locked into his drop, with SFTP and nothing else: `drops.conf` for the machine's own sshd, `sshd_config`
    for one beside it, his keys, and `setup.sh`, which root runs: it makes users and folders and installs the rest. Nothing is
    changed on this machine until then.
    """
    from gateway.transports.drop.openssh import Place, written

    with project.opened() as gateway:
        accounts = gateway.accounts().values()
        drops = gateway.settings.drops
        root = gateway.settings.project.resolve()
    if not accounts:
        raise outcome.Failure("no partner has a drop; a profile has one by `channels: {in: [{drop: {keys: [...]}}]}`")
    place = Place((drops or root / "drops").resolve(), into, group or grp.getgrgid(os.getgid()).gr_name, port)
    files = written(accounts, place)
    for name, (text, mode) in files.items():
        file = out / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            file.chmod(mode)
        except OSError as error:
            raise outcome.Failure(f"{file} cannot be written: {(error.strerror or 'failed').lower()}") from None
    for account in accounts:
        if not account.keys and account.password is None:
            say(f"{account.owner}: has neither key nor password, and cannot log in", colour="yellow")
    if drops is None:
        say(
            "drops stand in the project; sshd wants them where all that is above belongs to root: "
            "write `drops: /srv/edi-drops` in gateway.yaml",
            colour="yellow",
        )
    say(f"{count(len(accounts), 'drop')} written to {out}; next, as root: sh {out}/setup.sh")
