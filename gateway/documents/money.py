"""What it costs: prices, charges, taxes, payment terms, amounts. Amounts are in the document's currency unless one is named."""

from __future__ import annotations

from gateway.documents.fields import Day, Number, Part, optional, required, several
from gateway.documents.parties import Reference


class PriceQuantity(Part):
    """How much of what a price buys."""

    quantity: Number = required(
        "How many units the price is for: 1, 100, 1000", "PO105 (639), CTP04", "PRI C509 5284", "Price/BaseQuantity"
    )
    unit: str | None = optional(
        "The unit, UN/ECE Rec 20; none: the unit of the line", "PO105 (639), CTP05", "PRI C509 6411", "Price/BaseQuantity/@unitCode"
    )


class Multiplier(Part):
    """What a price is to be multiplied with, and why."""

    kind: str | None = optional("discount, margin ...", "CTP06 (648)", "PRI C509 5387", "Price/AllowanceCharge/AllowanceChargeReason")
    value: Number = required("The factor", "CTP07", "none", "Price/OrderableUnitFactorRate")


class Price(Part):
    """A price: amount, for how much, and what kind of price."""

    amount: Number | None = optional("The price", "PO104, IT104, CTP03, SLN06", "PRI C509 5118", "Price/PriceAmount")
    basis: str | None = optional(
        "What the price is for and of what kind, by name: each, hundred, pound, catalog ...",
        "PO105, IT105, CTP09 (639)",
        "PRI C509 5375, 5387",
        "Price/PriceTypeCode",
    )
    per: PriceQuantity | None = optional("How much the price buys", "PO105 (639), CTP04-05", "PRI C509 5284, 6411", "Price/BaseQuantity")
    kind: str | None = optional("cost, resale, list ...", "CTP02 (236)", "PRI C509 5387", "Price/PriceTypeCode")
    trade_class: str | None = optional("The class of trade that the price is for", "CTP01 (687)", "PRI C509 5387", "Price/PriceType")
    multiplier: Multiplier | None = optional("A factor on the price", "CTP06-07", "none", "Price/OrderableUnitFactorRate")
    total: Number | None = optional("The amount that the price comes to", "CTP08", "MOA C516 5004", "LineExtensionAmount")
    multiple_quantity: str | None = optional("How many units are priced together", "CTP11", "PRI C509 5284", "Price/BaseQuantity")
    condition: str | None = optional("When the price applies", "CTP10 (499)", "none", "PricingReference")
    currency: str | None = optional(
        "ISO 4217, where it differs from the document's", "CUR02 in CTP", "CUX C504 6345", "PriceAmount/@currencyID"
    )


class Tax(Part):
    """One tax: what, how much, of what, for whom."""

    kind: str | None = optional(
        "state_sales_tax, vat ...; the code as sent where no word is known",
        "TXI01 (963)",
        "TAX C241 5153",
        "TaxTotal/TaxSubtotal/TaxCategory/TaxScheme/ID",
    )
    amount: Number | None = optional("The tax", "TXI02", "MOA C516 5004 (124)", "TaxTotal/TaxAmount")
    percent: Number | None = optional("The rate, in per cent", "TXI03", "TAX C243 5278", "TaxCategory/Percent")
    jurisdiction_scheme: str | None = optional(
        "By what code the jurisdiction is named", "TXI04 (955)", "TAX C243 1131", "TaxScheme/JurisdictionRegionAddress"
    )
    jurisdiction: str | None = optional("Whose tax it is", "TXI05", "TAX C243 5279", "TaxScheme/JurisdictionRegionAddress")
    exemption: str | None = optional("Why no tax is due", "TXI06, TAX12 (441)", "TAX 5305", "TaxCategory/TaxExemptionReasonCode")
    relationship: str | None = optional("Whether the tax is added or contained", "TXI07 (662)", "none", "TaxTotal/TaxIncludedIndicator")
    base: Number | None = optional("What it is reckoned on", "TXI08", "MOA C516 5004 (125)", "TaxSubtotal/TaxableAmount")
    identifier: str | None = optional("The tax payer's number", "TXI09, TAX01", "RFF C506 1154 (VA)", "PartyTaxScheme/CompanyID")
    assigned: str | None = optional("Whom or what the tax concerns, by number", "TXI10", "none", "TaxSubtotal/CalculationSequenceNumeric")


