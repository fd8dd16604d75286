"""Holds a mapped dictionary against a document's model without making instances of it: half the time of validating into the model.

The model's own schema is used, with every object taken as a dictionary whose absent keys stay absent; so a mapped document
is refused for exactly what the model refuses, and goes on as it is.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic_core import SchemaValidator

from gateway.documents.fields import Part


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
