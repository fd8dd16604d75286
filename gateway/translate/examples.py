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

`input` is what stands between ST and SE, a segment a line, elements between `*`, components between `>`; of a mapping of
files it is the whole file. `expected` is the whole document as its JSON has it, without `document_type` and
`schema_version`; every scalar is written as text. The document is written again by the same mapping too: what is lost on that
way is a failure. `writes:` says in full what must be written; `writes: no` that the mapping only reads this.

`partner: acme` at the top of the file runs its examples under the terms agreed with him: his codes, facts and guide. `order:`
in an example is the order that the document answers, for mappings that echo it or look at `@order`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from gateway.edi.finding import Finding
from gateway.formats.format import FileEnd
from gateway.formats.tree import Loop
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guide, load_guide
from gateway.profiles.library import Library
from gateway.profiles.reading import Items, Place, Table, Text, Value, plain, read_yaml
from gateway.profiles.terms import Terms
from gateway.translate.example_cover import Cover
from gateway.translate.explaining import bare
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import Mapping, load
from gateway.translate.origins import ValueOrigin, origin_of, origins
from gateway.translate.outcome import Outcome, context_of, translate_set, trimmed
from gateway.translate.outline import outline
from gateway.translate.runtime import Context
from gateway.translate.writing.files import FileWriter
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer

SUFFIX = ".test.yaml"

Agreed = Callable[[str, str], Terms | None]
"""The terms under which a partner's agreement uses a mapping."""


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


def run_examples(library: Library, name: str, cover: Cover | None = None, agreed: Agreed | None = None) -> Iterator[Example]:
    """Runs the examples of a file; one that cannot be read is an example that fails. Raises Halt where its mapping is not there.

    `cover` gathers what they touch of the mapping; `agreed` knows the terms of a partner, for files that name one.
    """
    value, wrong = read_yaml(library.read(name), name)
    rows = value.get("examples") if isinstance(value, Table) else None
    if wrong or not isinstance(value, Table) or not isinstance(value.get("mapping"), Text) or not isinstance(rows, Items):
        told = tuple(finding.message for finding in wrong) or ("is not a file of examples; expected `mapping:` and a list of `examples:`",)
        yield Example(name, Place(name, 1, 1), told)
        return
    partner, mapping = value.get("partner"), str(value["mapping"])
    terms = agreed(str(partner), mapping) if agreed is not None and isinstance(partner, Text) else None
    if partner is not None and terms is None:
        told = (f"names the partner {partner}, with whom no agreement uses {mapping}",)
        yield Example(name, value.key_at["partner"], told)
        return
    bench = _Bench(library, load(library, mapping, _guide_of(library, terms), terms.code_tables if terms else None), cover, terms)
    for number, row in enumerate(rows, 1):
        writes = row.get("writes") if isinstance(row, Table) else None
        if (
            not isinstance(row, Table)
            or not isinstance(row.get("input"), Text)
            or not isinstance(row.get("expected"), Table)
            or not isinstance(writes, Text | None)
        ):
            at = row.at if isinstance(row, Table | Text | Items) else value.at
            yield Example(f"example {number}", at, ("is not an example; expected `name:`, `input:` and `expected:`, perhaps `writes:`",))
            continue
        outcome, known = bench.read(str(row["input"]))
        if len(outcome.documents) == 1:
            told_of = _texts(outcome.documents[0])
            found = [bench.ruled(difference, known) for difference in _differences(plain(row["expected"]), told_of, "")]
            found += bench.written(outcome.documents[0], writes, _thread(row.get("order")))
        else:
            found = _held(outcome)
        yield Example(str(row.get("name") or f"example {number}"), row.at, tuple(found), outcome.findings)


def _guide_of(library: Library, terms: Terms | None) -> Guide | None:
    return load_guide(library, terms.guide) if terms is not None and terms.guide else None


def _thread(order: Value) -> dict[str, Any]:
    """The order that an example answers, as documents are."""
    from gateway.documents.models import from_json

    if not isinstance(order, Table):
        return {}
    said: Any = plain(order)
    return {"order": from_json({"document_type": "purchase_order", "schema_version": "1.0", **said})[0]}


def _held(outcome: Outcome) -> list[str]:
    if outcome.documents:
        return [f"became {len(outcome.documents)} documents; an example is of one"]
    return [f"is held at {outcome.verb}: {'; '.join(finding.message for finding in outcome.findings)}"]


