"""Both sides of a translation and the threads between them: what became of every element of a set, and what no rule read.

Worked out on demand over a tree whose segments know their place; origins.py asks the same from the document's side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead
from gateway.formats.tree import Loop, PlacedSegment, Segment
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guide
from gateway.profiles.terms import Terms
from gateway.translate.coverage import COMPUTED, LEVEL_ELEMENTS, place_of
from gateway.translate.grounds import Ground
from gateway.translate.mapping import Mapping
from gateway.translate.origins import ValueOrigin, walked
from gateway.translate.outcome import context_of, trimmed
from gateway.translate.outline import outline
from gateway.translate.rules import Each, Pairs, paths_of
from gateway.translate.runtime import Context

State = Literal["read", "decided", "computed", "unread"]
"""`read`: became a value. `decided`: chose or joined what did (a qualifier, a condition). `computed`: counts and bounds, which
writing works out. `unread`: no rule looks at it."""

Locate = Callable[[Location], Location]
Unread = Callable[[], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Use:
    """A value that came of an element: which document (from 1), its field, and the rule's file:line:column."""

    document: int
    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An element that was sent, or a component of one (`component` from 1), a row's column, an XML value: what became of it."""

    element: int
    component: int
    name: str
    text: str
    state: State
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment or row in the order sent: its index (`position`, ST = 0), its loop with occurrence, how deep it stands."""

    position: int | None
    name: str
    loop: str
    depth: int
    cells: tuple[Cell, ...]

    @property
    def unread(self) -> tuple[Cell, ...]:
        """What of it no rule looks at."""
        return tuple(cell for cell in self.cells if cell.state == "unread")


@dataclass(slots=True)
class Tracing:
    """A set's documents as its mapping makes them, every value's origin, and every segment with what became of it."""

    documents: list[dict[str, Any]]
    origins: list[list[ValueOrigin]]
    pieces: list[Piece]
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> tuple[int, int]:
        """How many elements a rule could read, and how many of these none does."""
        cells = [cell for piece in self.pieces for cell in piece.cells if cell.state != "computed"]
        return len(cells), sum(cell.state == "unread" for cell in cells)


def traced(
    mapping: Mapping, root: Loop, context: Context | None = None, locate: Locate | None = None, unread: Unread | None = None
) -> Tracing:
    """Reads a tree with places and follows every element.

    `locate` names what a syntax without guide calls its values; `unread` knows what stands in a file and not in the tree.
    """
    context = context or Context()
    reading = mapping.read(root, context, traced=True, unread=unread)
    origins = [list(walked(reading, document)) for document in reading.documents]
    uses: dict[tuple[int, int, int], list[Use]] = {}
    for number, found in enumerate(origins, 1):
        for origin in found:
            if origin.position is not None:
                key = (origin.position, origin.element, origin.component)
                uses.setdefault(key, []).append(Use(number, origin.field, origin.rule))
    left: dict[tuple[int, str], set[str]] = {}
    for document in reading.documents:
        for row in document.get("unmapped", ()):
            left.setdefault((row.get("position", 0) - 1, row["segment"]), set()).update(row["elements"])
    walk = _Walk(mapping, context, uses, left, locate)
    pieces = walk.pieces(root)
    if mapping.ground.free:
        pieces += [_left(row) for document in reading.documents[:1] for row in document.get("unmapped", ())]
    return Tracing(reading.documents, origins, pieces, reading.findings)


def traced_set(terms: Terms | None, guide: Guide, mapping: Mapping, transaction_set: TransactionSet) -> Tracing:
    """The same of an X12 set, validated again with its segments' places."""
    validate(guide, transaction_set, terms.severities if terms is not None else None)
    charset = terms.charset if terms is not None and terms.charset != "auto" else None
    root = trimmed(tree(guide, transaction_set, charset, placed=True), transaction_set)
    return traced(mapping, root, context_of(terms, transaction_set))


def traced_document(terms: Terms | None, mapping: Mapping, document: DocumentRead) -> Tracing:
    """The same of a document of a file without envelope."""
    return traced(mapping, document.root, context_of(terms), document.locate, document.unread)


def _left(row: dict[str, Any]) -> Piece:
    """What a syntax of paths left unread, as a piece of its own."""
    loop = row.get("loop", "")
    mark = "/" if "/" in loop else "."
    cells = tuple(
        Cell(n, 0, loop if name == "." else f"{loop}{mark}{name}", str(text), "unread")
        for n, (name, text) in enumerate(row["elements"].items(), 1)
    )
    return Piece(None, row["segment"], loop, 0, cells)


