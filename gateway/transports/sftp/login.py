"""How a partner's server is reached: the address, its host key, and only then who we are; each a step of its own.

The host key is compared by us with those pinned in the profile before any user name or secret is sent; no known_hosts
file, no agent, no key that happens to lie in a home folder has a part in it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import io
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import paramiko

from gateway.edi.shown import shown
from gateway.ports import Unavailable
from gateway.transports.sftp.wire import Lost, Session

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # what it says is said by us, in sentences

KEEPALIVE = 30
_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_FAMILIES = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"),
)
_CATEGORIES = ("ciphers", "macs", "keys", "pubkeys", "kex", "compression")


class Untrusted(Unavailable):
    """The server shows a host key that is not pinned; nothing was told to it."""

    code = "untrusted-host"


class NotLetIn(Unavailable):
    """The server refused the login; trying often locks accounts."""

    code = "not-let-in"


@dataclass(frozen=True, slots=True)
class Login:
    """A server and who we are there; secrets are references, read when they are needed."""

    host: str
    user: str
    port: int = 22
    password: str | None = None
    key: str | None = None
    passphrase: str | None = None
    pins: tuple[str, ...] = ()
    """Fingerprints of its host keys, SHA256:..."""
    avoid: tuple[str, ...] = ()
    """Algorithms that an old server announces and cannot do."""
    patience: float = 20.0
    """Seconds that each step, and each answer, may take."""

    @property
    def place(self) -> str:
        """The server, for people."""
        return shown(f"{self.host}:{self.port}")


Secrets = Callable[[str], str]
"""Gives the secret behind a reference; raises Unavailable."""


@dataclass(frozen=True, slots=True)
class HostKey:
    """A key that a server showed."""

    kind: str
    fingerprint: str


def resolve(login: Login) -> list[tuple[int, tuple[str, int]]]:
    """The addresses of the server's name. Raises Unavailable."""
    try:
        found = socket.getaddrinfo(login.host, login.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"the name {shown(login.host)} cannot be resolved: {getattr(error, 'strerror', None) or error}") from error
    return [(family, (str(address[0]), int(address[1]))) for family, _, _, _, address in found]


def dial(login: Login, addresses: list[tuple[int, tuple[str, int]]]) -> socket.socket:
    """A connection to the first address that answers. Raises Unavailable."""
    until, last = time.monotonic() + login.patience, "no address"
    for family, address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(left)
            made.connect(address)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            made.close()
            last = "no answer" if isinstance(error, TimeoutError) else (error.strerror or str(error) or "failed").lower()
            continue
        return made
    raise Unavailable(f"{login.place} cannot be reached: {last}")


def handshake(login: Login, connection: socket.socket) -> paramiko.Transport:
    """SSH's greeting and key exchange; nothing of us is told. Raises Unavailable, Untrusted where nothing in common is left."""
    disabled = {category: list(login.avoid) for category in _CATEGORIES} if login.avoid else None
    try:
        transport = paramiko.Transport(connection, disabled_algorithms=disabled)
    except (paramiko.SSHException, OSError) as error:
        connection.close()
        raise Unavailable(f"{login.place}: no SSH connection: {_said(error)}") from error
    transport.daemon = True
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = transport.channel_timeout = login.patience
    finished = threading.Event()
    try:
        transport.start_client(event=finished)
        # one deadline for all of it: a server that sends a byte now and then would never run into paramiko's own
        if not finished.wait(login.patience):
            raise Unavailable(f"{login.place}: SSH's greeting was not finished within {login.patience:.0f} seconds")
        if not transport.is_active():
            ended = transport.get_exception() or EOFError("it ended the connection")
            raise Unavailable(f"{login.place}: no SSH connection: {_said(ended)}") from ended
    except paramiko.SSHException as error:
        transport.close()
        raise Unavailable(f"{login.place}: no SSH connection: {_said(error)}") from error
    except BaseException:
        transport.close()
        raise
    return transport


def shown_key(transport: paramiko.Transport) -> HostKey:
    """The host key that the server proved to hold."""
    key = transport.get_remote_server_key()
    return HostKey(key.get_name(), fingerprint(key.asbytes()))


