"""What an invoice's total is made of: lines, charges, taxes, and the formula that adds them.

A formula names parts with plus and minus: `lines + charges + line_charges + taxes`, which is the default. A format whose lines
hold their charges already names its own in its mapping (`write: "total($, lines + charges + taxes)"`), and an agreement's fact
`invoice_total` stands over both. Allowances count below nothing. Services (SAC*N) are never money; what is billed back or told
for information is settled apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, reduce
from typing import Any

from gateway.translate.numbers import EXACT, extend
from gateway.translate.rules import Apart, Call, Constant, Object, Scalar

DEFAULT_FORMULA = "lines + charges + line_charges + taxes"
FORMULA_TERM = ("agreement", "invoice_total")
"""The fact of an agreement that names another formula."""
TOTAL = "total"
"""The call that writes the formula's total where the document says none: `write: "total($)"`."""
FACT = FORMULA_TERM[1]
AMOUNTS = ("prepaid", "rounding")
"""Parts that stand among the invoice's amounts, by their kind."""
NAMES = ("lines", "charges", "line_charges", "taxes", "discount", *AMOUNTS)
NOTHING = Decimal(0)
CENT = Decimal("0.01")

APART = frozenset({"bill_back", "vendor_check", "credit_customer_account", "information_only", "non_payable_tax"})
"""Ways of settling (SAC12) that leave the invoice's total alone."""
TAX_CODES = ("H590", "H850")
"""Codes of element 1300 that name taxes: from the first to the last."""
TAX_TOLD = frozenset({"I", "O", "D"})
"""Relationships (TXI07) of a tax that is included, told only, or taken out."""


@dataclass(slots=True)
class Share:
    """One part of a total."""

    amounts: Sequence[Decimal]

    @property
    def exact(self) -> Decimal:
        """As its amounts add up."""
        return reduce(EXACT.add, self.amounts, NOTHING)

    @property
    def rounded(self) -> Decimal:
        """The same with each amount rounded to cents."""
        return reduce(EXACT.add, (amount.quantize(CENT, ROUND_HALF_UP, EXACT) for amount in self.amounts), NOTHING)


@lru_cache(maxsize=64)
def terms_of(formula: str) -> tuple[tuple[int, str], ...] | None:
    """The parts of a formula with their signs; None where it cannot be read."""
    found = re.findall(r"\s*([+-]?)\s*([a-z_]+)", formula)
    if "".join(sign + name for sign, name in found) != "".join(formula.split()) or not found:
        return None
    return None if any(name not in NAMES for _, name in found) else tuple((-1 if sign == "-" else 1, name) for sign, name in found)


def parts_of(invoice: Mapping[str, Any], terms: Iterable[tuple[int, str]]) -> dict[str, Share] | None:
    """The parts of an invoice's total that a formula names; None where a price cannot be extended or a percentage has no amount."""
    lines = [line for line in invoice.get("lines") or () if isinstance(line, dict)]
    extended = [amount for line in lines if isinstance(amount := line.get("amount"), Decimal)]
    summary = _charges(invoice)
    of_lines = [charge for line in lines if "charges" in line for charge in _charges(line)]
    if len(extended) < len(lines) or not all(map(_known, (*summary, *of_lines))):
        return None
    taxes = _taxes(invoice, lines)
    parts: dict[str, Share] = {}
    for _, name in terms:
        amounts: Sequence[Decimal]
        if name == "lines":
            amounts = extended
        elif name == "charges":
            amounts = [_signed(charge) for charge in summary if not (taxes and _is_tax(charge))]
        elif name == "line_charges":
            codes = {_code(charge) for charge in summary}
            amounts = [_signed(charge) for charge in of_lines if _code(charge) not in codes and not (taxes and _is_tax(charge))]
        elif name == "taxes":
            amounts = taxes
        elif name == "discount":
            amounts = [invoice["discount"]] if isinstance(invoice.get("discount"), Decimal) else []
        else:
            amounts = _told(invoice, name)
        parts[name] = Share(amounts)
    return parts


def formula_of(fields: Object) -> str | None:
    """The formula that a mapping's own rules name for the total, as the argument of `total($, ...)`."""
    for one in fields.fields:
        written = one.rule.write if isinstance(one.rule, Apart) else None
        source = written.sources[0] if isinstance(written, Scalar) and written.sources else None
        if isinstance(source, Call) and source.name == TOTAL and source.arguments and isinstance(source.arguments[0], Constant):
            return str(source.arguments[0].value)
    return None


def total_of(invoice: Mapping[str, Any], formula: str) -> Decimal | None:
    """What the formula comes to, in cents; None where a part is not known. Lines without an amount are extended."""
    terms = terms_of(formula)
    lines = [_extended(line) for line in invoice.get("lines") or () if isinstance(line, Mapping)]
    parts = parts_of({**invoice, "lines": lines}, terms) if terms is not None else None
    if terms is None or parts is None:
        return None
    exact = NOTHING
    for sign, name in terms:
        exact = EXACT.add(exact, sign * parts[name].exact)
    return exact.quantize(CENT, ROUND_HALF_UP, EXACT)


def _extended(line: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(line.get("amount"), Decimal):
        return dict(line)
    return {**line, "amount": extend(line.get("quantity"), line.get("price"))}


def arithmetic(terms: Sequence[tuple[int, str]], parts: Mapping[str, Share]) -> str:
    """The sum as people read it; parts that come to nothing are left out, but for the first."""
    shown = ""
    for sign, name in terms:
        value = parts[name].exact.normalize() if sign > 0 else -parts[name].exact.normalize()
        if shown and not value:
            continue
        mark = (" - " if value < 0 else " + ") if shown else ("-" if value < 0 else "")
        exact = abs(value)
        shown += f"{mark}{name.replace('_', ' ')} {exact.quantize(CENT) if exact == exact.quantize(CENT) else exact:f}"
    return shown


def _told(invoice: Mapping[str, Any], kind: str) -> list[Decimal]:
    """What the invoice tells as an amount of a kind."""
    amounts = [one for one in invoice.get("amounts") or () if isinstance(one, Mapping) and one.get("kind") == kind]
    return [one["amount"] for one in amounts if isinstance(one.get("amount"), Decimal)]


def _charges(holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [charge for charge in holder.get("charges") or () if isinstance(charge, dict) and charge.get("handling") not in APART]


def _known(charge: Mapping[str, Any]) -> bool:
    return isinstance(charge.get("amount"), Decimal) or not ("percent" in charge or "rate" in charge)


def _signed(charge: Mapping[str, Any]) -> Decimal:
    amount = charge.get("amount")
    if not isinstance(amount, Decimal):
        return NOTHING
    return -amount if charge.get("kind") == "allowance" else amount


def _code(charge: Mapping[str, Any]) -> tuple[Any, Any]:
    return charge.get("code"), charge.get("agency_code")


def _is_tax(charge: Mapping[str, Any]) -> bool:
    return TAX_CODES[0] <= str(charge.get("code") or "") <= TAX_CODES[1]


def _taxes(invoice: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[Decimal]:
    """The taxes of the whole, with those on its charges; those of the lines only where the whole names none."""
    found = list(_amounts(invoice))
    return found or [amount for line in lines for amount in _amounts(line)]


def _amounts(holder: Mapping[str, Any]) -> Iterator[Decimal]:
    taxes = [*(holder.get("taxes") or ()), *(tax for charge in _charges(holder) for tax in charge.get("taxes") or ())]
    for tax in taxes:
        if isinstance(tax.get("amount"), Decimal) and tax.get("relationship") not in TAX_TOLD:
            yield tax["amount"]
