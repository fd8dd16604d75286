"""SFTP version 3 (draft-ietf-secsh-filexfer-02) as a client: requests sent ahead, every answer bounded in size and time.

paramiko speaks SSH; its own SFTP client decodes names (one name that is not UTF-8 hides the whole folder), starts a
thread for reading ahead and forgets which extensions the server offers. Names here are bytes and stay bytes.
"""

from __future__ import annotations

import stat
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from gateway.edi.shown import shown

INIT, VERSION, OPEN, CLOSE, READ, WRITE, LSTAT, FSTAT, SETSTAT, FSETSTAT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME = 11, 12, 13, 14, 15, 16, 17, 18
STATUS, HANDLE, DATA, NAME, ATTRS, EXTENDED, EXTENDED_REPLY = 101, 102, 103, 104, 105, 200, 201
OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, UNSUPPORTED = 0, 1, 2, 3, 4, 8
FOR_READING, FOR_A_NEW_FILE, FOR_GOING_ON = 0x01, 0x02 | 0x08 | 0x20, 0x02
"""Flags of OPEN: to read; to write, created, and only if there is none of the name; to write what is there."""

PIECE = 32 * 1024
"""Bytes of one READ or WRITE: more than this not every server takes."""
AHEAD = 32
"""Requests sent before the first of them is answered."""
LARGEST = 1024 * 1024
"""Bytes of the largest answer that is believed."""

_WORDS = {PERMISSION_DENIED: "permission denied", NO_SUCH_FILE: "no such file", UNSUPPORTED: "not supported by the server"}


class Stream(Protocol):
    """What carries the bytes: a channel of paramiko."""

    def send(self, data: bytes, /) -> int:
        """Send some of it, say how much."""
        ...

    def recv(self, most: int, /) -> bytes:
        """What has come, nothing at the end."""
        ...

    def settimeout(self, seconds: float | None, /) -> None:
        """How long the next call may wait."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Lost(Exception):
    """The connection ended, went silent or broke the protocol: what was asked and not answered may have happened or not."""


class Refusal(Exception):
    """The server says no; `code` is SFTP's status."""

    def __init__(self, code: int, said: str) -> None:
        self.code = code
        super().__init__(_WORDS.get(code) or shown(said) or "the server does not say why")


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a server says of a file; None where it says nothing."""

    size: int | None = None
    mode: int | None = None
    mtime: int | None = None

    @property
    def regular(self) -> bool:
        """Whether it is a plain file, as far as the server says what it is."""
        return self.mode is None or stat.S_IFMT(self.mode) in (0, stat.S_IFREG)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a folder: the name's bytes as the server sent them, which may be anything."""

    name: bytes
    attributes: Attributes


