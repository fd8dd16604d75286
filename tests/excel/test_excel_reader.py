"""Spreadsheets: cells as texts that mappings read, what a spreadsheet did to them told with sheet, row and column; bounded."""

import builtins
import io
import zipfile

import pytest
import workbooks as made
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.render import place
from gateway.formats.excel import extent
from gateway.formats.excel.format import Excel
from gateway.formats.excel.layout import Meaning, layout_of
from gateway.formats.excel.reader import read
from gateway.formats.format import DocumentRead, FileEnd

HEAD = ["Date", "PO Number", "Item", "GTIN", "Qty"]
FORM = {
    "columns": {"order": "PO Number", "item": "Item", "gtin": {"header": "GTIN", "length": "14"}, "quantity": "Qty", "day": "Date"},
    "group_by": "order",
}
MEANINGS = {"quantity": Meaning("number"), "day": Meaning("date", "MM/DD/YYYY")}
DAY = (46082, made.DAY)
"""The first of March 2026."""


def layout(**more):
    found, wrong = layout_of(FORM | more)
    assert wrong == []
    return found.meant(MEANINGS)


def documents(data, **more):
    *found, end = read([data], layout(**more))
    assert isinstance(end, FileEnd)
    return found, end


def rows_of(found):
    return [[list(loop.first[1:]) for loop in one.root.loops["row"]] for one in found]


def told(one):
    return [(finding.code, finding.location.line, finding.location.column) for finding in one.findings]


WORKBOOKS = {
    "xlsx": made.xlsx([HEAD, [DAY, "A", "x", "00614141000012", 2], [DAY, "A", "y", None, 1.5], [DAY, "B", "z", None, 10]]),
    "ods": made.ods([HEAD, [("date", "2026-03-01"), "A", "x", "00614141000012", 2], [("date", "2026-03-01"), "A", "y", None, 1.5], [("date", "2026-03-01"), "B", "z", None, 10]]),
    "xlsb": made.xlsb([HEAD, ["03/01/2026", "A", "x", "00614141000012", 2], ["03/01/2026", "A", "y", None, 1.5], ["03/01/2026", "B", "z", None, 10]]),
    "xls": made.xls([HEAD, ["03/01/2026", "A", "x", "00614141000012", 2], ["03/01/2026", "A", "y", None, 1.5], ["03/01/2026", "B", "z", None, 10]]),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_every_kind_of_workbook_gives_the_same_rows(kind):
    found, end = documents(WORKBOOKS[kind])
    assert rows_of(found) == [
        [["A", "x", "00614141000012", "2", "03/01/2026"], ["A", "y", "", "1.5", "03/01/2026"]],
        [["B", "z", "", "10", "03/01/2026"]],
    ]
    assert ([told(one) for one in found], end.findings, end.documents) == ([[], []], [], 2)


def test_a_finding_names_the_cell_as_spreadsheets_do():
    found, _ = documents(made.xlsx([HEAD, [DAY, "A", "x", None, {"e": "#N/A"}]]))
    (finding,) = found[0].findings
    assert (finding.code, finding.value, place(finding.location, "orders.xlsx")) == (
        "sheet-error",
        "#N/A",
        "orders.xlsx: Orders!E2: quantity",
    )


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ([DAY, "A", "x", None, {"e": "#REF!"}], "sheet-error", 5),
        ([DAY, "A", "x", None, {"f": "B2*2"}], "sheet-uncomputed", 5),
        ([DAY, "A", DAY, None, 1], "sheet-date", 3),
        ([DAY, "A", 1234567890123456.0, None, 1], "sheet-digits", 3),
        ([DAY, "A", "6.14E+11", None, 1], "row-short-number", 3),
        ([DAY, None, "x", None, 1], "row-key-empty", None),
    ],
)
def test_what_a_spreadsheet_lost_or_changed_holds_its_own_document_only(cells, code, column):
    found, _ = documents(made.xlsx([HEAD, [DAY, "B", "x", None, 1], cells, [DAY, "C", "x", None, 1]]))
    assert [one.accepted for one in found] in ([True, False, True], [False, True])
    assert (code, 3, column) in [told_ for one in found for told_ in told(one)]


