"""The Archive port: bytes filed under their SHA-256, made durable before anybody is told; a folder, or memory for tests.

Temporary file, sync of the file, rename to the content address, sync of the folder: both syncs are needed (FAULTS 0
measured what is lost without either). A failed sync is never tried again on the same file: what it says then is not
to be believed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gateway.ports import Damaged, FaultPoint, Ids, Unavailable, no_fault
from gateway.records import Durable

CHUNK = 256 * 1024
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class FolderArchive:
    """Bytes under `<folder>/ab/cdef...`, read-only for everybody, and temporary files under `<folder>/incoming`."""

    def __init__(self, folder: Path, ids: Ids, fault: FaultPoint = no_fault) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._ids = ids
        self._fault = fault

    def put(self, chunks: Iterable[bytes]) -> Durable:
        """Store a stream and make it durable: file and folder are synced when this returns. Raises Unavailable."""
        try:
            self._folders(self._incoming)
        except OSError as error:
            raise Unavailable(f"the archive cannot be written: {error.strerror}") from error
        temporary = self._incoming / self._ids.new()
        try:
            return self._store(temporary, chunks)
        except OSError as error:
            raise Unavailable(f"the archive cannot be written: {error.strerror or error}") from error
        finally:
            with suppress(FileNotFoundError, OSError):
                temporary.unlink()

    def _store(self, temporary: Path, chunks: Iterable[bytes]) -> Durable:
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb", buffering=CHUNK) as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            self._fault("archive-sync:before")
            os.fsync(file.fileno())
        self._fault("archive-sync:after")
        durable = Durable(digest.hexdigest(), size)
        final = self._path(durable.address)
        self._folders(final.parent)
        os.replace(temporary, final)
        self._fault("archive-rename:after")
        self._sync(final.parent)
        self._fault("archive-folder-sync:after")
        return durable

    def open(self, address: str) -> Iterator[bytes]:
        """The bytes in chunks of 256 KB, the hash checked on the way. Raises Damaged."""
        digest = hashlib.sha256()
        try:
            with self._path(address).open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    yield chunk
        except OSError as error:
            raise Damaged(f"the archived file {address} cannot be read: {error.strerror}") from error
        if digest.hexdigest() != address:
            raise Damaged(f"the archived file {address} no longer has the bytes it was filed under")

    def span(self, address: str, offset: int, length: int) -> bytes:
        """A part of the bytes. Raises Damaged where there are fewer."""
        try:
            with self._path(address).open("rb") as file:
                file.seek(offset)
                part = file.read(length)
        except OSError as error:
            raise Damaged(f"the archived file {address} cannot be read: {error.strerror}") from error
        if len(part) != length:
            raise Damaged(f"the archived file {address} ends before byte {offset + length}")
        return part

    def addresses(self) -> Iterator[str]:
        """Every address there is, in no order: for verification and rebuilding."""
        for shelf in self._folder.glob("[0-9a-f][0-9a-f]"):
            for file in shelf.iterdir():
                if _ADDRESS.fullmatch(shelf.name + file.name):
                    yield shelf.name + file.name

    def _path(self, address: str) -> Path:
        if not _ADDRESS.fullmatch(address):
            raise Damaged(f"{address[:64]!r} is not the address of an archived file")
        return self._folder / address[:2] / address[2:]

    def _folders(self, folder: Path) -> None:
        """The folder, made and made known to its parents: a new folder is durable only when its parent was synced."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            with suppress(FileExistsError):
                new.mkdir(mode=0o700)
            self._sync(new.parent)

    @staticmethod
    def _sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class MemoryArchive:
    """The same promises for as long as the process lives."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def put(self, chunks: Iterable[bytes]) -> Durable:
        """Keep a stream under its hash."""
        data = b"".join(chunks)
        address = hashlib.sha256(data).hexdigest()
        self._files[address] = data
        return Durable(address, len(data))

    def open(self, address: str) -> Iterator[bytes]:
        """The bytes in chunks of 256 KB. Raises Damaged."""
        data = self._file(address)
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]

    def span(self, address: str, offset: int, length: int) -> bytes:
        """A part of the bytes. Raises Damaged where there are fewer."""
        part = self._file(address)[offset : offset + length]
        if len(part) != length:
            raise Damaged(f"the archived file {address} ends before byte {offset + length}")
        return part

    def addresses(self) -> Iterator[str]:
        """Every address there is."""
        return iter(list(self._files))

    def _file(self, address: str) -> bytes:
        try:
            return self._files[address]
        except KeyError:
            raise Damaged(f"the archived file {address[:64]} cannot be read: it is not there") from None
