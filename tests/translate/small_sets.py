"""Mappings and sets in a few lines: what the tests of the mapping language are written with."""

from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary, FolderLibrary
from gateway.translate.mapping import load

GUIDES = Guides(FolderLibrary())
GROUPS = {"850": "PO", "855": "PR", "856": "SH", "810": "IN"}


class OwnLibrary:
    """The guides of the package, and nothing else of it but what the test brings."""

    def __init__(self, texts):
        self._own = DictLibrary(texts)
        self._packaged = FolderLibrary()

    def names(self, prefix):
        return sorted({*self._own.names(prefix), *(name for name in self._packaged.names(prefix) if name.startswith("mappings/guides/"))})

    def read(self, name):
        return self._packaged.read(name) if name.startswith("mappings/guides/") else self._own.read(name)

    def version(self, name):
        return self._packaged.version(name) if name.startswith("mappings/guides/") else self._own.version(name)


def library(fields, guide="x12/004010/850", document="purchase_order", **others):
    text = f"mapping: 1\ndocument: {document}\nguide: {guide}\n{fields}"
    return OwnLibrary({"mappings/t.yaml": text, **others})


def mapping(fields, set_id="850", overlays=None, on=None, schema=None, **others):
    """A mapping of 004010; `fields` is the YAML behind the guide's line."""
    name = f"x12/004010/{set_id}"
    return load(library(fields, name, **others), "t", GUIDES.guide(name), overlays, on, schema)


def transaction_set(body, set_id="850", component=">"):
    """A set of the segments of `body`, one a line."""
    segments = [line.strip() for line in body.strip().splitlines()]
    whole = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'A':15}*ZZ*{'B':15}*260101*0000*U*00401*000000001*0*T*{component}",
        f"GS*{GROUPS[set_id]}*A*B*20260101*0000*1*X*004010",
        f"ST*{set_id}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return next(event.transaction_set for event in read(["".join(f"{s}~" for s in whole).encode()]) if isinstance(event, SetRead))


def tree_of(body, set_id="850", placed=False, component=">"):
    found = transaction_set(body, set_id, component)
    guide = GUIDES.guide(f"x12/004010/{set_id}")
    validate(guide, found)
    return tree(guide, found, placed=placed)


def reading(fields, body, set_id="850", context=None, **others):
    """What a mapping makes of a set, lint and all."""
    made = mapping(fields, set_id, **others)
    assert [finding.message for finding in made.findings] == []
    return made.read(tree_of(body, set_id, placed=True), context)


def document(fields, body, set_id="850", context=None, **others):
    """The one document, without its type and what was not read."""
    result = reading(fields, body, set_id, context, **others)
    assert [finding.message for finding in result.findings] == []
    return {name: value for name, value in result.documents[0].items() if name not in ("document_type", "unmapped")}
