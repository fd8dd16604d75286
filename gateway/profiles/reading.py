"""Reads our YAML strictly: every scalar is text, every value knows its file, line and column, every mistake is told at once.

YAML would make 004010 a number and NO false; aliases and tags can explode or execute; a duplicate key loses a value.
So scalars stay text, aliases, tags and duplicate keys are findings, and what is read is plain `dict`, `list` and `str`
in subclasses that carry their place, so that merges keep it. Values are built from parser events, with a stack of our
own, so that depth is bounded before anything recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES

DEPTH_LIMIT = 40
SIZE_LIMIT = 4_000_000
FINDINGS_LIMIT = 100
"""Mistakes told of one file; a file with more is not YAML of ours."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NULLS = ("", "~", "null")


class Place(NamedTuple):
    """A file of ours with line and column, both from 1."""

    file: str
    line: int
    column: int

    def location(self, field: str | None = None) -> Location:
        """The place as findings carry it."""
        return Location(file=self.file, line=self.line, column=self.column, field=field)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Text(str):
    """A scalar as written, with its place."""

    at: Place


class Items(list["Value"]):
    """A YAML list with its place."""

    at: Place


class Table(dict[str, "Value"]):
    """A YAML map with its place and the place of each key."""

    at: Place
    key_at: dict[str, Place]


Value = Text | Items | Table | None


def read_yaml(text: str, name: str) -> tuple[Value, list[Finding]]:
    """The value of a YAML text called `name`, and everything wrong with it; the value is None where nothing can be read."""
    if len(text) > SIZE_LIMIT:
        return None, [CODES["yaml-too-large"].finding(Location(file=name), limit=SIZE_LIMIT)]
    text = text.removeprefix("\ufeff")
    undecodable = _SURROGATE.search(text)
    if undecodable:
        return None, [CODES["yaml-encoding"].finding(_at_offset(text, undecodable.start(), name).location())]
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _place(mark, name).location() if mark else Location(file=name)
        problem = error.problem or "it cannot be read"
        if "expected ',' or" in problem:
            problem += "; between braces or brackets, put what holds a comma, a bracket or a brace in quotes"
        builder.findings.append(CODES["yaml-syntax"].finding(at, problem=problem))
        return None, builder.findings
    except yaml.reader.ReaderError as error:
        at = _at_offset(text, int(error.position), name).location()
        builder.findings.append(CODES["yaml-syntax"].finding(at, problem=str(error.reason)))
        return None, builder.findings
    except (yaml.YAMLError, ValueError) as error:
        problem = (str(error).splitlines() or ["it cannot be read"])[0]
        builder.findings.append(CODES["yaml-syntax"].finding(Location(file=name), problem=problem))
        return None, builder.findings
    return builder.root, builder.findings


def _place(mark: Any, name: str) -> Place:
    return Place(name, mark.line + 1, mark.column + 1)


def _at_offset(text: str, offset: int, name: str) -> Place:
    before = text[:offset]
    return Place(name, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


class _Open:
    """A map or list whose end was not read yet; `key` waits for its value."""

    __slots__ = ("at", "items", "key", "key_place", "keys", "skip", "table")

    def __init__(self, at: Place, table: Table | None, items: Items | None) -> None:
        self.at = at
        self.table = table
        self.items = items
        self.key: str | None = None
        self.key_place = at
        self.keys = 0
        """Nodes of a map read so far: even means that a key comes next."""
        self.skip = False
        """The value of the key just read is dropped (a duplicate, or a key that is none)."""


class _Builder:
    """Makes values of parser events; `take` answers False where nothing more can be read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []
        self.root: Value = None
        self._stack: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """One event: a scalar, the begin or end of a map or list, or an alias."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            return self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._stack.pop()
            self._add(done.table if done.table is not None else done.items, done.at)
        elif isinstance(event, yaml.AliasEvent):
            self._tell("yaml-alias", _place(event.start_mark, self.name), f"*{event.anchor}")
            self._add(None, _place(event.start_mark, self.name))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._tell("yaml-documents", _place(event.start_mark, self.name))
                return False
        return len(self.findings) < FINDINGS_LIMIT

    def _tell(self, code: str, at: Place, value: str | None = None, **facts: object) -> None:
        self.findings.append(CODES[code].finding(at.location(), value, None, **facts))

    def _decorated(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: Place) -> None:
        if event.anchor is not None:
            self._tell("yaml-alias", at, f"&{event.anchor}")
        if event.tag is not None:
            self._tell("yaml-tag", at, str(event.tag))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        at = _place(event.start_mark, self.name)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, at)
        plain_style = not event.style
        if plain_style and event.value == "<<" and self._expects_key():
            self._tell("yaml-merge-key", at)
        if plain_style and event.value in _NULLS:
            self._add(None, at)
            return
        text = Text(event.value)
        text.at = at
        self._add(text, at)

    def _begin(self, event: yaml.CollectionStartEvent) -> bool:
        at = _place(event.start_mark, self.name)
        self._decorated(event, at)
        if len(self._stack) >= DEPTH_LIMIT:
            self._tell("yaml-too-deep", at, limit=DEPTH_LIMIT)
            return False
        opened: _Open
        if isinstance(event, yaml.MappingStartEvent):
            table = Table()
            table.at, table.key_at = at, {}
            opened = _Open(at, table, None)
        else:
            items = Items()
            items.at = at
            opened = _Open(at, None, items)
        self._stack.append(opened)
        if len(self._stack) == 1:
            self.root = opened.table if opened.table is not None else opened.items
        return True

    def _expects_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].table is not None and self._stack[-1].keys % 2 == 0

    def _add(self, value: Value, at: Place) -> None:
        if not self._stack:
            self.root = value
            return
        parent = self._stack[-1]
        if parent.items is not None:
            parent.items.append(value)
            return
        parent.keys += 1
        if parent.keys % 2:
            self._key(parent, value, at)
        elif not parent.skip and parent.table is not None and parent.key is not None:
            parent.table[parent.key] = value
            parent.table.key_at[parent.key] = parent.key_place

    def _key(self, parent: _Open, value: Value, at: Place) -> None:
        parent.skip = True
        table = parent.table
        if not isinstance(value, Text):
            self._tell("yaml-key", at)
        elif table is not None and value in table:
            self._tell("yaml-duplicate-key", at, value, first=table.key_at[value].line)
        else:
            parent.key, parent.key_place, parent.skip = str(value), at, False