def made_example(library: Library, mapping: Mapping, text: str, name: str) -> tuple[str, Outcome]:
    """An example as it is written, of an input and the one document that it becomes today; '' where it becomes none, or several."""
    outcome, _ = _Bench(library, mapping, None, None).read(text)
    if len(outcome.documents) != 1:
        return "", outcome
    expected = yaml.safe_dump(_texts(outcome.documents[0]), sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    lines = "".join(f"    {line}\n" if line.strip() else "\n" for line in text.rstrip().splitlines())
    inside = "".join(f"    {line}\n" for line in expected.splitlines())
    told = json.dumps(name, ensure_ascii=False)
    return f"- name: {told}\n  input: |\n{lines}  expected:\n{inside}", outcome


class _Bench:
    """One mapping, ready to run examples both ways."""

    def __init__(self, library: Library, mapping: Mapping, cover: Cover | None, terms: Terms | None) -> None:
        self.mapping = mapping
        self.cover = cover
        self.terms = terms
        self.guide = (_guide_of(library, terms) or load_guide(library, mapping.guide)) if mapping.format is None else None
        self.writer = Writer(mapping, self.guide) if self.guide is not None and mapping.usable else None
        self.rules: dict[str, Place] = {}
        for entry in outline(mapping.rules, mapping.ground):
            self.rules.setdefault(entry.field, entry.at)

    def ruled(self, difference: str, known: list[ValueOrigin]) -> str:
        """A difference with the rule that made the field, or would have."""
        field = difference.partition(" ")[0]
        wanted = bare(field)
        inside = (place for name, place in self.rules.items() if name == wanted or name.startswith(wanted + "."))
        at = next((origin.rule for origin in known if origin.field == field), None) or next(inside, None)
        if at is None and (origin := origin_of(known, field)) is not None:
            at = origin.rule
        return f"{difference} ({at})" if at is not None else difference

    def read(self, text: str) -> tuple[Outcome, list[ValueOrigin]]:
        """What became of an example, and where each value of it came from."""
        return self._set(self.guide, text) if self.guide is not None else self._file(text)

    def _set(self, guide: Guide, text: str) -> tuple[Outcome, list[ValueOrigin]]:
        version, _, set_id = self.mapping.guide.partition("/")[2].partition("/")
        segments = _segments(text)
        body = [f"ST*{set_id}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
        isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260101*0000*U*00401*000000001*0*T*>"
        whole = [isa, f"GS*{guide.group}*SENDER*RECEIVER*20260101*0000*1*X*{version}", *body, "GE*1*1", "IEA*1*000000001"]
        for event in read(["".join(f"{segment}~\n" for segment in whole).encode()]):
            if isinstance(event, SetRead):
                found = event.transaction_set
                outcome = translate_set(self.terms, guide, self.mapping, found)
                placed = trimmed(tree(guide, found, placed=True), found)
                return outcome, self._origins(placed, context_of(self.terms, found), len(outcome.documents))
        return Outcome("R", "parse", ()), []

    def _file(self, text: str) -> tuple[Outcome, list[ValueOrigin]]:
        """The same for a file without envelope: all its documents, of which an example has one."""
        form, settings = format_for(self.mapping, self.terms)
        outcome = Outcome("R", "parse", ())
        documents: list[dict[str, Any]] = []
        known: list[ValueOrigin] = []
        for event in form.read([text.encode(getattr(settings, "encoding", "utf-8"), "replace")], settings):
            if isinstance(event, FileEnd):
                outcome = replace(outcome, findings=(*outcome.findings, *event.findings))
                continue
            outcome = translate_document(self.terms, self.mapping, event)
            documents += outcome.documents
            known = self._origins(event.root, context_of(self.terms), len(outcome.documents)) or known
        return replace(outcome, documents=tuple(documents)), known

    def _origins(self, root: Loop, context: Context, documents: int) -> list[ValueOrigin]:
        """The first document's origins; what was touched on the way is noted."""
        found = origins(self.mapping, root, context) if self.mapping.usable else []
        if self.cover is not None and self.mapping.usable:
            self.cover.note(self.mapping, context, root)
        return found[0] if found and documents else []

    def written(self, document: dict[str, Any], wanted: Text | None, thread: dict[str, Any]) -> list[str]:
        """What goes wrong on the way back: a value that is lost or changed, lines other than those that `writes:` wants."""
        if wanted is not None and wanted.strip() == "no":
            return []
        if self.writer is not None:
            made = write_set(self.writer, document, terms=self.terms, thread=thread)
            findings, came = made.findings, list(made.segments[1:-1])
        elif self.mapping.format is not None and self.mapping.format.writes and self.mapping.usable:
            file = FileWriter(self.mapping, self.terms).write([document], thread)
            encoding = getattr(format_for(self.mapping, self.terms)[1], "encoding", "utf-8")
            findings, came = file.findings, _segments(file.body.decode(encoding, "replace"))
        else:
            return []
        troubles = []
        for finding in findings:
            if finding.severity == "error":
                field = finding.location.field or ""
                told = f"{field} {finding.message}".strip()
                troubles.append(f"written back: {self.ruled(told, []) if field else told}")
        if wanted is None or troubles:
            return troubles
        expected = _segments(wanted)
        steps = difflib.ndiff(expected, came)
        return [f"written: {step}" for step in steps if step[:1] in "-+"] if expected != came else []


def _segments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


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
