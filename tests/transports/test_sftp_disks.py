"""Our own disk, full or filling, while files lie at the partner's (FAULTS 16, 17): real OpenSSH, a file system of a megabyte."""

import os
import subprocess

import pytest

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker

pytestmark = pytest.mark.service

US = """
name: Harbor
contacts: [{role: edi, email: edi@harbor.example}]
identities: {main: {isa: "ZZ/RECEIVER", gs: RECEIVER}}
destinations: {erp: {folder: {path: erp}}}
"""
ACME = """
partner: acme
name: Acme Supply
status: production
contacts: [{{role: edi, email: edi@acme.example}}]
identities: {{main: {{isa: "ZZ/SENDER", gs: SENDER}}}}
channels:
  in: [{{sftp: {{host: 127.0.0.1, port: {port}, user: {user}, key: "file:key", host_key: "{pin}", folder: {folder}, settle: 0s}}}}]
  out: [{{folder: {{path: out}}}}]
deliver_to: [erp]
we_receive: [{{set: "850", version: "004010"}}]
"""


@pytest.fixture
def small(tmp_path, sshd):
    """A project whose archive is on a small file system of its own, and the partner's folder."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a small file system")
    archive, folder = tmp_path / "archive", sshd.folder()
    archive.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", archive], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    (tmp_path / "partner_profiles").mkdir()
    (tmp_path / "partner_profiles" / "us.yaml").write_text(US)
    facts = {"port": sshd.port, "user": sshd.user, "pin": sshd.pins["ed25519"], "folder": folder}
    (tmp_path / "partner_profiles" / "acme.yaml").write_text(ACME.format(**facts))
    (tmp_path / "gateway.yaml").write_text("gateway: 1\narchive: archive\n")
    (tmp_path / "key").write_text(sshd.key)
    yield tmp_path, archive, folder
    subprocess.run(["umount", archive], check=True)


def put(sshd, folder, name, content):
    (folder / name).write_bytes(content)
    os.utime(folder / name, (1000, 1000))
    sshd.owned(folder / name)


def run(project):
    gateway = open_gateway(project)
    try:
        worker = Worker(gateway)
        for _ in range(2):
            worker.run_until_idle(pause=lambda seconds: None)
        return [path for path in (project / "archive").rglob("*") if path.is_file()]
    finally:
        gateway.close()


def test_with_a_full_disk_of_ours_nothing_is_taken_until_there_is_room(sshd, small):
    project, archive, folder = small
    put(sshd, folder, "a.edi", b"no order")
    with (archive / "filler").open("wb") as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(b"x" * 65536)
            filler.flush()
    assert [path.name for path in run(project)] == ["filler"]
    assert [path.name for path in folder.iterdir()] == ["a.edi"]
    (archive / "filler").unlink()
    gateway = open_gateway(project)
    try:
        gateway.work.hurry("poll")
        gateway.inboxes["acme/in/1"].list()
        Worker(gateway).run_until_idle(pause=lambda seconds: None)
    finally:
        gateway.close()
    assert list(folder.iterdir()) == []


def test_a_disk_that_fills_in_the_middle_keeps_nothing_of_the_file(sshd, small):
    project, _, folder = small
    put(sshd, folder, "big.edi", os.urandom(3_000_000))
    assert run(project) == []
    assert [path.name for path in folder.iterdir()] == ["big.edi"]
