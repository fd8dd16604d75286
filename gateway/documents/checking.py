"""Holds a mapped dictionary against a document's model without making instances of it: half the time of validating into the model.

The model's own schema is used, with every object taken as a dictionary whose absent keys stay absent; so a mapped document
is refused for exactly what the model refuses, and goes on as it is. Of a document whose mapping is known (`Given`) only that
is looked at which its rules leave open: the required fields that it may lack, and what may be of any type.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic_core import SchemaValidator

from gateway.documents.fields import Part
from gateway.documents.given import Given


@cache
def checker(model: type[Part]) -> SchemaValidator:
    """The validator of a model for mapped dictionaries; made once, on first use."""
    model.model_rebuild()
    return SchemaValidator(_plain(model.__pydantic_core_schema__))


def _plain(schema: Any) -> Any:
    """The schema with models as typed dictionaries and tuples as lists."""
    if isinstance(schema, list):
        return [_plain(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind == "model":
        plain = _plain(schema["schema"])
        return {**plain, "ref": schema["ref"]} if "ref" in schema else plain
    if kind == "model-fields":
        return {"type": "typed-dict", "fields": {name: _field(each) for name, each in schema["fields"].items()}, "extra_behavior": "forbid"}
    if kind == "tuple":
        return {"type": "list", "items_schema": _plain(schema["items_schema"][0])}
    return {key: inner if key == "metadata" else _plain(inner) for key, inner in schema.items()}


def _field(field: Any) -> Any:
    """A field: one with a default may be absent, but not None."""
    schema = field["schema"]
    optional = schema["type"] == "default"
    if optional:
        schema = schema["schema"]
        if schema["type"] == "nullable":
            schema = schema["schema"]
    return {"type": "typed-dict-field", "schema": _plain(schema), "required": not optional}


_NAMES: dict[type, str] = {str: "str", Decimal: "decimal", date: "date", time: "time", int: "int"}
_WANTED = {"decimal": "a number", "date": "a date", "time": "a time", "int": "a whole number"}
_ADDED = frozenset({"document_type", "schema_version", "envelope", "unmapped"})
"""Fields that a translation adds to what a mapping gives."""


def only_presence(schema: Any) -> bool:
    """Whether a remainder asks of what stands in lists only that required fields are there: then the value never matters."""
    kind = schema["type"]
    if kind == "typed-dict":
        return all(only_presence(field["schema"]) for field in schema["fields"].values())
    if kind == "list":
        return only_presence(schema["items_schema"])
    return bool(kind == "any")


class Remainder:
    """What is left to look at in documents of which much is given."""

    def __init__(self, validator: SchemaValidator, *, by_presence: bool) -> None:
        self.fits = validator.isinstance_python
        """Whether a document is as its model says."""
        self._by_presence = by_presence

    def fits_again(self, document: dict[str, Any]) -> bool:
        """The same of a document whose lists are, but for values, those of another one that fitted."""
        if not self._by_presence or "unmapped" in document:
            return self.fits(document)
        return self.fits({name: value for name, value in document.items() if value.__class__ is not list})


def remainder(model: type[Part], given: Given) -> Remainder | None:
    """What is left to look at in a document of which this much is given; None where that is everything."""
    if given.fields is None or not given.known:
        return None
    model.model_rebuild()
    whole = _plain(model.__pydantic_core_schema__)
    shared = whole["definitions"] if whole["type"] == "definitions" else []
    known = {one["ref"]: one for one in shared}
    fields = {**given.fields, **dict.fromkeys(_ADDED, Given(known=False))}
    left = _left(whole["schema"] if shared else whole, Given(fields=fields), known)
    if left is None:
        left = {"type": "any"}
    lists = [field["schema"] for name, field in left.get("fields", {}).items() if name != "unmapped" and field["schema"]["type"] == "list"]
    by_presence = left["type"] == "typed-dict" and all(map(only_presence, lists))
    schema = {"type": "definitions", "schema": left, "definitions": shared} if shared else left
    return Remainder(SchemaValidator(schema), by_presence=by_presence)


def never_fits(model: type[Part], given: Given) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the model refuses of every document of which this is given: the field's path, and the type wanted ('' where it is missing)."""
    if given.fields is None or not given.known:
        return
    model.model_rebuild()
    whole = _plain(model.__pydantic_core_schema__)
    shared = whole["definitions"] if whole["type"] == "definitions" else []
    known = {one["ref"]: one for one in shared}
    fields = {**given.fields, **dict.fromkeys(_ADDED, Given(known=False))}
    yield from _never(whole["schema"] if shared else whole, Given(fields=fields), known, ())


def _never(schema: Any, given: Given, known: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    while schema["type"] == "definition-ref":
        schema = known[schema["schema_ref"]]
    if not given.known:
        return
    if schema["type"] == "list" and given.items is not None:
        yield from _never(schema["items_schema"], given.items, known, path)
    elif schema["type"] == "typed-dict" and given.fields is not None:
        for name, field in schema["fields"].items():
            if name in given.fields:
                yield from _never(field["schema"], given.fields[name], known, (*path, name))
            elif field["required"]:
                yield (*path, name), ""
    elif given.types and given.fields is None and given.items is None and schema["type"] in _WANTED:
        if not any(_NAMES.get(one) == schema["type"] for one in given.types):
            yield path, _WANTED[schema["type"]]


def _left(schema: Any, given: Given, known: dict[str, Any]) -> Any:
    """The part of a schema that what is given may not fulfil; None where nothing is left."""
    while schema["type"] == "definition-ref":
        schema = known[schema["schema_ref"]]
    if schema["type"] == "any":
        return None
    if not given.known:
        return schema
    if given.fields is not None and given.items is None and not given.types and schema["type"] == "typed-dict":
        return _fields_left(schema, given.fields, known)
    if given.items is not None and given.fields is None and not given.types and schema["type"] == "list":
        inner = _left(schema["items_schema"], given.items, known)
        return inner and {**schema, "items_schema": inner}
    if given.types and given.fields is None and given.items is None and not set(schema) - {"type", "metadata", "microseconds_precision"}:
        return None if all(_NAMES.get(one) == schema["type"] for one in given.types) else schema
    return schema


def _fields_left(schema: Any, given: dict[str, Given], known: dict[str, Any]) -> Any:
    if not given.keys() <= schema["fields"].keys():
        return schema  # a field that the model does not have
    fields = {}
    for name, field in schema["fields"].items():
        one = given.get(name)
        left = None if one is None else _left(field["schema"], one, known)
        missing = field["required"] and (one is None or not one.always)
        if left is not None or missing:
            fields[name] = {**field, "schema": left or {"type": "any"}}
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "ignore"} if fields else None
