"""A partner's guide states differences: what they make of the standard's guide, where each comes from, and every mistake in one."""

import pytest

from gateway.edi.finding import Halt
from gateway.profiles.guide import UNLIMITED, Guides, LoopGuide
from gateway.stores.library import DictLibrary, FolderLibrary

STANDARD = FolderLibrary()
INHERITED = {name: STANDARD.read(name) for name in STANDARD.names("mappings/guides/x12/004010/")}
FILE = "mappings/guides/acme/850.yaml"
HEAD = "guide: 1\nextends: x12/004010/850\ndifferences:\n"


def guides(*lines, **others):
    texts = {FILE: HEAD + "".join(f"- {line}\n" for line in lines)}
    texts |= {f"mappings/guides/{name.replace('_', '/')}.yaml": text for name, text in others.items()}
    return Guides(DictLibrary(INHERITED | texts))


def place(guide, path):
    """The segment or loop at a path."""
    found = [member for member in guide.root.places() if member.path == path]
    assert len(found) == 1, path
    return found[0]


def slot(guide, path):
    segment, _, position = path.partition(".")
    return place(guide, segment).segment.slots[int(position) - 1]


def changed(*lines, **others):
    return guides(*lines, **others).guide("acme/850")


def mistakes(*lines, **others):
    found = guides(*lines, **others).mistakes("acme/850")
    assert all(finding.location.file == FILE for finding in found)
    return [(finding.code, finding.location.line, finding.location.column, finding.message) for finding in found]


# -- what they make of the guide ------------------------------------------------------------------------------------------


def test_usage_and_number_of_segments_and_loops():
    guide = changed("{path: CUR, usage: M}", "{path: N1, max: 4}", "{path: PO1/MSG, usage: N}", '{path: REF, max: ">1"}')
    assert place(guide, "CUR").requirement == "M"
    assert place(guide, "N1").max == 4
    assert place(guide, "PO1/MSG").requirement == "N"
    assert place(guide, "REF").max == UNLIMITED


def test_what_the_standard_says_is_kept_beside_it():
    guide = changed("{path: CUR, usage: M}", "{path: N1, max: 4}", "{path: BEG.02, codes: [SA, RL]}")
    assert (place(guide, "CUR").standard.requirement, place(guide, "CUR").standard.max) == ("O", 1)
    assert place(guide, "N1").standard.max == 200
    assert "SA" in place(guide, "BEG").standard.segment.slots[1].element.codes
    assert place(guide, "REF").standard is None


def test_usage_and_lengths_of_elements():
    found = slot(changed("{path: BEG.04, usage: M, min: 4, max: 12}"), "BEG.04")
    assert (found.requirement, found.element.min, found.element.max) == ("M", 4, 12)


def test_elements_of_the_segment_that_opens_a_loop_are_named_by_the_loop():
    guide = changed("{path: PO1.04, usage: M}", "{path: PO1/PO1.02, usage: M}")
    assert [slot(guide, f"PO1/PO1.0{n}").requirement for n in (2, 3, 4)] == ["M", "O", "M"]


def test_a_list_of_his_own_is_closed_and_what_it_leaves_out_is_refused():
    found = slot(changed("{path: BEG.02, codes: [SA, RL]}"), "BEG.02").element
    assert (found.codes, found.closed) == (frozenset({"SA", "RL"}), True)
    assert "NE" in found.refused


def test_codes_are_added_and_removed_and_the_list_stays_open():
    before = slot(Guides(STANDARD).guide("x12/004010/850"), "BEG.02").element.codes
    found = slot(changed("{path: BEG.02, add: [QX, QY], remove: [NE]}"), "BEG.02").element
    assert found.codes == (before | {"QX", "QY"}) - {"NE"}
    assert (found.closed, found.refused) == (False, frozenset({"NE"}))


def test_the_standards_list_can_be_closed():
    found = slot(changed("{path: BEG.02, closed: true, add: [QX]}"), "BEG.02").element
    assert found.closed
    assert {"QX", "SA"} <= found.codes


def test_a_segment_is_added_behind_another_with_its_own_differences():
    guide = changed("{path: PO1/G62, after: PO1/PID, usage: M, max: 3}", "{path: PO1/G62.02, usage: M}", "{path: PO1/W01, after: PO1/G62}")
    members = [member.path for member in place(guide, "PO1").members]
    at = members.index("PO1/PID")
    assert members[at : at + 3] == ["PO1/PID", "PO1/G62", "PO1/W01"]
    added = place(guide, "PO1/G62")
    assert (added.requirement, added.max, added.segment.slots[1].requirement) == ("M", 3, "M")
    assert added.standard.requirement == "O"
    assert (place(guide, "PO1/W01").requirement, place(guide, "PO1/W01").max) == ("O", 1)


