"""What of a mapping its examples touch: fields, ways that rules can go, codes that they name."""

import json
import re

import pytest

MAPPING = """\
mapping: 1
document: purchase_order
guide: x12/004010/850
tables:
  colour: {R: red, B: blue}
fields:
  number: BEG.03 | required
  department: REF[01=DP].02 ?? REF[01=19].02 ?? BEG.06
  currency: CUR.02 | default("USD")
  kind: {from: BEG.02, when: BEG.01 = 00}
  lines:
    for_each: PO1
    number: PO1.01
    description: PID[01=F].04 | code(colour)
    price:
      case:
        PO1.05:
          PE|LE: {per: {quantity: 1}}
          HP: {per: {quantity: 100}}
          else: {basis: PO1.05}
    notes: {for_each: "MAN[01=GM|CP]", text: MAN.02}
    ordinal: ordinal()
"""
EXAMPLES = """\
mapping: mine
examples:
- name: one
  input: |
    BEG*00*SA*1**20260301
    REF*19*7
    PO1*1*2*EA*1*PE
    MAN*GM*4
  expected: {number: "1"}
"""


@pytest.fixture
def mine(project):
    (project / "mappings").mkdir()
    (project / "mappings" / "mine.yaml").write_text(MAPPING)
    (project / "mappings" / "mine.test.yaml").write_text(EXAMPLES)
    return project


def left(done, file="mappings/mine.yaml"):
    (one,) = [row for row in json.loads(done.stdout)["cover"] if row["file"] == file]
    return {(row["line"], row["what"]) for row in one["left"]}, one


def test_what_no_example_touches_is_told_with_its_line(gateway, mine):
    missing, _ = left(gateway("test", "mine", "--cover", "--json", code=5))
    assert missing == {
        (5, "code table colour: R"),
        (5, "code table colour: B"),
        (8, "department: REF[01=DP].02 of the alternatives"),
        (8, "department: BEG.06 of the alternatives"),
        (10, "when BEG.01 = 00 does not hold"),
        (14, "lines.description"),
        (18, "case PO1.05 = LE"),
        (19, "case PO1.05 = HP"),
        (19, "lines.price.per.quantity"),
        (20, "case PO1.05: else"),
        (20, "lines.price.basis"),
        (21, "MAN-01 = CP"),
    }


def test_another_example_touches_what_was_left(gateway, mine):
    more = """
- name: two
  input: |
    BEG*01*SA*2**20260301*C-7
    CUR*BY*CAD
    PO1*1*2*EA*1*HP
    PID*F***R
    MAN*CP*4
    PO1*2*2*EA*1*XX
    PO1*3*2*EA*1*LE
  expected: {number: "2"}
"""
    file = mine / "mappings" / "mine.test.yaml"
    file.write_text(file.read_text() + more)
    missing, one = left(gateway("test", "mine", "--cover", "--json", code=5))
    assert missing == {(5, "code table colour: B"), (8, "department: REF[01=DP].02 of the alternatives")}
    assert one["percent"] == pytest.approx(100 * (one["points"] - 2) / one["points"], abs=0.1)


def test_an_example_of_an_heir_touches_the_rules_that_it_inherits(gateway, mine):
    (mine / "mappings" / "heir.yaml").write_text("mapping: 1\nextends: mine\nfields: {department: BEG.03}\n")
    (mine / "mappings" / "heir.test.yaml").write_text(EXAMPLES.replace("mapping: mine", "mapping: heir"))
    missing, one = left(gateway("test", "heir", "--cover", "--json", code=5))
    assert (14, "lines.description") in missing
    assert one["touched"] > 5
    own, _ = left(gateway("test", "heir", "--cover", "--json", code=5), "mappings/heir.yaml")
    assert own == set()


def test_the_table_counts_and_the_wanted_share_decides(gateway, mine):
    done = gateway("test", "mine", "--cover", code=5)
    assert re.search(r"mappings/mine.yaml +8/11 +4/9 +2/6 +53.8 %", done.stdout)
    assert "mappings/mine.yaml:14:18: lines.description" in done.stdout
    assert "90 % is wanted" in gateway("test", "mine", "--cover", "--at-least", "90", code=5).stderr
    gateway("test", "csv/order", "--cover", "--at-least", "90")
    assert "goes with --cover" in gateway("test", "--at-least", "90", code=2).stderr


def test_a_mapping_of_the_project_without_examples_is_told_too(gateway, mine):
    (mine / "mappings" / "mine.test.yaml").unlink()
    missing, one = left(gateway("test", "--cover", "--json"))
    assert one["touched"] == 0
    assert (7, "number") in missing
