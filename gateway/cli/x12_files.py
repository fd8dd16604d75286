"""`gateway x12 format, diff, split, join`: files written again and compared; what they say is never changed."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, put, put_finding, put_json, say
from gateway.edi.finding import Finding
from gateway.formats.x12.envelope import Delimiters

FILE = click.argument("name", metavar="FILE")
OUTPUT = click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write here, not to stdout.")


class DelimitersType(click.ParamType[Delimiters]):
    """Element, component and segment delimiter as three characters, and the repetition separator as a fourth."""

    name = "delimiters"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Delimiters:
        """The delimiters; a letter, a digit, a blank or one character twice is told."""
        if isinstance(value, Delimiters):
            return value
        text = str(value).replace("\\n", "\n")
        bad = next((c for c in text if c.isalnum() or c == " " or ord(c) > 255), None)
        line_end = any(c in "\r\n" for c in text[:2] + text[3:])
        if len(text) not in (3, 4) or len(set(text)) != len(text) or bad is not None or line_end:
            self.fail(
                "expected three or four different characters that are no letters, digits or blanks, such as '*>~' or '*:~^'", param, ctx
            )
        return Delimiters(text[0], text[1], text[2], text[3:] or None)


@click.command(
    name="format",
    cls=Command,
    examples=[
        "gateway x12 format order.edi",
        "gateway x12 format --delimiters '|:~' order.edi",
        "gateway x12 format --partner acme order.edi",
    ],
)
@FILE
@click.option("--delimiters", "wanted", type=DelimitersType(), metavar="'*>~'", help="Element, component, segment; and repetition: '*>~^'.")
@click.option("--partner", metavar="NAME", help="The delimiters and line ends that we write to this partner.")
@click.option("--one-line", is_flag=True, help="No line ends: all segments on one line.")
@OUTPUT
def format_(name: str, wanted: Delimiters | None, partner: str | None, one_line: bool, output: Path | None) -> None:
    """Write a file again, one segment a line.

    With other delimiters where asked. A value is never altered: where one holds a delimiter asked for, nothing is
    written, and the exit code is 5. FILE may be - for standard input.
    """
    from gateway.formats.x12.rewriting import lines, with_delimiters

    if wanted is not None and partner is not None:
        raise click.UsageError("--delimiters and --partner cannot stand together.")
    line_end = "\n"
    if partner is not None:
        wanted, line_end = _of_partner(partner)
    line_end = "" if one_line else line_end
    with files.opened(name) as chunks:
        pieces = list(with_delimiters(chunks, wanted, line_end) if wanted is not None else lines(chunks, line_end))
    _write(_told(pieces, _shown(name)), output)


def _of_partner(name: str) -> tuple[Delimiters, str]:
    """Delimiters and line end of a partner's profile."""
    from gateway.cli.partner import known_partner

    envelope = known_partner(name).profile.envelope
    ends = {"none": "", "lf": "\n", "crlf": "\r\n"}
    repetition = envelope.isa11 if envelope.isa11 != "U" else None
    return Delimiters(envelope.element, envelope.component, envelope.segment, repetition), ends[envelope.line_end]


def _told(pieces: Iterable[bytes | Finding], name: str) -> bytes:
    """What was written; findings are told, and with an error among them nothing was."""
    written: list[bytes] = []
    errors = 0
    for piece in pieces:
        if isinstance(piece, Finding):
            put_finding(piece, name, err=True)
            errors += piece.severity == "error"
        else:
            written.append(piece)
    if errors:
        say(f"nothing was written: {count(errors, 'error')}", colour="red")
        outcome.finish(outcome.FINDINGS)
    return b"".join(written)


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)


def _shown(name: str) -> str:
    return click.format_filename(name) if name != "-" else "standard input"


