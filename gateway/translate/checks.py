"""What a document says about itself: totals against lines, parts against the whole. A difference is told with the arithmetic.

Pure: a mapped document, the facts and tolerances of its agreement, and what was found. Nothing here changes a document or
holds it: whose figures are right is for people, and an agreement may say that one of these codes is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from typing import Any

from gateway.edi.finding import Finding, Location, Severity
from gateway.translate.codes import CODES
from gateway.translate.numbers import EXACT
from gateway.translate.totals import DEFAULT_FORMULA, FACT, arithmetic, parts_of, terms_of

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure that does not agree with the others: its field, the code of the finding and its facts."""

    code: str
    field: str
    value: Decimal
    facts: Mapping[str, object]


Facts = Mapping[str, str]


def doubts(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """Everything about a document that does not agree with itself, by the checks of its type."""
    for check in CHECKS.get(str(document.get("document_type")), ()):
        yield from check(document, facts, tolerances)


def told(
    document: Mapping[str, Any],
    facts: Facts,
    tolerances: Mapping[str, str],
    severities: Mapping[str, Severity] | None,
    place: Callable[[str], Location],
) -> list[Finding]:
    """The doubts as findings; `place` says where in what was received a field stands."""
    return [
        CODES[doubt.code].finding(place(doubt.field), f"{doubt.value:f}", severities, field=doubt.field, **doubt.facts)
        for doubt in doubts(document, facts, tolerances)
    ]


# ------------------------------------------------------------ invoice


def _invoice_total(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """The total against the formula that the agreement's fact `invoice_total` names, else the mapping, else against the default one."""
    total = document.get("total")
    formula = facts.get(FACT, DEFAULT_FORMULA)
    terms = terms_of(formula)
    parts = parts_of(document, terms) if terms is not None else None
    if not isinstance(total, Decimal) or terms is None or parts is None:
        if terms is None and isinstance(total, Decimal):
            yield Doubt("total-formula", "total", total, {"formula": formula})
        return
    allowed = _allowed(tolerances.get("total"), total)

    def differs(come: Decimal) -> bool:
        return abs(EXACT.subtract(total, come.quantize(CENT, ROUND_HALF_UP, EXACT))) > allowed

    exact = _sum(EXACT.multiply(sign, parts[name].exact) for sign, name in terms)
    # lines may be rounded one by one or only their sum; either is common
    if differs(exact) and differs(_sum(EXACT.multiply(sign, parts[name].rounded) for sign, name in terms)):
        come = exact.quantize(CENT, ROUND_HALF_UP, EXACT)
        difference = EXACT.subtract(total, come)
        yield Doubt(
            "total-differs", "total", total, {"arithmetic": arithmetic(terms, parts), "come": f"{come:f}", "difference": f"{difference:f}"}
        )


def _invoice_signs(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """A total below nothing where no kind says that it is a credit."""
    del facts, tolerances
    total = document.get("total")
    if isinstance(total, Decimal) and total < 0:
        yield Doubt("total-negative", "total", total, {"kind": document.get("kind") or "invoice"})


def _allowed(tolerance: str | None, of: Decimal) -> Decimal:
    """A tolerance as written (`0.05` or `2%`) as an amount."""
    if not tolerance:
        return Decimal(0)
    if tolerance.endswith("%"):
        return abs(EXACT.multiply(of, EXACT.divide(Decimal(tolerance[:-1].strip()), Decimal(100))))
    return Decimal(tolerance)


# ------------------------------------------------------------ parts against the whole


def _schedules(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """The quantities by place, or by date, of each line against the line's; both at once say the same twice and are not added."""
    del facts, tolerances
    for number, line in enumerate(_items(document, "lines"), 1):
        schedules = _items(line, "schedules")
        if not schedules:  # as most lines
            continue
        quantity = _quantity(line)
        placed = {"location" in one for one in schedules}
        if quantity is None or len(placed) > 1 or not _one_unit(schedules, line.get("quantity"), "unit"):
            continue
        yield from _compared("schedules-differ", f"lines.{number}.quantity.value", quantity, [one.get("quantity") for one in schedules])


def _statuses(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """What is said of a line's parts never comes to more than the line."""
    del facts, tolerances
    for number, line in enumerate(_items(document, "lines"), 1):
        quantity = _quantity(line)
        statuses = [one for one in _items(line, "statuses") if isinstance(one.get("quantity"), Decimal)]
        if quantity is None or len(statuses) < 2 or not _one_unit(statuses, line.get("quantity"), "unit"):
            continue
        total = _sum(one["quantity"] for one in statuses)
        if total > quantity:
            yield Doubt("statuses-exceed", f"lines.{number}.quantity.value", quantity, {"total": f"{total:f}"})


def _contents(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """What the contents rows say of a line against what the line says is shipped."""
    del facts, tolerances
    rows: dict[Any, list[Mapping[str, Any]]] = {}
    for row in _items(document, "contents"):
        rows.setdefault(row.get("line"), []).append(row)
    for number, line in enumerate(_items(document, "lines"), 1):
        own = rows.get(line.get("ordinal"))
        shipped = line.get("shipped")
        value = shipped.get("value") if isinstance(shipped, dict) else None
        if own is None or not isinstance(value, Decimal):
            continue
        if len(own) == 1 and own[0].get("quantity") == value:  # as most lines
            continue
        if _one_unit(own, shipped, "unit_of_measure"):
            yield from _compared("contents-differ", f"lines.{number}.shipped.value", value, [row.get("quantity") for row in own])


def _remittance(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
    """The payment against what is paid of each item and adjusted besides."""
    del facts
    total = document.get("amount")
    payers = _items(document, "entities")
    items = [item for payer in payers for item in _items(payer, "items")]
    paid = [item.get("paid") for item in items]
    if not isinstance(total, Decimal) or not paid or not all(isinstance(one, Decimal) for one in paid):
        return
    adjusted = [one.get("amount") for payer in payers for one in _items(payer, "adjustments")]
    come = _sum(one for one in (*paid, *adjusted) if isinstance(one, Decimal))
    if abs(EXACT.subtract(total, come)) > _allowed(tolerances.get("total"), total):
        yield Doubt("remittance-differs", "amount", total, {"total": f"{come:f}", "count": len(items)})


def _units(field: str) -> Callable[[Mapping[str, Any], Facts, Mapping[str, str]], Iterator[Doubt]]:
    """A warehouse document's total of units against the `field` of its lines, in groups or not."""

    def check(document: Mapping[str, Any], facts: Facts, tolerances: Mapping[str, str]) -> Iterator[Doubt]:
        del facts, tolerances
        total = (document.get("totals") or {}).get("units")
        lines = [*_items(document, "lines"), *(line for group in _items(document, "groups") for line in _items(group, "lines"))]
        values = [line[field].get("value") if isinstance(line.get(field), dict) else None for line in lines]
        if isinstance(total, Decimal) and values and len({str((line.get(field) or {}).get("unit")) for line in lines}) == 1:
            yield from _compared("units-differ", "totals.units", total, values)

    return check


def _compared(code: str, field: str, whole: Decimal, parts: list[Any]) -> Iterator[Doubt]:
    if parts and all(isinstance(part, Decimal) for part in parts):
        total = _sum(parts)
        if total != whole:
            yield Doubt(code, field, whole, {"total": f"{total:f}", "count": len(parts)})


def _quantity(line: Mapping[str, Any]) -> Decimal | None:
    quantity = line.get("quantity")
    value = quantity.get("value") if isinstance(quantity, dict) else None
    return value if isinstance(value, Decimal) else None


def _one_unit(parts: list[Mapping[str, Any]], whole: Any, name: str) -> bool:
    """Whether parts and whole count the same unit; a part that names none counts the whole's."""
    unit = whole.get("unit") if isinstance(whole, dict) else None
    return all(part.get(name) in (None, unit) for part in parts)


def _items(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _sum(values: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, values, Decimal(0))


CHECKS: dict[str, tuple[Callable[[Mapping[str, Any], Facts, Mapping[str, str]], Iterator[Doubt]], ...]] = {
    "invoice": (_invoice_total, _invoice_signs),
    "purchase_order": (_schedules,),
    "purchase_order_acknowledgment": (_schedules, _statuses),
    "purchase_order_change_acknowledgment": (_statuses,),
    "ship_notice": (_contents,),
    "remittance": (_remittance,),
    "warehouse_order": (_units("ordered"),),
    "warehouse_shipment": (_units("shipped"),),
    "stock_transfer": (_units("shipped"),),
    "receipt": (_units("received"),),
}
"""The checks of each type of document."""
