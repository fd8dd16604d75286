"""How much each caller may do: a rate and so many requests at once, so that nobody waits for another."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.web.keys import Caller
from gateway.web.problems import Problem

UNITS = {1: "a second", 60: "a minute", 3600: "an hour"}


@dataclass(slots=True)
class _Account:
    left: float
    at: float
    busy: int = 0


class Limits:
    """An account for each caller: tokens that grow back by his rate, and the requests under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] = {}

    @contextmanager
    def one_more(self, caller: Caller) -> Iterator[None]:
        """A request of the caller, while it lasts. Raises Problem where there is no room for it."""
        self._enter(caller, time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                self._accounts[caller.name].busy -= 1

    def _enter(self, caller: Caller, now: float) -> None:
        many, seconds = caller.rate
        with self._lock:
            account = self._accounts.setdefault(caller.name, _Account(float(many), now))
            account.left = min(float(many), account.left + (now - account.at) * many / seconds)
            account.at = now
            if account.busy >= caller.concurrent:
                raise Problem("too-many-at-once", headers={"retry-after": "1"}, limit=caller.concurrent)
            if account.left < 1:
                wait = math.ceil((1 - account.left) * seconds / many)
                raise Problem("rate-exceeded", headers={"retry-after": str(wait)}, rate=f"{many} requests {UNITS[seconds]}")
            account.left -= 1
            account.busy += 1
