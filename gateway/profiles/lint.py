"""`partner check`: everything that is wrong between the files, told at once: names that lead nowhere, ties, loops of folders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from gateway.edi.finding import Code, Finding
from gateway.profiles.agreement import Agreement, ties
from gateway.profiles.api_lint import check_apis
from gateway.profiles.catalog import Catalog
from gateway.profiles.channel_lint import check_channels
from gateway.profiles.codes import CODES
from gateway.profiles.compose import (
    DICTIONARY,
    GUIDES,
    MAPPINGS,
    TABLES,
    TEMPLATES,
    guide_name,
    mapping_files,
    mapping_name,
    routes,
    tables_read,
)
from gateway.profiles.destination_lint import Mistake, check_destinations
from gateway.profiles.inheritance import hint, read_inherited
from gateway.profiles.loading import CONNECTIONS, PROFILES, Partner
from gateway.profiles.loading import TEMPLATES as PROFILE_TEMPLATES
from gateway.profiles.located import judge, place_of
from gateway.profiles.partner import Profile, Us
from gateway.profiles.reading import Items, Place, Table, Text, settled
from gateway.profiles.sending_lint import check_sending
from gateway.profiles.terms import OWN_TABLE

_LISTS = {"receive": "we_receive", "send": "we_send"}


@dataclass(slots=True)
class _Desk:
    """What the checks share: the catalog, what is known elsewhere, and the findings so far."""

    catalog: Catalog
    us: Us
    finding_codes: Collection[str] | None
    resolvable: Callable[[str], bool] | None
    findings: list[Finding] = field(default_factory=list)
    told: set[tuple[str, Place, str]] = field(default_factory=set)
    names: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, code: str, at: Place, where: str, value: str | None = None, **facts: object) -> None:
        """One finding at a place; what several rows or heirs inherit is told once."""
        row: Code = CODES[code]
        finding = row.finding(at.location(where), value, None, **facts)
        if (finding.code, at, finding.message) not in self.told:
            self.told.add((finding.code, at, finding.message))
            self.findings.append(finding)

    def known(self, folder: str, suffixes: tuple[str, ...] = (".yaml",)) -> list[str]:
        """The names in a folder of the library, as files of ours write them."""
        if folder not in self.names:
            self.names[folder] = self.catalog.library.names(folder)
        found = [name.removeprefix(folder) for name in self.names[folder]]
        return [name.removesuffix(suffix) for name in found for suffix in suffixes if name.endswith(suffix)]


def check(
    catalog: Catalog,
    *,
    finding_codes: Collection[str] | None = None,
    resolvable: Callable[[str], bool] | None = None,
    phrase_mistake: Mistake | None = None,
    only: str | None = None,
) -> list[Finding]:
    """Everything that is wrong with profiles and connections, in the order of files and lines.

    `finding_codes` are those that severities may name; `resolvable` says whether a secret's reference (env:NAME,
    file:/path) can be read; `phrase_mistake` judges Jinja2 in destinations; `only` is one partner. The mappings
    themselves are linted by `translate`.
    """
    findings = list(catalog.findings)
    if catalog.us is not None and catalog.us_table is not None:
        desk = _Desk(catalog, catalog.us, finding_codes, resolvable)
        _check_us(desk, catalog.us_table)
        check_destinations(catalog.us.destinations, catalog.us_table, desk.tell, phrase_mistake)
        for _, partner in sorted(catalog.partners.items()):
            _check_partner(desk, partner)
        for name, table in sorted(catalog.connection_tables.items()):
            _check_connection(desk, name, table)
        _check_identities(desk)
        check_channels(catalog, desk.tell)
        check_sending(catalog, desk.tell)
        check_apis(catalog, desk.tell)
        _check_templates(desk)
        findings.extend(f for f in desk.findings if f not in findings)
    if only is not None:
        findings = [f for f in findings if f.location.file == f"{PROFILES}{only}.yaml"]
    return sorted(findings, key=lambda f: (f.location.file or "", f.location.line or 0, f.location.column or 0))


def _check_us(desk: _Desk, table: Table) -> None:
    for name, destination in desk.us.destinations.items():
        where = ("destinations", name)
        if destination.testing is not None and destination.testing not in desk.us.destinations:
            at, _ = place_of(table, (*where, "testing"))
            known = list(desk.us.destinations)
            desk.tell("destination-unknown", at, ".".join(where), destination.testing, hint=hint(destination.testing, known))
        _template(desk, table, (*where, "template"), destination.template)
        for kind, template in destination.templates.items():
            _template(desk, table, (*where, "templates", kind), template)
    _secrets(desk, table)


def _check_partner(desk: _Desk, partner: Partner) -> None:
    profile, table = partner.profile, partner.table
    top = table.at
    if not any(contact.role == "edi" for contact in profile.contacts):
        desk.tell("contacts-missing", place_of(table, ("contacts",))[0], "contacts")
    for key, identity in profile.us.items():
        if identity not in desk.us.identities:
            at, _ = place_of(table, ("us", key))
            desk.tell("identity-unknown", at, f"us.{key}", identity, whose="us.yaml", hint=hint(identity, list(desk.us.identities)))
    if profile.via is not None:
        at, _ = place_of(table, ("via",))
        connection = desk.catalog.connections.get(profile.via)
        if connection is None:
            known = [name.removeprefix(CONNECTIONS).removesuffix(".yaml") for name in desk.catalog.library.names(CONNECTIONS)]
            desk.tell("connection-unknown", at, "via", profile.via, hint=hint(profile.via, known))
        elif profile.partner not in connection.carries:
            desk.tell("connection-does-not-carry", at, "via", profile.via, partner=profile.partner)
    answers = [a for a in partner.agreements if a.direction == "receive" and a.row.format == "x12" and a.row.answer.form != "none"]
    sends = [a for a in partner.agreements if a.direction == "send"]
    if (answers or sends) and not desk.catalog.outboxes(profile.partner):
        desk.tell("channel-missing", place_of(table, ("channels",))[0] if "channels" in table else top, "channels.out")
    for agreement in partner.agreements:
        _check_row(desk, partner, agreement)
    for finding in ties(partner.agreements):
        if finding not in desk.findings:
            desk.findings.append(finding)
    _secrets(desk, table)


def _check_row(desk: _Desk, partner: Partner, agreement: Agreement) -> None:
    row = agreement.row
    path: tuple[int | str, ...] = (_LISTS[agreement.direction], agreement.number - 1)
    where = f"{_LISTS[agreement.direction]}.{agreement.number}"
    table = partner.table

    def at(*keys: int | str) -> Place:
        """Where the row says a key, or else the profile does, or else the row."""
        return _said(table, (*path, *keys), keys, agreement.at)

    if row.format == "x12" or row.guide is not None:
        guide = guide_name(desk.catalog.library, row)
        known = [name for name in desk.known(GUIDES) if name.rpartition("/")[2] not in DICTIONARY]
        if guide is not None and guide not in known:
            desk.tell("guide-unknown", at("guide"), where, guide, hint=hint(guide, known), file=f"{GUIDES}{guide}.yaml")
    mapping = mapping_name(desk.catalog.library, row)
    known = [
        name for name in desk.known(MAPPINGS) if not name.startswith(("bases/", "guides/", "tables/", "templates/")) and not name.endswith(".test")
    ]
    # what we send is not mapped by the standard reading mapping alone; its own is checked where it is named
    if mapping is not None and mapping not in known and (agreement.direction == "receive" or row.mapping is not None):
        desk.tell("mapping-unknown", at("mapping"), where, mapping, hint=hint(mapping, known), file=f"{MAPPINGS}{mapping}.yaml")
    _check_tables(desk, agreement, mapping if mapping in known else None, at)
    if row.identity is not None and row.identity not in partner.profile.identities:
        near = hint(row.identity, list(partner.profile.identities))
        desk.tell("identity-unknown", at("identity"), where, row.identity, whose="this partner", hint=near)
    if row.on_behalf_of is not None and row.on_behalf_of not in desk.catalog.partners:
        near = hint(row.on_behalf_of, list(desk.catalog.partners))
        desk.tell("partner-unknown", at("on_behalf_of"), where, row.on_behalf_of, hint=near)
    if row.answer.form == "999" and (row.version or "").startswith("00401") and agreement.direction == "receive":
        desk.tell("answer-unusual", at("answer", "form"), where)
    for code in row.severities:
        if desk.finding_codes is not None and code not in desk.finding_codes:
            desk.tell("finding-code-unknown", at("severities", code), where, code, hint=hint(code, desk.finding_codes))
    for destination, template in row.templates.items():
        _template(desk, table, (*path, "templates", destination), template, at("templates", destination))
    if agreement.direction == "receive":
        _check_deliveries(desk, agreement, where, at)


def _check_tables(desk: _Desk, agreement: Agreement, mapping: str | None, at: Callable[..., Place]) -> None:
    shared = desk.known(TABLES, (".yaml", ".csv"))
    own = {
        table
        for file in mapping_files(desk.catalog.library, mapping)
        if not file.startswith(TABLES)
        for table in tables_read(desk.catalog.library.read(file))
    }
    known = sorted({*shared, *own})
    for name, table in agreement.row.code_tables.items():
        where = f"code_tables.{name}"
        if name not in known:
            desk.tell("table-unknown", at("code_tables", name), where, name, hint=hint(name, known), file=f"{TABLES}{name}.yaml")
        named = table.get(OWN_TABLE)
        if named is not None and named not in shared:
            desk.tell("table-unknown", at("code_tables", name), where, named, hint=hint(named, shared), file=f"{TABLES}{named}.csv")


def _check_deliveries(desk: _Desk, agreement: Agreement, where: str, at: Callable[..., Place]) -> None:
    row = agreement.row
    destinations = desk.us.destinations
    unknown = [name for name in row.deliver_to if name not in destinations]
    for number, name in enumerate(row.deliver_to):
        if name in unknown:
            desk.tell("destination-unknown", at("deliver_to", number), where, name, hint=hint(name, list(destinations)))
    for name in row.templates:
        if name not in destinations:
            desk.tell("destination-unknown", at("templates", name), where, name, hint=hint(name, list(destinations)))
    if not row.deliver_to:
        desk.tell("nothing-delivered", at("deliver_to"), where)
    elif not unknown and agreement.status == "production" and all(destinations[name].status != "production" for name in row.deliver_to):
        desk.tell("production-destination-missing", at("deliver_to"), where, ", ".join(row.deliver_to), status="testing")
    elif not unknown and agreement.status == "testing" and not routes(desk.us, row, testing=True)[0]:
        desk.tell("testing-destination-missing", at("deliver_to"), where)


def _check_connection(desk: _Desk, name: str, table: Table) -> None:
    for number, partner in enumerate(desk.catalog.connections[name].carries):
        if partner not in desk.catalog.partners and partner not in desk.catalog.broken:
            at, _ = place_of(table, ("carries", number))
            desk.tell("partner-unknown", at, f"carries.{number + 1}", partner, hint=hint(partner, list(desk.catalog.partners)))
    _secrets(desk, table)


def _check_identities(desk: _Desk) -> None:
    """No two partners, and no partner and we, may have one identity: nothing would tell them apart."""
    ours = {identity.isa for identity in desk.us.identities.values()}
    seen: dict[tuple[str, str | None, str | None], str] = {}
    for name, partner in sorted(desk.catalog.partners.items()):
        for key, identity in partner.profile.identities.items():
            at, _ = place_of(partner.table, ("identities", key))
            where = f"identities.{key}"
            if identity.isa in ours:
                desk.tell("identity-ours", at, where, identity.isa)
            full = (identity.isa, identity.gs, identity.usage)
            other = seen.setdefault(full, name)
            if other != name:
                desk.tell("identity-taken", at, where, identity.isa, other=other)


def _check_templates(desk: _Desk) -> None:
    """Templates are judged with their heirs; one without heirs, or hidden behind a mistake, is judged alone."""
    used = {source for partner in desk.catalog.partners.values() for source, _ in partner.sources}
    for file in desk.catalog.library.names(PROFILE_TEMPLATES):
        read = read_inherited(desk.catalog.library, file, lambda parent: f"{PROFILE_TEMPLATES}{parent}.yaml")
        findings = list(read.findings)
        if read.table is not None:
            table = settled(read.table)
            assert isinstance(table, Table)
            # rows of a template may lack what its heirs say, such as the version; only what is there is judged
            findings.extend(f for f in judge(Profile, table, complete=False)[1] if f.code != "wrong-kind" or not _is_row(f))
        desk.findings.extend(f for f in findings if f not in desk.findings)
        if file not in used and not findings and not desk.catalog.broken:
            desk.tell("template-unused", Place(file, 1, 1), "")


def _is_row(finding: Finding) -> bool:
    parts = (finding.location.field or "").split(".")
    return len(parts) == 2 and parts[0] in _LISTS.values() and finding.message.startswith("is a map")


def _template(desk: _Desk, table: Table, path: tuple[int | str, ...], template: str | None, at: Place | None = None) -> None:
    if template is None:
        return
    known = [name.removeprefix(TEMPLATES) for name in desk.catalog.library.names(TEMPLATES)]
    if template not in known:
        place = at or place_of(table, path)[0]
        where = ".".join(str(part) for part in path)
        desk.tell("template-unknown", place, where, template, hint=hint(template, known), file=f"{TEMPLATES}{template}")


def _said(table: Table, *paths: Iterable[int | str] | Place) -> Place:
    """The place of the first path that stands in the table; a place at the end is for when none does."""
    for path in paths:
        if isinstance(path, Place):
            return path
        keys = tuple(path)
        parent = place_of(table, keys[:-1])[1] if keys else None
        last = keys[-1] if keys else None
        if (isinstance(parent, Table) and last in parent) or (isinstance(parent, Items) and isinstance(last, int) and last < len(parent)):
            return place_of(table, keys, at_key=not isinstance(last, int) and isinstance(parent, Table) and parent[str(last)] is None)[0]
    return table.at


def _secrets(desk: _Desk, table: Table) -> None:
    """Secrets that cannot be read here; their references are told, never what they stand for."""
    if desk.resolvable is None:
        return
    for text in _texts(table):
        if text.startswith(("env:", "file:")) and not desk.resolvable(str(text)):
            desk.tell("secret-unresolved", text.at, "", str(text))


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Table):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Items):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Text):
        yield value
