"""Files without envelope: a delimited file is one interchange of one group, each of its documents a set. Nobody acknowledges it."""

from __future__ import annotations

from dataclasses import replace

from gateway.carriage.carrying import BATCH, Carriage, archive_terms, documents_of
from gateway.carriage.codes import CODES
from gateway.carriage.edges import Edges
from gateway.edi.finding import NOWHERE, Finding, Halt
from gateway.formats.delimited import reader
from gateway.formats.delimited.reader import DocumentRead, FileEnd
from gateway.profiles.agreement import Agreement
from gateway.profiles.catalog import Catalog
from gateway.profiles.terms import Terms
from gateway.records import GroupRecord, Held, InterchangeRecord, Release, Span, StagedDocument
from gateway.translate.mapping import Mapping
from gateway.translate.rows import dialect_for, translate_rows

DELIMITED = "delimited"
"""What journals call the set of a delimited file."""
NONE: Span = (0, 0)


def carry_rows(carriage: Carriage, agreement: Agreement) -> None:
    """Carry a delimited file: its good documents go on, its bad ones wait, and it waits as a whole where no row can be read."""
    edges, catalog, carried = carriage.edges, carriage.catalog, carriage.carried
    terms = catalog.terms(agreement)
    archive_terms(edges, catalog, terms)
    mapping = _mapping(edges, catalog, terms)
    if isinstance(mapping, Finding):
        _release(carriage, terms, [mapping], 0)
        return
    head: Span | None = None
    held = 0
    for read in reader.read(edges.archive.open(carried.address), dialect_for(mapping, terms)):
        if isinstance(read, FileEnd):
            carriage.stage()
            _release(carriage, terms, read.findings, read.documents, held)
            return
        head = head or (0, read.offset)
        documents = _documents(edges, agreement, terms, mapping, read, head)
        held += documents[0].held_at is not None
        carriage.staged += documents
        if len(carriage.staged) >= BATCH:
            carriage.stage()


def rows_again(edges: Edges, held: Held) -> list[StagedDocument]:
    """What a held document of a delimited file becomes today, read from the file's head and its own rows."""
    catalog = edges.catalog()
    found = catalog.agreement_for_file(held.file, channel=held.channel, partner=held.partner)
    blank = _blank(edges, held.number, held.span, held.isa_span or NONE, held.line, held.set_control_number)
    if found.agreement is None:
        return [replace(blank, partner=held.partner, held_at="detect", findings=(found.finding,) if found.finding else (), posts=False)]
    terms = catalog.terms(found.agreement)
    archive_terms(edges, catalog, terms)
    mapping = _mapping(edges, catalog, terms)
    if isinstance(mapping, Finding):
        return [replace(blank, partner=held.partner, held_at="map", findings=(mapping,), posts=False)]
    spans = [span for span in (held.isa_span or NONE, held.span) if span[1]]
    pieces = [edges.archive.span(held.address, *span) for span in spans]
    read = next(reader.read(pieces, dialect_for(mapping, terms)))
    if not isinstance(read, DocumentRead):
        return [
            replace(
                blank,
                partner=held.partner,
                held_at="parse",
                findings=tuple(read.findings) or (CODES["excerpt-unreadable"].finding(),),
                posts=False,
            )
        ]
    moved = held.line - read.line
    read.number, read.line, read.offset, read.length = held.number, held.line, *held.span
    documents = _documents(edges, found.agreement, terms, mapping, read, held.isa_span or NONE)
    return [replace(one, findings=tuple(_moved(finding, moved) for finding in one.findings)) for one in documents]


def _mapping(edges: Edges, catalog: Catalog, terms: Terms) -> Mapping | Finding:
    try:
        mapping = edges.mapping(catalog, terms)
    except Halt as halt:
        return halt.finding
    return mapping if mapping is not None else CODES["no-mapping"].finding(NOWHERE, terms.document)


def _documents(edges: Edges, agreement: Agreement, terms: Terms, mapping: Mapping, read: DocumentRead, head: Span) -> list[StagedDocument]:
    outcome = translate_rows(terms, mapping, read, {"partner": terms.trading_partner})
    blank = _blank(edges, read.number, (read.offset, read.length), head, read.line, read.key.replace("\x1f", " "))
    documents = documents_of(edges, blank, agreement.name, terms, outcome)
    return [replace(one, verdict="") for one in documents]


def _blank(edges: Edges, number: int, span: Span, head: Span, line: int, key: str) -> StagedDocument:
    return StagedDocument(
        id=edges.ids.new(),
        interchange=1,
        group=1,
        number=number,
        part=1,
        set_id=DELIMITED,
        control_number=key,
        span=span,
        isa_span=head,
        gs_span=NONE,
        ordinal=number,
        line=line,
        verdict="",
        held_at=None,
    )


def _moved(finding: Finding, lines: int) -> Finding:
    at = finding.location
    return finding if at.line is None else replace(finding, location=replace(at, line=at.line + lines))


def _release(carriage: Carriage, terms: Terms, findings: list[Finding], count: int, held: int = 0) -> None:
    carried = carriage.carried
    wrong = next((finding for finding in findings if finding.severity == "error"), None)
    read = InterchangeRecord(
        number=1,
        sender=terms.partner,
        receiver="us",
        control_number="",
        version="",
        usage=terms.usage,
        span=(0, carried.size),
        isa_span=NONE,
        sha256=carried.address,
        complete=True,
        accepted=True,
        ta1="A",
        partner=terms.partner,
        findings=tuple(finding for finding in findings if finding is not wrong),
        held=wrong,
    )
    group = GroupRecord(1, DELIMITED, "", "", NONE, "A", count, count - held)
    carriage.edges.journal.release(carriage.lease, carried.id, Release(read, (group,), duplicates="silent"))
