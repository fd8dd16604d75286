"""The drop server attacked: paths that lead out, uploads that break off, floods, links, and logins that are not his (FAULTS 26-28, 39, 40)."""

import os
import socket
import stat
import struct
import threading
import time

import pytest

from gateway.ports import Unavailable
from gateway.transports.drop.rooms import drop_inbox
from gateway.transports.drop.ssh import Limits
from gateway.transports.sftp import wire
from gateway.transports.sftp.login import Login, NotLetIn, Untrusted, connect
from gateway.transports.sftp.wire import FOR_A_NEW_FILE, Lost, Refusal, text
from tests.services.drop import Dropped
from tests.services.keys import new_key

PAUSE = threading.Event()
"""Never set: what a poll waits on between looks."""
WRITING = 0x02 | 0x08 | 0x10


@pytest.fixture
def serve(tmp_path):
    """Starts drop servers and logs in to them; everything ends with the test."""
    made, sessions = [], []

    class Serve:
        def __call__(self, *users, **terms):
            made.append(Dropped(tmp_path / str(len(made)), *users, **terms))
            return made[-1]

        def login(self, served, user="acme", patience=10.0, **said):
            secrets = {"env:KEY": said.pop("private", served.key), "env:PASSWORD": said.pop("secret", "sesame")}
            said = said or {"key": "env:KEY"}
            login = Login("127.0.0.1", user, served.port, pins=(served.pin,), patience=patience, **said)
            sessions.append(connect(login, secrets.__getitem__))
            return sessions[-1]

    yield Serve()
    for session in sessions:
        session.close()
    for served in made:
        served.stop()


def until(said, seconds=20.0):
    """Waits for a condition, with a deadline."""
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not come about"
        PAUSE.wait(0.01)


def put(session, path, content, flags=WRITING):
    handle = session.open(path, flags)
    session.write(handle, [content])
    session.shut(handle)


def got(session, path):
    handle = session.open(path)
    try:
        return b"".join(session.read(handle, 0, 1 << 20))
    finally:
        session.shut(handle)


def rows(session, folder):
    return sorted(entry.name for entry in session.scan(folder, 10_000))


def inside(served, room, user="acme"):
    return sorted(path.name for path in served.rooms[user].room(room).iterdir())


# ---------------------------------------------------------------- what it is for


def test_a_partner_puts_collects_and_cleans_up(serve):
    served = serve()
    session = serve.login(served)
    assert rows(session, b"/") == [b"in", b"out", b"test"]
    put(session, b"/in/po.edi", b"ISA...")
    assert got(session, b"in/po.edi") == b"ISA..."
    served.rooms["acme"].room("out").joinpath("997.edi").write_bytes(b"answer")
    assert got(session, b"/out/997.edi") == b"answer"
    session.remove(b"/out/997.edi")
    assert rows(session, b"out") == []
    assert session.where() == b"/"
    assert ("drop-upload", {"partner": "acme", "room": "in", "name": "po.edi", "size": 6}) in served.told


def test_the_host_key_is_made_once_and_kept(serve, tmp_path):
    first, again = Dropped(tmp_path), None
    try:
        again = Dropped(tmp_path)
        assert first.pin == again.pin
        assert stat.S_IMODE((tmp_path / "data" / "drop_host_key").stat().st_mode) == 0o600
    finally:
        first.stop()
        if again is not None:
            again.stop()


def test_an_upload_is_seen_only_when_it_is_closed(serve):
    served = serve()
    session, other = serve.login(served), serve.login(served)
    handle = session.open(b"/in/po.edi", WRITING)
    session.write(handle, [b"half"])
    assert rows(other, b"/in") == []
    assert all(name.startswith(".upload-") for name in inside(served, "in"))
    session.shut(handle)
    assert rows(other, b"/in") == [b"po.edi"]


