"""Compiles the rules of a mapping to Python source that reads a tree into a document: one function, and one for each list.

The source is ours: names are numbered, texts of the mapping enter only as quoted literals or through the namespace. With
`traced` the same source also notes where each value came from (origins.py); without, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.tree import Loop
from gateway.profiles.reading import Place
from gateway.translate import runtime
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.coverage import Cover
from gateway.translate.grounds import Ground, of_columns
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Path, Step
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Compare,
    Condition,
    Constant,
    Each,
    Field,
    Found,
    Inline,
    Junction,
    Object,
    Pairs,
    Pipe,
    Present,
    Reference,
    Rule,
    Rules,
    Scalar,
    Several,
    Source,
    Term,
    Thread,
    references_of,
)
from gateway.translate.runtime import Chain, Context, Memory, RuleAt
from gateway.translate.tables import CodeTable

RUN = 6
"""Rules that stand behind one look at what a loop holds: enough to save looks, few enough that one presence does not open them all."""

Reader = Callable[[Loop, Context], dict[str, Any]]


@dataclass(slots=True)
class Compiled:
    """A mapping ready to read: the document's own fields, and an HL level's by code."""

    read: Reader
    levels: dict[str, tuple[Callable[..., Any], ...]]
    cover: Cover
    source: str


@dataclass(slots=True)
class _Scope:
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


class Compiler:
    """Writes the source of one mapping."""

    def __init__(self, rules: Rules, ground: Ground, tables: Mapping[str, CodeTable], traced: bool) -> None:
        self.rules = rules
        self.ground = ground
        self.tables = tables
        self.traced = traced
        self.names: dict[str, Any] = {name: getattr(runtime, name) for name in _RUNTIME}
        self.names["E"] = runtime.EMPTY
        self.names["Origin"] = runtime.Origin
        self.functions: list[str] = []
        self.cover = Cover()
        self.reads: dict[str, list[tuple[int, RuleAt]]] = {}
        self.loop_reads: dict[str, list[tuple[str, int, RuleAt]]] = {}
        self._number = 0

    # ------------------------------------------------------------ whole

    def compile(self) -> Compiled:
        """The compiled mapping."""
        self._root("read", self.rules.fields, self.ground, self.cover, "")
        levels = {}
        if self.rules.hierarchy is not None and "HL" in self.ground.loops:
            cover = self.cover.loop("HL")
            for level in self.rules.hierarchy.levels:
                own = cover.levels.setdefault(level.code, Cover("HL", self.cover))
                name = f"level_{level.code}"
                place = level.list or level.code
                self._root(name, level.fields, self.ground.loops["HL"], own, place)
                self._root(f"{name}_key", Object((Field("key", level.key, level.at),) if level.key else (), level.at), self.ground.loops["HL"], own, place)
                levels[level.code] = (name, f"{name}_key")
        for name, reads in self.reads.items():
            self.names[name] = tuple(reads) or tuple(self.loop_reads[name])
        source = "\n".join(self.functions)
        # our own generated source: numbered names, literals by repr, everything else through the namespace
        exec(compile(source, f"<mapping {self.rules.name}>", "exec"), self.names)  # noqa: S102
        return Compiled(
            self.names["read"], {code: tuple(self.names[name] for name in names) for code, names in levels.items()}, self.cover.settle(self.predicate), source
        )

    def predicate(self, conditions: tuple[Filter, ...]) -> Callable[[Context, Any], bool]:
        """A filter as a function."""
        function: Callable[[Context, Any], bool] = eval(f"lambda ctx, z: {self._filter(conditions, 'z')}", self.names)  # noqa: S307 - our own source
        return function

    def _root(self, name: str, rules: Object, ground: Ground, cover: Cover, place: str) -> None:
        scope = _Scope(ground, cover, place=place, siblings=rules)
        self._fields(scope, rules, "    ")
        self.functions.append(
            "\n".join([f"def {name}(l, ctx, root=None):", "    root = root or l", "    o = {}", *self._opened(scope, "    "), *scope.lines, "    return o", ""])
        )

    def fresh(self, letter: str) -> str:
        """A name nobody has."""
        self._number += 1
        return f"{letter}{self._number}"

    def constant(self, letter: str, value: Any) -> str:
        """A name for a value that source cannot spell."""
        name = self.fresh(letter)
        self.names[name] = value
        return name

    # ------------------------------------------------------------ instances: what paths stand on

    def _loop(self, scope: _Scope, path: Path) -> tuple[str, Ground, Cover]:
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
    def _need(scope: _Scope, path: Path, ground: Ground) -> None:
        """Notes what the block being written needs in its loop."""
        if scope.needs is None:
            return
        step = path.loops[0] if path.loops else path.segment
        if path.start != "here" or step is None or step.name == scope.ground.opener or (not path.loops and step.name in ground.loops and step.name in ground.segments):
            scope.needs = None
        else:
            scope.needs.add(("loops" if path.loops or step.name in ground.loops else "segments", step.name))

    def _fields(self, scope: _Scope, rules: Object, indent: str) -> None:
        """The fields of a scope's item. What needs a segment or loop that is mostly absent stands in runs behind one look."""
        blocks: list[tuple[list[str], set[tuple[str, str]] | None, set[str]]] = []
        for part in (*(Object((one,), rules.at) for one in _ordered(rules.fields)), *(Object((), rules.at, None, (case,)) for case in rules.cases)):
            before, scope.lines, scope.needs, scope.used = scope.lines, [], set(), set()
            self._object(scope, part, "o", indent)
            blocks.append((scope.lines, scope.needs or None, scope.used))
            scope.lines = before
        runs: list[list[tuple[list[str], set[tuple[str, str]] | None, set[str]]]] = []
        for block in blocks:
            if runs and len(runs[-1]) < RUN and (runs[-1][-1][1] is None) == (block[1] is None):
                runs[-1].append(block)
            else:
                runs.append([block])
        for number, run in enumerate(runs):
            if run[0][1] is None or len(run) < 3:
                for lines, _, _ in run:
                    scope.lines += lines
                continue
            elsewhere = set().union(*(used for other in runs if other is not run for _, _, used in other))
            needs = set().union(*(needs or set() for _, needs, _ in run))
            tests = []
            for kind in ("segments", "loops"):
                names = frozenset(name for where, name in needs if where == kind)
                if names:
                    tests.append(f"not {self.constant('N', names)}.isdisjoint(l.{kind})" if kind == "segments" else f"(l.loops and not {self.constant('N', names)}.isdisjoint(l.loops))")
            scope.lines.append(f"{indent}if {' or '.join(tests)}:")
            own = set().union(*(used for _, _, used in run)) - elsewhere
            for variable in own:
                scope.late[variable] = number
            scope.lines.append(f"{indent}    @{number}")
            for lines, _, _ in run:
                scope.lines += ["    " + line for line in lines]
        scope.needs = None

    def _reads_name(self, variable: str) -> str:
        name = f"A{variable}"
        self.reads.setdefault(name, [])
        self.loop_reads.setdefault(name, [])
        return name

    def _instance(self, scope: _Scope, path: Path) -> str:
        """The variable of the segment that a path reads (empty where it is absent); its length is the same name with n."""
        assert path.segment is not None
        if path.start == "here" and not path.loops and path.segment.name == scope.segment and not path.segment.filter:
            scope.needs = None
            return "x"
        loop, ground, cover = self._loop(scope, path)
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

    def _opened(self, scope: _Scope, indent: str) -> list[str]:
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
            lines.append("        z = opener(z)")
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
            value = "e" if common == c.element and not c.component else f"({variable}[{c.element}] if len({variable}) > {c.element} else '')"
            if c.component:
                value = f"component(ctx, {value}, {c.component})"
            if len(c.values) == 1:
                parts.append(f"{value} {'!=' if c.negated else '=='} {c.values[0]!r}")
            else:
                parts.append(f"{value} {'not in' if c.negated else 'in'} {c.values!r}")
        return " and ".join(parts) or "True"

    # ------------------------------------------------------------ rules

    def _at(self, scope: _Scope, name: str, at: Place, path: Path | None = None) -> RuleAt:
        return RuleAt(".".join(part for part in (scope.place, name) if part), at, path.segment.name if path and path.segment else "", path.element if path else 0)

    def _object(self, scope: _Scope, rules: Object, target: str, indent: str, prefix: str = "") -> None:
        """Fields into the dict `target`; those that look at others come after them."""
        for one in _ordered(rules.fields):
            self._rule(scope, one.rule, one.name, target, indent, prefix)
        for case in rules.cases:
            self._case(scope, case, "", target, indent, prefix)

    def _rule(self, scope: _Scope, rule: Rule, name: str, target: str, indent: str, prefix: str) -> None:
        field_name = f"{prefix}.{name}" if prefix else name
        if isinstance(rule, Apart):
            if rule.read is not None:
                self._rule(scope, rule.read, name, target, indent, prefix)
        elif isinstance(rule, Scalar):
            self._conditional(scope, rule.when, indent, lambda inner: self._scalar(scope, rule, name, field_name, target, inner))
        elif isinstance(rule, Object):
            self._conditional(scope, rule.when, indent, lambda inner: self._nested(scope, rule, name, field_name, target, inner))
        elif isinstance(rule, Case):
            self._case(scope, rule, name, target, indent, prefix)
        elif isinstance(rule, Pairs):
            self._conditional(scope, rule.when, indent, lambda inner: self._list(scope, (rule,), name, field_name, target, inner))
        elif isinstance(rule, Each):
            self._list(scope, (rule,), name, field_name, target, indent)
        else:
            self._list(scope, rule.lists, name, field_name, target, indent)

    def _conditional(self, scope: _Scope, when: Condition | None, indent: str, emit: Callable[[str], None]) -> None:
        if when is None:
            emit(indent)
            return
        scope.lines.append(f"{indent}if {self._condition(scope, when)}:")
        before = len(scope.lines)
        emit(indent + "    ")
        if len(scope.lines) == before:
            scope.lines.append(f"{indent}    pass")

    def _nested(self, scope: _Scope, rule: Object, name: str, field_name: str, target: str, indent: str) -> None:
        if not name:
            self._object(scope, rule, target, indent, field_name)
            return
        guard = self._guard(scope, rule)
        if guard:
            scope.lines.append(f"{indent}if {guard}:")
            indent += "    "
        variable = self.fresh("q")
        if rule.fields and not rule.cases and not self.traced and all(_constant(f.rule) and not f.rule.pipes for f in rule.fields if isinstance(f.rule, Scalar)) and all(isinstance(f.rule, Scalar) for f in rule.fields):
            values = ", ".join(f"{f.name!r}: {self._value(scope, f.rule.sources[0])}" for f in rule.fields if isinstance(f.rule, Scalar))
            scope.lines.append(f"{indent}{target}[{name!r}] = {{{values}}}")
            return
        scope.lines.append(f"{indent}{variable} = {{}}")
        constants = [f for f in rule.fields if _constant(f.rule)]
        self._object(scope, Object(tuple(f for f in rule.fields if not _constant(f.rule)), rule.at, None, rule.cases), variable, indent, field_name)
        if constants and len(constants) == len(rule.fields):
            self._object(scope, Object(tuple(constants), rule.at), variable, indent, field_name)
            scope.lines.append(f"{indent}{target}[{name!r}] = {variable}")
            return
        scope.lines.append(f"{indent}if {variable}:")
        self._object(scope, Object(tuple(constants), rule.at), variable, indent + "    ", field_name)
        scope.lines.append(f"{indent}    {target}[{name!r}] = {variable}")

    def _guard(self, scope: _Scope, rule: Object) -> str:
        """A test that says at once that an object of one or two segments is empty; '' where only its rules can say it."""
        least: dict[str, int] = {}
        stack: list[Rule] = [one.rule for one in rule.fields]
        if len(stack) < 2 or rule.cases:
            return ""
        while stack:
            one = stack.pop()
            if isinstance(one, Object) and not one.cases and one.when is None:
                stack += [inner.rule for inner in one.fields]
                continue
            if not isinstance(one, Scalar) or one.required or one.default is not None or one.when is not None:
                return ""
            for source in one.sources:
                path = self._resolved(source.path) if isinstance(source, Found) else None
                if path is None or path.start in ("group", "below") or path.segment is None or not path.element:
                    return ""
                size = self._size(self._instance(scope, path))
                least[size] = min(least.get(size, path.element), path.element)
        return " or ".join(f"{size} > {element}" for size, element in least.items()) if len(least) <= 2 else ""

    def _case(self, scope: _Scope, case: Case, name: str, target: str, indent: str, prefix: str) -> None:
        variable = self.fresh("c")
        scope.lines.append(f"{indent}{variable} = {self._value(scope, case.subject)}")
        if case.other is not None or any("" in values for values, _ in case.branches):
            scope.needs = None
        else:
            scope.lines.append(f"{indent}if {variable}:")
            indent += "    "
        word = "if"
        for values, rule in case.branches:
            test = f"{variable} in {values!r}" if "" not in values else f"(not {variable} or {variable} in {values!r})"
            scope.lines.append(f"{indent}{word} {test}:")
            self._branch(scope, rule, name, target, indent + "    ", prefix)
            word = "elif"
        if case.other is not None:
            scope.lines.append(f"{indent}else:" if word == "elif" else f"{indent}if True:")
            self._branch(scope, case.other, name, target, indent + "    ", prefix)

    def _branch(self, scope: _Scope, rule: Rule, name: str, target: str, indent: str, prefix: str) -> None:
        before = len(scope.lines)
        if isinstance(rule, Object) and not name:
            self._object(scope, rule, target, indent, prefix)
        else:
            self._rule(scope, rule, name, target, indent, prefix)
        if len(scope.lines) == before:
            scope.lines.append(f"{indent}pass")

    # ------------------------------------------------------------ scalars

    def _scalar(self, scope: _Scope, rule: Scalar, name: str, field_name: str, target: str, indent: str) -> None:
        first = next((source.path for source in rule.sources if isinstance(source, Found)), None)
        at = self._at(scope, field_name, rule.at, first)
        reducer = next((n for n, pipe in enumerate(rule.pipes) if CONVERSIONS[pipe.name].shape == "all"), -1)
        if reducer >= 0 and any(isinstance(source, Found) for source in rule.sources):
            self._reduced(scope, rule, reducer, name, at, target, indent)
            return
        self._alternatives(scope, rule, list(rule.sources), name, at, target, indent)

    def _alternatives(self, scope: _Scope, rule: Scalar, sources: list[Source], name: str, at: RuleAt, target: str, indent: str) -> None:
        word = "if"
        while sources and isinstance(sources[0], Found):
            source = sources.pop(0)
            assert isinstance(source, Found)
            test, segment, element, component = self._found(scope, source, at)
            scope.lines.append(f"{indent}{word} {test}:")
            self._convert(scope, rule.pipes, "v", name, at, target, indent + "    ", (segment, element, component))
            word = "elif"
        if sources:
            if word == "elif":
                scope.lines.append(f"{indent}else:")
                indent += "    "
            source = sources.pop(0)
            scope.lines.append(f"{indent}v = {self._value(scope, source, at)}")
            scope.lines.append(f"{indent}if v is not None:")
            self._convert(scope, rule.pipes, "v", name, at, target, indent + "    ", ("E", "0", 0))
            if sources:
                scope.lines.append(f"{indent}else:")
                self._alternatives(scope, rule, sources, name, at, target, indent + "    ")
                return
            word = "elif"
        self._otherwise(scope, rule, name, at, target, indent, alone=word == "if")

    def _otherwise(self, scope: _Scope, rule: Scalar, name: str, at: RuleAt, target: str, indent: str, alone: bool = False) -> None:
        if rule.default is None and not rule.required:
            return
        scope.needs = None
        if not alone:
            scope.lines.append(f"{indent}else:")
            indent += "    "
        if rule.default is not None:
            self._default(scope, rule, name, at, target, indent)
        else:
            segment = "x" if scope.segment else "opener(l)"
            scope.lines.append(f"{indent}missing(ctx, {self.constant('K', at)}, {segment})")

    def _default(self, scope: _Scope, rule: Scalar, name: str, at: RuleAt, target: str, indent: str) -> None:
        """A default is canonical already, but for what makes another type of it (decimal, date ...)."""
        assert rule.default is not None
        value = self._value(scope, rule.default, at)
        typed = tuple(pipe for pipe in rule.pipes if pipe.name in ("decimal", "date", "integer", "flag", "time"))
        if typed and isinstance(rule.default, Constant):
            scope.lines.append(f"{indent}v = {value}")
            self._convert(scope, typed, "v", name, at, target, indent, ("E", "0", 0))
            return
        variable = self.fresh("d")
        scope.lines.append(f"{indent}{variable} = {value}")
        scope.lines.append(f"{indent}if {variable} is not None: {target}[{name!r}] = {variable}")
        self._trace(scope, target, name, ("E", "0", 0), at, f"{indent}")

    def _found(self, scope: _Scope, source: Found, at: RuleAt) -> tuple[str, str, str, int]:
        """A test that binds `v` to a value that is there; segment, element and component of it."""
        path = self._resolved(source.path)
        if path.start == "group":
            assert scope.group is not None
            scope.needs = None
            segment, base, _ = scope.group
            if path.element == 0:
                return f"(v := {segment}[{base}])", segment, base, 0
            index = f"{base} + {path.element - 1}" if path.element > 1 else base
            value = f"{segment}[{index}]"
            test = f"len({segment}) > {index} and (v := {self._part(value, path.component)})"
            return test, segment, index, path.component
        segment = self._instance(scope, path)
        assert path.segment is not None
        if segment.startswith("s"):
            self.reads[f"A{segment}"].append((path.element, at))
        loop, _, cover = self._loop(scope, path)
        if f"A{loop}" in self.reads:
            self.loop_reads[f"A{loop}"].append((path.segment.name, path.element, at))
        self._covered(scope, cover, path, {path.element})
        size = self._size(segment)
        return f"{size} > {path.element} and (v := {self._part(f'{segment}[{path.element}]', path.component)})", segment, str(path.element), path.component

    @staticmethod
    def _size(segment: str) -> str:
        """The variable that holds a segment's length, counted once in a scope."""
        return "n" + segment[1:] if segment.startswith("s") else "len(x)"

    @staticmethod
    def _part(value: str, component: int) -> str:
        return f"component(ctx, {value}, {component})" if component else value

    def _covered(self, scope: _Scope, cover: Cover, path: Path, elements: set[int]) -> None:
        """Notes what is read, in the loop where the segment stands."""
        assert path.segment is not None
        _, ground, _ = self._loop(scope, path)
        name = path.segment.name
        (cover.loop(name) if ground.is_loop(name) else cover).read(name, path.segment.filter, elements)

    def _resolved(self, path: Path) -> Path:
        if self.ground.columns is None:
            return path
        return of_columns(path, self.ground) or path

    def _convert(self, scope: _Scope, pipes: tuple[Pipe, ...], value: str, name: str, at: RuleAt, target: str, indent: str, place: tuple[str, str, int]) -> None:
        """Assigns the converted value."""
        if pipes:
            scope.lines.append(f"{indent}if {self._converted(scope, pipes, value, at, place)}:")
            indent, value = indent + "    ", "w"
        scope.lines.append(f"{indent}{target}[{name!r}] = {value}")
        self._trace(scope, target, name, place, at, indent)

    def _converted(self, scope: _Scope, pipes: tuple[Pipe, ...], value: str, at: RuleAt, place: tuple[str, str, int]) -> str:
        """A test that binds the converted value to `w` and says whether there is one."""
        segment, element, component = place
        chain, arguments = self.chain(scope, pipes, at)
        name = self.constant("K", chain)
        if arguments is not None or value != "v" or segment == "E":
            return f"(w := slow(ctx, {name}, {value}, {segment}, {element}, {component}, {arguments})) is not None"
        memory = self.constant("M", Memory(chain))
        return f"(w := {memory}[v]) is not None or (w := slow(ctx, {name}, v, {segment}, {element}, {component})) is not None"

    def chain(self, scope: _Scope, pipes: tuple[Pipe, ...], at: RuleAt) -> tuple[Chain, str | None]:
        """A pipeline as functions with arguments; the expression of its arguments where they are known only while reading."""
        steps, expressions, dynamic = [], [], False
        for pipe in pipes:
            conversion = CONVERSIONS[pipe.name]
            fixed = []
            for n, argument in enumerate(pipe.arguments):
                parameter = conversion.parameters[min(n, len(conversion.parameters) - 1)]
                if parameter.kind == "table" and isinstance(argument, Constant):
                    fixed.append(self.tables.get(str(argument.value)))
                elif isinstance(argument, Constant):
                    fixed.append(argument.value)
                else:
                    fixed.append(None)
                    dynamic = True
            steps.append((conversion.read, tuple(fixed)))
            expressions.append([self._argument(scope, argument, value) for argument, value in zip(pipe.arguments, fixed, strict=True)] if dynamic else [])
        if not dynamic:
            return Chain(steps, at), None
        rendered = []
        for (_, fixed), expression in zip(steps, expressions, strict=True):
            known = expression or [self.constant("V", value) for value in fixed]
            rendered.append("(" + "".join(f"{text}, " for text in known) + ")")
        return Chain(steps, at, dynamic=True), "(" + "".join(f"{text}, " for text in rendered) + ")"

    def _argument(self, scope: _Scope, argument: Source, value: Any) -> str:
        return self.constant("V", value) if isinstance(argument, Constant) else self._value(scope, argument)

    def _reduced(self, scope: _Scope, rule: Scalar, reducer: int, name: str, at: RuleAt, target: str, indent: str) -> None:
        """`path | decimal | sum`: every value that the path finds, converted, then made one."""
        gathered, place = self.fresh("g"), self.fresh("p")
        pipe = rule.pipes[reducer]
        counting, last = pipe.name in ("count", "sum"), pipe.name == "last"
        if counting or rule.required or rule.default is not None:
            scope.needs = None
        scope.lines += [f"{indent}{gathered} = []", f"{indent}{place} = E"]
        for n, source in enumerate(rule.sources):
            if not isinstance(source, Found):
                continue
            path = self._resolved(source.path)
            deeper = indent
            if n:
                scope.lines.append(f"{indent}if not {gathered}:")
                deeper += "    "
            deeper = self._each_value(scope, path, deeper)
            result = "v"
            if reducer:
                scope.lines.append(f"{deeper}if not ({self._converted(scope, rule.pipes[:reducer], 'v', at, ('z', str(path.element), path.component))}): continue")
                result = "w"
            scope.lines.append(f"{deeper}{gathered}.append({result})")
            scope.lines.append(f"{deeper}{'' if last else f'if {place} is E: '}{place} = z")
        element = str(next((self._resolved(s.path).element for s in rule.sources if isinstance(s, Found)), 0))
        rest = rule.pipes[reducer:]
        if len(rest) == 1 and (pipe.name in ("first", "last") or (pipe.name in ("join", "lines") and not reducer)):
            scope.lines += [f"{indent}if len({gathered}) == 1:", f"{indent}    {target}[{name!r}] = {gathered}[0]"]
            self._trace(scope, target, name, (place, element, 0), at, indent + "    ")
            scope.lines.append(f"{indent}elif {gathered}:")
        else:
            scope.lines.append(f"{indent}if True:" if counting else f"{indent}if {gathered}:")
        self._convert(scope, rest, gathered, name, at, target, indent + "    ", (place, element, 0))
        if not counting:
            self._otherwise(scope, rule, name, at, target, indent)

    def _each_value(self, scope: _Scope, path: Path, indent: str) -> str:
        """A loop over all that a path finds, `v` the value and `z` its segment; returns the indent inside it."""
        if path.start == "below" or path.segment is None:
            scope.needs = None
            scope.lines.append(f"{indent}for v, z in values(ctx, {self.constant('P', path)}, l, root):")
            return indent + "    "
        loop, ground, cover = self._loop(scope, path)
        self._need(scope, path, ground)
        self._covered(scope, cover, path, set(range(path.element, (path.last or path.element) + 1)))
        name = path.segment.name
        simple = not path.loops and path.start == "here" and not path.last and not (name in ground.loops and name in ground.segments) and name != scope.segment
        if not simple:
            scope.needs = None
            scope.lines.append(f"{indent}for v, z in values(ctx, {self.constant('P', path)}, l, root):")
            return indent + "    "
        opens = name in ground.loops
        scope.lines.append(f"{indent}for z in l.{'loops' if opens else 'segments'}.get({name!r}, ()):")
        indent += "    "
        if opens:
            scope.lines.append(f"{indent}z = opener(z)")
        if path.segment.filter:
            scope.lines.append(f"{indent}if not ({self._filter(path.segment.filter, 'z')}): continue")
        scope.lines.append(f"{indent}if len(z) > {path.element} and (v := {self._part(f'z[{path.element}]', path.component)}):")
        return indent + "    "

    def _trace(self, scope: _Scope, target: str, name: str, place: tuple[str, str, int], at: RuleAt, indent: str) -> None:
        if self.traced:
            segment, element, component = place
            scope.lines.append(f"{indent}ctx.trace[id({target}), {name!r}] = Origin({segment}, {element}, {component}, {self.constant('K', at)})")

    # ------------------------------------------------------------ values and conditions

    def _value(self, scope: _Scope, source: Source, at: RuleAt | None = None) -> str:
        """An expression for a source: None where it has no value."""
        if isinstance(source, Constant):
            return self.constant("V", source.value) if not isinstance(source.value, str) else repr(source.value)
        if not isinstance(source, Found | Call):
            scope.needs = None
        if isinstance(source, Found):
            test, _, _, _ = self._found(scope, source, at or self._at(scope, "", source.at, source.path))
            return f"(v if {test} else None)"
        if isinstance(source, Reference):
            return f"{scope.item}.get({source.names[0]!r})" if len(source.names) == 1 else f"dig({scope.item}, {source.names!r})"
        if isinstance(source, Term):
            return f"dig(ctx.terms, {source.names!r})"
        if isinstance(source, Thread):
            return f"thread(ctx, {source.names!r}, {self.constant('K', at or self._at(scope, '', source.at))})"
        if isinstance(source, Call):
            return self._call(scope, source, at or self._at(scope, "", source.at))
        variable = self.fresh("q")
        lines, scope.lines = scope.lines, []
        self._object(scope, source.rule, variable, "    ", at.field.removeprefix(scope.place).strip(".") if at else "")
        body, scope.lines = scope.lines, lines
        function = self.fresh("i")
        return self._inline(scope, function, variable, body)

    def _inline(self, scope: _Scope, function: str, variable: str, body: list[str]) -> str:
        """An object among alternatives, as a function of what the scope found before."""
        free = ["l", "root", "ctx", "x", scope.item, *scope.instances.values(), *(self._size(v) for v in scope.instances.values() if v != "x"), *(v for v in scope.loops.values())]
        names = list(dict.fromkeys(name for name in free if name != "x" or scope.segment))
        if scope.group:
            names += [name for name in scope.group[:2] if name not in names]
        self.functions.append("\n".join([f"def {function}({', '.join(names)}):", f"    {variable} = {{}}", *body, f"    return {variable} or None", ""]))
        return f"{function}({', '.join(names)})"

    def _call(self, scope: _Scope, source: Call, at: RuleAt) -> str:
        scope.needs = None
        if source.name == "ordinal":
            return "len(out) + 1"
        conversion = CONVERSIONS[source.name]
        function = self.constant("C", conversion.read)
        rule = self.constant("K", at)
        if conversion.shape != "all":
            arguments = [self._value(scope, argument) for argument in source.arguments]
            return f"called(ctx, {function}, {rule}, {', '.join(arguments)})"
        inner, *rest = source.arguments
        if isinstance(inner, Reference):
            gathered = f"gather({scope.item}, {inner.names!r})"
        elif isinstance(inner, Found):
            path = self._resolved(inner.path)
            method = "values" if path.element else "instances"
            gathered = f"[z[0] for z in {method}(ctx, {self.constant('P', path)}, l, root)]"
            if path.segment is not None and path.start != "below":
                self._covered(scope, self._loop(scope, path)[2], path, {path.element})
        else:
            gathered = f"[{self._value(scope, inner)}]"
        more = "".join(f", {self._value(scope, argument)}" for argument in rest)
        return f"called(ctx, {function}, {rule}, {gathered}{more})"

    def _condition(self, scope: _Scope, condition: Condition) -> str:
        if isinstance(condition, Junction):
            parts = [f"({self._condition(scope, part)})" for part in condition.parts]
            return f"not {parts[0]}" if condition.operator == "not" else f" {condition.operator} ".join(parts)
        scope.needs = None
        if isinstance(condition, Present):
            if isinstance(condition.source, Found) and not condition.source.path.element and condition.source.path.start != "group":
                path = self.constant("P", self._resolved(condition.source.path))
                return f"{'not ' if condition.absent else ''}any(True for _ in instances(ctx, {path}, l, root))"
            return f"{self._value(scope, condition.source)} {'is' if condition.absent else 'is not'} None"
        left = self._value(scope, condition.left)
        right = [self._value(scope, value) for value in condition.values]
        if condition.operator == "in":
            return " or ".join(f"same({left}, {value})" for value in right) or "False"
        if condition.operator in ("=", "!="):
            return f"{'not ' if condition.operator == '!=' else ''}same({left}, {right[0]})"
        swapped = condition.operator in (">", "<=")
        one, other = (right[0], left) if swapped else (left, right[0])
        test = f"less({one}, {other})"
        # a <= b is not b < a, for values that are both there
        return f"({left} is not None and not {test})" if condition.operator in ("<=", ">=") else test

    # ------------------------------------------------------------ lists

    def _list(self, scope: _Scope, lists: tuple[Each | Pairs, ...], name: str, field_name: str, target: str, indent: str) -> None:
        variable = self.fresh("w")
        before = len(scope.lines)
        scope.lines.append(f"{indent}{variable} = []")
        for one in lists:
            if isinstance(one, Pairs):
                self._pairs(scope, one, field_name, variable, indent)
            else:
                self._each(scope, one, field_name, variable, indent)
        added = scope.lines[before + 1 :]
        if len(added) == 1 and added[0].startswith(f"{indent}if ") and (at := added[0].find("): f")) > 0:
            # one source, found by one look: nothing is made where there is nothing
            scope.lines[before:] = [
                added[0][: at + 2],
                f"{indent}    {variable} = []",
                f"{indent}    {added[0][at + 3 :]}",
                f"{indent}    if {variable}: {target}[{name!r}] = {variable}",
            ]
            return
        scope.lines.append(f"{indent}if {variable}: {target}[{name!r}] = {variable}")

    def _each(self, scope: _Scope, rule: Each, field_name: str, variable: str, indent: str) -> None:
        path = self._resolved(rule.path)
        function = self.fresh("f")
        place = ".".join(part for part in (scope.place, field_name) if part)
        if path.start == "below" or (path.start == "enclosing" and path.segment is None):
            scope.needs = None
            ground, cover, source = self._far(scope, path)
            self._items(function, rule, ground, cover, place, "loop", path)
            scope.lines.append(f"{indent}{function}({source}, l, root, ctx, {variable})")
        else:
            loop, ground, cover = self._loop(scope, path)
            step = path.segment
            assert step is not None
            self._need(scope, path, ground)
            if scope.segment == step.name or rule.if_none is not None:
                scope.needs = None
            if step.rest:
                path = _rest(path, scope.siblings)
                step = path.segment
                assert step is not None
            guard = "l.loops and " if loop == "l" and step.name in ground.loops else "" if loop in ("l", "root") else f"{loop} is not None and "
            goes_over = step.name in ground.loops
            own = scope.segment == step.name and loop == "l" and not (goes_over and not path.by)
            if path.by:
                self._covered(scope, cover, path, set(range(path.element, path.last + 1)))
                where = "loops" if goes_over else "segments"
                self._items(function, rule, ground, cover, place, "group", path, opens=where == "loops" and not own)
                source = "(x,)" if own else f"{loop}.{where}.get({step.name!r})"
            elif goes_over:
                self._items(function, rule, ground.loops[step.name], cover.loop(step.name, step.filter), place, "loop", path)
                source = f"{loop}.loops.get({step.name!r})"
            else:
                cover.read(step.name, step.filter, set())
                self._items(function, rule, ground, cover, place, "segment", path)
                source = "(x,)" if own else f"{loop}.segments.get({step.name!r})"
            scope.lines.append(f"{indent}if {guard}(y := {source}): {function}(y, {loop}, root, ctx, {variable})")
        if rule.if_none is not None:
            scope.lines.append(f"{indent}if not {variable}:")
            none = self.fresh("q")
            scope.lines.append(f"{indent}    {none} = {{}}")
            self._object(scope, rule.if_none, none, indent + "    ", field_name)
            scope.lines.append(f"{indent}    if {none}: {variable}.append({none})")

    def _far(self, scope: _Scope, path: Path) -> tuple[Ground, Cover, str]:
        """Loops below, wherever they nest, or the enclosing one."""
        assert path.up is not None
        at = self.constant("P", path)
        here = scope.ground
        ground = here.loops.get(path.up.name) or here.root().loops.get(path.up.name) or here.enclosing(path.up.name) or here
        cover = scope.cover.root().loop(path.up.name, path.up.filter)
        source = f"inner(ctx, starts(ctx, {at}, l, root), ())"
        return ground, cover, source

    def _items(self, function: str, rule: Each, ground: Ground, cover: Cover, place: str, kind: str, path: Path, opens: bool = False) -> None:
        """The function of a list: one item for each loop, segment or group of `y`."""
        scope = _Scope(ground, cover, place=place, siblings=rule.item)
        lines = [f"def {function}(y, l, root, ctx, out):", "    for x in y:"]
        step = path.segment
        filters = step.filter if step is not None and path.start != "below" else ()
        if kind == "loop":
            lines.append("        l = x")
            if filters:
                lines += ["        x = opener(l)", f"        if not ({self._filter(filters, 'x')}): continue"]
        else:
            if opens:
                lines.append("        x = opener(x)")
            if filters:
                lines.append(f"        if not ({self._filter(filters, 'x')}): continue")
            scope.segment = step.name if step is not None else ""
        indent = "        "
        if kind == "group":
            scope.group = ("x", "i", path.by)
            lines.append(f"        for i in range({path.element}, min(len(x), {path.last + 1}), {path.by}):")
            present = " or ".join(f"(len(x) > i + {n} and x[i + {n}])" if n else "x[i]" for n in range(path.by))
            lines.append(f"            if not ({present}): continue")
            indent += "    "
        if len(rule.item.fields) == 1 and rule.item.fields[0].name == "":
            self._plain_items(scope, rule, indent)
            self.functions.append("\n".join([*lines, *self._opened(scope, indent), *scope.lines, ""]))
            return
        when = rule.when
        if when is not None and not list(references_of(when)):  # a condition over $fields chooses among sources when writing
            scope.lines.append(f"{indent}if not ({self._condition(scope, when)}): continue")
        scope.lines.append(f"{indent}o = {{}}")
        ahead = tuple(one for one in rule.item.fields if _constant(one.rule) or _ordinal(one.rule))
        for one in ahead:
            if _ordinal(one.rule):
                scope.lines.append(f"{indent}o[{one.name!r}] = len(out) + 1")
            else:
                self._rule(scope, one.rule, one.name, "o", indent, "")
        self._fields(scope, Object(tuple(one for one in rule.item.fields if one not in ahead), rule.item.at, None, rule.item.cases), indent)
        scope.lines.append(f"{indent}if len(o) > {len(ahead)}: out.append(o)" if len(ahead) < len(rule.item.fields) or rule.item.cases else f"{indent}out.append(o)")
        self.functions.append("\n".join([*lines, *self._opened(scope, indent), *scope.lines, ""]))

    def _plain_items(self, scope: _Scope, rule: Each, indent: str) -> None:
        """A list of plain values."""
        scalar = rule.item.fields[0].rule
        assert isinstance(scalar, Scalar)
        at = self._at(scope, "", scalar.at, rule.path)
        scope.lines.append(f"{indent}v = x[i]")
        result = "v"
        if scalar.pipes:
            scope.lines.append(f"{indent}if not ({self._converted(scope, scalar.pipes, 'v', at, ('x', 'i', 0))}): continue")
            result = "w"
        scope.lines.append(f"{indent}out.append({result})")
        if self.traced:
            scope.lines.append(f"{indent}ctx.trace[id(out), len(out) - 1] = Origin(x, i, 0, {self.constant('K', at)})")

    def _pairs(self, scope: _Scope, rule: Pairs, field_name: str, variable: str, indent: str) -> None:
        path = self._resolved(rule.path)
        segment = self._instance(scope, path)
        _, _, cover = self._loop(scope, path)
        self._covered(scope, cover, path, set(range(path.element, path.last + 1)))
        at = self._at(scope, field_name, rule.at, path)
        deep = indent + "    "
        scope.lines += [
            f"{indent}for i in range({path.element}, min(len({segment}), {path.last + 1}), 2):",
            f"{deep}v = {segment}[i]",
            f"{deep}u = {segment}[i + 1] if len({segment}) > i + 1 else ''",
            f"{deep}if not (v and u):",
            f"{deep}    if v: pair_incomplete(ctx, {segment}, i, {self.constant('K', at)})",
            f"{deep}    elif u: pair_incomplete(ctx, {segment}, i, {self.constant('K', at)})",
            f"{deep}    continue",
        ]
        scheme = "v"
        if rule.scheme:
            test = self._converted(scope, rule.scheme, "v", self._at(scope, f"{field_name}.scheme", rule.at, path), (segment, "i", 0))
            scope.lines += [f"{deep}if not ({test}): continue", f"{deep}t = w"]
            scheme = "t"
        if rule.value:
            scope.lines.append(f"{deep}v = u")
            if scheme == "v":
                scope.lines[-1] = f"{deep}t, v = v, u"
                scheme = "t"
            test = self._converted(scope, rule.value, "v", self._at(scope, f"{field_name}.value", rule.at, path), (segment, "i + 1", 0))
            scope.lines += [f"{deep}if not ({test}): continue", f"{deep}u = w"]
        scope.lines.append(f"{deep}{variable}.append({{'scheme': {scheme}, 'value': u}})")
        if self.traced:
            key = self.constant("K", at)
            scope.lines += [
                f"{deep}ctx.trace[id({variable}[-1]), 'scheme'] = Origin({segment}, i, 0, {key})",
                f"{deep}ctx.trace[id({variable}[-1]), 'value'] = Origin({segment}, i + 1, 0, {key})",
            ]


