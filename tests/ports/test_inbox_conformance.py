"""What every inbox promises, whatever stands behind it."""

import os
import threading
from types import MethodType
from urllib.parse import quote

import pytest

from gateway.ports import NotReady, Receipt
from gateway.records import Durable
from gateway.transports.folder import FolderInbox, Pickup
from gateway.transports.mailbox import MailInbox
from gateway.transports.memory import MemoryInbox
from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.login import Login
from gateway.transports.sftp.terms import Mailbox
from gateway.web.desk import Desk
from tests.services.drop import Dropped
from tests.services.imap_peer import ImapPeer
from tests.web.rig import SHOP, Api, lay, opened, signature, until


class FolderRig:
    def __init__(self, tmp_path):
        self.folder = tmp_path / "in"
        self.folder.mkdir()
        self.clock = 0
        self.inbox = FolderInbox("acme", self.folder, Pickup(scans=1, quiet=0.0))

    def drop(self, name, content):
        self.clock += 1
        aside = self.folder / ".aside"
        aside.write_bytes(content)
        os.utime(aside, (self.clock, self.clock))
        aside.rename(self.folder / name)


class MemoryRig:
    def __init__(self, tmp_path):
        self.inbox = MemoryInbox("acme")
        self.drop = self.inbox.drop


class SftpRig:
    needs = ("sshd", "at", "login")

    def __init__(self, tmp_path, sshd, at, login):
        self.sshd = sshd
        self.folder = sshd.folder()
        self.clock = 0
        self.inbox = SftpInbox("acme", at(login), Mailbox(os.fsencode(self.folder), scans=1, quiet=0.0, unsure=0.0))

    def drop(self, name, content):
        self.clock += 1
        aside = self.folder / ".aside"
        aside.write_bytes(content)
        os.utime(aside, (self.clock, self.clock))
        self.sshd.owned(aside).rename(self.folder / name)


class DropRig:
    """Our own SFTP transport against our own drop server: the partner's side of it, that collects from `out`."""

    needs = ("at",)

    def __init__(self, tmp_path, at):
        self.served = Dropped(tmp_path)
        self.folder = self.served.rooms["acme"].room("out")
        self.folder.mkdir(parents=True)
        self.clock = 0
        login = Login("127.0.0.1", "acme", self.served.port, key="env:KEY", pins=(self.served.pin,))
        self.inbox = SftpInbox("acme", at(login, key=self.served.key), Mailbox(b"/out", scans=1, quiet=0.0, unsure=0.0))
        self.drop = MethodType(FolderRig.drop, self)
        self.close = self.served.stop


class MailRig:
    """A mailbox: each file comes in a message of its own."""

    def __init__(self, tmp_path):
        self.peer = ImapPeer(tmp_path)
        self.inbox = MailInbox("acme", self.peer.settings(), tmp_path, lambda _: "sesame")

    def drop(self, name, content):
        self.peer.post((name, content))

    def close(self):
        self.inbox.close()
        self.peer.close()


class Hall(Desk):
    """A desk at which uploads wait until somebody takes them, in place of the archive and the journal."""

    def __post_init__(self):
        super().__post_init__()
        self.uploads, self.released = [], threading.Event()
        self.channel = "acme/in/1"

    def keep(self, upload, partner):
        upload.settled = threading.Event()
        self.uploads.append(upload)
        upload.settled.wait(60)
        return RECEIPT

    def list(self):
        return [offered for upload in self.uploads for offered in upload.list()]

    def take(self, offered):
        return self._of(offered).take(offered)

    def settle(self, offered, receipt):
        self._of(offered).settle(offered, receipt)
        self._of(offered).settled.set()

    def _of(self, offered):
        return next(upload for upload in self.uploads if upload.identity == offered.identity)


class HttpRig:
    """Uploads to our API, each a request of its own that waits to be answered."""

    def __init__(self, tmp_path):
        gateway = opened(lay(tmp_path / "project"))
        self.inbox = Hall(gateway)
        self.api = Api(gateway).start(self.inbox)
        self.posts = []

    def drop(self, name, content):
        before = len(self.inbox.uploads)
        self.posts.append(threading.Thread(target=self.post, args=(name, content)))
        self.posts[-1].start()
        until(lambda: len(self.inbox.uploads) > before)

    def post(self, name, content):
        assert self.api.post(f"/v1/transmissions?name={quote(name)}", content).status == 202

    def close(self):
        for upload in self.inbox.uploads:
            upload.settled.set()
        for post in self.posts:
            post.join(60)
        self.api.stop()


