"""Which fields, branches and codes of mappings their examples touch: noted while these are read, reckoned by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gateway.formats.tree import Loop, Segment
from gateway.profiles.reading import Place
from gateway.translate.mapping import Mapping
from gateway.translate.outline import Branch, Entry, outline, spelled
from gateway.translate.paths import Condition, Path, Step
from gateway.translate.rules import Each, Found, Pairs, Scalar
from gateway.translate.runtime import Context, Origin

Kind = Literal["field", "branch", "code"]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that an example could touch, at its place: a field's rule, a way that a rule can go, a code that it names."""

    kind: Kind
    at: Place
    what: str
    """In words, such as `currency`, `currency: default USD`, `case PO1.05 = PP`, `REF-01 = 2I`."""


@dataclass(slots=True)
class Covered:
    """One file of rules: its points, and those that examples touched."""

    file: str
    points: set[Point] = field(default_factory=set)
    touched: set[Point] = field(default_factory=set)

    @property
    def left(self) -> list[Point]:
        """What no example touches, in the order of the file."""
        return sorted(self.points - self.touched, key=lambda point: (point.at.line, point.at.column, point.what))

    @property
    def percent(self) -> float:
        """The share that examples touch."""
        return 100 * len(self.touched) / len(self.points) if self.points else 100.0

    def count(self, kind: Kind) -> tuple[int, int]:
        """How many points of a kind are touched, of how many."""
        return sum(point.kind == kind for point in self.touched), sum(point.kind == kind for point in self.points)


class Cover:
    """Gathers what examples touch of any number of mappings; rules that several share (`extends`) are one."""

    def __init__(self) -> None:
        self.points: set[Point] = set()
        self.touched: set[Point] = set()
        self._entries: dict[str, list[Entry]] = {}

    def add(self, mapping: Mapping) -> list[Entry]:
        """Takes the rules of a mapping in, whether or not it has examples."""
        entries = self._entries.get(mapping.name)
        if entries is None:
            entries = self._entries[mapping.name] = [e for e in outline(mapping.rules, mapping.ground) if e.only != "write"]
            for entry in entries:
                self.points.update(_points(entry))
            for table, rows in mapping.rules.tables.items():
                self.points.update(_codes_of_table(mapping, table) if rows else ())
        return entries

    def note(self, mapping: Mapping, context: Context, root: Loop) -> None:
        """What one traced reading of a tree with `mapping` touched."""
        entries = self.add(mapping)
        stands, seen = _stands(root)
        by_rule: dict[Place, list[Origin]] = {}
        for origin in context.trace.values():
            by_rule.setdefault(origin.rule.at, []).append(origin)
        for entry in entries:
            if not isinstance(entry.rule, Each):
                for origin in by_rule.get(entry.rule.at, ()):
                    self._value(entry, origin, stands, context)
            self._codes(entry, seen)
            for branch in entry.under:
                self.touched.update(_held(branch, context))
        for table in mapping.rules.tables:
            values = {value for _, _, value in seen}
            self.touched.update(point for point in _codes_of_table(mapping, table) if point.what.rpartition(" ")[2] in values)

    def files(self) -> list[Covered]:
        """What was reckoned, by the file that the rules stand in."""
        found: dict[str, Covered] = {}
        for point in self.points:
            found.setdefault(point.at.file, Covered(point.at.file)).points.add(point)
        for point in self.touched & self.points:
            found[point.at.file].touched.add(point)
        return [found[name] for name in sorted(found)]

    def _value(self, entry: Entry, origin: Origin, stands: dict[int, Loop], context: Context) -> None:
        self.touched.add(_field(entry))
        self.touched.update(_branch(branch) for branch in entry.under if branch.when is None)
        if isinstance(entry.rule, Scalar):
            taken = _taken(entry.rule, origin, stands, context)
            self.touched.add(_default(entry) if taken is None else _alternative(entry, taken))

    def _codes(self, entry: Entry, seen: set[tuple[str, int, str]]) -> None:
        for point, segment, element, value in _coded(entry):
            if (segment, element, value) in seen:
                self.touched.add(point)


# ---------------------------------------------------------------- what there is to touch


def _points(entry: Entry) -> Iterator[Point]:
    if not isinstance(entry.rule, Each):
        yield _field(entry)
    if isinstance(entry.rule, Scalar):
        if len(entry.rule.sources) > 1:
            yield from (_alternative(entry, n) for n in range(len(entry.rule.sources)))
        if entry.rule.default is not None:
            yield _default(entry)
    for branch in entry.under:
        if branch.when is None:
            yield _branch(branch)
        elif not branch.chooses:
            yield from (_branch(branch, holds) for holds in (True, False))
    yield from (point for point, *_ in _coded(entry))


def _field(entry: Entry) -> Point:
    return Point("field", entry.rule.at, entry.field)


