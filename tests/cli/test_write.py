"""`gateway write`: documents as the file that would leave, in the format that the agreement or mapping says."""

import json

import pytest

ORDERS = (
    "order_no,order_date,deliver_on,ship_to,line,item,description,quantity,unit,price\r\nW-1,2026-11-20,,STORE 17,1,HB-1,MUG,12,EA,9.25\r\n"
)


@pytest.fixture
def document(gateway, tmp_path):
    """A starter project with an order from Riverside's web shop as a document."""
    gateway("init", ".")
    (tmp_path / "orders-1.csv").write_bytes(ORDERS.encode())
    (tmp_path / "orders.json").write_text(gateway("translate", "orders-1.csv", "--partner", "riverside").stdout)
    return tmp_path / "orders.json"


def test_documents_are_written_by_a_mapping_and_by_what_is_agreed(gateway, tmp_path, document):
    assert gateway("write", document.name, "--mapping", "riverside/orders").stdout_bytes == ORDERS.encode()
    profile = tmp_path / "partner_profiles" / "bolt.yaml"
    profile.write_text(profile.read_text() + "we_send:\n  - {document: purchase_order, format: delimited, mapping: riverside/orders}\n")
    assert gateway("write", document.name, "--partner", "bolt").stdout_bytes == ORDERS.encode()


def test_x12_is_written_where_the_mapping_is_of_x12(gateway, document):
    orders = json.loads(document.read_text())
    for one in orders:
        one["purpose"] = "original"
        for line in one["lines"]:
            del line["parties"]
    document.write_text(json.dumps(orders))
    assert gateway("write", document.name, "--mapping", "x12/004010/850").stdout.startswith("ISA")


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ((), 2, "name a partner"),
        (("--mapping", "csv/ship_notice"), 2, "writes ship_notice"),
        (("--mapping", "csv/nothing"), 3, "no mapping of this library"),
        (("--partner", "nobody"), 3, "no usable partner"),
        (("--partner", "riverside"), 3, "has no agreement to send purchase_order"),
        (("--mapping", "csv/order"), 5, "lines.1.parties"),
    ],
)
def test_what_cannot_be_written_is_told(gateway, document, more, code, said):
    done = gateway("write", document.name, *more, code=code)
    assert (said in done.stderr, done.stdout) == (True, "")
