"""The remittance advice and payment order: X12 820, EDIFACT REMADV and PAYORD, UBL RemittanceAdvice."""

from __future__ import annotations

from typing import Any, Literal

from gateway.documents.document import Document
from gateway.documents.fields import Day, Number, Part, extended, optional, required, several
from gateway.documents.goods import Item, Quantity
from gateway.documents.money import Charge, Currency, Price, Service, Tax
from gateway.documents.orders import Party
from gateway.documents.parties import Address, Contact, Identifier, Note, QualifiedDate, Reference


class Account(Part):
    """A bank and an account there."""

    bank: Identifier | None = optional("The bank, by its number", "BPR06-07, 12-13, 18-19", "FII C088", "FinancialInstitutionBranch/ID")
    kind: str | None = optional("Kind of account", "BPR08, 14, 20 (569)", "FII 3035", "AccountTypeCode")
    number: str | None = optional("Number of the account", "BPR09, 15, 21", "FII C078 3194", "FinancialAccount/ID")


class PaymentReference(Reference):
    """A number with the dates that go with it."""

    dates: tuple[QualifiedDate, ...] = several("Dates of what is referred to", "DTM in REF", "DTM", "DocumentReference/IssueDate")


class Person(Part):
    """A person or company that a payment is for."""

    role: str = required("Who it is; the code as sent where no word is known", "NM101 (98)", "NAD 3035", "PayerParty, PayeeParty")
    kind: str | None = optional("Person or company", "NM102 (1065)", "NAD C080 3045", "none")
    name: str | None = optional("Last name, or name of the company", "NM103", "NAD C080 3036", "Person/FamilyName")
    first_name: str | None = optional("First name", "NM104", "NAD C080 3036", "Person/FirstName")
    middle_name: str | None = optional("Middle name", "NM105", "NAD C080 3036", "Person/MiddleName")
    prefix: str | None = optional("Title before the name", "NM106", "none", "Person/Title")
    suffix: str | None = optional("What follows the name", "NM107", "none", "Person/NameSuffix")
    identifier: Identifier | None = optional("Who it is, by number", "NM108-09", "NAD C082", "PartyIdentification/ID")
    relationship: str | None = optional("Relation to another party", "NM110 (706)", "none", "none")
    related_role: str | None = optional("The other party's role", "NM111 (98)", "none", "none")
    additional_names: tuple[str, ...] = several("More lines of the name", "N2 in NM1", "NAD C058", "PartyName/Name")
    address: Address | None = optional("Address", "N3, N4 in NM1", "NAD C059", "PostalAddress")
    references: tuple[Reference, ...] = several("Numbers", "REF in NM1", "RFF", "PartyIdentification/ID")
    contacts: tuple[Contact, ...] = several("People and desks", "PER in NM1", "CTA, COM", "Contact")


class PaidLine(Part):
    """A line of the invoice that is paid, where the payer tells lines."""

    ordinal: int = required("Which line of the item it is, counted by us from 1", "place of IT1", "none", "none")
    number: str | None = optional("Number of the line", "IT101", "LIN 1082", "InvoiceLineReference/LineID")
    quantity: Quantity | None = optional("How many", "IT102-03", "QTY C186", "none")
    price: Price | None = optional("Price", "IT104-05", "PRI C509", "none")
    items: tuple[Item, ...] = several("Item numbers", "IT106-25", "PIA C212", "none")
    references: tuple[PaymentReference, ...] = several("Numbers", "REF in IT1", "RFF", "none")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC in IT1 with SAC01 A or C", "ALC", "none")
    services: tuple[Service, ...] = several("Services, information only", "SAC in IT1 with others", "ALC", "none")
    components: tuple[PaidComponent, ...] = several("Parts of the line", "SLN in IT1", "none", "none")
    extensions: dict[str, Any] | None = extended()


class PaidComponent(Part):
    """A part of a line that is paid."""

    number: str | None = optional("Its number", "SLN01", "LIN 1082", "none")
    parent: str | None = optional("Number of what it belongs to", "SLN02", "LIN C829 1082", "none")
    relationship: str | None = optional("included, added ...; the code as sent where no word is known", "SLN03 (662)", "none", "none")
    quantity: Quantity | None = optional("How many", "SLN04-05", "QTY C186", "none")
    price: Price | None = optional("Price", "SLN06-07", "PRI C509", "none")
    price_relationship: str | None = optional("How the price relates to the line's", "SLN08 (662)", "none", "none")
    items: tuple[Item, ...] = several("Item numbers", "SLN09-28", "PIA C212", "none")
    references: tuple[PaymentReference, ...] = several("Numbers", "REF in SLN", "RFF", "none")
    charges: tuple[Charge, ...] = several("Allowances and charges", "SAC in SLN with SAC01 A or C", "ALC", "none")


