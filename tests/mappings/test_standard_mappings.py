import re

import pytest
import yaml

from gateway.documents.models import fields_of
from gateway.profiles.reading import plain, read_yaml
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.tables import load_table
from tests.mappings import golden

TABLES = sorted(path.stem for path in (golden.ROOT / "mappings" / "tables").glob("*.yaml"))


@pytest.mark.parametrize("name", [f"x12/{version}/{one}" for version in golden.VERSIONS for one in golden.SETS])
def test_a_standard_mapping_has_no_mistake(name: str):
    mapping = load(FolderLibrary(golden.ROOT), name, schema=fields_of)

    assert [finding.message for finding in mapping.findings] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_code_table_has_no_mistake_and_says_its_own_name(name: str):
    text = (golden.ROOT / "mappings" / "tables" / f"{name}.yaml").read_text(encoding="utf-8")
    table, findings = load_table(golden.LIBRARY, name)

    assert [finding.message for finding in findings] == []
    assert table is not None
    assert table.rows
    assert plain(read_yaml(text, name)[0])["table"] == name


def test_a_unit_is_never_passed_through():
    table, _ = load_table(golden.LIBRARY, "unit")

    assert table is not None
    assert table.missing == "hold"
    assert (table.read("CA"), table.read("CT"), table.read("BX"), table.read("DZ")) == ("XCS", "XCT", "XBX", "DZN")
    # X12's CS is a cassette and Rec 21's a case: whoever sends it says in the profile what is meant
    assert "CS" not in {row.sent for row in table.rows}


def test_every_unit_is_two_or_three_characters_of_rec_20_or_21():
    table, _ = load_table(golden.LIBRARY, "unit")

    assert table is not None
    assert [row.canonical for row in table.rows if not re.fullmatch(r"[A-Z0-9]{2,3}", row.canonical)] == []
    assert len(table.rows) >= 150


def test_every_table_that_a_mapping_names_is_there_and_every_table_is_named():
    named = set()
    for path in (golden.ROOT / "mappings" / "x12").glob("*/*.yaml"):
        named |= set(re.findall(r"code\((\w+)\)", path.read_text(encoding="utf-8")))

    assert named <= set(TABLES)
    assert {name for name in TABLES if name not in named} <= {"allowance_charge"} | _named_elsewhere()


def _named_elsewhere() -> set[str]:
    found = set()
    for path in (golden.ROOT / "mappings").rglob("*.yaml"):
        if "guides" not in path.parts:
            found |= set(re.findall(r"(?:code|lookup)\((\w+)", path.read_text(encoding="utf-8")))
    return found


def test_canonical_words_are_words():
    for name in TABLES:
        if name in ("unit", "weight_unit", "volume_unit"):
            continue
        rows = yaml.load((golden.ROOT / "mappings" / "tables" / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["rows"]
        if isinstance(rows, dict):
            words = [value if isinstance(value, str) else value["to"] for value in rows.values()]
            assert [word for word in words if not re.fullmatch(r"[a-z][a-z0-9_]*", word)] == [], name
