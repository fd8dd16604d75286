"""Files without envelope (CSV, XML, JSON): one interchange of one group, each document a set. Nobody acknowledges it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.carriage.carrying import Carriage, archive_terms, documents_of
from gateway.carriage.codes import CODES
from gateway.carriage.edges import Edges
from gateway.edi.finding import NOWHERE, Finding, Halt
from gateway.formats.detect import HEAD, syntax_of
from gateway.formats.format import DocumentRead, FileEnd, Format
from gateway.profiles.agreement import Agreement
from gateway.profiles.catalog import Catalog, Found
from gateway.profiles.terms import Terms
from gateway.records import GroupRecord, Held, InterchangeRecord, Release, Span, StagedDocument
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import Mapping

NONE: Span = (0, 0)


def agreed(edges: Edges, catalog: Catalog, address: str, name: str, channel: str, partner: str | None) -> Found | None:
    """The agreement of a file by its first bytes, its channel and its name; None where it says itself whose it is."""
    head = next(iter(edges.archive.open(address)), b"")[:HEAD]
    if syntax_of(head) == "x12":
        return None
    return chosen(catalog, name, head, lambda terms: edges.mapping(catalog, terms), channel=channel, partner=partner)


def chosen(
    catalog: Catalog,
    name: str,
    head: bytes,
    mapping: Callable[[Terms], Mapping | None],
    channel: str | None = None,
    partner: str | None = None,
) -> Found:
    """The agreement that fits a file: one for its syntax before others, and of those that are alike the one whose documents it holds."""

    def fits(agreement: Agreement) -> bool:
        try:
            ready = mapping(catalog.terms(agreement))
        except Halt:
            return False
        return ready is not None and ready.format is not None and ready.format.begins(head, ready.settings)

    syntax = syntax_of(head)
    found = catalog.agreement_for_file(name, channel=channel, partner=partner, form=syntax, fits=fits)
    if found.agreement is None and syntax is not None:
        anyhow = catalog.agreement_for_file(name, channel=channel, partner=partner, fits=fits)
        return anyhow if anyhow.agreement is not None else found
    return found


def carry_file(carriage: Carriage, agreement: Agreement) -> None:
    """Carry a file: its good documents go on, its bad ones wait, and it waits as a whole where none can be read."""
    edges, catalog, carried = carriage.edges, carriage.catalog, carriage.carried
    terms = catalog.terms(agreement)
    archive_terms(edges, catalog, terms)
    mapping = _mapping(edges, catalog, terms)
    if isinstance(mapping, Finding):
        _release(carriage, agreement.row.format, terms, [mapping], 0)
        return
    form, settings = format_for(mapping, terms)
    head: Span | None = None if form.cuts else NONE
    held = 0
    for read in form.read(edges.archive.open(carried.address), settings):
        if isinstance(read, FileEnd):
            _release(carriage, agreement.row.format, terms, read.findings, read.documents, held)
            return
        if head is None:
            head = (0, read.offset)
        if not form.cuts:
            read.offset, read.length = 0, carried.size
        documents = _documents(edges, agreement, terms, mapping, read, head, carried.received_at)
        held += documents[0].held_at is not None
        carriage.keep(*documents)


def document_again(edges: Edges, held: Held) -> list[StagedDocument]:
    """What a held document becomes today, read from the file's head and its own bytes."""
    catalog = edges.catalog()
    found = agreed(edges, catalog, held.address, held.file, held.channel, held.partner) or Found()
    blank = _blank(edges, held.set_id, held.number, held.span, held.isa_span or NONE, held.line, held.set_control_number)
    if found.agreement is None:
        return [replace(blank, partner=held.partner, held_at="detect", findings=(found.finding,) if found.finding else (), posts=False)]
    terms = catalog.terms(found.agreement)
    archive_terms(edges, catalog, terms)
    mapping = _mapping(edges, catalog, terms)
    if isinstance(mapping, Finding):
        return [replace(blank, partner=held.partner, held_at="map", findings=(mapping,), posts=False)]
    read = _alone(edges, held, *format_for(mapping, terms))
    if isinstance(read, FileEnd):
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
    documents = _documents(edges, found.agreement, terms, mapping, read, held.isa_span or NONE, held.received_at)
    return [replace(one, findings=tuple(_moved(finding, moved) for finding in one.findings)) for one in documents]


def _alone(edges: Edges, held: Held, form: Format, settings: Any) -> DocumentRead | FileEnd:
    """The held document, cut out of its file or found in it by its number; the file's end where it is not there any more."""
    if not form.cuts:
        every = form.read(edges.archive.open(held.address), settings)
        return next(read for read in every if isinstance(read, FileEnd) or read.number == held.number)
    spans = [span for span in (held.isa_span or NONE, held.span) if span[1]]
    return next(form.read([edges.archive.span(held.address, *span) for span in spans], settings))


def _mapping(edges: Edges, catalog: Catalog, terms: Terms) -> Mapping | Finding:
    try:
        mapping = edges.mapping(catalog, terms)
    except Halt as halt:
        return halt.finding
    if mapping is None:
        return CODES["no-mapping"].finding(NOWHERE, terms.document)
    read = mapping.format.kind if mapping.format is not None else "x12"
    if read != terms.format:
        return CODES["mapping-other-format"].finding(NOWHERE, mapping.name, read=read, agreed=terms.format)
    return mapping


def _documents(
    edges: Edges, agreement: Agreement, terms: Terms, mapping: Mapping, read: DocumentRead, head: Span, received: datetime
) -> list[StagedDocument]:
    outcome = translate_document(terms, mapping, read, {"partner": terms.trading_partner}, received.date())
    blank = _blank(edges, agreement.row.format, read.number, (read.offset, read.length), head, read.line, read.key.replace("\x1f", " "))
    documents = documents_of(edges, blank, agreement.name, terms, outcome)
    return [replace(one, verdict="") for one in documents]


def _blank(edges: Edges, kind: str, number: int, span: Span, head: Span, line: int, key: str) -> StagedDocument:
    return StagedDocument(
        id=edges.ids.new(),
        interchange=1,
        group=1,
        number=number,
        part=1,
        set_id=kind,
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


def _release(carriage: Carriage, kind: str, terms: Terms, findings: list[Finding], count: int, held: int = 0) -> None:
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
    group = GroupRecord(1, kind, "", "", NONE, "A", count, count - held)
    carriage.keep(Release(read, (group,), duplicates="silent"))
