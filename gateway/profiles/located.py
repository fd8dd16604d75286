"""Holds a table as read against a model, and says every mistake at once with file, line, column and what was meant."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES
from gateway.profiles.inheritance import hint, kind_of
from gateway.profiles.reading import Items, Place, Table, plain

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "bool_parsing": "yes or no",
    "bool_type": "yes or no",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "date_from_datetime_parsing": "a date such as 2026-01-31",
    "date_parsing": "a date such as 2026-01-31",
    "date_from_datetime_inexact": "a date such as 2026-01-31",
    "list_type": "a list",
    "dict_type": "a map of keys and values",
    "model_type": "a map of keys and values",
    "model_attributes_type": "a map of keys and values",
    "too_short": "a map with at least one entry",
    "time_delta_type": "a duration such as 30s, 15m, 4h, 90d or 2w",
}
_KINDS = ("list_type", "dict_type", "model_type", "model_attributes_type", "string_type", "bool_type", "int_type", "time_delta_type")


def judge(model: type[Model], table: Table, complete: bool = True) -> tuple[Model | None, list[Finding]]:
    """The table as `model`, or None with everything wrong with it; not `complete` says nothing of keys that are missing."""
    try:
        return model.model_validate(plain(table)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    findings = [_finding(model, table, detail) for detail in details if complete or detail["type"] != "missing"]
    return None, sorted(findings, key=lambda f: (f.location.line or 0, f.location.column or 0))


def _finding(model: type[BaseModel], table: Table, detail: ErrorDetails) -> Finding:
    loc = detail["loc"]
    kind = detail["type"]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc if part != "[key]")
    if kind == "extra_forbidden":
        place, _ = place_of(table, loc, at_key=True)
        known = keys_at(model, loc[:-1])
        return CODES["unknown-key"].finding(
            place.location(field), str(loc[-1]), hint=hint(str(loc[-1]), known), known=", ".join(known) or "nothing"
        )
    if kind == "missing":
        place, _ = place_of(table, loc[:-1])
        return CODES["missing-key"].finding(place.location(field), str(loc[-1]))
    at_key = bool(loc) and loc[-1] == "[key]"
    place, value = place_of(table, loc[:-1] if at_key else loc, at_key=at_key)
    at = place.location(field)
    if kind == "inline_secret":
        return CODES["inline-secret"].finding(at)
    if at_key:
        value = loc[-2]
    expected, near = _expected(detail, value)
    if isinstance(value, dict | list) or value is None or kind in _KINDS:
        return CODES["wrong-kind"].finding(at, kind=_shown(value), expected=expected)
    return CODES["wrong-value"].finding(at, str(value), expected=expected, hint=near)


def _shown(value: object) -> str:
    return f"{kind_of(value)} ('{str(value)[:40]}')" if isinstance(value, str) else kind_of(value)


def _expected(detail: ErrorDetails, value: object) -> tuple[str, str]:
    """What was expected there, and which of it was probably meant."""
    context: Mapping[str, Any] = detail.get("ctx") or {}
    kind = detail["type"]
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        return "one of " + ", ".join(words), hint(str(value), words)
    if kind == "wrong_value":
        return str(context["expected"]), ""
    if kind == "string_pattern_mismatch":
        return f"text of the form {context['pattern']}", ""
    if kind in ("string_too_short", "too_short") and isinstance(value, str):
        return "text; it is empty", ""
    if kind == "string_too_long":
        return f"text of at most {context['max_length']} characters", ""
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        return f"a number of at {'least' if 'ge' in context else 'most'} {bound}", ""
    return _EXPECTED.get(kind, detail["msg"][:1].lower() + detail["msg"][1:]), ""


def place_of(table: Table, loc: Sequence[int | str], at_key: bool = False) -> tuple[Place, object]:
    """The place of what stands at a path, and its value; as deep as the path can be walked.

    A value that is nothing stands where its key stands, as do maps: that is where people look for a key.
    """
    here: Any = table
    place = table.at
    for n, part in enumerate(loc):
        if isinstance(here, Table) and part in here:
            key_place = here.key_at[str(part)]
            inner = here[str(part)]
            last_key = at_key and n == len(loc) - 1
            place = key_place if last_key or inner is None or isinstance(inner, Table | Items) else inner.at
            here = inner
        elif isinstance(here, Items) and isinstance(part, int) and part < len(here):
            here = here[part]
            place = here.at if here is not None else place
    return place, here


def keys_at(model: Any, loc: Sequence[int | str]) -> list[str]:
    """The keys that a model knows at a path."""
    here: Any = model
    for part in loc:
        here = _inner(here, part)
    here = _bare(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return sorted(field.alias or name for name, field in here.model_fields.items())
    return []


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without None."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next((arm for arm in get_args(annotation) if arm is not type(None)), None)
        else:
            return annotation


def _inner(annotation: Any, part: int | str) -> Any:
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        for name, field in bare.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    arguments = get_args(bare)
    return arguments[-1] if arguments else None


def file_location(name: str) -> Location:
    """A whole file as a place."""
    return Location(file=name, line=1, column=1)
