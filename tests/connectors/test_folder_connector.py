"""The ERP's folder: one file a document, once, whatever crashes and however quickly it is collected."""

import contextlib
import errno
import os
from dataclasses import replace

import pytest

from gateway import durable
from gateway.connectors.folder import FolderConnector
from gateway.ports import OutcomeUnknown, Posting, Unavailable

POSTING = Posting("acme|purchase_order|PO1|", "01D", "purchase_order", "acme", "PO1", "", b"{}")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "erp"


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


class Killed(BaseException):
    """The process ends here."""


def test_a_file_that_the_erp_collected_is_not_written_again(folder):
    connector = FolderConnector("erp", folder)
    name = connector.create(POSTING)
    (folder / name).unlink()
    assert connector.find(POSTING.effect_key) == name
    assert connector.create(POSTING) == name
    assert files(folder) == []


@pytest.mark.parametrize("step", range(1, 12))
@pytest.mark.parametrize("collected", [False, True])
def test_killed_at_any_step_it_is_published_once_in_the_end(folder, monkeypatch, step, collected):
    count = 0

    def counted(real):
        def call(*rest, **more):
            nonlocal count
            count += 1
            if count == step:
                raise Killed
            return real(*rest, **more)

        return call

    with monkeypatch.context() as patched:
        for module, name in ((os, "fsync"), (os, "rename"), (durable, "rename_new")):
            patched.setattr(module, name, counted(getattr(module, name)))
        with contextlib.suppress(Killed):
            FolderConnector("erp", folder).create(POSTING)
    published = len(files(folder))
    if collected:
        for name in files(folder):
            (folder / name).unlink()
    connector = FolderConnector("erp", folder)
    found = connector.find(POSTING.effect_key)
    assert (found is not None) == bool(published)
    connector.create(POSTING)
    published = len(files(folder)) + (published if collected else 0)
    assert published == 1


def test_while_it_is_written_nothing_is_seen_in_the_folder(folder, monkeypatch):
    seen = []
    real = durable.rename_new

    def looking(*rest):
        seen.append(files(folder))
        real(*rest)

    monkeypatch.setattr(durable, "rename_new", looking)
    FolderConnector("erp", folder).create(POSTING)
    assert seen == [[]]
    assert len(files(folder)) == 1


def test_the_name_says_what_it_is_and_is_safe_whatever_the_partner_sent(folder):
    connector = FolderConnector("erp", folder)
    connector.create(replace(POSTING, business_key="../../etc/passwd\0\n" + "x" * 300, partner="\u202eevil"))
    [name] = files(folder)
    assert name.isascii()
    assert name.startswith("purchase_order__evil_.._.._etc_passwd_")
    assert len(name) < 220


def test_a_name_of_the_agreements_own_is_used_and_waits_until_the_last_file_is_collected(folder):
    connector = FolderConnector("erp", folder, file_name="{document_type}-{number}.json")
    assert connector.create(POSTING) == "purchase_order-PO1.json"
    second = replace(POSTING, effect_key="revision 2", content=b'{"revision":2}')
    with pytest.raises(Unavailable, match="not collected yet"):
        connector.create(second)
    assert connector.find("revision 2") is None
    assert (folder / "purchase_order-PO1.json").read_bytes() == b"{}"
    (folder / "purchase_order-PO1.json").unlink()
    assert connector.create(second) == "purchase_order-PO1.json"
    assert (folder / "purchase_order-PO1.json").read_bytes() == b'{"revision":2}'


def test_a_full_disk_is_unavailable_and_publishes_nothing(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(Unavailable, match="No space left"):
            FolderConnector("erp", folder).create(POSTING)
    assert files(folder) == []
    assert FolderConnector("erp", folder).find(POSTING.effect_key) is None


def test_a_sync_that_fails_after_the_rename_is_an_unknown_outcome_that_find_resolves(folder, monkeypatch):
    real = durable.rename_new

    def then_failing(*rest):
        real(*rest)
        monkeypatch.setattr(os, "fsync", failing)

    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    connector = FolderConnector("erp", folder)
    with monkeypatch.context():
        monkeypatch.setattr(durable, "rename_new", then_failing)
        with pytest.raises(OutcomeUnknown):
            connector.create(POSTING)
        monkeypatch.undo()
    assert connector.find(POSTING.effect_key) == files(folder)[0]


def test_a_link_in_the_folder_of_what_is_wanted_is_not_followed(folder, tmp_path):
    wants = tmp_path / "wants"
    wants.mkdir()
    (tmp_path / "secret.json").write_text('{"document_type": "invoice"}')
    (wants / "a.json").symlink_to(tmp_path / "secret.json")
    os.mkfifo(wants / "b.json")
    assert FolderConnector("erp", folder, wants=wants).read(None) == []
