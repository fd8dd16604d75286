"""Connections that are lost at any request, at any byte, with any reply: nothing lost, nothing twice (FAULTS 6-13)."""

import os
from dataclasses import replace

import pytest

from gateway.ports import NotReady, OutcomeUnknown, Receipt, Refused, Unavailable
from gateway.records import Durable
from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.terms import Drop, Mailbox
from gateway.transports.sftp.wire import EXTENDED, RENAME
from tests.services.fault_proxy import FaultProxy
from tests.services.faulty_stream import Plan

pytestmark = pytest.mark.service

TEXT = {"a.edi": b"a" * 100, "b.edi": b"b" * 70_000}


class Journal:
    """What was received, as the pipeline would record it: the same arrival once."""

    def __init__(self):
        self.received = {}

    def poll(self, inbox):
        for offered in inbox.list():
            content = b"".join(inbox.take(offered))
            fresh = offered.identity not in self.received
            self.received.setdefault(offered.identity, (offered.name, content))
            assert self.received[offered.identity][1] == content
            inbox.settle(offered, Receipt(f"T{len(self.received)}", Durable("ab" * 32, len(content)), fresh))

    @property
    def texts(self):
        return sorted(self.received.values())


class Rig:
    def __init__(self, sshd, login):
        self.sshd = sshd
        self.login = login
        self.servers = []

    def server(self, plan=None, port=None, **more):
        login = self.login if port is None else replace(self.login, port=port, **more)
        self.servers.append(Server(login, {"env:KEY": self.sshd.key}.__getitem__, **({"dial": plan.dial} if plan else {})))
        return self.servers[-1]

    def filled(self):
        folder = self.sshd.folder()
        for number, (name, content) in enumerate(TEXT.items()):
            (folder / name).write_bytes(content)
            os.utime(folder / name, (1000 + number,) * 2)
            self.sshd.owned(folder / name)
        return folder

    def inbox(self, folder, server, then):
        return SftpInbox("acme", server, Mailbox(os.fsencode(folder), scans=1, quiet=0.0, unsure=0.0, then=then))


@pytest.fixture
def rig(sshd, login):
    made = Rig(sshd, login)
    yield made
    for server in made.servers:
        server.close()


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def polled(journal, inbox, tries=4):
    """Poll until it goes through, as the worker does."""
    for _ in range(tries):
        try:
            journal.poll(inbox)
        except (Unavailable, NotReady):
            continue
        return
    raise AssertionError("it never went through")


@pytest.mark.parametrize("then", ["archive", "delete"])
@pytest.mark.parametrize("how", ["request", "reply"])
def test_a_poll_lost_at_any_request_takes_every_file_once(rig, then, how):
    lost = 0
    for at in range(1, 200):
        folder, journal, plan = rig.filled(), Journal(), Plan(at, how)
        inbox = rig.inbox(folder, rig.server(plan), then)
        polled(journal, inbox)
        for _ in range(2):  # what a lost reply left half deleted is finished
            polled(journal, inbox)
        assert journal.texts == sorted(TEXT.items()), f"request {at}"
        left = files(folder)
        assert all(name.startswith("archive/") for name in left), f"request {at}: {sorted(left)}"
        assert sorted(left.values()) == (sorted(TEXT.values()) if then == "archive" else []), f"request {at}"
        if not plan.fired:
            break
        lost += 1
    assert lost > 12


@pytest.mark.parametrize("how", ["request", "reply"])
def test_a_file_put_is_there_once_and_whole_wherever_the_connection_is_lost(rig, how):
    content = [b"x" * 50_000, b"y" * 50_000]
    lost = 0
    for at in range(1, 60):
        folder, plan = rig.sshd.folder(), Plan(at, how)
        outbox = SftpOutbox("acme", rig.server(plan), Drop(os.fsencode(folder), marker=".done"))
        said = None
        for _ in range(3):
            try:
                said = outbox.put("997.edi", iter(content))
            except (Unavailable, OutcomeUnknown):
                continue
            break
        assert said == "997.edi"
        seen = {name: text for name, text in files(folder).items() if not name.startswith(".")}
        assert seen == {"997.edi": b"".join(content), "997.edi.done": b""}, f"request {at}"
        if not plan.fired:
            break
        lost += 1
    assert lost > 8


