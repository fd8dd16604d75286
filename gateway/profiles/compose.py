"""Makes terms of an agreement: names resolved, the rule of production applied, every source named with its hash."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.profiles.agreement import Agreement
from gateway.profiles.destination import Destination
from gateway.profiles.inheritance import read_inherited
from gateway.profiles.library import Library
from gateway.profiles.partner import Contact, Envelope, Identity, Profile, Row, Us
from gateway.profiles.terms import (
    OWN_TABLE,
    AnswerTerms,
    ContactTerms,
    DeliveryTerms,
    DialectTerms,
    EnvelopeTerms,
    ExpectTerms,
    NumberTerms,
    Terms,
    address_of,
    sealed,
)

MAPPINGS = "mappings/"
GUIDES = "mappings/guides/"
BASES = "mappings/bases/"
"""What mappings share by extending it, and what is none itself."""
TABLES = "mappings/tables/"
TEMPLATES = "mappings/templates/"
DICTIONARY = ("elements", "segments", "codes")
"""What a version's guides share."""

_TABLE_CALL = re.compile(r"\b(?:code|lookup)\(\s*([A-Za-z0-9_/-]+)")
_LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n"}


def compose(library: Library, us: Us, profile: Profile, agreement: Agreement, trading: Profile) -> Terms:
    """The terms of `agreement` of `profile`; `trading` is the partner on whose behalf it is sent, mostly the same."""
    row = agreement.row
    testing = agreement.status != "production" or agreement.usage != "P"
    deliveries, undelivered = routes(us, row, testing)
    mapping = mapping_name(library, row)
    guide = guide_name(library, row)
    files = [*mapping_files(library, mapping), *guide_files(library, guide), *own_tables(library, row)]
    numbers = profile.control_numbers
    return sealed(
        Terms(
            partner=profile.partner,
            trading_partner=trading.partner,
            name=trading.name,
            direction=agreement.direction,
            format=row.format,
            set=row.set,
            document=row.document,
            version=row.version,
            status=agreement.status,
            usage=agreement.usage,
            test=testing,
            guide=guide,
            mapping=mapping,
            deliveries=deliveries,
            undelivered=undelivered,
            answer=AnswerTerms(
                **{
                    **row.answer.model_dump(),
                    # A partner under test learns at once what breaks his guide; in production that is ours to settle.
                    "refuse_on": row.answer.refuse_on or ("guide" if agreement.status == "testing" else "syntax"),
                }
            ),
            envelope=_envelope(us, profile, agreement),
            expect=None
            if row.expect is None
            else ExpectTerms(
                row.expect.form,
                int(row.expect.within.total_seconds()) if row.expect.within is not None else None,
                row.expect.calendar or row.calendar or us.calendar,
                row.expect.then,
            ),
            numbers=NumberTerms(
                numbers.check,
                numbers.order,
                int(numbers.window.total_seconds()) if numbers.window is not None else None,
                numbers.groups,
                numbers.after.interchange,
                numbers.after.group,
            ),
            duplicates=row.duplicates.same_bytes,
            group_number=row.duplicates.group_number,
            charset=row.charset,
            dialect=_dialect(row),
            code_tables={name: dict(table) for name, table in row.code_tables.items()},
            severities=dict(row.severities),
            tolerances={key: value for key, value in row.tolerances.model_dump().items() if value is not None},
            service_levels={key: int(value.total_seconds()) for key, value in row.service_levels if value is not None},
            second_opinion=row.second_opinion or ("warn" if agreement.status == "testing" else "off"),
            tier=row.tier,
            timezone=row.timezone or us.timezone,
            calendar=row.calendar or us.calendar,
            partner_facts={"name": trading.name, "partner": trading.partner, **trading.facts},
            us_facts={"name": us.name, **({"company_prefix": us.company_prefix} if us.company_prefix else {}), **us.facts},
            agreement_facts={**_said(set=row.set, version=row.version, usage=agreement.usage, status=agreement.status), **row.facts},
            contacts=_contacts(profile.contacts),
            our_contacts=_contacts(us.contacts),
            sources=tuple((file, address_of(library.read(file))) for file in sorted(set(files))),
        )
    )


def routes(us: Us, row: Row, testing: bool) -> tuple[tuple[DeliveryTerms, ...], tuple[str, ...]]:
    """Where documents go, and where they must not go because they are not production.

    A production destination's `testing` twin takes what is not production; without one it is delivered nowhere.
    """
    deliveries: list[DeliveryTerms] = []
    undelivered: list[str] = []
    for name in row.deliver_to:
        destination = us.destinations.get(name)
        taken = name
        if destination is not None and testing and destination.status == "production":
            twin = us.destinations.get(destination.testing or "")
            if twin is None or twin.status == "production":
                undelivered.append(name)
                continue
            destination, taken = twin, destination.testing or ""
        if destination is not None:
            deliveries.append(_delivery(taken, destination, row.templates.get(name)))
    return tuple(deliveries), tuple(undelivered)


def _delivery(name: str, destination: Destination, own: str | None) -> DeliveryTerms:
    if own is not None:
        return DeliveryTerms(name, _template(own))
    if destination.format == "json":
        return DeliveryTerms(name)
    templates = {kind: _template(template) for kind, template in sorted(destination.templates.items())}
    return DeliveryTerms(name, _template(destination.template) if destination.template else None, templates)


def _template(name: str) -> str:
    return f"{TEMPLATES}{name}"


