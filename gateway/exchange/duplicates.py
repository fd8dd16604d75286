"""What becomes of something that came before: the same bytes, the same control number, the same business key by purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.edi.finding import NOWHERE, Finding
from gateway.edi.states import InterchangeState
from gateway.exchange.codes import CODES

Effect = Literal["process", "link", "hold"]
"""process: as new. link: no effect, a reference to the first. hold: quarantined for a person."""
Reply = Literal["own", "archived", "ta1_025", "none"]
"""own: as its content deserves. archived: the first one's answer again, byte for byte, under its own numbers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with it, how to answer it, and what to say."""

    effect: Effect
    reply: Reply
    finding: Finding | None = None


NEW = Verdict("process", "own")


@dataclass(frozen=True, slots=True)
class First:
    """The earlier interchange of the same sender and receiver: its state, and where to find it."""

    state: InterchangeState
    where: str
    """The transmission that brought it."""
    any_accepted: bool = True
    """Whether the answer accepted anything of it; one that was wholly rejected may come again."""


def same_bytes(first: First, control_number: str, sender: str, policy: str = "answer_again") -> Verdict:
    """An interchange that came before byte for byte; `policy` is the agreement's: answer_again, ta1_025 or silent.

    Accepted before: no effect, and the archived answer again (a TA1 025 only where agreed: some senders would flip the
    accepted original to refused). Still held: no effect, no answer yet. Refused, rejected, incomplete or discarded: new.
    """
    said = CODES["interchange-repeated"].finding(value=control_number, sender=sender, first=first.where)
    if first.state == "held":
        return Verdict("link", "none", said)
    if first.state == "duplicate" or (first.state == "released" and first.any_accepted):
        reply: Reply = "ta1_025" if policy == "ta1_025" else "none" if policy == "silent" else "archived"
        return Verdict("link", reply, said)
    return NEW


def same_number(first: First, control_number: str, sender: str, check: str = "hold", duplicates: str = "answer_again") -> Verdict:
    """The control number of an earlier interchange with other bytes; `check` is the agreement's: hold, warn or off.

    A number whose interchange was refused, or never came whole, is free again: that is how senders mend.
    """
    free = first.state in ("refused", "incomplete", "discarded") or (first.state == "released" and not first.any_accepted)
    if free or check == "off":
        return NEW
    said = CODES["control-number-reused"].finding(
        value=control_number, severities={"control-number-reused": "warning"} if check == "warn" else None, sender=sender, first=first.where
    )
    if check == "warn":
        return Verdict("process", "own", said)
    return Verdict("hold", "ta1_025" if duplicates == "ta1_025" else "none", said)


Purpose = Literal["original", "change", "cancel", "replace", "duplicate", "confirmation"]
Posting = Literal["post", "replace", "cancel", "link", "hold"]


@dataclass(frozen=True, slots=True)
class Second:
    """What a document means whose business key may have come before: what to post, and what to say."""

    posting: Posting
    finding: Finding | None = None


KINDS_OF_SECOND: dict[str, dict[str, Posting]] = {
    # by document type: purpose -> what a second one of the same business key means; "" is every other purpose
    "purchase_order": {"replace": "replace", "cancel": "cancel", "change": "replace", "": "hold"},
    "purchase_order_change": {"": "hold"},
    # each acknowledgment is an event on the order; the newest wins
    "purchase_order_acknowledgment": {"cancel": "cancel", "": "post"},
    "purchase_order_change_acknowledgment": {"": "post"},
    # each report and status stands for its own moment
    "inventory_report": {"": "post"},
    "shipment_status": {"": "post"},
    "warehouse_order": {"replace": "replace", "cancel": "cancel", "change": "replace", "": "hold"},
    "ship_notice": {"replace": "replace", "cancel": "cancel", "": "hold"},
    "invoice": {"cancel": "cancel", "": "hold"},
    "": {"replace": "replace", "cancel": "cancel", "": "hold"},
}
NEEDS_A_FIRST = ("cancel",)
"""What makes no sense alone; a replacement alone posts, its original may have been lost."""
ON_ANOTHER = ("purchase_order_change", "purchase_order_change_acknowledgment", "inventory_report", "shipment_status")
"""Documents that say something of another document or of a moment: what they cancel is not one of their own kind."""


def by_purpose(document_type: str, purpose: str, key: str, known: bool, same_content: bool = False) -> Second:
    """What to do with a document by its purpose, when one of its business key is already `known`, and its content perhaps too.

    A duplicate (07) or confirmation (06) never posts, whatever is known; the same content again never posts.
    """
    facts = {"what": document_type.replace("_", " ").capitalize(), "purpose": f"'{purpose}'"}
    if purpose in ("duplicate", "confirmation") or (known and same_content):
        return Second("link", CODES["document-repeated"].finding(NOWHERE, key, None, **facts) if known else None)
    if not known:
        if purpose in NEEDS_A_FIRST and document_type not in ON_ANOTHER:
            return Second("hold", CODES["document-without-first"].finding(NOWHERE, key, None, **facts))
        return Second("post")
    table = KINDS_OF_SECOND.get(document_type, KINDS_OF_SECOND[""])
    posting = table.get(purpose, table[""])
    if posting == "hold":
        return Second("hold", CODES["document-conflicting"].finding(NOWHERE, key, None, **facts))
    return Second(posting)
