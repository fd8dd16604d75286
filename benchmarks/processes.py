"""Whole processes: how long they take from start to end, and the most memory they held."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.rounds import Ratio

# A child begins its life with its parent's peak on its account, so a small process stands between.
_PEAK = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, used = os.wait4(child, 0)
print(used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def gateway() -> list[str]:
    """The command as installed beside this Python, or the package."""
    script = Path(sys.executable).with_name("gateway")
    return [sys.executable, str(script)] if script.exists() else [sys.executable, "-m", "gateway"]


def peak(words: list[str]) -> float:
    """The most memory a command held, in MB; it must succeed."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", _PEAK, *words], capture_output=True, text=True, check=True)
    kilobytes, code = map(int, done.stdout.split())
    if code != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {code}: {done.stderr.strip()[-300:]}")
    return kilobytes / (1024 if sys.platform != "darwin" else 1024 * 1024)


def starts(words: list[str], against: list[str], runs: int) -> Ratio:
    """Wall time of a command over that of another, in turn; both are run once before."""
    found, spent = [], []
    for number in range(runs + 1):
        floor, seconds = _wall(against), _wall(words)
        if number:
            found.append(seconds / floor)
            spent.append(seconds)
    return Ratio(median(found), min(found), max(found), median(spent))


def _wall(words: list[str]) -> float:
    start = perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - start