class Session:
    """One SFTP session, for one thread at a time. Every method raises Lost, and Refusal where the server says no."""

    def __init__(self, stream: Stream, patience: float = 30.0, timer: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        """Seconds that an answer may take."""
        self.waited = 0.0
        """Seconds spent waiting for the server: what a minimum rate is measured by."""
        self.broken = False
        self.confirmed = 0
        """Up to where the last file that was written stands there for certain."""
        self.extensions: frozenset[bytes] = frozenset()
        self._stream = stream
        self._timer = timer
        self._buffer = bytearray()
        self._number = 0
        self._open: set[int] = set()
        self._forgotten: set[int] = set()
        self._answers: dict[int, tuple[int, bytes]] = {}
        self._hello()

    def close(self) -> None:
        """Let go of it."""
        self.broken = True
        self._stream.close()

    # ---------------------------------------------------------------- asking ahead

    def ask(self, kind: int, *fields: bytes) -> int:
        """Send a request; says its number, by which its answer is taken."""
        self._number += 1
        self._send(kind, struct.pack(">I", self._number) + b"".join(fields))
        self._open.add(self._number)
        return self._number

    def forget(self, numbers: Iterable[int]) -> None:
        """Whatever these are answered, nobody wants to know."""
        for number in numbers:
            if self._answers.pop(number, None) is None and number in self._open:
                self._forgotten.add(number)

    def done(self, number: int) -> None:
        """The request was carried out."""
        self._take(number, STATUS)

    def attributes(self, number: int) -> Attributes:
        """The answer to LSTAT or FSTAT."""
        return self._take(number, ATTRS).attributes()

    def handle(self, number: int) -> bytes:
        """The answer to OPEN or OPENDIR."""
        return self._take(number, HANDLE).text()

    def data(self, number: int, most: int) -> bytes:
        """The answer to READ: nothing at the end of the file."""
        try:
            found = self._take(number, DATA).text()
        except Refusal as no:
            if no.code == EOF:
                return b""
            raise
        if not 0 < len(found) <= most:
            raise self._broke(f"sent {len(found)} bytes where {most} were asked for")
        return found

    # ---------------------------------------------------------------- one thing at a time

    def lstat(self, path: bytes) -> Attributes | None:
        """What stands there, links not followed; None where nothing does."""
        return found_or_none(lambda: self.attributes(self.ask(LSTAT, text(path))))

    def fstat(self, handle: bytes) -> Attributes:
        """What an open file is now."""
        return self.attributes(self.ask(FSTAT, text(handle)))

    def open(self, path: bytes, flags: int = FOR_READING) -> bytes:
        """Open a file; says its handle."""
        return self.handle(self.ask(OPEN, text(path), struct.pack(">II", flags, 0)))

    def shut(self, handle: bytes) -> None:
        """Close a file; a server may say only now that something could not be written."""
        self.done(self.ask(CLOSE, text(handle)))

    def rename(self, source: bytes, target: bytes) -> None:
        """Rename; where a target is there already the server refuses (most of them)."""
        self.done(self.ask(RENAME, text(source), text(target)))

    def rename_over(self, source: bytes, target: bytes) -> None:
        """Rename as POSIX does, over what is there (posix-rename@openssh.com)."""
        self.done(self.ask(EXTENDED, text(b"posix-rename@openssh.com"), text(source), text(target)))

    def remove(self, path: bytes) -> None:
        """Delete a file."""
        self.done(self.ask(REMOVE, text(path)))

    def mkdir(self, path: bytes) -> None:
        """Make a folder."""
        self.done(self.ask(MKDIR, text(path), struct.pack(">I", 0)))

    def fsync(self, handle: bytes) -> None:
        """Make an open file durable (fsync@openssh.com)."""
        self.done(self.ask(EXTENDED, text(b"fsync@openssh.com"), text(handle)))

    def where(self) -> bytes:
        """The folder a session begins in; also a sign of life."""
        found = self._take(self.ask(REALPATH, text(b".")), NAME)
        found.number()
        return found.text()

    # ---------------------------------------------------------------- many at once

    def scan(self, folder: bytes, most: int) -> Iterator[Entry]:
        """Every row of a folder, in the server's order, at most `most` of them; nothing is asked of each file."""
        handle = self.handle(self.ask(OPENDIR, text(folder)))
        asked: deque[int] = deque()
        ahead, rows = 1, 0
        try:
            while rows < most:
                while len(asked) < ahead:
                    asked.append(self.ask(READDIR, text(handle)))
                try:
                    found = self._take(asked.popleft(), NAME)
                except Refusal as no:
                    if no.code == EOF:
                        return
                    raise
                ahead = min(ahead * 2, AHEAD)
                count = found.number()
                if count == 0:
                    raise self._broke("sent a listing without rows that does not end")
                for _ in range(count):
                    name = found.text()
                    found.text()  # the long name: `ls -l` as the server would print it
                    rows += 1
                    yield Entry(name, found.attributes())
        finally:
            if not self.broken:
                self.forget(asked)
                self.forget([self.ask(CLOSE, text(handle))])

    def read(self, handle: bytes, start: int, size: int, slowest: float = 0.0) -> Iterator[bytes]:
        """`size` bytes from `start` in pieces, asked for ahead; ends early where the file does.

        A server that brings less than `slowest` bytes a second, after `patience`, is Lost.
        """
        asked: deque[tuple[int, int, int]] = deque()
        at, end, waited, brought = start, start + size, self.waited, 0
        try:
            while at < end or asked:
                while at < end and len(asked) < AHEAD:
                    most = min(PIECE, end - at)
                    asked.append((self.ask(READ, text(handle), struct.pack(">QI", at, most)), at, most))
                    at += most
                number, offset, most = asked.popleft()
                piece = self.data(number, most)
                while piece and len(piece) < most:  # allowed: the server gives less at once than was asked for
                    rest = most - len(piece)
                    more = self.data(self.ask(READ, text(handle), struct.pack(">QI", offset + len(piece), rest)), rest)
                    if not more:
                        yield piece
                        return
                    piece += more
                if not piece:
                    return
                brought += len(piece)
                if slowest and self.waited - waited > self.patience + brought / slowest:
                    raise self._broke(f"brings less than {slowest:.0f} bytes a second")
                yield piece
        finally:
            if not self.broken:
                self.forget(number for number, _, _ in asked)

    def write(self, handle: bytes, chunks: Iterable[bytes], slowest: float = 0.0, start: int = 0) -> int:
        """Write from `start` on, sent ahead; says where that ends. Every piece was confirmed when this returns.

        `confirmed` says meanwhile, and where it is Lost, up to where the server has it.
        """
        asked: deque[tuple[int, int]] = deque()
        end, waited = start, self.waited
        self.confirmed = start
        try:
            for chunk in chunks:
                for at in range(0, len(chunk), PIECE):
                    piece = chunk[at : at + PIECE]
                    asked.append((self.ask(WRITE, text(handle), struct.pack(">Q", end), text(piece)), end + len(piece)))
                    end += len(piece)
                    if len(asked) >= AHEAD:
                        self._confirm(asked)
                    if slowest and self.waited - waited > self.patience + (end - start) / slowest:
                        raise self._broke(f"takes less than {slowest:.0f} bytes a second")
            while asked:
                self._confirm(asked)
        finally:
            if not self.broken:
                self.forget(number for number, _ in asked)
        return end

    def _confirm(self, asked: deque[tuple[int, int]]) -> None:
        number, end = asked.popleft()
        self.done(number)
        self.confirmed = end

    # ---------------------------------------------------------------- bytes

    def _hello(self) -> None:
        self._send(INIT, struct.pack(">I", 3))
        kind, found = self._packet()
        if kind != VERSION:
            raise self._broke("does not speak SFTP")
        said = _Answer(self, found)
        if said.number() < 3:
            raise self._broke("speaks an SFTP older than version 3")
        offered = set()
        while said.left:
            offered.add(said.text())
            said.text()
        self.extensions = frozenset(offered)

    def _take(self, number: int, expected: int) -> _Answer:
        while number not in self._answers:
            kind, found = self._packet()
            if len(found) < 4:
                raise self._broke("sent an answer without a number")
            answered = int.from_bytes(found[:4], "big")
            if answered not in self._open:
                raise self._broke("answered what was not asked")
            self._open.discard(answered)
            if answered in self._forgotten:
                self._forgotten.discard(answered)
            else:
                self._answers[answered] = (kind, found[4:])
        kind, found = self._answers.pop(number)
        answer = _Answer(self, found)
        if kind == STATUS:
            code = answer.number()
            if code != OK:
                said = answer.text().decode("utf-8", "surrogateescape")[:200] if answer.left else ""
                raise Refusal(code, said)
        if kind != expected:
            raise self._broke("answered something else than was asked")
        return answer

    def _packet(self) -> tuple[int, bytes]:
        until = self._timer() + self.patience
        self._fill(4, until)
        size = int.from_bytes(self._buffer[:4], "big")
        if not 0 < size <= LARGEST:
            raise self._broke(f"sent an answer of {size} bytes")
        self._fill(4 + size, until)
        kind, found = self._buffer[4], bytes(self._buffer[5 : 4 + size])
        del self._buffer[: 4 + size]
        return kind, found

    def _fill(self, size: int, until: float) -> None:
        while len(self._buffer) < size:
            before = self._timer()
            if before >= until:
                raise self._broke(f"has not answered within {self.patience:.0f} seconds")
            try:
                self._stream.settimeout(until - before)
                got = self._stream.recv(LARGEST)
            except TimeoutError:
                continue
            except (OSError, EOFError) as error:
                raise self._broke(f"ended the connection ({str(error) or 'no reason'})") from error
            finally:
                self.waited += self._timer() - before
            if not got:
                raise self._broke("ended the connection")
            self._buffer += got

    def _send(self, kind: int, body: bytes) -> None:
        rest = struct.pack(">IB", len(body) + 1, kind) + body
        before = self._timer()
        try:
            self._stream.settimeout(self.patience)
            while rest:
                sent = self._stream.send(rest)
                if sent <= 0:
                    raise self._broke("ended the connection")
                rest = rest[sent:]
        except TimeoutError as error:
            raise self._broke(f"has taken nothing for {self.patience:.0f} seconds") from error
        except (OSError, EOFError) as error:
            raise self._broke(f"ended the connection ({str(error) or 'no reason'})") from error
        finally:
            self.waited += self._timer() - before

    def _broke(self, what: str) -> Lost:
        self.close()
        return Lost(f"the server {what}")


class _Answer:
    """The fields of an answer, read one after the other; a field that is not there whole breaks the protocol."""

    def __init__(self, session: Session, data: bytes) -> None:
        self._session = session
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self._at

    def _bytes(self, count: int) -> bytes:
        if count > self.left:
            raise self._session._broke("sent an answer that ends in the middle")  # noqa: SLF001 of one module
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, width: int = 4) -> int:
        """An unsigned number."""
        return int.from_bytes(self._bytes(width), "big")

    def text(self) -> bytes:
        """A string of bytes with its length before it."""
        return self._bytes(self.number())

    def attributes(self) -> Attributes:
        """ATTRS: flags, and the fields they announce."""
        flags = self.number()
        size = self.number(8) if flags & 0x1 else None
        if flags & 0x2:
            self._bytes(8)
        mode = self.number() if flags & 0x4 else None
        mtime = int.from_bytes(self._bytes(8)[4:], "big") if flags & 0x8 else None
        if flags & 0x80000000:
            for _ in range(self.number()):
                self.text()
                self.text()
        return Attributes(size, mode, mtime)


def text(value: bytes) -> bytes:
    """A string of bytes as requests carry it."""
    return struct.pack(">I", len(value)) + value


def found_or_none(ask: Callable[[], Attributes]) -> Attributes | None:
    """The attributes asked for; None where there is no such file."""
    try:
        return ask()
    except Refusal as no:
        if no.code == NO_SUCH_FILE:
            return None
        raise
