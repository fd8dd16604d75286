"""What a system of ours wants sent, as an inbox: documents after a cursor, each taken once, the cursor moved when it is recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

from gateway.ports import Connector, NotReady, Offered, OurDocument, Receipt

LOT = 100
"""Documents asked for at once."""


class Cursors(Protocol):
    """Up to where the documents of our own systems were taken."""

    def cursor(self, channel: str) -> str | None:
        """Where to go on; None at the beginning."""

    def advance(self, channel: str, cursor: str) -> None:
        """Everything up to here is recorded."""


class Wanted:
    """Staging rows and interfaces that are asked; folders are taken as partners' folders are.

    A kill between recording a document and moving the cursor takes it again, as the same arrival. The cursor never passes a
    document that is not recorded.
    """

    def __init__(self, channel: str, connector: Connector, cursors: Cursors, every: timedelta | None = None) -> None:
        self.channel = channel
        self.every = every
        self.more = False
        """Whether there may be more than the last look offered."""
        self._connector = connector
        self._cursors = cursors
        self._open: list[str] = []
        """Cursors of what was offered, in order, as far as it is not recorded."""
        self._done: set[str] = set()

    def list(self) -> list[Offered]:
        """What it wants sent now, in its order."""
        found = self._connector.read(self._cursors.cursor(self.channel), LOT)
        self.more = len(found) == LOT
        self._open, self._done = [one.cursor for one in found], set()
        return [
            Offered(self.channel, f"{one.document_type or 'document'} {one.cursor}", _identity(one), len(one.content), one) for one in found
        ]

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The document."""
        if not isinstance(offered.handle, OurDocument):
            raise NotReady(f"{offered.name} was not offered by this system")
        yield offered.handle.content

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """It is recorded: the cursor moves up to the first that is not."""
        del receipt
        assert isinstance(offered.handle, OurDocument)
        self._done.add(offered.handle.cursor)
        last = None
        while self._open and self._open[0] in self._done:
            last = self._open.pop(0)
        if last is not None:
            self._cursors.advance(self.channel, last)


def _identity(one: OurDocument) -> str:
    return f"{one.cursor};{hashlib.sha256(one.content).hexdigest()[:16]}"
