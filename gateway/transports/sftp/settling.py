"""What becomes of a file at the partner's side once it is ours: moved or deleted there, one step at a time, nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.edi.naming import safe
from gateway.ports import Offered, Receipt
from gateway.transports.folder import archived_name
from gateway.transports.sftp.wire import LSTAT, NO_SUCH_FILE, REMOVE, RENAME, Attributes, Refusal, Session, text

Still = Callable[[Offered, Attributes | None], bool]
"""Whether what is there is what was offered."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: done, gone without us, or why it cannot be done."""

    vanished: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """Moves what was taken to the archive folder there, or deletes it. Every step can be repeated after a reply was lost."""

    folder: bytes
    then: str
    archive: bytes
    marker: str | None

    def settle(self, session: Session, offered: Offered, receipt: Receipt, still: Still) -> Verdict:
        """Do it, and say what came of it. Raises Lost: done or not is then unknown, and asking again finds out."""
        name = offered.handle
        assert isinstance(name, bytes)
        source = below(self.folder, name)
        kept = self._kept(name, receipt)
        try:
            there = session.lstat(source)
            if there is None:
                return Verdict(vanished=not self._was_us(session, kept, source, offered, receipt, still))
            if not still(offered, there):
                return Verdict()
            if self.then == "delete":
                self._delete(session, source, offered, receipt, still)
            else:
                moved = self._move(session, source, kept)
                if moved is not None:
                    self._give_back(session, moved, source, offered, still)
            if self.marker is not None:
                self._remove(session, source + self.marker.encode())
        except Refusal as no:
            return Verdict(problem=str(no))
        return Verdict()

    def settle_all(self, session: Session, taken: Sequence[tuple[Offered, Receipt]], still: Still) -> list[Verdict]:
        """The same for many in a few round trips: each step is asked for all of them at once.

        Whatever does not go straight takes the careful way. Raises Lost: what was done is then unknown of each.
        """
        places = [self._places(offered, receipt) for offered, receipt in taken]
        looked = _each(session, [session.ask(LSTAT, text(source)) for source, _ in places])
        straight = [it for it, there in enumerate(looked) if isinstance(there, Attributes) and still(taken[it][0], there)]
        asked = [session.ask(RENAME, text(places[it][0]), text(places[it][1])) for it in straight]
        moved = [it for it, done in zip(straight, _each(session, asked, session.done), strict=True) if not isinstance(done, Refusal)]
        landed = _each(session, [session.ask(LSTAT, text(places[it][1])) for it in moved])
        right = [it for it, there in zip(moved, landed, strict=True) if isinstance(there, Attributes) and still(taken[it][0], there)]
        ends = [session.ask(REMOVE, text(places[it][1])) for it in right] if self.then == "delete" else []
        ends += [session.ask(REMOVE, text(places[it][0] + self.marker.encode())) for it in right] if self.marker is not None else []
        _each(session, ends, session.done)
        verdicts = []
        for it, (offered, receipt) in enumerate(taken):
            if it in right:
                verdicts.append(Verdict())
            elif it in moved:
                self._give_back(session, places[it][1], places[it][0], offered, still)
                verdicts.append(Verdict())
            else:
                verdicts.append(self.settle(session, offered, receipt, still))
        return verdicts

    def _places(self, offered: Offered, receipt: Receipt) -> tuple[bytes, bytes]:
        """Where it stands, and where it goes: the archive, or aside to be deleted."""
        name = offered.handle
        assert isinstance(name, bytes)
        source = below(self.folder, name)
        return source, self._aside(source, offered, receipt) if self.then == "delete" else self._kept(name, receipt)

    def _kept(self, name: bytes, receipt: Receipt) -> bytes:
        wanted = archived_name(name, receipt).encode()
        return below(self.archive if self.archive.startswith(b"/") else below(self.folder, self.archive), wanted)

    def _move(self, session: Session, source: bytes, wanted: bytes) -> bytes | None:
        """Rename to the wanted name or one beside it, never over anything; None where the source is gone."""
        folder, _, name = wanted.rpartition(b"/")
        for number in range(1, 100):
            target = wanted if number == 1 else below(folder, b"%d-%s" % (number, name))
            try:
                session.rename(source, target)
            except Refusal as no:
                if session.lstat(source) is None:
                    return None
                if session.lstat(target) is None:
                    if session.lstat(folder) is not None:
                        raise
                    session.mkdir(folder)
                    session.rename(source, target)
                    return target
                if number == 99:
                    raise Refusal(no.code, "every name beside it is taken") from no
                continue
            return target
        return None

    def _delete(self, session: Session, source: bytes, offered: Offered, receipt: Receipt, still: Still) -> None:
        """Moved aside first, looked at, and only then deleted: a new file may have taken the name since the last look."""
        aside = self._aside(source, offered, receipt)
        try:
            session.rename(source, aside)
        except Refusal as no:
            if no.code == NO_SUCH_FILE:
                return
            if session.lstat(aside) is None:
                # a server that lets us delete but not rename; the gap is one round trip
                if still(offered, session.lstat(source)):
                    self._remove(session, source)
                return
            self._remove(session, aside)  # left by ourselves when a reply was lost
            session.rename(source, aside)
        if self._give_back(session, aside, source, offered, still):
            self._remove(session, aside)

    def _was_us(self, session: Session, kept: bytes, source: bytes, offered: Offered, receipt: Receipt, still: Still) -> bool:
        """Whether the name is free because we moved the file before, and the reply was lost; a deletion begun is finished."""
        if self.then != "delete":
            return session.lstat(kept) is not None
        aside = self._aside(source, offered, receipt)
        if not still(offered, session.lstat(aside)):
            return False
        self._remove(session, aside)
        return True

    def _aside(self, source: bytes, offered: Offered, receipt: Receipt) -> bytes:
        """A temporary name that says what is under it, so that a crash between moving and deleting can be cleaned up after."""
        name, size, mtime = offered.identity.rsplit(";", 2)
        return below(source.rpartition(b"/")[0], f".gateway-{safe(receipt.transmission)};{size};{mtime};{safe(name)[:100]}".encode())

    def _give_back(self, session: Session, moved: bytes, source: bytes, offered: Offered, still: Still) -> bool:
        """What was moved but is not what was taken goes back to its name, or beside it; says whether it was the right one."""
        there = session.lstat(moved)
        if there is None or still(offered, there):
            return there is not None
        try:
            session.rename(moved, source)
        except Refusal:
            folder, _, name = source.rpartition(b"/")
            session.rename(moved, below(folder, b"returned-" + name))
        return False

    def _remove(self, session: Session, path: bytes) -> None:
        try:
            session.remove(path)
        except Refusal as no:
            if no.code != NO_SUCH_FILE:
                raise


def _each(session: Session, numbers: Sequence[int], taken: Callable[[int], object] | None = None) -> list[object]:
    """The answers to requests asked ahead, each a value or the Refusal."""
    found: list[object] = []
    for number in numbers:
        try:
            found.append((taken or session.attributes)(number))
        except Refusal as no:
            found.append(no)
    return found


def below(folder: bytes, name: bytes) -> bytes:
    """The path of a name in a folder there."""
    if folder in (b"", b"."):
        return name
    return folder.rstrip(b"/") + b"/" + name


def ours(name: bytes, mark: tuple[int, int | None]) -> bool:
    """Whether a temporary file is one that we took, journalled and were about to delete: its name says its size and time."""
    parts = name.split(b";")
    size, mtime = mark
    return name.startswith(b".gateway-") and parts[1:3] == [b"%d" % size, b"" if mtime is None else b"%d" % mtime]
