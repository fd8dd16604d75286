"""Compares two files by what they say: transaction sets, segment by segment inside their loops.

Delimiters, envelopes and the set's own counts do not count.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import GroupStart, InterchangeStart, SetRead
from gateway.formats.x12.inspect import LoopBegins, tree
from gateway.profiles.guide import Guides, Slot


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


@dataclass(frozen=True, slots=True)
class _Row:
    """A segment as it is compared: its elements and the names of its loops, whose numbers change with every line put in before."""

    elements: tuple[str, ...]
    loops: tuple[str, ...]
    path: str = field(compare=False)
    text: str = field(compare=False)


Masked = Callable[[str, tuple[str, ...], Sequence[str], Sequence[Slot]], Sequence[str]]
"""A segment's elements without what does not count: of its id, the loops that it stands in, its elements from 1, the guide's."""


def diff(
    ours: Iterable[bytes], theirs: Iterable[bytes], guides: Guides, masked: Masked | None = None, envelopes: bool = False
) -> Iterator[Difference]:
    """How two files differ, set by set in their order; sets are paired by ST01 and ST02, and by their order where numbers differ.

    `masked` takes away what does not count; with `envelopes` ISA and GS are compared too, as a set of their own.
    """
    left, right = list(_sets(ours, guides, masked, envelopes)), list(_sets(theirs, guides, masked, envelopes))
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
    """The steps of one set: held together by the segments that stand once in both, compared one by one between these."""
    a = c = 0
    for b, d in [*_anchors(left, right), (len(left), len(right))]:
        for kind, a1, a2, c1, c2 in difflib.SequenceMatcher(None, left[a:b], right[c:d], autojunk=False).get_opcodes():
            if kind == "equal":
                yield from ((" ", row) for row in left[a + a1 : a + a2])
            else:
                yield from (("-", row) for row in left[a + a1 : a + a2])
                yield from (("+", row) for row in right[c + c1 : c + c2])
        if b < len(left):
            yield " ", left[b]
        a, c = b + 1, d + 1


def _anchors(left: list[_Row], right: list[_Row]) -> list[tuple[int, int]]:
    """The longest run of segments, in the order of both, each of which stands once in both (patience diff)."""
    once_left, once_right = _once(left), _once(right)
    tops: list[int] = []
    piles: list[tuple[int, int, int]] = []
    """Of each candidate its places, and the candidate before it."""
    last: list[int] = []
    for row, at in once_left.items():
        there = once_right.get(row)
        if there is None:
            continue
        pile = bisect_left(tops, there)
        piles.append((at, there, last[pile - 1] if pile else -1))
        tops[pile : pile + 1] = [there]
        last[pile : pile + 1] = [len(piles) - 1]
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        at, there, number = piles[number]
        found.append((at, there))
    return found[::-1]


def _once(rows: list[_Row]) -> dict[_Row, int]:
    """The rows that stand once, in order, with their places."""
    counts = Counter(rows)
    return {row: at for at, row in enumerate(rows) if counts[row] == 1}


def _sets(chunks: Iterable[bytes], guides: Guides, masked: Masked | None = None, envelopes: bool = False) -> Iterator[_Set]:
    around: list[_Row] = []
    for event in check(chunks, guides, whole=True):
        if isinstance(event, InterchangeStart):
            around.append(_enveloping("ISA", event.interchange.elements[:16], masked))
        elif isinstance(event, GroupStart):
            around.append(_enveloping("GS", event.group.elements, masked))
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
            loops = tuple(loop.rpartition("[")[0] for loop in path)
            said = tuple(element.translate(table) for element in elements)
            counted = said if masked is None else (said[0], *masked(said[0], loops, said[1:], row.slots))
            rows.append(_Row(counted, loops, "/".join(path), "*".join(said)))
        yield f"{found.id} {found.control_number}", rows
    if envelopes and around:
        yield "envelope", around


def _enveloping(name: str, elements: Sequence[str], masked: Masked | None) -> _Row:
    said = tuple(element.strip() for element in elements[1:])
    return _Row((name, *(said if masked is None else masked(name, (), said, ()))), (), "", "*".join((name, *said)))


def _shown(row: _Row) -> tuple[str, str]:
    return row.path, row.text