_RUNTIME = (
    "ambiguous", "ambiguous_loop", "called", "component", "dig", "enclosing", "gather", "inner", "instances", "less", "matches", "missing", "opener",
    "pair_incomplete", "same", "slow", "starts", "thread", "values",
)  # fmt: skip


def _constant(rule: Rule) -> bool:
    return isinstance(rule, Scalar) and bool(rule.sources) and all(isinstance(source, Constant) for source in rule.sources) and rule.when is None


def _ordinal(rule: Rule) -> bool:
    return isinstance(rule, Scalar) and len(rule.sources) == 1 and isinstance(rule.sources[0], Call) and rule.sources[0].name == "ordinal"


def _ordered(fields: tuple[Field, ...]) -> list[Field]:
    """Fields in an order in which each comes after those that it looks at."""
    names = {one.name: one for one in fields}
    done: dict[str, Field] = {}
    visiting: set[str] = set()

    def place(one: Field) -> None:
        if one.name in done or one.name in visiting:
            return
        visiting.add(one.name)
        for reference in references_of(one.rule):
            if not reference.names:  # all of it: last
                for other in fields:
                    place(other)
            elif reference.names[0] in names:
                place(names[reference.names[0]])
        visiting.discard(one.name)
        done[one.name] = one

    for one in fields:
        place(one)
    return list(done.values())