def _alternative(entry: Entry, number: int) -> Point:
    assert isinstance(entry.rule, Scalar)
    return Point("branch", entry.rule.at, f"{entry.field}: {spelled(entry.rule.sources[number])} of the alternatives")


def _default(entry: Entry) -> Point:
    default = entry.rule.default if isinstance(entry.rule, Scalar) else None
    return Point("branch", entry.rule.at, f"{entry.field}: default {spelled(default) if default is not None else ''}".rstrip())


def _branch(branch: Branch, holds: bool = True) -> Point:
    if branch.when is None:
        return Point("branch", branch.at, str(branch))
    return Point("branch", branch.at, f"{branch} {'holds' if holds else 'does not hold'}")


def _held(branch: Branch, context: Context) -> Iterator[Point]:
    if branch.when is not None:
        yield from (_branch(branch, holds) for holds in (True, False) if (branch.at, holds) in context.held)


def _coded(entry: Entry) -> Iterator[tuple[Point, str, int, str]]:
    """The codes that an entry's paths and cases name among others: point, segment, element, code."""
    rule = entry.rule
    paths = [rule.path] if isinstance(rule, Each | Pairs) else [source.path for source in rule.sources if isinstance(source, Found)]
    for path in paths:
        for step in (*path.loops, path.segment):
            if step is not None:
                yield from _filtered(entry.rule.at, step)
    for branch in entry.under:
        if branch.values is None or len(branch.values) < 2 or not isinstance(branch.subject, Found):
            continue
        path = branch.subject.path
        if path.segment is None or not path.element:
            continue
        for value in branch.values:
            if value:
                point = Point("code", branch.at, f"case {spelled(branch.subject)} = {value}")
                yield point, path.segment.name.partition("#")[0], path.element, value


def _filtered(at: Place, step: Step) -> Iterator[tuple[Point, str, int, str]]:
    name = step.name.partition("#")[0]
    for one in step.filter:
        values = [value for value in one.values if value]
        if len(values) > 1 and not one.negated:
            for value in values:
                yield Point("code", at, f"{name}-{one.element:02} = {value}"), name, one.element, value


def _codes_of_table(mapping: Mapping, name: str) -> Iterator[Point]:
    """The rows of a table that the mapping itself brings; a shared table is not an example's to go through."""
    table = mapping.tables.get(name)
    own = {file for file, _ in mapping.rules.sources}
    for row in table.rows if table is not None else ():
        if row.at.file in own and row.use != "write":
            yield Point("code", row.at, f"code table {name}: {row.sent}")


# ---------------------------------------------------------------- which way a value came


def _stands(root: Loop) -> tuple[dict[int, Loop], set[tuple[str, int, str]]]:
    """Of every segment its loop, and every value by segment and element."""
    stands: dict[int, Loop] = {}
    seen: set[tuple[str, int, str]] = set()
    waiting = [root]
    while waiting:
        loop = waiting.pop()
        for segments in loop.segments.values():
            for segment in segments:
                stands[id(segment)] = loop
                seen.update((segment[0], n, value) for n, value in enumerate(segment) if n and value)
        for children in loop.loops.values():
            waiting += children
    return stands, seen


def _taken(rule: Scalar, origin: Origin, stands: dict[int, Loop], context: Context) -> int | None:
    """Which source of a rule a value came from; None: its default."""
    for number, source in enumerate(rule.sources):
        if isinstance(source, Found):
            if origin.segment and _fits(source.path, origin, stands.get(id(origin.segment)), context):
                return number
        elif not origin.segment:
            return number
    if rule.default is not None and not origin.segment:
        return None
    return 0


def _fits(path: Path, origin: Origin, loop: Loop | None, context: Context) -> bool:
    if path.start == "group":
        return True
    if path.segment is None or path.segment.name.partition("#")[0] != origin.segment[0]:
        return False
    if not path.element <= origin.element <= max(path.last, path.element) or (origin.component or 0) != path.component:
        return False
    if not _filter(path.segment.filter, origin.segment, context):
        return False
    for step in reversed(path.loops):
        if loop is None or loop.name != step.name or not _filter(step.filter, loop.first, context):
            return False
        loop = loop.parent
    return True


def _filter(conditions: Sequence[Condition], segment: Segment, context: Context) -> bool:
    return all(_condition(one, segment, context) for one in conditions)


def _condition(one: Condition, segment: Segment, context: Context) -> bool:
    if one.none_of:
        return not any(_filter(others, segment, context) for others in one.none_of)
    value = segment[one.element] if len(segment) > one.element else ""
    if one.component:
        parts = value.split(context.component)
        value = parts[one.component - 1] if len(parts) >= one.component else ""
    return (value in one.values) != one.negated


def total(files: Iterable[Covered]) -> float:
    """The share of all points that examples touch."""
    counted = [(len(one.touched), len(one.points)) for one in files]
    points = sum(of for _, of in counted)
    return 100 * sum(touched for touched, _ in counted) / points if points else 100.0
