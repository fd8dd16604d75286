"""The paths of a compiled mapping: the source that finds segments and loops, each once in a scope, before its rules run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.tree import EMPTY
from gateway.profiles.reading import Place
from gateway.translate import runtime
from gateway.translate.coverage import Cover
from gateway.translate.grounds import Ground
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Path, Step
from gateway.translate.rules import Object, Rules
from gateway.translate.runtime import Context, RuleAt
from gateway.translate.tables import CodeTable

_RUNTIME = (
    "ambiguous",
    "ambiguous_loop",
    "called",
    "component",
    "dig",
    "enclosing",
    "gather",
    "held",
    "inner",
    "instances",
    "less",
    "matches",
    "missing",
    "pair_incomplete",
    "same",
    "slow",
    "starts",
    "thread",
    "values",
)


@dataclass(slots=True)
class Scope:
    """Where the rules being compiled stand: the loop (`l`), the segment or group of a `for_each`, the item being filled."""

    ground: Ground
    cover: Cover
    item: str = "o"
    place: str = ""
    segment: str = ""
    """Id of the segment that the `for_each` goes over, held in `x`."""
    group: tuple[str, str, int] | None = None
    """Variable of the segment, of the group's first element, and the group's size."""
    lines: list[str] = field(default_factory=list)
    prelude: list[str] = field(default_factory=list)
    loops: dict[tuple[object, ...], str] = field(default_factory=dict)
    instances: dict[tuple[object, ...], str] = field(default_factory=dict)
    wanted: dict[tuple[str, str], list[tuple[Step, str]]] = field(default_factory=dict)
    """By loop variable and segment id, the filters wanted and the variable of each."""
    order: list[tuple[object, ...]] = field(default_factory=list)
    siblings: Object | None = None
    needs: set[tuple[str, str]] | None = field(default_factory=set)
    """What must be in the loop for the block being written to find anything: ('loops' or 'segments', id). None: it always runs."""
    used: set[str] = field(default_factory=set)
    """The instances that the block being written reads."""
    late: dict[str, int] = field(default_factory=dict)


class Predicate:
    """A filter as a function, compiled when it is first asked: of a mapping's hundreds, a set asks few."""

    __slots__ = ("_function", "_names", "_source")

    def __init__(self, source: str, names: dict[str, Any]) -> None:
        self._source = source
        self._names = names
        self._function: Callable[[Context, Any], bool] | None = None

    def __call__(self, context: Context, segment: Any) -> bool:
        """Whether a segment fulfils it."""
        if self._function is None:
            self._function = eval(f"lambda ctx, z: {self._source}", self._names)  # noqa: S307 - our own source
        return self._function(context, segment)


