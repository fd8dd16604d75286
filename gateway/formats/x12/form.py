"""What sets are made of as they come again and again: variants of segments, forms of loops, and a set taken apart into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class Variant:
    """A segment at one place of the guide with certain elements filled: `match(raw).groups()` are its values.

    `elements` are the elements in order: '' where empty, the text where it is part of the form, None where it is a value.
    """

    __slots__ = ("after", "at", "elements", "inside", "match", "relearnt", "run")

    def __init__(self, at: int, elements: tuple[str | None, ...], run: str | None, *, opens: bool) -> None:
        self.at = at
        self.elements = elements
        self.run = run
        """The loop in whose runs it stands."""
        self.inside = run is not None and not opens
        self.relearnt = 0
        self.match = re.compile("(?!)").match
        self.after: dict[int, list[Variant]] = {}
        """What may come next, by how many separators it has; shared by all variants of a place."""


@dataclass(slots=True)
class Form:
    """Segments as they came before: one occurrence of a repeated loop, or what of a set stands in none."""

    variants: tuple[Variant, ...]
    within: bool
    """Whether nothing stands in it more often than the guide allows."""
    summed: bool
    """Whether the walk adds up something inside it."""
    quantity: int | str
    """What a hash total adds up of a run: the number of a value, or the text that is part of the form ('' for nothing).
    Of what stands in no run, the row that says the total."""
    order: tuple[Variant | str, ...] = ()
    """Of what stands in no run, its segments and the names of the loops between them."""
    often: int = 0
    """How often whoever maps it has seen it."""
    mapped: Any = None
    """Whatever he knows of it."""
    fits: bool = False
    """Whether a document with it was found to be as its model says."""

    @property
    def places(self) -> list[int]:
        """Where in the guide its segments stand."""
        return [variant.at for variant in self.variants]


Match = re.Match[str]
"""Of one segment (`string`), its values (`groups()`)."""
Run = tuple[Form, list[Match]]
"""One occurrence of a repeated loop: its form, and its segments."""


@dataclass(slots=True)
class Recognised:
    """A set that is clean, taken apart: its head and tail as one form with its segments, the runs of its repeated loops by name."""

    head: Form
    """What stands in no run."""
    rows: list[Match]
    runs: dict[str, list[Run]]
