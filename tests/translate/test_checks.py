"""Figures of a document that do not agree with each other, and the signs of credits."""

from decimal import Decimal

import pytest

from gateway.translate.checks import doubts
from gateway.translate.rules import Signs
from gateway.translate.runtime import Context
from gateway.translate.signs import normalise, restore
from gateway.translate.totals import terms_of
from tests.mappings import golden


def line(amount, **more):
    return {"amount": Decimal(amount), **more}


def charge(kind, amount, code=None, **more):
    return {"kind": kind, "amount": Decimal(amount), **({"code": code} if code else {}), **more}


def invoice(total, lines, **more):
    return {"document_type": "invoice", "total": Decimal(total), "lines": lines, **more}


def told(document, facts=None, tolerances=None):
    return [(doubt.code, doubt.facts.get("arithmetic")) for doubt in doubts(document, facts or {}, tolerances or {})]


def test_a_total_that_is_the_sum_of_lines_charges_and_taxes_is_not_told():
    document = invoice(
        "471.36",
        [line("456.00")],
        charges=[charge("allowance", "10.00"), charge("charge", "5.00")],
        taxes=[{"amount": Decimal("20.36")}],
    )
    assert told(document) == []


def test_a_total_that_differs_is_told_with_the_arithmetic():
    document = invoice("100.00", [line("90"), line("20")], charges=[charge("allowance", "5.00")])
    (doubt,) = doubts(document, {}, {})
    assert doubt.facts == {"arithmetic": "lines 110.00 - charges 5.00", "come": "105.00", "difference": "-5.00"}
    assert doubt.field == "total"


def test_a_line_charge_counts_only_where_no_summary_charge_has_its_code():
    lines = [line("100", charges=[charge("charge", "7.00", "D240"), charge("charge", "1.00", "F050")])]
    assert told(invoice("108.00", lines, charges=[charge("charge", "7.00", "D240")])) == []
    assert told(invoice("108.00", lines)) == []


def test_a_tax_counts_as_tax_or_as_charge_but_never_twice():
    taxed = charge("charge", "8.00", "H750")
    assert told(invoice("108.00", [line("100")], charges=[taxed])) == []
    assert told(invoice("108.00", [line("100")], charges=[taxed], taxes=[{"amount": Decimal("8.00")}])) == []


def test_what_is_billed_back_or_told_only_leaves_the_total_alone():
    assert told(invoice("100.00", [line("100")], charges=[charge("allowance", "5", handling="bill_back")])) == []
    assert told(invoice("100.00", [line("100")], taxes=[{"amount": Decimal(8), "relationship": "O"}])) == []


def test_lines_rounded_one_by_one_or_in_their_sum_are_both_right():
    lines = [line("0.333"), line("0.333"), line("0.333")]
    assert told(invoice("0.99", lines)) == []
    assert told(invoice("1.00", lines)) == []
    assert told(invoice("1.01", lines)) == [("total-differs", "lines 0.999")]


def test_an_invoice_whose_lines_cannot_be_extended_is_not_judged():
    assert told(invoice("5.00", [{"price": {"amount": Decimal(1), "basis": "pound"}}])) == []
    assert told(invoice("5.00", [line("1")], charges=[{"kind": "allowance", "percent": Decimal(2)}])) == []


def test_the_agreement_names_formula_and_tolerance():
    document = invoice("95.00", [line("100")], discount=Decimal("5.00"))
    assert told(document) == [("total-differs", "lines 100.00")]
    assert told(document, {"invoice_total": "lines - discount"}) == []
    assert told(document, tolerances={"total": "6%"}) == []
    assert told(document, tolerances={"total": "4.99"}) == [("total-differs", "lines 100.00")]
    assert told(document, {"invoice_total": "lines * 2"}) == [("total-formula", None)]
    assert terms_of("lines-discount+taxes") == ((1, "lines"), (-1, "discount"), (1, "taxes"))


def test_a_total_below_nothing_without_a_credits_kind_is_told():
    assert told(invoice("-10.00", [line("-10.00")])) == [("total-negative", None)]


def order(quantity, schedules, kind="purchase_order"):
    return {"document_type": kind, "lines": [{"quantity": {"value": Decimal(quantity), "unit": "EA"}, "schedules": schedules}]}


def test_schedules_that_do_not_add_up_are_told():
    store = {"location": {"value": "1"}, "quantity": Decimal(4), "unit": "EA"}
    assert told(order(8, [store, store])) == []
    (doubt,) = doubts(order(9, [store, store]), {}, {})
    assert (doubt.code, doubt.field, doubt.facts) == ("schedules-differ", "lines.1.quantity.value", {"total": "8", "count": 2})
    # by place and by date say the same twice
    assert told(order(4, [store, {"date": "x", "quantity": Decimal(4), "unit": "EA"}])) == []
    assert told(order(9, [{**store, "unit": "XCS"}])) == []


