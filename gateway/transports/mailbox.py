"""A mailbox read by IMAP over TLS (RFC 9051): each attachment is a file; a message is moved away when all of its files are ours."""

from __future__ import annotations

import contextlib
import email
import fnmatch
import hashlib
import imaplib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.edi.shown import shown
from gateway.ports import NotReady, Offered, Receipt, Unavailable
from gateway.transports.codes import CODES

CHUNK = 256 * 1024
PORT = 993
PATIENCE = 20.0
"""Seconds that an answer may take where the profile does not say."""
SLOWEST = 1024.0
"""Bytes a second below which a server is given up."""
LARGEST = 30_000_000
"""Bytes of the largest message where the profile does not say."""
BATCH = 50
"""Messages looked into at one look."""
CROWD = 10_000
MOST = 1000
"""Remarks of one look."""
NOT_LET_IN = 600.0
"""Seconds until a login that was refused is tried again."""
EVERY = timedelta(minutes=1)
"""Between looks where the profile does not say: providers count logins."""
IDLE = 30.0
"""Seconds for which a connection is kept for the next file."""
ATTACHMENTS = 100
"""Attachments of one message that are considered."""


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment: which of its message, its name, size and hash."""

    number: int
    name: str
    size: int
    digest: str


class MailInbox:
    """A mailbox that is polled. A message without a file for us stays, and is told.

    Who may use the mailbox is whom the channel carries: a sender's address proves nothing, and is only a filter (`from`).
    """

    def __init__(
        self,
        channel: str,
        settings: Mapping[str, Any],
        project: Path,
        secrets: Callable[[str], str],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.channel = channel
        self.every: timedelta = settings.get("every") or EVERY
        self.remarks: list[Finding] = []
        """What the last look saw and did not take, for people."""
        self.more = False
        """Whether messages were left for the next look, because there were many."""
        self._settings = settings
        self._project = project
        self._secrets = secrets
        self._timer = timer
        self._largest = int(settings.get("largest") or LARGEST)
        self._seen: dict[str, tuple[Part, ...]] = {}
        """The files of messages that were looked into, by UIDVALIDITY and UID."""
        self._told: dict[str, Finding] = {}
        self._settled: dict[str, set[int]] = {}
        self._kept: tuple[float, imaplib.IMAP4] | None = None
        self._lock = threading.Lock()

    # ---------------------------------------------------------------- the port

    def list(self) -> list[Offered]:
        """The files of messages, oldest first; what is not taken is in `remarks`."""
        with self._lock, self._session() as imap:
            validity, uids = self._messages(imap)
            keys = {f"{validity};{uid}": uid for uid in uids}
            for kept in (self._seen, self._told, self._settled):
                for key in kept.keys() - keys.keys():
                    del kept[key]
            fresh = [key for key in keys if key not in self._seen]
            self.more = len(fresh) > BATCH
            sizes = self._sizes(imap, [keys[key] for key in fresh[:BATCH]])
            for key in fresh[:BATCH]:
                self._look_into(imap, key, keys[key], sizes.get(keys[key]))
            self.remarks = list(self._told.values())[:MOST]
            return [
                Offered(self.channel, shown(part.name), f"{key};{part.number};{part.digest}", part.size, (key, part.number))
                for key in keys
                for part in self._seen.get(key, ())
            ]

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The file in chunks; NotReady where the message is no longer there."""
        key, number = self._handle(offered)
        with self._lock, self._session() as imap:
            validity, _ = self._messages(imap)
            message = self._fetched(imap, key.partition(";")[2]) if key.startswith(f"{validity};") else None
        found = next((content for at, _, content in _attachments(message) if at == number), None) if message is not None else None
        if found is None or hashlib.sha256(found).hexdigest()[:16] != offered.identity.rpartition(";")[2]:
            raise NotReady(f"{offered.name} is no longer in the mailbox")
        for start in range(0, len(found), CHUNK):
            yield found[start : start + CHUNK]

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """It is ours; when all files of its message are, that is moved or deleted. Raises Unavailable."""
        del receipt
        key, number = self._handle(offered)
        with self._lock:
            self._settled.setdefault(key, set()).add(number)
            if {part.number for part in self._seen.get(key, ())} - self._settled[key]:
                return
            with self._session() as imap:
                validity, uids = self._messages(imap)
                uid = key.partition(";")[2]
                if key == f"{validity};{uid}" and uid in uids:
                    self._put_away(imap, uid)
            self._seen.pop(key, None)

    # ---------------------------------------------------------------- looking

    def _look_into(self, imap: imaplib.IMAP4, key: str, uid: str, size: int | None) -> None:
        if size is not None and size > self._largest:
            self._seen[key] = ()
            self._told[key] = _told("inbox-too-large", f"message {uid}", size=size, limit=self._largest)
            return
        message = self._fetched(imap, uid)
        if message is None:
            return
        subject = _header(message, "subject")[:100] or f"message {uid}"
        wanted = {address.lower() for address in self._settings.get("from", ())}
        senders = {address.lower() for _, address in getaddresses([str(value) for value in message.get_all("from", [])])}
        if wanted and not senders & wanted:
            self._seen[key] = ()
            self._told[key] = _told("mail-stranger", subject, sender=shown(", ".join(sorted(senders))[:200]))
            return
        pattern = str(self._settings.get("pattern") or "*")
        parts = [
            Part(number, name, len(content), hashlib.sha256(content).hexdigest()[:16])
            for number, name, content in _attachments(message)
            if fnmatch.fnmatchcase(name, pattern)
        ]
        self._seen[key] = tuple(parts)
        if not parts:
            self._told[key] = _told("mail-without-file", subject)

    def _messages(self, imap: imaplib.IMAP4) -> tuple[str, Sequence[str]]:
        """UIDVALIDITY, and the UIDs of messages that are not deleted, oldest first."""
        _done(imap.select(_quoted(str(self._settings.get("folder") or "INBOX"))))
        said = (imap.untagged_responses.get("UIDVALIDITY") or [b"0"])[-1]
        validity = said.decode("ascii", "replace") if isinstance(said, bytes) else "0"
        found = _done(imap.uid("SEARCH", "UNDELETED"))
        uids = sorted({int(uid) for uid in b" ".join(row for row in found if isinstance(row, bytes)).split() if uid.isdigit()})
        return validity, [str(uid) for uid in uids[:CROWD]]

    def _sizes(self, imap: imaplib.IMAP4, uids: Sequence[str]) -> dict[str, int]:
        if not uids:
            return {}
        rows = _done(imap.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE)"))
        sizes = {}
        for row in rows:
            text = row[0] if isinstance(row, tuple) else row
            uid, size = re.search(rb"UID (\d+)", text or b""), re.search(rb"RFC822\.SIZE (\d+)", text or b"")
            if uid and size:
                sizes[uid[1].decode()] = int(size[1])
        return sizes

    def _fetched(self, imap: imaplib.IMAP4, uid: str) -> Message | None:
        """The message, not marked as read; None where it is gone."""
        rows = _done(imap.uid("FETCH", uid, "(UID BODY.PEEK[])"))
        whole = next((row[1] for row in rows if isinstance(row, tuple) and len(row) > 1), None)
        if whole is None:
            return None
        try:
            return email.message_from_bytes(whole)
        except RecursionError:  # boundaries within boundaries without end
            return Message()

    def _put_away(self, imap: imaplib.IMAP4, uid: str) -> None:
        if self._settings.get("then", "archive") == "archive":
            folder = _quoted(str(self._settings.get("archive") or "Archive"))
            able = "MOVE" in imap.capabilities
            for last in (False, True):
                status, said = imap.uid("MOVE" if able else "COPY", uid, folder)
                if status == "OK":
                    break
                if last:
                    raise Unavailable(f"channel {self.channel}: a message cannot be moved to {folder}: {_text(said)}")
                imap.create(folder)  # whether that worked the next try shows
            if able:
                return
        _done(imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in imap.capabilities:  # else others' deleted messages would go too; ours is not looked at again
            _done(imap.uid("EXPUNGE", uid))

    # ---------------------------------------------------------------- the connection

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            _let_go(self._kept)
            self._kept = None

    @contextlib.contextmanager
    def _session(self) -> Iterator[imaplib.IMAP4]:
        """The connection of a moment ago, or a new one; what fails in the block ends it."""
        kept, self._kept = self._kept, None
        try:
            if kept is not None and self._timer() - kept[0] > IDLE:
                _let_go(kept)
                kept = None
            if kept is None:
                kept = (self._timer(), self._new())
            yield kept[1]
            self._kept = (self._timer(), kept[1])
        except (imaplib.IMAP4.error, OSError, EOFError) as error:
            raise Unavailable(f"channel {self.channel}: {self._settings['server']}: {_text([error])}") from error
        finally:
            if self._kept is None:
                _let_go(kept)

    def _new(self) -> imaplib.IMAP4:
        said = self._settings
        timeout = said["timeout"].total_seconds() if said.get("timeout") else PATIENCE
        context = ssl.create_default_context(cafile=self._project / said["authority"] if said.get("authority") else None)
        imap = _Bounded(str(said["server"]), int(said.get("port") or PORT), context, timeout, self._largest, self._timer)
        try:
            imap.login(str(said.get("user") or said["address"]), self._secrets(said["password"]))
        except BaseException as error:
            _let_go((0.0, imap))
            if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
                raise Unavailable(f"channel {self.channel}: {said['server']} does not let us in: {_text([error])}", NOT_LET_IN) from error
            raise
        return imap

    def _handle(self, offered: Offered) -> tuple[str, int]:
        handle = offered.handle
        if offered.channel != self.channel or not isinstance(handle, tuple):
            raise NotReady(f"{offered.name} was not offered by this mailbox")
        return str(handle[0]), int(handle[1])


class _Bounded(imaplib.IMAP4_SSL):
    """A connection that takes neither more bytes nor more time than a message may have."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, timeout: float, largest: int, timer: Callable[[], float]) -> None:
        self._most = largest + 1_000_000
        self._patience = timeout
        self._timer = timer
        super().__init__(host, port, ssl_context=context, timeout=timeout)

    def read(self, size: int) -> bytes:
        """So many bytes, unless they are more than a message may have or come too slowly."""
        if size > self._most:
            raise self.abort(f"the server sends {size} bytes at once")
        until = self._timer() + self._patience + size / SLOWEST
        pieces, left = [], size
        while left:
            if self._timer() > until:
                raise self.abort(f"the server brings less than {SLOWEST:.0f} bytes a second")
            piece = super().read(min(left, CHUNK))
            if not piece:
                raise self.abort("the server ended the connection")
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def _let_go(kept: tuple[float, imaplib.IMAP4] | None) -> None:
    for farewell in (kept[1].logout, kept[1].shutdown) if kept is not None else ():
        with contextlib.suppress(imaplib.IMAP4.error, OSError, EOFError):
            farewell()


def _attachments(message: Message) -> Iterator[tuple[int, str, bytes]]:
    """The files of a message: parts that have a name, or say that they are attached; pictures shown inside it are none."""
    count = 0
    for number, part in enumerate(message.walk()):
        disposition, name = part.get_content_disposition(), _name(part)
        if part.is_multipart() or (disposition != "attachment" and not name):
            continue
        if disposition == "inline" and part.get_content_maintype() == "image":
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield number, name or f"attachment-{number}", content
            count += 1
        if count == ATTACHMENTS:
            return


def _name(part: Message) -> str:
    try:
        return re.split(r"[/\\]", _decoded(part.get_filename() or ""))[-1].strip()[:200]
    except (ValueError, LookupError, TypeError):
        return ""


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")))


def _decoded(text: str) -> str:
    """A header's text as its encoded words say (RFC 2047)."""
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def _told(code: str, value: str, **facts: object) -> Finding:
    text = shown(value)
    return CODES[code].finding(Location(file=text), text, None, **facts)


def _done(answer: tuple[str, Any]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(_text(data))
    return list(data or [])


def _text(said: Any) -> str:
    """What a server says, as a line."""
    parts = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in said or [] if one is not None]
    return shown(" ".join(parts))[:200] or "it does not say why"


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