def _standard(library: Library, folder: str, row: Row) -> str | None:
    """The standard mapping or guide of a set: of the longest version that is there (004010VICS, then 004010)."""
    if row.set is None or row.format != "x12" or row.version is None:
        return None
    for length in range(len(row.version), 5, -1):
        name = f"x12/{row.version[:length]}/{row.set}"
        if f"{folder}{name}.yaml" in library.names(f"{folder}{name}.yaml"):
            return name
    return f"x12/{row.version[:6]}/{row.set}"


def mapping_name(library: Library, row: Row) -> str | None:
    """The mapping of a row by name: its own, or the standard one."""
    return row.mapping or _standard(library, MAPPINGS, row)


def guide_name(library: Library, row: Row) -> str | None:
    """The guide of a row by name: its own, or the standard one."""
    return row.guide or _standard(library, GUIDES, row)


def mapping_files(library: Library, mapping: str | None) -> list[str]:
    """The files of a mapping: itself, what it extends, and the code tables that any of these reads."""
    if mapping is None:
        return []
    files = _chain(library, f"{MAPPINGS}{mapping}.yaml", MAPPINGS)
    tables = {table for file in files for table in tables_read(library.read(file))}
    names = library.names(TABLES) if tables else []
    return [*files, *(name for name in names if name.removeprefix(TABLES).rpartition(".")[0] in tables)]


def own_tables(library: Library, row: Row) -> list[str]:
    """The files of the partner's own code tables, which his profile names."""
    own = {table[OWN_TABLE] for table in row.code_tables.values() if OWN_TABLE in table}
    return [name for name in library.names(TABLES) if name.removeprefix(TABLES).rpartition(".")[0] in own] if own else []


def tables_read(text: str) -> set[str]:
    """The code tables that a mapping's text names: code(unit), lookup(unit, ...)."""
    return set(_TABLE_CALL.findall(text))


def guide_files(library: Library, guide: str | None) -> list[str]:
    """The files of a guide: itself, what it extends, and the dictionary of the version."""
    if guide is None:
        return []
    files = _chain(library, f"{GUIDES}{guide}.yaml", GUIDES)
    folder = files[-1].rpartition("/")[0] if files else ""
    shared = [f"{folder}/{name}.yaml" for name in DICTIONARY]
    return [*files, *(name for name in shared if name in library.names(name))]


def _chain(library: Library, file: str, folder: str) -> list[str]:
    if file not in library.names(file):
        return []
    return [name for name, _ in read_inherited(library, file, lambda parent: f"{folder}{parent}.yaml").sources]


def _envelope(us: Us, profile: Profile, agreement: Agreement) -> EnvelopeTerms:
    """How we write to the partner: our identity for the set, his for the usage; what the answer to a set takes over is the answer's."""
    row = agreement.row
    written: Envelope = row.envelope
    ours = _ours(us, profile, agreement)
    theirs = _theirs(profile, agreement)
    version = written.gs08 or row.version or ""
    return EnvelopeTerms(
        sender=_pair(ours),
        receiver=_pair(theirs),
        gs_sender=_group_id(ours),
        gs_receiver=_group_id(theirs),
        isa01=written.isa01,
        isa02=written.isa02,
        isa03=written.isa03,
        isa04=written.isa04,
        isa11=written.isa11,
        # ISA12 of 004010 is 00401; the profile says so where a partner wants another.
        isa12=written.isa12 or (version[:5] if version else ""),
        isa14=written.isa14,
        gs07=written.gs07,
        gs08=version,
        element=written.element,
        component=written.component,
        segment=written.segment,
        line_end=_LINE_ENDS[written.line_end],
        charset=written.charset,
        sets_per_group=written.sets_per_group,
        groups_per_interchange=written.groups_per_interchange,
        batch_after=int(written.batch.after.total_seconds()) if written.batch is not None else 0,
        batch_sets=written.batch.sets if written.batch is not None else 0,
    )


def _ours(us: Us, profile: Profile, agreement: Agreement) -> Identity | None:
    chosen = agreement.ours or profile.us.get(agreement.row.set or "") or profile.us.get("default")
    return us.identities.get(chosen) if chosen else next(iter(us.identities.values()), None)


def _theirs(profile: Profile, agreement: Agreement) -> Identity | None:
    named = profile.identities.get(agreement.identity or agreement.row.identity or "")
    if named is not None:
        return named
    fitting = [identity for identity in profile.identities.values() if identity.usage == agreement.usage]
    return next(iter([*fitting, *(i for i in profile.identities.values() if i.usage is None)]), None)


def _pair(identity: Identity | None) -> tuple[str, str]:
    qualifier, _, name = (identity.isa if identity is not None else "").partition("/")
    return qualifier, name


def _group_id(identity: Identity | None) -> str:
    return "" if identity is None else identity.gs or _pair(identity)[1]


def _said(**facts: str | None) -> dict[str, str]:
    return {key: value for key, value in facts.items() if value is not None}


def _dialect(row: Row) -> DialectTerms | None:
    if row.dialect is None:
        return None
    values = row.dialect.model_dump()
    delimiter = "\t" if row.dialect.delimiter == "tab" else row.dialect.delimiter
    return DialectTerms(**{**values, "delimiter": delimiter, "columns": tuple(row.dialect.columns)})


def _contacts(contacts: Iterable[Contact]) -> tuple[ContactTerms, ...]:
    return tuple(ContactTerms(contact.role, contact.name, contact.email, contact.phone) for contact in contacts)
