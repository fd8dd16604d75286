"""A folder as one of our own systems: a file a document, which the ERP collects; and a folder of what it wants sent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from gateway import durable
from gateway.edi.naming import render_name, safe
from gateway.edi.shown import shown
from gateway.ports import OurDocument, OutcomeUnknown, Posting, Refused, Unavailable

_BOOK = ".gateway"
"""Sub-folder with what was posted, so that a file which the ERP has collected is not written again."""

_LARGEST = 64 * 1024 * 1024
"""Bytes of one document that the ERP may want sent."""


class FolderConnector:
    """Writes each document as one file and remembers its effect key beside, so that it is written once, collected or not.

    Order of durable steps: the bytes aside, the entry in the book, then the one rename that publishes. Whether the bytes
    still lie aside says after a crash whether the rename happened, even when the ERP was quick to collect the file.
    """

    def __init__(
        self, name: str, folder: Path, *, production: bool = False, wants: Path | None = None, file_name: str | None = None
    ) -> None:
        self.name = name
        self.production = production
        self.folder = folder
        self.wants = wants
        """Folder of what the ERP wants sent: JSON documents, whole when they appear."""
        self.file_name = file_name
        """Template of the names (partner, document_type, number, id); None: all of these and a part of the effect key."""

    def find(self, effect_key: str) -> str | None:
        """The name of the file that was published under the key, whether or not it still lies there."""
        with self._told("cannot be looked into"), durable.opened(self.folder, create=True) as folder, self._book(folder) as book:
            return self._published(book, _digest(effect_key))

    def create(self, posting: Posting) -> str:
        """Publish the file, durable when this returns; what was published under the key before is found, not made again."""
        digest = _digest(posting.effect_key)
        with self._told("cannot be written"), durable.opened(self.folder, create=True) as folder, self._book(folder) as book:
            done = self._published(book, digest)
            if done is not None:
                return done
            name = self._name(posting, digest)
            durable.write_over(book, f"{digest}.bytes", [posting.content])
            entry = {"effect_key": posting.effect_key, "name": name, "document": posting.document}
            durable.write_over(book, f"{digest}.json", [json.dumps(entry).encode()])
            try:
                durable.rename_new(f"{digest}.bytes", name, book, folder)
            except FileExistsError as error:
                raise Unavailable(f"{name} in {self.name} is taken by another file that was not collected yet") from error
            try:
                durable.sync(folder)
                durable.sync(book)
            except OSError as error:
                raise OutcomeUnknown(f"{name} was put into {self.name} but could not be made durable") from error
            return name

    def read(self, after: str | None, limit: int = 100) -> list[OurDocument]:
        """What the ERP wants sent, in the order it was put there; the cursor is when and as what. Links are not followed."""
        if self.wants is None:
            return []
        with self._told("cannot be read"), durable.opened(self.wants) as folder:
            found: list[tuple[str, bytes]] = []
            with os.scandir(folder) as entries:
                for entry in entries:
                    there = entry.stat(follow_symlinks=False)
                    name = os.fsencode(entry.name)
                    # the change time: a rename into the folder sets it, whatever times the file brought along
                    cursor = f"{there.st_ctime_ns:020}:{hashlib.sha256(name).hexdigest()[:16]}"
                    if stat.S_ISREG(there.st_mode) and name.endswith(b".json") and not name.startswith(b".") and cursor > (after or ""):
                        found.append((cursor, name))
            return [_wanted(folder, cursor, name) for cursor, name in sorted(found)[:limit]]

    def _published(self, book: int, digest: str) -> str | None:
        """The name in the book, if the bytes no longer lie aside."""
        try:
            handle = os.open(f"{digest}.json", durable.READ, dir_fd=book)
        except FileNotFoundError:
            return None
        try:
            entry = json.loads(b"".join(durable.pieces(handle)))
        finally:
            os.close(handle)
        return None if durable.exists(f"{digest}.bytes", book) else str(entry["name"])

    def _name(self, posting: Posting, digest: str) -> str:
        extension = safe(posting.extension).strip(".") or "json"
        facts = {
            "partner": posting.partner,
            "document_type": posting.document_type,
            "number": posting.business_key,
            "id": posting.document,
            "key": digest[:16],
        }
        if self.file_name is None:
            parts = [safe(facts[word])[:60] for word in ("document_type", "partner", "number")]
            return f"{render_name('_'.join(parts), {})}_{digest[:16]}.{extension}"
        try:
            return render_name(self.file_name, facts)
        except ValueError as error:
            raise Refused(f"a file of {self.name} cannot be named by {self.file_name}: {error}") from error

    @contextlib.contextmanager
    def _book(self, folder: int) -> Iterator[int]:
        with durable.opened(_BOOK, within=folder, create=True) as book:
            yield book

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else "the system does not say why"
            raise Unavailable(f"the folder of {self.name} {what}: {why}") from error


def _digest(effect_key: str) -> str:
    return hashlib.sha256(effect_key.encode("utf-8", "surrogatepass")).hexdigest()


def _wanted(folder: int, cursor: str, name: bytes) -> OurDocument:
    handle = os.open(name, durable.READ, dir_fd=folder)
    try:
        size = os.fstat(handle).st_size
        if size > _LARGEST:
            raise Refused(f"{shown(os.fsdecode(name))} has {size} bytes; expected at most {_LARGEST}")
        content = b"".join(durable.pieces(handle))
    finally:
        os.close(handle)
    return OurDocument(cursor, _document_type(content), content)


def _document_type(content: bytes) -> str:
    """What the document says it is; '' where it says nothing, which whoever carries it tells as a finding."""
    try:
        document = json.loads(content)
    except ValueError:
        return ""
    return str(document.get("document_type", "")) if isinstance(document, dict) else ""
