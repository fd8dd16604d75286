"""Path expressions of the mapping language: `PO1/N1[01=ST]/N4.02`, `^HL[03=O].PRF.01`, `SDQ.03-22 by 2`, as values.

A path says where in the tree a value stands, relative to the loop that its rule stands in; it never falls through to an
outer loop. Parsed once when a mapping is loaded, used by lint, by reading, by origins and, later, by writing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Start = Literal["here", "root", "enclosing", "below", "group"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a filter: element (and component) equal, or not equal, to one of `values`; `none` among them is the empty string."""

    element: int
    component: int
    values: tuple[str, ...]
    negated: bool = False
    column: str = ""
    """The name, where columns have names (delimited)."""
    none_of: tuple[tuple[Condition, ...], ...] = ()
    """Instead of all that: none of these filters, as `[rest]` wants it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A loop or segment id with its `#n` and filter; `rest` stands for the instances that no other rule of the scope names."""

    name: str
    filter: tuple[Condition, ...] = ()
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value stands.

    `start` and `up` say from which loop (`up` is the loop of `^NAME` or `//NAME`), `loops` the way down, `segment` what is
    read there; `element` 0 is the loop or segment itself, `last` and `by` a range of elements taken in groups.
    """

    text: str
    start: Start = "here"
    up: Step | None = None
    loops: tuple[Step, ...] = ()
    segment: Step | None = None
    element: int = 0
    component: int = 0
    last: int = 0
    by: int = 0
    column: str = ""
    """The column's name, in a delimited file."""


class BadPath(Exception):
    """The text is not a path: what is wrong and at which character, from 0."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*(?:#\d+)?")
_ELEMENT = re.compile(r"\d{1,3}")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RANGE_END = re.compile(r"-(\d{1,3})")
_BY = re.compile(r"\s+by\s+(\d{1,2})\s*$")
_VALUE = re.compile(r'"([^"]*)"|([^\]\[,|"]+)')


class _Reader:
    """A text and how far it was read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def take(self, *marks: str) -> str:
        """The mark that stands here, read; '' if none does."""
        for mark in marks:
            if self.text.startswith(mark, self.at):
                self.at += len(mark)
                return mark
        return ""

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern finds here, read."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def need(self, pattern: re.Pattern[str], what: str) -> str:
        """The same, wanted."""
        found = self.match(pattern)
        if not found:
            raise BadPath(f"has {_shown(self.text[self.at :])} where {what} is expected", self.at)
        return found.group()

    def done(self) -> bool:
        """Whether all was read."""
        return self.at >= len(self.text)


def _shown(rest: str) -> str:
    return f"'{rest[:20]}'" if rest else "its end"


def grouped(text: str) -> tuple[str, int]:
    """A path without its `by n` at the end, and n (0 where there is none). Raises BadPath."""
    body = text.rstrip()
    found = _BY.search(body)
    if not found:
        return body, 0
    if int(found.group(1)) == 0:
        raise BadPath("takes groups of 0 elements", found.start(1))
    return body[: found.start()], int(found.group(1))


def parse_path(text: str, ranged: bool = False) -> Path:
    """The path that a text says; `ranged` where `.06-25` is a range (in `pairs:`) and not a component. Raises BadPath."""
    body, by = grouped(text)
    reader = _Reader(body)
    start: Start = "here"
    up: Step | None = None
    if body == ".":
        return Path(text, "group")
    if reader.take("."):
        return _of_group(text, reader)
    if reader.take("//"):
        start, up = "below", _step(reader)
    elif reader.take("/"):
        start = "root"
    elif reader.take("^"):
        start, up = "enclosing", _step(reader)
    if up is not None:
        if reader.done():
            return Path(text, start, up)
        mark = reader.at
        if not reader.take(".", "/"):
            raise BadPath(f"has {_shown(reader.text[reader.at :])} where '.' or '/' is expected", reader.at)
        if _ELEMENT.match(reader.text, reader.at):  # ^PO1.01: the segment that opens the loop
            reader.at = mark
            return _ended(text, reader, start, up, (), Step(up.name), by, ranged)
    steps = [_step(reader)]
    while reader.take("/"):
        steps.append(_step(reader))
    return _ended(text, reader, start, up, tuple(steps[:-1]), steps[-1], by, ranged)


