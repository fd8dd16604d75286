"""Compiles the rules of a mapping to Python source that reads a tree into a document: one function, and one for each list.

The source is ours: names are numbered, texts of the mapping enter only as quoted literals or through the namespace. With
`traced` the same source also notes where each value came from (origins.py); without, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from gateway.formats.tree import Loop
from gateway.translate.compile_lists import ListWriter, is_constant
from gateway.translate.compile_paths import Scope
from gateway.translate.coverage import Cover
from gateway.translate.grounds import Ground
from gateway.translate.rules import Apart, Case, Condition, Each, Field, Found, Object, Pairs, Rule, Scalar, references_of
from gateway.translate.runtime import Context, Presence

RUN = 6
"""Rules that stand behind one look at what a loop holds: enough to save looks, few enough that one presence does not open them all."""
FEW = 5
"""With fewer rules that need something, asking what the loop holds costs more than each rule's own look."""

Reader = Callable[[Loop, Context], dict[str, Any]]


@dataclass(slots=True)
class Compiled:
    """A mapping ready to read: the document's own fields, and an HL level's by code."""

    read: Reader
    levels: dict[str, tuple[Callable[..., Any], ...]]
    cover: Cover
    source: str
    code: CodeType
    names: dict[str, Any]
    """What the source names."""
    whole: dict[str, str]
    """Loops of the set that only one list looks at, and takes as they are, with the list's function."""
    nests: bool
    """Whether there are levels, and only their own rules look at them."""


@dataclass(frozen=True, slots=True)
class Block:
    """The source of one field, what the loop must hold for it to find anything (None: it always runs), the segments it reads."""

    lines: list[str]
    needs: set[tuple[str, str]] | None
    used: set[str]


