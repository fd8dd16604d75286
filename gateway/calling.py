"""Calls a server over HTTP/1.1 within a deadline, a rate and a number of calls at once; says whether an answer came, or may have."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore2

from gateway.ports import Unavailable

LARGEST = 16 * 1024 * 1024
"""Bytes of an answer that are read."""
LONGEST_REST = 86_400.0
"""Seconds that a server may ask us to stay away; more is a mistake of its clock."""


class Lost(Exception):
    """The request may have arrived and no whole answer came; the sentence says what happened."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def retry_after(self) -> float | None:
        """Seconds that the server asks us to wait (RFC 9110, 10.2.3: a number or a date), at most a day."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdigit():
            return min(float(said[:9]), LONGEST_REST)
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            return None
        now = datetime.now(UTC)
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
        return min(max(seconds.total_seconds(), 0.0), LONGEST_REST)


@dataclass(frozen=True, slots=True)
class Pace:
    """What one connection may ask of a server."""

    at_once: int = 2
    per_minute: int | None = None
    deadline: float = 30.0
    connect: float = 10.0


class Caller:
    """One connection to a server, shared by every thread that posts there. `clock` and `pause` are given by tests."""

    def __init__(
        self,
        name: str,
        pace: Pace,
        authority: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._name = name
        self._pace = pace
        self._authority = authority
        self.clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(pace.at_once)
        self._next = 0.0
        self._rest_until = 0.0
        self._pool: httpcore2.ConnectionPool | None = None
        self._until = threading.local()

    def call(self, method: str, url: str, headers: Iterable[tuple[str, str]], content: bytes | Iterator[bytes] = b"") -> Answer:
        """The whole answer, whatever its status. Raises Unavailable where nothing was sent, Lost where that is not known."""
        self._turn()
        if not self._places.acquire(timeout=self._pace.deadline):
            raise Unavailable(f"{self._name} is busy: {self._pace.at_once} calls are under way, and none ended in time")
        try:
            return self._called(method, url, list(headers), content)
        finally:
            self._places.release()

    def rest(self, seconds: float) -> None:
        """Ask nothing more for a while, because the server said so."""
        with self._lock:
            self._rest_until = max(self._rest_until, self.clock() + seconds)

    def close(self) -> None:
        """Let go of the connections."""
        if self._pool is not None:
            self._pool.close()

    def _turn(self) -> None:
        """Wait until the rate allows another call, if that is soon."""
        with self._lock:
            now = self.clock()
            if self._rest_until > now:
                raise Unavailable(f"{self._name} asked us to wait", self._rest_until - now)
            if self._pace.per_minute is None:
                return
            turn = max(now, self._next)
            if turn - now > self._pace.deadline:
                raise Unavailable(f"{self._name} takes {self._pace.per_minute} calls a minute, and more are waiting", turn - now)
            self._next = turn + 60.0 / self._pace.per_minute
        if turn > now:
            self._pause(turn - now)

    def _called(self, method: str, url: str, headers: list[tuple[str, str]], content: bytes | Iterator[bytes]) -> Answer:
        self._until.at = time.monotonic() + self._pace.deadline
        deadline = self._pace.deadline
        timeout = {"connect": min(self._pace.connect, deadline), "pool": deadline, "read": deadline, "write": deadline}
        try:
            address = httpcore2.URL(url)
        except (ValueError, TypeError) as error:
            raise Unavailable(f"{self._name} cannot be reached: its address is none: {_why(error)}") from error
        try:
            pool = self._connections()
            with pool.stream(method, address, headers=headers, content=content, extensions={"timeout": timeout}) as response:
                body = bytearray()
                for piece in response.iter_stream():
                    body += piece
                    if len(body) > LARGEST:
                        raise Lost(f"answered with more than {LARGEST} bytes")
                said = {name.decode("ascii", "replace").lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(response.status, said, bytes(body))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout, httpcore2.UnsupportedProtocol) as error:
            raise Unavailable(f"{self._name} cannot be reached: {_why(error)}") from error
        except (httpcore2.TimeoutException, TimeoutError) as error:
            raise Lost(f"did not answer within {deadline:g} s") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise Lost(f"broke off: {_why(error)}") from error

    def _connections(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._pool is None:
                try:
                    context = ssl.create_default_context(cafile=self._authority)
                except OSError as error:
                    raise Unavailable(f"the certificate authority of {self._name} cannot be read: {_why(error)}") from error
                backend = _Bounded(lambda: float(self._until.at - time.monotonic()))
                # what the other side may have closed while idle is not used again
                self._pool = httpcore2.ConnectionPool(
                    ssl_context=context, max_connections=self._pace.at_once, keepalive_expiry=5.0, network_backend=backend
                )
            return self._pool


class _Bounded(httpcore2.NetworkBackend):
    """The network, with the time left of a whole call as the limit of each step: a server that drips bytes gains nothing."""

    def __init__(self, left: Callable[[], float]) -> None:
        self._left = left
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            stream = self._network.connect_tcp(host, port, timeout, local_address, socket_options)
        except (UnicodeError, OverflowError) as error:  # a host or a port that none can have
            raise httpcore2.ConnectError(str(error)) from error
        return _BoundedStream(stream, self._left)


class _BoundedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._bounded(httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._bounded(httpcore2.WriteTimeout))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _bounded(self, late: type[Exception]) -> float:
        left = self._left()
        if left <= 0:
            raise late
        return left


def _why(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
