"""Rows of delimited files: by a declared dialect, damage in its row, documents whole or not at all."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.delimited.dialect import Dialect, dialect_of
from gateway.formats.delimited.reader import read
from gateway.formats.delimited.rows import LINE_LIMIT
from gateway.formats.format import DocumentRead, FileEnd

NAMES = ("order", "line", "item")
DIALECT = Dialect(columns=(("row", tuple((name, name) for name in NAMES)),), group_by=("order",))
HEADER = "order,line,item\n"


def rows_of(document):
    return [list(loop.segments["row"][0][1:]) for loop in document.root.loops["row"]]


def documents(text, dialect=DIALECT, size=7):
    data = text if isinstance(text, bytes) else text.encode(dialect.encoding)
    events = list(read([data[at : at + size] for at in range(0, len(data), size)], dialect))
    assert isinstance(events[-1], FileEnd)
    return events[:-1], events[-1]


def codes(found):
    return [finding.code for finding in found.findings]


def test_rows_of_one_key_are_one_document():
    found, end = documents(HEADER + "A,1,x\nA,2,y\nB,1,z\n")
    assert [(one.key, rows_of(one)) for one in found] == [("A", [["A", "1", "x"], ["A", "2", "y"]]), ("B", [["B", "1", "z"]])]
    assert (end.documents, end.findings, end.accepted) == (2, [], True)


def test_a_document_knows_its_bytes_and_lines():
    text = HEADER + "A,1,x\r\nA,2,y\r\n\r\nB,1,z"
    found, end = documents(text)
    assert [text[one.offset : one.offset + one.length] for one in found] == ["A,1,x\r\nA,2,y\r\n", "B,1,z"]
    assert [one.line for one in found] == [2, 5]
    assert text[: end.header[1]] == HEADER


def test_columns_may_stand_in_any_order_and_case():
    found, end = documents("Item,ORDER,line\nx,A,1\n")
    assert rows_of(found[0]) == [["A", "1", "x"]]
    assert codes(end) == []


@pytest.mark.parametrize(
    ("header", "code", "column"),
    [
        ("order,line\n", "column-missing", None),
        ("order,line,item,item\n", "column-twice", 4),
        ("order;line;item\n", "csv-delimiter", None),
        ("", "rows-none", None),
    ],
)
def test_a_wrong_header_stops_the_file(header, code, column):
    found, end = documents(header + ("A,1,x\n" if header else ""))
    assert found == []
    assert not end.accepted
    assert (code, column) in [(finding.code, finding.location.column) for finding in end.findings]


def test_an_extra_column_is_told_and_not_read():
    found, end = documents("order,line,colour,item\nA,1,red,x\n")
    assert rows_of(found[0]) == [["A", "1", "x"]]
    assert [(f.code, f.severity, f.location.column, f.value) for f in end.findings] == [("column-extra", "warning", 3, "colour")]


def test_quotes_hold_delimiters_line_ends_and_doubled_quotes():
    found, _ = documents(HEADER + 'A,1,"one, ""two""\nthree"\nB,1, "x" \n')
    assert [rows_of(one) for one in found] == [[["A", "1", 'one, "two"\nthree']], [["B", "1", "x"]]]
    assert found[1].line == 4


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("B,1\n", "csv-cells", None),
        ("B,1,x,y\n", "csv-cells", None),
        ('B,1,"x\n', "csv-quote-open", 3),
        ('B,1,"x"y\n', "csv-quote-behind", 3),
        ("B,1,x\0\n", "row-nul", None),
        ("B,1,4.03E+12\n", "row-short-number", 3),
        ("B,1,1," + "x," * 2000 + "\n", "csv-too-wide", None),
    ],
)
def test_a_damaged_row_holds_its_own_document_only(row, code, column):
    found, end = documents(HEADER + "A,1,x\n" + row + "C,1,z\nC,2,z\n", size=4096)
    assert [(one.key, one.accepted) for one in found] == [("A", True), ("B", False), ("C", True)]
    assert (code, 3, column) in [(f.code, f.location.line, f.location.column) for f in found[1].findings]
    assert len(found[2].root.loops["row"]) == 2
    assert end.accepted


def test_trailing_empty_cells_are_no_damage():
    found, _ = documents(HEADER + "A,1,x,,\n")
    assert found[0].accepted


def test_bytes_of_another_encoding_are_told_with_their_place():
    found, _ = documents(HEADER.encode() + b"A,1,x\nB,1,M\xfcller\n")
    assert [one.accepted for one in found] == [True, False]
    finding = found[1].findings[0]
    assert (finding.code, finding.location.line, finding.location.offset) == ("row-encoding", 3, len(HEADER) + 6 + 5)
    cp1252, _ = documents(HEADER.encode() + b"B,1,M\xfcller\n", Dialect(**{**fields(DIALECT), "encoding": "cp1252"}))
    assert rows_of(cp1252[0]) == [["B", "1", "Müller"]]


def fields(dialect):
    return {name: getattr(dialect, name) for name in ("delimiter", "quote", "encoding", "header", "skip", "columns", "group_by", "starts")}


def test_a_byte_order_mark_and_mixed_line_ends_are_noted_and_read():
    found, end = documents(b"\xef\xbb\xbf" + (HEADER + "A,1,x\r\nB,1,y\rC,1,z\n").encode())
    assert [one.key for one in found] == ["A", "B", "C"]
    assert sorted(codes(end)) == ["row-line-ends", "row-mark"]
    assert found[0].offset == 3 + len(HEADER)


def test_utf_16_is_read_where_it_is_declared():
    found, end = documents((HEADER + "A,1,ü\n").encode("utf-16"), Dialect(**{**fields(DIALECT), "encoding": "utf-16"}))
    assert rows_of(found[0]) == [["A", "1", "ü"]]
    assert end.accepted


def test_a_key_that_comes_again_is_told_on_its_second_rows():
    found, _ = documents(HEADER + "A,1,x\nB,1,x\nA,2,x\n")
    assert [(one.key, one.accepted) for one in found] == [("A", True), ("B", True), ("A", False)]
    assert codes(found[2]) == ["row-key-again"]


def test_a_row_without_key_holds_the_document_before_it():
    found, _ = documents(HEADER + "A,1,x\n,2,x\nB,1,x\n")
    assert [(one.key, one.size, one.accepted) for one in found] == [("A", 2, False), ("B", 1, True)]


def test_a_line_without_end_is_given_up():
    found, _ = documents(HEADER.encode() + b"A,1," + b"x" * (LINE_LIMIT + 10), size=1 << 16)
    assert [codes(one) for one in found] == [["row-too-long"]]


def test_records_of_several_kinds_begin_a_document_with_the_first():
    dialect, wrong = dialect_of({"kind": "delimited", "delimiter": "|", "records": {"H": ["order", "date"], "L": ["line", "item"]}})
    assert wrong == []
    found, _ = documents("L|0|a\nH|A|20260101\nL|1|x\nL|2|y\nH|B|20260101\nX|1\n", dialect)
    assert [(list(one.root.loops), one.accepted) for one in found] == [(["L"], False), (["H", "L"], True), (["H"], False)]
    assert [loop.segments["L"][0][1:] for loop in found[1].root.loops["L"]] == [["1", "x"], ["2", "y"]]
    assert [codes(one) for one in found] == [["row-start"], [], ["row-kind"]]


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({"delimiter": "ab"}, "delimiter"),
        ({"quote": "''"}, "quote"),
        ({"encoding": "klingon"}, "encoding"),
        ({}, "columns"),
        ({"columns": ["a"], "group_by": "b"}, "group_by"),
    ],
)
def test_a_dialect_that_cannot_be_is_told(form, key):
    assert key in [wrong for wrong, _ in dialect_of({"columns": ["a"], **form} if key != "columns" else form)[1]]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"), max_size=8).map(str.strip)


@given(st.lists(st.tuples(CELLS, CELLS.map(lambda c: "v" + c + '\n"x",')), min_size=1, max_size=8), st.integers(1, 40))
def test_what_pythons_writer_quotes_is_read_back(values, size):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(NAMES)
    for n, (cell, other) in enumerate(values):
        writer.writerow([f"K{n}", cell, other])
    found, _ = documents(out.getvalue(), size=size)
    assert [rows_of(one)[0] for one in found] == [[f"K{n}", cell, other.strip()] for n, (cell, other) in enumerate(values)]


@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_are_read_to_the_end(data, size):
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    events = list(read(chunks, DIALECT))
    assert isinstance(events[-1], FileEnd)
    assert all(isinstance(event, DocumentRead) for event in events[:-1])
    whole = list(read([data], DIALECT))
    assert [one.findings for one in events] == [one.findings for one in whole]
