"""Figures of SFTP, on purpose only (`pytest -m campaign tests/transports/test_sftp_load.py -s`): many files, large files, long listings."""

import json
import os
import threading
import time

import pytest

from gateway.transports.sftp.inbox import SftpInbox
from gateway.transports.sftp.outbox import SftpOutbox
from gateway.transports.sftp.terms import Drop, Mailbox
from gateway.wiring import open_gateway
from gateway.worker.service import Service
from tests.services.sftp_peer import FILE, Peer, attributes

PAUSE = threading.Event()
"""Never set: what a poll waits on between looks."""
pytestmark = [pytest.mark.campaign, pytest.mark.service]

US = """
name: Harbor
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities: {main: {isa: "ZZ/RECEIVER", gs: RECEIVER}}
destinations:
  erp: {folder: {path: erp}}
"""
PARTNER = """
partner: NAME
name: NAME Supply
status: production
contacts: [{role: edi, email: edi@NAME.example}]
identities: {main: {isa: "ZZ/SENDER", gs: SENDER}}
channels:
  in: [{sftp: {host: 127.0.0.1, port: PORT, user: USER, key: "file:key", host_key: "PIN", folder: FOLDER, settle: 1s, every: 1s, connections: 4}}]
  out: [{folder: {path: out/NAME}}]
deliver_to: [erp]
we_receive:
  - {set: "850", version: "004010", answer: {form: "none"}}
"""


def order(sender, number):
    isa = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*RECEIVER       *240102*0304*U*00401*{number:09d}*0*P*>~\n"
    body = ["ST*850*0001", f"BEG*00*SA*{sender}-{number}**20240102", "PO1*1*5*EA*9.95**VP*A-1", "CTT*1", "SE*5*0001"]
    rest = [f"GS*PO*{sender}*RECEIVER*20240102*0304*{number}*X*004010", *body, f"GE*1*{number}", f"IEA*1*{number:09d}"]
    return isa + "".join(f"{segment}~\n" for segment in rest)


def delivered(erp):
    return [name for name in os.listdir(erp) if name.endswith(".json")] if erp.exists() else []


def memory():
    """The most that this process has had in memory, in bytes."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def forget_memory():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def said(text):
    print(f"\n{text}; load {os.getloadavg()[0]:.1f}")


def _tell(level, what, **facts):
    if level != "info":
        print(level, what, facts)


def test_ten_thousand_files_of_one_mailbox_while_another_partner_has_one(sshd, tmp_path):
    count = int(os.environ.get("FILES", "10000"))
    profiles = tmp_path / "partner_profiles"
    profiles.mkdir()
    (profiles / "us.yaml").write_text(US)
    (tmp_path / "gateway.yaml").write_text("gateway: 1\n")
    (tmp_path / "key").write_text(sshd.key)
    folders = {}
    for name, sender in (("acme", "ACME"), ("bolt", "BOLT")):
        folders[name] = sshd.folder()
        facts = {
            "NAME": name,
            "PORT": str(sshd.port),
            "USER": sshd.user,
            "PIN": sshd.pins["ed25519"],
            "FOLDER": str(folders[name]),
            "SENDER": sender,
        }
        text = PARTNER
        for word, value in facts.items():
            text = text.replace(word, value)
        (profiles / f"{name}.yaml").write_text(text)
    for number in range(1, count + 1):
        path = folders["acme"] / f"{number}.edi"
        path.write_text(order("ACME", number))
        sshd.owned(path)
    gateway, stop = open_gateway(tmp_path), threading.Event()
    erp = tmp_path / "erp"
    begun, waits, alone = time.monotonic(), [], 0
    service = threading.Thread(target=Service(gateway, _tell).run, args=(stop,))
    service.start()
    try:
        while len(delivered(erp)) < count + alone:
            assert time.monotonic() - begun < 1800
            alone += 1
            path = folders["bolt"] / f"{alone}.edi"
            aside = folders["bolt"] / f".{alone}"
            aside.write_text(order("BOLT", alone))
            sshd.owned(aside).rename(path)
            put = time.monotonic()
            while not any(f"BOLT-{alone}_" in name for name in delivered(erp)):
                assert time.monotonic() - put < 120
                PAUSE.wait(0.2)
            waits.append(time.monotonic() - put)
            PAUSE.wait(2)
    finally:
        took = time.monotonic() - begun
        stop.set()
        service.join(60)
        gateway.close()
    numbers = {json.loads((erp / name).read_text())["number"] for name in delivered(erp)}
    assert len(numbers) == count + alone
    assert [path for path in folders["acme"].iterdir() if path.is_file()] == []
    said(f"{count} files carried in {took:.0f} s, {count / took:.0f} a second; another partner's one file waited {max(waits):.1f} s at most "
         f"({len(waits)} of them, {sum(waits) / len(waits):.1f} s on average)")  # fmt: skip


def test_two_gigabytes_up_and_down_in_little_memory(sshd, at, login):
    size = int(os.environ.get("BYTES", str(2 * 10**9)))
    folder = sshd.folder()
    piece = os.urandom(256 * 1024)
    forget_memory()
    before, begun = memory(), time.monotonic()
    outbox = SftpOutbox("acme", at(login), Drop(os.fsencode(folder)))
    outbox.put("big.edi", (piece for _ in range(size // len(piece))))
    up = time.monotonic() - begun
    inbox = SftpInbox("acme", at(login), Mailbox(os.fsencode(folder), scans=1, quiet=0.0, unsure=0.0))
    [offered] = inbox.list()
    begun = time.monotonic()
    assert sum(map(len, inbox.take(offered))) == size // len(piece) * len(piece)
    down = time.monotonic() - begun
    grown = memory() - before
    (folder / "big.edi").unlink()
    said(f"{size / 1e9:.1f} GB up in {up:.0f} s, down in {down:.0f} s, memory grew by {grown / 1e6:.0f} MB")
    assert memory() < 256_000_000


def test_a_listing_of_a_hundred_thousand_is_bounded():
    peer = Peer()
    peer.extra_rows = [(b"%06d.edi" % number, attributes(500, FILE, 1000 + number)) for number in range(100_000)]
    from gateway.transports.sftp.login import Login
    from gateway.transports.sftp.server import Server

    inbox = SftpInbox("acme", Server(Login("x", "gw", patience=60.0), str, dial=peer.dial), Mailbox(b"in", scans=2))
    forget_memory()
    before, begun = memory(), time.monotonic()
    assert inbox.list() == []
    took, grown = time.monotonic() - begun, memory() - before
    said(f"100,000 names listed in {took:.1f} s, memory grew by {grown / 1e6:.0f} MB, {len(peer.asked)} requests")
    assert grown < 150_000_000
