"""Other parsers, each in a process of an environment that is made for them alone: pinned, with hashes, under benchmarks/.peers."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.rounds import Case, Ratio, cpu

HERE = Path(__file__).resolve().parent
LOCK = HERE / "peers.txt"
ENVIRONMENT = HERE / ".peers"
PATIENCE = 600
"""Seconds for the package index."""


class NoPeers(Exception):
    """They cannot be had here; the message says why."""


def python() -> Path:
    """The interpreter of the peers' environment, made on first use and anew when the lock has changed."""
    interpreter = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp, wanted = ENVIRONMENT / "lock.sha256", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    venv.create(ENVIRONMENT, with_pip=True)
    words = [
        str(interpreter),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        str(LOCK),
    ]
    try:
        done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise NoPeers(f"the package index did not answer within {PATIENCE} seconds") from None
    if done.returncode:
        raise NoPeers((done.stderr.strip().splitlines() or ["pip failed without a word"])[-1])
    stamp.write_text(wanted)
    return interpreter


class Child:
    """A case that waits in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self) -> None:
        """Have it run once."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def end(self) -> float:
        """Its CPU seconds, once it has run."""
        return float(self.said())

    def __call__(self) -> float:
        """Run once: its CPU seconds."""
        self.begin()
        return self.end()

    def said(self) -> str:
        """The next line that it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NoPeers(f"a measured process ended with {self._process.wait()}; its words stand above")
        return line


@contextmanager
def child(interpreter: Path | str, case: str, path: Path) -> Iterator[Child]:
    """A process that has read its files and run once."""
    words = [str(interpreter), str(HERE / "child.py"), case, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            made = Child(process)
            made.said()
            yield made
        finally:
            process.kill()


def over(theirs: Child, ours: Case, rounds: int) -> Ratio:
    """Their CPU over ours just before and just after, in turn."""
    ours()
    found, spent = [], []
    for _ in range(rounds):
        before, seconds, after = cpu(ours), theirs(), cpu(ours)
        found.append(seconds / ((before + after) / 2))
        spent.append(seconds)
    return Ratio(median(found), min(found), max(found), median(spent))


def together(one: Child, other: Child, rounds: int) -> Ratio:
    """How much faster two processes do two files side by side than one does them, in CPU seconds: what else runs does not count.

    Were they in each other's way (a lock, a cache, memory), each would take longer beside the other than alone.
    """
    found, spent = [], []
    for _ in range(rounds):
        alone = one() + other()
        one.begin()
        other.begin()
        longer = max(one.end(), other.end())
        found.append(alone / longer)
        spent.append(longer)
    return Ratio(median(found), min(found), max(found), median(spent))
