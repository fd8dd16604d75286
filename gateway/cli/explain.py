"""`gateway explain`: what a finding code means, what to do about it, and which acknowledgment code it becomes."""

import difflib

import click

from gateway.cli import outcome
from gateway.cli.code_table import every, worded
from gateway.cli.commands import Command
from gateway.cli.render import COLOURS, put, put_facts, put_json, put_table
from gateway.edi.finding import Code


@click.command(name="explain", cls=Command, examples=["gateway explain segment-count", "gateway explain"])
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(code: str | None, as_json: bool) -> None:
    """What a finding code means and what to do.

    Without CODE, the list of all.
    """
    table = every()
    if code is None:
        rows = list(table.items())
        if as_json:
            put_json([_facts(room, row) for _, (room, row) in rows])
        else:
            put_table(
                ("code", "severity", "where", "what it says"),
                [(name, row.severity, room, worded(row.sentence)) for name, (room, row) in rows],
            )
        return
    wanted = code.strip().lower()
    if wanted not in table:
        near = difflib.get_close_matches(wanted, table, 3, 0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `gateway explain` lists them all"
        raise outcome.NotFound(f"there is no finding code {code!r}{hint}")
    room, row = table[wanted]
    if as_json:
        put_json(_facts(room, row))
        return
    put(row.code, colour=COLOURS[row.severity], bold=True)
    put_facts(
        [
            ("says", worded(row.sentence)),
            ("means", worded(row.explanation)),
            ("do", worded(row.remedy)),
            ("severity", f"{row.severity}, unless the partner's agreement says otherwise"),
            ("layer", row.layer),
            ("found in", room),
            ("answered", "; ".join(f"{ack.segment} {ack.element} {ack.code}" for ack in row.ack) or "in no acknowledgment"),
        ]
    )


def _facts(room: str, row: Code) -> dict[str, object]:
    return {
        "code": row.code,
        "severity": row.severity,
        "layer": row.layer,
        "found_in": room,
        "sentence": worded(row.sentence),
        "explanation": worded(row.explanation),
        "remedy": worded(row.remedy),
        "ack": [{"segment": ack.segment, "element": ack.element, "code": ack.code} for ack in row.ack],
    }
