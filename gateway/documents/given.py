"""What a document is known to hold before it is made: the types and fields that its mapping can give, and no others.

A mapping says it of itself once; what follows from it needs no look at every document (checking.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """What may stand in one place: values of `types`, an object of `fields`, a list of `items`; not `known`: anything."""

    types: frozenset[type] = frozenset()
    fields: dict[str, Given] | None = None
    items: Given | None = None
    known: bool = True
    always: bool = False
    """Whether the object around it never goes without it."""


ANYTHING = Given(known=False)
_ABSENT = Given()


def object_of(fields: Iterable[tuple[str, Given]]) -> Given:
    """An object of fields, of which a name may come several times: any of them may have given it."""
    whole: dict[str, Given] = {}
    for name, given in fields:
        before = whole.get(name)
        whole[name] = given if before is None else either(before, given, always=before.always or given.always)
    return Given(fields=whole)


def either(one: Given, other: Given, *, always: bool = False) -> Given:
    """The one or the other."""
    if not (one.known and other.known):
        return Given(known=False, always=always)
    fields, items = one.fields if one.fields is not None else other.fields, one.items or other.items
    if one.fields is not None and other.fields is not None:
        fields = {}
        for name in {**one.fields, **other.fields}:
            left, right = one.fields.get(name, _ABSENT), other.fields.get(name, _ABSENT)
            fields[name] = either(left, right, always=left.always and right.always)
    if one.items is not None and other.items is not None:
        items = either(one.items, other.items)
    return Given(one.types | other.types, fields, items, always=always)
