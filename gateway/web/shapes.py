"""What the API's answers look like: the models behind its OpenAPI description, made from what the journal says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.stores.sql.owned import Owner

ID = "[0-9A-HJKMNP-TV-Z]{26}"
"""What our ids look like (ULID)."""


class Shape(BaseModel):
    """One object of an answer; its fields are described by the words under them."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, extra="forbid")


class Ack(Shape):
    """A place of an acknowledgment that a finding goes to, such as AK4, AK403, 7."""

    segment: str
    element: str
    code: str


class FindingShape(Shape):
    """Something wrong with what was sent: where, what, and what to do."""

    model_config = ConfigDict(extra="ignore")

    code: str
    severity: str
    """error, warning or info."""
    layer: str
    """syntax, guide or business."""
    message: str
    remedy: str
    segment: str | None
    segment_position: int | None
    """In the transaction set, ST is 1 (AK302)."""
    segment_ordinal: int | None
    """In the file, from 1."""
    loop: str | None
    element: int | None
    component: int | None
    repetition: int | None
    element_id: str | None
    value: str | None
    offset: int | None
    """Bytes from the beginning of the file."""
    length: int | None
    line: int | None
    column: int | None
    field: str | None
    """A column of a delimited file, an XPath, or a dotted path of a document."""
    file: str | None
    """A file of ours that it is about."""
    ack: list[Ack]
    sheet: str | None = None
    """Of a spreadsheet."""
    verb: str | None = None
    """The step at which it was found: detect, parse, validate, map, check."""


class ProblemShape(Shape):
    """Why a request was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    remedy: str
    request: str
    """The id of the request, as in X-Request-Id; say it when you ask us."""
    findings: list[FindingShape]


class Received(Shape):
    """It is ours now: durable and recorded. The same request again gives this answer again."""

    id: str
    size: int
    sha256: str
    follow: str
    """Where to ask what became of it."""


class InterchangeShape(Shape):
    """One interchange of a file (for a file without envelope: the file)."""

    number: int
    control_number: str
    sender: str
    receiver: str
    usage: str
    """P or T."""
    state: str
    """released, refused, duplicate, held or incomplete."""


class OutboxItem(Shape):
    """Something that we have for you to fetch."""

    id: str
    kind: str
    """document, or acknowledgment."""
    form: str
    """The set (855, 856, 810 ...), or TA1, 997, 999, 824."""
    control_number: str
    name: str
    sent_at: datetime
    """Since when it is there."""
    link: str
    """Where its bytes are."""


class Outbox(Shape):
    """What we have for you, oldest first."""

    items: list[OutboxItem]
    next: str | None
    """The link to go on behind these; null where there are none."""


class DocumentTried(Shape):
    """What would become of one transaction set, or of one document of a file without envelope."""

    state: str
    """waiting (ours to work), done, rejected (send it again, mended), duplicate, quarantined (held for a person) or discarded."""
    held_at: str | None
    """The step at which it is held."""
    verdict: str
    """A, E or R as the acknowledgment says; empty where none is owed."""
    set_id: str
    control_number: str
    document_type: str | None
    business_number: str | None
    """The number of the order, the shipment, the invoice."""
    findings: list[FindingShape]


class DocumentShape(DocumentTried):
    """What became of one transaction set, or of one document of a file without envelope."""

    id: str
    link: str


class DocumentWhole(DocumentShape):
    """A document with its content."""

    transmission: str
    content: dict[str, Any] | None
    """The canonical document; null where none could be made."""


class AcknowledgmentTried(Shape):
    """An answer that we would give: TA1, 997 or 999."""

    form: str
    content: str | None
    """Its bytes as text (latin-1)."""


class AcknowledgmentShape(AcknowledgmentTried):
    """An answer of ours: TA1, 997 or 999."""

    id: str
    state: str
    """owed (it is on its way) or sent."""
    control_number: str
    name: str
    link: str
    """Where its bytes are."""


class Counted(Shape):
    """How many parts of a transmission are in which state."""

    state: str
    count: int


class TransmissionListed(Shape):
    """One transmission in a list."""

    id: str
    direction: str
    """in, or out where we sent it."""
    name: str
    size: int
    sha256: str
    format: str
    received_at: datetime
    state: str
    """received (not carried yet), read, duplicate, unreadable, incomplete or empty."""
    summary: str
    """What became of its parts, in words."""
    parts: list[Counted]
    duplicate_of: str | None
    link: str
    content: str
    """Where its bytes are."""


class Transmission(TransmissionListed):
    """What became of one transmission."""

    accepted: bool | None
    """Whether all of it was accepted and nothing of it is held; null while it is not carried, and of what we sent."""
    interchanges: list[InterchangeShape]
    documents: list[DocumentShape]
    documents_omitted: int
    """How many more documents there are than are listed."""
    findings: list[FindingShape]
    """Of the file, its interchanges and groups; those of a document stand there."""
    acknowledgments: list[AcknowledgmentShape]


class Transmissions(Shape):
    """A page of transmissions, newest first."""

    items: list[TransmissionListed]
    next: str | None
    """The link to the next page; null where this is the last."""


class Checked(Shape):
    """What would become of a file. Nothing was kept; control numbers of the answers are examples."""

    accepted: bool
    """Whether all of it would be accepted, and nothing of it held."""
    format: str
    state: str
    summary: str
    interchanges: list[InterchangeShape]
    documents: list[DocumentTried]
    documents_omitted: int
    findings: list[FindingShape]
    acknowledgments: list[AcknowledgmentTried]


class Alive(Shape):
    """The process answers."""

    status: str


class Ready(Shape):
    """Whether requests can be done now."""

    status: str
    reasons: list[str] = Field(default_factory=list)


_GOOD = ("waiting", "delivered", "done", "duplicate")
BASE = "/v1"


def transmission_listed(facts: dict[str, Any], owner: Owner) -> TransmissionListed:
    """A row of a list."""
    return TransmissionListed(**_listed(facts, owner))


def transmission(facts: dict[str, Any], owner: Owner, contents: dict[str, str] | None = None) -> Transmission:
    """The whole of a transmission; `contents` are answers' bytes by their ids."""
    return Transmission(
        **_listed(facts, owner),
        **_inside(facts),
        accepted=accepted(facts),
        documents=[DocumentShape(**_document(row, owner)) for row in facts["documents"]],
        acknowledgments=[AcknowledgmentShape(**_acknowledgment(row, contents or {})) for row in facts["acknowledgments"]],
    )