class Adjustment(Part):
    """More or less than what was billed, and why."""

    amount: Number = required("How much; below nothing is less", "ADX01", "MOA C516 5004 (165)", "RemittanceAdviceLine/BalanceAmount")
    reason: str = required("Why; the code as sent where no word is known", "ADX02 (426)", "AJT 4465", "none")
    reference: Reference | None = optional("What it is about", "ADX03-04", "RFF C506", "BillingReference")
    notes: tuple[Note, ...] = several("Free text", "NTE in ADX", "FTX", "Note")
    contacts: tuple[Contact, ...] = several("Whom to ask", "PER in ADX", "CTA, COM", "Contact")
    dates: tuple[QualifiedDate, ...] = several("Dates", "DTM in ADX", "DTM", "none")
    references: tuple[PaymentReference, ...] = several("More numbers", "REF in ADX", "RFF", "BillingReference")
    lines: tuple[PaidLine, ...] = several("Lines that it is about", "IT1 in ADX", "none", "none")


class PaidItem(Part):
    """One invoice, credit or other open item that is paid."""

    reference: Reference | None = optional("Which item", "RMR01-02", "DOC C503 1004", "BillingReference/InvoiceDocumentReference/ID")
    action: str | None = optional("Paid in full, in part, on account ...", "RMR03 (482)", "none", "none")
    paid: Number | None = optional("How much is paid of it", "RMR04", "MOA C516 5004 (12)", "RemittanceAdviceLine/PaidAmount")
    billed: Number | None = optional("How much was billed", "RMR05", "MOA C516 5004 (77)", "DebitLineAmount")
    discount: Number | None = optional("The discount taken", "RMR06", "MOA C516 5004 (52)", "none")
    adjustment_reason: str | None = optional("Why less or more is paid", "RMR07 (426)", "AJT 4465", "none")
    adjustment: Number | None = optional("How much less or more", "RMR08", "MOA C516 5004 (165)", "BalanceAmount")
    notes: tuple[Note, ...] = several("Free text", "NTE in RMR", "FTX", "Note")
    references: tuple[Reference, ...] = several("More numbers of the item", "REF in RMR", "RFF", "BillingReference")
    dates: tuple[QualifiedDate, ...] = several("Dates of the item", "DTM in RMR", "DTM", "InvoicePeriod")
    adjustments: tuple[Adjustment, ...] = several("What makes paid and billed differ", "ADX in RMR", "AJT", "none")
    lines: tuple[PaidLine, ...] = several("Lines of the item", "IT1 in RMR", "none", "none")
    extensions: dict[str, Any] | None = extended()


class PaidEntity(Part):
    """One store, branch, customer or person that items are paid for."""

    ordinal: int = required("Which of the payment it is, counted by us from 1", "place of ENT", "place of DOC", "none")
    number: str | None = optional("Its number in the payment", "ENT01", "none", "none")
    role: str | None = optional("Who it is", "ENT02 (98)", "NAD 3035", "none")
    identifier: Identifier | None = optional("Who it is, by number", "ENT03-04", "NAD C082", "PartyIdentification/ID")
    other_role: str | None = optional("Who the other one is", "ENT05 (98)", "NAD 3035", "none")
    other_identifier: Identifier | None = optional("The other one by number", "ENT06-07", "NAD C082", "none")
    reference: Reference | None = optional("A number of it", "ENT08-09", "RFF C506", "none")
    people: tuple[Person, ...] = several("Names", "NM1 in ENT", "NAD", "PayeeParty")
    adjustments: tuple[Adjustment, ...] = several("Adjustments of no single item", "ADX in ENT", "AJT", "none")
    items: tuple[PaidItem, ...] = several("The items that are paid", "RMR", "DOC, MOA", "RemittanceAdviceLine")


class PaidTax(Part):
    """A tax that is paid to an authority."""

    identifier: str = required("The tax payer's number", "TXP01", "RFF C506 1154", "PartyTaxScheme/CompanyID")
    kind: str | None = optional("Kind of tax", "TXP02", "TAX C241 5153", "TaxScheme/ID")
    period_end: Day | None = optional("End of the period", "TXP03", "DTM C507 2380", "TaxPeriod/EndDate")
    kinds: tuple[TaxAmount, ...] = several("Amounts by kind", "TXP04-09", "MOA", "TaxSubtotal")
    verification: str | None = optional("The tax payer's verification", "TXP10", "none", "none")
    taxes: tuple[Tax, ...] = several("Details", "TXI in TXP", "TAX", "TaxSubtotal")