def _rest(path: Path, siblings: Object | None) -> Path:
    """`REF[rest]` as a filter: none of those that the other rules of the scope name."""
    assert path.segment is not None
    named = tuple(dict.fromkeys(step.filter for step in named_steps(siblings, path.segment.name))) if siblings else ()
    conditions = (Filter(0, 0, (), none_of=named),) if named else ()
    return Path(path.text, path.start, path.up, path.loops, Step(path.segment.name, conditions), path.element, path.component, path.last, path.by)


def named_steps(rule: Rule | Source | None, name: str) -> list[Step]:
    """The filters by which the rules of a scope name a segment or loop."""
    found: list[Step] = []
    stack: list[Any] = [rule]
    while stack:
        one = stack.pop()
        if isinstance(one, Object):
            stack += [f.rule for f in one.fields] + list(one.cases)
        elif isinstance(one, Scalar):
            stack += list(one.sources)
        elif isinstance(one, Found | Pairs | Each):
            path = one.path
            steps = [*path.loops, path.segment] if path.start == "here" else []
            if steps and steps[0] is not None and steps[0].name == name and steps[0].filter and not steps[0].rest:
                found.append(steps[0])
        elif isinstance(one, Several):
            stack += list(one.lists)
        elif isinstance(one, Apart):
            stack.append(one.read)
        elif isinstance(one, Case):
            stack += [branch for _, branch in one.branches] + [one.other]
        elif isinstance(one, Inline):
            stack.append(one.rule)
        elif isinstance(one, Call):
            stack += list(one.arguments)
    return found
