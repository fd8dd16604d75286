"""One set as several documents: by the value of a field inside lists, with quantities summed anew and amounts divided."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.formats.tree import EMPTY
from gateway.translate.numbers import EXACT
from gateway.translate.rules import Split
from gateway.translate.runtime import Context, Problem, RuleAt, dig


def split_document(context: Context, document: dict[str, Any], split: Split) -> list[tuple[str | None, dict[str, Any]]]:
    """The parts of a document with the key of each, in order of appearance; the document itself where nothing tells parts apart."""
    keys: list[str] = []
    _keys(document, split.path, keys)
    if not keys:
        return [(None, document)]
    parts = []
    loose = 0
    for n, key in enumerate(keys):
        part, lacking = _part(document, split.path, key, first=n == 0)
        loose = max(loose, lacking)
        _sum(part, split)
        parts.append(part)
    if loose:
        rule = RuleAt(".".join(split.path), split.at)
        context.problems.append(Problem("split-unassigned", EMPTY, 0, 0, str(loose), rule, {}))
    for path in split.prorate:
        _prorate(document, parts, path, split)
    return list(zip(keys, parts, strict=True))


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("value")
    return None if value is None else str(value)


def _keys(value: Any, path: Sequence[str], keys: list[str]) -> None:
    if not path:
        key = _text(value)
        if key is not None and key not in keys:
            keys.append(key)
        return
    inner = value.get(path[0]) if isinstance(value, dict) else None
    for item in inner if isinstance(inner, list) else [inner] if inner is not None else []:
        _keys(item, path[1:], keys)


def _part(value: dict[str, Any], path: Sequence[str], key: str, first: bool) -> tuple[dict[str, Any], int]:
    """A copy that keeps only what belongs to the key, and how many items belong to none; those go to the first part."""
    inner = value.get(path[0])
    if not isinstance(inner, list):
        return dict(value), 0
    kept, loose = [], 0
    for item in inner:
        found: list[str] = []
        _keys(item, path[1:], found)
        if not found:
            loose += 1
            if first:
                kept.append(item)
        elif key in found:
            if len(path) > 2:
                item, lacking = _part(item, path[1:], key, first)  # noqa: PLW2901 - the item as this part has it
                loose += lacking
            kept.append(item)
    return {**value, path[0]: kept}, loose


def _sum(part: dict[str, Any], split: Split) -> None:
    """Sets each declared quantity to the sum of its parts that stayed."""
    for path, inner in split.sums:
        items = part.get(path[0])
        for n, item in enumerate(items if isinstance(items, list) else []):
            values = [dig(piece, inner[1:]) for piece in item.get(inner[0], ())]
            numbers = [value for value in values if isinstance(value, Decimal)]
            if numbers:
                assert isinstance(items, list)
                items[n] = _set(item, path[1:], sum(numbers, Decimal(0)))


def _set(value: dict[str, Any], path: Sequence[str], number: Decimal) -> dict[str, Any]:
    if len(path) == 1:
        return {**value, path[0]: number}
    return {**value, path[0]: _set(value.get(path[0]) or {}, path[1:], number)}


def _prorate(whole: dict[str, Any], parts: list[dict[str, Any]], path: Sequence[str], split: Split) -> None:
    """Divides an amount of the whole by the parts' quantities; the remainder goes to the first (or last) part, so that sums hold."""
    amount = dig(whole, path)
    if not isinstance(amount, Decimal):
        return
    weights = [_weight(part, split) for part in parts]
    total = sum(weights, Decimal(0))
    if not total:
        weights, total = [Decimal(1)] * len(parts), Decimal(len(parts))
    exponent = amount.as_tuple().exponent
    unit = Decimal(1).scaleb(min(int(exponent), -2) if isinstance(exponent, int) else -2)
    shares = [EXACT.divide(EXACT.multiply(amount, weight), total).quantize(unit, ROUND_HALF_UP) for weight in weights]
    shares[0 if split.remainder == "first" else -1] += amount - sum(shares, Decimal(0))
    for part, share in zip(parts, shares, strict=True):
        part.update(_set(part, path, share))


def _weight(part: dict[str, Any], split: Split) -> Decimal:
    """How much of the whole a part is: the sum of its quantities, its items where there are none."""
    items = part.get(split.path[0])
    if not isinstance(items, list):
        return Decimal(1)
    total = Decimal(0)
    for path, _ in split.sums:
        for item in items:
            value = dig(item, path[1:])
            total += value if isinstance(value, Decimal) else 0
    return total or Decimal(len(items))
