"""A system of ours in memory: what the folder connector promises, for tests and for trying things out."""

from __future__ import annotations

from gateway.ports import OurDocument, Posting


class MemoryConnector:
    """Keeps what is posted; `wanted` is what it wants sent."""

    def __init__(self, name: str, *, production: bool = False) -> None:
        self.name = name
        self.production = production
        self.posted: dict[str, Posting] = {}
        """What was posted, by effect key, in order."""
        self.wanted: list[OurDocument] = []

    def find(self, effect_key: str) -> str | None:
        """The reference of what was posted under the key."""
        return self._reference(effect_key) if effect_key in self.posted else None

    def create(self, posting: Posting) -> str:
        """Keep it, unless something stands under its key already."""
        self.posted.setdefault(posting.effect_key, posting)
        return self._reference(posting.effect_key)

    def read(self, after: str | None, limit: int = 100) -> list[OurDocument]:
        """What it wants sent, after a cursor."""
        cursors = [document.cursor for document in self.wanted]
        start = cursors.index(after) + 1 if after in cursors else 0
        return self.wanted[start : start + limit]

    def _reference(self, effect_key: str) -> str:
        return f"{self.name}-{list(self.posted).index(effect_key) + 1}"
