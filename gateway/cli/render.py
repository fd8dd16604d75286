"""How results look: findings, tables and facts for people, JSON for programs. All that prints is here.

Data goes to stdout, talk to stderr. Foreign text is escaped before it reaches a terminal. Colour only on a terminal, and
not where NO_COLOR is set; without a terminal a table is plain aligned text.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from gateway.edi.finding import AckCode, Finding, Location, cell_name
from gateway.edi.shown import shown

COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_WIDEST = 60
"""Characters of a cell in plain tables, but for the last column."""


def say(text: str, *, colour: str | None = None) -> None:
    """A sentence to the person at the terminal (stderr)."""
    click.echo(styled(shown(text), colour, err=True), err=True, color=coloured(err=True))


def put(text: str = "", *, colour: str | None = None, bold: bool = False, err: bool = False) -> None:
    """A line of the result (stdout), or of what goes beside it (stderr)."""
    click.echo(styled(shown(text), colour, bold=bold, err=err), err=err, color=coloured(err=err))


def put_json(value: Any) -> None:
    """A result for programs: one JSON document."""
    click.echo(json_text(value, indent=2))


def put_json_line(value: Any) -> None:
    """One of many results for programs: one JSON document on one line."""
    click.echo(json_text(value))


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON of plain values, dataclasses, dates and Decimals; ASCII only where the terminal's encoding is not UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return json.dumps(value, ensure_ascii=encoding != "utf8", indent=indent, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        return value.as_json()
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def coloured(*, err: bool = False) -> bool:
    """Whether colour may be used: a terminal, and no NO_COLOR (https://no-color.org)."""
    stream = sys.stderr if err else sys.stdout
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and bool(getattr(stream, "isatty", bool)())


def styled(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False, err: bool = False) -> str:
    """The text in colour where colour may be used."""
    if not coloured(err=err) or not (colour or bold or dim):
        return text
    return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


def place(location: Location, file: str | None = None, hint: str = "") -> str:
    """Where a finding stands: `file: segment 14, PO1-03 (order line 2)` in X12, `file:line:column` in text of ours."""
    name = location.file or file or ""
    if location.segment is not None or (location.segment_ordinal is not None and location.line is None):
        return ": ".join(part for part in (name, in_set(location, hint)) if part)
    if location.sheet is not None and location.line is not None:
        at = cell_name(location.column, location.line) if location.column else f"row {location.line}"
        name = ": ".join(part for part in (name, f"{location.sheet}!{at}") if part)
    elif location.line is not None:
        name = ":".join(str(part) for part in (name, location.line, location.column) if part)
    elif location.offset:
        name = f"{name}: byte {location.offset + 1}" if name else f"byte {location.offset + 1}"
    return f"{name}: {location.field}" if location.field and name else name or location.field or ""


def in_set(location: Location, hint: str = "") -> str:
    """The place in a set or envelope: `segment 14, PO1-03-2 (order line 2)`."""
    number = location.segment_position or location.segment_ordinal
    name = location.segment or ""
    for position in (location.element, location.component):
        if position is None:
            break
        name += f"-{position:02d}" if position is location.element else f"-{position}"
    notes = ", ".join(part for part in (f"repetition {location.repetition}" if (location.repetition or 1) > 1 else "", hint) if part)
    text = ", ".join(part for part in (f"segment {number}" if number else "", name) if part)
    return f"{text} ({notes})" if notes else text


def put_finding(finding: Finding, file: str | None = None, hint: str = "", *, err: bool = False) -> None:
    """A finding in two lines: place and message; severity, code and remedy."""
    where = place(finding.location, file, hint)
    colour = COLOURS[finding.severity]
    first = f"{where}: {finding.message}" if where else finding.message
    tag = styled(f"{finding.severity} [{finding.code}]", colour, err=err)
    click.echo(shown(first), err=err, color=coloured(err=err))
    click.echo(f"    {tag} " + styled(shown(finding.remedy), dim=True, err=err), err=err, color=coloured(err=err))


def put_findings(findings: Iterable[Finding], file: str | None = None, *, err: bool = False) -> None:
    """Findings in the order given."""
    for finding in findings:
        put_finding(finding, file, err=err)


def put_table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "nothing") -> None:
    """A table: with rich on a terminal, plain aligned columns otherwise; `empty` is said where there are no rows."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        say(empty)
        return
    if coloured() and sys.stdout.isatty():
        _rich_table(headings, cells)
        return
    last = len(headings) - 1  # free text stands last and is never cut
    cut = [[value if len(value) <= _WIDEST or n == last else value[: _WIDEST - 1] + "…" for n, value in enumerate(row)] for row in cells]
    widths = [max(map(len, column)) for column in zip(headings, *cut, strict=True)]
    for row in [list(headings), *cut]:
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def put_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Names and values, one a line; empty values are left out."""
    told = [(name, _cell(value)) for name, value in facts if value not in (None, "", (), [])]
    width = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        click.echo(f"{styled(name.ljust(width), dim=True)}  {value}", color=coloured())


def _rich_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    Console(highlight=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d %H:%M:%S"))
    if isinstance(value, tuple | list):
        return shown(", ".join(map(str, value)))
    return shown(str(value))


def count(number: int, word: str, words: str | None = None) -> str:
    """A number and its word: `1 order`, `2 orders`."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def size(number: int) -> str:
    """A size in bytes for people: 812 bytes, 4.1 kB, 50.0 MB."""
    for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if number >= limit:
            return f"{number / limit:.1f} {unit}"
    return count(number, "byte")


def from_json(detail: Mapping[str, Any]) -> Finding:
    """A finding as journals keep it (`Finding.as_json`), made a value again."""
    place_of = {name: detail.get(name) for name in Location.__dataclass_fields__}
    acks = tuple(AckCode(ack["segment"], ack["element"], ack["code"]) for ack in detail.get("ack", ()))
    return Finding(
        detail["code"],
        detail["severity"],
        detail["layer"],
        detail["message"],
        detail["remedy"],
        Location(**place_of),
        detail.get("value"),
        acks,
    )
