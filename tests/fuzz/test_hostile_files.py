"""Bytes that nobody means well with, read as XML and JSON by the real mappings: documents or findings come out, never an exception."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents.models import as_json, fields_of
from gateway.formats.format import DocumentRead, FileEnd
from gateway.stores.library import FolderLibrary
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CASES = {
    "cxml/order": SAMPLES / "cxml/order/extrinsics/input.xml",
    "ubl/invoice": SAMPLES / "ubl/invoice/vat/input.xml",
    "json/order": SAMPLES / "json/order/two-orders/input.json",
    "json/canonical": SAMPLES / "json/canonical/one/input.json",
}
TOKENS = [
    b"<", b">", b"</", b"/>", b"&", b"&a;", b"&#0;", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.0' encoding='utf-16'?>",
    b" xmlns='urn:x'", b" xmlns:cbc='urn:y'", b"'", b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"NaN", b"1e999", b"-", b"\\ud800", b"\\u0000", b"\\", b"\0", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xc3", b"<a>" * 300, b"[" * 300, b"9" * 5000,
]  # fmt: skip
MAPPINGS = {name: load(FolderLibrary(), name, schema=fields_of) for name in CASES}


def mutated(data, chance):
    """The sample with a few places cut, doubled, changed or filled with what hurts parsers."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((0, 1, 3, 40, 400)))
        data = data[:at] + chance.choice((b"", chance.choice(TOKENS), data[at:to] * 2, chance.randbytes(3))) + data[to:]
    return data


def judge(name, data, size):
    mapping = MAPPINGS[name]
    form, how = format_for(mapping)
    parts = list(form.read([data[at : at + size] for at in range(0, len(data), size)], how))
    assert [type(part) for part in parts] == [DocumentRead] * (len(parts) - 1) + [FileEnd]
    assert parts[-1].documents == len(parts) - 1
    for part in parts[:-1]:
        outcome = translate_document(None, mapping, part)
        assert outcome.documents or any(finding.severity == "error" for finding in outcome.findings)
        for finding in outcome.findings:
            assert finding.location.line is None or finding.location.line <= data.count(b"\n") + data.count(b"\r") + 1
        for document in outcome.documents:
            as_json(document)


@pytest.mark.parametrize("name", CASES)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([1, 7, 1000, 10**6]))
@settings(max_examples=120)
def test_a_mutated_file_gives_documents_or_findings(name, seed, size):
    judge(name, mutated(CASES[name].read_bytes(), random.Random(seed)), size if size > 1 else 5)


@pytest.mark.parametrize("name", CASES)
@given(parts=st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(TOKENS)), max_size=12))
def test_any_bytes_give_findings(name, parts):
    judge(name, b"".join(parts), 7)
