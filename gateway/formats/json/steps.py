"""Dotted paths as mappings write them: members down, with filters on constants.

customer.email     lines[kind=order].qty     attributes[name=color|colour].value     "delivery-date"     codes[0]     /shop.id     .
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Test:
    """One condition of a filter: the member at a path is (or is not) one of some values."""

    path: tuple[str, ...]
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One member down; of a list the items that fulfil the filter, or the one at an index."""

    name: str
    tests: tuple[Test, ...] = ()
    index: int | None = None

    @property
    def listed(self) -> bool:
        """Whether the member is a list as the path says it."""
        return bool(self.tests) or self.index is not None


@dataclass(frozen=True, slots=True)
class Dotted:
    """A place: `absolute` from the file's top, else from the object that its rule stands in; no steps: that itself."""

    steps: tuple[Step, ...]
    absolute: bool = False


class BadDotted(Exception):
    """The text is no such path: what is wrong and at which character, from 0."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at


_NAME = re.compile(r'[A-Za-z_@$#][\w@$#:-]*|"([^"]+)"', re.ASCII)
_INDEX = re.compile(r"\[(\d{1,6})\]")
_CONDITION = re.compile(
    r'\s*((?:[A-Za-z_@$#][\w@$#:-]*)(?:\.[A-Za-z_@$#][\w@$#:-]*)*)\s*(!?=)\s*((?:"[^"]*"|[^\]\[,|"]+)(?:\|(?:"[^"]*"|[^\]\[,|"]+))*)\s*'
)


def parse(text: str) -> Dotted:
    """The path that a text says. Raises BadDotted."""
    body = text.strip()
    absolute = body.startswith("/")
    at = 1 if absolute or (body.startswith(".") and len(body) > 1) else 0
    if body in (".", "/"):
        return Dotted((), absolute)
    steps: list[Step] = []
    while True:
        found = _NAME.match(body, at)
        if not found:
            raise BadDotted(f"has '{body[at : at + 20]}' where a member's name is expected" if at < len(body) else "ends too early", at)
        name, at = found.group(1) or found.group(), found.end()
        tests: tuple[Test, ...] = ()
        index: int | None = None
        if number := _INDEX.match(body, at):
            index, at = int(number.group(1)), number.end()
        elif body.startswith("[", at):
            tests, at = _filter(body, at + 1)
        steps.append(Step(name, tests, index))
        if at >= len(body):
            return Dotted(tuple(steps), absolute)
        if not body.startswith(".", at):
            raise BadDotted(f"has '{body[at : at + 20]}' where '.' or its end is expected", at)
        at += 1


def _filter(body: str, at: int) -> tuple[tuple[Test, ...], int]:
    tests: list[Test] = []
    while True:
        found = _CONDITION.match(body, at)
        if not found:
            raise BadDotted(f"has '{body[at : at + 20]}' where a condition such as kind=order is expected", at)
        path, mark, values = found.groups()
        texts = tuple(value.strip().strip('"') for value in re.findall(r'"[^"]*"|[^|]+', values))
        tests.append(Test(tuple(path.split(".")), texts, mark == "!="))
        at = found.end()
        if body.startswith("]", at):
            return tuple(tests), at + 1
        if not body.startswith(",", at):
            raise BadDotted(f"has '{body[at : at + 20]}' where ',' or ']' is expected", at)
        at += 1
