"""A folder on a partner's SFTP server that we take from."""

from __future__ import annotations

import contextlib
import fnmatch
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_from_bytes

from gateway.edi.finding import Finding, Location
from gateway.edi.naming import temporary
from gateway.edi.shown import shown
from gateway.ports import NotReady, Offered, Receipt, Refused, Unavailable
from gateway.transports.codes import CODES
from gateway.transports.completeness import Ending, ending
from gateway.transports.sftp.ahead import Peek, peek
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.settling import Settling, Verdict, below, ours
from gateway.transports.sftp.terms import Mailbox, Memory
from gateway.transports.sftp.wire import CLOSE, LSTAT, NO_SUCH_FILE, Attributes, Entry, Lost, Refusal, Session, text

CHUNK = 256 * 1024
KEPT_AHEAD = 16 * 1024 * 1024
"""Bytes of small files kept from the look that read them until they are taken."""
SLOWEST = 1024.0
"""Bytes a second below which a server is given up: one that drips must not hold a worker for hours."""
AT_ONCE = 4
RESUMED = 20
"""Times that a read goes on after the connection was lost."""
WORTHWHILE = 1024 * 1024
"""Bytes that a connection must have brought, that the next one may go on behind them."""
AGAIN = 600.0
"""Seconds between tries to move what could not be moved."""


@dataclass(slots=True)
class _Seen:
    """A file as the last looks saw it."""

    size: int
    mtime: int | None
    scans: int
    since: float
    renamed: bool = False
    ending: Ending | None = None


@dataclass(slots=True)
class _Stuck:
    """A file that is ours but could not be moved or deleted."""

    offered: Offered
    receipt: Receipt
    why: str
    again: float


