"""What a mapping's rules do when they are run backwards: each takes a field's value and puts it where the rule would find it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.translate.codes import CODES
from gateway.translate.conversion import Unconvertible
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Step
from gateway.translate.rules import Condition, Source
from gateway.translate.runtime import Context, matches
from gateway.translate.writing_tree import Cells, Frame, Node
from gateway.translate.writing_values import Inverse, Look, holds, looked

Field = tuple[Any, Any] | None
"""Where in the document a value stands, as a chain: (the field around it, name or number)."""


class Refused(Exception):
    """An item that this source of a list cannot hold, while others are still to be asked."""


def shown(place: Field) -> str:
    """A field as findings name it: lines.2.quantity."""
    parts: list[str] = []
    while place is not None:
        parts.append(str(place[1]))
        place = place[0]
    return ".".join(reversed(parts))


@dataclass(slots=True)
class Run:
    """One document being written."""

    context: Context
    document: Mapping[str, Any]
    mark: str
    findings: list[Finding] = field(default_factory=list)
    strict: bool = False
    """Whether trouble refuses the item instead of being told: another source may take it."""

    def trouble(self, code: str, place: Field, value: Any, **facts: object) -> None:
        """Something that cannot be written."""
        if self.strict:
            raise Refused
        at = shown(place)
        text = None if isinstance(value, dict | list) else str(value)
        self.findings.append(CODES[code].finding(Location(field=at), text, self.context.severities, field=at, **facts))


class Scope:
    """Where rules are being run: a loop, the segment or group of a list's item, the item itself."""

    __slots__ = ("deferred", "group", "item", "keys", "late", "lists", "node", "open", "own", "pending", "run")

    def __init__(self, run: Run, node: Node, item: Mapping[str, Any], own: Cells | None = None, group: list[str] | None = None) -> None:
        self.run = run
        self.node = node
        self.item = item
        self.own = own
        self.group = group
        self.keys: dict[tuple[object, ...], Cells] = {}
        self.deferred: list[tuple[ScalarOp, Any, str | list[str], Field]] = []
        self.lists: list[tuple[ListOp, Sequence[Any], Field]] = []
        self.late: list[tuple[CaseOp, Any, Field]] = []
        self.pending: list[tuple[Node, Cells]] = []
        self.open: dict[int, Any] = {}

    def look(self, source: Source) -> Any:
        """The value of a source."""
        return looked(source, self.item, self.run.document, self.run.context, self._found)

    def _found(self, source: Any) -> str | None:
        path = source.path
        if path.segment is None or path.start not in ("here", "root"):
            return None
        if self.own is not None and path.start == "here" and not path.loops and path.segment.name == self.own.values[0]:
            return self.own.get(path.element, path.component, self.run.mark) or None
        node = self.node
        while path.start == "root" and node.parent is not None:
            node = node.parent
        for inner in down(self.run, node, path.loops):
            for cells in inner.instances(path.segment.name):
                if matches(self.run.context, cells.values, path.segment.filter):
                    return cells.get(path.element, path.component, self.run.mark) or None
        return None

    def fill(self, plan: Plan, item: Mapping[str, Any], place: Field) -> None:
        """Puts the fields of an item; lists and what stands in other segments wait for `settle`."""
        ops = plan.ops
        for name, value in item.items():
            if value is None:
                continue
            op = ops.get(name)
            if op is not None:
                op.write(self, value, (place, name))
            elif not any(case.takes(self, name, value, (place, name)) for case in plan.cases):
                self.run.trouble("write-no-place", (place, name), value)
        for name, scalar in plan.defaults:
            if item.get(name) is None and scalar.default is not None and (value := self.look(scalar.default)) is not None:
                scalar.write(self, value, (place, name))

    def settle(self) -> None:
        """Lists first, then single values in other segments: what a list has written need not be written again."""
        for rule, items, place in self.lists:
            rule.spread(self, items, place)
        if len(self.deferred) > 1:
            self.deferred.sort(key=lambda entry: entry[0].rank)
        for scalar, value, text, place in self.deferred:
            scalar.place(self, value, text, place)
        for case, value, place in self.late:
            case.place(self, value, place)
        for node, cells in self.pending:
            _overlay(node, cells)


