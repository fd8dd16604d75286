"""Serials of packages, given once to each document."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "serial",
        sa.Column("transmission", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["transmission"], ["transmission.id"], name=op.f("fk_serial_transmission")),
        sa.PrimaryKeyConstraint("transmission", "number", name=op.f("pk_serial")),
    )
