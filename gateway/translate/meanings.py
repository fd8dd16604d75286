"""What a mapping makes of each column, by the conversions that read it: a spreadsheet's dates and numbers are read accordingly."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from gateway.formats.excel.layout import Meaning
from gateway.profiles.reading import Place
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.paths import Path
from gateway.translate.rules import Constant, Found, Object, Pipe, Scalar

_LENGTHS = {"gtin": (8, 12, 13, 14), "sscc": (18, 20)}
"""How many digits an identifier has that a conversion reads."""


def meanings(rules: Object) -> dict[str, Meaning]:
    """By the name of a column what its rules make of it; a column that one rule reads as a number may always hold numbers."""
    found: dict[str, Meaning] = {}
    for scalar in _scalars(rules):
        made = _meaning(scalar.pipes)
        for source in scalar.sources:
            if not isinstance(source, Found):
                continue
            name = _column(source.path)
            known = found.get(name)
            if known is None or known.kind == "text":
                found[name] = made if known is None or made.kind != "text" or not known.lengths else known
    return found


def _column(path: Path) -> str:
    """The column that a path names, whether it is resolved or not."""
    return path.column or path.text.strip().lstrip("/").rpartition(".")[2].partition("[")[0]


def _meaning(pipes: tuple[Pipe, ...]) -> Meaning:
    if not pipes:
        return Meaning()
    first = pipes[0]
    if first.name == "date":
        form = first.arguments[0].value if first.arguments and isinstance(first.arguments[0], Constant) else ""
        return Meaning("date", str(form))
    if first.name == "time":
        return Meaning("time")
    if CONVERSIONS[first.name].gives == "number" or first.name == "integer":
        return Meaning("number")
    return Meaning("text", "", next((_LENGTHS[pipe.name] for pipe in pipes if pipe.name in _LENGTHS), ()))


def _scalars(rule: Any) -> list[Scalar]:
    if isinstance(rule, Scalar):
        return [rule]
    if isinstance(rule, Place | Path):
        return []
    if isinstance(rule, tuple):
        return [scalar for one in rule for scalar in _scalars(one)]
    if is_dataclass(rule):
        return [scalar for one in fields(rule) for scalar in _scalars(getattr(rule, one.name))]
    return []
