"""Numbers: Decimal only, never float; what is no number is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from gateway.translate.conversion import Noted, Unconvertible

# a number of an X12 element has at most 18 digits, one of a file a few more; a context that never rounds those
EXACT = Context(prec=60)
ONE = Decimal(1)

PLAIN = re.compile(r"-?(?:\d{1,40}(?:\.\d{0,20})?|\.\d{1,20})", re.ASCII)
"""A number as `decimal` reads it."""
_IMPLIED = re.compile(r"-?\d{1,40}", re.ASCII)

BASES = {
    "each": Decimal(1),
    "unit": Decimal(1),
    "measure": Decimal(1),
    "pair": Decimal(2),
    "ten": Decimal(10),
    "dozen": Decimal(12),
    "gross": Decimal(144),
    "hundred": Decimal(100),
    "thousand": Decimal(1000),
    "ten_thousand": Decimal(10_000),
    "hundred_thousand": Decimal(100_000),
    "million": Decimal(1_000_000),
}
"""Bases of a price that count pieces, by name or by what stands behind the last underscore (`catalog_each`)."""

MEASURES = {
    "pound": ("LBR", 1),
    "kilogram": ("KGM", 1),
    "ounce": ("ONZ", 1),
    "gram": ("GRM", 1),
    "ton": ("STN", 1),
    "liter": ("LTR", 1),
    "milliliter": ("MLT", 1),
    "foot": ("FOT", 1),
    "hundred_feet": ("FOT", 100),
    "thousand_feet": ("FOT", 1000),
    "yard": ("YRD", 1),
    "thousand_square_feet": ("FTK", 1000),
    "troy_ounce": ("APZ", 1),
}
"""Bases that measure: they say an amount only where the quantity stands in the same unit."""


def size_of(basis: str | None, unit: str | None = None) -> Decimal | None:
    """How many of the unit ordered a price in this basis buys; None where that takes a weight or pack we do not have."""
    if not basis:
        return Decimal(1)
    if basis in MEASURES:
        measure, size = MEASURES[basis]
        return Decimal(size) if unit == measure else None
    if basis in BASES:
        return BASES[basis]
    if basis != basis.lower():
        return None  # a code that no table knows
    return BASES.get(basis.rpartition("_")[2], Decimal(1))


def read_decimal(text: str, point: str = ".", grouping: str = "") -> Decimal:
    """A number with digits and at most one point; `decimal(",", ".")` reads a decimal comma and points between thousands."""
    text = text.strip()
    if grouping and grouping in text:
        # 12.50 among decimal commas is no 1250: what stands between thousands has three digits behind it
        whole, mark, rest = text.partition(point)
        first, *groups = whole.removeprefix("-").split(grouping)
        if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
            raise Unconvertible("decimal-invalid", expected=f"digits, '{grouping}' between thousands and one '{point}'")
        text = whole.replace(grouping, "") + mark + rest
    if point != ".":
        if "." in text:
            raise Unconvertible("decimal-invalid", expected=f"digits and one '{point}'")
        text = text.replace(point, ".")
    if not PLAIN.fullmatch(text):
        raise Unconvertible("decimal-invalid", expected="digits and one point" if point == "." else f"digits and one '{point}'")
    return Decimal(text)


def write_decimal(value: Decimal, point: str = ".", grouping: str = "") -> str:
    """The number with no zeros that say nothing; groups are not written."""
    del grouping
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        text = "0"
    return text if point == "." else text.replace(".", point)


def read_integer(text: str) -> int:
    """A whole number."""
    text = text.strip()
    if not _IMPLIED.fullmatch(text):
        raise Unconvertible("integer-invalid", expected="digits only")
    return int(text)


def write_integer(value: int) -> str:
    """The whole number as digits."""
    return str(value)


def read_implied(text: str, digits: int) -> Decimal | Noted:
    """A number whose last digits stand behind a point that is not sent (element type Nn): 5887 with implied(2) is 58.87."""
    text = text.strip()
    if _IMPLIED.fullmatch(text):
        return Decimal(text).scaleb(-digits, EXACT)
    if PLAIN.fullmatch(text):
        return Noted(Decimal(text), "implied-point-sent", {"digits": digits})
    raise Unconvertible("decimal-invalid", expected=f"digits only, the last {digits} of them decimals")


def write_implied(value: Decimal, digits: int) -> str:
    """The number without its point; Unconvertible where it has more decimals."""
    scaled = EXACT.scaleb(value, digits)
    if scaled != scaled.to_integral_value():
        raise Unconvertible("decimal-invalid", expected=f"at most {digits} decimals")
    return str(int(scaled))


def read_sign(value: Any, code: str | None = None, *negative: str) -> Any:
    """A sign that stands elsewhere: behind the number (12.50-, 12.50CR), or in a code: sign(BIG.07, CR, CD) is negative for CR and CD."""
    if isinstance(value, str):
        text = value.strip()
        for suffix in ("-", "CR", "DB", "DR"):
            if text.endswith(suffix) and len(text) > len(suffix):
                rest = text[: -len(suffix)].strip()
                return "-" + rest if suffix in ("-", "CR") else rest
        return text
    return -value if code in negative else value


def write_sign(value: Any, code: str | None = None, *negative: str) -> Any:
    """The number as it is sent beside that code; a sign in front stays in front."""
    if isinstance(value, str):
        return value
    return -value if code in negative else value


def read_scale(value: Decimal, factor: Decimal) -> Decimal:
    """The number times a factor, as scale(0.01) for cents."""
    return EXACT.multiply(value, factor)


def write_scale(value: Decimal, factor: Decimal) -> Decimal:
    """The number divided by the factor; Unconvertible where that does not end."""
    result = EXACT.divide(value, factor)
    if EXACT.multiply(result, factor) != value:
        raise Unconvertible("decimal-invalid", expected=f"a multiple of {factor}")
    return result


def read_per(value: Decimal, basis: str | None) -> Decimal | None:
    """A price per hundred, thousand, dozen ... as the price of one; nothing where the basis does not count pieces."""
    size = size_of(basis)
    return None if size is None else EXACT.divide(value, size)


def write_per(value: Decimal, basis: str | None) -> Decimal | None:
    """The price of one as the price per basis."""
    size = size_of(basis)
    return None if size is None else EXACT.multiply(value, size)


def read_round(value: Decimal, digits: int) -> Decimal:
    """The number with so many decimals, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT)


def total(values: Sequence[Any]) -> Decimal:
    """The sum of numbers; of none it is 0."""
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value if isinstance(value, Decimal) else read_decimal(str(value)))
    return result


def count(values: Sequence[Any]) -> int:
    """How many values a path finds."""
    return len(values)


def extend(quantity: Any, price: Any) -> Decimal | None:
    """Quantity times price in the basis of the price (each, hundred ...); nothing where that needs a weight we do not have."""
    if isinstance(quantity, dict):
        unit, quantity = quantity.get("unit"), quantity.get("value")
    else:
        unit = None
    size: Decimal | None = ONE
    if isinstance(price, dict):
        per = price.get("per")
        if per is not None:
            size = per.get("quantity") if per.get("unit") in (None, unit) else None
        elif (basis := price.get("basis")) is not None:
            size = size_of(basis, unit)
        price = price.get("amount")
    if not isinstance(quantity, Decimal) or not isinstance(price, Decimal) or not size:
        return None
    product = EXACT.multiply(quantity, price)
    return product if size == ONE else EXACT.divide(product, size)
