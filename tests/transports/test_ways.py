"""What profiles say of channels is what is made of them: files encrypted on folders and drops, posts to a partner's address."""

import json

import pysequoia
import pytest

from gateway.transports.posted import PostedOutbox
from gateway.transports.watch import Watch
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from gateway.worker.trials import Trials
from tests.services.acme_project import BAD, GOOD, lay, orders
from tests.services.imap_peer import ImapPeer

PGP_IN, PGP_OUT = "pgp: {decrypt_with: 'file:us.key'}", "pgp: {encrypt_to: acme.asc, sign_with: 'file:us.key'}"
FOLDERS = f"{{in: [{{folder: {{path: in/acme, {PGP_IN}}}}}], out: [{{folder: {{path: out/acme, {PGP_OUT}}}}}]}}"
DROP = f"{{in: [{{drop: {{password: 'env:ACME', {PGP_IN}}}}}], out: [{{drop: {{{PGP_OUT}}}}}]}}"


class World:
    """A project whose partner encrypts."""

    def __init__(self, folder, channels):
        self.folder = lay(folder, channels=channels)
        us, self.acme = (pysequoia.Tsk.generate(f"{name} <{name}@example.org>") for name in ("us", "acme"))
        self.ours = us.extract_certificate()
        (folder / "us.key").write_text(str(us))
        (folder / "acme.asc").write_text(str(self.acme.extract_certificate()))
        self.gateway = open_gateway(folder)
        for inbox in self.gateway.inboxes.values():
            inbox.inner._timer = iter(range(0, 10_000_000, 100)).__next__  # what does not end as X12 does is looked at twice

    def sealed(self, content):
        return pysequoia.encrypt(content, [self.ours])

    def opened(self, content):
        done = pysequoia.decrypt(content, self.acme.decryptor(), lambda _: [self.ours])
        return done.bytes, len(done.valid_sigs)

    def run(self):
        for _ in range(3):
            Worker(self.gateway).run_until_idle()
        return sorted(json.loads(path.read_text())["number"] for path in (self.folder / "erp").glob("*.json"))


@pytest.mark.parametrize(("channels", "room", "out"), [(FOLDERS, "in/acme", "out/acme"), (DROP, "drops/acme/in", "drops/acme/out")])
def test_what_is_encrypted_in_a_folder_or_a_drop_is_carried_and_so_is_its_answer(tmp_path, channels, room, out):
    world = World(tmp_path, channels)
    (tmp_path / room).mkdir(parents=True, exist_ok=True)
    (tmp_path / room / "po.edi.pgp").write_bytes(world.sealed(orders(GOOD)))
    assert world.run() == ["PO-1"]
    [answer] = (tmp_path / out).iterdir()
    content, signatures = world.opened(answer.read_bytes())
    assert (answer.name.endswith(".edi.pgp"), b"AK9*A*1*1*1" in content, signatures) == (True, True, 1)
    world.gateway.close()


def test_what_is_said_of_a_refused_file_is_encrypted_too(tmp_path):
    world = World(tmp_path, DROP)
    (tmp_path / "drops" / "acme" / "in" / "po.edi.pgp").write_bytes(world.sealed(orders(BAD)))
    world.run()
    said = {path.name: path.read_bytes() for path in (tmp_path / "drops" / "acme" / "out").iterdir()}
    assert sorted(said) == ["997_000000001.edi.pgp", "po.edi.txt.pgp"]
    assert b"'five'" in world.opened(said["po.edi.txt.pgp"])[0]
    world.gateway.close()


def test_a_trial_of_an_encrypted_file_is_looked_at_and_one_that_is_not_is_told(tmp_path):
    world = World(tmp_path, DROP)
    trials = Trials(world.gateway)
    trials.look()
    room = tmp_path / "drops" / "acme" / "test"
    trials._folders["acme/in/1"].inbox.inner._timer = iter(range(0, 10_000_000, 100)).__next__
    (room / "po.edi.pgp").write_bytes(world.sealed(orders(BAD)))
    (room / "plain.edi").write_bytes(orders(GOOD))
    for _ in range(3):
        trials.look()
    assert "'five'" in (room / "po.edi.pgp.report.txt").read_text()
    assert "cannot be decrypted" in (room / "plain.edi.report.txt").read_text()
    world.gateway.close()


def test_a_folder_with_encrypted_files_is_watched_too(tmp_path):
    world = World(tmp_path, FOLDERS)
    woken, watch = [], Watch(lambda channel: woken.append(channel))
    inbox = world.gateway.inboxes["acme/in/1"]
    watch.heard(inbox.inner, "closed", b"/in/a.edi.pgp", b"")
    assert woken == ["acme/in/1"]
    world.gateway.close()


def test_a_partners_address_is_posted_to(tmp_path):
    channels = '{in: [{folder: {path: in/acme}}], out: [{http: {url: "https://acme.example/edi", token: "env:T"}}]}'
    lay(tmp_path, channels=channels)
    gateway = open_gateway(tmp_path)
    assert isinstance(gateway.outboxes["acme/out/1"], PostedOutbox)
    gateway.close()


def test_files_that_come_by_mail_are_carried(tmp_path, monkeypatch):
    peer = ImapPeer(tmp_path)
    monkeypatch.setenv("MAIL", "sesame")
    server = f'address: edi@us.example, server: 127.0.0.1, port: {peer.port}, password: "env:MAIL", authority: imap.pem'
    lay(tmp_path, channels=f"{{in: [{{mail: {{{server}, from: [edi@acme.example]}}}}], out: [{{folder: {{path: out/acme}}}}]}}")
    peer.post(("po.edi", orders(GOOD)))
    peer.post(("po.edi", orders(GOOD, number="000000002")), sender="mallory@elsewhere.example")
    gateway = open_gateway(tmp_path)
    Worker(gateway).run_until_idle()
    assert sorted(json.loads(path.read_text())["number"] for path in (tmp_path / "erp").glob("*.json")) == ["PO-1"]
    assert (len(peer.folders["INBOX"]), len(peer.folders["Archive"])) == (1, 1)
    gateway.close()
    peer.close()
