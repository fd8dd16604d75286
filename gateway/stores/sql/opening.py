"""Opens the journal's database: migrated to this version of the gateway, or refused with what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from gateway.ports import FaultPoint, Unavailable, no_fault
from gateway.stores.sql.audit import APPEND_ONLY
from gateway.stores.sql.database import Database
from gateway.stores.sql.outgoing_tables import metadata

HEAD = "0006"
"""The revision this version of the gateway works with; a test holds it against the migrations."""


def open_database(path: Path | None, fault: FaultPoint = no_fault) -> Database:
    """The database in a file, or in memory where `path` is None. Raises Unavailable when it cannot be used as it is."""
    if path is None:
        database = Database(None, fault)
        database.write(_create)
        return database
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        database = Database(path, fault)
        revision = database.read(_revision)
        if revision != HEAD:
            _migrate(path, database, revision)
        mode, synchronous = database.durability()
    except Exception as error:
        if isinstance(error, Unavailable):
            raise
        raise Unavailable(
            f"the journal {path} cannot be opened: {error}; restore it from a backup, or rebuild it from the archive"
        ) from error
    if mode != "wal" or synchronous < 2:
        setting = f"journal_mode={mode}, synchronous={synchronous}"
        raise Unavailable(f"the journal {path} would lose in a power cut what it has committed ({setting}); use a local disk")
    return database


def configuration(database: Database) -> Config:
    """Alembic's configuration for the migrations inside the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    config.attributes["engine"] = database.engine
    return config


def _revision(connection: Connection) -> str | None:
    known = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").first()
    if known is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _migrate(path: Path, database: Database, revision: str | None) -> None:
    if revision is not None and revision > HEAD:
        raise Unavailable(
            f"the journal {path} was written by a newer gateway (revision {revision}, this one knows {HEAD}); install that version"
        )
    if revision is not None:
        copy = path.with_name(f"{path.name}.before-{HEAD}")
        if not copy.exists():
            with sqlite3.connect(path) as source:
                source.execute("VACUUM INTO ?", (str(copy),))
            source.close()
    command.upgrade(configuration(database), "head")
    if database.read(_revision) != HEAD:
        raise Unavailable(f"the journal {path} is at an unknown revision ({revision}); restore it from a backup")


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    for trigger in APPEND_ONLY:
        connection.exec_driver_sql(trigger)
