"""Watching folders: what the system tells of them wakes the scan early; it decides nothing, and may be missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gateway.edi.naming import temporary
from gateway.transports.folder import FolderInbox, Hint

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver


class Watch:
    """Watches the folders of inboxes and calls `wake(channel)` when something happens in one, from a thread of its own."""

    def __init__(self, inboxes: Iterable[FolderInbox], wake: Callable[[str], None]) -> None:
        self._inboxes = list(inboxes)
        self._wake = wake
        self._observer: BaseObserver | None = None

    def start(self) -> list[str]:
        """Begin; says the channels that could not be watched (no such folder, no watches left), which the scan serves alone."""
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        watch = self

        class Listener(FileSystemEventHandler):
            def __init__(self, inbox: FolderInbox) -> None:
                self._inbox = inbox

            def on_any_event(self, event: FileSystemEvent) -> None:
                if not event.is_directory:
                    watch.heard(self._inbox, event.event_type, os.fsencode(event.src_path), os.fsencode(event.dest_path))

        self._observer = Observer()
        self._observer.start()
        missing = []
        for inbox in self._inboxes:
            try:
                self._observer.schedule(Listener(inbox), os.fspath(inbox.folder), recursive=False)
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


def _hint(kind: str) -> Hint:
    return "closed" if kind == "closed" else "changed"