def fingerprint(public: bytes) -> str:
    """A public key as people compare it: what `ssh-keygen -l` prints."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def trusted(login: Login, key: HostKey) -> bool:
    """Whether the key is one of those pinned."""
    return any(hmac.compare_digest(pin.rstrip("="), key.fingerprint) for pin in login.pins)


def host_keys(login: Login) -> list[HostKey]:
    """Every host key that the server shows, one of each kind; no user name is sent. Raises Unavailable."""
    found: list[HostKey] = []
    while True:
        try:
            transport = handshake(login, dial(login, resolve(login)))
        except Unavailable:
            if not found:
                raise
            return found
        key = shown_key(transport)
        transport.close()
        if any(key.kind == other.kind for other in found):
            return found
        found.append(key)
        login = without(login, key.kind)


def without(login: Login, kind: str) -> Login:
    """The login that asks the server for a host key of another kind: a server has several, and the pin may be of any of them."""
    family = next((family for family in _FAMILIES if kind in family), (kind,))
    return replace(login, avoid=tuple(dict.fromkeys((*login.avoid, *family))))


def trusted_transport(login: Login) -> paramiko.Transport:
    """A connection to a server that proved to hold a pinned key. Raises Unavailable, Untrusted."""
    if not login.pins:
        raise Untrusted(
            f"no host key of {login.place} is pinned; `gateway partner trust-host` shows it and pins it", retry_after=_A_PERSONS_TIME
        )
    addresses, seen, asking = resolve(login), list[HostKey](), login
    while True:
        try:
            transport = handshake(asking, dial(login, addresses))
        except Unavailable:
            if not seen:
                raise
            break
        key = shown_key(transport)
        if trusted(login, key):
            return transport
        transport.close()
        if any(key.kind == other.kind for other in seen):
            break
        seen.append(key)
        asking = without(asking, key.kind)
    said = ", ".join(f"{key.fingerprint} ({key.kind})" for key in seen)
    raise Untrusted(
        f"{login.place} shows the host key {said}, which is not pinned; ask the partner whether he changed it, "
        "then `gateway partner trust-host`",
        retry_after=_A_PERSONS_TIME,
    )


_A_PERSONS_TIME = 900.0
"""Seconds between tries of what only a person can mend."""


def authenticate(login: Login, transport: paramiko.Transport, secrets: Secrets) -> str:
    """Say who we are; says by what. Raises NotLetIn, Unavailable."""
    try:
        if login.key is not None:
            key = private_key(login, secrets)
            try:
                more = transport.auth_publickey(login.user, key)
            except paramiko.AuthenticationException:
                if login.password is None or not transport.is_active():
                    raise
                more = ["password"]
            if not more:
                return f"key {fingerprint(key.asbytes())}"
        if login.password is None:
            asked = "a second factor that the profile does not name" if login.key else "neither key nor password is in the profile"
            raise NotLetIn(f"{login.place} does not let {shown(login.user)} in: {asked}", retry_after=_A_PERSONS_TIME)
        if more := transport.auth_password(login.user, secrets(login.password)):
            raise NotLetIn(f"{login.place} asks {shown(login.user)} for more: {shown(', '.join(more))}", retry_after=_A_PERSONS_TIME)
        return "key and password" if login.key else "password"
    except paramiko.BadAuthenticationType as error:
        allowed = shown(", ".join(map(str, error.allowed_types)))
        raise NotLetIn(f"{login.place} lets {shown(login.user)} in by {allowed} only", retry_after=_A_PERSONS_TIME) from error
    except paramiko.AuthenticationException as error:
        if not transport.is_active():
            raise Unavailable(f"{login.place} ended the connection at the login") from error
        raise NotLetIn(f"{login.place} does not let {shown(login.user)} in: {_said(error)}", retry_after=_A_PERSONS_TIME) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Unavailable(f"{login.place}: the login failed: {_said(error)}") from error


def private_key(login: Login, secrets: Secrets) -> paramiko.PKey:
    """The private key that the profile refers to. Raises Unavailable."""
    assert login.key is not None
    written = secrets(login.key)
    passphrase = None if login.passphrase is None else secrets(login.passphrase)
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(written), passphrase)
        except paramiko.PasswordRequiredException as error:
            raise Unavailable(f"the key {login.key} needs a passphrase; expected `passphrase: env:NAME`") from error
        except (paramiko.SSHException, ValueError, IndexError, TypeError, struct.error):
            continue
    raise Unavailable(
        f"{login.key} is no private key that can be used: expected Ed25519, ECDSA or RSA in the form of OpenSSH, and the right passphrase"
    )


def open_session(login: Login, transport: paramiko.Transport) -> Session:
    """SFTP over an SSH connection that let us in. Raises Unavailable."""
    try:
        channel = transport.open_session(timeout=login.patience)
        channel.settimeout(login.patience)
        channel.invoke_subsystem("sftp")
        return Session(_Carried(transport, channel), login.patience)
    except (paramiko.SSHException, OSError, EOFError, Lost) as error:
        transport.close()
        raise Unavailable(f"{login.place} lets {shown(login.user)} in but gives no SFTP: {_said(error)}") from error


def connect(login: Login, secrets: Secrets) -> Session:
    """All steps. Raises Unavailable and its kinds Untrusted, NotLetIn."""
    transport = trusted_transport(login)
    with _closed_if_failed(transport):
        authenticate(login, transport, secrets)
        transport.set_keepalive(KEEPALIVE)
        return open_session(login, transport)


@contextlib.contextmanager
def _closed_if_failed(transport: paramiko.Transport) -> Iterator[None]:
    try:
        yield
    except BaseException:
        transport.close()
        raise


class _Carried:
    """A channel that takes its SSH connection with it when it ends."""

    def __init__(self, transport: paramiko.Transport, channel: paramiko.Channel) -> None:
        self._transport = transport
        self.send = channel.send
        self.recv = channel.recv
        self.settimeout = channel.settimeout

    def close(self) -> None:
        """End the connection."""
        self._transport.close()


def _said(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or "it ended the connection"
    return shown(text.splitlines()[0][:200].rstrip(".").lower())
