"""The mailbox against real OpenSSH: when a file is taken, what becomes of it there, and what is told (FAULTS 1-5, 14, 19-26)."""

import os

import pytest

from gateway.ports import NotReady, Offered, Receipt, Refused, Unavailable
from gateway.records import Durable
from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.remembered import Remembered
from gateway.transports.sftp.terms import Mailbox

pytestmark = pytest.mark.service

WHOLE = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*U*00401*000000001*0*T*>~"
    b"GS*PO*SENDER*RECEIVER*20240102*0304*1*X*004010~GE*0*1~IEA*1*000000001~"
)
RECEIPT = Receipt("01T", Durable("ab" * 32, 1))


class Rig:
    def __init__(self, sshd, server):
        self.sshd = sshd
        self.server = server
        self.folder = sshd.folder()
        self.now = 0.0
        self.mtime = 1_700_000_000

    def inbox(self, memory=None, **terms):
        return SftpInbox("acme", self.server, Mailbox(os.fsencode(self.folder), **terms), memory, timer=lambda: self.now)

    def put(self, name, content=WHOLE, mtime=None):
        self.mtime += 1
        path = os.path.join(os.fsencode(self.folder), name if isinstance(name, bytes) else name.encode())
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, (mtime or self.mtime,) * 2)
        self.sshd.owned(path)

    def names(self, sub="."):
        return sorted(path.name for path in (self.folder / sub).iterdir() if path.is_file())


@pytest.fixture
def rig(sshd, at, login):
    return Rig(sshd, at(login))


def names(inbox):
    return [offered.name for offered in inbox.list()]


def codes(inbox):
    return [finding.code for finding in inbox.remarks]


def after(rig, inbox, seconds):
    """What two looks so far apart offer."""
    inbox.list()
    rig.now += seconds
    return inbox.list()


# ---------------------------------------------------------------- when a file is taken


def test_a_file_that_grows_is_taken_when_two_looks_saw_it_unchanged(rig):
    inbox = rig.inbox()
    rig.put("a.edi", WHOLE[:100])
    assert after(rig, inbox, 5) == []
    rig.put("a.edi", WHOLE)
    assert names(inbox) == []
    assert inbox.unsettled == 1
    rig.now += 3
    assert [(offered.name, b"".join(inbox.take(offered))) for offered in inbox.list()] == [("a.edi", WHOLE)]


def test_two_looks_too_close_to_each_other_are_not_enough(rig):
    inbox = rig.inbox()
    rig.put("a.edi")
    assert after(rig, inbox, 1) == []
    assert [offered.name for offered in after(rig, inbox, 1)] == ["a.edi"]


def test_a_writer_who_pauses_for_long_is_waited_for_and_told_of(rig):
    inbox = rig.inbox()
    rig.put("a.edi", WHOLE[:150])
    assert after(rig, inbox, 600) == []
    assert codes(inbox) == []
    assert [offered.copy for offered in after(rig, inbox, 7200)] == [True]
    assert codes(inbox) == ["inbox-partial"]
    assert rig.names() == ["a.edi"]
    rig.put("a.edi", WHOLE)
    assert [offered.name for offered in after(rig, inbox, 3)] == ["a.edi"]


def test_a_file_that_does_not_say_whether_it_is_whole_is_watched_longer(rig):
    inbox = rig.inbox()
    rig.put("a.csv", b"1;2;3\n")
    assert after(rig, inbox, 3) == []
    rig.now += 8
    assert names(inbox) == ["a.csv"]


@pytest.mark.parametrize("name", [".a.edi", "a.tmp", "a.edi.part", "a.filepart", "a.edi~", "x.sftpgo-upload.1.edi"])
def test_temporary_names_are_left_alone(rig, name):
    inbox = rig.inbox()
    rig.put(name)
    assert after(rig, inbox, 100) == []
    assert inbox.remarks == []


def test_a_file_renamed_from_a_temporary_name_is_taken_at_once(rig):
    inbox = rig.inbox()
    rig.put("a.edi.part")
    assert names(inbox) == []
    (rig.folder / "a.edi.part").rename(rig.folder / "a.edi")
    assert names(inbox) == ["a.edi"]


