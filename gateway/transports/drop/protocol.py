"""SFTP version 3 (draft-ietf-secsh-filexfer-02) as a server: one session over one drop, a request in, an answer out.

Of the requests only those are understood that carrying files needs. What a client asks for beyond (links, permissions,
folders of its own, extensions) is refused or has no effect.
"""

from __future__ import annotations

import stat
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from os import fstat, pread, stat_result
from typing import TypeVar

from gateway.transports.drop.files import Drop, No, Opened
from gateway.transports.sftp import wire
from gateway.transports.sftp.wire import text

LARGEST = 256 * 1024 + 1024
"""Bytes of the largest request that is read; one that says it is larger ends the session."""
MOST_READ = 256 * 1024
ROWS = 100
"""Rows in one answer to READDIR."""
HANDLES = 64
"""Files and folders that one session may have open."""
EXTENSIONS = (b"posix-rename@openssh.com", b"fsync@openssh.com", b"limits@openssh.com")
_KINDS = {"missing": wire.NO_SUCH_FILE, "denied": wire.PERMISSION_DENIED, "failed": wire.FAILURE}
_WRITE, _APPEND, _CREATE, _TRUNCATE, _NEW = 0x02, 0x04, 0x08, 0x10, 0x20
SLOW = frozenset((wire.OPEN, wire.CLOSE, wire.OPENDIR, wire.READDIR, wire.RENAME, wire.REMOVE, wire.EXTENDED))
"""Kinds of requests that may wait for the disk."""


What = TypeVar("What")


class Broken(Exception):
    """What came is not SFTP; the session ends."""


class Talk:
    """One session. `answer` takes the requests in order; `end` closes what is open, uploads that were not closed broke off."""

    def __init__(self, drop: Drop) -> None:
        self._drop = drop
        self._files: dict[bytes, Opened] = {}
        self._folders: dict[bytes, Iterator[tuple[bytes, stat_result | None]]] = {}
        self._number = 0
        self._greeted = False
        self.finished: list[Opened] = []
        """Uploads that got their names; whoever tells of them empties it."""

    def end(self) -> list[Opened]:
        """The session is over; says which uploads broke off."""
        broken = []
        for opened in self._files.values():
            if opened.aside is not None and opened.refused is None:
                broken.append(opened)
            with suppress(No):
                self._drop.finish(opened, cut=True)
        self._files.clear()
        self._folders.clear()
        return broken

    def answer(self, packet: bytes) -> bytes:
        """The answer to a request, with its length before it. Raises Broken."""
        kind, fields = packet[0], _Fields(packet[1:])
        if not self._greeted:
            if kind != wire.INIT or fields.number() < 3:
                raise Broken
            self._greeted = True
            return _packet(wire.VERSION, struct.pack(">I", 3) + b"".join(text(name) + text(b"1") for name in EXTENSIONS))
        number = struct.pack(">I", fields.number())
        try:
            replied, said = self._answer(kind, fields)
        except No as no:
            replied, said = wire.STATUS, _status(_KINDS[no.kind], str(no))
        return _packet(replied, number + said)

    def _answer(self, kind: int, fields: _Fields) -> tuple[int, bytes]:
        match kind:
            case wire.OPEN:
                return self._open(fields)
            case wire.CLOSE:
                return self._close(fields.text())
            case wire.READ:
                return self._read(fields)
            case wire.WRITE:
                self._drop.write(self._file(fields.text()), fields.number(8), fields.text())
                return _done()
            case wire.LSTAT | wire.STAT:
                return wire.ATTRS, _attributes(self._drop.status(fields.text()))
            case wire.FSTAT:
                return wire.ATTRS, _attributes(fstat(self._file(fields.text()).handle))
            case wire.SETSTAT | wire.FSETSTAT:
                return self._kept_as_it_is(kind, fields)
            case wire.OPENDIR:
                return self._open_folder(fields.text())
            case wire.READDIR:
                return self._rows(fields.text())
            case wire.REMOVE:
                self._drop.remove(fields.text())
                return _done()
            case wire.REALPATH:
                real = self._drop.real(fields.text())
                return wire.NAME, struct.pack(">I", 1) + text(real) + text(real) + _NOTHING
            case wire.RENAME:
                self._drop.rename(fields.text(), fields.text())
                return _done()
            case wire.EXTENDED:
                return self._extended(fields)
            case wire.MKDIR | wire.RMDIR:
                raise No("denied", "there are no folders but in, out and test")
            case _:
                return wire.STATUS, _status(wire.UNSUPPORTED, "not supported here")

    def _open(self, fields: _Fields) -> tuple[int, bytes]:
        path, flags = fields.text(), fields.number()
        if len(self._files) + len(self._folders) >= HANDLES:
            raise No("failed", f"{HANDLES} files are open")
        if not flags & (_WRITE | _APPEND):
            return self._opened(self._drop.reading(path), self._files)
        if not flags & _CREATE and flags & _TRUNCATE == 0:
            self._drop.status(path)
            raise No("denied", "what is there is not changed; put it again whole")
        return self._opened(self._drop.writing(path, new=bool(flags & _NEW)), self._files)

    def _opened(self, what: What, among: dict[bytes, What]) -> tuple[int, bytes]:
        if len(self._files) + len(self._folders) >= HANDLES:
            raise No("failed", f"{HANDLES} files are open")
        self._number += 1
        handle = b"%d" % self._number
        among[handle] = what
        return wire.HANDLE, text(handle)

    def _close(self, handle: bytes) -> tuple[int, bytes]:
        if handle in self._files:
            opened = self._files.pop(handle)
            self._drop.finish(opened)
            self.finished += [opened] if opened.aside is not None else []
        elif self._folders.pop(handle, None) is None:
            raise No("failed", "that is not open")
        return _done()

    def _read(self, fields: _Fields) -> tuple[int, bytes]:
        opened, offset, most = self._file(fields.text()), fields.number(8), fields.number()
        try:
            data = pread(opened.handle, min(most, MOST_READ), offset)
        except (OSError, OverflowError) as error:
            raise No("failed", "it cannot be read there") from error
        return (wire.DATA, text(data)) if data else (wire.STATUS, _status(wire.EOF, "the end"))

    def _rows(self, handle: bytes) -> tuple[int, bytes]:
        if handle not in self._folders:
            raise No("failed", "that is not open")
        rows = list(islice(self._folders[handle], ROWS))
        if not rows:
            return wire.STATUS, _status(wire.EOF, "the end")
        return wire.NAME, struct.pack(">I", len(rows)) + b"".join(text(name) + text(_long(name, it)) + _attributes(it) for name, it in rows)

    def _open_folder(self, path: bytes) -> tuple[int, bytes]:
        if self._drop.place(path)[1] is not None:
            raise No("failed", "that is no folder")
        return self._opened(self._drop.names(path), self._folders)

    def _kept_as_it_is(self, kind: int, fields: _Fields) -> tuple[int, bytes]:
        """Times and permissions that a client sets mean nothing here; to refuse them would make `put -p` and WinSCP fail."""
        where = fields.text()
        if kind == wire.FSETSTAT:
            self._file(where)
        else:
            self._drop.status(where)
        if fields.number() & 0x1:
            raise No("denied", "what is there is not cut; put it again whole")
        return _done()

    def _extended(self, fields: _Fields) -> tuple[int, bytes]:
        name = fields.text()
        if name == EXTENSIONS[0]:
            self._drop.rename(fields.text(), fields.text(), over=True)
            return _done()
        if name == EXTENSIONS[1]:
            self._file(fields.text())  # every upload is synced before it gets its name
            return _done()
        if name == EXTENSIONS[2]:
            return wire.EXTENDED_REPLY, struct.pack(">QQQQ", LARGEST, MOST_READ, MOST_READ, HANDLES)
        return wire.STATUS, _status(wire.UNSUPPORTED, "not supported here")

    def _file(self, handle: bytes) -> Opened:
        if handle not in self._files:
            raise No("failed", "that is not open")
        return self._files[handle]


