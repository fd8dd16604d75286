"""An upload as an inbox: one file, offered once, its bytes as they come; the answer is what lets the sender forget it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from gateway.edi.shown import shown
from gateway.ports import NotReady, Offered, Receipt

LONGEST_NAME = 200


class Upload:
    """One body that was posted. With a `key` of the sender's it is the same arrival whenever it comes again."""

    def __init__(self, channel: str, name: str, chunks: Iterable[bytes], identity: str, keyed: bool, size: int | None = None) -> None:
        self.channel = channel
        self.identity = identity
        self._offered = [Offered(channel, name, identity, size, keyed=keyed)]
        self._chunks: Iterable[bytes] | None = chunks

    def list(self) -> list[Offered]:
        """The file, until it is settled."""
        return list(self._offered)

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes as they come, once. Raises NotReady the second time: what was not kept must be sent again."""
        chunks, self._chunks = self._chunks, None
        if chunks is None:
            raise NotReady("a body comes once; it must be sent again")
        yield from chunks

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Nothing more is there; the sender is told by the answer."""
        self._offered, self._chunks = [], None


def file_name(said: str | None, disposition: str | None, media: str) -> str:
    """What the sender calls the file: by the query, by Content-Disposition, or by what it is; never a path."""
    name = said or _of_disposition(disposition) or "upload" + ENDINGS.get(media, "")
    name = shown(re.split(r"[/\\]", name)[-1]).strip()
    return name[:LONGEST_NAME] or "upload"


def _of_disposition(disposition: str | None) -> str | None:
    if not disposition:
        return None
    message = Message()
    message["content-disposition"] = disposition
    return message.get_filename()


ENDINGS = {
    "application/edi-x12": ".edi",
    "application/edifact": ".edi",
    "text/csv": ".csv",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/json": ".json",
    "text/plain": ".txt",
}
