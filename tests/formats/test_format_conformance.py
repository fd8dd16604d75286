"""What every format promises, whatever the syntax: documents in order, the file's end last, nothing raised, what is written read again."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edi.finding import Location
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.kinds import FORMATS, format_of
from gateway.formats.shape import Shape
from gateway.formats.tree import PlacedSegment
from tests.excel import workbooks


@dataclass(frozen=True)
class Rig:
    """A format with a `format:` of its own and a file of two documents."""

    kind: str
    form: dict
    two: bytes
    shape: object = None
    bad: tuple = ("encoding", "klingon")

    @property
    def format(self):
        return format_of(self.kind)

    @property
    def settings(self):
        made, wrong = self.format.settings(self.form, self.shape)
        assert wrong == []
        return made

    def events(self, data, size=7):
        return list(self.format.read([data[at : at + size] for at in range(0, len(data), size)], self.settings))


def order_shape(number, line, item, top):
    shape = Shape()
    for path in (number, top):
        shape.value(path)
    inner = shape.list("line")
    for path in (line, item):
        inner.value(path)
    return shape


RIGS = [
    Rig(
        "delimited",
        {"kind": "delimited", "group_by": "order", "columns": ["order", "line", "item"]},
        b"order,line,item\nA,1,x\nA,2,y\nB,1,z\n",
    ),
    Rig(
        "fixed",
        {"kind": "fixed", "group_by": "order", "columns": {"order": "1-3", "line": "4-5 right 0", "item": "6-9"}},
        b"A  01x   \nA  02y   \nB  01z   \n",
    ),
    Rig(
        "excel",
        {"kind": "excel", "group_by": "order", "columns": ["order", "line", "item"]},
        workbooks.xlsx([["order", "line", "item"], ["A", "1", "x"], ["A", "2", "y"], ["B", "1", "z"]]),
        bad=("group_by", "buyer"),
    ),
    Rig(
        "xml",
        {"kind": "xml", "document": "/orders/order"},
        b'<?xml version="1.0"?>\n<orders sender="me">\n<order number="A"><line n="1"><item>x</item></line><line n="2"/></order>\n'
        b'<order number="B">\n  <line n="1"><item>y &amp; z</item></line></order></orders>\n',
        order_shape("@number", "@n", "item", "/orders/@sender"),
    ),
    Rig(
        "json",
        {"kind": "json", "document": "orders[]"},
        b'{"sender": "me", "orders": [\n  {"number": "A", "line": [{"n": "1", "item": "x"}, {"n": "2"}]},\n'
        b'  {"number": "B", "line": [{"n": "1", "item": "y \\u0026 \\"z\\""}]}\n]}\n',
        order_shape("number", "n", "item", "/sender"),
    ),
]


def tree(loop):
    """A tree as plain values, without places."""
    return (
        {name: [list(segment) for segment in segments] for name, segments in loop.segments.items()},
        {name: [tree(inner) for inner in loops] for name, loops in loop.loops.items()},
    )


def segments(loop):
    for found in loop.segments.values():
        yield from (segment for segment in found if len(segment) > 1)  # an item of paths begins with its list's name alone
    for loops in loop.loops.values():
        for inner in loops:
            yield from segments(inner)


each = pytest.mark.parametrize("rig", RIGS, ids=lambda rig: rig.kind)


def test_every_format_has_a_rig():
    assert {rig.kind for rig in RIGS} == {one.kind for one in FORMATS}


@each
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_documents_come_in_order_and_the_end_last_whatever_the_chunks(rig, size):
    *documents, end = rig.events(rig.two, size)
    assert [(type(one), one.number, one.accepted, one.findings) for one in documents] == [
        (DocumentRead, 1, True, []),
        (DocumentRead, 2, True, []),
    ]
    assert (type(end), end.accepted, end.documents, end.size) == (FileEnd, True, 2, len(rig.two))
    assert [tree(one.root) for one in documents] == [tree(one.root) for one in rig.events(rig.two)[:-1]]


@each
def test_every_value_knows_its_place_in_the_file(rig):
    for document in rig.events(rig.two)[:-1]:
        for segment in segments(document.root):
            assert isinstance(segment, PlacedSegment)
            place = document.locate(Location(segment=segment[0], segment_position=segment.position + 1, element=1))
            assert place.line is not None
            assert 1 <= place.line <= rig.two.count(b"\n") + 1
            assert place.segment is None
            assert place.field
        assert document.locate(Location(field="x")) == Location(field="x")


@each
def test_a_document_is_read_again_alone_where_the_format_cuts(rig):
    *documents, end = rig.events(rig.two)
    if not rig.format.cuts:
        assert {(one.offset, one.length) for one in documents} == {(0, 0)}
        return
    head = rig.two[end.header[0] : end.header[0] + end.header[1]]
    for one in documents:
        (again, _) = rig.events(head + rig.two[one.offset : one.offset + one.length])
        assert tree(again.root) == tree(one.root)


@each
@pytest.mark.parametrize("data", [b"", b"\n", b"\0", b"\xff\xfe", b"{", b"<", b"<a>", b"[1,", b"\xef\xbb\xbf"])
def test_a_file_that_is_nothing_of_the_kind_is_a_finding(rig, data):
    *documents, end = rig.events(data)
    assert isinstance(end, FileEnd)
    assert any(one.findings for one in (*documents, end))
    assert end.size == len(data)


@each
@given(st.data())
@settings(max_examples=150)
def test_any_bytes_end_in_findings(rig, data):
    noise = data.draw(st.binary(max_size=60))
    at = data.draw(st.integers(0, len(rig.two)))
    for text in (noise, rig.two[:at] + noise + rig.two[at:], rig.two[:at]):
        *documents, end = rig.events(text)
        assert isinstance(end, FileEnd)
        assert all(isinstance(one, DocumentRead) for one in documents)
        assert end.documents == len(documents)


@each
def test_what_is_written_is_read_again(rig):
    documents = rig.events(rig.two)[:-1]
    if not rig.format.writes:
        return
    written = rig.format.write([one.root for one in documents], rig.settings)
    assert written.findings == []
    assert [tree(one.root) for one in rig.events(written.body)[:-1]] == [tree(one.root) for one in documents]


@each
def test_what_is_wrong_with_a_declaration_names_its_key(rig):
    _, wrong = rig.format.settings(rig.form | dict([rig.bad]))
    assert [key for key, _ in wrong] == [rig.bad[0]]
    assert set(rig.form) <= set(rig.format.keys)
