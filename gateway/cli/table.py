"""`gateway table`: code tables and cross-references, and the codes that came and that none of them knows."""

from __future__ import annotations

import re
import string
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import put, put_findings, put_json, put_table

if TYPE_CHECKING:
    from gateway.profiles.catalog import Catalog
    from gateway.profiles.library import Library
    from gateway.translate.tables import CodeTable, Row

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
FOLDER = "mappings/tables/"
OURS = "???"
"""Where a person writes our code."""


@click.group(name="table", cls=Group, examples=["gateway table list", "gateway table missing"])
def command() -> None:
    """Code tables, and codes that came and that none knows."""


@command.command(name="list", examples=["gateway table list"])
@JSON
def list_(as_json: bool) -> None:
    """List the code tables: the shared ones, and partners' own."""
    from gateway.translate.tables import load_table

    library = project.library()
    over = _partners_over(_catalog(library))
    rows = []
    for name in _names(library):
        table, wrong = load_table(library, name)
        rows.append(
            {
                "table": name,
                "rows": len(table.rows) if table is not None else 0,
                "missing": table.missing if table is not None else "",
                "dated": bool(table is not None and table.turns),
                "partners": over.get(name, []),
                "status": "unusable" if any(finding.severity == "error" for finding in wrong) else "usable",
            }
        )
    if as_json:
        put_json(rows)
        return
    headings = ("table", "rows", "missing", "dated", "partners", "status")
    put_table(headings, [[_shown(row[name]) for name in headings] for row in rows], "no code tables")


@command.command(examples=["gateway table show unit", "gateway table show unit --partner riverside --on 2026-01-31"])
@click.argument("name", metavar="TABLE")
@click.option("--partner", help="With what this partner has of his own over it.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only rows that hold on this day.")
@JSON
def show(name: str, partner: str | None, day: Any, as_json: bool) -> None:
    """Show the rows of a code table, and the file and line of each."""
    library = project.library()
    on: date | None = day.date() if day is not None else None
    catalog = _catalog(library) if partner else None
    table = _table(library, catalog, name, partner, on)
    own = _own(catalog, name, partner)
    rows = [
        {
            "from": row.sent.replace("\x1f", " | "),
            "to": row.canonical,
            "use": row.use,
            "since": row.since,
            "until": row.until,
            "where": _where(row, own, partner),
        }
        for row in table.rows
        if row.holds(on)
    ]
    if as_json:
        put_json({"table": name, "missing": table.missing, "default": table.default, "rows": rows})
        return
    headings = ("from", "to", "use", "since", "until", "where")
    put_table(headings, [[_shown(row[key]) for key in headings] for row in rows], "no rows")
    put(f"a code without a row: {table.missing}" + (f" ({table.default})" if table.default else ""))


@command.command(examples=["gateway table missing", "gateway table missing --partner riverside"])
@click.option("--partner", help="Only codes of this partner.")
@click.option("--table", "only", metavar="TABLE", help="Only codes of this table.")
@JSON
def missing(partner: str | None, only: str | None, as_json: bool) -> None:
    """List codes that came and that no table knows, with rows to paste.

    They are counted from the findings of the journal; what a table knows by now is left out. Exit code 5 where there are any.
    """
    from gateway.stores.sql.unknown_codes import unknown_codes

    with project.opened() as gateway:
        found = unknown_codes(gateway.database, tuple(_sentences()), _table_of)
    library = project.library()
    catalog = _catalog(library)
    known: dict[tuple[str, str | None], CodeTable | None] = {}
    rows = []
    for one in found:
        if partner not in (None, one.partner) or only not in (None, one.table):
            continue
        key = (one.table, one.partner)
        if key not in known:
            known[key] = _perhaps(library, catalog, *key)
        table = known[key]
        if table is None or not any(row.sent == one.value.strip() and row.use != "write" for row in table.rows):
            rows.append(one)
    if as_json:
        put_json([{"yaml": _yaml(one.table, [one.value]), "csv": f"{_csv(one.value)},{OURS}"} | _facts(one) for one in rows])
    else:
        headings = ("table", "value", "partner", "times", "last seen", "document", "field")
        cells = [(one.table, one.value, one.partner, one.times, f"{one.last_seen:%Y-%m-%d %H:%M}", one.document, one.field) for one in rows]
        put_table(headings, cells, "every code that came is known")
        _paste(rows)
    if rows:
        outcome.finish(outcome.FINDINGS)


