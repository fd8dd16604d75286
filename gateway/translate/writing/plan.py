"""Compiles the rules of a mapping to what writing runs: the same tree of rules, read backwards, over the frame of a guide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.translate.compile_lists import is_constant, named_steps
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Path, Step
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Constant,
    Each,
    Field,
    Found,
    Inline,
    Object,
    One,
    Pairs,
    Pipe,
    Rule,
    Scalar,
    Several,
    Source,
)
from gateway.translate.tables import CodeTable
from gateway.translate.totals import TOTAL
from gateway.translate.writing.lists import EachSource, GroupSource, ListSource, OneSource, PairsSource, SourcesOp
from gateway.translate.writing.ops import CaseOp, ConstantOp, NoOp, ObjectOp, Op, Plan, ScalarOp
from gateway.translate.writing.scope import Spot
from gateway.translate.writing.tree import Frame
from gateway.translate.writing.values import Inverse, over_document


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the rules being compiled stand: the loop, the segment that the item is, the rules beside them."""

    frame: Frame
    segment: str
    siblings: Object


class Planner:
    """Makes the plans of one mapping; ranks count the rules in the order of the mapping."""

    def __init__(self, tables: Mapping[str, CodeTable]) -> None:
        self.tables = tables
        self.rank = 0

    def root(self, rules: Object, frame: Frame, segment: str = "") -> Plan:
        """The plan of a set's own fields, or of an HL level's."""
        return self._plan(rules, Ground(frame, segment, rules))

    def inverse(self, pipes: tuple[Pipe, ...]) -> Inverse:
        """A pipeline backwards."""
        return Inverse(pipes, self.tables)

    def scalar(self, rule: Scalar, ground: Ground, late: bool = False) -> Op:
        """One value's rule."""
        if is_constant(rule) and rule.default is None:
            source = rule.sources[0]
            assert isinstance(source, Constant)
            return ConstantOp(source.value)
        spots = tuple(spot for source in rule.sources if isinstance(source, Found) and (spot := self.spot(source.path, ground)) is not None)
        inline = next((source.rule for source in rule.sources if isinstance(source, Inline)), None)
        if not spots and inline is None:
            return NoOp()
        self.rank += 1
        unwritten = rule.default.value if isinstance(rule.default, Constant) and not rule.default_written else None
        return ScalarOp(
            self.rank,
            spots,
            self.inverse(rule.pipes),
            self._plan(inline, ground) if inline is not None else None,
            rule.default if rule.default_written else None,
            unwritten,
            rule.when if rule.when is not None and over_document(rule.when) else None,
            late,
        )

    @staticmethod
    def spot(path: Path, ground: Ground) -> Spot | None:
        """The place that a path reads; None where it looks at other scopes, which write it themselves."""
        if path.start == "group":
            return Spot((), Step(""), path.element, path.component, False, True)
        if path.start != "here" or path.segment is None or not path.element:
            return None
        own = not path.loops and path.segment.name.partition("#")[0] == ground.segment
        return Spot(path.loops, path.segment, path.element, path.component, own)

    # ------------------------------------------------------------ pieces

    def _plan(self, rules: Object, ground: Ground) -> Plan:
        plan = Plan()
        for one in rules.fields:
            op = plan.ops[one.name] = self._op(one, ground, plan)
            if isinstance(op, ScalarOp) and _quick(op):
                plan.quick[one.name] = (op.spots[0].element, op.inverse.memory)
        for case in rules.cases:
            plan.cases.append(self._case(case, ground))
        return plan

    def _op(self, one: Field, ground: Ground, plan: Plan) -> Op:
        op = self._rule(one.rule, ground)
        if isinstance(op, ScalarOp) and op.default is not None:
            plan.defaults.append((one.name, op))
        if isinstance(op, ScalarOp) and op.source is not None:
            plan.defaults.append((one.name, replace(op, default=op.source)))
        return op

    def _rule(self, rule: Rule, ground: Ground) -> Op:
        if isinstance(rule, Scalar):
            return self.scalar(rule, ground)
        if isinstance(rule, Object):
            when = rule.when if rule.when is not None and over_document(rule.when) else None
            return ObjectOp(self._plan(rule, ground), when)
        if isinstance(rule, Case):
            return self._case(rule, ground)
        if isinstance(rule, Apart):
            return self._apart(rule, ground)
        lists = rule.lists if isinstance(rule, Several) else (rule,)
        self.rank += 1
        rank = self.rank
        sources = [self._source(one, ground, rank, number) for number, one in enumerate(lists)]
        return SourcesOp([source for source in sources if source is not None])

    def _apart(self, rule: Apart, ground: Ground) -> Op:
        """`write:` is a path, or a value for the path of `read:`; without it the path of `read:` takes what no other rule put there."""
        written = rule.write
        if isinstance(written, Scalar) and any(isinstance(source, Found) for source in written.sources):
            return self.scalar(written, ground)
        read = self._rule(rule.read, ground) if isinstance(rule.read, Scalar) else None
        if not isinstance(read, ScalarOp):
            return NoOp()
        if isinstance(written, Scalar) and written.sources:
            source: Source = written.sources[0]
            if isinstance(source, Call) and source.name == TOTAL:
                return replace(read, default=source)  # only where the document says none
            return replace(read, source=source)
        return replace(read, late=True)

    def _case(self, case: Case, ground: Ground) -> CaseOp:
        subject = self.spot(case.subject.path, ground) if isinstance(case.subject, Found) else None
        branches = tuple((values, self._rule(rule, ground), _constants(rule)) for values, rule in case.branches)
        other = self._rule(case.other, ground) if case.other is not None else None
        said = frozenset(value for values, _, constants in branches if constants is not None for value in values if value)
        return CaseOp(subject, branches, other, said)

    def _source(self, rule: Each | Pairs | One, ground: Ground, rank: int, number: int) -> ListSource | None:
        if isinstance(rule, One):
            return OneSource(self._plan(rule.item, ground), _said(rule.item))
        path = rule.path
        if path.start != "here" or path.segment is None:
            return None
        if isinstance(rule, Pairs):
            own = not path.loops and path.segment.name.partition("#")[0] == ground.segment
            return PairsSource(
                Spot(path.loops, path.segment, path.element, 0, own),
                rank,
                path,
                self.inverse(rule.scheme),
                self.inverse(rule.value),
                rule.order,
                dict(rule.places),
                rule.when,
            )
        frame: Frame | None = ground.frame
        for step in path.loops:
            frame = frame.loops.get(step.name) if frame is not None else None
        if frame is None:
            return None
        step = _rest(path.segment, ground.siblings)
        name = step.name.partition("#")[0]
        own = not path.loops and name == ground.segment
        if path.by:
            return self._group(rule, Ground(frame, name, rule.item), rank, step, own)
        opened = frame.loops.get(step.name)
        if opened is not None:
            return EachSource(
                rank,
                path.loops,
                step,
                opened,
                self._plan(rule.item, Ground(opened, opened.opener, rule.item)),
                rule.when,
                _said(rule.item),
                rule.if_none is not None,
            )
        segment = frame.segments.get(step.name)
        if segment is None:
            return None
        part = bool(number) and all(condition.negated or condition.none_of for condition in step.filter)
        mandatory = tuple(n for n, slot in enumerate(segment.slots, 1) if slot.requirement == "M")
        plan = self._plan(rule.item, Ground(frame, name, rule.item))
        return EachSource(rank, path.loops, step, None, plan, rule.when, _said(rule.item), rule.if_none is not None, part, mandatory, own)

    def _group(self, rule: Each, ground: Ground, rank: int, step: Step, own: bool) -> GroupSource:
        plain = None
        fields = rule.item.fields
        if len(fields) == 1 and fields[0].name == "" and isinstance(fields[0].rule, Scalar):
            op = self.scalar(fields[0].rule, ground)
            plain = op if isinstance(op, ScalarOp) else None
        single = step.name.endswith("[1]")  # a path that takes the first of its name has one
        return GroupSource(rank, rule.path.loops, step, rule.path, own, self._plan(rule.item, ground), plain, rule.when, single)


