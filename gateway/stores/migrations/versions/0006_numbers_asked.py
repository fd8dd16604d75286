"""Whoever sent an interchange asks for it by its number alone."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index."""
    op.create_index("ix_interchange_control_number", "interchange", ["control_number"])