def _facts(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("table", "value", "partner", "times", "last_seen", "document", "field")}


def _paste(rows: list[Any]) -> None:
    """What to add, by partner: his profile's own rows, or for all partners the shared table's."""
    for partner in sorted({one.partner or "" for one in rows}):
        put()
        put(f"partner_profiles/{partner}.yaml (or mappings/tables/TABLE.csv for all partners); with our code for ???:", bold=True)
        put("code_tables:")
        of_partner = [one for one in rows if (one.partner or "") == partner]
        for table in sorted({one.table for one in of_partner}):
            put("  " + _yaml(table, [one.value for one in of_partner if one.table == table]))


def _yaml(table: str, values: list[str]) -> str:
    return f"{table}: {{{', '.join(f'{_quoted(value)}: {OURS}' for value in values)}}}"


def _quoted(value: str) -> str:
    """A value as a key of YAML in braces."""
    return value if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_ -]*", value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _csv(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if re.search(r'[",\r\n]', value) else value


@cache
def _sentences() -> dict[str, re.Pattern[str]]:
    """Of each code that tells of an unknown code, its sentence as a pattern that finds the table's name."""
    from gateway.translate.codes import CODES

    made = {}
    for code in ("code-without-meaning", "code-passed", "code-defaulted"):
        parts = string.Formatter().parse(CODES[code].sentence)
        text = "".join(re.escape(said) + ("(?P<table>[^ ;]+)" if name == "table" else ".*" if name else "") for said, name, _, _ in parts)
        made[code] = re.compile(text, re.DOTALL)
    return made


def _table_of(detail: dict[str, Any]) -> str | None:
    found = _sentences()[str(detail["code"])].match(str(detail.get("message")))
    return found["table"] if found else None


def _names(library: Library) -> list[str]:
    names = {name.removeprefix(FOLDER).rpartition(".")[0] for name in library.names(FOLDER) if name.endswith((".yaml", ".csv"))}
    return sorted(names)


def _catalog(library: Library) -> Catalog:
    from gateway.profiles.catalog import Catalog

    return Catalog.load(library)


def _partners_over(catalog: Catalog) -> dict[str, list[str]]:
    """Of each table the partners who have rows of their own over it."""
    found: dict[str, set[str]] = {}
    for partner in catalog.partners.values():
        for agreement in partner.agreements:
            for name in agreement.row.code_tables:
                found.setdefault(name, set()).add(partner.name)
    return {name: sorted(partners) for name, partners in found.items()}


def _perhaps(library: Library, catalog: Catalog, name: str, partner: str | None) -> CodeTable | None:
    try:
        return _table(library, catalog, name, partner if partner in catalog.partners else None, None)
    except outcome.NotFound:
        return None


def _table(library: Library, catalog: Catalog | None, name: str, partner: str | None, on: date | None) -> CodeTable:
    """A table with what any agreement of a partner has over it; NotFound where there is none."""
    from gateway.profiles.inheritance import hint
    from gateway.translate.tables import load_table

    table, wrong = load_table(library, name, tuple(_own(catalog, name, partner)), on)
    if table is None:
        raise outcome.NotFound(f"there is no code table {name!r}{hint(name, _names(library))}")
    put_findings(wrong, err=True)
    return table


def _own(catalog: Catalog | None, name: str, partner: str | None) -> list[dict[str, str]]:
    """What any agreement of a partner has over a table."""
    if catalog is None or partner is None:
        return []
    if partner not in catalog.partners:
        raise outcome.NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")
    found: list[dict[str, str]] = []
    for agreement in catalog.partners[partner].agreements:
        own = agreement.row.code_tables.get(name)
        if own is not None and own not in found:
            found.append(own)
    return found


def _where(row: Row, own: list[dict[str, str]], partner: str | None) -> str:
    """The file and line of a row; a profile's rows have no line of their own any more."""
    if any(rows.get(row.sent) == row.canonical for rows in own):
        return f"partner_profiles/{partner}.yaml"
    return f"{row.at.file}:{row.at.line}"


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    return ", ".join(value) if isinstance(value, list) else value
