"""Every finding code names the test that shows it, and that test, or another, names the code."""

import importlib
import re

import pytest

from gateway.cli.code_table import ROOMS

TABLE = {name: row for _, module in ROOMS for name, row in importlib.import_module(module).CODES.items()}


@pytest.fixture(scope="module")
def tests(clone):
    """The text of every test module by its path in the project."""
    paths = (clone / "tests").rglob("*.py")
    return {path.relative_to(clone).as_posix(): path.read_text(encoding="utf-8") for path in paths if path.name != "test_finding_cases.py"}


@pytest.mark.parametrize("code", sorted(TABLE))
def test_the_case_of_a_code_is_a_test_that_is_there(code, tests):
    path, _, name = TABLE[code].case.partition("::")
    assert path in tests, f"{code}: its case {path} is not there"
    assert not name or f"def {name}(" in tests[path], f"{code}: {path} has no {name}"


@pytest.mark.parametrize("code", sorted(TABLE))
def test_some_test_produces_the_code_by_its_name(code, tests):
    named = re.compile(rf"(?<![\w-]){re.escape(code)}(?![\w-])")
    assert any(named.search(text) for text in tests.values()), f"no test names {code}"


def test_the_codes_of_x12_are_named_by_the_very_test_that_they_name(tests):
    codes = importlib.import_module("gateway.formats.x12.codes").CODES
    assert [
        row.code for row in codes.values() if not re.search(rf"(?<![\w-]){re.escape(row.code)}(?![\w-])", tests.get(row.case, ""))
    ] == []