def test_statuses_never_come_to_more_than_the_line():
    def answer(*quantities):
        statuses = [{"status": "accepted", "quantity": Decimal(q), "unit": "EA"} for q in quantities]
        row = {"quantity": {"value": Decimal(10), "unit": "EA"}, "statuses": statuses}
        return {"document_type": "purchase_order_acknowledgment", "lines": [row]}

    assert told(answer(6, 4)) == []
    assert told(answer(6, 2)) == []
    assert told(answer(6, 5)) == [("statuses-exceed", None)]
    assert told(answer(12)) == []


def test_contents_that_do_not_add_up_to_what_is_shipped_are_told():
    def notice(*quantities):
        rows = [{"line": 1, "quantity": Decimal(q), "unit_of_measure": "EA"} for q in quantities]
        return {"document_type": "ship_notice", "lines": [{"ordinal": 1, "shipped": {"value": Decimal(8), "unit": "EA"}}], "contents": rows}

    assert told(notice(5, 3)) == []
    assert told(notice(5, 2)) == [("contents-differ", None)]


def test_a_payment_is_held_against_what_it_pays():
    def payment(*paid, adjusted=()):
        entity = {"items": [{"paid": Decimal(one)} for one in paid], "adjustments": [{"amount": Decimal(one)} for one in adjusted]}
        return {"document_type": "remittance", "amount": Decimal(100), "entities": [entity]}

    assert told(payment(60, 40)) == []
    assert told(payment(60, 60, adjusted=(-20,))) == []
    assert told(payment(60, 30)) == [("remittance-differs", None)]


def test_a_warehouses_total_is_the_sum_of_its_lines():
    def shipment(*shipped, unit="EA"):
        rows = [{"shipped": {"value": Decimal(one), "unit": "EA"}} for one in shipped]
        rows[-1]["shipped"]["unit"] = unit
        return {
            "document_type": "warehouse_shipment",
            "totals": {"units": Decimal(10)},
            "groups": [{"lines": rows[:1]}, {"lines": rows[1:]}],
        }

    assert told(shipment(6, 4)) == []
    assert told(shipment(6, 5)) == [("units-differ", None)]
    assert told(shipment(6, 5, unit="XCS")) == []


def test_a_difference_stands_at_the_total_of_the_set_and_holds_nothing():
    data = (golden.SAMPLES / "810/credit-memo/input.edi").read_bytes()
    (outcome,) = golden.outcomes(data.replace(b"TDS*1300~", b"TDS*1400~"))
    (finding,) = outcome.findings
    assert (finding.code, finding.severity, finding.location.segment, finding.location.element) == ("total-differs", "warning", "TDS", 1)
    assert finding.message == "is '14.00', where lines 13.00 come to 13.00; the difference is 1.00"
    assert outcome.verb is None
    assert len(outcome.documents) == 1


# ------------------------------------------------------------ signs

SIGNS = golden.mapping("x12/004010/810").rules.signs
assert isinstance(SIGNS, Signs)


def credit(quantity, price, total):
    amount = Decimal(quantity) * Decimal(price)
    return {
        "kind": "credit",
        "total": Decimal(total),
        "lines": [{"quantity": {"value": Decimal(quantity)}, "price": {"amount": Decimal(price)}, "amount": amount}],
    }


@pytest.mark.parametrize("said", [{}, {"agreement": {"credit_signs": "negative"}}])
@pytest.mark.parametrize(("quantity", "price"), [(-4, 5), (4, -5)])
def test_a_negative_credit_reads_positive(said, quantity, price):
    document = credit(quantity, price, -20)
    normalise(Context(terms=said), document, SIGNS)
    assert document == credit(4, 5, 20)


def test_a_positive_credit_stays_and_so_does_an_invoice():
    for document in (credit(4, 5, 20), {**credit(-4, 5, -20), "kind": "invoice"}):
        before = repr(document)
        normalise(Context(), document, SIGNS)
        assert repr(document) == before


def test_a_debit_line_of_a_negative_credit_is_the_one_that_is_negative():
    document = credit(1, 5, -20)
    normalise(Context(), document, SIGNS)
    assert document["lines"][0] == {"quantity": {"value": Decimal(-1)}, "price": {"amount": Decimal(5)}, "amount": Decimal(-5)}


def test_an_agreement_that_says_positive_turns_nothing():
    document = credit(-4, 5, -20)
    normalise(Context(terms={"agreement": {"credit_signs": "positive"}}), document, SIGNS)
    assert document["total"] == -20


def test_writing_restores_what_the_agreement_says():
    negative = Context(terms={"agreement": {"credit_signs": "negative"}})
    document = credit(4, 5, 20)
    restore(negative, document, SIGNS)
    assert document == credit(-4, 5, -20)
    normalise(negative, document, SIGNS)
    assert document == credit(4, 5, 20)
