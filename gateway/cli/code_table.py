"""Every room's finding codes in one table: what `gateway explain` and the reference page read."""

import importlib
import string

from gateway.edi.finding import Code

ROOMS = (
    ("X12", "gateway.formats.x12.codes"),
    ("profiles, guides, mappings as written", "gateway.profiles.codes"),
    ("translation", "gateway.translate.codes"),
    ("folders and files", "gateway.transports.codes"),
    ("templates", "gateway.formats.template.codes"),
    ("duplicates, control numbers, answers", "gateway.exchange.codes"),
    ("rows of files", "gateway.formats.rows.codes"),
    ("delimited files", "gateway.formats.delimited.codes"),
    ("fixed-width files", "gateway.formats.fixed.codes"),
    ("spreadsheets", "gateway.formats.excel.codes"),
    ("XML files", "gateway.formats.xml.codes"),
    ("JSON files", "gateway.formats.json.codes"),
    ("the pipeline", "gateway.carriage.codes"),
    ("the second opinion", "gateway.opinions.codes"),
    ("the HTTP API", "gateway.web.codes"),
)
"""Each room's table of codes, with its name for people; a test compares this with the modules that there are."""


def every() -> dict[str, tuple[str, Code]]:
    """All codes by name, in the order of the alphabet, with the room they are raised in."""
    found = {name: (room, code) for room, module in ROOMS for name, code in importlib.import_module(module).CODES.items()}
    return dict(sorted(found.items()))


def worded(sentence: str) -> str:
    """A sentence as people read it where its facts are not known: `{value}` as <value>; what is only sometimes added is left out."""
    parts = string.Formatter().parse(sentence)
    return "".join(text + (f"<{name}>" if name and name != "hint" else "") for text, name, _, _ in parts)
