"""The carrier's status of a shipment: X12 214, EDIFACT IFTSTA, UBL TransportationStatus."""

from __future__ import annotations

from typing import Literal

from gateway.documents.document import Document
from gateway.documents.fields import Day, Number, Part, TimeOfDay, optional, required, several
from gateway.documents.goods import Mark, Quantity
from gateway.documents.orders import Party, Schedule
from gateway.documents.parties import Contact, Reference
from gateway.documents.warehouse import WarehouseDate


class StatusPlace(Part):
    """Where it happened."""

    city: str | None = optional("City", "MS101", "LOC C517 3224", "Address/CityName")
    region: str | None = optional("State or province code", "MS102", "LOC C519", "Address/CountrySubentityCode")
    country: str | None = optional("Country as sent", "MS103", "LOC", "Address/Country/IdentificationCode")
    longitude: str | None = optional("Longitude as sent", "MS104", "none", "LocationCoordinate/LongitudeDegreesMeasure")
    latitude: str | None = optional("Latitude as sent", "MS105", "none", "LocationCoordinate/LatitudeDegreesMeasure")
    longitude_direction: str | None = optional("East or west", "MS106 (1280)", "none", "LongitudeDirectionCode")
    latitude_direction: str | None = optional("North or south", "MS107 (1280)", "none", "LatitudeDirectionCode")
    postal_code: str | None = optional("Postal code", "MS108", "none", "Address/PostalZone")


class StatusEquipment(Part):
    """On what it was."""

    scac: str | None = optional("Whose it is", "MS201 (140)", "TDT C040 3127", "CarrierParty")
    number: str | None = optional("Its number", "MS202", "EQD C237 8260", "TransportEquipment/ID")
    kind: str | None = optional("Kind of equipment", "MS203 (40)", "EQD C224 8155", "TransportEquipmentTypeCode")
    check_digit: str | None = optional("Check digit of the number", "MS204", "none", "none")


class Remark(Part):
    """A remark in up to two parts."""

    text: str = required("The remark", "K101", "FTX C108 4440", "Note")
    more: str | None = optional("Its second part", "K102", "FTX C108 4440", "Note")


class Status(Part):
    """Something that happened to the shipment, or an appointment for it."""

    status: str | None = optional(
        "arrived_at_delivery, delivered, departed_pickup ...; the code as sent where no word is known",
        "AT701 (1650)",
        "STS C555 9011",
        "TransportEvent/TransportEventTypeCode",
    )
    reason: str | None = optional(
        "Why; the code as sent where no word is known", "AT702 (1651)", "STS C556 9013", "Status/StatusReasonCode"
    )
    appointment: str | None = optional("Which appointment", "AT703 (1652)", "STS C555 9011", "none")
    appointment_reason: str | None = optional("Why the appointment", "AT704 (1651)", "STS C556 9013", "none")
    date: Day | None = optional("When", "AT705", "DTM C507 2380 (334)", "OccurrenceDate")
    time: TimeOfDay | None = optional("At what time", "AT706", "DTM C507 2380 (334)", "OccurrenceTime")
    zone: str | None = optional("The time zone as sent", "AT707 (623)", "DTM C507 2379", "time offset")
    place: StatusPlace | None = optional("Where", "MS1", "LOC", "Location")
    equipment: tuple[StatusEquipment, ...] = several("On what", "MS2", "EQD", "TransportEquipment")
    remarks: tuple[Remark, ...] = several("Remarks", "K1 in AT7", "FTX", "Note")
    seals: tuple[str, ...] = several("Numbers of the seals", "M7 (225)", "SEL 9308", "TransportEquipmentSeal/ID")


class LadingException(Part):
    """Goods that came short, over or damaged."""

    kind: str = required("What is wrong; the code as sent where no word is known", "Q701 (33)", "GIS", "none")
    packaging: str | None = optional("Kind of package", "Q702 (211)", "PAC C202 7065", "PackagingTypeCode")
    quantity: Number | None = optional("How many", "Q703", "QTY C186 6060", "none")


