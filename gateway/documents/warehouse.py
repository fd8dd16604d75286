"""Orders to a warehouse, what it shipped and received, stock on its way: X12 940, 945, 943, 944, EDIFACT INSDES and RECADV.

Lines stand in groups where the sender puts them on pallets or in cartons or parts them by destination, else in the
document itself.
"""

from __future__ import annotations

from typing import Any, Literal

from gateway.documents.document import Document
from gateway.documents.fields import Day, Number, Part, TimeOfDay, extended, optional, required, several
from gateway.documents.goods import Commodity, Item, Mark, Measurement, Pack, QualifiedQuantity, Quantity
from gateway.documents.money import Amount
from gateway.documents.orders import Party, Schedule
from gateway.documents.parties import Contact, Note, QualifiedDate, Reference


class DatedReference(Reference):
    """A number with the date that goes with it."""

    date: Day | None = optional("Its date", "N904", "DTM C507 2380", "DocumentReference/IssueDate")
    time: TimeOfDay | None = optional("Its time", "N905", "DTM C507 2380", "DocumentReference/IssueTime")
    zone: str | None = optional("The time zone as sent", "N906 (623)", "DTM C507 2379", "time offset")


class WarehouseDate(QualifiedDate):
    """A date or time with what happens then."""

    time_kind: str | None = optional("What happens at the time, where that is told apart", "G6203 (176)", "DTM C507 2005", "none")


class WarehouseCarrier(Part):
    """Who carries it, how, and who pays."""

    mode: str | None = optional(
        "motor, rail, air ...; the code as sent where no word is known", "W6602, W2701, W0801 (91)", "TDT C220 8067", "TransportModeCode"
    )
    scac: str | None = optional("The carrier's SCAC", "W6610, W2702, W0802 (140)", "TDT C040 3127", "CarrierParty/PartyIdentification/ID")
    routing: str | None = optional("Route or carrier in words", "W6605, W2703, W0803", "TDT C040 3128", "CarrierParty/PartyName")
    payment: str | None = optional(
        "prepaid, collect ...; the code as sent where no word is known", "W6601, W2704 (146)", "TOD 4215", "PaymentMeans"
    )
    pallet_exchange: str | None = optional("Whether pallets are exchanged", "W6603 (399)", "none", "none")
    unit_load: str | None = optional("How it is stacked", "W6604, W0809 (400)", "HAN", "none")
    free_on_board: str | None = optional("Point up to which it is paid", "W6606 (433)", "TOD", "DeliveryTerms")
    free_on_board_name: str | None = optional("The point in words", "W6607", "TOD", "DeliveryTerms")
    amount_kind: str | None = optional("What the amount is", "W6608", "none", "none")
    amount: Number | None = optional("Amount, two decimals implied", "W6609", "MOA C516 5004", "none")
    equipment_kind: str | None = optional("Kind of equipment", "W2705 (40)", "EQD C224 8155", "TransportEquipmentTypeCode")
    equipment_initial: str | None = optional("Prefix of its number", "W2706, W0804", "EQD C237 8260", "TransportEquipment/ID")
    equipment_number: str | None = optional("Number of the equipment", "W2707, W0805", "EQD C237 8260", "TransportEquipment/ID")
    seals: tuple[str, ...] = several("Numbers of the seals", "W0806-07", "SEL 9308", "TransportEquipmentSeal/ID")
    seal_status: str | None = optional("State of the seal", "W0808 (407)", "SEL 4517", "SealStatusCode")
    status: str | None = optional("Shipment or order status", "W2708 (368)", "STS C555 9011", "TransitStatus")
    handling: str | None = optional("Special handling", "W2709 (152)", "HAN C524 4079", "HandlingCode")
    shipment_option: str | None = optional("Option of the shipment", "W2710 (890)", "none", "none")


