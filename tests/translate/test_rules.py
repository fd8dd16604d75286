"""The forms of rules: lists, groups, pairs, cases, conditions, defaults, references, terms."""

from datetime import date
from decimal import Decimal

import pytest
from small_sets import document, library, mapping, reading, tree_of

from gateway.translate.mapping import load
from gateway.translate.runtime import Context

HEAD = "BEG*00*SA*4711**20260131\n"


def test_a_repeating_group_gives_an_item_for_each_filled_group():
    rules = """
fields:
  lines:
    for_each: PO1
    stores: {for_each: SDQ.03-22 by 2, unit: SDQ.01, store: ".1", quantity: .2 | decimal}
"""
    body = HEAD + "PO1*1*10*EA\nSDQ*EA*92*0007*4***0009*6\nSDQ*CA*92*0010*1"
    assert document(rules, body)["lines"][0]["stores"] == [
        {"unit": "EA", "store": "0007", "quantity": Decimal(4)},
        {"unit": "EA", "store": "0009", "quantity": Decimal(6)},
        {"unit": "CA", "store": "0010", "quantity": Decimal(1)},
    ]


def test_groups_inside_an_item_of_the_same_segment_are_its_own():
    rules = (
        "fields:\n  lines:\n    for_each: PO1\n    sdq: {for_each: SDQ, unit: SDQ.01, stores: {for_each: SDQ.03-22 by 2, store: .1 | trim}}"
    )
    body = HEAD + "PO1*1*10*EA\nSDQ*EA*92*0007*4*0008*6\nSDQ*CA*92*0010*1"
    assert document(rules, body)["lines"][0]["sdq"] == [
        {"unit": "EA", "stores": [{"store": "0007"}, {"store": "0008"}]},
        {"unit": "CA", "stores": [{"store": "0010"}]},
    ]


def test_pairs_skip_empty_ones_and_tell_of_halves():
    rules = "tables: {s: {UP: upc, VN: vendor, IN: ours, IZ: size, UK: gtin}}\nfields:\n  lines: {for_each: PO1, number: PO1.01, items: {pairs: PO1.06-25, scheme: code(s)}}"
    made = reading(rules, HEAD + "PO1*1*10*EA*1**IN*77*UP*042*VN****IZ*23.4OZ*******UK*100\nPO1*2*1*EA***UP\nPO1*3*1*EA****042")
    assert made.documents[0]["lines"] == [
        {
            "number": "1",
            "items": [
                {"scheme": "ours", "value": "77"},
                {"scheme": "upc", "value": "042"},
                {"scheme": "size", "value": "23.4OZ"},
                {"scheme": "gtin", "value": "100"},
            ],
        },
        {"number": "2"},
        {"number": "3"},
    ]
    assert [(f.code, f.severity, f.location.segment_position, f.location.element, f.value) for f in made.findings] == [
        ("pair-incomplete", "warning", 3, 10, "VN"),
        ("pair-incomplete", "warning", 4, 6, "UP"),
        ("pair-unqualified", "warning", 5, 7, "042"),
    ]


def test_a_list_of_several_sources_joins_them_in_order():
    rules = """
fields:
  lines:
    for_each: PO1
    schedules:
      - {for_each: SDQ.03-22 by 2, place: ".1", quantity: .2 | decimal, when: $place}
      - {for_each: SCH, quantity: SCH.01 | decimal, date: SCH.06 | date, when: $date}
"""
    body = HEAD + "PO1*1*10*EA\nSDQ*EA*92*0007*4\nSCH*6*EA***002*20260215"
    assert document(rules, body)["lines"][0]["schedules"] == [
        {"place": "0007", "quantity": Decimal(4)},
        {"quantity": Decimal(6), "date": date(2026, 2, 15)},
    ]


def test_if_none_stands_where_no_item_is():
    rules = "tables: {verdict: {AD: accepted}}\nfields:\n  lines: {for_each: PO1, number: PO1.01, statuses: {for_each: ACK, status: ACK.01, if_none: {status: /BAK.02 | code(verdict)}}}"
    body = "BAK*00*AD*1*20260101\nPO1*1*5*EA\nACK*IB*2\nACK*IA*3\nPO1*2*5*EA"
    assert document(rules, body, "855")["lines"] == [
        {"number": "1", "statuses": [{"status": "IB"}, {"status": "IA"}]},
        {"number": "2", "statuses": [{"status": "accepted"}]},
    ]