class _Fields:
    """The fields of a request, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, width: int = 4) -> int:
        """An unsigned number. Raises Broken."""
        return int.from_bytes(self._bytes(width), "big")

    def text(self) -> bytes:
        """A string of bytes. Raises Broken."""
        return self._bytes(self.number())

    def _bytes(self, count: int) -> bytes:
        if count > len(self._data) - self._at:
            raise Broken
        self._at += count
        return self._data[self._at - count : self._at]


_NOTHING = struct.pack(">I", 0)
_FOLDER = struct.pack(">IQIIIII", 0x1 | 0x2 | 0x4 | 0x8, 0, 0, 0, stat.S_IFDIR | 0o755, 0, 0)


def _attributes(there: stat_result | None) -> bytes:
    if there is None:
        return _FOLDER
    mode = stat.S_IFREG | 0o644
    times = (max(0, int(there.st_atime)) & 0xFFFFFFFF, max(0, int(there.st_mtime)) & 0xFFFFFFFF)
    return struct.pack(">IQIIIII", 0x1 | 0x2 | 0x4 | 0x8, there.st_size, 0, 0, mode, *times)


def _long(name: bytes, there: stat_result | None) -> bytes:
    """A row as `ls -l` shows it; without owners, which are nobody's business."""
    if there is None:
        return b"drwxr-xr-x    1 -        -               0 -            " + name
    at = time.strftime("%b %d %H:%M", time.gmtime(there.st_mtime)).encode()
    return b"-rw-r--r--    1 -        -        %8d %s %s" % (there.st_size, at, name)


def _done() -> tuple[int, bytes]:
    return wire.STATUS, _status(wire.OK, "")


def _status(code: int, said: str) -> bytes:
    return struct.pack(">I", code) + text(said.encode()) + text(b"en")


def _packet(kind: int, body: bytes) -> bytes:
    return struct.pack(">IB", len(body) + 1, kind) + body