def test_a_segment_is_added_behind_the_first_of_a_loop():
    guide = changed("{path: PO1/G62, after: PO1/PO1}")
    assert [member.path for member in place(guide, "PO1").members][:2] == ["PO1/PO1", "PO1/G62"]


def test_a_segment_is_added_behind_a_loop_in_the_header():
    guide = changed("{path: G62, after: N1}")
    members = [member.path for member in guide.root.members]
    assert members[members.index("N1") + 1] == "G62"


def test_qualifiers_are_required_of_a_segment_a_loop_and_an_element():
    guide = changed("{path: REF, require: [DP, IA]}", "{path: N1, require: [ST]}", "{path: PO1.06, require: [VP]}")
    assert [(rule.path, rule.loop, rule.element, rule.codes) for rule in guide.required] == [
        ("REF", None, 1, ("DP", "IA")),
        ("N1/N1", "N1", 1, ("ST",)),
        ("PO1/PO1", "PO1", 6, ("VP",)),
    ]


def test_guides_in_a_line_of_extends_are_merged_by_path_and_the_nearest_wins():
    base = "guide: 1\nextends: x12/004010/850\ndifferences:\n- {path: CUR, usage: M, max: 1}\n- {path: N1, max: 4}\n- {path: BEG.02, codes: [SA]}\n"
    over = HEAD.replace("x12/004010/850", "acme/base") + "- {path: CUR, usage: N}\n- {path: BEG.02, usage: M, add: [RL]}\n"
    guide = guides(acme_base=base, acme_850=over).guide("acme/850")
    assert place(guide, "CUR").requirement == "N"
    assert place(guide, "N1").max == 4
    assert slot(guide, "BEG.02").element.codes == {"SA", "RL"}
    assert {change.at.file for change in guide.changes} == {FILE, "mappings/guides/acme/base.yaml"}


def test_an_area_written_again_is_compared_with_the_standard():
    text = HEAD.replace("differences:\n", "summary:\n- CTT M 1:\n  - CTT M 1\n- SE M 1\n")
    guide = guides(acme_850=text).guide("acme/850")
    assert place(guide, "CTT").requirement == "M"
    assert place(guide, "CTT").standard.requirement == "O"
    assert [(change.path, change.key, change.at.line) for change in guide.changes] == [("summary", "area", 3)]


def test_each_change_knows_its_line():
    guide = changed("{path: CUR, usage: M, max: 3}", "{path: BEG.02, codes: [SA, RL]}")
    told = {(c.path, c.key): (c.before, c.after, c.at.file, c.at.line, c.at.column) for c in guide.changes}
    assert told[("CUR", "usage")] == ("O", "M", FILE, 4, 15)
    assert told[("CUR", "max")] == ("1", "3", FILE, 4, 25)
    _, after, *at = told[("BEG.02", "codes")]
    assert after == "only RL SA"
    assert at == [FILE, 5, 18]


def test_a_difference_that_changes_nothing_is_no_change():
    assert changed("{path: BEG, usage: M, max: 1}").changes == ()


def test_a_standard_guide_has_no_changes_and_extends_nothing():
    guide = Guides(STANDARD).guide("x12/004010/850")
    assert (guide.changes, guide.required, guide.extends) == ((), (), None)
    assert all(member.standard is None for member in guide.root.places())
    assert changed("{path: CUR, usage: M}").extends == "x12/004010/850"


def test_segments_that_nobody_changed_are_the_dictionarys_own():
    loaded = guides("{path: CUR, usage: M}")
    ours, standard = loaded.guide("acme/850"), loaded.guide("x12/004010/850")
    pairs = zip(ours.root.places(), standard.root.places(), strict=True)
    assert all(isinstance(mine, LoopGuide) or mine.segment is other.segment for mine, other in pairs)


