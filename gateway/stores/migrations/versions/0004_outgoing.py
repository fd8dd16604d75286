"""What leaves: documents on their way out, their interchanges, the answers expected, cursors of our own systems."""

import sqlalchemy as sa
from alembic import op

from gateway.stores.sql import tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Five tables, and a column for what an answer was matched to."""
    op.add_column("received_answer", sa.Column("outgoing", sa.String(length=26), nullable=True))
    op.create_index(op.f("ix_received_answer_outgoing"), "received_answer", ["outgoing"], unique=False)
    op.create_table(
        "leaving",
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("draft", sa.String(length=64), nullable=True),
        sa.Column("departure", tables.Json(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("mends", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_leaving_document")),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_leaving")),
    )
    op.create_index(op.f("ix_leaving_lane"), "leaving", ["lane"], unique=False)
    op.create_table(
        "outgoing",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("departure", tables.Json(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sent_name", sa.Text(), nullable=True),
        sa.Column("sent_at", tables.Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(op.f("ix_outgoing_state"), "outgoing", ["state"], unique=False)
    op.create_index(op.f("ix_outgoing_partner"), "outgoing", ["partner"], unique=False)
    op.create_index("ix_outgoing_number", "outgoing", ["counter", "number"], unique=False)
    op.create_table(
        "outgoing_group",
        sa.Column("outgoing", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("functional_id", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("gs_number", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", tables.Moment(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("answered_at", tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["outgoing"], ["outgoing.id"], name=op.f("fk_outgoing_group_outgoing")),
        sa.PrimaryKeyConstraint("outgoing", "number", name=op.f("pk_outgoing_group")),
    )
    op.create_index(op.f("ix_outgoing_group_state"), "outgoing_group", ["state"], unique=False)
    op.create_index("ix_outgoing_group_number", "outgoing_group", ["counter", "gs_number"], unique=False)
    op.create_table(
        "outgoing_set",
        sa.Column("outgoing", sa.String(length=26), nullable=False),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("control_number", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=26), nullable=False),
        sa.Column("draft", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("mends", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_outgoing_set_document")),
        sa.ForeignKeyConstraint(["mends"], ["outgoing.id"], name=op.f("fk_outgoing_set_mends")),
        sa.ForeignKeyConstraint(
            ["outgoing", "group"], ["outgoing_group.outgoing", "outgoing_group.number"], name=op.f("fk_outgoing_set_outgoing_group")
        ),
        sa.PrimaryKeyConstraint("outgoing", "group", "number", name=op.f("pk_outgoing_set")),
    )
    op.create_index(op.f("ix_outgoing_set_document"), "outgoing_set", ["document"], unique=False)
    op.create_table(
        "source",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_source")),
    )
