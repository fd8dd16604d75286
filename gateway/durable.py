"""Files that survive a power cut: written aside, synced, then given their name in one step that never overwrites.

Everything works relative to an open folder (`dir_fd`), so that no link planted on the way leads elsewhere.
Raises OSError; whoever calls says what it means at his edge.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

CHUNK = 256 * 1024
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""How a file is opened that others may have put there: no link is followed, no FIFO waited for."""

_NO_REPLACE = 1  # RENAME_NOREPLACE, linux/fs.h
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


class Busy(OSError):
    """Another writer is at work on the same name."""


@contextlib.contextmanager
def opened(folder: Path | str, *, within: int | None = None, create: bool = False) -> Iterator[int]:
    """An open folder; one named `within` another is never a link, and is made (0700) where `create` says so."""
    if create and within is None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    elif create:
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, mode=0o700, dir_fd=within)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (0 if within is None else os.O_NOFOLLOW)
    handle = os.open(folder, flags, dir_fd=within)
    try:
        yield handle
    finally:
        os.close(handle)


def rename_new(source: str | bytes, target: str | bytes, source_folder: int, target_folder: int) -> None:
    """Rename without ever replacing: FileExistsError where the target is taken."""
    if _renameat2 is not None:
        if _renameat2(source_folder, os.fsencode(source), target_folder, os.fsencode(target), _NO_REPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _NOT_OFFERED:
            raise OSError(number, os.strerror(number))
    # a file system or kernel without it: the gap between look and rename is guarded by the caller's lane
    if exists(target, target_folder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)


def exists(name: str | bytes, folder: int) -> bool:
    """Whether anything, a dangling link too, has this name."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def write_new(folder: int, name: str, chunks: Iterable[bytes], mode: int = 0o600) -> bool:
    """Give a folder a whole new file, durable when this returns; False where the very same bytes have the name already.

    `mode` says who else may read it.
    Raises FileExistsError where other bytes have it, Busy where another writer is at it, Unsettled where it has its
    name but the folder could not be synced.
    """
    aside = f".{name}.part"
    with _aside(folder, aside) as handle:
        try:
            _fill(handle, chunks)
            os.fchmod(handle, mode)
        except BaseException:
            os.unlink(aside, dir_fd=folder)
            raise
        try:
            rename_new(aside, name, folder, folder)
        except FileExistsError:
            same = _same_bytes(handle, folder, name)
            os.unlink(aside, dir_fd=folder)
            if not same:
                raise
            sync(folder)
            return False
        sync(folder)
        return True


def write_over(folder: int, name: str, chunks: Iterable[bytes], *, lasting: bool = True, mode: int = 0o600) -> None:
    """Give a folder a whole file in place of what had the name; readers see the old or the new one, never a part.

    What can be made again (a view) need not be `lasting`: it is whole, but a power cut may lose it.
    """
    aside = f".{name}.part"
    with _aside(folder, aside) as handle:
        try:
            _fill(handle, chunks, lasting=lasting)
            os.fchmod(handle, mode)
        except BaseException:
            os.unlink(aside, dir_fd=folder)
            raise
        os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        if lasting:
            sync(folder)


class Unsettled(OSError):
    """A change was made but could not be made durable; it may or may not be there after a power cut."""


def sync(folder: int) -> None:
    """Make what happened in the folder durable. Raises Unsettled; a failed sync is never tried again on the same handle."""
    try:
        os.fsync(folder)
    except OSError as error:
        raise Unsettled(error.errno, os.strerror(error.errno or 0)) from error


def pieces(handle: int) -> Iterator[bytes]:
    """What an open file holds, from where it stands, in chunks."""
    while piece := os.read(handle, CHUNK):
        yield piece


@contextlib.contextmanager
def _aside(folder: int, name: str) -> Iterator[int]:
    """An empty file of ours under the temporary name, locked: one left by a crash is used again, so none pile up."""
    handle = _lock(folder, name)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock(folder: int, name: str) -> int:
    for _ in range(10):
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=folder)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours, there = os.fstat(handle), _lstat(name, folder)
            if there is not None and (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino):
                if stat.S_ISREG(ours.st_mode) and ours.st_nlink == 1:
                    os.ftruncate(handle, 0)
                    return handle
                os.unlink(name, dir_fd=folder)  # planted: a link to somebody's file must not be emptied
        except BlockingIOError as error:
            os.close(handle)
            raise Busy(error.errno, "another writer is at work on this name") from error
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
    raise Busy(errno.EAGAIN, "the temporary name is taken again and again")


def _lstat(name: str | bytes, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _fill(handle: int, chunks: Iterable[bytes], *, lasting: bool = True) -> None:
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(handle, rest) :]
    if lasting:
        os.fsync(handle)


def _same_bytes(ours: int, folder: int, name: str) -> bool:
    try:
        theirs = os.open(name, READ, dir_fd=folder)
    except OSError:
        return False  # a link, or not ours to read: certainly not what we would have put there
    try:
        there = os.fstat(theirs)
        if not stat.S_ISREG(there.st_mode) or there.st_size != os.fstat(ours).st_size:
            return False
        os.lseek(ours, 0, os.SEEK_SET)
        return all(os.read(ours, len(piece)) == piece for piece in pieces(theirs))
    finally:
        os.close(theirs)


def _offered() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Linux's renameat2, which Python does not wrap; None elsewhere."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    function.restype = ctypes.c_int

    def call(source_folder: int, source: bytes, target_folder: int, target: bytes, flags: int) -> int:
        return int(function(source_folder, source, target_folder, target, flags))

    return call


_renameat2 = _offered()
