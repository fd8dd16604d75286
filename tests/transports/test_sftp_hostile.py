"""Servers that are odd, broken or hostile: every answer is bounded, and nothing they say leads anywhere (FAULTS 6, 15, 22, 30-45)."""

import re
import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ports import OutcomeUnknown, Receipt, Refused, Unavailable
from gateway.records import Durable
from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.login import Login, NotLetIn, Untrusted, connect, fingerprint, handshake, host_keys
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.terms import Drop, Mailbox
from gateway.transports.sftp.wire import Lost, Session
from tests.services.sftp_peer import FILE, LINK, Peer, attributes, status, string
from tests.services.ssh_peer import SshPeer

RECEIPT = Receipt("01T", Durable("ab" * 32, 1))
LOGIN = Login("sftp.acme.example", "gw", patience=5.0)


def inbox(peer, **terms):
    return SftpInbox("acme", Server(LOGIN, str, dial=peer.dial), Mailbox(b"in", **{"scans": 1, "quiet": 0.0, "unsure": 0.0, **terms}))


def outbox(peer, **terms):
    return SftpOutbox("acme", Server(LOGIN, str, dial=peer.dial), Drop(b"out", **terms), word=lambda: "w")


# ---------------------------------------------------------------- names and rows


def test_impossible_names_are_told_and_hide_no_other():
    peer = Peer({b"in/good.edi": b"x"})
    row = attributes(3, FILE, 1)
    peer.extra_rows = [(name, row) for name in (b"../evil.edi", b"/etc/cron.d/evil", b"a\0b", b"", b"..", b"\xff\xfe", b"\xc3\x28")]
    looked = inbox(peer)
    offers = looked.list()
    # what can be a name but is not there to be read is left out too
    assert [offered.name for offered in offers] == ["good.edi"]
    assert [finding.code for finding in looked.remarks] == ["inbox-impossible-name"] * 4


def test_a_name_that_is_no_text_is_taken_and_archived_under_a_safe_name():
    peer = Peer({b"in/\xff\xfe;rm -rf.edi": b"x"})
    looked = inbox(peer, then="archive")
    [offered] = looked.list()
    assert b"".join(looked.take(offered)) == b"x"
    looked.settle(offered, RECEIPT)
    assert list(peer.files) == [b"in/archive/01T-_rm_-rf.edi"]


def test_links_are_left_alone():
    peer = Peer()
    peer.extra_rows = [(b"a.edi", attributes(3, LINK, 1))]
    looked = inbox(peer)
    assert looked.list() == []
    assert [finding.code for finding in looked.remarks] == ["inbox-link"]


def test_a_server_that_says_nothing_of_files_in_its_listing_is_asked():
    peer = Peer({b"in/a.edi": b"xyz"})
    peer.bare = True
    [offered] = inbox(peer).list()
    assert offered.size == 3


def test_a_listing_costs_nothing_for_each_file():
    peer = Peer({b"in/%d.tmp" % number: b"x" for number in range(500)})
    assert inbox(peer).list() == []
    assert peer.asked.count(7) == 0
    assert len(peer.asked) < 150


def test_a_server_that_reads_less_than_asked_for_is_read_to_the_end():
    content = bytes(range(256)) * 400
    peer = Peer({b"in/a": content, b"in/b": b"x" * 9000})
    peer.longest_read = 1000
    looked = inbox(peer)
    assert [b"".join(looked.take(offered)) for offered in looked.list()] == [content, b"x" * 9000]


def test_a_server_that_renames_over_what_is_there_does_not_lose_what_came_meanwhile():
    """Between our look and the move the partner put another file: it goes back to its place."""
    peer = Peer({b"in/a": b"old"})
    looked = inbox(peer)
    [offered] = looked.list()

    def replaced(body):
        peer.bad.clear()
        peer.files[b"in/a"] = b"newer"

    peer.bad = {18: replaced}
    looked.settle(offered, RECEIPT)
    assert peer.files == {b"in/a": b"newer"}


def test_a_server_that_deletes_but_does_not_rename_serves():
    peer = Peer({b"in/a": b"x"})
    peer.bad = {18: lambda body: status(8)}
    looked = inbox(peer)
    looked.settle(looked.list()[0], RECEIPT)
    assert peer.files == {}


