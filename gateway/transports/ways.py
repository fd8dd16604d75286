"""The ways in and out of a project: for each channel of a profile the inbox or outbox that works it, PGP around it where agreed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.edi.naming import safe
from gateway.ports import Inbox, Outbox
from gateway.profiles.catalog import Channel
from gateway.transports.drop.rooms import Rooms, drop_inbox, drop_outbox, trial_inbox
from gateway.transports.fetched import FetchedOutbox
from gateway.transports.folder import FolderInbox, FolderOutbox
from gateway.transports.pickup import pickup

if TYPE_CHECKING:
    from gateway.transports.sftp.servers import Servers

POLLED = ("folder", "drop", "sftp", "mail")
"""The kinds of channels in which we look for files; by the API they come by themselves."""
REACHED = ("folder", "drop", "sftp", "api", "http")
"""The kinds of channels by which we send."""


class Ways:
    """Makes them; what several channels share (connections to one server) is made once."""

    def __init__(self, project: Path, data: Path | None, drops: Path | None, secrets: Callable[[str], str]) -> None:
        self._project = project
        self._data = data
        self._drops = drops or project / "drops"
        self._secrets = secrets
        self._servers: Servers | None = None

    def inbox(self, channel: Channel) -> Inbox:
        """A way in, one of POLLED."""
        return self._decrypting(self._inbox(channel), channel)

    def trial_inbox(self, channel: Channel) -> Inbox:
        """The folder `test` of a drop."""
        return self._decrypting(trial_inbox(channel.name, self.rooms(channel.owner), channel.settings), channel)

    def outbox(self, channel: Channel) -> Outbox:
        """A way out, one of REACHED."""
        made, pgp = self._outbox(channel), channel.settings.get("pgp")
        if pgp is None:
            return made
        from gateway.transports.pgp import PgpOutbox

        return PgpOutbox(made, pgp, self._secrets, (self._data or self._project / "data") / "encrypted" / safe(channel.name))

    def rooms(self, owner: str) -> Rooms:
        """The folders of a drop, by the partner or connection that declares it."""
        return Rooms(self._drops / owner)

    def close(self) -> None:
        """Let go of every connection."""
        if self._servers is not None:
            self._servers.close()

    def _decrypting(self, inbox: Inbox, channel: Channel) -> Inbox:
        if channel.settings.get("pgp") is None:
            return inbox
        from gateway.transports.pgp import PgpInbox

        return PgpInbox(inbox, channel.settings["pgp"], self._secrets, channel.settings.get("largest"))

    def _inbox(self, channel: Channel) -> Inbox:
        if channel.kind == "sftp":
            return self._sftp().inbox(channel.name, channel.settings)
        if channel.kind == "drop":
            return drop_inbox(channel.name, self.rooms(channel.owner), channel.settings)
        if channel.kind == "mail":
            from gateway.transports.mailbox import MailInbox

            return MailInbox(channel.name, channel.settings, self._project, self._secrets)
        path = Path(str(channel.settings["path"]))
        if not path.is_absolute():  # the project's own; what stands elsewhere may be a mount that is not there yet
            (self._project / path).mkdir(parents=True, exist_ok=True)
        return FolderInbox(channel.name, self._project / path, pickup(channel.settings))

    def _outbox(self, channel: Channel) -> Outbox:
        if channel.kind == "sftp":
            return self._sftp().outbox(channel.name, channel.settings)
        if channel.kind == "drop":
            return drop_outbox(channel.name, self.rooms(channel.owner))
        if channel.kind == "api":
            return FetchedOutbox(channel.name)
        if channel.kind == "http":
            from gateway.transports.posted import PostedOutbox

            return PostedOutbox(channel.name, channel.settings, self._secrets)
        return FolderOutbox(channel.name, self._project / str(channel.settings["path"]))

    def _sftp(self) -> Servers:
        if self._servers is None:
            from gateway.transports.sftp.servers import Servers  # paramiko starts slowly; only who has such a channel waits for it

            self._servers = Servers(self._data, self._secrets)
        return self._servers
