"""Files of rows: document by document, by the channel's agreement and the real mappings; the good ones go on."""

import pytest

from tests.excel import workbooks
from tests.pipeline.world import FILES, World, file_of, order

ACME = (
    FILES["partner_profiles/acme.yaml"]
    + '  - {document: purchase_order, format: delimited, pattern: "*.csv", mapping: acme/orders, deliver_to: [erp]}\n'
    + '  - {document: purchase_order, format: edifact, pattern: "*.txt", mapping: acme/orders, deliver_to: [erp]}\n'
    + '  - {document: purchase_order, format: fixed, pattern: "*.fix", mapping: acme/fixed, deliver_to: [erp]}\n'
    + '  - {document: purchase_order, format: excel, pattern: "*.xlsx", mapping: acme/sheet, deliver_to: [erp]}\n'
    + '  - {document: purchase_order, format: fixed, pattern: "*.odd", mapping: acme/orders, deliver_to: [erp]}\n'
)
MAPPING = """
mapping: 1
document: purchase_order
format:
  kind: delimited
  group_by: number
  columns: [number, day, item, quantity]
fields:
  number: number | required
  date: day | date(YYYY-MM-DD)
  lines:
    for_each: row
    ordinal: ordinal()
    items: {for_each: row, scheme: const(buyer_item), value: item}
    quantity: {value: quantity | decimal | required}
"""
HEAD = "number,day,item,quantity\n"
FIXED = MAPPING.replace("kind: delimited", "kind: fixed").replace(
    "columns: [number, day, item, quantity]", "columns: {number: 1-4, day: 5-14, item: 15-18, quantity: 19-22 right}"
)
SHEET = MAPPING.replace("kind: delimited", "kind: excel")
MAPPINGS = {"mappings/acme/orders.yaml": MAPPING, "mappings/acme/fixed.yaml": FIXED, "mappings/acme/sheet.yaml": SHEET}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, FILES | {"partner_profiles/acme.yaml": ACME} | MAPPINGS)
    yield world
    world.close()


def test_each_document_of_a_file_goes_its_own_way(world):
    world.send((HEAD + "A,2026-03-01,x,5\nA,2026-03-01,y,1\nB,2026-03-01,x,five\nC,2026-03-01,x,2\n").encode(), "orders.csv")
    assert (world.posted(), world.answers()) == (["A", "C"], {})
    (held,) = world.held()
    assert (held.verb, held.set_control_number, held.findings[0]["line"]) == ("map", "B", 4)
    assert world.summaries() == ["2 delivered, 1 quarantined at map"]


def test_the_same_file_again_has_no_effect(world):
    for name in ("a.csv", "b.csv"):
        world.send((HEAD + "A,2026-03-01,x,5\n").encode(), name)
    assert (world.erp.requests, world.summaries()) == (["acme/purchase_order/A/"], ["1 delivered", "interchange duplicate"])


def test_a_held_document_is_read_again_from_its_own_rows_after_the_mapping_is_mended(world):
    world.send((HEAD + "A,2026-03-01,x,5\nB,01.03.2026,x,5\nB,01.03.2026,y,6\nC,2026-03-01,x,2\n").encode(), "orders.csv")
    (held,) = world.held()
    assert world.reprocess(held).became == ("quarantined",)
    (again,) = world.held()
    assert again.findings[0]["line"] == held.findings[0]["line"]
    world.files["mappings/acme/orders.yaml"] = MAPPING.replace("date(YYYY-MM-DD)", "date(DD.MM.YYYY)")
    world.reopen()
    assert world.reprocess(held).became == ("waiting",)
    assert world.posted() == ["A", "C", "B"]