def test_a_server_without_right_to_archive_is_told_once_and_nothing_is_taken_again():
    peer = Peer({b"in/a": b"x"})
    peer.bad = {18: lambda body: status(4, b"Failure"), 14: lambda body: status(3)}
    looked = inbox(peer, then="archive")
    looked.settle(looked.list()[0], RECEIPT)
    assert looked.list() == []
    assert [finding.code for finding in looked.remarks] == ["inbox-unmovable"]


# ---------------------------------------------------------------- putting


def test_what_is_put_is_whole_before_it_has_its_name():
    peer, seen = Peer(), []
    peer.bad = {18: lambda body: seen.append(dict(peer.files))}
    assert outbox(peer).put("a.edi", [b"x" * 100_000]) == "a.edi"
    assert seen == [{b"out/.w.a.edi.part": b"x" * 100_000}]
    assert peer.files == {b"out/a.edi": b"x" * 100_000}


def test_a_server_that_renames_only_as_posix_does_serves():
    peer = Peer()
    peer.extensions = (b"posix-rename@openssh.com",)
    peer.bad = {18: lambda body: status(8)}
    outbox(peer).put("a", [b"x"])
    assert peer.files == {b"out/a": b"x"}


def test_a_temporary_name_and_a_marker_as_the_partner_wants_them():
    peer, opened = Peer(), []
    peer.bad = {3: lambda body: opened.append(body[4 : 4 + int.from_bytes(body[:4], "big")])}
    outbox(peer, temporary="{name}.upload", marker=".ok").put("a", [b"x"])
    assert opened == [b"out/w.a.upload", b"out/a.ok"]
    assert peer.files == {b"out/a": b"x", b"out/a.ok": b""}


def test_bytes_that_did_not_all_arrive_are_refused_and_removed():
    peer = Peer()

    def half(body):
        peer.files[b"out/.w.a.part"] = b"x"
        return status(0)

    peer.bad = {6: half}
    with pytest.raises(Refused, match="kept 1 of 2 bytes"):
        outbox(peer).put("a", [b"xx"])
    assert peer.files == {}


@pytest.mark.parametrize("kind", [6, 200])
def test_a_full_disk_is_unavailable_and_leaves_nothing(kind):
    peer = Peer()
    peer.extensions = (b"fsync@openssh.com",)
    peer.bad = {kind: lambda body: status(4, b"No space left on device")}
    with pytest.raises(Unavailable, match="No space left"):
        outbox(peer).put("a", [b"x"])
    assert peer.files == {}


def test_another_size_under_the_final_name_is_of_unknown_outcome():
    peer = Peer()

    def cut(body):
        peer.files.pop(b"out/.w.a.part")
        peer.files[b"out/a"] = b"x"
        return status(0)

    peer.bad = {18: cut}
    with pytest.raises(OutcomeUnknown, match="has 1 bytes where 2 were put"):
        outbox(peer).put("a", [b"xx"])


# ---------------------------------------------------------------- answers that break the protocol


def packet(kind, body):
    return struct.pack(">IB", 1 + len(body), kind) + body


GARBAGE = [
    b"SSH-2.0-not-sftp\r\n",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    packet(101, b"\0"),
    packet(101, struct.pack(">II", 999_999, 0)),
    packet(105, struct.pack(">I", 1)),
    packet(104, struct.pack(">II", 3, 1_000_000)),
    packet(102, struct.pack(">I", 2) + struct.pack(">I", 1_000_000)),
]


@pytest.mark.parametrize("kind", [1, 11, 12, 3, 5, 7])
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_place_of_an_answer_ends_the_session_and_takes_nothing(kind, garbage):
    peer = Peer({b"in/a": b"x" * 100_000})
    peer.patience = 0.3
    peer.bad = {kind: garbage}
    looked = inbox(peer)
    with pytest.raises(Unavailable):
        for offered in looked.list():
            list(looked.take(offered))
    assert peer.files == {b"in/a": b"x" * 100_000}


