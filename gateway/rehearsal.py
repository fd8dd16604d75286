"""What would become of a file: carried by the very same code, in a journal that is forgotten. Nothing is kept, sent or counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gateway import pipeline
from gateway.carriage.edges import Edges, Translate
from gateway.ports import Inbox, Offered, no_fault
from gateway.profiles.catalog import Catalog, Channel
from gateway.stores.archive import MemoryArchive
from gateway.stores.sql.database import Database
from gateway.stores.sql.journal import SqlJournal, lane_of
from gateway.stores.sql.opening import open_database
from gateway.stores.sql.work import SqlWork


@contextmanager
def rehearsed(
    edges: Edges, translate: Translate, inbox: Inbox, offered: Offered, partner: str | None = None
) -> Iterator[tuple[Database, MemoryArchive, str]]:
    """The forgetful journal and archive after the file was carried, and the id of its transmission.

    Raises what taking the file raises.
    """
    database, archive = open_database(None), MemoryArchive()
    try:
        journal = SqlJournal(database, edges.clock, edges.ids)
        trial = replace(edges, archive=archive, journal=journal, translate=translate, terms_archived=set(), fault=no_fault)
        receipt = pipeline.receive(trial, inbox, offered, partner)
        [lease] = SqlWork(database, edges.clock).claim("rehearsal", lane=lane_of(receipt.transmission))
        pipeline.inbound(trial, lease, journal.begin(lease, receipt.transmission)).result()
        yield database, archive, receipt.transmission
    finally:
        database.close()


def as_if_testing(catalog: Catalog, channel: Channel) -> Catalog:
    """The catalog in which the partner's profile counts although it is only a draft: trying comes before production."""
    partner = catalog.partners.get(channel.partner or "")
    if partner is None or partner.profile.status != "draft":
        return catalog
    agreements = tuple(replace(one, status="testing") if one.status == "draft" else one for one in partner.agreements)
    tried = replace(partner, agreements=agreements)
    return replace(catalog, partners={**catalog.partners, partner.name: tried}, _terms={})
