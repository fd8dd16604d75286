"""Lists on their way out: an item becomes a loop, a segment, a group or a pair; of several sources the first that holds it takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.translate.conversion import Unconvertible
from gateway.translate.paths import Path, Step
from gateway.translate.rules import Condition
from gateway.translate.runtime import matches
from gateway.translate.writing.ops import ListOp, Plan, ScalarOp
from gateway.translate.writing.scope import LINES, Field, Refused, Scope, Spot, fix, made, put_segment
from gateway.translate.writing.tree import Cells, Frame, Node
from gateway.translate.writing.values import Inverse, holds, over_document

OF_LINES = (None, LINES)
"""Where the lines of a document stand."""


@dataclass(slots=True)
class Built:
    """An item made but not yet put: a loop, a segment, a group with its shared elements, or a pair."""

    cells: Cells
    node: Node | None = None
    group: list[str] | None = None


class ListSource:
    """One source of a list."""

    __slots__ = ()
    when: Condition | None

    def build(self, scope: Scope, item: Any, place: Field) -> Built | None:
        """Makes an item; Refused where it cannot be held here and others may be asked."""
        raise NotImplementedError

    def attach(self, scope: Scope, built: Built, place: Field) -> None:
        """Puts what was made."""
        raise NotImplementedError

    def claims(self, item: Any) -> bool:
        """Whether constants of this source say that the item is its own."""
        del item
        return False

    def whole(self, built: Built) -> bool:
        """Whether nothing is missing that must be there: a loop whose first segment says nothing is a last resort."""
        return built.node is None or built.cells.filled

    def serves(self, scope: Scope, built: Built) -> bool:
        """Whether single values of the scope are read from what was made here."""
        del scope, built
        return False


@dataclass(slots=True)
class EachSource(ListSource):
    """`for_each` backwards: a loop, or a segment, for each item."""

    rank: int
    loops: tuple[Step, ...]
    step: Step
    frame: Frame | None
    """Of the loop made for each item; None where it is a segment."""
    plan: Plan
    when: Condition | None
    constants: dict[str, Any] = field(default_factory=dict)
    if_none: bool = False
    """Whether reading has an item where there is none: one that cannot be written may be that."""
    overlay: bool = False
    """Whether an item may be a part of a segment that another one made."""
    mandatory: tuple[int, ...] = ()
    own: bool = False
    """Whether the segment is the one that the item around the list is: there is one of it."""

    def build(self, scope: Scope, item: Any, place: Field) -> Built | None:
        """A loop or segment with the item's values."""
        if not isinstance(item, dict):
            scope.run.trouble("write-no-place", place, item)
            return None
        run = scope.run
        if self.frame is not None:
            node = Node(self.frame, scope.node, self.rank)
            node.item = item
            cells = node.opener
            inner = Scope(run, node, item, cells)
        else:
            node = None
            cells = Cells(self.step.name, self.rank)
            inner = Scope(run, scope.node, item, cells)
        if self.when is not None and over_document(self.when) and not holds(self.when, inner.look):
            run.trouble("write-no-place", place, item)
            return None
        inner.fill(self.plan, item, place)
        inner.settle()
        fix(cells, self.step.filter, run.mark)
        if (self.step.filter and not matches(run.context, cells.values, self.step.filter)) or not (
            cells.filled or (node is not None and (len(node.segments) > 1 or node.loops))
        ):
            run.trouble("write-no-place", place, item)
            return None
        if (
            self.own
            and scope.own is not None
            and any(n and mine and theirs for n, (mine, theirs) in enumerate(zip(scope.own.values, cells.values, strict=False)))
        ):
            run.trouble("write-no-place", place, item)
            return None
        return Built(cells, node)

    def claims(self, item: Any) -> bool:
        """Whether constants of this source say that the item is its own."""
        return bool(self.constants) and all(item.get(name) == value for name, value in self.constants.items())

    def attach(self, scope: Scope, built: Built, place: Field) -> None:
        """Into its loop; a part of a segment waits for the segment."""
        if self.own and scope.own is not None:
            for n, text in enumerate(built.cells.values):
                if n and text:
                    scope.own.put(n, 0, text, scope.run.mark)
            return
        parent = made(scope, self.loops, self.rank)
        if parent is None:
            scope.run.trouble("write-no-place", place, {})
            return
        if self.overlay and any(not built.cells.get(n, 0, scope.run.mark) for n in self.mandatory) and built.node is None:
            scope.pending.append((parent, built.cells))
        elif built.node is not None:
            built.node.parent = parent
            parent.attach(built.node)
        else:
            put_segment(parent, built.cells)

    def serves(self, scope: Scope, built: Built) -> bool:
        """Whether a single value is read from exactly this segment."""
        for scalar, _, text, _ in scope.deferred:
            for spot in scalar.spots:
                if (
                    spot.loops == self.loops
                    and spot.step.name == self.step.name
                    and built.cells.get(spot.element, spot.component, scope.run.mark) == text
                    and matches(scope.run.context, built.cells.values, spot.step.filter)
                ):
                    return True
        return False


