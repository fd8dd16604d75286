"""What every outbox promises, whatever stands behind it."""

import os

import pytest

from gateway.ports import Refused
from gateway.stores.sql import owned
from gateway.stores.sql.owned import Owner
from gateway.transports.folder import FolderOutbox
from gateway.transports.memory import MemoryOutbox
from gateway.transports.posted import PostedOutbox
from gateway.transports.sftp.login import Login
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.terms import Drop
from tests.services.drop import Dropped
from tests.web.rig import ACME, Api, lay, opened


class FolderRig:
    def __init__(self, tmp_path):
        self.folder = tmp_path / "out"
        self.outbox = FolderOutbox("acme", self.folder)

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


class MemoryRig:
    def __init__(self, tmp_path):
        self.outbox = MemoryOutbox("acme")

    def files(self):
        return self.outbox.files


class SftpRig:
    needs = ("sshd", "at", "login")

    def __init__(self, tmp_path, sshd, at, login):
        self.folder = sshd.folder()
        self.outbox = SftpOutbox("acme", at(login), Drop(os.fsencode(self.folder)))

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


class DropRig:
    """Our own SFTP transport against our own drop server: the partner's side of it, that puts into `in`."""

    needs = ("at",)

    def __init__(self, tmp_path, at):
        self.served = Dropped(tmp_path)
        self.folder = self.served.rooms["acme"].room("in")
        login = Login("127.0.0.1", "acme", self.served.port, key="env:KEY", pins=(self.served.pin,))
        self.outbox = SftpOutbox("acme", at(login, key=self.served.key), Drop(b"/in"))
        self.close = self.served.stop

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


class HttpRig:
    """Posts to a partner who keeps to Idempotency-Key: our own API stands for him."""

    refusal = "came before with another body|there is nothing in the body"

    def __init__(self, tmp_path):
        self.api = Api(opened(lay(tmp_path / "project"))).start()
        settings = {"url": f"http://127.0.0.1:{self.api.port}/v1/transmissions", "token": "env:KEY"}
        self.outbox = PostedOutbox("acme", settings, {"env:KEY": ACME}.__getitem__)

    def close(self):
        self.outbox.close()
        self.api.stop()

    def files(self):
        database, archive = self.api.gateway.database, self.api.gateway.archive
        names = {row["id"]: row["name"] for row in self.api.kept()}
        return {name: b"".join(archive.open(owned.file_for(database, Owner(), identity)[1])) for identity, name in names.items()}


@pytest.fixture(params=[FolderRig, MemoryRig, pytest.param(SftpRig, marks=pytest.mark.service), DropRig, HttpRig])
def rig(request, tmp_path):
    made = request.param(tmp_path, *(request.getfixturevalue(name) for name in getattr(request.param, "needs", ())))
    yield made
    getattr(made, "close", lambda: None)()


def test_what_is_put_is_there_whole(rig):
    assert rig.outbox.put("997_42.edi", [b"ISA", b"", b"IEA"]) == "997_42.edi"
    assert rig.files() == {"997_42.edi": b"ISAIEA"}


def test_the_same_again_is_done_already(rig):
    rig.outbox.put("a", [b"xy"])
    assert rig.outbox.put("a", [b"x", b"y"]) == "a"
    assert rig.files() == {"a": b"xy"}


@pytest.mark.parametrize("other", [b"xz", b"x", b"xyz", b""])
def test_other_bytes_under_a_taken_name_are_refused_and_overwrite_nothing(rig, other):
    rig.outbox.put("a", [b"xy"])
    with pytest.raises(Refused, match=getattr(rig, "refusal", "taken by other bytes")):
        rig.outbox.put("a", [other])
    assert rig.files() == {"a": b"xy"}


def test_a_source_that_fails_leaves_nothing(rig):
    def broken():
        yield b"half"
        raise RuntimeError("the archive failed")

    rig.outbox.put("other", [b"x"])
    with pytest.raises(RuntimeError):
        rig.outbox.put("a", broken())
    assert rig.files() == {"other": b"x"}
    rig.outbox.put("a", [b"whole"])
    assert rig.files()["a"] == b"whole"
