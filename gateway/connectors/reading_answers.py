"""Reads what a server answered: JSON by dotted paths, references, and a refusal's reason in words that can be shown."""

from __future__ import annotations

import json
from typing import Any

from gateway.calling import Answer
from gateway.edi.shown import shown


class _Nothing:
    """What is not there; None is JSON's null, which is."""


NOTHING = _Nothing()


def as_json(answer: Answer) -> Any:
    """The answer's JSON, NOTHING where it is none: a login page, a cut answer, numbers that are none."""
    try:
        return json.loads(answer.body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NOTHING


def _refuse(name: str) -> Any:
    raise ValueError(name)


def at(value: Any, path: str | None) -> Any:
    """What stands at a dotted path, the value itself without one, NOTHING where the path leads nowhere."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and len(step) < 9 and int(step) < len(value):
            value = value[int(step)]
        else:
            return NOTHING
    return value


def as_text(value: Any) -> str | None:
    """A reference or a key: text that is not empty, or a whole number; anything else names nothing."""
    if isinstance(value, str):
        return value if value and len(value) <= 500 else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def said(value: Any) -> str:
    """A value as a rule of a profile writes it: text as it is, true, false and null as in JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def reason(answer: Answer, path: str | None) -> str:
    """Why it says no: what stands at the path, or at a place where many interfaces say it, or the status alone."""
    told = as_json(answer)
    for place in (path, "message", "error.message", "error_description", "error", "detail", "title"):
        found = at(told, place) if place else NOTHING
        if found is not NOTHING and found not in (None, "", [], {}):
            return f"status {answer.status}: {shown(said(found)[:300])}"
    return f"status {answer.status}"
