"""A large body goes through to the archive as it comes: the server's memory does not grow with it."""

import http.client
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rig import ACME

SERVER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from rig import Api, opened
api = Api(opened(Path(sys.argv[2]))).start()
print(api.port, flush=True)
api.thread.join()
"""
MB = 1_000_000
PIECE = os.urandom(MB)


def grown_by(laid, folder, megabytes):
    """How many MB the memory of a fresh server grew at its highest while so many MB were posted."""
    import shutil

    project = shutil.copytree(laid, folder / "project")
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("largest: 3MB", "largest: 3GB"))
    command = [sys.executable, "-c", SERVER, os.path.dirname(__file__), str(project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline())
        posted(port, 1)
        before = highest(server.pid)
        posted(port, megabytes)
        after = highest(server.pid)
        server.kill()
    shutil.rmtree(project)
    return (after - before) // 1000, after // 1000


def posted(port, megabytes):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"authorization": f"Bearer {ACME}", "content-type": "application/edi-x12", "content-length": str(megabytes * MB)}
    connection.request("POST", "/v1/transmissions", body=(PIECE for _ in range(megabytes)), headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status == 202, said


def highest(pid):
    """The most memory that the process ever had, in KB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def test_a_hundred_megabytes_take_no_memory_of_their_own(laid, tmp_path):
    grown, _ = grown_by(laid, tmp_path, 100)
    assert grown < 30


@pytest.mark.campaign
def test_two_gigabytes_go_through_within_256_mb(laid, tmp_path):
    grown, whole = grown_by(laid, tmp_path, 2000)
    assert grown < 30
    assert whole < 256
