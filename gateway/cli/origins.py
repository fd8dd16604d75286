"""Where each value of a stored document came from: worked out anew from the archived bytes of its set."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.format import DocumentRead
from gateway.formats.kinds import KINDS
from gateway.formats.spans import spans
from gateway.formats.x12.envelope import Group, Interchange, SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.ports import Damaged
from gateway.profiles.catalog import Catalog, Found
from gateway.profiles.guide import Guides
from gateway.profiles.library import Library
from gateway.profiles.terms import Terms
from gateway.translate.explaining import bare
from gateway.translate.files import format_for
from gateway.translate.mapping import Mapping, load
from gateway.translate.origins import ValueOrigin
from gateway.translate.origins import origins as walked
from gateway.translate.outcome import context_of, origins_of
from gateway.translate.outline import outline


@dataclass(frozen=True, slots=True)
class Traced:
    """A document's origins with their places in the file, and the rule of every field, those too that no element stands behind."""

    found: list[tuple[ValueOrigin, Location]]
    mapping: Mapping = field(compare=False)
    as_recorded: bool
    """Whether it was worked out by the terms that the document was made under; by today's otherwise."""

    def rule(self, name: str) -> str:
        """Where the rule of a field stands, as file:line:column; '' where the translation itself fills it."""
        wanted = bare(name)
        return next((str(entry.at) for entry in outline(self.mapping.rules, self.mapping.ground) if entry.field == wanted), "")


def origins(gateway: Any, facts: dict[str, Any]) -> Traced:
    """Each value's origin with its place in the file, worked out from the archived bytes. Raises LookupError where they are gone."""
    if facts["set_id"] in KINDS:
        return _of_file(gateway, facts)
    interchange, group, found = _set(gateway, facts)
    terms, library, as_recorded = terms_of(gateway, facts, lambda catalog: agreed(catalog, facts, interchange, group, found))
    guides = Guides(library)
    guide = guides.guide(terms.guide or guides.find(found.id, group.version) or "")
    if terms.mapping is None:
        raise LookupError("no mapping is agreed for it any more")
    mapping = load(library, terms.mapping, guide, terms.code_tables)
    all_of_them = origins_of(terms, guide, mapping, found)
    part = facts["part"] - 1
    return Traced(all_of_them[part] if part < len(all_of_them) else [], mapping, as_recorded)


def terms_of(gateway: Any, facts: dict[str, Any], today: Callable[[Catalog], Found]) -> tuple[Terms, Library, bool]:
    """The terms it was made under with their texts, as archived; today's where these are gone, or were recorded by an older version."""
    try:
        return *gateway.recorded(facts["terms"]), True
    except LookupError:
        catalog = gateway.catalog()
        now = today(catalog)
        if now.agreement is None:
            raise LookupError(f"the agreement it was made under is gone: {now.finding.message if now.finding else ''}") from None
        terms = catalog.terms(now.agreement)
        return terms, catalog.library, terms.hash == facts["terms"]


def agreed(catalog: Catalog, facts: dict[str, Any], interchange: Interchange, group: Group, found: TransactionSet) -> Found:
    """What is agreed today for a set as it came."""
    return catalog.agreement(
        interchange.sender,
        interchange.receiver,
        found.id,
        group.version,
        interchange.usage,
        group_sender=group.element(2),
        group_receiver=group.element(3),
        on=facts["received_at"].date(),
    )


def agreed_for_file(catalog: Catalog, facts: dict[str, Any]) -> Found:
    """What is agreed today for a file without envelope."""
    return catalog.agreement_for_file(facts["file"], partner=facts["partner"], on=facts["received_at"].date())


def _of_file(gateway: Any, facts: dict[str, Any]) -> Traced:
    """Those of a document of a file without envelope: line, and column or XPath."""
    terms, library, as_recorded = terms_of(gateway, facts, lambda catalog: agreed_for_file(catalog, facts))
    mapping = load(library, terms.mapping or "", None, terms.code_tables)
    form, settings = format_for(mapping, terms)
    for part in form.read(gateway.archive.open(facts["address"]), settings):
        if isinstance(part, DocumentRead) and part.number == facts["number"]:
            found = walked(mapping, part.root, context_of(terms))[facts["part"] - 1]
            return Traced(
                _with_bytes(gateway, facts, [(one, part.locate(one.location())) for one in found], settings), mapping, as_recorded
            )
    raise Damaged(f"the archived file {facts['address']} no longer holds the document {facts['id']}")


def _with_bytes(
    gateway: Any, facts: dict[str, Any], found: list[tuple[ValueOrigin, Location]], settings: Any
) -> list[tuple[ValueOrigin, Location]]:
    """The places with their bytes, where the file is one of rows."""
    cells = {(at.line, at.column) for _, at in found if at.line is not None and at.column is not None}
    known = spans(gateway.archive.open(facts["address"]), cells, settings) if cells else {}
    placed = []
    for origin, at in found:
        offset, length = known.get((at.line or 0, at.column or 0), (None, None))
        placed.append((origin, replace(at, offset=offset, length=length) if offset is not None else at))
    return placed


def _set(gateway: Any, facts: dict[str, Any]) -> tuple[Interchange, Group, TransactionSet]:
    """The document's set, read again; the whole file is read, so that every place is as it was."""
    if facts.get("draft"):  # ours: its draft holds nothing else
        for event in read(gateway.archive.open(facts["draft"])):
            if isinstance(event, SetRead):
                return event.interchange, event.group, event.transaction_set
    wanted = (facts["interchange"], facts["functional_group"], facts["number"])
    for event in read(gateway.archive.open(facts["address"])):
        if isinstance(event, SetRead) and (event.interchange.number, event.group.number, event.transaction_set.number) == wanted:
            return event.interchange, event.group, event.transaction_set
    raise Damaged(f"the archived file {facts['address']} no longer holds the set of {facts['id']}")
