"""Characters that would part values, replaced where the mapping's `replace:` names them; each replacement is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.edi.finding import Finding, Location, Severity
from gateway.formats.x12.envelope import Delimiters
from gateway.translate.codes import CODES
from gateway.translate.writing.scope import Field, shown

_KEPT = frozenset({"document_type", "schema_version", "envelope", "unmapped"})


def replaced(
    document: Mapping[str, Any], pairs: Sequence[tuple[str, str]], delimiters: Delimiters, severities: Mapping[str, Severity] | None = None
) -> tuple[dict[str, Any], list[Finding]]:
    """The document without those delimiters for which there is a replacement, and what was replaced where."""
    marks = {delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition}
    table = {ord(mark): by for mark, by in pairs if mark in marks}
    findings: list[Finding] = []

    def walked(value: Any, place: Field) -> Any:
        if isinstance(value, str):
            made = value.translate(table)
            if made != value:
                at = Location(field=shown(place))
                findings.append(CODES["write-replaced"].finding(at, value, severities, sent=repr(made)))
            return made
        if isinstance(value, Mapping):
            return {name: walked(inner, (place, name)) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [walked(inner, (place, n)) for n, inner in enumerate(value, 1)]
        return value

    whole = {name: value if name in _KEPT else walked(value, (None, name)) for name, value in document.items()} if table else dict(document)
    return whole, findings
