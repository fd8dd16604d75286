"""HL levels of any nesting as orders, lines, units and contents rows."""

from decimal import Decimal

import pytest
from small_sets import document, mapping, reading, tree_of

from gateway.translate.runtime import Context

RULES = """
tables: {unit: {EA: EA, CA: XCS}}
fields:
  number: BSN.02
hierarchy:
  S: {fields: {bill_of_lading: "REF[01=BM].02"}}
  O: {key: PRF.01, fields: {number: PRF.01, store: "N1[01=BY].04"}}
  T: {key: "MAN[01=GM].02", kind: pallet, fields: {sscc: "MAN[01=GM].02"}}
  P: {key: "MAN[01=GM].02 ?? REF[01=2I].02", kind: carton, sscc: "MAN[01=GM].02", identifier: "REF[01=2I].02"}
  I:
    number: LIN.01
    items: {pairs: LIN.02-31}
    shipped: {value: SN1.02 | decimal, unit: SN1.03 | code(unit)}
    order_of: "^HL[03=O].PRF.01"
  write: [S, O, T, P, I]
  loose: skip_level
"""


def hl(rows):
    """BSN and HL loops: a row is the level's number, parent and code, then its segments."""
    lines = ["BSN*00*S1*20260101*1200"]
    for number, parent, code, *segments in rows:
        lines += [f"HL*{number}*{parent}*{code}", *segments]
    return "\n".join(lines)


def contents(rows, rules=RULES):
    return document(rules, hl(rows), "856").get("contents")


SOPI = [
    ("1", "", "S", "REF*BM*B1"),
    ("2", "1", "O", "PRF*PO-1", "N1*BY**92*07"),
    ("3", "2", "P", "MAN*GM*000"),
    ("4", "3", "I", "LIN*1*UP*11", "SN1**3*EA"),
    ("5", "3", "I", "LIN*2*UP*12", "SN1**4*CA"),
    ("6", "2", "P", "REF*2I*C2"),
    ("7", "6", "I", "LIN*1*UP*11", "SN1**2*EA"),
]


def test_shipment_order_pack_item():
    assert document(RULES, hl(SOPI), "856") == {
        "number": "S1",
        "shipment": {"bill_of_lading": "B1"},
        "orders": [{"ordinal": 1, "number": "PO-1", "store": "07"}],
        "handling_units": [{"ordinal": 1, "kind": "carton", "sscc": "000"}, {"ordinal": 2, "kind": "carton", "identifier": "C2"}],
        "lines": [
            {
                "ordinal": 1,
                "order": 1,
                "number": "1",
                "items": [{"scheme": "UP", "value": "11"}],
                "shipped": {"value": Decimal(3), "unit": "EA"},
                "order_of": "PO-1",
            },
            {
                "ordinal": 2,
                "order": 1,
                "number": "2",
                "items": [{"scheme": "UP", "value": "12"}],
                "shipped": {"value": Decimal(4), "unit": "XCS"},
                "order_of": "PO-1",
            },
            {
                "ordinal": 3,
                "order": 1,
                "number": "1",
                "items": [{"scheme": "UP", "value": "11"}],
                "shipped": {"value": Decimal(2), "unit": "EA"},
                "order_of": "PO-1",
            },
        ],
        "contents": [
            {"order": 1, "line": 1, "unit": 1, "quantity": Decimal(3), "unit_of_measure": "EA"},
            {"order": 1, "line": 2, "unit": 1, "quantity": Decimal(4), "unit_of_measure": "XCS"},
            {"order": 1, "line": 3, "unit": 2, "quantity": Decimal(2), "unit_of_measure": "EA"},
        ],
    }


def test_shipment_order_item_without_packs():
    rows = [
        ("1", "", "S"),
        ("2", "1", "O", "PRF*PO-1"),
        ("3", "2", "I", "LIN*1", "SN1**3*EA"),
        ("4", "1", "O", "PRF*PO-2"),
        ("5", "4", "I", "LIN*1", "SN1**5*EA"),
    ]
    assert contents(rows) == [
        {"order": 1, "line": 1, "quantity": Decimal(3), "unit_of_measure": "EA"},
        {"order": 2, "line": 2, "quantity": Decimal(5), "unit_of_measure": "EA"},
    ]


def test_a_pack_below_an_item_takes_the_items_line():
    rows = [
        ("1", "", "S"),
        ("2", "1", "O", "PRF*PO-1"),
        ("3", "2", "I", "LIN*1", "SN1**8*EA"),
        ("4", "3", "P", "MAN*GM*A", "SN1**5*EA"),
        ("5", "3", "P", "MAN*GM*B", "SN1**3*EA"),
    ]
    rules = RULES.replace("  P: {key", "  P: {content: {quantity: SN1.02 | decimal, unit_of_measure: SN1.03 | code(unit)}, key")
    assert contents(rows, rules) == [
        {"order": 1, "line": 1, "unit": 1, "quantity": Decimal(5), "unit_of_measure": "EA"},
        {"order": 1, "line": 1, "unit": 2, "quantity": Decimal(3), "unit_of_measure": "EA"},
    ]


