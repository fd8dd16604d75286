"""The documents that our samples become, and the command that writes them anew: `python -m tests.mappings.golden`.

A golden is reviewed as text: run the command, then read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gateway.documents.models import as_json, fields_of
from gateway.formats.tree import Loop
from gateway.formats.x12 import conformance
from gateway.formats.x12.envelope import SetRead, TransactionSet
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guide, load_guide
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import Mapping, load
from gateway.translate.outcome import Outcome, translate_set

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "x12"
LIBRARY = FolderLibrary(ROOT)
SETS = ("850", "855", "856", "810", "860", "865", "846", "820", "940", "945", "943", "944", "214")
VERSIONS = ("004010", "004030", "005010")


@cache
def guide(name: str) -> Guide:
    return load_guide(LIBRARY, name)


@cache
def mapping(name: str) -> Mapping:
    return load(LIBRARY, name, schema=fields_of)


def sets(data: bytes) -> Iterator[tuple[str, TransactionSet]]:
    """The sets of a file that the standard mappings read, with the mapping's name."""
    for event in read([data]):
        if isinstance(event, SetRead) and event.transaction_set.id in SETS:
            version = max((one for one in VERSIONS if one <= event.group.version[:6]), default=VERSIONS[0])
            yield f"x12/{version}/{event.transaction_set.id}", event.transaction_set


def loops(data: bytes) -> Iterator[tuple[TransactionSet, Mapping, Loop]]:
    """The sets of a file, accepted or not, with the mapping that reads them and their trees."""
    for name, one in sets(data):
        conformance.validate(guide(name), one)
        yield one, mapping(name), tree(guide(name), one)


def outcomes(data: bytes) -> list[Outcome]:
    """What becomes of the sets of a file."""
    return [translate_set(None, guide(name), mapping(name), one) for name, one in sets(data)]


def plain(data: bytes) -> list[dict[str, Any]]:
    """The documents of a file as JSON values."""
    return [json.loads(as_json(document)) for outcome in outcomes(data) for document in outcome.documents]


def sample(case: str) -> list[dict[str, Any]]:
    """The documents of one of our samples."""
    return plain((SAMPLES / case / "input.edi").read_bytes())


def cases() -> list[Path]:
    """The folders of the samples."""
    return sorted(path.parent for path in SAMPLES.glob("*/*/input.edi"))


def corpus() -> list[Path]:
    """The X12 files of the corpus of real samples, where there is one: GATEWAY_CORPUS, or ../shared/corpus."""
    folder = Path(os.environ.get("GATEWAY_CORPUS") or ROOT.parent / "shared" / "corpus")
    found = [*folder.glob("x12/*/*"), *folder.glob("malformed/x12-*")]
    return sorted(path for path in found if ".expected." not in path.name)


def written(values: Any) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for case in cases():
        (case / "expected.json").write_text(written(plain((case / "input.edi").read_bytes())), encoding="utf-8")
        print(case.relative_to(ROOT))


if __name__ == "__main__":
    main()
