"""The formats there are, besides X12: to add one is a line here."""

from __future__ import annotations

from gateway.formats.delimited.format import Delimited
from gateway.formats.excel.format import Excel
from gateway.formats.fixed.format import Fixed
from gateway.formats.format import Format
from gateway.formats.json.format import Json
from gateway.formats.xml.format import Xml

FORMATS: tuple[Format, ...] = (Delimited(), Fixed(), Excel(), Xml(), Json())
"""Every syntax that a mapping's `format:` can declare."""

_BY_KIND = {one.kind: one for one in FORMATS}
KINDS = frozenset(_BY_KIND)


def format_of(kind: str) -> Format | None:
    """The format of a kind; None where there is none."""
    return _BY_KIND.get(kind)
