"""OpenPGP around a channel, where a partner wants it: what comes is decrypted, what goes is encrypted and signed.

Streams go through files of their own, so that a large file needs no memory; the keys are read when they are needed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway import durable
from gateway.edi.finding import Finding, Location
from gateway.edi.naming import safe
from gateway.ports import NotReady, Offered, Outbox, Unavailable
from gateway.transports.codes import CODES
from gateway.transports.unsealing import Unsealing, unsealed

MISSING = "PGP needs pysequoia, which is not installed; `pip install 'edi-gateway[pgp]'` brings it"
AGAIN = 600.0
"""Seconds between tries of a file that could not be decrypted."""
KEPT = 90 * 86400.0
"""Seconds for which an encrypted file is kept, to be the same if it is put again."""
SUFFIX = ".pgp"
SMALL, RATIO = 100_000_000, 50
"""What is decrypted may have so many bytes, or so many times those that came, where the channel does not say `largest`."""
_ENCRYPTED = re.compile(r"\.(?:pgp|gpg|asc)$", re.IGNORECASE)

Secrets = Callable[[str], str]


class Undecipherable(NotReady):
    """It cannot be decrypted, or not everything that was agreed is right with it; the sentence says what."""


class PgpInbox:
    """An inbox whose files are encrypted. What cannot be decrypted stays with the partner and is told."""

    def __init__(
        self,
        inner: Any,
        terms: Mapping[str, Any],
        secrets: Secrets,
        largest: int | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inner = inner
        self._largest = largest
        self.channel: str = inner.channel
        self._terms = terms
        self._secrets = secrets
        self._timer = timer
        self._failed: dict[str, tuple[float, Offered, str]] = {}

    def __getattr__(self, name: str) -> Any:
        """Its rhythm, and how it settles, are those of the inbox inside."""
        return getattr(self.inner, name)

    @property
    def room(self) -> int:
        """How many files the next look may offer."""
        return int(self.inner.room)

    @room.setter
    def room(self, many: int) -> None:
        self.inner.room = many

    @property
    def remarks(self) -> list[Finding]:
        """What the last look saw and did not take, and what could not be decrypted."""
        told = [
            CODES["pgp-not-decrypted"].finding(Location(file=offered.name), offered.name, None, problem=why)
            for _, offered, why in self._failed.values()
        ]
        return [*self.inner.remarks, *told]

    def list(self) -> list[Offered]:
        """What may be taken, called as it was before it was encrypted; what could not be decrypted a short while ago waits."""
        offers = self.inner.list()
        there = {offered.identity for offered in offers}
        self._failed = {identity: it for identity, it in self._failed.items() if identity in there}
        now = self._timer()
        due = [offered for offered in offers if offered.identity not in self._failed or self._failed[offered.identity][0] <= now]
        return [replace(offered, name=_ENCRYPTED.sub("", offered.name) or offered.name) for offered in due]

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes as they were before they were encrypted; NotReady where they cannot be had."""
        if offered.copy:
            yield from self.inner.take(offered)
            return
        with TemporaryDirectory(prefix="gateway-pgp-") as folder:
            came, plain = Path(folder) / "came", Path(folder) / "plain"
            _write(came, self.inner.take(offered))
            try:
                _decrypt(came, plain, self._largest or max(SMALL, RATIO * came.stat().st_size), self._terms, self._secrets)
            except Undecipherable as error:
                self._failed[offered.identity] = (self._timer() + AGAIN, offered, str(error))
                raise Undecipherable(f"{offered.name}: {error}") from error
            self._failed.pop(offered.identity, None)
            with plain.open("rb") as file:
                while piece := file.read(durable.CHUNK):
                    yield piece

    def settle(self, offered: Offered, receipt: Any) -> None:
        """As the inbox inside does."""
        self.inner.settle(offered, receipt)


class PgpOutbox:
    """An outbox whose files are encrypted, and signed where that is agreed; the same file again is the same bytes."""

    def __init__(self, inner: Outbox, terms: Mapping[str, Any], secrets: Secrets, kept: Path) -> None:
        self.channel = inner.channel
        self._inner = inner
        self._terms = terms
        self._secrets = secrets
        self._kept = kept

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Put it; says the name it has there. Raises what the outbox inside raises."""
        with TemporaryDirectory(prefix="gateway-pgp-") as folder:
            plain, sealed = Path(folder) / "plain", Path(folder) / "sealed"
            digest = _write(plain, chunks)
            kept = f"{safe(name)[:100]}-{digest[:32]}{SUFFIX}"
            try:
                with durable.opened(self._kept, create=True) as place:
                    # encrypted anew it would be other bytes, and nobody could say whether it is there already
                    if not durable.exists(kept, place):
                        _forget_old(self._kept)
                        _encrypt(plain, sealed, self._terms, self._secrets)
                        with sealed.open("rb") as file:
                            durable.write_new(place, kept, iter(lambda: file.read(durable.CHUNK), b""))
            except OSError as error:
                raise Unavailable(f"{name} could not be encrypted: {(error.strerror or 'failed').lower()}") from error
        with (self._kept / kept).open("rb") as file:
            return self._inner.put(name + SUFFIX, iter(lambda: file.read(durable.CHUNK), b""))


def _decrypt(came: Path, plain: Path, largest: int, terms: Mapping[str, Any], secrets: Secrets) -> None:
    if importlib.util.find_spec("pysequoia") is None:
        raise Unavailable(MISSING)
    passphrase = secrets(terms["passphrase"]) if terms.get("passphrase") else None
    signer = secrets(f"file:{terms['signed_by']}") if terms.get("signed_by") else None
    done = unsealed(Unsealing(str(came), str(plain), largest, secrets(terms["decrypt_with"]), passphrase, signer))
    if done.wrong == "keys":
        raise Unavailable(f"a PGP key of the profile cannot be used: {_said(done.why)}", retry_after=AGAIN)
    if done.wrong:
        raise Undecipherable(f"it cannot be decrypted: {_said(done.why)}")
    if signer is not None and not done.signed:
        raise Undecipherable("it is not signed by the key that was agreed")


def _encrypt(plain: Path, sealed: Path, terms: Mapping[str, Any], secrets: Secrets) -> None:
    with _pgp() as pgp:
        theirs = pgp.Cert.from_bytes(secrets(f"file:{terms['encrypt_to']}").encode())
        passphrase = secrets(terms["passphrase"]) if terms.get("passphrase") else None
        signer = pgp.Tsk.from_bytes(secrets(terms["sign_with"]).encode()).signer(passphrase) if terms.get("sign_with") else None
        sealed.touch(mode=0o600)
        pgp.encrypt_file(str(plain), str(sealed), recipients=[theirs], signer=signer, armor=bool(terms.get("armor", False)))


@contextmanager
def _pgp() -> Iterator[Any]:
    """The library; what is wrong with a key of ours is Unavailable, with its sentence and without the key."""
    try:
        import pysequoia
    except ImportError as error:
        raise Unavailable(MISSING) from error
    try:
        yield pysequoia
    except (Unavailable, OSError):
        raise
    except Exception as error:
        raise Unavailable(f"a PGP key of the profile cannot be used: {_said(str(error))}", retry_after=AGAIN) from error


def _write(file: Path, chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        for chunk in chunks:
            digest.update(chunk)
            opened.write(chunk)
    return digest.hexdigest()


def _forget_old(folder: Path) -> None:
    before = time.time() - KEPT
    for path in folder.glob(f"*{SUFFIX}"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _said(why: str) -> str:
    return why.strip().splitlines()[0][:200].rstrip(".").lower() if why.strip() else "the library does not say why"