class CarLoad(Part):
    """What a rail car or truck weighs, and where it was loaded."""

    car_type: str | None = optional("Kind of car", "W2801", "EQD C224 8155", "none")
    weight: Number | None = optional("Weight", "W2802", "MEA C174 6314", "GrossWeightMeasure")
    weight_kind: str | None = optional("gross, net ...", "W2803 (187)", "MEA C502 6313", "none")
    weight_unit: str | None = optional("UN/ECE Rec 20", "W2804 (188)", "MEA C174 6411", "GrossWeightMeasure/@unitCode")
    stop: str | None = optional("Who stops for what", "W2805 (466)", "none", "none")
    location: str | None = optional("The place", "W2806", "LOC C517 3225", "none")
    location_scheme: str | None = optional("By what code it is named", "W2807 (309)", "LOC 3227", "none")
    container_type: str | None = optional("Kind of container", "W2808 (598)", "EQD C224 8155", "none")


class Pallets(Part):
    """How goods stand on pallets."""

    unit_load: str | None = optional("How it is stacked", "W1001 (400)", "HAN", "none")
    count: Number | None = optional("Number of pallets", "W1002", "PAC 7224", "TotalTransportHandlingUnitQuantity")
    exchange: str | None = optional("Whether pallets are exchanged", "W1003, PAL15 (399)", "none", "none")
    seals: tuple[str, ...] = several("Numbers of the seals", "W1004-05", "SEL 9308", "TransportEquipmentSeal/ID")
    temperature: Quantity | None = optional("Temperature", "W1006-07", "TMP C239", "Temperature")
    second_temperature: Quantity | None = optional("Second temperature", "W1008-09", "TMP C239", "Temperature")
    kind: str | None = optional("Kind of pallet", "PAL01 (883)", "PAC C202 7065", "PackagingTypeCode")
    tiers: str | None = optional("Layers on a pallet", "PAL02", "none", "none")
    blocks: str | None = optional("Packages in a layer", "PAL03", "none", "none")
    pack: str | None = optional("Inner containers in an outer one", "PAL04", "PAC 7224", "none")
    weight: Quantity | None = optional("Weight of a pallet without goods", "PAL05-06", "MEA C174 6314", "none")
    length: Number | None = optional("Length", "PAL07", "DIM C211 6168", "none")
    width: Number | None = optional("Width", "PAL08", "DIM C211 6140", "none")
    height: Number | None = optional("Height", "PAL09", "DIM C211 6008", "none")
    dimension_unit: str | None = optional("Unit of length, width and height, UN/ECE Rec 20", "PAL10 (355)", "DIM C211 6411", "none")
    gross_weight: Quantity | None = optional("Weight of a pallet with goods", "PAL11-12", "MEA C174 6314", "none")
    gross_volume: Quantity | None = optional("Volume of a pallet with goods", "PAL13-14", "MEA C174 6314", "none")
    structure: str | None = optional("How pallets are built", "PAL16 (810)", "none", "none")


class WarehousePack(Pack):
    """What a package of the line holds, weighs and measures."""

    unit_weight: Number | None = optional("Weight of one unit", "W2007", "MEA C174 6314", "none")
    color: str | None = optional("Colour", "W2010", "IMD C273 7008", "none")


class Equipped(Part):
    """Equipment and temperature that are wanted or were found."""

    kind: str | None = optional("Kind of equipment", "W0901 (40)", "EQD C224 8155", "TransportEquipmentTypeCode")
    minimum: Quantity | None = optional("Lowest temperature", "W0902-03", "RNG", "MinimumTemperature")
    maximum: Quantity | None = optional("Highest temperature", "W0904-05", "RNG", "MaximumTemperature")
    text: str | None = optional("In words", "W0906", "FTX C108 4440", "none")
    vent: str | None = optional("How vents are set", "W0907 (1122)", "none", "none")
    vent_percent: str | None = optional("How far vents are open, in per cent", "W0908", "none", "none")
    quantity: Number | None = optional("How many", "W0909", "QTY C186 6060", "none")


class Temperature(Part):
    """A temperature that was measured."""

    kind: str = required("Where or when it was measured", "W1801 (456)", "TMP 6245", "none")
    value: Number = required("The temperature", "W1802", "TMP C239 6246", "none")
    unit: str | None = optional("UN/ECE Rec 20", "W1803 (355)", "TMP C239 6411", "none")