def test_an_upload_that_breaks_off_is_never_seen_and_told(serve):
    served = serve()
    session = serve.login(served)
    handle = session.open(b"/in/po.edi", WRITING)
    session.write(handle, [b"half"])
    session.close()
    until(lambda: "drop-broke-off" in served.words())
    assert inside(served, "in") == [".broken-po.edi"]
    inbox = drop_inbox("acme/in/1", served.rooms["acme"], {})
    assert inbox.list() == []
    assert [(finding.code, finding.message) for finding in inbox.remarks] == [
        ("drop-broke-off", "The upload of 'po.edi' broke off after 4 bytes; nothing of it was taken")
    ]
    again = serve.login(served)
    assert rows(again, b"/in") == []
    put(again, b"/in/po.edi", b"whole")
    assert inside(served, "in") == ["po.edi"]
    inbox.list()
    assert [finding.code for finding in inbox.remarks] == []


def test_what_a_killed_server_left_behind_is_swept(serve, tmp_path):
    served = serve()
    left = served.rooms["acme"].room("in")
    left.mkdir(parents=True)
    (left / ".upload-0123456789abcdef").write_bytes(b"x" * 1000)
    rows(serve.login(served), b"/in")
    assert inside(served, "in") == []


def test_an_upload_in_pieces_out_of_order_is_whole_in_the_end_or_refused(serve):
    served = serve()
    session = serve.login(served)
    handle = session.open(b"/in/a", WRITING)
    for at, piece in ((4, b"5678"), (8, b"9"), (0, b"1234")):
        session.done(session.ask(wire.WRITE, text(handle), struct.pack(">Q", at), text(piece)))
    session.shut(handle)
    assert got(session, b"/in/a") == b"123456789"
    handle = session.open(b"/in/b", WRITING)
    session.done(session.ask(wire.WRITE, text(handle), struct.pack(">Q", 4), text(b"5678")))
    with pytest.raises(Refusal, match="parts of it were never written"):
        session.shut(handle)
    assert inside(served, "in") == ["a"]


# ---------------------------------------------------------------- paths