class Charge(Part):
    """An allowance (it takes away) or a charge (it adds)."""

    kind: str = required("allowance or charge", "SAC01 (248)", "ALC 5463", "AllowanceCharge/ChargeIndicator")
    code: str | None = optional("What for, X12's code", "SAC02 (1300)", "ALC C214 7161", "AllowanceCharge/AllowanceChargeReasonCode")
    agency: str | None = optional("Whose code `agency_code` is", "SAC03 (559)", "ALC C214 3055", "AllowanceChargeReasonCode/@listAgencyID")
    agency_code: str | None = optional("What for, an agency's code", "SAC04", "ALC C214 7161", "AllowanceChargeReasonCode")
    amount: Number | None = optional("How much", "SAC05, two decimals implied", "MOA C516 5004 (8)", "AllowanceCharge/Amount")
    percent_basis: str | None = optional("What the percentage is of", "SAC06 (378)", "PCD C501 5249", "AllowanceCharge/BaseAmount")
    percent: Number | None = optional("Percentage", "SAC07", "PCD C501 5482", "AllowanceCharge/MultiplierFactorNumeric")
    rate: Number | None = optional("Rate for each unit", "SAC08", "RTE C128 5420", "AllowanceCharge/PerUnitAmount")
    unit: str | None = optional("The unit that rate and quantity count", "SAC09 (355)", "QTY C186 6411", "AllowanceCharge/BaseAmount")
    quantity: Number | None = optional("Quantity that it applies to", "SAC10", "QTY C186 6060", "AllowanceCharge/BaseAmount")
    second_quantity: Number | None = optional("Upper quantity that it applies to", "SAC11", "QTY C186 6060", "none")
    handling: str | None = optional(
        "How it is settled: off_invoice, bill_back, by_check ...",
        "SAC12 (331)",
        "ALC 4471",
        "AllowanceCharge/PaymentMeans/PaymentMeansCode",
    )
    reference: str | None = optional("Number of the agreement behind it", "SAC13", "RFF C506 1154", "AllowanceCharge/ID")
    option: str | None = optional("Which of several options", "SAC14", "none", "AllowanceCharge/SequenceNumeric")
    description: str | None = optional("In words", "SAC15", "ALC C214 7160", "AllowanceCharge/AllowanceChargeReason")
    language: str | None = optional("Language of the words", "SAC16", "FTX 3453", "AllowanceChargeReason/@languageID")
    currency: str | None = optional("ISO 4217, where it differs from the document's", "CUR02 in SAC", "CUX C504 6345", "Amount/@currencyID")
    price: Price | None = optional("The price change that goes with it", "CTP in SAC", "PRI", "none")
    taxes: tuple[Tax, ...] = several("Taxes on it", "TXI in SAC", "TAX in ALC", "AllowanceCharge/TaxCategory")


class Service(Part):
    """A service that is asked for or told: information, never money."""

    kind: str | None = optional("information, service, promotion, charge_request ...", "SAC01 (248) other than A and C", "ALC 5463", "none")
    code: str | None = optional("Which, X12's code", "SAC02 (1300)", "ALC C214 7161", "none")
    agency: str | None = optional("Whose code `agency_code` is", "SAC03 (559)", "ALC C214 3055", "none")
    agency_code: str | None = optional("Which, an agency's code", "SAC04", "ALC C214 7161", "none")
    amount: Number | None = optional("An amount that is told, not charged", "SAC05", "MOA C516 5004", "none")
    percent_basis: str | None = optional("What the percentage is of", "SAC06 (378)", "PCD C501 5249", "none")
    percent: Number | None = optional("Percentage", "SAC07", "PCD C501 5482", "none")
    rate: Number | None = optional("Rate for each unit", "SAC08", "RTE C128 5420", "none")
    unit: str | None = optional("The unit that rate and quantity count", "SAC09 (355)", "QTY C186 6411", "none")
    quantity: Number | None = optional("Quantity", "SAC10", "QTY C186 6060", "none")
    handling: str | None = optional("How it is handled", "SAC12 (331)", "ALC 4471", "none")
    reference: str | None = optional("A number that goes with it", "SAC13", "RFF C506 1154", "none")
    option: str | None = optional("Which of several options", "SAC14", "none", "none")
    note: str | None = optional("In words", "SAC15", "FTX C108 4440", "Note")
    language: str | None = optional("Language of the words", "SAC16", "FTX 3453", "Note/@languageID")


