"""Documents as files of rows: the reading mapping backwards, header values on every row, read again and equal before they may leave."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents.models import fields_of
from gateway.formats.format import FileEnd
from gateway.profiles.guide import load_guide
from gateway.stores.library import FolderLibrary
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.writing.files import FileWriter
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer
from tests.translate.small_sets import OwnLibrary

LIBRARY = FolderLibrary()
MAPPINGS = {name: load(LIBRARY, name, schema=fields_of) for name in ("csv/order", "csv/ship_notice", "bolt/shipped", "riverside/orders")}


def read(mapping, body):
    form, how = format_for(mapping)
    outcomes = [translate_document(None, mapping, one) for one in form.read([body], how) if not isinstance(one, FileEnd)]
    assert [outcome.findings for outcome in outcomes if outcome.verb is not None] == []
    return [outcome.documents[0] for outcome in outcomes]


def order(number="4711", lines=()):
    return {
        "document_type": "purchase_order",
        "number": number,
        "date": date(2026, 3, 1),
        "purpose": "original",
        "kind": "stand_alone",
        "currency": "USD",
        "lines": list(lines),
    }


def line(ordinal, item="A-1", quantity="5", **more):
    return {
        "ordinal": ordinal,
        "number": str(ordinal),
        "quantity": {"value": Decimal(quantity), "unit": "EA"},
        "items": [{"scheme": "vendor_item", "value": item}],
        **more,
    }


def codes(written):
    return [(finding.code, finding.location.field) for finding in written.findings if finding.severity == "error"]


def test_header_values_stand_on_every_row_and_documents_follow_one_another():
    first = order(lines=[line(1), line(2, "B,2")]) | {"department": "042"}
    written = FileWriter(MAPPINGS["csv/order"]).write([first, order("4712", [line(1)])])
    assert codes(written) == []
    rows = written.body.decode().splitlines()
    assert rows[1:] == [
        "4711,2026-03-01,,USD,042,,,1,,A-1,,,5,EA,,",
        '4711,2026-03-01,,USD,042,,,2,,"B,2",,,5,EA,,',
        "4712,2026-03-01,,USD,,,,1,,A-1,,,5,EA,,",
    ]


def test_what_the_rows_cannot_say_is_told_with_its_field_and_nothing_may_leave():
    bad = order("4712", [line(1), line(2) | {"items": [{"scheme": "upc", "value": "1"}]}]) | {"sales_person": "Joe"}
    written = FileWriter(MAPPINGS["csv/order"]).write([order(lines=[line(1)]), bad])
    assert not written.sendable
    assert {field for _, field in codes(written)} >= {"2.sales_person", "2.lines.2.items.1"}
    assert not any(field.startswith("1.") for _, field in codes(written))


def test_a_value_that_would_be_read_otherwise_is_told():
    written = FileWriter(MAPPINGS["csv/order"]).write([order(lines=[line(1) | {"amount": Decimal("99.00")}])])
    assert codes(written) == [("write-absent", "lines.1.amount")]


def test_cartons_stand_on_the_rows_that_hold_them():
    mapping = MAPPINGS["csv/ship_notice"]
    body = (
        b"shipment,shipped_on,arrives_on,carrier,bill_of_lading,order_number,order_line,carton,vendor_item,gtin,quantity,unit,lot,expiry\r\n"
        b"S-9,2026-03-02,,,,4711,1,C1,NAIL-60,,120,EA,L5,2027-01-31\r\n"
        b"S-9,2026-03-02,,,,4711,2,C1,SAW-1,,5,CA,,\r\n"
        b"S-9,2026-03-02,,,,4711,1,C2,NAIL-60,,80,EA,L6,\r\n"
    )
    documents = read(mapping, body)
    written = FileWriter(mapping).write(documents)
    assert (codes(written), written.body) == ([], body)


def test_a_character_that_the_encoding_does_not_have_is_told_with_its_field():
    library = OwnLibrary(
        {
            "mappings/t.yaml": "extends: csv/order\nformat: {encoding: latin-1}",
            "mappings/csv/order.yaml": LIBRARY.read("mappings/csv/order.yaml"),
            "mappings/tables/unit.yaml": LIBRARY.read("mappings/tables/unit.yaml"),
        }
    )
    written = FileWriter(load(library, "t")).write([order(lines=[line(1), line(2, description="5 €")])])
    assert codes(written) == [("row-character", "lines.2.description")]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("riverside/orders", (b"order_no,order_date,deliver_on,ship_to,line,item,description,quantity,unit,price\r\n" b"W-1,2026-11-20,2026-12-02,STORE 17,1,HB-1,MUG,12,EA,9.25\r\n" b'W-1,2026-11-20,2026-12-02,STORE 03,2,HB-2,"TOWEL, BLUE",1,EA,118\r\n' b"W-2,2026-11-20,,STORE 03,1,HB-3,,40,EA,4.1\r\n")),
        ("bolt/shipped", b"shipment;shipped_on;arrives_on;carrier_no;order;order_line;item;quantity;unit\r\nS1;20260301;20260302;1Z;PO1;1;A;5;EA\r\nS1;20260301;20260302;1Z;PO1;2;B;7.5;EA\r\n"),
    ],
)  # fmt: skip
def test_what_partners_send_goes_out_again_byte_for_byte(name, body):
    written = FileWriter(MAPPINGS[name]).write(read(MAPPINGS[name], body))
    assert (codes(written), written.body) == ([], body)


def test_columns_that_no_rule_reads_go_back_to_their_rows():
    library = OwnLibrary(
        {
            "mappings/t.yaml": "mapping: 1\ndocument: purchase_order\nformat: {kind: delimited, group_by: a, columns: [a, b, c]}\n"
            "fields:\n  number: a\n  lines: {for_each: row, number: b}\n"
        }
    )
    mapping = load(library, "t")
    body = b"a,b,c\r\n1,2,x\r\n1,3,\r\n1,4,y\r\n"
    form, how = format_for(mapping)
    (document,) = [mapping.read(one.root).documents[0] for one in form.read([body], how) if not isinstance(one, FileEnd)]
    written = FileWriter(mapping).write([document])
    assert (codes(written), written.body) == ([], body)


def test_records_of_several_kinds_nest_and_carry_their_key():
    library = OwnLibrary(
        {
            "mappings/t.yaml": """
