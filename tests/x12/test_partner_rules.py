"""A set held against a partner's guide: what only he asks is of layer `guide`, what the standard asks too is of layer `syntax`."""

import pytest
from building import order, orders
from checking import GUIDES

from gateway.formats.x12 import acknowledgment
from gateway.formats.x12.conformance import Walk, validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary

NAMES = GUIDES.library.names("mappings/guides/x12/004010/")
INHERITED = {name: GUIDES.library.read(name) for name in NAMES}
LINE = "PO1*1*5*EA*9.95**VP*A-1"


def held(differences, *lines, beg=None, **envelope):
    """One order, held against the guide of these differences."""
    text = "guide: 1\nextends: x12/004010/850\ndifferences:\n" + "".join(f"- {line}\n" for line in differences)
    guide = Guides(DictLibrary(INHERITED | {"mappings/guides/acme/850.yaml": text})).guide("acme/850")
    (found,) = [
        event.transaction_set for event in read([orders(order("0001", *lines, beg=beg), **envelope).encode()]) if isinstance(event, SetRead)
    ]
    validate(guide, found)
    return found


def findings(differences, *lines, **more):
    return [(f.code, f.layer, f.location.segment_position, f.location.element, f.value) for f in held(differences, *lines, **more).findings]


def test_a_set_that_keeps_all_his_rules_is_clean():
    rules = (
        "{path: CUR, usage: M}",
        "{path: BEG.02, codes: [SA]}",
        "{path: REF, require: [DP]}",
        "{path: PO1/G62, after: PO1/PID, max: 2}",
    )
    assert findings(rules, "CUR*BY*USD", "REF*DP*1", LINE, "PID*F****Bolts", "G62*10*20260102", "G62*11*20260102") == []


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        ("{path: CUR, usage: M}", [LINE], ("segment-missing", "guide", 3, None, "CUR")),
        ("{path: N1, usage: M}", [LINE], ("segment-missing", "guide", 3, None, "N1")),
        ("{path: PO1/MSG, usage: N}", [LINE, "MSG*no"], ("segment-forbidden", "guide", 4, None, "MSG")),
        ("{path: N1, max: 1}", ["N1*ST*A", "N1*BT*B", LINE], ("loop-too-often", "guide", 4, None, "N1")),
        ("{path: REF, max: 1}", ["REF*DP*A", "REF*IA*B", LINE], ("segment-too-often", "guide", 4, None, "REF")),
        ("{path: PO1/G62, after: PO1/PID, usage: M}", [LINE], ("segment-missing", "guide", 4, None, "G62")),
        ("{path: PO1/G62, after: PO1/PID}", [LINE, "G62*10*20260102", "G62*10*20260102"], ("segment-too-often", "guide", 5, None, "G62")),
        ("{path: PO1/G62, after: PO1/PID}", [LINE, "G62*10*20260132"], ("bad-date", "syntax", 4, 2, "20260132")),
        ("{path: PO1.05, usage: M}", [LINE], ("element-missing", "guide", 3, 5, None)),
        ("{path: PO1.06, usage: N}", [LINE], ("elements-exclude", "guide", 3, 6, "VP")),
        ("{path: PO1.07, max: 2}", [LINE], ("too-long", "guide", 3, 7, "A-1")),
        ("{path: PO1.07, min: 9}", [LINE], ("too-short", "guide", 3, 7, "A-1")),
        ("{path: PO1.03, codes: [CA]}", [LINE], ("code-refused", "guide", 3, 3, "EA")),
        ("{path: PO1.03, remove: [EA]}", [LINE], ("code-refused", "guide", 3, 3, "EA")),
        ("{path: PO1.03, closed: true}", ["PO1*1*5*QX*9.95**VP*A-1"], ("code-refused", "guide", 3, 3, "QX")),
        ("{path: PO1.03, remove: [EA]}", ["PO1*1*5*QX*9.95**VP*A-1"], ("code-unknown", "syntax", 3, 3, "QX")),
    ],
)
def test_what_only_the_partner_asks_is_of_layer_guide(rule, lines, expected):
    assert findings([rule], *lines) == [expected]


@pytest.mark.parametrize(
    ("rule", "line", "expected"),
    [
        ("{path: PO1.07, max: 2}", f"PO1*1*5*EA*9.95**VP*{'X' * 60}", ("too-long", "syntax", 3, 7, "X" * 60)),
        ("{path: PO1.02, usage: M}", "PO1*1*five*EA*9.95**VP*A", ("bad-character", "syntax", 3, 2, "five")),
        ("{path: PO1.06, usage: M}", "PO1*1*5*EA*9.95**VP", ("qualifier-alone", "syntax", 3, 7, None)),
    ],
)
def test_what_the_standard_asks_too_is_of_layer_syntax(rule, line, expected):
    assert findings([rule], line) == [expected]


