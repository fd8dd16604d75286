"""The connections to one server: a few, used again, and none tried while the server is known not to answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.ports import Unavailable
from gateway.transports.sftp.login import Login, NotLetIn, Secrets, Untrusted, connect
from gateway.transports.sftp.wire import Lost, Refusal, Session

IDLE = 15.0
"""Seconds that a connection nobody uses stays open."""
QUIET = 5.0
"""Seconds of idleness after which a connection is asked whether it still lives."""
FIRST, LONGEST = 5.0, 900.0
"""The shortest and the longest pause after failures."""


class Server:
    """One server and one user there, for every channel that leads to it; safe from any thread.

    A session serves one thread at a time. After failures in a row nothing is tried for a while (5 s, doubled up to 15
    minutes): whoever comes in that time is told at once, so that no queue waits for a server that hangs.
    """

    def __init__(
        self,
        login: Login,
        secrets: Secrets,
        connections: int = 2,
        timer: Callable[[], float] = time.monotonic,
        dial: Callable[[Login, Secrets], Session] = connect,
    ) -> None:
        self.login = login
        self.connections = max(1, connections)
        self._secrets = secrets
        self._timer = timer
        self._dial = dial
        self._free = threading.BoundedSemaphore(max(1, connections))
        self._lock = threading.Lock()
        self._idle: list[tuple[float, Session]] = []
        self._reaper: threading.Timer | None = None
        self._failures = 0
        self._until = 0.0
        self._last = ""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of one's own for a while. Raises Unavailable; what the block loses (Lost) counts as a failure and passes."""
        self._not_in_pause()
        if not self._free.acquire(timeout=self.login.patience):
            raise Unavailable(f"all our connections to {self.login.place} are busy", retry_after=FIRST)
        try:
            session = self._living() or self._new()
            try:
                yield session
            except Lost as lost:
                self._failed(str(lost))
                raise
            finally:
                self._give_back(session)
        finally:
            self._free.release()

    def worked(self) -> None:
        """It did what it should for a while, although its connection was lost in the end: no pause is due."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def close(self) -> None:
        """Let go of every connection that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
            reaper, self._reaper = self._reaper, None
        if reaper is not None:
            reaper.cancel()
        for _, session in idle:
            session.close()

    def _not_in_pause(self) -> None:
        with self._lock:
            left = self._until - self._timer()
            if left > 0:
                raise Unavailable(f"{self.login.place} is left alone for another {left:.0f} seconds: {self._last}", retry_after=left)

    def _living(self) -> Session | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                since, session = self._idle.pop()
            if session.broken:
                continue
            if self._timer() - since < QUIET:
                return session
            try:
                session.where()
            except (Lost, Refusal):
                session.close()
                continue
            return session

    def _new(self) -> Session:
        try:
            session = self._dial(self.login, self._secrets)
        except Unavailable as error:
            self._failed(str(error), error.retry_after if isinstance(error, NotLetIn | Untrusted) else None)
            raise
        return session

    def _give_back(self, session: Session) -> None:
        if session.broken:
            return
        with self._lock:
            self._failures, self._until = 0, 0.0
            self._idle.append((self._timer(), session))
            if self._reaper is None:
                self._reap_later()

    def _reap_later(self) -> None:
        self._reaper = threading.Timer(IDLE, self._reap)
        self._reaper.daemon = True
        self._reaper.start()

    def _reap(self) -> None:
        with self._lock:
            before = self._timer() - IDLE
            old = [session for since, session in self._idle if since <= before]
            self._idle = [(since, session) for since, session in self._idle if since > before]
            self._reaper = None
            if self._idle:
                self._reap_later()
        for session in old:
            session.close()

    def _failed(self, why: str, pause: float | None = None) -> None:
        with self._lock:
            self._failures += 1
            # the first failure may be an accident: whoever asks next may try
            wait = 0.0 if self._failures == 1 else min(LONGEST, FIRST * 2.0 ** min(self._failures - 2, 20))
            self._until = self._timer() + max(wait, pause or 0.0)
            self._last = why
