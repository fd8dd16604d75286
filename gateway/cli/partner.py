"""`gateway partner`: trading partners, what was agreed with them, and whether their files are right."""

from typing import Any

import click

from gateway.cli import outcome, project
from gateway.cli.channel import trust_host
from gateway.cli.commands import Group
from gateway.cli.render import count, put, put_facts, put_findings, put_json, put_table, say
from gateway.profiles.agreement import Agreement
from gateway.profiles.catalog import Catalog
from gateway.profiles.loading import Partner

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@click.group(name="partner", cls=Group, examples=["gateway partner list", "gateway partner check"])
def command() -> None:
    """List, show and check trading partners and their mappings."""


def _catalog() -> Catalog:
    project.needed()
    return Catalog.load(project.library())


@command.command(name="list", examples=["gateway partner list"])
@JSON
def list_(as_json: bool) -> None:
    """List the trading partners.

    A profile with mistakes is listed as unusable; `gateway partner check` tells them.
    """
    catalog = _catalog()
    rows = [_summary(partner) for _, partner in sorted(catalog.partners.items())]
    rows += [
        {"partner": name, "name": None, "status": "unusable", "identities": [], "receive": [], "send": []}
        for name in sorted(catalog.broken)
    ]
    if as_json:
        put_json(rows)
        return
    columns = ("partner", "name", "status", "identities", "receive", "send")
    put_table(
        [*columns[:4], "we receive", "we send"], [[row[name] for name in columns] for row in rows], "no partners yet; see partner_profiles/"
    )


def _summary(partner: Partner) -> dict[str, Any]:
    def sets(direction: str) -> list[str]:
        return [agreement.row.set or agreement.row.document or "?" for agreement in partner.agreements if agreement.direction == direction]

    profile = partner.profile
    identities = [identity.isa for identity in profile.identities.values()]
    return {
        "partner": partner.name,
        "name": profile.name,
        "status": profile.status,
        "identities": identities,
        "receive": sets("receive"),
        "send": sets("send"),
    }


@command.command(examples=["gateway partner show acme", "gateway partner show acme --json"])
@click.argument("name")
@JSON
def show(name: str, as_json: bool) -> None:
    """Show one partner: what was agreed, and with which guide and mapping.

    With --json all terms of each agreement, as they are archived.
    """
    import json

    catalog = _catalog()
    partner = _known(name, catalog)
    agreements = [(agreement, catalog.terms(agreement)) for agreement in partner.agreements]
    if as_json:
        terms = [{"agreement": agreement.name, "hash": of.hash, **json.loads(of.text)} for agreement, of in agreements]
        put_json({**_summary(partner), "sources": [file for file, _ in partner.sources], "agreements": terms})
        return
    profile = partner.profile
    put(f"{profile.name} ({partner.name})", bold=True)
    put_facts(
        [
            ("status", profile.status),
            ("identities", [f"{isa.isa}{f' ({name})' if name != 'main' else ''}" for name, isa in profile.identities.items()]),
            ("contacts", [" ".join(part for part in (c.role, c.name, c.email, c.phone) if part) for c in profile.contacts]),
            ("via", profile.via),
            ("in", [channel.name for channel in catalog.channels("in") if name in channel.carries]),
            ("out", [channel.name for channel in catalog.outboxes(name)]),
            ("files", [file for file, _ in partner.sources]),
        ]
    )
    put()
    headings = ("agreement", "status", "guide", "mapping", "answered by", "delivered to")
    put_table(headings, [_row(agreement, of) for agreement, of in agreements], "nothing was agreed yet")


def known_partner(name: str) -> Partner:
    """A partner by name; NotFound or Failure with a sentence where there is none that can be used."""
    return _known(name, _catalog())


def _known(name: str, catalog: Catalog) -> Partner:
    if name in catalog.broken:
        put_findings(catalog.broken[name], err=True)
        raise outcome.Failure(f"the profile of {name} cannot be used before these are mended")
    partner = catalog.partners.get(name)
    if partner is None:
        raise outcome.NotFound(f"there is no partner {name!r}{_near(name, catalog)}")
    return partner


def _row(agreement: Agreement, terms: Any) -> list[object]:
    answered = terms.answer.form if agreement.direction == "receive" and terms.format == "x12" else None
    verb = "we receive" if agreement.direction == "receive" else "we send"
    what = f"{verb} {agreement.row.set or agreement.row.document} {agreement.row.version or agreement.row.format}"
    delivered = terms.deliver_to if agreement.direction == "receive" else None
    return [what, agreement.status, terms.guide, terms.mapping, answered, delivered or None]


def _near(name: str, catalog: Catalog) -> str:
    import difflib

    near = difflib.get_close_matches(name, [*catalog.partners, *catalog.broken], 1)
    return f"; did you mean {near[0]}?" if near else "; `gateway partner list` lists them"


@command.command(examples=["gateway partner check", "gateway partner check acme"])
@click.argument("names", nargs=-1, metavar="[NAME]...")
@JSON
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Lint profiles, mappings, tables and guides.

    Every mistake is told at once, with file, line and column. With NAME, only what these partners use. Exit code 5 where
    there are errors.
    """
    from gateway.cli.checking import everything, mapping_names

    root = project.needed()
    catalog = Catalog.load(project.library())
    for name in names:
        if name not in catalog.partners and name not in catalog.broken:
            raise outcome.NotFound(f"there is no partner {name!r}{_near(name, catalog)}")
    findings = everything(catalog, root, names)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        put_json([finding.as_json() for finding in findings])
    else:
        put_findings(findings)
        looked = f"{count(len(names or catalog.partners) + (0 if names else len(catalog.broken)), 'partner')}"
        if not names:
            looked += f", {count(len(mapping_names(catalog.library)), 'mapping')}"
        told = ", ".join(count(number, word) for number, word in ((errors, "error"), (len(findings) - errors, "warning")) if number)
        say(f"{looked}: {told or 'all right'}", colour="red" if errors else None if findings else "green")
    if errors:
        outcome.finish(outcome.FINDINGS)


command.add_command(trust_host)
