"""What an order and its acknowledgment have in common: the header of terms, and lines with schedules and components."""

from __future__ import annotations

from typing import Any

from gateway.documents.fields import Day, Number, Part, TimeOfDay, extended, optional, required, several
from gateway.documents.goods import (
    Characteristic,
    Commodity,
    Item,
    Mark,
    Measurement,
    Pack,
    Packaging,
    QualifiedQuantity,
    Quantity,
    SalesCondition,
)
from gateway.documents.money import Charge, PaymentTerms, Price, Service, Tax
from gateway.documents.parties import Address, Contact, Identifier, Note, QualifiedDate, Reference, ServiceCodes
from gateway.documents.transport import Carrier, DeliveryTerms, Equipment, Hazard, Lading


class Party(Part):
    """A company, store, person or place that the document names, and what holds for it alone."""

    role: str = required(
        "buyer, seller, ship_to, bill_to ...; the code as sent where no word is known",
        "N101 (98)",
        "NAD 3035",
        "BuyerCustomerParty, SellerSupplierParty, DeliveryParty ...",
    )
    name: str | None = optional("Name", "N102", "NAD C080 3036", "PartyName/Name")
    identifier: Identifier | None = optional("Who it is, by number", "N103-04", "NAD C082", "PartyIdentification/ID")
    relationship: str | None = optional("Relation to another party", "N105 (706)", "none", "none")
    related_role: str | None = optional("The other party's role", "N106 (98)", "NAD 3035", "none")
    additional_names: tuple[str, ...] = several("More lines of the name", "N201-02", "NAD C058 3124", "PartyName/Name")
    address: Address | None = optional("Address", "N3, N4", "NAD C059, 3164, 3251, 3207", "PostalAddress")
    references: tuple[Reference, ...] = several("Numbers of the party", "REF in N1", "RFF", "PartyTaxScheme, PartyLegalEntity")
    contacts: tuple[Contact, ...] = several("People and desks", "PER in N1", "CTA, COM", "Contact")
    dates: tuple[QualifiedDate, ...] = several("Dates that hold for this party", "DTM in N1", "DTM", "none")
    notes: tuple[Note, ...] = several("Free text", "MSG in N1", "FTX", "Note")
    delivery_terms: DeliveryTerms | None = optional("Delivery terms for this party", "FOB in N1", "TOD", "DeliveryTerms")
    lading: tuple[Lading, ...] = several("What is loaded for it", "TD1 in N1", "PAC, MEA", "GoodsItem")
    carriers: tuple[Carrier, ...] = several("Who carries it there", "TD5 in N1", "TDT", "Shipment/ShipmentStage")
    equipment: tuple[Equipment, ...] = several("On what", "TD3 in N1", "EQD", "TransportEquipment")
    hazards: tuple[Hazard, ...] = several("Special handling", "TD4 in N1", "DGS", "HazardousItem")
    packaging: tuple[Packaging, ...] = several("Packaging wanted", "PKG in N1", "PAC", "Package")
    quantities: tuple[QualifiedQuantity, ...] = several("Quantities for it", "QTY in N1", "QTY", "Quantity")
    schedules: tuple[Schedule, ...] = several("What it gets when", "SCH in N1", "SCC, QTY, DTM", "Delivery")


class Schedule(Part):
    """Which part of a line goes where and when."""

    location: Identifier | None = optional("Store or place", "SDQ03, SDQ02 (66)", "LOC C517 3225", "Delivery/DeliveryLocation/ID")
    quantity: Number | None = optional("How many", "SDQ04, SCH01", "QTY C186 6060", "Delivery/Quantity")
    unit: str | None = optional("UN/ECE Rec 20", "SDQ01, SCH02 (355)", "QTY C186 6411", "Delivery/Quantity/@unitCode")
    dock: str | None = optional(
        "Dock, department or place inside", "SDQ23, N104 in N1 of SCH", "LOC C519 3223", "Delivery/DeliveryLocation/Subsidiary"
    )
    party_role: str | None = optional("Role of the party it goes to", "SCH03 (98)", "NAD 3035", "Delivery/DeliveryParty")
    party_name: str | None = optional("Name of the party it goes to", "SCH04", "NAD C080 3036", "Delivery/DeliveryParty/PartyName")
    date_kind: str | None = optional("What happens then", "SCH05 (374)", "DTM C507 2005", "Delivery/RequestedDeliveryPeriod")
    date: Day | None = optional("When", "SCH06", "DTM C507 2380", "Delivery/RequestedDeliveryPeriod/StartDate")
    time: TimeOfDay | None = optional("At what time", "SCH07", "DTM C507 2380", "Delivery/RequestedDeliveryPeriod/StartTime")
    second_date_kind: str | None = optional("What happens on the second date", "SCH08 (374)", "DTM C507 2005", "none")
    second_date: Day | None = optional(
        "Second date, such as the end of the window", "SCH09", "DTM C507 2380", "Delivery/RequestedDeliveryPeriod/EndDate"
    )
    second_time: TimeOfDay | None = optional("Second time", "SCH10", "DTM C507 2380", "Delivery/RequestedDeliveryPeriod/EndTime")
    request: str | None = optional("Number of the request", "SCH11", "RFF C506 1154", "Delivery/ID")
    assigned: str | None = optional("Number of the schedule row", "SCH12", "SCC 4017", "Delivery/ID")
    references: tuple[Reference, ...] = several("Numbers", "REF in SCH", "RFF", "none")
    lading: tuple[Lading, ...] = several("What is loaded", "TD1 in SCH", "PAC, MEA", "Shipment/GoodsItem")
    carriers: tuple[Carrier, ...] = several("Who carries it", "TD5 in SCH", "TDT", "Shipment/ShipmentStage")


