"""What a guide is made of, as values: sets, loops, segments at their places, elements, relations; and what a partner changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.profiles.reading import Place

UNLIMITED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: type (AN ID DT TM R Nn B), length, our name for it and the codes we know (None: no list).

    `closed`: the partner's guide allows no other code; otherwise an unknown code is only noted. `refused` are codes of the
    standard that the partner does not use.
    """

    id: str
    type: str
    min: int
    max: int
    name: str = ""
    codes: frozenset[str] | None = None
    closed: bool = False
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Relation:
    """A syntax note: P all or none, R at least one, E at most one, C and L if the first then all / one of the others."""

    kind: str
    positions: tuple[int, ...]

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


@dataclass(frozen=True, slots=True)
class Slot:
    """An element's place in a segment or composite: M mandatory, O optional, X by relation, N not used by the partner."""

    id: str
    requirement: str
    repeat: int
    element: Element | None
    components: tuple[Slot, ...] = ()
    relations: tuple[Relation, ...] = ()
    """Of a composite, between its components."""


@dataclass(frozen=True, slots=True)
class SegmentGuide:
    """A segment: its slots in order and the relations between them."""

    id: str
    slots: tuple[Slot, ...]
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """What the standard says where a partner's guide says something else; a place that it does not have is optional."""

    requirement: str
    max: int
    segment: SegmentGuide | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A segment at its place in a set."""

    segment: SegmentGuide
    requirement: str
    max: int
    path: str
    """Loops and segment, as PO1/N1/REF."""
    standard: Standard | None = None
    """None where the partner changed nothing."""


@dataclass(frozen=True, slots=True)
class LoopGuide:
    """A loop: its members in order, the first being the segment that opens it."""

    name: str
    """Unique among its siblings: N1, N1#2."""
    path: str
    requirement: str
    max: int
    members: tuple[Node | LoopGuide, ...]
    standard: Standard | None = None

    def nodes(self) -> Iterator[Node]:
        """The segments of the loop and of the loops in it, in order."""
        for member in self.members:
            if isinstance(member, Node):
                yield member
            else:
                yield from member.nodes()

    def places(self) -> Iterator[Node | LoopGuide]:
        """The members and theirs, in order, loops before what is in them."""
        for member in self.members:
            yield member
            if isinstance(member, LoopGuide):
                yield from member.places()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a partner's guide says otherwise: where, what (`usage`, `max`, `codes` ...), before and after, and in which line."""

    path: str
    """A segment, a loop, an element (PO1.03), or an area (header)."""
    key: str
    before: str
    after: str
    at: Place


@dataclass(frozen=True, slots=True)
class Required:
    """Codes of an element, each of which some segment at a place must have, somewhere in the set."""

    path: str
    """Of the segment, as Node.path."""
    loop: str | None
    segment: str
    element: int
    codes: tuple[str, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Guide:
    """A transaction set as it should be: `root` holds everything from ST to SE; `known` are the version's segment ids."""

    name: str
    set: str
    version: str
    group: str
    root: LoopGuide
    known: frozenset[str]
    digest: str
    areas: tuple[tuple[str, int], ...] = ()
    """Where header, detail and summary begin, as positions in `root.members`."""
    changes: tuple[Change, ...] = field(default=(), compare=False)
    """What a partner's guide says otherwise, in the order of the set."""
    required: tuple[Required, ...] = ()
    extends: str | None = None
    """The standard guide that a partner's is made from; None for a standard guide."""

    @property
    def label(self) -> str:
        """name@hash, as reports name it."""
        return f"{self.name}@{self.digest}"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A version's segments and elements."""

    version: str
    segments: dict[str, SegmentGuide]
    digest: str
