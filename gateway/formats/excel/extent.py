"""What a sheet holds that its values do not tell, looked up before it is opened: how far it reaches, errors, hidden rows.

Opening a sheet makes a table of its whole extent, and leaves errors and formulas without result empty; so both are found here.
"""

from __future__ import annotations

import html
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

CELLS_LIMIT = 2_000_000
"""Cells from the first row and column to the last."""
INFLATED_LIMIT = 256 * 1024 * 1024
"""Bytes of all parts of a workbook, unpacked."""
TEXT_LIMIT = 128 * 1024 * 1024
"""Bytes of all texts of a sheet: one text may stand in many cells."""
PIECE = 1 << 18
ENTRIES_LIMIT = 10_000


class TooLarge(Exception):
    """The workbook would take more memory than a file may; says why."""


@dataclass(slots=True)
class Extent:
    """How far a sheet reaches (rows and columns from 1), and places (row, column) of what must not be read as empty."""

    rows: int = 0
    columns: int = 0
    text: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)

    def cell(self, row: int, column: int, text: int = 0) -> None:
        """Notes a cell; raises TooLarge where the sheet reaches too far."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.text += text
        if self.rows * self.columns > CELLS_LIMIT:
            raise TooLarge(f"reaches to row {self.rows} and column {self.columns}: more than {CELLS_LIMIT} cells")
        if self.text > TEXT_LIMIT:
            raise TooLarge(f"holds more than {TEXT_LIMIT} bytes of text")


def parts(book: zipfile.ZipFile) -> None:
    """Unpacks every part once, counting: what a workbook says of its own size is not believed. Raises TooLarge."""
    entries = book.infolist()
    if len(entries) > ENTRIES_LIMIT:
        raise TooLarge(f"has {len(entries)} parts")
    total = 0
    for entry in entries:
        for piece in unpacked(book, entry.filename):
            total += len(piece)
            if total > INFLATED_LIMIT:
                raise TooLarge(f"unpacks to more than {INFLATED_LIMIT} bytes")


def unpacked(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces."""
    with book.open(name) as part:
        while piece := part.read(PIECE):
            yield piece


# ---------------------------------------------------------------- .xlsx

