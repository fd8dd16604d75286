"""Fixed-width records: columns at declared places, records nested by their kind, longer and shorter ones told with row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.fixed.layout import Spot, layout_of
from gateway.formats.fixed.reader import read
from gateway.formats.fixed.writer import write
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.tree import Loop

FORM = {
    "kind": "fixed",
    "record": "1-1",
    "records": {
        "H": {"order": "2-7", "date": "8-15"},
        "L": {"line": "2-4 right zeros", "item": "5-12", "quantity": "13-18 right"},
        "S": {"under": "L", "columns": {"store": "2-7", "quantity": "8-13 right *"}},
    },
}
LAYOUT, WRONG = layout_of(FORM)
GOOD = "HPO-1  20260301\nL001ABC     " + "     5\nS0012  *****3\nL002DEF     " + "    10\nHPO-2  20260302\nL001GHI     " + "     1\n"


def documents(text, layout=LAYOUT, size=5):
    data = text if isinstance(text, bytes) else text.encode(layout.encoding)
    events = list(read([data[at : at + size] for at in range(0, len(data), size)], layout))
    assert isinstance(events[-1], FileEnd)
    return events[:-1], events[-1]


def cells(loop):
    return [list(loop.first), *[cells(inner) for loops in loop.loops.values() for inner in loops]]


def test_records_are_read_by_their_kind_and_nested_as_declared():
    assert WRONG == []
    found, end = documents(GOOD)
    assert [(one.line, one.size, one.findings) for one in found] == [(1, 4, []), (5, 2, [])]
    first = [cells(loop) for loops in found[0].root.loops.values() for loop in loops]
    assert first == [
        [["H", "PO-1", "20260301"]],
        [["L", "001", "ABC", "5"], [["S", "0012", "3"]]],
        [["L", "002", "DEF", "10"]],
    ]
    assert (end.documents, end.findings) == (2, [])


def test_a_document_can_be_read_alone_from_its_own_bytes():
    found, _ = documents(GOOD)
    second = GOOD.encode()[found[1].offset : found[1].offset + found[1].length]
    (again,), _ = documents(second)
    assert cells(again.root.loops["L"][0]) == cells(found[1].root.loops["L"][0])


@pytest.mark.parametrize(
    ("record", "code", "column", "field"),
    [
        ("L002DEF  \n", "fixed-short", 10, "item"),
        ("L002DEF          10extra\n", "fixed-long", 19, None),
        ("L002DE\tF         10\n", "fixed-control", 7, None),
        ("X002\n", "row-kind", 1, None),
    ],
)
def test_a_damaged_record_holds_its_own_document_only(record, code, column, field):
    found, _ = documents(GOOD[: GOOD.index("L002")] + record + GOOD[GOOD.index("HPO-2") :])
    assert [one.accepted for one in found] == [False, True]
    assert (code, 4, column, field) in [(f.code, f.location.line, f.location.column, f.location.field) for f in found[0].findings]


def test_records_before_the_one_they_belong_to_are_told():
    found, _ = documents("HPO-1  20260301\nS0012  *****3\n")
    assert [f.code for f in found[0].findings] == ["row-start"]


def test_blanks_at_the_end_may_be_missing_where_that_is_declared():
    trimmed, wrong = layout_of(FORM | {"trimmed": "yes"})
    assert wrong == []
    found, _ = documents("HPO-1\nL001ABC\n", trimmed)
    assert (found[0].findings, found[0].root.loops["L"][0].first[1:]) == ([], ["001", "ABC", ""])


def test_records_without_line_ends_are_cut_by_their_length():
    layout, wrong = layout_of({"columns": {"a": 3, "b": "4-6 right"}, "width": "8", "line_end": "none", "encoding": "cp037"})
    assert wrong == []
    found, _ = documents("AB   1  CD   2  ", layout)
    assert [one.root.loops["row"][0].first[1:] for one in found] == [["AB", "1"], ["CD", "2"]]


def test_widths_run_on_from_the_column_before():
    layout, wrong = layout_of({"columns": {"a": "3", "b": "2 right 0", "c": "4"}})
    assert (wrong, layout.spots[0][1]) == ([], (Spot("a", 1, 3), Spot("b", 4, 5, "right", "0"), Spot("c", 6, 9)))


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({}, "columns"),
        ({"columns": {"a": "x"}}, "columns"),
        ({"columns": {"a": "5-2"}}, "columns"),
        ({"columns": {"a": "1-5", "b": "4-8"}}, "columns"),
        ({"columns": {"a": "1-5"}, "width": "3"}, "width"),
        ({"columns": {"a": "1-5"}, "line_end": "none"}, "width"),
        ({"columns": {"a": "1-5"}, "encoding": "klingon"}, "encoding"),
        ({"columns": {"a": "1-5"}, "group_by": "b"}, "group_by"),
        ({"records": {"H": {"a": "2-3"}}}, "record"),
        ({"record": "1-1", "records": {"HEAD": {"a": "5-9"}}}, "records"),
        ({"record": "1-1", "records": {"L": {"under": "H", "columns": {"a": "2-3"}}}}, "records"),
        ({"columns": {"a": "1-5"}, "trimmed": "perhaps"}, "trimmed"),
    ],
)
def test_a_layout_that_cannot_be_is_told(form, key):
    assert key in [wrong for wrong, _ in layout_of(form)[1]]


def tree_of(order, lines):
    root = Loop("", None)
    root.open("H", ["H", order, "20260301"])
    for number, (item, quantity, stores) in enumerate(lines, 1):
        line = root.open("L", ["L", f"{number:03}", item, str(quantity)])
        for store in stores:
            line.open("S", ["S", store, "1"])
    return root


WORD = st.text("ABCZ09-/.", min_size=1, max_size=6)


@given(
    st.lists(st.tuples(WORD, st.lists(st.tuples(WORD, st.integers(-999, 99999), st.lists(WORD, max_size=3)), max_size=5)), min_size=1),
    st.integers(1, 60),
)
def test_what_is_written_is_read_back(orders, size):
    trees = [tree_of(order, lines) for order, lines in orders]
    written = write(trees, LAYOUT)
    assert written.findings == []
    found, end = documents(written.body, size=size)
    assert end.accepted
    assert [[cells(loop) for loops in one.root.loops.values() for loop in loops] for one in found] == [
        [cells(loop) for loops in tree.loops.values() for loop in loops] for tree in trees
    ]


def test_a_value_wider_than_its_column_or_outside_the_encoding_is_told_and_never_cut_silently():
    root = Loop("", None)
    root.open("H", ["H", "PO-12345", "2026030€"])
    latin, _ = layout_of(FORM | {"encoding": "latin-1"})
    assert [(f.code, f.location.line, f.location.field) for f in write([root], latin).findings] == [
        ("fixed-room", 1, "order"),
        ("row-character", 1, "date"),
    ]


def test_a_sign_stands_in_front_of_zeros():
    spot = Spot("n", 1, 6, "right", "0")
    assert [spot.padded(value) for value in ("12", "-12", "")] == ["000012", "-00012", "      "]


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_read_to_the_end(data, size):
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    events = list(read(chunks, LAYOUT))
    assert isinstance(events[-1], FileEnd)
    assert all(isinstance(event, DocumentRead) for event in events[:-1])
    assert [one.findings for one in events] == [one.findings for one in read([data], LAYOUT)]
