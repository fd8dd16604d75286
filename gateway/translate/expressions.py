"""Reads the text of one rule: `CUR[01=BY].02 ?? CUR.02 | default("USD")`, conditions such as `BEG.01 in (00, 06) and $kind present`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from gateway.profiles.inheritance import hint
from gateway.profiles.reading import Place, Table, read_yaml
from gateway.translate.conversion import Conversion
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.paths import BadPath, Path, parse_column, parse_path
from gateway.translate.rules import (
    Call,
    Compare,
    Condition,
    Constant,
    Found,
    Inline,
    Junction,
    Object,
    Pipe,
    Present,
    Reference,
    Scalar,
    Source,
    Term,
    Thread,
)
from gateway.translate.shaping import placed

TERMS = ("partner", "us", "agreement")
"""What a dotted name may begin with to be a term."""

WORDS = ("required", "default", "const")
"""Steps of a pipeline that are no conversions."""

_TERM = re.compile(r"(?:partner|us|agreement)(?:\.[a-z_][a-z0-9_]*)+")
_REFERENCE = re.compile(r"\$(?:[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)?")
_THREAD = re.compile(r"@[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_CALL = re.compile(r"([a-z_][a-z0-9_]*)\s*\((.*)\)", re.DOTALL)
_WORD = re.compile(r"([a-z_][a-z0-9_]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)

Tell = Callable[..., None]
"""`tell(code, place, value, **facts)` collects one mistake of the mapping."""

Inner = Callable[[Table], Object]


class Expressions:
    """Reads texts of one mapping and tells what is wrong with them, with file, line and column."""

    def __init__(self, tell: Tell, inner: Inner) -> None:
        self.tell = tell
        self.inner = inner
        self.paths: Literal["elements", "columns", "xpath", "dotted"] = "elements"
        """How a place is named: as the format wants it."""
        self.judge: Callable[[str, bool], None] | None = None
        """Of syntaxes of paths, what raises BadPath where a text is none, to a value or to a list's items."""

    def scalar(self, text: str, at: Place) -> Scalar:
        """The rule that a text says."""
        parts = split(text, "|")
        sources = tuple(
            source for piece, offset in split(parts[0][0], "??") if (source := self.source(piece, moved(at, offset))) is not None
        )
        rule = Scalar(sources, (), at, text)
        pipes: list[Pipe] = []
        for piece, offset in parts[1:]:
            rule = self._step(piece, moved(at, offset), rule, pipes)
        return replace(rule, pipes=tuple(pipes))

    def pipes(self, text: str, at: Place) -> tuple[Pipe, ...]:
        """A pipeline without a source: `code(item_scheme) | upper`."""
        rule, pipes = Scalar((), (), at, text), list[Pipe]()
        for piece, offset in split(text, "|"):
            self._step(piece, moved(at, offset), rule, pipes)
        return tuple(pipes)

    def _step(self, text: str, at: Place, rule: Scalar, pipes: list[Pipe]) -> Scalar:
        piece = text.strip()
        at = moved(at, len(text) - len(text.lstrip()))
        found = _CALL.fullmatch(piece)
        name, inside = (found.group(1), found.group(2)) if found else (piece, "")
        if not found and not _WORD.fullmatch(piece):
            self.tell(
                "mapping-syntax", at, piece, problem="is no conversion; write name or name(arguments), in quotes where braces are around it"
            )
            return rule
        if name == "required":
            return replace(rule, required=True)
        if name == "default":
            return self._default(inside, at, rule)
        conversion = CONVERSIONS.get(name)
        if conversion is None or conversion.shape == "call":
            self.tell(
                "mapping-conversion-unknown",
                at,
                name,
                hint=hint(name, [n for n, c in CONVERSIONS.items() if c.shape != "call"] + ["required", "default"]),
            )
            return rule
        pipes.append(Pipe(name, self.arguments(conversion, inside, at), at))
        return rule

    def _default(self, inside: str, at: Place, rule: Scalar) -> Scalar:
        parts = [piece.strip() for piece, _ in split(inside, ",")]
        if not parts[0] or len(parts) > 2 or (len(parts) == 2 and parts[1] != "write"):
            self.tell("mapping-arguments", at, f"default({inside})", expected="default(value) or default(value, write)")
            return rule
        value = self.source(parts[0], at) if parts[0][0] in '$@"' or _TERM.fullmatch(parts[0]) else Constant(parts[0], at)
        return replace(rule, default=value, default_written=len(parts) == 2)

    def arguments(self, conversion: Conversion, inside: str, at: Place) -> tuple[Source, ...]:
        """The arguments of a conversion, each as its parameter wants it."""
        pieces = [(piece.strip(), offset) for piece, offset in split(inside, ",")] if inside.strip() else []
        least, most = conversion.arity()
        if len(pieces) < least or (most is not None and len(pieces) > most):
            names = ", ".join(p.name + ("?" if p.optional else "") + ("..." if p.several else "") for p in conversion.parameters)
            self.tell(
                "mapping-arguments",
                at,
                f"{conversion.name}({inside})",
                expected=f"{conversion.name}({names})" if names else f"{conversion.name} without arguments",
            )
            return ()
        result: list[Source] = []
        for n, (piece, _) in enumerate(pieces):
            parameter = conversion.parameters[min(n, len(conversion.parameters) - 1)]
            argument: Source | None
            if parameter.kind == "number":
                argument = self._number(piece, at)
            elif parameter.kind in ("word", "table"):
                argument = Constant(unquoted(piece), at)
            else:
                argument = self.source(piece, at)
            if argument is not None:
                result.append(argument)
        return tuple(result)

    def _number(self, text: str, at: Place) -> Constant | None:
        if not _NUMBER.fullmatch(text):
            self.tell("mapping-arguments", at, text, expected="a number")
            return None
        return Constant(int(text) if text.isdigit() else Decimal(text), at)

    def source(self, text: str, at: Place) -> Source | None:
        """What stands before the pipeline, or as an argument; None where it cannot be read (told)."""
        piece = text.strip()
        at = moved(at, len(text) - len(text.lstrip()))
        if self.paths == "xpath" and ((piece.startswith("@") and "." not in piece) or piece.endswith("text()")):
            path = self.path(piece, at)  # an attribute; a thread always has a point in it
            return None if path is None else Found(path, at)
        if piece.startswith('"') and piece.endswith('"') and len(piece) > 1:
            return Constant(piece[1:-1], at)
        if piece.startswith("$"):
            if _REFERENCE.fullmatch(piece):
                return Reference(tuple(piece[1:].split(".")) if len(piece) > 1 else (), at)
            self._bad(piece, at, "is no $field")
            return None
        if piece.startswith("@"):
            if _THREAD.fullmatch(piece):
                return Thread(tuple(piece[1:].split(".")), at)
            self._bad(piece, at, "is no path into the thread")
            return None
        if piece.startswith("{"):
            return self._inline(piece, at)
        if _TERM.fullmatch(piece):
            return Term(tuple(piece.split(".")), at)
        call = _CALL.fullmatch(piece)
        if call:
            return self._call(call.group(1), call.group(2), at)
        if _NUMBER.fullmatch(piece):
            return Constant(Decimal(piece), at)
        path = self.path(piece, at)
        return None if path is None else Found(path, at)

    def _bad(self, piece: str, at: Place, problem: str) -> None:
        self.tell("mapping-syntax", at, piece, problem=problem)

    def _inline(self, piece: str, at: Place) -> Inline | None:
        value, findings = read_yaml(piece, at.file)
        if findings or not isinstance(value, Table):
            self._bad(piece, at, "is no object in braces")
            return None
        value.at = at
        value.key_at = dict.fromkeys(value, at)
        return Inline(self.inner(value), at)

    def _call(self, name: str, inside: str, at: Place) -> Source | None:
        if name == "const":
            return Constant(unquoted(inside.strip()), at)
        if name == "ordinal" and not inside.strip():  # which item of its list this is, from 1
            return Call(name, (), at)
        if name == "ordinal_of":  # which item of another list, told apart by `once`, has this value
            pieces = split(inside, ",")
            value = self.source(pieces[-1][0], at) if len(pieces) == 2 else None
            if value is None:
                self.tell("mapping-arguments", at, f"ordinal_of({inside})", expected="ordinal_of(field, value)")
                return None
            return Call(name, (Constant(pieces[0][0].strip(), at), value), at)
        conversion = CONVERSIONS.get(name)
        if conversion is None:
            known = [n for n, c in CONVERSIONS.items() if c.shape in ("call", "all")] + ["const", "ordinal", "ordinal_of"]
            self.tell("mapping-conversion-unknown", at, name, hint=hint(name, known))
            return None
        if conversion.shape == "all":  # sum($lines.amount), count(PO1): of the values of its one argument
            pieces = split(inside, ",")
            rest = tuple(Constant(unquoted(piece.strip()), at) for piece, _ in pieces[1:])
            inner = self.source(pieces[0][0], at)
            return None if inner is None else Call(name, (inner, *rest), at)
        if conversion.shape == "each":
            self.tell("mapping-syntax", at, name, problem="converts a value; write `path | " + name + "`")
            return None
        return Call(name, self.arguments(conversion, inside, at), at)

    def path(self, text: str, at: Place, ranged: bool = False, listed: bool = False) -> Path | None:
        """The path that a text says; None where it is none (told)."""
        try:
            if self.judge is not None and text.strip() != ".1":  # the one value of `PATH by 1`
                path = placed(text)
                self.judge(path.segment.name if path.segment is not None else "", listed and not path.by)
                return path
            return parse_column(text) if self.paths == "columns" else parse_path(text, ranged)
        except BadPath as bad:
            cut = text.count("[") != text.count("]") or text.count("(") != text.count(")")
            note = "; quote a rule with brackets or commas inside braces" if cut else ""
            self.tell("mapping-path", moved(at, bad.at), text, problem=bad.problem + note)
            return None

    # ------------------------------------------------------------ conditions

    def condition(self, text: str, at: Place) -> Condition | None:
        """The condition of a `when:`; None where it cannot be read (told)."""
        words = _words(text)
        if not words:
            self._no_condition(text, at, "is empty")
            return None
        try:
            condition, rest = self._or(words, at)
        except _BadCondition as bad:
            self._no_condition(text, at, str(bad))
            return None
        if rest:
            self._no_condition(text, at, f"goes on with '{rest[0]}'")
            return None
        return condition

    def _no_condition(self, text: str, at: Place, problem: str) -> None:
        self.tell("mapping-condition", at, text, problem=problem)

    def _or(self, words: list[str], at: Place) -> tuple[Condition, list[str]]:
        return self._junction("or", self._and, words, at)

    def _and(self, words: list[str], at: Place) -> tuple[Condition, list[str]]:
        return self._junction("and", self._not, words, at)

    def _junction(
        self, word: str, inner: Callable[[list[str], Place], tuple[Condition, list[str]]], words: list[str], at: Place
    ) -> tuple[Condition, list[str]]:
        condition, rest = inner(words, at)
        parts = [condition]
        while rest and rest[0] == word:
            condition, rest = inner(rest[1:], at)
            parts.append(condition)
        return (parts[0] if len(parts) == 1 else Junction(word, tuple(parts))), rest

    def _not(self, words: list[str], at: Place) -> tuple[Condition, list[str]]:
        if words and words[0] == "not":
            condition, rest = self._not(words[1:], at)
            return Junction("not", (condition,)), rest
        if words and words[0] == "(":
            condition, rest = self._or(words[1:], at)
            if not rest or rest[0] != ")":
                raise _BadCondition("has a '(' that is not closed")
            return condition, rest[1:]
        return self._comparison(words, at)

    def _comparison(self, words: list[str], at: Place) -> tuple[Condition, list[str]]:
        if not words:
            raise _BadCondition("ends too early")
        left = self.source(words[0], at)
        if left is None:
            raise _BadCondition(f"has '{words[0]}' where a path or $field is expected")
        rest = words[1:]
        if not rest or rest[0] in ("and", "or", ")"):
            return Present(left), rest
        operator, rest = rest[0], rest[1:]
        if operator in ("present", "absent"):
            return Present(left, absent=operator == "absent"), rest
        if operator == "in":
            if not rest or rest[0] != "(" or ")" not in rest:
                raise _BadCondition("wants `in (a, b)`")
            end = rest.index(")")
            values = tuple(self._operand(word, at) for word in rest[1:end] if word != ",")
            return Compare(left, "in", values), rest[end + 1 :]
        if operator not in ("=", "!=", "<", ">", "<=", ">=") or not rest:
            raise _BadCondition(f"has '{operator}' where =, !=, <, >, in, present or absent is expected")
        return Compare(left, operator, (self._operand(rest[0], at),)), rest[1:]

    def _operand(self, word: str, at: Place) -> Source:
        if word[0] in "$@" or _TERM.fullmatch(word):
            source = self.source(word, at)
            if source is None:
                raise _BadCondition(f"has '{word}' where a value is expected")
            return source
        return Constant(unquoted(word), at)


class _BadCondition(Exception):
    """The text is no condition."""


_CONDITION = re.compile(r'\s*("[^"]*"|!=|<=|>=|[=<>(),]|(?:\[[^\]]*\]|[^\s()=<>!,\["])+)')


def _words(text: str) -> list[str]:
    return [found.group(1) for found in _CONDITION.finditer(text)]


def unquoted(text: str) -> str:
    """A text without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def moved(at: Place, offset: int) -> Place:
    """The place so many characters further on the line."""
    return at._replace(column=at.column + offset)


def split(text: str, mark: str) -> list[tuple[str, int]]:
    """The parts of a text between marks that stand outside of quotes and brackets, each with where it begins."""
    parts: list[tuple[str, int]] = []
    depth = begin = at = 0
    quoted = False
    while at < len(text):
        char = text[at]
        if char == '"':
            quoted = not quoted
        elif quoted:
            pass
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth <= 0 and text.startswith(mark, at):
            parts.append((text[begin:at], begin))
            at = begin = at + len(mark)
            continue
        at += 1
    parts.append((text[begin:], begin))
    return parts
