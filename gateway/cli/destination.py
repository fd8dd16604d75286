"""`gateway destination`: our own systems, tried; and the statements that make staging tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import put, put_json, put_table
from gateway.profiles.catalog import Catalog

if TYPE_CHECKING:
    from gateway.profiles.destination import Destination

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@click.group(name="destination", cls=Group, examples=["gateway destination list", "gateway destination test erp"])
def command() -> None:
    """Our own systems: list and try them, print staging tables."""


@command.command(name="list", examples=["gateway destination list"])
@JSON
def list_(as_json: bool) -> None:
    """List every destination of us.yaml."""
    rows = [
        {"destination": name, "kind": _kind(it), "place": _place(it), "status": it.status, "testing": it.testing}
        for name, it in _destinations().items()
    ]
    if as_json:
        put_json(rows)
        return
    put_table(("destination", "kind", "place", "status", "test twin"), [list(row.values()) for row in rows], "no destinations yet")


@command.command(name="test", examples=["gateway destination test erp"])
@click.argument("name")
@JSON
def test(name: str, as_json: bool) -> None:
    """Ask a destination for a document that it does not have.

    That takes the address, the login and the way to ask, and changes nothing there. Exit code 5 where it does not answer.
    """
    from gateway.ports import EdgeError

    _named(name)
    with project.opened() as gateway:
        try:
            found = gateway.connectors[name].find(f"gateway destination test {gateway.ids.new()}")
            said, well = ("it does not have it, as it should be", True) if found is None else (f"it says it has it as {found}", False)
        except EdgeError as error:
            said, well = str(error), False
    if as_json:
        put_json({"destination": name, "result": "ok" if well else "failed", "said": said})
    else:
        put(f"{name}: {'ok' if well else 'failed'}: {said}", colour="green" if well else "red")
    if not well:
        outcome.finish(outcome.FINDINGS)


@command.command(name="ddl", examples=["gateway destination ddl", "gateway destination ddl --dialect sqlite"])
@click.argument("name", required=False)
@click.option("--dialect", type=click.Choice(["postgresql", "sqlite"]), help="By default what the destination is, else postgresql.")
def ddl(name: str | None, dialect: str | None) -> None:
    """Print the SQL that makes a destination's staging tables.

    Without NAME those of a destination that says nothing of its own. The gateway needs SELECT and INSERT on the inbound
    table, and SELECT and UPDATE on the outbound one; the other system the reverse.
    """
    from gateway.connectors.database import ddl as statements

    schema, prefix = None, "gateway_"
    if name is not None:
        tables = _named(name).database
        if tables is None:
            raise outcome.Failure(f"{name} is reached by {_kind(_named(name))}, not by staging tables")
        schema, prefix = tables.db_schema, tables.prefix
        dialect = dialect or ("sqlite" if tables.file is not None else None)
    for line in statements(dialect or "postgresql", schema, prefix).splitlines():
        put(line.rstrip())


def _destinations() -> dict[str, Destination]:
    project.needed()
    us = Catalog.load(project.library()).us
    if us is None:
        raise outcome.Failure("us.yaml cannot be used; `gateway partner check` says why")
    return us.destinations


def _named(name: str) -> Destination:
    there = _destinations()
    if name not in there:
        raise outcome.NotFound(f"there is no destination {name!r}; `gateway destination list` lists them")
    return there[name]


def _kind(it: Destination) -> str:
    return "folder" if it.folder is not None else "rest" if it.rest is not None else "database"


def _place(it: Destination) -> str:
    """Where it is; a URL that holds a secret is told by its reference."""
    if it.folder is not None:
        return it.folder.path
    if it.rest is not None:
        return it.rest.url
    assert it.database is not None
    return it.database.file or it.database.url or ""
