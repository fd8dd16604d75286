"""What every canonical document carries: its type and schema, who sent the bytes, what only one partner has, what was not read."""

from __future__ import annotations

from typing import Any

from gateway.documents.fields import Day, Number, Part, extended, optional, required, several
from gateway.documents.goods import Characteristic, Commodity, Mark, Measurement, Packaging, QualifiedQuantity, SalesCondition
from gateway.documents.money import Amount, Charge, Currency, PaymentTerms, Price, Service, Tax
from gateway.documents.orders import Party, Summary
from gateway.documents.parties import Contact, Identifier, Note, QualifiedDate, Reference, ServiceCodes
from gateway.documents.transport import Carrier, DeliveryTerms, Equipment, Hazard, Lading

SCHEMA_VERSION = "1.0"
"""Of all four documents: the first number changes when a field changes its meaning or goes, the second when one is added."""


class Envelope(Part):
    """How the document came: the sender of the bytes and the trading partner can differ (VAN, factor, logistics provider)."""

    sender: Identifier | None = optional("Sender of the bytes", "ISA05-06", "UNB S002", "SenderParty")
    receiver: Identifier | None = optional("Receiver of the bytes", "ISA07-08", "UNB S003", "ReceiverParty")
    partner: str | None = optional(
        "The trading partner that the document is of, by its profile", "by agreement", "by agreement", "SellerSupplierParty"
    )
    application_sender: str | None = optional("Sender inside the sender's house", "GS02", "UNG S006", "none")
    application_receiver: str | None = optional("Receiver inside the receiver's house", "GS03", "UNG S007", "none")
    interchange: str | None = optional("Control number of the interchange", "ISA13", "UNB 0020", "none")
    group: str | None = optional("Control number of the group", "GS06", "UNG 0048", "none")
    transaction_set: str | None = optional("Control number of the set", "ST02", "UNH 0062", "UUID")
    usage: str | None = optional("P production, T test", "ISA15", "UNB 0035", "none")
    part: str | None = optional("Which part of how many, where one set became several documents: 2/5", "split_by", "split_by", "none")


class Unmapped(Part):
    """Something that the mapping did not read, with its place; written back if the same set goes out."""

    loop: str | None = optional("The loop it stands in, with its occurrence", "loop", "segment group", "XPath")
    segment: str = required("The segment", "segment id", "segment tag", "element")
    position: int | None = optional("Which segment of the set, ST = 1", "ordinal in the set", "ordinal in the message", "none")
    elements: dict[str, str] = required("The elements that were not read, by position", "data elements", "data elements", "attributes")


class Document(Part):
    """What all documents have in common."""

    document_type: str = required("Which document this is", "ST01 (143)", "UNH S009 0065", "root element")
    schema_version: str = required("Version of this schema", "none", "none", "UBLVersionID")
    purpose: str | None = optional(
        "original, change, cancel, replace, duplicate, confirmation ...; only an original posts without more",
        "BEG01, BAK01, BSN01, BIG08 (353)",
        "BGM 1225",
        "none",
    )
    date: Day | None = optional("Date of the document", "BEG05, BAK09, BSN03, BIG01", "DTM C507 2380 (137)", "IssueDate")
    envelope: Envelope | None = optional("How it came", "ISA, GS, ST", "UNB, UNG, UNH", "none")
    notes: tuple[Note, ...] = several("Free text by what it is about", "N9 with MSG, NTE, MTX", "FTX", "Note")
    extensions: dict[str, Any] | None = extended()
    unmapped: tuple[Unmapped, ...] = several("What the mapping did not read", "any", "any", "any")


class TradeDocument(Document):
    """What order, acknowledgment and invoice have in common in their headers."""

    currency: str | None = optional("ISO 4217, of all amounts", "CUR02", "CUX C504 6345", "DocumentCurrencyCode")
    currencies: tuple[Currency, ...] = several(
        "Other parties' currencies, with rates", "CUR", "CUX", "PricingExchangeRate, PaymentCurrencyCode"
    )
    parties: tuple[Party, ...] = several("Buyer, seller, ship-to, bill-to ...", "N1", "NAD", "BuyerCustomerParty, SellerSupplierParty ...")
    contacts: tuple[Contact, ...] = several("People and desks", "PER", "CTA, COM", "AccountingCustomerParty/BuyerContact")
    references: tuple[Reference, ...] = several("Numbers that have no field of their own", "REF", "RFF", "AdditionalDocumentReference")
    dates: tuple[QualifiedDate, ...] = several(
        "Dates that have no field of their own, and dates with time, zone or range", "DTM", "DTM", "Delivery"
    )
    terms: tuple[PaymentTerms, ...] = several("Payment terms", "ITD", "PAT", "PaymentTerms")
    charges: tuple[Charge, ...] = several("Allowances and charges on the whole", "SAC with SAC01 A or C", "ALC", "AllowanceCharge")
    services: tuple[Service, ...] = several("Services, information only", "SAC with SAC01 N or others", "ALC", "none")
    taxes: tuple[Tax, ...] = several("Taxes on the whole", "TXI, TAX", "TAX", "TaxTotal")
    delivery_terms: tuple[DeliveryTerms, ...] = several("Who pays the freight, where risk passes", "FOB", "TOD", "DeliveryTerms")
    lading: tuple[Lading, ...] = several("What is loaded", "TD1", "PAC, MEA", "Shipment/GoodsItem")
    carriers: tuple[Carrier, ...] = several("Who carries it, how, on what route", "TD5", "TDT", "Shipment/ShipmentStage")
    equipment: tuple[Equipment, ...] = several("Trailer, container, seal", "TD3", "EQD, SEL", "TransportEquipment")
    hazards: tuple[Hazard, ...] = several("Dangerous goods and special handling", "TD4", "DGS", "HazardousItem")
    characteristics: tuple[Characteristic, ...] = several("Properties of all goods", "PID", "IMD", "AdditionalItemProperty")
    measurements: tuple[Measurement, ...] = several("Measures of all goods", "MEA", "MEA", "Dimension")
    packaging: tuple[Packaging, ...] = several("Packaging wanted", "PKG", "PAC", "Package")
    prices: tuple[Price, ...] = several("Prices that hold for all", "CTP", "PRI", "PricingReference")
    marks: tuple[Mark, ...] = several("Marks and numbers on packages", "MAN", "GIN", "ShippingMarks")
    amounts: tuple[Amount, ...] = several("Amounts of the whole", "AMT", "MOA", "AnticipatedMonetaryTotal, LegalMonetaryTotal")
    quantities: tuple[QualifiedQuantity, ...] = several("Quantities of the whole", "QTY", "QTY", "none")
    conditions: tuple[SalesCondition, ...] = several("Conditions of sale", "CSH", "ALI", "none")
    commodities: tuple[Commodity, ...] = several("Commodity codes", "TC2", "GIR", "CommodityClassification")
    service_codes: tuple[ServiceCodes, ...] = several("Service characteristics", "SI", "PIA", "AdditionalItemProperty")
    summary: Summary | None = optional("Control figures as sent", "CTT", "CNT", "LineCountNumeric")
    total: Number | None = optional("Total as sent", "TDS01, AMT02 with AMT01 TT", "MOA C516 5004 (86)", "PayableAmount")
