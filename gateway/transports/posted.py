"""An address of a partner's that we post to: one request a file, its name the key by which he knows it again."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gateway.calling import Answer, Caller, Lost, Pace
from gateway.edi.naming import safe
from gateway.edi.shown import shown
from gateway.ports import OutcomeUnknown, Refused, Unavailable

Secrets = Callable[[str], str]

CHUNK = 256 * 1024
IN_MEMORY = 1024 * 1024
"""Bytes of a file up to which it is kept in memory while it is posted."""
PATIENCE = 60.0
"""Seconds that a whole request may take where the profile does not say."""
NOT_LET_IN = 600.0
"""Seconds until a login that was refused is tried again."""
MOST_SAID = 10_000
"""Bytes that are read of what he says to a refusal."""
TYPES = {"edi": "application/edi-x12", "csv": "text/csv", "xml": "application/xml", "json": "application/json"}
LATER = (408, 425, 429, 500, 502, 503, 504)
"""Answers by which it may be taken another time; whether it was taken this time his key for it decides."""


class PostedOutbox:
    """Whole files only: a file that fails to be read is never posted. No redirect is followed.

    `Idempotency-Key` is made of the file's name, which has its control number: a server that keeps to it takes a file that
    is posted again after a lost answer once, and refuses other bytes under the same name.
    """

    def __init__(self, channel: str, settings: Mapping[str, Any], secrets: Secrets) -> None:
        self.channel = channel
        self._url = str(settings["url"])
        self._settings = settings
        self._secrets = secrets
        timeout = settings.get("timeout")
        self._caller = Caller(channel, Pace(deadline=timeout.total_seconds() if timeout is not None else PATIENCE))

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Post a file. Raises Unavailable, Refused or OutcomeUnknown."""
        if name != safe(name) or not name.strip("."):
            raise Refused(f"{shown(name)!r} cannot name a file in channel {self.channel}; expected letters, digits, dot, dash, underscore")
        headers = [
            ("content-type", TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")),
            ("content-disposition", f'attachment; filename="{name}"'),
            ("idempotency-key", name),
            ("user-agent", "edi-gateway"),
            *self._login(),
        ]
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as whole:
            for chunk in chunks:
                whole.write(chunk)
            headers.append(("content-length", str(whole.tell())))
            whole.seek(0)
            try:
                answer = self._caller.call("POST", self._url, headers, _pieces(whole))
            except Lost as error:
                raise OutcomeUnknown(f"whether {name} was taken by channel {self.channel} is not known: it {error}") from error
        return self._judged(name, answer)

    def close(self) -> None:
        """Let go of the connections."""
        self._caller.close()

    def _login(self) -> list[tuple[str, str]]:
        token, user = self._settings.get("token"), self._settings.get("user")
        if token is not None:
            return [("authorization", f"Bearer {self._secrets(token)}")]
        if user is None:
            return []
        password = self._secrets(self._settings["password"]) if self._settings.get("password") is not None else ""
        return [("authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())]

    def _judged(self, name: str, answer: Answer) -> str:
        status, said = answer.status, _said(answer)
        page = answer.headers.get("content-type", "").lower().startswith("text/html")
        if 200 <= status < 300 and not page:
            return name
        if status in (401, 403):
            raise Unavailable(f"{name} was not taken by channel {self.channel}: our login is refused ({status}){said}", NOT_LET_IN)
        if 200 <= status < 300:
            raise OutcomeUnknown(f"whether {name} was taken by channel {self.channel} is not known: it answered with a web page")
        if status in LATER:
            raise Unavailable(f"{name} was not taken by channel {self.channel} now: {status}{said}", answer.retry_after())
        if 300 <= status < 400:
            raise Refused(
                f"channel {self.channel} points elsewhere ({status}); ask the partner for his new address and write it down as url"
            )
        raise Refused(f"{name} was refused by channel {self.channel}: {status}{said}")


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _said(answer: Answer) -> str:
    """The beginning of what he says, where that is a text for people."""
    kind = answer.headers.get("content-type", "").lower()
    if not kind.startswith(("text/plain", "application/json", "application/problem+json")):
        return ""
    text = answer.body[:MOST_SAID].decode("utf-8", "replace")
    if kind.startswith("application/problem+json"):  # RFC 9457
        with contextlib.suppress(ValueError, AttributeError, RecursionError):
            text = str(json.loads(text).get("detail") or text)
    text = re.sub(r"\s+", " ", text).strip()[:200]
    return f": {shown(text)}" if text else ""
