"""What the routes share: the gateway, who is calling, how much of it, and carrying at once what somebody waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request

from gateway import pipeline
from gateway.carriage.edges import Edges
from gateway.carriage.leaving import OURS
from gateway.carriage.translating import Translator
from gateway.ports import Fenced, Receipt, Refused, Unavailable
from gateway.records import Source
from gateway.rehearsal import as_if_testing, rehearsed
from gateway.stores.sql import owned
from gateway.stores.sql.dispatch import SqlDispatch
from gateway.stores.sql.journal import lane_of
from gateway.stores.sql.owned import Owner
from gateway.transports.secrets import read_secret
from gateway.web.body import Body, Pace
from gateway.web.keys import Caller, KeyRing
from gateway.web.limits import Limits
from gateway.web.problems import Problem
from gateway.web.signatures import Signed, WrongSignature
from gateway.web.uploads import Upload
from gateway.wiring import Gateway

AT_ONCE = 1_000_000
"""Bytes of the largest file that the request's own thread carries; a larger one waits for the worker."""
LOOK = 0.05
"""Seconds between looks at a transmission that is waited for."""
LARGEST_TRIAL = 10_000_000
"""Bytes of the largest file that is tried: a trial stands in memory."""


def silent(level: str, what: str, **facts: object) -> None:
    """Tells nobody."""