class _Walk:
    """Goes through a tree and asks of every element what became of it."""

    def __init__(
        self,
        mapping: Mapping,
        context: Context,
        uses: dict[tuple[int, int, int], list[Use]],
        left: dict[tuple[int, str], set[str]],
        locate: Locate | None,
    ) -> None:
        self.context = context
        self.uses = uses
        self.left = left
        self.locate = locate
        self.ground = mapping.ground
        self.computed = COMPUTED | frozenset(mapping.rules.computed)
        self.parts = _components(mapping)

    def pieces(self, root: Loop) -> list[Piece]:
        """Every segment once, where it stands deepest, in the order sent."""
        stands: dict[int, tuple[Segment, Loop, int, Ground | None]] = {}
        waiting: list[tuple[Loop, int, Ground | None]] = [(root, 0, self.ground)]
        while waiting:
            loop, depth, ground = waiting.pop()
            depth += self._nested(loop)
            for segments in loop.segments.values():
                for segment in segments:
                    stands[id(segment)] = (segment, loop, depth, ground)
            for name, children in loop.loops.items():
                inner = ground.loops.get(name) if ground is not None else None
                waiting += [(child, depth + 1, inner) for child in reversed(children)]
        found = [self._piece(*one) for one in stands.values()]
        if self.ground.free:  # what only holds others has nothing to tell
            found = [piece for piece in found if piece.cells]
        return sorted(found, key=lambda piece: -1 if piece.position is None else piece.position)

    def _nested(self, loop: Loop) -> int:
        """How many HL levels stand above one."""
        levels, above = 0, self.context.levels.get(id(loop))
        while above is not None and levels < 100:
            levels, above = levels + 1, self.context.levels.get(id(above))
        return levels

    def _piece(self, segment: Segment, loop: Loop, depth: int, ground: Ground | None) -> Piece:
        position = segment.position if isinstance(segment, PlacedSegment) else None
        name = segment[0]
        left = self.left.get((-1 if position is None else position, name), set())
        cells: list[Cell] = []
        for element in range(1, len(segment)):
            if segment[element]:
                cells += self._cells(segment, element, position, ground, left)
        return Piece(position, name, place_of(loop), depth, tuple(cells))

    def _cells(self, segment: Segment, element: int, position: int | None, ground: Ground | None, left: set[str]) -> Iterator[Cell]:
        text, name = segment[element], segment[0]
        called = self._name(segment, element, position, ground)
        at = -1 if position is None else position
        whole = self.uses.get((at, element, 0), [])
        parts = text.split(self.context.component) if self.locate is None else [text]
        if len(parts) > 1 and any((at, element, n) in self.uses for n in range(1, len(parts) + 1)):
            for number, part in enumerate(parts, 1):
                own = self.uses.get((at, element, number), [])
                state: State = "read" if own or whole else "decided" if self._looked_at(name, element, number) else "unread"
                if part:
                    yield Cell(element, number, self._name(segment, element, position, ground, number), part, state, (*own, *whole))
            return
        uses = [*whole, *self.uses.get((at, element, 1), ())]
        if name in self.computed or (name == "HL" and element in LEVEL_ELEMENTS):
            yield Cell(element, 0, called, text, "computed", tuple(uses))
        elif f"{element:02}" in left or called in left:
            yield Cell(element, 0, called, text, "unread")
        else:
            yield Cell(element, 0, called, text, "read" if uses else "decided", tuple(uses))

    def _looked_at(self, segment: str, element: int, component: int) -> bool:
        return bool({(segment, element, 0), (segment, element, component)} & self.parts)

    def _name(self, segment: Segment, element: int, position: int | None, ground: Ground | None, component: int = 0) -> str:
        """What the guide, the header or the file calls an element or component."""
        if self.ground.columns is not None:
            names = self.ground.columns.get(segment[0], {})
            return next((name for name, number in names.items() if number == element), "")
        if self.locate is not None:
            return self.locate(Location(segment=segment[0], segment_position=(position or 0) + 1, element=element)).field or ""
        guide = ground.segment(segment[0]) if ground is not None else None
        slot = guide.slots[element - 1] if guide is not None and element <= len(guide.slots) else None
        if slot is None:
            return ""
        if component and component <= len(slot.components):
            slot = slot.components[component - 1]
        return slot.element.name if slot.element else ", ".join(part.element.name for part in slot.components if part.element)


def _components(mapping: Mapping) -> set[tuple[str, int, int]]:
    """Every element or component that some rule of a mapping names, as (segment, element, component)."""
    found: set[tuple[str, int, int]] = set()
    for entry in outline(mapping.rules, mapping.ground):
        rule = entry.rule
        paths = [rule.path] if isinstance(rule, Each | Pairs) else [p.path for source in rule.sources for p in paths_of(source)]
        for path in paths:
            if path.segment is not None:
                found |= {(path.segment.name, n, path.component) for n in range(path.element, max(path.last, path.element) + 1)}
    return found


# ---------------------------------------------------------------- the document's side


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document as people read it: its depth, its name or number in a list, its value ('' where it holds others)."""

    depth: int
    name: str
    text: str
    field: str
    origin: ValueOrigin | None = None


def lines_of(document: Any, origins: list[ValueOrigin]) -> Iterator[Line]:
    """A document as it goes into JSON, line by line, each value with its origin."""
    known: dict[str, ValueOrigin] = {}
    for origin in origins:
        known.setdefault(origin.field, origin)
    yield from _lines(document, "", 0, known)


def _lines(value: Any, path: str, depth: int, known: dict[str, ValueOrigin]) -> Iterator[Line]:
    pairs = value.items() if isinstance(value, dict) else ((str(n), one) for n, one in enumerate(value, 1))
    for name, inner in pairs:
        at = f"{path}.{name}" if path else str(name)
        if isinstance(inner, dict | list):
            yield Line(depth, str(name), "", at)
            yield from _lines(inner, at, depth + 1, known)
        else:
            yield Line(depth, str(name), str(inner).lower() if isinstance(inner, bool) else str(inner), at, known.get(at))
