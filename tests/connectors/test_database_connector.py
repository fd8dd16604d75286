"""Staging tables: the database keeps a second effect out, a lost commit is unknown, and no row that was committed late is passed over."""

import json
import sqlite3
import threading
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from gateway.connectors.database import DatabaseConnector, ddl
from gateway.ports import OutcomeUnknown, Posting, Refused, Unavailable

POSTING = Posting("acme|purchase_order|PO1|", "01D", "purchase_order", "acme", "PO1", "", b'{"number":"PO1"}')

TRIGGER = """
CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {0} RETURN NEW; END $$;
CREATE {1} theirs AFTER INSERT ON gateway_inbound {2} FOR EACH ROW EXECUTE FUNCTION theirs();
"""


@pytest.fixture
def staging(tmp_path):
    made = DatabaseConnector("erp", lambda: f"sqlite:///{tmp_path}/staging.db", create=True)
    yield made
    made.close()


@pytest.fixture
def open_sqlite(tmp_path):
    opened = []

    def connect():
        opened.append(sqlite3.connect(tmp_path / "staging.db", isolation_level=None))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def pg(postgres):
    """A database of its own: (its URL, an engine of the other system's, a connector)."""
    url = postgres.url()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    connector = DatabaseConnector("erp", lambda: url, create=True)
    yield url, engine, connector
    connector.close()
    engine.dispose()


def test_a_row_says_everything_of_the_document(staging, open_sqlite):
    assert staging.create(POSTING) == "1"
    columns = "effect_key, document_type, partner, business_key, revision, document, format, content, status, reason"
    assert open_sqlite().execute(f"SELECT {columns} FROM gateway_inbound").fetchall() == [
        ("acme|purchase_order|PO1|", "purchase_order", "acme", "PO1", "", "01D", "json", '{"number":"PO1"}', "new", None)
    ]


def test_a_row_is_found_whatever_became_of_it(staging, open_sqlite):
    staging.create(POSTING)
    open_sqlite().execute("UPDATE gateway_inbound SET status = 'refused', reason = 'no such item'")
    assert staging.find(POSTING.effect_key) == staging.create(POSTING) == "1"


