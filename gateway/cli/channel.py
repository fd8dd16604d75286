"""`gateway channel`: the ways by which files come and go, tried step by step; and pinning the host keys of servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Command, Group
from gateway.cli.render import put, put_json, put_table, say
from gateway.profiles.catalog import Catalog, Channel

if TYPE_CHECKING:
    from gateway.transports.sftp.probe import Step

COLOURS = {"ok": "green", "failed": "red", "skipped": "yellow"}
JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@click.group(name="channel", cls=Group, examples=["gateway channel list", "gateway channel test acme"])
def command() -> None:
    """List and try the ways by which files come and go."""


@command.command(name="list", examples=["gateway channel list"])
@JSON
def list_(as_json: bool) -> None:
    """List every channel of every usable profile."""
    rows = [
        {"channel": channel.name, "direction": channel.direction, "kind": channel.kind, "place": _place(channel), "file": channel.file}
        for channel in _all(_catalog())
    ]
    if as_json:
        put_json(rows)
        return
    put_table(("channel", "direction", "kind", "place", "file"), [list(row.values()) for row in rows], "no channels yet")


@command.command(name="test", examples=["gateway channel test acme", "gateway channel test acme --json"])
@click.argument("name", metavar="PARTNER|CHANNEL")
@JSON
def test(name: str, as_json: bool) -> None:
    """Try a channel, or every channel of a partner, step by step.

    It says what works and, where something does not, what to ask the partner for. No file is taken or sent; where writing
    is tried, a small hidden file is made and deleted again. Exit code 5 where a step failed.
    """
    root, rows, failed = project.needed(), [], False
    for channel in _named(name, _catalog()):
        if not as_json:
            put(f"{channel.name} ({channel.direction}, {channel.kind}, {_place(channel)})", bold=True)
        for step in _steps(channel, root):
            failed = failed or step.result == "failed"
            rows.append({"channel": channel.name, "step": step.name, "result": step.result, "said": step.said, "ask": step.ask})
            if not as_json:
                put(f"  {step.name.ljust(9)} {step.result.ljust(8)} {step.said}", colour=COLOURS[step.result])
                if step.ask:
                    put(f"            ask for  {step.ask}")
    if as_json:
        put_json(rows)
    if failed:
        outcome.finish(outcome.FINDINGS)


def _catalog() -> Catalog:
    project.needed()
    return Catalog.load(project.library())


def _all(catalog: Catalog) -> tuple[Channel, ...]:
    return (*catalog.channels("in"), *catalog.channels("out"))


def _named(name: str, catalog: Catalog) -> list[Channel]:
    """The channels of a name, or of a partner or connection of that name; NotFound where there are none."""
    found = [channel for channel in _all(catalog) if channel.name == name]
    found = found or [channel for channel in _all(catalog) if channel.partner == name or channel.file.rpartition("/")[2] == f"{name}.yaml"]
    if not found:
        broken = name in catalog.broken
        raise outcome.NotFound(
            f"the profile of {name} cannot be used; `gateway partner check {name}` says why"
            if broken
            else f"there is no partner or channel {name!r} with a channel; `gateway channel list` lists them"
        )
    return found


def _place(channel: Channel) -> str:
    if channel.kind == "folder":
        return str(channel.settings["path"])
    if channel.kind == "sftp":
        return f"{channel.settings['user']}@{channel.settings['host']}:{channel.settings.get('port') or 22} {channel.settings['folder']}"
    if channel.kind == "drop":
        return f"the folder {channel.direction} of the drop {channel.owner}"
    if channel.kind == "http":
        return str(channel.settings["url"])
    if channel.kind == "mail":
        return str(channel.settings["address"])
    return "our HTTP API (gateway serve)" if channel.kind == "api" else ""


def _steps(channel: Channel, root: Path) -> Iterator[Step]:
    from gateway.transports.secrets import read_secret
    from gateway.transports.sftp.probe import Step, probe
    from gateway.transports.sftp.terms import drop_of, login_of, mailbox_of

    if channel.kind == "folder":
        yield from _folder_steps(Step, root / str(channel.settings["path"]), channel.direction)
    elif channel.kind == "sftp":
        terms = mailbox_of(channel.settings) if channel.direction == "in" else drop_of(channel.settings)
        yield from probe(login_of(channel.settings), terms, lambda reference: read_secret(reference, root))
    elif channel.kind == "api":
        yield from _api_steps(Step, channel, root)
    elif channel.kind == "drop":
        yield from _drop_steps(Step, channel, root)
    elif channel.kind == "http":
        yield from _http_steps(Step, channel, root)
    elif channel.kind == "mail" and channel.direction == "in":
        yield from _mail_steps(Step, channel, root)
    else:
        yield Step("test", "skipped", f"channels of kind {channel.kind} cannot be tried yet")


def _api_steps(step: type[Step], channel: Channel, root: Path) -> Iterator[Step]:
    """Whether his keys and secrets can be read; that he reaches us is for him to try."""
    from gateway.ports import Unavailable
    from gateway.transports.secrets import read_secret

    references = [(f"key {key['id']}", key["secret"]) for key in channel.settings.get("keys", ())]
    references += [(f"signature {number}", secret) for number, secret in enumerate(channel.settings.get("signatures", ()), 1)]
    for name, reference in references:
        try:
            read_secret(reference, root)
        except Unavailable as error:
            yield step(name, "failed", str(error))
        else:
            yield step(name, "ok", "can be read here")
    if channel.direction == "out":
        yield step("fetch", "ok", "he fetches what we have for him at /v1/outbox")


def _http_steps(step: type[Step], channel: Channel, root: Path) -> Iterator[Step]:
    """Whether our secrets can be read and somebody answers at his address; nothing is posted."""
    from gateway.calling import Caller, Lost, Pace
    from gateway.ports import Unavailable
    from gateway.transports.secrets import read_secret

    caller = Caller(channel.name, Pace(deadline=20.0))
    try:
        for name in ("password", "token"):
            if channel.settings.get(name) is not None:
                read_secret(channel.settings[name], root)
                yield step(name, "ok", "can be read here")
        answer = caller.call("OPTIONS", str(channel.settings["url"]), [("user-agent", "edi-gateway")])
        yield step("connect", "ok", f"it answers ({answer.status}); whether it takes files is known when the first is posted")
    except Unavailable as error:
        yield step("connect", "failed", str(error), "The address, and whether a firewall must let us through.")
    except Lost as error:
        yield step("connect", "failed", f"it {error}", "Whether his server is up.")
    finally:
        caller.close()


def _mail_steps(step: type[Step], channel: Channel, root: Path) -> Iterator[Step]:
    """Whether we are let into the mailbox and see what is in it; nothing is taken or moved."""
    from gateway.ports import Unavailable
    from gateway.transports.mailbox import MailInbox
    from gateway.transports.secrets import read_secret

    try:
        inbox = MailInbox(channel.name, channel.settings, root, lambda reference: read_secret(reference, root))
        count = len(inbox.list())
        inbox.close()
    except Unavailable as error:
        yield step("login", "failed", str(error), "Server, user and password of the mailbox, and whether IMAP is allowed.")
        return
    yield step("login", "ok", str(channel.settings.get("user") or channel.settings["address"]))
    yield step("list", "ok", f"{count} files in messages" + "".join(f"; {finding.message}" for finding in inbox.remarks[:3]))


def _drop_steps(step: type[Step], channel: Channel, root: Path) -> Iterator[Step]:
    """Whether somebody can log in, and whether we can work with his folders; that he reaches us is for him to try."""
    from gateway.ports import Unavailable
    from gateway.settings import settings
    from gateway.transports.secrets import read_secret

    if channel.direction == "in":
        user, keys, password = (
            channel.settings.get("user") or channel.owner,
            channel.settings.get("keys", ()),
            channel.settings.get("password"),
        )
        try:
            if password is not None:
                read_secret(password, root)
            ways = [*([f"{len(keys)} of his keys"] if keys else []), *(["a password"] if password is not None else [])]
            ask = "" if ways else "His public key: `keys: [ssh-ed25519 ...]`."
            yield step("login", "ok" if ways else "failed", f"{user} by {' or '.join(ways)}" if ways else f"{user} by nothing", ask)
        except Unavailable as error:
            yield step("login", "failed", str(error))
    place = (settings(root).drops or root / "drops") / channel.owner
    for room in ("in", "test") if channel.direction == "in" else ("out",):
        yield from _folder_steps(step, place / room, "out")


def _folder_steps(step: type[Step], folder: Path, direction: str) -> Iterator[Step]:
    if not folder.is_dir():
        made = direction == "out"
        yield step(
            "list",
            "skipped" if made else "failed",
            "it is made with the first file" if made else "there is no such folder",
            "" if made else f"Make {folder}, or name the right one.",
        )
        return
    for name, right in (("list", os.R_OK | os.X_OK), ("write", os.W_OK | os.X_OK)):
        able = os.access(folder, right)
        yield step(name, "ok" if able else "failed", str(folder), "" if able else f"Give the gateway's user the right to {name} it.")


@click.command(name="trust-host", cls=Command, examples=["gateway partner trust-host acme", "gateway partner trust-host acme --yes --add"])
@click.argument("name", metavar="PARTNER|CHANNEL")
@click.option("--fingerprint", metavar="SHA256:...", help="What the partner told us; only a server that shows this key is pinned.")
@click.option("--add", is_flag=True, help="Keep what is pinned and add this: while a partner changes his key.")
@click.option("--yes", is_flag=True, help="Pin without asking.")
def trust_host(name: str, fingerprint: str | None, add: bool, yes: bool) -> None:
    """Show the host keys of a partner's SFTP servers, and pin them.

    The fingerprint is written into the profile, whose comments stay. Compare it with what the partner tells by another way:
    whoever sits between us would show his own. No user name and no secret is sent.
    """
    from gateway.transports.sftp.login import HostKey, host_keys
    from gateway.transports.sftp.terms import login_of

    root = project.needed()
    channels = [channel for channel in _named(name, _catalog()) if channel.kind == "sftp"]
    if not channels:
        raise outcome.NotFound(f"{name} has no SFTP channel")
    shown: dict[Any, list[HostKey]] = {}
    for channel in channels:
        login = login_of(channel.settings)
        if (login.host, login.port) not in shown:
            shown[login.host, login.port] = host_keys(login)
            put(login.place, bold=True)
            for key in shown[login.host, login.port]:
                put(f"  {key.fingerprint}  {key.kind}{'  (pinned)' if key.fingerprint in login.pins else ''}")
    for channel in channels:
        login = login_of(channel.settings)
        keys = [key.fingerprint for key in shown[login.host, login.port]]
        if fingerprint is not None and fingerprint not in keys:
            raise outcome.Failure(f"{login.place} does not show {fingerprint}; nothing was pinned. Ask the partner before anything is sent")
        wanted = [fingerprint] if fingerprint is not None else keys[:1]
        pins = list(dict.fromkeys([*login.pins, *wanted])) if add else wanted
        if list(login.pins) == pins or (fingerprint is None and not add and keys and keys[0] in login.pins):
            say(f"{channel.name}: pinned already")
            continue
        if not yes and not click.confirm(f"Is this the key of {login.place}? Pin {', '.join(wanted)} for {channel.name}", err=True):
            say(f"{channel.name}: nothing was pinned")
            continue
        _pin(root, channel, pins)
        say(f"{channel.name}: pinned in {channel.file}", colour="green")


def _pin(root: Path, channel: Channel, pins: list[str]) -> None:
    from gateway import durable
    from gateway.cli.splicing import NotThere, pinned

    file = root / channel.file
    try:
        old = file.read_text(encoding="utf-8")
    except OSError:
        raise outcome.Failure(f"{channel.file} is not in this project; write host_key: {pins} where the channel is declared") from None
    try:
        new = pinned(old, channel.file, channel.direction, channel.settings, pins)
    except NotThere:
        raise outcome.Failure(f"{channel.file} does not declare the channel itself; write host_key: {pins} where it does") from None
    with durable.opened(file.parent) as folder:
        durable.write_over(folder, file.name, [new.encode()])
