"""The ship notice: X12 856, EDIFACT DESADV, UBL DespatchAdvice.

Orders, lines and handling units stand in lists; the rows of `contents` join them. The views by order and by carton are
both read from the rows, so that any nesting of the levels gives the same document.
"""

from __future__ import annotations

from typing import Any, Literal

from gateway.documents.document import Document
from gateway.documents.fields import Day, Number, Part, TimeOfDay, extended, optional, required, several
from gateway.documents.goods import Characteristic, Item, Mark, Measurement, Pack, Packaging, QualifiedQuantity, Quantity
from gateway.documents.money import Charge, Currency, Price
from gateway.documents.orders import Component, OrderReference, Party, Schedule, Summary
from gateway.documents.parties import Contact, QualifiedDate, Reference
from gateway.documents.transport import Carrier, DeliveryTerms, Equipment, Hazard, Lading


class Level(Part):
    """What any level of the hierarchy may carry."""

    references: tuple[Reference, ...] = several(
        "Numbers that have no field of their own", "REF in HL", "RFF", "AdditionalDocumentReference"
    )
    dates: tuple[QualifiedDate, ...] = several("Dates that have no field of their own", "DTM in HL", "DTM", "Despatch")
    parties: tuple[Party, ...] = several("Ship-from, ship-to, buyer ...", "N1 in HL", "NAD", "DespatchSupplierParty, DeliveryCustomerParty")
    contacts: tuple[Contact, ...] = several("People and desks", "PER in HL", "CTA, COM", "Contact")
    lading: tuple[Lading, ...] = several("Packages, weight and volume", "TD1", "PAC, MEA", "Shipment/GoodsItem")
    carriers: tuple[Carrier, ...] = several("Who carries it, how, on what route", "TD5", "TDT", "Shipment/ShipmentStage")
    equipment: tuple[Equipment, ...] = several("Trailer, container, seal", "TD3", "EQD, SEL", "TransportEquipment")
    hazards: tuple[Hazard, ...] = several("Dangerous goods and special handling", "TD4", "DGS", "HazardousItem")
    delivery_terms: DeliveryTerms | None = optional("Who pays the freight, where risk passes", "FOB in HL", "TOD", "DeliveryTerms")
    characteristics: tuple[Characteristic, ...] = several("Properties of the goods", "PID in HL", "IMD", "AdditionalItemProperty")
    measurements: tuple[Measurement, ...] = several("Measures", "MEA in HL", "MEA", "Dimension")
    packaging: tuple[Packaging, ...] = several("Packaging", "PKG in HL", "PAC", "Package")
    marks: tuple[Mark, ...] = several("Marks and numbers that have no field of their own", "MAN in HL", "GIN", "ShippingMarks")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC in HL", "ALC", "AllowanceCharge")
    currency: Currency | None = optional("Currency", "CUR in HL", "CUX", "none")
    extensions: dict[str, Any] | None = extended()


class Shipment(Level):
    """The shipment as a whole."""

    bill_of_lading: str | None = optional("Number of the bill of lading", "REF02 with REF01 BM", "RFF C506 1154 (BM)", "Consignment/ID")
    tracking: str | None = optional(
        "The carrier's number (PRO)", "REF02 with REF01 CN", "RFF C506 1154 (CN)", "Consignment/CarrierAssignedID"
    )
    packing_list: str | None = optional(
        "Number of the packing list", "REF02 with REF01 PK", "RFF C506 1154 (PL)", "AdditionalDocumentReference/ID"
    )
    ship_date: Day | None = optional("When it left", "DTM02 with DTM01 011", "DTM C507 2380 (11)", "Despatch/ActualDespatchDate")
    estimated_delivery: Day | None = optional(
        "When it should arrive", "DTM02 with DTM01 017", "DTM C507 2380 (17)", "Delivery/EstimatedDeliveryPeriod"
    )
    store: tuple[Schedule, ...] = several("Quantities by store", "SDQ in HL", "LOC, QTY", "Delivery")


