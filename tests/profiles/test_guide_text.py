"""Guides as people read them: every place in order, what a partner changed marked with its line, and the difference of two."""

import json

import pytest

from gateway.profiles.guide import Guides
from gateway.profiles.guide_text import as_json, difference, told, worded
from gateway.stores.library import DictLibrary, FolderLibrary

STANDARD = FolderLibrary()
GUIDES = Guides(STANDARD)
INHERITED = {name: STANDARD.read(name) for name in STANDARD.names("mappings/guides/x12/004010/")}
FILE = "mappings/guides/acme/850.yaml"
RULES = """\
guide: 1
extends: x12/004010/850
differences:
- {path: CUR, usage: M}
- {path: BEG.02, codes: [SA, RL]}
- {path: REF, require: [DP, IA]}
- {path: PO1.06, require: [UP], usage: M}
- {path: PO1/G62, after: PO1/PID, usage: M, max: 3}
- {path: N1, max: 4}
- {path: PO1.03, add: [QX], remove: [EA], closed: true}
- {path: PO1/MSG, usage: N}
- {path: BEG.03, min: 2, max: 10}
summary:
- CTT M 1:
  - CTT M 1
- SE M 1
"""


@pytest.fixture(scope="module")
def partners():
    return Guides(DictLibrary(INHERITED | {FILE: RULES})).guide("acme/850")


def rows(guide, **options):
    return [(line.depth, line.kind, line.name, line.usage, line.times, line.about) for line in told(guide, **options)]


def test_a_guide_is_told_in_its_order():
    assert rows(GUIDES.guide("x12/004010/997"), elements=False) == [
        (0, "area", "header", "", "", ""),
        (1, "segment", "ST", "must", "1", ""),
        (1, "segment", "AK1", "must", "1", ""),
        (1, "loop", "AK2", "may", "999999", ""),
        (2, "segment", "AK2", "must", "1", ""),
        (2, "loop", "AK2/AK3", "may", "999999", ""),
        (3, "segment", "AK3", "must", "1", ""),
        (3, "segment", "AK4", "may", "99", ""),
        (2, "segment", "AK5", "must", "1", ""),
        (1, "segment", "AK9", "must", "1", ""),
        (1, "segment", "SE", "must", "1", ""),
    ]


def test_elements_are_told_with_type_length_name_and_first_codes():
    found = {row[2]: row for row in rows(GUIDES.guide("x12/004010/850"), codes=3)}
    assert found["BEG-01"][3:] == ("must", "1", "353 ID 2, purpose of the set, 00 01 02 … 65 codes")
    assert found["BEG-03"][3:] == ("must", "1", "324 AN 1-22, order number")
    assert found["P0607"][1::4] == ("relation", "all of them or none")


def test_every_guide_can_be_told():
    names = [name for name in sorted(GUIDES.names()) if name.startswith(("x12/004010/", "x12/005010/"))]
    assert len(names) > 60
    for name in names:
        guide = GUIDES.guide(name)
        lines = list(told(guide))
        assert sum(line.kind == "segment" for line in lines) == len(list(guide.root.nodes()))
        assert not any(line.changes for line in lines)
        assert list(difference(guide, guide)) == []


def test_each_change_of_a_partner_stands_at_one_line_with_its_place(partners):
    told_at = [(line.name, worded(change), f"{change.at.file}:{change.at.line}") for line in told(partners) for change in line.changes]
    assert told_at == [
        ("BEG-02", "only RL SA", f"{FILE}:5"),
        ("BEG-03", "at least 2, not 1", f"{FILE}:12"),
        ("BEG-03", "at most 10, not 22", f"{FILE}:12"),
        ("CUR", "must, not may", f"{FILE}:4"),
        ("REF-01", "must be there: DP IA", f"{FILE}:6"),
        ("N1", "at most 4, not 200", f"{FILE}:9"),
        ("PO1-03", "also QX", f"{FILE}:10"),
        ("PO1-03", "not EA", f"{FILE}:10"),
        ("PO1-03", "no other codes", f"{FILE}:10"),
        ("PO1-06", "must be there: UP", f"{FILE}:7"),
        ("PO1-06", "must, not by relation", f"{FILE}:7"),
        ("G62", "added after PO1/PID", f"{FILE}:8"),
        ("MSG", "never, not may", f"{FILE}:11"),
        ("summary", "written again as a whole", f"{FILE}:13"),
    ]
    assert len(told_at) == len(partners.changes)


