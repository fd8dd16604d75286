"""What a mapping's rules do when they are run backwards: each takes a field's value and puts it where the rule would find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.translate.conversion import Unconvertible
from gateway.translate.rules import Condition, Source
from gateway.translate.writing.scope import Field, Scope, Spot, fix
from gateway.translate.writing.tree import Cells
from gateway.translate.writing.values import Inverse, holds


class Op:
    """A rule backwards."""

    __slots__ = ()

    def write(self, scope: Scope, value: Any, place: Field) -> None:
        """Puts the value of a field."""
        raise NotImplementedError

    def spell(self, scope: Scope, value: Any, received: str, place: Field) -> None:
        """Puts the value as the code that was received for it, where that means the same."""
        del received
        self.write(scope, value, place)


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
    quick: dict[str, tuple[int, dict[Any, str | list[str]]]] = field(default_factory=dict)
    """Of fields that are one element of the item's own segment: the element, and the texts of values met before."""


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
        if not self.spots or (isinstance(value, dict) and not self.inverse.pipes):  # a period is a map of its two days
            scope.run.trouble("write-no-place", place, value)
            return
        try:
            text = self.inverse.text(value, scope.look)
        except Unconvertible as error:
            if value != self.unwritten:  # what reading fills in by default needs no code
                scope.run.trouble(error.code, place, value, **error.facts)
            return
        self._send(scope, value, text, place)

    def _send(self, scope: Scope, value: Any, text: str | list[str], place: Field) -> None:
        spot = self.spots[0]
        if spot.group and scope.group is not None and isinstance(text, str):
            scope.group[max(spot.element, 1) - 1] = text
        elif spot.own and not self.late and scope.own is not None and isinstance(text, str):
            if spot.step.filter:
                fix(scope.own, spot.step.filter, scope.run.mark)
            self._put(scope, scope.own, spot, text, value)
        else:
            scope.deferred.append((self, value, text, place))

    def spell(self, scope: Scope, value: Any, received: str, place: Field) -> None:
        """As it was received, where that means the same."""
        if self.spots and self.inverse.means(received, value, scope.look):
            self._send(scope, value, received, place)
        else:
            self.write(scope, value, place)

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
    constant: frozenset[str] = frozenset()
    """Values of the subject whose branch only says constants: there is nothing to put."""

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
        mine = (self.subject.loops, self.subject.step, self.subject.element, self.subject.component)
        for scalar, _, text, _ in scope.deferred:
            for spot in scalar.spots[:1]:
                if (spot.loops, spot.step, spot.element, spot.component) == mine and isinstance(text, str):
                    return text
        return ""

    def place(self, scope: Scope, value: Any, place: Field) -> None:
        """Puts the value by the branch chosen; where nothing chooses one, the value does and the subject is set."""
        text = self._said(scope)
        if text in self.constant:
            return
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
    """A list of one or several sources; lists.py holds what spreads it."""

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
