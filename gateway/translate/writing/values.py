"""Values on their way out: a rule's conversions from the last to the first by their inverses, sources and conditions over the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.translate import texts
from gateway.translate.conversion import Unconvertible
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.dates import write_date, write_time
from gateway.translate.numbers import write_decimal
from gateway.translate.rules import (
    Call,
    Compare,
    Condition,
    Constant,
    Found,
    Inline,
    Junction,
    Pipe,
    Present,
    Reference,
    Source,
    Term,
    Thread,
)
from gateway.translate.runtime import Context, dig, gather, less, same
from gateway.translate.tables import CodeTable
from gateway.translate.totals import DEFAULT_FORMULA, FORMULA_TERM, TOTAL, total_of

KEPT = 4096
"""Texts that one rule remembers."""
_COMPUTED = frozenset({"sum", "count"})
"""Conversions that make a value of several: no single place can take it back."""

_WORD = re.compile(r"[a-z]+(_[a-z0-9]+)*")
"""Canonical words: no code of X12 is written in small letters."""

Look = Callable[[Source], Any]


def plain(value: Any) -> str:
    """A value that no conversion made, as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return write_decimal(value)
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, date):
        return write_date(value)
    if isinstance(value, time):
        return write_time(value)
    if isinstance(value, int):
        return str(value)
    raise Unconvertible("write-no-place")


class Inverse:
    """A pipeline backwards: `text` makes what is sent of a canonical value; several texts where the value is lines."""

    __slots__ = ("computed", "dynamic", "memory", "pipes", "reads", "writes")

    def __init__(self, pipes: Sequence[Pipe], tables: Mapping[str, CodeTable]) -> None:
        self.pipes = pipes
        self.memory: dict[Any, str | list[str]] = {}
        self.computed = any(pipe.name in _COMPUTED for pipe in pipes)
        self.dynamic = False
        self.reads: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.writes: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        for pipe in pipes:
            conversion = CONVERSIONS[pipe.name]
            arguments: list[Any] = []
            for n, argument in enumerate(pipe.arguments):
                parameter = conversion.parameters[min(n, len(conversion.parameters) - 1)]
                if isinstance(argument, Constant):
                    arguments.append(tables.get(str(argument.value)) if parameter.kind == "table" else argument.value)
                else:
                    arguments.append(argument)
                    self.dynamic = True
            if conversion.shape != "all":
                self.reads.append((conversion.read, tuple(arguments)))
            write = _lines if pipe.name == "lines" else _code if pipe.name == "code" else conversion.write
            if write is not None:
                self.writes.insert(0, (write, tuple(arguments)))

    def text(self, value: Any, look: Look) -> str | list[str]:
        """What is sent; raises Unconvertible where the value cannot be."""
        if self.dynamic or not isinstance(value, str | Decimal | date):
            return self._made(value, look)
        try:
            return self.memory[value]
        except KeyError:
            pass
        made = self._made(value, look)
        if len(self.memory) >= KEPT:
            self.memory.clear()
        self.memory[value] = made
        return made

    def _made(self, value: Any, look: Look) -> str | list[str]:
        if self.computed:
            raise Unconvertible("write-no-place")
        try:
            for write, arguments in self.writes:
                value = write(value, *(self._known(arguments, look)))
        except (InvalidOperation, TypeError, AttributeError, KeyError, ValueError, IndexError):
            raise Unconvertible("write-no-place") from None
        return value if isinstance(value, list) else plain(value)

    def means(self, text: str, value: Any, look: Look) -> bool:
        """Whether a text that stands there already reads as the value."""
        made: Any = text
        try:
            for read, arguments in self.reads:
                made = read(made, *self._known(arguments, look))
                made = getattr(made, "value", made)
        except (Unconvertible, InvalidOperation, TypeError, AttributeError):
            return False
        return bool(made == value)

    def _known(self, arguments: tuple[Any, ...], look: Look) -> list[Any] | tuple[Any, ...]:
        if not self.dynamic:
            return arguments
        return [look(argument) if isinstance(argument, Found | Reference | Term | Thread | Call) else argument for argument in arguments]