class PathWriter:
    """What every part of the compiler shares: the rules, the names of the generated source, the instances that paths stand on."""

    def __init__(self, rules: Rules, ground: Ground, tables: Mapping[str, CodeTable], traced: bool) -> None:
        self.rules = rules
        self.ground = ground
        self.tables = tables
        self.traced = traced
        self.names: dict[str, Any] = {name: getattr(runtime, name) for name in _RUNTIME}
        self.names["E"] = EMPTY
        self.names["Origin"] = runtime.Origin
        self.functions: list[str] = []
        self.cover = Cover()
        self.reads: dict[str, list[tuple[int, RuleAt]]] = {}
        self.loop_reads: dict[str, list[tuple[str, int, RuleAt]]] = {}
        self._number = 0
        self._predicates: dict[tuple[Filter, ...], Predicate] = {}
        self.whole: dict[str, str] = {}
        """Loops of the set that one list takes as they are, with the list's function."""
        self.touched: Counter[str] = Counter()
        """How often rules look at the set's own loops, by name; '' where a path may go anywhere."""

    def _touch(self, scope: Scope, path: Path, name: str | None) -> None:
        """Notes that a rule looks at a loop of the set itself."""
        if path.start in ("below", "root") or (path.start == "enclosing" and scope.ground is self.ground):
            self.touched[path.loops[0].name if path.loops else name or ""] += 1
        elif path.start == "here" and scope.ground is self.ground and (path.loops or name):
            self.touched[path.loops[0].name if path.loops else str(name)] += 1

    def predicate(self, conditions: tuple[Filter, ...]) -> Callable[[Context, Any], bool]:
        """A filter as a function."""
        known = self._predicates.get(conditions)
        if known is None:
            known = self._predicates[conditions] = Predicate(self._filter(conditions, "z"), self.names)
        return known

    def fresh(self, letter: str) -> str:
        """A name nobody has."""
        self._number += 1
        return f"{letter}{self._number}"

    def constant(self, letter: str, value: Any) -> str:
        """A name for a value that source cannot spell."""
        name = self.fresh(letter)
        self.names[name] = value
        return name

    def _loop(self, scope: Scope, path: Path) -> tuple[str, Ground, Cover]:
        """The variable of the loop that a path ends in, None where there is none; its ground and cover."""
        ground, cover, variable = scope.ground, scope.cover, "l"
        key: tuple[object, ...] = ("here",)
        if path.start == "root":
            ground, cover, variable, key = ground.root(), cover.root(), "root", ("root",)
        elif path.start == "enclosing" and path.up is not None:
            ground = ground.enclosing(path.up.name) or ground
            cover = cover.enclosing(path.up.name)
            key = ("enclosing", path.up)
            if key not in scope.loops:
                scope.loops[key] = self.fresh("l")
                filters = self.constant("F", path.up.filter)
                scope.prelude.append(f"{scope.loops[key]} = enclosing(ctx, l, {path.up.name!r}, {filters})")
            variable = scope.loops[key]
        for step in path.loops:
            key = (*key, step)
            ground, cover = ground.loops[step.name], cover.loop(step.name, step.filter)
            if key not in scope.loops:
                new = scope.loops[key] = self.fresh("l")
                filters = self.constant("F", (step,))
                reads = self._reads_name(new)
                scope.prelude += [
                    f"{new} = None",
                    f"for y in (inner(ctx, ({variable},), {filters}) if {variable} is not None else ()):",
                    f"    if {new} is None: {new} = y",
                    f"    else: ambiguous_loop(ctx, {new}, y, {reads})",
                ]
            variable = scope.loops[key]
        return variable, ground, cover

    @staticmethod
    def _need(scope: Scope, path: Path, ground: Ground) -> None:
        """Notes what the block being written needs in its loop."""
        if scope.needs is None:
            return
        step = path.loops[0] if path.loops else path.segment
        if (
            path.start != "here"
            or step is None
            or step.name == scope.ground.opener
            or (not path.loops and step.name in ground.loops and step.name in ground.segments)
        ):
            scope.needs = None
        else:
            scope.needs.add(("loops" if path.loops or step.name in ground.loops else "segments", step.name))

    def _reads_name(self, variable: str) -> str:
        name = f"A{variable}"
        self.reads.setdefault(name, [])
        self.loop_reads.setdefault(name, [])
        return name

    def _instance(self, scope: Scope, path: Path) -> str:
        """The variable of the segment that a path reads (empty where it is absent); its length is the same name with n."""
        assert path.segment is not None
        if path.start == "here" and not path.loops and path.segment.name == scope.segment and not path.segment.filter:
            scope.needs = None
            return "x"
        loop, ground, _ = self._loop(scope, path)
        self._touch(scope, path, path.segment.name)
        self._need(scope, path, ground)
        key = (loop, path.segment)
        if key in scope.instances:
            scope.used.add(scope.instances[key])
            return scope.instances[key]
        variable = scope.instances[key] = self.fresh("s")
        scope.used.add(variable)
        self._reads_name(variable)
        if loop == "l" and scope.segment == path.segment.name:  # a filter on the very segment of the for_each
            filters = self.constant("F", path.segment.filter)
            scope.prelude += [f"{variable} = x if matches(ctx, x, {filters}) else E"]
            return variable
        plain = not path.segment.filter
        name = path.segment.name
        opens = name in ground.loops and name not in ground.segments
        if plain and not opens and loop in ("l", "root") and ground.limits.get(name) == 1:
            scope.prelude.append(f"{variable} = y[0] if (y := {loop}.segments.get({name!r})) else E")
            return variable
        wanted = (loop, name)
        if wanted not in scope.wanted:
            scope.wanted[wanted] = []
            scope.prelude.append(f"@{len(scope.order)}")
            scope.order.append((loop, name, opens))
        scope.wanted[wanted].append((path.segment, variable))
        return variable

    def _opened(self, scope: Scope, indent: str) -> list[str]:
        """The lines that find the instances of a scope, before its rules run; those of one run only are found inside it."""
        lines: list[str] = []
        late: dict[int, list[str]] = {}
        for entry in scope.prelude:
            if not entry.startswith("@"):
                variable = entry.partition(" = ")[0]
                target = late.setdefault(scope.late[variable], []) if variable in scope.late else lines
                target.append(indent + entry)
                continue
            loop, name, opens = scope.order[int(entry[1:])]
            wanted = scope.wanted[str(loop), str(name)]
            numbers = {scope.late.get(variable) for _, variable in wanted}
            for number in numbers:
                part = [pair for pair in wanted if scope.late.get(pair[1]) == number]
                target = lines if number is None else late.setdefault(number, [])
                target += [indent + found for found in self._search(str(loop), str(name), bool(opens), part)]
        for variable in scope.instances.values():
            if variable != "x":
                target = late[scope.late[variable]] if variable in scope.late else lines
                target.append(f"{indent}{self._size(variable)} = len({variable})")
        done: list[str] = []
        for line in scope.lines:
            mark = line.strip()
            if mark.startswith("@"):
                deeper = line[: len(line) - len(mark)]
                done += [deeper + found[len(indent) :] for found in late.get(int(mark[1:]), ())]
            else:
                done.append(line)
        scope.lines = done
        return lines

    def _search(self, loop: str, name: str, opens: bool, wanted: list[tuple[Step, str]]) -> list[str]:
        lines = [" = ".join(variable for _, variable in wanted) + " = E"]
        guard = "" if loop in ("l", "root") else f"{loop} is not None and "
        where = "loops" if opens else "segments"
        source = f"(y := {loop}.{where}.get({name!r}))"
        lines.append(f"if {guard}{source}:")
        lines.append("    for z in y:")
        if opens:
            lines.append("        z = z.first")
        plain = [variable for step, variable in wanted if not step.filter]
        single = {c.element for step, _ in wanted for c in step.filter if not c.component}
        common = single.pop() if len(single) == 1 else 0
        if common:
            lines.append(f"        e = z[{common}] if len(z) > {common} else ''")
        for variable in plain:
            lines += self._taken(variable, "        ")
        for step, variable in wanted:
            if step.filter:
                lines.append(f"        if {self._filter(step.filter, 'z', common)}:")
                lines += self._taken(variable, "            ")
        return lines

    @staticmethod
    def _taken(variable: str, indent: str) -> list[str]:
        return [f"{indent}if {variable} is E: {variable} = z", f"{indent}else: ambiguous(ctx, {variable}, z, A{variable})"]

    def _filter(self, conditions: tuple[Filter, ...], variable: str, common: int = 0) -> str:
        """An expression that says whether a segment fulfils a filter."""
        parts = []
        for c in conditions:
            if c.none_of:
                parts += [f"not ({self._filter(others, variable, common)})" for others in c.none_of]
                continue
            value = (
                "e" if common == c.element and not c.component else f"({variable}[{c.element}] if len({variable}) > {c.element} else '')"
            )
            if c.component:
                value = f"component(ctx, {value}, {c.component})"
            if len(c.values) == 1:
                parts.append(f"{value} {'!=' if c.negated else '=='} {c.values[0]!r}")
            else:
                parts.append(f"{value} {'not in' if c.negated else 'in'} {c.values!r}")
        return " and ".join(parts) or "True"

    def _at(self, scope: Scope, name: str, at: Place, path: Path | None = None) -> RuleAt:
        return RuleAt(
            ".".join(part for part in (scope.place, name) if part),
            at,
            path.segment.name if path and path.segment else "",
            path.element if path else 0,
        )

    @staticmethod
    def _size(segment: str) -> str:
        """The variable that holds a segment's length, counted once in a scope."""
        return "n" + segment[1:] if segment.startswith("s") else "len(x)"

    @staticmethod
    def _part(value: str, component: int) -> str:
        return f"component(ctx, {value}, {component})" if component else value

    def _covered(self, scope: Scope, cover: Cover, path: Path, elements: set[int]) -> None:
        """Notes what is read, in the loop where the segment stands."""
        assert path.segment is not None
        _, ground, _ = self._loop(scope, path)
        name = path.segment.name
        (cover.loop(name) if ground.is_loop(name) else cover).read(name, path.segment.filter, elements)

    def _trace(
        self, scope: Scope, target: str, name: str, place: tuple[str, str, int], at: RuleAt, indent: str, others: str = "()"
    ) -> None:
        if self.traced:
            segment, element, component = place
            made = f"Origin({segment}, {element}, {component}, {self.constant('K', at)}, {others})"
            scope.lines.append(f"{indent}ctx.trace[id({target}), {name!r}] = {made}")
