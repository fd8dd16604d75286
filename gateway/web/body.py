"""The body of a request as chunks for a thread that is not the server's: bounded in size, in time, and in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.web.problems import Problem

CHUNK = 256 * 1024
Receive = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow a sender may be."""

    patience: float = 20.0
    """Seconds without a byte."""
    slowest: int = 1000
    """Bytes a second on the whole, once the patience is over."""


@dataclass(slots=True)
class Body:
    """One body; iterated once, by the thread that stores it. Raises Problem where it is too large, too slow or cut."""

    receive: Receive
    loop: asyncio.AbstractEventLoop
    largest: int
    pace: Pace
    length: int | None = None
    """Content-Length, where the sender said it."""
    size: int = 0
    """Bytes so far."""

    def __iter__(self) -> Iterator[bytes]:
        if self.length is not None and self.length > self.largest:
            raise Problem("body-too-large", largest=self.largest)
        more = True
        begun = time.monotonic()
        while more:
            piece, more = asyncio.run_coroutine_threadsafe(self._gather(begun), self.loop).result()
            for at in range(0, len(piece), CHUNK):  # the server's own pieces may be larger
                yield piece[at : at + CHUNK]

    async def _gather(self, begun: float) -> tuple[bytes, bool]:
        """Up to a chunk of what comes: each wait costs two changes of thread."""
        parts: list[bytes] = []
        gathered, more = 0, True
        while more and gathered < CHUNK:
            try:
                message = await asyncio.wait_for(self.receive(), self.pace.patience)
            except TimeoutError:
                raise Problem("body-too-slow", why=f"no byte for {self.pace.patience:g} seconds") from None
            if message["type"] != "http.request":
                raise Problem("body-cut", why="the connection was closed")
            piece: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            self.size += len(piece)
            gathered += len(piece)
            if self.size > self.largest:
                raise Problem("body-too-large", largest=self.largest)
            took = time.monotonic() - begun
            if more and took > self.pace.patience and self.size < took * self.pace.slowest:
                raise Problem("body-too-slow", why=f"fewer than {self.pace.slowest} bytes a second")
            parts.append(piece)
        return b"".join(parts), more
