"""How long to wait before the next try: longer each time, never all at the same moment, and not for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gateway.ports import Chance
from gateway.profiles.partner import Resilience

CRASHES = 3
"""Tries of something that broke us before a person is asked: a poison document must not stop the queue."""
MOST_DEATHS = 6
"""Processes that ended while they carried a file before a person is asked: kills, restarts and power cuts are not its fault."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How something that is unavailable is tried again; seconds."""

    first: float = 5.0
    longest: float = 3600.0
    tries: int = 60
    """Tries (about two days at these waits) before a person is asked."""
    tired: int = 3
    """Tries in a row after which everything that is due by the same channel rests with what failed."""
    pause: float = 0.0
    """How long it rests at least."""


USUAL = Patience()


def patience(said: Resilience) -> Patience:
    """What a profile says of it, and the usual where it says nothing."""
    return Patience(
        _seconds(said.first_wait, USUAL.first),
        _seconds(said.longest_wait, USUAL.longest),
        said.attempts or USUAL.tries,
        said.pause_after or USUAL.tired,
        _seconds(said.pause, USUAL.pause),
    )


def wait(attempts: int, chance: Chance, asked: float | None = None, how: Patience = USUAL) -> timedelta:
    """The wait after try number `attempts`; `asked` is what the other side asked for, in seconds."""
    longest = min(how.longest, how.first * 2 ** min(attempts - 1, 20))
    jittered = longest * (0.5 + chance.fraction() / 2)
    return timedelta(seconds=max(jittered, asked or 0.0))


def _seconds(said: timedelta | None, usual: float) -> float:
    return usual if said is None else said.total_seconds()
