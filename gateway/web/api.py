"""The routes under /v1: post a file, try one, ask what became of it, fetch our answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from gateway.ports import Receipt
from gateway.stores.sql import collected, owned
from gateway.web.desk import LARGEST_TRIAL, Desk
from gateway.web.documents import LARGEST, judged
from gateway.web.keys import Caller
from gateway.web.media import ANY, agreed, media_type
from gateway.web.openapi import Described, raw_body
from gateway.web.problems import Problem
from gateway.web.shapes import (
    BASE,
    ID,
    Checked,
    DocumentWhole,
    Outbox,
    Received,
    Transmission,
    Transmissions,
    checked,
    document_whole,
    outbox_item,
    transmission,
    transmission_listed,
)
from gateway.web.uploads import file_name

LONGEST_WAIT = 30.0
"""Seconds that `Prefer: wait` may ask for; more is cut."""
PAGE = 100

Name = Annotated[str | None, Query(max_length=200, description="What the file is called; by default what Content-Disposition says.")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="The sender's name for this request: repeated with the same body it gives the same answer and has no second effect.",
    ),
]
Prefer = Annotated[
    str | None,
    Header(max_length=200, description="`wait=10` asks for the verdict, if it is there within so many seconds (30 at most)."),
]
Identity = str


def the_desk(request: Request) -> Desk:
    """The desk of the application that answers."""
    desk: Desk = request.app.state.desk
    return desk


def needs(scope: str) -> Callable[[Request], Iterator[Caller]]:
    """The caller, who must have this scope, for as long as his request lasts."""

    def caller(request: Request) -> Iterator[Caller]:
        desk = the_desk(request)
        with desk.admitted(request, desk.by_key(request), scope) as one:
            yield one

    return caller


Sender = Annotated[Caller, Depends(needs("send"), scope="function")]
Trier = Annotated[Caller, Depends(needs("check"), scope="function")]
Reader = Annotated[Caller, Depends(needs("read"), scope="function")]
BINARY = {"type": "string", "format": "binary"}
BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {ANY: {"schema": BINARY}}}}
ACCEPTED: dict[int | str, dict[str, Any]] = {200: {"model": Transmission}, 202: {"model": Received}}

api = APIRouter(prefix=BASE, route_class=Described)


def answered(desk: Desk, caller: Caller, receipt: Receipt, prefer: str | None) -> Response:
    """The verdict if it is wanted and there, else where to follow it."""
    follow = f"{BASE}/transmissions/{receipt.transmission}"
    headers = {"location": follow} if receipt.fresh else {"location": follow, "idempotent-replayed": "true"}
    seconds = _wait(prefer)
    if seconds is not None:
        headers["preference-applied"] = f"wait={seconds:g}"
        if desk.settled(receipt, seconds):
            return _json(_status(desk, caller, receipt.transmission, contents=True), 200, headers)
    durable = receipt.durable
    return _json(Received(id=receipt.transmission, size=durable.size, sha256=durable.address, follow=follow), 202, headers)


def from_partner(caller: Caller) -> Caller:
    """The caller, who is not ourselves. Raises Problem."""
    if caller.ours:
        raise Problem("not-allowed", scope="of a partner; our own systems post to /v1/documents")
    return caller


@api.post(
    "/transmissions",
    status_code=202,
    response_model=None,
    responses=ACCEPTED,
    openapi_extra=raw_body("The file, as it is."),
    tags=["send"],
)
def send_file(request: Request, caller: Sender, name: Name = None, key: Key = None, prefer: Prefer = None) -> Response:
    """Post a file: X12, CSV, XML or JSON, as agreed.

    It is durable and recorded before this answers. 202 says where to follow it; with `Prefer: wait` it is 200 and
    the verdict, with findings and our acknowledgment, where that is there in time.
    """
    desk = the_desk(request)
    from_partner(caller)
    media = agreed(request, desk.gateway.catalog(), caller)
    called = file_name(name, request.headers.get("content-disposition"), media)
    body = desk.body(request, caller.largest)
    by_signature = caller.signed or (bool(caller.signatures) and "webhook-signature" in request.headers)
    chunks = desk.signed(request, caller, body) if by_signature else iter(body)
    return answered(desk, caller, desk.receive(caller, called, body, chunks, key), prefer)


@api.post(
    "/webhooks/{sender}",
    status_code=202,
    response_model=None,
    responses=ACCEPTED,
    openapi_extra=raw_body("The file, as it is.", signed=True),
    tags=["send"],
)
def send_webhook(request: Request, sender: str, name: Name = None, prefer: Prefer = None) -> Response:
    """Post a file without a key, signed as Standard Webhooks says; `sender` is the name that you have with us.

    `webhook-id` names it: repeated with the same body, and a new signature, it has no second effect.
    """
    desk = the_desk(request)
    caller = desk.keys.signer(sender)
    if caller is None:
        raise Problem("signature-wrong", why="there is no secret of yours here")
    with desk.admitted(request, caller, "send"):
        media = agreed(request, desk.gateway.catalog(), caller)
        called = file_name(name, request.headers.get("content-disposition"), media)
        body = desk.body(request, caller.largest)
        key = "webhook " + request.headers.get("webhook-id", "")
        return answered(desk, caller, desk.receive(caller, called, body, desk.signed(request, caller, body), key), prefer)


@api.post(
    "/documents",
    status_code=202,
    response_model=None,
    responses=ACCEPTED,
    openapi_extra=raw_body("One canonical document; each type has a published schema.", media=("application/json",)),
    tags=["send"],
)
def send_document(
    request: Request,
    caller: Sender,
    key: Key = None,
    prefer: Prefer = None,
    partner: Annotated[
        str | None, Query(max_length=64, description="To whom it goes, where the document does not say it; of ours alone.")
    ] = None,
) -> Response:
    """Post one canonical document as JSON. A partner's comes in; one of our own systems' goes out to a partner.

    It is held against its schema before it is kept: 422 has every finding with its field.
    """
    desk = the_desk(request)
    if media_type(request) != "application/json":
        raise Problem("content-type-unknown", said=media_type(request), known="application/json")
    body = desk.body(request, min(caller.largest, LARGEST))
    by_signature = caller.signed or (bool(caller.signatures) and "webhook-signature" in request.headers)
    content = b"".join(desk.signed(request, caller, body) if by_signature else body)
    if not content:
        raise Problem("body-empty")
    kind = str(judged(content)["document_type"])
    if caller.ours:
        return answered(desk, caller, desk.leave(caller, kind, content, key, partner), prefer)
    agreed(request, desk.gateway.catalog(), caller)
    return answered(desk, caller, desk.receive(caller, f"{kind}.json", body, iter([content]), key), prefer)


@api.post("/check", response_model=Checked, openapi_extra=raw_body("The file, as it is; 10 MB at most."), tags=["check"])
def check(request: Request, caller: Trier, name: Name = None) -> Checked:
    """Try a file against your own profile: what would be accepted, and what we would answer. Nothing is kept or sent."""
    desk = the_desk(request)
    from_partner(caller)
    media = agreed(request, desk.gateway.catalog(), caller)
    called = file_name(name, request.headers.get("content-disposition"), media)
    facts, contents = desk.tried(caller, called, desk.body(request, min(caller.largest, LARGEST_TRIAL)))
    return checked(facts, desk.owner(caller), contents)


@api.get("/transmissions", response_model=Transmissions, tags=["follow"])
def list_transmissions(
    request: Request,
    caller: Reader,
    control_number: Annotated[str | None, Query(max_length=50, description="ISA13 of an interchange in it.")] = None,
    business_number: Annotated[str | None, Query(max_length=100, description="Of a document in it: order, shipment, invoice.")] = None,
    before: Annotated[str | None, Query(pattern=f"^{ID}$", description="Where the next page begins.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 20,
) -> Transmissions:
    """List what you sent, newest first."""
    desk = the_desk(request)
    owner = desk.owner(caller)
    rows = owned.listed(desk.gateway.database, owner, control_number, business_number, before, limit + 1)
    more = rows[limit - 1]["id"] if len(rows) > limit else None
    numbers = {"control_number": control_number, "business_number": business_number}
    wanted = {**numbers, "before": more, "limit": str(limit)}
    following = f"{BASE}/transmissions?{_query(wanted)}" if more is not None else None
    return Transmissions(items=[transmission_listed(row, owner) for row in rows[:limit]], next=following)


@api.get("/transmissions/{id}", response_model=Transmission, tags=["follow"])
def get_transmission(request: Request, id: Identity, caller: Reader) -> Transmission:  # noqa: A002 as the path says it
    """Say what became of a file: its documents, findings and our acknowledgments."""
    desk = the_desk(request)
    return _status(desk, caller, id)


@api.get("/transmissions/{id}/content", response_class=StreamingResponse, responses=BYTES, tags=["follow"])
def get_content(request: Request, id: Identity, caller: Reader) -> StreamingResponse:  # noqa: A002
    """Fetch what you sent, byte for byte."""
    desk = the_desk(request)
    found = owned.file_for(desk.gateway.database, desk.owner(caller), _known(id))
    if found is None:
        raise Problem("not-found")
    name, address = found
    pieces = desk.gateway.archive.open(address)
    return StreamingResponse(pieces, media_type=ANY, headers={"content-disposition": _attached(name)})


@api.get("/outbox", response_model=Outbox, tags=["follow"])
def list_outbox(
    request: Request,
    caller: Reader,
    after: Annotated[str | None, Query(pattern=f"^{ID}$", description="The last one that you have.")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 20,
) -> Outbox:
    """List what we have for you to fetch, oldest first: our documents, and our answers to yours.

    Keep the id of the last one that you have, and go on behind it.
    """
    desk = the_desk(request)
    rows = collected.waiting(desk.gateway.database, desk.outboxes(caller), after, limit)
    if rows is None:
        raise Problem("not-found")
    return Outbox(items=[outbox_item(row) for row in rows], next=f"{BASE}/outbox?after={rows[-1]['id']}" if rows else None)


@api.get("/outbox/{id}", response_class=StreamingResponse, responses=BYTES, tags=["follow"])
def fetch(request: Request, id: Identity, caller: Reader) -> StreamingResponse:  # noqa: A002
    """Fetch one of them, byte for byte."""
    desk = the_desk(request)
    found = collected.one(desk.gateway.database, desk.outboxes(caller), _known(id))
    if found is None:
        raise Problem("not-found")
    pieces = desk.gateway.archive.open(found["address"])
    return StreamingResponse(pieces, media_type=ANY, headers={"content-disposition": _attached(found["name"])})


@api.get("/documents/{id}", response_model=DocumentWhole, tags=["follow"])
def get_document(request: Request, id: Identity, caller: Reader) -> DocumentWhole:  # noqa: A002
    """Give one document: its state, findings and canonical content."""
    desk = the_desk(request)
    owner = desk.owner(caller)
    facts = owned.document_for(desk.gateway.database, owner, _known(id))
    if facts is None:
        raise Problem("not-found")
    return document_whole(facts, owner)


@api.get(
    "/acknowledgments/{id}",
    response_class=Response,
    responses={200: {"content": {"application/edi-x12": {"schema": BINARY}}}},
    tags=["follow"],
)
def get_acknowledgment(request: Request, id: Identity, caller: Reader) -> Response:  # noqa: A002
    """Fetch our answer, byte for byte as it is sent."""
    desk = the_desk(request)
    gateway = desk.gateway
    facts = owned.acknowledgment_for(gateway.database, desk.owner(caller), _known(id))
    if facts is None:
        raise Problem("not-found")
    if facts["address"] is None:
        content = gateway.write_answer(gateway.dispatch.answer(facts["id"]))
    else:
        content = b"".join(gateway.archive.open(facts["address"]))
    return Response(content, media_type="application/edi-x12", headers={"content-disposition": _attached(facts["name"])})


def _status(desk: Desk, caller: Caller, identity: str, contents: bool = False) -> Transmission:
    owner = desk.owner(caller)
    facts = owned.status(desk.gateway.database, owner, _known(identity))
    if facts is None:
        raise Problem("not-found")
    dispatch = desk.gateway.dispatch
    said = {row["id"]: desk.answer(dispatch, row["id"]) for row in facts["acknowledgments"]} if contents else {}
    return transmission(facts, owner, said)


def _known(identity: str) -> str:
    """An id as we make them; what is none is nothing of anybody's."""
    if not re.fullmatch(ID, identity):
        raise Problem("not-found")
    return identity


def _wait(prefer: str | None) -> float | None:
    """The seconds of `Prefer: wait=N` (RFC 7240), at most LONGEST_WAIT; what is not understood is no preference."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,6})", prefer or "", re.IGNORECASE)
    return None if found is None else min(float(found[1]), LONGEST_WAIT)


def _json(model: BaseModel, status: int, headers: dict[str, str]) -> Response:
    return Response(model.model_dump_json(), status_code=status, media_type="application/json", headers=headers)


def _query(values: dict[str, str | None]) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in values.items() if value is not None})


def _attached(name: str) -> str:
    from urllib.parse import quote

    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
