"""The documents that one answers: which order, which of its lines, and what of them stands where ours is silent.

A thread is plain values: {"order": the purchase order}, or a list of them where a shipment or an invoice answers several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.translate.rules import Echo

RELATED = {
    "order": "purchase_order",
    "change": "purchase_order_change",
    "acknowledgment": "purchase_order_acknowledgment",
    "notice": "ship_notice",
    "invoice": "invoice",
    "warehouse_order": "warehouse_order",
}
"""What a document may answer or follow: the name in mappings, and the type of document."""

LINE = "line"
"""After a document's name: the line of it that the line at hand answers."""

AS_RECEIVED = "as_received"

KEYS = ("qualifier", "role", "scheme", "kind")
"""Fields that tell the items of a list apart; a path names them: `references.department`, `items.buyer_item`."""

HEADER = ("department", "vendor_number", "promotion", "contract", "references", "parties")
LINES = ("number", "items", "description", "references")
"""What a bare `echo: order` echoes: whose it is and what it is, never how much or when."""

ORDERS = "orders"
QUANTITY, SHIPPED, PRICE = ("quantity", "value"), ("shipped", "value"), ("price", "amount")

Document = Mapping[str, Any]


class Absent(LookupError):
    """The document that a path looks into is not known."""


class Ambiguous(LookupError):
    """A line that answers several lines alike; the argument is how many."""


def dig(value: Any, names: Sequence[str]) -> Any:
    """The value that a path leads to, through lists by what tells their items apart; None where there is none."""
    for n, name in enumerate(names):
        if isinstance(value, list | tuple):
            item = next((one for one in value if isinstance(one, Mapping) and _key(one) == name), None)
            value = item.get("value", item) if item is not None and n == len(names) - 1 else item
        elif isinstance(value, Mapping):
            if n + 2 == len(names) and names[-1] == AS_RECEIVED and not isinstance(value.get(name), Mapping):
                return (value.get(AS_RECEIVED) or {}).get(name)
            found = value.get(name)
            if isinstance(found, list | tuple) and n + 2 == len(names) and names[-1] in value and dig(found, names[-1:]) is None:
                return value[names[-1]]  # a number that has a field of its own: references.department
            if found is None and n + 2 == len(names) and name == "references":
                return value.get(names[-1])
            value = found
        else:
            return None
    return value


def _key(item: Mapping[str, Any]) -> Any:
    return next((item[name] for name in KEYS if name in item), None)


@dataclass(slots=True)
class Related:
    """The documents answered as one document sees them."""

    thread: Mapping[str, Any]
    document: Document
    lines: dict[int, _Lines] = field(default_factory=dict)

    def value(self, names: Sequence[str], line: Document | None = None, order: Document | None = None) -> Any:
        """What `@order.line.items` finds for a line (or order) at hand. Raises Absent and Ambiguous."""
        found = self.known(names[0], line, order)
        rest = names[1:]
        if rest[:1] == (LINE,) or rest[:1] == [LINE]:
            return None if line is None else dig(self.line(found, line), rest[1:])
        return dig(found, rest)

    def known(self, relation: str, line: Document | None = None, order: Document | None = None) -> Document:
        """The document of a relation that the line or order at hand belongs to. Raises Absent."""
        given = self.thread.get(relation)
        known = [one for one in (given if isinstance(given, list | tuple) else [given]) if isinstance(one, Mapping)]
        wanted = self._number(line, order) if relation in ("order", "change") else None
        fitting = known if wanted is None else [one for one in known if str(_number_of(one)) == wanted]
        if not fitting or (wanted is None and len(known) > 1):
            raise Absent(wanted or relation)
        return fitting[0]

    def _number(self, line: Document | None, order: Document | None) -> str | None:
        """The number of the order that is answered, as far as the document says it."""
        orders = self.document.get(ORDERS) or ()
        places = [line or {}, order or {}]
        at = (line or {}).get("order")
        if isinstance(at, int) and 0 < at <= len(orders):
            places.append(orders[at - 1])
        places += [self.document, *(orders if len(orders) == 1 else ())]
        for place in places:
            for name in ("order_reference", "order"):
                reference = place.get(name)
                if isinstance(reference, Mapping) and reference.get("number"):
                    return str(reference["number"])
        return None

    def line(self, answered: Document, line: Document) -> Document | None:
        """The line of an order that a line answers: by its number, then by items, then by quantity and price. Raises Ambiguous."""
        lines = self.lines.get(id(answered))
        if lines is None:
            lines = self.lines[id(answered)] = _Lines(answered.get("lines") or ())
        return lines.answered(line)