def test_a_put_whose_rename_was_answered_too_late_is_not_sent_again(rig):
    folder, plan = rig.sshd.folder(), Plan(1, "reply", (RENAME,))
    outbox = SftpOutbox("acme", rig.server(plan), Drop(os.fsencode(folder)))
    assert outbox.put("a", [b"x"]) == "a"
    assert plan.fired
    assert plan.sent == 1
    assert files(folder) == {"a": b"x"}


def test_a_put_collected_before_its_lost_reply_was_asked_for_counts_as_put(rig):
    folder, plan = rig.sshd.folder(), Plan(1, "reply", (RENAME,))
    server = rig.server(plan)
    outbox = SftpOutbox("acme", server, Drop(os.fsencode(folder)))
    dial = server._dial

    def collected(login, secrets):
        (folder / "a").unlink(missing_ok=True)
        return dial(login, secrets)

    server._dial = collected
    assert outbox.put("a", [b"x"]) == "a"
    assert plan.sent == 1
    assert files(folder) == {}


def test_a_put_whose_server_stays_away_after_the_rename_is_of_unknown_outcome(rig):
    folder, plan = rig.sshd.folder(), Plan(1, "reply", (RENAME,))
    with FaultProxy(rig.sshd.port) as proxy:
        server = rig.server(plan, proxy.port)
        outbox = SftpOutbox("acme", server, Drop(os.fsencode(folder)))
        dial = server._dial

        def once(login, secrets):
            server._dial = away
            return dial(login, secrets)

        def away(login, secrets):
            raise Unavailable("it is away")

        server._dial = once
        with pytest.raises(OutcomeUnknown):
            outbox.put("a", [b"x"])


def test_no_sync_and_no_posix_rename_are_asked_of_a_server_that_does_not_offer_them(rig):
    folder, plan = rig.sshd.folder(), Plan(None, kinds=(EXTENDED,))
    server = rig.server(plan)
    outbox = SftpOutbox("acme", server, Drop(os.fsencode(folder)))
    outbox.put("a", [b"x"])
    assert plan.sent == 1
    with server.session() as session:
        session.extensions = frozenset()
    outbox.put("b", [b"x"])
    assert plan.sent == 1


@pytest.mark.parametrize("at", range(2_000, 12_000, 500))
def test_a_poll_cut_at_any_byte_takes_nothing_by_halves(rig, at):
    folder, journal = rig.filled(), Journal()
    with FaultProxy(rig.sshd.port) as proxy:
        proxy.cut_down_after = at
        inbox = rig.inbox(folder, rig.server(port=proxy.port), "archive")
        try:
            journal.poll(inbox)
        except (Unavailable, NotReady):
            assert set(journal.texts) <= set(TEXT.items())
        proxy.cut_down_after = None
        inbox = rig.inbox(folder, rig.server(port=proxy.port), "archive")
        polled(journal, inbox)
    assert journal.texts == sorted(TEXT.items())
    assert sorted(files(folder).values()) == sorted(TEXT.values())


def test_a_listing_that_broke_off_forgets_nothing(rig):
    """FAULTS 7: what a broken listing does not show is not gone."""
    folder = rig.filled()
    for at in range(1, 8):
        plan = Plan(at, "request")
        plan.at = None
        inbox = rig.inbox(folder, rig.server(plan), "leave")
        for offered in inbox.list():
            inbox.settle(offered, Receipt("T", Durable("ab" * 32, 1)))
        inbox.server.close()
        plan.sent, plan.at = 0, at
        try:
            assert inbox.list() == []
        except Unavailable:
            assert inbox.list() == []


def test_a_server_that_falls_silent_is_given_up_after_its_time(rig):
    folder = rig.filled()
    with FaultProxy(rig.sshd.port) as proxy:
        server = rig.server(port=proxy.port)
        inbox = rig.inbox(folder, server, "delete")
        with server.session() as session:
            session.patience = 0.2
        proxy.swallow = True
        with pytest.raises(Unavailable, match="has not answered within 0 seconds"):
            inbox.list()


def test_other_bytes_that_took_the_name_meanwhile_are_never_overwritten(rig):
    folder = rig.sshd.folder()
    outbox = SftpOutbox("acme", rig.server(), Drop(os.fsencode(folder)))

    def chunks(there):
        yield b"ours"
        (folder / "a").write_bytes(there)
        rig.sshd.owned(folder / "a")

    with pytest.raises(Refused, match="taken by other bytes"):
        outbox.put("a", chunks(b"else"))
    assert files(folder) == {"a": b"else"}
    (folder / "a").unlink()
    assert outbox.put("a", chunks(b"ours")) == "a"
    assert files(folder) == {"a": b"ours"}