class ExceptionFound(Part):
    """Goods that came short, over or damaged."""

    quantity: Quantity | None = optional("How many", "W1301-02", "QVR C279 6064", "ShortQuantity, RejectedQuantity")
    condition: str | None = optional(
        "What is wrong; the code as sent where no word is known", "W1303 (412)", "QVR C960 4295", "RejectReasonCode"
    )
    lot: str | None = optional("Lot of the warehouse", "W1304", "GIN C208 7402", "none")
    damage: str | None = optional("Who did the damage", "W1305 (853)", "none", "none")
    references: tuple[DatedReference, ...] = several("Numbers", "N9 in W13", "RFF", "none")


class WarehouseLine(Part):
    """What all lines of warehouse documents have in common."""

    ordinal: int = required("Which line of its group it is, counted by us from 1", "place of W01, W12, W07, W04", "place of LIN", "none")
    items: tuple[Item, ...] = several(
        "Item numbers", "W0103-07, W1206-08, W0703-07, W0403-07", "LIN C212, PIA C212", "Item/StandardItemIdentification"
    )
    description: str | None = optional("What it is, in words", "G6901", "IMD C273 7008", "Item/Description")
    lot: str | None = optional("Lot of the warehouse", "W0113, W1209, W0708", "GIN C208 7402", "LotNumberID")
    freight_class: str | None = optional("Freight class", "W0108, W0408 (59)", "GIR", "none")
    rate_class: str | None = optional("Rate class", "W0109, W0409 (121)", "none", "none")
    commodity: Commodity | None = optional("Commodity code", "W0110-11, W0410-11", "GIR C206", "CommodityClassification")
    pallet_pattern: str | None = optional("Blocks and tiers on a pallet", "W0112, W0412 (416)", "none", "none")
    references: tuple[DatedReference, ...] = several("Numbers", "N9", "RFF", "DocumentReference")
    notes: tuple[Note, ...] = several("Free text", "NTE", "FTX", "Note")
    packs: tuple[WarehousePack, ...] = several("What a package holds, weighs and measures", "W20", "PAC, MEA", "Item/PackQuantity")
    quantities: tuple[QualifiedQuantity, ...] = several("More quantities", "QTY", "QTY", "none")
    measurements: tuple[Measurement, ...] = several("Measures", "MEA", "MEA", "Dimension")
    amounts: tuple[Amount, ...] = several("Amounts", "AMT", "MOA", "none")
    dates: tuple[WarehouseDate, ...] = several("Dates", "G62", "DTM", "none")
    parties: tuple[Party, ...] = several("Parties of this line", "N1", "NAD", "none")
    contacts: tuple[Contact, ...] = several("People and desks", "PER", "CTA, COM", "none")
    carriers: tuple[WarehouseCarrier, ...] = several("Who carries it", "G66, W27", "TDT", "none")
    extensions: dict[str, Any] | None = extended()


class OrderedLine(WarehouseLine):
    """A line that the warehouse shall ship."""

    ordered: Quantity | None = optional("How many", "W0101-02", "QTY C186 (21)", "Quantity")
    condition: str | None = optional("Condition wanted", "W0114 (286)", "none", "none")


class ShippedLine(WarehouseLine):
    """A line that the warehouse has shipped."""

    status: str | None = optional(
        "shipped_complete, shipped_partial ...; the code as sent where no word is known", "W1201 (368)", "STS", "LineStatusCode"
    )
    ordered: Quantity | None = optional("How many were ordered", "W1202, W1205", "QTY C186 (21)", "OrderLineReference")
    shipped: Quantity | None = optional("How many are shipped", "W1203, W1205", "QTY C186 (12)", "DeliveredQuantity")
    difference: Number | None = optional("How many more or less", "W1204", "QVR C279 6064", "ShortQuantity")
    weight: Number | None = optional("Weight", "W1210", "MEA C174 6314", "GrossWeightMeasure")
    weight_kind: str | None = optional("gross, net ...", "W1211 (187)", "MEA C502 6313", "none")
    weight_unit: str | None = optional("UN/ECE Rec 20", "W1212 (188)", "MEA C174 6411", "none")
    second_weight: Number | None = optional("Another weight", "W1213", "MEA C174 6314", "none")
    second_weight_kind: str | None = optional("gross, net ...", "W1214 (187)", "MEA C502 6313", "none")
    second_weight_unit: str | None = optional("UN/ECE Rec 20", "W1215 (188)", "MEA C174 6411", "none")
    selling_unit: str | None = optional("Which unit of the item is sold", "W1219 (892)", "none", "none")
    status_reason: str | None = optional("Why the status is what it is", "W1220 (893)", "STS", "none")


