"""Signs of credits: a credit note is positive with the kind that says so, however its sender writes it.

A mapping says `signs:` once; reading turns amounts that the sender wrote negative, writing turns them back. Nothing is
turned where the agreement says `credit_signs: positive`; without a word from the agreement the total decides, for a credit
whose total is below nothing can only be meant as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.translate.rules import Signs
from gateway.translate.runtime import Context, dig

NEGATIVE = "negative"
POSITIVE = "positive"
TERM = ("agreement", "credit_signs")


def normalise(context: Context, document: dict[str, Any], signs: Signs) -> None:
    """Makes the amounts of a credit positive; called after reading."""
    if document.get(signs.kind) not in signs.credits:
        return
    said = dig(context.terms, TERM)
    total = dig(document, signs.total)
    if said == NEGATIVE or (said != POSITIVE and isinstance(total, Decimal) and total < 0):
        turn(document, signs)


def restores(context: Context, document: Mapping[str, Any], signs: Signs) -> bool:
    """Whether writing makes them negative again: the agreement sends credits so."""
    return document.get(signs.kind) in signs.credits and dig(context.terms, TERM) == NEGATIVE


def restore(context: Context, document: dict[str, Any], signs: Signs) -> None:
    """Makes them negative again in place; called before writing."""
    if restores(context, document, signs):
        turn(document, signs)


def turn(document: dict[str, Any], signs: Signs) -> None:
    """Turns every amount; of a line the price where that alone is negative or alone is there, else the quantity."""
    for path in signs.amounts:
        for holder, name in _holders(document, path):
            if isinstance(holder.get(name), Decimal):
                holder[name] = -holder[name]
    for path, quantity, price in signs.lines:
        for line in _items(document, path):
            amount = line.get("amount")
            if isinstance(amount, Decimal):
                line["amount"] = -amount
            alone = dig(line, quantity) is None or (_negative(line, price) and not _negative(line, quantity))
            at = price if alone else quantity
            for holder, name in _holders(line, at):
                if isinstance(holder.get(name), Decimal):
                    holder[name] = -holder[name]


def _negative(line: dict[str, Any], path: Sequence[str]) -> bool:
    value = dig(line, path)
    return isinstance(value, Decimal) and value < 0


def _holders(value: dict[str, Any], path: Sequence[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The maps that hold the last name of a path, through lists."""
    for holder in _items(value, path[:-1]):
        yield holder, path[-1]


def _items(value: dict[str, Any], path: Sequence[str]) -> Iterator[dict[str, Any]]:
    found: list[Any] = [value]
    for name in path:
        inner = [one[name] for one in found if isinstance(one, dict) and name in one]
        found = [part for one in inner for part in (one if isinstance(one, list) else [one])]
    yield from (one for one in found if isinstance(one, dict))
