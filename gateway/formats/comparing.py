"""Compares two files by what they say, value by value: JSON by keys, XML by elements, delimited text by columns.

Order of keys, blanks between elements, quotes and line ends do not count. X12 has its own way (x12/comparing.py).
"""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gateway.formats.agreed import Agreed
from gateway.formats.detect import begins_with_envelope

Kind = Literal["x12", "json", "xml", "rows"]

KEYS = ("business_key", "number", "id", "ordinal", "line", "line_number", "name", "qualifier", "kind")
"""Fields that tell the items of a list apart, the first that does so in both files."""

ROWS_ALIGNED = 4_000
"""Items of a list or rows of a file up to which what was put in or left out is looked for; beyond, they are taken in their order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two files differ: what either says, None where it says nothing there."""

    place: str
    ours: str | None
    theirs: str | None


class Unreadable(Exception):
    """A file that is not what it looks like: which (ours, theirs) and why."""

    def __init__(self, side: str, why: str) -> None:
        super().__init__(f"{side} {why}")
        self.side = side
        self.why = why


def kind_of(data: bytes) -> Kind:
    """What a file is by its first bytes; delimited where nothing says otherwise."""
    if begins_with_envelope(data[:4096]):
        return "x12"
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if first in (b"{", b"[") else "xml" if first == b"<" else "rows"


def differences(ours: bytes, theirs: bytes, kind: Kind, agreed: Agreed, delimiter: str = "") -> list[Difference]:
    """Every difference that is not agreed, in the order of the files. Raises Unreadable."""
    if kind == "json":
        found = _values(_json(ours, "ours"), _json(theirs, "theirs"), "")
    elif kind == "xml":
        left, right = _xml(ours, "ours"), _xml(theirs, "theirs")
        found = _elements(left, right, left[0]) if left[0] == right[0] else iter([Difference(left[0], left[0], right[0])])
    else:
        mark = delimiter or _delimiter(ours)
        found = _rows(_table(ours, mark), _table(theirs, mark), agreed)
    return [one for one in found if not agreed.covers(_path(one.place), one.ours, one.theirs)]


def _path(place: str) -> str:
    """A place as ignored paths name it: a row's column by its name alone."""
    return place.partition(", ")[2] if place.startswith("row ") and ", " in place else place


# ---------------------------------------------------------------- JSON


def _json(data: bytes, side: str) -> Any:
    try:
        # numbers stay as written: 1.10 and 1.1 are two texts of one amount, and told as such
        return json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable(side, f"is not JSON: {error}") from None


def _values(ours: Any, theirs: Any, place: str) -> Iterator[Difference]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            inner = f"{place}.{name}" if place else str(name)
            if name not in theirs:
                yield from _only(ours[name], inner, mine=True)
            elif name not in ours:
                yield from _only(theirs[name], inner, mine=False)
            else:
                yield from _values(ours[name], theirs[name], inner)
    elif isinstance(ours, list) and isinstance(theirs, list):
        for number, mine, other in _paired(ours, theirs):
            inner = f"{place}[{number}]"
            if mine is _NOTHING:
                yield from _only(other, inner, mine=False)
            elif other is _NOTHING:
                yield from _only(mine, inner, mine=True)
            else:
                yield from _values(mine, other, inner)
    elif _text(ours) != _text(theirs):
        yield Difference(place, _text(ours), _text(theirs))


