"""What a partner may do with the files of his drop, whatever protocol he speaks: three flat folders, and nothing else of this machine.

A path of his is taken apart as text and never given to the system: what remains is one of three folders, which we have
open, and one name in it. So neither `..` nor a link nor an absolute name leads anywhere else.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from gateway import durable
from gateway.edi.naming import temporary
from gateway.transports.drop.rooms import BROKEN, ROOMS, Rooms

Kind = Literal["missing", "denied", "failed"]
ASIDE = b".upload-"
"""What an upload is called until it is whole: no reader takes it, no partner sees it."""
LONGEST = 200
"""Bytes of a name."""
GAPS = 100
"""Places of an upload that may be left out until later."""
COUNTED = 2.0
"""Seconds for which what was counted of the quota holds; uploads are added as they come."""


class No(Exception):
    """It is not done; the sentence is for the partner."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        self.kind = kind
        super().__init__(sentence)


MISSING = "no such file"
DENIED = "permission denied"


@dataclass(slots=True)
class Budget:
    """What the files of one partner may take up, over all his connections."""

    quota: int
    files: int
    largest: int
    uploads: dict[int, int] = field(default_factory=dict)
    """Bytes written of each upload that is going on."""


@dataclass(slots=True)
class Opened:
    """A file that is read, or one that is being uploaded under its temporary name."""

    handle: int
    room: str
    name: bytes
    aside: bytes | None = None
    written: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """From where to where nothing was written yet."""
    refused: str | None = None
    """Why nothing more of it is taken."""


