"""What a mapping says, laid out flat: every field by its path, with the rule that fills it, its loop and the conditions over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.profiles.reading import Place
from gateway.translate.grounds import Ground, start_of
from gateway.translate.paths import Path
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Compare,
    Condition,
    Constant,
    Each,
    Found,
    Junction,
    Object,
    One,
    Pairs,
    Pipe,
    Reference,
    Rule,
    Rules,
    Scalar,
    Several,
    Source,
    Term,
    Thread,
    place_of,
    references_of,
)


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition over rules: a `when`, or one branch of a `case` (`values` None: else)."""

    at: Place
    when: Condition | None = None
    subject: Source | None = None
    values: tuple[str, ...] | None = None
    chooses: bool = False
    """Whether it only chooses among the sources of a list when writing: reading never asks it."""

    def __str__(self) -> str:
        if self.when is not None:
            return f"when {worded(self.when)}"
        subject = spelled(self.subject) if self.subject is not None else ""
        if self.values is None:
            return f"case {subject}: else"
        return f"case {subject} = {'|'.join(value or 'none' for value in self.values)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A field by its path in the document (lists without numbers) and the rule that fills it.

    `ground` is the loop that its paths are relative to, `group` the list of groups that `.1` is of, `under` the conditions
    over it from the outside inwards; `written` is the rule's other half, where reading and writing are apart.
    """

    field: str
    rule: Scalar | Each | Pairs
    at: Place
    ground: Ground
    group: Path | None = None
    under: tuple[Branch, ...] = ()
    written: Rule | None = None
    only: str = ""
    """`read` or `write`, where the rule goes one way only."""


@dataclass(frozen=True, slots=True)
class _Where:
    ground: Ground
    group: Path | None = None
    under: tuple[Branch, ...] = ()


def outline(rules: Rules, ground: Ground) -> list[Entry]:
    """Every field of a mapping in the order written, those of HL levels behind the document's own."""
    found = list(_object(rules.fields, "", _Where(ground)))
    levels = ground.loops.get("HL")
    if rules.hierarchy is not None and levels is not None:
        for level in rules.hierarchy.levels:
            inside = _Where(levels)
            if level.key is not None:
                found.append(Entry(_joined(level.list, f"(key of {level.code})"), level.key, level.key.at, levels))
            found += _object(level.fields, level.list, inside)
    return found


def _object(rule: Object, prefix: str, where: _Where) -> Iterator[Entry]:
    where = _under(where, rule.when, rule.at)
    for one in rule.fields:
        yield from _rule(one.rule, _joined(prefix, one.name), one.at, where)
    for case in rule.cases:
        yield from _case(case, prefix, where)


def _rule(rule: Rule | One | None, name: str, at: Place, where: _Where) -> Iterator[Entry]:
    if isinstance(rule, Scalar):
        yield Entry(name, rule, rule.at, where.ground, where.group, _under(where, rule.when, rule.at).under)
    elif isinstance(rule, Object):
        yield from _object(rule, name, where)
    elif isinstance(rule, One):
        yield from _object(rule.item, name, where)
    elif isinstance(rule, Each):
        yield from _each(rule, name, where)
    elif isinstance(rule, Pairs):
        yield Entry(name, rule, rule.at, where.ground, where.group, _under(where, rule.when, rule.at).under)
    elif isinstance(rule, Several):
        for one in rule.lists:
            yield from _rule(one, name, one.at, where)
    elif isinstance(rule, Case):
        yield from _case(rule, name, where)
    elif isinstance(rule, Apart):
        only = "" if rule.read is not None and rule.write is not None else "read" if rule.read is not None else "write"
        for entry in _rule(rule.read if rule.read is not None else rule.write, name, at, where):
            yield replace(entry, written=rule.write, only=only)


def _each(rule: Each, name: str, where: _Where) -> Iterator[Entry]:
    inner = _Where(_inside(rule.path, where.ground), rule.path if rule.path.by else None, where.under)
    if rule.when is not None:
        chooses = any(True for _ in references_of(rule.when))
        inner = replace(inner, under=(*inner.under, Branch(place_of(rule.when) or rule.at, rule.when, chooses=chooses)))
    plain = len(rule.item.fields) == 1 and not rule.item.fields[0].name
    if not plain:
        yield Entry(name, rule, rule.at, where.ground, where.group, inner.under)
    yield from _object(rule.item, name, inner)
    if rule.if_none is not None:
        yield from _object(rule.if_none, name, where)


def _case(case: Case, prefix: str, where: _Where) -> Iterator[Entry]:
    for values, rule in case.branches:
        branch = Branch(rule.at, subject=case.subject, values=values)
        yield from _rule(rule, prefix, rule.at, replace(where, under=(*where.under, branch)))
    if case.other is not None:
        branch = Branch(case.other.at, subject=case.subject)
        yield from _rule(case.other, prefix, case.other.at, replace(where, under=(*where.under, branch)))


def _under(where: _Where, when: Condition | None, at: Place) -> _Where:
    return where if when is None else replace(where, under=(*where.under, Branch(place_of(when) or at, when)))


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix and name else prefix or name


def _inside(path: Path, ground: Ground) -> Ground:
    """The loop that a list's items stand in."""
    if ground.columns is not None:
        return ground
    here = start_of(path, ground)
    for step in path.loops:
        here = here.loops.get(step.name) if here is not None else None
    if here is None:
        return ground
    name = path.segment.name if path.segment is not None else ""
    return here.loops[name] if here.is_loop(name) and not path.by else here


# ---------------------------------------------------------------- in words


def worded(condition: Condition) -> str:
    """A condition as the language writes it."""
    if isinstance(condition, Junction):
        if condition.operator == "not":
            return f"not ({worded(condition.parts[0])})"
        return f" {condition.operator} ".join(
            f"({worded(part)})" if isinstance(part, Junction) and part.operator != "not" else worded(part) for part in condition.parts
        )
    if isinstance(condition, Compare):
        values = ", ".join(spelled(value) for value in condition.values)
        return f"{spelled(condition.left)} {condition.operator} {f'({values})' if condition.operator == 'in' else values}"
    return f"{spelled(condition.source)} {'absent' if condition.absent else 'present'}"


def spelled(source: Source) -> str:
    """A source as the language writes it."""
    if isinstance(source, Found):
        return source.path.text.strip()
    if isinstance(source, Constant):
        text = str(source.value)
        return text if any(character.isalnum() for character in text) else f'"{text}"'
    if isinstance(source, Reference):
        return "$" + ".".join(source.names)
    if isinstance(source, Term):
        return ".".join(source.names)
    if isinstance(source, Thread):
        return "@" + ".".join(source.names)
    if isinstance(source, Call):
        return f"{source.name}({', '.join(map(spelled, source.arguments))})"
    return "{" + ", ".join(one.name for one in source.rule.fields) + "}"


def piped(pipe: Pipe) -> str:
    """A conversion with its arguments as the language writes it."""
    return f"{pipe.name}({', '.join(map(spelled, pipe.arguments))})" if pipe.arguments else pipe.name


def said(rule: Scalar | Each | Pairs) -> str:
    """A rule on one line."""
    if isinstance(rule, Each):
        return f"for each {rule.path.text.strip()}"
    if isinstance(rule, Pairs):
        return f"pairs of {rule.path.text.strip()}" + "".join(f" | {piped(pipe)}" for pipe in rule.scheme)
    return " ".join(rule.text.split())