def _only(value: Any, place: str, mine: bool) -> Iterator[Difference]:
    """What one side alone says, value by value."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _only(inner, f"{place}.{name}", mine)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value, 1):
            yield from _only(inner, f"{place}[{number}]", mine)
    else:
        yield Difference(place, _text(value) if mine else None, None if mine else _text(value))


_NOTHING = object()


def _paired(ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[tuple[int, Any, Any]]:
    """The items of two lists side by side: by a field that tells them apart, else by what is alike, else in their order."""
    key = next((key for key in KEYS if _tells_apart(ours, key) and _tells_apart(theirs, key)), None)
    if key is not None:
        places = {_text(other[key]): other for other in theirs}
        known = {_text(mine[key]) for mine in ours}
        for number, mine in enumerate(ours, 1):
            yield number, mine, places.get(_text(mine[key]), _NOTHING)
        yield from ((number, _NOTHING, other) for number, other in enumerate(theirs, 1) if _text(other[key]) not in known)
        return
    yield from _aligned(ours, theirs, [_canonical(one) for one in ours], [_canonical(one) for one in theirs])


def _tells_apart(items: Sequence[Any], key: str) -> bool:
    if not items or not all(isinstance(item, dict) and isinstance(item.get(key), str) for item in items):
        return False
    return len({item[key] for item in items}) == len(items)


def _aligned(ours: Sequence[Any], theirs: Sequence[Any], left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, Any, Any]]:
    """Two sequences side by side by what is alike; what was replaced in its order."""
    if max(len(left), len(right)) > ROWS_ALIGNED:
        for n in range(max(len(left), len(right))):
            yield n + 1, ours[n] if n < len(ours) else _NOTHING, theirs[n] if n < len(theirs) else _NOTHING
        return
    for _, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for n in range(max(b - a, d - c)):
            mine = ours[a + n] if a + n < b else _NOTHING
            other = theirs[c + n] if c + n < d else _NOTHING
            yield (a + n if a + n < b else c + n) + 1, mine, other


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------- XML

Element = tuple[str, dict[str, str], str, list[Any]]
"""Local name, attributes by local name, text, elements inside."""


def _xml(data: bytes, side: str) -> Element:
    from lxml import etree

    from gateway.formats.xml.parsing import parser

    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise Unreadable(side, f"is not XML: {error}") from None
    return _element(root)


def _element(node: Any) -> Element:
    """An element as a value, without recursion deeper than parsing allows."""
    inside = [_element(child) for child in node if isinstance(child.tag, str)]
    text = " ".join("".join([node.text or "", *((child.tail or "") for child in node)]).split())
    return _local(node.tag), {_local(name): value for name, value in node.attrib.items()}, text, inside


def _local(name: str) -> str:
    return str(name).rpartition("}")[2]


def _elements(ours: Element, theirs: Element, place: str) -> Iterator[Difference]:
    for name in sorted({*ours[1], *theirs[1]}):
        if ours[1].get(name) != theirs[1].get(name):
            yield Difference(f"{place}/@{name}", ours[1].get(name), theirs[1].get(name))
    if ours[2] != theirs[2]:
        yield Difference(place, ours[2] or None, theirs[2] or None)
    names = list(dict.fromkeys(child[0] for child in (*ours[3], *theirs[3])))
    for name in names:
        left, right = ([child for child in side[3] if child[0] == name] for side in (ours, theirs))
        several = len(left) > 1 or len(right) > 1
        for number, mine, other in _aligned(left, right, [_canonical(one) for one in left], [_canonical(one) for one in right]):
            inner = f"{place}/{name}" + (f"[{number}]" if several else "")
            if mine is _NOTHING:
                yield from _alone(other, inner, mine=False)
            elif other is _NOTHING:
                yield from _alone(mine, inner, mine=True)
            else:
                yield from _elements(mine, other, inner)


def _alone(element: Element, place: str, mine: bool) -> Iterator[Difference]:
    """An element that one side alone has, value by value."""
    values = [(f"{place}/@{name}", value) for name, value in element[1].items()]
    if element[2] or not (element[3] or values):
        values.append((place, element[2]))
    for at, value in values:
        yield Difference(at, value if mine else None, None if mine else value)
    for number, child in enumerate(element[3], 1):
        same = [one for one in element[3] if one[0] == child[0]]
        inner = f"{place}/{child[0]}" + (f"[{same.index(child) + 1 if len(same) > 1 else number}]" if len(same) > 1 else "")
        yield from _alone(child, inner, mine)


# ---------------------------------------------------------------- rows


def _delimiter(data: bytes) -> str:
    """The mark that the first line has most of."""
    first = data.split(b"\n", 1)[0].decode("latin-1")
    return max(",;\t|", key=first.count)


def _table(data: bytes, delimiter: str) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]


def _rows(ours: list[list[str]], theirs: list[list[str]], agreed: Agreed) -> Iterator[Difference]:
    """Rows by the columns' names where both begin with the same names in whatever order, else by their numbers."""
    header = ours[0] if ours else []
    named = bool(theirs) and sorted(header) == sorted(theirs[0]) and len(set(header)) == len(header) and not any(_number(c) for c in header)
    if named:
        order = [theirs[0].index(name) for name in header]
        theirs = [[row[at] if at < len(row) else "" for at in order] for row in theirs]
    names = header if named else [f"column {n}" for n in range(1, max(map(len, (*ours, *theirs)), default=0) + 1)]
    hidden = {n for n, name in enumerate(names) if agreed.covers(name)}
    first = 1 if named else 0
    left, right = ours[first:], theirs[first:]
    marks = [["\x1f".join("" if n in hidden else cell for n, cell in enumerate(row)) for row in side] for side in (left, right)]
    for number, mine, other in _aligned(left, right, *marks):
        place = f"row {number + first}"
        if mine is _NOTHING or other is _NOTHING:
            told = ", ".join(other if mine is _NOTHING else mine)
            yield Difference(place, None if mine is _NOTHING else told, told if mine is _NOTHING else None)
            continue
        for n in range(max(len(mine), len(other))):
            one, two = (side[n] if n < len(side) else "" for side in (mine, other))
            if one != two:
                yield Difference(f"{place}, {names[n] if n < len(names) else f'column {n + 1}'}", one or None, two or None)


def _number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace("-", "").isdigit()
