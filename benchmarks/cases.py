"""What is measured inside this process: the floor, reading, checking, translating, and pyx12's reader, each over the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.documents.models import as_json
from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import Mapping, load
from gateway.translate.outcome import translate_set

CHUNK = 262_144
LIBRARY = FolderLibrary(None)
GUIDES = Guides(LIBRARY)
_MAPPINGS: dict[str, Mapping] = {}


class NotClean(Exception):
    """A file that should be clean is not: what would be measured is not what it is called."""


def chunks(data: bytes) -> Iterator[bytes]:
    """As a file is read."""
    return (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def split(data: bytes) -> int:
    """The floor: every element a Python object, nothing checked."""
    count = 0
    for segment in data.split(b"~"):
        count += len(segment.split(b"*"))
    return count


def parsed(data: bytes) -> int:
    """Raw parse: delimiters, envelopes, counts and control numbers, one set at a time."""
    return sum(1 for event in read(chunks(data)) if isinstance(event, SetRead))


def checked(data: bytes) -> int:
    """Parse and validate: everything `gateway x12 check` knows; how many sets have findings."""
    return sum(1 for event in check(chunks(data), GUIDES) if isinstance(event, SetRead) and event.transaction_set.findings)


def translated(data: bytes) -> int:
    """Parse, validate, map by the standard mapping, hold against the model (one call a set), write JSON; how many documents."""
    made = 0
    for event in read(chunks(data)):
        if not isinstance(event, SetRead):
            continue
        found = event.transaction_set
        name = GUIDES.find(found.id, event.group.version)
        if name is None:
            raise NotClean(f"no guide for {found.id} {event.group.version}")
        outcome = translate_set(None, GUIDES.guide(name), mapping(name), found)
        if outcome.verb is not None or outcome.findings:
            raise NotClean(f"set {found.control_number}: {[finding.message for finding in outcome.findings][:3]}")
        for document in outcome.documents:
            as_json(document)
            made += 1
    return made


def mapping(name: str) -> Mapping:
    """A standard mapping, loaded once."""
    if name not in _MAPPINGS:
        _MAPPINGS[name] = load(LIBRARY, name, GUIDES.guide(name))
    return _MAPPINGS[name]


def has_mapping(kind: str) -> bool:
    """Whether there is a standard mapping for a set."""
    file = f"mappings/x12/004010/{kind}.yaml"
    return file in LIBRARY.names(file)


def pyx12_reader(path: Path) -> int:
    """pyx12's X12Reader over a file: envelopes, counts and HL numbers, no transaction rules."""
    from pyx12.x12file import X12Reader

    with path.open(encoding="ascii") as stream:
        return sum(1 for _ in X12Reader(stream))


def pyx12_judged(data: bytes) -> int:
    """pyx12 with our guides as its maps, loaded once: reader, walk and element rules; how many objections."""
    from gateway.opinions.pyx12 import Pyx12

    judge = _JUDGE[0] if _JUDGE else Pyx12()
    _JUDGE[:] = [judge]
    objections = 0
    for event in read(chunks(data)):
        if isinstance(event, SetRead):
            name = GUIDES.find(event.transaction_set.id, event.group.version)
            objections += len(judge.objections(GUIDES.guide(name or ""), event.transaction_set))
    return objections


_JUDGE: list[Any] = []
