"""A partner on SFTP from his profile to the ERP and back: real OpenSSH, the real worker, the real command."""

import json
import os

import pytest

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from tests.services.fixtures import sshd

__all__ = ["sshd"]

pytestmark = pytest.mark.service

CHANNELS = """channels:
  in:
    - sftp: {{host: 127.0.0.1, port: {port}, user: {user}, key: "file:key", host_key: "{pin}", folder: {inbox}, then: {then}, settle: 0s}}
  out:
    - sftp: {{host: 127.0.0.1, port: {port}, user: {user}, key: "file:key", host_key: "{pin}", folder: {outbox}}}
"""


class World:
    def __init__(self, project, sshd, then):
        self.project, self.sshd = project, sshd
        self.inbox, self.outbox = sshd.folder(), sshd.folder()
        (project / "key").write_text(sshd.key)
        facts = {"port": sshd.port, "user": sshd.user, "pin": sshd.pins["ed25519"], "inbox": self.inbox, "outbox": self.outbox}
        file = project / "partner_profiles" / "acme.yaml"
        old = "channels: {in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}\n"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, CHANNELS.format(then=then, **facts)))

    def drop(self, name, text, mtime=1_700_000_000):
        (self.inbox / name).write_text(text)
        os.utime(self.inbox / name, (mtime, mtime))
        self.sshd.owned(self.inbox / name)

    def run(self):
        gateway = open_gateway(self.project)
        try:
            Worker(gateway).run_until_idle(pause=lambda seconds: None)
        finally:
            gateway.close()

    def delivered(self):
        return sorted(json.loads(path.read_text())["number"] for path in (self.project / "erp").glob("*.json"))


@pytest.mark.parametrize("then", ["archive", "delete", "leave"])
def test_what_lies_there_reaches_the_erp_once_and_its_answer_lies_there(gateway, project, sshd, order, then):
    world = World(project, sshd, then)
    gateway("partner", "check", "acme")
    world.drop("po.edi", order().replace("*0*T*>", "*0*P*>"))
    for _ in range(3):  # each a new process's worth of memory
        world.run()
    assert world.delivered() == ["PO-1"]
    [answer] = world.outbox.iterdir()
    assert "AK9*A*1*1*1" in answer.read_text()
    there = [path.name for path in world.inbox.rglob("*") if path.is_file()]
    assert len(there) == (0 if then == "delete" else 1)


def test_two_gateways_on_one_mailbox_take_everything_once(gateway, project, sshd, order):
    world = World(project, sshd, "archive")
    for number in range(1, 6):
        text = order([f"PO1*{number}*5*EA*9.95**VP*A-1"], number=f"{number:09}").replace("*0*T*>", "*0*P*>")
        world.drop(f"{number}.edi", text.replace("PO-1", f"PO-{number}"), 1_700_000_000 + number)
    one, two = open_gateway(project), open_gateway(project)
    try:
        for gateways in (one, two):
            [inbox] = gateways.inboxes.values()
            inbox.list()
        offers = [next(iter(one.inboxes.values())).list(), next(iter(two.inboxes.values())).list()]
        assert [len(some) for some in offers] == [5, 5]
        taken = _taken(one, offers[0][:3]) + _taken(two, offers[1]) + _taken(one, offers[0][3:])
        assert sorted(taken) == [f"{number}.edi" for number in range(1, 6)]
        Worker(one).run_until_idle(poll=False)
    finally:
        one.close()
        two.close()
    assert world.delivered() == [f"PO-{number}" for number in range(1, 6)]


def _taken(gateway, offers):
    from gateway import pipeline
    from gateway.ports import NotReady

    [inbox] = gateway.inboxes.values()
    names = []
    for offered in offers:
        try:
            if pipeline.receive(gateway.edges, inbox, offered).fresh:
                names.append(offered.name)
        except NotReady:
            continue
    return names


def test_a_mailbox_that_cannot_be_reached_keeps_nobody_else_waiting(gateway, project, sshd, order):
    world = World(project, sshd, "archive")
    file = project / "partner_profiles" / "acme.yaml"
    file.write_text(file.read_text().replace(f"port: {sshd.port}", "port: 1"))
    bolt = file.read_text().split("channels:")[0].replace("acme", "zeta").replace("SENDER", "OTHER")
    tail = 'channels: {in: [{folder: {path: in/zeta}}]}\ndeliver_to: [erp]\nwe_receive:\n  - {set: "850", version: "004010"}\n'
    (project / "partner_profiles" / "zeta.yaml").write_text(bolt + tail)
    (project / "in" / "zeta").mkdir()
    text = order().replace("*0*T*>", "*0*P*>").replace("ZZ*SENDER         ", "ZZ*OTHER          ").replace("GS*PO*SENDER", "GS*PO*OTHER")
    (project / "in" / "zeta" / "po.edi").write_text(text)
    gateway("run", "--once")
    assert world.delivered() == ["PO-1"]
