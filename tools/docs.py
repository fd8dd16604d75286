"""Writes the reference pages that are made of the program: `python -m tools.docs`. A test says when they are out of date."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from gateway.cli import outcome
from gateway.cli.code_table import ROOMS, every, worded
from gateway.cli.commands import Command, Group
from gateway.cli.main import main
from gateway.documents.models import DOCUMENTS, SCHEMA_VERSION
from gateway.documents.reference import Described, parts_of
from gateway.edi.finding import Code
from gateway.translate.conversion import Conversion
from gateway.translate.conversions import CONVERSIONS

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Made by `python -m tools.docs`; edit the program, not this page. -->\n"


def pages() -> dict[str, str]:
    """Every generated page of docs/reference by its file name."""
    return {
        "cli.md": cli(),
        "findings.md": findings(),
        "exit-codes.md": exit_codes(),
        "x12-check-report.md": report(),
        "documents.md": documents(),
        "conversions.md": conversions(),
    }


def conversions() -> str:
    """Every conversion that a mapping may call, with its example."""
    rows = [
        f"| `{_called(one)}` | {one.purpose} | {_example(one)} | {'yes' if one.write is not None else 'no'} |".replace("\n", "\\n")
        for one in sorted(CONVERSIONS.values(), key=lambda one: one.name)
    ]
    return "\n".join(
        [
            MADE,
            "# Conversions\n",
            "What stands behind `|` in a rule, and what may be called as a source. [The language](../mappings.md) says where.\n",
            "| conversion | what it does | example | written back |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _called(one: Conversion) -> str:
    names = [f"{parameter.name}{'...' if parameter.several else ''}{'?' if parameter.optional else ''}" for parameter in one.parameters]
    return f"{one.name}({', '.join(names)})" if names else one.name


def _example(one: Conversion) -> str:
    arguments = ", ".join(_value(argument) for argument in one.example.arguments)
    called = f"{one.name}({arguments})" if arguments else one.name
    if one.shape == "call":
        return f"`{called}` is `{_value(one.example.made)}`"
    return f"`{_value(one.example.sent)}` by `{called}` is `{_value(one.example.made)}`"


def _value(value: object) -> str:
    if isinstance(value, str):
        return value if value.replace("-", "").isalnum() else f'"{value}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(inner)}" for name, inner in value.items()) + "}"
    return "[" + ", ".join(map(_value, value)) + "]" if isinstance(value, list) else "nothing" if value is None else str(value)


def cli() -> str:
    """Every command with its options and examples."""
    context = click.Context(main, info_name="gateway")
    parts = [
        MADE,
        "# The command line\n",
        f"{main.help}\n",
        "Exit codes: [exit-codes.md](exit-codes.md). Finding codes: [findings.md](findings.md).\n",
    ]
    parts += ["Options that stand before the command:\n", _options(main, context)]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        parts.append(_command(command, click.Context(command, info_name=name, parent=context), 2))
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context, level: int) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"{'#' * level} {context.command_path}\n"]
    if isinstance(command, click.Group):
        parts.append(f"{_text(command)}\n")
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            parts.append(_command(inner, click.Context(inner, info_name=name, parent=context), level + 1))
        return "\n".join(parts)
    parts += [f"    {context.command_path} {usage}\n", f"{_text(command)}\n", _options(command, context)]
    if isinstance(command, Command | Group) and command.examples:
        parts += ["".join(f"    {example}\n" for example in command.examples)]
    return "\n".join(part for part in parts if part)


def _text(command: click.Command) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))


def _options(command: click.Command, context: click.Context) -> str:
    rows = []
    for option in command.get_params(context):
        record = option.get_help_record(context)
        if record and "--help" not in option.opts:
            rows.append(f"| `{record[0]}` | {record[1]} |".replace("\n", " "))
    return "\n".join(["| option | what it does |", "| --- | --- |", *rows, ""]) if rows else ""


def findings() -> str:
    """Every finding code with what it says, means and asks for, by room."""
    parts = [
        MADE,
        "# Finding codes\n",
        "What `gateway explain CODE` says, all on one page. Severities are the defaults; a partner's agreement may change any of them.",
        "A fact in angle brackets is filled in when the finding is made. The last line of each names the test that shows it.\n",
        "## Severities\n",
        "The published table. An agreement changes one under `severities`, as `code-unknown: error`.\n",
        "| code | severity | layer | acknowledged as |",
        "| --- | --- | --- | --- |",
    ]
    table = every()
    parts += [f"| [{name}](#{name}) | {code.severity} | {code.layer} | {_answered(code)} |" for name, (_, code) in table.items()]
    parts.append("")
    for room, _ in ROOMS:
        parts.append(f"## {room[0].upper()}{room[1:]}\n")
        for name, (of, code) in table.items():
            if of != room:
                continue
            answered = _answered(code)
            parts += [
                f"### {name}\n",
                f"*{code.severity}, {code.layer}{'; answered ' + answered if answered else ''}*\n",
                f"{_cell(worded(code.sentence))}\n",
                f"{_cell(worded(code.explanation))} **{_cell(worded(code.remedy))}**\n",
                f"Shown by {code.case}\n",
            ]
    return "\n".join(parts)


def _answered(code: Code) -> str:
    """The acknowledgment codes that a finding becomes."""
    return ", ".join(f"{ack.segment} ({ack.element}) {ack.code}" for ack in code.ack)


def _cell(text: str) -> str:
    """Text that Markdown shows as it is."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|")


