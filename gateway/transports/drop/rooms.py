"""The folders of a partner's drop: `in` is read like any drop folder, `out` is his to collect, `test` is only looked at."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.edi.finding import Location
from gateway.edi.shown import shown
from gateway.ports import Offered, Unavailable
from gateway.transports.codes import CODES
from gateway.transports.folder import FolderInbox, FolderOutbox
from gateway.transports.pickup import pickup

ROOMS = ("in", "out", "test")
BROKEN = b".broken-"
"""What is kept of an upload that broke off, for people to see; the next upload of the name takes its place."""
KEPT = 7 * 86400.0
"""Seconds for which it is kept."""
MOST = 1000
"""Remarks of one look."""
TRIED_AFTER = 20.0
"""Seconds after which a file that does not end is looked at all the same."""
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


class DropInbox(FolderInbox):
    """The folder `in` of a drop: a drop folder in which uploads that broke off are told too."""

    def list(self) -> list[Offered]:
        """What may be taken now; what may not, and what broke off, is in `remarks`."""
        offers = super().list()
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                name = os.fsencode(entry.name)
                if name.startswith(BROKEN) and len(self.remarks) < MOST:
                    with contextlib.suppress(FileNotFoundError):
                        self._tell_broken(entry, name.removeprefix(BROKEN))
        return offers

    def _tell_broken(self, entry: os.DirEntry[str], name: bytes) -> None:
        there = entry.stat(follow_symlinks=False)
        if time.time() - there.st_mtime > KEPT:
            os.unlink(entry.path)
            return
        said = shown(os.fsdecode(name))
        self.remarks.append(CODES["drop-broke-off"].finding(Location(file=said), said, None, size=there.st_size))


def drop_inbox(channel: str, rooms: Rooms, settings: Mapping[str, Any]) -> DropInbox:
    """What the partner sends: taken away as soon as it is ours, for it counts against his quota."""
    rooms.make()
    largest = settings.get("largest") or settings.get("quota")
    return DropInbox(channel, rooms.room("in"), replace(pickup(settings), then="delete", largest=largest))


def trial_inbox(channel: str, rooms: Rooms, settings: Mapping[str, Any]) -> FolderInbox:
    """What the partner only wants to have looked at: it stays where it is."""
    rooms.make()
    return FolderInbox(channel, rooms.room("test"), replace(pickup(settings), marker=None, pattern="*", partial_after=TRIED_AFTER))


def drop_outbox(channel: str, rooms: Rooms) -> FolderOutbox:
    """What the partner collects."""
    rooms.make()
    return FolderOutbox(channel, rooms.room("out"), COLLECTED)
