"""Small files read ahead: many are opened, read and closed with a few round trips in all."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from gateway.transports.completeness import HEAD, TAIL
from gateway.transports.sftp.wire import CLOSE, FOR_READING, OPEN, READ, Refusal, Session, text

SMALL = 32 * 1024
"""Bytes up to which a file is read whole at the look that finds it: one request."""
TOGETHER = 32
"""Files open at once."""


@dataclass(frozen=True, slots=True)
class Peek:
    """What was read of a file: the beginning and the end, or why it could not be read. `whole` where that is all of it."""

    head: bytes
    tail: bytes
    whole: bytes | None = None
    problem: Refusal | None = None


def peek(session: Session, files: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes, Peek]]:
    """Look into files, given as paths with their sizes. Raises Lost."""
    waiting = iter(files)
    while some := list(islice(waiting, TOGETHER)):
        opened = [(path, size, session.ask(OPEN, text(path), struct.pack(">II", FOR_READING, 0))) for path, size in some]
        reading: list[tuple[bytes, int, list[tuple[int, int]]]] = []
        found: dict[bytes, Peek] = {}
        for path, size, number in opened:
            try:
                handle = session.handle(number)
            except Refusal as no:
                found[path] = Peek(b"", b"", problem=no)
                continue
            parts = [(0, size)] if size <= SMALL else [(0, HEAD), (size - TAIL, TAIL)]
            asked = [(session.ask(READ, text(handle), struct.pack(">QI", at, most)), most) for at, most in parts if most]
            session.forget([session.ask(CLOSE, text(handle))])
            reading.append((path, size, asked))
        for path, size, asked in reading:
            pieces: list[bytes] = []
            try:
                for number, most in asked:
                    pieces.append(session.data(number, most))
            except Refusal as no:
                session.forget(number for number, _ in asked)
                found[path] = Peek(b"", b"", problem=no)
                continue
            first, last = (pieces[0], pieces[-1]) if pieces else (b"", b"")
            whole = first if size <= SMALL and len(first) == size else None
            found[path] = Peek(first[:HEAD], last[-TAIL:], whole)
        yield from found.items()
