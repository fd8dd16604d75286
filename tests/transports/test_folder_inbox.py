"""The drop folder: what is taken, when, and what never is (FAULTS 1-5, 19-31, 38)."""

import os
import stat
import tracemalloc

import pytest

from gateway.ports import NotReady, Receipt, Unavailable
from gateway.records import Durable
from gateway.transports.folder import FolderInbox, Pickup

ISA = b"ISA*00*          *00*          *ZZ*ACME           *01*123456789      *250101*1200*U*00401*000000042*0*P*>~\n"
WHOLE = ISA + b"GS*PO*ACME*US*20250101*1200*1*X*004010~ST*850*0001~BEG*00*SA*PO1**20250101~SE*3*0001~GE*1*1~IEA*1*000000042~\n"
HALF = WHOLE[:180]
CSV = b"order,line\nA1,1\n"


class Timer:
    """Our own timer, moved by hand."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def drop(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def inbox(folder, timer=None, **terms):
    return FolderInbox("acme", folder, Pickup(**{"quiet": 0.0, **terms}), timer or Timer())


def names(offers):
    return [offered.name for offered in offers]


def receipt(number=1):
    return Receipt(f"01T{number}", Durable("ab" * 32, 1))


def codes(box):
    return [finding.code for finding in box.remarks]


def content(box, offered):
    return b"".join(box.take(offered))


# ------------------------------------------------------------------ when a file is finished


def test_a_complete_interchange_that_nobody_writes_is_taken_at_the_first_look(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    assert content(box, offered) == WHOLE


def test_a_complete_interchange_that_somebody_still_has_open_for_writing_waits(drop):
    box = inbox(drop)
    with open(drop / "a.edi", "wb") as writer:
        writer.write(WHOLE)
        writer.flush()
        assert [box.list(), box.list(), box.list()] == [[], [], []]
    assert names(box.list()) == ["a.edi"]


def test_a_half_written_interchange_is_never_taken_however_long_it_rests(drop):
    timer = Timer()
    box = inbox(drop, timer)
    (drop / "a.edi").write_bytes(HALF)
    for _ in range(20):
        timer.now += 60
        assert box.list() == []
    with open(drop / "a.edi", "ab") as writer:
        writer.write(WHOLE[len(HALF) :])
    assert names(box.list()) == ["a.edi"]


@pytest.mark.parametrize("length", [*range(1, len(WHOLE) - 2, 7), len(WHOLE) - 2])
def test_no_beginning_of_an_interchange_is_taken_for_the_whole(drop, length):
    (drop / "a.edi").write_bytes(WHOLE[:length])
    box = inbox(drop)
    offers = [box.list() for _ in range(4)]
    if WHOLE[:length].endswith(b"IEA*1*000000042"):  # all but the terminator: whole, by its number, but only after it rested
        assert offers[0] == []
        assert names(offers[1]) == ["a.edi"]
    else:
        assert offers == [[], [], [], []]


def test_an_incomplete_file_stays_and_is_reported_after_a_while(drop):
    timer = Timer()
    box = inbox(drop, timer, partial_after=3600)
    (drop / "a.edi").write_bytes(HALF)
    box.list()
    assert codes(box) == []
    timer.now = 3601
    [copy] = box.list()
    assert (codes(box), copy.copy, content(box, copy)) == (["inbox-partial"], True, HALF)
    box.settle(copy, receipt())
    assert (box.list(), codes(box), (drop / "a.edi").read_bytes()) == ([], ["inbox-partial"], HALF)


def test_what_is_heard_after_a_look_began_asks_for_another(drop):
    box = inbox(drop)
    box.list()
    assert box.hinted is False
    box.hint(b"a.edi", "changed")
    assert box.hinted is True
    box.list()
    assert box.hinted is False


def test_a_folder_with_more_than_a_look_offers_says_so(drop):
    for number in range(3):
        (drop / f"{number}.edi").write_bytes(WHOLE)
    box = inbox(drop, batch=2)
    assert (len(box.list()), box.more) == (2, True)


def test_a_file_that_stalled_and_is_completed_at_last_is_taken_whole(drop):
    timer = Timer()
    box = inbox(drop, timer, partial_after=60)
    (drop / "a.edi").write_bytes(HALF)
    box.list()
    timer.now = 61
    box.settle(*box.list(), receipt())
    (drop / "a.edi").write_bytes(WHOLE)
    box.list()
    [whole] = box.list()
    assert (whole.copy, content(box, whole)) == (False, WHOLE)
    box.settle(whole, receipt())
    assert not (drop / "a.edi").exists()


def test_a_second_interchange_cut_off_behind_a_whole_one_keeps_the_file_waiting(drop):
    (drop / "a.edi").write_bytes(WHOLE + HALF)
    box = inbox(drop)
    assert [box.list(), box.list(), box.list()] == [[], [], []]


def test_other_formats_are_taken_when_unchanged_over_the_looks_and_the_quiet_time(drop):
    timer = Timer()
    box = inbox(drop, timer, scans=2, quiet=5.0)
    (drop / "a.csv").write_bytes(CSV)
    assert (box.list(), box.unsettled) == ([], 1)
    assert (box.list(), box.unsettled) == ([], 1)  # a second look, but at once: a busy watcher proves nothing
    timer.now = 5.0
    assert names(box.list()) == ["a.csv"]


def test_a_file_that_changes_between_looks_begins_anew(drop):
    box = inbox(drop, scans=3)
    path = drop / "a.csv"
    path.write_bytes(CSV)
    box.list()
    box.list()
    with open(path, "ab") as writer:
        writer.write(b"A1,2\n")
    assert [box.list(), box.list()] == [[], []]
    assert names(box.list()) == ["a.csv"]


@pytest.mark.parametrize("mtime", [0, 4_000_000_000])
def test_a_modification_time_in_1970_or_the_future_neither_hastens_nor_hinders(drop, mtime):
    path = drop / "a.csv"
    path.write_bytes(CSV)
    os.utime(path, (mtime, mtime))
    box = inbox(drop, scans=2)
    assert box.list() == []
    assert names(box.list()) == ["a.csv"]


@pytest.mark.parametrize(
    "name",
    [".a.edi", "a.edi.tmp", "a.edi.part", "a.edi.filepart", "a.edi~", "a.TMP", "x.sftpgo-upload.c0ffee.edi", "a.edi.sftpgo-upload.1"],
)
def test_temporary_names_are_never_taken(drop, name):
    (drop / name).write_bytes(WHOLE)
    box = inbox(drop)
    assert [box.list(), box.list(), box.list()] == [[], [], []]


def test_a_file_renamed_from_its_temporary_name_between_looks_is_taken_at_once(drop):
    (drop / "a.csv.part").write_bytes(CSV)
    box = inbox(drop, scans=99)
    assert box.list() == []
    (drop / "a.csv.part").rename(drop / "a.csv")
    assert names(box.list()) == ["a.csv"]
    assert names(box.list()) == ["a.csv"]


def test_an_inode_used_again_is_not_mistaken_for_a_rename(drop):
    (drop / "a.csv.part").write_bytes(CSV)
    box = inbox(drop, scans=99)
    box.list()
    (drop / "a.csv.part").unlink()
    (drop / "a.csv").write_bytes(CSV)  # ext4 gives the inode out again
    assert box.list() == []


def test_what_a_watcher_heard_of_a_rename_takes_the_file_at_once_but_not_half_an_interchange(drop):
    (drop / "a.csv").write_bytes(CSV)
    (drop / "b.edi").write_bytes(HALF)
    box = inbox(drop, scans=99)
    box.hint(b"a.csv", "renamed")
    box.hint(b"b.edi", "renamed")
    assert names(box.list()) == ["a.csv"]
    assert names(box.list()) == ["a.csv"]


def test_a_file_waits_for_its_marker_and_both_go(drop):
    (drop / "a.csv").write_bytes(CSV)
    box = inbox(drop, marker=".done")
    assert [box.list(), box.list(), box.list()] == [[], [], []]
    (drop / "a.csv.done").touch()
    [offered] = box.list()
    box.settle(offered, receipt())
    assert sorted(p.name for p in drop.iterdir()) == ["archive"]


# ------------------------------------------------------------------ what is taken, and what is refused


def test_a_file_modified_while_it_is_read_is_not_ready(drop):
    (drop / "a.csv").write_bytes(b"x" * 1_000_000)
    box = inbox(drop, scans=1)
    [offered] = box.list()
    reading = box.take(offered)
    next(reading)
    with open(drop / "a.csv", "r+b") as writer:
        writer.write(b"y")
    os.utime(drop / "a.csv", ns=(1, 1))
    with pytest.raises(NotReady):
        list(reading)
    assert (drop / "a.csv").exists()


def test_a_file_that_grows_while_it_is_read_is_read_no_further_than_it_was_offered(drop):
    (drop / "a.csv").write_bytes(b"x" * 300_000)
    box = inbox(drop, scans=1)
    [offered] = box.list()
    reading = box.take(offered)
    got = len(next(reading))
    with open(drop / "a.csv", "ab") as writer:
        writer.write(b"y" * 3_000_000)
    with pytest.raises(NotReady):
        for piece in reading:
            got += len(piece)
    assert got <= 300_000


def test_a_file_replaced_by_rename_while_it_is_read_is_not_ready(drop):
    (drop / "a.csv").write_bytes(b"x" * 1_000_000)
    box = inbox(drop, scans=1)
    [offered] = box.list()
    reading = box.take(offered)
    next(reading)
    (drop / "new").write_bytes(b"z")
    (drop / "new").rename(drop / "a.csv")
    with pytest.raises(NotReady):
        list(reading)


def test_an_empty_file_is_offered_reported_and_moved_aside(drop):
    (drop / "a.edi").touch()
    box = inbox(drop)
    assert box.list() == []
    [offered] = box.list()
    assert codes(box) == ["inbox-empty"]
    assert content(box, offered) == b""
    box.settle(offered, receipt())
    assert [p.stat().st_size for p in (drop / "archive").iterdir()] == [0]
    assert box.list() == []


def test_a_symlink_is_never_followed(drop, tmp_path):
    (tmp_path / "secret").write_bytes(WHOLE)
    (drop / "a.edi").symlink_to(tmp_path / "secret")
    box = inbox(drop)
    assert [box.list(), box.list(), box.list()] == [[], [], []]
    assert codes(box) == ["inbox-link"]


def test_a_file_replaced_by_a_link_after_it_was_offered_is_not_read(drop, tmp_path):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    (drop / "a.edi").unlink()
    (tmp_path / "secret").write_bytes(WHOLE)
    (drop / "a.edi").symlink_to(tmp_path / "secret")
    with pytest.raises(NotReady):
        list(box.take(offered))
    box.settle(offered, receipt())
    assert (drop / "a.edi").is_symlink()


def test_a_link_to_the_very_file_that_was_offered_is_not_followed_either(drop, tmp_path):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    (drop / "a.edi").rename(tmp_path / "moved")
    (drop / "a.edi").symlink_to(tmp_path / "moved")  # the same inode, size and time at the end of the link
    with pytest.raises(NotReady):
        list(box.take(offered))


def test_a_hard_link_is_refused_by_policy(drop, tmp_path):
    (tmp_path / "elsewhere").write_bytes(WHOLE)
    os.link(tmp_path / "elsewhere", drop / "a.edi")
    box = inbox(drop)
    assert (box.list(), codes(box)) == ([], ["inbox-hard-link"])
    assert names(inbox(drop, hard_links=True).list()) == ["a.edi"]


def test_a_fifo_is_never_opened_blocking(drop):
    os.mkfifo(drop / "a.edi")
    box = inbox(drop)
    assert (box.list(), codes(box)) == ([], ["inbox-not-a-file"])


def test_a_fifo_in_place_of_an_offered_file_is_not_waited_for(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    (drop / "a.edi").unlink()
    os.mkfifo(drop / "a.edi")
    with pytest.raises(NotReady):
        list(box.take(offered))


def test_a_directory_named_like_a_file_is_left_alone(drop):
    (drop / "a.edi").mkdir()
    (drop / "b.edi").write_bytes(WHOLE)
    box = inbox(drop)
    assert names(box.list()) == ["b.edi"]
    assert codes(box) == []


HOSTILE = [
    b"-rf",
    b"CON",
    b"a\nb",
    b"\x1b[31mred",
    b"n" * 255,
    b"\xff\xfe",
    "\u00e9".encode(),
    "e\u0301".encode(),
    b"A.EDI",
    b"a.edi",
    "\u202egpj.exe".encode(),
]


def test_hostile_names_are_data_only_and_twins_are_two(drop):
    base = os.fsencode(drop)
    for number, name in enumerate(HOSTILE):
        with open(base + b"/" + name, "wb") as file:
            file.write(WHOLE + b"\n" * number)
    box = inbox(drop)
    offers = box.list()
    assert len(offers) == len({offered.identity for offered in offers}) == len(HOSTILE)
    assert all(offered.name.isprintable() for offered in offers)
    assert all(offered.identity.isascii() for offered in offers)
    for number, offered in enumerate(offers):
        assert content(box, offered).startswith(ISA)
        box.settle(offered, receipt(number))
    kept = [os.fsencode(name) for name in os.listdir(drop / "archive")]
    assert len(kept) == len(HOSTILE)
    assert all(name.isascii() and not name.startswith((b".", b"-")) for name in kept)
    assert sorted(os.listdir(drop.parent)) == ["in"]


def test_a_name_that_would_leave_the_folder_cannot_be_taken(drop):
    (drop.parent / "secret").write_bytes(WHOLE)
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    object.__setattr__(offered, "handle", b"../secret")
    with pytest.raises(Exception, match="not offered by this inbox"):
        list(box.take(offered))


def test_only_names_of_the_pattern_are_taken(drop):
    for name in ("orders-1.csv", "orders-1.txt", "stock.csv"):
        (drop / name).write_bytes(CSV)
    assert names(inbox(drop, scans=1, pattern="orders-*.csv").list()) == ["orders-1.csv"]


def test_a_file_over_the_limit_of_the_channel_is_reported_and_stays(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop, largest=len(WHOLE) - 1)
    assert (box.list(), codes(box)) == ([], ["inbox-too-large"])
    assert names(inbox(drop, largest=len(WHOLE)).list()) == ["a.edi"]


def test_a_file_of_two_gigabytes_is_streamed(drop):
    size = 2 * 1024**3
    with open(drop / "big.dat", "wb") as file:
        file.truncate(size)
    box = inbox(drop, scans=1)
    tracemalloc.start()
    [offered] = box.list()
    reading = box.take(offered)
    read = sum(len(next(reading)) for _ in range(400))  # a hundred megabytes say what the rest would
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reading.close()
    assert offered.size == size
    assert read == 400 * 256 * 1024
    assert peak < 4 * 1024**2


def test_a_file_that_cannot_be_read_is_reported_and_others_go_on(drop, monkeypatch):
    (drop / "a.edi").write_bytes(WHOLE)
    (drop / "b.edi").write_bytes(WHOLE)
    real = os.open

    def refuse(path, *rest, **more):  # root may read everything: the system's refusal is played
        if path == b"a.edi":
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    box = inbox(drop)
    assert names(box.list()) == ["b.edi"]
    assert codes(box) == ["inbox-unreadable"]


# ------------------------------------------------------------------ order, bounds, settling


def test_the_oldest_come_first(drop):
    for name, when in (("c", 10), ("a", 30), ("b", 20)):
        (drop / name).write_bytes(WHOLE)
        os.utime(drop / name, (when, when))
    assert names(inbox(drop).list()) == ["c", "b", "a"]


def test_ten_thousand_files_are_offered_in_bounded_batches_without_leaving_any(drop):
    for number in range(10_000):
        (drop / f"{number:05}.edi").write_bytes(WHOLE)
    box = inbox(drop, batch=4_000)
    seen = set()
    for _ in range(3):
        offers = box.list()
        assert len(offers) <= 4_000
        for offered in offers:
            seen.add(offered.name)
            os.unlink(drop / offered.name)
    assert len(seen) == 10_000


def test_a_crowded_folder_is_looked_at_in_bounded_parts(drop):
    for number in range(30):
        (drop / f"{number}.edi").write_bytes(WHOLE)
    box = inbox(drop, crowd=20)
    assert (len(box.list()), codes(box)) == (20, ["inbox-crowded"])


def test_settling_archives_under_a_name_of_its_own_and_overwrites_nothing(drop):
    (drop / "archive").mkdir()
    (drop / "archive" / "01T1-a.edi").write_bytes(b"older")
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    box.settle(offered, receipt())
    assert {p.name: p.read_bytes() for p in (drop / "archive").iterdir()} == {"01T1-a.edi": b"older", "2-01T1-a.edi": WHOLE}
    assert not (drop / "a.edi").exists()


def test_settling_can_delete(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop, then="delete")
    [offered] = box.list()
    box.settle(offered, receipt())
    assert list(drop.iterdir()) == []


@pytest.mark.parametrize("then", ["archive", "delete"])
def test_what_came_under_the_name_meanwhile_is_not_settled_away(drop, then):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop, then=then)
    [offered] = box.list()
    (drop / "a.edi").unlink()
    (drop / "a.edi").write_bytes(WHOLE + b"\n\n")
    box.settle(offered, receipt())
    assert (drop / "a.edi").read_bytes() == WHOLE + b"\n\n"


@pytest.mark.parametrize("then", ["archive", "delete"])
def test_a_file_put_there_between_look_and_move_is_put_back(drop, then, monkeypatch):
    from gateway import durable

    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop, then=then)
    [offered] = box.list()
    real, moves = durable.rename_new, []

    def racing(source, target, *folders):
        moves.append(target)
        if len(moves) == 1:
            (drop / "new").write_bytes(b"later")
            (drop / "new").rename(drop / "a.edi")
        real(source, target, *folders)

    monkeypatch.setattr(durable, "rename_new", racing)
    box.settle(offered, receipt())
    assert (drop / "a.edi").read_bytes() == b"later"
    assert [p for p in drop.rglob("*") if p.is_file()] == [drop / "a.edi"]


def test_an_archive_sub_folder_that_is_a_link_is_not_written_through(drop, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (drop / "archive").symlink_to(tmp_path / "elsewhere")
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    with pytest.raises(Unavailable):
        box.settle(offered, receipt())
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (drop / "a.edi").exists()


def test_what_cannot_be_moved_is_remembered_and_comes_last(drop):
    (drop / "archive").write_bytes(b"a file where the folder should be")
    os.utime(drop / "archive", (1, 1))
    for name, when in (("a.edi", 10), ("b.edi", 20)):
        (drop / name).write_bytes(WHOLE)
        os.utime(drop / name, (when, when))
    box = inbox(drop)
    first = box.list()[0]
    with pytest.raises(Unavailable):
        box.settle(first, receipt())
    again = box.list()
    assert [offered.identity for offered in again if offered.name == "a.edi"] == [first.identity]
    assert names(again)[-1] == "a.edi"
    assert codes(box) == ["inbox-unmovable"]


def test_the_same_arrival_has_the_same_identity_after_a_restart(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    assert inbox(drop).list()[0].identity == inbox(drop).list()[0].identity


def test_the_same_name_with_new_content_is_a_new_arrival(drop):
    (drop / "orders.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [first] = box.list()
    box.settle(first, receipt())
    (drop / "orders.edi").write_bytes(WHOLE)
    [second] = box.list()
    assert first.identity != second.identity


def test_a_folder_that_is_gone_is_unavailable(tmp_path):
    with pytest.raises(Unavailable, match="cannot be listed"):
        inbox(tmp_path / "nowhere").list()


def test_the_archive_sub_folder_is_private(drop):
    (drop / "a.edi").write_bytes(WHOLE)
    box = inbox(drop)
    [offered] = box.list()
    box.settle(offered, receipt())
    assert stat.S_IMODE((drop / "archive").stat().st_mode) == 0o700
