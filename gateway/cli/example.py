"""`gateway mapping example`: an example for a mapping's tests, made of a file that came."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import put_findings, say
from gateway.formats.x12.envelope import SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.translate.examples import SUFFIX, made_example

_DECLARED = re.compile(rb"""(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z][\w.-]*)""", re.ASCII)


@click.command(
    name="example",
    cls=Command,
    examples=[
        "gateway mapping example x12/004010/850 order.edi",
        "gateway mapping example x12/004010/850 order.edi --name stores > 850.test.yaml",
    ],
)
@click.argument("mapping", metavar="MAPPING")
@click.argument("name", metavar="FILE")
@click.option("--set", "wanted", type=click.IntRange(1), default=1, show_default=True, help="Which set of an X12 file.")
@click.option("--name", "title", help="What the example shows; otherwise the file's name.")
def example(mapping: str, name: str, wanted: int, title: str | None) -> None:
    """Print an example for `gateway test`, made of a file.

    The input and the document that it becomes today: read it before you keep it, for it is what must come from now on. Its
    head is printed too where MAPPING.test.yaml is not there yet, or empty. Exit code 5 where no document comes of it.
    """
    from gateway.cli.named import usable

    library = project.library()
    found = usable(library, mapping)
    data = files.whole(name)
    shown = click.format_filename(Path(name).name) if name != "-" else "standard input"
    text = _body(data, wanted, shown) if found.format is None else _text(data, getattr(found.settings, "encoding", "utf-8"))
    written, came = made_example(library, found, text, title or shown)
    if not written:
        put_findings(came.findings, shown, err=True)
        told = f"it becomes {len(came.documents)} documents, an example is of one" if came.documents else "no document comes of it"
        say(f"{shown}: {told}", colour="red")
        outcome.finish(outcome.FINDINGS)
    file = f"mappings/{found.name}{SUFFIX}"
    begun = file in library.names(file) and library.read(file).strip()
    click.echo(("" if begun else f"mapping: {found.name}\nexamples:\n") + written, nl=False)


def _text(data: bytes, encoding: str) -> str:
    """A file as text: XML in the encoding that it names itself, others in the mapping's; examples are kept in UTF-8."""
    declared = _DECLARED.match(data)
    if declared is None:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    named = declared[2].decode("ascii")
    try:
        return data.decode(named, "replace").replace(named, "UTF-8", 1)
    except LookupError:
        return data.decode("utf-8-sig", "replace")


def _body(data: bytes, wanted: int, shown: str) -> str:
    """What stands between ST and SE of a set, in the delimiters that examples are written with."""
    sets = [event.transaction_set for event in read([data]) if isinstance(event, SetRead)]
    if len(sets) < wanted:
        raise outcome.NotFound(f"{shown}: there are {len(sets)} sets in it")
    return "".join(f"{segment}\n" for segment in _segments(sets[wanted - 1], shown))


def _segments(found: TransactionSet, shown: str) -> list[str]:
    marks = {found.delimiters.element: "*", found.delimiters.component: ">"}
    foreign = {new for old, new in marks.items() if old != new}
    if any(mark in segment for segment in found.segments for mark in foreign):
        raise outcome.Failure(f"{shown}: a value holds * or >, which examples are written with; write this one by hand")
    table = str.maketrans({old: new for old, new in marks.items() if len(old) == 1})
    return [segment.translate(table) for segment in found.segments[1:-1]]