def down(run: Run, node: Node, loops: Sequence[Step]) -> list[Node]:
    """The loops that steps lead to."""
    found = [node]
    for step in loops:
        found = [
            inner
            for outer in found
            for inner in outer.loops.get(step.name, ())
            if not step.filter or matches(run.context, inner.opener.values, step.filter)
        ]
    return found


def made(scope: Scope, loops: Sequence[Step], rank: int) -> Node | None:
    """The loop that steps lead to, made where it is not there; None where the guide has no such loop."""
    node = scope.node
    for step in loops:
        found = down(scope.run, node, (step,))
        if found:
            node = found[0]
            continue
        if step.name not in node.frame.loops:
            return None
        inner = node.child(step.name, rank)
        fix(inner.opener, step.filter, scope.run.mark)
        node.attach(inner)
        node = inner
    return node


def fix(cells: Cells, conditions: Sequence[Filter], mark: str) -> None:
    """Sets what a filter says, of alternatives the first, where nothing stands yet."""
    for condition in conditions:
        if not condition.negated and condition.element and condition.values and condition.values[0]:
            held = cells.get(condition.element, condition.component, mark)
            if not held:
                cells.put(condition.element, condition.component, condition.values[0], mark)


def _overlay(node: Node, cells: Cells) -> None:
    """Lays elements over the first segment of the name that has none of them; else they are a segment of their own."""
    name = cells.values[0]
    for host in node.instances(name):
        if not any(value and n < len(host.values) and host.values[n] for n, value in enumerate(cells.values) if n):
            host.values += [""] * (len(cells.values) - len(host.values))
            host.values[:] = [mine or theirs for mine, theirs in zip(host.values, [*cells.values, *[""] * len(host.values)], strict=False)]
            return
    put_segment(node, cells)


def put_segment(node: Node, cells: Cells) -> None:
    """Puts a segment into its loop, as a loop of its own where it opens one."""
    name = cells.values[0]
    if node.frame.is_loop(name):
        inner = node.child(name, cells.rank)
        inner.segments[inner.frame.opener] = [cells]
        node.attach(inner)
    else:
        node.segments.setdefault(name, []).append(cells)


@dataclass(slots=True)
class Spot:
    """One place that a rule reads: the way down, the segment with its filter, element and component."""

    loops: tuple[Step, ...]
    step: Step
    element: int
    component: int
    own: bool
    group: bool = False

    def instances(self, scope: Scope) -> Iterator[Cells]:
        """The segments that the rule would look at, as far as they are written."""
        if self.own and scope.own is not None:
            yield scope.own
            return
        for node in down(scope.run, scope.node, self.loops):
            for cells in node.instances(self.step.name):
                if not self.step.filter or matches(scope.run.context, cells.values, self.step.filter):
                    yield cells
        for _, cells in scope.pending:
            if cells.values[0] == self.step.name and matches(scope.run.context, cells.values, self.step.filter):
                yield cells

    def create(self, scope: Scope, rank: int) -> Cells | None:
        """A new segment there, with what its filter says; None where the guide has no place for it."""
        node = made(scope, self.loops, rank)
        if node is None:
            return None
        name = self.step.name
        if name not in node.frame.segments and name not in node.frame.loops:
            return None
        if name == node.frame.opener and node.parent is not None and not node.opener.filled:
            cells = node.opener
        else:
            cells = Cells(name.partition("#")[0], rank)
            if node.frame.is_loop(name):
                inner = node.child(name, rank)
                inner.segments[inner.frame.opener] = [cells]
                node.attach(inner)
            else:
                node.segments.setdefault(name, []).append(cells)
        fix(cells, self.step.filter, scope.run.mark)
        return cells