class ShipOrder(Level):
    """One order that goods are shipped of."""

    ordinal: int = required("Which order of the notice it is, counted by us from 1", "place of the level", "place of the group", "none")
    order: OrderReference | None = optional("The order", "PRF", "RFF (ON)", "OrderReference")
    invoice: str | None = optional("Invoice of this order", "REF02 with REF01 IV", "RFF C506 1154 (IV)", "none")
    department: str | None = optional("The buyer's department", "REF02 with REF01 DP", "RFF C506 1154", "none")


class HandlingUnit(Level):
    """A pallet, carton or other package; units form a tree."""

    ordinal: int = required(
        "Which unit of the notice it is, counted by us from 1", "place of the level", "CPS 7164", "TransportHandlingUnit/ID"
    )
    kind: str | None = optional("pallet or carton", "HL03 (735) T or P", "PAC C202 7065", "TransportHandlingUnitTypeCode")
    parent: int | None = optional("Ordinal of the unit that it stands in or on", "HL02", "CPS 7166", "TransportHandlingUnit/Package")
    identifier: str | None = optional(
        "Its number, an SSCC or the sender's carton number", "MAN02, REF02", "GIN C208 7402", "TransportHandlingUnit/ID"
    )
    sscc: str | None = optional(
        "Serial Shipping Container Code, 18 digits", "MAN02 with MAN01 GM", "GIN C208 7402 (BJ)", "TransportHandlingUnit/ID/@schemeID SSCC"
    )
    tracking: str | None = optional(
        "The carrier's number of the package", "MAN02 with MAN01 CP or 2I", "GIN C208 7402", "TransportHandlingUnit/ShippingMarks"
    )
    pack: Pack | None = optional("What it holds, weighs and measures", "PO4 in HL", "PAC, MEA, DIM", "MeasurementDimension")


class Load(Part):
    """So many packages with so many units each."""

    count: Number | None = optional("Number of packages", "CLD01", "PAC 7224", "TransportHandlingUnit/Package/Quantity")
    quantity: Number | None = optional("Units in each", "CLD02", "QTY C186 6060 (52)", "Package/ContainedPackage")
    packaging: str | None = optional("Kind of package", "CLD03 (103)", "PAC C202 7065", "PackagingTypeCode")
    size: Quantity | None = optional("Size of a unit", "CLD04-05", "QTY C186 (59)", "none")
    references: tuple[Reference, ...] = several("Numbers of the packages", "REF in CLD", "GIN", "none")


class ShipLine(Level):
    """An order line that goods are shipped of."""

    ordinal: int = required("Which line of the notice it is, counted by us from 1", "place of the level", "place of LIN", "DespatchLine/ID")
    number: str | None = optional("The partner's line number, text", "LIN01", "LIN 1082", "DespatchLine/ID")
    order: int | None = optional("Ordinal of its order", "HL02", "RFF (ON)", "OrderLineReference/OrderReference/ID")
    order_reference: OrderReference | None = optional(
        "The order, where the line itself names it", "PRF in an item level", "RFF (ON)", "OrderLineReference/OrderReference"
    )
    order_line: str | None = optional("Number of the order line it answers", "LIN01, SN101", "RFF C506 1156", "OrderLineReference/LineID")
    items: tuple[Item, ...] = several("Item numbers", "LIN02-31", "LIN C212, PIA C212", "Item/BuyersItemIdentification")
    description: str | None = optional("What it is, in words", "PID05 with PID01 F", "IMD C273 7008", "Item/Description")
    shipped: Quantity | None = optional("How many are shipped", "SN102-03", "QTY C186 (12)", "DeliveredQuantity")
    shipped_to_date: Number | None = optional("How many so far", "SN104", "QTY C186 (3)", "none")
    ordered: Quantity | None = optional("How many were ordered", "SN105-06", "QTY C186 (21)", "none")
    status: str | None = optional("What is said of the line", "SN108 (668)", "LIN 1229", "none")
    price: Price | None = optional("Price", "CTP, SLN06", "PRI", "none")
    pack: Pack | None = optional("What a pack holds, weighs and measures", "PO4 in HL", "PAC, MEA, DIM", "Item/PackQuantity")
    loads: tuple[Load, ...] = several("How the line is loaded", "CLD", "PAC", "TransportHandlingUnit")
    components: tuple[Component, ...] = several("Parts of the item", "SLN in HL", "LIN with sub-lines", "none")
    schedules: tuple[Schedule, ...] = several("Quantities by store", "SDQ in HL", "LOC, QTY", "Delivery")
    quantities: tuple[QualifiedQuantity, ...] = several("More quantities", "QTY", "QTY", "none")