class Component(Part):
    """A part of the item of a line: of a kit, an assortment, a pre-pack; or a feature of it."""

    number: str | None = optional("Its number", "SLN01", "LIN 1082", "SubLineItem/ID")
    parent: str | None = optional("Number of what it belongs to", "SLN02", "LIN C829 1082", "SubLineItem")
    relationship: str | None = optional(
        "included, added, substituted ...; the code as sent where no word is known", "SLN03 (662)", "LIN 1229", "none"
    )
    quantity: Quantity | None = optional("How many", "SLN04-05", "QTY C186", "SubLineItem/Quantity")
    price: Price | None = optional("Price", "SLN06-07", "PRI C509", "SubLineItem/Price")
    price_relationship: str | None = optional("How the price relates to the line's", "SLN08 (662)", "none", "none")
    items: tuple[Item, ...] = several("Item numbers", "SLN09-28", "PIA C212", "SubLineItem/Item")
    description: str | None = optional("In words", "PID05 with PID01 F in SLN", "IMD C273 7008", "SubLineItem/Item/Description")
    characteristics: tuple[Characteristic, ...] = several("Properties", "PID in SLN", "IMD", "AdditionalItemProperty")
    prices: tuple[Price, ...] = several("More prices", "CTP in SLN", "PRI", "AlternativeConditionPrice")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC in SLN", "ALC", "AllowanceCharge")
    taxes: tuple[Tax, ...] = several("Taxes", "TXI in SLN", "TAX", "TaxTotal")
    pack: Pack | None = optional("What a pack of it holds", "PO4 in SLN", "PAC", "Item/PackQuantity")
    dates: tuple[QualifiedDate, ...] = several("Dates", "DTM in SLN", "DTM", "none")
    references: tuple[Reference, ...] = several("Numbers", "REF in SLN", "RFF", "none")
    notes: tuple[Note, ...] = several("Free text", "MSG, N9 in SLN", "FTX", "Note")
    parties: tuple[Party, ...] = several("Parties", "N1 in SLN", "NAD", "none")
    quantities: tuple[QualifiedQuantity, ...] = several("More quantities", "QTY in SLN", "QTY", "none")


class OrderReference(Part):
    """The order that is answered."""

    number: str | None = optional("Number of the order", "BAK03, BIG04, PRF01", "RFF C506 1154 (ON)", "OrderReference/ID")
    release: str | None = optional("Release of a blanket order", "BAK05, BIG05, PRF02", "RFF C506 1154 (RE)", "OrderReference/SalesOrderID")
    change: str | None = optional("Change order", "BIG06, PRF03", "RFF C506 1154 (PP)", "OrderReference")
    date: Day | None = optional("Date of the order", "BAK04, BIG03, PRF04", "DTM C507 2380 (171)", "OrderReference/IssueDate")
    contract: str | None = optional("Contract", "BAK07, PRF06", "RFF C506 1154 (CT)", "Contract/ID")


