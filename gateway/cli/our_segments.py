"""What is wrong with a document of ours, shown at the segments that we wrote, with the field that each element came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.cli.origins import origins
from gateway.cli.render import from_json
from gateway.edi.finding import Finding
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.ports import Damaged
from gateway.records import Held


def in_our_segments(gateway: Any, held: Held) -> list[tuple[Finding, str]]:
    """Each finding, with its field where one can be told, and the text of its segment, ''  where it stands in none."""
    findings = [from_json(finding) for finding in held.findings]
    segments = _segments(gateway, held)
    fields = _fields(gateway, held) if any(one.location.segment_position and not one.location.field for one in findings) else {}
    told = []
    for one in findings:
        at = one.location
        position = at.segment_position or 0
        text = segments[position - 1] if 0 < position <= len(segments) else ""
        if at.segment and text.partition(_mark(segments))[0] != at.segment:
            text = ""
        field = at.field or fields.get((position, at.element or 0)) or fields.get((position, 0))
        told.append((replace(one, location=replace(at, field=field)), text))
    return told


def _mark(segments: list[str]) -> str:
    return segments[0][2:3] if segments else "*"


def _segments(gateway: Any, held: Held) -> list[str]:
    """The segments of the draft, ST first."""
    if held.draft is None:
        return []
    try:
        found = [event.transaction_set.segments for event in read(gateway.archive.open(held.draft)) if isinstance(event, SetRead)]
    except Damaged:
        return []
    return found[0] if found else []


def _fields(gateway: Any, held: Held) -> dict[tuple[int, int], str]:
    """By position and element (0: any of the segment) the field that was written there."""
    from gateway.stores.sql import views

    try:
        found = origins(gateway, views.document_of(gateway.database, held.id)).found
    except LookupError:
        return {}
    fields: dict[tuple[int, int], str] = {}
    for origin, at in found:
        if at.segment_position:
            fields.setdefault((at.segment_position, at.element or 0), origin.field)
            fields.setdefault((at.segment_position, 0), origin.field.rpartition(".")[0] or origin.field)
    return fields
