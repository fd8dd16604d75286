"""Rules over XPaths and dotted paths as rules over a tree: the shape that reading and writing walk, and what stands where in it.

A path's text is the name of its segment in the tree, `[text, value]`; a list's text is the name of its loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any

from gateway.formats.json import steps as json
from gateway.formats.shape import Shape, Type
from gateway.formats.xml import steps as xml
from gateway.profiles.guide import SegmentGuide
from gateway.profiles.reading import Place
from gateway.translate.grounds import Ground
from gateway.translate.paths import BadPath, Path, Step, grouped
from gateway.translate.rules import Call, Each, Found, Pairs, Rules, Scalar, WriteOnly

_TYPES: dict[str, Type] = {
    "decimal": "number", "integer": "number", "implied": "number", "scale": "number", "per": "number", "flag": "flag",
}  # fmt: skip
"""What a value is where a file tells numbers and flags from texts, by the conversion that reads it."""


def placed(text: str) -> Path:
    """The path that a text says in a syntax of paths: relative, `/` from the file's top, `^LIST/...` from the enclosing item, `by 1`."""
    body, by = grouped(text)
    body = body.strip()
    if by > 1:
        raise BadPath("takes groups of more than one value; a path finds them one by one", 0)
    if body.startswith("^"):
        name, mark, rest = body[1:].partition("/")
        if not name or not mark or not rest:
            raise BadPath("names no value of an enclosing list; write ^LIST/value", 0)
        return Path(text, "enclosing", Step(name), (), Step(rest), 1)
    return Path(text, "root" if body.startswith("/") else "here", None, (), Step(body), 1, last=by, by=by)


def judge_of(paths: str, form: Mapping[str, Any]) -> Callable[[str, bool], None] | None:
    """What judges the paths of a format: raises BadPath; None where they are no paths."""
    if paths == "xpath":
        return partial(_judge_xpath, spaces_of(form))
    return _judge_dotted if paths == "dotted" else None


def spaces_of(form: Mapping[str, Any]) -> dict[str, str]:
    """The namespaces that a `format:` declares, by prefix."""
    given = form.get("namespaces")
    return {str(prefix): str(space) for prefix, space in given.items()} if isinstance(given, Mapping) else {}


def _judge_xpath(spaces: Mapping[str, str], text: str, listed: bool) -> None:
    try:
        path = xml.parse(text, spaces)
    except xml.BadXPath as bad:
        raise BadPath(bad.problem, bad.at) from None
    if listed and (path.absolute or path.attribute or not path.steps):
        raise BadPath("is no list; a list is of elements below the one that its rule stands in", 0)


def _judge_dotted(text: str, listed: bool) -> None:
    try:
        path = json.parse(text)
    except json.BadDotted as bad:
        raise BadPath(bad.problem, bad.at) from None
    if listed and (path.absolute or not path.steps):
        raise BadPath("is no list; a list is of members below the one that its rule stands in", 0)


@dataclass(slots=True)
class _Scope:
    """A shape with the lists around it, innermost first."""

    shape: Shape
    above: tuple[tuple[str, Shape], ...] = ()
    root: Shape | None = None


def shaped(rules: Rules) -> Shape:
    """The shape of a mapping's rules, whose paths are made to fit it."""
    shape = Shape()
    scope = _Scope(shape, root=shape)
    first = bool(rules.write_only) and rules.write_only[0].at.file == rules.fields.at.file and rules.write_only[0].at < rules.fields.at
    if first:
        rules.write_only = _all(rules.write_only, scope)
    rules.fields = _all(rules.fields, scope)
    if not first:
        rules.write_only = _all(rules.write_only, scope)
    return shape


def _all(rule: Any, scope: _Scope, kind: Type = "text") -> Any:
    """A rule, and all inside it, over the tree."""
    if isinstance(rule, Place | Path) or rule is None:
        return rule
    if isinstance(rule, tuple):
        return tuple(_all(one, scope, kind) for one in rule)
    if isinstance(rule, Found):
        return replace(rule, path=_value(rule.path, scope, kind))
    if isinstance(rule, Scalar):
        kind = next((_TYPES[pipe.name] for pipe in rule.pipes if pipe.name in _TYPES), "text")
        return _parts(rule, scope, kind)
    if isinstance(rule, WriteOnly):
        return replace(rule, path=_value(rule.path, scope, "text"))
    if isinstance(rule, Call) and rule.name == "count":
        return replace(rule, arguments=tuple(_counted(one, scope) for one in rule.arguments))
    if isinstance(rule, Each):
        return _each(rule, scope)
    if isinstance(rule, Pairs):
        return rule
    return _parts(rule, scope, "text") if is_dataclass(rule) and not isinstance(rule, type) else rule


