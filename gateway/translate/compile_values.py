"""The values of a compiled mapping: the source of scalar rules, conversions, calls and conditions."""

from __future__ import annotations

from typing import Any

from gateway.translate.compile_paths import PathWriter, Scope
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.paths import Path
from gateway.translate.rules import (
    Call,
    Condition,
    Constant,
    Found,
    Junction,
    Object,
    Pipe,
    Present,
    Reference,
    Scalar,
    Source,
    Term,
    Thread,
    place_of,
)
from gateway.translate.runtime import Chain, Memory, RuleAt


class ValueWriter(PathWriter):
    """Writes one value: the first source that is there, converted, or what stands in for it."""

    def write_object(self, scope: Scope, rules: Object, target: str, indent: str, prefix: str = "") -> None:
        """Fields into the dict `target`; the compiler itself writes them."""
        raise NotImplementedError

    def _scalar(self, scope: Scope, rule: Scalar, name: str, field_name: str, target: str, indent: str) -> None:
        first = next((source.path for source in rule.sources if isinstance(source, Found)), None)
        at = self._at(scope, field_name, rule.at, first)
        reducer = reducer_of(rule)
        if reducer >= 0 and any(isinstance(source, Found) for source in rule.sources):
            self._reduced(scope, rule, reducer, name, at, target, indent)
            return
        self._alternatives(scope, rule, list(rule.sources), name, at, target, indent)

    def _alternatives(self, scope: Scope, rule: Scalar, sources: list[Source], name: str, at: RuleAt, target: str, indent: str) -> None:
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
            self._convert(scope, rule.pipes, "v", name, at, target, indent + "    ", ("E", "0", 0), self._parts(scope, source, at))
            if sources:
                scope.lines.append(f"{indent}else:")
                self._alternatives(scope, rule, sources, name, at, target, indent + "    ")
                return
            word = "elif"
        self._otherwise(scope, rule, name, at, target, indent, alone=word == "if")

    def _otherwise(self, scope: Scope, rule: Scalar, name: str, at: RuleAt, target: str, indent: str, alone: bool = False) -> None:
        if rule.default is None and not rule.required:
            return
        scope.needs = None
        if not alone:
            scope.lines.append(f"{indent}else:")
            indent += "    "
        if rule.default is not None:
            self._default(scope, rule, name, at, target, indent)
        else:
            segment = "x" if scope.segment else "l.first"
            first = next((source.path for source in rule.sources if isinstance(source, Found)), None)
            if first is not None and first.segment is not None and first.start not in ("group", "below") and reducer_of(rule) < 0:
                segment = f"{self._instance(scope, first)} or {segment}"
            scope.lines.append(f"{indent}missing(ctx, {self.constant('K', at)}, {segment})")

    def _default(self, scope: Scope, rule: Scalar, name: str, at: RuleAt, target: str, indent: str) -> None:
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

    def _found(self, scope: Scope, source: Found, at: RuleAt) -> tuple[str, str, str, int]:
        """A test that binds `v` to a value that is there; segment, element and component of it."""
        path = source.path
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
        return (
            f"{size} > {path.element} and (v := {self._part(f'{segment}[{path.element}]', path.component)})",
            segment,
            str(path.element),
            path.component,
        )

    def _convert(
        self,
        scope: Scope,
        pipes: tuple[Pipe, ...],
        value: str,
        name: str,
        at: RuleAt,
        target: str,
        indent: str,
        place: tuple[str, str, int],
        others: str = "()",
    ) -> None:
        """Assigns the converted value."""
        if pipes:
            scope.lines.append(f"{indent}if {self._converted(scope, pipes, value, at, place)}:")
            indent, value = indent + "    ", "w"
        scope.lines.append(f"{indent}{target}[{name!r}] = {value}")
        self._trace(scope, target, name, place, at, indent, others)

    def _parts(self, scope: Scope, source: Source, at: RuleAt) -> str:
        """Where the texts stand that a call such as concat(A, B) puts together; asked only where values are traced."""
        if not self.traced or not isinstance(source, Call) or source.name != "concat":
            return "()"
        found = [self._found(scope, argument, at)[1:] for argument in source.arguments if isinstance(argument, Found)]
        return "[" + ", ".join(f"({segment}, {element}, {component})" for segment, element, component in found) + "]"

    def _converted(self, scope: Scope, pipes: tuple[Pipe, ...], value: str, at: RuleAt, place: tuple[str, str, int]) -> str:
        """A test that binds the converted value to `w` and says whether there is one."""
        segment, element, component = place
        chain, arguments = self.chain(scope, pipes, at)
        name = self.constant("K", chain)
        if arguments is not None or value != "v" or segment == "E":
            return f"(w := slow(ctx, {name}, {value}, {segment}, {element}, {component}, {arguments})) is not None"
        memory = self.constant("M", Memory(chain))
        return f"(w := {memory}[v]) is not None or (w := slow(ctx, {name}, v, {segment}, {element}, {component})) is not None"

    def chain(self, scope: Scope, pipes: tuple[Pipe, ...], at: RuleAt) -> tuple[Chain, str | None]:
        """A pipeline as functions with arguments; the expression of its arguments where they are known only while reading."""
        steps, expressions, dynamic = [], [], False
        for pipe in pipes:
            conversion = CONVERSIONS[pipe.name]
            fixed: list[Any] = []
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
            expressions.append(
                [self._argument(scope, argument, value) for argument, value in zip(pipe.arguments, fixed, strict=True)] if dynamic else []
            )
        if not dynamic:
            return Chain(steps, at), None
        rendered = []
        for (_, known_before), expression in zip(steps, expressions, strict=True):
            known = expression or [self.constant("V", value) for value in known_before]
            rendered.append("(" + "".join(f"{text}, " for text in known) + ")")
        return Chain(steps, at, dynamic=True), "(" + "".join(f"{text}, " for text in rendered) + ")"

    def _argument(self, scope: Scope, argument: Source, value: Any) -> str:
        return self.constant("V", value) if isinstance(argument, Constant) else self._value(scope, argument)

    def _reduced(self, scope: Scope, rule: Scalar, reducer: int, name: str, at: RuleAt, target: str, indent: str) -> None:
        """`path | decimal | sum`: every value that the path finds, converted, then made one."""
        gathered, place, ways = self.fresh("g"), self.fresh("p"), self.fresh("y")
        pipe = rule.pipes[reducer]
        all_of_them = self.traced and pipe.name not in ("first", "last", "count")
        counting, last = pipe.name in ("count", "sum"), pipe.name == "last"
        if counting or rule.required or rule.default is not None:
            scope.needs = None
        scope.lines += [f"{indent}{gathered} = []", f"{indent}{place} = E", *([f"{indent}{ways} = []"] if all_of_them else [])]
        for n, source in enumerate(rule.sources):
            if not isinstance(source, Found):
                continue
            path = source.path
            deeper = indent
            if n:
                scope.lines.append(f"{indent}if not {gathered}:")
                deeper += "    "
            deeper = self._each_value(scope, path, deeper)
            result = "v"
            if reducer:
                test = self._converted(scope, rule.pipes[:reducer], "v", at, ("z", str(path.element), path.component))
                scope.lines.append(f"{deeper}if not ({test}): continue")
                result = "w"
            scope.lines.append(f"{deeper}{gathered}.append({result})")
            if all_of_them:
                scope.lines.append(f"{deeper}if {place} is not E: {ways}.append((z, {path.element}, {path.component}))")
            scope.lines.append(f"{deeper}{'' if last else f'if {place} is E: '}{place} = z")
        element = str(next((s.path.element for s in rule.sources if isinstance(s, Found)), 0))
        rest = rule.pipes[reducer:]
        if len(rest) == 1 and (pipe.name in ("first", "last") or (pipe.name in ("join", "lines") and not reducer)):
            scope.lines += [f"{indent}if len({gathered}) == 1:", f"{indent}    {target}[{name!r}] = {gathered}[0]"]
            self._trace(scope, target, name, (place, element, 0), at, indent + "    ")
            scope.lines.append(f"{indent}elif {gathered}:")
        else:
            scope.lines.append(f"{indent}if True:" if counting else f"{indent}if {gathered}:")
        others = ways if all_of_them else "()"
        self._convert(scope, rest, gathered, name, at, target, indent + "    ", (place, element, 0), others)
        if not counting:
            self._otherwise(scope, rule, name, at, target, indent)

    def _each_value(self, scope: Scope, path: Path, indent: str) -> str:
        """A loop over all that a path finds, `v` the value and `z` its segment; returns the indent inside it."""
        self._touch(scope, path, path.segment.name if path.segment is not None else None)
        if path.start == "below" or path.segment is None:
            scope.needs = None
            scope.lines.append(f"{indent}for v, z in values(ctx, {self.constant('P', path)}, l, root):")
            return indent + "    "
        _, ground, cover = self._loop(scope, path)
        self._need(scope, path, ground)
        self._covered(scope, cover, path, set(range(path.element, (path.last or path.element) + 1)))
        name = path.segment.name
        simple = (
            not path.loops
            and path.start == "here"
            and not path.last
            and not (name in ground.loops and name in ground.segments)
            and name != scope.segment
        )
        if not simple:
            scope.needs = None
            scope.lines.append(f"{indent}for v, z in values(ctx, {self.constant('P', path)}, l, root):")
            return indent + "    "
        opens = name in ground.loops
        scope.lines.append(f"{indent}for z in l.{'loops' if opens else 'segments'}.get({name!r}, ()):")
        indent += "    "
        if opens:
            scope.lines.append(f"{indent}z = z.first")
        if path.segment.filter:
            scope.lines.append(f"{indent}if not ({self._filter(path.segment.filter, 'z')}): continue")
        scope.lines.append(f"{indent}if len(z) > {path.element} and (v := {self._part(f'z[{path.element}]', path.component)}):")
        return indent + "    "

    def _value(self, scope: Scope, source: Source, at: RuleAt | None = None) -> str:
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
            return f"thread(ctx, {source.names!r}, {self.constant('K', at or self._at(scope, '', source.at))}, {scope.item})"
        if isinstance(source, Call):
            return self._call(scope, source, at or self._at(scope, "", source.at))
        variable = self.fresh("q")
        lines, scope.lines = scope.lines, []
        self.write_object(scope, source.rule, variable, "    ", at.field.removeprefix(scope.place).strip(".") if at else "")
        body, scope.lines = scope.lines, lines
        function = self.fresh("i")
        return self._inline(scope, function, variable, body)

    def _inline(self, scope: Scope, function: str, variable: str, body: list[str]) -> str:
        """An object among alternatives, as a function of what the scope found before."""
        free = [
            "l",
            "root",
            "ctx",
            "x",
            scope.item,
            *scope.instances.values(),
            *(self._size(v) for v in scope.instances.values() if v != "x"),
            *(v for v in scope.loops.values()),
        ]
        names = list(dict.fromkeys(name for name in free if name != "x" or scope.segment))
        if scope.group:
            names += [name for name in scope.group[:2] if name not in names]
        self.functions.append(
            "\n".join([f"def {function}({', '.join(names)}):", f"    {variable} = {{}}", *body, f"    return {variable} or None", ""])
        )
        return f"{function}({', '.join(names)})"

    def _call(self, scope: Scope, source: Call, at: RuleAt) -> str:
        scope.needs = None
        if source.name == "ordinal":
            return "len(out) + 1"
        if source.name == "ordinal_of":
            return f"ctx.once.get(({self._value(scope, source.arguments[0])}, {self._value(scope, source.arguments[1])}))"
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
            path = inner.path
            self._touch(scope, path, path.segment.name if path.segment is not None else None)
            method = "values" if path.element else "instances"
            gathered = f"[z[0] for z in {method}(ctx, {self.constant('P', path)}, l, root)]"
            if path.segment is not None and path.start != "below":
                self._covered(scope, self._loop(scope, path)[2], path, {path.element})
        else:
            gathered = f"[{self._value(scope, inner)}]"
        more = "".join(f", {self._value(scope, argument)}" for argument in rest)
        return f"called(ctx, {function}, {rule}, {gathered}{more})"

    def _condition(self, scope: Scope, condition: Condition) -> str:
        """A condition; where values are traced, what it came to is noted, so that examples can be asked which ways they took."""
        test = self._tested(scope, condition)
        return f"held(ctx, {self.constant('Q', place_of(condition))}, {test})" if self.traced else test

    def _tested(self, scope: Scope, condition: Condition) -> str:
        if isinstance(condition, Junction):
            parts = [f"({self._tested(scope, part)})" for part in condition.parts]
            return f"not {parts[0]}" if condition.operator == "not" else f" {condition.operator} ".join(parts)
        scope.needs = None
        if isinstance(condition, Present):
            if isinstance(condition.source, Found) and not condition.source.path.element and condition.source.path.start != "group":
                step = condition.source.path.segment
                self._touch(scope, condition.source.path, step.name if step is not None else None)
                path = self.constant("P", condition.source.path)
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


def reducer_of(rule: Scalar) -> int:
    """Which step of a rule's pipeline makes one value of several (first, join, sum ...); -1 if none does."""
    return next((n for n, pipe in enumerate(rule.pipes) if CONVERSIONS[pipe.name].shape == "all"), -1)
