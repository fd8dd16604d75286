"""The bytes of a cell: exactly those that its value was read from."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.delimited.dialect import dialect_of
from gateway.formats.fixed.layout import layout_of
from gateway.formats.spans import spans

DIALECT = dialect_of({"delimiter": ";", "columns": ["a", "b", "c"]})[0]


def said(data: bytes, wanted: list[tuple[int, int]], settings) -> list[str | None]:
    found = spans([data[n : n + 7] for n in range(0, len(data), 7)], wanted, settings)
    return [data[found[place][0] :][: found[place][1]].decode() if place in found else None for place in wanted]


def test_quotes_blanks_line_ends_and_letters_of_several_bytes_are_no_part_of_a_value_or_all_of_it():
    data = b"\xef\xbb\xbf" + 'a;b;c\r\nx; "y;""1""" ; Köln\r\n"two\r\nlines";z;\r\nq;r\r\n'.encode()
    places = [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3), (5, 2), (5, 3)]

    assert said(data, places, DIALECT) == ["x", 'y;""1""', "Köln", "two\r\nlines", "z", "", "r", None]


@given(st.lists(st.lists(st.text(st.sampled_from('ab;" é'), max_size=5), min_size=3, max_size=3), min_size=1, max_size=4))
def test_of_any_file_that_python_writes_each_cell_is_found(rows):
    rows = [[cell.strip() for cell in row] for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    places = [(line, column) for line in range(1, len(rows) + 1) for column in (1, 2, 3)]

    assert said(text.getvalue().encode(), places, DIALECT) == [cell.replace('"', '""') for row in rows for cell in row]


@pytest.mark.parametrize(("line_end", "width"), [("crlf", 0), ("none", 8)])
def test_a_place_of_a_fixed_width_record_is_its_columns_bytes(line_end, width):
    form = {"record": "1-1", "records": {"H": {"no": "2-4", "x": "5-8"}, "L": {"item": "2-6"}}, "line_end": line_end, "width": str(width)}
    layout = layout_of({**form, "encoding": "latin-1"})[0]
    records = ["Hé12abcd", "LABCDE  "]
    data = ("" if line_end == "none" else "\r\n").join(records).encode("latin-1")
    found = spans([data], [(1, 2), (2, 2), (2, 5)], layout)

    assert [data[offset : offset + length] for offset, length in found.values()] == ["é12".encode("latin-1"), b"ABCDE"]
    assert (2, 5) not in found
