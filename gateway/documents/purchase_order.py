"""The purchase order: X12 850, EDIFACT ORDERS, UBL Order."""

from __future__ import annotations

from typing import Literal

from gateway.documents.document import TradeDocument
from gateway.documents.fields import Day, optional, required, several
from gateway.documents.orders import OrderLine


class PurchaseOrder(TradeDocument):
    """What a buyer wants, from whom, where, when and at what price."""

    document_type: Literal["purchase_order"] = required("Which document this is", "ST01 850", "UNH 0065 ORDERS", "Order")
    number: str = required("Number of the order", "BEG03", "BGM C106 1004", "ID")
    kind: str | None = optional(
        "stand_alone, new, dropship, release, blanket ...; the code as sent where no word is known",
        "BEG02 (92)",
        "BGM C002 1001",
        "OrderTypeCode",
    )
    release: str | None = optional("Release of a blanket order", "BEG04", "RFF C506 1154 (RE)", "OrderReference/SalesOrderID")
    contract: str | None = optional("Contract that it is made under", "BEG06", "RFF C506 1154 (CT)", "Contract/ID")
    acknowledgment_wanted: str | None = optional("Which acknowledgment the buyer wants", "BEG07 (587)", "BGM 4343", "none")
    invoice_kind: str | None = optional("Which invoice the buyer wants", "BEG08 (1019)", "none", "none")
    contract_kind: str | None = optional("Kind of contract", "BEG09 (1166)", "none", "Contract/ContractTypeCode")
    purchase_category: str | None = optional("Purchase category", "BEG10 (1232)", "none", "none")
    security_level: str | None = optional("Security level", "BEG11 (786)", "none", "none")
    transaction_kind: str | None = optional("Kind of transaction", "BEG12 (640)", "BGM C002 1001", "none")
    department: str | None = optional("The buyer's department", "REF02 with REF01 DP", "RFF C506 1154", "AccountingCost")
    vendor_number: str | None = optional(
        "The seller's number at the buyer", "REF02 with REF01 IA", "RFF C506 1154 (IA)", "SellerSupplierParty/CustomerAssignedAccountID"
    )
    promotion: str | None = optional("Promotion or deal", "REF02 with REF01 PD", "RFF C506 1154 (PD)", "none")
    requested_delivery: Day | None = optional("Deliver on", "DTM02 with DTM01 002", "DTM C507 2380 (2)", "Delivery/RequestedDeliveryPeriod")
    requested_ship: Day | None = optional(
        "Ship on", "DTM02 with DTM01 010", "DTM C507 2380 (10)", "Delivery/Despatch/RequestedDespatchDate"
    )
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
    lines: tuple[OrderLine, ...] = several("What is ordered", "PO1", "LIN", "OrderLine")
