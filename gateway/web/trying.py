"""What would become of a file: carried by the very same code, in a journal that is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gateway import pipeline
from gateway.carriage.edges import Edges, Translate
from gateway.formats.x12 import acknowledgment
from gateway.ports import no_fault
from gateway.profiles.catalog import Channel
from gateway.stores.archive import MemoryArchive
from gateway.stores.sql import owned
from gateway.stores.sql.dispatch import SqlDispatch
from gateway.stores.sql.journal import SqlJournal, lane_of
from gateway.stores.sql.opening import open_database
from gateway.stores.sql.work import SqlWork
from gateway.web.uploads import Upload

EVERYTHING = owned.Owner()


def tried(
    edges: Edges, translate: Translate, channel: Channel, name: str, chunks: Iterable[bytes]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the journal would say of the file, and the answers' bytes by id; nothing is kept, sent or counted."""
    database = open_database(None)
    try:
        journal = SqlJournal(database, edges.clock, edges.ids)
        trial = replace(edges, archive=MemoryArchive(), journal=journal, translate=translate, terms_archived=set(), fault=no_fault)
        upload = Upload(channel.name, name, chunks, edges.ids.new(), keyed=False)
        receipt = pipeline.receive(trial, upload, upload.list()[0], channel.partner)
        [lease] = SqlWork(database, edges.clock).claim("trial", lane=lane_of(receipt.transmission))
        pipeline.inbound(trial, lease, receipt.transmission)
        facts = owned.status(database, EVERYTHING, receipt.transmission)
        assert facts is not None
        dispatch = SqlDispatch(database, edges.clock)
        answers = (dispatch.answer(row["id"]) for row in facts["acknowledgments"])
        return facts, {due.id: written(due) for due in answers}
    finally:
        database.close()


def written(due: Any) -> str:
    """The bytes of an answer as text."""
    return acknowledgment.write(due.answer, due.isa_number, due.gs_number, due.at).decode("latin-1")