def _parts(rule: Any, scope: _Scope, kind: Type) -> Any:
    changed = {}
    for one in fields(rule):
        value = getattr(rule, one.name)
        made = _all(value, scope, kind) if isinstance(value, tuple) or is_dataclass(value) else value
        if made is not value:
            changed[one.name] = made
    return replace(rule, **changed) if changed else rule


def _each(rule: Each, scope: _Scope) -> Each:
    path = rule.path
    assert path.segment is not None
    if path.by:
        scope.shape.value(path.segment.name, _of_item(rule))
        scope.shape.many.add(path.segment.name)
        return replace(rule, item=_all(rule.item, scope) if rule.item.fields and rule.item.fields[0].name else rule.item)
    at = scope.root if path.start == "root" and scope.root is not None else scope.shape
    inner = _Scope(at.list(path.segment.name), ((path.segment.name, scope.shape), *scope.above), scope.root)
    return replace(
        rule,
        path=replace(path, element=0),
        item=_all(rule.item, inner),
        when=_all(rule.when, inner),
        once=_all(rule.once, inner),
        if_none=_all(rule.if_none, scope),
    )


def _of_item(rule: Each) -> Type:
    scalar = rule.item.fields[0].rule if rule.item.fields else None
    pipes = scalar.pipes if isinstance(scalar, Scalar) else ()
    return next((_TYPES[pipe.name] for pipe in pipes if pipe.name in _TYPES), "text")


def _value(path: Path, scope: _Scope, kind: Type) -> Path:
    if path.start == "group" or path.segment is None:
        return path
    name = path.segment.name
    if path.start == "root" and scope.root is not None:
        scope.root.value(name, kind)
        return path if scope.above else replace(path, start="here")
    if path.start == "enclosing" and path.up is not None:
        for depth, (of_list, _) in enumerate(scope.above):
            if path.up.name in (of_list, last_name(of_list)):
                shape = scope.shape if not depth else scope.above[depth - 1][1]
                shape.value(name, kind)
                return replace(path, up=Step(of_list))
        return path
    scope.shape.value(name, kind)
    return path


def _counted(source: Any, scope: _Scope) -> Any:
    """`count(PATH)` counts the items of a list."""
    if not isinstance(source, Found) or source.path.segment is None or source.path.start != "here":
        return _all(source, scope)
    scope.shape.list(source.path.segment.name)
    return replace(source, path=replace(source.path, element=0))


def last_name(path: str) -> str:
    """The last step of a path, without its predicates: what `^NAME` may call a list."""
    depth, begin = 0, 0
    for at, char in enumerate(path):
        depth += (char == "[") - (char == "]")
        if char in "/." and not depth:
            begin = at + 1
    return path[begin:].partition("[")[0]


def ground_of_shape(shape: Shape, name: str = "", parent: Ground | None = None) -> Ground:
    """What paths can stand on: all that the rules themselves name."""
    ground = Ground(name, parent, name, free=True)
    if name:
        ground.segments[name] = SegmentGuide(name, ())  # what stands for the item itself
    for value in shape.values:
        ground.segments[value] = SegmentGuide(value, ())
    for of_list, inner in shape.lists.items():
        ground.loops[of_list] = ground_of_shape(inner, of_list, ground)
    return ground


def places_of(rules: Rules) -> Iterator[tuple[Path, Place]]:
    """Every path of a mapping with its place, for lint."""
    stack: list[Any] = [rules.fields, rules.write_only]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple):
            stack += one
        elif isinstance(one, Found | Each | Pairs | WriteOnly):
            yield one.path, one.at
            stack += [getattr(one, part.name) for part in fields(one) if part.name != "path"]
        elif is_dataclass(one) and not isinstance(one, Place | Path | type):
            stack += [getattr(one, part.name) for part in fields(one)]
