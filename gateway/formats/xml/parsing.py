"""The one way XML is parsed: nothing is loaded, resolved or expanded, and sizes are bounded.

A DOCTYPE, as cXML has one, is taken out before parsing: so an entity that nobody declared is a mistake with its line, and never
silently nothing. Files that declare entities are refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from gateway.edi.finding import Finding, Location
from gateway.formats.xml.codes import CODES

PROLOG_LIMIT = 256 * 1024
"""Bytes before the root element."""

_AHEAD = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<[^\s!?/>=\"'&<]+[\s/>]")
_NOT_A_LINE = re.compile(rb"[^\r\n]")
_SIXTEEN = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""Beginnings of UTF-16, with a byte order mark and without."""


class Refused(Exception):
    """The file cannot be read: the finding that says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def options(encoding: str | None = None) -> dict[str, Any]:
    """What every parser of ours is made with."""
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
        "encoding": encoding,
    }


def parser() -> etree.XMLParser:
    """A parser for small texts of ours, such as schemas."""
    return etree.XMLParser(**options(), remove_comments=True, remove_pis=True)


def opened(chunks: Iterable[bytes]) -> tuple[str | None, Iterator[bytes]]:
    """A file without its DOCTYPE, and the encoding to read it in where it is not the declared one. Raises Refused."""
    stream = iter(chunks)
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= 4:
            break
    sixteen = _SIXTEEN.get(head[:2])
    encoding = None
    if sixteen is not None:
        encoding = "utf-8"
        stream = _as_utf8(head, stream, sixteen)
        head = b""
    if head.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
        head = head[3:]
    return encoding, _without_doctype(head, stream)


def _without_doctype(head: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    at = 0
    while True:
        while found := _AHEAD.match(head, at):
            at = found.end()
        doctype = _DOCTYPE.match(head, at)
        if doctype is not None:
            if b"<!ENTITY" in doctype.group():
                raise Refused(CODES["xml-entity"].finding(Location(line=head.count(b"\n", 0, at) + 1)))
            # as many lines as before, so that all behind it keep their number
            head = head[:at] + _NOT_A_LINE.sub(b" ", doctype.group()) + head[doctype.end() :]
            at = doctype.end()
            continue
        if _ROOT.match(head, at):
            break
        if len(head) > PROLOG_LIMIT:
            raise Refused(CODES["xml-doctype-long"].finding(Location(line=1), limit=PROLOG_LIMIT))
        chunk = next(stream, None)
        if chunk is None:
            break
        head += chunk
    yield head
    yield from stream


def _as_utf8(head: bytes, stream: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield decoder.decode(head).removeprefix("\ufeff").encode()
        for chunk in stream:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        raise Refused(CODES["xml-encoding"].finding(Location(line=1), problem="it begins as UTF-16 and goes on otherwise")) from None


def first_error(log: Any) -> Finding | None:
    """What libxml2 was not content with, with line and column; warnings do not count."""
    for entry in log:
        if entry.level_name == "WARNING":
            continue
        at = Location(line=max(entry.line, 1), column=max(entry.column, 1))
        code = "xml-encoding" if "encoding" in entry.message.lower() else "xml-malformed"
        return CODES[code].finding(at, problem=" ".join(entry.message.split())[:200])
    return None
