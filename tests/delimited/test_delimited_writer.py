"""Delimited files of ours: quotes where they are needed, the declared encoding, formulas as the dialect says; read again they are equal."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.delimited.dialect import dialect_of
from gateway.formats.delimited.reader import read
from gateway.formats.delimited.writer import write
from gateway.formats.tree import Loop

DIALECT, _ = dialect_of({"columns": {"order": "PO", "item": "Item"}, "group_by": "order"})


def trees(*documents):
    made = []
    for rows in documents:
        root = Loop("", None)
        for row in rows:
            root.open("row", ["row", *row])
        made.append(root)
    return made


def cells(data, dialect=DIALECT):
    *found, end = read([data], dialect)
    assert end.accepted
    return [[list(loop.first[1:]) for loop in one.root.loops["row"]] for one in found]


def test_a_value_is_quoted_where_it_must_be_and_nowhere_else():
    written = write(trees([["A", "x, y"], ["A", 'say "no"'], ["A", "plain"], ["A", "two\nlines"]]), DIALECT)
    assert written.body == b'PO,Item\r\nA,"x, y"\r\nA,"say ""no"""\r\nA,plain\r\nA,"two\nlines"\r\n'
    assert written.findings == []


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({"delimiter": "semicolon", "line_end": "lf"}, "PO;Item\nA;ü\n".encode()),
        ({"delimiter": "tab", "encoding": "cp1252", "header": "no"}, "A\tü\r\n".encode("cp1252")),
        ({"encoding": "utf-16"}, "PO,Item\r\nA,ü\r\n".encode("utf-16")),
    ],
)
def test_the_dialect_says_how_it_is_written(form, body):
    dialect, wrong = dialect_of({"columns": {"order": "PO", "item": "Item"}, "group_by": "order"} | form)
    assert wrong == []
    assert write(trees([["A", "ü"]]), dialect).body == body
    assert cells(body, dialect) == [[["A", "ü"]]]


def test_a_character_that_the_encoding_does_not_have_is_told():
    written = write(trees([["A", "10 €"]]), replace(DIALECT, encoding="latin-1"))
    assert [(f.code, f.location.line, f.value) for f in written.findings] == [("row-character", 2, "€")]


@pytest.mark.parametrize(("formulas", "text", "codes"), [("keep", "=1+1", []), ("prefix", "'=1+1", []), ("refuse", None, ["csv-formula"])])
def test_what_a_spreadsheet_takes_for_a_formula_is_the_dialects_choice(formulas, text, codes):
    dialect = replace(DIALECT, formulas=formulas)
    written = write(trees([["A", "=1+1"], ["A", "-5"], ["A", "@now"]]), dialect)
    assert [f.code for f in written.findings] == codes * 2
    if text:
        assert [row[1] for row in csv.reader(io.StringIO(written.body.decode()))][1] == text
        assert cells(written.body, dialect) == [[["A", "=1+1"], ["A", "-5"], ["A", "@now"]]]


def test_a_value_that_needs_quotes_where_there_are_none_is_told():
    written = write(trees([["A", "x,y"]]), replace(DIALECT, quote=""))
    assert [f.code for f in written.findings] == ["csv-unquotable"]


def test_records_of_several_kinds_begin_with_their_kind():
    dialect, wrong = dialect_of({"records": {"H": ["order"], "L": ["item"], "S": {"under": "L", "columns": ["store"]}}, "delimiter": "|"})
    assert wrong == []
    root = Loop("", None)
    root.open("H", ["H", "A"])
    line = root.open("L", ["L", "x"])
    line.open("S", ["S", "1"])
    root.open("L", ["L", "y"])
    written = write([root], dialect)
    assert written.body == b"H|A\r\nL|x\r\nS|1\r\nL|y\r\n"
    (found, _) = read([written.body], dialect)
    assert [loop.first[1] for loop in found.root.loops["L"]] == ["x", "y"]
    assert [loop.first[1] for loop in found.root.loops["L"][0].loops["S"]] == ["1"]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"), max_size=8).map(str.strip)
VALUE = CELL.filter(lambda text: not text.startswith("'")) | CELL.map(lambda text: f'v{text}\n"x"')
KEY = st.text("ABC12", min_size=1, max_size=4)


@given(
    st.dictionaries(KEY, st.lists(VALUE, min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["keep", "prefix"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_is_written_is_read_back(documents, formulas, delimiter, encoding):
    dialect = replace(DIALECT, formulas=formulas, delimiter=delimiter, encoding=encoding)
    wanted = [[[key, f"x{value}"] for value in values] for key, values in documents.items()]
    written = write(trees(*wanted), dialect)
    assert written.findings == []
    assert cells(written.body, dialect) == [[[key, value.strip()] for key, value in rows] for rows in wanted]