@dataclass
class Desk:
    """One project's API; made once for each process."""

    gateway: Gateway
    tell: Any = silent
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        gateway = self.gateway
        self.keys = KeyRing(gateway.catalog, lambda reference: read_secret(reference, gateway.settings.project), self.tell)
        self.pace = Pace(gateway.settings.api.patience, gateway.settings.api.slowest)
        # its own translator: the worker's is used by the worker's thread alone
        translator = Translator(lambda: gateway.second_opinion)
        self.edges: Edges = replace(gateway.edges, translate=translator, mapping=translator.mapping)
        self._translating = threading.Lock()
        gateway.work.close  # noqa: B018 made once here: threads must not each make their own

    def owner(self, caller: Caller) -> Owner:
        """What the caller may see."""
        return Owner() if caller.ours else Owner(caller.partner, caller.channel.name if caller.channel else None)

    def outboxes(self, caller: Caller) -> tuple[str, ...]:
        """The ways out on which something waits for the caller; for ourselves all that end with us."""
        every = (way for way in self.gateway.catalog().channels("out") if way.kind == "api")
        return tuple(way.name for way in every if caller.ours or way.owner == caller.name)

    @contextmanager
    def admitted(self, request: Request, caller: Caller, scope: str) -> Iterator[Caller]:
        """The caller's request, while it lasts. Raises Problem where he may not do that, or not now."""
        request.state.caller = f"{caller.name}/{caller.key}"
        if scope not in caller.scopes:
            raise Problem("not-allowed", scope=scope)
        with self.limits.one_more(caller):
            yield caller

    def by_key(self, request: Request) -> Caller:
        """Whose key the request shows. Raises Problem."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        caller = self.keys.by_key(key.strip()) if scheme.lower() == "bearer" and key else None
        if caller is None:
            raise Problem("not-authenticated")
        return caller

    def body(self, request: Request, largest: int) -> Body:
        """The request's body, to be read by this thread."""
        said = request.headers.get("content-length", "")
        length = int(said) if said.isdigit() else None
        return Body(request.receive, request.state.loop, largest, self.pace, length)

    def signed(self, request: Request, caller: Caller, body: Body) -> Iterator[bytes]:
        """The body, judged by its signature when it ends: nothing of it is kept if that is wrong. Raises Problem."""
        try:
            signature = Signed(request.headers, caller.signatures, self.gateway.clock.now().timestamp())
            for piece in body:
                signature.update(piece)
                yield piece
            signature.check()
        except WrongSignature as error:
            raise Problem("signature-wrong", why=error) from None

    def receive(self, caller: Caller, name: str, body: Body, chunks: Iterator[bytes], key: str | None) -> Receipt:
        """The file durable and recorded. Raises Problem."""
        channel = caller.channel
        assert channel is not None
        upload = Upload(channel.name, name, _some(chunks, body), key or self.gateway.ids.new(), key is not None, body.length)
        return self.keep(upload, channel.partner)

    def keep(self, upload: Upload, partner: str | None) -> Receipt:
        """What an upload brings, durable and recorded. Raises Problem."""
        try:
            return pipeline.receive(self.edges, upload, upload.list()[0], partner)
        except Refused:
            raise Problem("key-reused") from None

    def leave(self, caller: Caller, kind: str, content: bytes, key: str | None, partner: str | None) -> Receipt:
        """A document of ours that goes out, durable and recorded. Raises Problem."""
        source = Source(f"{OURS}{caller.key}", key or self.gateway.ids.new(), f"{kind}.json", partner)
        try:
            return pipeline.leave(self.edges, [content], source)
        except Refused:
            raise Problem("key-reused") from None

    def settled(self, receipt: Receipt, seconds: float) -> bool:
        """Whether the transmission is carried by then: here and now if it is small and nobody has begun, else by whom it is due."""
        until, pause = time.monotonic() + seconds, threading.Event()
        while owned.state(self.gateway.database, receipt.transmission) == "received":
            if receipt.durable.size <= AT_ONCE and self._translating.acquire(timeout=max(0.0, until - time.monotonic())):
                try:
                    self._carry(receipt.transmission)
                finally:
                    self._translating.release()
            if owned.state(self.gateway.database, receipt.transmission) != "received":
                return True
            if time.monotonic() >= until:
                return False
            pause.wait(LOOK)
        return True

    def tried(self, caller: Caller, name: str, body: Body) -> tuple[dict[str, Any], dict[str, str]]:
        """What would become of a file. Raises Problem."""
        assert caller.channel is not None
        content = b"".join(_some(iter(body), body))
        upload = Upload(caller.channel.name, name, [content], self.gateway.ids.new(), keyed=False)
        channel, catalog = caller.channel, self.edges.catalog()
        edges = replace(self.edges, catalog=lambda: as_if_testing(catalog, channel))
        with (
            self._translating,
            rehearsed(edges, self.edges.translate, upload, upload.list()[0], caller.partner) as (database, _, identity),
        ):
            facts = owned.status(database, Owner(), identity)
            assert facts is not None
            dispatch = SqlDispatch(database, self.edges.clock)
            return facts, {row["id"]: self.answer(dispatch, row["id"]) for row in facts["acknowledgments"]}

    def answer(self, dispatch: SqlDispatch, identity: str) -> str:
        """The bytes of an answer of ours as text."""
        return self.gateway.write_answer(dispatch.answer(identity)).decode("latin-1")

    def _carry(self, transmission: str) -> None:
        """Carry it in its lane, if the lane is free; what fails is left to the worker, who tries again and tells."""
        work = self.gateway.work
        for lease in work.claim(f"{self.gateway.owner}/{self.gateway.ids.new()}", lane=lane_of(transmission)):
            try:
                item = work.next(lease)
                if item is not None:
                    try:
                        carried = self.edges.journal.begin(lease, transmission)
                        if carried.direction == "our":
                            pipeline.outbound(self.edges, lease, carried)
                        else:
                            pipeline.inbound(self.edges, lease, carried).result()
                        work.done(lease, item)
                    except (Fenced, Unavailable):
                        raise
                    except Exception as error:  # noqa: BLE001 our mistake is the worker's to count and to tell, not the sender's to see
                        work.later(lease, item, self.gateway.clock.now(), f"{type(error).__name__}: {error}")
                work.close(lease)
            except (Fenced, Unavailable):
                return


def _some(chunks: Iterator[bytes], body: Body) -> Iterator[bytes]:
    yield from chunks
    if not body.size:
        raise Problem("body-empty")