class Discount(Part):
    """What may be deducted when paid early."""

    percent: Number | None = optional("Percentage", "ITD03", "PCD C501 5482 (12)", "PaymentTerms/SettlementDiscountPercent")
    date: Day | None = optional("Last day for the discount", "ITD04", "DTM C507 2380 (12)", "PaymentTerms/SettlementPeriod/EndDate")
    days: str | None = optional("Days for the discount", "ITD05", "PAT C112 2152", "PaymentTerms/SettlementPeriod/DurationMeasure")
    amount: Number | None = optional(
        "The discount as an amount", "ITD08, two decimals implied", "MOA C516 5004 (52)", "PaymentTerms/Amount"
    )


class Net(Part):
    """When all is due."""

    date: Day | None = optional("Due date", "ITD06", "DTM C507 2380 (13)", "PaymentTerms/PaymentDueDate")
    days: str | None = optional("Days until it is due", "ITD07", "PAT C112 2152", "PaymentTerms/SettlementPeriod/DurationMeasure")
    day_of_month: str | None = optional("Day of the month on which it is due", "ITD13", "none", "PaymentTerms/Note")


class Deferred(Part):
    """What is due later than the rest."""

    date: Day | None = optional("When", "ITD09", "DTM C507 2380", "PaymentTerms/InstallmentDueDate")
    amount: Number | None = optional("How much", "ITD10, two decimals implied", "MOA C516 5004", "PaymentTerms/Amount")
    percent: Number | None = optional("Which part of the invoice", "ITD11", "PCD C501 5482", "PaymentTerms/PaymentPercent")


class PaymentTerms(Part):
    """One condition of payment; a document may name several. The text is kept, never read."""

    kind: str | None = optional("basic, discount_not_applicable ...", "ITD01 (336)", "PAT 4279", "PaymentTerms/ID")
    basis: str | None = optional(
        "From when days count: invoice_date, delivery_date ...", "ITD02 (333)", "PAT C112 2475", "PaymentTerms/ReferenceEventCode"
    )
    discount: Discount | None = optional("For paying early", "ITD03-05, ITD08", "PAT, PCD, DTM", "PaymentTerms/SettlementDiscountPercent")
    net: Net | None = optional("When all is due", "ITD06-07, ITD13", "PAT, DTM", "PaymentTerms/PaymentDueDate")
    deferred: Deferred | None = optional("What is due later", "ITD09-11", "PAT, DTM, MOA", "PaymentTerms/InstallmentDueDate")
    text: str | None = optional("The terms in words", "ITD12", "PAT C110 4276", "PaymentTerms/Note")
    method: str | None = optional("How to pay", "ITD14 (107)", "PAI C534 4461", "PaymentMeans/PaymentMeansCode")
    penalty_percent: Number | None = optional("Added when paid late", "ITD15", "PCD C501 5482 (15)", "PaymentTerms/PenaltySurchargePercent")


class Amount(Part):
    """An amount of money with what it is the amount of."""

    kind: str = required(
        "What it is: total_lines, total ...; the code as sent where no word is known", "AMT01 (522)", "MOA C516 5025", "LegalMonetaryTotal"
    )
    amount: Number = required("How much", "AMT02", "MOA C516 5004", "LegalMonetaryTotal/PayableAmount")
    sign: str | None = optional("C credit or D debit, where told apart", "AMT03 (478)", "none", "none")
    references: tuple[Reference, ...] = several("Numbers that go with it", "REF in AMT", "RFF", "DocumentReference/ID")


class Currency(Part):
    """A currency that one of the parties reckons in, and its rate."""

    role: str | None = optional(
        "Whose currency: buyer, seller ...", "CUR01 (98)", "CUX C504 6347", "PricingExchangeRate/SourceCurrencyBaseRate"
    )
    code: str = required("ISO 4217", "CUR02", "CUX C504 6345", "DocumentCurrencyCode")
    rate: Number | None = optional("Rate of exchange", "CUR03", "CUX 5402", "PricingExchangeRate/CalculationRate")
    other_role: str | None = optional(
        "Whose currency the rate leads to", "CUR04 (98)", "CUX C504 6347", "PricingExchangeRate/TargetCurrencyBaseRate"
    )
    other_code: str | None = optional(
        "The currency that the rate leads to", "CUR05", "CUX C504 6345", "PricingExchangeRate/TargetCurrencyCode"
    )