ITEM_KEYS = ("set", "document", "qualifier", "path")
"""What identifies an item of a list, so that an heir changes one item and keeps the others."""

ALSO_IDENTIFIES = ("version", "format", "identity", "usage", "pattern", "from")
"""What tells two items of one `set` apart: they are the same item unless both say one of these and differ."""


def merge(under: Value, over: Value) -> Value:
    """`over` laid on `under`: maps merge by key, scalars replace, lists replace unless their items have a key, null removes."""
    if isinstance(under, Table) and isinstance(over, Table):
        merged = Table(under)
        merged.at, merged.key_at = over.at, {**under.key_at, **over.key_at}
        for key, value in over.items():
            if value is None:
                merged.pop(key, None)
            elif key in under:
                merged[key] = merge(under[key], value)
            else:
                merged[key] = settled(value)
        return merged
    if isinstance(under, Items) and isinstance(over, Items) and _keyed(under) and _keyed(over):
        return _merge_items(under, over)
    return settled(over)


def settled(value: Value) -> Value:
    """A value with nothing under it: keys that say null are not said."""
    if isinstance(value, Table):
        table = Table({key: settled(inner) for key, inner in value.items() if inner is not None})
        table.at, table.key_at = value.at, value.key_at
        return table
    if isinstance(value, Items):
        items = Items(settled(inner) for inner in value)
        items.at = value.at
        return items
    return value


def _key_of(item: Value) -> tuple[str, str] | None:
    if not isinstance(item, Table):
        return None
    key = next((k for k in ITEM_KEYS if isinstance(item.get(k), str)), None)
    return None if key is None else (key, str(item[key]))


def _keyed(items: Items) -> bool:
    return all(_key_of(item) is not None for item in items)


def _same(one: Table, other: Table) -> bool:
    return _key_of(one) == _key_of(other) and not any(
        isinstance(one.get(key), str) and isinstance(other.get(key), str) and one[key] != other[key] for key in ALSO_IDENTIFIES
    )


def _merge_items(under: Items, over: Items) -> Items:
    """Each item of `over` changes those of `under` that it names; what nobody names stays, what is new comes behind."""
    merged = Items()
    merged.at = over.at
    used: set[int] = set()
    for below in _tables(under):
        changes = [(n, item) for n, item in enumerate(_tables(over)) if _same(below, item)]
        used.update(n for n, _ in changes)
        merged.extend([merge(below, item) for _, item in changes] or [below])
    merged.extend(settled(item) for n, item in enumerate(_tables(over)) if n not in used)
    return merged


def _tables(items: Items) -> Iterator[Table]:
    return (item for item in items if isinstance(item, Table))


def plain(value: Value) -> object:
    """The same value in plain `dict`, `list` and `str`, for libraries that look at exact types."""
    if isinstance(value, Table):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Items):
        return [plain(inner) for inner in value]
    return None if value is None else str(value)