def test_a_case_chooses_rules_by_a_value():
    rules = """
fields:
  lines:
    for_each: PO1
    price:
      case:
        PO1.05:
          PP|HP: {amount: PO1.04 | decimal, odd: PO1.05}
          none: {amount: PO1.04 | decimal}
          else: {text: PO1.04}
"""
    body = HEAD + "PO1*1*1*EA*5*PP\nPO1*2*1*EA*6\nPO1*3*1*EA*7*PE"
    assert [line["price"] for line in document(rules, body)["lines"]] == [
        {"amount": Decimal(5), "odd": "PP"},
        {"amount": Decimal(6)},
        {"text": "7"},
    ]


def test_a_case_among_fields_adds_its_fields():
    rules = "fields:\n  number: BEG.03\n  case: {BEG.02: {SA: {alone: BEG.01}, RL: {release: BEG.04}}}"
    assert document(rules, HEAD) == {"number": "4711", "alone": "00"}
    assert document(rules, "BEG*00*RL*1*R5*20260131") == {"number": "1", "release": "R5"}


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("BEG.01 = 00", True),
        ("BEG.01 != 00", False),
        ("BEG.01 in (01, 00)", True),
        ("BEG.04 present", False),
        ("BEG.04 absent and BEG.02 = SA", True),
        ("not BEG.01 = 00 or BEG.02 = XX", False),
        ("not (BEG.01 = 01 or BEG.02 = XX)", True),
        ("BEG.03 > 4000", True),
        ("BEG.03 <= 4711", True),
        ("BEG.03 < 900", False),
        ("REF[01=DP] present", False),
        ("$number = 4711", True),
        ("partner.kind = retailer", True),
    ],
)
def test_a_condition_decides_about_a_rule(when, holds):
    rules = f"fields:\n  number: BEG.03\n  x: {{from: BEG.05, when: '{when}'}}"
    found = document(rules, HEAD, context=Context(terms={"partner": {"kind": "retailer"}}))
    assert ("x" in found) is holds


def test_a_condition_over_segments_leaves_items_out_and_one_over_fields_is_for_writing():
    body = HEAD + "REF*DP*1\nREF*IA*2"
    assert document("fields:\n  r: {for_each: REF, when: REF.01 = IA, v: REF.02}", body) == {"r": [{"v": "2"}]}
    assert document("fields:\n  r: {for_each: REF, when: $v = 2, v: REF.02}", body) == {"r": [{"v": "1"}, {"v": "2"}]}


def test_defaults_constants_and_ordinals_fill_what_is_not_sent():
    rules = """
fields:
  currency: CUR.02 | default("USD")
  rate: CUR.03 | decimal | default(1)
  kind: const(order)
  vendor: REF.02 | default(partner.vendor)
  nothing: REF.02 | default(partner.other)
  lines: {for_each: PO1, ordinal: ordinal(), number: PO1.01, kind: const(line)}
"""
    found = document(rules, HEAD + "PO1*A*1*EA\nPO1**1*EA\nPO1*C*1*EA", context=Context(terms={"partner": {"vendor": "70415"}}))
    assert found == {
        "currency": "USD",
        "rate": Decimal(1),
        "kind": "order",
        "vendor": "70415",
        "lines": [{"ordinal": 1, "number": "A", "kind": "line"}, {"ordinal": 2, "number": "C", "kind": "line"}],
    }


def test_an_object_of_constants_alone_needs_something_beside_it():
    rules = "fields:\n  lines: {for_each: PO1, number: PO1.01, price: {amount: PO1.04 | decimal, currency: const(USD)}}"
    assert document(rules, HEAD + "PO1*1*1*EA*5\nPO1*2*1*EA")["lines"] == [
        {"number": "1", "price": {"amount": Decimal(5), "currency": "USD"}},
        {"number": "2"},
    ]