def test_a_full_or_forbidden_folder_is_unavailable_with_what_to_do(rig):
    folder = rig.sshd.folder()
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.chown(folder, 0, 0)
    outbox = SftpOutbox("acme", rig.server(), Drop(os.fsencode(folder)))
    with pytest.raises(Unavailable, match=r"cannot be written \(permission denied\); `gateway channel test` says what to ask for"):
        outbox.put("a", [b"x"])


def test_a_name_that_is_there_and_cannot_be_read_is_refused(rig):
    folder = rig.sshd.folder()
    (folder / "a").write_bytes(b"x")
    (folder / "a").chmod(0)
    outbox = SftpOutbox("acme", rig.server(), Drop(os.fsencode(folder)))
    with pytest.raises(Refused, match="cannot be read to compare"):
        outbox.put("a", [b"x"])


def chunks_of(content):
    return (content[at : at + 262_144] for at in range(0, len(content), 262_144))


def put(outbox, name, content, tries=6):
    """Put until it goes through, as the worker does."""
    for _ in range(tries):
        try:
            return outbox.put(name, chunks_of(content))
        except Unavailable:
            continue
    raise AssertionError("it never went through")


def test_a_long_upload_goes_on_where_the_connection_was_lost(rig, sshd):
    content, folder = os.urandom(8_000_000), rig.sshd.folder()
    with FaultProxy(sshd.port) as proxy:
        outbox = SftpOutbox("acme", rig.server(port=proxy.port), Drop(os.fsencode(folder)))
        proxy.cut_up_after = 4_500_000
        assert put(outbox, "big.edi", content) == "big.edi"
        assert files(folder) == {"big.edi": content}
        assert proxy.connections in (2, 3), "what stands there is not sent again"


def test_other_bytes_are_never_written_behind_those_of_a_broken_upload(rig, sshd):
    before, content = os.urandom(4_000_000), os.urandom(4_000_000)
    for spoilt in (True, False):
        folder = rig.sshd.folder()
        with FaultProxy(sshd.port) as proxy:
            outbox = SftpOutbox("acme", rig.server(port=proxy.port), Drop(os.fsencode(folder)))
            proxy.cut_up_after = 3_000_000
            with pytest.raises(Unavailable):
                outbox.put("big.edi", chunks_of(content if spoilt else before))
            proxy.cut_up_after = None
            [left] = folder.iterdir()
            if spoilt:  # the partner's side is not what we wrote
                left.write_bytes(b"\0" * left.stat().st_size)
            with pytest.raises(Unavailable, match="something else by now"):
                outbox.put("big.edi", chunks_of(content))
            assert outbox.put("big.edi", chunks_of(content)) == "big.edi"
        assert files(folder) == {"big.edi": content}


def test_a_short_upload_begins_anew_and_leaves_nothing_of_the_first_behind(rig, sshd):
    content, folder = os.urandom(900_000), rig.sshd.folder()
    with FaultProxy(sshd.port) as proxy:
        outbox = SftpOutbox("acme", rig.server(port=proxy.port), Drop(os.fsencode(folder)))
        proxy.cut_up_after = 600_000
        with pytest.raises(Unavailable):
            outbox.put("a.edi", chunks_of(content))
        proxy.cut_up_after = None
        assert put(outbox, "a.edi", content) == "a.edi"
    assert files(folder) == {"a.edi": content}


def test_a_busy_mailbox_is_read_over_several_connections_side_by_side(rig, sshd):
    folder = rig.sshd.folder()
    for number in range(4):
        (folder / f"{number}.edi").write_bytes(b"%d" % number * 600_000)
        rig.sshd.owned(folder / f"{number}.edi")
    with FaultProxy(sshd.port) as proxy:
        login = replace(rig.login, port=proxy.port)
        rig.servers.append(Server(login, {"env:KEY": rig.sshd.key}.__getitem__, connections=3))
        inbox = rig.inbox(folder, rig.servers[-1], "delete")
        readings = [inbox.take(offered) for offered in inbox.list()[: inbox.at_once]]
        begun = [next(reading) for reading in readings]  # all of them in the middle of their files
        taken = [first + b"".join(reading) for first, reading in zip(begun, readings, strict=True)]
        assert (inbox.at_once, proxy.connections) == (3, 3)
    assert taken == [b"%d" % number * 600_000 for number in range(3)]