def test_a_renamed_file_without_its_end_is_not_taken(rig):
    inbox = rig.inbox()
    rig.put("a.edi.part", WHOLE[:150])
    inbox.list()
    (rig.folder / "a.edi.part").rename(rig.folder / "a.edi")
    assert names(inbox) == []


def test_with_a_marker_the_file_waits_for_it_and_both_go(rig):
    inbox = rig.inbox(marker=".done", then="archive")
    rig.put("a.edi")
    assert after(rig, inbox, 100) == []
    rig.put("a.edi.done", b"")
    [offered] = inbox.list()
    inbox.settle(offered, RECEIPT)
    assert (rig.names(), rig.names("archive")) == ([], ["01T-a.edi"])


def test_only_names_of_the_pattern_are_taken(rig):
    inbox = rig.inbox(pattern="po-*.edi", scans=1, quiet=0)
    rig.put("po-1.edi")
    rig.put("PO-2.edi")
    rig.put("inv.edi")
    assert names(inbox) == ["po-1.edi"]


def test_a_file_completed_later_under_the_same_name_is_another_arrival(rig):
    inbox = rig.inbox(scans=1, quiet=0, unsure=0)
    rig.put("a.csv", b"half")
    [first] = inbox.list()
    rig.put("a.csv", b"half and half")
    [second] = inbox.list()
    assert first.identity != second.identity


def test_the_same_content_sent_again_is_another_arrival(rig):
    inbox = rig.inbox(scans=1, quiet=0)
    rig.put("a.edi")
    [first] = inbox.list()
    list(inbox.take(first))
    inbox.settle(first, RECEIPT)
    rig.put("a.edi")
    [second] = inbox.list()
    assert first.identity != second.identity


# ---------------------------------------------------------------- what is not taken, and told


def test_links_fifos_and_folders_are_never_opened(rig):
    inbox = rig.inbox(scans=1, quiet=0, unsure=0)
    (rig.folder / "sub.edi").mkdir()
    (rig.folder / "link.edi").symlink_to("/etc/passwd")
    os.mkfifo(rig.folder / "fifo.edi")
    rig.put("a.edi")
    assert names(inbox) == ["a.edi"]
    assert sorted(codes(inbox)) == ["inbox-link", "inbox-not-a-file"]


def test_a_name_that_is_not_utf8_hides_no_other_and_is_taken_itself(rig):
    inbox = rig.inbox(scans=1, quiet=0, then="archive")
    for name in (b"caf\xe9.edi", b"a\nb.edi", b"\x1b[31mred.edi", b"-rf", b"plain.edi"):
        rig.put(name)
    offers = inbox.list()
    assert [offered.name for offered in offers] == ["caf\\xe9.edi", "a\\nb.edi", "\\x1b[31mred.edi", "-rf", "plain.edi"]
    for offered in offers:
        assert b"".join(inbox.take(offered)) == WHOLE
        inbox.settle(offered, RECEIPT)
    assert rig.names() == []
    assert rig.names("archive") == ["01T-_31mred.edi", "01T-a_b.edi", "01T-caf_.edi", "01T-plain.edi", "01T-rf"]


def test_a_file_without_right_to_read_is_told_and_others_go_on(rig):
    (rig.folder / "shut.edi").write_bytes(WHOLE)
    (rig.folder / "shut.edi").chmod(0)
    rig.put("open.edi")
    inbox = rig.inbox(scans=1, quiet=0)
    assert names(inbox) == ["open.edi"]
    assert codes(inbox) == ["inbox-unreadable"]


def test_an_empty_file_is_offered_and_told(rig):
    inbox = rig.inbox(scans=1, quiet=0, unsure=0)
    rig.put("empty.edi", b"")
    [offered] = inbox.list()
    assert b"".join(inbox.take(offered)) == b""
    assert codes(inbox) == ["inbox-empty"]


def test_a_file_over_the_limit_is_told_and_stays(rig):
    inbox = rig.inbox(scans=1, quiet=0, largest=100)
    rig.put("a.edi")
    assert names(inbox) == []
    assert codes(inbox) == ["inbox-too-large"]
    assert rig.names() == ["a.edi"]


def test_a_folder_that_is_not_there_is_unavailable_with_its_name(rig):
    inbox = SftpInbox("acme", rig.server, Mailbox(b"/no/such/folder"))
    with pytest.raises(Unavailable, match="folder /no/such/folder cannot be listed: no such file"):
        inbox.list()