# -- mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "column", "says"),
    [
        ("{path: BGE, usage: M}", "guide-path", 10, "'BGE' names no place of the guide it extends; did you mean 'BEG'?"),
        ("{path: BGE.02, usage: M}", "guide-path", 10, "did you mean 'BEG.02'?"),
        ("{path: BEG.77, usage: M}", "guide-path", 10, "'BEG.77' names no place"),
        ("{path: BEG, usge: M}", "unknown-key", 15, "did you mean 'usage'?"),
        ("{path: BEG, codes: [SA]}", "guide-difference", 15, "'codes' cannot be: known here: path, usage, max, require, after"),
        ("{path: BEG.02, after: BEG}", "guide-difference", 18, "'after' cannot be"),
        ("{path: BEG, usage: X}", "wrong-value", 22, "'X' is not M (mandatory), O (optional) or N (not used)"),
        ("{path: BEG, max: 0}", "wrong-value", 20, "'0' is not a number from 1, or >1 for any number"),
        ('{path: BEG.03, max: ">1"}', "wrong-value", 23, "'>1' is not a number from 1"),
        ("{path: BEG.03, min: few}", "wrong-value", 23, "'few' is not a number from 1"),
        ("{path: BEG.03, min: [1]}", "wrong-kind", 23, "is a list; expected a number"),
        ("{path: BEG.03, min: 30}", "guide-difference", 18, "'30-22' cannot be: the smallest length is above the greatest"),
        ("{path: BEG.03, max: 9999999999}", "wrong-value", 23, "is not a number"),
        ("{path: BEG.02, codes: SA}", "wrong-value", 25, "'SA' is not a list of codes such as [DP, IA]"),
        ("{path: BEG.02, codes: []}", "wrong-kind", 25, "expected a list of codes"),
        ("{path: BEG.02, codes: [SA, [RL]]}", "wrong-kind", 25, "expected a list of codes"),
        ("{path: BEG.02, remove: [SAA]}", "guide-difference", 27, "'SAA' cannot be: the list does not have it; did you mean 'SA'?"),
        ("{path: BEG.03, add: [X]}", "guide-difference", 18, "'add' cannot be: element 324 has no list of codes; write one with `codes`"),
        ("{path: BEG.03, closed: true}", "guide-difference", 18, "has no list of codes"),
        ("{path: BEG.02, closed: yes}", "wrong-value", 26, "'yes' is not true or false"),
        ("{path: BEG.02, codes: [SA], require: [RL]}", "guide-difference", 41, "'RL' cannot be: the list of BEG-02 does not have it"),
        ("{path: REF, require: DP}", "wrong-value", 24, "'DP' is not a list of codes"),
        ("{path: MEA.04, max: 3}", "guide-difference", 18, "a composite only has a usage"),
        ("{path: REF, after: BEG}", "guide-difference", 15, "'REF' cannot be: the guide has this place already"),
        ("{path: G62, after: PO1/PID}", "guide-difference", 22, "'G62' can only follow a segment or loop that stands beside it"),
        ("{path: G62, after: BGE}", "guide-difference", 22, "did you mean 'BEG'?"),
        ("{path: QQQ, after: BEG}", "guide-segment", 10, "'QQQ' is not a segment of this version"),
        ("usage", "guide-form", 3, "expected differences such as {path: PO1/PID, usage: N}"),
        ("{usage: M}", "guide-form", 3, "expected differences such as"),
    ],
)
def test_a_mistake_is_told_at_its_place(line, code, column, says):
    found = mistakes(line)
    assert [found[0][:3]] == [(code, 4, column)]
    assert says in found[0][3]
    assert len(found) == 1


def test_all_mistakes_are_told_at_once_and_the_guide_is_not_used():
    lines = ("{path: BGE, usage: M}", "{path: BEG, usage: X}", "{path: BEG.03, add: [X]}", "{path: CUR, usage: M}")
    assert sorted(line for _, line, *_ in mistakes(*lines)) == [4, 5, 6]
    with pytest.raises(Halt):
        guides(*lines).guide("acme/850")


def test_two_differences_at_one_place_are_told():
    assert mistakes("{path: CUR, usage: M}", "{path: CUR, max: 2}") == [
        ("guide-difference", 5, 10, "'CUR' cannot be: line 4 changes this place too")
    ]


def test_an_unknown_key_of_the_guide_is_told():
    found = mistakes(acme_850=HEAD.replace("differences:\n", "diferences: []\n"))
    assert found == [("unknown-key", 3, 1, "'diferences' is not a key here; did you mean 'differences'?")]


def test_what_it_extends_must_be_there():
    found = mistakes(acme_850=HEAD.replace("x12/004010/850", "x12/004010/580"))
    assert found[0][:3] == ("guide-missing", 2, 10)
    assert "did you mean 'x12/004010/8" in found[0][3]


def test_a_partners_guide_extends_one():
    assert mistakes(acme_850="guide: 1\nset: '850'\n")[0][:3] == ("missing-key", 1, 1)


def test_a_circle_of_extends_ends():
    code, line, column, _ = mistakes(acme_850=HEAD.replace("x12/004010/850", "acme/850"))[0]
    assert (code, line, column) == ("guide-form", 2, 10)


def test_mistakes_in_the_structure_are_told_together():
    text = "guide: 1\nextends: x12/004010/850\nsummary:\n- CTT M\n- QQQ M 1\n- {A O 1: [B M 1], C O 1: []}\n- N1 O 1: []\n- SE M 1\n"
    assert [(code, line) for code, line, *_ in mistakes(acme_850=text)] == [
        ("guide-form", 4),
        ("guide-segment", 5),
        ("guide-form", 6),
        ("guide-form", 7),
    ]
