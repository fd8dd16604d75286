"""A canonical document that was posted: read strictly, and held against its published form before anything is kept."""

from __future__ import annotations

import json
from typing import Any

from gateway.carriage.codes import CODES
from gateway.documents.models import DOCUMENTS, from_json
from gateway.edi.finding import NOWHERE, Finding, Location
from gateway.profiles.inheritance import hint
from gateway.web.problems import Problem

LARGEST = 10_000_000
"""Bytes of one document; more is a file, for /v1/transmissions."""


def judged(content: bytes) -> dict[str, Any]:
    """The document, whose type is known and whose fields are as its schema says. Raises Problem with the findings."""
    try:
        found = json.loads(content.decode("utf-8"), parse_float=str, parse_constant=_no_number, object_pairs_hook=_once)
        if b"\\u" in content:
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character, written as an escape, is no text
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise _refused([CODES["source-unreadable"].finding(NOWHERE, None, None, problem=why[:200])]) from None
    kind = found.get("document_type") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(kind, str) or kind not in DOCUMENTS:
        said = kind if isinstance(kind, str) else type(found if kind is None else kind).__name__
        raise _refused([CODES["document-unknown"].finding(NOWHERE, said[:200], None, hint=hint(said[:200], list(DOCUMENTS)))])
    wrong = from_json(found)[1]
    if wrong:
        unfit = CODES["document-unfit"]
        raise _refused([unfit.finding(Location(field=one.field), one.value, None, field=one.field, problem=one.sentence) for one in wrong])
    return found


def _refused(findings: list[Finding]) -> Problem:
    return Problem("document-refused", findings[:100], count=f"{len(findings)} finding" + ("s" if len(findings) != 1 else ""))


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two values of one name nobody knows which is meant."""
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} stands twice in one object")
    return made
