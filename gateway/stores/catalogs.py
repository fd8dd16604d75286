"""Today's catalog: read again when a file of the library changed."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Protocol

from gateway.ports import Clock
from gateway.profiles.catalog import Catalog
from gateway.profiles.library import Library
from gateway.stores.library import KeptLibrary


class Watched(Library, Protocol):
    """A library that tells cheaply whether it changed."""

    def mark(self, prefix: str) -> Hashable:
        """What is another as soon as a text whose name begins so is changed, added or removed."""
        ...


class Catalogs:
    """The catalog of today, read again at most every other second and only when a file changed."""

    ROOMS = ("partner_profiles/", "connections/", "mappings/")
    AGAIN = timedelta(seconds=2)

    def __init__(self, library: Watched, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: datetime | None = None
        self._seen: tuple[Hashable, ...] = ()
        self._catalog: Catalog | None = None

    def forget(self) -> None:
        """The files are looked at anew the next time."""
        with self._lock:
            self._looked = None

    def current(self) -> Catalog:
        """One consistent snapshot: whoever holds it goes on with it."""
        with self._lock:
            now = self._clock.now()
            if self._catalog is not None and self._looked is not None and now - self._looked < self.AGAIN:
                return self._catalog
            self._looked = now
            seen = tuple(self._library.mark(room) for room in self.ROOMS)
            if self._catalog is None or seen != self._seen:
                self._catalog, self._seen = Catalog.load(KeptLibrary(self._library)), seen
            return self._catalog
