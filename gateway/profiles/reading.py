"""Reads our YAML strictly: every scalar is text, every value knows its file, line and column, every mistake is told at once.

YAML would make 004010 a number and NO false; aliases and tags can explode or execute; a duplicate key loses a value.
So scalars stay text, aliases, tags and duplicate keys are findings, and what is read is plain `dict`, `list` and `str`
in subclasses that carry their place, so that merges keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES

DEPTH_LIMIT = 40
SIZE_LIMIT = 4_000_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
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
    findings: list[Finding] = []
    if len(text) > SIZE_LIMIT:
        findings.append(CODES["yaml-too-large"].finding(Location(file=name), limit=SIZE_LIMIT))
        return None, findings
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                findings.append(CODES["yaml-alias"].finding(_mark(event.start_mark, name).location(), f"*{event.anchor}"))
        if findings:
            return None, findings
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _mark(mark, name).location() if mark else Location(file=name)
        return None, [*findings, CODES["yaml-syntax"].finding(at, problem=error.problem or "it cannot be read")]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, [*findings, CODES["yaml-syntax"].finding(Location(file=name), problem=str(error).splitlines()[0] or "it cannot be read")]
    return (None if node is None else _value(node, name, findings, 0)), findings


def _mark(mark: yaml.Mark, name: str) -> Place:
    return Place(name, mark.line + 1, mark.column + 1)


def _value(node: yaml.Node, name: str, findings: list[Finding], depth: int) -> Value:
    at = _mark(node.start_mark, name)
    if depth > DEPTH_LIMIT:
        findings.append(CODES["yaml-too-deep"].finding(at.location(), limit=DEPTH_LIMIT))
        return None
    if node.tag.startswith("!") or (node.tag.startswith("tag:yaml.org,2002:") and node.tag[18:] in ("python", "binary", "set", "omap", "pairs")):
        findings.append(CODES["yaml-tag"].finding(at.location(), node.tag))
        return None
    if isinstance(node, yaml.ScalarNode):
        if node.style is None and node.value in ("", "~", "null"):
            return None
        text = Text(node.value)
        text.at = at
        return text
    if isinstance(node, yaml.SequenceNode):
        items = Items(_value(child, name, findings, depth + 1) for child in node.value)
        items.at = at
        return items
    table = Table()
    table.at, table.key_at = at, {}
    assert isinstance(node, yaml.MappingNode)
    for key_node, value_node in node.value:
        key_at = _mark(key_node.start_mark, name)
        if not isinstance(key_node, yaml.ScalarNode):
            findings.append(CODES["yaml-key"].finding(key_at.location()))
            continue
        key = str(key_node.value)
        if key in table:
            findings.append(CODES["yaml-duplicate-key"].finding(key_at.location(key), key, first=table.key_at[key].line))
            continue
        table[key] = _value(value_node, name, findings, depth + 1)
        table.key_at[key] = key_at
    return table


ITEM_KEYS = ("set", "qualifier", "path")
"""What identifies an item of a list, so that an heir changes one item and keeps the others."""


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
                merged[key] = value
        return merged
    if isinstance(under, Items) and isinstance(over, Items):
        key = next((k for k in ITEM_KEYS if all(isinstance(i, Table) and k in i for i in [*under, *over])), None)
        if key is not None:
            return _merge_items(under, over, key)
    return over


def _merge_items(under: Items, over: Items, key: str) -> Items:
    rows: dict[str, Value] = {str(item[key]): item for item in _tables(under)}
    for item in _tables(over):
        rows[str(item[key])] = merge(rows[str(item[key])], item) if str(item[key]) in rows else item
    merged = Items(rows.values())
    merged.at = over.at
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