def _of_group(text: str, reader: _Reader) -> Path:
    element = int(reader.need(_ELEMENT, "the number of an element of the group"))
    component = _component(reader)
    if not reader.done():
        raise BadPath(f"goes on with {_shown(reader.text[reader.at :])}", reader.at)
    return Path(text, "group", element=_positive(element, reader), component=component)


def _component(reader: _Reader) -> int:
    found = reader.match(_RANGE_END)
    return _positive(int(found.group(1)), reader) if found else 0


def _positive(number: int, reader: _Reader) -> int:
    if number == 0:
        raise BadPath("counts from 0; elements and components count from 1", reader.at)
    return number


def _ended(
    text: str, reader: _Reader, start: Start, up: Step | None, loops: tuple[Step, ...], segment: Step, by: int, ranged: bool
) -> Path:
    """The path once its last segment is known: element, component or range follow."""
    if reader.done():
        if by:
            raise BadPath(f"takes groups of {by}, yet names no elements", reader.at)
        return Path(text, start, up, loops, segment)
    if not reader.take("."):
        raise BadPath(f"has {_shown(reader.text[reader.at :])} where '.', '/' or '[' is expected", reader.at)
    element = _positive(int(reader.need(_ELEMENT, "an element's number")), reader)
    last = component = 0
    found = reader.match(_RANGE_END)
    if found and (by or ranged):
        last = int(found.group(1))
        if last < element:
            raise BadPath(f"ends at {last}, before it begins", reader.at)
    elif found:
        component = _positive(int(found.group(1)), reader)
    if not reader.done():
        raise BadPath(f"goes on with {_shown(reader.text[reader.at :])}", reader.at)
    if by and not last:
        last = element
    return Path(text, start, up, loops, segment, element, component, last, by)


def _step(reader: _Reader) -> Step:
    name = reader.need(_NAME, "a segment's or loop's id")
    if not reader.take("["):
        return Step(name)
    if reader.text.startswith("rest]", reader.at):
        reader.at += 5
        return Step(name, rest=True)
    conditions = [_condition(reader)]
    while reader.take(","):
        conditions.append(_condition(reader))
    if not reader.take("]"):
        raise BadPath(f"has {_shown(reader.text[reader.at :])} where ',' or ']' is expected", reader.at)
    return Step(name, tuple(conditions))


def _condition(reader: _Reader) -> Condition:
    reader.at += len(reader.text[reader.at :]) - len(reader.text[reader.at :].lstrip(" "))
    element, component, column = 0, 0, ""
    if _ELEMENT.match(reader.text, reader.at):
        element = _positive(int(reader.need(_ELEMENT, "an element's number")), reader)
        component = _component(reader)
    else:
        column = reader.need(_COLUMN, "an element's number")
    if reader.take("?"):
        return Condition(element, component, ("",), negated=True, column=column)
    mark = reader.take("!=", "=")
    if not mark:
        raise BadPath(f"has {_shown(reader.text[reader.at :])} where '=', '!=' or '?' is expected", reader.at)
    values = [_value(reader)]
    while reader.take("|"):
        values.append(_value(reader))
    return Condition(element, component, tuple(values), negated=mark == "!=", column=column)


def _value(reader: _Reader) -> str:
    found = reader.match(_VALUE)
    if not found:
        raise BadPath(f"has {_shown(reader.text[reader.at :])} where a value is expected", reader.at)
    quoted, bare = found.groups()
    if quoted is not None:
        return str(quoted)
    word = str(bare).strip()
    return "" if word == "none" else word


def parse_column(text: str) -> Path:
    """The path of a delimited file: `column`, or `record.column` where records have kinds. Raises BadPath."""
    reader = _Reader(text.strip())
    if reader.text == ".":
        return Path(text, "group")
    start: Start = "root" if reader.take("/") else "here"
    step = _step(reader)
    if reader.take("."):
        column = reader.need(_COLUMN, "a column's name")
    else:
        column = ""
    if not reader.done():
        raise BadPath(f"goes on with {_shown(reader.text[reader.at :])}", reader.at)
    return Path(text, start, segment=step, column=column)
