"""SSH around drops: who is let in, how many at once, and nothing but SFTP. The one module that imports asyncssh."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import asyncssh

from gateway.edi.shown import shown
from gateway.ports import EdgeError
from gateway.transports.drop.account import Account
from gateway.transports.drop.files import Budget, Drop
from gateway.transports.drop.protocol import LARGEST, SLOW, Broken, Talk

logging.getLogger("asyncssh").addHandler(logging.NullHandler())  # what it says is said by us, in sentences

Tell = Callable[..., object]
HELD = 1024 * 1024
"""Bytes that a client may send, or leave unread, before he must wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one server bears, and one partner of it."""

    connections: int = 200
    strangers: int = 50
    """Connections that have not logged in yet."""
    each: int = 8
    """Connections of one partner."""
    sessions: int = 4
    """Sessions of one connection."""
    tries: int = 6
    """Passwords and keys that one connection may try."""
    login: float = 30.0
    """Seconds in which somebody must have logged in."""
    idle: float = 900.0
    """Seconds without a request after which a session ends."""
    unread: float = 60.0
    """Seconds that an answer may stay unread."""
    refusal: float = 1.0
    """Seconds that a wrong password takes."""


@dataclass(slots=True)
class House:
    """What all connections share."""

    accounts: Callable[[], Mapping[str, Account]]
    secrets: Callable[[str], str]
    tell: Tell
    limits: Limits = Limits()
    drops: dict[str, tuple[Drop, asyncio.Lock]] = field(default_factory=dict)
    connected: set[Door] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def account(self, user: str) -> Account | None:
        """The account of a name; None where there is none, or where the profiles cannot be read now."""
        try:
            return (await asyncio.to_thread(self.accounts)).get(user)
        except (EdgeError, OSError) as error:
            self.tell("error", "drop-profiles", why=str(error))
            return None

    def drop(self, account: Account) -> tuple[Drop, asyncio.Lock]:
        """The drop of an account, one for all who come to it. Raises Unavailable."""
        if account.owner not in self.drops:
            self.drops[account.owner] = (Drop(account.rooms, Budget(account.quota, account.files, account.largest)), asyncio.Lock())
        drop, lock = self.drops[account.owner]
        drop.budget.quota, drop.budget.files, drop.budget.largest = account.quota, account.files, account.largest
        return drop, lock

    def close(self) -> None:
        """Let go of every folder."""
        for drop, _ in self.drops.values():
            drop.close()
        self.drops.clear()


class Door(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._connection: asyncssh.SSHServerConnection | None = None
        self._tries = 0
        self._proved: dict[str, Account] = {}
        self.account: Account | None = None
        self.sessions = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Let in as many as we bear."""
        self._connection = conn
        self._house.connected.add(self)
        strangers = sum(door.account is None for door in self._house.connected)
        if len(self._house.connected) > self._house.limits.connections or strangers > self._house.limits.strangers:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._house.connected.discard(self)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without showing who he is."""
        return True

    def password_auth_supported(self) -> bool:
        """For those whose profile names one; who has none learns it no sooner than who is wrong."""
        return True

    def public_key_auth_supported(self) -> bool:
        """For those whose profile names one."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Never."""
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether the key is one of the profile."""
        account = await self._house.account(username)
        shown_key = key.public_data
        for line in account.keys if account is not None else ():
            with contextlib.suppress(asyncssh.KeyImportError):
                if account is not None and hmac.compare_digest(asyncssh.import_public_key(line).public_data, shown_key):
                    self._proved[username] = account
                    return True
        self._tried()
        return False

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether the password is that of the profile; a wrong one takes its time, as an unknown name does."""
        account = await self._house.account(username)
        wanted = None
        if account is not None and account.password is not None:
            try:
                wanted = await asyncio.to_thread(self._house.secrets, account.password)
            except EdgeError as error:
                self._house.tell("error", "drop-secret", partner=account.owner, why=str(error))
        if account is not None and wanted and hmac.compare_digest(wanted.encode(), password.encode("utf-8", "surrogatepass")):
            self._proved[username] = account
            return True
        await asyncio.sleep(self._house.limits.refusal)
        self._house.tell("warning", "drop-refused", user=shown(username[:64]), address=self._address())
        self._tried()
        return False

    def auth_completed(self) -> None:
        """He is who he says; his connections are counted."""
        assert self._connection is not None
        user = str(self._connection.get_extra_info("username"))
        account = self._proved.get(user)
        others = sum(
            door.account is not None and account is not None and door.account.owner == account.owner for door in self._house.connected
        )
        if account is None or others >= self._house.limits.each:
            self._connection.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many connections")
            return
        self.account = account
        self._house.tell("info", "drop-login", partner=account.owner, user=user, address=self._address())

    def session_requested(self) -> tuple[asyncssh.SSHServerChannel[bytes], Session] | bool:
        """SFTP over it, and nothing else."""
        if self.account is None or self._connection is None or self.sessions >= self._house.limits.sessions:
            return False
        self.sessions += 1
        channel = self._connection.create_server_channel(encoding=None, window=HELD)
        channel.set_write_buffer_limits(high=HELD)
        return channel, Session(self._house, self, self.account)

    def leave(self) -> None:
        """We close."""
        if self._connection is not None:
            self._connection.abort()

    def _tried(self) -> None:
        self._tries += 1
        if self._tries >= self._house.limits.tries and self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many tries")

    def _address(self) -> str:
        return str(self._connection.get_extra_info("peername", ("",))[0]) if self._connection is not None else ""