class ReceivedLine(WarehouseLine):
    """A line that the warehouse has received."""

    received: Quantity | None = optional("How many are received", "W0701-02", "QTY C186 (48)", "ReceivedQuantity")
    inventory_status: str | None = optional("What becomes of it", "W0709 (893)", "none", "none")
    exceptions: tuple[ExceptionFound, ...] = several("What came short, over or damaged", "W13", "QVR", "ShortQuantity, RejectedQuantity")


class TransferredLine(WarehouseLine):
    """A line that is on its way to the warehouse."""

    shipped: Quantity | None = optional("How many are shipped", "W0401-02", "QTY C186 (12)", "DeliveredQuantity")
    inbound_condition: str | None = optional("Condition in which it comes", "W0413 (844)", "none", "none")


class LineGroup(Part):
    """Lines that stand together: on a pallet, in a carton, for one destination."""

    number: str | None = optional("Number of the group", "LX01", "CPS 7164", "TransportHandlingUnit/ID")
    marks: tuple[Mark, ...] = several("SSCC, carton numbers and other marks", "MAN in LX", "GIN", "TransportHandlingUnit/ShippingMarks")
    pallets: tuple[Pallets, ...] = several("How it stands on pallets", "PAL", "PAC", "none")
    references: tuple[DatedReference, ...] = several("Numbers", "N9 in LX", "RFF", "none")
    dates: tuple[WarehouseDate, ...] = several("Dates", "G62 in LX", "DTM", "none")
    parties: tuple[Party, ...] = several("Destination and others", "N1 in LX", "NAD", "none")
    schedules: tuple[Schedule, ...] = several("Quantities by store", "SDQ in LX", "LOC, QTY", "none")


class OrderedGroup(LineGroup):
    """Lines that shall ship together."""

    lines: tuple[OrderedLine, ...] = several("The lines", "W01", "LIN", "OrderLine")


class ShippedGroup(LineGroup):
    """Lines that were shipped together."""

    lines: tuple[ShippedLine, ...] = several("The lines", "W12", "LIN", "DespatchLine")


class ReceivedGroup(LineGroup):
    """Lines that were received together."""

    lines: tuple[ReceivedLine, ...] = several("The lines", "W07", "LIN", "ReceiptLine")


class WarehouseTotals(Part):
    """Control figures at the end, as sent; whether they hold is checked, they are never trusted."""

    units: Number | None = optional("Units in all", "W7601, W0301, W1401", "CNT C270 6066", "none")
    weight: Quantity | None = optional("Weight of all", "W7602-03, W0302-03", "MEA C174 6314", "GrossWeightMeasure")
    volume: Quantity | None = optional("Volume of all", "W7604-05, W0304-05", "MEA C174 6314", "GrossVolumeMeasure")
    packages: Quantity | None = optional("Packages in all", "W0306-07, W1405", "PAC 7224", "TotalTransportHandlingUnitQuantity")
    sizing: str | None = optional("Factor of the order's size", "W7606", "none", "none")
    shipped: Number | None = optional("Units that were shipped", "W1402", "none", "none")
    difference: Number | None = optional("Units over or short", "W1403", "none", "none")
    damaged: Number | None = optional("Units damaged", "W1404", "none", "none")


class WarehouseDocument(Document):
    """What all documents between a depositor and his warehouse have in common."""

    order: str | None = optional("The depositor's order number", "W0502, W0602, W1704", "RFF C506 1154 (ON)", "OrderReference/ID")
    purchase_order: str | None = optional(
        "The customer's order number", "W0503, W0606", "RFF C506 1154 (ON)", "OrderReference/CustomerReference"
    )
    link: str | None = optional("Number that links several orders", "W0504, W0608, W1709", "RFF C506 1154", "none")
    master_reference: str | None = optional("Number of the whole that it belongs to", "W0505, W0607, W1708", "RFF C506 1154", "none")
    parties: tuple[Party, ...] = several("Ship-from, ship-to, depositor, warehouse ...", "N1", "NAD", "DeliveryParty ...")
    contacts: tuple[Contact, ...] = several("People and desks", "G61", "CTA, COM", "Contact")
    references: tuple[DatedReference, ...] = several("Numbers", "N9", "RFF", "DocumentReference")
    dates: tuple[WarehouseDate, ...] = several("Dates", "G62", "DTM", "none")
    handling: tuple[str, ...] = several("Special handling", "W6 (152)", "HAN C524 4079", "HandlingCode")
    carriers: tuple[WarehouseCarrier, ...] = several("Who carries it", "W66, W27, W08", "TDT", "ShipmentStage")
    cars: tuple[CarLoad, ...] = several("Cars and what they weigh", "W28", "EQD, MEA", "none")
    pallets: tuple[Pallets, ...] = several("How goods stand on pallets", "W10", "PAC", "none")
    totals: WarehouseTotals | None = optional("Control figures as sent", "W76, W03, W14", "CNT", "none")


