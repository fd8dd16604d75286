"""`gateway serve` as a process: it says where it listens, serves and works, and ends when told; killed at any step it loses and doubles nothing."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from rig import ACME, order, until

from gateway.settings import ApiSettings, SettingsError, settings

STEPS = ("archive-sync:after", "archive-rename:after", "receive:before", "commit:before", "commit:after")
KILLED_AT = """
import os, sys, threading
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from rig import Api, opened
from dataclasses import replace
gateway = opened(Path(sys.argv[2]))
def fault(name):
    if name == sys.argv[3] and armed.is_set():
        os._exit(9)
armed = threading.Event()
gateway = replace(gateway, fault=fault)
api = Api(gateway).start()
armed.set()
print(api.port, flush=True)
api.thread.join()
"""


class Process:
    """A running server, its log read by a thread so that it never waits for a reader."""

    def __init__(self, project, *words):
        command = [sys.executable, "-m", "gateway", "serve", *words]
        self.process = subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(iter(self.process.stderr.readline, "")))
        self.reader.start()

    def told(self, word):
        return [line for line in map(json.loads, list(self.lines)) if line["event"] == word]

    def port(self):
        until(lambda: self.told("listening") or self.process.poll() is not None)
        return self.told("listening")[0]["port"]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.reader.join(60)
        self.process.stderr.close()
        return self.process.returncode


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    said = {"authorization": f"Bearer {ACME}", "content-type": "application/edi-x12", **headers}
    try:
        connection.request(method, path, body=body, headers=said)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def project(laid, tmp_path):
    import shutil

    return shutil.copytree(laid, tmp_path / "project")


@pytest.fixture
def start(project):
    running = []

    def run(*words):
        running.append(Process(project, *words))
        return running[-1]

    yield run
    for one in running:
        one.end()


def test_it_says_where_it_listens_works_what_comes_and_ends_when_it_is_told(start, project):
    server = start("--with-worker", "--port", "0")
    port = server.port()
    status, said = ask(port, "POST", "/v1/transmissions", order())
    assert status == 202
    until(lambda: ask(port, "GET", said["follow"])[1]["summary"] == "1 delivered")
    assert len(list((project / "erp").glob("*.json"))) == 1
    assert server.end() == 0
    assert server.told("ended")
    # the price as it was sent or as a value; times of day and lengths of time may have its digits
    assert not any(ACME in line or "*9.95" in line or '"9.95' in line for line in server.lines)


def test_without_the_worker_it_takes_and_leaves_the_work_to_it(start):
    server = start("--port", "0")
    status, said = ask(server.port(), "POST", "/v1/transmissions", order())
    assert (status, ask(server.port(), "GET", said["follow"])[1]["state"]) == (202, "received")
    assert server.end() == 0


def test_a_port_that_is_taken_is_told_in_a_sentence(start, api):
    server = start("--port", str(api.port))
    server.process.wait(60)
    server.reader.join(60)
    assert server.process.returncode == 1
    assert any(f"nothing can listen at 127.0.0.1 port {api.port}" in line for line in server.lines)
    assert not any("Traceback" in line for line in server.lines)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_what_was_not_answered_is_sent_again_and_there_once(project, step):
    here = os.path.dirname(__file__)
    command = [sys.executable, "-c", KILLED_AT, here, str(project), step]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline())
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(port, "POST", "/v1/transmissions", order(), **{"idempotency-key": "k"})
        assert server.wait(60) == 9
    from rig import Api, opened

    api = Api(opened(project)).start()
    try:
        answer = api.post("/v1/transmissions", order(), idempotency_key="k")
        assert answer.status == 202
        assert [row["id"] for row in api.kept()] == [answer.json["id"]]
        assert b"".join(api.gateway.archive.open(answer.json["sha256"])) == order()
    finally:
        api.stop()


def test_where_it_listens_stands_in_the_settings_or_the_environment(tmp_path):
    (tmp_path / "gateway.yaml").write_text("gateway: 1\napi: {port: 9000, at_once: 8}\n")
    assert settings(tmp_path, {}).api == ApiSettings(port=9000, at_once=8)
    assert settings(tmp_path, {"GATEWAY_API_HOST": "0.0.0.0", "GATEWAY_API_PORT": "9001"}).api == ApiSettings("0.0.0.0", 9001, 8)
    (tmp_path / "gateway.yaml").write_text("gateway: 1\n")
    assert settings(tmp_path, {}).api == ApiSettings()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{ports: 1}", "api: ports: not a setting"),
        ("{port: http}", "api: port: 'http' is not a number from 0 to 65535"),
        ("{at_once: 1000}", "api: at_once: '1000' is not a number from 1 to 32"),
        ("[1]", "api: expected a map"),
    ],
)
def test_a_setting_that_is_none_is_told(tmp_path, said, told):
    (tmp_path / "gateway.yaml").write_text(f"gateway: 1\napi: {said}\n")
    with pytest.raises(SettingsError, match=told):
        settings(tmp_path, {})
