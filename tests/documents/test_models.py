import json
import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from gateway.documents.models import DOCUMENTS, SCHEMA_VERSION, as_json, fields_of, problems
from gateway.documents.purchase_order import PurchaseOrder


def order(**more):
    line = {"ordinal": 1, "quantity": {"value": Decimal(12), "unit": "EA"}, "items": [{"scheme": "upc", "value": "0123"}]}
    return {"document_type": "purchase_order", "schema_version": SCHEMA_VERSION, "number": "4711", "lines": [line], **more}


def test_a_mapped_document_is_as_its_model_says():
    assert problems(order(date=date(2026, 3, 1))) == []


def test_a_field_that_nobody_knows_is_a_problem_with_its_path():
    wrong = order()
    wrong["lines"][0]["colour"] = "red"

    assert [(problem.field, problem.sentence) for problem in problems(wrong)] == [("lines.1.colour", "is no field of the document")]


def test_a_missing_number_is_a_problem():
    wrong = order()
    del wrong["number"]

    assert [problem.field for problem in problems(wrong)] == ["number"]


def test_an_unknown_type_is_told_with_those_that_exist():
    (problem,) = problems({"document_type": "recipe"})

    assert "purchase_order" in problem.sentence


def test_every_problem_is_told_at_once():
    assert len(problems(order(date="soon", currency=7, colour="red"))) == 3


def test_a_decimal_is_a_string_with_its_digits():
    data = json.loads(as_json(order(total=Decimal("1.500"))))

    assert data["total"] == "1.500"


def test_a_tiny_decimal_has_no_exponent():
    assert b'"0.00000012"' in as_json(order(total=Decimal("1.2E-7")))
    assert b'"1200"' in as_json(order(total=Decimal("1.2E+3")))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_decimal_comes_back_from_json_as_it_was(value: Decimal):
    text = json.loads(as_json(order(total=value)))["total"]

    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)
    assert Decimal(text) == value


def test_dates_and_times_are_iso():
    data = json.loads(as_json(order(dates=[{"kind": "shipped", "date": date(2026, 3, 1), "time": time(7, 5)}])))

    assert data["dates"] == [{"kind": "shipped", "date": "2026-03-01", "time": "07:05:00"}]


def test_a_document_read_from_json_is_frozen_and_gives_the_same_json():
    text = as_json(order(date=date(2026, 3, 1), total=Decimal("1.50")))
    document = PurchaseOrder.model_validate_json(text)

    assert document.lines[0].quantity is not None
    assert document.lines[0].quantity.value == Decimal(12)
    assert json.loads(as_json(document)) == json.loads(text)
    with pytest.raises(ValidationError):
        document.number = "1"


@given(
    st.sampled_from(["number", "date", "lines", "parties", "colour", "total", "summary"]),
    st.sampled_from([None, "x", 1, [], {}, [{}], Decimal(1), date(2026, 1, 1), [{"ordinal": "x"}]]),
)
def test_what_the_check_refuses_is_what_the_model_refuses(name: str, value: object):
    document = order(**{name: value})
    try:
        PurchaseOrder.model_validate(document)
        refused = False
    except ValidationError:
        refused = True

    # the model takes an explicit None for what may be absent; a mapped document leaves it out
    assert bool(problems(document)) == refused or value is None


def test_every_field_names_its_place_in_the_three_standards():
    def walk(model: type[BaseModel], seen: set) -> None:
        if model in seen:
            return
        seen.add(model)
        model.model_rebuild()
        for name, field in model.model_fields.items():
            said = field.description or ""
            assert all(f" {standard} " in f" {said}" for standard in ("X12", "EDIFACT", "UBL")), f"{model.__name__}.{name}"
            for inner in re.findall(r"gateway\.documents\.\w+\.(\w+)", str(field.annotation)):
                walk(next(one for one in BaseModel.__subclasses__()[0].__subclasses__() + _all(BaseModel) if one.__name__ == inner), seen)

    seen: set = set()
    for model in DOCUMENTS.values():
        walk(model, seen)
    assert len(seen) > 40


def _all(model: type) -> list[type]:
    return [found for one in model.__subclasses__() for found in [one, *_all(one)]]


def test_lint_sees_the_fields_inside_fields():
    fields = fields_of("purchase_order")

    assert fields is not None
    assert "basis" in fields["lines"]["price"]
    assert fields["number"] is None
    assert fields_of("recipe") is None
