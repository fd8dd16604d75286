"""One SQLite database: one writer thread that commits in groups, and readers that cannot write.

A transaction is a closure over a connection. The writer runs up to 100 of those that wait (or 50 ms of them), each in a
savepoint of its own, and commits once; a closure that fails is rolled back alone; nobody is told before the commit. So
closures must only read and write rows: no file, no rendering, no other edge, while the write lock is held.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from gateway.ports import FaultPoint, Unavailable, no_fault

T = TypeVar("T")
Transaction = Callable[[Connection], T]

GROUP_LIMIT = 100
GROUP_SECONDS = 0.05
BUSY_SECONDS = 30.0


class _Job:
    __slots__ = ("future", "transaction")

    def __init__(self, transaction: Transaction[Any]) -> None:
        self.transaction = transaction
        self.future: Future[Any] = Future()


class Database:
    """Writes through one thread, reads through `query_only` connections; in memory both go through the thread."""

    def __init__(self, path: Path | None, fault: FaultPoint = no_fault, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._fault = fault
        self._busy = busy_seconds
        self.engine = self._engine(read_only=False)
        self._readers = None if path is None else self._engine(read_only=True)
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._dead: BaseException | None = None
        self.commits = 0
        """Transactions committed so far; fewer than closures run where they were grouped."""
        self.committed: list[Callable[[], object]] = []
        """Called after each commit, by the writer: to wake whoever may have work now. They only set a flag."""

    def _engine(self, read_only: bool) -> Engine:
        pool = {"poolclass": StaticPool} if self.path is None else {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 8}
        url = "sqlite://" if self.path is None else f"sqlite:///{self.path}"
        engine = create_engine(url, connect_args={"check_same_thread": False, "isolation_level": None, "timeout": self._busy}, **pool)

        def connect(connection: sqlite3.Connection, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys=ON")
            if read_only:
                cursor.execute("PRAGMA query_only=ON")
            elif self.path is not None:
                cursor.execute("PRAGMA journal_mode=WAL")
                cursor.execute("PRAGMA synchronous=FULL")
            cursor.close()

        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

        event.listen(engine, "connect", connect)
        event.listen(engine, "begin", begin)
        return engine

    def durability(self) -> tuple[str, int]:
        """Journal mode and synchronous level of the write connection, for the start-up check."""
        with self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            return str(raw.execute("PRAGMA journal_mode").fetchone()[0]), int(raw.execute("PRAGMA synchronous").fetchone()[0])

    def submit(self, transaction: Transaction[T]) -> Future[T]:
        """Queue a transaction; the future is fulfilled once it is committed."""
        job = _Job(transaction)
        with self._lock:
            if self._dead is not None and not isinstance(self._dead, Exception):
                raise self._dead  # what ended the writer ends whoever asks it
            if self._dead is not None:
                raise Unavailable("the database is closed") from self._dead
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="gateway-writer", daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return job.future

    def write(self, transaction: Transaction[T]) -> T:
        """Run a transaction and wait until it is committed."""
        return self.submit(transaction).result()

    def read(self, question: Transaction[T]) -> T:
        """Ask a question of a committed state; short, because a long reader keeps the write-ahead log growing."""
        if self._readers is None:
            return self.write(question)
        with self._readers.connect() as connection, connection.begin():
            return question(connection)

    def close(self) -> None:
        """Finish what is queued and let go of the file."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._dead = self._dead or RuntimeError("closed")
        if thread is not None:
            self._jobs.put(None)
            thread.join()
        self.engine.dispose()
        if self._readers is not None:
            self._readers.dispose()

    def _run(self) -> None:
        stop = False
        while not stop:
            first = self._jobs.get()
            if first is None:
                return
            done: list[tuple[_Job, Any, BaseException | None]] = []
            try:
                stop = self._group(first, done)
            except BaseException as error:  # noqa: BLE001 told to whoever waits; the thread itself must not die silently
                killed = not isinstance(error, Exception)
                failure = _unavailable(error)
                if not done:
                    done.append((first, None, failure))
                for job, _, _ in done:
                    job.future.set_exception(failure)
                if killed:
                    self._abandon(error)
                    return
                continue
            for job, value, failed in done:
                if failed is None:
                    job.future.set_result(value)
                else:
                    job.future.set_exception(failed)

    def _group(self, first: _Job, done: list[tuple[_Job, Any, BaseException | None]]) -> bool:
        until = time.monotonic() + GROUP_SECONDS
        job: _Job | None = first
        stop = False
        with self.engine.connect() as connection, connection.begin():
            raw = connection.connection.driver_connection
            assert raw is not None
            while job is not None:
                done.append((job, None, None))
                raw.execute("SAVEPOINT job")
                try:
                    done[-1] = (job, job.transaction(connection), None)
                except Exception as error:  # what it wrote is rolled back; the others of the group go on
                    if not raw.in_transaction:
                        raise
                    raw.execute("ROLLBACK TO job")
                    done[-1] = (job, None, _unavailable(error))
                raw.execute("RELEASE job")
                if len(done) >= GROUP_LIMIT or time.monotonic() > until:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                stop = job is None
            self._fault("commit:before")
        self.commits += 1
        self._fault("commit:after")
        for wake in self.committed:
            wake()
        return stop

    def _abandon(self, error: BaseException) -> None:
        with self._lock:
            self._dead = error
            while True:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    return
                if job is not None:
                    job.future.set_exception(error)


def _unavailable(error: BaseException) -> BaseException:
    if isinstance(error, OperationalError) and any(word in str(error) for word in ("locked", "full", "disk I/O")):
        return Unavailable(f"the journal cannot be written: {error.orig}")
    return error
