"""The registry of canonical documents: each type's model, what is wrong with a mapped one, and its JSON.

A mapping makes plain dictionaries; `problems` holds one against its model without changing it, so that what was checked
is what is stored and delivered.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import to_json

from gateway.documents import checking
from gateway.documents.acknowledgment import PurchaseOrderAcknowledgment
from gateway.documents.checking import Remainder, checker, remainder
from gateway.documents.document import SCHEMA_VERSION, Document
from gateway.documents.fields import Part
from gateway.documents.given import Given
from gateway.documents.inventory import InventoryReport
from gateway.documents.invoice import Invoice
from gateway.documents.order_change import PurchaseOrderChange, PurchaseOrderChangeAcknowledgment
from gateway.documents.purchase_order import PurchaseOrder
from gateway.documents.remittance import Remittance
from gateway.documents.ship_notice import ShipNotice
from gateway.documents.shipment_status import ShipmentStatus
from gateway.documents.warehouse import Receipt, StockTransfer, WarehouseOrder, WarehouseShipment

__all__ = ["DOCUMENTS", "SCHEMA_VERSION", "Document", "Problem", "as_json", "fields_of", "from_json", "problems", "sure"]

DOCUMENTS: dict[str, type[Document]] = {
    "purchase_order": PurchaseOrder,
    "purchase_order_acknowledgment": PurchaseOrderAcknowledgment,
    "ship_notice": ShipNotice,
    "invoice": Invoice,
    "purchase_order_change": PurchaseOrderChange,
    "purchase_order_change_acknowledgment": PurchaseOrderChangeAcknowledgment,
    "inventory_report": InventoryReport,
    "remittance": Remittance,
    "warehouse_order": WarehouseOrder,
    "warehouse_shipment": WarehouseShipment,
    "stock_transfer": StockTransfer,
    "receipt": Receipt,
    "shipment_status": ShipmentStatus,
}
"""Each document type's model."""


class Problem(NamedTuple):
    """Where a document is not as its model says: dotted path (list items from 1), a sentence that follows it, the value."""

    field: str
    sentence: str
    value: str | None


def sure(document_type: str, given: Given) -> Remainder | None:
    """A quick look at documents of which so much is given: where it fits `problems` finds nothing; None where nothing is known."""
    model = DOCUMENTS.get(document_type)
    return None if model is None else remainder(model, given)


def problems(document: dict[str, Any]) -> list[Problem]:
    """What is wrong with a mapped document; empty where it is as its model says."""
    model = DOCUMENTS.get(str(document.get("document_type")))
    if model is None:
        return [
            Problem(
                "document_type", f"is not a document type; expected one of {', '.join(DOCUMENTS)}", str(document.get("document_type", ""))
            )
        ]
    try:
        checker(model).validate_python(document)
    except ValidationError as error:
        return [_problem(row) for row in error.errors(include_url=False, include_context=False)]
    return []


def from_json(document: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """A document as JSON has it, with the values that mappings work on (Decimal, date, time); or what is wrong with it."""
    model = DOCUMENTS.get(str(document.get("document_type")))
    if model is None:
        return document, problems(document)
    try:
        return model.model_validate_json(to_json(document)).model_dump(exclude_unset=True), []
    except ValidationError as error:
        return document, [_problem(row) for row in error.errors(include_url=False, include_context=False)]


_SENTENCES = {"missing": "is missing; the document cannot do without it", "extra_forbidden": "is no field of the document"}


def _problem(row: Any) -> Problem:
    path = ".".join(str(step + 1) if isinstance(step, int) else step for step in row["loc"])
    value = row.get("input")
    said = str(row["msg"])
    sentence = _SENTENCES.get(row["type"]) or "is not as expected: " + said[:1].lower() + said[1:]
    return Problem(path, sentence, str(value) if isinstance(value, str | int | Decimal) else None)


# what a Decimal smaller than a millionth may look like; a text of this form only costs the slow way
_EXPONENT = re.compile(rb'"-?[0-9](?:\.[0-9]+)?E[-+][0-9]+"')


def as_json(document: dict[str, Any] | Document) -> bytes:
    """A document as JSON in UTF-8: decimals as strings without exponent, dates in ISO 8601, nothing that is not known."""
    plain = document.model_dump(exclude_unset=True) if isinstance(document, Document) else document
    data = to_json(plain)
    # looking for two letters costs a tenth of the search, for one a tenth of that; minus signs stand in every date
    if (b"E-" in data or (b"+" in data and b"E+" in data)) and _EXPONENT.search(data):
        return to_json(_without_exponents(plain))
    return data


def _without_exponents(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {key: _without_exponents(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_exponents(inner) for inner in value]
    return value


def never_fits(document_type: str, given: Given) -> list[tuple[tuple[str, ...], str]]:
    """What every document of a type lacks or has of another type, where this is given of it: for lint."""
    model = DOCUMENTS.get(document_type)
    return [] if model is None else list(checking.never_fits(model, given))


@cache
def fields_of(document_type: str) -> dict[str, Any] | None:
    """A document type's fields as nested names, for lint: the fields inside, or None where anything goes; None for no such type."""
    model = DOCUMENTS.get(document_type)
    return None if model is None else _fields(model)


def _fields(model: type[Part]) -> dict[str, Any]:
    model.model_rebuild()
    return {name: _inside(field.annotation) for name, field in model.model_fields.items()}


def _inside(annotation: Any) -> dict[str, Any] | None:
    """The fields inside a field's type, through lists and what may be absent."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _fields(annotation)
    inner = [found for part in get_args(annotation) if (found := _inside(part)) is not None]
    return inner[0] if inner else None
