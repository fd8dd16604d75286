"""A mailbox by IMAP: attachments are files, messages are moved when all theirs are ours, and what is no file for us is told."""

import contextlib

import pytest

from gateway.ports import NotReady, Receipt, Unavailable
from gateway.records import Durable
from gateway.transports.mailbox import MailInbox
from tests.services.imap_peer import ImapPeer

RECEIPT = Receipt("01T", Durable("ab" * 32, 1))


@pytest.fixture
def peer(tmp_path):
    made = ImapPeer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def inbox(peer, tmp_path):
    made = []

    def make(peer=peer, **settings):
        made.append(MailInbox("acme/in/1", peer.settings(**settings), tmp_path, lambda _: "sesame"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def taken(inbox):
    return [(offered.name, b"".join(inbox.take(offered))) for offered in inbox.list()]


def codes(inbox):
    return [finding.code for finding in inbox.remarks]


def test_a_message_is_moved_when_all_of_its_files_are_ours(peer, inbox):
    uid = peer.post(("a.edi", b"ISA"), ("b.csv", b"x,y\r\n"))
    box = inbox()
    assert taken(box) == [("a.edi", b"ISA"), ("b.csv", b"x,y\r\n")]
    first, second = box.list()
    box.settle(first, RECEIPT)
    assert (list(peer.folders["INBOX"]), len(box.list())) == ([uid], 2)
    box.settle(second, RECEIPT)
    assert (list(peer.folders["INBOX"]), list(peer.folders["Archive"]), box.list()) == ([], [uid], [])
    assert not any("STORE" in command for command in peer.commands)


def test_after_a_restart_what_was_taken_has_the_same_identity_and_is_moved_in_the_end(peer, inbox):
    peer.post(("a.edi", b"ISA"), ("b.edi", b"ISA2"))
    before = inbox()
    first, second = before.list()
    before.settle(first, RECEIPT)
    after = inbox()
    again = after.list()
    assert [one.identity for one in again] == [first.identity, second.identity]
    for one in again:
        after.settle(one, RECEIPT)
    assert peer.folders["INBOX"] == {}


@pytest.mark.parametrize(("able", "left"), [("IMAP4rev1 UIDPLUS", 0), ("IMAP4rev1", 1)])
def test_a_server_that_cannot_move_copies_and_deletes_and_others_deleted_messages_stay(peer, inbox, able, left):
    peer.able = able
    uid = peer.post(("a.edi", b"ISA"))
    box = inbox()
    [offered] = box.list()
    box.settle(offered, RECEIPT)
    assert (len(peer.folders["INBOX"]), peer.deleted, list(peer.folders["Archive"]), box.list()) == (left, {uid}, [uid], [])


def test_a_message_without_a_file_stays_and_is_told(peer, inbox):
    peer.post(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=")
    peer.post(("photo.png", b"x"))
    box = inbox(pattern="*.edi")
    assert box.list() == []
    assert codes(box) == ["mail-without-file", "mail-without-file"]
    assert "Grüße" in box.remarks[0].message
    fetched = len(peer.commands)
    assert box.list() == []
    assert not any("BODY" in command for command in peer.commands[fetched:]), "it is not looked into again"
    peer.folders["INBOX"].clear()
    assert (box.list(), codes(box)) == ([], [])


def test_a_message_of_a_stranger_stays_and_is_told(peer, inbox):
    peer.post(("a.edi", b"ISA"), sender="Mallory <m@elsewhere.example>")
    peer.post(("b.edi", b"ISA"), sender="EDI <EDI@acme.example>")
    box = inbox(**{"from": ["edi@acme.example"]})
    assert [offered.name for offered in box.list()] == ["b.edi"]
    assert codes(box) == ["mail-stranger"]


def test_a_message_over_the_limit_is_never_fetched(peer, inbox):
    peer.post(("a.edi", b"x" * 200_000))
    box = inbox(largest=100_000)
    assert (box.list(), codes(box)) == ([], ["inbox-too-large"])
    assert not any("BODY" in command for command in peer.commands)


def test_a_message_that_is_gone_meanwhile_is_not_ready(peer, inbox):
    peer.post(("a.edi", b"ISA"))
    box = inbox()
    [offered] = box.list()
    peer.folders["INBOX"].clear()
    with pytest.raises(NotReady):
        list(box.take(offered))
    peer.validity = 8
    peer.post(("a.edi", b"ISA"))
    with pytest.raises(NotReady):
        list(box.take(offered))


def test_many_files_are_taken_and_moved_over_one_connection_and_a_dead_one_is_replaced(peer, inbox):
    for number in range(5):
        peer.post((f"{number}.edi", b"ISA"))
    box = inbox()
    for offered in box.list():
        assert list(box.take(offered)) == [b"ISA"]
        box.settle(offered, RECEIPT)
    assert (peer.commands.count("LOGIN"), len(peer.folders["Archive"])) == (1, 5)
    peer.bad["UID SEARCH"] = b"* BYE\r\n"
    with pytest.raises(Unavailable):
        box.list()
    peer.bad.clear()
    assert box.list() == []
    assert peer.commands.count("LOGIN") == 2


def test_a_wrong_password_is_told_and_not_tried_again_soon(peer, inbox):
    peer.password = "another"
    with pytest.raises(Unavailable, match="does not let us in") as refused:
        inbox().list()
    assert refused.value.retry_after == 600
    assert "sesame" not in str(refused.value)


def test_a_server_that_nobody_vouches_for_is_told_nothing(peer, tmp_path):
    settings = peer.settings()
    del settings["authority"]
    with pytest.raises(Unavailable, match="certificate"):
        MailInbox("acme/in/1", settings, tmp_path, lambda _: "sesame").list()
    assert peer.commands == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("UID SEARCH", b"TAG NO not now\r\n"),
        ("UID SEARCH", b"* SEARCH " + b"9" * 2_000_000 + b"\r\nTAG OK\r\n"),
        ("UID SEARCH", b"\x00\xff\r\n"),
        ("UID FETCH 1 (UID BODY", b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nx"),
        ("UID FETCH 1 (UID BODY", b"* BYE\r\n"),
        ("SELECT", b"TAG BAD\r\n"),
        ("CAPABILITY", b"nonsense\r\n"),
    ],
)
def test_whatever_a_server_answers_is_unavailable_at_most(peer, inbox, command, answer):
    peer.post(("a.edi", b"ISA"))
    peer.bad[command] = answer
    box = inbox()
    with contextlib.suppress(Unavailable):
        assert box.list() == []


ODD = [
    b"",
    b"\xff\xfe\x00",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"From: \xff\r\nSubject: =?no-such?q?x?=\r\nContent-Type: application/x; name*=utf-9''%ff\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    b"Content-Disposition: attachment; filename*0*=x''a; filename*1=b\r\n\r\nx",
    b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)),
]


@pytest.mark.parametrize("content", ODD, ids=range(len(ODD)))
def test_an_odd_message_hides_no_other(peer, inbox, content):
    peer.put(content)
    peer.post(("a.edi", b"ISA"))
    assert ("a.edi", b"ISA") in taken(inbox())
