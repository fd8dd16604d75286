"""The closed table of conversions that a mapping may call, each with its inverse or None and an example that a test runs."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from gateway.translate import dates, identifiers, numbers, texts
from gateway.translate.conversion import Conversion, Example, Parameter


def code(value: str, table: Any) -> Any:
    """A code by a code table; a code that the table does not have is held, warned of, passed or replaced, as the table says."""
    return table.read(value)


def write_code(value: str, table: Any) -> Any:
    """The one code that the table writes for a canonical value."""
    return table.write(value)


def lookup(value: str, table: Any, *keys: Any) -> Any:
    """A value by a cross-reference table whose rows may have further keys: lookup(items, partner.id)."""
    return table.read(value, *keys)


def write_lookup(value: str, table: Any, *keys: Any) -> Any:
    """The value that the table writes for a canonical one and its keys."""
    return table.write(value, *keys)


_N = Parameter("digits", "number")
_WIDTH = Parameter("width", "number")
_VALUES = Parameter("value", "value", several=True)
_NUMERIC = ("R", "N", "N0", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "AN")
_IMPLIED = tuple(f"N{n}" for n in range(10))
_TEXT = ("AN", "ID")

CONVERSIONS: dict[str, Conversion] = {
    conversion.name: conversion
    for conversion in (
        Conversion(
            "date",
            dates.read_date,
            dates.write_date,
            Example((), "251231", date(2025, 12, 31)),
            (Parameter("form", "word", optional=True),),
            gives="date",
            elements=("DT", "AN"),
        ),
        Conversion(
            "time", dates.read_time, dates.write_time, Example((), "16002650", time(16, 0, 26, 500_000)), gives="any", elements=("TM", "AN")
        ),
        Conversion(
            "iso_date",
            dates.read_iso_date,
            dates.write_iso_date,
            Example(("T12:00:00Z",), "2025-12-31T12:00:00Z", date(2025, 12, 31)),
            (Parameter("behind", "word", optional=True),),
            gives="date",
            elements=("AN",),
        ),
        Conversion(
            "iso_time", dates.read_iso_time, dates.write_iso_time, Example((), "16:00:26", time(16, 0, 26)), gives="any", elements=("AN",)
        ),
        Conversion(
            "range",
            dates.read_range,
            dates.write_range,
            Example((), "20250101-20250131", {"start": date(2025, 1, 1), "end": date(2025, 1, 31)}),
            gives="any",
            elements=("AN",),
        ),
        Conversion("zone", dates.read_zone, dates.write_zone, Example((), "ET", "America/New_York"), elements=_TEXT),
        Conversion(
            "decimal",
            numbers.read_decimal,
            numbers.write_decimal,
            Example((",", "."), "1.234,50", Decimal("1234.50")),
            (Parameter("point", "word", optional=True), Parameter("grouping", "word", optional=True)),
            gives="number",
            elements=("R", "N0", "AN"),
        ),
        Conversion(
            "integer", numbers.read_integer, numbers.write_integer, Example((), "0060", 60), gives="any", elements=("N0", "R", "AN")
        ),
        Conversion(
            "implied",
            numbers.read_implied,
            numbers.write_implied,
            Example((2,), "5887", Decimal("58.87")),
            (_N,),
            gives="number",
            elements=(*_IMPLIED, "AN"),
        ),
        Conversion(
            "sign",
            numbers.read_sign,
            numbers.write_sign,
            Example((), "12.50-", "-12.50"),
            (Parameter("code", "value", optional=True), Parameter("negative", "word", optional=True, several=True)),
            takes="any",
            gives="any",
            elements=_NUMERIC,
        ),
        Conversion(
            "scale",
            numbers.read_scale,
            numbers.write_scale,
            Example((Decimal("0.01"),), Decimal(250), Decimal("2.50")),
            (Parameter("factor", "number"),),
            "number",
            "number",
        ),
        Conversion(
            "per",
            numbers.read_per,
            numbers.write_per,
            Example(("hundred",), Decimal(250), Decimal("2.50")),
            (Parameter("basis", "value"),),
            "number",
            "number",
        ),
        Conversion("round", numbers.read_round, None, Example((2,), Decimal("1.005"), Decimal("1.01")), (_N,), "number", "number"),
        Conversion("code", code, write_code, Example(("unit",), "CA", "XCS"), (Parameter("table", "table"),), elements=(*_TEXT, "N0")),
        Conversion("lookup", lookup, write_lookup, Example(("items", "acme"), "A-1", "4711"), (Parameter("table", "table"), _VALUES)),
        Conversion(
            "gtin",
            identifiers.read_gtin,
            identifiers.write_gtin,
            Example((12,), "04210000526", "00042100005264"),
            (Parameter("width", "number", optional=True),),
            elements=_TEXT,
        ),
        Conversion(
            "sscc",
            identifiers.read_sscc,
            identifiers.write_sscc,
            Example((20,), "00006141411234567890", "006141411234567890"),
            (Parameter("width", "number", optional=True),),
            elements=_TEXT,
        ),
        Conversion("trim", texts.trim, texts.as_sent, Example((), " A ", "A")),
        Conversion("upper", texts.upper, None, Example((), "ea", "EA")),
        Conversion("lower", texts.lower, None, Example((), "EA", "ea")),
        Conversion(
            "pad",
            texts.read_pad,
            texts.write_pad,
            Example((6, "0", "left"), "000042", "42"),
            (_WIDTH, Parameter("fill", "word", optional=True), Parameter("side", "word", optional=True)),
        ),
        Conversion("strip_zeros", texts.strip_zeros, texts.as_sent, Example((), "0042", "42")),
        Conversion(
            "substring",
            texts.substring,
            None,
            Example((1, 3), "ABCDE", "ABC"),
            (Parameter("start", "number"), Parameter("length", "number", optional=True)),
        ),
        Conversion(
            "split",
            texts.read_split,
            texts.write_split,
            Example((",",), "red, blue", ["red", "blue"]),
            (Parameter("mark", "word"),),
            gives="any",
        ),
        Conversion("phone", texts.phone, texts.as_sent, Example((), "(555) 123-4567 ext. 12", "5551234567x12")),
        Conversion("country2", identifiers.country2, texts.as_sent, Example((), "MEX", "MX"), elements=_TEXT),
        Conversion("country3", identifiers.country3, texts.as_sent, Example((), "MX", "MEX"), elements=_TEXT),
        Conversion(
            "flag",
            texts.flag,
            texts.write_flag,
            Example(("Y", "N"), "Y", True),
            (Parameter("yes", "word", optional=True), Parameter("no", "word", optional=True)),
            gives="any",
        ),
        Conversion("first", texts.first, None, Example((), ["A", "B"], "A"), (), "any", "any", "all"),
        Conversion("last", texts.last, None, Example((), ["A", "B"], "B"), (), "any", "any", "all"),
        Conversion(
            "join",
            texts.join,
            None,
            Example((", ",), ["A", "B"], "A, B"),
            (Parameter("mark", "word", optional=True),),
            "any",
            "text",
            "all",
        ),
        Conversion(
            "lines",
            texts.read_lines,
            texts.write_lines,
            Example((80,), ["Ring the bell.", "Dock 4."], "Ring the bell.\nDock 4."),
            (_WIDTH,),
            "text",
            "text",
            "all",
        ),
        Conversion("sum", numbers.total, None, Example((), [Decimal("1.50"), Decimal(2)], Decimal("3.50")), (), "number", "number", "all"),
        Conversion("count", numbers.count, None, Example((), ["A", "B"], 2), (), "any", "any", "all"),
        Conversion("concat", texts.concat, None, Example(("A", "-", "B"), None, "A-B"), (_VALUES,), "any", "text", "call"),
        Conversion("coalesce", texts.coalesce, None, Example((None, "B"), None, "B"), (_VALUES,), "any", "any", "call"),
        Conversion(
            "extend",
            numbers.extend,
            None,
            Example(({"value": Decimal(200)}, {"amount": Decimal("12.50"), "basis": "hundred"}), None, Decimal(25)),
            (Parameter("quantity", "value"), Parameter("price", "value")),
            "number",
            "number",
            "call",
        ),
    )
}
