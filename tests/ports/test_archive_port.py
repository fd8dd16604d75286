"""What every archive promises, whatever it is made of."""

import hashlib
import os

import pytest

from gateway.ports import Damaged, Unavailable
from gateway.stores.archive import FolderArchive, MemoryArchive
from tests.stores.journal_rig import CountedIds, Fault, Killed


@pytest.fixture(params=["folder", "memory"])
def archive(request, tmp_path):
    return FolderArchive(tmp_path / "archive", CountedIds()) if request.param == "folder" else MemoryArchive()


def test_what_is_put_comes_back_whole(archive):
    data = os.urandom(600_000)
    durable = archive.put(data[i : i + 1000] for i in range(0, len(data), 1000))
    assert (durable.address, durable.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert b"".join(archive.open(durable.address)) == data


def test_a_span_is_a_part_of_the_bytes(archive):
    durable = archive.put([b"ISA*00~GS*PO~"])
    assert archive.span(durable.address, 7, 5) == b"GS*PO"


def test_a_span_beyond_the_end_is_damage_not_less_bytes(archive):
    durable = archive.put([b"ISA"])
    with pytest.raises(Damaged):
        archive.span(durable.address, 1, 3)


def test_the_same_bytes_twice_are_one_file(archive):
    assert archive.put([b"ab", b"c"]) == archive.put([b"abc"])
    assert len(list(archive.addresses())) == 1


def test_nothing_at_all_can_be_archived_too(archive):
    durable = archive.put([])
    assert durable.size == 0
    assert b"".join(archive.open(durable.address)) == b""


@pytest.mark.parametrize("address", ["0" * 64, "../../etc/passwd", "", "Z" * 64])
def test_an_address_that_is_none_is_damage(archive, address):
    with pytest.raises(Damaged):
        list(archive.open(address))


def test_a_stream_that_breaks_leaves_nothing(tmp_path):
    def broken():
        yield b"half"
        raise RuntimeError("the line dropped")

    archive = FolderArchive(tmp_path, CountedIds())
    with pytest.raises(RuntimeError):
        archive.put(broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_flipped_bit_is_damage(tmp_path):
    archive = FolderArchive(tmp_path, CountedIds())
    durable = archive.put([b"BEG*00*SA*PO-1"])
    (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.chmod(0o600)
    path.write_bytes(b"BEG*00*SA*PO-2")
    with pytest.raises(Damaged, match="no longer has the bytes"):
        list(archive.open(durable.address))


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "archive").write_text("a file stands where the folder should be")
    with pytest.raises(Unavailable):
        FolderArchive(tmp_path / "archive", CountedIds()).put([b"x"])


@pytest.mark.parametrize("point", ["archive-sync:before", "archive-sync:after", "archive-rename:after", "archive-folder-sync:after"])
def test_a_kill_leaves_the_whole_file_or_none_under_its_address(tmp_path, point):
    fault = Fault()
    archive = FolderArchive(tmp_path, CountedIds(), fault)
    fault.arm(point)
    with pytest.raises(Killed):
        archive.put([b"ISA*00"])
    for address in archive.addresses():
        assert b"".join(archive.open(address)) == b"ISA*00"
    assert b"".join(archive.open(archive.put([b"ISA*00"]).address)) == b"ISA*00"


def test_file_and_folder_are_synced_before_anybody_is_told(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(os.readlink(f"/proc/self/fd/{descriptor}")), real(descriptor)))
    archive = FolderArchive(tmp_path / "archive", CountedIds())
    durable = archive.put([b"x"])
    shelf = tmp_path / "archive" / durable.address[:2]
    assert str(shelf) == synced[-1]
    assert {str(tmp_path), str(tmp_path / "archive")} <= set(synced)
    assert any("incoming" in name for name in synced)


def test_a_failed_sync_is_a_failure_and_is_not_tried_again(tmp_path, monkeypatch):
    calls = []

    def failing(descriptor):
        calls.append(descriptor)
        raise OSError(5, "Input/output error")

    archive = FolderArchive(tmp_path, CountedIds())
    archive.put([b"makes the folders"])
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Unavailable):
        archive.put([b"new"])
    assert len(calls) == 1
    assert hashlib.sha256(b"new").hexdigest() not in set(archive.addresses())