class Op:
    """A rule backwards."""

    __slots__ = ()

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Puts the value of a field."""
        raise NotImplementedError


@dataclass(slots=True)
class NoOp(Op):
    """A field that reading computes: it is held against what is written, when that is read."""

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Nothing to put."""


@dataclass(slots=True)
class Plan:
    """The rules of one scope's item by field; `defaults` are written where the field is absent."""

    ops: dict[str, Op] = field(default_factory=dict)
    cases: list[CaseOp] = field(default_factory=list)
    defaults: list[tuple[str, ScalarOp]] = field(default_factory=list)


@dataclass(slots=True)
class ObjectOp(Op):
    """An object: its fields stand in the same scope."""

    plan: Plan
    when: Condition | None = None

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Each field where its rule says."""
        if not isinstance(value, dict):
            scope.run.trouble("write-no-place", place, value)
        elif self.when is None or holds(self.when, scope.look):
            scope.fill(self.plan, value, place)


@dataclass(slots=True)
class ConstantOp(Op):
    """A field that always says the same: it only tells which source of a list an item belongs to."""

    value: Any

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Nothing to put; another value belongs elsewhere."""
        if value != self.value and str(value) != str(self.value):
            scope.run.trouble("write-no-place", place, value)


@dataclass(slots=True)
class ScalarOp(Op):
    """One value at the first of its places; nothing where one of them says it already."""

    rank: int
    spots: tuple[Spot, ...]
    inverse: Inverse
    inline: Plan | None = None
    default: Source | None = None
    unwritten: Any = None
    """The default that reading fills in: it is not written."""
    when: Condition | None = None
    late: bool = False
    """Reads only: put where nothing else stands."""
    source: Source | None = None
    """What `write:` says in place of the field's value."""

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Into the item's own segment or group at once; elsewhere once the lists are written."""
        if self.when is not None and not holds(self.when, scope.look):
            return
        if self.source is not None and (value := scope.look(self.source)) is None:
            return
        if self.inline is not None and isinstance(value, dict):
            scope.fill(self.inline, value, place)
            return
        if not self.spots or isinstance(value, dict):
            scope.run.trouble("write-no-place", place, value)
            return
        try:
            text = self.inverse.text(value, scope.look)
        except Unconvertible as error:
            scope.run.trouble(error.code, place, value, **error.facts)
            return
        spot = self.spots[0]
        if spot.group and scope.group is not None and isinstance(text, str):
            scope.group[max(spot.element, 1) - 1] = text
        elif spot.own and not self.late and scope.own is not None and isinstance(text, str):
            if spot.step.filter:
                fix(scope.own, spot.step.filter, scope.run.mark)
            self._put(scope, scope.own, spot, text, value)
        else:
            scope.deferred.append((self, value, text, place))

    def _put(self, scope: Scope, cells: Cells, spot: Spot, text: str, value: Any) -> None:
        values = cells.values
        if len(values) == spot.element and not spot.component:
            values.append(text)
            return
        held = cells.get(spot.element, spot.component, scope.run.mark)
        # a code as received stands over the one that its table would write
        if not held or (not self.inverse.pipes and not self.late):
            cells.put(spot.element, spot.component, text, scope.run.mark)

    def place(self, scope: Scope, value: Any, text: str | list[str], place: Field) -> None:
        """Where a rule's other segments are concerned: one that says it already, one with room, or a new one."""
        if isinstance(text, list):
            self._lines(scope, text, place)
            return
        for spot in self.spots:
            for cells in spot.instances(scope):
                held = cells.get(spot.element, spot.component, scope.run.mark)
                if held and (held == text or self.inverse.means(held, value, scope.look)):
                    return
        if value == self.unwritten and self.unwritten is not None and not any(any(spot.instances(scope)) for spot in self.spots):
            return
        spot = self.spots[0]
        key = (spot.loops, spot.step)
        cells_there = scope.keys.get(key) or next(
            (cells for cells in spot.instances(scope) if not cells.get(spot.element, spot.component, scope.run.mark)), None
        )
        if cells_there is None:
            cells_there = None if spot.own else spot.create(scope, self.rank)
            if cells_there is None:
                if not self.late:
                    scope.run.trouble("write-no-place", place, value)
                return
            scope.keys[key] = cells_there
        self._put(scope, cells_there, spot, text, value)

    def _lines(self, scope: Scope, lines: list[str], place: Field) -> None:
        spot = self.spots[0]
        for line in lines:
            cells = scope.own if spot.own and scope.own is not None and len(lines) == 1 else spot.create(scope, self.rank)
            if cells is None:
                scope.run.trouble("write-no-place", place, line)
                return
            cells.put(spot.element, spot.component, line, scope.run.mark)


