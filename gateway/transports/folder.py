"""A folder as a partner's side: where he drops files for us, and where we put files for him."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from gateway import durable
from gateway.edi.finding import Finding, Location
from gateway.edi.naming import LONGEST, safe, temporary
from gateway.edi.shown import shown
from gateway.ports import NotReady, Offered, OutcomeUnknown, Receipt, Refused, Unavailable
from gateway.transports.codes import CODES
from gateway.transports.completeness import Ending
from gateway.transports.standing import Mark, being_written, ending_of, identity_of, named, regular, unchanged

Hint = Literal["renamed", "closed", "changed"]
"""What a watcher heard of a name; only ever a hint, the scan decides."""

_MOST_HINTS = 10_000


@dataclass(frozen=True, slots=True)
class Pickup:
    """The terms of a drop folder; the defaults serve a folder that a partner's SFTP server writes."""

    pattern: str = "*"
    """Which names are taken, as in a shell; case counts."""
    then: Literal["archive", "delete"] = "archive"
    archive: str = "archive"
    """Sub-folder for what was taken."""
    scans: int = 2
    """Looks that must see a file unchanged before it is taken without further proof."""
    quiet: float = 1.0
    """Seconds, by our own timer, that must lie between the first and the last of these looks."""
    partial_after: float = 3600.0
    """Seconds without change after which a file without its IEA is reported."""
    marker: str | None = None
    """Suffix of the file that says another is finished: with `.done`, a.edi waits for a.edi.done."""
    hard_links: bool = False
    """Whether a file that has another name elsewhere is taken."""
    every: timedelta | None = None
    """How often the folder is looked at beside the watching; None: as often as all."""
    largest: int | None = None
    batch: int = 10_000
    """Files offered at one look."""
    crowd: int = 100_000
    """Files considered at one look."""


@dataclass(slots=True)
class _Seen:
    """A file as the last looks saw it."""

    mark: Mark
    scans: int
    since: float
    renamed: bool
    ending: Ending | None = None


