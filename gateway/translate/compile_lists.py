"""The lists of a compiled mapping: a function each, one item for each loop, segment or group that its path finds."""

from __future__ import annotations

from typing import Any

from gateway.translate.compile_paths import Scope
from gateway.translate.compile_values import ValueWriter
from gateway.translate.coverage import Cover
from gateway.translate.grounds import Ground
from gateway.translate.paths import Condition as Filter
from gateway.translate.paths import Path, Step
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Constant,
    Each,
    Found,
    Inline,
    Object,
    One,
    Pairs,
    Rule,
    Scalar,
    Several,
    Source,
    references_of,
)


class ListWriter(ValueWriter):
    """Writes lists of items and of pairs."""

    def write_rule(self, scope: Scope, rule: Rule, name: str, target: str, indent: str, prefix: str) -> None:
        """One rule, whatever its form; the compiler itself writes it."""
        raise NotImplementedError

    def write_fields(self, scope: Scope, rules: Object, indent: str) -> None:
        """The fields of an item; the compiler itself writes them."""
        raise NotImplementedError

    def _list(self, scope: Scope, lists: tuple[Each | Pairs | One, ...], name: str, field_name: str, target: str, indent: str) -> None:
        variable = self.fresh("w")
        before = len(scope.lines)
        scope.lines.append(f"{indent}{variable} = []")
        for one in lists:
            if isinstance(one, Pairs):
                self._pairs(scope, one, field_name, variable, indent)
            elif isinstance(one, One):
                self._one(scope, one, field_name, variable, indent)
            else:
                self._each(scope, one, field_name, variable, indent)
        added = scope.lines[before + 1 :]
        if len(added) == 1 and added[0].startswith(f"{indent}if ") and (at := added[0].rfind("): f")) > 0:
            # one source, found by one look: nothing is made where there is nothing
            scope.lines[before:] = [
                added[0][: at + 2],
                f"{indent}    {variable} = []",
                f"{indent}    {added[0][at + 3 :]}",
                f"{indent}    if {variable}: {target}[{name!r}] = {variable}",
            ]
            return
        scope.lines.append(f"{indent}if {variable}: {target}[{name!r}] = {variable}")

    def _one(self, scope: Scope, rule: One, field_name: str, variable: str, indent: str) -> None:
        """An item written out: its constants, and whatever else of it is there."""
        if rule.item.when is not None:
            scope.lines.append(f"{indent}if {self._condition(scope, rule.item.when)}:")
            indent += "    "
        item = self.fresh("q")
        scope.lines.append(f"{indent}{item} = {{}}")
        constants = tuple(one for one in rule.item.fields if is_constant(one.rule))
        others = tuple(one for one in rule.item.fields if one not in constants)
        self.write_object(scope, Object(constants, rule.at), item, indent, field_name)
        self.write_object(scope, Object(others, rule.at, None, rule.item.cases), item, indent, field_name)
        scope.lines.append(f"{indent}if len({item}) > {len(constants)}: {variable}.append({item})")

    def _each(self, scope: Scope, rule: Each, field_name: str, variable: str, indent: str) -> None:
        path = rule.path
        function = self.fresh("f")
        self._touch(scope, path, path.segment.name if path.segment is not None else None)
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
            guard = (
                "l.loops and " if loop == "l" and step.name in ground.loops else "" if loop in ("l", "root") else f"{loop} is not None and "
            )
            goes_over = step.name in ground.loops
            own = scope.segment == step.name and loop == "l" and not (goes_over and not path.by)
            if path.by:
                self._covered(scope, cover, path, set(range(path.element, path.last + 1)))
                where = "loops" if goes_over else "segments"
                self._items(function, rule, ground, cover, place, "group", path, opens=where == "loops" and not own)
                source = "(x,)" if own else f"{loop}.{where}.get({step.name!r})"
            elif goes_over:
                if scope.ground is self.ground and loop == "l" and not step.filter and rule.if_none is None and rule.once is None:
                    self.whole[step.name] = function
                self._items(function, rule, ground.loops[step.name], cover.loop(step.name, step.filter), place, "loop", path)
                source = f"{loop}.loops.get({step.name!r})"
            else:
                cover.read(step.name, step.filter, set())
                self._items(function, rule, ground, cover, place, "segment", path)
                source = "(x,)" if own else f"{loop}.segments.get({step.name!r})"
            first = ""
            if step.filter and not own:  # most often there is one, which the filter refuses: that takes no call
                one = "y[0].first" if goes_over else "y[0]"
                first = f" and (len(y) > 1 or not (z := {one}) or {self._filter(step.filter, 'z')})"
            scope.lines.append(f"{indent}if {guard}(y := {source}){first}: {function}(y, {loop}, root, ctx, {variable})")
        if rule.if_none is not None:
            scope.lines.append(f"{indent}if not {variable}:")
            none = self.fresh("q")
            scope.lines.append(f"{indent}    {none} = {{}}")
            self.write_object(scope, rule.if_none, none, indent + "    ", field_name)
            scope.lines.append(f"{indent}    if {none}: {variable}.append({none})")

    def _far(self, scope: Scope, path: Path) -> tuple[Ground, Cover, str]:
        """Loops below, wherever they nest, or the enclosing one."""
        assert path.up is not None
        at = self.constant("P", path)
        here = scope.ground
        ground = here.loops.get(path.up.name) or here.root().loops.get(path.up.name) or here.enclosing(path.up.name) or here
        cover = scope.cover.root().loop(path.up.name, path.up.filter)
        source = f"inner(ctx, starts(ctx, {at}, l, root), ())"
        return ground, cover, source

    def _items(
        self, function: str, rule: Each, ground: Ground, cover: Cover, place: str, kind: str, path: Path, opens: bool = False
    ) -> None:
        """The function of a list: one item for each loop, segment or group of `y`."""
        scope = Scope(ground, cover, place=place, siblings=rule.item)
        lines = [f"def {function}(y, l, root, ctx, out):", "    for x in y:"]
        step = path.segment
        filters = step.filter if step is not None and path.start != "below" else ()
        if kind == "loop":
            if self.whole.get("" if step is None else step.name) == function:
                lines += ["        if x.__class__ is tuple:", "            x[0](ctx, out, *x[1])", "            continue"]
            lines.append("        l = x")
            if filters:
                lines += ["        x = l.first", f"        if not ({self._filter(filters, 'x')}): continue"]
        else:
            if opens:
                lines.append("        x = x.first")
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
        if rule.once is not None:
            key = self._value(scope, rule.once.sources[0]) if rule.once.sources else "None"
            scope.lines += [
                f"{indent}k = ({scope.place!r}, {key})",
                f"{indent}if k in ctx.once: continue",
                f"{indent}ctx.once[k] = len(out) + 1",
            ]
        scope.lines.append(f"{indent}o = {{}}")
        ahead = tuple(one for one in rule.item.fields if is_constant(one.rule) or _ordinal(one.rule))
        for one in ahead:
            if _ordinal(one.rule):
                scope.lines.append(f"{indent}o[{one.name!r}] = len(out) + 1")
                self._trace(scope, "o", one.name, ("E", "0", 0), self._at(scope, one.name, one.rule.at), indent)
            else:
                self.write_rule(scope, one.rule, one.name, "o", indent, "")
        self.write_fields(
            scope, Object(tuple(one for one in rule.item.fields if one not in ahead), rule.item.at, None, rule.item.cases), indent
        )
        scope.lines.append(
            f"{indent}if len(o) > {len(ahead)}: out.append(o)"
            if len(ahead) < len(rule.item.fields) or rule.item.cases
            else f"{indent}out.append(o)"
        )
        self.functions.append("\n".join([*lines, *self._opened(scope, indent), *scope.lines, ""]))

    def _plain_items(self, scope: Scope, rule: Each, indent: str) -> None:
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

    def _pairs(self, scope: Scope, rule: Pairs, field_name: str, variable: str, indent: str) -> None:
        path = rule.path
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