def _code(value: Any, table: CodeTable | None) -> str:
    if table is None:
        raise Unconvertible("write-no-place")
    if table.missing in ("pass", "warn") and not isinstance(value, str):
        raise Unconvertible("write-no-place")
    try:
        text = table.write(value)
    except Unconvertible:
        if table.missing != "warn":
            raise
        text = value  # read as it came, so sent as it came
    if text is value and _WORD.fullmatch(text):  # a word of ours is no code that came
        raise Unconvertible("code-without-meaning", table=table.name, hint="")
    return str(text)


def _lines(value: str, width: int) -> list[str]:
    """Lines that fit stay as they are; empty ones say nothing in a segment."""
    found: list[str] = []
    for line in value.split("\n"):
        found += [line] if len(line) <= width else texts.write_lines(line, width)
    return [line for line in found if line.strip()]


def looked(
    source: Source,
    item: Mapping[str, Any],
    document: Mapping[str, Any],
    context: Context,
    found: Look,
    answered: Callable[[Sequence[str]], Any],
) -> Any:
    """The value of a source over the document being written; `found` answers for paths, from what is written already."""
    if isinstance(source, Constant):
        return source.value
    if isinstance(source, Reference):
        value = dig(item, source.names)
        return dig(document, source.names) if value is None and item is not document else value
    if isinstance(source, Term):
        return dig(context.terms, source.names)
    if isinstance(source, Thread):
        return answered(source.names)
    if isinstance(source, Found):
        return found(source)
    if isinstance(source, Inline):
        return None
    if source.name == TOTAL:
        own = source.arguments[0] if source.arguments else None
        formula = dig(context.terms, FORMULA_TERM) or (own.value if isinstance(own, Constant) else DEFAULT_FORMULA)
        return total_of(document, str(formula))
    conversion = CONVERSIONS.get(source.name)
    if conversion is None:
        return None
    if conversion.shape == "all" and source.arguments and isinstance(source.arguments[0], Reference):
        first: Any = gather(item, source.arguments[0].names)
        if not first and source.name == "sum":
            return None  # nothing to add up is nothing to say
    else:
        first = looked(source.arguments[0], item, document, context, found, answered) if source.arguments else None
        first = [first] if conversion.shape == "all" else first
    more = [looked(argument, item, document, context, found, answered) for argument in source.arguments[1:]]
    try:
        return conversion.read(*([first] if source.arguments else []), *more)
    except (Unconvertible, InvalidOperation, TypeError, AttributeError):
        return None


def over_document(condition: Condition) -> bool:
    """Whether a condition looks at the document and the terms only: one over segments is for reading."""
    if isinstance(condition, Junction):
        return all(over_document(part) for part in condition.parts)
    if isinstance(condition, Present):
        return not isinstance(condition.source, Found)
    return not any(isinstance(source, Found) for source in (condition.left, *condition.values))


def holds(condition: Condition, look: Look) -> bool:
    """Whether a condition holds."""
    if isinstance(condition, Junction):
        if condition.operator == "not":
            return not holds(condition.parts[0], look)
        parts = (holds(part, look) for part in condition.parts)
        return all(parts) if condition.operator == "and" else any(parts)
    if isinstance(condition, Present):
        return (look(condition.source) in (None, "")) == condition.absent
    assert isinstance(condition, Compare)
    left = look(condition.left)
    right = [look(value) for value in condition.values]
    if condition.operator == "in":
        return any(same(left, value) for value in right)
    if condition.operator in ("=", "!="):
        return same(left, right[0]) == (condition.operator == "=")
    one, other = (right[0], left) if condition.operator in (">", "<=") else (left, right[0])
    test = less(one, other)
    return (left is not None and not test) if condition.operator in ("<=", ">=") else test
