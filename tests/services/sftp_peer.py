"""A small SFTP server in memory, over a socket pair and without SSH, that can be told to behave badly."""

from __future__ import annotations

import itertools
import socket
import struct
import threading

from gateway.ports import Unavailable
from gateway.transports.sftp.wire import Session

FILE, FOLDER, LINK = 0o100644, 0o40755, 0o120777


def string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def attributes(size=None, mode=None, mtime=None) -> bytes:
    flags = (0x1 if size is not None else 0) | (0x4 if mode is not None else 0) | (0x8 if mtime is not None else 0)
    parts = [struct.pack(">I", flags)]
    parts += [struct.pack(">Q", size)] if size is not None else []
    parts += [struct.pack(">I", mode)] if mode is not None else []
    parts += [struct.pack(">II", mtime, mtime)] if mtime is not None else []
    return b"".join(parts)


def status(code: int, said: bytes = b"") -> tuple[int, bytes]:
    return 101, struct.pack(">I", code) + string(said) + string(b"")


class Peer:
    """Files by path, and how it behaves. A session made by `session()` or `dial` (for a Server) talks to it."""

    def __init__(self, files=None, folders=(b"in", b"out")):
        self.files: dict[bytes, bytes] = dict(files or {})
        self.times: dict[bytes, int] = {}
        self.folders = set(folders)
        self.extra_rows: list[tuple[bytes, bytes]] = []
        """More rows of every listing: name, attributes."""
        self.bare = False
        """Rows of a listing say nothing of the files."""
        self.longest_read = 1 << 20
        self.extensions: tuple[bytes, ...] = ()
        self.bad: dict[int, object] = {}
        """By kind of request: a function (body) -> (kind, body), raw bytes instead of a packet, or None for silence."""
        self.asked: list[int] = []
        self.patience = 5.0
        self._handles: dict[bytes, list] = {}
        self._numbers = itertools.count()

    def session(self) -> Session:
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return Session(ours, self.patience)

    def dial(self, login, secrets) -> Session:
        try:
            return self.session()
        except Exception as error:
            raise Unavailable(str(error)) from error

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            reading = connection.makefile("rb")
            try:
                while len(head := reading.read(4)) == 4:
                    packet = reading.read(int.from_bytes(head, "big"))
                    for answer in self._answers(packet[0], packet[1:5], packet[5:]):
                        connection.sendall(answer)
            except (OSError, ValueError):
                pass
            finally:
                reading.close()

    def _answers(self, kind, number, body):
        self.asked.append(kind)
        bad = self.bad.get(kind, self)
        if bad is None:
            return
        if isinstance(bad, bytes):
            yield bad
            return
        if kind == 1:
            said = struct.pack(">I", 3) + b"".join(string(name) + string(b"1") for name in self.extensions)
            yield struct.pack(">IB", 1 + len(said), 2) + said
            return
        answer = bad(body) if callable(bad) else None
        replied, said = answer or self._answer(kind, body)
        yield struct.pack(">IB", 5 + len(said), replied) + number + said

    def _answer(self, kind, body):
        fields = _Fields(body)
        name = {3: "open", 4: "close", 5: "read", 6: "write", 7: "lstat", 8: "fstat", 11: "opendir", 12: "readdir",
                13: "remove", 14: "mkdir", 16: "realpath", 18: "rename", 200: "extended"}.get(kind)  # fmt: skip
        return getattr(self, f"_{name}")(fields) if name else status(8)

    def _attributes(self, path):
        if path in self.folders:
            return attributes(4096, FOLDER, 1)
        return attributes(len(self.files[path]), FILE, self.times.get(path, 1000))

    def _handle(self, *what):
        handle = b"h%d" % next(self._numbers)
        self._handles[handle] = list(what)
        return 102, string(handle)

    def _open(self, fields):
        path, flags = fields.text(), fields.number()
        if flags & 0x20 and path in self.files:
            return status(4)
        if flags & 0x8:
            if path.rpartition(b"/")[0] not in self.folders:
                return status(2)
            self.files[path] = b""
        return self._handle(path) if path in self.files else status(2)

    def _close(self, fields):
        self._handles.pop(fields.text(), None)
        return status(0)

    def _read(self, fields):
        [path], at, most = self._handles[fields.text()], fields.number(8), fields.number()
        data = self.files.get(path, b"")[at : at + min(most, self.longest_read)]
        return (103, string(data)) if data else status(1)

    def _write(self, fields):
        [path], at, data = self._handles[fields.text()], fields.number(8), fields.text()
        self.files[path] = self.files[path][:at].ljust(at, b"\0") + data
        return status(0)

    def _lstat(self, fields):
        path = fields.text()
        return (105, self._attributes(path)) if path in self.files or path in self.folders else status(2)

    def _fstat(self, fields):
        return 105, self._attributes(self._handles[fields.text()][0])

    def _opendir(self, fields):
        path = fields.text()
        if path not in self.folders:
            return status(2)
        rows = [(name.rpartition(b"/")[2], self._attributes(name)) for name in sorted(self.files) if name.rpartition(b"/")[0] == path]
        return self._handle([(b".", attributes(1, FOLDER, 1)), *rows, *self.extra_rows])

    def _readdir(self, fields):
        [rows] = self._handles[fields.text()]
        some, rows[:] = rows[:10], rows[10:]
        if not some:
            return status(1)
        said = [string(name) + string(b"long name") + (attributes() if self.bare else about) for name, about in some]
        return 104, struct.pack(">I", len(some)) + b"".join(said)

    def _remove(self, fields):
        return status(0 if self.files.pop(fields.text(), None) is not None else 2)

    def _mkdir(self, fields):
        self.folders.add(fields.text())
        return status(0)

    def _realpath(self, fields):
        return 104, struct.pack(">I", 1) + string(b"/home") + string(b"") + attributes()

    def _rename(self, fields, over=False):
        source, target = fields.text(), fields.text()
        if source not in self.files or target.rpartition(b"/")[0] not in self.folders:
            return status(2)
        if target in self.files and not over:
            return status(4)
        self.files[target] = self.files.pop(source)
        self.times[target] = self.times.get(source, 1000)
        return status(0)

    def _extended(self, fields):
        name = fields.text()
        if name not in self.extensions:
            return status(8)
        return self._rename(fields, over=True) if name.startswith(b"posix") else status(0)


class _Fields:
    def __init__(self, body):
        self.body = body

    def number(self, width=4):
        value, self.body = int.from_bytes(self.body[:width], "big"), self.body[width:]
        return value

    def text(self):
        size = self.number()
        value, self.body = self.body[:size], self.body[size:]
        return value
