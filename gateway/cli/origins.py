"""Where each value of a stored document came from: worked out anew from the archived bytes of its set."""

from collections.abc import Callable
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.format import DocumentRead
from gateway.formats.kinds import KINDS
from gateway.formats.x12.envelope import Group, Interchange, SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.ports import Damaged, Library
from gateway.profiles.catalog import Catalog, Found
from gateway.profiles.guide import Guides
from gateway.profiles.terms import Terms
from gateway.translate.files import format_for
from gateway.translate.mapping import load
from gateway.translate.origins import ValueOrigin
from gateway.translate.origins import origins as walked
from gateway.translate.outcome import context_of, origins_of


def origins(gateway: Any, facts: dict[str, Any]) -> tuple[list[tuple[ValueOrigin, Location]], bool]:
    """Each value's origin with its place in the file, and whether they are by the terms the document was made under."""
    if facts["set_id"] in KINDS:
        return _of_file(gateway, facts)
    interchange, group, found = _set(gateway, facts)
    terms, library, as_recorded = _terms(gateway, facts, lambda catalog: _agreed(catalog, facts, interchange, group, found))
    guides = Guides(library)
    guide = guides.guide(terms.guide or guides.find(found.id, group.version) or "")
    if terms.mapping is None:
        raise LookupError("no mapping is agreed for it any more")
    all_of_them = origins_of(terms, guide, load(library, terms.mapping, guide, terms.code_tables), found)
    part = facts["part"] - 1
    return (all_of_them[part] if part < len(all_of_them) else []), as_recorded


def _terms(gateway: Any, facts: dict[str, Any], today: Callable[[Catalog], Found]) -> tuple[Terms, Library, bool]:
    """The terms it was made under with their texts, as archived; today's where these are gone, or were recorded by an older version."""
    try:
        return *gateway.recorded(facts["terms"]), True
    except LookupError:
        catalog = gateway.catalog()
        agreed = today(catalog)
        if agreed.agreement is None:
            raise LookupError(f"the agreement it was made under is gone: {agreed.finding.message if agreed.finding else ''}") from None
        terms = catalog.terms(agreed.agreement)
        return terms, catalog.library, terms.hash == facts["terms"]


def _agreed(catalog: Catalog, facts: dict[str, Any], interchange: Interchange, group: Group, found: TransactionSet) -> Found:
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


def _of_file(gateway: Any, facts: dict[str, Any]) -> tuple[list[tuple[ValueOrigin, Location]], bool]:
    """Those of a document of a file without envelope: line, and column or XPath."""

    def today(catalog: Catalog) -> Found:
        return catalog.agreement_for_file(facts["file"], partner=facts["partner"], on=facts["received_at"].date())

    terms, library, as_recorded = _terms(gateway, facts, today)
    mapping = load(library, terms.mapping or "", None, terms.code_tables)
    form, settings = format_for(mapping, terms)
    for part in form.read(gateway.archive.open(facts["address"]), settings):
        if isinstance(part, DocumentRead) and part.number == facts["number"]:
            found = walked(mapping, part.root, context_of(terms))[facts["part"] - 1]
            return [(one, part.locate(one.location())) for one in found], as_recorded
    raise Damaged(f"the archived file {facts['address']} no longer holds the document {facts['id']}")


def _set(gateway: Any, facts: dict[str, Any]) -> tuple[Interchange, Group, TransactionSet]:
    """The document's set, read again; the whole file is read, so that every place is as it was."""
    wanted = (facts["interchange"], facts["functional_group"], facts["number"])
    for event in read(gateway.archive.open(facts["address"])):
        if isinstance(event, SetRead) and (event.interchange.number, event.group.number, event.transaction_set.number) == wanted:
            return event.interchange, event.group, event.transaction_set
    raise Damaged(f"the archived file {facts['address']} no longer holds the set of {facts['id']}")
