"""`gateway x12`: check, acknowledge and look into X12 files."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import COLOURS, coloured, count, in_set, put, say, styled
from gateway.cli.sets import put_found
from gateway.cli.x12_files import diff, format_, join, split
from gateway.cli.x12_write import write
from gateway.edi.shown import shown
from gateway.formats.x12.check import check as checked
from gateway.formats.x12.envelope import Event, SetRead, TransactionSet
from gateway.formats.x12.report import Counted, Report, Tally
from gateway.profiles.guide import Guide, Guides

FILES = click.argument("names", metavar="FILE...", nargs=-1, required=True)


@click.group(name="x12", cls=Group, examples=["gateway x12 check order.edi"])
def command() -> None:
    """Check, acknowledge and look into X12 files."""


@command.command(
    examples=[
        "gateway x12 check order.edi",
        "gateway x12 check --json order.edi invoices.edi",
        "gateway x12 check --second-opinion order.edi",
        "gateway x12 check --guide acme/810 invoices.edi",
    ]
)
@FILES
@click.option("--json", "as_json", is_flag=True, help="Print one JSON report a file, one a line (report 1).")
@click.option("--quiet", "-q", is_flag=True, help="Print errors only, not warnings and notes.")
@click.option("--guide", "own", multiple=True, metavar="NAME", help="A partner's guide, for sets of its kind and version; may be repeated.")
@click.option("--second-opinion", "second", is_flag=True, help="Have pyx12 judge each set too; what only it objects to is a warning.")
def check(names: tuple[str, ...], as_json: bool, quiet: bool, own: tuple[str, ...], second: bool) -> None:
    """Hold files against the standard; tell what is wrong.

    Each set is held against the guide that GS08 and ST01 name, or the partner's named with --guide. FILE may be - for
    standard input. Exit code 0 says that everything is accepted without errors, 5 that something is not, 3 that a file
    (or guide) is not there.
    """
    guides = Guides(project.library())
    judged = partial(_checked, guides=guides, second=second, instead=_partners_guides(guides, own))
    code = outcome.OK
    for name in names:
        try:
            clean = _report(name, judged) if as_json else _findings(name, judged, quiet)
        except outcome.Failure as failure:
            failure.show()
            code = max(code, failure.exit_code) if code != outcome.FINDINGS else failure.exit_code
            continue
        if not clean and code == outcome.OK:
            code = outcome.FINDINGS
    outcome.finish(code)


_Judged = Callable[[Iterable[bytes]], Iterator[Event]]


def _checked(chunks: Iterable[bytes], guides: Guides, second: bool, instead: dict[tuple[str, str], Guide]) -> Iterator[Event]:
    if not second:
        return checked(chunks, guides, instead=instead)
    from gateway.cli.second_opinion import with_opinions

    return with_opinions(checked(chunks, guides, whole=True, instead=instead), guides)


def _partners_guides(guides: Guides, names: tuple[str, ...]) -> dict[tuple[str, str], Guide]:
    """The guides named, by set and version."""
    if not names:
        return {}
    from gateway.cli.guide import named

    found = [named(guides, name) for name in names]
    return {(guide.set, guide.version): guide for guide in found}


def _report(name: str, judged: _Judged) -> bool:
    """One line of JSON, written while the file is read; whether all is accepted without errors."""
    with files.opened(name) as chunks:
        report = Report(name, Counted(chunks))
        for piece in report.write(judged(report.chunks)):
            sys.stdout.write(piece)
        sys.stdout.write("\n")
    return report.tally.clean


def _findings(name: str, judged: _Judged, quiet: bool) -> bool:
    """Findings for people as they come, and the verdict on the file at the end."""
    tally = Tally()
    file = click.format_filename(name) if name != "-" else "standard input"
    with files.opened(name) as chunks:
        for event in judged(chunks):
            put_found(file, event.transaction_set if isinstance(event, SetRead) else None, tally.note(event), quiet=quiet)
    if tally.omitted:
        put(f"{file}: {count(tally.omitted, 'more finding')} not listed; mend the listed ones first")
    verdict, colour = _verdict(tally)
    put(f"{file}: {verdict}: {_counts(tally)}", colour=colour, bold=True)
    return tally.clean


def _verdict(tally: Tally) -> tuple[str, str]:
    if not tally.interchanges:
        return "not read", "red"
    if tally.refused:
        return ("partly accepted" if tally.sets["A"] + tally.sets["E"] and tally.sets["R"] else "not accepted"), "red"
    if not tally.clean:
        return "accepted with errors", "yellow"
    return "accepted", "green"


def _counts(tally: Tally) -> str:
    sets = tally.sets
    words = [count(tally.interchanges, "interchange"), count(tally.groups, "group"), count(sum(sets.values()), "transaction set")]
    if sets["R"]:
        words.append(f"{sets['R']} rejected")
    noted = [
        count(tally.severities[s], word)
        for s, word in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if tally.severities[s]
    ]
    return ", ".join(words) + ("; " + ", ".join(noted) if noted else "")


@command.command(
    examples=[
        "gateway x12 ack order.edi",
        "gateway x12 ack --form 999 order.edi > answer.edi",
        "gateway x12 ack --advice --partner acme order.edi",
    ]
)
@FILES
@click.option("--form", type=click.Choice(["997", "999"]), default="997", show_default=True, help="The acknowledgment of groups.")
@click.option("--number", type=click.IntRange(1, 999_999_999), default=1, show_default=True, help="Control number of the first answer.")
@click.option("--advice", is_flag=True, help="Also the application advice (824) on accepted sets that a mapping or rule would hold.")
@click.option("--partner", help="With --advice: by the guides and mappings agreed with this partner; otherwise the standard ones serve.")
def ack(names: tuple[str, ...], form: str, number: int, advice: bool, partner: str | None) -> None:
    """Print the acknowledgment files would get.

    Raw X12 on stdout: a TA1 where ISA14 asks for one or the interchange is refused, and a 997 or 999 for each group, in
    full detail; with --advice each set is translated too, and the 824s say what is wrong with its content. It is written
    without an agreement and not sent; what the gateway sends follows the partner's. Exit code 5 where something is refused.
    """
    if partner is not None and not advice:
        raise click.UsageError("--partner is for --advice.")
    from datetime import datetime

    from gateway.cli.acknowledge import answers

    judged, told = _translated(partner) if advice else (partial(checked, guides=Guides(project.library())), None)
    at = datetime.now().astimezone()
    tally = Tally()
    for name in names:
        with files.opened(name) as chunks:
            for answer in answers(_counted(judged(chunks), tally), form, number, at, told):
                sys.stdout.buffer.write(answer)
                number += 1
    if not tally.interchanges:
        say("no X12 interchange was found; `gateway x12 check` says why")
    if not tally.accepted:
        outcome.finish(outcome.FINDINGS)


def _translated(partner: str | None) -> tuple[_Judged, list[dict[str, Any]]]:
    """Reads files and translates their sets; what 824s have to say gathers in the list."""
    from gateway.cli.acknowledge import translated
    from gateway.cli.translating import Desk
    from gateway.formats.x12.reader import read

    catalog = project.catalog_with(partner) if partner is not None else None
    desk, told = Desk(project.library(), catalog, partner), list[dict[str, Any]]()
    return lambda chunks: translated(read(chunks), desk, told), told


def _counted(events: Iterator[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        tally.note(event)
        yield event


@command.command(
    examples=[
        "gateway x12 inspect order.edi",
        "gateway x12 inspect --elements order.edi",
        "gateway x12 inspect --findings order.edi",
        "gateway x12 inspect --html order.edi --output order.html",
    ]
)
@FILES
@click.option("--elements", "-e", is_flag=True, help="Each element on a line of its own, with its name.")
@click.option("--findings", "-f", is_flag=True, help="What is wrong with a segment, under it.")
@click.option("--html", is_flag=True, help="One self-contained page of one FILE, with what is wrong; for people without our programs.")
@click.option("--output", "-o", type=click.Path(dir_okay=False), metavar="FILE", help="With --html: write the page here, not to stdout.")
def inspect(names: tuple[str, ...], elements: bool, findings: bool, html: bool, output: str | None) -> None:
    """Print the tree of files, its loops named.

    Envelopes, transaction sets, loops and segments in the order received. A segment for which the guide has no place is
    marked with a question mark. Findings stand under their segments with --findings and on the page that --html makes;
    what is wrong with envelopes, `gateway x12 check` tells.
    """
    guides = Guides(project.library())
    if html:
        _page(names, guides, output)
        return
    if output is not None:
        raise click.UsageError("--output is for --html.")
    read = 0
    for name in names:
        with files.opened(name) as chunks:
            read += _inspect(name if len(names) > 1 else "", chunks, guides, elements, findings)
    if not read:
        say("no X12 interchange was found; `gateway x12 check` says why")
        outcome.finish(outcome.FINDINGS)


def _page(names: tuple[str, ...], guides: Guides, output: str | None) -> None:
    """One file's page, on stdout or in a file, written while the sets are read."""
    from gateway.formats.x12.page import page

    if len(names) > 1:
        raise click.UsageError("--html makes one page of one FILE.")
    name = names[0]
    title = "standard input" if name == "-" else Path(name).name
    with files.opened(name) as chunks:
        pieces = page(title, checked(chunks, guides, whole=True), guides)
        if output is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
            return
        with Path(output).open("w", encoding="utf-8", errors="replace") as stream:
            stream.writelines(pieces)


