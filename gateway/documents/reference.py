"""Every field of a document as people look it up: what it means, its type, and where X12, EDIFACT and UBL carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from gateway.documents.fields import Part
from gateway.documents.models import DOCUMENTS
from gateway.documents.schema import schema

_PLACES = re.compile(r"(?P<says>.*?)\.? X12 (?P<x12>.*?); EDIFACT (?P<edifact>.*?); UBL (?P<ubl>.*?)\.?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Described:
    """One field: its name, what holds it, what it is, and its place in each standard ('none' where it has none)."""

    name: str
    kind: str
    required: bool
    says: str
    x12: str
    edifact: str
    ubl: str
    part: str = ""
    """The model of what is inside, where it is an object or a list of them."""


def field_of(document_type: str, path: str) -> Described | None:
    """A field by its dotted path, list numbers left out or not; None where the document has no such field."""
    model: type[Part] | None = DOCUMENTS.get(document_type)
    found: Described | None = None
    for step in (step for step in path.split(".") if not step.isdigit()):
        if model is None:
            return None
        model.model_rebuild()
        field = model.model_fields.get(step)
        if field is None:
            return None
        found = _described(step, field.description or "", field.is_required(), "", "")
        model = _part(field.annotation)
    return found


def parts_of(document_type: str) -> Iterator[tuple[str, str, list[Described]]]:
    """The document and each part inside it, in the order met: name, what it is, its fields."""
    whole = schema(document_type)
    yield whole["title"], whole.get("description", ""), _fields(whole)
    seen, waiting = {whole["title"]}, _references(whole)
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        form = whole["$defs"][name]
        yield name, form.get("description", ""), _fields(form)
        waiting += _references(form)


def _fields(form: dict[str, Any]) -> list[Described]:
    required = form.get("required", ())
    return [
        _described(
            name, value.get("description", ""), name in required, _kind(value), (_references({"properties": {name: value}}) or [""])[0]
        )
        for name, value in form.get("properties", {}).items()
    ]


def _described(name: str, description: str, required: bool, kind: str, part: str) -> Described:
    found = _PLACES.fullmatch(" ".join(description.split()))
    places = found.groupdict() if found else {"says": description, "x12": "", "edifact": "", "ubl": ""}
    return Described(name, kind, required, places["says"], places["x12"], places["edifact"], places["ubl"], part)


def _kind(value: dict[str, Any]) -> str:
    """A field's type in words."""
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if "const" in value:
        return f'"{value["const"]}"'
    if "enum" in value:
        return ", ".join(f'"{one}"' for one in value["enum"])
    if "anyOf" in value:
        return " or ".join(_kind(one) for one in value["anyOf"])
    kind = value.get("type")
    if kind == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if kind == "object":
        inner = value.get("additionalProperties")
        return "map of text" if isinstance(inner, dict) and inner.get("type") == "string" else "map"
    if kind == "string":
        pattern = str(value.get("pattern", ""))
        return "date" if value.get("format") == "date" else "time" if ":" in pattern else "decimal" if pattern.startswith("^-?") else "text"
    return {"integer": "whole number", "boolean": "yes or no"}.get(str(kind), "anything")


def _references(form: dict[str, Any]) -> list[str]:
    """The parts that a form names, in their order."""
    found: list[str] = []
    waiting: list[Any] = list(form.get("properties", {}).values())
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, dict):
            if "$ref" in one:
                found.append(str(one["$ref"]).rpartition("/")[2])
            waiting[:0] = [inner for key, inner in one.items() if key in ("items", "anyOf", "additionalProperties")]
        elif isinstance(one, list):
            waiting[:0] = one
    return list(dict.fromkeys(found))


def _part(annotation: Any) -> type[Part] | None:
    """The model inside a field's type, through lists and what may be absent."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, Part) else None
    return next((found for inner in get_args(annotation) if (found := _part(inner)) is not None), None)