def test_errors_are_found_in_every_kind_of_workbook():
    rows = [HEAD, ["03/01/2026", "A", "x", None, 1]]
    for data in (
        made.xls(rows, errors=[(2, 5)]),
        made.xlsb(rows, errors=[(2, 5)]),
        made.ods([HEAD, ["03/01/2026", "A", "x", None, {"e": "#N/A"}]]),
        made.xlsx([HEAD, ["03/01/2026", "A", "x", None, {"e": "#N/A"}]]),
    ):
        found, _ = documents(data)
        assert told(found[0]) == [("sheet-error", 2, 5)]


def test_numbers_lose_the_traces_of_floating_point_and_get_lost_zeros_back_where_their_length_is_known():
    found, _ = documents(made.xlsx([HEAD, [DAY, "A", 4711.0, 614141000012.0, 0.1 + 0.2], [DAY, "A", 12.5, "614141000012", "1,5"]]))
    assert rows_of(found)[0] == [["A", "4711", "00614141000012", "0.3", "03/01/2026"], ["A", "12.5", "614141000012", "1,5", "03/01/2026"]]
    assert [(f.code, f.severity, f.location.column) for f in found[0].findings] == [("sheet-zeros", "warning", 4)]


def test_hidden_rows_are_refused_read_or_left_out_as_the_format_says():
    data = made.xlsx([HEAD, [DAY, "A", "x", None, 1], [DAY, "A", "y", None, 1]], hidden=[3])
    assert told(documents(data)[0][0]) == [("sheet-hidden", 3, None)]
    assert [len(rows) for rows in rows_of(documents(data, hidden="read")[0])] == [2]
    assert [len(rows) for rows in rows_of(documents(data, hidden="skip")[0])] == [1]
    for kind in (made.xls, made.xlsb):
        assert told(documents(kind([HEAD, ["03/01/2026", "A", "x", None, 1]], hidden=[2]))[0][0]) == [("sheet-hidden", 2, None)]


def test_merged_cells_hold_for_all_their_rows_only_where_that_is_said():
    data = made.xlsx([HEAD, [DAY, "A", "x", None, 1], [DAY, None, "y", None, 1]], merged=["B2:B3"])
    assert ("sheet-merged", 3, 2) in told(documents(data)[0][0])
    found, _ = documents(data, merged=["order"])
    assert ([one.accepted for one in found], [len(rows) for rows in rows_of(found)]) == ([True], [2])


def test_the_header_is_searched_or_stands_in_a_row_of_a_number():
    data = made.xlsx([["Orders of March"], [], HEAD, [DAY, "A", "x", None, 1]])
    assert len(documents(data)[0]) == 1
    assert len(documents(data, header="3")[0]) == 1
    assert [f.code for f in documents(data, header="1")[1].findings if f.severity == "error"] == ["column-missing"] * 5
    _, end = documents(made.xlsx([["PO Number", "Item", "Qty"]]))
    assert [(f.code, "GTIN, Date" in f.message) for f in end.findings] == [("sheet-header", True)]


def test_rows_end_at_a_blank_one_where_that_is_said():
    data = made.xlsx([HEAD, [DAY, "A", "x", None, 1], [], [None, "Total", None, None, 1]])
    assert len(documents(data)[0]) == 2
    assert len(documents(data, until="blank")[0]) == 1


def test_rows_that_belong_to_no_document_are_left_out_where_that_is_said():
    data = made.xlsx([HEAD, [DAY, "A", "x", None, 1], [None, "Total", None, None, 1]])
    assert len(documents(data)[0]) == 2
    found, end = documents(data, ignore=["Total"])
    assert ([one.accepted for one in found], end.findings) == ([True], [])