def _quick(op: ScalarOp) -> bool:
    """Whether a value goes into one element of the item's own segment, whatever else is there."""
    if not op.spots or op.when is not None or op.source is not None or op.late or op.inline is not None or op.inverse.dynamic:
        return False
    spot = op.spots[0]
    return spot.own and not spot.step.filter and not spot.component


def _rest(step: Step, siblings: Object) -> Step:
    """`REF[rest]` as a filter: none of those that the other rules of the scope name."""
    if not step.rest:
        return step
    named = tuple(dict.fromkeys(one.filter for one in named_steps(siblings, step.name)))
    return Step(step.name, (Filter(0, 0, (), none_of=named),) if named else ())


def _said(item: Object) -> dict[str, Any]:
    """The fields of an item that always say the same."""
    return {
        one.name: one.rule.sources[0].value
        for one in item.fields
        if isinstance(one.rule, Scalar) and is_constant(one.rule) and isinstance(one.rule.sources[0], Constant)
    }


def _constants(rule: Rule) -> Mapping[str, Any] | None:
    """What a rule always says, where it says nothing else."""
    if not isinstance(rule, Object) or rule.cases or not rule.fields:
        return None
    found: dict[str, Any] = {}
    for one in rule.fields:
        if not isinstance(one.rule, Scalar) or not is_constant(one.rule) or not isinstance(one.rule.sources[0], Constant):
            return None
        found[one.name] = one.rule.sources[0].value
    return found
