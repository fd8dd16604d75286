"""Everything of a project linted: profiles and connections, mappings with their tables, guides; all mistakes at once."""

import os
from functools import partial
from pathlib import Path

from gateway.carriage.codes import CODES
from gateway.cli.code_table import every
from gateway.documents.models import fields_of
from gateway.edi.finding import Finding, Halt
from gateway.formats.template.phrases import Phrases
from gateway.profiles.catalog import Catalog
from gateway.profiles.compose import BASES, GUIDES, MAPPINGS, TABLES, TEMPLATES, guide_name, mapping_name
from gateway.profiles.guide import Guides
from gateway.profiles.library import Library
from gateway.profiles.lint import check
from gateway.translate.mapping import load


def mapping_names(library: Library) -> list[str]:
    """Every mapping of the library by name, standard and partners' own; examples, bases, guides, tables and templates are left out."""
    names = (name for name in library.names(MAPPINGS) if name.endswith(".yaml") and not name.endswith(".test.yaml"))
    return [name.removeprefix(MAPPINGS).removesuffix(".yaml") for name in names if not name.startswith((BASES, GUIDES, TABLES, TEMPLATES))]


def everything(catalog: Catalog, project: Path, only: tuple[str, ...] = ()) -> list[Finding]:
    """All that is wrong, in the order of files and lines; with `only`, of these partners and what they use."""
    library = catalog.library
    guides = Guides(library)

    def resolvable(reference: str) -> bool:
        kind, _, name = reference.partition(":")
        return name in os.environ if kind == "env" else (project / name).is_file()

    wrong = partial(check, catalog, finding_codes=every().keys(), resolvable=resolvable, phrase_mistake=Phrases().check)
    if only:
        found = [finding for partner in only for finding in wrong(only=partner)]
    else:
        found = wrong()
        for name in mapping_names(library):
            found += mapping_mistakes(library, name)
        for name in sorted(guides.names()):
            if not name.startswith("x12/") or (project / f"{GUIDES}{name}.yaml").is_file():
                found += guides.mistakes(name)
    for partner in catalog.partners.values():
        if not only or partner.name in only:
            found += _agreed(catalog, guides, partner.name)
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda f: (f.location.file or "", f.location.line or 0, f.location.column or 0, f.code))


def mapping_mistakes(library: Library, name: str) -> list[Finding]:
    """Everything wrong with one mapping, held against its guide, its code tables and the document's fields."""
    try:
        return list(load(library, name, schema=fields_of).findings)
    except Halt as halt:
        return [halt.finding]


def _agreed(catalog: Catalog, guides: Guides, partner: str) -> list[Finding]:
    """Each agreement's mapping held against the guide and code tables that it is used with; names that lead nowhere are told before."""
    library = catalog.library
    found: list[Finding] = []
    for agreement in catalog.partners[partner].agreements:
        row = agreement.row
        mapping, guide = mapping_name(library, row), guide_name(library, row)
        if mapping is None or f"{MAPPINGS}{mapping}.yaml" not in library.names(MAPPINGS) or agreement.direction != "receive":
            continue
        try:
            against = None
            if guide is not None and guide in guides.names():
                wrong = guides.mistakes(guide)
                found += wrong
                against = guides.guide(guide) if not wrong else None
            ready = load(library, mapping, against, dict(row.code_tables), schema=fields_of)
            found += ready.findings
            read = ready.format.kind if ready.format is not None else "x12"
            if read != row.format:
                place = agreement.at.location(f"{agreement.direction}.{agreement.number}.mapping")
                found.append(CODES["mapping-other-format"].finding(place, mapping, read=read, agreed=row.format))
        except Halt as halt:
            found.append(halt.finding)
    return found
