"""A shape compiled for reading JSON: which members of an object are wanted, and what is left unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gateway.formats.json.steps import Dotted, Step, Test, parse
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop, PlacedSegment

Path = tuple[str | int, ...]
"""Members and indices down to a value."""

EXPONENT_LIMIT = 30


class Number(str):
    """A number with its digits as sent."""

    __slots__ = ()


@dataclass(slots=True)
class Branch:
    """One way into a member; `list` is the path of the list whose item it is, or ''."""

    step: Step
    walk: Walk
    list: str = ""


@dataclass(slots=True)
class Walk:
    """What is wanted of one value: paths of its own text, ways into members by their names."""

    own: list[str] = field(default_factory=list)
    members: dict[str, list[Branch]] = field(default_factory=dict)

    def child(self, step: Step) -> Walk:
        """The walk of a member, of which equal steps share one."""
        for branch in self.members.get(step.name, ()):
            if branch.step == step and not branch.list:
                return branch.walk
        return self._branch(Branch(step, Walk()))

    def item(self, path: Dotted, name: str) -> Walk:
        """The walk of a list's items."""
        here = self
        for step in path.steps[:-1]:
            here = here.child(step)
        return here._branch(Branch(path.steps[-1], Walk(), name))  # noqa: SLF001 - its own kind

    def value(self, path: Dotted, name: str) -> None:
        """Wants a value under a name."""
        here = self
        for step in path.steps:
            here = here.child(step)
        here.own.append(name)

    def _branch(self, branch: Branch) -> Walk:
        self.members.setdefault(branch.step.name, []).append(branch)
        for test in branch.step.tests:  # what a filter looks at is read, though nothing is made of it
            here = branch.walk
            for name in test.path:
                here = here.child(Step(name))
            here.own += () if here.own else ("",)
        return branch.walk


def walk_of(shape: Shape, document: tuple[str, ...]) -> tuple[Walk, dict[tuple[str, ...], str]]:
    """The walk of a document, and what is wanted of the file around it."""
    top = Walk()
    around: dict[tuple[str, ...], str] = {}
    _fill(top, shape)
    for name in shape.values:
        if name.startswith("/"):
            steps = parse(name).steps
            names = tuple(step.name for step in steps)
            if names[: len(document)] == document:
                top.value(Dotted(steps[len(document) :]), name)
            else:
                around[names] = name
    return top, around


def _fill(walk: Walk, shape: Shape) -> None:
    for name in shape.values:
        if not name.startswith("/"):
            walk.value(parse(name), name)
    for name, inner in shape.lists.items():
        _fill(walk.item(parse(name), name), inner)


class Reading:
    """One document being read: its tree, the paths that values came from, what was not read."""

    __slots__ = ("places", "size", "unread")

    def __init__(self) -> None:
        self.places: list[Path] = []
        self.unread: list[tuple[Path, str]] = []
        self.size = 0

    def visit(self, value: Any, path: Path, wanted: list[tuple[Walk, Loop]]) -> None:
        """Takes what is wanted of a value and of those inside it."""
        self.size += 1
        if isinstance(value, dict):
            for name, inner in value.items():
                branches = [(branch, loop) for walk, loop in wanted for branch in walk.members.get(name, ())]
                self._member(inner, (*path, name), branches)
        elif isinstance(value, list):
            self.left(value, path)
        else:
            text = text_of(value)
            read = False
            for walk, loop in wanted:
                for name in walk.own:
                    read = True
                    if text and name:
                        self.take(loop, name, text, path)
            if text and not read:
                self.unread.append((path, text))

    def _member(self, value: Any, path: Path, branches: list[tuple[Branch, Loop]]) -> None:
        if not branches:
            self.left(value, path)
            return
        items = [(item, (*path, number)) for number, item in enumerate(value)] if isinstance(value, list) else [(value, path)]
        for number, (item, at) in enumerate(items):
            found = [
                (branch.walk, loop.open(branch.list, [branch.list]) if branch.list else loop)
                for branch, loop in branches
                if item is not None
                and (branch.step.index is None or branch.step.index == number)
                and all(holds(test, item) for test in branch.step.tests)
            ]
            if found:
                self.visit(item, at, found)
            else:
                self.left(item, at)

    def left(self, value: Any, path: Path) -> None:
        """Nothing of a value and of those inside it is wanted."""
        self.size += 1
        for at, text in texts(value, path):
            self.unread.append((at, text))

    def take(self, loop: Loop, name: str, text: str, path: Path) -> None:
        """A value for the tree."""
        loop.segments.setdefault(name, []).append(PlacedSegment([name, text], len(self.places)))
        self.places.append(path)


def texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every value inside a value, with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, (*path, number))
    else:
        text = text_of(value)
        if text:
            yield path, text


def text_of(value: Any) -> str:
    """A value as the mapping language has it: numbers with their digits, never an exponent."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, Number):
        return plain(value) if "e" in value or "E" in value else str(value)
    return str(value).strip()


def plain(number: str) -> str:
    """A number without exponent. Raises ValueError where it has none of reasonable size."""
    value = Decimal(number)
    if not value.is_finite() or abs(value.adjusted()) > EXPONENT_LIMIT:
        raise ValueError(number)
    return format(value, "f")


def holds(test: Test, item: Any) -> bool:
    """Whether a filter's condition holds of an item."""
    here = item
    for name in test.path:
        here = here.get(name) if isinstance(here, dict) else None
    text = "" if isinstance(here, dict | list) else text_of(here)
    return (text in test.values) != test.negated
