"""Where writing stands: one run over a document, the scope of an item, the segments and loops that are found or made in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gateway.edi.finding import Finding, Location
from gateway.translate.codes import CODES
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Step
from gateway.translate.rules import Source
from gateway.translate.runtime import Context, matches
from gateway.translate.threads import AS_RECEIVED, Absent, Ambiguous, Related
from gateway.translate.writing.tree import Cells, Node
from gateway.translate.writing.values import looked

if TYPE_CHECKING:
    from gateway.translate.writing.ops import CaseOp, ListOp, Plan, ScalarOp

LINES = "lines"

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
    related: Related | None = None
    line: Mapping[str, Any] | None = None
    """The line of the document at hand, for `@order.line`."""
    order: Mapping[str, Any] | None = None
    strict: bool = False
    """Whether trouble refuses the item instead of being told: another source may take it."""

    def trouble(self, code: str, place: Field, value: Any, **facts: object) -> None:
        """Something that cannot be written."""
        if self.strict:
            raise Refused
        at = shown(place)
        text = None if isinstance(value, dict | list) else str(value)
        self.findings.append(CODES[code].finding(Location(field=at), text, self.context.severities, field=at, **facts))

    def answered(self, names: Sequence[str]) -> Any:
        """What `@order.line.items` finds in the document answered; a finding where that is not known."""
        if self.related is None:
            self.related = Related(self.context.thread, self.document)
        place: Field = (None, LINES) if self.line is not None else None
        try:
            return self.related.value(names, self.line, self.order)
        except Absent:
            self.trouble("write-thread-absent", place, "@" + ".".join(names))
        except Ambiguous as several:
            self.trouble("write-line-ambiguous", place, several)
        return None


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
        return looked(source, self.item, self.run.document, self.run.context, self._found, self.run.answered)

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
        ops, quick, own = plan.ops, plan.quick, self.own
        chosen: list[tuple[str, Any]] = []
        received = item[AS_RECEIVED] if AS_RECEIVED in item and AS_RECEIVED not in ops else None
        for name, value in item.items():
            if value is None:
                continue
            if received is not None and (name == AS_RECEIVED or (name in received and name in ops)):
                if name != AS_RECEIVED:
                    ops[name].spell(self, value, received[name], (place, name))
                continue
            if own is not None and name in quick and isinstance(value, str | Decimal):
                # nearly every value: one element of the item's own segment, of a value met before
                element, memory = quick[name]
                text = memory.get(value)
                if text.__class__ is str:
                    values = own.values
                    if len(values) < element:
                        values += [""] * (element - len(values))
                    if len(values) == element:
                        values.append(text)
                        continue
            op = ops.get(name)
            if op is not None:
                op.write(self, value, (place, name))
            elif plan.cases:
                chosen.append((name, value))
            else:
                self.run.trouble("write-no-place", (place, name), value)
        for name, value in chosen:  # what chooses among the cases is put by now
            if not any(case.takes(self, name, value, (place, name)) for case in plan.cases):
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
