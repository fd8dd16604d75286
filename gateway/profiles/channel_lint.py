"""What is wrong between channels: names and folders given twice, what we write coming back in, drops that nobody can use."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Protocol

from gateway.profiles.catalog import Catalog, Channel
from gateway.profiles.destination_lint import in_clear
from gateway.profiles.loading import CONNECTIONS, US
from gateway.profiles.located import place_of
from gateway.profiles.reading import Place

UNWORKED = (("in", "as2"), ("out", "as2"), ("out", "mail"))
"""Directions and kinds of channels that have their form, and by which nothing comes or goes yet."""
DROPS = "drops"
"""Where drops stand in a project that does not say otherwise."""


class Tell(Protocol):
    """Takes a finding: its code, where it stands, and what fills its sentence."""

    def __call__(self, code: str, at: Place, where: str, value: str | None = None, **facts: object) -> None:
        """Note it."""


def check_channels(catalog: Catalog, tell: Tell) -> None:
    """What we write must never come back in, a folder has one owner, who says whose its files are, and a user is one partner."""
    taken: dict[str, Channel] = {}
    users: dict[str, Channel] = {}
    for channel in (*catalog.channels("in"), *catalog.channels("out")):
        first = catalog.channel(channel.name)
        if first is not None and first is not channel:
            tell("channel-name-taken", *_place(catalog, channel), channel.name, other=first.file)
    for channel in catalog.channels("in"):
        for folder in _watched(channel):
            other = taken.setdefault(folder, channel)
            if other is not channel and other.file != channel.file:
                key = "folder" if channel.kind == "sftp" else "path"
                said = str(channel.settings[key]) if channel.kind == "sftp" else folder
                tell("folder-shared", *_place(catalog, channel, key), said, other=other.name)
        if channel.kind == "drop":
            _check_drop(catalog, tell, channel, users)
    for channel in (*catalog.channels("in"), *catalog.channels("out")):
        if channel.kind == "sftp" and not channel.settings.get("host_key"):
            tell("host-key-missing", *_place(catalog, channel, "host"), str(channel.settings["host"]), partner=channel.owner)
        if (channel.direction, channel.kind) in UNWORKED:
            tell("channel-unworked", *_place(catalog, channel, "address" if channel.kind == "mail" else "name"), channel.kind)
        if channel.kind == "http" and _with_login(channel) and in_clear(str(channel.settings["url"])):
            tell("url-in-clear", *_place(catalog, channel, "url"), str(channel.settings["url"]))
    for channel in _wanting(catalog):
        taken.setdefault(_watched(channel)[0], channel)
    for channel in catalog.channels("out"):
        if channel.kind == "sftp" and _remote(channel) in taken:
            of = f"of {taken[_remote(channel)].name}"
            tell("folder-loop", *_place(catalog, channel, "folder"), str(channel.settings["folder"]), other=of)
        if channel.kind == "folder":
            _loop(tell, taken, posixpath.normpath(str(channel.settings["path"])), *_place(catalog, channel))
    for name, destination in catalog.us.destinations.items() if catalog.us is not None else ():
        if destination.folder is not None and catalog.us_table is not None:
            at, _ = place_of(catalog.us_table, ("destinations", name, "folder", "path"))
            _loop(tell, taken, posixpath.normpath(destination.folder.path), at, f"destinations.{name}")


def _check_drop(catalog: Catalog, tell: Tell, channel: Channel, users: dict[str, Channel]) -> None:
    user = str(channel.settings.get("user") or channel.owner)
    other = users.setdefault(user, channel)
    if other is not channel:
        tell("drop-user-taken", *_place(catalog, channel, "user"), user, other=other.file)
    if not channel.settings.get("keys") and channel.settings.get("password") is None:
        tell("drop-without-login", *_place(catalog, channel), user)


def _with_login(channel: Channel) -> bool:
    return any(channel.settings.get(key) is not None for key in ("user", "token"))


def _wanting(catalog: Catalog) -> Iterator[Channel]:
    """The folders in which our own systems put what they want sent: what stands there is taken and goes out."""
    for name, destination in catalog.us.destinations.items() if catalog.us is not None else ():
        if destination.folder is not None and destination.folder.wants is not None:
            yield Channel(f"us/{name}", "in", "folder", {"path": destination.folder.wants}, (), None, US)


def _remote(channel: Channel) -> str:
    """A folder on a server as one text, by who we are there."""
    said = channel.settings
    return f"sftp:{said['user']}@{str(said['host']).lower()}:{said.get('port') or 22}:{posixpath.normpath(str(said['folder']))}"


def _watched(channel: Channel) -> list[str]:
    if channel.kind == "sftp":
        return [_remote(channel)]
    if channel.kind == "folder":
        return [posixpath.normpath(str(channel.settings["path"]))]
    return [f"{DROPS}/{channel.owner}/{room}" for room in ("in", "test")] if channel.kind == "drop" else []


def _loop(tell: Tell, taken: dict[str, Channel], folder: str, at: Place, where: str) -> None:
    for watched, channel in taken.items():
        if folder == watched or folder.startswith(watched.rstrip("/") + "/"):
            tell("folder-loop", at, where, folder, other=f"'{watched}' of {channel.name}")


def _place(catalog: Catalog, channel: Channel, key: str = "path") -> tuple[Place, str]:
    table = catalog.partners[channel.partner].table if channel.partner else catalog.connection_tables[channel.file[len(CONNECTIONS) : -5]]
    listed = [c for c in catalog.channels(channel.direction) if c.file == channel.file]
    number = next(n for n, c in enumerate(listed) if c is channel)
    at, _ = place_of(table, ("channels", channel.direction, number, channel.kind, key))
    return at, f"channels.{channel.direction}.{number + 1}"
