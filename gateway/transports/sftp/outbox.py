"""A folder on a partner's SFTP server that we put into."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gateway.edi.naming import LONGEST, safe, temporary
from gateway.edi.shown import shown
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.settling import below
from gateway.transports.sftp.terms import Drop
from gateway.transports.sftp.wire import (
    AHEAD,
    CLOSE,
    FOR_A_NEW_FILE,
    FOR_GOING_ON,
    NO_SUCH_FILE,
    PERMISSION_DENIED,
    PIECE,
    UNSUPPORTED,
    Lost,
    Refusal,
    Session,
    text,
)

SLOWEST = 1024.0
WORTHWHILE = 1024 * 1024
"""Bytes that a broken connection must have brought there, that the next try goes on behind them."""
_OVER = b"posix-rename@openssh.com"
_FSYNC = b"fsync@openssh.com"


def chance_word() -> str:
    """Eight characters that nobody else has chosen."""
    return os.urandom(4).hex()


class SftpOutbox:
    """Whole files only: written under a temporary name, synced where the server can, then given their name, never over another.

    A long upload whose connection is lost goes on at the next try. Where a reply is lost the server is asked what stands
    there before anybody sends again.
    """

    def __init__(self, channel: str, server: Server, terms: Drop, word: Callable[[], str] = chance_word) -> None:
        self.channel = channel
        self.server = server
        self.terms = terms
        self._word = word
        self._left: dict[str, _BrokenOff] = {}

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Put a file; the same bytes under the same name are there already. Raises Unavailable, Refused, OutcomeUnknown."""
        if name != safe(name) or temporary(name.encode()) or not 0 < len(name) <= LONGEST or not name.strip("."):
            raise Refused(f"{shown(name)!r} cannot name a file in channel {self.channel}; expected letters, digits, dot, dash, underscore")
        final = below(self.terms.folder, name.encode())
        aside = below(self.terms.folder, self.terms.temporary.format(name=f"{self._word()}.{name}").encode())
        ours = _Ours(chunks)
        renaming = False
        try:
            with self.server.session() as session:
                there = session.lstat(final)
                if there is not None:
                    self._compare(session, name, final, there.size, ours)
                    return name
                begun = self._taken_up(session, name, ours)
                if begun is not None:
                    aside = begun.aside
                with self._cleaned(session, aside):
                    try:
                        self._upload(session, aside, ours)
                    except Lost:
                        self._broke_off(session, name, aside, ours)
                        raise
                    renaming = True
                    self._publish(session, name, aside, final, ours.size)
                self._mark(session, final)
                return name
        except Lost as lost:
            if not renaming:
                raise Unavailable(f"{name} was not put into channel {self.channel}: {lost}") from lost
            return self._after_the_loss(name, aside, final, ours.size, lost)
        except Refusal as no:
            raise self._said(name, no) from no

    def _broke_off(self, session: Session, name: str, aside: bytes, ours: _Ours) -> None:
        """Remember up to where it stands there for certain, so that the next try need not begin anew."""
        size, digest = ours.mark_before(session.confirmed)
        self._left[name] = _BrokenOff(aside, size, digest)
        if size - ours.begun >= WORTHWHILE:
            self.server.worked()  # it took a good part: to go on is no knocking at a dead door

    def _taken_up(self, session: Session, name: str, ours: _Ours) -> _BrokenOff | None:
        """What a broken connection left there, where it is worth going on with; else it is removed.

        It must be what we wrote: our bytes by their hash, and the last of them read back. Raises Unavailable where it is not.
        """
        begun = self._left.pop(name, None)
        there = session.lstat(begun.aside) if begun is not None else None
        if begun is None or there is None:
            return None
        if begun.size < WORTHWHILE or there.size is None or there.size < begun.size:
            session.remove(begun.aside)
            return None
        last = ours.skip(begun.size)
        handle = session.open(begun.aside)
        try:
            same = ours.digest == begun.digest and b"".join(session.read(handle, begun.size - len(last), len(last), SLOWEST)) == last
        finally:
            _let_go(session, handle)
        if not same:
            session.remove(begun.aside)
            raise Unavailable(f"what was left of {name} in channel {self.channel} is something else by now; it was removed")
        return begun

    def _upload(self, session: Session, aside: bytes, ours: _Ours) -> None:
        handle = session.open(aside, FOR_GOING_ON if ours.begun else FOR_A_NEW_FILE)
        try:
            written = session.write(handle, ours, SLOWEST, ours.begun)
            if _FSYNC in session.extensions:
                try:
                    session.fsync(handle)
                except Refusal as no:
                    if no.code != UNSUPPORTED:
                        raise
        except BaseException:
            _let_go(session, handle)
            raise
        session.shut(handle)
        there = session.lstat(aside)
        if there is not None and there.size is not None and there.size != written:
            raise Refused(
                f"the server kept {there.size} of {written} bytes (a text mode? a quota?); nothing was put into channel {self.channel}"
            )

    def _publish(self, session: Session, name: str, aside: bytes, final: bytes, size: int) -> None:
        try:
            session.rename(aside, final)
        except Refusal:
            # version 3 does not say why: taken since we looked, or a server that renames only the other way
            there = session.lstat(final)
            if there is not None:
                handle = session.open(aside)
                try:
                    self._compare(session, name, final, there.size, session.read(handle, 0, size + 1, SLOWEST))
                finally:
                    _let_go(session, handle)
                session.remove(aside)
                return
            if _OVER not in session.extensions or session.lstat(aside) is None:
                raise
            session.rename_over(aside, final)
        there = session.lstat(final)
        if there is not None and there.size is not None and there.size != size:
            raise OutcomeUnknown(f"{name} in channel {self.channel} has {there.size} bytes where {size} were put")

    def _after_the_loss(self, name: str, aside: bytes, final: bytes, size: int, lost: Lost) -> str:
        """The rename was asked for and not answered: look at both names, once more rename where nothing happened."""
        try:
            with self.server.session() as session:
                if session.lstat(aside) is not None:
                    with self._cleaned(session, aside):
                        self._publish(session, name, aside, final, size)
                else:
                    # nobody but our own rename takes the temporary name away; where the final one is gone too, it was collected
                    there = session.lstat(final)
                    if there is not None and there.size is not None and there.size != size:
                        raise OutcomeUnknown(f"{name} in channel {self.channel} has {there.size} bytes where {size} were put")
                self._mark(session, final)
                return name
        except (Lost, Unavailable) as again:
            raise OutcomeUnknown(f"whether {name} stands in channel {self.channel} is not known: {lost}") from again
        except Refusal as no:
            raise self._said(name, no) from no

    def _compare(self, session: Session, name: str, final: bytes, size: int | None, chunks: Iterable[bytes]) -> None:
        """Whether what has the name is what we would put. Raises Refused where it is not, or cannot be told."""
        try:
            handle = session.open(final)
        except Refusal as no:
            if no.code == NO_SUCH_FILE:
                raise Unavailable(f"{name} in channel {self.channel} was collected just now; it is looked at again") from no
            raise Refused(f"{name} in channel {self.channel} is taken, and what has the name cannot be read to compare: {no}") from no
        try:
            if not _equal(session.read(handle, 0, (size or 0) + 1, SLOWEST), chunks):
                raise Refused(f"{name} in channel {self.channel} is taken by other bytes; nothing was overwritten")
        finally:
            _let_go(session, handle)

    def _mark(self, session: Session, final: bytes) -> None:
        if self.terms.marker is not None:
            marker = final + self.terms.marker.encode()
            if session.lstat(marker) is None:
                session.shut(session.open(marker, FOR_A_NEW_FILE))

    @contextlib.contextmanager
    def _cleaned(self, session: Session, aside: bytes) -> Iterator[None]:
        """Nothing of ours stays behind where it fails and the server still listens."""
        try:
            yield
        except BaseException:
            if not session.broken:
                with contextlib.suppress(Lost, Refusal):
                    session.remove(aside)
            raise

    def _said(self, name: str, no: Refusal) -> Unavailable:
        folder = shown(self.terms.folder.decode("utf-8", "surrogateescape"))
        if no.code in (NO_SUCH_FILE, PERMISSION_DENIED):
            what = f"folder {folder} on {self.server.login.place} cannot be written ({no}); `gateway channel test` says what to ask for"
            return Unavailable(f"{name} was not put into channel {self.channel}: {what}", retry_after=300.0)
        return Unavailable(f"{name} was not put into channel {self.channel}: {no}")


