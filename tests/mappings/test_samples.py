import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.mappings import golden

CASES = [str(case.relative_to(golden.SAMPLES)) for case in golden.cases()]


@pytest.mark.parametrize("case", CASES)
def test_a_sample_becomes_its_golden_documents(case: str):
    expected = json.loads((golden.SAMPLES / case / "expected.json").read_text(encoding="utf-8"))

    assert golden.sample(case) == expected, "if this is meant: python -m tests.mappings.golden"


@pytest.mark.parametrize("case", CASES)
def test_a_sample_is_accepted_and_read_to_its_last_element(case: str):
    for outcome in golden.outcomes((golden.SAMPLES / case / "input.edi").read_bytes()):
        assert (outcome.verdict, outcome.verb) in {("A", None), ("E", None)}
        assert all("unmapped" not in document for document in outcome.documents)


def test_there_are_samples_of_every_standard_set():
    assert {Path(case).parts[0] for case in CASES} == set(golden.SETS)
    assert len(CASES) >= 10


def lines(case: str) -> list[dict]:
    return golden.sample(case)[0]["lines"]


def test_stores_under_a_line_add_up_to_its_quantity():
    for line in lines("850/store-quantities"):
        assert sum(Decimal(one["quantity"]) for one in line["schedules"]) == Decimal(line["quantity"]["value"])
    assert lines("850/store-quantities")[1]["schedules"][10] == {
        "location": {"scheme": "assigned_by_buyer", "value": "0011"},
        "quantity": "10",
        "unit": "EA",
    }


def test_an_address_under_a_line_is_not_the_ship_to_of_the_order():
    order = golden.sample("850/line-parties")[0]

    assert [line["parties"][0]["address"]["city"] for line in order["lines"]] == ["Boise", "Austin"]
    assert [party["address"]["city"] for party in order["parties"]] == ["Portland", "Salem"]


def test_item_numbers_behind_empty_pairs_are_found_and_keep_their_zeros():
    assert [item["scheme"] for item in lines("850/item-pairs")[0]["items"]] == ["buyer_item", "upc", "vendor_item", "buyer_size", "gtin"]
    assert lines("850/item-pairs")[0]["items"][1]["value"] == "00812345678929"


def test_two_lines_of_one_item_stay_two_lines():
    first, second, _ = lines("850/item-pairs")

    assert first["items"][0] == second["items"][0]
    assert [first["ordinal"], second["ordinal"]] == [1, 2]


def test_a_date_with_a_time_gives_the_day_and_keeps_the_whole():
    order = golden.sample("850/item-pairs")[0]

    assert order["requested_delivery"] == "2026-03-13"
    assert order["dates"] == [{"kind": "requested_delivery", "date": "2026-03-13", "time": "07:30:00", "zone": "America/Los_Angeles"}]


def test_a_price_per_hundred_is_not_multiplied_as_it_stands():
    nails = lines("850/prices-and-charges")[1]

    assert nails["price"] == {"amount": "8.75", "basis": "hundred", "per": {"quantity": "100"}}
    assert nails["amount"] == "175.00"


def test_a_charge_has_two_decimals_that_are_not_sent_and_a_service_is_no_money():
    order = golden.sample("850/prices-and-charges")[0]

    assert [charge["amount"] for charge in order["charges"]] == ["12.50"]
    assert [service["kind"] for service in order["services"]] == ["information"]


def test_several_acks_split_a_line_and_one_without_quantity_changes_it():
    split, changed, substituted, silent = lines("855/split-lines")

    assert [(one["status"], one["quantity"]) for one in split["statuses"]] == [
        ("accepted", "24"),
        ("backordered", "12"),
        ("rejected", "12"),
    ]
    assert changed["statuses"] == [{"status": "price_changed"}]
    assert substituted["statuses"][0]["replacing"][0] == {"scheme": "vendor_item", "value": "NEW-1"}
    assert silent["statuses"] == [{"status": "accepted"}]


def test_a_line_without_ack_has_the_verdict_of_the_order():
    assert [line["statuses"] for line in lines("855/no-detail")] == [[{"status": "accepted"}]] * 2


