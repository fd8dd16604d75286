"""What the documents of a mapping can hold, by its rules alone: each field's type, and which fields an object never lacks.

It errs on one side only: what is not certain may be anything, and is looked at in every document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from functools import reduce

from gateway.documents.given import ANYTHING, Given, either, object_of
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.hierarchy import CONTENT, CONTENTS, LINES, OF_SHIPPED, ORDER, ORDER_REFERENCE, ORDERS, SHIPMENT, SHIPPED, UNITS
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Constant,
    Each,
    Found,
    Hierarchy,
    Object,
    One,
    Pairs,
    Pipe,
    Rule,
    Rules,
    Scalar,
    Several,
    Source,
)

_DAY = Given(frozenset({date}), always=True)
_TYPES: dict[str, Given] = {
    "text": Given(frozenset({str})),
    "number": Given(frozenset({Decimal})),
    "date": Given(frozenset({date})),
    "integer": Given(frozenset({int})),
    "count": Given(frozenset({int})),
    "time": Given(frozenset({time})),
    "flag": Given(frozenset({bool})),
    "range": Given(fields={"start": _DAY, "end": _DAY}),
}
"""What a conversion makes, by its own name or by what it says that it gives."""
_TEXT = _TYPES["text"]
_TYPED = ("decimal", "date", "integer", "flag", "time")
"""The conversions that a default goes through (compile_values)."""


def given_by(rules: Rules) -> Given:
    """What a mapping gives; anything at all where parts are put together after its rules ran."""
    if rules.split is not None:
        return ANYTHING
    return _object(rules.fields) if rules.hierarchy is None else _with_levels(rules.fields, rules.hierarchy)


_ORDINAL = replace(_TYPES["integer"], always=True)


def _with_levels(own: Object, hierarchy: Hierarchy) -> Given:
    """The fields of a document with the lists that its levels come to (hierarchy.py)."""
    whole: list[tuple[str, Given]] = list(_fields(own))
    rows: dict[str, list[Given]] = {}
    inside: list[tuple[str, Given]] = [(ORDER, _TYPES["integer"]), ("line", _TYPES["integer"]), ("unit", _TYPES["integer"])]
    for level in hierarchy.levels:
        fields = [(name, replace(given, always=False)) for name, given in _fields(level.fields)]
        known = dict(fields)
        if not all(known) or any(known[name].fields is None for name in (CONTENT, SHIPPED, ORDER_REFERENCE) if name in known):
            return ANYTHING
        if level.list == SHIPMENT:
            whole.append((SHIPMENT, object_of(fields)))
            continue
        if not level.list:
            whole += fields
            continue
        inside += (known[CONTENT].fields or {}).items() if CONTENT in known else ()
        shipped = (known[SHIPPED].fields or {}) if SHIPPED in known else {}
        inside += [(name, shipped[source]) for name, source in OF_SHIPPED if source in shipped]
        added = [("ordinal", _ORDINAL)]
        added += [("kind", _TEXT)] if level.kind else []
        added += {UNITS: [("parent", _TYPES["integer"])], LINES: [(ORDER, _TYPES["integer"])]}.get(level.list, [])
        rows.setdefault(level.list, []).append(object_of([*added, *((name, given) for name, given in fields if name != CONTENT)]))
        if level.list == LINES and ORDER_REFERENCE in known:
            rows.setdefault(ORDERS, []).append(object_of([("ordinal", _ORDINAL), (ORDER, known[ORDER_REFERENCE])]))
    whole += [(name, Given(items=reduce(either, items))) for name, items in rows.items()]
    whole.append((CONTENTS, Given(items=object_of((name, replace(given, always=False)) for name, given in inside))))
    return object_of(whole) if all(name for name, _ in whole) else ANYTHING


def _object(rules: Object) -> Given:
    fields = list(_fields(rules))
    return object_of(fields) if all(name for name, _ in fields) else ANYTHING


def _fields(rules: Object) -> Iterator[tuple[str, Given]]:
    for one in rules.fields:
        yield from _rule(one.name, one.rule)
    for case in rules.cases:
        yield from _rule("", case)


def _rule(name: str, rule: Rule | None) -> Iterator[tuple[str, Given]]:
    """The fields that a rule gives: its own, or those of the object that it fills."""
    if isinstance(rule, Apart):
        yield from _rule(name, rule.read)
    elif isinstance(rule, Case):
        for branch in (*(branch for _, branch in rule.branches), rule.other):
            for field, given in _rule(name, branch):
                yield field, replace(given, always=False)
    elif isinstance(rule, Object):
        if name:
            yield name, _object(rule)
        else:
            for field, given in _fields(rule):
                yield field, replace(given, always=given.always and rule.when is None)
    elif isinstance(rule, Scalar):
        yield name, _scalar(rule)
    elif isinstance(rule, Each | Pairs):
        yield name, Given(items=_items(rule))
    elif isinstance(rule, Several):
        items = _items(rule.lists[0])
        for one in rule.lists[1:]:
            items = either(items, _items(one))
        yield name, Given(items=items)


def _items(rule: Each | Pairs | One) -> Given:
    """What the items of a list are."""
    if isinstance(rule, Pairs):
        pair = (("scheme", _through(rule.scheme, _TEXT)), ("value", _through(rule.value, _TEXT)))
        return object_of((name, replace(given, always=True)) for name, given in pair)
    if isinstance(rule, Each) and len(rule.item.fields) == 1 and rule.item.fields[0].name == "":  # a list of plain values
        scalar = rule.item.fields[0].rule
        return _through(scalar.pipes, _TEXT) if isinstance(scalar, Scalar) else ANYTHING
    items = _object(rule.item)
    return items if isinstance(rule, One) or rule.if_none is None else either(items, _object(rule.if_none))


def _scalar(rule: Scalar) -> Given:
    found: list[Given] = [_through(rule.pipes, _source(source)) for source in rule.sources]
    if isinstance(rule.default, Constant):
        found.append(_through(tuple(pipe for pipe in rule.pipes if pipe.name in _TYPED), _source(rule.default)))
    elif rule.default is not None:
        found.append(_source(rule.default))
    if not found:
        return ANYTHING
    given = found[0]
    for other in found[1:]:
        given = either(given, other)
    first = rule.sources[0] if rule.sources else None
    certain = isinstance(first, Constant) or (isinstance(first, Call) and first.name == "ordinal")
    return replace(given, always=certain and not rule.pipes and rule.when is None)


def _source(source: Source) -> Given:
    if isinstance(source, Found):
        return _TEXT
    if isinstance(source, Constant):
        return _TEXT if isinstance(source.value, str) else Given(frozenset({type(source.value)}))
    if isinstance(source, Call):
        if source.name in ("ordinal", "ordinal_of"):
            return _TYPES["integer"]
        return _TYPES.get(CONVERSIONS[source.name].gives, ANYTHING)
    return ANYTHING


def _through(pipes: tuple[Pipe, ...], given: Given) -> Given:
    """What a pipeline makes of a value."""
    for pipe in pipes:
        if pipe.name in ("first", "last"):
            continue
        takes = CONVERSIONS[pipe.name].takes
        if not given.known or (takes == "text" and given != _TEXT):
            given = ANYTHING
        else:
            given = _TYPES.get(pipe.name) or _TYPES.get(CONVERSIONS[pipe.name].gives, ANYTHING)
    return given
