"""What a conversion is: a named pair of functions between a value as sent and a canonical value, with an example that is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Shape = Literal["each", "all", "call"]
"""`each` converts one value, `all` makes one value of all that a path finds, `call` is written as a source: `concat(A, B)`."""

Takes = Literal["text", "number", "date", "any"]


class Unconvertible(Exception):
    """A value that does not convert: the finding's code (translate/codes.py) and its facts. Never leaves this room."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Noted:
    """A value that converted, with a finding that says what was odd about it."""

    value: Any
    code: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a conversion: a `number`, a `word` (text), a `table` (code table) or any `value` (path, $field, term, text)."""

    name: str
    kind: Literal["number", "word", "table", "value"]
    optional: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """What the reference shows and a test runs: `arguments` as written, the value sent and the value made of it."""

    arguments: tuple[object, ...]
    sent: object
    made: object


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion by name. `read` makes the canonical value, `write` is its inverse or None; `elements` are the X12 types it fits."""

    name: str
    read: Callable[..., Any]
    write: Callable[..., Any] | None
    example: Example
    parameters: tuple[Parameter, ...] = ()
    takes: Takes = "text"
    gives: Takes = "text"
    shape: Shape = "each"
    elements: tuple[str, ...] = ()

    @property
    def purpose(self) -> str:
        """Its docstring's first sentence, for the reference."""
        return (self.read.__doc__ or "").strip().split("\n", 1)[0]

    def arity(self) -> tuple[int, int | None]:
        """The least and the most arguments it takes; None where there is no most."""
        least = sum(not parameter.optional for parameter in self.parameters)
        return least, None if any(parameter.several for parameter in self.parameters) else len(self.parameters)
