"""The database under the journal: grouped commits, failures alone, readers that cannot write, migrations whole or not at all."""

import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.ports import Unavailable
from gateway.stores.sql import tables
from gateway.stores.sql.database import Database
from gateway.stores.sql.opening import HEAD, configuration, open_database
from tests.stores.journal_rig import Fault, Killed

counter = tables.counter


@pytest.fixture
def database(tmp_path):
    database = open_database(tmp_path / "journal.sqlite")
    yield database
    database.close()


def put(name, n=1):
    return lambda connection: connection.execute(insert(counter).values(name=name, n=n))


def names(database):
    return sorted(database.read(lambda connection: connection.execute(select(counter.c.name)).scalars().all()))


def test_it_is_durable_by_its_settings(database):
    assert database.durability() == ("wal", 2)


def test_what_waits_together_is_committed_together(database):
    gate, entered = threading.Event(), threading.Event()

    def slow(connection):
        entered.set()
        gate.wait()
        put("first")(connection)

    first = database.submit(slow)
    entered.wait()
    before = database.commits
    rest = [database.submit(put(f"n{n}")) for n in range(40)]
    gate.set()
    for future in [first, *rest]:
        future.result()
    assert len(names(database)) == 41
    assert database.commits - before < 41


def test_nobody_is_told_before_the_commit(tmp_path):
    fault = Fault()
    database = open_database(tmp_path / "journal.sqlite", fault)
    fault.arm("commit:before")
    with pytest.raises(Killed):
        database.write(put("lost"))
    database.close()
    again = open_database(tmp_path / "journal.sqlite")
    assert names(again) == []
    again.close()


def test_one_that_fails_is_rolled_back_alone(database):
    gate, entered = threading.Event(), threading.Event()

    def hold(connection):
        entered.set()
        gate.wait()

    def failing(connection):
        put("half")(connection)
        put("good")(connection)

    held = database.submit(hold)
    entered.wait()
    good, bad, more = database.submit(put("good")), database.submit(failing), database.submit(put("more"))
    gate.set()
    held.result()
    good.result()
    more.result()
    with pytest.raises(IntegrityError):
        bad.result()
    assert names(database) == ["good", "more"]


def test_readers_cannot_write(database):
    with pytest.raises(OperationalError, match="readonly"):
        database.read(put("x"))


def test_many_threads_lose_nothing(database):
    threads = [threading.Thread(target=lambda n=n: [database.write(put(f"{n}-{i}")) for i in range(25)]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 100


def test_two_processes_worth_of_writers_wait_for_each_other(tmp_path, database):
    other = open_database(tmp_path / "journal.sqlite")
    threads = [
        threading.Thread(target=lambda d=d, n=n: [d.write(put(f"{n}-{i}")) for i in range(25)]) for n, d in enumerate((database, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(database)) == 50
    other.close()


def test_a_journal_locked_by_somebody_else_is_unavailable_not_lost(tmp_path):
    open_database(tmp_path / "journal.sqlite").close()
    database = Database(tmp_path / "journal.sqlite", busy_seconds=0.05)
    database.write(put("before"))
    with sqlite3.connect(tmp_path / "journal.sqlite", isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            database.write(put("during"))
        blocker.execute("ROLLBACK")
    blocker.close()
    database.write(put("after"))
    assert names(database) == ["after", "before"]
    database.close()


def test_after_closing_it_is_unavailable(database):
    database.close()
    with pytest.raises(Unavailable):
        database.write(put("x"))


def test_the_migrations_make_the_tables_that_the_code_uses(database):
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), tables.metadata)
    assert differences == []


def test_the_newest_migration_is_the_one_that_the_code_asks_for(database):
    assert ScriptDirectory.from_config(configuration(database)).get_current_head() == HEAD


def test_in_memory_it_is_the_same_tables(tmp_path, database):
    memory = open_database(None)
    question = text(
        "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE '%alembic%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    ask = lambda connection: [tuple(row) for row in connection.execute(question)]  # noqa: E731
    assert memory.read(ask) == database.read(ask)
    memory.close()


def test_a_journal_of_a_newer_gateway_is_refused_with_what_to_do(tmp_path):
    database = open_database(tmp_path / "journal.sqlite")
    database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(Unavailable, match="newer gateway"):
        open_database(tmp_path / "journal.sqlite")


def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable, match="rebuild it from the archive"):
        open_database(tmp_path / "journal.sqlite")


def test_a_migration_that_is_killed_leaves_nothing_half_made(tmp_path, monkeypatch):
    from alembic import op

    made = []
    real = op.create_table

    def dying(name, *columns, **options):
        made.append(name)
        if len(made) == 8:
            raise Killed(name)
        return real(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", dying)
    with pytest.raises(Killed):
        open_database(tmp_path / "journal.sqlite")
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / "journal.sqlite") as file:
        assert file.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (0,)
    file.close()
    database = open_database(tmp_path / "journal.sqlite")
    assert names(database) == []
    database.close()


def test_money_and_moments_come_back_as_they_went(database):
    from datetime import UTC, datetime, timedelta, timezone

    moment = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=timezone(timedelta(hours=-5)))
    database.write(
        lambda connection: connection.execute(
            insert(tables.event).values(at=moment, verb="receive", what="x", detail={"amount": "1234567890123456.789"})
        )
    )
    at, detail = database.read(lambda connection: connection.execute(select(tables.event.c.at, tables.event.c.detail)).one())
    assert (at, at.tzinfo, detail) == (moment, UTC, {"amount": "1234567890123456.789"})