OUTSIDE = [
    b"/../../etc/passwd",
    b"../../../etc/passwd",
    b"/in/../../../etc/passwd",
    b"/in/../../secret",
    b"/etc/passwd",
    b"//etc//passwd",
    b"/in/./../../secret",
    b"secret",
    b"/in/sub/secret",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_the_drop(serve, path):
    served = serve()
    session = serve.login(served)
    root = served.rooms["acme"].root
    (root.parent / "secret").write_text("not his")
    (root / "secret").write_text("not his")
    for attempt in (
        lambda: session.open(path),
        lambda: session.open(path, WRITING),
        lambda: session.remove(path),
        lambda: session.rename(path, b"/in/mine"),
        lambda: session.mkdir(path),
    ):
        with pytest.raises(Refusal):
            attempt()
    assert (root / "secret").read_text() == (root.parent / "secret").read_text() == "not his"


@pytest.mark.parametrize("path", [b"/in/\0", b"/in/a\0b", b"/in/" + b"x" * 201, b"/in", b"/", b"", b"/in/.", b"/in/.."])
def test_names_that_are_none_are_refused(serve, path):
    session = serve.login(serve())
    with pytest.raises(Refusal):
        session.open(path, WRITING)


@pytest.mark.parametrize("name", [b"-rf", b"a\nb", b"\x1b[2J", b"\xff\xfe", b"CON", b"a b", b"caf\xc3\xa9", b"x" * 200, b"$(id)", b"..."])
def test_odd_names_are_only_names(serve, name):
    session = serve.login(serve())
    put(session, b"/in/" + name, b"x")
    assert rows(session, b"/in") == [name]
    assert got(session, b"/in/" + name) == b"x"


def test_links_that_stand_in_a_drop_lead_nowhere_and_none_can_be_made(serve, tmp_path):
    served = serve()
    session = serve.login(served)
    (tmp_path / "secret").write_text("not his")
    (served.rooms["acme"].room("in") / "link").symlink_to(tmp_path / "secret")
    assert rows(session, b"/in") == []
    for attempt in (
        lambda: session.open(b"/in/link"),
        lambda: session.lstat(b"/in/link") or session.open(b"/in/link"),
        lambda: session.rename(b"/in/link", b"/in/other"),
        lambda: session.done(session.ask(20, text(b"/etc/passwd"), text(b"/in/made"))),  # SYMLINK
        lambda: session.done(session.ask(wire.EXTENDED, text(b"hardlink@openssh.com"), text(b"/in/link"), text(b"/in/made"))),
        lambda: session.done(session.ask(19, text(b"/in/link"))),  # READLINK
    ):
        with pytest.raises(Refusal):
            attempt()
    put(session, b"/in/link", b"his own")  # an upload takes the name; what the link led to is untouched
    assert (tmp_path / "secret").read_text() == "not his"
    assert not (served.rooms["acme"].room("in") / "link").is_symlink()


def test_a_folder_that_is_a_link_is_not_served(serve, tmp_path):
    served = serve()
    rooms = served.rooms["acme"]
    rooms.root.mkdir(parents=True)
    rooms.room("in").symlink_to(tmp_path)
    with pytest.raises(Unavailable, match="gives no SFTP"):
        serve.login(served)
    assert "drop-session-ended" in served.words()


def test_a_partner_sees_only_his_own_drop(serve):
    served = serve("acme", "bolt")
    acme, bolt = serve.login(served), serve.login(served, "bolt")
    put(acme, b"/in/po.edi", b"acme's")
    assert rows(bolt, b"/in") == []
    with pytest.raises(Refusal):
        bolt.open(b"/../acme/in/po.edi")


def test_out_is_ours_to_write_and_files_stay_in_their_folder(serve):
    served = serve()
    session = serve.login(served)
    served.rooms["acme"].room("out").joinpath("997.edi").write_bytes(b"answer")
    put(session, b"/in/po.edi", b"x")
    for attempt in (
        lambda: session.open(b"/out/mine", WRITING),
        lambda: session.rename(b"/out/997.edi", b"/in/997.edi"),
        lambda: session.rename(b"/in/po.edi", b"/test/po.edi"),
        lambda: session.rename_over(b"/in/po.edi", b"/out/997.edi"),
        lambda: session.mkdir(b"/in/archive"),
    ):
        with pytest.raises(Refusal):
            attempt()
    session.rename(b"/out/997.edi", b"/out/taken")
    assert inside(served, "out") == ["taken"]


def test_a_rename_takes_no_name_that_is_taken_unless_it_says_so(serve):
    session = serve.login(serve())
    put(session, b"/in/a", b"a")
    put(session, b"/in/b", b"b")
    with pytest.raises(Refusal):
        session.rename(b"/in/a", b"/in/b")
    with pytest.raises(Refusal):
        session.open(b"/in/b", FOR_A_NEW_FILE)
    session.rename_over(b"/in/a", b"/in/b")
    assert got(session, b"/in/b") == b"a"


def test_permissions_and_times_have_no_effect_and_files_are_not_cut(serve):
    served = serve()
    session = serve.login(served)
    put(session, b"/in/a", b"abc")
    before = (served.rooms["acme"].room("in") / "a").stat()
    session.done(session.ask(wire.SETSTAT, text(b"/in/a"), struct.pack(">II", 0x4, 0o4777)))
    session.done(session.ask(wire.SETSTAT, text(b"/in"), struct.pack(">II", 0x4, 0)))
    session.done(session.ask(wire.SETSTAT, text(b"/in/a"), struct.pack(">III", 0x8, 0, 0)))
    with pytest.raises(Refusal):
        session.done(session.ask(wire.SETSTAT, text(b"/in/a"), struct.pack(">IQ", 0x1, 0)))
    after = (served.rooms["acme"].room("in") / "a").stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_size) == (before.st_mode, before.st_mtime_ns, 3)


# ---------------------------------------------------------------- too much