def is_constant(rule: Rule) -> bool:
    """Whether a rule says the same whatever is read."""
    return (
        isinstance(rule, Scalar)
        and bool(rule.sources)
        and all(isinstance(source, Constant) for source in rule.sources)
        and rule.when is None
    )


def _ordinal(rule: Rule) -> bool:
    return isinstance(rule, Scalar) and len(rule.sources) == 1 and isinstance(rule.sources[0], Call) and rule.sources[0].name == "ordinal"


def _rest(path: Path, siblings: Object | None) -> Path:
    """`REF[rest]` as a filter: none of those that the other rules of the scope name."""
    assert path.segment is not None
    named = tuple(dict.fromkeys(step.filter for step in named_steps(siblings, path.segment.name))) if siblings else ()
    conditions = (Filter(0, 0, (), none_of=named),) if named else ()
    return Path(
        path.text, path.start, path.up, path.loops, Step(path.segment.name, conditions), path.element, path.component, path.last, path.by
    )


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
        elif isinstance(one, One):
            stack.append(one.item)
        elif isinstance(one, Apart):
            stack.append(one.read)
        elif isinstance(one, Case):
            stack += [branch for _, branch in one.branches] + [one.other]
        elif isinstance(one, Inline):
            stack.append(one.rule)
        elif isinstance(one, Call):
            stack += list(one.arguments)
    return found
