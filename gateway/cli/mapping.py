"""`gateway mapping`: what a mapping says, whether it is right, and what it makes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.example import example
from gateway.cli.named import known_name, usable
from gateway.cli.preview import preview
from gateway.cli.render import count, put, put_facts, put_findings, put_json, put_table, say

if TYPE_CHECKING:
    from gateway.profiles.library import Library
    from gateway.translate.explaining import Explained
    from gateway.translate.mapping import Mapping

JSON = click.option("--json", "as_json", is_flag=True, help="Print it for a program.")


@click.group(name="mapping", cls=Group, examples=["gateway mapping list", "gateway mapping lint"])
def command() -> None:
    """List, lint, explain and preview mappings."""


@command.command(name="list", examples=["gateway mapping list", "gateway mapping list --document invoice"])
@click.option("--document", metavar="TYPE", help="Only mappings of this type of document, such as purchase_order.")
@JSON
def list_(document: str | None, as_json: bool) -> None:
    """List the mappings, standard and partners' own.

    A mapping of the project folder is read in place of the packaged one of the same name. One with mistakes is listed as
    unusable; `gateway mapping lint` tells them.
    """
    from gateway.cli.checking import mapping_names

    library = project.library()
    rows = [_summary(library, name) for name in mapping_names(library)]
    rows = [row for row in rows if document in (None, row["document"])]
    if as_json:
        put_json(rows)
        return
    headings = ("mapping", "document", "reads", "extends", "examples", "status")
    put_table(headings, [[row[name] for name in headings] for row in rows], "there is no such mapping; `gateway mapping list` lists all")


def _summary(library: Library, name: str) -> dict[str, Any]:
    from gateway.edi.finding import Halt
    from gateway.translate.examples import SUFFIX
    from gateway.translate.load import load_rules, mapping_file

    try:
        rules, findings = load_rules(library, name)
    except Halt:
        rules, findings = None, []
    if rules is None:
        return {"mapping": name, "document": None, "reads": None, "extends": None, "examples": False, "status": "unusable"}
    file = mapping_file(name)
    kind = str(rules.format.get("kind") or "") if rules.format is not None else rules.guide
    parent = rules.sources[1][0].removeprefix("mappings/").removesuffix(".yaml") if len(rules.sources) > 1 else None
    examples = file.removesuffix(".yaml") + SUFFIX
    return {
        "mapping": name,
        "document": rules.document,
        "reads": kind,
        "extends": parent,
        "examples": examples in library.names(examples),
        "status": "unusable" if any(finding.severity == "error" for finding in findings) else "usable",
    }


@command.command(examples=["gateway mapping lint", "gateway mapping lint acme/856"])
@click.argument("names", metavar="[NAME]...", nargs=-1)
@JSON
def lint(names: tuple[str, ...], as_json: bool) -> None:
    """Hold mappings against their guides, code tables and documents.

    Every mistake is told at once, with file, line and column and what was probably meant; without NAME, of all mappings.
    Exit code 5 where there is one.
    """
    from gateway.cli.checking import mapping_mistakes, mapping_names

    library = project.library()
    wanted = [known_name(library, name) for name in names] or mapping_names(library)
    found = dict.fromkeys(finding for name in wanted for finding in mapping_mistakes(library, name))
    findings = sorted(found, key=lambda f: (f.location.file or "", f.location.line or 0, f.location.column or 0, f.code))
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        put_json([finding.as_json() for finding in findings])
    else:
        put_findings(findings)
        say(
            f"{count(len(wanted), 'mapping')}: {count(errors, 'mistake') if errors else 'no mistakes'}", colour="red" if errors else "green"
        )
    if errors:
        outcome.finish(outcome.FINDINGS)


@command.command(examples=["gateway mapping explain x12/004010/850", "gateway mapping explain acme/856 shipment.tracking"])
@click.argument("name")
@click.argument("field", required=False)
@JSON
def explain(name: str, field: str | None, as_json: bool) -> None:
    """Tell the rule that fills a field of the document.

    With `extends` applied: which file and line set it, what it replaced, the elements it reads as the guide names them,
    what is made of them, and what the field means. Without FIELD, one line for each field.
    """
    from gateway.translate.explaining import explained, unfilled

    library = project.library()
    mapping = usable(library, name)
    if field is None:
        _overview(mapping, as_json)
        return
    found = explained(library, mapping, field)
    if not found:
        hint = unfilled(library, mapping, field) or f"; `gateway mapping explain {mapping.name}` lists those that are filled"
        raise outcome.NotFound(f"{mapping.name} fills no field {field!r}{hint}")
    if as_json:
        put_json([_as_json(mapping, one) for one in found])
        return
    if any(one.field != found[0].field for one in found):
        put(f"{field} in {mapping.name}: {count(len(found), 'rule')}; name one field for the whole of it", bold=True)
        put_table(("field", "rule", "set in", "only"), [(one.field, one.rule, str(one.at), one.conditions) for one in found])
        return
    for number, one in enumerate(found):
        if number:
            put()
        _put(mapping, one)


def _put(mapping: Mapping, one: Explained) -> None:
    from gateway.documents.reference import field_of

    meaning = field_of(mapping.document, one.field)
    put(one.field, bold=True)
    facts: list[tuple[str, object]] = [("rule", one.rule), ("set in", str(one.at))]
    facts += [("replaces", f"{was.text or 'a map or list'} ({was.at})") for was in one.replaces]
    facts += [("only", condition) for condition in one.conditions]
    facts += [("reads" if number == 0 else "or", line) for number, line in enumerate(one.reads)]
    facts += [("then", line) for line in one.steps]
    facts += [("if absent", one.missing), ("written", one.written)]
    if meaning is not None:
        facts += [("means", meaning.says), ("X12", meaning.x12), ("EDIFACT", meaning.edifact), ("UBL", meaning.ubl)]
    put_facts(facts)


def _as_json(mapping: Mapping, one: Explained) -> dict[str, Any]:
    from gateway.documents.reference import field_of

    meaning = field_of(mapping.document, one.field)
    place = {"file": one.at.file, "line": one.at.line, "column": one.at.column}
    return {
        "field": one.field,
        "rule": one.rule,
        "at": place,
        "replaces": [{"rule": was.text, "file": was.at.file, "line": was.at.line, "column": was.at.column} for was in one.replaces],
        "conditions": list(one.conditions),
        "reads": list(one.reads),
        "steps": list(one.steps),
        "missing": one.missing,
        "written": one.written,
        "meaning": None if meaning is None else {"says": meaning.says, "x12": meaning.x12, "edifact": meaning.edifact, "ubl": meaning.ubl},
    }


def _overview(mapping: Mapping, as_json: bool) -> None:
    """One line for each field, and what the mapping is made of."""
    from gateway.translate.outline import outline, said

    entries = outline(mapping.rules, mapping.ground)
    files = [file for file, _ in mapping.rules.sources]
    if as_json:
        rows = [{"field": e.field, "rule": said(e.rule), "file": e.at.file, "line": e.at.line, "column": e.at.column} for e in entries]
        put_json({"mapping": mapping.name, "document": mapping.document, "guide": mapping.guide, "files": files, "fields": rows})
        return
    own = sum(entry.at.file == files[0] for entry in entries)
    put(mapping.name, bold=True)
    put_facts(
        [
            ("document", mapping.document),
            ("guide", mapping.guide),
            ("extends", files[1:]),
            ("code tables", sorted(mapping.tables)),
            ("fields", f"{len(entries)}, {own} set in its own file"),
        ]
    )
    put()
    put_table(("field", "rule", "set in"), [(entry.field, said(entry.rule), f"{entry.at.file}:{entry.at.line}") for entry in entries])


command.add_command(preview)
command.add_command(example)