class HandlingNeed(Part):
    """Special handling of the shipment."""

    code: str | None = optional("Which", "AT501 (152)", "HAN C524 4079", "HandlingCode")
    service: str | None = optional("Special service", "AT502 (560)", "TSR", "none")
    text: str | None = optional("In words", "AT503", "FTX C108 4440", "none")


class ShipmentWeight(Part):
    """What the shipment weighs and measures."""

    kind: str | None = optional("gross, net ...", "AT801 (187)", "MEA C502 6313", "none")
    weight: Quantity | None = optional("Weight", "AT802-03", "MEA C174 6314", "GrossWeightMeasure")
    quantity: Number | None = optional("Number of packages", "AT804", "GID C213 7224", "TotalTransportHandlingUnitQuantity")
    loaded: Number | None = optional("Number of packages inside others", "AT805", "GID C213 7224", "none")
    volume: Quantity | None = optional("Volume", "AT806-07", "MEA C174 6314", "GrossVolumeMeasure")


class StatusOrder(Part):
    """One order in the shipment."""

    order: str | None = optional("Number of the order", "PRF01, OID02, SPO01", "RFF C506 1154 (ON)", "OrderReference/ID")
    release: str | None = optional("Release of a blanket order", "PRF02", "RFF C506 1154", "none")
    change: str | None = optional("Change order", "PRF03", "RFF C506 1154", "none")
    date: Day | None = optional("Date of the order", "PRF04", "DTM C507 2380", "OrderReference/IssueDate")
    assigned: str | None = optional("Number assigned", "PRF05", "none", "none")
    contract: str | None = optional("Contract", "PRF06", "RFF C506 1154 (CT)", "none")
    kind: str | None = optional("Kind of order", "PRF07 (92)", "BGM C002 1001", "none")
    number: str | None = optional("Number of the part of it", "OID01", "RFF C506 1154", "none")
    reference: str | None = optional("A number of it", "OID03, SPO02", "RFF C506 1154", "none")
    packages: Quantity | None = optional("Packages of it", "OID04-05, SPO03-04", "QTY C186", "none")
    packaging: str | None = optional("Kind of package", "OID04", "PAC C202 7065", "none")
    weight: Quantity | None = optional("Weight of it", "OID06-07, SPO05-06", "MEA C174 6314", "none")
    volume: Quantity | None = optional("Volume of it", "OID08-09", "MEA C174 6314", "none")
    application_error: str | None = optional("What is wrong with it", "SPO07 (647)", "ERC", "none")
    second_reference: str | None = optional("Another number of it", "OID11, SPO08", "RFF C506 1154", "none")
    statuses: tuple[Status, ...] = several("What happened to its packages", "AT7 in PRF", "STS", "none")
    parties: tuple[Party, ...] = several("Parties of the order", "N1 in PRF", "NAD", "none")
    schedules: tuple[Schedule, ...] = several("Quantities by store", "SDQ", "LOC, QTY", "none")


class Parcel(Part):
    """One package of the shipment and what happened to it."""

    weight_kind: str | None = optional("gross, net ...", "CD301 (187)", "MEA C502 6313", "none")
    weight: Number | None = optional("Weight", "CD302", "MEA C174 6314", "GrossWeightMeasure")
    zone: str | None = optional("Zone of the tariff", "CD303", "none", "none")
    service_level: str | None = optional("Service: next day, second day ...", "CD305 (284)", "TSR C233 7273", "ShippingPriorityLevelCode")
    references: tuple[Reference, ...] = several("Numbers", "L11 in CD3", "RFF", "none")
    statuses: tuple[Status, ...] = several("What happened to it", "AT7 in CD3", "STS", "TransportEvent")
    marks: tuple[Mark, ...] = several("Tracking numbers and marks", "MAN in CD3", "GIN", "ShippingMarks")
    exceptions: tuple[LadingException, ...] = several("What is wrong with it", "Q7 in CD3", "GIS", "none")
    weights: tuple[ShipmentWeight, ...] = several("More of what it weighs", "AT8 in CD3", "MEA", "none")
    parties: tuple[Party, ...] = several("Parties", "N1 in CD3", "NAD", "none")


