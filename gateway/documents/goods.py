"""What is bought: quantities, item numbers, descriptions, measurements, packs, marks."""

from __future__ import annotations

from gateway.documents.fields import Day, Number, Part, optional, required, several


class Quantity(Part):
    """So much of a unit. Units are UN/ECE Rec 20, packages Rec 21 with X before them; the code as sent stands beside."""

    value: Number | None = optional("How many", "PO102, IT102, SN102, MEA03 ...", "QTY C186 6060", "Quantity")
    unit: str | None = optional(
        "Of what, UN/ECE Rec 20 or 21: EA, DZN, LBR, XCS, XCT ...", "PO103, IT103, SN103 ... (355)", "QTY C186 6411", "Quantity/@unitCode"
    )


class Item(Part):
    """One number of an item, and who gave it. Text always: leading zeros count."""

    scheme: str = required(
        "buyer_item, supplier_item, upc, gtin ...; the code as sent where no word is known",
        "PO106, 08 ... (235)",
        "LIN C212 7143, PIA C212 7143",
        "Item/BuyersItemIdentification, StandardItemIdentification",
    )
    value: str = required("The number", "PO107, 09 ...", "LIN C212 7140, PIA C212 7140", "Item/BuyersItemIdentification/ID")


class Measurement(Part):
    """Something measured: weight, length, temperature, a range."""

    reference: str | None = optional("What kind of measurement", "MEA01 (737)", "MEA 6311", "Dimension/AttributeID")
    qualifier: str | None = optional("What was measured", "MEA02 (738)", "MEA C502 6313", "Dimension/AttributeID")
    value: Number | None = optional("The measure", "MEA03", "MEA C174 6314", "Dimension/Measure")
    unit: str | None = optional("UN/ECE Rec 20", "MEA04-01 (355)", "MEA C174 6411", "Dimension/Measure/@unitCode")
    minimum: Number | None = optional("Lower end", "MEA05", "MEA C174 6162", "Dimension/MinimumMeasure")
    maximum: Number | None = optional("Upper end", "MEA06", "MEA C174 6152", "Dimension/MaximumMeasure")
    significance: str | None = optional("exactly, about, less than ...", "MEA07 (935)", "MEA C502 6321", "none")
    attribute: str | None = optional("What the measure says", "MEA08 (936)", "MEA C502 6155", "Dimension/Description")


class Characteristic(Part):
    """A property of the goods in words or by code: colour, size, fabric, an agency's class."""

    kind: str | None = optional("F free text, S by code, X half and half", "PID01, PKG01 (349)", "IMD 7077", "none")
    characteristic: str | None = optional(
        "Which property: colour, size ...; the code as sent where no word is known",
        "PID02 (750)",
        "IMD C272 7081",
        "AdditionalItemProperty/Name",
    )
    agency: str | None = optional("Whose code", "PID03 (559)", "IMD C273 3055", "AdditionalItemProperty/@listAgencyID")
    code: str | None = optional("The code", "PID04", "IMD C273 7009", "AdditionalItemProperty/ValueQualifier")
    text: str | None = optional("In words", "PID05", "IMD C273 7008", "AdditionalItemProperty/Value")
    position: str | None = optional("Surface, layer or place", "PID06 (752)", "IMD 7383", "none")
    source: str | None = optional("Where the code is explained", "PID07", "none", "none")
    condition: str | None = optional("Yes or no", "PID08 (1073)", "none", "none")
    language: str | None = optional("Language of the words", "PID09", "IMD C273 3453", "Value/@languageID")
    measurements: tuple[Measurement, ...] = several("Measures of the property", "MEA in PID", "MEA", "AdditionalItemProperty/ValueQuantity")


class Packaging(Part):
    """How the goods are or shall be packed, marked or loaded."""

    kind: str | None = optional("F free text, S by code, X half and half", "PKG01 (349)", "PAC C202 7064", "none")
    characteristic: str | None = optional("What about the packaging", "PKG02 (753)", "PAC C531 7233", "Package/PackageLevelCode")
    agency: str | None = optional("Whose code", "PKG03 (559)", "PAC C202 3055", "PackagingTypeCode/@listAgencyID")
    code: str | None = optional("The code", "PKG04", "PAC C202 7065", "Package/PackagingTypeCode")
    text: str | None = optional("In words", "PKG05", "PAC C202 7064", "Package/PackingMaterial")
    unit_load: str | None = optional("Unit load option", "PKG06 (400)", "PAC C531 7073", "none")
    measurements: tuple[Measurement, ...] = several("Measures of the package", "MEA in PKG", "MEA", "Package/MeasurementDimension")


