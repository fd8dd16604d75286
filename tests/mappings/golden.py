"""The documents that our samples become, and the command that writes them anew: `python -m tests.mappings.golden`.

A golden is reviewed as text: run the command, then read the difference before committing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gateway.documents.models import as_json, fields_of
from gateway.edi.finding import Finding
from gateway.formats.tree import Loop
from gateway.formats.x12 import conformance
from gateway.formats.x12.envelope import SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guide, load_guide
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import Mapping, load
from gateway.translate.runtime import Context

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "x12"
LIBRARY = FolderLibrary(ROOT)
SETS = ("850", "855", "856", "810")


@cache
def guide(name: str) -> Guide:
    return load_guide(LIBRARY, name)


@cache
def mapping(name: str) -> Mapping:
    return load(LIBRARY, name, schema=fields_of)


def loops(data: bytes) -> Iterator[tuple[TransactionSet, Mapping, Loop, str]]:
    """The sets of a file with the mapping that reads them and their trees."""
    for event in read([data]):
        if isinstance(event, SetRead) and event.transaction_set.id in SETS:
            one = event.transaction_set
            version = event.group.version[:6]
            name = f"x12/{'005010' if version >= '005' else '004010'}/{one.id}"
            conformance.validate(guide(name), one)
            yield one, mapping(name), tree(guide(name), one), event.interchange.delimiters.component


def documents(data: bytes) -> tuple[list[dict[str, Any]], list[Finding]]:
    """The documents of a file, as plain as the mapping makes them, and what it found wrong with values."""
    made: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for _, how, root, component in loops(data):
        reading = how.read(root, Context(component=component))
        made += reading.documents
        findings += reading.findings
    return made, findings


def plain(data: bytes) -> list[dict[str, Any]]:
    """The documents of a file as JSON values."""
    return [json.loads(as_json(document)) for document in documents(data)[0]]


def cases() -> list[Path]:
    """The folders of the samples."""
    return sorted(path.parent for path in SAMPLES.glob("*/*/input.edi"))


def written(values: Any) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for case in cases():
        (case / "expected.json").write_text(written(plain((case / "input.edi").read_bytes())), encoding="utf-8")
        print(case.relative_to(ROOT))


if __name__ == "__main__":
    main()
