"""Who is calling: keys and signatures of partners and of our own systems, read from the profiles and kept only as hashes."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from gateway.ports import Unavailable
from gateway.profiles.api import SCOPES, ApiIn, ApiKey
from gateway.profiles.catalog import Catalog, Channel
from gateway.web.signatures import secret_bytes

AGAIN = 15.0
"""Seconds after which secrets are read again, so that a changed file counts without a restart."""
SHORTEST = 20
"""Characters of the shortest key that is taken."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from, and what it may do."""

    name: str
    """The partner or connection; `us` for a system of ours."""
    key: str
    """The name of the key, or `signature`."""
    scopes: frozenset[str]
    largest: int
    rate: tuple[int, int]
    concurrent: int
    channel: Channel | None = None
    """The channel by which his files come; None for a system of ours."""
    signatures: tuple[bytes, ...] = field(default=(), repr=False)
    signed: bool = False

    @property
    def partner(self) -> str | None:
        """The partner; None for us and for a mailbox of several."""
        return self.channel.partner if self.channel is not None else None

    @property
    def ours(self) -> bool:
        """Whether it is a system of ours."""
        return self.channel is None


@dataclass(frozen=True, slots=True)
class _Ring:
    catalog: Catalog
    read_at: float
    by_hash: dict[bytes, Caller]
    signers: dict[str, Caller]


class KeyRing:
    """The callers of today's profiles."""

    def __init__(self, catalog: Callable[[], Catalog], secret: Callable[[str], str], tell: Callable[..., object]) -> None:
        self._catalog = catalog
        self._secret = secret
        self._tell = tell
        self._lock = threading.Lock()
        self._ring: _Ring | None = None
        self._told: set[str] = set()

    def by_key(self, key: str) -> Caller | None:
        """Whose key it is. Looked up by its hash, so that no time taken says how near a guess was."""
        digest = hashlib.sha256(key.encode()).digest()
        for known, caller in self._today().by_hash.items():
            if hmac.compare_digest(known, digest):
                return caller
        return None

    def signer(self, name: str) -> Caller | None:
        """The partner or connection of a name, if he signs what he sends."""
        return self._today().signers.get(name)

    def _today(self) -> _Ring:
        catalog = self._catalog()
        with self._lock:
            ring, now = self._ring, time.monotonic()
            if ring is None or ring.catalog is not catalog or now - ring.read_at > AGAIN:
                self._ring = ring = self._read(catalog, now)
            return ring

    def _read(self, catalog: Catalog, now: float) -> _Ring:
        found: dict[bytes, Caller] = {}
        twice: set[bytes] = set()
        signers: dict[str, Caller] = {}
        for caller, keys, signatures in _declared(catalog):
            secrets = tuple(self._signatures(caller.name, signatures))
            if secrets:
                signers[caller.name] = replace(caller, key="signature", scopes=frozenset(("send",)), signatures=secrets)
            for key in keys:
                digest = self._digest(caller.name, key)
                if digest is None:
                    continue
                twice |= {digest} & found.keys()
                found[digest] = replace(caller, key=key.id, scopes=frozenset(key.scopes), signatures=secrets)
        for digest in twice:
            self._say(f"two keys are the same, one of them {found[digest].name} {found[digest].key}; neither is taken")
            del found[digest]
        return _Ring(catalog, now, found, signers)

    def _digest(self, owner: str, key: ApiKey) -> bytes | None:
        try:
            secret = self._secret(key.secret)
        except Unavailable as error:
            self._say(f"{owner} {key.id}: {error}")
            return None
        if len(secret) < SHORTEST:
            self._say(f"{owner} {key.id}: the key has fewer than {SHORTEST} characters; it is not taken")
            return None
        return hashlib.sha256(secret.encode()).digest()

    def _signatures(self, owner: str, references: list[str]) -> Iterator[bytes]:
        for reference in references:
            try:
                yield secret_bytes(self._secret(reference))
            except Unavailable as error:
                self._say(f"{owner}: {error}")
            except ValueError:
                self._say(f"{owner}: what {reference} leads to is no secret for signatures (whsec_ and base64 of at least 16 bytes)")

    def _say(self, why: str) -> None:
        if why not in self._told:
            self._told.add(why)
            self._tell("warning", "api-key-unusable", why=why)


def _declared(catalog: Catalog) -> Iterator[tuple[Caller, list[ApiKey], list[str]]]:
    for channel in catalog.channels("in"):
        if channel.kind == "api":
            api = ApiIn.model_validate(dict(channel.settings))
            caller = Caller(channel.owner, "", frozenset(), api.largest, api.rate, api.concurrent, channel, signed=api.signed)
            yield caller, api.keys, api.signatures
    us = catalog.us.api if catalog.us is not None else None
    if us is not None:
        yield Caller("us", "", frozenset(SCOPES), us.largest, us.rate, us.concurrent), us.keys, []