def test_a_sheet_is_chosen_by_name_or_number_and_never_guessed():
    rows = [HEAD, [DAY, "A", "x", None, 1]]
    book = made.xlsx(sheets={"Notes": [["hello"]], "Orders": rows})
    assert [f.code for f in documents(book)[1].findings] == ["sheet-unclear"]
    assert [len(documents(book, sheet=name)[0]) for name in ("Orders", "2")] == [1, 1]
    assert [f.code for f in documents(book, sheet="Order")[1].findings] == ["sheet-missing"]
    assert len(documents(made.xlsx(sheets={"Notes": [["hello"]], "Orders": rows}, states={"Notes": "hidden"}))[0]) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "rows-none"),
        (b"<html><table>", "sheet-unreadable"),
        (b"PK\x03\x04" + bytes(100), "sheet-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "sheet-protected"),
        (made.xlsx(part=f'<worksheet xmlns="{made.MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'), "sheet-size"),
        (made.ods([HEAD], tail='<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'), "sheet-size"),
        (made.xlsx(shared=["x" * 30_000], part=f'<worksheet xmlns="{made.MAIN}"><sheetData><row r="1">' + '<c t="s"><v>0</v></c>' * 10_000 + "</row></sheetData></worksheet>"), "sheet-size"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_or_an_attack_is_told_and_never_opened(data, code):
    found, end = documents(data)
    assert (found, [finding.code for finding in end.findings]) == ([], [code])


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_part_that_breaks_off_is_told_and_waited_for_by_nobody(kind):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOKS[kind])) as whole, zipfile.ZipFile(packed, "w") as broken:
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, content[: len(content) * 2 // 3] if b"Qty" in content else content)
    assert [f.code for f in documents(packed.getvalue())[1].findings] == ["sheet-unreadable"]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_sheet_that_reaches_too_far_is_never_opened(kind, monkeypatch):
    monkeypatch.setattr(extent, "CELLS_LIMIT", 15)
    assert [f.code for f in documents(WORKBOOKS[kind])[1].findings] == ["sheet-size"]
    monkeypatch.setattr(extent, "CELLS_LIMIT", 20)
    assert len(documents(WORKBOOKS[kind])[0]) == 2


def test_a_part_that_unpacks_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(extent, "INFLATED_LIMIT", 1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"\0" * 2_000_000)
    assert [f.code for f in documents(packed.getvalue())[1].findings] == ["sheet-size"]


def test_the_missing_extra_is_told_in_a_sentence(monkeypatch):
    known = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "python_calamine":
            raise ImportError
        return known(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    _, end = documents(WORKBOOKS["xlsx"])
    assert [(f.code, "edi-gateway[excel]" in f.remedy) for f in end.findings] == [("sheet-extra", True)]


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({"columns": []}, "columns"),
        ({"columns": {"a": {"header": "A", "length": "x"}}}, "columns"),
        ({"columns": ["a"], "header": "0"}, "header"),
        ({"columns": ["a"], "merged": ["b"]}, "merged"),
        ({"columns": ["a"], "hidden": "maybe"}, "hidden"),
        ({"columns": ["a"], "group_by": "b"}, "group_by"),
    ],
)
def test_a_layout_that_cannot_be_is_told(form, key):
    assert key in [wrong for wrong, _ in layout_of(form)[1]]


VALUES = st.text("ABCü09 -/", max_size=6).map(str.strip) | st.integers(-(10**9), 10**9) | st.sampled_from([None, True, 2.5])


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=6))
def test_what_stands_in_cells_is_read(rows):
    data = made.xlsx([["PO Number", "Item", "Qty"], *[["K", *row] for row in rows]])
    form, wrong = layout_of({"columns": {"order": "PO Number", "item": "Item", "quantity": "Qty"}})
    assert wrong == []
    *found, _ = read([data], form)
    assert [loop.first[2] for one in found for loop in one.root.loops["row"]] == [
        "" if row[0] is None else "TRUE" if row[0] is True else str(row[0]) for row in rows
    ]


@given(st.sampled_from(sorted(WORKBOOKS)), st.data())
def test_any_bytes_are_read_to_the_end(kind, data):
    whole = bytearray(WORKBOOKS[kind])
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for content in (bytes(whole), bytes(whole[:cut])):
        events = list(read([content], layout()))
        assert isinstance(events[-1], FileEnd)
        assert all(isinstance(event, DocumentRead) for event in events[:-1])


def test_spreadsheets_are_never_written():
    written = Excel().write([], layout())
    assert (written.body, [finding.code for finding in written.findings]) == (b"", ["sheet-unwritten"])
