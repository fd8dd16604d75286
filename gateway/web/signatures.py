"""Webhooks signed as Standard Webhooks says: HMAC-SHA256 over `id.timestamp.body`, checked while the body passes by.

The body is verified as it came, before anything reads it; it is never held as a whole.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

TOLERANCE = 300
"""Seconds by which the sender's clock may differ; an older request is a replay."""
MOST = 20
"""Signatures of one request that are looked at; a sender who changes his secret sends two."""
_ID = re.compile(r"[!-\-/-~]{1,255}")  # no dot: it separates what is signed, so an id with one could stand for another request
_TIME = re.compile(r"[0-9]{1,12}")


class WrongSignature(Exception):
    """Why a request is not taken as signed."""


def secret_bytes(text: str) -> bytes:
    """The key that a secret written as whsec_BASE64 (or BASE64 alone) stands for. Raises ValueError."""
    key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    if len(key) < 16:
        raise ValueError("a secret for signatures has at least 16 bytes")
    return key


class Signed:
    """One request's signature: takes the body in pieces, then says whether it is right."""

    def __init__(self, headers: Mapping[str, str], secrets: Sequence[bytes], now: float) -> None:
        """Raises WrongSignature where the headers alone say that it is not right."""
        missing = [name for name in ("webhook-id", "webhook-timestamp", "webhook-signature") if not headers.get(name)]
        if missing:
            raise WrongSignature(f"{missing[0]} is missing")
        self.id, said = headers["webhook-id"], headers["webhook-timestamp"]
        if not _ID.fullmatch(self.id):
            raise WrongSignature("webhook-id is not 1 to 255 visible characters without a dot")
        if not _TIME.fullmatch(said):
            raise WrongSignature("webhook-timestamp is not a number of seconds")
        if abs(now - int(said)) > TOLERANCE:
            raise WrongSignature(f"webhook-timestamp is more than {TOLERANCE} seconds from our clock")
        begun = f"{self.id}.{said}.".encode()
        self._sums = [hmac.new(secret, begun, hashlib.sha256) for secret in secrets]
        self._given = [given for part in headers["webhook-signature"].split()[:MOST] if (given := _decoded(part)) is not None]

    def update(self, piece: bytes) -> None:
        """The next piece of the body."""
        for one in self._sums:
            one.update(piece)

    def check(self) -> None:
        """Raises WrongSignature unless one of the signatures is right under one of the secrets."""
        right = [hmac.compare_digest(one.digest(), given) for one in self._sums for given in self._given]
        if not any(right):
            raise WrongSignature("no signature in webhook-signature fits the body and our secret")


def _decoded(part: str) -> bytes | None:
    version, _, text = part.partition(",")
    if version != "v1":
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