class Pack(Part):
    """What one package of the item holds, weighs and measures."""

    pack: str | None = optional("Inner containers in an outer one", "PO401", "PAC 7224", "Item/PackQuantity")
    size: Quantity | None = optional("Size of the supplier's unit in a pack", "PO402-03", "QTY C186 (59)", "Item/PackSizeNumeric")
    packaging: str | None = optional("Kind of package", "PO404 (103)", "PAC C202 7065", "Package/PackagingTypeCode")
    weight_kind: str | None = optional("gross, net ...", "PO405 (187)", "MEA C502 6313", "GrossWeightMeasure, NetWeightMeasure")
    weight: Quantity | None = optional("Gross weight of a pack", "PO406-07", "MEA C174 6314", "GrossWeightMeasure")
    volume: Quantity | None = optional("Gross volume of a pack", "PO408-09", "MEA C174 6314", "GrossVolumeMeasure")
    length: Number | None = optional("Length", "PO410", "DIM C211 6168", "Dimension/Measure (length)")
    width: Number | None = optional("Width", "PO411", "DIM C211 6140", "Dimension/Measure (width)")
    height: Number | None = optional("Height", "PO412", "DIM C211 6008", "Dimension/Measure (height)")
    dimension_unit: str | None = optional(
        "Unit of length, width and height, UN/ECE Rec 20", "PO413 (355)", "DIM C211 6411", "Dimension/Measure/@unitCode"
    )
    inner_pack: str | None = optional("Units in an inner container", "PO414", "PAC 7224", "Item/PackQuantity")
    position: str | None = optional("Surface, layer or place", "PO415 (752)", "none", "none")
    assigned: tuple[str, ...] = several("Numbers of package levels", "PO416-17", "CPS 7164", "Package/ID")
    number: str | None = optional("Number of packages", "PO418", "PAC 7224", "Package/Quantity")


class Mark(Part):
    """A mark or number on a package: SSCC, tracking number, shipping mark."""

    qualifier: str = required(
        "sscc, tracking ...; the code as sent where no word is known",
        "MAN01, MAN04 (88)",
        "GIN 7405",
        "TransportHandlingUnit/ShippingMarks",
    )
    value: str = required("The number", "MAN02, MAN05", "GIN C208 7402", "TransportHandlingUnit/ID")
    last: str | None = optional("The last number, where a range is meant", "MAN03, MAN06", "GIN C208 7402", "none")


class QualifiedQuantity(Part):
    """A quantity with what it counts."""

    kind: str = required("What is counted; the code as sent where no word is known", "QTY01 (673)", "QTY C186 6063", "element name")
    value: Number | None = optional("How many", "QTY02", "QTY C186 6060", "Quantity")
    unit: str | None = optional("UN/ECE Rec 20", "QTY03-01 (355)", "QTY C186 6411", "Quantity/@unitCode")
    text: str | None = optional("The quantity in words", "QTY04", "none", "none")


class Commodity(Part):
    """A commodity code, such as a customs or freight class."""

    scheme: str = required("Whose code", "TC201 (23)", "GIR 7297", "CommodityClassification/ItemClassificationCode/@listID")
    value: str = required("The code", "TC202", "GIR C206 7402", "CommodityClassification/ItemClassificationCode")


class SalesCondition(Part):
    """A condition of the sale: what to do when short, substitutes, back orders, limits."""

    requirement: str | None = optional("Which condition", "CSH01, IT801 (563)", "ALI 4183", "none")
    action: str | None = optional("What to do", "CSH02, IT802 (306)", "none", "none")
    amount: Number | None = optional("Up to what amount", "CSH03, IT803, two decimals implied", "MOA C516 5004", "none")
    account: str | None = optional("Account", "CSH04, IT804", "RFF C506 1154", "AccountingCostCode")
    date: Day | None = optional("Until or from when", "CSH05, IT805", "DTM C507 2380", "none")
    agency: str | None = optional("Whose code `service` is", "CSH06, IT806 (559)", "none", "none")
    service: str | None = optional("Special service", "CSH07", "none", "none")
    substitution: str | None = optional("Whether and how substitutes are taken", "CSH08, IT807 (566)", "none", "none")
    percent: Number | None = optional("Percentage", "CSH09", "PCD C501 5482", "none")
    percent_basis: str | None = optional("What the percentage is of", "CSH10 (1004)", "PCD C501 5249", "none")


class QuantityDifference(Part):
    """A quantity that shipped differently from what was ordered, and why."""

    quantity: Quantity | None = optional("Quantity", "IT301-02, SN102", "QTY C186 (12)", "DeliveredQuantity")
    status: str | None = optional("Shipment or order status", "IT303 (368)", "STS C555 9011", "none")
    difference: Number | None = optional("How many more or less", "IT304", "QVR C279 6064", "Delivery/ShortQuantity, OversupplyQuantity")
    reason: str | None = optional("Why", "IT305 (371)", "QVR C960 4295", "RejectReasonCode")