class SftpInbox:
    """A mailbox that is polled. Keep one object as long as the service runs: it remembers what it saw last time.

    A look is one listing, and for files that seem finished their ends, asked for all at once. Names are bytes; none of
    them becomes a path of ours, and one that cannot be a file's name hides no other.
    """

    def __init__(
        self,
        channel: str,
        server: Server,
        terms: Mailbox,
        memory: Memory | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.channel = channel
        self.terms = terms
        self.server = server
        self.every = terms.every
        self.remarks: list[Finding] = []
        """What the last look saw and did not take, for people."""
        self.unsettled = 0
        """Files that another look alone may find finished."""
        self.room = terms.batch
        """Files that the next look may offer, where whoever takes them has less room than a batch."""
        self.more = False
        """Whether finished files were left for the next look, because there were many."""
        self.at_once = min(server.connections, AT_ONCE)
        """How many files may be taken side by side, each over a connection of its own."""
        self._timer = timer
        self._memory = memory
        self._settling = Settling(terms.folder, terms.then, terms.archive, terms.marker)
        self._seen: dict[bytes, _Seen] = {}
        self._aside: dict[bytes, tuple[int, int | None]] = {}
        self._half: list[bytes] = []
        self._told_next: list[Finding] = []
        self._ahead: dict[str, bytes] = {}
        self._stalled: set[bytes] = set()
        self._copied: set[str] = set()
        self._left: set[str] = memory.load() if memory is not None else set()
        self._stuck: dict[str, _Stuck] = {}
        self._lock = threading.Lock()

    # ---------------------------------------------------------------- the port

    def list(self) -> list[Offered]:
        """What may be taken now, oldest first; what may not is in `remarks`, and of what stalled a copy is offered, once.

        A listing that broke off changes nothing.
        """
        with self._lock:
            try:
                with self.server.session() as session:
                    rows = self._rows(session)
                    self.remarks, self._told_next = self._told_next, []
                    self.unsettled, self.more = 0, False
                    self._ahead.clear()
                    self._stalled.clear()
                    found, markers = self._sorted(rows)
                    self._remember(found)
                    self._move_again(session)
                    return [*self._offers(session, markers)]
            except Lost as lost:
                raise Unavailable(f"channel {self.channel}: {self.server.login.place}: {lost}") from lost
            except Refusal as no:
                raise Unavailable(f"channel {self.channel}: folder {self._shown} cannot be listed: {no}") from no

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes in chunks; NotReady where they are no longer what was offered. A long read goes on where it broke off."""
        path, whole = self._path(offered), self._ahead.pop(offered.identity, None)
        at = begun = 0
        try:
            for last in (*(False,) * RESUMED, True):
                try:
                    with self.server.session() as session:
                        for chunk in [whole[at:]] if whole is not None else self._streamed(session, path, offered, at):
                            at += len(chunk)
                            if chunk:
                                yield chunk
                        if not self._still(offered, session.lstat(path)):
                            raise NotReady(f"{offered.name} changed or vanished while it was read")
                        return
                except Lost:
                    if last or at - begun < WORTHWHILE:
                        raise
                    begun = at
                    self.server.worked()  # it brought a good part: to go on is no knocking at a dead door
        except Lost as lost:
            raise Unavailable(f"{offered.name} cannot be read: {lost}") from lost
        except Refusal as no:
            if no.code == NO_SUCH_FILE:
                raise NotReady(f"{offered.name} is no longer there") from no
            raise NotReady(f"{offered.name} cannot be read: {no}") from no

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Move or delete it, now that it is ours; where the partner forbids that it is remembered and told, not taken again."""
        self._path(offered)
        if offered.copy:
            self._copied.add(offered.identity)
            return
        if self.terms.then == "leave":
            self._left.add(offered.identity)
            if self._memory is not None:
                self._memory.add(offered.identity)
            return
        for last in (False, True):
            try:
                with self.server.session() as session:
                    self._settled(offered, receipt, self._settling.settle(session, offered, receipt, self._still))
                    return
            except Lost as lost:
                # the reply may be what was lost: the second time the server is asked what became of it
                if last:
                    raise Unavailable(f"{offered.name} was taken but not yet moved or deleted: {lost}") from lost

    def settle_all(self, taken: Sequence[tuple[Offered, Receipt]]) -> None:
        """The same for many at once, in a few round trips."""
        plain = [pair for pair in taken if self.terms.then != "leave" and not pair[0].copy]
        for offered, receipt in taken:
            self._path(offered)
            if (offered, receipt) not in plain:
                self.settle(offered, receipt)
        if not plain:
            return
        try:
            with self.server.session() as session:
                for (offered, receipt), verdict in zip(plain, self._settling.settle_all(session, plain, self._still), strict=True):
                    self._settled(offered, receipt, verdict)
        except Lost:
            # what of it was done is not known: each is asked for by itself, and whoever is gone now was moved by us
            try:
                with self.server.session() as session:
                    for offered, receipt in plain:
                        verdict = self._settling.settle(session, offered, receipt, self._still)
                        self._settled(offered, receipt, replace(verdict, vanished=False))
            except Lost as lost:
                raise Unavailable(f"{len(plain)} files were taken but not yet moved or deleted: {lost}") from lost

    # ---------------------------------------------------------------- looking

    def _rows(self, session: Session) -> Sequence[Entry]:
        rows: list[Entry] = []
        bare: list[tuple[int, int]] = []
        for entry in session.scan(self.terms.folder, 2 * self.terms.crowd):
            if entry.attributes.size is None and _possible(entry.name):
                bare.append((len(rows), session.ask(LSTAT, text(below(self.terms.folder, entry.name)))))
            rows.append(entry)
        for at, number in bare:  # a server that says nothing of its files in the listing is asked, all at once
            try:
                rows[at] = Entry(rows[at].name, session.attributes(number))
            except Refusal:
                continue
        return rows

    def _sorted(self, rows: Sequence[Entry]) -> tuple[dict[bytes, Attributes], set[bytes]]:
        """Files that may be meant for us, and the names of markers."""
        found: dict[bytes, Attributes] = {}
        markers: set[bytes] = set()
        aside: dict[bytes, tuple[int, int | None]] = {}
        suffix = None if self.terms.marker is None else self.terms.marker.encode()
        pattern = None if self.terms.pattern == "*" else self.terms.pattern.encode()
        for entry in rows:
            name, there = entry.name, entry.attributes
            if name in (b".", b"..") or (there.mode is not None and stat.S_ISDIR(there.mode)):
                continue
            if not _possible(name):
                self._remark("inbox-impossible-name", name)
                continue
            if temporary(name):
                if len(aside) < self.terms.crowd:
                    aside[name] = (there.size or 0, there.mtime)
                continue
            if suffix is not None and name.endswith(suffix):
                markers.add(name)
                continue
            if pattern is not None and not fnmatch.fnmatchcase(name, pattern):
                continue
            if (odd := self._odd(there)) is not None:
                self._remark(odd, name, size=there.size, limit=self.terms.largest)
                continue
            if len(found) == self.terms.crowd:
                self.remarks.append(CODES["inbox-crowded"].finding(limit=self.terms.crowd))
                break
            found[name] = there
        self._renamed(found, aside)
        return found, markers

    def _renamed(self, found: dict[bytes, Attributes], aside: dict[bytes, tuple[int, int | None]]) -> None:
        """A temporary name that held the new one, of the same size and time, is gone since the last look: it came by rename."""
        vanished: dict[tuple[int, int | None], list[bytes]] = {}
        for name, mark in self._aside.items():
            if name not in aside:
                vanished.setdefault(mark, []).append(name)
        for name, there in found.items():
            mark = (there.size or 0, there.mtime)
            if name not in self._seen and any(name in old for old in vanished.get(mark, ())[:100]):
                self._seen[name] = _Seen(*mark, 0, self._timer(), renamed=True)
        # what a crash left half deleted is deleted; seen twice, so that nobody else is at it just now
        self._half = [name for name, mark in aside.items() if self._aside.get(name) == mark and ours(name, mark)]
        self._aside = aside

    def _odd(self, there: Attributes) -> str | None:
        if there.mode is not None and stat.S_ISLNK(there.mode):
            return "inbox-link"
        if not there.regular:
            return "inbox-not-a-file"
        if self.terms.largest is not None and there.size is not None and there.size > self.terms.largest:
            return "inbox-too-large"
        return None

    def _remember(self, found: dict[bytes, Attributes]) -> None:
        """Count the looks that saw a file unchanged, and forget what is gone."""
        now = self._timer()
        seen: dict[bytes, _Seen] = {}
        for name, there in found.items():
            before = self._seen.get(name)
            if before is not None and (before.size, before.mtime) == (there.size or 0, there.mtime):
                before.scans += 1
                seen[name] = before
            else:
                seen[name] = _Seen(there.size or 0, there.mtime, 1, now)
        self._seen = seen
        if self._left or self._stuck:
            identities = {self._identity(name) for name in seen}
            if not self._left <= identities and len(seen) < self.terms.crowd:
                self._left &= identities
                if self._memory is not None:
                    self._memory.keep(self._left)
            self._stuck = {identity: it for identity, it in self._stuck.items() if identity in identities}

    def _offers(self, session: Session, markers: set[bytes]) -> Sequence[Offered]:
        candidates = [name for name in sorted(self._seen, key=self._age) if self._candidate(name, markers)]
        offers: list[Offered] = []
        kept = 0
        batch = min(self.terms.batch, self.room)
        while candidates and len(offers) < batch:
            room = batch - len(offers)
            some, candidates = candidates[:room], candidates[room:]
            unknown = [(below(self.terms.folder, name), self._seen[name].size) for name in some if self._seen[name].ending is None]
            peeks: dict[bytes, Peek] = dict(peek(session, unknown))
            for name in some:
                looked = peeks.get(below(self.terms.folder, name))
                if not self._finished(name, looked):
                    if name in self._stalled and self._identity(name) not in self._copied:
                        offers.append(replace(self._offer(name), copy=True))
                    continue
                offered = self._offer(name)
                offers.append(offered)
                if looked is not None and looked.whole is not None and kept + len(looked.whole) <= KEPT_AHEAD:
                    kept += len(looked.whole)
                    self._ahead[offered.identity] = looked.whole
        self.more = bool(candidates)
        return offers

    def _age(self, name: bytes) -> tuple[int, bytes]:
        return self._seen[name].mtime or 0, name

    def _candidate(self, name: bytes, markers: set[bytes]) -> bool:
        """Whether it is worth looking into: the cheap half of what makes a file finished."""
        seen = self._seen[name]
        identity = self._identity(name)
        if identity in self._left:
            return False
        if identity in self._stuck:
            self._remark("inbox-unmovable", name, problem=self._stuck[identity].why)
            return False
        if self.terms.marker is not None:
            return name + self.terms.marker.encode() in markers
        if seen.renamed or (seen.scans >= self.terms.scans and self._timer() - seen.since >= self.terms.quiet):
            return True
        self.unsettled += 1
        return False

    def _finished(self, name: bytes, looked: Peek | None) -> bool:
        seen = self._seen[name]
        if looked is not None:
            if looked.problem is not None:
                if looked.problem.code != NO_SUCH_FILE:
                    self._remark("inbox-unreadable", name, problem=str(looked.problem))
                return False
            seen.ending = ending(looked.head, looked.tail)
        quiet = self._timer() - seen.since
        if seen.ending == "open":
            if quiet >= self.terms.partial_after:
                self._remark("inbox-partial", name, minutes=int(quiet // 60))
                self._stalled.add(name)
            return False
        sure = seen.renamed or self.terms.marker is not None or seen.ending == "complete"
        if not sure and quiet < self.terms.unsure:
            self.unsettled += 1
            return False
        if seen.size == 0:
            self._remark("inbox-empty", name)
        return True

    # ---------------------------------------------------------------- taking

    def _streamed(self, session: Session, path: bytes, offered: Offered, start: int) -> Iterator[bytes]:
        handle = session.open(path)
        try:
            if not self._still(offered, session.fstat(handle)):
                raise NotReady(f"{offered.name} has changed since it was offered")
            held, left = bytearray(), (offered.size or 0) - start
            for piece in session.read(handle, start, left, SLOWEST):
                held += piece
                left -= len(piece)
                if len(held) >= CHUNK:
                    yield bytes(held[:CHUNK])
                    del held[:CHUNK]
            if held:
                yield bytes(held)
            if left or not self._still(offered, session.fstat(handle)):
                raise NotReady(f"{offered.name} changed while it was read")
        finally:
            if not session.broken:
                session.forget([session.ask(CLOSE, text(handle))])

    def _still(self, offered: Offered, there: Attributes | None) -> bool:
        """Whether what is there now is what was offered."""
        name = offered.handle
        assert isinstance(name, bytes)
        return there is not None and there.regular and _named(name, there.size or 0, there.mtime) == offered.identity

    # ---------------------------------------------------------------- settling

    def _settled(self, offered: Offered, receipt: Receipt, verdict: Verdict) -> None:
        if verdict.problem is not None:
            self._stuck[offered.identity] = _Stuck(offered, receipt, verdict.problem, self._timer() + AGAIN)
            return
        self._stuck.pop(offered.identity, None)
        if verdict.vanished and isinstance(offered.handle, bytes):
            self._remark("inbox-vanished", offered.handle)
            self._told_next.append(self.remarks[-1])  # whoever shows remarks reads them after a look

    def _move_again(self, session: Session) -> None:
        due = [it for it in self._stuck.values() if it.again <= self._timer()]
        for it in due[:20]:
            verdict = self._settling.settle(session, it.offered, it.receipt, self._still)
            self._settled(it.offered, it.receipt, verdict)
            if verdict.problem is None and isinstance(it.offered.handle, bytes):
                self._seen.pop(it.offered.handle, None)
        for name in self._half[:20]:
            with contextlib.suppress(Refusal):
                session.remove(below(self.terms.folder, name))

    # ---------------------------------------------------------------- names

    @property
    def _shown(self) -> str:
        return shown(self.terms.folder.decode("utf-8", "surrogateescape"))

    def _path(self, offered: Offered) -> bytes:
        name = offered.handle
        if not isinstance(name, bytes) or not _possible(name) or offered.channel != self.channel:
            raise Refused(f"{offered.name} was not offered by this inbox")
        return below(self.terms.folder, name)

    def _identity(self, name: bytes) -> str:
        seen = self._seen[name]
        return _named(name, seen.size, seen.mtime)

    def _offer(self, name: bytes) -> Offered:
        text_ = shown(name.decode("utf-8", "surrogateescape"))
        return Offered(self.channel, text_, self._identity(name), self._seen[name].size, name)

    def _remark(self, code: str, name: bytes, **facts: object) -> None:
        if len(self.remarks) < 1000:
            said = shown(name.decode("utf-8", "surrogateescape"))
            self.remarks.append(CODES[code].finding(Location(file=said), said, None, **facts))


def _named(name: bytes, size: int, mtime: int | None) -> str:
    return f"{quote_from_bytes(name)};{size};{'' if mtime is None else mtime}"


def _possible(name: bytes) -> bool:
    """Whether it can be the name of a file in the folder, and of nothing else."""
    return name not in (b"", b".", b"..") and re.search(rb"[/\0]", name) is None
