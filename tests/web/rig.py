"""A project with two partners, a mailbox and a system of ours that use the API; a real server on a free port; real sockets."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import threading
import time
from dataclasses import dataclass, field

from gateway.profiles.catalog import Catalog
from gateway.settings import ApiSettings, Settings
from gateway.stores.library import FolderLibrary
from gateway.web.app import application
from gateway.web.server import listening, server
from gateway.wiring import Gateway
from gateway.worker.loop import Worker

ACME, ACME_NEXT, ACME_READS = "acme-key-of-this-test-1", "acme-key-of-this-test-2", "acme-key-that-only-reads"
BOLT, VAN, ERP = "bolt-key-of-this-test-1", "van-east-key-of-this-test", "erp-key-of-this-test-01"
SHOP, SHOP_NEXT = (b"a secret of the shop 1" * 2, b"a secret of the shop 2" * 2)

SECRETS = {
    "acme": ACME,
    "acme-next": ACME_NEXT,
    "acme-reads": ACME_READS,
    "bolt": BOLT,
    "van": VAN,
    "erp": ERP,
    "shop": "whsec_" + base64.b64encode(SHOP).decode(),
    "shop-next": base64.b64encode(SHOP_NEXT).decode(),
    "short": "too-short",
}

US = """
name: Harbor
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities: {main: {isa: "ZZ/RECEIVER", gs: RECEIVER}}
destinations:
  erp: {folder: {path: erp}, testing: erp-test}
  erp-test: {folder: {path: erp-test}, status: testing}
defaults: {deliver_to: [erp]}
api: {keys: [{id: erp, secret: file:secrets/erp}]}
"""
PARTNERS = {
    "acme": """
partner: acme
name: Acme Supply
status: production
contacts: [{role: edi, email: edi@acme.example}]
identities: {main: {isa: "ZZ/SENDER", gs: SENDER}}
channels:
  in:
    - api:
        keys:
          - {id: acme-1, secret: file:secrets/acme}
          - {id: acme-2, secret: file:secrets/acme-next}
          - {id: acme-reads, secret: file:secrets/acme-reads, scopes: [read]}
          - {id: acme-short, secret: file:secrets/short}
        largest: 3MB
        rate: 6000/m
        concurrent: 4
we_receive:
  - {set: "850", version: "004010"}
  - {document: purchase_order, format: delimited, pattern: "orders*.csv", mapping: riverside/orders}
  - {document: purchase_order, format: json, pattern: "purchase_order*.json", mapping: json/canonical}
we_send:
  - {set: "850", version: "004010"}
""",
    "bolt": """
partner: bolt
name: Bolt
status: production
contacts: [{role: edi, email: edi@bolt.example}]
identities: {main: {isa: "ZZ/BOLT", gs: BOLT}}
channels: {in: [{api: {keys: [{id: bolt-1, secret: file:secrets/bolt}], concurrent: 1, rate: 10/h}}]}
we_receive: [{set: "850", version: "004010"}]
""",
    "shop": """
partner: shop
name: The Shop
status: production
contacts: [{role: edi, email: edi@shop.example}]
identities: {main: {isa: "ZZ/SHOP", gs: SHOP}}
channels: {in: [{api: {signatures: [file:secrets/shop, file:secrets/shop-next], rate: 6000/m}}]}
we_receive: [{set: "850", version: "004010"}]
""",
    "corner": """
partner: corner
name: Corner
status: production
contacts: [{role: edi, email: edi@corner.example}]
identities: {main: {isa: "ZZ/CORNER", gs: CORNER}}
via: van-east
we_receive: [{set: "850", version: "004010"}]
""",
}
VAN_EAST = """
connection: van-east
name: Van East
channels:
  in: [{api: {keys: [{id: van-1, secret: file:secrets/van}]}}]
  out: [{api: {}}]
carries: [corner]
"""


def lay(folder):
    """The project's files."""
    (folder / "partner_profiles").mkdir(parents=True)
    (folder / "connections").mkdir()
    (folder / "secrets").mkdir()
    (folder / "partner_profiles" / "us.yaml").write_text(US)
    for name, text in PARTNERS.items():
        (folder / "partner_profiles" / f"{name}.yaml").write_text(text)
    (folder / "connections" / "van-east.yaml").write_text(VAN_EAST)
    for name, secret in SECRETS.items():
        (folder / "secrets" / name).write_text(secret + "\n")
    (folder / "gateway.yaml").write_text("gateway: 1\n")
    assert [finding for finding in Catalog.load(FolderLibrary(folder)).findings if finding.severity == "error"] == []
    return folder


def order(sender="SENDER", number="000000001", lines=("PO1*1*5*EA*9.95**VP*A-1",), po="PO-1", usage="P"):
    """An interchange with one purchase order."""
    body = [f"BEG*00*SA*{po}**20240102", *lines, f"CTT*{len(lines)}"]
    isa = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*RECEIVER       *240102*0304*U*00401*{number}*0*{usage}*>"
    inside = ["ST*850*0001", *body, f"SE*{len(body) + 2}*0001"]
    segments = [isa, f"GS*PO*{sender}*RECEIVER*20240102*0304*1*X*004010", *inside, "GE*1*1", f"IEA*1*{number}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def signature(identity, moment, body, *secrets):
    """The headers of a signed request."""
    said = f"{identity}.{moment}.".encode() + body
    signed = (base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode() for secret in secrets)
    return {"webhook-id": identity, "webhook-timestamp": str(moment), "webhook-signature": " ".join(f"v1,{one}" for one in signed)}


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Api:
    """A running API."""

    gateway: Gateway
    told: list = field(default_factory=list)

    def start(self, desk=None):
        tell = lambda level, what, **facts: self.told.append((level, what, facts))  # noqa: E731
        self.app = application(self.gateway, tell, desk)
        self.server = server(self.app, self.gateway.settings.api, "127.0.0.1", 0)
        self.thread = threading.Thread(target=self.server.run, name="api-server")
        self.thread.start()
        until(lambda: self.server.started)
        self.port = listening(self.server)[1]
        return self

    def stop(self):
        self.server.should_exit = True
        self.thread.join(30)
        assert not self.thread.is_alive()
        self.gateway.close()

    def ask(self, method, path, body=None, key=ACME, timeout=60, **headers):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        said = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if key is not None:
            said["authorization"] = f"Bearer {key}"
        if body is not None:
            said.setdefault("content-type", "application/edi-x12")
        try:
            connection.request(method, path, body=body, headers=said)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def raw(self, request, shut=False):
        """Bytes as they are, and all that comes back until the other side closes."""
        with self.socket() as connection:
            connection.sendall(request)
            if shut:
                connection.shutdown(socket.SHUT_WR)
            return received(connection)

    def work(self):
        """What the worker would do now."""
        return Worker(self.gateway).run_until_idle(poll=False)

    def kept(self):
        """Every transmission in the journal."""
        from gateway.stores.sql import views

        return views.transmissions(self.gateway.database)


def received(connection):
    """All that comes until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def until(true, seconds=60):
    """Waits for something to become true; the bound is for a broken program, not for a slow one."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never became true"
        pause.wait(0.01)


def opened(folder, **api):
    """The gateway of a project laid at the folder, with its API's settings."""
    settings = Settings(
        folder, folder / "data", folder / "data" / "journal.sqlite", folder / "data" / "archive", None, api=ApiSettings(**api)
    )
    return Gateway(settings)
