"""The tables of the journal, the same for SQLite and PostgreSQL.

Moments are UTC; amounts never stand in columns (canonical documents are JSON text). Ids are ULIDs given from outside,
so that a row's id says when it was made and no database sequence is asked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(64)
def _text(value: datetime) -> str:
    """One moment stands in many rows of a transaction."""
    return value.astimezone(UTC).strftime(MOMENT)


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC: a timestamp where the database has one, else text of fixed width that sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, timestamptz elsewhere."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """A moment as stored; a naive one is our mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return _text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """A stored moment, aware."""
        if value is None or isinstance(value, datetime):
            return value.astimezone(UTC) if value else None
        return datetime.strptime(value, MOMENT).replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """A value as compact JSON text, keys in their own order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The value as text."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The text as a value."""
        return None if value is None else json.loads(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id", **options: Any) -> Column[str]:
    return Column(name, String(26), **options)


def _bytes(name: str, nullable: bool = True) -> tuple[Column[int], Column[int]]:
    return Column(f"{name}_offset", BigInteger, nullable=nullable), Column(f"{name}_length", BigInteger, nullable=nullable)


transmission = Table(
    "transmission",
    metadata,
    _id(primary_key=True),
    Column("direction", String(3), nullable=False),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("arrival", String(64), nullable=False, unique=True),
    Column("address", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("partner", Text),
    Column("form", Text, nullable=False, server_default=""),
    Column("state", String(16), nullable=False, index=True),
    Column("received_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("duplicate_of", String(26), ForeignKey("transmission.id")),
    Column("discarded_at", Moment),
)

interchange = Table(
    "interchange",
    metadata,
    Column("transmission", String(26), ForeignKey("transmission.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("held_at", String(16)),
    Column("sender", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("control_number", Text, nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("partner", Text),
    *_bytes("span", nullable=False),
    *_bytes("isa", nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("ta1", String(1), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("duplicate_transmission", String(26)),
    Column("duplicate_number", Integer),
    Index("ix_interchange_seen", "sender", "receiver", "control_number", "seen_at"),
)

functional_group = Table(
    "functional_group",
    metadata,
    Column("transmission", String(26), primary_key=True),
    Column("interchange", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("functional_id", Text, nullable=False),
    Column("control_number", Text, nullable=False),
    Column("version", Text, nullable=False),
    *_bytes("span", nullable=False),
    Column("verdict", String(1), nullable=False),
    Column("set_count", Integer, nullable=False),
    Column("accepted_count", Integer, nullable=False),
    ForeignKeyConstraint(["transmission", "interchange"], ["interchange.transmission", "interchange.number"]),
)

document = Table(
    "document",
    metadata,
    _id(primary_key=True),
    Column("transmission", String(26), ForeignKey("transmission.id"), nullable=False),
    Column("interchange", Integer, nullable=False),
    Column("functional_group", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("held_at", String(16)),
    Column("set_id", Text, nullable=False),
    Column("control_number", Text, nullable=False),
    *_bytes("span", nullable=False),
    *_bytes("isa", nullable=False),
    *_bytes("gs", nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("verdict", String(1), nullable=False),
    Column("findings_omitted", Integer, nullable=False, server_default="0"),
    Column("partner", Text, index=True),
    Column("agreement", Text),
    Column("terms", String(64)),
    Column("document_type", Text),
    Column("schema_version", Text),
    Column("business_key", Text, index=True),
    Column("revision", Text, nullable=False, server_default=""),
    Column("effect_key", Text),
    Column("claim", Text, unique=True),
    Column("content", Text),
    Column("digest", String(64)),
    Column("destinations", Json, nullable=False),
    Column("test", Boolean(create_constraint=False), nullable=False),
    Column("posts", Boolean(create_constraint=False), nullable=False),
    Column("duplicate_of", String(26), ForeignKey("document.id")),
    Column("changed_at", Moment, nullable=False),
    CheckConstraint("claim IS NULL OR claim = effect_key", name="claim"),
    # wide enough that no planner takes another way through an interchange of 100,000 sets
    Index("ix_document_within", "transmission", "interchange", "functional_group", "number"),
    Index("ix_document_effect", "effect_key", "transmission", "interchange"),
)
"""`claim` holds the effect key while the document may have an effect: its uniqueness is what makes an effect happen once."""

for _name, _where in (
    ("uq_document_staged", document.c.state == literal_column("'staged'")),
    ("uq_document_place", document.c.state.not_in([literal_column("'staged'"), literal_column("'replaced'")])),
):
    Index(
        _name,
        *(document.c[column] for column in ("transmission", "interchange", "functional_group", "number", "part")),
        unique=True,
        sqlite_where=_where,
        postgresql_where=_where,
    )

finding = Table(
    "finding",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("transmission", String(26), ForeignKey("transmission.id"), nullable=False),
    Column("interchange", Integer, nullable=False),
    Column("functional_group", Integer, nullable=False),
    Column("document", String(26), ForeignKey("document.id"), index=True),
    Column("verb", String(16), nullable=False),
    Column("code", Text, nullable=False, index=True),
    Column("severity", String(8), nullable=False),
    Column("layer", String(8), nullable=False),
    Column("detail", Json, nullable=False),
    Index("ix_finding_place", "transmission", "interchange", "functional_group"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("document", String(26), ForeignKey("document.id"), primary_key=True),
    Column("destination", Text, primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("reference", Text),
    Column("why", Text),
    Column("changed_at", Moment, nullable=False),
)

acknowledgment = Table(
    "acknowledgment",
    metadata,
    _id(primary_key=True),
    Column("transmission", String(26), ForeignKey("transmission.id"), nullable=False),
    Column("interchange", Integer, nullable=False),
    Column("functional_group", Integer, nullable=False),
    Column("advice", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("form", String(8), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("answer", Json, nullable=False),
    Column("channel", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("isa_counter", Text, nullable=False),
    Column("isa_number", Integer, nullable=False),
    Column("gs_number", Integer),
    Column("at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", String(64)),
    Column("sent_name", Text),
    Column("sent_at", Moment),
    Column("why", Text),
    UniqueConstraint("transmission", "interchange", "functional_group", "advice", name="uq_acknowledgment_owed_once"),
    Index("ix_acknowledgment_numbers", "isa_counter", "isa_number"),
)

received_answer = Table(
    "received_answer",
    metadata,
    Column("transmission", String(26), ForeignKey("transmission.id"), primary_key=True),
    Column("interchange", Integer, primary_key=True),
    Column("functional_group", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("form", String(8), nullable=False),
    Column("partner", Text, nullable=False),
    Column("functional_id", Text, nullable=False),
    Column("control_number", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("about", Text),
    Column("outcome", String(16), nullable=False, index=True),
    Column("acknowledgment", String(26), ForeignKey("acknowledgment.id"), index=True),
    Column("outgoing", String(26), index=True),
    Column("at", Moment, nullable=False),
)
"""Answers that partners sent to us (TA1, 997, 999, 824), each with what it was matched to.

`functional_group` is 0 for a TA1; `about` is the set that an 824 speaks of (850 0001).
"""

inbox_remark = Table(
    "inbox_remark",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("severity", String(8), nullable=False),
    Column("since", Moment, nullable=False),
)
"""What stands in an inbox and is not taken, since when; a row goes when the file does."""

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

void_number = Table(
    "void_number",
    metadata,
    Column("counter", Text, ForeignKey("counter.name"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("next_due", Moment),
    Column("owner", Text),
    Column("token", BigInteger, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("paused_until", Moment),
    Index("ix_lane_due", "next_due"),
)

work = Table(
    "work",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("lane", Text, ForeignKey("lane.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("why", Text),
    Column("detail", Json, nullable=False),
    UniqueConstraint("kind", "subject", name="uq_work_once"),
    Index("ix_work_open", "lane", "state", "id"),
)

event = Table(
    "event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("transmission", String(26), index=True),
    Column("document", String(26), index=True),
    Column("verb", String(16), nullable=False),
    Column("what", Text, nullable=False),
    Column("person", Text),
    Column("detail", Json),
)
