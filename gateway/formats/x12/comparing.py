"""Compares two files by what they say: transaction sets, segment by segment inside their loops.

Delimiters, envelopes and the set's own counts do not count.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.inspect import LoopBegins, tree
from gateway.profiles.guide import Guides


@dataclass(frozen=True, slots=True)
class Difference:
    """One step from one file to the other: a segment, and where it stands."""

    mark: str
    """- only in the first, + only in the second, blank in both."""
    set: str
    """The set's id and number, as 850 0001."""
    path: str
    """The loops it stands in, as PO1[2]/N1[1]."""
    text: str
    """The segment, elements joined by * and components by > whatever the file's delimiters are."""


_Row = tuple[tuple[str, ...], str]
"""The path and the elements of a segment, as they are compared."""


def diff(ours: Iterable[bytes], theirs: Iterable[bytes], guides: Guides) -> Iterator[Difference]:
    """How two files differ, set by set in their order; sets are paired by ST01 and ST02, and by their order where numbers differ."""
    left, right = list(_sets(ours, guides)), list(_sets(theirs, guides))
    for mine, other in _paired(left, right):
        name = (mine or other or ("", []))[0]
        yield from (Difference(mark, name, *_shown(row)) for mark, row in _steps(mine[1] if mine else [], other[1] if other else []))


_Set = tuple[str, list[_Row]]


def _paired(left: list[_Set], right: list[_Set]) -> Iterator[tuple[_Set | None, _Set | None]]:
    names = difflib.SequenceMatcher(None, [name for name, _ in left], [name for name, _ in right], autojunk=False)
    for _, a, b, c, d in names.get_opcodes():
        paired = min(b - a, d - c)
        yield from zip(left[a : a + paired], right[c : c + paired], strict=True)
        yield from ((mine, None) for mine in left[a + paired : b])
        yield from ((None, other) for other in right[c + paired : d])


def _steps(left: list[_Row], right: list[_Row]) -> Iterator[tuple[str, _Row]]:
    """The steps of one set; what is alike at both ends is not handed to the slow comparison."""
    begin = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    rest = min(len(left), len(right)) - begin
    end = next((n for n in range(rest) if left[-1 - n] != right[-1 - n]), rest)
    yield from ((" ", row) for row in left[:begin])
    inner_left, inner_right = left[begin : len(left) - end], right[begin : len(right) - end]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, inner_left, inner_right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((" ", row) for row in inner_left[a:b])
        else:
            yield from (("-", row) for row in inner_left[a:b])
            yield from (("+", row) for row in inner_right[c:d])
    yield from ((" ", row) for row in left[len(left) - end :])


def _sets(chunks: Iterable[bytes], guides: Guides) -> Iterator[_Set]:
    for event in check(chunks, guides, whole=True):
        if not isinstance(event, SetRead):
            continue
        found = event.transaction_set
        separator = found.delimiters.element
        exchanged = {found.delimiters.component: ">"} | ({found.delimiters.repetition: "^"} if found.delimiters.repetition else {})
        table = str.maketrans({old: new for old, new in exchanged.items() if len(old) == 1})
        rows: list[_Row] = []
        path: list[str] = []
        for row in tree(found, guides.guide(found.guide.split("@")[0]) if found.guide else None):
            if isinstance(row, LoopBegins):
                path = [*path[: row.depth], f"{row.path.rsplit('/', 1)[-1]}[{row.occurrence}]"]
                continue
            path = path[: row.depth]
            elements = row.text.split(separator)
            if elements[0] in ("ST", "SE"):
                elements = elements[:2] if elements[0] == "ST" else elements[:1]
            rows.append((tuple(element.translate(table) for element in elements), "/".join(path)))
        yield f"{found.id} {found.control_number}", rows


def _shown(row: _Row) -> tuple[str, str]:
    return row[1], "*".join(row[0])
