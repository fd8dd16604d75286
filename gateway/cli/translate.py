"""`gateway translate`: the canonical documents of a file, on stdout."""

import json
import sys
from pathlib import Path

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, json_text, say
from gateway.cli.sets import put_found


@click.command(name="translate", cls=Command, examples=["gateway translate order.edi", "gateway translate --partner riverside orders.csv"])
@click.argument("name", metavar="FILE")
@click.option("--partner", help="Under the terms agreed with this partner; otherwise the standard guides and mappings serve.")
@click.option("--compact", is_flag=True, help="Each document on one line.")
@click.option("--mapping", help="By this mapping, in place of the agreed or standard one.")
def command(name: str, partner: str | None, compact: bool, mapping: str | None) -> None:
    """Print the canonical documents of a file; nothing is stored or sent.

    One JSON array on stdout, written while the file is read; findings on stderr. Exit code 5 where something is wrong:
    the good documents are printed all the same. A delimited file (CSV) wants --partner or --mapping.
    """
    from gateway.cli.translating import Desk
    from gateway.documents.models import as_json

    catalog = project.catalog_with(partner) if partner is not None else None
    shown = click.format_filename(name) if name != "-" else "standard input"
    written = errors = 0
    with files.opened(name) as chunks:
        for translated in Desk(project.library(), catalog, partner, mapping).translate(chunks, Path(name).name):
            for document in translated.documents:
                text = json_text(json.loads(as_json(document)), None if compact else 2)
                sys.stdout.write(("," if written else "[") + "\n" + text)
                written += 1
            errors += sum(finding.severity == "error" for finding in translated.findings)
            put_found(shown, translated.transaction_set, translated.findings, err=True, held=translated.held)
    sys.stdout.write("\n]\n" if written else "[]\n")
    if errors:
        say(f"{shown}: {count(written, 'document')}, {count(errors, 'error')}", colour="red")
        outcome.finish(outcome.FINDINGS)
