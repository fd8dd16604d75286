"""The journal as first released."""

import sqlalchemy as sa
from alembic import op

from gateway.stores.sql import tables
from gateway.stores.sql.audit import APPEND_ONLY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, index and, on SQLite, the triggers that keep events."""
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("transmission", sa.String(length=26), nullable=True),
        sa.Column("document", sa.String(length=26), nullable=True),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("detail", tables.Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_document"), "event", ["document"], unique=False)
    op.create_index(op.f("ix_event_transmission"), "event", ["transmission"], unique=False)
    op.create_table(
        "lane",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("next_due", tables.Moment(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", tables.Moment(), nullable=True),
        sa.Column("paused_until", tables.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
    )
    op.create_index("ix_lane_due", "lane", ["next_due"], unique=False)
    op.create_table(
        "transmission",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arrival", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", tables.Moment(), nullable=False),
        sa.Column("read_at", tables.Moment(), nullable=True),
        sa.Column("duplicate_of", sa.String(length=26), nullable=True),
        sa.Column("discarded_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["duplicate_of"], ["transmission.id"], name=op.f("fk_transmission_duplicate_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmission")),
        sa.UniqueConstraint("arrival", name=op.f("uq_transmission_arrival")),
    )
    op.create_index(op.f("ix_transmission_address"), "transmission", ["address"], unique=False)
    op.create_index(op.f("ix_transmission_state"), "transmission", ["state"], unique=False)
    op.create_table(
        "acknowledgment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("interchange", sa.Integer(), nullable=False),
        sa.Column("functional_group", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", tables.Json(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("isa_counter", sa.Text(), nullable=False),
        sa.Column("isa_number", sa.Integer(), nullable=False),
        sa.Column("gs_number", sa.Integer(), nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("sent_name", sa.Text(), nullable=True),
        sa.Column("sent_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_acknowledgment_transmission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgment")),
        sa.UniqueConstraint("transmission", "interchange", "functional_group", name="uq_acknowledgment_owed_once"),
    )
    op.create_index(op.f("ix_acknowledgment_state"), "acknowledgment", ["state"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("interchange", sa.Integer(), nullable=False),
        sa.Column("functional_group", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_at", sa.String(length=16), nullable=True),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("control_number", sa.Text(), nullable=False),
        sa.Column("span_offset", sa.BigInteger(), nullable=False),
        sa.Column("span_length", sa.BigInteger(), nullable=False),
        sa.Column("isa_offset", sa.BigInteger(), nullable=False),
        sa.Column("isa_length", sa.BigInteger(), nullable=False),
        sa.Column("gs_offset", sa.BigInteger(), nullable=False),
        sa.Column("gs_length", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=1), nullable=False),
        sa.Column("findings_omitted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("terms", sa.String(length=64), nullable=True),
        sa.Column("document_type", sa.Text(), nullable=True),
        sa.Column("schema_version", sa.Text(), nullable=True),
        sa.Column("business_key", sa.Text(), nullable=True),
        sa.Column("revision", sa.Text(), server_default="", nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("destinations", tables.Json(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("posts", sa.Boolean(), nullable=False),
        sa.Column("duplicate_of", sa.String(length=26), nullable=True),
        sa.Column("changed_at", tables.Moment(), nullable=False),
        sa.CheckConstraint("claim IS NULL OR claim = effect_key", name=op.f("ck_document_claim")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["document.id"], name=op.f("fk_document_duplicate_of")),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_document_transmission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("claim", name=op.f("uq_document_claim")),
    )
    op.create_index(op.f("ix_document_business_key"), "document", ["business_key"], unique=False)
    op.create_index("ix_document_effect", "document", ["effect_key", "transmission", "interchange"], unique=False)
    op.create_index(op.f("ix_document_partner"), "document", ["partner"], unique=False)
    op.create_index(op.f("ix_document_state"), "document", ["state"], unique=False)
    op.create_index("ix_document_within", "document", ["transmission", "interchange", "functional_group", "number"], unique=False)
    op.create_index(
        "uq_document_place",
        "document",
        ["transmission", "interchange", "functional_group", "number", "part"],
        unique=True,
        sqlite_where=sa.text("(state NOT IN ('staged', 'replaced'))"),
        postgresql_where=sa.text("(state NOT IN ('staged', 'replaced'))"),
    )
    op.create_index(
        "uq_document_staged",
        "document",
        ["transmission", "interchange", "functional_group", "number", "part"],
        unique=True,
        sqlite_where=sa.text("state = 'staged'"),
        postgresql_where=sa.text("state = 'staged'"),
    )
    op.create_table(
        "interchange",
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_at", sa.String(length=16), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("control_number", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("span_offset", sa.BigInteger(), nullable=False),
        sa.Column("span_length", sa.BigInteger(), nullable=False),
        sa.Column("isa_offset", sa.BigInteger(), nullable=False),
        sa.Column("isa_length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ta1", sa.String(length=1), nullable=False),
        sa.Column("seen_at", tables.Moment(), nullable=False),
        sa.Column("duplicate_transmission", sa.String(length=26), nullable=True),
        sa.Column("duplicate_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_interchange_transmission")),
        sa.PrimaryKeyConstraint("transmission", "number", name=op.f("pk_interchange")),
    )
    op.create_index("ix_interchange_seen", "interchange", ["sender", "receiver", "control_number", "seen_at"], unique=False)
    op.create_index(op.f("ix_interchange_sha256"), "interchange", ["sha256"], unique=False)
    op.create_index(op.f("ix_interchange_state"), "interchange", ["state"], unique=False)
    op.create_table(
        "void_number",
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counter.name"], name=op.f("fk_void_number_counter")),
        sa.PrimaryKeyConstraint("counter", "n", name=op.f("pk_void_number")),
    )
    op.create_table(
        "work",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", tables.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("detail", tables.Json(), nullable=False),
        sa.ForeignKeyConstraint(["lane"], ["lane.id"], name=op.f("fk_work_lane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("kind", "subject", name="uq_work_once"),
    )
    op.create_index("ix_work_open", "work", ["lane", "state", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("changed_at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_delivery_document")),
        sa.PrimaryKeyConstraint("document", "destination", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("interchange", sa.Integer(), nullable=False),
        sa.Column("functional_group", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=26), nullable=True),
        sa.Column("verb", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("layer", sa.String(length=8), nullable=False),
        sa.Column("detail", tables.Json(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_finding_document")),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_finding_transmission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_code"), "finding", ["code"], unique=False)
    op.create_index(op.f("ix_finding_document"), "finding", ["document"], unique=False)
    op.create_index("ix_finding_place", "finding", ["transmission", "interchange", "functional_group"], unique=False)
    op.create_table(
        "functional_group",
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("interchange", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("functional_id", sa.Text(), nullable=False),
        sa.Column("control_number", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("span_offset", sa.BigInteger(), nullable=False),
        sa.Column("span_length", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=1), nullable=False),
        sa.Column("set_count", sa.Integer(), nullable=False),
        sa.Column("accepted_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transmission", "interchange"],
            ["interchange.transmission", "interchange.number"],
            name=op.f("fk_functional_group_transmission_interchange"),
        ),
        sa.PrimaryKeyConstraint("transmission", "interchange", "number", name=op.f("pk_functional_group")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for trigger in APPEND_ONLY:
            op.execute(trigger)
