"""XML and JSON files in the pipeline: chosen by what they hold, good documents delivered, bad ones held with line and path, then mended."""

from pathlib import Path

import pytest

from tests.pipeline.world import FILES, World

ROOT = Path(__file__).parents[2]
STANDARD = ("mappings/cxml/order.yaml", "mappings/cxml/invoice.yaml", "mappings/json/order.yaml", "mappings/json/canonical.yaml")
ACME = (
    FILES["partner_profiles/acme.yaml"]
    + """
  - {document: purchase_order, format: xml, pattern: "*.xml", mapping: acme/batch, deliver_to: [erp]}
  - {document: purchase_order, format: xml, mapping: cxml/order, deliver_to: [erp]}
  - {document: invoice, format: xml, mapping: cxml/invoice, deliver_to: [erp]}
  - {document: purchase_order, format: json, mapping: json/order, deliver_to: [erp]}
  - {document: purchase_order, format: json, pattern: "canon*", mapping: json/canonical, deliver_to: [erp]}
"""
)
BATCH = """
mapping: 1
document: purchase_order
format: {kind: xml, document: /orders/order}
fields:
  number: "@number | required"
  date: day | date(YYYY-MM-DD)
  vendor_number: /orders/@vendor
  lines:
    for_each: line
    ordinal: ordinal()
    items:
      - {scheme: const(buyer_item), value: item}
    quantity: {value: "@quantity | decimal | required"}
"""


def batch(*orders):
    return f'<orders vendor="77">\n{"".join(orders)}</orders>\n'.encode()


def one(number, quantity="5", day="2026-03-01"):
    return f'<order number="{number}">\n <day>{day}</day>\n <line quantity="{quantity}"><item>x</item></line>\n</order>\n'


def cxml(body):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.060/cXML.dtd">\n'
        '<cXML payloadID="p1"><Header><From><Credential domain="DUNS"><Identity>1</Identity></Credential></From>'
        '<Sender><Credential domain="DUNS"><Identity>1</Identity><SharedSecret>hush</SharedSecret></Credential></Sender></Header>'
        f'<Request deploymentMode="production">{body}</Request></cXML>'
    ).encode()


ORDER = cxml(
    '<OrderRequest><OrderRequestHeader orderID="C-1" orderDate="2026-03-01T10:00:00-06:00" type="new"><Total><Money currency="USD">10.00'
    '</Money></Total></OrderRequestHeader><ItemOut lineNumber="1" quantity="2"><ItemID><SupplierPartID>V-1</SupplierPartID></ItemID><ItemDetail>'
    '<UnitPrice><Money currency="USD">5.00</Money></UnitPrice><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemOut></OrderRequest>'
)
INVOICE = cxml(
    '<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="I-1" invoiceDate="2026-03-02" purpose="standard"/><InvoiceDetailOrder>'
    '<InvoiceDetailOrderInfo><OrderReference orderID="C-1"/></InvoiceDetailOrderInfo><InvoiceDetailItem invoiceLineNumber="1" quantity="2">'
    '<UnitOfMeasure>EA</UnitOfMeasure><UnitPrice><Money currency="USD">5.00</Money></UnitPrice><SubtotalAmount><Money currency="USD">10.00</Money>'
    '</SubtotalAmount></InvoiceDetailItem></InvoiceDetailOrder><InvoiceDetailSummary><DueAmount><Money currency="USD">10.00</Money></DueAmount>'
    "</InvoiceDetailSummary></InvoiceDetailRequest>"
)
JSON = b'[{"number": "J-1", "created_at": "2026-03-01", "currency": "USD", "lines": [{"line": 1, "sku": "a", "quantity": 2, "unit_price": 5.0}]},\n {"number": "J-2", "created_at": "yesterday", "lines": []}]'


@pytest.fixture
def world(tmp_path):
    standard = {name: (ROOT / name).read_text() for name in STANDARD}
    world = World(tmp_path, FILES | standard | {"partner_profiles/acme.yaml": ACME, "mappings/acme/batch.yaml": BATCH})
    yield world
    world.close()


def test_each_document_of_an_xml_file_goes_its_own_way(world):
    world.send(batch(one("A"), one("B", "five"), one("C")), "orders.xml")
    assert (world.posted(), world.answers()) == (["A", "C"], {})
    (held,) = world.held()
    finding = held.findings[0]
    assert (held.verb, finding["code"], finding["line"], finding["field"]) == (
        "map",
        "decimal-invalid",
        8,
        "/orders/order[2]/line/@quantity",
    )


def test_a_held_document_is_found_again_by_its_number_after_the_mapping_is_mended(world):
    world.send(batch(one("A"), one("B", day="01.03.2026"), one("C")), "orders.xml")
    (held,) = world.held()
    assert world.reprocess(held).became == ("quarantined",)
    (again,) = world.held()
    assert again.findings[0]["line"] == held.findings[0]["line"] == 7
    world.files["mappings/acme/batch.yaml"] = BATCH.replace("date(YYYY-MM-DD)", "date(DD.MM.YYYY)")
    world.reopen()
    assert world.reprocess(held).became == ("waiting",)
    assert world.posted() == ["A", "C", "B"]


def test_a_file_that_breaks_off_waits_as_a_whole(world):
    world.send(batch(one("A"), one("B"))[:-30], "orders.xml")
    assert world.posted() == []
    (held,) = world.held()
    assert (held.kind, [finding["code"] for finding in held.findings]) == ("interchange", ["xml-malformed"])


def test_what_stands_in_the_file_chooses_between_agreements_that_are_otherwise_alike(world):
    world.send(ORDER, "a.cxml")
    world.send(INVOICE, "b.cxml")
    assert ["/".join(request.split("/")[:3]) for request in world.erp.requests] == ["acme/purchase_order/C-1", "acme/invoice/I-1"]
    assert world.held() == []


def test_a_shared_secret_is_in_no_document(world):
    world.send(ORDER, "a.cxml")
    (posting,) = world.erp.posted.values()
    assert "V-1" in str(posting)
    assert "hush" not in str(posting)


def test_json_is_told_by_its_first_byte_and_its_documents_go_their_own_ways(world):
    world.send(JSON, "shop.dat")
    assert world.posted() == ["J-1"]
    (held,) = world.held()
    assert (held.findings[0]["code"], held.findings[0]["line"], held.findings[0]["field"]) == ("date-invalid", 2, "[2].created_at")


def test_canonical_documents_are_checked_and_delivered_as_they_are(world):
    good = '{"document_type": "purchase_order", "schema_version": "1.0", "number": "K-1", "lines": [{"ordinal": 1, "quantity": {"value": "2"}}]}'
    world.send(
        f"{good}\n{good.replace('K-1', 'K-2').replace(chr(34) + '2' + chr(34), chr(34) + 'two' + chr(34))}\n".encode(), "canonical.json"
    )
    other = good.replace("purchase_order", "invoice").replace("K-1", "K-3")
    world.send(other.encode(), "canonical-2.json")
    assert world.posted() == ["K-1"]
    assert [(held.verb, held.findings[0]["code"], held.findings[0]["line"]) for held in world.held()] == [
        ("check", "document-invalid", 2),
        ("check", "document-other", 1),
    ]