class Drop:
    """The drop of one partner; one object for all his connections, used by one thread."""

    def __init__(self, rooms: Rooms, budget: Budget, timer: Callable[[], float] = time.monotonic) -> None:
        rooms.make()
        self._timer = timer
        self._counted: tuple[float, int, int] | None = None
        self.rooms = rooms
        self.budget = budget
        self._folders: dict[str, int] = {}
        try:
            for room in ROOMS:
                self._folders[room] = os.open(rooms.room(room), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            self.close()
            raise
        for room in ("in", "test"):
            self._sweep(room)

    def close(self) -> None:
        """Let go of the folders."""
        for handle in self._folders.values():
            os.close(handle)
        self._folders.clear()

    # ---------------------------------------------------------------- paths

    def place(self, path: bytes) -> tuple[str | None, bytes | None]:
        """Folder and name of a path: (None, None) is the top, (room, None) a folder. Raises No."""
        parts: list[bytes] = []
        for part in path.split(b"/"):
            if part == b"..":
                del parts[-1:]
            elif part not in (b"", b"."):
                parts.append(part)
        if not parts:
            return None, None
        room = parts[0].decode("utf-8", "replace")
        if room not in ROOMS or len(parts) > 2:
            raise No("missing" if len(parts) < 3 else "denied", MISSING if len(parts) < 3 else "there are no folders but in, out and test")
        if len(parts) == 1:
            return room, None
        if len(parts[1]) > LONGEST or b"\0" in parts[1]:
            raise No("denied", f"a name may have {LONGEST} bytes, and no zero byte")
        return room, parts[1]

    def file(self, path: bytes) -> tuple[str, bytes]:
        """Folder and name of a path that must be a file's. Raises No."""
        room, name = self.place(path)
        if room is None or name is None:
            raise No("denied", "that is a folder")
        if name.startswith((ASIDE, BROKEN)):
            raise No("missing", MISSING)
        return room, name

    def real(self, path: bytes) -> bytes:
        """The path as we say it."""
        room, name = self.place(path)
        return b"/" if room is None else b"/" + room.encode() if name is None else b"/" + room.encode() + b"/" + name

    # ---------------------------------------------------------------- looking

    def status(self, path: bytes) -> os.stat_result | None:
        """Of a file; None where the path is a folder of ours. Raises No."""
        room, name = self.place(path)
        if room is None or name is None:
            return None
        self.file(path)
        return self._status(room, name)

    def names(self, path: bytes) -> Iterator[tuple[bytes, os.stat_result | None]]:
        """The regular files of a folder, as they are found; at the top the three folders. Raises No."""
        room, name = self.place(path)
        if name is not None:
            raise No("failed", "that is no folder")
        if room is None:
            yield from ((one.encode(), None) for one in ROOMS)
            return
        for name, there in self._every(room):
            if stat.S_ISREG(there.st_mode) and not name.startswith((ASIDE, BROKEN)):
                yield name, there

    def reading(self, path: bytes) -> Opened:
        """Open a file to be read. Raises No."""
        room, name = self.file(path)
        try:
            handle = os.open(name, durable.READ, dir_fd=self._folders[room])
        except OSError as error:
            raise _no(error) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise No("denied", DENIED)
        return Opened(handle, room, name)

    # ---------------------------------------------------------------- putting

    def writing(self, path: bytes, *, new: bool) -> Opened:
        """Open an upload: the name gets its bytes when it is closed, all at once. With `new` a name that is taken is refused. Raises No."""
        room, name = self.file(path)
        if room == "out":
            raise No("denied", "out is ours to write; put files into in, or into test to have them checked")
        if new and self._there(room, name):
            raise No("failed", "there is a file of that name")
        count, size = self._used()
        if count + len(self.budget.uploads) >= self.budget.files:
            raise No("failed", f"the quota of {self.budget.files} files is reached")
        if size >= self.budget.quota:
            raise No("failed", f"the quota of {self.budget.quota} bytes is reached")
        aside = ASIDE + secrets.token_hex(8).encode()
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(aside, flags, 0o600, dir_fd=self._folders[room])
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _no(error) from error
        self.budget.uploads[handle] = 0
        return Opened(handle, room, name, aside)

    def write(self, opened: Opened, offset: int, data: bytes) -> None:
        """Write a part; over a limit nothing more of the upload is taken. Raises No."""
        if opened.aside is None:
            raise No("denied", "it was opened to be read")
        if opened.refused is not None:
            raise No("failed", opened.refused)
        end = max(opened.written, offset + len(data))
        if end > self.budget.largest:
            raise self._refuse(opened, f"a file may have {self.budget.largest} bytes")
        if end > opened.written and self._used()[1] + sum(self.budget.uploads.values()) + end - opened.written > self.budget.quota:
            raise self._refuse(opened, f"the quota of {self.budget.quota} bytes is reached")
        opened.gaps = _left(opened.gaps, offset, offset + len(data))
        if offset > opened.written:
            opened.gaps.append((opened.written, offset))
        if len(opened.gaps) > GAPS:
            raise self._refuse(opened, "it is written in too many pieces")
        try:
            rest = memoryview(data)
            while rest:
                written = os.pwrite(opened.handle, rest, offset)
                rest, offset = rest[written:], offset + written
        except OSError as error:
            opened.refused = _no(error).args[0]
            raise _no(error) from error
        opened.written = self.budget.uploads[opened.handle] = end

    def finish(self, opened: Opened, *, cut: bool = False) -> None:
        """Close it; an upload gets its name now, unless it broke off (`cut`). Raises No where it was refused or cannot be kept."""
        try:
            if opened.aside is not None:
                self._publish(opened, cut=cut)
        finally:
            self.budget.uploads.pop(opened.handle, None)
            os.close(opened.handle)

    def _publish(self, opened: Opened, *, cut: bool) -> None:
        folder = self._folders[opened.room]
        assert opened.aside is not None
        broken = BROKEN + opened.name[: LONGEST - len(BROKEN)]
        try:
            if opened.gaps and not cut:
                opened.refused = opened.refused or "parts of it were never written"
            if opened.refused is not None:
                os.unlink(opened.aside, dir_fd=folder)
                raise No("failed", opened.refused)
            if cut:
                os.rename(opened.aside, broken, src_dir_fd=folder, dst_dir_fd=folder)
                return
            os.fsync(opened.handle)
            os.rename(opened.aside, opened.name, src_dir_fd=folder, dst_dir_fd=folder)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(broken, dir_fd=folder)
            os.fsync(folder)
            if self._counted is not None:
                since, count, size = self._counted
                self._counted = (since, count + 1, size + opened.written)
        except OSError as error:
            raise _no(error) from error

    def _refuse(self, opened: Opened, why: str) -> No:
        opened.refused = why
        with contextlib.suppress(OSError):
            os.ftruncate(opened.handle, 0)
        self.budget.uploads[opened.handle] = 0
        return No("failed", why)

    # ---------------------------------------------------------------- changing

    def remove(self, path: bytes) -> None:
        """Delete a file. Raises No."""
        room, name = self.file(path)
        if not stat.S_ISREG(self._status(room, name).st_mode):
            raise No("denied", DENIED)
        try:
            os.unlink(name, dir_fd=self._folders[room])
        except OSError as error:
            raise _no(error) from error

    def rename(self, source: bytes, target: bytes, *, over: bool = False) -> None:
        """Give a file another name in its folder, `over` what has it or not at all. Raises No."""
        (room, old), (other, new) = self.file(source), self.file(target)
        if room != other:
            raise No("denied", "a file stays in its folder")
        if not stat.S_ISREG(self._status(room, old).st_mode):
            raise No("denied", DENIED)
        try:
            if over:
                os.rename(old, new, src_dir_fd=self._folders[room], dst_dir_fd=self._folders[room])
            else:
                durable.rename_new(old, new, self._folders[room], self._folders[room])
        except OSError as error:
            raise _no(error) from error

    # ---------------------------------------------------------------- what is there

    def _status(self, room: str, name: bytes) -> os.stat_result:
        try:
            there = os.stat(name, dir_fd=self._folders[room], follow_symlinks=False)
        except OSError as error:
            raise _no(error) from error
        if not stat.S_ISREG(there.st_mode):
            raise No("missing", MISSING)
        return there

    def _there(self, room: str, name: bytes) -> bool:
        return durable.exists(name, self._folders[room])

    def _sweep(self, room: str) -> None:
        """Remove uploads whose server was killed: nobody holds their lock any more."""
        for name, there in self._every(room):
            if not name.startswith(ASIDE) or not stat.S_ISREG(there.st_mode):
                continue
            with contextlib.suppress(OSError):
                handle = os.open(name, durable.READ, dir_fd=self._folders[room])
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(name, dir_fd=self._folders[room])
                finally:
                    os.close(handle)

    def _every(self, room: str) -> Iterator[tuple[bytes, os.stat_result]]:
        """Whatever stands in a folder; opened anew, for two who read one open folder would each see a part."""
        with durable.opened(".", within=self._folders[room]) as folder, os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    yield os.fsencode(entry.name), entry.stat(follow_symlinks=False)

    def _used(self) -> tuple[int, int]:
        """Files and bytes of the partner's that stand there; what we put into `out` is not his."""
        if self._counted is not None and self._timer() - self._counted[0] < COUNTED:
            return self._counted[1:]
        count = size = 0
        for room in ("in", "test"):
            for name, there in self._every(room):
                if not name.startswith(ASIDE):  # what is being uploaded is counted as it is written
                    size += there.st_size
                    count += not temporary(name)
        self._counted = (self._timer(), count, size)
        return count, size


def _left(gaps: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """What is left of the gaps once `start` to `end` is written."""
    pieces = [piece for first, last in gaps for piece in ((first, min(last, start)), (max(first, end), last))]
    return [(first, last) for first, last in dict.fromkeys(pieces) if first < last]


def _no(error: OSError) -> No:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return No("missing", MISSING)
    if error.errno in (errno.EACCES, errno.EPERM, errno.ELOOP):
        return No("denied", DENIED)
    if error.errno == errno.EEXIST:
        return No("failed", "there is a file of that name")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return No("failed", "our disk is full; try again later")
    return No("failed", "it cannot be done now")
