"""Samples of files without envelope: each becomes its golden documents, and these are written back as the very same file."""

import json
from pathlib import Path

import pytest

from gateway.documents.models import as_json, fields_of
from gateway.formats.format import FileEnd
from gateway.stores.library import FolderLibrary
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.writing.files import FileWriter

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
KINDS = ("csv", "fixed", "excel", "cxml", "ubl", "json")
CASES = sorted(path for kind in KINDS for path in (SAMPLES / kind).glob("*/*/input.*"))
LIBRARY = FolderLibrary()


def mapping_of(path):
    kind, name, *_ = path.relative_to(SAMPLES).parts
    return load(LIBRARY, f"{kind}/{name}", schema=fields_of)


def outcomes(path, mapping):
    form, settings = format_for(mapping)
    return [translate_document(None, mapping, one) for one in form.read([path.read_bytes()], settings) if not isinstance(one, FileEnd)]


each = pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.relative_to(SAMPLES).parts[:3]))


@each
def test_a_sample_becomes_its_golden_documents(path, golden):
    found = outcomes(path, mapping_of(path))
    assert [(one.verdict, one.verb) for one in found] == [("A", None)] * len(found)
    documents = [json.loads(as_json(document)) for one in found for document in one.documents]
    assert all("unmapped" not in document for document in documents)
    golden(path.with_name("expected.json"), json.dumps(documents, indent=2, ensure_ascii=False) + "\n")


@each
def test_its_documents_are_written_back_as_the_same_file(path):
    mapping = mapping_of(path)
    if not mapping.format.writes:
        return
    written = FileWriter(mapping).write([document for one in outcomes(path, mapping) for document in one.documents])
    assert ([finding for finding in written.findings if finding.severity == "error"], written.body) == ([], path.read_bytes())


def test_what_a_spreadsheet_did_to_values_is_told():
    path = SAMPLES / "excel" / "order" / "merged-and-numbers" / "input.xlsx"
    told = [(f.code, f.location.sheet, f.location.line, f.location.field) for one in outcomes(path, mapping_of(path)) for f in one.findings]
    assert told == [("sheet-zeros", "Orders", 5, "gtin")]


def test_there_is_a_sample_of_every_standard_mapping_of_files():
    named = {name.removeprefix("mappings/").removesuffix(".yaml") for kind in KINDS for name in LIBRARY.names(f"mappings/{kind}/")}
    assert {"/".join(path.relative_to(SAMPLES).parts[:2]) for path in CASES} == {name for name in named if not name.endswith(".test")}