def test_many_files_are_offered_in_parts_oldest_first(rig):
    inbox = rig.inbox(scans=1, quiet=0, batch=3)
    for name in "gfedcba":
        rig.put(name)
    rounds = []
    while offers := inbox.list():
        rounds.append(("".join(offered.name for offered in offers), inbox.more))
        for offered in offers:
            inbox.settle(offered, RECEIPT)
    assert rounds == [("gfe", True), ("dcb", True), ("a", False)]


def test_a_crowded_folder_is_looked_at_in_bounded_parts(rig):
    inbox = rig.inbox(scans=1, quiet=0, crowd=5)
    for number in range(8):
        rig.put(f"{number}.edi")
    assert len(inbox.list()) == 5
    assert codes(inbox) == ["inbox-crowded"]


# ---------------------------------------------------------------- what becomes of it there


def test_taken_files_are_deleted_by_default_and_nothing_of_ours_stays(rig):
    inbox = rig.inbox(scans=1, quiet=0)
    rig.put("a.edi")
    [offered] = inbox.list()
    inbox.settle(offered, RECEIPT)
    assert rig.names() == []


def test_files_are_archived_below_the_folder_or_at_an_absolute_place(rig):
    rig.put("a.edi")
    below = rig.inbox(scans=1, quiet=0, then="archive", archive=b"done")
    below.settle(below.list()[0], RECEIPT)
    assert rig.names("done") == ["01T-a.edi"]
    elsewhere = rig.sshd.folder()
    rig.put("b.edi")
    absolute = rig.inbox(scans=1, quiet=0, then="archive", archive=os.fsencode(elsewhere))
    absolute.settle(absolute.list()[0], RECEIPT)
    assert [path.name for path in elsewhere.iterdir()] == ["01T-b.edi"]


def test_nothing_in_the_archive_is_ever_overwritten(rig):
    inbox = rig.inbox(scans=1, quiet=0, then="archive")
    (rig.folder / "archive").mkdir()
    rig.sshd.owned(rig.folder / "archive")
    (rig.folder / "archive" / "01T-a.edi").write_bytes(b"somebody's")
    rig.put("a.edi")
    inbox.settle(inbox.list()[0], RECEIPT)
    assert rig.names("archive") == ["01T-a.edi", "2-01T-a.edi"]
    assert (rig.folder / "archive" / "01T-a.edi").read_bytes() == b"somebody's"


@pytest.mark.parametrize("then", ["archive", "delete"])
def test_what_took_the_name_since_is_not_settled_away(rig, then):
    inbox = rig.inbox(scans=1, quiet=0, then=then)
    rig.put("a.edi")
    [offered] = inbox.list()
    rig.put("a.edi", WHOLE + b"\n")
    inbox.settle(offered, RECEIPT)
    assert (rig.folder / "a.edi").read_bytes() == WHOLE + b"\n"
    assert rig.names() == ["a.edi"]


def test_a_file_that_vanishes_after_it_was_taken_is_told(rig):
    inbox = rig.inbox(scans=1, quiet=0)
    rig.put("a.edi")
    [offered] = inbox.list()
    (rig.folder / "a.edi").unlink()
    inbox.settle(offered, RECEIPT)
    assert codes(inbox) == ["inbox-vanished"]
    inbox.list()
    assert codes(inbox) == ["inbox-vanished"]
    inbox.list()
    assert codes(inbox) == []


def test_a_file_that_vanishes_before_it_was_taken_is_not_ready(rig):
    inbox = rig.inbox(scans=1, quiet=0, unsure=0)
    rig.put("a.csv", b"x" * 40_000)
    [offered] = inbox.list()
    (rig.folder / "a.csv").unlink()
    with pytest.raises(NotReady, match="no longer there"):
        list(inbox.take(offered))


def test_a_file_that_is_appended_to_while_it_is_read_is_not_ready(rig):
    inbox = rig.inbox(scans=1, quiet=0, unsure=0)
    rig.put("a.csv", b"x" * 3_000_000)
    [offered] = inbox.list()
    reading = inbox.take(offered)
    next(reading)
    with open(rig.folder / "a.csv", "ab") as file:
        file.write(b"more")
    with pytest.raises(NotReady):
        list(reading)


