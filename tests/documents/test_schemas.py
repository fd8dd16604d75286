import json

import jsonschema
import pytest

from gateway.documents.compatibility import broken, shape
from gateway.documents.models import DOCUMENTS
from gateway.documents.reference import field_of, parts_of
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


PUBLISHED = json.loads((HERE / "published.json").read_text(encoding="utf-8"))


def test_nothing_that_was_published_in_this_major_version_is_taken_away():
    assert broken(PUBLISHED, shape()) == [], "keep it, or raise the major version and run: python tools/document_schemas.py publish"


def changed(part, **fields):
    """What was published, with fields of one part otherwise; None takes one away."""
    today = json.loads(json.dumps(PUBLISHED))
    for name, kind in fields.items():
        if kind is None:
            del today["parts"][part][name]
        else:
            today["parts"][part][name] = kind
    return today


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (changed("PurchaseOrder", number=None), ["PurchaseOrder.number is gone"]),
        (changed("PurchaseOrder", kind="text, required"), ["PurchaseOrder.kind is required now"]),
        (changed("PurchaseOrder", colour="text, required"), ["PurchaseOrder.colour is new and required"]),
        (changed("PurchaseOrder", lines="list of Item"), ["PurchaseOrder.lines is list of Item; it was list of OrderLine"]),
        (changed("Quantity", value="text"), ["Quantity.value is text; it was decimal"]),
        (changed("Quantity", value="list of decimal"), ["Quantity.value is list of decimal; it was decimal"]),
        (changed("PurchaseOrder", colour="text"), []),
        (changed("Quantity", value="decimal or text"), []),
    ],
    ids=lambda value: value[0] if isinstance(value, list) and value else None,
)
def test_a_promise_that_does_not_hold_any_more_is_told(today, told):
    assert broken(PUBLISHED, today) == told


def test_an_enumeration_may_grow_and_never_shrink():
    few, many = changed("Quantity", unit='"EA", "KG"'), changed("Quantity", unit='"EA", "KG", "M"')
    assert broken(few, many) == []
    assert broken(many, few) == ['Quantity.unit is never "M" any more']
    assert broken(few, changed("Quantity", unit="text")) == []
    assert broken(changed("Quantity", unit="text"), few) == ['Quantity.unit is "EA", "KG"; it was text']


def test_a_document_that_goes_is_told_and_another_major_version_promises_anew():
    today = json.loads(json.dumps(PUBLISHED))
    del today["documents"]["invoice"]
    assert broken(PUBLISHED, today) == ["invoice is gone"]
    assert broken(PUBLISHED, today | {"version": "2.0"}) == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_says_what_it_means_and_where_x12_edifact_and_ubl_carry_it(kind: str):
    for part, says, fields in parts_of(kind):
        assert says, f"{part} has no docstring"
        silent = [field.name for field in fields if not all((field.says, field.x12, field.edifact, field.ubl))]
        assert silent == [], part


def test_a_field_is_found_by_its_path_with_or_without_the_numbers_of_lists():
    assert field_of("purchase_order", "lines.2.quantity.unit") == field_of("purchase_order", "lines.quantity.unit")
    assert field_of("purchase_order", "lines.quantity.unit").x12 == "PO103, IT103, SN103 ... (355)"
    assert field_of("purchase_order", "lines.colour_of_the_sky") is None
    assert field_of("no_such_document", "number") is None
