"""Libraries: profiles, mappings, guides and tables by logical name, from a project folder over what the package brings.

Light on purpose: `gateway x12 check` reads its guides through here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from gateway.ports import Archive, Damaged
from gateway.profiles.library import Library

INHERITED = ("mappings/",)
"""What a project gets from the package without having it: guides, mappings and tables, never somebody's partners."""

SEEDED = ("partner_profiles", "connections", "samples")
"""What `gateway init` copies into a new project."""


def starter() -> Path:
    """The folder that holds `partner_profiles`, `mappings` and `samples`, in a wheel, an editable install and a clone."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_starter"  # pyproject.toml puts them here in a wheel; in a clone they stand at the top
    return packed if packed.is_dir() else package.parent


class FolderLibrary:
    """The texts of a project folder and, where it has none of that name, the package's; without a project, the package's alone."""

    def __init__(self, project: Path | None = None, packaged: Path | None = None) -> None:
        self._project = project
        self._packaged = starter() if packaged is None else packaged

    def names(self, prefix: str) -> list[str]:
        """Every name that begins with `prefix`, sorted; hidden files and editors' backups are left out."""
        found = {name for name in _names(self._packaged, prefix) if name.startswith(INHERITED)}
        if self._project is not None:
            found.update(_names(self._project, prefix))
        return sorted(found)

    def read(self, name: str) -> str:
        """The text, UTF-8 with or without a byte order mark. Raises LookupError with the reason as its sentence."""
        return _decoded(self._bytes(name), name)

    def version(self, name: str) -> str:
        """A hash of the text, the same in every library that holds the same text. Raises LookupError."""
        return _hash(self.read(name))

    def mark(self, prefix: str) -> Hashable:
        """What is another as soon as a file under a folder is written, added or removed; nothing is read for it."""
        roots = ([] if self._project is None else [self._project]) + ([self._packaged] if prefix.startswith(INHERITED) else [])
        return tuple(tuple(_marks(root / prefix)) for root in roots)

    def _bytes(self, name: str) -> bytes:
        if not _plain(name):
            raise LookupError(f"{name!r} is not a name in a library; names look like mappings/x12/004010/850.yaml")
        roots = [] if self._project is None else [self._project]
        if name.startswith(INHERITED):
            roots.append(self._packaged)
        for root in roots:
            try:
                return (root / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
            except OSError as error:
                raise LookupError(f"{name} cannot be read: {error.strerror}") from error
        raise LookupError(f"{name} is not there, neither in the project folder nor in the package")


class DictLibrary:
    """Texts in a dict, for tests and for callers that bring their own."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def names(self, prefix: str) -> list[str]:
        """Every name that begins with `prefix`, sorted."""
        return sorted(name for name in self._texts if name.startswith(prefix))

    def mark(self, prefix: str) -> Hashable:
        """What is another as soon as a text whose name begins so is."""
        return tuple((name, self._texts[name]) for name in self.names(prefix))

    def read(self, name: str) -> str:
        """The text. Raises LookupError."""
        if name not in self._texts:
            raise LookupError(f"{name} is not there")
        return self._texts[name]

    def version(self, name: str) -> str:
        """A hash of the text, the same in every library that holds the same text. Raises LookupError."""
        return _hash(self.read(name))


class KeptLibrary:
    """Another library as it was when each of its texts was first read: one consistent snapshot for whoever holds it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._texts: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}

    def names(self, prefix: str) -> list[str]:
        """Every name that begins with `prefix`, sorted."""
        if prefix not in self._names:
            self._names[prefix] = self._library.names(prefix)
        return list(self._names[prefix])

    def read(self, name: str) -> str:
        """The text. Raises LookupError."""
        if name not in self._texts:
            self._texts[name] = self._library.read(name)
        return self._texts[name]

    def version(self, name: str) -> str:
        """A hash of the text, the same in every library that holds the same text. Raises LookupError."""
        return _hash(self.read(name))


class ArchivedLibrary:
    """The texts that terms name, as they were archived with them."""

    def __init__(self, archive: Archive, sources: Iterable[tuple[str, str]]) -> None:
        self._archive = archive
        self._addresses = dict(sources)

    def names(self, prefix: str) -> list[str]:
        """Every name that begins with `prefix`, sorted."""
        return sorted(name for name in self._addresses if name.startswith(prefix))

    def read(self, name: str) -> str:
        """The text. Raises LookupError where the terms do not name it, or it is not there any more."""
        if name not in self._addresses:
            raise LookupError(f"{name} is not among what the terms name")
        try:
            return b"".join(self._archive.open(self._addresses[name])).decode("utf-8", "surrogatepass")
        except Damaged as error:
            raise LookupError(str(error)) from error

    def version(self, name: str) -> str:
        """A hash of the text, the same in every library that holds the same text. Raises LookupError."""
        return _hash(self.read(name))


def _plain(name: str) -> bool:
    """Whether a name stays inside its library: relative, no way up, no drive, no backslash, no NUL."""
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or set(name) & set("\\:\0") or str(path) != name or name == ".")


def _names(root: Path, prefix: str) -> list[str]:
    folder = PurePosixPath(prefix + "x").parent  # the deepest folder that every such name stands in
    if str(folder) != "." and not _plain(str(folder)):
        return []
    names = (path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file())
    return [name for name in names if name.startswith(prefix) and not name.endswith("~") and "/." not in f"/{name}"]


def _marks(folder: Path) -> list[tuple[str, int, int, int, int]]:
    """Every file below a folder with what changes when it is written."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return []
    marks = []
    for entry in entries:
        if entry.is_dir(follow_symlinks=True):
            marks += _marks(Path(entry.path))
        else:
            with suppress(OSError):
                seen = entry.stat()
                marks.append((entry.path, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino))
    return marks


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise LookupError(f"{name} is not UTF-8 text: byte {data[error.start]:#04x} at offset {error.start}; save it as UTF-8") from error


def _hash(text: str) -> str:
    """The first 16 hex digits of the text's SHA-256: enough to name a text, short enough to stand in a report."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
