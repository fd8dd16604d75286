"""What a document of ours answers, from the journal, as plain values: what `@order` and `echo` read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gateway.documents.keys import business_key
from gateway.documents.models import from_json
from gateway.ports import Departures

ANSWERED = {
    "order": "purchase_order",
    "change": "purchase_order_change",
    "warehouse_order": "warehouse_order",
}
"""What mappings call it, and the type of document it is."""


def related(departures: Departures, partner: str, document: dict[str, Any]) -> dict[str, Any]:
    """The documents that one answers, by the names mappings have for them; what is not known here is left out."""
    found: dict[str, Any] = {}
    for name, key in _named(document):
        if name not in found and (text := departures.related(partner, ANSWERED[name], key)) is not None:
            values, wrong = from_json(json.loads(text, parse_float=str))
            if not wrong:
                found[name] = values
    return found


def _named(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a document says it answers: the name mappings have for it, and its business key."""
    kind = document.get("document_type")
    orders = [document.get("order"), *(one.get("order") for one in _items(document, "orders"))]
    for order in orders:
        if isinstance(order, dict) and order.get("number"):
            yield "order", business_key({"document_type": "purchase_order", **order})[0]
            if order.get("change"):
                yield "change", business_key({"document_type": "purchase_order_change", "order": order})[0]
    if kind in ("warehouse_shipment", "stock_transfer", "receipt") and isinstance(document.get("order"), str):
        yield "warehouse_order", business_key({"document_type": "warehouse_order", "order": document["order"]})[0]


def _items(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in document.get(name) or () if isinstance(one, dict)]
