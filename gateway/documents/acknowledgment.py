"""The purchase order acknowledgment: X12 855, EDIFACT ORDRSP, UBL OrderResponse."""

from __future__ import annotations

from typing import Literal

from gateway.documents.document import TradeDocument
from gateway.documents.fields import Day, Number, Part, optional, required, several
from gateway.documents.goods import Item
from gateway.documents.money import Price
from gateway.documents.orders import OrderLine, OrderReference
from gateway.documents.parties import QualifiedDate


class Reason(Part):
    """Why something was refused or changed."""

    code: str | None = optional("By code", "N902", "AJT 4465", "RejectReasonCode")
    text: str | None = optional("In words", "N903, MSG01", "FTX C108 4440", "RejectionNote")


class LineStatus(Part):
    """What the seller says of a line or of a part of it.

    Without a quantity it modifies the line; several with quantities split it; what they leave is never guessed.
    """

    status: str = required(
        "accepted, backordered, rejected, price_changed ...; the code as sent where no word is known",
        "ACK01 (668); without ACK by BAK02",
        "LIN 1229",
        "LineItem/LineStatusCode",
    )
    quantity: Number | None = optional("How many of the line it concerns", "ACK02", "QTY C186 6060 (113)", "LineItem/Quantity")
    unit: str | None = optional("UN/ECE Rec 20", "ACK03 (355)", "QTY C186 6411", "LineItem/Quantity/@unitCode")
    date_kind: str | None = optional("What happens then", "ACK04 (374)", "DTM C507 2005", "Delivery/PromisedDeliveryPeriod")
    date: Day | None = optional("When", "ACK05", "DTM C507 2380", "Delivery/PromisedDeliveryPeriod")
    dates: tuple[QualifiedDate, ...] = several("More dates", "DTM in ACK", "DTM", "Delivery")
    request: str | None = optional("Number of the request", "ACK06", "RFF C506 1154", "none")
    replacing: tuple[Item, ...] = several(
        "Item that is sent instead; it belongs to the line that replaces", "ACK07-26", "PIA C212", "SubstitutedLineItem"
    )
    agency: str | None = optional("Whose code `reason` is", "ACK27 (559)", "none", "none")
    source: str | None = optional("Where the reason's codes are explained", "ACK28", "none", "none")
    reason: str | None = optional("Why, an industry's code", "ACK29 (1271)", "AJT 4465", "RejectReasonCode")


class AcknowledgmentLine(OrderLine):
    """A line of the acknowledgment: the order line it answers, what was offered, what was said of it."""

    order_line: str | None = optional(
        "Number of the order line it answers; by number, then items, then quantity and price",
        "PO101",
        "RFF C506 1156 (ON)",
        "OrderLineReference/LineID",
    )
    ordered_price: Price | None = optional(
        "The price of the order, where it differs from the one offered", "CTP or the order", "PRI", "none"
    )
    statuses: tuple[LineStatus, ...] = several("What was said of it, all of it", "ACK", "LIN 1229, QTY, DTM", "LineItem/LineStatusCode")


class PurchaseOrderAcknowledgment(TradeDocument):
    """What the seller answers to an order; each one is an event on it, the newest by date wins."""

    document_type: Literal["purchase_order_acknowledgment"] = required(
        "Which document this is", "ST01 855", "UNH 0065 ORDRSP", "OrderResponse"
    )
    kind: str | None = optional("Kind of transaction", "BAK10 (640)", "BGM C002 1001", "none")
    verdict: str = required(
        "accepted, accepted_with_changes, rejected ...; the code as sent where no word is known",
        "BAK02 (587)",
        "BGM 4343",
        "OrderResponseCode",
    )
    order: OrderReference = required("The order that is answered", "BAK03-05, BAK07", "RFF (ON)", "OrderReference")
    request: str | None = optional("Number of the request", "BAK06", "RFF C506 1154", "none")
    supplier_order_number: str | None = optional("The seller's own number of the order", "BAK08", "RFF C506 1154 (VN)", "SalesOrderID")
    department: str | None = optional("The buyer's department", "REF02 with REF01 DP", "RFF C506 1154", "AccountingCost")
    vendor_number: str | None = optional(
        "The seller's number at the buyer", "REF02 with REF01 IA", "RFF C506 1154 (IA)", "SellerSupplierParty/CustomerAssignedAccountID"
    )
    requested_delivery: Day | None = optional("Deliver on", "DTM02 with DTM01 002", "DTM C507 2380 (2)", "Delivery/RequestedDeliveryPeriod")
    requested_ship: Day | None = optional(
        "Ship on", "DTM02 with DTM01 010", "DTM C507 2380 (10)", "Delivery/Despatch/RequestedDespatchDate"
    )
    reasons: tuple[Reason, ...] = several("Why", "N9 with N901 ZZ", "AJT, FTX", "RejectionNote")
    lines: tuple[AcknowledgmentLine, ...] = several(
        "What is said of the lines; none: the verdict holds for every line of the order", "PO1", "LIN", "OrderLine"
    )