@given(st.binary(max_size=200), st.sampled_from([1, 5, 7, 8, 11, 12]))
def test_any_bytes_as_answer_raise_nothing_but_lost(answer, kind):
    peer = Peer({b"in/a": b"x" * 100_000})
    peer.patience = 0.02
    peer.bad = {kind: packet(105, answer) if answer[:1] < b"\x80" else answer}
    looked = inbox(peer)
    try:
        for offered in looked.list():
            list(looked.take(offered))
    except Unavailable:
        pass


@pytest.mark.parametrize(
    "bad",
    [
        lambda body: (104, struct.pack(">I", 0)),
        lambda body: (104, struct.pack(">I", 0xFFFFFFFF)),
        lambda body: (104, struct.pack(">I", 1) + string(b"a") + string(b"") + struct.pack(">II", 0x80000000, 0xFFFFFFFF)),
        lambda body: (104, struct.pack(">I", 1) + string(b"a" * 100) + b"\xff" * 4),
    ],
)
def test_a_listing_that_lies_of_its_length_is_given_up(bad):
    peer = Peer()
    peer.bad = {12: bad}
    with pytest.raises(Unavailable):
        inbox(peer).list()


def test_a_listing_without_end_is_cut_at_its_bound():
    peer = Peer()
    rows = b"".join(string(b"%d.edi" % number) + string(b"") + attributes(1, FILE, 1) for number in range(10))
    peer.bad = {12: lambda body: (104, struct.pack(">I", 10) + rows)}
    looked = inbox(peer, crowd=50)
    looked.list()
    assert len(peer.asked) < 60


@pytest.mark.parametrize("answer", [(103, string(b"")), (103, string(b"x" * 40_000)), (103, b"\xff\xff\xff\xff"), (105, attributes())])
def test_data_of_another_length_than_asked_for_is_not_taken(answer):
    peer = Peer({b"in/a": b"x" * 100_000})
    looked = inbox(peer)
    [offered] = looked.list()
    peer.bad = {5: lambda body: answer}
    with pytest.raises(Unavailable):
        list(looked.take(offered))


def test_a_file_shorter_than_it_was_listed_is_not_ready():
    from gateway.ports import NotReady

    peer = Peer({b"in/a": b"x" * 100_000})
    looked = inbox(peer)
    [offered] = looked.list()
    peer.bad = {5: lambda body: status(1)}
    with pytest.raises(NotReady):
        list(looked.take(offered))


def test_a_reason_that_is_no_text_is_shown_escaped():
    peer = Peer()
    peer.bad = {11: lambda body: status(4, b"\xff\x1b[31m")}
    with pytest.raises(Unavailable) as told:
        inbox(peer).list()
    assert "\x1b" not in str(told.value)


def test_a_server_that_never_answers_is_given_up():
    peer = Peer({b"in/a": b"x"})
    peer.patience = 0.05
    peer.bad = {12: None}
    with pytest.raises(Unavailable, match="has not answered"):
        inbox(peer).list()


class Slow:
    """A stream whose every answer takes its time, by a clock of its own."""

    def __init__(self, stream):
        self._stream, self.now = stream, 0.0
        self.send, self.settimeout, self.close = stream.send, stream.settimeout, stream.close

    def recv(self, most):
        self.now += 4.0
        return self._stream.recv(60_000)


def test_a_server_that_drips_is_given_up_by_its_rate():
    peer = Peer({b"in/a": b"x" * 10_000_000})
    peer.longest_read = 1000
    first = peer.session()
    slow = Slow(first._stream)
    session = Session.__new__(Session)
    session.__dict__ |= {**first.__dict__, "_stream": slow, "_timer": lambda: slow.now}
    handle = session.open(b"in/a")
    with pytest.raises(Lost, match="less than 1024 bytes a second"):
        for _ in session.read(handle, 0, 10_000_000, 1024.0):
            pass


# ---------------------------------------------------------------- the way there


class Listening:
    """A TCP server that greets as told and then says no more."""

    def __init__(self, greeting):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.kept = []
        self.ends = greeting is None
        self.greeting = greeting or b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.sendall(self.greeting)
            if self.ends:
                connection.close()
            self.kept.append(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        for connection in (self.listener, *self.kept):
            connection.close()


@pytest.mark.parametrize(
    "greeting",
    [None, b"", b"220 ftp.example ready\r\n", b"HTTP/1.0 400 Bad Request\r\n\r\n", b"SSH-1.5-old\r\n", b"SSH-2.0-x\r\n" + b"\xff" * 100],
)
def test_what_does_not_speak_ssh_is_unavailable_after_its_time(greeting):
    with Listening(greeting) as server, pytest.raises(Unavailable):
        connect(Login("127.0.0.1", "gw", server.port, pins=("SHA256:x",), patience=0.3), str)


def test_nothing_listens_there():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="cannot be reached: connection refused"):
        connect(Login("127.0.0.1", "gw", port, pins=("SHA256:x",)), str)


