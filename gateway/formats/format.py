"""What every syntax without an envelope of its own answers to: a file read into one tree a document, trees written as a file.

A mapping's `format:` declares how the file is written; `Format.settings` judges that once, and reading and writing take what it
made. The tree is the mapping's (gateway/formats/tree.py): `read` of what `write` wrote gives equal trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gateway.edi.finding import Finding, Location
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop

Wrong = list[tuple[str, str]]
"""What is wrong with a `format:`: its key, and what is expected there."""

Locate = Callable[[Location], Location]
"""A place in a tree (segment, position from 1, element) as a place in the file: line, and column or XPath. Others stay as they are."""


def same(place: Location) -> Location:
    """Where a format knows no better."""
    return place


@dataclass(slots=True)
class DocumentRead:
    """One document of a file as a tree, whose segments know where they stand; `locate` says it as a place in the file.

    `offset` and `length` are its bytes, behind the file's header enough to read it again; both 0 where a document cannot be cut
    out of its file. `accepted` is False where a finding is an error.
    """

    root: Loop
    key: str
    """What tells it from the others of the file, where the file says that; '' otherwise."""
    number: int
    line: int
    offset: int
    length: int = 0
    size: int = 0
    """How many rows, elements or values it has."""
    findings: list[Finding] = field(default_factory=list)
    locate: Locate = same
    unread: Callable[[], list[dict[str, Any]]] = list
    """What of it nobody looks for, as documents keep it (`documents.document.Unmapped`), in syntaxes of paths."""

    @property
    def accepted(self) -> bool:
        """Whether all of it could be read."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(slots=True)
class FileEnd:
    """The file was read to its end, or given up: what is wrong with it as a whole, and how much there was."""

    findings: list[Finding]
    documents: int
    size: int
    """Its bytes."""
    header: tuple[int, int] = (0, 0)
    """Offset and length of what each of its documents needs in front of it to be read alone."""

    @property
    def accepted(self) -> bool:
        """Whether the file as a whole could be read."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(slots=True)
class Written:
    """The bytes of a file, and what could not be said in them."""

    body: bytes
    findings: list[Finding] = field(default_factory=list)


class Format(Protocol):
    """One syntax. Pure: no I/O, never raises for what stands in a file; what cannot be read is a finding."""

    kind: str
    """As `format: {kind: ...}` and agreements name it."""
    keys: tuple[str, ...]
    """What `format:` may hold."""
    paths: Literal["columns", "xpath", "dotted"]
    """How rules name a place: a column's name, an XPath, a dotted path."""
    writes: bool
    """Whether files can be written; Excel is only read."""
    cuts: bool
    """Whether a document can be read alone, from its own bytes behind the file's header; else the file is read up to its number."""

    def settings(self, form: Mapping[str, Any], shape: Shape | None = None) -> tuple[Any, Wrong]:
        """What a `format:` says, judged, and what is wrong with it; `shape` is what the rules look for, for syntaxes of paths."""

    def agreed(self, settings: Any, dialect: Any) -> Any:
        """The settings with what the agreement says instead (`profiles.terms.DialectTerms`, or None)."""

    def records(self, settings: Any) -> Mapping[str, list[str]]:
        """The columns of each kind of record; empty for syntaxes of paths."""

    def begins(self, head: bytes, settings: Any) -> bool:
        """Whether a file that begins so may hold what the mapping reads; what chooses between agreements that are otherwise alike."""

    def read(self, chunks: Iterable[bytes], settings: Any) -> Iterator[DocumentRead | FileEnd]:
        """Each document of a file as it ends, then the file's end; a document holds good until the next is asked for, and after."""

    def write(self, roots: Iterable[Loop], settings: Any) -> Written:
        """A file of these documents."""
