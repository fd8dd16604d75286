"""Opens a workbook and gives one sheet of it: values, and what must not be read as empty or as meant; bounded before it is opened."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.excel import binary, extent
from gateway.formats.excel.codes import CODES
from gateway.formats.excel.extent import Extent, TooLarge

SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes of a workbook as it comes."""
RELATIONS_OF_XLSB = "xl/_rels/workbook.bin.rels"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError, IndexError)


@dataclass(slots=True)
class Sheet:
    """One sheet: rows of values (first row and column included), and what its values do not tell."""

    name: str
    rows: list[list[Any]]
    extent: Extent
    merged: set[tuple[int, int]] = field(default_factory=set)
    """Cells (row, column) that are merged with one above them."""
    above: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Of each of these the cell that holds the value."""


def opened(data: bytes, wanted: str) -> Sheet | Finding:
    """The sheet that is wanted, by name or number (from 1); without either the only visible one."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ImportError:
        return CODES["sheet-extra"].finding()
    try:
        book = _bounded(data)
        known = _whole(data, book)  # these kinds are read whole when they are opened
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        number = _chosen(workbook, wanted)
        if isinstance(number, Finding):
            return number
        name = workbook.sheet_names[number]
        reach = known[number] if number < len(known) else _extent(book, name, number)
        sheet = workbook.get_sheet_by_index(number)
        if sheet.total_height * sheet.total_width > extent.CELLS_LIMIT:
            raise TooLarge(f"reaches to row {sheet.total_height} and column {sheet.total_width}: more than {extent.CELLS_LIMIT} cells")
        found = Sheet(name, sheet.to_python(skip_empty_area=False), reach)
        for first, last in sheet.merged_cell_ranges or ():
            _merge(found, first, last)
    except TooLarge as large:
        return CODES["sheet-size"].finding(problem=str(large))
    except PasswordError:
        return CODES["sheet-protected"].finding()
    except (CalamineError, *_BROKEN) as error:
        return CODES["sheet-unreadable"].finding(problem=str(error).splitlines()[0][:200] if str(error) else type(error).__name__)
    except BaseException as panic:  # pyo3's PanicException derives from it
        if type(panic).__name__ != "PanicException":
            raise
        # what the library did not foresee in a damaged file ends its Rust code, not us
        return CODES["sheet-unreadable"].finding(problem="it is damaged")
    return found


def _bounded(data: bytes) -> zipfile.ZipFile | None:
    """The archive that the workbook is, every part unpacked once and counted; None where it is none (.xls)."""
    if not data.startswith(b"PK"):
        if data.startswith(b"\xd0\xcf\x11\xe0") and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
            from python_calamine import PasswordError

            raise PasswordError
        return None
    book = zipfile.ZipFile(io.BytesIO(data))
    extent.parts(book)
    for name in book.namelist():
        if name.endswith((".xml", ".rels")):
            _well_formed(book, name)
    return book


class _Nothing:
    """What is made of a part that is only looked at."""

    def close(self) -> None:
        """The part ended."""


def _well_formed(book: zipfile.ZipFile, name: str) -> None:
    """Parses a part once: where one breaks off, the library that opens workbooks may wait for its end for ever. Raises ValueError."""
    from lxml import etree

    from gateway.formats.xml.parsing import options

    nothing: Any = _Nothing()
    parser: Any = etree.XMLParser(target=nothing, **options())
    try:
        for piece in extent.unpacked(book, name):
            parser.feed(piece)
        parser.close()
    except etree.XMLSyntaxError:
        raise ValueError(f"its part {name} is damaged") from None


def _chosen(workbook: Any, wanted: str) -> int | Finding:
    names = workbook.sheet_names
    shown = ", ".join(repr(name) for name in names[:20]) or "none"
    if not wanted:
        visible = [n for n, one in enumerate(workbook.sheets_metadata) if str(one.visible).endswith(".Visible")]
        return visible[0] if len(visible) == 1 else CODES["sheet-unclear"].finding(found=shown)
    if wanted in names:
        return int(names.index(wanted))
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    return CODES["sheet-missing"].finding(value=wanted, found=shown)


def _whole(data: bytes, book: zipfile.ZipFile | None) -> list[Extent]:
    """The extents of all sheets of an .xls or .ods workbook, in order; none of others."""
    if book is None:
        return binary.of_xls(data)
    return list(extent.of_ods(book).values()) if "content.xml" in book.namelist() else []


def _extent(book: zipfile.ZipFile | None, name: str, number: int) -> Extent:
    """The extent of a sheet of an .xlsx or .xlsb workbook."""
    if book is None:
        return Extent()
    parts = set(book.namelist())
    if "xl/workbook.bin" in parts:
        part = _part_of_xlsb(book, number)
        return binary.of_xlsb(b"".join(extent.unpacked(book, part))) if part else Extent()
    found = extent.sheet_part(book, name)
    if found not in parts:
        raise ValueError("its sheet is not where it says")
    return extent.of_xlsx(book, found)


def _part_of_xlsb(book: zipfile.ZipFile, number: int) -> str | None:
    """The part of the sheet of a number: BrtBundleSh records name the relation of each."""
    targets = {row.get(b"Id", b""): row.get(b"Target", b"").decode("utf-8", "replace") for row in extent.relations(book, RELATIONS_OF_XLSB)}
    names = []
    for kind, body in binary.xlsb_records(b"".join(extent.unpacked(book, "xl/workbook.bin"))):
        if kind == 156 and len(body) > 12:  # BrtBundleSh
            size = int.from_bytes(body[8:12], "little")
            names.append(body[12 : 12 + 2 * size].decode("utf-16-le", "replace").encode())
    target = targets.get(names[number], "") if number < len(names) else ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in set(book.namelist()) else None


def _merge(sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Notes the cells of a merged range below its first row; a range along a row only leaves cells empty."""
    (top, left), (bottom, right) = first, last
    if bottom - top > 100_000 or right - left > 1000:
        raise TooLarge("has a merged range of a whole sheet")
    for row in range(top + 1, bottom + 1):
        if row >= len(sheet.rows):
            break
        for column in range(left, right + 1):
            sheet.merged.add((row + 1, column + 1))
            sheet.above[row + 1, column + 1] = (top + 1, left + 1)