def test_a_file_without_its_columns_waits_as_a_whole_and_is_read_again(world):
    world.send(b"number;day;item;quantity\nA;2026-03-01;x;5\n", "orders.csv")
    (held,) = world.held()
    assert (held.kind, world.posted(), held.findings[0]["code"]) == ("interchange", [], "csv-delimiter")
    world.files["mappings/acme/orders.yaml"] = MAPPING.replace("group_by", 'delimiter: ";"\n  group_by')
    world.reopen()
    world.reprocess(held)
    assert (world.posted(), world.held()) == (["A"], [])


def test_a_file_of_no_agreed_name_is_unreadable_and_says_so(world):
    world.send(b"a,b\n1,2\n", "other.dat")
    (held,) = world.held()
    assert (held.kind, {found["code"] for found in held.findings}) == ("transmission", {"no-agreement", "not-x12"})


def test_a_format_that_is_not_carried_yet_waits(world):
    world.send(b"fixed width", "orders.txt")
    (held,) = world.held()
    assert [found["code"] for found in held.findings] == ["format-not-carried"]


def test_x12_on_the_same_channel_is_read_as_x12(world):
    world.send(file_of(order()), "orders.csv")
    assert world.posted() == ["PO-1"]


def test_a_mapping_that_is_missing_holds_the_file(world):
    del world.files["mappings/acme/orders.yaml"]
    world.reopen()
    world.send((HEAD + "A,2026-03-01,x,5\n").encode(), "orders.csv")
    assert world.posted() == []
    assert len(world.held()) == 1


def test_a_file_under_terms_without_a_mapping_waits_and_says_so(world):
    translator = world.gateway.edges.mapping
    object.__setattr__(world.gateway.edges, "mapping", lambda catalog, terms: None)
    world.send((HEAD + "A,2026-03-01,x,5\n").encode(), "orders.csv")
    object.__setattr__(world.gateway.edges, "mapping", translator)
    (held,) = world.held()
    assert [found["code"] for found in held.findings] == ["no-mapping"]


def test_fixed_width_records_are_carried_and_a_held_document_is_mended_and_read_again(world):
    world.send(b"A   2026-03-01x      5\nB   01.03.2026x      5\nB   01.03.2026y      6\nC   2026-03-01x      2\n", "orders.fix")
    assert world.posted() == ["A", "C"]
    (held,) = world.held()
    assert (held.verb, held.set_id, held.findings[0]["line"], held.findings[0]["column"]) == ("map", "fixed", 2, 5)
    world.files["mappings/acme/fixed.yaml"] = FIXED.replace("date(YYYY-MM-DD)", "date(DD.MM.YYYY)")
    world.reopen()
    assert world.reprocess(held).became == ("waiting",)
    assert world.posted() == ["A", "C", "B"]


def test_a_spreadsheet_is_carried_and_a_held_document_is_read_again_from_the_whole_file(world):
    rows = [
        ["number", "day", "item", "quantity"],
        *([key, (46082, workbooks.DAY), "x", n] for key, n in (("A", 5), ("B", "few"), ("C", 2))),
    ]
    world.send(workbooks.xlsx(rows), "orders.xlsx")
    assert world.posted() == ["A", "C"]
    (held,) = world.held()
    found = held.findings[0]
    assert (held.set_id, found["sheet"], found["line"], found["column"], found["field"]) == ("excel", "Orders", 3, 4, "quantity")
    assert world.reprocess(held).became == ("quarantined",)
    world.files["mappings/acme/sheet.yaml"] = SHEET.replace("quantity | decimal | required", "quantity | code(few) | decimal")
    world.files["mappings/tables/few.csv"] = "from,to\nfew,3\n"
    world.reopen()
    (held,) = world.held()
    assert world.reprocess(held).became == ("waiting",)
    assert world.posted() == ["A", "C", "B"]


def test_a_mapping_of_another_format_than_agreed_holds_the_file(world):
    world.send((HEAD + "A,2026-03-01,x,5\n").encode(), "orders.odd")
    (held,) = world.held()
    assert (world.posted(), [found["code"] for found in held.findings]) == ([], ["mapping-other-format"])
