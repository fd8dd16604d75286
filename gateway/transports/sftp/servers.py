"""The SFTP channels of a project: channels that lead to one server and user share its connections and its breaker."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.login import Secrets
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.remembered import Remembered
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.terms import drop_of, login_of, mailbox_of


class Servers:
    """Makes inboxes and outboxes from the settings of profiles; `data` is where `then: leave` remembers, if anywhere."""

    def __init__(self, data: Path | None, secrets: Secrets) -> None:
        self._data = data
        self._secrets = secrets
        self._servers: dict[object, Server] = {}

    def inbox(self, channel: str, settings: Mapping[str, Any]) -> SftpInbox:
        """The channel as an inbox."""
        memory = None
        if self._data is not None and settings.get("then") == "leave":
            # two channels never share a file, whatever their names; the name is for people
            word = hashlib.sha256(f"{settings['host']}\0{settings['user']}\0{settings['folder']}".encode()).hexdigest()[:12]
            memory = Remembered(self._data / "remembered" / f"{channel}-{word}")
        return SftpInbox(channel, self._server(settings), mailbox_of(settings), memory)

    def outbox(self, channel: str, settings: Mapping[str, Any]) -> SftpOutbox:
        """The channel as an outbox."""
        return SftpOutbox(channel, self._server(settings), drop_of(settings))

    def close(self) -> None:
        """Let go of every connection."""
        for server in self._servers.values():
            server.close()

    def _server(self, settings: Mapping[str, Any]) -> Server:
        login = login_of(settings)
        if login not in self._servers:
            self._servers[login] = Server(login, self._secrets, settings.get("connections") or 2)
        return self._servers[login]
