"""`gateway write`: canonical documents as what leaves us, in whatever format the agreement or the mapping says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, put_finding, say

if TYPE_CHECKING:
    from gateway.profiles.agreement import Agreement
    from gateway.profiles.terms import Terms
    from gateway.translate.mapping import Mapping


@click.command(
    name="write", cls=Command, examples=["gateway write order.json --partner acme", "gateway write order.json --mapping csv/order"]
)
@click.argument("name", metavar="DOCUMENT.json")
@click.option("--partner", help="Under the terms agreed for sending to this partner.")
@click.option("--mapping", "mapping_name", metavar="NAME", help="By this mapping, such as csv/order, without a partner.")
@click.option("--order", "orders", metavar="ORDER.json", multiple=True, help="An order that is answered, for partners who want it echoed.")
@click.pass_context
def command(context: click.Context, name: str, partner: str | None, mapping_name: str | None, orders: tuple[str, ...]) -> None:
    """Print documents as the file that would leave; nothing is sent.

    It is CSV, fixed-width, XML, JSON or X12, as agreed. DOCUMENT.json is a document or a list of them, as `gateway
    translate` prints; - is standard input. What is written is read again and held against the documents first: where
    something is wrong it is told on stderr with the document's field, nothing is printed and the exit code is 5.
    Choices that only X12 has are those of `gateway x12 write`.
    """
    from gateway.cli.x12_write import documents_of
    from gateway.cli.x12_write import write as x12

    if (partner is None) == (mapping_name is None):
        raise click.UsageError("name a partner with --partner, or a mapping with --mapping")
    if partner is not None:
        project.needed()
    documents = documents_of(files.whole(name), name)
    kinds = sorted({str(one["document_type"]) for one in documents})
    if len(kinds) > 1:
        raise click.UsageError(f"one file is of one type of document; {name} has {' and '.join(kinds)}")
    terms, mapping = _agreed(partner, kinds[0]) if partner is not None else (None, _mapping(mapping_name or "", None))
    if mapping is None or mapping.format is None:
        _, standard, set_id = (mapping.guide if mapping is not None else "//").split("/")
        context.invoke(x12, name=name, partner=partner, standard=None if partner else standard, set_id=set_id or None, orders=orders)
        return
    if mapping.document not in ("", kinds[0]):
        raise click.UsageError(f"{mapping.name} writes {mapping.document}, not {kinds[0]}")
    answered = [order for file in orders for order in documents_of(files.whole(file), file)]
    _put(name, documents, mapping, terms, {"order": answered} if answered else {})


def _put(name: str, documents: list[dict[str, Any]], mapping: Mapping, terms: Terms | None, thread: dict[str, Any]) -> None:
    from gateway.translate.writing.files import FileWriter

    shown = click.format_filename(name) if name != "-" else "standard input"
    written = FileWriter(mapping, terms).write(documents, thread)
    for finding in written.findings:
        put_finding(finding, shown, err=True)
    if not written.sendable:
        errors = sum(finding.severity == "error" for finding in written.findings)
        say(f"{shown}: {count(errors, 'error')}, nothing written", colour="red")
        outcome.finish(outcome.FINDINGS)
    sys.stdout.buffer.write(written.body)
    sys.stdout.buffer.flush()


def _agreed(partner: str, kind: str) -> tuple[Terms | None, Mapping | None]:
    """The terms of the one agreement to send such documents to a partner, and its mapping; no mapping where it is X12."""
    from gateway.profiles.catalog import Catalog
    from gateway.profiles.sending import SETS

    catalog = Catalog.load(project.library())
    if partner not in catalog.partners:
        raise outcome.NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")
    sending = [one for one in catalog.partners[partner].agreements if one.direction == "send"]
    fitting: list[Agreement] = [one for one in sending if kind == one.row.document or SETS.get(kind) == one.row.set]
    if not fitting:
        named = ", ".join(one.what for one in sending) or "nothing"
        raise outcome.NotFound(f"{catalog.partners[partner].profile.name} has no agreement to send {kind}; agreed is: {named}")
    files_first = [one for one in fitting if one.row.document is not None] or fitting
    if len({one.row.format for one in fitting}) > 1:
        say(f"{kind} is agreed as {' and '.join(one.row.format for one in fitting)}: written as {files_first[0].row.format}")
    if files_first[0].row.format == "x12":
        return None, None
    terms = catalog.terms(files_first[0])
    return terms, _mapping(terms.mapping or "", terms)


def _mapping(name: str, terms: Terms | None) -> Mapping:
    from gateway.cli.named import bare_name
    from gateway.documents.models import fields_of
    from gateway.edi.finding import Halt
    from gateway.translate.mapping import load

    try:
        mapping = load(project.library(), bare_name(name), None, terms.code_tables if terms else None, schema=fields_of)
    except Halt as halt:
        raise outcome.NotFound(halt.finding.message) from None
    if not mapping.usable:
        problem = next(finding for finding in mapping.findings if finding.severity == "error")
        raise outcome.Failure(f"{problem.location.file}:{problem.location.line}: {problem.message}")
    return mapping
