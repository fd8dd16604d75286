"""JSON Schemas of the files people write, for their editors: made from the models, kept in partner_profiles/schemas.

Editors read YAML by its own rules, so a schema takes 850 and "850", yes and true: what our strict reading takes as text.
An empty value is taken everywhere, because it removes what is inherited.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from gateway.profiles.channel import Connection
from gateway.profiles.partner import Profile, Us

FOLDER = "partner_profiles/schemas/"
SCHEMAS: dict[str, tuple[type[BaseModel], bool, str]] = {
    "partner-profile.v1.schema.json": (Profile, True, "partner_profiles/NAME.yaml"),
    "partner-template.v1.schema.json": (Profile, False, "partner_profiles/templates/NAME.yaml"),
    "us.v1.schema.json": (Us, True, "partner_profiles/us.yaml"),
    "connection.v1.schema.json": (Connection, True, "connections/NAME.yaml"),
}
"""Name of the schema: model, whether keys may be missing, what it is for."""

_TYPES: dict[str, list[str]] = {"string": ["string", "number"], "integer": ["integer", "string"]}
_YES_NO = [True, False, "yes", "no"]


def schemas() -> dict[str, str]:
    """Every schema by its file name, as text."""
    return {name: json.dumps(_schema(*about), indent=1, ensure_ascii=False) + "\n" for name, about in SCHEMAS.items()}


def _schema(model: type[BaseModel], complete: bool, title: str) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True, schema_generator=GenerateJsonSchema)
    changed = _lenient(made)
    if not complete:
        changed.pop("required", None)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return {**head, **{key: value for key, value in changed.items() if key != "title"}}


def _lenient(node: Any) -> Any:
    if isinstance(node, list):
        return [_lenient(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _lenient(value) for key, value in node.items() if key not in ("title", "default", "properties")}
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if "enum" in made:
        made.pop("type", None)
        made["enum"] = [*made["enum"], *(int(word) for word in made["enum"] if isinstance(word, str) and word.isdigit())]
    elif made.get("type") == "boolean":
        made = {key: value for key, value in made.items() if key != "type"} | {"enum": _YES_NO}
    elif isinstance(made.get("type"), str):
        made["type"] = _TYPES.get(made["type"], made["type"])
    if "properties" in node:
        made["properties"] = {key: _or_nothing(_lenient(value)) for key, value in node["properties"].items()}
    return made


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    arms = schema.get("anyOf", [{key: value for key, value in schema.items() if key != "description"}])
    described = {"description": schema["description"]} if "description" in schema else {}
    return {**described, "anyOf": [*(arm for arm in arms if arm != {"type": "null"}), {"type": "null"}]}
