"""Several documents as one set: the parts of a split set together again, and documents merged by what they share.

Quantities and amounts that were divided are added up: joining is the inverse of splitting, cent for cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.translate.rules import Split
from gateway.translate.runtime import dig

Document = Mapping[str, Any]

APART = frozenset({"envelope", "unmapped"})
"""Fields that say how a document came, not what it says."""
ORDINALS = {"lines": ("line",), "orders": ("order",), "handling_units": ("unit", "parent")}
"""Lists whose items are named elsewhere by their ordinal, and the fields that name them."""


class Unlike(Exception):
    """Documents that cannot be one set: the field that they say differently."""


def siblings(documents: Sequence[Document]) -> list[list[int]]:
    """Which documents are parts of one: those of one type and number, by their places, in order of appearance."""
    found: dict[tuple[Any, Any, Any], list[int]] = {}
    for n, document in enumerate(documents):
        order = document.get("order")
        number = document.get("number") or (dict(order).get("number") if isinstance(order, Mapping) else None)
        key = (document.get("document_type"), number, document.get("date")) if number is not None else ("", n, None)
        found.setdefault(key, []).append(n)
    return list(found.values())


def alike(documents: Sequence[Document], path: Sequence[str]) -> list[list[int]]:
    """Which documents have the same value at a path (`merge_by`), by their places; one without the value stays alone."""
    found: dict[str, list[int]] = {}
    for n, document in enumerate(documents):
        value = dig(document, path)
        found.setdefault(f"alone {n}" if value is None else repr(value), []).append(n)
    return list(found.values())


# ---------------------------------------------------------------- parts of a split set


def joined(parts: Sequence[Document], split: Split) -> dict[str, Any]:
    """The whole of which these are the parts. Raises Unlike where they say different things of what they share."""
    whole: dict[str, Any] = {}
    top = split.path[0]
    prorated = {path[0] for path in split.prorate}
    for name in dict.fromkeys(name for part in parts for name in part):
        if name in APART:
            continue
        values = [part[name] for part in parts if name in part]
        if name == top:
            whole[name] = _lists(values, split.path, split)
        elif name in prorated:
            whole[name] = values[0]
        elif any(value != values[0] for value in values) or len(values) < len(parts):
            raise Unlike(name)
        else:
            whole[name] = values[0]
    for path in split.prorate:
        shares = [share for part in parts if isinstance(share := dig(part, path), Decimal)]
        if shares:
            whole = _put(whole, path, sum(shares, Decimal(0)))
    if "envelope" in parts[0]:
        whole["envelope"] = {name: value for name, value in parts[0]["envelope"].items() if name != "part"}
    if "unmapped" in parts[0]:
        whole["unmapped"] = parts[0]["unmapped"]
    return whole


def _lists(lists: Sequence[Any], path: Sequence[str], split: Split) -> list[Any]:
    """The items of a list of all parts: what is one item is one again, its inner list and its divided quantities put together."""
    if len(path) <= 2:
        return [item for items in lists for item in items]
    groups: dict[Any, list[Document]] = {}
    for items in lists:
        for item in items:
            groups.setdefault(_key(item, len(groups)), []).append(item)
    found = [_item(group, path, split) for group in groups.values()]
    if all(isinstance(item.get("ordinal"), int) for item in found):
        found.sort(key=lambda item: int(item["ordinal"]))
    return found


def _key(item: Document, otherwise: int) -> Any:
    return next((item[name] for name in ("ordinal", "number") if name in item), f"alone {otherwise}")


def _item(group: Sequence[Document], path: Sequence[str], split: Split) -> dict[str, Any]:
    summed = {inner[1:] for inner, _ in split.sums if inner[0] == path[0]}
    item = dict(group[0])
    for name in dict.fromkeys(name for one in group for name in one):
        values = [one[name] for one in group if name in one]
        if name == path[1]:
            item[name] = _lists(values, path[1:], split)
            continue
        of_sum = [inner for inner in summed if inner[0] == name]
        plain = [_without(value, [inner[1:] for inner in of_sum]) for value in values]
        if any(value != plain[0] for value in plain):
            raise Unlike(f"{path[0]}.{name}")
        item[name] = values[0]
    for inner in summed:
        amounts = [amount for one in group if isinstance(amount := dig(one, inner), Decimal)]
        if amounts:
            item = _put(item, inner, sum(amounts, Decimal(0)))
    return item


def _without(value: Any, paths: Sequence[Sequence[str]]) -> Any:
    """A value without what was divided in it."""
    if () in [tuple(path) for path in paths]:
        return None
    if not isinstance(value, Mapping):
        return value
    heads = {path[0] for path in paths}
    return {name: inner for name, inner in value.items() if name not in heads}


def _put(value: Document, path: Sequence[str], number: Decimal) -> dict[str, Any]:
    if len(path) == 1:
        return {**value, path[0]: number}
    return {**value, path[0]: _put(value.get(path[0]) or {}, path[1:], number)}


# ---------------------------------------------------------------- documents merged


def merged(documents: Sequence[Document]) -> dict[str, Any]:
    """One document of several: the first one's header, the lists of all; ordinals go on, and what names them follows.

    Raises Unlike where a field that is no list differs, but for the number and the moment of each.
    """
    whole = {name: value for name, value in documents[0].items() if name not in APART}
    counts = {name: len(documents[0].get(name) or ()) for name in ORDINALS}
    for document in documents[1:]:
        for name, value in document.items():
            if name in APART or name in ("number", "date", "time", "summary"):
                continue
            if not isinstance(value, list | tuple):
                if name in whole and whole[name] != value:
                    raise Unlike(name)
                whole[name] = value
                continue
            moved = [_moved(item, name, counts) for item in value]
            held = list(whole.get(name) or ())
            whole[name] = held + [item for item in moved if name in ORDINALS or name == "contents" or item not in held]
        for name in counts:
            counts[name] += len(document.get(name) or ())
    whole.pop("summary", None)  # control figures are counted anew
    return whole


def _moved(item: Any, name: str, counts: Mapping[str, int]) -> Any:
    if not isinstance(item, Mapping):
        return item
    found = dict(item)
    if name in ORDINALS and isinstance(found.get("ordinal"), int):
        found["ordinal"] += counts[name]
    for target, fields in ORDINALS.items():
        for one in fields:
            if (name in ORDINALS or name == "contents") and isinstance(found.get(one), int):
                found[one] += counts[target]
    return found


__all__ = ["Unlike", "alike", "joined", "merged", "siblings"]