class Compiler(ListWriter):
    """Writes the source of one mapping."""

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
                self._root(
                    f"{name}_key",
                    Object((Field("key", level.key, level.at),) if level.key else (), level.at),
                    self.ground.loops["HL"],
                    own,
                    place,
                )
                levels[level.code] = (name, f"{name}_key")
        for name, reads in self.reads.items():
            self.names[name] = tuple(reads) or tuple(self.loop_reads[name])
        source = "\n".join(self.functions)
        # our own generated source: numbered names, literals by repr, everything else through the namespace
        code = compile(source, f"<mapping {self.rules.name}>", "exec")
        exec(code, self.names)  # noqa: S102
        return Compiled(
            self.names["read"],
            {code: tuple(self.names[name] for name in names) for code, names in levels.items()},
            self.cover.settle(self.predicate),
            source,
            code,
            self.names,
            {name: function for name, function in self.whole.items() if self.touched[name] == 1 and not self.touched[""]},
            bool(levels) and not self.touched["HL"] and not self.touched[""],
        )

    def _root(self, name: str, rules: Object, ground: Ground, cover: Cover, place: str) -> None:
        scope = Scope(ground, cover, place=place, siblings=rules)
        self.write_fields(scope, rules, "    ")
        self.functions.append(
            "\n".join(
                [
                    f"def {name}(l, ctx, root=None):",
                    "    root = root or l",
                    "    o = {}",
                    *self._opened(scope, "    "),
                    *scope.lines,
                    "    return o",
                    "",
                ]
            )
        )

    def write_fields(self, scope: Scope, rules: Object, indent: str) -> None:
        """The fields of a scope's item. What needs a segment or loop that is mostly absent stands in runs behind one look."""
        blocks: list[Block] = []
        for part in (
            *(Object((one,), rules.at) for one in _ordered(rules.fields)),
            *(Object((), rules.at, None, (case,)) for case in rules.cases),
        ):
            before, scope.lines, scope.needs, scope.used = scope.lines, [], set(), set()
            self.write_object(scope, part, "o", indent)
            if scope.lines:
                blocks.append(Block(scope.lines, scope.needs or None, scope.used))
            scope.lines = before
        runs: list[list[Block]] = []
        for block in blocks:
            if runs and len(runs[-1]) < RUN and (runs[-1][-1].needs is None) == (block.needs is None):
                runs[-1].append(block)
            else:
                runs.append([block])
        scope.needs = None
        needy = [block for block in blocks if block.needs is not None]
        if len(needy) < FEW:
            for block in blocks:
                scope.lines += block.lines
            return
        bits = {id(block): 1 << n for n, block in enumerate(needy)}
        present = self.constant("H", Presence([frozenset(block.needs or ()) for block in needy]))
        scope.lines.append(f"{indent}m = {present}[*l.segments, None, *l.loops]")
        for number, run in enumerate(runs):
            if run[0].needs is None:
                for block in run:
                    scope.lines += block.lines
                continue
            elsewhere = set().union(*(block.used for other in runs if other is not run for block in other))
            for variable in set().union(*(block.used for block in run)) - elsewhere:
                scope.late[variable] = number
            scope.lines += [f"{indent}if m & {sum(bits[id(block)] for block in run)}:", f"{indent}    @{number}"]
            for block in run:
                deeper = "    "
                if not block.used:  # a segment that is read knows its length: as good as a bit
                    scope.lines.append(f"{indent}    if m & {bits[id(block)]}:")
                    deeper = "        "
                scope.lines += [deeper + line for line in block.lines]

    def write_object(self, scope: Scope, rules: Object, target: str, indent: str, prefix: str = "") -> None:
        """Fields into the dict `target`; those that look at others come after them."""
        for one in _ordered(rules.fields):
            self.write_rule(scope, one.rule, one.name, target, indent, prefix)
        for case in rules.cases:
            self._case(scope, case, "", target, indent, prefix)

    def write_rule(self, scope: Scope, rule: Rule, name: str, target: str, indent: str, prefix: str) -> None:
        """One rule, whatever its form."""
        field_name = f"{prefix}.{name}" if prefix else name
        if isinstance(rule, Apart):
            if rule.read is not None:
                self.write_rule(scope, rule.read, name, target, indent, prefix)
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

    def _conditional(self, scope: Scope, when: Condition | None, indent: str, emit: Callable[[str], None]) -> None:
        if when is None:
            emit(indent)
            return
        scope.lines.append(f"{indent}if {self._condition(scope, when)}:")
        before = len(scope.lines)
        emit(indent + "    ")
        if len(scope.lines) == before:
            scope.lines.append(f"{indent}    pass")

    def _nested(self, scope: Scope, rule: Object, name: str, field_name: str, target: str, indent: str) -> None:
        if not name:
            self.write_object(scope, rule, target, indent, field_name)
            return
        guard = self._guard(scope, rule)
        if guard:
            scope.lines.append(f"{indent}if {guard}:")
            indent += "    "
        variable = self.fresh("q")
        if (
            rule.fields
            and not rule.cases
            and not self.traced
            and all(is_constant(f.rule) and not f.rule.pipes for f in rule.fields if isinstance(f.rule, Scalar))
            and all(isinstance(f.rule, Scalar) for f in rule.fields)
        ):
            values = ", ".join(f"{f.name!r}: {self._value(scope, f.rule.sources[0])}" for f in rule.fields if isinstance(f.rule, Scalar))
            scope.lines.append(f"{indent}{target}[{name!r}] = {{{values}}}")
            return
        scope.lines.append(f"{indent}{variable} = {{}}")
        constants = [f for f in rule.fields if is_constant(f.rule)]
        self.write_object(
            scope, Object(tuple(f for f in rule.fields if not is_constant(f.rule)), rule.at, None, rule.cases), variable, indent, field_name
        )
        if constants and len(constants) == len(rule.fields):
            self.write_object(scope, Object(tuple(constants), rule.at), variable, indent, field_name)
            scope.lines.append(f"{indent}{target}[{name!r}] = {variable}")
            return
        scope.lines.append(f"{indent}if {variable}:")
        self.write_object(scope, Object(tuple(constants), rule.at), variable, indent + "    ", field_name)
        scope.lines.append(f"{indent}    {target}[{name!r}] = {variable}")

    def _guard(self, scope: Scope, rule: Object) -> str:
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
                path = source.path if isinstance(source, Found) else None
                if path is None or path.start in ("group", "below") or path.segment is None or not path.element:
                    return ""
                size = self._size(self._instance(scope, path))
                least[size] = min(least.get(size, path.element), path.element)
        return " or ".join(f"{size} > {element}" for size, element in least.items()) if len(least) <= 2 else ""

    def _case(self, scope: Scope, case: Case, name: str, target: str, indent: str, prefix: str) -> None:
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

    def _branch(self, scope: Scope, rule: Rule, name: str, target: str, indent: str, prefix: str) -> None:
        before = len(scope.lines)
        if isinstance(rule, Object) and not name:
            self.write_object(scope, rule, target, indent, prefix)
        else:
            self.write_rule(scope, rule, name, target, indent, prefix)
        if len(scope.lines) == before:
            scope.lines.append(f"{indent}pass")


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
