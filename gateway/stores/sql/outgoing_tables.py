"""The tables of what leaves: documents on their way out, the interchanges they go in, and the answers expected to these."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from gateway.stores.sql.tables import Json, Moment, metadata

__all__ = ["leaving", "metadata", "outgoing", "outgoing_group", "outgoing_set", "serial", "source"]

leaving = Table(
    "leaving",
    metadata,
    Column("document", String(26), ForeignKey("document.id"), primary_key=True),
    Column("draft", String(64)),
    Column("departure", Json),
    Column("lane", Text, index=True),
    Column("mends", String(26)),
)
"""A document of ours: the bytes it would leave as, all that its interchange is made of, and `lane` while it waits for one.

`mends` is the interchange in which the partner refused what it goes in the place of.
"""

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("partner", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("departure", Json, nullable=False),
    Column("counter", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", String(64)),
    Column("size", Integer),
    Column("sent_name", Text),
    Column("sent_at", Moment),
    Column("why", Text),
    Index("ix_outgoing_number", "counter", "number"),
)
"""An interchange of ours (or a file without envelope); its numbers are taken in the transaction that makes the row."""

outgoing_group = Table(
    "outgoing_group",
    metadata,
    Column("outgoing", String(26), ForeignKey("outgoing.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("functional_id", Text, nullable=False),
    Column("counter", Text),
    Column("gs_number", Integer),
    Column("form", String(8), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("due_at", Moment),
    Column("verdict", Text),
    Column("answered_at", Moment),
    Index("ix_outgoing_group_number", "counter", "gs_number"),
)
"""One functional group of it, with the answer that is expected: its form ('' where none is), until when, and what it said."""

outgoing_set = Table(
    "outgoing_set",
    metadata,
    Column("outgoing", String(26), primary_key=True),
    Column("group", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("control_number", Text, nullable=False),
    Column("document", String(26), ForeignKey("document.id"), nullable=False, index=True),
    Column("draft", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("mends", String(26), ForeignKey("outgoing.id")),
    ForeignKeyConstraint(["outgoing", "group"], ["outgoing_group.outgoing", "outgoing_group.number"]),
)
"""One set of a group: the document in it, what became of it, and the interchange in which the partner refused it before."""

serial = Table(
    "serial",
    metadata,
    Column("transmission", String(26), ForeignKey("transmission.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("counter", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
"""Serials of packages given to the so-manyth document of a file: written again, it has the same ones, for they are on the goods."""

source = Table(
    "source",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Up to where the documents of a system of ours have been taken."""
