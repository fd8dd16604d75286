"""Answers received, remarks of inboxes, and why an acknowledgment could not be sent."""

import sqlalchemy as sa
from alembic import op

from gateway.stores.sql import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, a column, an index."""
    op.add_column("acknowledgment", sa.Column("why", sa.Text(), nullable=True))
    op.create_index("ix_acknowledgment_numbers", "acknowledgment", ["isa_counter", "isa_number"], unique=False)
    op.create_table(
        "received_answer",
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("interchange", sa.Integer(), nullable=False),
        sa.Column("functional_group", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("functional_id", sa.Text(), nullable=False),
        sa.Column("control_number", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("acknowledgment", sa.String(length=26), nullable=True),
        sa.Column("at", tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_received_answer_transmission")),
        sa.ForeignKeyConstraint(["acknowledgment"], ["acknowledgment.id"], name=op.f("fk_received_answer_acknowledgment")),
        sa.PrimaryKeyConstraint("transmission", "interchange", "functional_group", "number", name=op.f("pk_received_answer")),
    )
    op.create_index(op.f("ix_received_answer_outcome"), "received_answer", ["outcome"], unique=False)
    op.create_index(op.f("ix_received_answer_acknowledgment"), "received_answer", ["acknowledgment"], unique=False)
    op.create_table(
        "inbox_remark",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("since", tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "code", "name", name=op.f("pk_inbox_remark")),
    )
