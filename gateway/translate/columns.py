"""Rules over columns, by name, as rules over elements: what a mapping of rows is compiled from, in both directions."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from gateway.profiles.reading import Place
from gateway.translate.grounds import Ground, of_columns
from gateway.translate.paths import Path
from gateway.translate.rules import Each, Found, Object, Pairs


def by_elements(rules: Object, ground: Ground) -> Object:
    """The same rules with every column's place; a path that leads nowhere stays as it is (lint has told of it)."""
    found = _by_elements(rules, ground)
    assert isinstance(found, Object)
    return found


def _by_elements(rule: Any, ground: Ground) -> Any:
    if isinstance(rule, Place):
        return rule
    if isinstance(rule, Found):
        return replace(rule, path=_path(rule.path, ground))
    if isinstance(rule, Each):
        path = _path(rule.path, ground)
        inner = (ground.root() if path.start == "root" else ground).loops.get(path.segment.name if path.segment else "", ground)
        return replace(
            rule,
            path=path,
            item=_by_elements(rule.item, inner),
            when=_by_elements(rule.when, inner),
            once=_by_elements(rule.once, inner),
            if_none=_by_elements(rule.if_none, ground),
        )
    if isinstance(rule, Pairs):
        return replace(rule, path=_path(rule.path, ground))
    if isinstance(rule, tuple):
        return tuple(_by_elements(one, ground) for one in rule)
    if is_dataclass(rule) and not isinstance(rule, type | Path):
        changed = {}
        for one in fields(rule):
            value = getattr(rule, one.name)
            made = _by_elements(value, ground) if isinstance(value, tuple) or is_dataclass(value) else value
            if made is not value:
                changed[one.name] = made
        return replace(rule, **changed) if changed else rule
    return rule


def _path(path: Path, ground: Ground) -> Path:
    if path.start == "group" or path.element:
        return path
    return of_columns(path, ground.root() if path.start == "root" else ground) or path
