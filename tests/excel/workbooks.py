"""Small workbooks made by hand, in each format: what a test needs and nothing more."""

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY, PERCENT, MOMENT, CLOCK = 1, 2, 3, 4
"""Styles: a date, a percentage, a date with time, a time."""


def letters(column):
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(row, column, value):
    """A cell as XML: a text, a number, (number, style), {"e": error}, {"f": formula} without result, or raw XML."""
    place = f"{letters(column)}{row}"
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    if isinstance(value, tuple):
        return f'<c r="{place}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, dict):
        if "e" in value:
            return f'<c r="{place}" t="e"><f>1/0</f><v>{value["e"]}</v></c>'
        return f'<c r="{place}"><f>{value["f"]}</f></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def sheet(rows, hidden=(), merged=()):
    """A worksheet part of rows from 1."""
    body = "".join(
        f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if number in hidden else ""}>'
        + "".join(cell(number, column, value) for column, value in enumerate(row, 1))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{f"<mergeCells>{ranges}</mergeCells>" if ranges else ""}</worksheet>'


def xlsx(rows=(), hidden=(), merged=(), sheets=None, states=None, shared=None, part=None):
    """An .xlsx workbook; `sheets` are names and rows where there are several, `part` a raw worksheet."""
    sheets = sheets or {"Orders": rows}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{" state=" + chr(34) + states[name] + chr(34) if states and name in states else ""}/>'
            for n, name in enumerate(sheets, 1)
        )
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>')
        relations = "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)
        )
        relations += f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        if shared:
            relations += f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            texts = "".join(f"<si><t>{text}</t></si>" for text in shared)
            book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>')
        formats = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 9, 22, 21))
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs count="5">{formats}</cellXfs></styleSheet>')
        for n, name in enumerate(sheets, 1):
            book.writestr(f"xl/worksheets/sheet{n}.xml", part or sheet(sheets[name], hidden, merged))
    return made.getvalue()


def ods(rows, name="Orders", tail=""):
    """An .ods workbook of texts, numbers, ("date", iso) and {"e": error}; `tail` is raw XML behind the rows."""
    made = io.BytesIO()

    def one(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, dict):
            return f'<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>{value["e"]}</text:p></table:table-cell>'
        if isinstance(value, tuple):
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value[1]}"><text:p>{value[1]}</text:p></table:table-cell>'
            )
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    body = "".join("<table:table-row>" + "".join(map(one, row)) + "</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for prefix, urn in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
        book.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="{name}">{body}{tail}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return made.getvalue()


def xls(rows, errors=(), hidden=()):
    """An .xls workbook (BIFF8 in a compound file) of texts and numbers; `errors` are (row, column) from 1."""

    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    cells = b""
    for number, row in enumerate(rows):
        cells += record(0x0208, struct.pack("<HHHHHHI", number, 0, len(row), 255, 0, 0, 0x20 if number + 1 in hidden else 0))
        for column, value in enumerate(row):
            if (number + 1, column + 1) in errors:
                cells += record(0x0205, struct.pack("<HHHBB", number, column, 0, 0x2A, 1))
            elif isinstance(value, str):
                cells += record(0x0204, struct.pack("<HHHHB", number, column, 0, len(value), 0) + value.encode("latin-1"))
            elif value is not None:
                cells += record(0x0203, struct.pack("<HHHd", number, column, 0, float(value)))
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1996, 0, 0))
    name = b"Orders"
    size = len(begin) + 4 + 8 + len(name) + 4
    stream = begin + record(0x0085, struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name) + record(0x000A, b"")
    stream += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1996, 0, 0)) + cells + record(0x000A, b"")
    stream = stream.ljust(-(-max(len(stream), 4096) // 512) * 512, b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff\xff\xff\xff" * 108

    def entry(title, kind, child, start, length):
        text = title.encode("utf-16-le")
        made = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return made + bytes(36) + struct.pack("<IQ", start, length)

    directory = (entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))).ljust(512, b"\0")
    return header + struct.pack("<128I", *table) + directory + stream


def xlsb(rows, errors=(), hidden=()):
    """An .xlsb workbook of texts and numbers; `errors` are (row, column) from 1."""

    def record(kind, body=b""):
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = b"", len(body)
        while True:
            size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                return number + size + body

    def wide(text):
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    cells = b""
    for number, row in enumerate(rows):
        cells += record(0, struct.pack("<IIHBBBI", number, 0, 255, 0, 0x10 if number + 1 in hidden else 0, 0, 0))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if (number + 1, column + 1) in errors:
                cells += record(3, place + b"\x2a")
            elif isinstance(value, str):
                cells += record(6, place + wide(value))
            elif value is not None:
                cells += record(5, place + struct.pack("<d", float(value)))
    size = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    part = record(129) + record(148, size) + record(145) + cells + record(146) + record(130)
    listed = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Orders")) + record(144) + record(132)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        book.writestr("xl/workbook.bin", listed)
        relation = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
        book.writestr("xl/_rels/workbook.bin.rels", f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">{relation}</Relationships>')
        book.writestr("xl/worksheets/sheet1.bin", part)
    return made.getvalue()
