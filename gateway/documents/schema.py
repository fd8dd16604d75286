"""The published JSON Schema of each canonical document; `python tools/document_schemas.py` writes them to schemas/."""

from __future__ import annotations

import json
from typing import Any

from gateway.documents.models import DOCUMENTS, SCHEMA_VERSION


def schema(document_type: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document type, of what is delivered as JSON."""
    model = DOCUMENTS[document_type]
    model.model_rebuild()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:edi-gateway:schema:{document_type}:{SCHEMA_VERSION}",
        **_without_null(model.model_json_schema()),
    }


def text(document_type: str) -> str:
    """The schema as it is published."""
    return json.dumps(schema(document_type), indent=1, ensure_ascii=False) + "\n"


def _without_null(value: Any) -> Any:
    """What may be absent is absent, never null: `anyOf [x, null]` with default null becomes x."""
    if isinstance(value, list):
        return [_without_null(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {key: _without_null(inner) for key, inner in value.items() if not (key == "default" and inner in (None, []))}
    options = made.get("anyOf")
    if isinstance(options, list):
        left = [option for option in options if option != {"type": "null"}]
        if len(left) == 1:
            del made["anyOf"]
            made = {**left[0], **made}
    if isinstance(made.get("title"), str) and "properties" not in made:
        made.pop("title")
    return made
