"""The pages about drops: the supplier's commands run against a drop server, the operator's in a project of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_commands_in_docs import ROOT, blocks, matches

sys.path.append(str(ROOT / "tests" / "cli"))

from gateway.transports.drop.server import DropServer
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from gateway.worker.trials import Trials
from tests.services.acme_project import US, an_order

PROFILE = """
partner: acme
name: Acme Supply
status: production
contacts: [{{role: edi, email: edi@acme.example}}]
identities: {{main: {{isa: "ZZ/SENDER", gs: SENDER}}}}
channels: {{in: [{{drop: {{keys: ["{key}"]}}}}]}}
deliver_to: [erp]
we_receive:
  - {{set: "850", version: "004010"}}
"""
CLIENT = """#!/bin/sh
# the stock client, with the name and port of the page replaced by those of the test
exec {sftp} -q -P {port} -i acme -o BatchMode=no -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes acme@127.0.0.1
"""


def run(page, folder, environment, between=lambda: None):
    """Every command of the page in order; `between` is what happens meanwhile on the other side."""
    for command, code, shown in blocks((ROOT / "docs" / page).read_text(encoding="utf-8")):
        script = f"{command}\nended=$?\npwd > {folder[0] / '.here'}\nexit $ended"
        done = subprocess.run(["bash", "-c", script], cwd=folder[-1], env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
        assert matches(shown, done.stdout.splitlines()), f"{command}\nprinted:\n{done.stdout}\nshown:\n" + "\n".join(shown)
        folder.append(Path((folder[0] / ".here").read_text().strip()))
        between()


def environment(*before):
    path = os.pathsep.join([*map(str, before), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "NO_COLOR": "1"}


class Ours:
    """Our side of the supplier's page: once his key is there, a project, a server, and the service now and then."""

    def __init__(self, folder, his, client):
        self.folder, self.his, self.client = folder, his, client
        self.gateway = self.server = None

    def work(self):
        if self.gateway is None:
            self.begin()
        Worker(self.gateway).run_until_idle(pause=lambda seconds: None)
        self.trials.look()

    def begin(self):
        (self.folder / "partner_profiles").mkdir(parents=True)
        (self.folder / "partner_profiles" / "us.yaml").write_text(US)
        (self.folder / "partner_profiles" / "acme.yaml").write_text(PROFILE.format(key=(self.his / "acme.pub").read_text().strip()))
        (self.folder / "gateway.yaml").write_text("gateway: 1\n")
        self.gateway = open_gateway(self.folder)
        self.trials = Trials(self.gateway)
        self.server = DropServer(self.gateway.accounts, str, self.folder / "data")
        port = self.server.start("127.0.0.1", 0)
        self.client.write_text(CLIENT.format(sftp=shutil.which("sftp"), port=port))
        self.client.chmod(0o755)

    def end(self):
        if self.server is not None:
            self.server.stop()
            self.gateway.close()


@pytest.mark.service
def test_what_the_suppliers_page_shows_is_what_a_supplier_sees(tmp_path, missing):
    if shutil.which("sftp") is None:
        missing("sftp (OpenSSH)", "`apt-get install --no-install-recommends openssh-client` brings it")
    his, bin_ = tmp_path / "his", tmp_path / "bin"
    his.mkdir()
    bin_.mkdir()
    (his / "orders.edi").write_text(an_order().replace("*0*T*>", "*0*P*>"))
    ours = Ours(tmp_path / "ours", his, bin_ / "sftp")
    try:
        run("suppliers.md", [his], environment(bin_), ours.work)
    finally:
        ours.end()


def test_every_command_of_the_sshd_page_does_what_the_page_shows(tmp_path):
    run("sshd.md", [tmp_path], environment())
