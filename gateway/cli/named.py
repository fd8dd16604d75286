"""What people name on the command line, found: a mapping by its name or file, a document by its id or number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.cli import outcome
from gateway.cli.render import put_findings, say

if TYPE_CHECKING:
    from gateway.profiles.library import Library
    from gateway.translate.mapping import Mapping


def bare_name(name: str) -> str:
    """A mapping's name, where it was given as its file."""
    return name.removeprefix("./").removeprefix("mappings/").removesuffix(".yaml")


def known_name(library: Library, name: str) -> str:
    """The name of a mapping that is there; NotFound with what was probably meant."""
    from gateway.cli.checking import mapping_names
    from gateway.profiles.inheritance import hint

    wanted = bare_name(name)
    names = mapping_names(library)
    if wanted not in names:
        raise outcome.NotFound(f"there is no mapping {wanted!r}{hint(wanted, names) or '; `gateway mapping list` lists them'}")
    return wanted


def usable(library: Library, name: str) -> Mapping:
    """A mapping by name; its mistakes are told where it has some."""
    from gateway.documents.models import fields_of
    from gateway.edi.finding import Halt
    from gateway.translate.mapping import load

    try:
        mapping = load(library, known_name(library, name), schema=fields_of)
    except Halt as halt:
        put_findings([halt.finding], err=True)
        outcome.finish(outcome.FINDINGS)
        raise
    if not mapping.usable:
        put_findings(mapping.findings, err=True)
        say(f"{name} cannot be used before these are mended", colour="red")
        outcome.finish(outcome.FINDINGS)
    return mapping


def found_document(database: Any, identity: str, direction: str | None = None) -> dict[str, Any]:
    """The document of an id, or of a number that only one has (of several, the one of the direction). Raises NotFound."""
    from gateway.stores.sql import views

    try:
        return views.document_of(database, identity)
    except LookupError:
        pass
    rows = [row for row in views.documents(database, 20, number=identity) if row["business_key"] == identity]
    if not rows:
        rows = [row for row in views.documents(database, 20, number=identity) if row["business_key"].partition("/")[0] == identity]
    if not rows:
        raise outcome.NotFound(f"there is no document {identity!r}; `gateway document list` lists them")
    if len(rows) > 1 and direction is not None:
        rows = [row for row in rows if views.document_of(database, row["id"])["direction"] == direction] or rows
    if len(rows) > 1:
        ids = ", ".join(row["id"] for row in rows[:5])
        raise outcome.NotFound(f"{len(rows)} documents have the number {identity!r}; name one of {ids}")
    return views.document_of(database, rows[0]["id"])