def test_what_is_required_and_missing_is_told_at_its_place():
    made = reading(
        "fields:\n  release: BEG.04 | required\n  lines: {for_each: PO1, price: PO1.04 | decimal | required}",
        HEAD + "PO1*1*1*EA*5\nPO1*2*1*EA",
    )
    assert [(f.code, f.location.segment, f.location.segment_position, f.location.element, f.location.field) for f in made.findings] == [
        ("value-required", "BEG", 2, 4, "release"),
        ("value-required", "PO1", 4, 4, "lines.price"),
    ]


def test_fields_may_look_at_fields_that_stand_below_them():
    rules = "fields:\n  lines: {for_each: PO1, amount: {read: 'extend($quantity, $price)'}, quantity: PO1.02 | decimal, price: PO1.04 | decimal}\n  total: sum($lines.amount)\n  lowest: 'coalesce(REF.02, BEG.03)'\n  both: 'concat(BEG.01, \"-\", BEG.03)'"
    found = document(rules, HEAD + "PO1*1*3*EA*5\nPO1*2*2*EA*1.5")
    assert found["total"] == Decimal("18.0")
    assert (found["lowest"], found["both"]) == ("4711", "00-4711")


def test_read_and_write_apart_reads_by_read():
    rules = "fields:\n  total: {read: 'BEG.03 | implied(2)', write: \"total($)\"}\n  out: {write: '$number'}\n  number: BEG.03\nwrite_only: {BEG.02: SA, \"REF[01=IA].02\": partner.vendor}"
    assert document(rules, HEAD) == {"total": Decimal("47.11"), "number": "4711"}


def test_conversions_may_take_paths_and_fields():
    rules = "fields:\n  lines: {for_each: PO1, basis: const(hundred), price: PO1.04 | decimal | per($basis), signed: 'PO1.02 | decimal | sign(PO1.05, CR)'}"
    assert document(rules, HEAD + "PO1*1*3*EA*250*CR")["lines"] == [{"basis": "hundred", "price": Decimal("2.5"), "signed": Decimal(-3)}]


def test_an_absent_thread_is_a_finding_and_a_present_one_a_value():
    rules = "fields:\n  number: BEG.03\n  department: '@order.references.department'"
    with_thread = document(
        rules.replace("'@", '"@').replace("t'", 't"'), HEAD, context=Context(thread={"order": {"references": {"department": "077"}}})
    )
    assert with_thread["department"] == "077"
    assert [f.code for f in reading(rules, HEAD).findings] == ["thread-absent"]


def test_an_heir_states_only_differences():
    base = "mapping: 1\ndocument: purchase_order\nguide: x12/004010/850\nfields:\n  number: BEG.03\n  date: BEG.05 | date\n  lines: {for_each: PO1, number: PO1.01, quantity: PO1.02 | decimal}\n"
    heir = "mapping: 1\nextends: acme/base@1\nfields:\n  date: null\n  release: BEG.04\n  lines: {quantity: PO1.02 | integer}\n"
    made = load(library("fields: {a: BEG.01}", **{"mappings/acme/base.yaml": base, "mappings/acme/850.yaml": heir}), "acme/850")
    assert made.findings == ()
    found = made.read(tree_of("BEG*00*RL*1*R1*20260101\nPO1*1*3*EA")).documents[0]
    assert (found["number"], found["release"], found["lines"], "date" in found) == ("1", "R1", [{"number": "1", "quantity": 3}], False)


def test_one_mapping_reads_many_trees_at_once():
    made = mapping("fields:\n  number: BEG.03\n  lines: {for_each: PO1, number: PO1.01}")
    trees = [tree_of(f"BEG*00*SA*{n}**20260101\nPO1*{n}*1*EA") for n in range(3)]
    assert [made.read(root).documents[0]["number"] for root in (*trees, *trees)] == ["0", "1", "2", "0", "1", "2"]


def test_text_of_a_mapping_never_becomes_code():
    rules = """fields:\n  "a": 'BEG.03 | default("__import__(\\"os\\")")'\n  b: 'REF[01="\\"]; import os #"].02'\n  c: 'const(\\"); x = 1 #)'\n  number: BEG.03"""
    made = mapping(rules)
    result = made.read(tree_of(HEAD))
    assert result.documents[0]["number"] == "4711"
