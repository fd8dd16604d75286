"""A file as it stands in a folder that others write: opened safely, and what tells whether it is finished."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from gateway import durable
from gateway.transports.completeness import HEAD, TAIL, Ending, ending


@dataclass(frozen=True, slots=True)
class Mark:
    """What changes when a file does."""

    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int


def regular(folder: int, name: bytes) -> int | None:
    """A regular file, opened without following or waiting; None where it is gone or is something else now."""
    try:
        handle = os.open(name, durable.READ, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:  # a link, a socket, a folder in its place
            return None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return handle


def being_written(handle: int) -> bool | None:
    """Whether anybody has the file open for writing; None where the system cannot tell (network file systems, other owners).

    A read lease (fcntl(2), F_SETLEASE) is granted only while nobody does. It is given back at once; a writer who opens the
    file in between waits that long. The signal that would announce him is set to one that is ignored by default.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def ending_of(handle: int, size: int) -> Ending:
    """How what is in it ends."""
    head = os.pread(handle, HEAD, 0)
    return ending(head, os.pread(handle, TAIL, max(0, size - TAIL)))


def named(name: bytes, size: int, mtime_ns: int, inode: int) -> str:
    """What names an arrival and no other on its channel: text whatever the bytes of the name are."""
    return f"{quote_from_bytes(name)};{size};{mtime_ns};{inode}"


def identity_of(name: bytes, there: os.stat_result) -> str:
    """The identity of what has the name now."""
    return named(name, there.st_size, there.st_mtime_ns, there.st_ino)


def unchanged(handle: int, mark: Mark) -> bool:
    """Whether it is as it was listed."""
    now = os.fstat(handle)
    return mark == Mark(now.st_size, now.st_mtime_ns, now.st_ino, now.st_ctime_ns)
