"""The reference pages are made of the program, and current; every room's codes can be explained."""

import importlib
import json

import pytest

from gateway.cli.code_table import ROOMS, every
from tools import docs


@pytest.mark.parametrize("name", sorted(docs.pages()))
def test_the_reference_page_is_current(clone, name):
    page = clone / "docs" / "reference" / name
    assert page.exists(), "run `python -m tools.docs`"
    assert page.read_text(encoding="utf-8") == docs.pages()[name], "run `python -m tools.docs`"


def test_every_rooms_codes_can_be_explained(clone):
    there = {".".join(path.relative_to(clone).with_suffix("").parts) for path in (clone / "gateway").rglob("codes.py")}
    assert {module for _, module in ROOMS} == there


def test_codes_are_unique_over_all_rooms():
    names = [name for _, module in ROOMS for name in importlib.import_module(module).CODES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("code", sorted(every()))
def test_every_code_has_sentence_explanation_remedy_and_a_case(code):
    _, row = every()[code]
    assert row.code == code
    assert row.sentence
    assert row.explanation.endswith((".", "?"))
    assert row.remedy.endswith((".", "?"))
    assert row.case


def test_explain_tells_all_of_one_code(gateway):
    told = gateway("explain", "segment-count").stdout
    for text in ("segment-count", "SE01 counts the segments", "Send the whole set again", "AK5 AK502 4", "error"):
        assert text in told


def test_explain_suggests_for_a_mistyped_code(gateway):
    assert "did you mean segment-count" in gateway("explain", "segment-cuont", code=3).stderr


def test_explain_without_a_code_lists_them_all(gateway):
    told = gateway("explain").stdout.splitlines()
    assert [line.split()[0] for line in told[1:]] == sorted(every())
    assert sorted(row["code"] for row in json.loads(gateway("explain", "--json").stdout)) == sorted(every())


def test_explain_json_is_for_programs(gateway):
    row = json.loads(gateway("explain", "--json", "segment-count").stdout)
    assert row["ack"] == [{"segment": "AK5", "element": "AK502", "code": "4"}]
    assert "{" not in row["sentence"]
