"""`gateway sftp-config` against a real sshd: what it writes is installed by its own script, and a stock client drops a file."""

import os
import secrets
import shutil
import socket
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from tests.services.acme_project import US, an_order
from tests.services.sshd import REMEDY, binary

PAUSE = threading.Event()
"""Never set: what a poll waits on between looks."""
pytestmark = pytest.mark.service

PROFILE = """
partner: {name}
name: {name} Supply
status: production
contacts: [{{role: edi, email: edi@{name}.example}}]
identities: {{main: {{isa: "ZZ/{isa}", gs: {isa}}}}}
channels: {{in: [{{drop: {{user: {user}, keys: ["{key}"]}}}}]}}
deliver_to: [erp]
we_receive:
  - {{set: "850", version: "004010"}}
"""


class World:
    """A project with two partners, installed for a real sshd; everything it makes on the machine goes with it."""

    def __init__(self, folder, sshd):
        self.word = secrets.token_hex(3)
        self.project = folder
        self.users = {"acme": f"gwt-{self.word}-a", "bolt": f"gwt-{self.word}-b"}
        self.top = Path("/srv") / f"gateway-test-{self.word}"
        (folder / "partner_profiles").mkdir()
        (folder / "partner_profiles" / "us.yaml").write_text(US)
        (folder / "gateway.yaml").write_text(f"gateway: 1\ndrops: {self.top}/drops\n")
        for name, isa in (("acme", "SENDER"), ("bolt", "BOLT")):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / f"key-{name}"], check=True)
            public = (folder / f"key-{name}.pub").read_text().strip()
            profile = PROFILE.format(name=name, isa=isa, user=self.users[name], key=public)
            (folder / "partner_profiles" / f"{name}.yaml").write_text(profile)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.sshd = sshd
        self.server = None

    def install(self, gateway):
        gateway("sftp-config", "--port", self.port, "--into", self.top / "etc")
        self.setup()

    def setup(self, check=True):
        return subprocess.run(["sh", str(self.project / "sshd" / "setup.sh")], capture_output=True, text=True, check=check)

    def start(self):
        log = self.top / "sshd.log"
        self.server = subprocess.Popen(
            [self.sshd, "-D", "-f", str(self.top / "etc" / "sshd_config"), "-E", str(log)], stdin=subprocess.DEVNULL
        )
        until(lambda: _listens(self.port))

    def log(self):
        return (self.top / "sshd.log").read_text(errors="replace")

    def sftp(self, name, *commands, code=0, key=None):
        options = ["BatchMode=yes", f"UserKnownHostsFile={self.project}/known", "IdentitiesOnly=yes", "LogLevel=ERROR"]
        (self.project / "known").write_text(f"[127.0.0.1]:{self.port} " + (self.top / "etc" / "ssh_host_ed25519_key.pub").read_text())
        words = ["sftp", "-q", "-b", "-", "-P", str(self.port), "-i", str(self.project / f"key-{key or name}")]
        words += [f"-o{option}" for option in options]
        done = subprocess.run(
            [*words, f"{self.users[name]}@127.0.0.1"], input="\n".join(commands) + "\n", cwd=self.project, capture_output=True, text=True
        )
        assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr + self.log()
        return done.stdout + done.stderr

    def clean(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait(10)
        for user in self.users.values():
            subprocess.run(["userdel", user], capture_output=True)
        shutil.rmtree(self.top, ignore_errors=True)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(said, seconds=20.0):
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not come about"
        PAUSE.wait(0.02)


@pytest.fixture
def world(tmp_path, missing):
    if binary() is None:
        missing("sshd (OpenSSH)", REMEDY)
    if os.getuid() != 0:
        pytest.skip("only root can make users and lock them in")
    made = World(tmp_path, binary())
    yield made
    made.clean()


def test_a_supplier_drops_a_file_with_a_stock_client_into_a_real_sshd(gateway, world):
    world.install(gateway)
    world.start()
    (world.project / "po.edi").write_text(an_order().replace("*0*T*>", "*0*P*>"))
    (world.project / "po.edi").chmod(0o640)  # the client sends it along: ours to read by its group
    said = world.sftp("acme", "pwd", "ls -1", "put po.edi in/", "ls -1 in")
    assert "Remote working directory: /" in said
    assert [line for line in said.splitlines() if line in ("in", "out", "test")] == ["in", "out", "test"]
    assert "in/po.edi" in said
    dropped = world.top / "drops" / "acme" / "in" / "po.edi"
    assert stat.S_IMODE(dropped.stat().st_mode) == 0o640
    opened = open_gateway(world.project)
    try:
        Worker(opened).run_until_idle(pause=lambda seconds: PAUSE.wait(0.6))
    finally:
        opened.close()
    assert len(list((world.project / "erp").glob("*.json"))) == 1
    world.sftp("acme", "get out/* answer.edi", "rm out/*")
    assert "AK9*A*1*1*1" in (world.project / "answer.edi").read_text()
    assert list((world.top / "drops" / "acme" / "out").iterdir()) == []


def test_transfers_are_logged_where_syslog_listens_in_the_drop(gateway, world):
    world.install(gateway)
    place = f"{world.top}/drops/acme/dev/log"
    assert f'Socket="{place}"' in (world.project / "sshd" / "rsyslog.conf").read_text()
    (world.top / "drops" / "acme" / "dev").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:  # what rsyslog does with these lines
        syslog.bind(place)
        os.chmod(place, 0o666)
        syslog.settimeout(20)
        world.start()
        (world.project / "po.edi").write_text("x")
        world.sftp("acme", "put po.edi in/")
        told = ""
        while 'close "/in/po.edi" bytes read 0 written 1' not in told:
            told = syslog.recv(4096).decode()


def test_nobody_leaves_his_drop_or_gets_into_anothers(gateway, world):
    world.install(gateway)
    world.start()
    (world.top / "drops" / "bolt" / "in" / "secret").write_text("bolt's")
    (world.project / "x").write_text("x")
    world.sftp("acme", "cd ../bolt", code=1)
    world.sftp("acme", "get /../bolt/in/secret", code=1)
    world.sftp("acme", f"get {world.top}/drops/bolt/in/secret", code=1)
    world.sftp("acme", "put x /x", code=1)  # the top is root's
    world.sftp("acme", "put x in/x", "ln -s /etc/passwd in/link", code=1)
    world.sftp("acme", "ln in/x in/hard", code=1)
    world.sftp("bolt", "pwd", code=1, key="acme")
    words = ["ssh", "-oBatchMode=yes", f"-oUserKnownHostsFile={world.project}/known", "-i", str(world.project / "key-acme")]
    for asked in (["id"], ["-W", "127.0.0.1:22"]):
        target = f"{world.users['acme']}@127.0.0.1"
        told = subprocess.run([*words, "-p", str(world.port), *([target, *asked] if asked == ["id"] else [*asked, target])],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)  # fmt: skip
        assert "uid=" not in told.stdout
        assert told.returncode != 0
    for room in ("in", "out", "test"):
        there = (world.top / "drops" / "acme" / room).stat()
        assert stat.S_IMODE(there.st_mode) == 0o2770


def test_setup_can_be_run_again_and_makes_only_what_is_its_own(gateway, world):
    world.install(gateway)
    keys = (world.top / "etc" / "ssh_host_ed25519_key").read_text()
    assert "all right" in world.setup().stdout
    assert (world.top / "etc" / "ssh_host_ed25519_key").read_text() == keys
    profile = world.project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace(world.users["acme"], "daemon"))
    gateway("sftp-config", "--port", world.port, "--into", world.top / "etc")
    refused = world.setup(check=False)
    assert refused.returncode == 1
    assert "there is a user daemon who is no partner" in refused.stderr


