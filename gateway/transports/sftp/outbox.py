"""A folder on a partner's SFTP server that we put into."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator

from gateway.edi.naming import LONGEST, safe, temporary
from gateway.edi.shown import shown
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.settling import below
from gateway.transports.sftp.terms import Drop
from gateway.transports.sftp.wire import CLOSE, FOR_A_NEW_FILE, NO_SUCH_FILE, PERMISSION_DENIED, UNSUPPORTED, Lost, Refusal, Session, text

SLOWEST = 1024.0
_OVER = b"posix-rename@openssh.com"
_FSYNC = b"fsync@openssh.com"


def chance_word() -> str:
    """Eight characters that nobody else has chosen."""
    return os.urandom(4).hex()


class SftpOutbox:
    """Whole files only: written under a temporary name, synced where the server can, then given their name, never over another.

    Where a reply is lost the server is asked what stands there before anybody sends again.
    """

    def __init__(self, channel: str, server: Server, terms: Drop, word: Callable[[], str] = chance_word) -> None:
        self.channel = channel
        self.server = server
        self.terms = terms
        self._word = word

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Put a file; the same bytes under the same name are there already. Raises Unavailable, Refused, OutcomeUnknown."""
        if name != safe(name) or temporary(name.encode()) or not 0 < len(name) <= LONGEST or not name.strip("."):
            raise Refused(f"{shown(name)!r} cannot name a file in channel {self.channel}; expected letters, digits, dot, dash, underscore")
        final = below(self.terms.folder, name.encode())
        aside = below(self.terms.folder, self.terms.temporary.format(name=f"{self._word()}.{name}").encode())
        counted = _Counted(chunks)
        renaming = False
        try:
            with self.server.session() as session:
                there = session.lstat(final)
                if there is not None:
                    self._compare(session, name, final, there.size, counted)
                    return name
                with self._cleaned(session, aside):
                    self._upload(session, aside, counted)
                    renaming = True
                    self._publish(session, name, aside, final, counted.size)
                self._mark(session, final)
                return name
        except Lost as lost:
            if not renaming:
                raise Unavailable(f"{name} was not put into channel {self.channel}: {lost}") from lost
            return self._after_the_loss(name, aside, final, counted.size, lost)
        except Refusal as no:
            raise self._said(name, no) from no

    def _upload(self, session: Session, aside: bytes, chunks: Iterable[bytes]) -> None:
        handle = session.open(aside, FOR_A_NEW_FILE)
        try:
            written = session.write(handle, chunks, SLOWEST)
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


class _Counted:
    """Chunks, counted as they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk
