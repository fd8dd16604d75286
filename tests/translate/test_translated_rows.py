"""Orders and ship notices from delimited files: the same mapping language, findings with row and column, good orders go on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import OwnLibrary

from gateway.documents.models import fields_of
from gateway.formats.delimited.reader import read
from gateway.formats.format import DocumentRead
from gateway.profiles.terms import DialectTerms
from gateway.stores.library import FolderLibrary
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load

ORDERS = load(FolderLibrary(), "csv/order", schema=fields_of)
HEADER = "order_number,order_date,requested_delivery,currency,department,ship_to,ship_to_name,line,buyer_item,vendor_item,gtin,description,quantity,unit,price,note\n"
GOOD = "4711,2026-03-01,,,042,12,Store,1,,V-1,,Widget,10,EA,9.95,\n"


def outcomes(text, mapping=ORDERS):
    return [
        translate_document(None, mapping, one) for one in read([text.encode()], format_for(mapping)[1]) if isinstance(one, DocumentRead)
    ]


def own(form, fields, document="purchase_order"):
    text = f"mapping: 1\ndocument: {document}\nformat: {form}\n{fields}"
    return load(OwnLibrary({"mappings/t.yaml": text, "mappings/tables/unit.yaml": "rows: {EA: EA}"}), "t")


def test_the_standard_csv_mappings_have_no_mistakes():
    assert ORDERS.findings == ()
    assert load(FolderLibrary(), "csv/ship_notice", schema=fields_of).findings == ()


@pytest.mark.parametrize(
    ("row", "verb", "code", "column", "field"),
    [
        (GOOD.replace(",10,", ",ten,"), "map", "decimal-invalid", 13, "quantity"),
        (GOOD.replace(",EA,", ",QQ,"), "map", "code-without-meaning", 14, "unit"),
        (GOOD.replace("2026-03-01", "46082"), "map", "date-invalid", 2, "order_date"),
        (GOOD.replace("2026-03-01", "01.03.2026"), "map", "date-invalid", 2, "order_date"),
        (GOOD.replace(",10,", ",,"), "map", "value-required", 13, "quantity"),
        (GOOD.replace("V-1", "4.03E+12"), "parse", "row-short-number", 10, "vendor_item"),
        (GOOD.replace(",Widget", ""), "parse", "csv-cells", None, None),
    ],
)
def test_an_order_with_a_mistake_is_held_with_row_and_column_and_its_neighbours_go_on(row, verb, code, column, field):
    before, bad, after = outcomes(HEADER + GOOD.replace("4711", "4710") + row + GOOD.replace("4711", "4712"))
    assert (before.verb, after.verb) == (None, None)
    assert (bad.verb, bad.documents) == (verb, ())
    assert (code, 3, column, field) in [(f.code, f.location.line, f.location.column, f.location.field) for f in bad.findings]


def test_what_holds_for_the_order_must_be_the_same_on_all_its_rows():
    (held,) = outcomes(HEADER + GOOD + GOOD.replace("2026-03-01", "2026-03-02"))
    assert (held.verb, [(f.code, f.location.line, f.location.field, f.value) for f in held.findings]) == (
        "map",
        [("row-differs", 3, "order_date", "2026-03-02")],
    )


def test_a_partner_says_only_what_differs():
    heir = """
mapping: 1
extends: csv/order
format: {delimiter: ";", encoding: cp1252, columns: {order_number: "PO Number", line: Zeile}}
fields: {date: order_date | date(DD.MM.YYYY)}
"""

    class Over(FolderLibrary):
        def read(self, name):
            return heir if name == "mappings/partner.yaml" else super().read(name)

        def names(self, prefix):
            return [*super().names(prefix), *(["mappings/partner.yaml"] if "mappings/partner.yaml".startswith(prefix) else [])]

    made = load(Over(), "partner", schema=fields_of)
    assert made.findings == ()
    text = (
        (HEADER + GOOD)
        .replace("order_number", "PO Number")
        .replace(",line,", ",Zeile,")
        .replace(",", ";")
        .replace("2026-03-01", "01.03.2026")
        .replace("Store", "Süd")
    )
    (found,) = [
        translate_document(None, made, one) for one in read([text.encode("cp1252")], format_for(made)[1]) if isinstance(one, DocumentRead)
    ]
    assert found.documents[0]["parties"][0]["name"] == "Süd"


def test_the_agreement_may_say_another_dialect():
    class Terms:
        dialect = DialectTerms(delimiter="tab", encoding="latin-1", header=False)

    agreed = format_for(ORDERS, Terms)[1]
    assert (agreed.delimiter, agreed.encoding, agreed.header, agreed.group_by) == ("\t", "latin-1", False, ("order_number",))


def test_cells_that_no_rule_reads_are_kept_by_name():
    made = own("{kind: delimited, group_by: a, columns: [a, b, c]}", "fields:\n  number: a\n  lines: {for_each: row, number: b}\n")
    root = next(iter(read([b"a,b,c\n1,2,x\n1,3,\n1,4,y\n"], format_for(made)[1]))).root
    assert made.read(root).documents == [
        {
            "document_type": "purchase_order",
            "number": "1",
            "lines": [{"number": "2"}, {"number": "3"}, {"number": "4"}],
            "unmapped": [
                {"segment": "row", "elements": {"c": "x"}, "loop": "row[1]", "position": 2},
                {"segment": "row", "elements": {"c": "y"}, "loop": "row[3]", "position": 4},
            ],
        }
    ]


def test_records_of_several_kinds_are_read_by_kind():
    form = '{kind: delimited, delimiter: "|", records: {H: [number, date], L: [line, quantity]}}'
    made = own(
        form, "fields:\n  number: H.number\n  date: H.date | date\n  lines: {for_each: L, number: L.line, quantity: L.quantity | decimal}\n"
    )
    assert made.findings == ()
    roots = [
        one.root for one in read([b"H|1|20260301\nL|1|5\nL|2|6\nH|2|20260302\n"], format_for(made)[1]) if isinstance(one, DocumentRead)
    ]
    first, second = (made.read(root).documents[0] for root in roots)
    assert first["lines"] == [{"number": "1", "quantity": Decimal(5)}, {"number": "2", "quantity": Decimal(6)}]
    assert (second["number"], "lines" in second) == ("2", False)


def test_a_column_that_is_not_declared_is_told_by_lint():
    made = own("{kind: delimited, colums: [a], columns: [number, date]}", "fields:\n  number: nummer\n  date: date | date\n")
    assert [(f.code, f.location.line) for f in made.findings] == [("mapping-key-unknown", 3), ("mapping-column-unknown", 5)]


def test_items_of_one_value_are_one_item_that_others_find():
    made = own(
        "{kind: delimited, group_by: s, columns: [s, carton, n]}",
        "fields:\n  units: {for_each: row, once: carton, ordinal: ordinal(), id: carton}\n  rows: {for_each: row, unit: 'ordinal_of(units, carton)', n: n}\n",
    )
    root = next(iter(read([b"s,carton,n\n1,A,1\n1,B,2\n1,A,3\n"], format_for(made)[1]))).root
    found = made.read(root).documents[0]
    assert found["units"] == [{"ordinal": 1, "id": "A"}, {"ordinal": 2, "id": "B"}]
    assert [row["unit"] for row in found["rows"]] == [1, 2, 1]


CELL = st.text(st.sampled_from('19ax",;\n\r.- E+\0é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=1, max_size=18), max_size=6))
def test_no_rows_make_the_call_raise(rows):
    text = HEADER + "\n".join(",".join(row) for row in rows)
    for outcome in outcomes(text):
        assert outcome.verdict in "AR"
