import json

import jsonschema
import pytest

from gateway.documents.models import DOCUMENTS
from gateway.documents.schema import text
from tests.mappings import golden

HERE = golden.ROOT / "gateway" / "documents" / "schemas"


def schema(kind: str) -> dict:
    return json.loads((HERE / f"{kind}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_published_schema_is_current(kind: str):
    assert (HERE / f"{kind}.schema.json").read_text(encoding="utf-8") == text(kind), "run: python tools/document_schemas.py"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_published_schema_is_a_schema_that_nothing_slips_through(kind: str):
    jsonschema.Draft202012Validator.check_schema(schema(kind))
    refusing = jsonschema.Draft202012Validator(schema(kind))

    assert not refusing.is_valid({"document_type": kind})
    assert not refusing.is_valid({"colour": "red"})


def test_every_document_of_the_samples_is_as_its_published_schema_says():
    validators = {kind: jsonschema.Draft202012Validator(schema(kind)) for kind in DOCUMENTS}
    for case in golden.cases():
        for document in golden.sample(str(case.relative_to(golden.SAMPLES))):
            assert [error.message for error in validators[document["document_type"]].iter_errors(document)] == []


def test_a_float_or_an_exponent_is_no_amount():
    refusing = jsonschema.Draft202012Validator(schema("purchase_order"))
    order = golden.sample("850/store-quantities")[0]

    assert refusing.is_valid(order)
    assert not refusing.is_valid({**order, "total": 1.5})
    assert not refusing.is_valid({**order, "total": "1E3"})