class Session(asyncssh.SSHServerSession[bytes]):
    """One SFTP session: requests are answered one after the other, and nothing gathers of what is not read."""

    def __init__(self, house: House, door: Door, account: Account) -> None:
        self._house = house
        self._door = door
        self._account = account
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._held = bytearray()
        self._came = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._over = False
        self._paused = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is open."""
        self._channel = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        """No shell, no command, no terminal: only this."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Begin to answer."""
        task = asyncio.get_running_loop().create_task(self._talk())
        self._house.tasks.add(task)
        task.add_done_callback(self._house.tasks.discard)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Bytes of requests; who sends more than we can hold waits."""
        self._held += data
        if len(self._held) > HELD and not self._paused and self._channel is not None:
            self._paused = True
            self._channel.pause_reading()
        self._came.set()

    def eof_received(self) -> bool:
        """Nothing more comes; what was asked is answered before we close."""
        self._over = True
        self._came.set()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, whoever ended it."""
        self._over = True
        self._door.sessions -= 1
        self._came.set()
        self._writable.set()

    def pause_writing(self) -> None:
        """He does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """He reads again."""
        self._writable.set()

    async def _talk(self) -> None:
        channel = self._channel
        assert channel is not None
        talk, lock = None, None
        try:
            drop, lock = self._house.drop(self._account)
            talk = Talk(drop)
            while (packet := await asyncio.wait_for(self._packet(), self._house.limits.idle)) is not None:
                await asyncio.wait_for(self._writable.wait(), self._house.limits.unread)
                async with lock:
                    answer = await asyncio.to_thread(talk.answer, packet) if packet[0] in SLOW else talk.answer(packet)
                self._told(talk)
                if channel.is_closing():
                    break
                channel.write(answer)
        except (Broken, TimeoutError, asyncssh.Error, OSError, EdgeError) as error:
            self._house.tell("warning", "drop-session-ended", partner=self._account.owner, why=_why(error))
        finally:
            if talk is not None and lock is not None:
                async with lock:
                    broken = talk.end()
                for opened in broken:
                    name = shown(opened.name.decode("utf-8", "surrogateescape"))
                    self._house.tell("warning", "drop-broke-off", partner=self._account.owner, name=name, size=opened.written)
            with contextlib.suppress(OSError):
                channel.close()

    def _told(self, talk: Talk) -> None:
        for opened in talk.finished:
            name = shown(opened.name.decode("utf-8", "surrogateescape"))
            self._house.tell("info", "drop-upload", partner=self._account.owner, room=opened.room, name=name, size=opened.written)
        talk.finished.clear()

    async def _packet(self) -> bytes | None:
        """The next request; None at the end. Raises Broken."""
        if not await self._has(4):
            return None
        size = int.from_bytes(self._held[:4], "big")
        if not 0 < size <= LARGEST:
            raise Broken
        if not await self._has(4 + size):
            return None
        packet = bytes(self._held[4 : 4 + size])
        del self._held[: 4 + size]
        if self._paused and len(self._held) < HELD and self._channel is not None:
            self._paused = False
            self._channel.resume_reading()
        return packet

    async def _has(self, size: int) -> bool:
        while len(self._held) < size:
            if self._over:
                return False
            self._came.clear()
            await self._came.wait()
        return True


def _why(error: BaseException) -> str:
    if isinstance(error, Broken):
        return "what came is not SFTP"
    if isinstance(error, TimeoutError):
        return "nothing was asked or read for too long"
    return str(error) or "it broke off"


async def listen(house: House, host: str, port: int, host_key: str) -> asyncssh.SSHAcceptor:
    """Listen; the acceptor knows the port. Raises OSError."""

    def door() -> Door:
        return Door(house)

    waiting: Awaitable[asyncssh.SSHAcceptor] = asyncssh.listen(
        host,
        port,
        server_factory=door,
        server_host_keys=[asyncssh.import_private_key(host_key)],
        server_version="edi-gateway",
        config=None,
        agent_forwarding=False,
        allow_pty=False,
        compression_algs=["none"],
        keepalive_interval=30,
        keepalive_count_max=4,
        login_timeout=house.limits.login,
        reuse_address=True,
    )
    return await waiting


def new_key(comment: str = "edi-gateway") -> str:
    """A private key, as OpenSSH writes it."""
    return asyncssh.generate_private_key("ssh-ed25519", comment).export_private_key().decode()


def public_line(private: str) -> str:
    """The public half on one line, as profiles hold it."""
    return asyncssh.import_private_key(private).export_public_key().decode().strip()


def fingerprint(private: str) -> str:
    """What people compare: SHA256:..."""
    return asyncssh.import_private_key(private).convert_to_public().get_fingerprint()