class FolderInbox:
    """A drop folder. Keep one object per folder as long as the service runs: it remembers what it saw last time.

    A file is taken when somebody said it is finished (a rename from a temporary name, a marker), when it ends in a
    complete IEA and nobody has it open for writing, or when it was unchanged over several looks. Names are data: they
    are shown escaped and never become a path outside the folder.
    """

    def __init__(self, channel: str, folder: Path, terms: Pickup | None = None, timer: Callable[[], float] = time.monotonic) -> None:
        self.channel = channel
        self.folder = folder
        self.terms = terms or Pickup()
        self.remarks: list[Finding] = []
        """What the last look saw and did not take, for people."""
        self.unsettled = 0
        """Files that another look alone may find finished: worth looking again soon."""
        self.open_elsewhere = 0
        """Files that somebody has open for writing: his closing them is heard, or seen at the next look."""
        self._timer = timer
        self._seen: dict[bytes, _Seen] = {}
        self.every = self.terms.every
        self.more = False
        """Whether the last look offered only a part, so that others have their turn."""
        self._stalled: set[bytes] = set()
        self._copied: set[str] = set()
        self._aside: set[tuple[int, int, int]] = set()
        self._unmovable: dict[str, str] = {}
        self._hints: dict[bytes, Hint] = {}
        self._lock = threading.Lock()

    @property
    def hinted(self) -> bool:
        """Whether something was heard since the last look began: then it was no last look."""
        return bool(self._hints)

    def hint(self, name: bytes, what: Hint) -> None:
        """Note what a watcher heard; safe from any thread, forgotten when there are too many."""
        with self._lock:
            if len(self._hints) < _MOST_HINTS:
                self._hints[name] = what

    def list(self) -> list[Offered]:
        """What may be taken now, oldest first; what may not is in `remarks`, and of what stalled a copy is offered, once."""
        with self._lock, _told(f"folder {shown(str(self.folder))} cannot be listed"), durable.opened(self.folder) as folder:
            hints, self._hints = self._hints, {}
            self.remarks, self.unsettled, self.open_elsewhere, self.more = [], 0, 0, False
            self._stalled.clear()
            found, markers = self._look(folder)
            self._remember(found)
            offers: list[Offered] = []
            for name in sorted(found, key=self._age):
                if len(offers) == self.terms.batch:
                    self.more = True
                    break
                if self.terms.marker is not None and name + os.fsencode(self.terms.marker) not in markers:
                    continue
                offer = self._offer(name)
                if self._ready(folder, name, hints.get(name)):
                    offers.append(offer)
                elif name in self._stalled and offer.identity not in self._copied:
                    offers.append(replace(offer, copy=True))
            return offers

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes in chunks; NotReady where they are no longer what was offered."""
        name = _name(offered)
        with _told(f"{offered.name} cannot be read"), durable.opened(self.folder) as folder:
            handle = regular(folder, name)
            if handle is None:
                raise NotReady(f"{offered.name} is no longer there")
            try:
                if identity_of(name, os.fstat(handle)) != offered.identity:
                    self.unsettled += 1
                    raise NotReady(f"{offered.name} has changed since it was offered")
                left = offered.size or 0
                for piece in durable.pieces(handle):
                    left -= len(piece)
                    if left < 0:
                        break
                    yield piece
                # the name too: an editor that saves by rename leaves what we have open unchanged
                if left or identity_of(name, os.fstat(handle)) != offered.identity or not _still(folder, name, offered):
                    self.unsettled += 1
                    raise NotReady(f"{offered.name} changed while it was read")
            finally:
                os.close(handle)

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Move it to the archive sub-folder or delete it; what has come under its name since stays."""
        name = _name(offered)
        if offered.copy:
            self._copied.add(offered.identity)
            return
        try:
            with durable.opened(self.folder) as folder:
                if not _still(folder, name, offered):
                    return
                if self.terms.then == "delete":
                    self._claim(folder, folder, name, f".gateway-{safe(receipt.transmission)}", offered, keep=False)
                else:
                    with durable.opened(self.terms.archive, within=folder, create=True) as archive:
                        self._claim(folder, archive, name, archived_name(name, receipt), offered, keep=True)
                        durable.sync(archive)
                if self.terms.marker is not None:
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(name + os.fsencode(self.terms.marker), dir_fd=folder)
                durable.sync(folder)
        except OSError as error:
            self._unmovable[offered.identity] = _why(error)
            raise Unavailable(f"{offered.name} was taken but cannot be moved or deleted: {_why(error)}") from error
        self._unmovable.pop(offered.identity, None)

    def _claim(self, folder: int, target_folder: int, name: bytes, wanted: str, offered: Offered, *, keep: bool) -> None:
        """Move first, then look at what was moved: between look and move the partner may have put another file there."""
        target = _move(name, wanted, folder, target_folder)
        if target is None:
            return
        if not _still(target_folder, os.fsencode(target), offered, name):
            try:
                durable.rename_new(target, name, target_folder, folder)
            except FileExistsError:
                _move(os.fsencode(target), f"returned-{target.lstrip('.')}", target_folder, folder)
        elif not keep:
            os.unlink(target, dir_fd=target_folder)

    def _look(self, folder: int) -> tuple[dict[bytes, Mark], set[bytes]]:
        """Every regular file that is not temporary, and the marker files."""
        found: dict[bytes, Mark] = {}
        markers: set[bytes] = set()
        aside: set[tuple[int, int, int]] = set()
        pattern = None if self.terms.pattern == "*" else os.fsencode(self.terms.pattern)
        suffix = os.fsencode(self.terms.marker) if self.terms.marker is not None else None
        with os.scandir(folder) as entries:
            for entry in entries:
                name = os.fsencode(entry.name)
                try:
                    there = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(there.st_mode):
                    continue
                if temporary(name):
                    if stat.S_ISREG(there.st_mode) and len(aside) < self.terms.crowd:
                        aside.add((there.st_ino, there.st_size, there.st_mtime_ns))
                    continue
                if suffix is not None and name.endswith(suffix):
                    markers.add(name)
                    continue
                if pattern is not None and not fnmatch.fnmatchcase(name, pattern):
                    continue
                if (odd := self._odd(there)) is not None:
                    self._remark(odd, name, size=there.st_size, limit=self.terms.largest)
                    continue
                if len(found) == self.terms.crowd:
                    self.remarks.append(CODES["inbox-crowded"].finding(limit=self.terms.crowd))
                    break
                found[name] = Mark(there.st_size, there.st_mtime_ns, there.st_ino, there.st_ctime_ns)
        before, self._aside = self._aside, aside
        for name, mark in found.items():
            # the same inode, size and time under a temporary name at the last look: it came by rename
            if name not in self._seen and (mark.inode, mark.size, mark.mtime_ns) in before:
                self._seen[name] = _Seen(mark, 0, self._timer(), renamed=True)
        return found, markers

    def _odd(self, there: os.stat_result) -> str | None:
        if stat.S_ISLNK(there.st_mode):
            return "inbox-link"
        if not stat.S_ISREG(there.st_mode):
            return "inbox-not-a-file"
        if there.st_nlink > 1 and not self.terms.hard_links:
            return "inbox-hard-link"
        if self.terms.largest is not None and there.st_size > self.terms.largest:
            return "inbox-too-large"
        return None

    def _remember(self, found: dict[bytes, Mark]) -> None:
        """Count the looks that saw a file unchanged, and forget what is gone."""
        now = self._timer()
        seen: dict[bytes, _Seen] = {}
        for name, mark in found.items():
            before = self._seen.get(name)
            if before is not None and before.mark == mark:
                before.scans += 1
                seen[name] = before
            else:
                seen[name] = _Seen(mark, 1, now, renamed=False)
        self._seen = seen
        if self._unmovable:
            there = {self._offer(name).identity for name in found}
            self._unmovable = {identity: why for identity, why in self._unmovable.items() if identity in there}

    def _age(self, name: bytes) -> tuple[bool, int, bytes]:
        """Oldest first by the writer's own times, which decide nothing but order; what cannot be moved away comes last."""
        unmovable = bool(self._unmovable) and self._offer(name).identity in self._unmovable
        return unmovable, self._seen[name].mark.mtime_ns, name

    def _ready(self, folder: int, name: bytes, hint: Hint | None) -> bool:
        seen = self._seen[name]
        try:
            handle = regular(folder, name)
        except OSError as error:
            self._remark("inbox-unreadable", name, problem=_why(error))
            return False
        if handle is None:
            return False
        try:
            if not unchanged(handle, seen.mark):
                self.unsettled += 1
                return False
            written = being_written(handle)
            if written:
                self.open_elsewhere += 1
                return False
            if seen.ending is None:
                seen.ending = ending_of(handle, seen.mark.size)
        except OSError as error:
            self._remark("inbox-unreadable", name, problem=_why(error))
            return False
        finally:
            os.close(handle)
        identity = self._offer(name).identity
        if identity in self._unmovable:
            self._remark("inbox-unmovable", name, problem=self._unmovable[identity])
        quiet = self._timer() - seen.since
        if seen.ending == "open":
            if quiet >= self.terms.partial_after:
                self._remark("inbox-partial", name, minutes=int(quiet // 60))
                self._stalled.add(name)
            return False
        seen.renamed = seen.renamed or hint == "renamed"
        finished = seen.renamed or (self.terms.marker is not None and written is False)
        closed = hint == "closed" or written is False
        stable = seen.scans >= self.terms.scans and quiet >= self.terms.quiet
        if not (finished or (closed and seen.ending == "complete") or stable):
            self.unsettled += 1
            return False
        if seen.mark.size == 0:
            self._remark("inbox-empty", name)
        return True

    def _offer(self, name: bytes) -> Offered:
        mark = self._seen[name].mark
        return Offered(self.channel, shown(os.fsdecode(name)), named(name, mark.size, mark.mtime_ns, mark.inode), mark.size, name)

    def _remark(self, code: str, name: bytes, **facts: object) -> None:
        if len(self.remarks) < 1000:
            text = shown(os.fsdecode(name))
            self.remarks.append(CODES[code].finding(Location(file=text), text, None, **facts))


class FolderOutbox:
    """A folder that a partner collects from: whole files only, under names that are never given twice."""

    def __init__(self, channel: str, folder: Path, mode: int = 0o600) -> None:
        self.channel = channel
        self.folder = folder
        self._mode = mode

    def put(self, name: str, chunks: Iterable[bytes]) -> str:
        """Put a file, durable when this returns; the same bytes under the same name are there already."""
        if name != safe(name) or temporary(name.encode()) or not 0 < len(name) <= LONGEST or not name.strip("."):
            raise Refused(f"{shown(name)!r} cannot name a file in channel {self.channel}; expected letters, digits, dot, dash, underscore")
        try:
            with durable.opened(self.folder, create=True) as folder:
                durable.write_new(folder, name, chunks, self._mode)
        except FileExistsError as error:
            raise Refused(f"{name} in channel {self.channel} is taken by other bytes; nothing was overwritten") from error
        except durable.Unsettled as error:
            raise OutcomeUnknown(f"{name} was put into channel {self.channel} but could not be made durable: {_why(error)}") from error
        except OSError as error:
            raise Unavailable(f"channel {self.channel} cannot be written: {_why(error)}") from error
        return name


def archived_name(name: bytes, receipt: Receipt) -> str:
    """What a taken file is called in the archive sub-folder: unique by its transmission, readable, and safe whatever its name was."""
    return f"{safe(receipt.transmission)}-{safe(os.fsdecode(name)).lstrip('.-')[:120] or 'file'}"


def _move(source: bytes, wanted: str, source_folder: int, target_folder: int) -> str | None:
    """Rename to the wanted name or one beside it, never over anything; None where the source is gone."""
    for number in range(1, 1000):
        target = wanted if number == 1 else f"{number}-{wanted}" if not wanted.startswith(".") else f"{wanted}-{number}"
        try:
            durable.rename_new(source, target, source_folder, target_folder)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return None
        return target
    raise FileExistsError(errno.EEXIST, "every name beside it is taken")


def _still(folder: int, name: bytes, offered: Offered, as_name: bytes | None = None) -> bool:
    """Whether what has the name now is what was offered (under `as_name`, where it was moved since)."""
    try:
        there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return identity_of(as_name or name, there) == offered.identity


def _name(offered: Offered) -> bytes:
    """The handle that this inbox gave: one component of a path."""
    name = offered.handle
    if not isinstance(name, bytes) or re.search(rb"[/\0]", name) or name in {b"", b".", b".."}:
        raise Refused(f"{offered.name} was not offered by this inbox")
    return name


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "the system does not say why"


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """What the system refuses, as the edge says it."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{what}: {_why(error)}") from error