def test_each_segment_of_a_loop_that_he_does_not_use_is_told_where_it_opens():
    rows = findings(["{path: N1, usage: N}"], "N1*ST*A", "N3*Main", LINE)
    assert rows == [("segment-forbidden", "guide", 3, None, "N1")]


def test_an_element_not_used_before_a_mandatory_one_is_told():
    assert findings(["{path: BEG.04, usage: N}"], LINE, beg="BEG*00*SA*PO1*7*20260102") == [("elements-exclude", "guide", 2, 4, "7")]
    assert findings(["{path: BEG.04, usage: N}"], LINE) == []


def test_rules_of_the_partner_beyond_the_findings_that_are_listed_do_not_refuse():
    found = held(["{path: PO1.05, usage: M}"], *[LINE] * 150)
    assert (len(found.findings), found.omitted, found.accepted) == (100, 50, "A")


def test_a_looser_guide_takes_what_the_standard_refuses():
    assert findings(["{path: PO1.07, max: 60}"], f"PO1*1*5*EA*9.95**VP*{'X' * 60}") == []
    assert findings(["{path: BEG, usage: O}"], LINE, beg="CUR*BY*USD") == []
    assert findings(["{path: PO1.03, add: [QX]}"], "PO1*1*5*QX*9.95**VP*A") == []


def test_beyond_the_standards_own_number_it_is_syntax():
    rows = findings(["{path: TD1, max: 1}"], *["TD1*CTN*1"] * 3, LINE)
    assert [row[:3] for row in rows] == [("segment-too-often", "guide", 4), ("segment-too-often", "syntax", 5)]


def test_rules_of_the_partner_refuse_only_where_the_agreement_says_so():
    found = held(["{path: CUR, usage: M}"], LINE)
    assert found.accepted == "A"
    strict = type("Strict", (acknowledgment.Standard,), {"refuse_on": "guide"})()
    assert acknowledgment.verdict(found.findings) == "A"
    assert acknowledgment.verdict(found.findings, strict) == "R"


def test_a_rule_of_the_standard_refuses_though_the_partner_changed_other_things_there():
    assert held(["{path: PO1.07, max: 2}"], "PO1*1*five*EA*9.95**VP*A").accepted == "R"


# -- qualifiers -----------------------------------------------------------------------------------------------------------


def test_a_qualifier_that_no_segment_has_is_told_at_the_end_of_the_set():
    found = held(["{path: REF, require: [DP, IA]}"], "REF*IA*1", LINE)
    (finding,) = found.findings
    assert (finding.code, finding.layer, finding.value, finding.severity) == ("qualifier-missing", "guide", "DP", "error")
    assert finding.message == "'DP' is in no REF-01 of this set"
    assert (finding.location.segment, finding.location.segment_position, finding.location.length) == ("REF", 5, 0)
    assert [(ack.segment, ack.code) for ack in finding.ack] == [("AK3", "3"), ("AK5", "5")]
    assert found.accepted == "A"


def test_only_segments_at_that_place_count():
    assert findings(["{path: REF, require: [DP]}"], LINE, "REF*DP*1")[0][0] == "qualifier-missing"
    assert findings(["{path: PO1/REF, require: [DP]}"], LINE, "REF*DP*1") == []


def test_of_a_loop_the_segment_that_opens_it_counts():
    assert findings(["{path: N1, require: [ST, BT]}"], "N1*ST*A", LINE) == [("qualifier-missing", "guide", 5, None, "BT")]


def test_another_element_may_be_named():
    assert findings(["{path: PO1.06, require: [UP]}"], LINE, "PO1*2*5*EA*9.95**UP*012345678905") == []
    assert findings(["{path: PO1.06, require: [UP]}"], LINE) == [("qualifier-missing", "guide", 4, None, "UP")]


def test_a_set_that_comes_in_parts_is_looked_through_as_one():
    text = "guide: 1\nextends: x12/004010/850\ndifferences:\n- {path: REF, require: [DP]}\n- {path: PO1.06, require: [UP, ZZ]}\n"
    guide = Guides(DictLibrary(INHERITED | {"mappings/guides/acme/850.yaml": text})).guide("acme/850")
    lines = ["REF*DP*1", *[f"PO1*{n}*5*EA*9.95**{'UP' if n == 9 else 'VP'}*A-1" for n in range(1, 20_001)]]
    walk, parts = None, 0
    data = orders(order("0001", *lines)).encode()
    for event in read((data[at : at + 50_000] for at in range(0, len(data), 50_000)), parts=True):
        if isinstance(event, SetRead):
            found = event.transaction_set
            walk = walk or Walk(guide, found)
            walk.feed()
            parts += 1
    walk.finish()
    assert parts > 1
    assert [(finding.code, finding.value) for finding in found.findings] == [("qualifier-missing", "ZZ")]
