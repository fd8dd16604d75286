"""Alembic's entry: one transaction for the whole upgrade, begun immediately, so that a kill leaves the old schema whole."""

from alembic import context

from gateway.stores.sql.tables import metadata

engine = context.config.attributes["engine"]
with engine.begin() as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True, render_as_batch=True)
    context.run_migrations()
