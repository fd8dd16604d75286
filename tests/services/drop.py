"""A drop server of ours for tests, on a free port, for one partner or several."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.transports.drop.account import Account
from gateway.transports.drop.rooms import Rooms
from gateway.transports.drop.server import DropServer


class Dropped:
    """`port`, `pin` of the host key, `key` (private, as text) that lets `user` in; `rooms` of each user."""

    def __init__(self, folder: Path, *users: str, limits=None, **terms):
        made = Ed25519PrivateKey.generate()
        self.key = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        public = made.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        self.users = users or ("acme",)
        self.rooms = {user: Rooms(folder / "drops" / user) for user in self.users}
        self.told: list[tuple[str, dict]] = []
        self.accounts = {user: Account(user, user, self.rooms[user], (public,), "env:PASSWORD", **terms) for user in self.users}
        self.server = DropServer(lambda: self.accounts, {"env:PASSWORD": "sesame"}.__getitem__, folder / "data", self._tell, limits)
        self.port = self.server.start("127.0.0.1", 0)
        self.pin = self.server.fingerprint

    def _tell(self, level, what, **facts):
        self.told.append((what, facts))

    def words(self):
        """What was told, without the facts."""
        return [what for what, _ in self.told]

    def stop(self):
        self.server.stop()
