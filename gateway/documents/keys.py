"""What makes a document the same document again: business keys, revisions, and what a second one means.

The effect key (trading partner + document type + business key + revision) makes a posting happen once. Nothing here needs
pydantic: a mapped document is a plain dictionary.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

Meaning = Literal["new", "change", "replace", "cancel", "event", "never"]
"""What a document is for what went before of its key.

new      posts; a second one of the same key is a conflict that is held, however it is worded
change   posts as a change of what is there; held where nothing is there
replace  takes the place of what is there; posts as new where nothing is there
cancel   takes back what is there; held where nothing is there
event    each stands for itself (an answer to an order); the newest by date, then by arrival, wins
never    information only, never posts: a duplicate, a confirmation, a copy, a test
"""

_INFORMATION: dict[str, Meaning] = dict.fromkeys(
    (
        "duplicate",
        "confirmation",
        "information_copy",
        "draft",
        "simulation",
        "status",
        "status_update",
        "query",
        "verify",
        "proposed",
        "not_processed",
        "no_financial_value",
    ),
    "never",
)

_COPIES: dict[str, Meaning] = dict.fromkeys(("duplicate", "information_copy", "draft", "simulation"), "never")

MEANINGS: dict[str, dict[str, Meaning]] = {
    "purchase_order": {
        "": "new",
        "original": "new",
        "original_no_response": "new",
        "resubmission": "new",
        "reissue": "replace",
        "cancel": "cancel",
        "delete": "cancel",
        "cancel_to_reissue": "cancel",
        "add": "change",
        "change": "change",
        "replace": "replace",
        "replace_specified": "replace",
        "corrected": "replace",
        **_INFORMATION,
    },
    "purchase_order_acknowledgment": {"": "event", **_COPIES},
    "ship_notice": {
        "": "new",
        "original": "new",
        "resubmission": "new",
        "cancel": "cancel",
        "delete": "cancel",
        "change": "replace",
        "replace": "replace",
        "replace_specified": "replace",
        "reissue": "replace",
        "corrected": "replace",
        **_INFORMATION,
    },
    "purchase_order_change": {"": "event", **_INFORMATION},
    "purchase_order_change_acknowledgment": {"": "event", **_COPIES},
    "inventory_report": {"": "event", **_COPIES, "query": "never"},
    "remittance": {"": "new", **_INFORMATION},
    "warehouse_order": {
        "": "new",
        "original": "new",
        "resubmission": "new",
        "backorder": "new",
        "future_dated": "new",
        "cancel": "cancel",
        "delete": "cancel",
        "change": "change",
        "change_header": "change",
        "replace_line": "change",
        "backorder_confirmation": "never",
        **_INFORMATION,
    },
    "warehouse_shipment": {"": "new", **_INFORMATION},
    "stock_transfer": {"": "new", **_INFORMATION},
    "receipt": {"": "new", **_INFORMATION},
    "shipment_status": {"": "event", **_COPIES},
    "invoice": {
        "": "new",
        "original": "new",
        "resubmission": "new",
        "final": "new",
        "cancel": "cancel",
        "replace": "replace",
        "corrected": "replace",
        **_INFORMATION,
    },
}
"""By document type and purpose; a purpose that has no row is as none at all where the type has a row for '', and is held otherwise."""

OTHERWISE: dict[str, Meaning] = {
    "purchase_order": "change",
    "purchase_order_acknowledgment": "event",
    "ship_notice": "replace",
    "invoice": "replace",
    "purchase_order_change": "event",
    "purchase_order_change_acknowledgment": "event",
    "inventory_report": "event",
    "warehouse_order": "change",
    "remittance": "replace",
    "warehouse_shipment": "replace",
    "stock_transfer": "replace",
    "receipt": "replace",
    "shipment_status": "event",
}
"""What a purpose without a row means: never simply new, so that nothing posts twice by an odd code."""


def meaning(document: Mapping[str, Any]) -> Meaning:
    """What a document means for what went before of its business key, by its purpose."""
    kind = str(document.get("document_type", ""))
    return MEANINGS.get(kind, {}).get(str(document.get("purpose") or ""), OTHERWISE.get(kind, "new"))


def business_key(document: Mapping[str, Any]) -> tuple[str, str]:
    """The business key and the revision of a document.

    Purchase order: number and release. Change and its answer: those of the order with the number of
    the change, else its date and content; each is an event on the order, by date and content. Warehouse:
    the depositor's order; its shipment, transfer and receipt by their own numbers. Inventory and status: number, day and time.
    Remittance: number, who gave it, and its day. Acknowledgment: those of the order it answers; each is a revision of its own, by
    date and content. Ship notice: its number. Invoice: number, year and kind. A change, replacement or cancellation is a
    revision of its own by its content, so that the same bytes twice are one effect and another wording is another.
    """
    kind = document.get("document_type")
    if kind == "purchase_order":
        return _order(document), _revision(document)
    if kind == "purchase_order_acknowledgment":
        order = document.get("order") or {}
        day = document.get("date") or order.get("date") or ""
        return _order(order), f"{day}:{content(document)}".strip(":")
    if kind == "invoice":
        year = str(document.get("date") or "")[:4]
        return _joined(document.get("number"), year, document.get("kind") or "invoice"), _revision(document)
    if kind in ("purchase_order_change", "purchase_order_change_acknowledgment"):
        order = document.get("order") or {}
        said = f"{document.get('date') or ''}:{content(document)}".strip(":")
        return _joined(order.get("number"), order.get("release"), order.get("change") or said), said
    made = OTHERS.get(str(kind))
    if made is None:
        return _joined(document.get("number")), _revision(document)
    names, event = made
    key = _joined(*(next((document[one] for one in name.split("|") if document.get(one)), None) for name in names))
    return key, content(document) if event else _revision(document)


OTHERS: dict[str, tuple[tuple[str, ...], bool]] = {
    "inventory_report": (("number", "date", "time"), True),
    "remittance": (("number|originating_company", "originator", "date", "amount"), False),
    "warehouse_order": (("order",), False),
    "warehouse_shipment": (("order", "number|date"), False),
    "stock_transfer": (("order", "number|date"), False),
    "receipt": (("number",), False),
    "shipment_status": (("number|shipment|scac",), True),
}
"""Fields that make the key of further types (`a|b`: the first that is there), and whether each document stands for itself."""


def _order(order: Mapping[str, Any]) -> str:
    return _joined(order.get("number"), order.get("release"))


def _joined(*parts: Any) -> str:
    r"""Parts with `/` between them; a `/` or `\\` inside a part is escaped, so that no two keys look the same."""
    texts = ["" if part is None else str(part).strip().replace("\\", "\\\\").replace("/", "\\/") for part in parts]
    while texts and not texts[-1]:
        texts.pop()
    return "/".join(texts)


def _revision(document: Mapping[str, Any]) -> str:
    what = meaning(document)
    return "" if what == "new" else f"{what}:{content(document)}"


def content(document: Mapping[str, Any]) -> str:
    """A short hash of what a document says, whatever envelope it came in."""
    said = {name: value for name, value in document.items() if name not in ("envelope", "unmapped", "schema_version")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> str:
    return str(value)
