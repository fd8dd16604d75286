"""The bytes of an interchange of ours, from its recorded parts: the same parts give the same bytes, now and ever after."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from gateway.formats.x12 import reader, writer
from gateway.formats.x12.envelope import SetRead
from gateway.ports import Archive, Damaged
from gateway.profiles.terms import EnvelopeTerms
from gateway.records import Departure, Outgoing, OutgoingSet

X12 = "x12"


def bytes_of(archive: Archive, outgoing: Outgoing) -> bytes:
    """The file as it goes: the drafts of its sets under their numbers. Raises Damaged where they are no longer whole."""
    if outgoing.departure.form != X12:
        return b"".join(b"".join(archive.open(one.draft)) for group in outgoing.groups for one in group.sets)
    departure, at = outgoing.departure, outgoing.at
    envelope = envelope_of(departure)
    charset = writer.codec(envelope)
    sets = [
        writer.Outgoing(departure.set, departure.version, _numbered(archive, one, charset))
        for group in outgoing.groups
        for one in group.sets
    ]
    first = outgoing.groups[0].gs_number or 1
    made = writer.write(envelope, sets, outgoing.isa_number, first, at, departure.usage)
    if made.findings:  # each of them was written before, in a draft of its own
        raise Damaged(f"interchange {outgoing.isa_number} cannot be put together: {made.findings[0].message}")
    return made.data


def envelope_of(departure: Departure) -> EnvelopeTerms:
    """The envelope as it was recorded."""
    known = {one.name for one in fields(EnvelopeTerms)}
    values: dict[str, Any] = {name: value for name, value in departure.envelope.items() if name in known}
    return EnvelopeTerms(**values | {"sender": tuple(values["sender"]), "receiver": tuple(values["receiver"])})


def _numbered(archive: Archive, one: OutgoingSet, charset: str) -> tuple[str, ...]:
    """The segments of a draft's set under its number (ST02, SE02)."""
    found = next((event.transaction_set for event in reader.read(archive.open(one.draft)) if isinstance(event, SetRead)), None)
    if found is None or len(found.segments) < 2:
        raise Damaged(f"the draft {one.draft} does not read as a set")
    mark, segments = found.delimiters.element, as_written(found.segments, charset)
    head, tail = segments[0].split(mark), segments[-1].split(mark)
    head[2] = tail[2] = one.control_number
    return (mark.join(head), *segments[1:-1], mark.join(tail))


def as_written(segments: list[str], charset: str) -> tuple[str, ...]:
    """Segments as the reader has them (a character a byte) as the text that they were written from."""
    return tuple(segment if segment.isascii() else segment.encode("latin-1").decode(charset, "replace") for segment in segments)