def test_drops_below_a_folder_of_somebody_else_are_refused_before_anything_is_made(gateway, world):
    (world.project / "gateway.yaml").write_text("gateway: 1\n")
    world.project.chmod(0o777)
    said = gateway("sftp-config", "--port", world.port, "--into", world.top / "etc").stderr
    assert "drops: /srv/edi-drops" in said
    refused = world.setup(check=False)
    assert refused.returncode == 1
    assert "can be changed by others than root" in refused.stderr
    assert subprocess.run(["getent", "passwd", world.users["acme"]], capture_output=True).returncode != 0


def test_a_password_is_set_from_its_reference_and_stands_nowhere(gateway, world, monkeypatch):
    profile = world.project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("keys:", 'password: "env:ACME_PASSWORD", keys:'))
    gateway("sftp-config", "--port", world.port, "--into", world.top / "etc")
    refused = world.setup(check=False)
    assert refused.returncode != 0
    assert "ACME_PASSWORD: the password of" in refused.stderr
    monkeypatch.setenv("ACME_PASSWORD", "sesame-street")
    world.setup()
    shadow = subprocess.run(["getent", "shadow", world.users["acme"]], capture_output=True, text=True, check=True).stdout
    assert shadow.split(":")[1].startswith("$")
    everything = "".join(path.read_text() for path in (world.project / "sshd").rglob("*") if path.is_file())
    assert "sesame" not in everything
    assert "AuthenticationMethods publickey password" in everything


def test_without_a_drop_there_is_nothing_to_write(gateway, project):
    assert "no partner has a drop" in gateway("sftp-config", code=1).stderr
