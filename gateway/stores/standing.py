"""What is made from declarations and stands as long as they say the same: ways in and out, systems of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

D = TypeVar("D")
T = TypeVar("T")


class Standing(Generic[D, T]):
    """One thing a name, made when its declaration is first seen or has changed; what is declared no longer is let go of.

    Who holds one that was replaced may finish with it.
    """

    def __init__(self, make: Callable[[D], T], gone: Callable[[T], object] = lambda thing: None) -> None:
        self._make = make
        self._gone = gone
        self._lock = threading.Lock()
        self._seen: object = None
        self._declared: dict[str, D] = {}
        self._things: dict[str, T] = {}

    def current(self, seen: object, declared: Callable[[], Mapping[str, D]]) -> dict[str, T]:
        """The things of today; `declared` is asked only where `seen` (the catalog) is another than the last time."""
        with self._lock:
            if seen is not self._seen:
                said = dict(declared())
                same = {name for name, one in said.items() if name in self._things and self._declared[name] == one}
                things = {name: self._things[name] if name in same else self._make(one) for name, one in said.items()}
                gone = [thing for name, thing in self._things.items() if things.get(name) is not thing]
                self._seen, self._declared, self._things = seen, said, things
                for thing in gone:
                    self._gone(thing)
            return self._things

    def all(self) -> list[T]:
        """What stands now."""
        with self._lock:
            return list(self._things.values())