class Content(Part):
    """So much of a line in a unit, or in none. The sum over the rows of a line is what is shipped of it."""

    order: int | None = optional("Ordinal of the order", "HL with HL03 O", "RFF (ON)", "OrderLineReference/OrderReference/ID")
    line: int | None = optional("Ordinal of the line", "HL with HL03 I", "LIN", "DespatchLine/ID")
    unit: int | None = optional("Ordinal of the handling unit; none: loose", "HL with HL03 P or T", "CPS", "TransportHandlingUnit/ID")
    quantity: Number | None = optional("How many", "SN102, PO401", "QTY C186 6060 (12)", "DeliveredQuantity")
    unit_of_measure: str | None = optional("UN/ECE Rec 20", "SN103 (355)", "QTY C186 6411", "DeliveredQuantity/@unitCode")
    lot: str | None = optional(
        "Lot or batch",
        "LIN with LT, REF02 with REF01 LT",
        "GIN C208 7402 (BX), PIA (NB)",
        "Item/ItemInstance/LotIdentification/LotNumberID",
    )
    serial: str | None = optional(
        "Serial number", "LIN with SN, REF02 with REF01 SE, MAN02", "GIN C208 7402 (BN)", "Item/ItemInstance/SerialID"
    )
    expiry: Day | None = optional(
        "When it expires", "DTM02 with DTM01 036", "DTM C507 2380 (36)", "Item/ItemInstance/LotIdentification/ExpiryDate"
    )


class ShipNotice(Document):
    """What is on its way: which goods of which orders, in which packages, by whom."""

    document_type: Literal["ship_notice"] = required("Which document this is", "ST01 856", "UNH 0065 DESADV", "DespatchAdvice")
    number: str = required("Number of the shipment", "BSN02", "BGM C106 1004", "ID")
    time: TimeOfDay | None = optional("Time of the notice", "BSN04", "DTM C507 2380 (137)", "IssueTime")
    structure: str | None = optional("How the levels nest, as the sender says it; not to be trusted", "BSN05 (1005)", "none", "none")
    kind: str | None = optional("Kind of transaction", "BSN06 (640)", "BGM C002 1001", "DespatchAdviceTypeCode")
    status: str | None = optional("Why the status is what it is", "BSN07 (641)", "STS", "DocumentStatusCode")
    dates: tuple[QualifiedDate, ...] = several("Dates of the notice", "DTM", "DTM", "none")
    shipment: Shipment | None = optional("The shipment as a whole", "HL with HL03 S", "CPS 1", "Shipment")
    orders: tuple[ShipOrder, ...] = several("The orders that are shipped of", "HL with HL03 O", "RFF (ON)", "OrderReference")
    lines: tuple[ShipLine, ...] = several("The lines that are shipped of", "HL with HL03 I", "LIN", "DespatchLine")
    handling_units: tuple[HandlingUnit, ...] = several(
        "Pallets and cartons", "HL with HL03 T or P", "CPS, PAC", "Shipment/TransportHandlingUnit"
    )
    contents: tuple[Content, ...] = several(
        "What of which line is in which unit", "SN1", "CPS, LIN, QTY", "TransportHandlingUnit/GoodsItem"
    )
    summary: Summary | None = optional("Control figures as sent", "CTT", "CNT", "LineCountNumeric")
