"""What the outbound folder promises beyond every outbox: nothing half-written is seen, nothing planted is followed."""

import errno
import fcntl
import os

import pytest

from gateway import durable
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.transports.folder import FolderInbox, FolderOutbox, Pickup


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_while_it_is_written_only_a_temporary_name_is_seen(out):
    seen = []

    def chunks():
        yield b"half"
        seen.extend(os.listdir(out))
        yield b"whole"

    FolderOutbox("acme", out).put("a.edi", chunks())
    assert seen == [".a.edi.part"]
    assert os.listdir(out) == ["a.edi"]


def test_a_partner_who_polls_while_we_write_gets_nothing_or_all(out):
    partner = FolderInbox("partner", out, Pickup(scans=1, quiet=0.0))
    seen = []

    def chunks():
        for _ in range(5):
            yield b"part"
            seen.append(partner.list())

    FolderOutbox("acme", out).put("a.csv", chunks())
    assert seen == [[]] * 5
    assert [offered.size for offered in partner.list()] == [20]


def test_a_temporary_file_left_by_a_crash_is_used_again(out):
    (out / ".a.edi.part").write_bytes(b"left by a crash, longer than what follows")
    FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert os.listdir(out) == ["a.edi"]
    assert (out / "a.edi").read_bytes() == b"x"


def test_a_temporary_name_planted_as_a_hard_link_empties_nobodys_file(out, tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    os.link(tmp_path / "precious", out / ".a.edi.part")
    FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert (out / "a.edi").read_bytes() == b"x"


@pytest.mark.parametrize("name", ["a.edi", ".a.edi.part"])
def test_a_name_planted_as_a_symlink_is_not_written_through(out, tmp_path, name):
    (tmp_path / "precious").write_bytes(b"precious")
    (out / name).symlink_to(tmp_path / "precious")
    with pytest.raises((Refused, Unavailable)):
        FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert (tmp_path / "precious").read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "/a", "a\0", "a\nb", ".a", "a.part", "x" * 300])
def test_a_name_that_is_no_plain_name_is_refused(out, name):
    with pytest.raises(Refused):
        FolderOutbox("acme", out).put(name, [b"x"])
    assert os.listdir(out) == []


def test_another_writer_at_the_same_name_is_waited_for(out):
    with open(out / ".a.edi.part", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Unavailable):
            FolderOutbox("acme", out).put("a.edi", [b"x"])
    FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert (out / "a.edi").read_bytes() == b"x"


def test_a_full_disk_is_unavailable_and_leaves_nothing(out, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Unavailable, match="No space left"):
        FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert os.listdir(out) == []


def test_a_file_whose_bytes_cannot_be_synced_never_gets_its_name(out, monkeypatch):
    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Unavailable):
        FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert os.listdir(out) == []


def test_a_folder_that_cannot_be_synced_after_the_rename_is_an_unknown_outcome(out, monkeypatch):
    def failing(_):
        raise durable.Unsettled(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(durable, "sync", failing)
        with pytest.raises(OutcomeUnknown):
            FolderOutbox("acme", out).put("a.edi", [b"x"])
    assert FolderOutbox("acme", out).put("a.edi", [b"x"]) == "a.edi"


def test_without_the_systems_exclusive_rename_nothing_is_overwritten_either(out, monkeypatch):
    monkeypatch.setattr(durable, "_renameat2", None)
    outbox = FolderOutbox("acme", out)
    outbox.put("a.edi", [b"x"])
    with pytest.raises(Refused):
        outbox.put("a.edi", [b"y"])
    assert (out / "a.edi").read_bytes() == b"x"