def test_without_its_tables_it_is_unavailable_and_says_what_prints_them(tmp_path):
    connector = DatabaseConnector("erp", lambda: f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(Unavailable, match="`gateway destination ddl erp` prints the tables"):
        connector.create(POSTING)
    connector.close()


def test_the_tables_may_be_made_by_hand(tmp_path, open_sqlite):
    open_sqlite().executescript(ddl("sqlite", prefix="edi_"))
    connector = DatabaseConnector("erp", lambda: f"sqlite:///{tmp_path}/staging.db", prefix="edi_")
    assert connector.create(POSTING) == "1"
    connector.close()


def test_what_is_no_text_is_refused(staging):
    for content in (b"\xff", b'"\x00"'):
        with pytest.raises(Refused, match="holds text only"):
            staging.create(replace(POSTING, content=content))


def test_a_commit_that_cannot_be_made_is_unknown_and_found_or_not(staging, open_sqlite, monkeypatch):
    staging.create(POSTING)
    reader = open_sqlite()
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM gateway_inbound").fetchall()  # a reader that does not end lets nobody commit
    monkeypatch.setattr("gateway.connectors.database._PATIENCE", 0.1)
    hasty = DatabaseConnector("erp", staging._url)
    with pytest.raises(OutcomeUnknown, match="database is locked"):
        hasty.create(replace(POSTING, effect_key="b"))
    reader.execute("ROLLBACK")
    assert hasty.find("b") is None
    assert hasty.create(replace(POSTING, effect_key="b")) == "2"
    hasty.close()


def test_what_was_read_is_marked_as_collected_by_the_next_reading(staging, open_sqlite):
    staging.find("")
    theirs = open_sqlite()
    for number in "123":
        theirs.execute("INSERT INTO gateway_outbound (document_type, content) VALUES ('purchase_order', ?)", (json.dumps(number),))
    read = staging.read(None, limit=2)
    assert theirs.execute("SELECT status FROM gateway_outbound").fetchall() == [("new",)] * 3
    assert [document.content for document in staging.read(read[-1].cursor)] == [b'"3"']
    assert theirs.execute("SELECT status FROM gateway_outbound").fetchall() == [("collected",), ("collected",), ("new",)]


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://user:hunter2-canary@host/x", "sqlite:////no/such/folder/canary.db"])
def test_a_url_that_cannot_be_used_is_told_without_what_it_holds(url):
    connector = DatabaseConnector("erp", lambda: url)
    with pytest.raises(Unavailable) as told:
        connector.create(POSTING)
    assert "hunter2" not in str(told.value)


@pytest.mark.service
class TestPostgres:
    def test_many_at_once_make_one_row(self, pg):
        _, engine, connector = pg
        connector.find("")
        references = []
        posts = [threading.Thread(target=lambda: references.append(connector.create(POSTING))) for _ in range(6)]
        for post in posts:
            post.start()
        for post in posts:
            post.join()
        assert len(set(references)) == 1
        assert len(references) == 6
        with engine.connect() as theirs:
            assert theirs.execute(text("SELECT count(*) FROM gateway_inbound")).scalar() == 1

    def test_a_row_that_is_committed_late_is_not_passed_over(self, pg):
        _, engine, connector = pg
        connector.find("")
        insert = text("INSERT INTO gateway_outbound (document_type, content) VALUES ('purchase_order', :content)")
        with engine.connect() as slow, engine.connect() as quick:
            slow.execute(insert, {"content": "1"})
            quick.execute(insert, {"content": "2"})
            quick.commit()
            assert connector.read(None) == []
            slow.commit()
        read = connector.read(None)
        assert [document.content for document in read] == [b"1", b"2"]
        assert connector.read(read[-1].cursor) == []

    def test_the_tables_may_be_made_by_hand_in_a_schema(self, pg):
        url, engine, _ = pg
        with engine.begin() as theirs:
            theirs.execute(text("CREATE SCHEMA staging"))
            for statement in ddl("postgresql", "staging", "edi_").split(";\n"):
                if statement.strip():
                    theirs.execute(text(statement))
        connector = DatabaseConnector("erp", lambda: url, schema="staging", prefix="edi_")
        assert connector.create(POSTING) == connector.find(POSTING.effect_key) == "1"
        connector.close()

    def test_without_its_tables_it_says_what_prints_them(self, pg):
        connector = DatabaseConnector("erp", lambda: pg[0])
        with pytest.raises(Unavailable, match="`gateway destination ddl erp` prints the tables"):
            connector.create(POSTING)
        connector.close()

    def test_a_row_that_a_rule_of_theirs_forbids_is_refused(self, pg):
        _, engine, connector = pg
        connector.find("")
        with engine.begin() as theirs:
            theirs.execute(text("ALTER TABLE gateway_inbound ADD CHECK (partner <> 'evil')"))
        with pytest.raises(Refused, match="violates check constraint"):
            connector.create(replace(POSTING, partner="evil"))

    def test_what_a_trigger_of_theirs_raises_is_refused_with_its_reason(self, pg):
        _, engine, connector = pg
        connector.find("")
        with engine.begin() as theirs:
            theirs.execute(text(TRIGGER.format("RAISE EXCEPTION 'no such item';", "TRIGGER", "")))
        with pytest.raises(Refused, match="refused the row: no such item"):
            connector.create(POSTING)
        assert connector.find(POSTING.effect_key) is None

    @pytest.mark.parametrize(
        ("does", "error"),
        [("PERFORM pg_terminate_backend(pg_backend_pid());", OutcomeUnknown), ("RAISE EXCEPTION 'no such item';", Refused)],
    )
    def test_a_commit_that_breaks_is_unknown_and_one_that_is_refused_is_a_no(self, pg, does, error):
        _, engine, connector = pg
        connector.find("")
        with engine.begin() as theirs:
            theirs.execute(text(TRIGGER.format(does, "CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED")))
        with pytest.raises(error):
            connector.create(POSTING)
        with engine.begin() as theirs:
            theirs.execute(text("DROP TRIGGER theirs ON gateway_inbound"))
        assert connector.find(POSTING.effect_key) is None
        assert connector.create(POSTING) == connector.find(POSTING.effect_key)

    def test_a_session_that_is_ended_is_unavailable_or_mended_and_the_row_is_one(self, pg):
        _, engine, connector = pg
        connector.create(POSTING)
        with engine.begin() as theirs:
            theirs.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'gateway'")
            )
        assert connector.create(POSTING) == "1"

    def test_an_outage_is_unavailable_and_nothing_is_lost(self, postgres, pg):
        _, _, connector = pg
        connector.create(POSTING)
        postgres.stop()
        try:
            with pytest.raises(Unavailable, match="erp cannot be used"):
                connector.create(replace(POSTING, effect_key="b"))
        finally:
            postgres.start()
        assert connector.find("b") is None
        assert connector.create(replace(POSTING, effect_key="b"))
        assert connector.find(POSTING.effect_key) == "1"