@click.command(name="diff", cls=Command, examples=["gateway x12 diff sent.edi received.edi", "gateway x12 diff --json a.edi b.edi"])
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--all", "everything", is_flag=True, help="Print what is the same too.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def diff(one: str, other: str, everything: bool, as_json: bool) -> None:
    """Tell how two files differ, by their loops.

    Transaction sets are compared segment by segment inside their loops; delimiters, line ends, envelopes, control numbers
    of sets and SE01 do not count. Exit code 0 says that they say the same, 5 that they differ.
    """
    from gateway.formats.x12.comparing import diff as compared
    from gateway.profiles.guide import Guides

    with files.opened(one) as ours, files.opened(other) as theirs:
        steps = list(compared(ours, theirs, Guides(project.library())))
    if not steps:
        say("no transaction set was found in either; `gateway x12 check` says why")
        outcome.finish(outcome.FINDINGS)
    changed = [step for step in steps if step.mark != " "]
    if as_json:
        marks = {"-": "removed", "+": "added", " ": "same"}
        rows = [{"mark": marks[s.mark], "set": s.set, "loop": s.path, "segment": s.text} for s in (steps if everything else changed)]
        put_json({"same": not changed, "differences": rows})
    else:
        heading = loop = ""
        for step in steps if everything else changed:
            if step.set != heading:
                put(step.set, bold=True)
                heading, loop = step.set, ""
            if step.path != loop:
                put(f"  {step.path or 'at the top'}", colour="cyan")
                loop = step.path
            put(
                f"{step.mark} {'  ' * (step.path.count('/') + 2 if step.path else 1)}{step.text}",
                colour={"-": "red", "+": "green"}.get(step.mark),
            )
        if not changed:
            put("both say the same", colour="green")
    if changed:
        outcome.finish(outcome.FINDINGS)


@click.command(name="split", cls=Command, examples=["gateway x12 split orders.edi --into sets"])
@FILE
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR", help="The folder to write to; made if needed."
)
def split(name: str, into: Path) -> None:
    """Write each transaction set to a file of its own.

    In its own envelope, named by interchange, group and set number. A file that is there already is never overwritten:
    nothing is written then.
    """
    from gateway.formats.x12.rewriting import split as parts_of

    with files.opened(name) as chunks:
        parts = [(into / f"{part.name}.edi", part.data) for part in parts_of(chunks)]
    if not parts:
        say("no transaction set was found; `gateway x12 check` says why")
        outcome.finish(outcome.FINDINGS)
    there = next((path for path, _ in parts if path.exists()), None)
    if there is not None:
        raise outcome.Failure(f"{click.format_filename(there)} is there already; nothing was written, name another folder")
    into.mkdir(parents=True, exist_ok=True)
    for path, data in parts:
        with path.open("xb") as stream:
            stream.write(data)
        put(click.format_filename(path))


@click.command(
    name="join",
    cls=Command,
    examples=["gateway x12 join monday.edi tuesday.edi > both.edi", "gateway x12 join --output all.edi a.edi b.edi"],
)
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@OUTPUT
def join(names: tuple[str, ...], output: Path | None) -> None:
    """Write the groups of several files as one interchange.

    Under the first file's ISA, in its delimiters. Only files between the same two parties, of one version and usage, are
    joined. Sets keep their numbers; of two groups with one number the later gets the next that is free.
    """
    from gateway.formats.x12.rewriting import join as joined

    at = [names[0]]

    def each() -> Iterator[Iterator[bytes]]:
        for name in names:
            at[0] = name
            with files.opened(name) as chunks:
                yield chunks

    written: list[bytes] = []
    errors = 0
    for piece in joined(each()):
        if isinstance(piece, Finding):
            put_finding(piece, _shown(at[0]), err=True)
            errors += 1
        else:
            written.append(piece)
    if errors or not written:
        say(f"nothing was written: {count(errors, 'error') if errors else 'no transaction set was found'}", colour="red")
        outcome.finish(outcome.FINDINGS)
    _write(b"".join(written), output)
