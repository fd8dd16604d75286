"""The 824 is owed beside the 997 of its group; which set a received one speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OWED_ONCE = "uq_acknowledgment_owed_once"
REFERENCE = "fk_received_answer_acknowledgment"


def upgrade() -> None:
    """Two columns; the unique constraint anew, for which SQLite makes the table anew while nothing refers to it."""
    with op.batch_alter_table("received_answer") as table:
        table.drop_constraint(REFERENCE, type_="foreignkey")
        table.add_column(sa.Column("about", sa.Text(), nullable=True))
    with op.batch_alter_table("acknowledgment") as table:
        table.add_column(sa.Column("advice", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()))
        table.drop_constraint(OWED_ONCE, type_="unique")
        table.create_unique_constraint(OWED_ONCE, ["transmission", "interchange", "functional_group", "advice"])
    with op.batch_alter_table("received_answer") as table:
        table.create_foreign_key(REFERENCE, "acknowledgment", ["acknowledgment"], ["id"])
