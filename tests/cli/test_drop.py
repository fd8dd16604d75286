"""Drops from the command line: a stock `sftp` client against `gateway run --drop-port`, to the ERP and back."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

PAUSE = threading.Event()
"""Never set: what a poll waits on between looks."""
CHANNELS = "channels: {in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}\n"


@pytest.fixture
def client(project, missing):
    """The stock client, as acme: runs commands at a port; and acme's key in his profile."""
    if shutil.which("sftp") is None:
        missing("sftp (OpenSSH)", "`apt-get install --no-install-recommends openssh-client` brings it")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "acme", "-f", project / "key"], check=True)
    profile = project / "partner_profiles" / "acme.yaml"
    public = (project / "key.pub").read_text().strip()
    assert CHANNELS in profile.read_text()
    profile.write_text(profile.read_text().replace(CHANNELS, f"channels: {{in: [{{drop: {{keys: [{public}]}}}}]}}\n"))

    def run(port, *commands, code=0):
        options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"]
        words = ["sftp", "-q", "-b", "-", "-P", str(port), "-i", str(project / "key"), *(f"-o{option}" for option in options)]
        done = subprocess.run([*words, "acme@127.0.0.1"], input="\n".join(commands) + "\n", cwd=project, capture_output=True, text=True)
        assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def running(project):
    """Starts a command that runs until it is stopped; says the port it tells."""
    started = []

    def start(*words):
        command = [sys.executable, "-m", "gateway", "--project", str(project), *words]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"})
        started.append(process)
        for line in process.stderr:
            told = json.loads(line)
            if told["event"] == "drops-served":
                assert told["host_key"].startswith("SHA256:")
                return told["port"]
        raise AssertionError("it ended without a port")

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        process.stderr.close()


def until(said, seconds=30.0):
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not come about"
        PAUSE.wait(0.05)


@pytest.mark.service
def test_from_a_stock_client_to_the_erp_and_the_answer_back(gateway, project, client, running, order):
    (project / "po.edi").write_text(order().replace("*0*T*>", "*0*P*>"))
    gateway("partner", "check", "acme")
    port = running("run", "--drop-port", "0")
    assert "in" in client(port, "ls")
    client(port, "put po.edi in/po.edi")
    until(lambda: list(project.glob("erp/*.json")))
    assert json.loads(next(project.glob("erp/*.json")).read_text())["number"] == "PO-1"
    until(lambda: "997" in client(port, "ls out"))
    client(port, "get out/* answer.edi", "rm out/*")
    assert "AK9*A*1*1*1" in (project / "answer.edi").read_text()
    assert list((project / "drops" / "acme" / "out").iterdir()) == []
    [row] = json.loads(gateway("drop", "list", "--json").stdout)
    assert (row["user"], row["login"], row["in"], row["out"]) == ("acme", ["key"], 0, 0)


@pytest.mark.service
def test_files_are_served_alone_too_and_wait_for_the_service(gateway, project, client, running, order):
    (project / "po.edi").write_text(order().replace("*0*T*>", "*0*P*>"))
    port = running("drop", "serve", "--port", "0")
    client(port, "put -p po.edi in/")
    client(port, "put po.edi out/", code=1)
    client(port, "mkdir in/sub", code=1)
    assert not (project / "erp").exists()
    gateway("run", "--once")
    assert len(list(project.glob("erp/*.json"))) == 1


def test_without_the_extra_the_command_says_what_brings_it(gateway, project, monkeypatch):
    from gateway.ports import Unavailable

    monkeypatch.setitem(sys.modules, "asyncssh", None)
    monkeypatch.delitem(sys.modules, "gateway.transports.drop.ssh", raising=False)
    monkeypatch.delattr("gateway.transports.drop.ssh", raising=False)  # where another test has used it before
    with pytest.raises(Unavailable, match=r"pip install 'edi-gateway\[drop\]'"):
        gateway("drop", "serve", "--port", "0")


def test_drops_are_listed_and_where_there_is_none_it_is_said_how(gateway, project):
    assert "channels: {in: [{drop:" in gateway("drop", "list").stderr


def test_a_drop_is_tried_without_its_partner(gateway, project, client):
    told = gateway("channel", "test", "acme").stdout
    assert "login     ok       acme by 1 of his keys" in told
    assert "it is made with the first file" in told
    gateway("run", "--once")
    steps = json.loads(gateway("channel", "test", "acme", "--json").stdout)
    assert {(step["step"], step["result"]) for step in steps} == {("login", "ok"), ("list", "ok"), ("write", "ok")}
    assert "the folder in of the drop acme" in gateway("channel", "list").stdout
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(re.sub(r"keys: \[.*?\]", "password: env:NOT_SET_HERE", profile.read_text()))
    assert "NOT_SET_HERE, which holds a secret, is not set" in gateway("channel", "test", "acme", code=5).stdout
