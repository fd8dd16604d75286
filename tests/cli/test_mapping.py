"""`gateway mapping`: list, lint, explain."""

import json

import pytest

from gateway.cli.checking import mapping_names
from gateway.stores.library import FolderLibrary
from gateway.translate.explaining import explained
from gateway.translate.mapping import load
from gateway.translate.outline import outline

OWN = """\
mapping: 1
extends: x12/004010/850
fields:
  department: REF[01=ZZ].02 | upper
  promotion: null
  lines:
    for_each: PO1
    description: "PID[01=F].05 | first"
"""
WRONG = """\
mapping: 1
extends: x12/004010/850
fields:
  department: REFF[01=ZZ].02
  requested_ship: DTM[01=010].02 | dat
  kolor: BEG.03
"""


@pytest.fixture
def own(project):
    folder = project / "mappings" / "acme"
    folder.mkdir(parents=True)
    (folder / "850.yaml").write_text(OWN)
    return project


def facts(text):
    """Names and values as printed, several of one name joined."""
    told = {}
    for line in text.splitlines():
        name, _, value = line.partition("  ")
        told.setdefault(name.strip(), []).append(value.strip())
    return told


def test_the_list_has_a_partners_mapping_with_what_it_extends(gateway, own):
    rows = {row["mapping"]: row for row in json.loads(gateway("mapping", "list", "--json").stdout)}
    assert rows["acme/850"] == {
        "mapping": "acme/850",
        "document": "purchase_order",
        "reads": "x12/004010/850",
        "extends": "x12/004010/850",
        "examples": False,
        "status": "usable",
    }
    assert rows["csv/order"]["reads"] == "delimited"
    assert "acme/850" not in gateway("mapping", "list", "--document", "invoice").stdout


def test_lint_tells_all_mistakes_at_once_with_line_column_and_what_was_meant(gateway, own):
    (own / "mappings" / "acme" / "850.yaml").write_text(WRONG)
    done = gateway("mapping", "lint", "acme/850", code=5)
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert [line.partition(": ")[0] for line in lines] == [f"mappings/acme/850.yaml:{at}" for at in ("4:15", "5:36", "6:3")]
    assert "did you mean 'REF'?" in lines[0]
    assert "did you mean 'date'?" in lines[1]
    assert "is no field of purchase_order" in lines[2]
    found = json.loads(gateway("mapping", "lint", "mappings/acme/850.yaml", "--json", code=5).stdout)
    assert [(row["code"], row["line"]) for row in found] == [
        ("mapping-segment-unknown", 4),
        ("mapping-conversion-unknown", 5),
        ("mapping-field-unknown", 6),
    ]


def test_every_packaged_mapping_is_without_mistakes(gateway, project):
    assert "no mistakes" in gateway("mapping", "lint").stderr


def test_a_rule_is_told_with_the_line_that_set_it_and_the_one_it_replaced(gateway, own):
    told = facts(gateway("mapping", "explain", "acme/850", "department").stdout)
    assert told["rule"] == ["REF[01=ZZ].02 | upper"]
    assert told["set in"] == ["mappings/acme/850.yaml:4:15"]
    assert told["replaces"][0].startswith("REF[01=DP].02 (mappings/x12/004010/850.yaml:")
    assert told["reads"] == ["REF-02 reference number (element 127, AN 1-30), where REF-01 is ZZ"]
    assert told["then"] == ["upper: the text in capitals; ea is read as EA"]
    assert told["written"] == ["not written: upper has no inverse; say it with `write:`"]
    assert told["X12"] == ["REF02 with REF01 DP"]


def test_a_rule_that_is_inherited_names_the_file_that_it_stands_in(gateway, own):
    (told,) = json.loads(gateway("mapping", "explain", "acme/850", "lines.3.quantity.unit", "--json").stdout)
    assert told["at"]["file"] == "mappings/x12/004010/850.yaml"
    assert told["field"] == "lines.quantity.unit"
    assert told["replaces"] == []
    assert "mappings/tables/unit.yaml" in told["steps"][0]
    assert told["meaning"]["edifact"] == "QTY C186 6411"


def test_each_branch_of_a_field_is_told_with_its_condition(gateway, own):
    found = json.loads(gateway("mapping", "explain", "acme/850", "lines.price.per.unit", "--json").stdout)
    assert found[0]["rule"] == "const(LBR)"
    assert found[0]["conditions"][0].startswith("case PO1.05 = PP (mappings/x12/004010/850.yaml:")
    whole = gateway("mapping", "explain", "acme/850", "lines.price").stdout
    assert "name one field" in whole
    assert "case PO1.05 = PP" in whole


def test_a_field_that_nothing_fills_is_told_with_what_was_meant_or_who_took_it_away(gateway, own):
    assert "mappings/acme/850.yaml:5:3 takes promotion away" in gateway("mapping", "explain", "acme/850", "promotion", code=3).stderr
    assert "did you mean 'department'?" in gateway("mapping", "explain", "acme/850", "departmnt", code=3).stderr
    assert "did you mean 'acme/850'?" in gateway("mapping", "explain", "acme/0850", code=3).stderr


def test_the_overview_has_a_line_for_each_field(gateway, own):
    whole = json.loads(gateway("mapping", "explain", "acme/850", "--json").stdout)
    assert whole["files"] == ["mappings/acme/850.yaml", "mappings/x12/004010/850.yaml"]
    fields = {row["field"]: row for row in whole["fields"]}
    assert (fields["department"]["file"], fields["department"]["line"]) == ("mappings/acme/850.yaml", 4)
    assert "promotion" not in fields
    assert "department" in gateway("mapping", "explain", "acme/850").stdout


def test_every_rule_of_the_package_can_be_told():
    library = FolderLibrary()
    for name in mapping_names(library):
        mapping = load(library, name)
        if mapping.canonical:  # documents as they are have no rules
            continue
        assert len(explained(library, mapping)) == len(outline(mapping.rules, mapping.ground)) > 5, name