def _inspect(heading: str, chunks: Iterator[bytes], guides: Guides, elements: bool, findings: bool) -> int:
    """One file's tree; how many interchanges it had."""
    from gateway.formats.x12.envelope import AcknowledgmentRead, GroupStart, InterchangeStart
    from gateway.formats.x12.reader import read

    if heading:
        put(heading, bold=True)
    interchanges = 0
    for event in read(chunks):
        match event:
            case InterchangeStart(opened):
                interchanges += 1
                usage = {"P": "production", "T": "test", "I": "information"}.get(opened.usage, opened.usage)
                parties = " to ".join("/".join(party) for party in (opened.sender, opened.receiver))
                put(f"ISA {opened.control_number}  {parties}  {opened.version}  {usage}", bold=True)
            case AcknowledgmentRead(_, ta1):
                put(f"  TA1 of {ta1.control_number}: {ta1.code} {ta1.note}")
            case GroupStart(_, group):
                put(f"  GS {group.functional_id} {group.control_number}  {group.version}", bold=True)
            case SetRead(_, group, transaction_set):
                _inspect_set(transaction_set, guides, group.version, elements, findings)
            case _:
                pass
    return interchanges


def _inspect_set(found: TransactionSet, guides: Guides, version: str, elements: bool, findings: bool) -> None:
    from gateway.formats.x12.conformance import validate
    from gateway.formats.x12.inspect import LoopBegins, line_hint, tree

    name = guides.find(found.id, version) or guides.nearest(found.id, version)
    put(f"    {found.id} {found.control_number}  {name or 'no guide for this set and version'}", bold=True)
    guide = guides.guide(name) if name else None
    if guide is not None:
        validate(guide, found)
    for line in tree(found, guide):
        indent = "      " + "  " * line.depth
        if isinstance(line, LoopBegins):
            click.echo(indent + styled(f"{line.path} [{line.occurrence}]", "cyan"), color=coloured())
            continue
        mark = "" if line.placed else styled("? ", "red")
        click.echo(f"{indent}{mark}{shown(line.text)}", color=coloured())
        if elements:
            for reference, label, value in line.elements:
                click.echo(f"{indent}  {styled(reference, dim=True)} {label + ': ' if label else ''}{shown(value)}", color=coloured())
        for finding in found.findings if findings else ():
            if finding.location.segment_position == line.position:
                where = in_set(replace(finding.location, segment_position=None, segment_ordinal=None), line_hint(found, finding.location))
                told = styled(f"^ {finding.severity}:", COLOURS[finding.severity])
                click.echo(f"{indent}{told} {shown(f'{where}: {finding.message}')}", color=coloured())


for _further in (format_, diff, split, join, write):
    command.add_command(_further)