def _let_go(session: Session, handle: bytes) -> None:
    if not session.broken:
        session.forget([session.ask(CLOSE, text(handle))])


def _equal(theirs: Iterable[bytes], ours: Iterable[bytes]) -> bool:
    """Whether two streams hold the same bytes, however they are cut."""
    left = iter(theirs)
    held = b""
    for chunk in ours:
        rest = chunk
        while rest:
            held = held or next(left, b"")
            length = min(len(held), len(rest))
            if not length or held[:length] != rest[:length]:
                return False
            held, rest = held[length:], rest[length:]
    return not held and not next(left, b"")


@dataclass(frozen=True, slots=True)
class _BrokenOff:
    """An upload whose connection was lost: where it stands, up to where that is certain, and the hash of our bytes so far."""

    aside: bytes
    size: int
    digest: bytes


class _Ours:
    """What we put, counted and hashed as it passes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = b""
        self._hash = hashlib.sha256()
        self._marks: deque[tuple[int, bytes]] = deque([(0, b"")], maxlen=2 * AHEAD)
        self.size = 0
        self.begun = 0
        """How much of it was skipped."""

    @property
    def digest(self) -> bytes:
        """The hash of what has passed."""
        return self._hash.digest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in itertools.chain([self._held] if self._held else [], self._chunks):
            self._pass(chunk)
            yield chunk

    def skip(self, size: int) -> bytes:
        """Let so many bytes pass that are there already; says the last of them."""
        last = b""
        while self.size < size and (chunk := next(self._chunks, None)) is not None:
            most = size - self.size
            chunk, self._held = chunk[:most], chunk[most:]
            self._pass(chunk)
            last = (last + chunk)[-PIECE:]
        self.begun = self.size
        return last

    def mark_before(self, size: int) -> tuple[int, bytes]:
        """The last place, at most `size`, up to which the hash is known, and that hash."""
        return next((mark for mark in reversed(self._marks) if mark[0] <= size), (0, b""))

    def _pass(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self.size += len(chunk)
        self._marks.append((self.size, self.digest))