class WebhookRig(HttpRig):
    """The same, signed and without a key; its sender counts his messages."""

    def __init__(self, tmp_path):
        super().__init__(tmp_path)
        self.inbox.channel = "shop/in/1"

    def post(self, name, content):
        headers = signature(f"msg_{len(self.posts)}", int(self.api.gateway.clock.now().timestamp()), content, SHOP)
        assert self.api.post(f"/v1/webhooks/shop?name={quote(name)}", content, key=None, **headers).status == 202


STORES = [FolderRig, MemoryRig, pytest.param(SftpRig, marks=pytest.mark.service), DropRig]
"""Where a partner can put another file in the place of one that waits."""


@pytest.fixture(params=[*STORES, MailRig, HttpRig, WebhookRig])
def rig(request, tmp_path):
    made = request.param(tmp_path, *(request.getfixturevalue(name) for name in getattr(request.param, "needs", ())))
    yield made
    getattr(made, "close", lambda: None)()


RECEIPT = Receipt("01T", Durable("ab" * 32, 1))


def taken(inbox):
    return [(offered.name, b"".join(inbox.take(offered))) for offered in inbox.list()]


def test_an_empty_inbox_offers_nothing(rig):
    assert rig.inbox.list() == []


def test_what_was_dropped_is_offered_oldest_first_with_its_bytes(rig):
    rig.drop("b", b"first")
    rig.drop("a", b"second")
    assert taken(rig.inbox) == [("b", b"first"), ("a", b"second")]


def test_an_offer_names_its_channel_and_size(rig):
    rig.drop("a", b"12345")
    [offered] = rig.inbox.list()
    assert (offered.channel, offered.size) == (rig.inbox.channel, 5)


def test_what_was_taken_but_not_settled_is_offered_again_with_the_same_identity(rig):
    rig.drop("a", b"x")
    [first] = rig.inbox.list()
    list(rig.inbox.take(first))
    [again] = rig.inbox.list()
    assert again.identity == first.identity


def test_what_was_settled_is_offered_no_more(rig):
    rig.drop("a", b"x")
    rig.drop("b", b"y")
    rig.inbox.settle(rig.inbox.list()[0], RECEIPT)
    assert taken(rig.inbox) == [("b", b"y")]


def test_settling_twice_is_no_error(rig):
    rig.drop("a", b"x")
    [offered] = rig.inbox.list()
    rig.inbox.settle(offered, RECEIPT)
    rig.inbox.settle(offered, RECEIPT)
    assert rig.inbox.list() == []


@pytest.mark.parametrize("rig", STORES, indirect=True)
def test_what_was_replaced_since_it_was_offered_is_not_ready_and_not_settled_away(rig):
    rig.drop("a", b"old")
    [offered] = rig.inbox.list()
    rig.drop("a", b"new")
    with pytest.raises(NotReady):
        list(rig.inbox.take(offered))
    rig.inbox.settle(offered, RECEIPT)
    assert taken(rig.inbox) == [("a", b"new")]


@pytest.mark.parametrize("rig", STORES, indirect=True)
def test_what_is_replaced_while_it_is_read_is_not_ready(rig):
    rig.drop("a", b"x" * 600_000)
    [offered] = rig.inbox.list()
    reading = rig.inbox.take(offered)
    next(reading)
    rig.drop("a", b"y" * 600_000)
    with pytest.raises(NotReady):
        list(reading)


def test_what_vanished_is_not_ready(rig):
    rig.drop("a", b"x")
    [offered] = rig.inbox.list()
    rig.inbox.settle(offered, RECEIPT)
    with pytest.raises(NotReady):
        list(rig.inbox.take(offered))


def test_the_same_name_again_is_another_arrival(rig):
    rig.drop("a", b"x")
    [first] = rig.inbox.list()
    rig.inbox.settle(first, RECEIPT)
    rig.drop("a", b"x")
    [second] = rig.inbox.list()
    assert first.identity != second.identity


def test_large_content_comes_in_chunks(rig):
    content = bytes(range(256)) * 4096
    rig.drop("a", content)
    [offered] = rig.inbox.list()
    pieces = list(rig.inbox.take(offered))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 256 * 1024


def test_names_of_others_are_shown_escaped(rig):
    rig.drop("a\x1b[2J\u202e", b"x")
    [offered] = rig.inbox.list()
    assert offered.name == "a\\x1b[2J\\u202e"
    assert b"".join(rig.inbox.take(offered)) == b"x"
