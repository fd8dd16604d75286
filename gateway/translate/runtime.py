"""What a compiled mapping runs on: its context, conversions with memory, and the rare paths that word findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.edi.finding import Finding, Location, Severity
from gateway.formats.tree import EMPTY, Loop, PlacedSegment, Segment
from gateway.profiles.reading import Place
from gateway.translate.codes import CODES
from gateway.translate.conversion import Noted, Unconvertible
from gateway.translate.numbers import PLAIN, read_decimal
from gateway.translate.paths import Condition, Path, Step
from gateway.translate.threads import Absent, Ambiguous, Related

MEMORY_LIMIT = 4096
"""Values that one conversion remembers; beyond that it forgets all and begins anew."""


@dataclass(frozen=True, slots=True)
class RuleAt:
    """A rule as findings and origins name it: the field's path in the document and the place in the mapping."""

    field: str
    at: Place
    segment: str = ""
    element: int = 0


@dataclass(slots=True)
class Context:
    """What a mapping may know besides the tree: terms, the document answered, the day, the delimiters inside elements."""

    terms: Mapping[str, Any] = field(default_factory=dict)
    thread: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None
    component: str = ">"
    repetition: str | None = None
    severities: Mapping[str, Severity] | None = None
    problems: list[Problem] = field(default_factory=list)
    trace: dict[tuple[int, str | int], Origin] = field(default_factory=dict)
    held: set[tuple[Place | None, bool]] = field(default_factory=set)
    """Conditions by their place, and what each came to, where values are traced."""
    once: dict[tuple[str, Any], int] = field(default_factory=dict)
    """Of the items told apart by `once`, which each value has."""
    related: Related | None = None
    """The thread with what was found in it."""
    levels: dict[int, Any] = field(default_factory=dict)
    """Of each HL loop the level above it, once a hierarchy is read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: segment, element, component, and the rule that read it."""

    segment: Segment
    element: int
    component: int
    rule: RuleAt
    others: Sequence[tuple[Segment, int, int]] = ()
    """Where the rest of it came from, where several texts became one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a value, before its place in the set is known."""

    code: str
    segment: Sequence[str]
    element: int
    component: int
    value: str | None
    rule: RuleAt
    facts: Mapping[str, object]

    @property
    def placed(self) -> bool:
        """Whether the segment knows its position."""
        return isinstance(self.segment, PlacedSegment) or not self.segment

    def finding(self, severities: Mapping[str, Severity] | None) -> Finding:
        """The finding, at the place that the segment knows."""
        position = self.segment.position + 1 if isinstance(self.segment, PlacedSegment) else None
        location = Location(
            segment=self.segment[0] if self.segment else self.rule.segment or None,
            segment_position=position,
            element=self.element or None,
            component=self.component or None,
            field=self.rule.field,
        )
        return CODES[self.code].finding(location, self.value, severities, field=self.rule.field, **self.facts)


class Chain:
    """A pipeline of conversions whose arguments are known: `convert` makes a value or raises Unconvertible."""

    __slots__ = ("dynamic", "rule", "steps")

    def __init__(self, steps: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], rule: RuleAt, dynamic: bool = False) -> None:
        self.steps = tuple(steps)
        self.rule = rule
        self.dynamic = dynamic

    def convert(self, value: Any, arguments: Sequence[tuple[Any, ...]] | None = None) -> tuple[Any, list[Noted]]:
        """The converted value, None where nothing is left of it, and what was odd."""
        notes: list[Noted] = []
        for n, (function, fixed) in enumerate(self.steps):
            if value is None or value == "":
                return None, notes
            try:
                value = function(value, *(fixed if arguments is None else arguments[n]))
            except (InvalidOperation, TypeError, AttributeError, OverflowError):
                raise Unconvertible("decimal-invalid", expected="a number of reasonable size") from None
            if isinstance(value, Noted):
                notes.append(value)
                value = value.value
        return (None if value == "" else value), notes


class Memory(dict[str, Any]):
    """What a chain made of values before; None where the value needs the slow path (it does not convert, or is noted)."""

    def __init__(self, chain: Chain) -> None:
        super().__init__()
        self.chain = chain
        self.decimals = chain.steps == ((read_decimal, ()),)
        """Whether the chain is `decimal` alone: prices are ever new, so theirs is a way of its own."""

    def __missing__(self, value: str) -> Any:
        if self.decimals and PLAIN.fullmatch(value):
            if len(self) >= MEMORY_LIMIT:
                self.clear()
            self[value] = number = Decimal(value)
            return number
        try:
            result, notes = self.chain.convert(value)
        except Unconvertible:
            return None
        if notes or result is None or isinstance(result, dict | list):
            return None
        if len(self) >= MEMORY_LIMIT:
            self.clear()
        self[value] = result
        return result


