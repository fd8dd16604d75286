"""The partner's side in memory: the twins of the folders, for tests and for trying things out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.edi.shown import shown
from gateway.ports import NotReady, Offered, Receipt, Refused

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Dropped:
    content: bytes
    number: int


class MemoryInbox:
    """An inbox one can drop into."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.settled: list[tuple[str, bytes]] = []
        """Names and bytes of what was taken and settled, in order."""
        self._waiting: dict[str, _Dropped] = {}
        self._count = 0

    def drop(self, name: str, content: bytes) -> None:
        """A partner puts a file, in place of one that had the name."""
        self._count += 1
        self._waiting[name] = _Dropped(content, self._count)

    def list(self) -> list[Offered]:
        """Everything that waits, in the order it came."""
        waiting = sorted(self._waiting.items(), key=lambda item: item[1].number)
        return [Offered(self.channel, shown(name), f"{name!r};{it.number}", len(it.content), name) for name, it in waiting]

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes in chunks; NotReady where something else has the name now, also while they were read."""
        content = self._same(offered)
        if content is None:
            raise NotReady(f"{offered.name} has changed since it was offered")
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]
        if self._same(offered) is None:
            raise NotReady(f"{offered.name} changed while it was read")

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Forget it, unless something else has the name by now."""
        content = self._same(offered)
        if content is not None:
            del self._waiting[str(offered.handle)]
            self.settled.append((offered.name, content))

    def _same(self, offered: Offered) -> bytes | None:
        there = self._waiting.get(str(offered.handle))
        return there.content if there is not None and offered.identity == f"{offered.handle!r};{there.number}" else None


class MemoryOutbox:
    """An outbox one can look into."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.files: dict[str, bytes] = {}

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Keep it; Refused where other bytes have the name."""
        content = b"".join(chunks)
        if self.files.setdefault(name, content) != content:
            raise Refused(f"{shown(name)} in channel {self.channel} is taken by other bytes; nothing was overwritten")
        return name
