from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents.keys import MEANINGS, OTHERWISE, business_key, content, meaning
from gateway.documents.models import DOCUMENTS
from tests.mappings import golden


def test_an_order_is_known_by_its_number_and_release():
    assert business_key({"document_type": "purchase_order", "number": "B-7", "release": "0012"}) == ("B-7/0012", "")
    assert business_key({"document_type": "purchase_order", "number": "4711", "purpose": "original"}) == ("4711", "")


def test_an_original_sent_twice_with_other_words_is_the_same_effect():
    first = {"document_type": "purchase_order", "number": "4711", "total": Decimal(1)}

    assert business_key(first) == business_key({**first, "total": Decimal(2)})


def test_each_replacement_is_a_revision_of_its_own():
    order = {"document_type": "purchase_order", "number": "4711", "purpose": "replace"}
    _, one = business_key(order)
    _, same = business_key(dict(reversed(order.items())))
    _, other = business_key({**order, "department": "042"})

    assert one == same
    assert one != other
    assert one.startswith("replace:")


def test_each_acknowledgment_is_an_event_on_its_order():
    answer = {"document_type": "purchase_order_acknowledgment", "order": {"number": "4711", "release": "2"}, "date": date(2026, 3, 2)}
    key, revision = business_key(answer)

    assert key == "4711/2"
    assert revision.startswith("2026-03-02:")
    assert business_key({**answer, "verdict": "rejected"})[1] != revision


def test_an_invoice_number_comes_again_in_another_year_and_for_a_credit():
    invoice = {"document_type": "invoice", "number": "100", "date": date(2026, 1, 2)}

    assert business_key(invoice)[0] == "100/2026/invoice"
    assert business_key({**invoice, "date": date(2027, 1, 2)})[0] == "100/2027/invoice"
    assert business_key({**invoice, "kind": "credit"})[0] == "100/2026/credit"


def test_a_ship_notice_is_known_by_its_number():
    assert business_key({"document_type": "ship_notice", "number": "A-1", "purpose": "original"}) == ("A-1", "")


def test_the_envelope_is_no_part_of_what_a_document_says():
    order = {"document_type": "purchase_order", "number": "4711"}

    assert content(order) == content({**order, "envelope": {"interchange": "000000001"}, "unmapped": [{"segment": "ZZ"}]})


@pytest.mark.parametrize(("kind", "purpose"), [(kind, purpose) for kind in DOCUMENTS for purpose in ("duplicate", "information_copy")])
def test_a_duplicate_never_posts(kind: str, purpose: str):
    assert meaning({"document_type": kind, "purpose": purpose}) == "never"


def test_a_confirmation_of_an_order_never_posts():
    assert meaning({"document_type": "purchase_order", "purpose": "confirmation"}) == "never"


def test_an_odd_purpose_never_posts_as_new():
    for kind in DOCUMENTS:
        assert meaning({"document_type": kind, "purpose": "granted"}) != "new"


def test_there_is_a_row_for_every_document_type():
    assert set(MEANINGS) == set(OTHERWISE) == set(DOCUMENTS)


@given(
    st.lists(st.text(alphabet="ab/\\", max_size=4), min_size=2, max_size=2),
    st.lists(st.text(alphabet="ab/\\", max_size=4), min_size=2, max_size=2),
)
def test_two_orders_never_share_a_key(one: list[str], other: list[str]):
    def key(parts: list[str]) -> str:
        return business_key({"document_type": "purchase_order", "number": parts[0], "release": parts[1]})[0]

    assert (key(one) == key(other)) == (one == other)


def test_the_samples_have_keys_of_their_own():
    keys = [
        (document["document_type"], *business_key(document))
        for case in golden.cases()
        for document in golden.plain((case / "input.edi").read_bytes())
    ]

    assert len(set(keys)) == len(keys)


def test_a_change_is_an_event_on_its_order():
    change = {"document_type": "purchase_order_change", "order": {"number": "4711", "change": "2"}, "date": date(2026, 3, 9)}

    assert business_key(change)[0] == "4711//2"
    # without a number of the change: its day and what it says
    assert business_key({**change, "order": {"number": "4711"}})[0].startswith("4711//2026-03-09:")
    assert meaning({**change, "purpose": "cancel"}) == "event"
    assert business_key(change)[1] != business_key({**change, "kind": "release"})[1]


def test_reports_and_statuses_stand_each_for_its_moment():
    report = {"document_type": "inventory_report", "number": "A", "date": date(2026, 3, 2)}

    assert business_key(report)[0] == "A/2026-03-02"
    assert business_key(report)[1] != business_key({**report, "lines": [{"ordinal": 1}]})[1]
    assert business_key({"document_type": "shipment_status", "shipment": "S-1"})[0] == "S-1"


def test_a_payment_is_known_by_its_number_and_who_gave_it():
    payment = {"document_type": "remittance", "number": "P-1", "originator": "131", "date": date(2026, 3, 10), "amount": Decimal("5.00")}

    assert business_key(payment) == ("P-1/131/2026-03-10/5.00", "")


def test_a_warehouse_order_is_known_by_the_depositors_number():
    assert business_key({"document_type": "warehouse_order", "order": "DO-1", "purpose": "original"}) == ("DO-1", "")
    assert meaning({"document_type": "warehouse_order", "purpose": "cancel"}) == "cancel"