class OrderLine(Part):
    """A line as an order and its acknowledgment carry it. Two lines of one item stay two lines."""

    ordinal: int = required(
        "Which line of the document it is, counted by us from 1",
        "place of PO1 in the set",
        "place of LIN in the message",
        "place of OrderLine",
    )
    number: str | None = optional("The partner's line number, text", "PO101", "LIN 1082", "LineItem/ID")
    quantity: Quantity | None = optional("How many", "PO102-03", "QTY C186 (21)", "LineItem/Quantity")
    price: Price | None = optional("Price: amount, for how much, of what kind", "PO104-05", "PRI C509", "LineItem/Price")
    amount: Number | None = optional(
        "What the line comes to, by the basis of its price; left out where that needs a weight we do not have",
        "computed from PO102, PO104, PO105",
        "MOA C516 5004 (203)",
        "LineItem/LineExtensionAmount",
    )
    items: tuple[Item, ...] = several("Item numbers", "PO106-25", "LIN C212, PIA C212", "LineItem/Item")
    description: str | None = optional("What it is, in words", "PID05 with PID01 F", "IMD C273 7008", "Item/Description")
    characteristics: tuple[Characteristic, ...] = several("Colour, size and other properties", "PID", "IMD", "Item/AdditionalItemProperty")
    prices: tuple[Price, ...] = several("More prices: cost, resale, list ...", "CTP", "PRI", "LineItem/AlternativeConditionPrice")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC with SAC01 A or C", "ALC", "LineItem/AllowanceCharge")
    services: tuple[Service, ...] = several("Services, information only", "SAC with SAC01 N or others", "ALC", "none")
    taxes: tuple[Tax, ...] = several("Taxes", "TXI, TAX", "TAX", "LineItem/TaxTotal")
    terms: tuple[PaymentTerms, ...] = several("Payment terms of the line", "ITD in PO1", "PAT", "none")
    currency: str | None = optional(
        "ISO 4217, where it differs from the document's", "CUR02 in PO1", "CUX C504 6345", "PriceAmount/@currencyID"
    )
    currency_role: str | None = optional("Whose currency", "CUR01 in PO1 (98)", "CUX C504 6347", "none")
    pack: tuple[Pack, ...] = several(
        "What a pack holds, weighs and measures", "PO4", "PAC, MEA, DIM", "Item/PackQuantity, Item/PackSizeNumeric"
    )
    packaging: tuple[Packaging, ...] = several("Packaging wanted", "PKG", "PAC", "Delivery/Shipment/TransportHandlingUnit/Package")
    measurements: tuple[Measurement, ...] = several("Measures", "MEA", "MEA", "Item/Dimension")
    quantities: tuple[QualifiedQuantity, ...] = several("More quantities", "QTY", "QTY", "none")
    commodities: tuple[Commodity, ...] = several("Commodity codes", "TC2", "GIR", "Item/CommodityClassification")
    conditions: tuple[SalesCondition, ...] = several("Conditions of sale", "CSH, IT8", "ALI", "none")
    requested_delivery: Day | None = optional("Deliver on", "DTM02 with DTM01 002", "DTM C507 2380 (2)", "Delivery/RequestedDeliveryPeriod")
    requested_ship: Day | None = optional(
        "Ship on", "DTM02 with DTM01 010", "DTM C507 2380 (10)", "Delivery/Despatch/RequestedDespatchDate"
    )
    dates: tuple[QualifiedDate, ...] = several("All other dates", "DTM", "DTM", "Delivery")
    references: tuple[Reference, ...] = several("Numbers", "REF", "RFF", "LineItem/DocumentReference")
    contacts: tuple[Contact, ...] = several("People and desks", "PER", "CTA, COM", "none")
    notes: tuple[Note, ...] = several("Free text", "N9 with MSG, MSG", "FTX", "LineItem/Note")
    parties: tuple[Party, ...] = several(
        "Parties of this line: ship-to, end customer", "N1 in PO1", "NAD", "LineItem/Delivery/DeliveryParty"
    )
    delivery_terms: DeliveryTerms | None = optional("Delivery terms", "FOB in PO1", "TOD", "Delivery/DeliveryTerms")
    lading: tuple[Lading, ...] = several("How it is loaded", "TD1 in PO1", "PAC, MEA", "Delivery/Shipment/GoodsItem")
    carriers: tuple[Carrier, ...] = several("Who carries it", "TD5 in PO1", "TDT", "Delivery/Shipment/ShipmentStage")
    equipment: tuple[Equipment, ...] = several("On what", "TD3 in PO1", "EQD", "TransportEquipment")
    hazards: tuple[Hazard, ...] = several("Dangerous goods and special handling", "TD4 in PO1", "DGS", "Item/HazardousItem")
    marks: tuple[Mark, ...] = several("Marks and numbers on packages", "MAN", "GIN", "TransportHandlingUnit/ShippingMarks")
    schedules: tuple[Schedule, ...] = several("Which part goes where and when", "SDQ, SCH", "SCC, LOC, QTY, DTM", "LineItem/Delivery")
    components: tuple[Component, ...] = several("Parts of the item", "SLN", "LIN with sub-lines", "LineItem/SubLineItem")
    service_codes: tuple[ServiceCodes, ...] = several("Service characteristics", "SI", "PIA", "AdditionalItemProperty")
    extensions: dict[str, Any] | None = extended()


class Summary(Part):
    """Control figures at the end, as sent; whether they hold is checked, they are never trusted."""

    lines: str | None = optional("Number of lines or hierarchical levels", "CTT01", "CNT C270 6066 (2)", "LineCountNumeric")
    hash_total: Number | None = optional("Sum of quantities", "CTT02", "CNT C270 6066 (1)", "none")
    weight: Quantity | None = optional("Weight of all", "CTT03-04", "MEA C174 6314", "Shipment/GrossWeightMeasure")
    volume: Quantity | None = optional("Volume of all", "CTT05-06", "MEA C174 6314", "Shipment/GrossVolumeMeasure")
    description: str | None = optional("In words", "CTT07", "FTX", "none")


Party.model_rebuild()
