"""Who we are at an interface: the headers of a call, made from secrets by reference; tokens are fetched, kept and renewed."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from urllib.parse import quote_plus, urlencode

from gateway.calling import Caller, Lost
from gateway.connectors.reading_answers import as_json, at
from gateway.ports import Unavailable
from gateway.profiles.destination import Auth, ClientCredentials

_EARLIER = 30.0
"""Seconds before its end that a token is no longer used."""


class Credentials:
    """The login of one connection, shared by its threads; secrets are read when they are needed, so that they can be changed."""

    def __init__(
        self, auth: Auth | None, secrets: Callable[[str], str], caller: Caller, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._auth = auth
        self._secrets = secrets
        self._caller = caller
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._good_until = 0.0

    def headers(self) -> list[tuple[str, str]]:
        """What says who we are. Raises Unavailable where a secret or a token cannot be had."""
        auth = self._auth
        if auth is None:
            return []
        if auth.bearer is not None:
            return [("authorization", f"Bearer {self._sendable(auth.bearer)}")]
        if auth.api_key is not None:
            return [(auth.api_key.header.lower(), self._sendable(auth.api_key.key))]
        if auth.basic is not None:
            return [("authorization", _basic(auth.basic.user, self._secrets(auth.basic.password)))]
        assert auth.oauth2 is not None
        with self._lock:
            if self._token is None or self._clock() >= self._good_until:
                self._token = self._fetched(auth.oauth2)
            return [("authorization", f"Bearer {self._token}")]

    def renewed(self) -> bool:
        """Forget the kept token after a 401; False where there is none to renew."""
        with self._lock:
            had, self._token = self._token is not None, None
            return had

    def _fetched(self, how: ClientCredentials) -> str:
        """A token (RFC 6749, 4.4.2). What is wrong with the login is Unavailable: a person mends it, and then all goes on."""
        form = {"grant_type": "client_credentials"} | ({"scope": how.scope} if how.scope else {})
        headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json"), ("accept-encoding", "identity")]
        secret = self._secrets(how.client_secret)
        if how.send == "body":
            form |= {"client_id": how.client_id, "client_secret": secret}
        else:  # RFC 6749, 2.3.1: both are form-encoded before they are joined
            headers.append(("authorization", _basic(quote_plus(how.client_id), quote_plus(secret))))
        try:
            answer = self._caller.call("POST", how.token_url, headers, urlencode(form).encode())
        except Lost as error:
            raise Unavailable(f"the server of tokens {error}") from error
        told = as_json(answer)
        token, seconds = at(told, "access_token"), at(told, "expires_in")
        if answer.status != 200 or not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
            problem = at(told, "error")
            why = f": {problem[:60]}" if isinstance(problem, str) and problem.isprintable() else ""
            raise Unavailable(f"the server of tokens gave none: status {answer.status}{why}", answer.retry_after())
        lasts = float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 300.0
        self._good_until = self._clock() + max(lasts - _EARLIER, 0.0)
        return token

    def _sendable(self, reference: str) -> str:
        secret = self._secrets(reference)
        if not (secret.isascii() and secret.isprintable() and secret):
            raise Unavailable(f"the secret at {reference} holds what no header can")
        return secret


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
