"""`gateway x12 write`: canonical documents as an interchange, by the mappings that read such sets."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import put_finding, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.profiles.library import Library
    from gateway.profiles.terms import EnvelopeTerms, Terms
    from gateway.translate.writing.proof import Written


@click.command(
    name="write",
    cls=Command,
    examples=[
        "gateway x12 write order.json --partner acme",
        "gateway x12 write order.json --standard 004010",
        "gateway x12 write answer.json --partner lakeside --order order.json",
    ],
)
@click.argument("name", metavar="DOCUMENT.json")
@click.option("--partner", help="Under the terms agreed for sending to this partner.")
@click.option("--standard", metavar="VERSION", help="Without a partner: by the standard guide and mapping of this version, as 004010.")
@click.option("--set", "set_id", metavar="SET", help="The set to write, where the document's type does not say it.")
@click.option("--order", "orders", metavar="ORDER.json", multiple=True, help="An order that is answered, for partners who want it echoed.")
@click.option("--serial", type=click.IntRange(0), help="First serial for packages without SSCC, where we number them.")
@click.option("--number", type=click.IntRange(1, 999_999_999), default=1, show_default=True, help="ISA13 and GS06.")
def write(
    name: str, partner: str | None, standard: str | None, set_id: str | None, orders: tuple[str, ...], serial: int | None, number: int
) -> None:
    """Print documents as X12 interchanges; nothing is sent.

    DOCUMENT.json is a document or a list of them, as `gateway translate` prints; - is standard input. What is written is
    read again and held against the guide first: where something is wrong it is told on stderr with the document's field,
    nothing is printed and the exit code is 5.
    """
    if (partner is None) == (standard is None):
        raise click.UsageError("name a partner with --partner, or a version with --standard")
    documents = documents_of(files.whole(name), name)
    shown = click.format_filename(name) if name != "-" else "standard input"
    answered = [order for file in orders for order in documents_of(files.whole(file), file)]
    desk = _Desk(project.library(), partner, standard, {"order": answered} if answered else {}, serial)
    sets: list[tuple[Written, str]] = []
    errors = 0
    for written, ordinals in desk.written(documents, set_id):
        which = "" if len(documents) == 1 else f" (document {', '.join(map(str, ordinals))})"
        for finding in written.findings:
            put_finding(finding, shown + which, err=True)
        errors += sum(finding.severity == "error" for finding in written.findings)
        for one in written.given:
            say(f"{shown}{which}: handling unit {one.unit} has SSCC {one.sscc}")
        sets.append((written, desk.envelope.gs08 or written.guide.version))
    if errors:
        say(f"{shown}: {errors} {'error' if errors == 1 else 'errors'}, nothing written", colour="red")
        outcome.finish(outcome.FINDINGS)
    _put(desk, sets, number, shown)


def _put(desk: _Desk, sets: list[tuple[Written, str]], number: int, shown: str) -> None:
    from gateway.formats.x12.writer import Outgoing, interchanges

    outgoing = [Outgoing(one.guide.set, version, one.segments) for one, version in sets]
    made = interchanges(desk.envelope, outgoing, number, number, datetime.now(UTC), desk.usage)
    findings = [finding for one in made for finding in one.findings]
    for finding in findings:
        put_finding(finding, shown, err=True)
    if findings:
        outcome.finish(outcome.FINDINGS)
    for one in made:
        sys.stdout.buffer.write(one.data)
    sys.stdout.buffer.flush()


def documents_of(data: bytes, name: str) -> list[dict[str, Any]]:
    """The documents of a file with the values that mappings work on; what is no document is told in a sentence."""
    import json

    from pydantic import ValidationError

    from gateway.documents.models import DOCUMENTS

    try:
        found = json.loads(data)
    except ValueError as error:
        raise outcome.Failure(f"{name}: is not JSON: {error}") from None
    documents = []
    for one in found if isinstance(found, list) else [found]:
        model = DOCUMENTS.get(str(one.get("document_type"))) if isinstance(one, dict) else None
        if model is None:
            raise outcome.Failure(f"{name}: document_type is none of {', '.join(DOCUMENTS)}")
        try:
            documents.append(model.model_validate_json(json.dumps(one)).model_dump(exclude_unset=True))
        except ValidationError as error:
            row = error.errors(include_url=False, include_context=False)[0]
            field = ".".join(str(step + 1) if isinstance(step, int) else step for step in row["loc"])
            raise outcome.Failure(f"{name}: {field}: {row['msg']}") from None
    if not documents:
        raise outcome.Failure(f"{name}: holds no document")
    return documents


class _Desk:
    """Guides, mappings and terms by which documents are written, each read once."""

    def __init__(self, library: Library, partner: str | None, standard: str | None, thread: dict[str, Any], serial: int | None) -> None:
        from gateway.profiles.guide import Guides
        from gateway.profiles.terms import EnvelopeTerms

        self.library = library
        self.guides = Guides(library)
        self.standard = standard or ""
        self.partner = partner
        self.thread = thread
        self.serials = iter(()) if serial is None else count(serial)
        self.usage = "T"
        self.begun = False
        self.envelope: EnvelopeTerms = EnvelopeTerms(
            ("ZZ", "SENDER"), ("ZZ", "RECEIVER"), "SENDER", "RECEIVER", isa12=self.standard[:5], gs08=self.standard
        )
        if partner is not None:
            from gateway.profiles.catalog import Catalog

            project.needed()
            self.catalog = Catalog.load(library)
            if partner not in self.catalog.partners:
                raise outcome.NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")

    def written(self, documents: list[dict[str, Any]], set_id: str | None) -> Iterator[tuple[Written, list[int]]]:
        """The sets of the documents, each with the documents in it, counted from 1: as the mapping splits and merges."""
        from gateway.formats.x12.writer import delimiters_of
        from gateway.profiles.sending import SETS
        from gateway.translate.writing.several import write_documents

        kinds: dict[str, list[int]] = {}
        for n, document in enumerate(documents):
            kinds.setdefault(set_id or SETS[document["document_type"]], []).append(n)
        for wanted, places in kinds.items():
            writer, terms = self._writer(wanted)
            if terms is not None:
                if self.begun and delimiters_of(terms.envelope) != delimiters_of(self.envelope):
                    raise outcome.Failure(f"{wanted} is agreed with other delimiters than the sets before it: write it apart")
                self.envelope, self.usage, self.begun = terms.envelope, "T" if terms.test else terms.usage, True
            for n in places:
                if writer.mapping.document != documents[n]["document_type"]:
                    raise click.UsageError(f"{wanted} is written from {writer.mapping.document}, not from {documents[n]['document_type']}")
            chosen = [documents[n] for n in places]
            for one in write_documents(writer, chosen, delimiters_of(self.envelope), terms, self.thread, self.serials):
                yield one.written, [places[n] + 1 for n in one.members]

    def _writer(self, set_id: str) -> tuple[Any, Terms | None]:
        from gateway.documents.models import fields_of
        from gateway.edi.finding import Halt
        from gateway.translate.mapping import load
        from gateway.translate.writing.writer import Writer

        terms = self._terms(set_id) if self.partner is not None else None
        mapping_name = terms.mapping if terms is not None else f"x12/{self.standard}/{set_id}"
        guide_name = terms.guide if terms is not None else f"x12/{self.standard}/{set_id}"
        try:
            guide = self.guides.guide(guide_name or "")
            mapping = load(self.library, mapping_name or "", guide, dict(terms.code_tables) if terms else None, schema=fields_of)
        except Halt as halt:
            raise outcome.NotFound(halt.finding.message) from None
        if not mapping.usable:
            problem = next(finding for finding in mapping.findings if finding.severity == "error")
            raise outcome.Failure(f"{problem.location.file}:{problem.location.line}: {problem.message}")
        return Writer(mapping, guide), terms

    def _terms(self, set_id: str) -> Terms:
        """The terms agreed for sending a set to the partner."""
        partner = self.catalog.partners[self.partner or ""]
        agreed = [one for one in partner.agreements if one.direction == "send" and one.row.format == "x12"]
        fitting = [one for one in agreed if one.row.set == set_id]
        if not fitting:
            named = ", ".join(one.what for one in agreed) or "nothing"
            raise outcome.NotFound(f"{partner.profile.name} has no agreement to send {set_id}; agreed is: {named}")
        return self.catalog.terms(fitting[0])
