"""Documents of shapes met before are written by straight code: made once for a shape, as a programmer would write it by hand.

A shape is which fields an item has. Straight code holds only for what needs no looking around: values of the item's own
segment, other segments that nothing else writes, lists of one source. Whatever is otherwise (conditions, several sources,
levels, echoes) raises Winding, and the document is written the general way; both give the same segments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from gateway.translate.conversion import Unconvertible
from gateway.translate.paths import Step
from gateway.translate.rules import Condition, Present, Reference
from gateway.translate.runtime import Context
from gateway.translate.writing.ops import Plan
from gateway.translate.writing.scope import Spot
from gateway.translate.writing.tree import Frame
from gateway.translate.writing.values import KEPT, Inverse, over_document

SKIPPED = frozenset({"document_type", "schema_version", "envelope"})
"""Fields of a document that say something about it and stand in no set of their own."""

Rows = list[list[str]]
Straight = Callable[[Mapping[str, Any], Rows, Context], None]

BEHIND = 1_000_000
"""The place of looks at what lists have written: behind them all."""

SHAPES = 1000
"""Shapes for which code is kept; documents of further ones go the general way."""


class Winding(Exception):
    """Straight code does not hold here."""


class Refusal(Winding):
    """The general way would refuse the item here too: another source of the list may take it."""


class Hollow(Winding):
    """A loop whose first segment says nothing: another source of the list is asked first."""


class Texts(dict[Any, Any]):
    """Of one rule the texts that values are sent as; Winding for a value that cannot be sent, or needs to look around."""

    def __init__(self, inverse: Inverse) -> None:
        super().__init__()
        self.inverse = inverse

    def __missing__(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | Decimal | date | time | int):
            raise Winding
        made = self.made(value)
        if len(self) >= KEPT:
            self.clear()
        self[value] = made
        return made

    def made(self, value: Any) -> Any:
        """A text made anew, as of a period, which cannot be remembered."""
        try:
            made = self.inverse.text(value, _nothing)
        except Unconvertible:
            raise Refusal from None
        if not made:
            raise Winding
        return made


def _nothing(source: Any) -> Any:
    raise Winding


@dataclass(slots=True)
class Ground:
    """Where an item stands: the loop that it opens or is in, the segment that it is, its rules."""

    plan: Plan
    frame: Frame
    segment: str
    opens: bool
    """Whether the item is a loop of its own; else it is a segment in the loop around it."""
    step: Step | None = None
    when: Condition | None = None
    needs: tuple[int, ...] = ()
    """Elements without which the item may be a part of a segment that another one made."""


@dataclass(slots=True)
class Piece:
    """A segment or a list of a scope as code, and where it stands."""

    place: int
    rank: int
    lines: list[str]


class Straightener:
    """Makes and keeps the straight code of one mapping, scope by scope and shape by shape."""

    def __init__(self, plan: Plan, frame: Frame, code: Callable[[Straightener, Ground, Mapping[str, Any]], Straight]) -> None:
        self.code = code
        """Makes the code of a scope for an item's shape (straight_code.py)."""
        self.made = 0
        self.grounds: list[tuple[Ground, dict[tuple[Any, ...], Straight]]] = []
        self.numbers: dict[int, int] = {}
        self.texts: dict[int, Texts] = {}
        self.seen: set[tuple[Any, ...]] = set()
        self.root = self.ground(Ground(plan, frame, "", True))

    def ground(self, ground: Ground, source: int = 0) -> int:
        """The number of a scope; a list's is the same whatever is around it."""
        if source not in self.numbers:
            self.numbers[source] = len(self.grounds)
            self.grounds.append((ground, {}))
        return self.numbers[source]

    def write(self, document: Mapping[str, Any], context: Context) -> Rows | None:
        """The segments of a document; None where it needs the general way, as with a shape that is met the first time."""
        if document.get("unmapped"):
            return None
        straight = self.grounds[self.root][1].get(tuple(document))
        if straight is None:
            shape = _shape(document)
            if shape not in self.seen:
                if len(self.seen) >= SHAPES:
                    self.seen.clear()
                self.seen.add(shape)
                return None
        rows: Rows = []
        try:
            if straight is not None:
                straight(document, rows, context)
            else:
                self.run(self.root, document, rows, context)
        except (Winding, TypeError, KeyError, AttributeError, IndexError):  # a value of another kind than its shape had
            return None
        return rows

    def run(self, number: int, item: Any, rows: Rows, context: Context) -> None:
        """One item by its full shape, for which code is made where there is none."""
        if not isinstance(item, dict):
            raise Winding
        ground, known = self.grounds[number]
        shape = _shape(item)
        straight = known.get(shape)
        if straight is None:
            if self.made >= SHAPES:
                raise Winding
            self.made += 1
            straight = known[shape] = self.code(self, ground, item)
            known.setdefault(tuple(item), straight)
        straight(item, rows, context)

    def text(self, inverse: Inverse) -> Texts:
        """The texts of a rule."""
        return self.texts.setdefault(id(inverse), Texts(inverse))


def _shape(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(
        (name, _shape(value)) if isinstance(value, dict) else (name, isinstance(value, list | tuple)) for name, value in item.items()
    )


class Chosen(dict[tuple[str, ...], str]):
    """Of constants the code that says them."""

    def __missing__(self, key: tuple[str, ...]) -> str:
        raise Winding


def opening(spot: Spot) -> bool:
    """Whether a way down ends at the segment that opens its one loop: the loop stands for it."""
    return len(spot.loops) == 1 and not spot.loops[0].filter and spot.loops[0].name == spot.step.name


def apart(one: Step, other: Step) -> bool:
    """Whether no segment fulfils both filters."""
    for mine in one.filter:
        for theirs in other.filter:
            if (mine.element, mine.component) == (theirs.element, theirs.component) and not (mine.negated or theirs.negated):
                if not set(mine.values) & set(theirs.values):
                    return True
    return False


def winding(*_: Any) -> None:
    """The code of a shape that cannot be written straight."""
    raise Winding


def refusing(*_: Any) -> None:
    """The code of a shape that the general way refuses."""
    raise Refusal


def hollow(*_: Any) -> None:
    """The code of a shape whose first segment says nothing."""
    raise Hollow


def asked(when: Condition | None, sample: Mapping[str, Any]) -> None:
    """The condition of a source: whether a field is there is known of a shape, anything else needs looking at."""
    if when is None or not over_document(when):
        return
    if not isinstance(when, Present) or not isinstance(when.source, Reference) or len(when.source.names) != 1:
        raise Winding
    if (when.source.names[0] in sample) == when.absent:
        raise Refusal


def row(name: str, cells: Mapping[int, str]) -> str:
    """A segment as an expression: its elements by number, empty ones between them."""
    return "[" + ", ".join([repr(name), *(cells.get(element, "''") for element in range(1, max(cells, default=0) + 1))]) + "]"