class StatusParty(Party):
    """A shipper, consignee, stop or other party, with its dates and numbers."""

    status_dates: tuple[WarehouseDate, ...] = several("Dates of this party", "G62 in N1", "DTM", "none")


class StatusDetail(Part):
    """One shipment, stop or part of it, and what happened."""

    number: str | None = optional("Its number", "LX01", "CNI 1490", "Consignment/SequenceID")
    statuses: tuple[Status, ...] = several("What happened, in the order sent", "AT7", "STS", "TransportEvent")
    references: tuple[Reference, ...] = several("Numbers", "L11 in LX", "RFF", "none")
    marks: tuple[Mark, ...] = several("Marks and numbers on packages", "MAN in LX", "GIN", "ShippingMarks")
    exceptions: tuple[LadingException, ...] = several("What is wrong with it", "Q7", "GIS", "none")
    remarks: tuple[Remark, ...] = several("Remarks", "K1 in LX", "FTX", "Note")
    handling: tuple[HandlingNeed, ...] = several("Special handling", "AT5", "HAN", "HandlingCode")
    weights: tuple[ShipmentWeight, ...] = several("What it weighs and measures", "AT8", "MEA", "GrossWeightMeasure")
    parties: tuple[StatusParty, ...] = several("Parties of it", "N1 in LX", "NAD", "none")
    parcels: tuple[Parcel, ...] = several("Its packages", "CD3", "GID", "TransportHandlingUnit")
    orders: tuple[StatusOrder, ...] = several("Its orders", "PRF, SPO, OID", "RFF (ON)", "OrderReference")


class ShipmentStatus(Document):
    """What a carrier says of a shipment; each one stands for its own moment."""

    document_type: Literal["shipment_status"] = required("Which document this is", "ST01 214", "UNH 0065 IFTSTA", "TransportationStatus")
    number: str | None = optional("The carrier's number of the shipment (PRO)", "B1001", "RFF C506 1154 (CN)", "CarrierAssignedID")
    shipment: str | None = optional("The shipper's number of it", "B1002", "RFF C506 1154 (SI)", "Consignment/ID")
    scac: str | None = optional("The carrier", "B1003 (140)", "NAD (CA)", "CarrierParty/PartyIdentification/ID")
    inquiry: str | None = optional("Which inquiry is answered", "B1004", "none", "none")
    reference: Reference | None = optional("Its number, where it is of another kind", "B1005-06", "RFF C506", "none")
    master: str | None = optional("Whether the number is the consolidated shipment's", "B1007 (1073)", "none", "none")
    references: tuple[Reference, ...] = several("Numbers", "L11", "RFF", "DocumentReference")
    marks: tuple[Mark, ...] = several("Marks and numbers on packages", "MAN", "GIN", "ShippingMarks")
    remarks: tuple[Remark, ...] = several("Remarks", "K1", "FTX", "Note")
    parties: tuple[StatusParty, ...] = several("Shipper, consignee, bill-to ...", "N1", "NAD", "ConsignorParty, ConsigneeParty")
    contacts: tuple[Contact, ...] = several("People and desks", "G61", "CTA, COM", "none")
    carriers: tuple[StatusCarrier, ...] = several("Carriers of the route", "MS3", "TDT", "ShipmentStage")
    details: tuple[StatusDetail, ...] = several("Shipments, stops or parts, and what happened", "LX", "CNI", "Consignment")


class StatusCarrier(Part):
    """One carrier of the route."""

    scac: str = required("The carrier", "MS301 (140)", "TDT C040 3127", "CarrierParty/PartyIdentification/ID")
    sequence: str | None = optional("Which stage of the route", "MS302 (133)", "TDT 8051", "ShipmentStage/ID")
    city: str | None = optional("City where the goods change hands", "MS303", "LOC C517 3224", "none")
    mode: str | None = optional(
        "motor, rail, air ...; the code as sent where no word is known", "MS304 (91)", "TDT C220 8067", "TransportModeCode"
    )
    region: str | None = optional("State or province code", "MS305", "LOC C519", "none")


ShipmentStatus.model_rebuild()
