"""What readers of published documents rely on, and what of it a change would take from them.

Within one major version of the schema a field never goes, is never renamed or made required, its type never narrows and none of its
values goes; adding is free. `published.json` keeps what was published last; `python tools/document_schemas.py publish` writes it.
"""

from __future__ import annotations

from typing import Any

from gateway.documents.models import DOCUMENTS, SCHEMA_VERSION
from gateway.documents.reference import parts_of

Shape = dict[str, Any]
"""`version`, of each document type its model (`documents`), and of each model its fields with their types (`parts`)."""


def shape() -> Shape:
    """What is promised today."""
    documents: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    for document_type in DOCUMENTS:
        for number, (name, _, fields) in enumerate(parts_of(document_type)):
            if not number:
                documents[document_type] = name
            parts[name] = {field.name: field.kind + (", required" if field.required else "") for field in fields}
    return {"version": SCHEMA_VERSION, "documents": documents, "parts": dict(sorted(parts.items()))}


def broken(published: Shape, today: Shape) -> list[str]:
    """Every promise that does not hold any more, as a sentence; none where the major version is another."""
    if published["version"].partition(".")[0] != today["version"].partition(".")[0]:
        return []
    found: list[str] = []
    for document_type, name in published["documents"].items():
        now = today["documents"].get(document_type)
        if now is None:
            found.append(f"{document_type} is gone")
        elif now != name:
            found.append(f"{document_type} is {now}; it was {name}")
    for name, fields in published["parts"].items():
        if name not in today["parts"]:
            if _used(name, today):
                found.append(f"{name} is gone")
            continue
        now_fields = today["parts"][name]
        for field, was in fields.items():
            if field not in now_fields:
                found.append(f"{name}.{field} is gone")
            else:
                found += _narrowed(f"{name}.{field}", was, now_fields[field])
        found += [f"{name}.{field} is new and required" for field, now in now_fields.items() if field not in fields and _required(now)]
    return found


def _used(name: str, today: Shape) -> bool:
    """Whether something still names a model; one that nothing names went with the field that held it, which is told."""
    return any(name in kind for fields in today["parts"].values() for kind in fields.values())


def _required(kind: str) -> bool:
    return kind.endswith(", required")


def _narrowed(field: str, was: str, now: str) -> list[str]:
    found = [f"{field} is required now"] if _required(now) and not _required(was) else []
    before, after = was.removesuffix(", required"), now.removesuffix(", required")
    if after in (before, "anything"):
        return found
    listed = before.removeprefix("list of "), after.removeprefix("list of ")
    if (before == listed[0]) != (after == listed[1]):
        return [*found, f"{field} is {after}; it was {before}"]
    values, options = _values(listed[0]), _values(listed[1])
    if values and options:
        return found + [f"{field} is never {value} any more" for value in sorted(values - options)]
    if values and listed[1] == "text":
        return found
    if not set(listed[0].split(" or ")) <= set(listed[1].split(" or ")):
        found.append(f"{field} is {after}; it was {before}")
    return found


def _values(kind: str) -> frozenset[str]:
    """The values that an enumeration lists."""
    return frozenset(kind.split(", ")) if kind.startswith('"') else frozenset()
