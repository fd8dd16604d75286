"""Documents held against the agreed XML schema; schemas are read from the library alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from gateway.edi.finding import Finding, Location
from gateway.formats.xml.codes import CODES
from gateway.formats.xml.parsing import parser

if TYPE_CHECKING:
    from gateway.formats.xml.places import Places
    from gateway.formats.xml.settings import XmlSettings

SHOWN = 20
"""Findings of one document."""

_LOCATION = re.compile(r"""schemaLocation\s*=\s*["']([^"']+)["']""")


class SchemaBroken(Exception):
    """The schema is none."""


class _FromTexts(etree.Resolver):
    """Gives what a schema includes from the texts that were loaded with it; nothing else is ever opened."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def resolve(self, url: str, _: Any, context: Any) -> Any:  # type: ignore[override]  # as lxml calls it
        name = posixpath.normpath(url)
        return self.resolve_string(self.texts.get(name, ""), context, base_url=name)


def texts_of(name: str, text: Callable[[str], str]) -> dict[str, str]:
    """A schema and all that it includes or imports, by logical name; `text` reads one and raises LookupError."""
    found: dict[str, str] = {}
    wanted = [name]
    while wanted:
        one = wanted.pop()
        if one not in found:
            found[one] = text(one)
            folder = posixpath.dirname(one)
            wanted += [posixpath.normpath(posixpath.join(folder, inner)) for inner in _LOCATION.findall(found[one])]
    return found


def compiled(name: str, texts: Mapping[str, str]) -> etree.XMLSchema:
    """The schema, ready. Raises SchemaBroken."""
    return _compiled(name, tuple(sorted(texts.items())))


@lru_cache(maxsize=32)
def _compiled(name: str, texts: tuple[tuple[str, str], ...]) -> etree.XMLSchema:
    by_name = dict(texts)
    reads = parser()
    reads.resolvers.add(_FromTexts(by_name))
    try:
        return etree.XMLSchema(etree.fromstring(by_name[name].encode(), reads, base_url=name))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise SchemaBroken(str(error)) from None


def against_schema(element: Any, settings: XmlSettings, places: Places) -> list[Finding]:
    """What of a document its schema refuses, with line and XPath."""
    if not settings.schemas:
        return []
    schema = compiled(settings.xsd, settings.schemas)
    if schema.validate(element):
        return []
    findings = []
    errors: Any = schema.error_log
    for error in list(errors)[:SHOWN]:
        said = re.sub(r"\{[^}]*\}", "", error.message)
        findings.append(CODES["xml-schema"].finding(Location(line=error.line, field=error.path or places.path), problem=said[:300]))
    return findings