@pytest.mark.parametrize("then", ["archive", "delete"])
def test_what_cannot_be_moved_is_taken_once_remembered_told_and_moved_when_it_can_be(rig, then):
    rig.put("a.edi")
    inbox = rig.inbox(scans=1, quiet=0, then=then)
    [offered] = inbox.list()
    rig.folder.chmod(0o555)
    if os.getuid() == 0:
        os.chown(rig.folder, 0, 0)
    inbox.settle(offered, RECEIPT)
    assert names(inbox) == []
    assert codes(inbox) == ["inbox-unmovable"]
    assert "permission denied" in inbox.remarks[0].message
    rig.folder.chmod(0o755)
    rig.sshd.owned(rig.folder)
    rig.now += 1000
    assert names(inbox) == []
    assert rig.names() == []


def test_what_is_left_there_is_remembered_over_a_restart_until_it_is_gone(rig, tmp_path):
    memory = Remembered(tmp_path / "remembered" / "acme")
    rig.put("a.edi")
    rig.put("b.edi")
    inbox = rig.inbox(memory, scans=1, quiet=0, then="leave")
    for offered in inbox.list():
        inbox.settle(offered, RECEIPT)
    assert names(inbox) == []
    assert rig.names() == ["a.edi", "b.edi"]
    again = rig.inbox(memory, scans=1, quiet=0, then="leave")
    assert names(again) == []
    (rig.folder / "a.edi").unlink()
    assert names(again) == []
    assert [line[:5] for line in memory.load()] == ["b.edi"]
    rig.put("b.edi", WHOLE + b"\n")
    assert names(again) == ["b.edi"]


def test_a_half_finished_deletion_is_finished_at_the_second_look(rig):
    rig.put("a.edi")
    inbox = rig.inbox(scans=1, quiet=0)
    there = os.stat(rig.folder / "a.edi")
    left = rig.folder / f".gateway-01T;{there.st_size};{int(there.st_mtime)};a.edi"
    (rig.folder / "a.edi").rename(left)
    rig.put(".gateway-01T;7;7;somebody", b"else")
    inbox.list()
    assert left.exists()
    inbox.list()
    inbox.list()
    assert rig.names() == [".gateway-01T;7;7;somebody"]


def test_an_offer_of_another_inbox_is_refused(rig):
    inbox = rig.inbox()
    for handle in (b"../a", b"a/b", b"", b"..", "text", None):
        with pytest.raises(Refused):
            list(inbox.take(Offered("acme", "a", "a;1;1", 1, handle)))


def test_of_a_file_that_stalled_a_copy_is_offered_once_and_it_stays(rig):
    inbox = rig.inbox()
    rig.put("a.edi", WHOLE[:150])
    [copy] = after(rig, inbox, 7200)
    assert (copy.copy, b"".join(inbox.take(copy))) == (True, WHOLE[:150])
    inbox.settle(copy, RECEIPT)
    assert (names(inbox), rig.names()) == ([], ["a.edi"])
    rig.put("a.edi", WHOLE)
    [offered] = after(rig, inbox, 5)
    assert (offered.copy, offered.identity != copy.identity) == (False, True)


def test_a_folder_that_may_not_be_listed_is_unavailable_with_the_reason(rig):
    rig.put("a.edi")
    inbox = rig.inbox()
    rig.folder.chmod(0o000)
    try:
        with pytest.raises(Unavailable, match="permission denied"):
            inbox.list()
    finally:
        rig.folder.chmod(0o755)
    assert [offered.name for offered in after(rig, inbox, 5)] == ["a.edi"]


@pytest.mark.parametrize("mtime", [1, 4_000_000_000])
def test_times_of_the_server_far_from_ours_neither_hasten_nor_hinder(rig, mtime):
    inbox = rig.inbox()
    rig.put("a.edi", mtime=mtime)
    assert after(rig, inbox, 1) == []
    assert [offered.name for offered in after(rig, inbox, 2)] == ["a.edi"]


def test_an_archive_that_comes_as_one_file_is_never_unpacked(rig):
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("../../evil.edi", WHOLE)
        made.writestr("bomb", b"\0" * 10_000_000)
    inbox = rig.inbox()
    rig.put("orders.zip", held.getvalue())
    [offered] = after(rig, inbox, 20)
    assert b"".join(inbox.take(offered)) == held.getvalue()