@dataclass(slots=True)
class CaseOp(Op):
    """A rule chosen by a value: the branch that what is written chooses, else the first that says what the field says."""

    subject: Spot | None
    branches: tuple[tuple[tuple[str, ...], Op, Mapping[str, Any] | None], ...]
    """Values, rule, and the constants of the rule where it holds nothing else."""
    other: Op | None = None
    merged: bool = False
    """Whether its fields stand among the item's."""

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Waits until the subject is known."""
        scope.late.append((self, value, place))

    def takes(self, scope: Scope, name: str, value: Any, place: Field) -> bool:
        """Whether a field of the item belongs to one of the branches; then it is put."""
        if not any(isinstance(op, ObjectOp) and name in op.plan.ops for op in (*(b[1] for b in self.branches), self.other)):
            return False
        op = self._branch(scope, name)
        if isinstance(op, ObjectOp) and name in op.plan.ops:
            op.plan.ops[name].write(scope, value, place)
            return True
        return False

    def _branch(self, scope: Scope, name: str) -> Op | None:
        text = self._said(scope)
        for values, op, _ in self.branches:
            if text in values:
                return op
        if text or self.other is not None:
            return self.other
        return next((op for _, op, _ in self.branches if isinstance(op, ObjectOp) and name in op.plan.ops), None)

    def _said(self, scope: Scope) -> str:
        if self.subject is None:
            return ""
        for cells in self.subject.instances(scope):
            held = cells.get(self.subject.element, self.subject.component, scope.run.mark)
            if held:
                return held
        return ""

    def place(self, scope: Scope, value: Any, place: Field) -> None:
        """Puts the value by the branch chosen; where nothing chooses one, the value does and the subject is set."""
        text = self._said(scope)
        if text:
            op = next((op for values, op, constants in self.branches if text in values and constants is None), self.other)
            if op is not None:
                op.write(scope, value, place)
            return
        for values, _, constants in self.branches:
            if constants is not None and _same(constants, value) and values[0] and self.subject is not None:
                cells = next(self.subject.instances(scope), None) or self.subject.create(scope, 0)
                if cells is not None:
                    cells.put(self.subject.element, self.subject.component, values[0], scope.run.mark)
                return
        if self.other is not None:
            self.other.write(scope, value, place)
        else:
            scope.run.trouble("write-no-place", place, value)


def _same(constants: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, dict) and constants.keys() == value.keys() and all(str(value[name]) == str(constants[name]) for name in value)


class ListOp(Op):
    """A list of one or several sources; writing_lists holds what spreads it."""

    __slots__ = ()

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Waits until the item's own values are put."""
        if isinstance(value, list | tuple):
            scope.lists.append((self, value, place))
        else:
            scope.run.trouble("write-no-place", place, value)

    def spread(self, scope: Scope, items: Sequence[Any], place: Field) -> None:
        """Puts every item."""
        raise NotImplementedError


__all__ = [
    "CaseOp",
    "ConstantOp",
    "Field",
    "Frame",
    "ListOp",
    "Look",
    "NoOp",
    "ObjectOp",
    "Op",
    "Plan",
    "Refused",
    "Run",
    "ScalarOp",
    "Scope",
    "Spot",
]