def test_without_elements_their_changes_stand_at_the_segment(partners):
    lines = list(told(partners, elements=False))
    assert sum(len(line.changes) for line in lines) == len(partners.changes)
    (beg,) = [line for line in lines if line.name == "BEG"]
    assert [change.path for change in beg.changes] == ["BEG.02", "BEG.03", "BEG.03"]


def test_the_difference_from_the_standard_is_what_the_partner_changed(partners):
    found = {row.place: str(row) for row in difference(GUIDES.guide("x12/004010/850"), partners)}
    assert found["CUR"] == "~ CUR: may → must"
    assert found["N1 (loop)"] == "~ N1 (loop): 200 → 4"
    assert found["PO1/G62"] == "+ PO1/G62"
    assert found["CTT/AMT"] == "- CTT/AMT"
    assert found["BEG.03"] == "~ BEG.03: 324 AN 1-22 → 324 AN 2-10"
    assert found["PO1/PO1.03"] == "~ PO1/PO1.03: codes +QX -EA; no other codes"
    assert found["BEG.02"].startswith("~ BEG.02: codes -")
    assert found["BEG.02"].endswith("codes; no other codes")
    assert not [place for place in found if place.startswith(("PO1/G62.", "CTT/AMT."))]
    assert set(found) == {"BEG.02", "BEG.03", "CUR", "N1 (loop)", "PO1/G62", "PO1/MSG", "PO1/PO1.03", "CTT (loop)", "CTT/AMT", "PO1/PO1.06"}


def test_two_versions_differ_the_other_way_round_from_the_other_side():
    old, new = GUIDES.guide("x12/004010/850"), GUIDES.guide("x12/005010/850")
    there = {row.place: row.mark for row in difference(old, new)}
    back = {row.place: row.mark for row in difference(new, old)}
    turned = {"-": "+", "+": "-", "~": "~"}
    assert {place: turned[mark] for place, mark in there.items()} == back
    assert {"+", "-", "~"} == set(there.values())


def test_components_and_relations_count_as_differences():
    rows = {row.place: row for row in difference(GUIDES.guide("x12/004010/997"), GUIDES.guide("x12/005010/997"))}
    assert rows["AK2/AK3/AK4.01"].changes == ("must 722 N0 1-2; may 1528 N0 1-2 → must 722 N0 1-2; may 1528 N0 1-2; may 1686 N0 1-4",)


def test_a_program_gets_the_whole_guide(partners):
    value = json.loads(json.dumps(as_json(partners)))
    assert [value[key] for key in ("guide", "set", "version", "group", "extends")] == ["acme/850", "850", "004010", "PO", "x12/004010/850"]
    assert {"path": "CUR", "key": "usage", "before": "O", "after": "M", "file": FILE, "line": 4, "column": 15} in value["changes"]
    assert value["required"][0] == {"path": "REF", "element": 1, "codes": ["DP", "IA"]}
    beg = next(member for member in value["header"] if member.get("segment") == "BEG")
    assert beg["elements"][1]["codes"] == ["RL", "SA"]
    assert (beg["usage"], beg["max"], beg["elements"][1]["closed"]) == ("M", 1, True)
    assert [member.get("loop") or member["segment"] for member in value["summary"]] == ["CTT", "SE"]
    assert "elements" not in as_json(partners, elements=False)["header"][1]
    n9 = next(member for member in value["header"] if member.get("loop") == "N9")
    assert [member["path"] for member in n9["members"]] == ["N9/N9", "N9/DTM", "N9/MSG"]
