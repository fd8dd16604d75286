"""`extends`: a file of ours laid on the one it names, for profiles, mappings and guides alike (one parent, no circles)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from gateway.edi.finding import Finding, Location
from gateway.profiles.codes import CODES
from gateway.profiles.library import Library
from gateway.profiles.reading import Place, Table, Text, merge, read_yaml, settled

DEPTH_LIMIT = 4
"""Levels of `extends` above a file."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """A file with what it extends: the merged table (None where it cannot be read), what is wrong, what it was made of.

    `sources` are the logical names with their content versions, the file itself first, the root last.
    """

    table: Table | None
    findings: tuple[Finding, ...]
    sources: tuple[tuple[str, str], ...]


def read_table(library: Library, name: str) -> tuple[Table | None, list[Finding]]:
    """One file as a table, without what it extends, and everything wrong with it."""
    try:
        text = library.read(name)
    except LookupError as error:
        return None, [CODES["file-unreadable"].finding(Location(file=name), problem=str(error.args[0] if error.args else "not there"))]
    value, findings = read_yaml(text, name)
    if value is None and not findings:
        value = Table()
        value.at, value.key_at = Place(name, 1, 1), {}
    if value is not None and not isinstance(value, Table):
        findings.append(CODES["not-a-map"].finding(value.at.location(), kind=kind_of(value)))
    return (value if isinstance(value, Table) else None), findings


def read_inherited(library: Library, name: str, parent_name: Callable[[str], str]) -> Inherited:
    """The file `name` laid on all that it extends; `parent_name` makes a logical name of what `extends` says."""
    chain: list[Table] = []
    sources: list[tuple[str, str]] = []
    findings: list[Finding] = []
    current = name
    while True:
        table, wrong = read_table(library, current)
        findings.extend(wrong)
        if table is None:
            return Inherited(None, tuple(findings), tuple(sources))
        sources.append((current, library.version(current)))
        chain.append(table)
        extends = table.get("extends")
        if extends is None:
            break
        problem, current = _parent(library, extends, table, sources, parent_name)
        if problem is not None:
            return Inherited(None, (*findings, problem), tuple(sources))
    merged = settled(chain.pop())
    while chain:
        merged = merge(merged, chain.pop())
    return Inherited(merged if isinstance(merged, Table) else None, tuple(findings), tuple(sources))


def _parent(
    library: Library, extends: object, table: Table, sources: list[tuple[str, str]], parent_name: Callable[[str], str]
) -> tuple[Finding | None, str]:
    at = extends.at if isinstance(extends, Text) else table.key_at["extends"]
    here = at.location("extends")
    if not isinstance(extends, Text):
        return CODES["wrong-kind"].finding(here, kind="a map or list", expected="the name of one template"), ""
    # `x12/004010/850@1` pins a major version of a mapping; the file is found without it.
    parent = parent_name(str(extends).partition("@")[0])
    if any(parent == known for known, _ in sources):
        return CODES["extends-circle"].finding(here, extends), ""
    if len(sources) > DEPTH_LIMIT:
        return CODES["extends-too-deep"].finding(here, limit=DEPTH_LIMIT), ""
    if parent not in library.names(parent):
        folder = parent.rpartition("/")[0] + "/"
        near = [n.removeprefix(folder).removesuffix(".yaml") for n in library.names(folder)]
        return CODES["extends-unknown"].finding(here, extends, hint=hint(str(extends), near)), ""
    return None, parent


def kind_of(value: object) -> str:
    """What a value is, as a sentence says it: a map, a list, text, nothing."""
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else "text"


def hint(value: str, known: Collection[str]) -> str:
    """'; did you mean ...?' where something known is near, else nothing."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean '{folded[near[0]]}'?" if near else ""