def _number_of(document: Document) -> Any:
    order = document.get("order")
    return document.get("number") or (order.get("number") if isinstance(order, Mapping) else None)


class _Lines:
    """The lines of one order, found by number and by item."""

    def __init__(self, lines: Sequence[Document]) -> None:
        self.by_number: dict[str, list[Document]] = {}
        self.by_item: dict[tuple[Any, Any], list[Document]] = {}
        for line in lines:
            if line.get("number"):
                self.by_number.setdefault(_bare(line["number"]), []).append(line)
            for item in _items(line):
                self.by_item.setdefault(item, []).append(line)

    def answered(self, line: Document) -> Document | None:
        number = line.get("order_line") or line.get("number")
        found = self.by_number.get(_bare(number), []) if number else []
        if len(found) != 1:
            items = [one for item in _items(line) for one in self.by_item.get(item, ())]
            both = [one for one in items if any(one is other for other in found)]
            found = list({id(one): one for one in both or found or items}.values())
        for ours, theirs in ((QUANTITY, QUANTITY), (SHIPPED, QUANTITY), (PRICE, PRICE)):
            if len(found) > 1 and (said := dig(line, ours)) is not None:
                found = [one for one in found if dig(one, theirs) == said] or found
        if len(found) > 1:
            raise Ambiguous(len(found))
        return found[0] if found else None


def _bare(number: Any) -> str:
    return str(number).strip().lstrip("0")


def _items(line: Document) -> Iterator[tuple[Any, Any]]:
    return ((item.get("scheme"), item.get("value")) for item in line.get("items") or () if isinstance(item, Mapping))


# ---------------------------------------------------------------- echo


Trouble = tuple[str, str, str]
"""What could not be echoed: the finding's code, the document's field, a value."""


def echoed(document: Document, echo: Echo, related: Related) -> tuple[dict[str, Any], list[Trouble]]:
    """The document with what it answers where it is silent itself; items of lists by what tells them apart."""
    whole = dict(document)
    troubles: list[Trouble] = []
    orders = whole.get(ORDERS)
    try:
        if isinstance(orders, list | tuple):
            whole[ORDERS] = [
                _laid(one, related.known(echo.relation, None, one), echo.fields) if isinstance(one, Mapping) else one for one in orders
            ]
        elif echo.fields:
            whole = _laid(whole, related.known(echo.relation), echo.fields)
        lines = whole.get("lines")
        if isinstance(lines, list | tuple):
            whole["lines"] = [_line(line, n, echo, related, troubles) for n, line in enumerate(lines, 1)]
    except Absent as absent:
        return dict(document), [("write-thread-absent", "", str(absent))]
    return whole, troubles


def _line(line: Any, number: int, echo: Echo, related: Related, troubles: list[Trouble]) -> Any:
    if not isinstance(line, Mapping):
        return line
    try:
        answered = related.line(related.known(echo.relation, line), line)
    except Ambiguous as several:
        troubles.append(("write-line-ambiguous", f"lines.{number}", str(several)))
        return line
    if answered is None:
        troubles.append(("write-line-absent", f"lines.{number}", str(line.get("order_line") or line.get("number") or number)))
        return line
    laid = _laid(line, answered, echo.line)
    theirs = answered.get("quantity")
    if isinstance(theirs, Mapping) and theirs.get(AS_RECEIVED):
        for name in ("quantity", "shipped", "ordered"):
            laid |= {name: _spelt(laid[name], theirs)} if name in laid else {}
        for name in ("statuses", "schedules"):
            laid |= {name: [_spelt(one, theirs) for one in laid[name]]} if name in laid else {}
    return laid


def _spelt(ours: Any, theirs: Document) -> Any:
    """A quantity whose unit is the order's, in the code that the order had for it."""
    if not isinstance(ours, Mapping) or ours.get("unit") is None or ours["unit"] != theirs.get("unit"):
        return ours
    return {AS_RECEIVED: theirs[AS_RECEIVED], **ours}


def _laid(ours: Document, theirs: Document, names: Sequence[str]) -> dict[str, Any]:
    laid = dict(ours)
    for name in names:
        value = theirs.get(name)
        if value is None or value in ((), []):
            continue
        held = laid.get(name)
        if held is None or held in ((), []):
            laid[name] = value
        elif isinstance(value, list | tuple) and isinstance(held, list | tuple):
            said = {_key(one) for one in held if isinstance(one, Mapping)}
            laid[name] = [*held, *(one for one in value if isinstance(one, Mapping) and _key(one) not in said)]
    return laid


__all__ = ["HEADER", "LINES", "RELATED", "Absent", "Ambiguous", "Related", "Trouble", "dig", "echoed"]