@dataclass(slots=True)
class GroupSource(ListSource):
    """`by n` backwards: neighbours with equal shared elements fill one segment as long as it has room."""

    rank: int
    loops: tuple[Step, ...]
    step: Step
    path: Path
    own: bool
    plan: Plan
    plain: ScalarOp | None
    when: Condition | None
    single: bool = False
    """Whether there is one, and what follows goes to the next source."""

    def build(self, scope: Scope, item: Any, place: Field) -> Built | None:
        """The group's elements, and those shared with its neighbours."""
        run = scope.run
        if self.single and id(self) in scope.open:
            run.trouble("write-no-place", place, item)
            return None
        group = [""] * self.path.by
        cells = scope.own if self.own and scope.own is not None else Cells(self.step.name, self.rank)
        inner = Scope(run, scope.node, item if isinstance(item, dict) else {}, cells, group)
        if self.when is not None and over_document(self.when) and not holds(self.when, inner.look):
            run.trouble("write-no-place", place, item)
            return None
        if self.plain is not None:
            self.plain.write(inner, item, place)
        elif isinstance(item, dict):
            inner.fill(self.plan, item, place)
            inner.settle()
        if not any(group):
            run.trouble("write-no-place", place, item)
            return None
        if not self.own:
            fix(cells, self.step.filter, run.mark)
        return Built(cells, None, group)

    def attach(self, scope: Scope, built: Built, place: Field) -> None:
        """Behind the group before, or into a new segment."""
        assert built.group is not None
        at: int
        last = scope.open.get(id(self))
        if self.own:
            cells, at = built.cells, last[1] if last else self.path.element
        elif last and last[1] <= self.path.last and self._shared(last[0]) == self._shared(built.cells):
            cells, at = last
        else:
            cells, at = built.cells, self.path.element
            parent = made(scope, self.loops, self.rank)
            if parent is None:
                scope.run.trouble("write-no-place", place, built.group[0])
                return
            self._put(parent, cells)
        if at + self.path.by - 1 > self.path.last:
            scope.run.trouble("write-no-room", place, built.group[0], room=(self.path.last - self.path.element + 1) // self.path.by)
            return
        for n, text in enumerate(built.group):
            if text:
                cells.put(at + n, 0, text, scope.run.mark)
        scope.open[id(self)] = (cells, at + self.path.by)

    def _put(self, parent: Node, cells: Cells) -> None:
        name = cells.values[0]
        if name == parent.frame.opener and name not in parent.segments:
            parent.segments[name] = [cells]
        else:
            put_segment(parent, cells)

    def _shared(self, cells: Cells) -> list[tuple[int, str]]:
        return [(n, value) for n, value in enumerate(cells.values) if value and not self.path.element <= n <= self.path.last]


@dataclass(slots=True)
class PairsSource(ListSource):
    """`pairs:` backwards: qualifier and value behind one another, by fixed places or a declared order where there is one."""

    spot: Spot
    rank: int
    path: Path
    scheme: Inverse
    value: Inverse
    order: tuple[str, ...]
    places: dict[str, int]
    when: Condition | None

    def build(self, scope: Scope, item: Any, place: Field) -> Built | None:
        """Qualifier and value as texts, as long as there is room."""
        room = (self.path.last - self.path.element + 1) // 2
        if len(scope.open.get(id(self), ())) >= room:
            scope.run.trouble("write-no-room", place, item.get("value") if isinstance(item, dict) else item, room=room)
            return None
        if not isinstance(item, dict) or item.get("scheme") is None or item.get("value") is None:
            scope.run.trouble("write-no-place", place, item)
            return None
        try:
            scheme = self.scheme.text(item["scheme"], scope.look)
        except Unconvertible as error:
            scope.run.trouble(error.code, (place, "scheme"), item["scheme"], **error.facts)
            return None
        try:
            value = self.value.text(item["value"], scope.look)
        except Unconvertible as error:
            scope.run.trouble(error.code, (place, "value"), item["value"], **error.facts)
            return None
        return Built(Cells(""), None, [str(scheme), str(value)])

    def all(self, scope: Scope, items: Sequence[Any], place: Field) -> None:
        """Puts a whole list behind one another, at once where its segment is the item's own and has room."""
        cells = scope.own
        pairs: list[str] = []
        if cells is not None and self.spot.own and len(cells.values) <= self.path.element:
            schemes, values = self.scheme.memory, self.value.memory
            for item in items:
                if not isinstance(item, dict):
                    break
                scheme, value = item.get("scheme"), item.get("value")
                if not isinstance(scheme, str) or not isinstance(value, str):
                    break
                first = schemes.get(scheme) if self.scheme.pipes else scheme
                second = value if not self.value.pipes else values.get(value)
                if not isinstance(first, str) or not isinstance(second, str):
                    break
                pairs += (first, second)
        if cells is not None and pairs and len(pairs) == 2 * len(items) <= self.path.last - self.path.element + 1:
            cells.values += [""] * (self.path.element - len(cells.values))
            cells.values += pairs
            return
        for number, item in enumerate(items, 1):
            built = self.build(scope, item, (place, number))
            if built is not None:
                self.attach(scope, built, (place, number))
        self.finish(scope)

    def attach(self, scope: Scope, built: Built, place: Field) -> None:
        """Remembers the pair; `finish` puts all, because an order may be declared."""
        scope.open.setdefault(id(self), []).append((built.group, place))

    def finish(self, scope: Scope) -> None:
        """Puts the pairs."""
        pairs: list[tuple[list[str], Field]] = scope.open.pop(id(self), [])
        if not pairs:
            return
        spot, mark = self.spot, scope.run.mark
        cells = scope.own if spot.own and scope.own is not None else next(spot.instances(scope), None)
        if cells is None:
            cells = spot.create(scope, self.rank)
            if cells is None:
                scope.run.trouble("write-no-place", pairs[0][1], pairs[0][0][1])
                return
            scope.keys[spot.loops, spot.step] = cells
        if self.order:
            ranks = {code: n for n, code in enumerate(self.order)}
            pairs.sort(key=lambda pair: ranks.get(pair[0][0], len(ranks)))
        at = self.path.element
        taken = set(self.places.values())
        for (scheme, value), place in pairs:
            here = self.places.get(scheme, 0)
            if not here or cells.get(here, 0, mark):
                while at in taken or cells.get(at, 0, mark):
                    at += 2
                here, at = at, at + 2
            if here + 1 > self.path.last:
                scope.run.trouble("write-no-room", place, value, room=(self.path.last - self.path.element + 1) // 2)
                return
            cells.put(here, 0, scheme, mark)
            cells.put(here + 1, 0, value, mark)


@dataclass(slots=True)
class OneSource(ListSource):
    """An object among sources: the one item whose constants are its own."""

    plan: Plan
    constants: dict[str, Any]
    when: Condition | None = None

    def build(self, scope: Scope, item: Any, place: Field) -> Built | None:
        """Nothing is made ahead: the fields stand in the scope around the list."""
        if (
            not isinstance(item, dict)
            or any(str(item.get(name)) != str(value) for name, value in self.constants.items())
            or any(name not in self.plan.ops for name in item)
            or id(self) in scope.open
        ):
            scope.run.trouble("write-no-place", place, item)
            return None
        scope.open[id(self)] = item
        return Built(Cells(""))

    def attach(self, scope: Scope, built: Built, place: Field) -> None:
        """Puts the fields."""
        del built
        inner = Scope(scope.run, scope.node, scope.item, scope.own, scope.group)
        inner.fill(self.plan, scope.open[id(self)], place)
        inner.settle()


class SourcesOp(ListOp):
    """A list with its sources in order."""

    __slots__ = ("claimed", "sources")

    def __init__(self, sources: Sequence[ListSource]) -> None:
        self.sources = tuple(sources)
        self.claimed = any(source.constants for source in self.sources if isinstance(source, EachSource))

    def spread(self, scope: Scope, items: Sequence[Any], place: Field) -> None:
        """Each item to the source that takes it."""
        sources = self.sources
        if not sources:
            return
        alone = sources[0] if len(sources) == 1 else None
        if isinstance(alone, PairsSource) and not (alone.order or alone.places):
            alone.all(scope, items, place)
            return
        lines = place == OF_LINES
        for number, item in enumerate(items, 1):
            at: Field = (place, number)
            if lines:
                scope.run.line = item
            if alone is not None:
                built = self._perhaps(scope, item, at) if len(items) == 1 else alone.build(scope, item, at)
                if built is not None:
                    alone.attach(scope, built, at)
            else:
                self._choose(scope, item, at)
        if lines:
            scope.run.line = None
        for source in sources:
            if isinstance(source, PairsSource):
                source.finish(scope)

    def _perhaps(self, scope: Scope, item: Any, at: Field) -> Built | None:
        """The only item of a list: where it stands for none, it need not be written."""
        source = self.sources[0]
        if not (isinstance(source, EachSource) and source.if_none):
            return source.build(scope, item, at)
        before, scope.run.strict = scope.run.strict, True
        try:
            return source.build(scope, item, at)
        except Refused:
            return None  # what is not read again as it was is told by the proof
        finally:
            scope.run.strict = before

    def _choose(self, scope: Scope, item: Any, at: Field) -> None:
        run = scope.run
        accepted: list[tuple[ListSource, Built]] = []
        before, run.strict = run.strict, True
        for source in self.sources:
            try:
                built = source.build(scope, item, at)
            except Refused:
                continue
            if built is not None:
                accepted.append((source, built))
                if not scope.deferred and not self.claimed and source.whole(built):
                    break
        run.strict = before
        if not accepted:
            built = self.sources[0].build(scope, item, at)  # which tells what is wrong
            if built is not None:
                self.sources[0].attach(scope, built, at)
            return
        accepted = [pair for pair in accepted if pair[0].claims(item)] or accepted
        fits = [pair for pair in accepted if pair[0].whole(pair[1])] or accepted
        source, built = next((pair for pair in fits if pair[0].serves(scope, pair[1])), fits[0])
        source.attach(scope, built, at)
