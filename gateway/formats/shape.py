"""What the rules of a mapping look for in a file of paths (XML, JSON): the values of each scope, and the lists inside it.

The reader walks a file along the shape and makes a tree of it: a loop for each item of a list, in it a segment for each value
that a path finds, `[path, value]`. The writer walks the same shape with such a tree and makes elements or members of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Type = Literal["text", "number", "flag"]
"""What a value is where the syntax tells them apart."""


@dataclass(slots=True)
class Shape:
    """One scope: the document, or an item of a list. Paths are the syntax's own, relative to it; '/...' is from the file's top."""

    values: dict[str, Type] = field(default_factory=dict)
    """Of each path to a value what it is, in the mapping's order."""
    lists: dict[str, Shape] = field(default_factory=dict)
    """By their path the lists inside, in the mapping's order."""
    many: set[str] = field(default_factory=set)
    """Paths whose values are a list of plain ones, even where there is one."""
    order: dict[str, int] = field(default_factory=dict)
    """Of each path, of a value or a list, its place in the mapping."""

    def value(self, path: str, kind: Type = "text") -> None:
        """Notes a path that a rule reads; who says what it is first is right."""
        if self.values.get(path, "text") == "text":
            self.values[path] = kind
        self.order.setdefault(path, len(self.order))

    def list(self, path: str) -> Shape:
        """The scope of a list's items."""
        self.order.setdefault(path, len(self.order))
        return self.lists.setdefault(path, Shape())

    def walk(self) -> Iterator[Shape]:
        """This scope and all inside it."""
        yield self
        for inner in self.lists.values():
            yield from inner.walk()
