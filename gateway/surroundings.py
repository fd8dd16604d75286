"""The machine's own clock, ids and chance, which tests replace by theirs, and its processes."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)


class Ulids:
    """Ids that sort by the time they were made, within a millisecond too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        """26 characters of Crockford's alphabet."""
        with self._lock:
            value = (time.time_ns() // 1_000_000 << 80) | random.SystemRandom().getrandbits(80)
            self._last = value = max(value, self._last + 1)
        return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


class SystemChance:
    """The machine's randomness."""

    def fraction(self) -> float:
        """At least 0, below 1."""
        return random.SystemRandom().random()


def began(process: int) -> str:
    """When a process of this machine began, in the system's own count; `ended` of one that did, '' where it does not tell.

    The numbers of processes come again: in a container the service may be number 1 each time.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return ""
    if len(fields) < 20:
        return ""
    return "ended" if fields[0] == b"Z" else fields[19].decode()
