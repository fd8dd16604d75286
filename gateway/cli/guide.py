"""`gateway guide`: what a valid transaction set is, as people read it; where a partner's guide differs and why."""

import difflib

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Group
from gateway.cli.render import coloured, put, put_facts, put_findings, put_json, put_table, say, styled
from gateway.edi.shown import shown
from gateway.profiles.guide import Change, Guide, Guides
from gateway.profiles.guide_text import Line, as_json, difference, told, worded

JSON = click.option("--json", "as_json_", is_flag=True, help="Print it for a program.")
_COLOUR_OF = {"area": "cyan", "loop": "cyan"}


@click.group(name="guide", cls=Group, examples=["gateway guide list", "gateway guide show x12/004010/850"])
def command() -> None:
    """List, show and compare guides of transaction sets."""


@command.command(name="list", examples=["gateway guide list", "gateway guide list --set 850"])
@click.option("--set", "set_id", metavar="850", help="Only guides of this set.")
@click.option("--version", metavar="004010", help="Only guides of this version.")
@JSON
def list_(set_id: str | None, version: str | None, as_json_: bool) -> None:
    """List the guides, standard and partners' own.

    A guide of the project folder is read in place of the packaged one of the same name. One with mistakes is listed as
    unusable; `gateway partner check` tells them.
    """
    guides = Guides(project.library())
    rows = [_summary(guides, name) for name in sorted(guides.names())]
    rows = [row for row in rows if set_id in (None, row["set"]) and version in (None, row["version"])]
    if as_json_:
        put_json(rows)
        return
    headings = ("guide", "set", "version", "extends", "status")
    put_table(headings, [[row[name] for name in headings] for row in rows], "there is no such guide; `gateway guide list` lists all")


def _summary(guides: Guides, name: str) -> dict[str, str | None]:
    """A row of the list; a standard guide's name says all, so that hundreds need not be read."""
    if name.startswith("x12/") and name.count("/") == 2:
        _, version, set_id = name.split("/")
        return {"guide": name, "set": set_id, "version": version, "extends": None, "status": "standard"}
    if guides.mistakes(name):
        return {"guide": name, "set": None, "version": None, "extends": None, "status": "unusable"}
    guide = guides.guide(name)
    return {"guide": name, "set": guide.set, "version": guide.version, "extends": guide.extends, "status": "partner's"}


def named(guides: Guides, name: str) -> Guide:
    """A guide by name; what is wrong is told where there is none, or one with mistakes."""
    name = name.removeprefix("mappings/guides/").removesuffix(".yaml")
    if name not in guides.names():
        near = difflib.get_close_matches(name, guides.names(), 3, 0.7)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `gateway guide list` lists them"
        raise outcome.NotFound(f"there is no guide {name!r}{hint}")
    if mistakes := guides.mistakes(name):
        put_findings(mistakes, err=True)
        say(f"{name} cannot be used before these are mended", colour="red")
        outcome.finish(outcome.FINDINGS)
    return guides.guide(name)


@command.command(
    examples=[
        "gateway guide show x12/004010/850",
        "gateway guide show acme/810 --differences",
        "gateway guide show x12/004010/850 --no-elements",
    ]
)
@click.argument("name")
@click.option("--no-elements", is_flag=True, help="Loops and segments only.")
@click.option("--differences", is_flag=True, help="Only what a partner's guide says otherwise, each with its file and line.")
@JSON
def show(name: str, no_elements: bool, differences: bool, as_json_: bool) -> None:
    """Print a guide: segments, usage, counts, elements, codes.

    Of a partner's guide all that holds, inherited or not; a line that differs from the standard is marked with ~, and
    below it stands what differs and which line of which file says so.
    """
    guide = named(Guides(project.library()), name)
    if as_json_:
        values = as_json(guide, elements=not no_elements)
        put_json(values["changes"] if differences else values)
        return
    if differences:
        if guide.extends is None:
            say(f"{guide.name} is a standard guide; it differs from nothing")
            return
        rows = [(change.path, worded(change), str(change.at)) for change in guide.changes]
        put_table(("place", f"differs from {guide.extends}", "said in"), rows, "it says what the standard says")
        return
    put(guide.name, bold=True)
    facts = [("set", guide.set), ("version", guide.version), ("group", guide.group), ("extends", guide.extends)]
    put_facts([*facts, ("differences", str(len(guide.changes)) if guide.extends else None), ("hash", guide.digest)])
    for line in told(guide, elements=not no_elements):
        _put_line(line)


def _put_line(line: Line) -> None:
    indent = "  " * line.depth
    mark = styled("~", "yellow", bold=True) if line.changes else " "
    name = styled(line.name, _COLOUR_OF.get(line.kind), bold=line.kind in ("area", "segment"))
    words = [
        line.usage,
        "" if line.times in ("", "1") else f"up to {line.times}" if line.times[0].isdigit() else line.times,
        shown(line.about),
    ]
    rest = ", ".join(word for word in words if word)
    name = f"loop {name}" if line.kind == "loop" else name
    click.echo(f"{mark} {indent}{name}{': ' if rest else ''}{rest}", color=coloured())
    for change in line.changes:
        click.echo(f"  {indent}  {_said(line, change)}", color=coloured())


def _said(line: Line, change: Change) -> str:
    """What differs and where that is said; on the line of a segment with the element it is about."""
    about = change.path.rpartition("/")[2] if line.kind == "segment" and "." in change.path else ""
    return styled(f"{about}: " if about else "", dim=True) + styled(shown(worded(change)), "yellow") + styled(f" ({change.at})", dim=True)


@command.command(examples=["gateway guide diff x12/004010/850 x12/005010/850", "gateway guide diff x12/004010/810 acme/810"])
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@JSON
def diff(one: str, other: str, as_json_: bool) -> None:
    """Tell how two guides differ, a place a line.

    - only in A, + only in B, ~ in both but not alike. Exit code 0 says that they are alike, 5 that they differ.
    """
    guides = Guides(project.library())
    found = list(difference(named(guides, one), named(guides, other)))
    if as_json_:
        put_json([{"mark": row.mark, "place": row.place, "changes": list(row.changes)} for row in found])
    for row in found if not as_json_ else ():
        put(str(row), colour={"-": "red", "+": "green"}.get(row.mark, "yellow"))
    if found:
        outcome.finish(outcome.FINDINGS)
    if not as_json_:
        put("both are alike", colour="green")
