"""The schema or sample that a mapping of paths names: read from the library, and every name in its paths held against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.json import steps as json
from gateway.formats.xml import steps as xml
from gateway.profiles.inheritance import hint
from gateway.profiles.library import Library
from gateway.profiles.reading import Place, Table
from gateway.translate.codes import CODES
from gateway.translate.rules import Rules
from gateway.translate.shaping import places_of, spaces_of

_DECLARED = re.compile(r"<(?:\w+:)?(?:element|attribute)\b[^>]*?\bname\s*=\s*[\"']([^\"']+)")
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"(?:^|\s)(?:[\w.-]+:)?([A-Za-z_][\w.-]*)\s*=")
_MEMBER = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:')


def schemas_of(library: Library, form: Table, findings: list[Finding]) -> dict[str, str]:
    """The texts of the XSD that a `format:` names and of what that includes; what is wrong with them is told."""
    name = str(form.get("xsd") or "")
    if not name:
        return {}
    from gateway.formats.xml.schema import SchemaBroken, compiled, texts_of

    at = form.key_at.get("xsd", form.at)
    try:
        texts = texts_of(_file(name), library.read)
        compiled(_file(name), texts)
        return texts
    except LookupError as error:
        findings.append(CODES["mapping-schema-broken"].finding(at.location(), name, problem=str(error)))
    except SchemaBroken as error:
        findings.append(CODES["mapping-schema-broken"].finding(at.location(), name, problem=f"is no schema: {error}"))
    return {}


def lint_names(library: Library, rules: Rules, form: Table) -> list[Finding]:
    """Names in the paths of a mapping that its schema does not declare, or that its sample does not have."""
    findings: list[Finding] = []
    known, where, code = _known(library, form, rules, findings)
    told: set[tuple[str, Place]] = set()
    for path, at in places_of(rules) if known else ():
        text = path.segment.name if path.segment is not None else ""
        for name in _names(text, form):
            if name not in known and (name, at) not in told:
                told.add((name, at))
                findings.append(CODES[code].finding(at.location(), text, name=name, where=where, hint=hint(name, sorted(known))))
    return findings


def _known(library: Library, form: Table, rules: Rules, findings: list[Finding]) -> tuple[frozenset[str], str, str]:
    """The names of the schema, else of the sample; how findings say it, and the code of those."""
    if rules.schemas:
        declared = (name for text in rules.schemas.values() for name in _DECLARED.findall(text))
        return frozenset(declared), str(form["xsd"]), "mapping-path-unknown"
    sample = str(form.get("sample") or "")
    if not sample:
        return frozenset(), "", ""
    try:
        text = library.read(_file(sample))
    except LookupError as error:
        findings.append(CODES["mapping-schema-broken"].finding(form.key_at.get("sample", form.at).location(), sample, problem=str(error)))
        return frozenset(), "", ""
    if form.get("kind") == "json":
        return frozenset(_MEMBER.findall(text)), sample, "mapping-path-unseen"
    elements = _ELEMENT.findall(text)
    names = frozenset(name for name, _ in elements) | {name for _, rest in elements for name in _ATTRIBUTE.findall(rest)}
    return names, sample, "mapping-path-unseen"


def _file(name: str) -> str:
    """The logical name of what a `format:` names, which stands in mappings/."""
    return name if name.startswith("mappings/") else f"mappings/{name}"


def _names(text: str, form: Any) -> Iterator[str]:
    """The names of a path: its steps, its attribute, and those of its predicates."""
    if text in ("", "."):
        return
    if form.get("kind") == "json":
        for member in json.parse(text).steps:
            yield member.name
            yield from (name for test in member.tests for name in test.path)
        return
    path = xml.parse(text, spaces_of(form))
    for step in path.steps:
        yield xml.local(step.name)
        for one in step.tests:
            yield from (xml.local(name) for name in (*one.path, *([one.attribute] if one.attribute else [])))
    if path.attribute and not path.attribute.startswith(f"{{{xml.XML}}}"):
        yield xml.local(path.attribute)