class TaxAmount(Part):
    """One amount of a tax payment."""

    kind: str | None = optional("What it is", "TXP04, 06, 08 (817)", "none", "none")
    amount: Number | None = optional("How much, two decimals implied", "TXP05, 07, 09", "MOA C516 5004", "TaxAmount")


class Deduction(Part):
    """A deduction from wages that is paid on, such as child support."""

    kind: str | None = optional("Kind of deduction", "DED01 (1511)", "none", "none")
    reference: str | None = optional("Number of the case", "DED02", "RFF C506 1154", "none")
    date: Day | None = optional("Date of payment", "DED03", "DTM C507 2380", "none")
    amount: Number | None = optional("How much, two decimals implied", "DED04", "MOA C516 5004", "none")
    person: str | None = optional("Number of the person", "DED05", "none", "none")
    medical: str | None = optional("Whether medical support goes with it", "DED06", "none", "none")
    name: str | None = optional("Name of the person", "DED07", "none", "none")
    location: str | None = optional("Code of the place that is paid to", "DED08", "none", "none")
    ended: str | None = optional("Whether the employment has ended", "DED09", "none", "none")


class RemittanceParty(Party):
    """A payer, payee or bank, with how the advice reaches it."""

    remittance_method: str | None = optional("How the advice goes", "RDM01 (756)", "none", "none")
    remittance_name: str | None = optional("Whom the advice goes to", "RDM02", "none", "none")
    remittance_number: str | None = optional("Where the advice goes to", "RDM03", "COM C076 3148", "none")


class Remittance(Document):
    """What is paid, by whom, to whom, and which items it pays; `date` is the day the money moves."""

    document_type: Literal["remittance"] = required("Which document this is", "ST01 820", "UNH 0065 REMADV", "RemittanceAdvice")
    number: str | None = optional("Number of the payment, by which money and advice find each other", "TRN02", "BGM C106 1004", "PaymentID")
    number_kind: str | None = optional("Which number it is", "TRN01 (481)", "none", "none")
    originator: str | None = optional("Who gave the number", "TRN03", "NAD C082", "none")
    second_number: str | None = optional("A part of that company", "TRN04", "RFF C506 1154", "none")
    handling: str | None = optional(
        "Money only, advice only, both ...; the code as sent where no word is known",
        "BPR01 (305)",
        "BGM C002 1001",
        "PaymentOrderReference",
    )
    amount: Number = required("How much is paid", "BPR02", "MOA C516 5004 (9)", "TotalPaymentAmount")
    direction: str | None = optional("credit or debit", "BPR03 (478)", "none", "none")
    method: str | None = optional(
        "ach, check, wire ...; the code as sent where no word is known", "BPR04 (591)", "PAI C534 4461", "PaymentMeansCode"
    )
    format: str | None = optional("Form of the bank's record", "BPR05 (812)", "none", "none")
    payer_account: Account | None = optional("Where the money comes from", "BPR06-09", "FII (OR)", "PayerFinancialAccount")
    originating_company: str | None = optional("The company that pays, by number", "BPR10", "NAD C082", "PayerParty")
    originating_company_part: str | None = optional("Which part of it", "BPR11", "none", "none")
    payee_account: Account | None = optional("Where the money goes", "BPR12-15", "FII (BF)", "PayeeFinancialAccount")
    function: str | None = optional("What the payment is for", "BPR17 (1048)", "none", "none")
    return_account: Account | None = optional("Where returned money goes", "BPR18-21", "FII", "none")
    currency: Currency | None = optional("Currency of all amounts", "CUR", "CUX", "DocumentCurrencyCode")
    references: tuple[Reference, ...] = several("Numbers", "REF", "RFF", "AdditionalDocumentReference")
    dates: tuple[QualifiedDate, ...] = several("Dates", "DTM", "DTM", "InvoicePeriod")
    parties: tuple[RemittanceParty, ...] = several("Payer, payee, banks", "N1", "NAD", "PayerParty, PayeeParty")
    entities: tuple[PaidEntity, ...] = several("Whom items are paid for, and the items", "ENT", "DOC", "RemittanceAdviceLine")
    taxes: tuple[PaidTax, ...] = several("Taxes that are paid", "TXP", "TAX", "none")
    deductions: tuple[Deduction, ...] = several("Deductions that are paid on", "DED", "none", "none")


PaidLine.model_rebuild()
PaidTax.model_rebuild()
