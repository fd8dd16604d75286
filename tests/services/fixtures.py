"""The service fixtures, imported by the conftest of each room that needs them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from gateway.transports.sftp.login import Login
from gateway.transports.sftp.server import Server
from tests.services import postgres as postgres_server
from tests.services.sshd import REMEDY, Sshd, binary, start


@pytest.fixture(scope="session")
def sshd(missing) -> Iterator[Sshd]:
    """A running OpenSSH server."""
    if binary() is None:
        missing("sshd (OpenSSH)", REMEDY)
    server = start()
    yield server
    server.stop()


@pytest.fixture
def login(sshd) -> Login:
    """Who we are at the server, by key, the host key pinned."""
    return Login("127.0.0.1", sshd.user, sshd.port, key="env:KEY", pins=(sshd.pins["ed25519"],), patience=20.0)


@pytest.fixture
def at(request) -> Iterator:
    """Makes the connections to a server for a login; they are closed at the end. The key is sshd's where no other is given."""
    made: list[Server] = []

    def connections(login: Login, key: str | None = None, **more) -> Server:
        server = Server(login, {"env:KEY": key or request.getfixturevalue("sshd").key}.__getitem__, **more)
        made.append(server)
        return server

    yield connections
    for server in made:
        server.close()


@pytest.fixture(scope="session")
def postgres(missing) -> Iterator[postgres_server.Postgres]:
    """A running PostgreSQL."""
    found = postgres_server.binaries()
    if found is None:
        missing("PostgreSQL", postgres_server.REMEDY)
    try:
        import psycopg  # noqa: F401
    except ImportError:
        missing("psycopg", "`pip install 'edi-gateway[postgres]'` brings it")
    server = postgres_server.start(found)
    yield server
    server.stop()
    shutil.rmtree(server.root, ignore_errors=True)
