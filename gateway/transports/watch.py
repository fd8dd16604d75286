"""Watching folders: what the system tells of them wakes the scan early; it decides nothing, and may be missing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gateway.edi.naming import temporary
from gateway.transports.folder import FolderInbox, Hint

if TYPE_CHECKING:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

_Place = tuple[int, int]
"""Device and number of a folder: another one under its path is another place."""


class Watch:
    """Watches the folders of inboxes and calls `wake(channel)` when something happens in one, from a thread of its own."""

    def __init__(self, wake: Callable[[str], None]) -> None:
        self._wake = wake
        self._observer: BaseObserver | None = None
        self._watched: dict[tuple[int, _Place], tuple[FolderInbox, ObservedWatch]] = {}

    def follow(self, inboxes: Iterable[FolderInbox]) -> list[str]:
        """Watch exactly the folders of these from now on, as they stand now.

        Says the channels that cannot be watched (no such folder, no watches left), which the scan serves alone.
        """
        from watchdog.observers import Observer

        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        missing = []
        wanted: dict[tuple[int, _Place], FolderInbox] = {}
        for inbox in inboxes:
            try:
                there = os.stat(inbox.folder)
                wanted[id(inbox), (there.st_dev, there.st_ino)] = inbox
            except OSError:
                missing.append(inbox.channel)
        for key in self._watched.keys() - wanted.keys():
            _, watched = self._watched.pop(key)
            with contextlib.suppress(OSError, KeyError):  # the folder is gone already
                self._observer.unschedule(watched)
        for key, inbox in wanted.items():
            if key not in self._watched:
                try:
                    watched = self._observer.schedule(_listener(self, inbox), os.fspath(inbox.folder), recursive=False)
                    self._watched[key] = inbox, watched  # held, so that its id is no other's
                except OSError:
                    missing.append(inbox.channel)
        return missing

    def heard(self, inbox: FolderInbox, kind: str, source: bytes, target: bytes) -> None:
        """One event, as watchdog names them; temporary names and mere reading wake nobody."""
        moved = kind == "moved" and bool(target)
        name = os.path.basename(target if moved else source)
        if temporary(name) or kind not in {"created", "moved", "closed", "modified"}:
            return
        if moved and temporary(os.path.basename(source)):
            inbox.hint(name, "renamed")
        elif not moved and kind != "created":
            inbox.hint(name, _hint(kind))
        self._wake(inbox.channel)

    def stop(self) -> None:
        """End; the thread is gone when this returns."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(10)
            self._observer = None
            self._watched = {}


def _listener(watch: Watch, inbox: FolderInbox) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Listener(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if not event.is_directory:
                watch.heard(inbox, event.event_type, os.fsencode(event.src_path), os.fsencode(event.dest_path))

    return Listener()


def _hint(kind: str) -> Hint:
    return "closed" if kind == "closed" else "changed"
