"""Staging tables as one of our own systems: rows that it takes, and rows of what it wants sent; SQLite or PostgreSQL.

An inbound row is unique by its effect key, so that the database itself keeps a second one out. Outbound rows are read in
the order of their commits: in PostgreSQL a row of a transaction that is still open must not be passed over, so that only
what is older than every open transaction is read.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import UserDefinedType

from gateway.edi.shown import shown
from gateway.ports import OurDocument, OutcomeUnknown, Posting, Refused, Unavailable

_PATIENCE = 30
"""Seconds that one statement may take, waiting for locks included."""
_SESSION = ("SET synchronous_commit = on", f"SET statement_timeout = '{_PATIENCE}s'", f"SET lock_timeout = '{_PATIENCE}s'")

_MISSING = ("42P01", "42703", "3F000")
"""SQLSTATE of a table, column or schema that is not there."""


class _Xid(UserDefinedType[Any]):
    """PostgreSQL's number of a transaction (xid8, since 13)."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class DatabaseConnector:
    """Inserts each document as one row and commits; `url` gives the database's URL when it is first needed."""

    def __init__(
        self,
        name: str,
        url: Callable[[], str],
        *,
        production: bool = False,
        schema: str | None = None,
        prefix: str = "gateway_",
        create: bool = False,
    ) -> None:
        self.name = name
        self.production = production
        self._url = url
        self._schema = schema
        self._prefix = prefix
        self._create = create
        self._lock = threading.Lock()
        self._opened: tuple[Engine, Table, Table] | None = None

    def find(self, effect_key: str) -> str | None:
        """The number of the row under the key, whatever became of it there."""
        with self._told(), self._connected() as (connection, inbound, _):
            return _number(connection, inbound, effect_key)

    def create(self, posting: Posting) -> str:
        """Insert a row with status `new` and commit; a row under the key is found, not made again."""
        try:
            row = _row(posting)
        except UnicodeError as error:
            raise Refused(f"a row of {self.name} holds text only: {posting.document} is none") from error
        with self._told(), self._connected() as (connection, inbound, _):
            insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(inbound)
            made = connection.execute(
                insert.values(row).on_conflict_do_nothing(index_elements=["effect_key"]).returning(inbound.c.id)
            ).scalar()
            try:
                connection.commit()
            except SQLAlchemyError as error:
                # a transaction that is still open must end with its session, or find would see what nobody else does
                connection.invalidate()
                if _says_no(error):  # a rule that is checked at the commit
                    raise
                raise OutcomeUnknown(f"{self.name} did not say whether it kept the row: {_why(error)}") from error
            if made is not None:
                return str(made)
            found = _number(connection, inbound, posting.effect_key)
        if found is None:  # it stood there a moment ago, and somebody deleted it
            raise Unavailable(f"the row of {posting.document} vanished from {self.name} while it was looked up")
        return found

    def read(self, after: str | None, limit: int = 100) -> list[OurDocument]:
        """Outbound rows in the order of their commits; those up to the cursor get the status `collected`."""
        with self._told(), self._connected() as (connection, _, outbound):
            ordered = connection.dialect.name == "postgresql"
            position = [outbound.c.tx, outbound.c.id] if ordered else [outbound.c.id]
            asked = select(outbound.c.id, outbound.c.document_type, outbound.c.content, *position[:-1]).order_by(*position).limit(limit)
            facts = _position(after)
            if facts is not None:
                done = "(tx, id) <= (CAST(CAST(:at_tx AS text) AS xid8), :at_id)" if ordered else "id <= :at_id"
                bound = facts if ordered else {"at_id": facts["at_id"]}
                upto = text(done).bindparams(**bound)
                taken = update(outbound).where(outbound.c.status == "new", upto).values(status="collected", collected_at=func.now())
                connection.execute(taken)
                connection.commit()
                asked = asked.where(text(f"NOT ({done})").bindparams(**bound))
            if ordered:
                asked = asked.where(text("tx < pg_snapshot_xmin(pg_current_snapshot())"))
            rows = connection.execute(asked).all()
        return [
            OurDocument(f"{int(row.tx) if ordered else 0:020}:{row.id:020}", row.document_type, row.content.encode("utf-8", "replace"))
            for row in rows
        ]

    def close(self) -> None:
        """Let go of the connections."""
        if self._opened is not None:
            self._opened[0].dispose()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[Connection, Table, Table]]:
        engine, inbound, outbound = self._ready()
        with engine.connect() as connection:
            yield connection, inbound, outbound

    def _ready(self) -> tuple[Engine, Table, Table]:
        with self._lock:
            if self._opened is None:
                engine = _engine(self._url(), self.name)
                inbound, outbound = tables(engine.dialect.name, self._schema, self._prefix)
                if self._create:
                    try:
                        inbound.metadata.create_all(engine)
                    except BaseException:
                        engine.dispose()
                        raise
                self._opened = engine, inbound, outbound
            return self._opened

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the database raised, as what it means: nothing of ours was committed where this is reached."""
        try:
            yield
        except SQLAlchemyError as error:
            why = _why(error)
            if _says_no(error):
                raise Refused(f"{self.name} refused the row: {why}") from error
            missing = _state(error) in _MISSING or why.startswith(("no such table", "no such column"))
            remedy = f"; `gateway destination ddl {self.name}` prints the tables it needs" if missing else ""
            raise Unavailable(f"{self.name} cannot be used: {why}{remedy}") from error


def tables(dialect: str, schema: str | None = None, prefix: str = "gateway_") -> tuple[Table, Table]:
    """The inbound and the outbound table, as they stand in a database of this dialect."""
    metadata = MetaData(schema=schema)
    number = BigInteger().with_variant(Integer(), "sqlite")
    inbound = Table(
        f"{prefix}inbound",
        metadata,
        Column("id", number, primary_key=True, autoincrement=True),
        Column("effect_key", Text, nullable=False, unique=True, comment="what makes it happen once"),
        Column("document_type", Text, nullable=False),
        Column("partner", Text, nullable=False),
        Column("business_key", Text, nullable=False),
        Column("revision", Text, nullable=False),
        Column("document", Text, nullable=False, comment="the gateway's id"),
        Column("format", Text, nullable=False, comment="json, or what the template makes"),
        Column("content", Text, nullable=False),
        Column("status", Text, nullable=False, server_default="new", comment="yours: new, then taken or refused"),
        Column("reason", Text, comment="yours: why it was refused"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        sqlite_autoincrement=True,
    )
    Index(f"{prefix}inbound_status", inbound.c.status, inbound.c.id)
    outbound = Table(
        f"{prefix}outbound",
        metadata,
        Column("id", number, primary_key=True, autoincrement=True),
        *([Column("tx", _Xid(), nullable=False, server_default=func.pg_current_xact_id())] if dialect == "postgresql" else []),
        Column("document_type", Text, nullable=False),
        Column("content", Text, nullable=False, comment="the document as JSON"),
        Column("status", Text, nullable=False, server_default="new", comment="ours: new, then collected"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("collected_at", DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )
    Index(f"{prefix}outbound_status", outbound.c.status, outbound.c.id)
    if dialect == "postgresql":
        Index(f"{prefix}outbound_order", outbound.c.tx, outbound.c.id)
    return inbound, outbound


def ddl(dialect: str, schema: str | None = None, prefix: str = "gateway_") -> str:
    """The statements that make the tables, for a person who may."""
    spoken: Any = postgresql.dialect() if dialect == "postgresql" else sqlite.dialect()  # type: ignore[no-untyped-call]
    said: list[str] = []
    for table in tables(dialect, schema, prefix):
        said.append(str(CreateTable(table).compile(dialect=spoken)).strip())
        said.extend(str(CreateIndex(index).compile(dialect=spoken)).strip() for index in sorted(table.indexes, key=lambda i: str(i.name)))
    return "".join(f"{statement.replace(chr(9), '    ')};\n\n" for statement in said)


def _engine(url: str, name: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Unavailable(f"the URL of {name} is none; expected postgresql://user:password@host/database or sqlite:///path") from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    kind = parsed.get_backend_name()
    if kind not in ("postgresql", "sqlite"):
        raise Unavailable(f"the database of {name} is {shown(kind)}; expected PostgreSQL or SQLite")
    arguments = (
        {"timeout": _PATIENCE} if kind == "sqlite" else {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": _PATIENCE * 1000}
    )
    try:
        engine = create_engine(parsed, connect_args=arguments, hide_parameters=True, pool_pre_ping=True, pool_timeout=_PATIENCE)
    except ImportError as error:
        raise Unavailable("PostgreSQL needs psycopg; `pip install 'edi-gateway[postgres]'` brings it") from error
    # committed is on disk, whatever the server's default; and nobody waits for ever
    said = ("PRAGMA synchronous = FULL",) if kind == "sqlite" else _SESSION

    @event.listens_for(engine, "connect")
    def prepared(connection: Any, _: Any) -> None:
        for statement in said:
            connection.execute(statement)
        connection.commit()

    return engine


def _number(connection: Connection, inbound: Table, effect_key: str) -> str | None:
    found = connection.execute(select(inbound.c.id).where(inbound.c.effect_key == effect_key)).scalar()
    return None if found is None else str(found)


def _row(posting: Posting) -> dict[str, str]:
    row = {
        "effect_key": posting.effect_key,
        "document_type": posting.document_type,
        "partner": posting.partner,
        "business_key": posting.business_key,
        "revision": posting.revision,
        "document": posting.document,
        "format": posting.extension,
        "content": posting.content.decode("utf-8"),
    }
    for value in row.values():
        value.encode()
        if "\x00" in value:  # PostgreSQL's text has no such character
            raise UnicodeError
    return row


def _position(after: str | None) -> dict[str, Any] | None:
    if after is None:
        return None
    tx, _, number = after.partition(":")
    return {"at_tx": str(int(tx)), "at_id": int(number)}


def _says_no(error: SQLAlchemyError) -> bool:
    """Whether a rule of the database's forbids the row: a constraint, a form, what a trigger raises."""
    return isinstance(error, DataError | IntegrityError) or _state(error).startswith("P0")


def _state(error: SQLAlchemyError) -> str:
    """PostgreSQL's SQLSTATE; empty elsewhere."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _why(error: SQLAlchemyError) -> str:
    """The database's first line; never the statement or its values."""
    told = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return shown(told.partition("\n")[0][:200])
