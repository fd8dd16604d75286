"""Reads the files of partner_profiles and connections into profiles with their places and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.edi.finding import Finding
from gateway.profiles.agreement import Agreement, rows
from gateway.profiles.channel import Connection
from gateway.profiles.codes import CODES
from gateway.profiles.inheritance import read_inherited, read_table
from gateway.profiles.library import Library
from gateway.profiles.located import judge, place_of
from gateway.profiles.partner import Profile, Us
from gateway.profiles.reading import Table, merge, settled

PROFILES = "partner_profiles/"
TEMPLATES = "partner_profiles/templates/"
CONNECTIONS = "connections/"
US = "partner_profiles/us.yaml"


@dataclass(frozen=True, slots=True)
class Partner:
    """One trading partner as read: profile, its merged text with places, agreements, and the files it was made of."""

    profile: Profile
    table: Table
    agreements: tuple[Agreement, ...]
    sources: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.profile.partner


def profile_names(library: Library) -> list[str]:
    """The names of all trading partners, whose profiles may be usable or not."""
    names = (file.removeprefix(PROFILES) for file in library.names(PROFILES) if file != US and file.endswith(".yaml"))
    return [name.removesuffix(".yaml") for name in names if "/" not in name]


def load_us(library: Library) -> tuple[Us | None, Table | None, list[Finding]]:
    """us.yaml and its text with places, or None with what is wrong with it."""
    table, findings = read_table(library, US)
    if table is None or findings:
        return None, None, findings
    table_settled = settled(table)
    assert isinstance(table_settled, Table)
    us, findings = judge(Us, table_settled)
    return us, table_settled if us is not None else None, findings


def load_partner(library: Library, file: str, name: str, us_table: Table | None) -> tuple[Partner | None, Table | None, list[Finding]]:
    """One profile with what it inherits from templates and us.yaml; its text as far as it could be read; what is wrong."""
    read = read_inherited(library, file, lambda parent: f"{TEMPLATES}{parent}.yaml")
    findings = list(read.findings)
    table = read.table
    if table is None:
        return None, None, findings
    defaults = us_table.get("defaults") if us_table is not None else None
    if isinstance(defaults, Table):
        merged = merge(defaults, table)
        assert isinstance(merged, Table)
        table = merged
    profile, wrong = judge(Profile, table)
    findings.extend(wrong)
    if profile is None:
        return None, table, findings
    if profile.partner != name:
        place, _ = place_of(table, ("partner",))
        findings.append(CODES["file-name-differs"].finding(place.location("partner"), profile.partner, expected=name))
    agreements, wrong = rows(profile, table)
    findings.extend(wrong)
    return Partner(profile, table, tuple(agreements), read.sources), table, findings


def ids_as_written(table: Table | None) -> Iterator[str]:
    """The interchange ids of a profile that cannot be used, as far as they can be read, so that its files are told why."""
    identities = table.get("identities") if table is not None else None
    for identity in identities.values() if isinstance(identities, Table) else ():
        isa = identity.get("isa") if isinstance(identity, Table) else None
        if isinstance(isa, str):
            yield str(isa)


def load_connections(library: Library, findings: list[Finding]) -> tuple[dict[str, Connection], dict[str, Table]]:
    """Every usable connection and its text with places; what is wrong with the others is added to `findings`."""
    connections: dict[str, Connection] = {}
    tables: dict[str, Table] = {}
    for file in library.names(CONNECTIONS):
        name = file.removeprefix(CONNECTIONS).removesuffix(".yaml")
        if not file.endswith(".yaml") or "/" in name:
            continue
        table, wrong = read_table(library, file)
        connection: Connection | None = None
        if table is not None and not wrong:
            connection, wrong = judge(Connection, table)
        if connection is not None and table is not None and connection.connection != name:
            place, _ = place_of(table, ("connection",))
            wrong = [CODES["file-name-differs"].finding(place.location("connection"), connection.connection, expected=name)]
        findings.extend(wrong)
        if connection is not None and table is not None and not wrong:
            connections[name], tables[name] = connection, table
    return connections, tables