def test_a_long_read_goes_on_where_the_connection_was_lost(rig, sshd):
    content = os.urandom(6_000_000)
    folder = rig.sshd.folder()
    (folder / "big.edi").write_bytes(content)
    rig.sshd.owned(folder / "big.edi")
    with FaultProxy(sshd.port) as proxy:
        inbox = rig.inbox(folder, rig.server(port=proxy.port), "delete")
        [offered] = inbox.list()
        inbox.server.close()
        proxy.cut_down_after = 2_500_000
        before = proxy.down
        assert b"".join(inbox.take(offered)) == content
        assert proxy.connections >= 4
        assert proxy.down - before < 8_000_000, "what was read is not read again"


def test_a_long_read_does_not_go_on_behind_bytes_that_changed(rig, sshd):
    folder = rig.sshd.folder()
    (folder / "big.edi").write_bytes(b"a" * 4_000_000)
    os.utime(folder / "big.edi", (1000, 1000))
    rig.sshd.owned(folder / "big.edi")
    with FaultProxy(sshd.port) as proxy:
        inbox = rig.inbox(folder, rig.server(port=proxy.port), "delete")
        [offered] = inbox.list()
        reading = inbox.take(offered)
        for _ in range(6):
            next(reading)
        (folder / "big.edi").write_bytes(b"b" * 4_000_000)
        proxy.cut_now()
        with pytest.raises(NotReady):
            list(reading)


def test_a_server_that_brings_little_before_each_loss_is_not_asked_for_ever(rig, sshd):
    folder = rig.sshd.folder()
    (folder / "big.edi").write_bytes(b"a" * 4_000_000)
    rig.sshd.owned(folder / "big.edi")
    with FaultProxy(sshd.port) as proxy:
        inbox = rig.inbox(folder, rig.server(port=proxy.port), "delete")
        [offered] = inbox.list()
        inbox.server.close()
        proxy.cut_down_after = 300_000
        with pytest.raises(Unavailable):
            list(inbox.take(offered))
        assert proxy.connections <= 3


@pytest.mark.parametrize("then", ["archive", "delete"])
@pytest.mark.parametrize("how", ["request", "reply"])
def test_many_settled_together_are_settled_wherever_the_connection_is_lost(rig, then, how):
    for at in range(1, 60, 1 if then == "delete" else 2):
        folder, plan = rig.filled(), Plan(None, how, kinds=(7, 13, 18))
        inbox = rig.inbox(folder, rig.server(plan), then)
        offers = inbox.list()
        taken = [(offered, Receipt(f"T{number}", Durable("ab" * 32, 1))) for number, offered in enumerate(offers)]
        for offered in offers:
            b"".join(inbox.take(offered))
        plan.at, plan.sent = at, 0
        inbox.settle_all(taken)
        for _ in range(3):
            assert inbox.list() == [], f"request {at}"
        left = files(folder)
        assert sorted(left.values()) == (sorted(TEXT.values()) if then == "archive" else []), f"request {at}"
        assert inbox.remarks == []
        if not plan.fired:
            break
    assert at >= 5


def test_what_came_under_a_name_meanwhile_is_not_settled_away_with_the_others(rig):
    folder = rig.filled()
    inbox = rig.inbox(folder, rig.server(), "delete")
    taken = [(offered, Receipt(f"T{number}", Durable("ab" * 32, 1))) for number, offered in enumerate(inbox.list())]
    (folder / "a.edi").write_bytes(b"another")
    inbox.settle_all(taken)
    assert files(folder) == {"a.edi": b"another"}


def test_many_files_are_settled_with_three_requests_each_asked_together(rig):
    folder = rig.sshd.folder()
    for number in range(40):
        (folder / f"{number}.edi").write_bytes(b"x")
        rig.sshd.owned(folder / f"{number}.edi")
    inbox = rig.inbox(folder, rig.server(), "archive")
    taken = [(offered, Receipt(f"T{number}", Durable("ab" * 32, 1))) for number, offered in enumerate(inbox.list())]
    (folder / "archive").mkdir()
    rig.sshd.owned(folder / "archive")
    with inbox.server.session() as session:
        said = []
        ask, packet = session.ask, session._packet
        session.ask = lambda *request: (said.append("asked"), ask(*request))[1]
        session._packet = lambda: (said.append("answered"), packet())[1]
    inbox.settle_all(taken)
    assert len(list((folder / "archive").iterdir())) == 40
    turns = [word for word, before in zip(said, ["", *said], strict=False) if word == "asked" != before]
    assert said.count("asked") <= 125
    assert len(turns) <= 5
