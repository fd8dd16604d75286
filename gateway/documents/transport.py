"""How it travels: lading, carriers, equipment, hazards, delivery terms."""

from __future__ import annotations

from gateway.documents.fields import Number, Part, optional, several
from gateway.documents.goods import Quantity
from gateway.documents.parties import Identifier


class Lading(Part):
    """What is loaded: packages, their weight and volume."""

    packaging: str | None = optional(
        "Kind of package", "TD101 (103)", "PAC C202 7065", "TransportHandlingUnit/TransportHandlingUnitTypeCode"
    )
    quantity: Number | None = optional("Number of packages", "TD102", "PAC 7224", "Consignment/TotalTransportHandlingUnitQuantity")
    commodity_scheme: str | None = optional("Whose commodity code", "TD103 (23)", "GIR 7297", "CommodityClassification/@listID")
    commodity: str | None = optional("Commodity code", "TD104", "GID C213 7065", "CommodityClassification/CargoTypeCode")
    description: str | None = optional("What is loaded, in words", "TD105", "FTX C108 4440", "GoodsItem/Description")
    weight_kind: str | None = optional("gross, net ...", "TD106 (187)", "MEA C502 6313", "GrossWeightMeasure, NetWeightMeasure")
    weight: Quantity | None = optional("Weight", "TD107-08", "MEA C174 6314", "GrossWeightMeasure")
    volume: Quantity | None = optional("Volume", "TD109-10", "MEA C174 6314", "GrossVolumeMeasure")


class TransitTime(Part):
    """How long the way takes."""

    unit: str | None = optional("What is counted: days, hours", "TD510 (732)", "DTM C507 2379", "DurationMeasure/@unitCode")
    value: Number | None = optional("How many", "TD511", "DTM C507 2380", "DurationMeasure")


class Carrier(Part):
    """Who carries it, how, on what route."""

    sequence: str | None = optional("Which stage of the route", "TD501 (133)", "TDT 8051", "ShipmentStage/ID")
    identifier: Identifier | None = optional(
        "The carrier, such as its SCAC", "TD502-03", "TDT C040 3127", "CarrierParty/PartyIdentification/ID"
    )
    mode: str | None = optional(
        "motor, rail, air ...; the code as sent where no word is known", "TD504 (91)", "TDT C220 8067", "ShipmentStage/TransportModeCode"
    )
    routing: str | None = optional("Route or carrier in words", "TD505", "TDT C040 3128", "CarrierParty/PartyName")
    status: str | None = optional("Shipment or order status", "TD506 (368)", "STS C555 9011", "ShipmentStage/TransitStatus")
    location: Identifier | None = optional("Place by code", "TD507-08", "LOC 3227, C517", "ShipmentStage/LoadingPortLocation")
    direction: str | None = optional("Transit direction", "TD509 (731)", "TDT 8101", "ShipmentStage/TransitDirectionCode")
    transit_time: TransitTime | None = optional("How long it takes", "TD510-11", "DTM", "ShipmentStage/TransitPeriod")
    service_levels: tuple[str, ...] = several(
        "Service wanted: next day, second day ...", "TD512-14 (284)", "TSR C233 7273", "Consignment/ShippingPriorityLevelCode"
    )
    country: str | None = optional("Country of the service", "TD515", "LOC", "none")


class Equipment(Part):
    """Trailer, container or rail car, and its seal."""

    kind: str | None = optional("What it is", "TD301 (40)", "EQD C224 8155", "TransportEquipment/TransportEquipmentTypeCode")
    initial: str | None = optional("Prefix of its number", "TD302", "EQD C237 8260", "TransportEquipment/ID")
    number: str | None = optional("Its number", "TD303", "EQD C237 8260", "TransportEquipment/ID")
    weight_kind: str | None = optional("gross, net ...", "TD304 (187)", "MEA C502 6313", "TransportEquipment/MeasurementDimension")
    weight: Quantity | None = optional("Weight", "TD305-06", "MEA C174 6314", "TransportEquipment/GrossWeightMeasure")
    ownership: str | None = optional("Whose it is", "TD307 (102)", "EQD 8077", "TransportEquipment/OwnerTypeCode")
    seal_status: str | None = optional("State of the seal", "TD308 (407)", "SEL 4517", "TransportEquipmentSeal/SealStatusCode")
    seal: str | None = optional("Number of the seal", "TD309", "SEL 9308", "TransportEquipmentSeal/ID")
    type: str | None = optional("Its type by code", "TD310", "EQD C224 8155", "TransportEquipment/SizeTypeCode")


class Hazard(Part):
    """Dangerous goods or special handling."""

    handling: str | None = optional("Special handling", "TD401 (152)", "HAN C524 4079", "Delivery/SpecialInstructions")
    scheme: str | None = optional("Whose hazard class", "TD402 (208)", "DGS 8273", "HazardousItem/@schemeID")
    hazard_class: str | None = optional("Hazard class", "TD403", "DGS C205 8351", "HazardousItem/HazardClassID")
    description: str | None = optional("In words", "TD404", "FTX C108 4440", "HazardousItem/AdditionalInformation")
    indicator: str | None = optional("Yes or no", "TD405 (1073)", "none", "GoodsItem/HazardousRiskIndicator")


class DeliveryTerms(Part):
    """Who pays the freight and where risk and title pass."""

    payment: str | None = optional(
        "prepaid, collect ...; the code as sent where no word is known", "FOB01 (146)", "TOD 4215", "DeliveryTerms/SpecialTerms"
    )
    location: str | None = optional(
        "The place up to which it is paid", "FOB03", "LOC C517 3224", "DeliveryTerms/DeliveryLocation/Description"
    )
    location_kind: str | None = optional(
        "What kind of place: origin, destination ...", "FOB02 (309)", "LOC 3227", "DeliveryTerms/DeliveryLocation/LocationTypeCode"
    )
    terms_scheme: str | None = optional("Whose terms: incoterms ...", "FOB04 (334)", "TOD C100 3055", "DeliveryTerms/ID/@schemeID")
    terms: str | None = optional("Terms by code: FOB, EXW ...", "FOB05 (335)", "TOD C100 4053", "DeliveryTerms/ID")
    title_location_kind: str | None = optional(
        "Kind of place where title passes", "FOB06 (309)", "LOC 3227", "DeliveryTerms/DeliveryLocation"
    )
    title_location: str | None = optional("Where title passes", "FOB07", "LOC C517 3224", "DeliveryTerms/DeliveryLocation")
    risk: str | None = optional("Who bears the risk", "FOB08 (54)", "TOD 4055", "DeliveryTerms/LossRiskResponsibilityCode")
    risk_note: str | None = optional("The risk in words", "FOB09", "TOD C100 4052", "DeliveryTerms/LossRisk")
