"""A small IMAP server over TLS, scripted: one user, folders in memory, and every command kept for the test to look at."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import re
import socket
import ssl
import threading
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, its own authority, with its key: one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - dt.timedelta(1), now + dt.timedelta(30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "imap.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


class ImapPeer:
    """`folders` holds messages by UID; `bad` answers of a command in place of the right one; `able` what it says it can."""

    def __init__(self, folder: Path, able: str = "IMAP4rev1 MOVE UIDPLUS") -> None:
        self.authority = certificate(folder)
        self.able = able
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.deleted: set[int] = set()
        self.commands: list[str] = []
        self.bad: dict[str, bytes] = {}
        self.password = "sesame"
        self.next = 1
        self.validity = 7
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def settings(self, **more: object) -> dict[str, object]:
        """What a profile says of it."""
        usual = {"address": "edi@us.example", "server": "127.0.0.1", "port": self.port, "password": "env:MAIL"}
        return {**usual, "authority": self.authority, **more}

    def post(self, *files: tuple[str, bytes], sender: str = "edi@acme.example", subject: str = "Orders", text: str = "Hello") -> int:
        """A message with attachments comes in; says its UID."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, "edi@us.example", subject
        message.set_content(text)
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return self.put(message.as_bytes())

    def put(self, content: bytes) -> int:
        self.folders["INBOX"][self.next] = content
        self.next += 1
        return self.next - 1

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), self._context.wrap_socket(plain, server_side=True) as line:
            reading = line.makefile("rb")
            line.sendall(f"* OK [CAPABILITY {self.able}] ready\r\n".encode())
            where = {"at": "INBOX"}
            while row := reading.readline():
                tag, _, rest = row.decode("utf-8", "surrogateescape").strip().partition(" ")
                said = rest if not rest.startswith("LOGIN") else "LOGIN"
                self.commands.append(said)
                answer = next((bad for start, bad in self.bad.items() if rest.startswith(start)), None)
                line.sendall(answer.replace(b"TAG", tag.encode()) if answer is not None else self._answered(tag, rest, where))
                if rest == "LOGOUT":
                    return

    def _answered(self, tag: str, rest: str, where: dict[str, str]) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        names = re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
        if rest.startswith("LOGIN"):
            return done if f'"{self.password}"' in rest or rest.endswith(f" {self.password}") else f"{tag} NO wrong\r\n".encode()
        if rest == "CAPABILITY":
            return f"* CAPABILITY {self.able}\r\n".encode() + done
        if rest.startswith("SELECT"):
            where["at"] = names[0] if names else rest.split()[1]
            if where["at"] not in self.folders:
                return f"{tag} NO no such folder\r\n".encode()
            return f"* {len(self.folders[where['at']])} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n".encode() + done
        if rest.startswith("CREATE"):
            self.folders.setdefault(names[0], {})
            return done
        box = self.folders[where["at"]]
        words = rest.split()
        if rest.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(str(uid) for uid in box if uid not in self.deleted)}\r\n".encode() + done
        uids = [uid for uid in map(int, words[2].split(",")) if uid in box] if len(words) > 2 else []
        if rest.startswith("UID FETCH") and "SIZE" in rest:
            return b"".join(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(box[uid])})\r\n".encode() for uid in uids) + done
        if rest.startswith("UID FETCH"):
            rows = [b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(box[uid]), box[uid]) for uid in uids]
            return b"".join(rows) + done
        if rest.startswith(("UID MOVE", "UID COPY")):
            if names[-1] not in self.folders:
                return f"{tag} NO [TRYCREATE] no such folder\r\n".encode()
            for uid in uids:
                self.folders[names[-1]][uid] = box.pop(uid) if "MOVE" in rest else box[uid]
            return done
        if rest.startswith("UID STORE"):
            self.deleted |= set(uids)
        if rest.startswith("UID EXPUNGE"):
            for uid in uids:
                box.pop(uid)
        return done