def exit_codes() -> str:
    """What each exit code says."""
    rows = [f"| {code} | {meaning} |" for code, meaning in outcome.MEANINGS.items()]
    return "\n".join([MADE, "# Exit codes\n", "| code | meaning |", "| --- | --- |", *rows, ""])


def report() -> str:
    """Report 1 of `gateway x12 check --json`, key by key, from its schema."""
    schema = json.loads((files("gateway.formats.x12") / "schemas" / "report.v1.schema.json").read_text(encoding="utf-8"))
    parts = [
        MADE,
        f"# {schema['title']}\n",
        f"{schema['description']}\n",
        "The schema itself: `gateway/formats/x12/schemas/report.v1.schema.json`. Exit codes: [exit-codes.md](exit-codes.md).\n",
    ]
    for name, form in (("file", schema), *schema["$defs"].items()):
        parts.append(f"## {name}\n")
        if name != "file":
            parts.append(f"{form['description']}\n")
        rows = [f"| `{key}` | {_kind(value)} | {_cell(value['description'])} |" for key, value in form["properties"].items()]
        parts.append("\n".join(["| key | value | what it says |", "| --- | --- | --- |", *rows, ""]))
    return "\n".join(parts)


def _kind(value: dict[str, Any]) -> str:
    if "const" in value:
        return str(value["const"])
    if "enum" in value:
        return ", ".join(f'"{one}"' for one in value["enum"])
    if value.get("type") == "array":
        name = value["items"]["$ref"].rpartition("/")[2]
        return f"list of [{name}](#{name})"
    if value.get("type") == "object":
        return ", ".join(f"`{key}`: {_kind(inner)}" for key, inner in value["properties"].items())
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return " or ".join(kinds)


def documents() -> str:
    """Every canonical document with its fields, and every part that they share."""
    parts = [
        MADE,
        "# Canonical documents\n",
        f"What a file becomes, whatever its syntax: version {SCHEMA_VERSION} of the schemas. The JSON Schemas themselves stand in",
        "`gateway/documents/schemas`. Numbers are decimals as text, dates and times ISO 8601; what is not known is left out.",
        "Each field names where X12, EDIFACT and UBL carry it. Within one major version no field goes, is renamed, becomes required or",
        "narrows; a test holds the schemas against `published.json`.\n",
        ", ".join(f"[{name}](#{name})" for name in DOCUMENTS) + "\n",
    ]
    shared: dict[str, tuple[str, list[Described]]] = {}
    for document_type in DOCUMENTS:
        (_, says, fields), *inside = parts_of(document_type)
        parts += [f"## {document_type}\n", f"{_cell(says)}\n", _fields(fields)]
        shared |= {name: (about, rows) for name, about, rows in inside}
    parts.append("# Parts\n")
    for name in sorted(shared):
        about, rows = shared[name]
        parts += [f"## {name}\n", f"{_cell(' '.join(about.split()))}\n", _fields(rows)]
    return "\n".join(parts)


def _fields(fields: list[Described]) -> str:
    rows = [
        f"| `{field.name}`{' (required)' if field.required else ''} | {_linked(field)} | {_cell(field.says)} "
        f"| {_cell(field.x12)} | {_cell(field.edifact)} | {_cell(field.ubl)} |"
        for field in fields
        if field.name != "as_received"
    ]
    return "\n".join(["| field | type | what it says | X12 | EDIFACT | UBL |", "| --- | --- | --- | --- | --- | --- |", *rows, ""])


def _linked(field: Described) -> str:
    return field.kind.replace(field.part, f"[{field.part}](#{field.part.lower()})") if field.part else field.kind


def write(folder: Path = REFERENCE) -> list[str]:
    """Writes the pages that changed; their names come back."""
    folder.mkdir(parents=True, exist_ok=True)
    before = {name: (folder / name).read_text(encoding="utf-8") if (folder / name).exists() else None for name in pages()}
    changed = [name for name, text in pages().items() if text != before[name]]
    for name in changed:
        (folder / name).write_text(pages()[name], encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write("".join(f"docs/reference/{name}\n" for name in write()) or "all current\n")
