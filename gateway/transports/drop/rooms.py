"""The folders of a partner's drop: `in` is read like any drop folder, `out` is his to collect, `test` is only looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.ports import Unavailable
from gateway.transports.folder import FolderInbox, FolderOutbox
from gateway.transports.pickup import pickup

ROOMS = ("in", "out", "test")
COLLECTED = 0o644
"""A partner collects as another user of the machine: he may read what stands in a folder that only he and we can enter."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where a drop stands: `root` is what its partner sees as /."""

    root: Path

    def room(self, name: str) -> Path:
        """One of its folders."""
        assert name in ROOMS
        return self.root / name

    def make(self) -> None:
        """Make what is missing of it; what an administrator made stays as it is. Raises Unavailable."""
        try:
            for name in ROOMS:
                (self.root / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the drop {self.root.name} cannot be made: {(error.strerror or 'failed').lower()}") from error


def drop_inbox(channel: str, rooms: Rooms, settings: Mapping[str, Any]) -> FolderInbox:
    """What the partner sends: taken away as soon as it is ours, for it counts against his quota."""
    rooms.make()
    largest = settings.get("largest") or settings.get("quota")
    return FolderInbox(channel, rooms.room("in"), replace(pickup(settings), then="delete", largest=largest))


def drop_outbox(channel: str, rooms: Rooms) -> FolderOutbox:
    """What the partner collects."""
    rooms.make()
    return FolderOutbox(channel, rooms.room("out"), COLLECTED)