class Presence(dict[tuple[str | None, ...], int]):
    """By what a loop holds (ids of its segments, None, names of its inner loops) which blocks of rules may find something, as bits.

    Loops of one kind come in few shapes: one look replaces one for each block.
    """

    def __init__(self, needs: Sequence[frozenset[tuple[str, str]]]) -> None:
        super().__init__()
        self.needs = needs

    def __missing__(self, shape: tuple[str | None, ...]) -> int:
        middle = shape.index(None)
        held = {("segments", name) for name in shape[:middle]} | {("loops", name) for name in shape[middle:]}
        if len(self) >= MEMORY_LIMIT:
            self.clear()
        self[shape] = found = sum(1 << n for n, needs in enumerate(self.needs) if not needs.isdisjoint(held))
        return found


def slow(context: Context, chain: Chain, value: Any, segment: Segment, element: int, component: int = 0, arguments: Any = None) -> Any:
    """Converts a value with findings: None where it does not convert."""
    shown = value if isinstance(value, str) else str(value)
    if isinstance(value, str) and not value.strip():
        return None
    try:
        result, notes = chain.convert(value, arguments)
    except Unconvertible as error:
        context.problems.append(Problem(error.code, segment, element, component, shown, chain.rule, error.facts))
        return None
    for note in notes:
        context.problems.append(Problem(note.code, segment, element, component, shown, chain.rule, note.facts))
    return result


def called(context: Context, function: Callable[..., Any], rule: RuleAt, *arguments: Any) -> Any:
    """A conversion written as a source, such as extend($quantity, $price)."""
    try:
        return function(*arguments)
    except Unconvertible as error:
        context.problems.append(Problem(error.code, EMPTY, 0, 0, None, rule, error.facts))
    except (InvalidOperation, TypeError, AttributeError):
        context.problems.append(Problem("decimal-invalid", EMPTY, 0, 0, None, rule, {"expected": "numbers"}))
    return None


def missing(context: Context, rule: RuleAt, segment: Segment) -> None:
    """A required value that is not there."""
    same = bool(segment) and segment[0] == rule.segment
    context.problems.append(Problem("value-required", segment, rule.element if same else 0, 0, None, rule, {}))


def ambiguous(context: Context, taken: Segment, other: Segment, reads: Sequence[tuple[int, RuleAt]]) -> None:
    """A second segment where a rule takes one: told for each element read that says something else."""
    for element, rule in reads:
        value = other[element] if len(other) > element else ""
        if value and value != (taken[element] if len(taken) > element else ""):
            context.problems.append(Problem("value-ambiguous", other, element, 0, value, rule, {}))


def ambiguous_loop(context: Context, taken: Loop, other: Loop, reads: Sequence[tuple[str, int, RuleAt]]) -> None:
    """The same for a second loop where a path goes down into one."""
    for name, element, rule in reads:
        for segment in other.segments.get(name, ())[:1]:
            ambiguous(context, next(iter(taken.segments.get(name, ())), EMPTY), segment, ((element, rule),))


def pair_incomplete(context: Context, segment: Segment, element: int, rule: RuleAt) -> None:
    """A pair with one half: a qualifier without value, or a value without qualifier."""
    code = "pair-incomplete" if segment[element] else "pair-unqualified"
    value = segment[element] or segment[element + 1]
    context.problems.append(Problem(code, segment, element if segment[element] else element + 1, 0, value, rule, {}))


def component(context: Context, text: str, number: int) -> str:
    """Component `number` of a composite element."""
    parts = text.split(context.component)
    return parts[number - 1] if number <= len(parts) else ""


def matches(context: Context, segment: Segment, conditions: Sequence[Condition]) -> bool:
    """Whether a segment fulfils a filter."""
    for condition in conditions:
        if condition.none_of:
            if any(matches(context, segment, others) for others in condition.none_of):
                return False
            continue
        value = segment[condition.element] if len(segment) > condition.element else ""
        if condition.component:
            value = component(context, value, condition.component)
        if (value in condition.values) == condition.negated:
            return False
    return True


def inner(context: Context, loops: Sequence[Loop], steps: Sequence[Step]) -> list[Loop]:
    """The loops that steps lead to from any of `loops`."""
    found = list(loops)
    for step in steps:
        found = [
            child
            for loop in found
            for child in loop.loops.get(step.name, ())
            if not step.filter or matches(context, child.first, step.filter)
        ]
    return found


