"""How long to wait before the next try: longer each time, never all at the same moment, and not for ever."""

from __future__ import annotations

from datetime import timedelta

from gateway.ports import Chance

FIRST = 5.0
LONGEST = 3600.0
TRIES = 60
"""Tries of something that is unavailable (about two days at these waits) before a person is asked."""
CRASHES = 3
"""Tries of something that broke us before a person is asked: a poison document must not stop the queue."""


def wait(attempts: int, chance: Chance, asked: float | None = None) -> timedelta:
    """The wait after try number `attempts`; `asked` is what the other side asked for, in seconds."""
    longest = min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    jittered = longest * (0.5 + chance.fraction() / 2)
    return timedelta(seconds=max(jittered, asked or 0.0))