def test_over_the_quota_nothing_is_kept(serve):
    served = serve(quota=100_000, largest=80_000)
    session = serve.login(served)
    with pytest.raises(Refusal, match="a file may have 80000 bytes"):
        put(session, b"/in/huge", b"x" * 80_001)
    put(session, b"/in/a", b"x" * 60_000)
    with pytest.raises(Refusal, match="quota"):
        put(session, b"/in/b", b"x" * 60_000)
    put(session, b"/in/c", b"x" * 1_000)
    handles = [session.open(b"/in/p%d" % number, WRITING) for number in range(3)]
    with pytest.raises(Refusal, match="quota"):
        for handle in handles:
            session.write(handle, [b"x" * 40_000])
    session.close()
    until(lambda: inside(served, "in")[-2:] == ["a", "c"] and not any(name.startswith(".upload-") for name in inside(served, "in")))
    assert sum(path.stat().st_size for path in served.rooms["acme"].room("in").iterdir()) <= 200_000


def test_a_write_far_away_makes_no_huge_file(serve):
    served = serve(quota=1_000_000)
    session = serve.login(served)
    handle = session.open(b"/in/sparse", WRITING)
    for at in (1 << 40, (1 << 63) - 1, (1 << 64) - 10):
        with pytest.raises(Refusal):
            session.done(session.ask(wire.WRITE, text(handle), struct.pack(">Q", at), text(b"x")))
    with pytest.raises(Refusal):
        session.shut(handle)
    assert inside(served, "in") == []


def test_more_files_than_the_quota_are_refused(serve):
    served = serve(files=3)
    session = serve.login(served)
    for number in range(3):
        put(session, b"/in/%d" % number, b"x")
    with pytest.raises(Refusal, match="quota of 3 files"):
        put(session, b"/test/more", b"x")
    session.remove(b"/in/0")
    until(lambda: _works(lambda: put(session, b"/in/more", b"x")))


def _works(attempt):
    try:
        attempt()
    except Refusal:
        return False
    return True


def test_handles_are_counted(serve):
    session = serve.login(serve())
    handles = [session.open(b"/in/%d" % number, WRITING) for number in range(64)]
    with pytest.raises(Refusal, match="64 files are open"):
        session.open(b"/in/more", WRITING)
    with pytest.raises(Refusal, match="64 files are open"):
        list(session.scan(b"/in", 10))
    session.shut(handles[0])
    put(session, b"/in/more", b"x")


def test_handles_of_nobody_and_of_others_are_refused(serve):
    served = serve()
    session, other = serve.login(served), serve.login(served)
    handle = session.open(b"/in/a", WRITING)
    for wrong in (b"", b"99", b"../x", b"x" * 1000, handle):
        with pytest.raises(Refusal):
            other.done(other.ask(wire.WRITE, text(wrong), struct.pack(">Q", 0), text(b"x")))
        with pytest.raises(Refusal):
            other.shut(wrong)


def test_one_who_asks_and_does_not_read_is_left_without_answers_not_us_without_memory(serve):
    served = serve(limits=Limits(unread=0.5))
    session = serve.login(served)
    put(session, b"/in/big", b"x" * 1_000_000)
    handle = session.open(b"/in/big")
    before = _memory()
    # a window of 2 MB is all that paramiko grants; more than that waits at the server, which waits no longer than half a second
    with pytest.raises(Lost):
        for _ in range(40_000):
            session.ask(wire.READ, text(handle), struct.pack(">QI", 0, 1 << 20))
        session.where()
    until(lambda: "drop-session-ended" in served.words())
    assert _memory() - before < 60_000_000
    assert rows(serve.login(served), b"/in") == [b"big"]