def test_a_refused_order_has_its_reason_and_no_lines():
    answer = golden.sample("855/header-reject")[0]

    assert answer["verdict"] == "rejected"
    assert answer["reasons"] == [{"code": "07", "text": "Account is on hold"}]
    assert "lines" not in answer


def test_contents_join_orders_lines_and_cartons():
    notice = golden.sample("856/orders-and-packs")[0]

    assert [(row["order"], row["line"], row["unit"], row["quantity"]) for row in notice["contents"]] == [
        (1, 1, 1, "24"),
        (1, 2, 2, "24"),
        (1, 3, 2, "110"),
        (2, 4, 3, "2"),
    ]
    assert [unit["sscc"][-2:] for unit in notice["handling_units"]] == ["16", "23", "30"]


def test_items_without_packs_are_loose_with_lot_serial_and_expiry():
    hose, clamp = golden.sample("856/order-items")[0]["contents"]

    assert "unit" not in hose
    assert (hose["lot"], hose["expiry"], clamp["serial"]) == ("L-2291", "2028-01-31", "SN-000871")


def test_levels_without_parents_nest_by_their_order():
    notice = golden.sample("856/no-parents")[0]

    assert [(unit["kind"], unit.get("parent")) for unit in notice["handling_units"]] == [("pallet", None), ("carton", 1), ("carton", 1)]
    assert [(row["line"], row["unit"]) for row in notice["contents"]] == [(1, 2), (1, 3), (2, 3)]


def test_an_item_below_the_shipment_names_its_own_order():
    assert [line["order_reference"]["number"] for line in lines("856/shipment-items")] == ["RS-20021", "RS-20022"]


def test_an_order_named_by_an_item_stands_in_the_orders_and_lines_and_contents_refer_to_it():
    notice = golden.sample("856/shipment-items")[0]

    assert [order["order"]["number"] for order in notice["orders"]] == ["RS-20021", "RS-20022"]
    assert [line["order"] for line in notice["lines"]] == [1, 2]
    assert [row["order"] for row in notice["contents"]] == [1, 2]


def test_one_order_line_in_two_cartons_is_one_line_with_two_contents_rows():
    saw, _ = lines("856/no-parents")

    assert saw["shipped"] == {"value": "12", "unit": "EA"}


def test_an_invoice_carries_totals_charges_taxes_and_carrier():
    invoice = golden.sample("810/charges-and-taxes")[0]

    assert (invoice["total"], invoice["discountable"], invoice["discounted_total"], invoice["discount"]) == (
        "471.36",
        "456.00",
        "462.24",
        "9.12",
    )
    assert [(charge["kind"], charge["amount"]) for charge in invoice["charges"]] == [("allowance", "10.00"), ("charge", "5.00")]
    assert invoice["charges"][1]["taxes"][0]["amount"] == "0.3"
    assert invoice["carrier"]["scac"] == "ACMX"


def test_a_credit_is_positive_with_its_kind_and_names_the_invoice():
    credit = golden.sample("810/credit-memo")[0]

    assert (credit["kind"], credit["total"], credit["credited_invoice"]) == ("credit", "13.00", "INV-3301")


def test_two_invoices_of_one_group_are_two_documents():
    assert [invoice["number"] for invoice in golden.sample("810/two-invoices")] == ["INV-3302", "INV-3303"]


def test_a_change_says_what_changes_and_how_many_are_left():
    change = golden.sample("860/changed-lines")[0]

    assert change["order"] == {"number": "RS-20031", "change": "2", "date": "2026-03-01"}
    assert [(line["change"], line["quantity_left"]) for line in change["lines"]] == [
        ("quantity_increased", "48"),
        ("price_changed", "24"),
        ("delete_item", "0"),
        ("rescheduled", "36"),
        ("add_item", "10"),
    ]
    # POC03 is the quantity, POC06 the price; the day of the change is not that of the order
    assert change["lines"][1]["price"]["amount"] == "2.95"
    assert change["date"] == "2026-03-09"


def test_a_cancelled_order_has_no_lines_and_its_reason():
    change = golden.sample("860/cancelled-order")[0]

    assert change["purpose"] == "cancel"
    assert "lines" not in change
    assert change["notes"][0]["text"] == "Do not ship any more"