def test_without_a_pin_nothing_is_even_asked():
    with pytest.raises(Untrusted, match="trust-host"):
        connect(Login("127.0.0.1", "gw", 1), str)


def test_another_host_key_than_pinned_is_never_told_who_we_are():
    with SshPeer({"password": {"right": 0}}) as server:
        login = Login("127.0.0.1", "gw", server.port, password="env:PW", pins=("SHA256:" + "a" * 43,), patience=5.0)
        said = re.escape(f"shows the host key {fingerprint(server.key.asbytes())}")
        with pytest.raises(Untrusted, match=said):
            connect(login, lambda reference: pytest.fail("no secret is read for a server that is not trusted"))
        assert server.tried == []


@pytest.mark.service
def test_a_pin_of_any_kind_of_host_key_is_found(sshd, login):
    from dataclasses import replace

    connect(replace(login, pins=("SHA256:" + "a" * 43, sshd.pins["rsa"])), {"env:KEY": sshd.key}.__getitem__).close()
    assert {key.fingerprint for key in host_keys(login)} == set(sshd.pins.values())


@pytest.mark.service
def test_a_key_that_is_not_installed_is_not_tried_again_for_a_while(sshd, login):
    from tests.services.keys import new_key

    server = Server(login, lambda reference: new_key())
    with pytest.raises(NotLetIn, match="does not let"), server.session():
        pass
    with pytest.raises(Unavailable, match="is left alone for another [0-9]+ seconds") as told, server.session():
        pass
    assert told.value.retry_after > 600


@pytest.mark.service
def test_an_algorithm_that_a_server_cannot_do_is_avoided(sshd, login):
    from dataclasses import replace

    transport = handshake(replace(login, avoid=("curve25519-sha256", "curve25519-sha256@libssh.org")), _dialled(sshd.port))
    assert transport.is_active()
    transport.close()


def _dialled(port):
    return socket.create_connection(("127.0.0.1", port))


# ---------------------------------------------------------------- times and disks


def test_a_server_that_says_no_times_is_judged_by_size_alone():
    peer = Peer({b"in/a.edi": b"xyz"})
    peer._attributes = lambda path: attributes(4096, 0o40755) if path in peer.folders else attributes(len(peer.files[path]), FILE)
    looked = inbox(peer, then="archive")
    [offered] = looked.list()
    assert b"".join(looked.take(offered)) == b"xyz"
    looked.settle(offered, RECEIPT)
    assert looked.list() == []
    assert list(peer.files) == [b"in/archive/01T-a.edi"]


def test_a_file_whose_time_changes_at_every_look_is_not_taken_for_finished():
    peer, clock = Peer({b"in/a.csv": b"1;2"}), iter(range(0, 100_000, 20))
    looked = SftpInbox("acme", Server(LOGIN, str, dial=peer.dial), Mailbox(b"in"), timer=lambda: float(next(clock)))
    for number in range(5):
        peer.times[b"in/a.csv"] = 1000 + number
        assert looked.list() == []
    assert [offered.name for offered in (looked.list(), looked.list())[1]] == ["a.csv"]


@pytest.mark.parametrize("kind", [13, 14, 18])
def test_a_disk_of_the_partner_that_takes_no_change_leaves_the_file_taken_once_and_told(kind):
    peer = Peer({b"in/a.edi": b"x"})
    peer.bad = {kind: lambda body: status(4), 18: lambda body: status(4), 13: lambda body: status(4)}
    looked = inbox(peer, then="archive")
    [offered] = looked.list()
    assert b"".join(looked.take(offered)) == b"x"
    looked.settle(offered, RECEIPT)
    assert looked.list() == []
    assert [finding.code for finding in looked.remarks] == ["inbox-unmovable"]