def _memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.parametrize(
    "packet",
    [
        b"\xff\xff\xff\xff",
        struct.pack(">I", 300_000) + b"x" * 100,
        struct.pack(">I", 0),
        struct.pack(">IB", 5, 3) + b"\0\0\0\1",
        struct.pack(">IBII", 9, 3, 1, 0xFFFFFFFF),
        struct.pack(">IB", 2, 3) + b"\0",
    ],
)
def test_what_is_not_sftp_ends_the_session_and_nothing_else(serve, packet):
    served = serve()
    session, neighbour = serve.login(served), serve.login(served)
    rest = packet
    while rest:
        rest = rest[session._stream.send(rest) :]
    until(lambda: "drop-session-ended" in served.words())
    put(neighbour, b"/in/a", b"x")


def test_a_session_that_says_nothing_ends(serve):
    served = serve(limits=Limits(idle=0.2))
    session = serve.login(served)
    until(lambda: "drop-session-ended" in served.words())
    with pytest.raises(Lost):
        session.where()


# ---------------------------------------------------------------- who is let in


def test_a_password_of_the_profile_lets_in_and_no_other(serve):
    served = serve(limits=Limits(refusal=0.0))
    put(serve.login(served, password="env:PASSWORD"), b"/in/a", b"x")
    for user, secret in (("acme", "wrong"), ("acme", ""), ("nobody", "sesame"), ("", "sesame"), ("../acme", "sesame")):
        with pytest.raises(NotLetIn):
            serve.login(served, user, password="env:PASSWORD", secret=secret)
    assert "drop-refused" in served.words()


def test_a_key_of_somebody_else_does_not_let_in(serve):
    served = serve()
    with pytest.raises(NotLetIn):
        serve.login(served, private=new_key())


def test_a_key_taken_out_of_the_profile_lets_in_no_more(serve):
    served = serve()
    serve.login(served)
    served.accounts = {}
    with pytest.raises(NotLetIn):
        serve.login(served)


def test_connections_of_one_partner_are_counted_and_do_not_keep_others_out(serve):
    served = serve("acme", "bolt", limits=Limits(each=2))
    first = [serve.login(served), serve.login(served)]
    with pytest.raises(Unavailable):
        serve.login(served)
    serve.login(served, "bolt")
    first[0].close()
    until(lambda: _lets_in(serve, served))


def _lets_in(serve, served):
    try:
        serve.login(served)
    except Unavailable:
        return False
    return True


def test_those_who_connect_and_say_nothing_are_bounded_and_put_out(serve):
    served = serve(limits=Limits(strangers=3, login=0.5))
    silent = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(10)]
    try:
        until(lambda: all(_ended(one) for one in silent))
        rows(serve.login(served), b"/")
    finally:
        for one in silent:
            one.close()


def _ended(one):
    one.settimeout(0.01)
    try:
        return one.recv(4096) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("asked", ["shell", "exec", "pty", "other", "forward"])
def test_there_is_no_shell_no_command_and_no_way_through(serve, asked):
    import paramiko

    served = serve()
    session = serve.login(served)
    transport = session._stream._transport
    if asked == "forward":
        with pytest.raises(paramiko.ChannelException):
            transport.open_channel("direct-tcpip", ("127.0.0.1", served.port), ("127.0.0.1", 1))
        with pytest.raises(paramiko.SSHException):
            transport.request_port_forward("127.0.0.1", 0)
        return
    channel = transport.open_session()
    ask = {
        "shell": channel.invoke_shell,
        "exec": lambda: channel.exec_command("id"),
        "pty": channel.get_pty,
        "other": lambda: channel.invoke_subsystem("netconf"),
    }[asked]
    with pytest.raises(paramiko.SSHException):
        ask()


def test_a_host_key_that_is_not_ours_is_not_believed(serve):
    served = serve()
    served.pin = "SHA256:" + "a" * 43
    with pytest.raises(Untrusted):
        serve.login(served)


def test_stopping_leaves_no_half_upload_under_a_name(serve):
    served = serve()
    session = serve.login(served)
    session.write(session.open(b"/in/po.edi", WRITING), [b"half"])
    served.stop()
    assert inside(served, "in") == [".broken-po.edi"]
    assert os.listdir(served.rooms["acme"].room("test")) == []