_TAG = re.compile(rb"<(?:\w+:)?(row|c|f|v|si|t|sheet|Relationship)((?:[\s/][^<>]*)?)>|</(?:\w+:)?(c|si)\s*>")
_ATTRIBUTE = re.compile(rb"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return {name.rpartition(b":")[2]: one or other for name, one, other in _ATTRIBUTE.findall(text)}


def _tags(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Tags of a part as they come: name ('/c' where it ends), attributes, and the text behind it."""
    rest = b""
    for piece in pieces:
        rest += piece
        held = None
        for found in _TAG.finditer(rest):
            if held is not None:
                yield _tag(held, rest[held.end() : rest.find(b"<", held.end())])
            held = found
        if held is None:
            rest = rest[-4096:]
        else:
            rest = rest[held.start() :]
            if len(rest) > PIECE * 8:
                raise TooLarge("has a part that is no workbook's")
    for found in _TAG.finditer(rest):
        end = rest.find(b"<", found.end())
        yield _tag(found, rest[found.end() : end if end >= 0 else None])


def _tag(found: re.Match[bytes], text: bytes) -> tuple[bytes, bytes, bytes]:
    name, attributes, ended = found.groups()
    return (b"/" + ended if ended else name), attributes or b"", text


def sheet_part(book: zipfile.ZipFile, name: str) -> str | None:
    """The part of an .xlsx or .xlsb workbook that a sheet stands in; None where the workbook does not say."""
    targets = {}
    for folder in ("xl/", ""):
        for row in relations(book, f"{folder}_rels/workbook.xml.rels"):
            targets[row.get(b"Id", b"")] = row.get(b"Target", b"").decode("utf-8", "replace")
        if f"{folder}workbook.xml" not in book.namelist():
            continue
        for tag, text, _ in _tags(unpacked(book, f"{folder}workbook.xml")):
            row = _attributes(text.rstrip(b"/"))
            if tag == b"sheet" and _plain(row.get(b"name", b"")) == name:
                target = targets.get(row.get(b"id", b""), "")
                return target.lstrip("/") if target.startswith("/") else folder + target
    return None


def relations(book: zipfile.ZipFile, part: str) -> list[dict[bytes, bytes]]:
    """The rows of a part that names others: Id and Target."""
    if part not in book.namelist():
        return []
    return [_attributes(text.rstrip(b"/")) for tag, text, _ in _tags(unpacked(book, part)) if tag == b"Relationship"]


def _plain(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace"))


def of_xlsx(book: zipfile.ZipFile, part: str) -> Extent:
    """The extent of a sheet of an .xlsx workbook."""
    texts = _shared(book)
    found = Extent()
    row = column = 0
    kind, formula, valued = b"", False, False
    for tag, text, behind in _tags(unpacked(book, part)):
        closed = text.endswith(b"/")
        if tag == b"row":
            facts = _attributes(text)
            row, column = int(facts[b"r"]) if facts.get(b"r", b"").isdigit() else row + 1, 0
            if facts.get(b"hidden") in (b"1", b"true"):
                found.hidden.add(row)
        elif tag == b"c":
            facts = _attributes(text)
            place = _REFERENCE.fullmatch(facts.get(b"r", b""))
            if place:
                row, column = int(place[2]), _column(place[1])
            else:
                column += 1
            kind, formula, valued = facts.get(b"t", b""), False, False
            found.cell(row, column)
        elif tag == b"f":
            formula = True
        elif tag == b"v" and not closed and behind:
            valued = True
            if kind == b"s" and behind.isdigit() and int(behind) < len(texts):
                found.cell(row, column, texts[int(behind)])
            elif kind == b"e":
                found.errors[row, column] = behind.decode("ascii", "replace")
        elif tag == b"/c" and formula and not valued and kind != b"str":
            found.uncomputed.add((row, column))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _shared(book: zipfile.ZipFile) -> array[int]:
    """The length of each text that cells share."""
    lengths = array("Q")
    if "xl/sharedStrings.xml" not in book.namelist():
        return lengths
    length = 0
    for tag, _, behind in _tags(unpacked(book, "xl/sharedStrings.xml")):
        if tag == b"si":
            length = 0
        elif tag == b"t":
            length += len(behind)
        elif tag == b"/si":
            lengths.append(length)
    return lengths


# ---------------------------------------------------------------- .ods

_ODS = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)((?:[\s/][^<>]*)?)>|</table:(table-row)\s*>|<text:p[^>]*>([^<]*)"
)


def of_ods(book: zipfile.ZipFile) -> dict[str, Extent]:
    """The extents of all sheets of an .ods workbook; cells and rows that hold something count as often as they are repeated."""
    sheets: dict[str, Extent] = {}
    found = Extent()
    row = column = 0
    repeated, filled = 1, 0
    at = 0
    """The column of the cell whose text may be an error; 0 where it holds nothing."""
    for tag, attributes, ended, words in _ODS.findall(b"".join(unpacked(book, "content.xml"))):
        facts = _attributes(attributes.rstrip(b"/")) if tag else {}
        if tag == b"table":
            found = sheets[_plain(facts.get(b"name", b""))] = Extent()
            row = 0
        elif tag == b"table-row":
            repeated, column, filled = _times(facts, b"number-rows-repeated"), 0, 0
            if facts.get(b"visibility") in (b"collapse", b"filter"):
                found.hidden.update(range(row + 1, row + min(repeated, 10_000) + 1))
            if attributes.endswith(b"/"):
                row += repeated
        elif tag:
            times = _times(facts, b"number-columns-repeated")
            at = column + 1 if facts.get(b"value-type") or facts.get(b"formula") else 0
            filled = column + times if at else filled
            column += times
        elif at and words.decode("utf-8", "replace") in ERRORS:
            found.errors[row + 1, at] = words.decode("utf-8", "replace")
        elif ended == b"table-row":
            row += repeated
            if filled:
                found.cell(row, filled)
    return sheets


ERRORS = frozenset(("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))


def _times(facts: dict[bytes, bytes], name: bytes) -> int:
    text = facts.get(name, b"1")
    return int(text) if text.isdigit() and len(text) < 9 else 1
