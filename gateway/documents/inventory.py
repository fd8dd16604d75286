"""The inventory report: X12 846, EDIFACT INVRPT, UBL InventoryReport."""

from __future__ import annotations

from typing import Any, Literal

from gateway.documents.document import Document
from gateway.documents.fields import Day, Number, Part, TimeOfDay, extended, optional, required, several
from gateway.documents.goods import Characteristic, Item, Mark, Measurement, Packaging, QualifiedQuantity
from gateway.documents.money import Charge, Currency, Price, Service
from gateway.documents.orders import Component, OrderReference, Party, Schedule, Summary
from gateway.documents.parties import Contact, QualifiedDate, Reference


class LeadTime(Part):
    """How long something takes."""

    kind: str | None = optional("From when to when", "LDT01 (345)", "DTM C507 2005", "DeliveryPeriod")
    quantity: Number | None = optional("How many periods", "LDT02", "DTM C507 2380", "DurationMeasure")
    unit: str | None = optional("Days, weeks ...", "LDT03 (344)", "DTM C507 2379", "DurationMeasure/@unitCode")
    date: Day | None = optional("As of when", "LDT04", "DTM C507 2380", "none")


class UnitPrice(Part):
    """What one of a unit costs."""

    unit: str | None = optional("UN/ECE Rec 20", "UIT01-01 (355)", "PRI C509 6411", "Price/BaseQuantity/@unitCode")
    amount: Number | None = optional("The price", "UIT02", "PRI C509 5118", "Price/PriceAmount")
    basis: str | None = optional("What the price is for, by name", "UIT03 (639)", "PRI C509 5375", "Price/PriceTypeCode")


class Stock(QualifiedQuantity):
    """A quantity in stock, on order or sold, with what is known of it."""

    prices: tuple[UnitPrice, ...] = several("What a unit is worth", "UIT in QTY", "PRI", "Price")
    measurements: tuple[Measurement, ...] = several("Measures", "MEA in QTY", "MEA", "Dimension")
    lead_times: tuple[LeadTime, ...] = several("Lead times", "LDT in QTY", "DTM", "none")
    dates: tuple[QualifiedDate, ...] = several("When this quantity is there, or was", "DTM in QTY", "DTM", "AvailabilityDate")
    schedules: tuple[Schedule, ...] = several("Which part comes when", "SCH in QTY", "SCC, QTY, DTM", "none")
    references: tuple[Reference, ...] = several("Lots, receipts and other numbers of it", "REF in QTY", "RFF", "none")


class InventoryLine(Part):
    """One item and how much there is of it."""

    ordinal: int = required(
        "Which line of the report it is, counted by us from 1", "place of LIN", "place of LIN", "InventoryReportLine/ID"
    )
    number: str | None = optional("The partner's line number, text", "LIN01", "LIN 1082", "InventoryReportLine/ID")
    items: tuple[Item, ...] = several("Item numbers", "LIN02-31", "LIN C212, PIA C212", "Item/StandardItemIdentification")
    description: str | None = optional("What it is, in words", "PID05 with PID01 F", "IMD C273 7008", "Item/Description")
    quantities: tuple[Stock, ...] = several("On hand, on order, available, sold ...", "QTY", "QTY", "InventoryReportLine/Quantity")
    schedules: tuple[Schedule, ...] = several("How much is where", "SDQ", "LOC, QTY", "InventoryLocation")
    characteristics: tuple[Characteristic, ...] = several("Properties", "PID", "IMD", "AdditionalItemProperty")
    measurements: tuple[Measurement, ...] = several("Measures", "MEA", "MEA", "Dimension")
    packaging: tuple[Packaging, ...] = several("Packaging", "PKG", "PAC", "Package")
    unit_prices: tuple[UnitPrice, ...] = several("What a unit costs", "UIT", "PRI", "Price")
    prices: tuple[Price, ...] = several("Prices by kind", "CTP", "PRI", "Price")
    currency: Currency | None = optional("Currency of the line", "CUR", "CUX", "none")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC with SAC01 A or C", "ALC", "AllowanceCharge")
    services: tuple[Service, ...] = several("Services, information only", "SAC with SAC01 N or others", "ALC", "none")
    dates: tuple[QualifiedDate, ...] = several("Dates", "DTM", "DTM", "AvailabilityDate")
    lead_times: tuple[LeadTime, ...] = several("Lead times", "LDT", "DTM", "none")
    references: tuple[Reference, ...] = several("Numbers", "REF", "RFF", "none")
    contacts: tuple[Contact, ...] = several("People and desks", "PER", "CTA, COM", "none")
    marks: tuple[Mark, ...] = several("Marks and numbers on packages", "MAN", "GIN", "ShippingMarks")
    order: OrderReference | None = optional("Contract or order it belongs to", "CS01-03, CS06", "RFF", "OrderLineReference")
    parties: tuple[Party, ...] = several("Whose it is, where it lies", "N1", "NAD", "InventoryLocation")
    components: tuple[Component, ...] = several("Parts of the item", "SLN", "LIN with sub-lines", "none")
    extensions: dict[str, Any] | None = extended()


class InventoryReport(Document):
    """How much there is of what, where; each report stands for its own moment."""

    document_type: Literal["inventory_report"] = required("Which document this is", "ST01 846", "UNH 0065 INVRPT", "InventoryReport")
    number: str = required("Number of the report", "BIA03", "BGM C106 1004", "ID")
    kind: str | None = optional("Kind of report", "BIA02 (755)", "BGM C002 1001", "InventoryReportingTypeCode")
    time: TimeOfDay | None = optional("Time of the report", "BIA05", "DTM C507 2380 (137)", "IssueTime")
    action: str | None = optional("What to do with it", "BIA06 (306)", "none", "none")
    currency: Currency | None = optional("Currency of all amounts", "CUR", "CUX", "DocumentCurrencyCode")
    dates: tuple[QualifiedDate, ...] = several("Dates of the whole, such as the period", "DTM", "DTM", "InventoryPeriod")
    references: tuple[Reference, ...] = several("Numbers", "REF", "RFF", "DocumentReference")
    contacts: tuple[Contact, ...] = several("People and desks", "PER", "CTA, COM", "Contact")
    measurements: tuple[Measurement, ...] = several("Measures of the whole", "MEA", "MEA", "none")
    parties: tuple[Party, ...] = several(
        "Who reports to whom, and of which place", "N1", "NAD", "RetailerCustomerParty, InventoryReportingParty"
    )
    lines: tuple[InventoryLine, ...] = several("The items", "LIN", "LIN", "InventoryReportLine")
    summary: Summary | None = optional("Control figures as sent", "CTT", "CNT", "none")