def checked(facts: dict[str, Any], owner: Owner, contents: dict[str, str]) -> Checked:
    """What a trial says; what it made has no ids, for it is gone."""
    listed = _listed(facts, owner)
    documents = (_document(row, owner) for row in facts["documents"])
    answers = (_acknowledgment(row, contents) for row in facts["acknowledgments"])
    return Checked(
        **{name: listed[name] for name in ("format", "state", "summary")},
        **_inside(facts),
        accepted=bool(accepted(facts)),
        documents=[DocumentTried(**{name: row[name] for name in DocumentTried.model_fields}) for row in documents],
        acknowledgments=[AcknowledgmentTried(**{name: row[name] for name in AcknowledgmentTried.model_fields}) for row in answers],
    )


def outbox_item(facts: dict[str, Any]) -> OutboxItem:
    """One thing to fetch."""
    names = ("id", "kind", "form", "control_number", "name", "sent_at")
    return OutboxItem(**{name: facts[name] for name in names}, link=f"{BASE}/outbox/{facts['id']}")


def document_whole(facts: dict[str, Any], owner: Owner) -> DocumentWhole:
    """A document with its content."""
    content = None if facts["content"] is None else json.loads(facts["content"])
    return DocumentWhole(**_document(facts, owner), transmission=facts["transmission"], content=content)


def accepted(facts: dict[str, Any]) -> bool | None:
    """Whether a carried transmission was accepted as a whole; None while it is not carried."""
    if facts["state"] == "received" or facts["direction"] == "out":
        return None
    whole = facts["state"] in ("read", "duplicate") and all(part in _GOOD or part == "interchange duplicate" for part in facts["parts"])
    return whole and not any(one["severity"] == "error" for one in facts.get("findings", ()))


def _listed(facts: dict[str, Any], owner: Owner) -> dict[str, Any]:
    parts, summary = dict(facts["parts"]), facts["summary"]
    if not owner.everything and "quarantined at deliver" in parts:
        parts["waiting"] = parts.get("waiting", 0) + parts.pop("quarantined at deliver")
        summary = ", ".join(f"{count} {state}" for state, count in parts.items())
    return {
        "id": facts["id"],
        "direction": facts["direction"],
        "name": facts["name"],
        "size": facts["size"],
        "sha256": facts["address"],
        "format": facts["form"],
        "received_at": facts["received_at"],
        "state": facts["state"],
        "summary": summary,
        "parts": [Counted(state=state, count=count) for state, count in parts.items()],
        "duplicate_of": facts["duplicate_of"],
        "link": f"{BASE}/transmissions/{facts['id']}",
        "content": f"{BASE}/transmissions/{facts['id']}/content",
    }


def _inside(facts: dict[str, Any]) -> dict[str, Any]:
    names = InterchangeShape.model_fields
    return {
        "interchanges": [InterchangeShape(**{name: row[name] for name in names}) for row in facts["interchanges"]],
        "documents_omitted": facts["documents_omitted"],
        "findings": [FindingShape(**one) for one in facts["findings"]],
    }


def _document(row: dict[str, Any], owner: Owner) -> dict[str, Any]:
    stuck = row["held_at"] == "deliver" and not owner.everything  # ours to settle: for him it is taken
    return {
        "id": row["id"],
        "state": "waiting" if stuck else row["state"],
        "held_at": None if stuck else row["held_at"],
        "verdict": row["verdict"],
        "set_id": row["set_id"],
        "control_number": row["control_number"],
        "document_type": row["document_type"],
        "business_number": row["business_key"],
        "findings": [FindingShape(**one) for one in row["findings"]],
        "link": f"{BASE}/documents/{row['id']}",
    }


def _acknowledgment(row: dict[str, Any], contents: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "form": row["form"],
        "state": "sent" if row["state"] == "sent" else "owed",
        "control_number": f"{row['isa_number']:09d}",
        "name": row["name"],
        "content": contents.get(row["id"]),
        "link": f"{BASE}/acknowledgments/{row['id']}",
    }