mapping: 1
document: purchase_order
format:
  kind: fixed
  record: 1-1
  group_by: order
  line_end: lf
  records:
    H: {order: 2-7, date: 8-15}
    L: {order: 2-7, line: 8-10 right zeros, item: 11-18}
    S: {under: L, columns: {order: 2-7, store: 8-12, quantity: 13-18 right}}
fields:
  number: H.order
  date: date | date
  lines:
    for_each: L
    number: line | strip_zeros
    description: item
    schedules: {for_each: S, location: {value: store}, quantity: {value: quantity | decimal}}
"""
        }
    )
    mapping = load(library, "t")
    assert mapping.findings == ()
    body = b"HPO-1  20260301\nLPO-1  001ABC     \nSPO-1  A1        5\nSPO-1  B2       10\nLPO-1  002DEF     \nHPO-2  20260302\n"
    documents = []
    form, how = format_for(mapping)
    for one in form.read([body], how):
        if not isinstance(one, FileEnd):
            documents += mapping.read(one.root).documents
    assert [one["quantity"]["value"] for one in documents[0]["lines"][0]["schedules"]] == [5, 10]
    written = FileWriter(mapping).write(documents)
    assert (codes(written), written.body) == ([], body)


UNITS = [{"from": "EA", "to": "EA", "until": "2026-02-28"}, {"from": "PC", "to": "EA", "since": "2026-03-01"}]


@pytest.mark.parametrize(("day", "unit"), [(date(2026, 2, 28), "EA"), (date(2026, 3, 1), "PC")])
def test_codes_are_written_as_they_are_on_the_documents_day(day, unit):
    document = order(lines=[line(1)]) | {"date": day}
    rows = load(LIBRARY, "csv/order", None, {"unit": UNITS}, schema=fields_of)
    assert FileWriter(rows).write([document]).body.splitlines()[1].split(b",")[13] == unit.encode()
    guide = load_guide(LIBRARY, "x12/004010/850")
    written = write_set(Writer(load(LIBRARY, "x12/004010/850", guide, {"unit": UNITS}), guide), document)
    assert [text for text in written.segments if text.startswith("PO1")] == [f"PO1*1*5*{unit}***VN*A-1"]


WORDS = st.text("ABCüß09 -/.,\"';=@", min_size=1, max_size=10).map(lambda text: " ".join(text.split())).filter(bool)
ITEMS = st.lists(st.sampled_from(["buyer_item", "vendor_item"]), unique=True, max_size=2).map(sorted)
LINES = st.fixed_dictionaries(
    {
        "quantity": st.fixed_dictionaries({"value": st.decimals(1, 99999, places=2), "unit": st.sampled_from(["EA", "XCS", "LBR"])}),
        "items": ITEMS.flatmap(lambda schemes: st.tuples(*(st.fixed_dictionaries({"scheme": st.just(s), "value": WORDS}) for s in schemes)).map(list)),
    },
    optional={"description": WORDS, "number": WORDS, "notes": WORDS.map(lambda text: [{"text": text}])},
)  # fmt: skip


@given(st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=4), st.sampled_from(["", "042"]))
@settings(deadline=None)
def test_what_is_written_is_read_back_equal(orders, department):
    documents = []
    for n, lines in enumerate(orders):
        rows = [{"ordinal": m, **{name: value for name, value in one.items() if value}} for m, one in enumerate(lines, 1)]
        documents.append({name: value for name, value in (order(f"PO-{n}", rows) | {"department": department}).items() if value})
    written = FileWriter(MAPPINGS["csv/order"]).write(documents)
    assert codes(written) == []
    back = read(MAPPINGS["csv/order"], written.body)
    assert [{name: value for name, value in one.items() if name != "schema_version"} for one in back] == documents
