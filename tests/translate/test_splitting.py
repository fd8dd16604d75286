"""One set as several documents: nothing lost, nothing twice, sums that hold."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from small_sets import reading

from gateway.profiles.reading import Place
from gateway.translate.rules import Split
from gateway.translate.runtime import Context
from gateway.translate.splitting import split_document

RULES = """
fields:
  number: BEG.03
  lines:
    for_each: PO1
    number: PO1.01
    quantity: {value: PO1.02 | decimal}
    schedules: {for_each: SDQ.03-22 by 2, location: ".1", quantity: .2 | decimal}
split_by:
  path: lines.schedules.location
  sums: {lines.quantity.value: schedules.quantity}
"""


def test_an_order_for_stores_becomes_an_order_for_each_store():
    made = reading(RULES, "BEG*00*SA*1**20260101\nPO1*1*10*EA\nSDQ*EA*92*07*4*08*6\nPO1*2*5*EA\nSDQ*EA*92*08*5")
    assert made.keys == ["07", "08"]
    one, two = made.documents
    assert one["lines"] == [{"number": "1", "quantity": {"value": Decimal(4)}, "schedules": [{"location": "07", "quantity": Decimal(4)}]}]
    assert [(line["number"], line["quantity"]["value"]) for line in two["lines"]] == [("1", Decimal(6)), ("2", Decimal(5))]


def test_lines_of_no_part_go_to_the_first_with_a_finding():
    made = reading(RULES, "BEG*00*SA*1**20260101\nPO1*1*10*EA\nSDQ*EA*92*07*4*08*6\nPO1*2*5*EA")
    assert [[line["number"] for line in part["lines"]] for part in made.documents] == [["1", "2"], ["1"]]
    assert [f.code for f in made.findings] == ["split-unassigned"]


def test_a_set_that_nothing_divides_stays_one_document():
    made = reading(RULES, "BEG*00*SA*1**20260101\nPO1*1*10*EA")
    assert made.keys == [None]
    assert made.documents[0]["lines"][0]["quantity"] == {"value": Decimal(10)}


STORES = st.dictionaries(st.sampled_from(["07", "08", "09", "10"]), st.integers(1, 50), min_size=1)


@given(st.lists(STORES, min_size=1, max_size=6), st.decimals(0, 10_000, places=2))
def test_quantities_and_amounts_of_the_parts_sum_to_the_whole(stores, amount):
    lines = [
        {"quantity": {"value": Decimal(sum(row.values()))}, "schedules": [{"location": k, "quantity": Decimal(v)} for k, v in row.items()]}
        for row in stores
    ]
    split = Split(
        ("lines", "schedules", "location"), Place("m", 1, 1), ((("lines", "quantity", "value"), ("schedules", "quantity")),), (("total",),)
    )
    parts = [part for _, part in split_document(Context(), {"lines": lines, "total": amount}, split)]
    assert sum(part["total"] for part in parts) == amount
    whole = sum(line["quantity"]["value"] for line in lines)
    assert sum(line["quantity"]["value"] for part in parts for line in part["lines"]) == whole
    assert sum(len(line["schedules"]) for part in parts for line in part["lines"]) == sum(len(line["schedules"]) for line in lines)
