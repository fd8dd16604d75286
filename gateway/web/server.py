"""Serves the API: uvicorn with bounds on connections, on the heads of requests, and on how slowly they may come."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.settings import ApiSettings
from gateway.web.problems import Problem

HEAD = 32 * 1024
"""Bytes of the longest head of a request, and of the longest line of a chunk."""
KEEP_ALIVE = 15
"""Seconds that a connection may stand idle between two requests."""
LINGER = 2.0
"""Seconds in which what still comes is thrown away before a connection is closed."""
DRAIN = 8
"""Seconds that requests under way have to end when the server is told to stop."""


class Bounded(H11Protocol):
    """One connection: it is let go of where the head of a request does not come, and where others wait for a place."""

    most = 500
    patience = 20.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection; where there are too many, the one longest idle gives way."""
        super().connection_made(transport)
        self.idle_since = time.monotonic()
        self._late: asyncio.TimerHandle | None = None
        self._over = False
        self._expect_head()
        if len(self.connections) > self.most:
            idle = [
                one
                for one in self.connections
                if isinstance(one, Bounded) and one is not self and one.idle and not one.transport.is_closing()
            ]
            (min(idle, key=lambda one: one.idle_since) if idle else self).let_go()

    @property
    def idle(self) -> bool:
        """Whether no request is under way."""
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or bool(cycle.response_complete)

    def data_received(self, data: bytes) -> None:
        """What came; a head must be whole within its time, however many pieces it comes in."""
        if self._over:
            return
        super().data_received(data)
        if self.idle:
            self._expect_head()
        else:
            self._in_time()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Nothing more comes: a body that is not whole was cut; what is whole is answered all the same."""
        if self._over or self.idle:
            return False
        if self.cycle.more_body:
            self.conn.receive_data(b"")
            self.handle_events()
        self.cycle.keep_alive = False
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._in_time()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """One request is done; the next may come, unless the body of this one was refused while it came."""
        self.idle_since = time.monotonic()
        unread = self.cycle.more_body
        super().on_response_complete()
        if unread:
            self._end()
        elif self.idle and self.conn.trailing_data[0]:
            self._expect_head()

    def let_go(self) -> None:
        """Close it now: others wait for its place, and nothing is on its way from there."""
        self._refuse(Problem("busy", headers={"retry-after": "1"}))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP; where an answer was begun, it ends there."""
        if self.idle or not self.cycle.response_started:
            self._refuse(Problem("request-malformed", why=str(sys.exc_info()[1] or msg)))
        else:
            self._end()

    def _expect_head(self) -> None:
        if self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(self.patience, self._head_too_slow)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _head_too_slow(self) -> None:
        self._late = None
        if self.idle and not self._over:
            self._refuse(Problem("body-too-slow", why=f"no whole request within {self.patience:g} seconds"))

    def _refuse(self, problem: Problem) -> None:
        """An answer of the connection's own, written as it is, and the end."""
        body = problem.body("none")
        head = {**problem.head(), "content-length": str(len(body)), "connection": "close"}
        lines = [f"HTTP/1.1 {problem.status} {problem.content('')['title']}", *(f"{name}: {value}" for name, value in head.items())]
        if not self._over and not self.transport.is_closing():
            self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body)
            self._end()

    def _end(self) -> None:
        """Nothing more is said or listened to; closed a little later, for a sender who still sends would lose our answer."""
        if self._over or self.transport.is_closing():
            return
        self._over = True
        self._in_time()
        self._unset_keepalive_if_required()
        self.transport.resume_reading()
        self.transport.write_eof()
        if not self.idle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.loop.call_later(LINGER, self.transport.close)


def server(app: Any, api: ApiSettings, host: str, port: int) -> uvicorn.Server:
    """A server ready to run; it listens at port 0 at one of the machine's own choice."""
    bounded = type("BoundedBySettings", (Bounded,), {"most": api.connections, "patience": float(api.patience)})
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=bounded,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEAD,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=DRAIN,
        backlog=256,
    )
    return uvicorn.Server(config)


def listening(running: uvicorn.Server) -> tuple[str, int]:
    """Where a started server listens."""
    host, port = running.servers[0].sockets[0].getsockname()[:2]
    return str(host), int(port)
