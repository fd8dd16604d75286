"""Watching wakes the scan and hints at what is finished; it decides nothing."""

import queue

import pytest

from gateway.transports.folder import FolderInbox, Pickup
from gateway.transports.watch import Watch


@pytest.fixture
def drop(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def inbox(drop, channel="acme"):
    return FolderInbox(channel, drop, Pickup(scans=1000))


def test_a_rename_from_a_temporary_name_wakes_and_makes_the_file_ready(drop):
    woken = queue.Queue()
    box = inbox(drop)
    watch = Watch(woken.put)
    assert watch.follow([box]) == []
    try:
        (drop / "a.csv.part").write_bytes(b"a,b\n")
        (drop / "a.csv.part").rename(drop / "a.csv")
        assert woken.get(timeout=30) == "acme"
    finally:
        watch.stop()
    assert [offered.name for offered in box.list()] == ["a.csv"]


def test_a_folder_that_is_not_there_is_told_and_the_others_are_watched(drop, tmp_path):
    woken = queue.Queue()
    watch = Watch(woken.put)
    assert watch.follow([inbox(tmp_path / "nowhere", "bolt"), inbox(drop)]) == ["bolt"]
    try:
        (drop / "a.csv").write_bytes(b"a,b\n")
        assert woken.get(timeout=30) == "acme"
    finally:
        watch.stop()


def test_folders_are_followed_as_they_come_are_made_anew_and_go(drop, tmp_path):
    woken = queue.Queue()
    late, first, watch = inbox(tmp_path / "late", "bolt"), inbox(drop), Watch(woken.put)
    try:
        assert watch.follow([first, late]) == ["bolt"]
        for time in range(2):  # the second time another folder stands under the same path
            (tmp_path / "late").mkdir()
            assert watch.follow([first, late]) == []
            (tmp_path / "late" / "b.csv").write_bytes(b"a,b\n")
            assert woken.get(timeout=30) == "bolt"
            (tmp_path / "late").rename(tmp_path / f"gone-{time}")
        assert watch.follow([late]) == ["bolt"]
        while not woken.empty():
            woken.get()
        (drop / "a.csv").write_bytes(b"a,b\n")
        (tmp_path / "late").mkdir()
        assert watch.follow([late]) == []
        (tmp_path / "late" / "b.csv").write_bytes(b"a,b\n")
        assert woken.get(timeout=30) == "bolt"  # nobody follows the other folder any more
    finally:
        watch.stop()


@pytest.mark.parametrize(
    ("kind", "source", "target", "hint"),
    [
        ("created", b"/in/a", b"", None),
        ("modified", b"/in/a", b"", "changed"),
        ("closed", b"/in/a", b"", "closed"),
        ("moved", b"/in/.a.part", b"/in/a", "renamed"),
        ("moved", b"/in/b", b"/in/a", None),
    ],
)
def test_what_is_heard_becomes_a_hint(drop, kind, source, target, hint):
    woken = []
    box = inbox(drop)
    Watch(woken.append).heard(box, kind, source, target)
    assert woken == ["acme"]
    assert box._hints == ({b"a": hint} if hint else {})


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        ("closed", b"/in/.a.part", b""),
        ("opened", b"/in/a", b""),
        ("closed_no_write", b"/in/a", b""),
        ("deleted", b"/in/a", b""),
        ("moved", b"/in/a", b"/in/a.tmp"),
    ],
)
def test_temporary_names_and_mere_reading_wake_nobody(drop, kind, source, target):
    woken = []
    box = inbox(drop)
    Watch(woken.append).heard(box, kind, source, target)
    assert woken == []


def test_hints_are_bounded_and_lost_ones_cost_nothing_but_time(drop):
    box = inbox(drop)
    for number in range(20_000):
        box.hint(b"%d" % number, "renamed")
    (drop / "19999").write_bytes(b"x")
    assert box.list() == []
    assert len(box._hints) == 0
