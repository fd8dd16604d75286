"""One held set read again from its spans: ISA, GS and the set itself, with its places as they are in the whole file."""

from __future__ import annotations

from dataclasses import replace

from gateway.carriage.carrying import carry_set
from gateway.carriage.codes import CODES
from gateway.carriage.edges import Edges
from gateway.edi.finding import Finding
from gateway.formats.x12 import reader
from gateway.formats.x12.envelope import Group, Interchange, SetRead, TransactionSet
from gateway.records import Carried, Held, StagedDocument


def again(edges: Edges, held: Held, reason: str | None) -> list[StagedDocument]:
    """What a held set becomes today, under today's terms; its verdict in the acknowledgment stays what it was.

    With a `reason` a rejected set goes on as far as it can: what its acknowledgment refused is overridden on record.
    """
    read = _read(edges, held)
    carried = Carried(held.transmission, held.address, 0, "", held.file, held.partner, "read", held.received_at)
    if read is None:
        return [_unreadable(edges, held)]
    heads = held.isa_span or (0, 0), held.gs_span or (0, 0)
    found = read[2]
    moved, ordinals, lines = held.span[0] - found.offset, held.ordinal - found.ordinal, held.line - found.line
    documents, _ = carry_set(edges, edges.catalog(), carried, *read, *heads)
    refusing = frozenset(finding.code for finding in documents[0].findings if finding.severity == "error")
    if reason is not None and documents[0].content is None and refusing and (fresh := _read(edges, held)) is not None:
        documents, _ = carry_set(edges, edges.catalog(), carried, *fresh, *heads, forgiven=refusing)
    return [
        replace(
            one,
            span=held.span,
            ordinal=held.ordinal,
            line=held.line,
            number=held.number,
            verdict=held.verdict,
            findings=tuple(_moved(finding, moved, ordinals, lines) for finding in one.findings),
        )
        for one in documents
    ]


def _read(edges: Edges, held: Held) -> tuple[Interchange, Group, TransactionSet] | None:
    spans = [span for span in (held.isa_span, held.gs_span, held.span) if span is not None]
    pieces = [edges.archive.span(held.address, offset, length) for offset, length in spans]
    for event in reader.read(pieces):
        if isinstance(event, SetRead):
            break
    else:
        return None
    interchange, group, found = event.interchange, event.group, event.transaction_set
    if (found.id, found.control_number) != (held.set_id, held.set_control_number):
        return None
    interchange.number, group.number = held.interchange, held.group
    return interchange, group, found


def _moved(finding: Finding, offset: int, ordinal: int, line: int) -> Finding:
    at = finding.location
    place = replace(
        at,
        offset=None if at.offset is None else at.offset + offset,
        segment_ordinal=None if at.segment_ordinal is None else at.segment_ordinal + ordinal,
        line=None if at.line is None else at.line + line,
    )
    return replace(finding, location=place)


def _unreadable(edges: Edges, held: Held) -> StagedDocument:
    return StagedDocument(
        id=edges.ids.new(),
        interchange=held.interchange,
        group=held.group,
        number=held.number,
        part=1,
        set_id=held.set_id,
        control_number=held.set_control_number,
        span=held.span,
        isa_span=held.isa_span or (0, 0),
        gs_span=held.gs_span or (0, 0),
        ordinal=held.ordinal,
        line=held.line,
        verdict=held.verdict,
        held_at="parse",
        findings=(CODES["excerpt-unreadable"].finding(),),
        partner=held.partner,
        posts=False,
    )
