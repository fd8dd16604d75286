"""The SFTP channels of a project: channels that lead to one server and user share its connections and its breaker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.edi.naming import safe
from gateway.transports.pgp import PgpInbox, PgpOutbox
from gateway.transports.secrets import read_secret
from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.remembered import Remembered
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.terms import drop_of, login_of, mailbox_of


class Servers:
    """Makes inboxes and outboxes from the settings of profiles; `data` is where `then: leave` remembers, if anywhere."""

    def __init__(self, project: Path, data: Path | None) -> None:
        self._project = project
        self._data = data
        self._servers: dict[object, Server] = {}

    def inbox(self, channel: str, settings: Mapping[str, Any]) -> SftpInbox | PgpInbox:
        """The channel as an inbox."""
        memory = None
        if self._data is not None and settings.get("then") == "leave":
            # two channels never share a file, whatever their names; the name is for people
            word = hashlib.sha256(f"{settings['host']}\0{settings['user']}\0{settings['folder']}".encode()).hexdigest()[:12]
            memory = Remembered(self._data / "remembered" / f"{channel}-{word}")
        inbox = SftpInbox(channel, self._server(settings), mailbox_of(settings), memory)
        return PgpInbox(inbox, settings["pgp"], self._secret) if settings.get("pgp") else inbox

    def outbox(self, channel: str, settings: Mapping[str, Any]) -> SftpOutbox | PgpOutbox:
        """The channel as an outbox."""
        outbox = SftpOutbox(channel, self._server(settings), drop_of(settings))
        if not settings.get("pgp"):
            return outbox
        return PgpOutbox(outbox, settings["pgp"], self._secret, (self._data or self._project / "data") / "encrypted" / safe(channel))

    def _secret(self, reference: str) -> str:
        return read_secret(reference, self._project)

    def close(self) -> None:
        """Let go of every connection."""
        for server in self._servers.values():
            server.close()

    def _server(self, settings: Mapping[str, Any]) -> Server:
        login = login_of(settings)
        if login not in self._servers:
            self._servers[login] = Server(login, self._secret, settings.get("connections") or 2)
        return self._servers[login]
