"""The invoice and credit note: X12 810, EDIFACT INVOIC, UBL Invoice and CreditNote."""

from __future__ import annotations

from typing import Literal

from gateway.documents.document import TradeDocument
from gateway.documents.fields import Day, Number, Part, optional, required, several
from gateway.documents.goods import Quantity, QuantityDifference
from gateway.documents.orders import OrderLine, OrderReference
from gateway.documents.parties import Reference


class InvoiceCarrier(Part):
    """Who carried the goods."""

    mode: str | None = optional(
        "motor, rail, air ...; the code as sent where no word is known", "CAD01 (91)", "TDT C220 8067", "ShipmentStage/TransportModeCode"
    )
    equipment_initial: str | None = optional("Prefix of the equipment's number", "CAD02", "EQD C237 8260", "TransportEquipment/ID")
    equipment_number: str | None = optional("Number of the equipment", "CAD03", "EQD C237 8260", "TransportEquipment/ID")
    scac: str | None = optional("The carrier's SCAC", "CAD04 (140)", "TDT C040 3127", "CarrierParty/PartyIdentification/ID")
    routing: str | None = optional("Route or carrier in words", "CAD05", "TDT C040 3128", "CarrierParty/PartyName")
    status: str | None = optional("Shipment or order status", "CAD06 (368)", "STS C555 9011", "none")
    reference: Reference | None = optional("Its number of the shipment", "CAD07-08", "RFF C506", "Consignment/ID")
    service_level: str | None = optional("Service: next day, second day ...", "CAD09 (284)", "TSR C233 7273", "ShippingPriorityLevelCode")


class ShipmentTotal(Part):
    """What was shipped in all."""

    units: Quantity | None = optional("Units shipped", "ISS01-02", "QTY C186", "none")
    weight: Quantity | None = optional("Weight", "ISS03-04", "MEA C174 6314", "Shipment/GrossWeightMeasure")
    volume: Quantity | None = optional("Volume", "ISS05-06", "MEA C174 6314", "Shipment/GrossVolumeMeasure")
    quantity: Number | None = optional("Quantity", "ISS07", "QTY C186 6060", "none")
    standard_weight: Number | None = optional("Another weight", "ISS08", "MEA C174 6314", "none")


class InvoiceLine(OrderLine):
    """A line that is billed."""

    order_line: str | None = optional(
        "Number of the order line it bills", "IT101, IT1 with PL", "RFF C506 1156 (ON)", "OrderLineReference/LineID"
    )
    order: OrderReference | None = optional(
        "The order, where it is not the document's", "REF02 with REF01 PO in IT1", "RFF C506 1154 (ON)", "OrderLineReference/OrderReference"
    )
    differences: tuple[QuantityDifference, ...] = several("Where quantity shipped and ordered differ", "IT3", "QVR", "none")
    carrier: tuple[InvoiceCarrier, ...] = several("Who carried it", "CAD in IT1", "TDT", "none")


class Invoice(TradeDocument):
    """What is to be paid, or credited: amounts are positive with what the kind says."""

    document_type: Literal["invoice"] = required("Which document this is", "ST01 810", "UNH 0065 INVOIC", "Invoice, CreditNote")
    number: str = required("Number of the invoice", "BIG02", "BGM C106 1004", "ID")
    kind: str | None = optional(
        "invoice, credit, debit ...; the code as sent where no word is known; none: an invoice",
        "BIG07 (640)",
        "BGM C002 1001",
        "InvoiceTypeCode",
    )
    order: OrderReference | None = optional("The order that is billed", "BIG03-06", "RFF (ON)", "OrderReference")
    credited_invoice: str | None = optional(
        "The invoice that is credited or corrected", "BIG10", "RFF C506 1154 (IV)", "BillingReference/InvoiceDocumentReference/ID"
    )
    reason: str | None = optional("Why", "BIG09 (306)", "none", "DiscrepancyResponse/ResponseCode")
    department: str | None = optional("The buyer's department", "REF02 with REF01 DP", "RFF C506 1154", "AccountingCost")
    vendor_number: str | None = optional(
        "The seller's number at the buyer", "REF02 with REF01 IA", "RFF C506 1154 (IA)", "AccountingSupplierParty/CustomerAssignedAccountID"
    )
    bill_of_lading: str | None = optional(
        "Number of the bill of lading", "REF02 with REF01 BM", "RFF C506 1154 (BM)", "DespatchDocumentReference/ID"
    )
    ship_date: Day | None = optional(
        "When the goods left", "DTM02 with DTM01 011", "DTM C507 2380 (11)", "Delivery/Despatch/ActualDespatchDate"
    )
    discountable: Number | None = optional(
        "Part of the total that the discount is of", "TDS02, two decimals implied", "MOA C516 5004 (129)", "none"
    )
    discounted_total: Number | None = optional("Total when paid early", "TDS03, two decimals implied", "MOA C516 5004", "none")
    discount: Number | None = optional("The discount", "TDS04, two decimals implied", "MOA C516 5004 (52)", "PaymentTerms/Amount")
    carrier: InvoiceCarrier | None = optional("Who carried the goods", "CAD", "TDT", "Delivery/Shipment/Consignment/CarrierParty")
    shipped: tuple[ShipmentTotal, ...] = several("What was shipped in all", "ISS", "QTY, MEA", "Delivery/Shipment")
    lines: tuple[InvoiceLine, ...] = several("What is billed", "IT1", "LIN", "InvoiceLine, CreditNoteLine")
