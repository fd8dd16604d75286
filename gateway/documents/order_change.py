"""Changes to purchase orders and what the seller says to them: X12 860 and 865, EDIFACT ORDCHG and ORDRSP, UBL OrderChange."""

from __future__ import annotations

from typing import Literal

from gateway.documents.acknowledgment import AcknowledgmentLine, Reason
from gateway.documents.document import TradeDocument
from gateway.documents.fields import Day, Number, Part, optional, required, several
from gateway.documents.orders import OrderLine, OrderReference


class LineChange(Part):
    """What the change does to a line."""

    change: str = required(
        "What changes: add_item, delete_item, price_changed, quantity_increased ...; the code as sent where no word is known",
        "POC02 (670)",
        "LIN 1229",
        "LineItem/LineStatusCode",
    )
    quantity_left: Number | None = optional("How many are still to come; 0 where the line is deleted", "POC04", "QTY C186 (73)", "none")
    order_line: str | None = optional("Number of the order line that is changed", "POC01", "LIN 1082", "OrderLineReference/LineID")


class ChangedLine(OrderLine, LineChange):
    """A line as it shall be, and what changes in it."""


class ChangedLineAnswer(AcknowledgmentLine, LineChange):
    """A changed line as the seller takes it."""


class OrderChange(TradeDocument):
    """What a change and the answer to it have in common."""

    kind: str | None = optional(
        "stand_alone, release, blanket ...; the code as sent where no word is known", "BCH02, BCA13 (92)", "BGM C002 1001", "OrderTypeCode"
    )
    order: OrderReference = required("The order that is changed, and which change it is", "BCH03-06, BCH08", "RFF (ON)", "OrderReference")
    request: str | None = optional("Number of the request", "BCH07", "RFF C506 1154", "none")
    reference: str | None = optional("A number that the sender gives the change", "BCH09", "RFF C506 1154", "SequenceNumberID")
    acknowledged: Day | None = optional("Date of the acknowledgment that is referred to", "BCH10, BCA10", "DTM C507 2380", "none")
    security_level: str | None = optional("Security level", "BCH13, BCA14 (786)", "none", "none")
    transaction_kind: str | None = optional("Kind of transaction", "BCH15, BCA15 (640)", "BGM C002 1001", "none")
    department: str | None = optional("The buyer's department", "REF02 with REF01 DP", "RFF C506 1154", "AccountingCost")
    vendor_number: str | None = optional(
        "The seller's number at the buyer", "REF02 with REF01 IA", "RFF C506 1154 (IA)", "SellerSupplierParty/CustomerAssignedAccountID"
    )
    requested_delivery: Day | None = optional("Deliver on", "DTM02 with DTM01 002", "DTM C507 2380 (2)", "Delivery/RequestedDeliveryPeriod")
    requested_ship: Day | None = optional(
        "Ship on", "DTM02 with DTM01 010", "DTM C507 2380 (10)", "Delivery/Despatch/RequestedDespatchDate"
    )


class PurchaseOrderChange(OrderChange):
    """What a buyer changes in an order that went out before, or that he cancels it; `date` is the change's own."""

    document_type: Literal["purchase_order_change"] = required("Which document this is", "ST01 860", "UNH 0065 ORDCHG", "OrderChange")
    acknowledgment_wanted: str | None = optional("Which acknowledgment the buyer wants", "BCH14 (587)", "BGM 4343", "none")
    contract_kind: str | None = optional("Kind of contract", "BCH12 (1166)", "none", "Contract/ContractTypeCode")
    purchase_category: str | None = optional("Purchase category", "BCH16 (1232)", "none", "none")
    promotion: str | None = optional("Promotion or deal", "REF02 with REF01 PD", "RFF C506 1154 (PD)", "none")
    cancel_after: Day | None = optional(
        "Cancel what is not shipped by then", "DTM02 with DTM01 001", "DTM C507 2380 (61)", "ValidityPeriod/EndDate"
    )
    ship_not_before: Day | None = optional("Ship window opens", "DTM02 with DTM01 037", "DTM C507 2380 (200)", "Delivery/Despatch")
    ship_not_after: Day | None = optional("Ship window closes", "DTM02 with DTM01 038", "DTM C507 2380 (38)", "Delivery/LatestDeliveryDate")
    deliver_not_before: Day | None = optional(
        "Delivery window opens", "DTM02 with DTM01 064", "DTM C507 2380 (64)", "Delivery/RequestedDeliveryPeriod/StartDate"
    )
    deliver_not_after: Day | None = optional(
        "Delivery window closes", "DTM02 with DTM01 063", "DTM C507 2380 (63)", "Delivery/RequestedDeliveryPeriod/EndDate"
    )
    lines: tuple[ChangedLine, ...] = several("The lines that change", "POC", "LIN", "OrderLine")


class PurchaseOrderChangeAcknowledgment(OrderChange):
    """What the seller answers to a change, or a change that he asks for himself; each one is an event on the order."""

    document_type: Literal["purchase_order_change_acknowledgment"] = required(
        "Which document this is", "ST01 865", "UNH 0065 ORDRSP", "OrderResponse"
    )
    verdict: str | None = optional(
        "accepted, accepted_with_changes, rejected ...; the code as sent where no word is known",
        "BCA02 (587)",
        "BGM 4343",
        "OrderResponseCode",
    )
    acknowledged_change: Day | None = optional("Date of the change that is answered", "BCA12", "DTM C507 2380", "none")
    reasons: tuple[Reason, ...] = several("Why", "N9 with N901 ZZ", "AJT, FTX", "RejectionNote")
    lines: tuple[ChangedLineAnswer, ...] = several("What is said of the lines", "POC", "LIN", "OrderLine")