def test_the_only_pack_below_an_item_holds_all_of_it_and_of_several_nothing_is_guessed():
    one = [("1", "", "S"), ("2", "1", "I", "LIN*1", "SN1**8*EA"), ("3", "2", "P", "MAN*GM*A")]
    assert contents(one) == [{"line": 1, "unit": 1, "quantity": Decimal(8), "unit_of_measure": "EA"}]
    assert contents([*one, ("4", "2", "P", "MAN*GM*B")]) == [{"line": 1, "unit": 1}, {"line": 1, "unit": 2}]


def test_without_parents_the_order_of_appearance_rules():
    bare = [(number, "", code, *segments) for number, _, code, *segments in SOPI]
    assert contents(bare) == contents(SOPI)


def test_a_pallet_holds_cartons():
    rows = [
        ("1", "", "S"),
        ("2", "1", "O", "PRF*1"),
        ("3", "2", "T", "MAN*GM*T"),
        ("4", "3", "P", "MAN*GM*P"),
        ("5", "4", "I", "LIN*1", "SN1**1*EA"),
    ]
    found = document(RULES, hl(rows), "856")
    assert [(unit["ordinal"], unit.get("parent"), unit["kind"]) for unit in found["handling_units"]] == [
        (1, None, "pallet"),
        (2, 1, "carton"),
    ]
    assert found["contents"] == [{"order": 1, "line": 1, "unit": 2, "quantity": Decimal(1), "unit_of_measure": "EA"}]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([("1", "", "S"), ("2", "2", "I", "LIN*1", "SN1**1*EA")], ["hierarchy-parent"]),
        ([("1", "", "S"), ("2", "3", "O", "PRF*1"), ("3", "2", "I", "LIN*1", "SN1**1*EA")], ["hierarchy-parent"]),
        ([("1", "", "S"), ("1", "1", "O", "PRF*1"), ("2", "1", "I", "LIN*1", "SN1**1*EA")], ["hierarchy-duplicate"]),
        ([("1", "0", "S"), ("2", "9", "I", "LIN*1", "SN1**1*EA")], ["hierarchy-parent"]),
        ([("1", "", "S"), ("2", "1", "Q"), ("3", "2", "I", "LIN*1", "SN1**1*EA")], ["hierarchy-level"]),
    ],
)
def test_wrong_numbers_are_told_and_the_goods_kept(rows, codes):
    made = reading(RULES, hl(rows), "856")
    assert [f.code for f in made.findings] == codes
    assert all(f.severity == "warning" and f.location.segment == "HL" for f in made.findings)
    assert [row["quantity"] for row in made.documents[0]["contents"]] == [Decimal(1)]


def test_ten_thousand_levels_one_below_the_other_are_no_recursion():
    rows = (
        [("1", "", "S")]
        + [(str(n), str(n - 1), "P", f"MAN*GM*{n}") for n in range(2, 10_000)]
        + [("10000", "9999", "I", "LIN*1", "SN1**1*EA")]
    )
    made = mapping(RULES, "856")
    context = Context()
    found = made.read(tree_of(hl(rows), "856"), context).documents[0]
    assert found["contents"] == [{"line": 1, "unit": 9998, "quantity": Decimal(1), "unit_of_measure": "EA"}]


def test_the_same_order_again_is_one_order():
    rows = [
        ("1", "", "S"),
        ("2", "1", "O", "PRF*A"),
        ("3", "2", "I", "LIN*1", "SN1**1*EA"),
        ("4", "1", "O", "PRF*A"),
        ("5", "4", "I", "LIN*2", "SN1**2*EA"),
    ]
    found = document(RULES, hl(rows), "856")
    assert len(found["orders"]) == 1
    assert [row["order"] for row in found["contents"]] == [1, 1]


def test_levels_below_are_found_wherever_they_nest():
    rules = 'fields:\n  items: {for_each: "//HL[03=I]", number: LIN.01, order: "^HL[03=O].PRF.01"}\nhierarchy: {S: {fields: {x: "REF[01=BM].02"}}}'
    made = mapping(rules, "856")
    found = made.read(tree_of(hl(SOPI), "856")).documents[0]
    assert found["items"] == [{"number": "1", "order": "PO-1"}, {"number": "2", "order": "PO-1"}, {"number": "1", "order": "PO-1"}]
    without = mapping(rules.partition("\nhierarchy")[0], "856")
    assert without.read(tree_of(hl(SOPI), "856")).documents[0]["items"] == found["items"]


def test_what_a_level_does_not_read_is_unmapped_there_and_only_there():
    rows = [("1", "", "S", "REF*BM*B1", "TD5**2*ABCD"), ("2", "1", "O", "PRF*A", "REF*BM*odd"), ("3", "2", "I", "LIN*1", "SN1**1*EA")]
    left = reading(RULES, hl(rows), "856").documents[0]["unmapped"]
    assert [(row["loop"], row["segment"], row["position"], row["elements"]) for row in left if row["segment"] != "BSN"] == [
        ("HL[1]", "TD5", 5, {"02": "2", "03": "ABCD"}),
        ("HL[2]", "REF", 8, {"01": "BM", "02": "odd"}),
    ]


def test_a_level_without_the_one_above_is_refused_where_that_is_agreed():
    rules = RULES.replace("loose: skip_level", "loose: refuse")
    made = reading(rules, hl([("1", "", "O", "PRF*PO-1")]), "856")
    assert [(found.code, found.location.segment_position) for found in made.findings] == [("hierarchy-refused", 3)]
    assert reading(rules, hl(SOPI[:2]), "856").findings == []
