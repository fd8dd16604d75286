"""Writes the JSON Schemas of the canonical documents beside this file: `python -m gateway.documents.schemas`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.documents.models import DOCUMENTS, SCHEMA_VERSION

HERE = Path(__file__).parent


def schema(document_type: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document type, of what is delivered as JSON."""
    model = DOCUMENTS[document_type]
    model.model_rebuild()
    made = model.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:edi-gateway:schema:{document_type}:{SCHEMA_VERSION}",
        **_without_null(made),
    }


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
    if made.get("title") and "properties" not in made:
        made.pop("title")
    return made


def text(document_type: str) -> str:
    """The schema as it is published."""
    return json.dumps(schema(document_type), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes every schema."""
    for document_type in DOCUMENTS:
        (HERE / f"{document_type}.schema.json").write_text(text(document_type), encoding="utf-8")


if __name__ == "__main__":
    main()
