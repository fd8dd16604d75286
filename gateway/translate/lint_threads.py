"""Holds `@order.line.items` and `echo:` against the documents that may be answered: all mistakes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from gateway.edi.finding import Finding
from gateway.profiles.inheritance import hint
from gateway.translate.codes import CODES
from gateway.translate.rules import Rules, Thread
from gateway.translate.threads import AS_RECEIVED, KEYS, LINE, RELATED

Schema = Callable[[str], Mapping[str, Any] | None]


def lint_threads(rules: Rules, schema: Schema) -> Iterator[Finding]:
    """Every path into a document answered that leads to nothing, and every field to be echoed that one of the two does not have."""
    for thread in threads_of(rules):
        problem = _leads(thread.names, schema)
        if problem is not None:
            yield CODES["mapping-thread-unknown"].finding(thread.at.location(), "@" + ".".join(thread.names), hint=problem)
    if rules.echo is None:
        return
    at = rules.echo.at.location("echo")
    if rules.echo.relation not in RELATED:
        yield CODES["mapping-thread-unknown"].finding(at, rules.echo.relation, hint=hint(rules.echo.relation, RELATED))
        return
    theirs = schema(RELATED[rules.echo.relation]) or {}
    for name in rules.echo.fields:
        if name not in theirs:
            yield CODES["mapping-thread-unknown"].finding(at, name, hint=hint(name, theirs))
    for name in rules.echo.line:
        if name not in (lines := theirs.get("lines") or {}):
            yield CODES["mapping-thread-unknown"].finding(at, f"{LINE}.{name}", hint=hint(name, lines))


def threads_of(value: Any) -> Iterator[Thread]:
    """Every path into a document answered, wherever in the rules it stands."""
    if isinstance(value, Thread):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from threads_of(getattr(value, one.name))
    elif type(value) is tuple:
        for inner in value:
            yield from threads_of(inner)


def _leads(names: Sequence[str], schema: Schema) -> str | None:
    """What is wrong with a path, as a hint; None where it leads to a field."""
    if names[0] not in RELATED:
        return hint(names[0], RELATED)
    inside: Mapping[str, Any] | None = schema(RELATED[names[0]])
    rest = list(names[1:])
    if rest[:1] == [LINE]:
        inside, rest = (inside or {}).get("lines"), rest[1:]
    listed = False
    while rest:
        name = rest.pop(0)
        if inside is None:
            return None if name == AS_RECEIVED and not rest else ""
        if name in inside:
            listed, inside = True, inside[name]
        elif listed and any(key in inside for key in KEYS):
            listed = False  # a word that tells an item apart: references.department
        else:
            return hint(name, inside)
    return None
