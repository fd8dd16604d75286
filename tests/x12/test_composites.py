"""Relations between the components of a composite: every way to fill one, held against the rule in plain words."""

from itertools import product

import pytest
from building import LINE, group, interchange, order
from checking import GUIDES, Checked

from gateway.formats.x12.elements import faults
from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.patterns import compile_segment
from gateway.profiles.structure import Element, Relation, SegmentGuide, Slot

STAR = Delimiters("*", ">", "~", "^")
TEXT = Element("9", "AN", 1, 5)
VERSIONS = ("003060", "004010", "004030", "004050", "005010", "005030", "005050", "006030")


def holds(kind, there):
    """Whether a relation holds where these of its positions are filled."""
    first, others = there[0], there[1:]
    return {
        "P": all(there) or not any(there),
        "R": any(there),
        "E": sum(there) < 2,
        "C": not first or all(others),
        "L": not first or any(others),
    }[kind]


def composite(*relations):
    """A segment whose second element is a composite of four optional components, repeated thrice at most."""
    parts = tuple(Slot("9", "O", 1, TEXT) for _ in range(4))
    return SegmentGuide("XYZ", (Slot("9", "O", 1, TEXT), Slot("C999", "O", 3, None, parts, relations)))


@pytest.mark.parametrize("positions", [(1, 2), (2, 3), (2, 4), (1, 3, 4), (4, 2, 3)])
@pytest.mark.parametrize("kind", "PRECL")
def test_every_way_to_fill_a_composite_is_judged_as_the_rule_says(kind, positions):
    segment = composite(Relation(kind, positions))
    strict, plain = compile_segment(segment, STAR), compile_segment(segment, STAR, plain=True)
    for filled in product((False, True), repeat=4):
        value = ">".join("AB" if there else "" for there in filled).rstrip(">")
        right = not value or holds(kind, [filled[position - 1] for position in positions])
        raw = f"XYZ*A*{value}" if value else "XYZ*A"
        assert strict.clean(raw) is right, raw
        if ">" not in raw:
            assert plain.clean(raw) is right, raw
        assert (list(faults(raw, segment, STAR)) == []) is right, raw


def test_each_repetition_is_judged_by_itself():
    segment = composite(Relation("P", (1, 2)))
    pattern = compile_segment(segment, STAR)
    for values in product(("A>B", "A", ">B", ">>C"), repeat=3):
        raw = f"XYZ*A*{'^'.join(values)}"
        wrong = [number for number, value in enumerate(values, 1) if value in ("A", ">B")]
        assert pattern.clean(raw) is (wrong == [])
        assert [fault.repetition for fault in faults(raw, segment, STAR)] == wrong


@pytest.mark.parametrize("version", VERSIONS)
def test_the_relations_of_composites_in_the_guides_reach_their_segments(version):
    slots = [slot for node in GUIDES.guide(f"x12/{version}/850").root.nodes() for slot in node.segment.slots]
    told = {slot.id: " ".join(map(str, slot.relations)) for slot in slots if slot.components}
    assert told["C040"] == "P0304 P0506"
    assert all(relations == "" for composite, relations in told.items() if composite not in ("C040", "C056"))


def checked(*segments, version="004010"):
    envelope = {"004010": {}, "005010": {"e11": "^", "e12": "00501"}}[version]
    return Checked(interchange(group(order("0001", *segments, LINE), version=version), **envelope))


def test_a_qualifier_without_its_reference_is_answered_with_its_component():
    assert checked("REF*DP*42**ST>7>PO>8>VN>9").codes == []
    found = checked("REF*DP*42**ST>7>PO")
    finding = found.only("element-needed")
    assert (finding.location.element, finding.location.component, finding.location.element_id) == (4, 4, "127")
    assert "REF04-03 and REF04-04 go together" in finding.message
    assert found.answer() == ["AK1*PO*1", "AK2*850*0001", "AK3*REF*3**8", "AK4*4>4*127*2", "AK5*R*5", "AK9*R*1*1*0"]


def test_in_005010_a_999_names_the_component_too():
    found = checked("REF*DP*42**ST>7>>>VN", version="005010")
    assert "AK4*4>6*127*2" in found.answer()
    assert "IK4*4>6*127*2" in found.answer(form="999")


def test_a_reference_without_its_qualifier_is_the_other_half():
    assert checked("REF*DP*42**ST>7>>8").only("element-needed").location.component == 3


def test_two_quantities_that_exclude_each_other_in_one_composite():
    guide = GUIDES.guide("x12/006030/860")
    poc = next(node.segment for node in guide.root.nodes() if node.segment.id == "POC")
    pattern = compile_segment(poc, STAR)
    assert pattern.clean("POC*1*CA*5*4>3*EA")
    assert not pattern.clean("POC*1*CA*5*4>3>2*EA")
    [fault] = faults("POC*1*CA*5*4>3>2*EA", poc, STAR)
    assert (fault.code, fault.element, fault.component) == ("elements-exclude", 4, 3)
    assert fault.facts["rule"] == "only one of POC04-02, POC04-03 may be sent"


@pytest.mark.parametrize("plain", [True, False])
def test_a_composite_of_optional_components_that_was_not_sent_fills_no_relation(plain):
    guide = GUIDES.guide("x12/005010/810")
    dmg = next(node.segment for node in guide.root.nodes() if node.segment.id == "DMG")
    pattern = compile_segment(dmg, STAR, plain=plain)
    sent = "DMG*****X*****EU*1" if plain else "DMG*****>AB>1*****EU*1"
    for _ in range(300):  # until the codes sent are learned
        assert pattern.clean(sent.replace("*****EU*1", "")) or plain
        assert not pattern.clean("DMG**********EU*1")
    assert [fault.code for fault in faults("DMG**********EU*1", dmg, STAR)] == ["element-needed"]