class WarehouseOrder(WarehouseDocument):
    """What a depositor tells his warehouse to ship."""

    document_type: Literal["warehouse_order"] = required("Which document this is", "ST01 940", "UNH 0065 INSDES", "none")
    order: str = required("The depositor's order number", "W0502", "RFF C506 1154 (ON)", "OrderReference/ID")
    transaction_kind: str | None = optional("Kind of transaction", "W0506 (640)", "BGM C002 1001", "none")
    action: str | None = optional("What to do with it", "W0507 (306)", "none", "none")
    equipment: tuple[Equipped, ...] = several("Equipment and temperature wanted", "W09", "EQD, TMP", "none")
    groups: tuple[OrderedGroup, ...] = several("What to ship", "LX", "CPS", "none")


class ShippingDocument(WarehouseDocument):
    """What a shipment and a stock transfer have in common."""

    reporting: str | None = optional("How much is told: full detail, exceptions only ...", "W0601 (514)", "none", "none")
    number: str | None = optional("Number of the shipment", "W0604", "BGM C106 1004", "ID")
    agent_number: str | None = optional("The agent's number of the shipment", "W0605", "RFF C506 1154", "none")
    special_handling: str | None = optional("Special handling", "W0609 (152)", "HAN C524 4079", "none")
    changes: str | None = optional("What the shipper changed", "W0610 (891)", "none", "none")
    transaction_kind: str | None = optional("Kind of transaction", "W0611 (640)", "BGM C002 1001", "none")
    action: str | None = optional("What to do with it", "W0612 (306)", "none", "none")


class WarehouseShipment(ShippingDocument):
    """What the warehouse has shipped of an order."""

    document_type: Literal["warehouse_shipment"] = required("Which document this is", "ST01 945", "UNH 0065 DESADV", "DespatchAdvice")
    groups: tuple[ShippedGroup, ...] = several("Pallets and cartons with what is in them", "LX", "CPS", "TransportHandlingUnit")


class StockTransfer(ShippingDocument):
    """Stock that is on its way to a warehouse."""

    document_type: Literal["stock_transfer"] = required("Which document this is", "ST01 943", "UNH 0065 DESADV", "DespatchAdvice")
    lines: tuple[TransferredLine, ...] = several("What is on its way", "W04", "LIN", "DespatchLine")


class Receipt(WarehouseDocument):
    """What a warehouse has received."""

    document_type: Literal["receipt"] = required("Which document this is", "ST01 944", "UNH 0065 RECADV", "ReceiptAdvice")
    reporting: str | None = optional("How much is told: full detail, exceptions only ...", "W1701 (514)", "none", "none")
    number: str = required("The warehouse's number of the receipt", "W1703", "BGM C106 1004", "ID")
    shipment: str | None = optional("Number of the shipment", "W1705", "RFF C506 1154", "DespatchDocumentReference/ID")
    time_kind: str | None = optional("What happened at the time", "W1706 (176)", "DTM C507 2005", "none")
    time: TimeOfDay | None = optional("At what time", "W1707", "DTM C507 2380", "IssueTime")
    temperatures: tuple[Temperature, ...] = several("Temperatures measured", "W18", "TMP", "none")
    lines: tuple[ReceivedLine, ...] = several("What was received, up to 004020", "W07", "LIN", "ReceiptLine")
    groups: tuple[ReceivedGroup, ...] = several("What was received, by pallet or carton", "LX", "CPS", "TransportHandlingUnit")
