"""Examples that stand beside a mapping (850.test.yaml): a set as text and the document that it must become.

    mapping: x12/004010/850
    examples:
    - name: a price per hundred
      input: |
        BEG*00*SA*4711**20260301
        PO1*1*2000*EA*8.75*HP
      expected:
        number: "4711"
        ...

`input` is what stands between ST and SE, a segment a line, elements between `*`, components between `>`; of a delimited
mapping it is the whole file. `expected` is the whole document as its JSON has it, without `document_type` and
`schema_version`; every scalar is written as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.format import FileEnd
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.guide import load_guide
from gateway.profiles.library import Library
from gateway.profiles.reading import Items, Place, Table, Text, plain, read_yaml
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import Mapping, load
from gateway.translate.origins import ValueOrigin, origin_of, origins
from gateway.translate.outcome import Outcome, origins_of, translate_set

SUFFIX = ".test.yaml"


@dataclass(frozen=True, slots=True)
class Example:
    """What became of one example: where it stands, and how the document differs from what is expected (empty: not at all)."""

    name: str
    at: Place
    differences: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the document is as expected."""
        return not self.differences


def example_files(library: Library) -> list[str]:
    """The logical names of all files of examples."""
    return [name for name in library.names("mappings/") if name.endswith(SUFFIX)]


def run_examples(library: Library, name: str) -> Iterator[Example]:
    """Runs the examples of a file; one that cannot be read is an example that fails. Raises Halt where its mapping is not there."""
    value, wrong = read_yaml(library.read(name), name)
    rows = value.get("examples") if isinstance(value, Table) else None
    if wrong or not isinstance(value, Table) or not isinstance(value.get("mapping"), Text) or not isinstance(rows, Items):
        told = tuple(finding.message for finding in wrong) or ("is not a file of examples; expected `mapping:` and a list of `examples:`",)
        yield Example(name, Place(name, 1, 1), told)
        return
    mapping_name = str(value["mapping"])
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Table) or not isinstance(row.get("input"), Text) or not isinstance(row.get("expected"), Table):
            at = row.at if isinstance(row, Table | Text | Items) else value.at
            yield Example(f"example {number}", at, ("is not an example; expected `name:`, `input:` and `expected:`",))
            continue
        outcome, known = _outcome(library, mapping_name, str(row["input"]))
        made = _texts(outcome.documents[0]) if len(outcome.documents) == 1 else None
        differences = (
            [f"{difference}{_rule(known, difference.partition(' ')[0])}" for difference in _differences(plain(row["expected"]), made, "")]
            if made is not None
            else _held(outcome)
        )
        yield Example(str(row.get("name") or f"example {number}"), row.at, tuple(differences), outcome.findings)


def _held(outcome: Outcome) -> list[str]:
    if outcome.documents:
        return [f"became {len(outcome.documents)} documents; an example is of one"]
    return [f"is held at {outcome.verb}: {'; '.join(finding.message for finding in outcome.findings)}"]


def _rule(known: list[ValueOrigin], field: str) -> str:
    """The rule that made a field, as a difference names it."""
    origin = origin_of(known, field)
    return f" ({origin.rule})" if origin is not None else ""


def _outcome(library: Library, mapping_name: str, text: str) -> tuple[Outcome, list[ValueOrigin]]:
    """What became of an example, and where each value of it came from."""
    mapping = load(library, mapping_name)
    if mapping.format is not None:
        return _of_file(mapping, text)
    version, _, set_id = mapping.guide.partition("/")[2].partition("/")
    segments = [line.strip() for line in text.splitlines() if line.strip()]
    body = [f"ST*{set_id}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260101*0000*U*00401*000000001*0*T*>"
    guide = load_guide(library, mapping.guide)
    whole = [isa, f"GS*{guide.group}*SENDER*RECEIVER*20260101*0000*1*X*{version}", *body, "GE*1*1", "IEA*1*000000001"]
    for event in read(["".join(f"{segment}~\n" for segment in whole).encode()]):
        if isinstance(event, SetRead):
            outcome = translate_set(None, guide, mapping, event.transaction_set)
            known = origins_of(None, guide, mapping, event.transaction_set) if len(outcome.documents) == 1 else [[]]
            return outcome, [origin for origin, _ in known[0]]
    return Outcome("R", "parse", ()), []


def _of_file(mapping: Mapping, text: str) -> tuple[Outcome, list[ValueOrigin]]:
    """The same for a file without envelope: all its documents, of which an example has one."""
    form, settings = format_for(mapping)
    outcome = Outcome("R", "parse", ())
    documents: list[dict[str, Any]] = []
    known: list[ValueOrigin] = []
    for event in form.read([text.encode(getattr(settings, "encoding", "utf-8"), "replace")], settings):
        if isinstance(event, FileEnd):
            outcome = replace(outcome, findings=(*outcome.findings, *event.findings))
            continue
        outcome = translate_document(None, mapping, event)
        documents += outcome.documents
        if outcome.documents:
            known = origins(mapping, event.root)[0]
    return replace(outcome, documents=tuple(documents)), known


def _texts(document: dict[str, Any]) -> Any:
    """The document as an example writes it: JSON with every scalar as text."""
    from gateway.documents.models import as_json

    data = json.loads(as_json({name: value for name, value in document.items() if name not in ("document_type", "schema_version")}))
    return _text(data)


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_text(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _differences(expected: Any, made: Any, path: str) -> Iterator[str]:
    """Each difference as a sentence that begins with the field's path."""
    if isinstance(expected, dict) and isinstance(made, dict):
        for name in [*expected, *(name for name in made if name not in expected)]:
            inner = f"{path}.{name}" if path else name
            if name not in made:
                yield f"{inner} is missing; expected {json.dumps(expected[name])}"
            elif name not in expected:
                yield f"{inner} is {json.dumps(made[name])}; expected nothing"
            else:
                yield from _differences(expected[name], made[name], inner)
    elif isinstance(expected, list) and isinstance(made, list) and len(expected) == len(made):
        for number, (one, other) in enumerate(zip(expected, made, strict=True), 1):
            yield from _differences(one, other, f"{path}.{number}")
    elif expected != made:
        yield f"{path} is {json.dumps(made)}; expected {json.dumps(expected)}"
