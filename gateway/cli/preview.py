"""`gateway mapping preview`: a file beside the documents it becomes, on the terminal, as a page, or as JSON."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import coloured, count, put, put_finding, put_json, say, styled
from gateway.cli.translating import Desk, MadeBy, Translated
from gateway.documents.models import as_json as document_json
from gateway.edi.shown import shown
from gateway.translate.preview_page import Sheet, page
from gateway.translate.tracing import Cell, Piece, traced_document, traced_set

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")


@click.command(
    name="preview",
    cls=Command,
    examples=["gateway mapping preview order.edi", "gateway mapping preview order.edi --partner acme --html order.html"],
)
@click.argument("name", metavar="FILE")
@click.option("--partner", help="Under the terms agreed with this partner; otherwise the standard guides and mappings serve.")
@click.option("--mapping", help="By this mapping, in place of the agreed or standard one.")
@click.option("--html", "html", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT", help="Write one page that stands alone.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many sets or documents.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def preview(name: str, partner: str | None, mapping: str | None, html: Path | None, limit: int, as_json: bool) -> None:
    """Show a file beside the documents it becomes; nothing is stored.

    Every segment or row with the values it became, in matching colours; what no rule reads is marked. --html writes the
    same as a page on which pointing at either side lights up the other. Exit code 5 where something is wrong with the file.
    """
    from gateway.cli.named import known_name
    from gateway.profiles.catalog import Catalog

    library = project.library()
    catalog = None
    if partner is not None:
        project.needed()
        catalog = Catalog.load(library)
        if partner not in catalog.partners:
            raise outcome.NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")
    desk = Desk(library, catalog, partner, known_name(library, mapping) if mapping else None)
    title = click.format_filename(Path(name).name) if name != "-" else "standard input"
    with files.opened(name) as chunks:
        told = desk.translate(chunks, Path(name).name)
        sheets, errors = _gathered(told, limit, title)
        left, more = _rest(told)
    if as_json:
        put_json([_as_json(sheet) for sheet in sheets])
    elif html is not None:
        with html.open("w", encoding="utf-8") as stream:
            stream.writelines(page(title, sheets, left))
        say(f"{click.format_filename(html)}: {count(len(sheets), 'set')} of {title}")
    else:
        for sheet in sheets:
            _put(sheet)
        if left:
            say(f"and {count(left, 'more set', 'more sets')}; --limit shows more")
    if errors + more:
        outcome.finish(outcome.FINDINGS)


def _gathered(told: Iterator[Translated], limit: int, title: str) -> tuple[list[Sheet], int]:
    """The first sets of a file, followed; what stands around them is told on stderr."""
    sheets: list[Sheet] = []
    errors = 0
    while len(sheets) < limit and (translated := next(told, None)) is not None:
        errors += sum(finding.severity == "error" for finding in translated.findings)
        sheet = _sheet(translated)
        if sheet is not None:
            sheets.append(sheet)
            continue
        for finding in translated.findings:
            put_finding(finding, title, err=True)
    return sheets, errors


def _rest(told: Iterator[Translated]) -> tuple[int, int]:
    """How many sets come after those shown, and how many errors are in them."""
    left = errors = 0
    for translated in told:
        left += translated.made_by is not None
        errors += sum(finding.severity == "error" for finding in translated.findings)
    return left, errors


def _sheet(translated: Translated) -> Sheet | None:
    made_by, found = translated.made_by, translated.transaction_set
    if made_by is None or not made_by.mapping.usable:
        return None
    if found is not None and made_by.guide is not None:
        tracing = traced_set(made_by.terms, made_by.guide, made_by.mapping, found)
        name, separator, component = f"{found.id} {found.control_number}", found.delimiters.element, found.delimiters.component
    elif made_by.read is not None:
        tracing = traced_document(made_by.terms, made_by.mapping, made_by.read)
        name, separator, component = f"document {made_by.read.number}", _delimiter(made_by), ""
    else:
        return None
    documents = [json.loads(document_json(one)) for one in translated.documents or tracing.documents]
    held = f"held at {translated.held}: what is shown is not handed over" if translated.held else ""
    return Sheet(name, tracing, documents, translated.findings, separator, component, held, made_by.mapping.name)


def _delimiter(made_by: MadeBy) -> str:
    """What stands between the values of a row; '' where values stand by their names."""
    return "" if made_by.mapping.ground.columns is None else str(getattr(made_by.mapping.settings, "delimiter", "") or "|")


# ---------------------------------------------------------------- on the terminal


def _put(sheet: Sheet) -> None:
    """Segments on the left, what each became on its right."""
    readable, unread = sheet.tracing.counts()
    put(f"{sheet.name}, by {sheet.mapping}: {readable - unread:,} of {readable:,} elements read", bold=True)
    for finding in sheet.findings:
        put_finding(finding)
    if sheet.held:
        put(sheet.held, colour="red")
    wide = shutil.get_terminal_size((120, 40)).columns
    width = max(30, min(70, wide * 45 // 100))
    values = {(origin_.field, n): "" for n, found in enumerate(sheet.tracing.origins, 1) for origin_ in found}
    texts = {key: _value(sheet.documents[key[1] - 1], key[0]) for key in values if key[1] <= len(sheet.documents)}
    several = len(sheet.documents) > 1
    for piece in sheet.tracing.pieces:
        _put_piece(sheet, piece, width, max(wide - width - 3, 40), texts, several)
    ruled = [(n, one) for n, found in enumerate(sheet.tracing.origins, 1) for one in found if one.position is None or not one.element]
    if ruled:
        put()
        put("by rules alone", bold=True)
        for number, one in ruled:
            put(f"  {_field(number, one.field, several)}: {texts.get((one.field, number), '')}   ({one.rule})")
    put()


def _put_piece(sheet: Sheet, piece: Piece, width: int, wide: int, texts: dict[tuple[str, int], str], several: bool) -> None:
    colour = COLOURS[(piece.position or 0) % len(COLOURS)]
    left = textwrap.wrap(_source(sheet, piece), width, subsequent_indent="    ", break_on_hyphens=False, drop_whitespace=False) or [""]
    right = [
        f"{_field(use.document, use.field, several)}: {texts.get((use.field, use.document), cell.text)}"
        for cell in piece.cells
        for use in cell.uses
    ]
    right += [_not_read(sheet, piece, cell) for cell in piece.unread]
    right = [row for line in right for row in textwrap.wrap(shown(line), wide, subsequent_indent="    ") or [""]]
    for number in range(max(len(left), len(right))):
        one = shown(left[number]) if number < len(left) else ""
        other = right[number] if number < len(right) else ""
        marked = "yellow" if other.startswith("not read: ") else colour
        click.echo(f"{styled(one.ljust(width), colour)} | {styled(other, marked)}".rstrip(), color=coloured())


def _not_read(sheet: Sheet, piece: Piece, cell: Cell) -> str:
    place = f"{piece.name}-{cell.element:02d}" if sheet.separator else "" if cell.name else piece.name
    return f"not read: {place} {cell.name}".replace("  ", " ").rstrip()


def _source(sheet: Sheet, piece: Piece) -> str:
    """A segment as it was sent, indented by its loop; what no rule reads stands in brackets."""
    by_element: dict[int, list[str]] = {}
    for cell in piece.cells:
        marked = f"[{cell.text}]" if cell.state == "unread" else cell.text
        by_element.setdefault(cell.element, []).append(marked if sheet.separator else f"{cell.name or piece.name}={marked}")
    if sheet.separator:
        row = "".join(sheet.separator + sheet.component.join(by_element.get(n, ())) for n in range(1, max(by_element, default=0) + 1))
    else:
        return f"{'  ' * piece.depth}" + " ".join(value for values in by_element.values() for value in values)
    return f"{'  ' * piece.depth}{piece.name}{row}"


def _field(number: int, field: str, several: bool) -> str:
    return f"{number}: {field}" if several else field


def _value(document: Any, field: str) -> str:
    """The value at a dotted path, list items from 1."""
    for step in field.split("."):
        try:
            document = document[int(step) - 1] if isinstance(document, list) else document[step]
        except (LookupError, ValueError, TypeError):
            return ""
    return str(document)


def _as_json(sheet: Sheet) -> dict[str, Any]:
    readable, unread = sheet.tracing.counts()
    return {
        "set": sheet.name,
        "mapping": sheet.mapping,
        "elements": readable,
        "unread": unread,
        "held": sheet.held or None,
        "documents": list(sheet.documents),
        "segments": [
            {
                "position": None if piece.position is None else piece.position + 1,
                "segment": piece.name,
                "loop": piece.loop,
                "elements": [
                    {
                        "element": cell.element,
                        "component": cell.component or None,
                        "name": cell.name,
                        "value": cell.text,
                        "state": cell.state,
                        "became": [{"document": use.document, "field": use.field, "rule": use.rule} for use in cell.uses],
                    }
                    for cell in piece.cells
                ],
            }
            for piece in sheet.tracing.pieces
        ],
        "findings": list(sheet.findings),
    }
