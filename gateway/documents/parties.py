"""Who, when and what is referred to: parties, contacts, addresses, dates, references, notes."""

from __future__ import annotations

from gateway.documents.fields import Day, Part, TimeOfDay, optional, required, several


class Identifier(Part):
    """A number or code in a scheme: a GLN, a D-U-N-S number, a code that the buyer assigned."""

    scheme: str | None = optional("Who gave the identifier: gln, duns, assigned_by_buyer ...", "N103 (66)", "NAD C082 3055", "ID/@schemeID")
    value: str | None = optional("The identifier itself, always text", "N104", "NAD C082 3039", "PartyIdentification/ID")


class ContactNumber(Part):
    """One way to reach a contact."""

    kind: str | None = optional(
        "telephone, fax, email ...", "PER03, 05, 07 (365)", "COM C076 3155", "Contact/OtherCommunication/ChannelCode"
    )
    value: str | None = optional("The number or address", "PER04, 06, 08", "COM C076 3148", "Contact/Telephone, Telefax, ElectronicMail")


class Contact(Part):
    """A person or desk, with as many numbers as were sent."""

    role: str | None = optional("What the contact is for: buyer, delivery, information ...", "PER01 (366)", "CTA 3139", "Contact/ID")
    name: str | None = optional("Name of the person or desk", "PER02", "CTA C056 3412", "Contact/Name")
    numbers: tuple[ContactNumber, ...] = several("Telephone, fax, e-mail ...", "PER03-08", "COM", "Contact/OtherCommunication")
    inquiry_reference: str | None = optional("What to quote when calling", "PER09", "none", "Contact/Note")


class Address(Part):
    """A postal address; lines keep their order."""

    lines: tuple[str, ...] = several("Street and what else stands above the city", "N301-02", "NAD C059 3042", "Address/AddressLine/Line")
    city: str | None = optional("City", "N401", "NAD 3164", "Address/CityName")
    region: str | None = optional("State or province code", "N402", "NAD C819 3229", "Address/CountrySubentityCode")
    postal_code: str | None = optional("Postal code", "N403", "NAD 3251", "Address/PostalZone")
    country: str | None = optional(
        "Country as sent; ISO 3166 where a mapping converts it", "N404", "NAD 3207", "Address/Country/IdentificationCode"
    )
    location: Identifier | None = optional(
        "A place by code, such as a port or a building", "N405-06", "LOC 3227, C517", "Address/LocationCoordinate"
    )


class Reference(Part):
    """A number that means something to one of the parties: a contract, a department, a bill of lading."""

    qualifier: str = required(
        "What is referred to: contract, department ...; the code as sent where no word is known",
        "REF01 (128)",
        "RFF C506 1153",
        "AdditionalDocumentReference/DocumentTypeCode",
    )
    value: str | None = optional("The number", "REF02", "RFF C506 1154", "AdditionalDocumentReference/ID")
    description: str | None = optional("The number in words", "REF03", "FTX", "AdditionalDocumentReference/DocumentDescription")


class Period(Part):
    """From when to when, both days included."""

    start: Day = required("First day", "DTM06 with DTM05 RD8", "DTM C507 2380 with 2379 718", "Period/StartDate")
    end: Day = required("Last day", "DTM06 with DTM05 RD8", "DTM C507 2380 with 2379 718", "Period/EndDate")


class QualifiedDate(Part):
    """A date, date and time, or period, with what it is the date of."""

    kind: str = required(
        "What happens then: requested_delivery, cancel_after ...; the code as sent where no word is known",
        "DTM01 (374)",
        "DTM C507 2005",
        "element name",
    )
    date: Day | None = optional("The day", "DTM02", "DTM C507 2380", "IssueDate and others")
    time: TimeOfDay | None = optional("The time of day", "DTM03", "DTM C507 2380", "IssueTime and others")
    zone: str | None = optional("The time zone as sent", "DTM04 (623)", "DTM C507 2379", "time offset")
    period: Period | None = optional("A range of days instead of one", "DTM05-06", "DTM C507 with 2379 718", "Period")
    format: str | None = optional("How `text` is to be read, where it is no range of days", "DTM05 (1250)", "DTM C507 2379", "none")
    text: str | None = optional("The date or period as sent, where it is no range of days", "DTM06", "DTM C507 2380", "Period/Description")


class Note(Part):
    """Free text for people; never read for business by the gateway."""

    qualifier: str | None = optional("What the text is about", "N901 (128), NTE01 or MTX01 (363)", "FTX 4451", "Note/@languageID")
    reference: str | None = optional("The number that introduces the text", "N902", "FTX C107 4441", "DocumentReference/ID")
    description: str | None = optional("What introduces the text", "N903", "none", "DocumentReference/DocumentDescription")
    date: Day | None = optional("The date that goes with it", "N904", "DTM", "DocumentReference/IssueDate")
    text: str | None = optional("The text, its lines parted by line feeds", "MSG01, NTE02, MTX02", "FTX C108 4440", "Note")
    dates: tuple[QualifiedDate, ...] = several("Dates that stand with the text", "DTM in N9", "DTM", "DocumentReference/ValidityPeriod")


class PartyCode(Part):
    """A code of a party's own, by agency, such as a service characteristic."""

    qualifier: str | None = optional("What the code says", "SI02 (1000)", "PIA 4347", "AdditionalItemProperty/Name")
    value: str = required("The code", "SI03", "PIA C212 7140", "AdditionalItemProperty/Value")


class ServiceCodes(Part):
    """Service characteristics by an agency's code list."""

    agency: str = required("Whose codes these are", "SI01 (559)", "PIA C212 3055", "AdditionalItemProperty/@listAgencyID")
    codes: tuple[PartyCode, ...] = several("The codes", "SI02-21", "PIA", "AdditionalItemProperty")
