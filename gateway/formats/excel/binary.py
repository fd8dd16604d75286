"""The extent of sheets in the binary formats, record by record: .xlsb parts, and the workbook stream inside an .xls file."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.formats.excel.extent import Extent, TooLarge

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
SECTORS_LIMIT = 1_000_000
SHEETS_LIMIT = 255


def of_xlsb(data: bytes) -> Extent:
    """The extent of a sheet part of an .xlsb workbook ([MS-XLSB] 2.4: row headers and cells)."""
    found = Extent()
    row = 0
    for kind, body in xlsb_records(data):
        if kind == 0 and len(body) >= 12:  # BrtRowHdr
            row = int.from_bytes(body[:4], "little") + 1
            if body[11] & 0x10:
                found.hidden.add(row)
        elif 1 <= kind <= 11 and len(body) >= 8:  # BrtCellBlank to BrtFmlaError
            column = int.from_bytes(body[:4], "little") + 1
            if kind != 1:
                found.cell(row, column, len(body))
            if kind in (3, 11) and len(body) > 8:
                found.errors[row, column] = ERRORS.get(body[8], "#ERROR")
    return found


def xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part, each with its number."""
    at, end = 0, len(data)
    while at + 1 < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def of_xls(data: bytes) -> list[Extent]:
    """The extents of all sheets of an .xls file ([MS-XLS] 2.4); none where the stream of the workbook is not found."""
    stream = _workbook(data)
    sheets: list[int] = []
    for kind, body in _xls_records(stream, 0):
        if kind == 0x0085 and len(body) >= 4:  # BoundSheet8: where the sheet's records begin
            sheets.append(int.from_bytes(body[:4], "little"))
        elif kind == 0x000A:
            break
    return [_xls_sheet(stream, begin) for begin in sheets[:SHEETS_LIMIT]]


def _xls_sheet(stream: bytes, begin: int) -> Extent:
    found = Extent()
    for kind, body in _xls_records(stream, begin):
        if kind == 0x000A:  # EOF
            break
        _xls_cell(found, kind, body)
    return found


def _xls_cell(found: Extent, kind: int, body: bytes) -> None:
    if len(body) < 6:
        return
    row, column = int.from_bytes(body[:2], "little") + 1, int.from_bytes(body[2:4], "little") + 1
    if kind == 0x0208 and len(body) >= 16:  # Row
        if body[12] & 0x20:
            found.hidden.add(row)
    elif kind in (0x0203, 0x0204, 0x027E, 0x00FD):  # Number, Label, RK, LabelSst
        found.cell(row, column, len(body))
    elif kind == 0x00BD:  # MulRk: several columns of a row
        found.cell(row, int.from_bytes(body[-2:], "little") + 1)
    elif kind == 0x0205 and len(body) >= 8:  # BoolErr
        found.cell(row, column)
        if body[7]:
            found.errors[row, column] = ERRORS.get(body[6], "#ERROR")
    elif kind == 0x0006 and len(body) >= 14:  # Formula: an error where its value ends in FFFF and begins with 2
        found.cell(row, column)
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            found.errors[row, column] = ERRORS.get(body[8], "#ERROR")


def _xls_records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind = int.from_bytes(stream[at : at + 2], "little")
        size = int.from_bytes(stream[at + 2 : at + 4], "little")
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook(data: bytes) -> bytes:
    """The stream `Workbook` (or `Book`) of a compound file ([MS-CFB]); nothing where there is none."""
    if len(data) < 512:
        return b""
    shift = int.from_bytes(data[30:32], "little")
    if not 7 <= shift <= 16:
        return b""
    size = 1 << shift
    table = _table(data, size)
    directory = _chained(data, int.from_bytes(data[48:52], "little"), size, table)
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        length = int.from_bytes(entry[64:66], "little")
        name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book") and entry[66] == 2:
            total = int.from_bytes(entry[120:124], "little")
            return _chained(data, int.from_bytes(entry[116:120], "little"), size, table)[:total]
    return b""


def _table(data: bytes, size: int) -> list[int]:
    """Which sector follows each."""
    sectors = [int.from_bytes(data[at : at + 4], "little") for at in range(76, 512, 4)]
    following = int.from_bytes(data[68:72], "little")
    for _ in range(SECTORS_LIMIT):
        if following >= 0xFFFFFFFA or (following + 2) * size > len(data) + size:
            break
        begin = (following + 1) * size
        more = data[begin : begin + size]
        sectors += [int.from_bytes(more[at : at + 4], "little") for at in range(0, len(more) - 7, 4)]
        following = int.from_bytes(more[-4:], "little")
        if len(sectors) > SECTORS_LIMIT:
            raise TooLarge("has an endless list of sectors")
    table: list[int] = []
    for sector in sectors:
        if sector < 0xFFFFFFFA:
            begin = (sector + 1) * size
            piece = data[begin : begin + size]
            table += [int.from_bytes(piece[at : at + 4], "little") for at in range(0, len(piece) - 3, 4)]
    return table


def _chained(data: bytes, sector: int, size: int, table: list[int]) -> bytes:
    pieces = []
    for _ in range(len(data) // size + 1):  # no chain is longer than the file
        if sector >= 0xFFFFFFFA:
            break
        begin = (sector + 1) * size
        pieces.append(data[begin : begin + size])
        sector = table[sector] if sector < len(table) else 0xFFFFFFFE
    return b"".join(pieces)