def test_a_changed_line_keeps_all_that_the_seller_says_of_it():
    first, second, third, fourth = lines("865/accepted-with-changes")

    assert [(one["status"], one["quantity"]) for one in first["statuses"]] == [("accepted", "40"), ("backordered", "8")]
    assert second["statuses"] == [{"status": "price_changed"}]
    assert (third["change"], third["statuses"]) == ("delete_item", [{"status": "deleted"}])
    assert fourth["statuses"] == [{"status": "accepted"}]


def test_stock_is_told_by_kind_with_its_unit_and_when_it_comes():
    clamp, saw = lines("846/stock-by-kind")

    assert [(one["kind"], one["value"], one["unit"]) for one in clamp["quantities"]] == [
        ("on_hand", "1450", "EA"),
        ("available_for_sale", "1200", "EA"),
        ("on_hold", "250", "EA"),
        ("on_order", "2000", "EA"),
    ]
    assert clamp["description"] == "Clamp, 25 mm / zinc, boxed"
    assert saw["quantities"][0]["lead_times"] == [{"kind": "AF", "quantity": "14", "unit": "DA"}]


def test_one_item_a_set_is_one_report_a_set():
    reports = golden.sample("846/one-item-a-set")

    assert [report["number"] for report in reports] == ["20260302-1", "20260302-2"]
    assert [row["quantity"] for row in reports[0]["lines"][0]["schedules"]] == ["4", "11", "0"]


def test_a_payment_is_what_its_items_and_adjustments_come_to():
    payment = golden.sample("820/items-and-deductions")[0]
    paid = [Decimal(item["paid"]) for entity in payment["entities"] for item in entity["items"]]
    adjusted = [Decimal(one["amount"]) for entity in payment["entities"] for one in entity.get("adjustments", ())]

    assert sum(paid) + sum(adjusted) == Decimal(payment["amount"])
    assert payment["entities"][0]["items"][1]["adjustments"][0]["reason"] == "pricing_error"
    assert all(outcome.findings == () for outcome in golden.outcomes((golden.SAMPLES / "820/items-and-deductions/input.edi").read_bytes()))


def test_a_warehouse_order_keeps_its_destinations_apart():
    first, second = golden.sample("940/two-destinations")[0]["groups"]

    assert second["parties"][0]["identifier"]["value"] == "0011"
    assert first["lines"][0]["items"][0] == {"scheme": "upc_case", "value": "812345678905"}
    assert first["lines"][0]["packs"][0]["weight"] == {"value": "30", "unit": "LBR"}


def test_a_warehouse_shipment_says_what_is_on_which_pallet_and_what_is_short():
    whole, short = golden.sample("945/pallet-and-cartons")[0]["groups"]

    assert (whole["marks"][0]["value"], whole["lines"][0]["status"]) == ("000812345000000016", "complete")
    assert (short["lines"][0]["shipped"]["value"], short["lines"][0]["difference"]) == ("5", "-1")


def test_a_receipt_says_what_came_short_and_damaged():
    clamp, saw = lines("944/short-and-damaged")

    assert [one["condition"] for one in (*clamp["exceptions"], *saw["exceptions"])] == ["short", "damaged"]
    assert [group["lines"][0]["received"]["value"] for group in golden.sample("944/by-pallet-005010")[0]["groups"]] == ["100", "20"]


def test_each_status_has_its_place_time_and_zone():
    first, second = golden.sample("214/several-shipments")

    departed, on_the_way = first["details"][0]["statuses"]
    assert (departed["status"], departed["time"], departed["zone"]) == ("departed_pickup", "18:15:00", "America/New_York")
    assert on_the_way["place"] == {"city": "Omaha", "region": "NE", "country": "US"}
    assert first["details"][1]["statuses"][0]["appointment"] == "delivery_appointment"
    assert second["details"][0]["orders"][0]["order"] == "RS-20018"
    # 004030 and later: another structure, the same document
    later = golden.sample("214/details-005010")[0]["details"][0]
    assert (later["statuses"][0]["remarks"][0]["text"], later["orders"][0]["order"]) == ("Pass closed by snow", "RS-20019")
