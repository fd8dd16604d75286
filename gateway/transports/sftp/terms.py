"""What a profile says of a channel over SFTP, as the inbox and the outbox take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, Protocol

from gateway.transports.sftp.login import Login


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The terms of a folder on a server; see `gateway.profiles.channel.SftpIn`."""

    folder: bytes
    pattern: str = "*"
    then: Literal["archive", "delete", "leave"] = "delete"
    archive: bytes = b"archive"
    """Where taken files go: below the folder, unless it begins with a slash."""
    scans: int = 2
    quiet: float = 2.0
    """Seconds between the first and the last look that see a file unchanged, if it ends as a whole interchange. A
    server's times are whole seconds: a write in between shows."""
    unsure: float = 10.0
    """The same for a file whose form does not say whether it is whole."""
    partial_after: float = 3600.0
    marker: str | None = None
    """Suffix of the file that says another is finished."""
    largest: int | None = None
    batch: int = 1000
    """Files offered at one look, so that others have their turn."""
    crowd: int = 100_000
    every: timedelta | None = None


class Memory(Protocol):
    """What was taken and stays where it is, over restarts; losing it costs reading again, never a second transmission."""

    def load(self) -> set[str]:
        """The identities remembered."""
        ...

    def add(self, identity: str) -> None:
        """Remember one more."""
        ...

    def keep(self, identities: set[str]) -> None:
        """Forget all others."""
        ...


@dataclass(frozen=True, slots=True)
class Drop:
    """The terms of a folder that we put into."""

    folder: bytes
    temporary: str = ".{name}.part"
    """The name while it is written; a word that makes it unique is put before {name}."""
    marker: str | None = None
    """Suffix of an empty file that says another is finished."""


def login_of(settings: Mapping[str, Any]) -> Login:
    """Who we are, and where."""
    timeout = settings.get("timeout")
    login = Login(
        settings["host"],
        settings["user"],
        settings.get("port") or 22,
        settings.get("password"),
        settings.get("key"),
        settings.get("passphrase"),
        tuple(settings.get("host_key") or ()),
        tuple(settings.get("avoid") or ()),
    )
    return login if timeout is None else replace(login, patience=timeout.total_seconds())


def mailbox_of(settings: Mapping[str, Any]) -> Mailbox:
    """How a folder is polled."""
    said = {name: settings[name] for name in ("pattern", "then", "marker", "largest", "every") if settings.get(name) is not None}
    terms = replace(Mailbox(_path(settings["folder"])), **said)
    if settings.get("archive"):
        terms = replace(terms, archive=_path(settings["archive"]))
    if settings.get("incomplete_after") is not None:
        terms = replace(terms, partial_after=settings["incomplete_after"].total_seconds())
    if settings.get("settle") is not None:
        seconds = settings["settle"].total_seconds()
        terms = replace(terms, quiet=seconds, unsure=seconds)
    return terms


def drop_of(settings: Mapping[str, Any]) -> Drop:
    """How files are put."""
    said = {name: settings[name] for name in ("temporary", "marker") if settings.get(name) is not None}
    return replace(Drop(_path(settings["folder"])), **said)


def _path(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