def enclosing(context: Context, loop: Loop | None, name: str, conditions: Sequence[Condition] = ()) -> Loop | None:
    """The nearest loop of a name that fulfils the filter, this one included; of HL the level above by HL02, not by nesting."""
    while loop is not None:
        if loop.name == name and (not conditions or matches(context, loop.first, conditions)):
            return loop
        above = context.levels.get(id(loop))
        loop = above if above is not None else loop.parent
    return None


def below(context: Context, root: Loop, here: Loop, step: Step) -> list[Loop]:
    """The loops of a name below this one, however deep they nest; of HL those whose levels lead here."""
    if (context.levels and step.name == here.name) or (step.name in root.loops and context.levels):
        found = []
        for loop in root.loops.get(step.name, ()):
            above = context.levels.get(id(loop))
            while above is not None and above is not here:
                above = context.levels.get(id(above))
            if (above is here or here is root) and matches(context, loop.first, step.filter):
                found.append(loop)
        return found
    found = []
    stack = [here]
    while stack:
        loop = stack.pop(0)
        for name, children in loop.loops.items():
            if name == step.name:
                found.extend(child for child in children if matches(context, child.first, step.filter))
            stack.extend(children)
    return found


def starts(context: Context, path: Path, loop: Loop, root: Loop) -> list[Loop]:
    """The loops that a path begins from."""
    if path.start == "root":
        return [root]
    if path.start == "enclosing" and path.up is not None:
        found = enclosing(context, loop, path.up.name, path.up.filter)
        return [] if found is None else [found]
    if path.start == "below" and path.up is not None:
        return below(context, root, loop, path.up)
    return [loop]


def instances(context: Context, path: Path, loop: Loop, root: Loop) -> Iterator[Segment]:
    """Every segment that a path finds."""
    for at in inner(context, starts(context, path, loop, root), path.loops):
        if path.segment is None:
            yield at.first
            continue
        name = path.segment.name
        loops = at.loops.get(name)
        for segment in at.segments.get(name, ()) if loops is None else [loop.first for loop in loops]:
            if matches(context, segment, path.segment.filter):
                yield segment


def values(context: Context, path: Path, loop: Loop, root: Loop) -> Iterator[tuple[str, Segment]]:
    """Every value that a path finds, with its segment; the segment's id where the path names no element."""
    for segment in instances(context, path, loop, root):
        for element in range(path.element, (path.last or path.element) + 1):
            value = segment[element] if len(segment) > element else ""
            if value and path.component:
                value = component(context, value, path.component)
            if value:
                yield value, segment


def gather(value: Any, names: Sequence[str]) -> list[Any]:
    """All values that a path of fields finds in a document, through lists."""
    found = [value]
    for name in names:
        found = [item[name] for item in found if isinstance(item, dict) and name in item]
        found = [part for item in found for part in (item if isinstance(item, list | tuple) else [item])]
    return found


def dig(value: Any, names: Sequence[str]) -> Any:
    """The one value that a path of fields leads to; None where there is none."""
    for name in names:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def thread(context: Context, names: Sequence[str], rule: RuleAt, item: Mapping[str, Any]) -> Any:
    """A value of the document answered, of its line that the item answers; a finding where there is none."""
    if context.related is None:
        context.related = Related(context.thread, item)
    try:
        return context.related.value(names, item)
    except Absent:
        context.problems.append(Problem("thread-absent", EMPTY, 0, 0, None, rule, {}))
    except Ambiguous as several:
        context.problems.append(Problem("thread-line-ambiguous", EMPTY, 0, 0, None, rule, {"count": several}))
    return None


def held(context: Context, at: Place | None, holds: bool) -> bool:
    """Notes what a condition came to."""
    context.held.add((at, bool(holds)))
    return holds


def less(left: Any, right: Any) -> bool:
    """`<` between numbers where both are numbers, between texts otherwise; False where one is absent."""
    if left is None or right is None or left == "":
        return False
    try:
        return Decimal(str(left)) < Decimal(str(right))
    except InvalidOperation:
        return str(left) < str(right)


def same(left: Any, right: Any) -> bool:
    """`=` between a value of the document and a text."""
    if isinstance(left, Decimal | int) and not isinstance(left, bool):
        try:
            return Decimal(left) == Decimal(str(right))
        except InvalidOperation:
            return False
    return str(left) == str(right) if left is not None else right in (None, "")
