"""pyx12 judges by our guides: what we find clean it finds clean, what we refuse it refuses, and it reads our acknowledgments."""

import io
import random
from collections import Counter

import building
import pytest
import valid_sets
from checking import AT, GUIDES, Checked
from pyx12 import x12n_document
from pyx12.params import params
from pyx12.x12file import X12Reader

from gateway.edi.finding import Finding, Location
from gateway.formats.x12 import acknowledgment, advice
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.pyx12_maps import map_folder
from gateway.formats.x12.reader import read
from gateway.opinions.pyx12 import STANDING, Pyx12, is_framed, judge_file
from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary, FolderLibrary

KINDS = ("850", "855", "856", "810", "997")
SETS = [(version, kind) for version in ("004010", "005010") for kind in KINDS]
SAID_OTHERWISE = {
    "segment-not-in-set": {"1"},
    "segment-not-here": {"1"},
    "bad-time": {"4", "5"},
    "bad-date": {"4", "5"},
}
"""Faults for which pyx12 has another code than ours: it knows no difference between unknown, not in the set and out of place."""


@pytest.fixture(scope="module")
def judge():
    return Pyx12()


def only_set(text):
    [found] = [event.transaction_set for event in read([text.encode("latin-1")]) if isinstance(event, SetRead)]
    return found


def as_read(known, segments):
    """One set of raw segments as our reader and our rules see it, with its guide."""
    text = f"GS*{known.group}*SENDER*RECEIVER*20260102*0304*1*X*{known.version}~" + "".join(raw + "~" for raw in segments) + "GE*1*1~"
    envelope = {"004010": {}, "005010": {"e11": "^", "e12": "00501"}}[known.version]
    found = only_set(building.interchange(text, count=1, **envelope))
    guide = GUIDES.guide(f"x12/{known.version}/{known.set}")
    validate(guide, found)
    return guide, found


def order(*segments, guides=GUIDES, name="x12/004010/850"):
    """An 850 of some segments, judged by us, with its guide."""
    found = only_set(building.interchange(building.group(building.transaction("850", "0001", *segments))))
    guide = guides.guide(name)
    validate(guide, found)
    return guide, found


def codes(found):
    return [finding.code for finding in found.findings]


BEG = "BEG*00*SA*PO1**20260102"


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_what_we_find_clean_it_finds_clean(judge, version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random(f"opinion{version}{kind}")
    for density in (0, 0.03, 0.1, 0.3) * 4:
        guide, found = as_read(known, [one.raw() for one in valid_sets.valid(known, chance, density)])
        assert codes(found) == []
        assert [finding.message for finding in judge.judge(guide, found)] == []


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_one_fault_is_seen_by_both_at_the_same_segment(judge, version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random(f"faults{version}{kind}")
    for density in (0, 0.1):
        made = valid_sets.valid(known, chance, density)
        faults = [
            *valid_sets.element_faults(made, known, chance),
            *valid_sets.segment_faults(made, known, chance),
            *valid_sets.loop_faults(made, known),
        ]
        for fault in chance.sample(faults, min(60, len(faults))):
            guide, found = as_read(known, valid_sets.closed(fault.segments))
            objections = judge.objections(guide, found)
            if fault.code == "code-unknown":
                continue  # our lists are open there: we warn, and give pyx12 no list
            told = {objection.code for objection in objections if objection.index + 1 == fault.position}
            assert told & {fault.ack.lstrip("."), *SAID_OTHERWISE.get(fault.code, ())}, (fault, objections)


def test_a_closed_code_list_closes_for_both(judge):
    differences = "guide: acme/850\nextends: x12/004010/850\ndifferences:\n  - {path: BEG.02, codes: [SA, NE]}\n"
    texts = {name: FolderLibrary().read(name) for name in FolderLibrary().names("mappings/guides/x12/004010/")}
    guides = Guides(DictLibrary({**texts, "mappings/guides/acme/850.yaml": differences}))
    for kind, expected in (("NE", []), ("DS", [("BEG", 2)])):
        guide, found = order(f"BEG*00*{kind}*PO1**20260102", building.LINE, guides=guides, name="acme/850")
        ours = [(finding.location.segment, finding.location.element) for finding in found.findings]
        theirs = [(finding.location.segment, finding.location.element) for finding in judge.judge(guide, found)]
        assert ours == theirs == expected


def test_a_finding_of_the_second_opinion_has_its_place_and_goes_into_no_acknowledgment(judge):
    guide, found = order(BEG, "REF*DP*" + "9" * 31, building.LINE)
    [finding] = judge.judge(guide, found)
    [ours] = found.findings
    assert (finding.code, finding.severity, finding.layer, finding.ack) == ("second-opinion", "warning", "guide", ())
    assert (finding.location.segment, finding.location.segment_position, finding.location.element) == ("REF", 3, 2)
    assert (finding.location.offset, finding.location.length) == (ours.location.offset, ours.location.length)
    assert "too long" in finding.message


@pytest.mark.parametrize("value", ["DP>1>8X", "DP>1>8X>2>>3", "DP>1>8X>2>9Z"])
def test_a_relation_inside_a_composite_is_seen_broken_by_both(judge, value):
    guide, found = order(BEG, f"REF*DP*1**{value}", building.LINE)
    assert [(finding.code, finding.location.element) for finding in found.findings] == [("element-needed", 4)]
    [objection] = judge.objections(guide, found)
    assert (objection.index, objection.segment, objection.element, objection.code) == (2, "REF", 4, "2")


def test_a_composite_whose_relations_hold_is_clean_for_both(judge):
    guide, found = order(BEG, "REF*DP*1**DP>1>8X>2", building.LINE)
    assert (found.findings, judge.objections(guide, found)) == ([], [])


def test_what_is_missing_is_told_where_it_is_missed(judge):
    guide, found = order(building.LINE)
    assert [(f.location.segment, f.location.segment_position) for f in judge.judge(guide, found)] == [("BEG", 2)]


STANDING_CASES = {
    "trailing-point": (BEG, "PO1*1*5.*EA*9.95**VP*A-1"),
    "empty-segment": (BEG, "TD3", building.LINE),
}


@pytest.mark.parametrize("name", sorted(STANDING_CASES))
def test_a_standing_disagreement_is_heard_but_not_told(judge, name):
    guide, found = order(*STANDING_CASES[name])
    assert codes(found) == []
    [known] = [known for known in STANDING if known.name == name]
    assert [known.says.search(objection.said) is not None for objection in judge.objections(guide, found)] == [True]
    assert judge.judge(guide, found) == []


@pytest.mark.parametrize(
    ("name", "levels"), [("hl-counted", ("10**S", "20*10*O")), ("hl-open-parent", ("1**S", "2*1*O", "3*1*O", "4*2*I"))]
)
def test_levels_may_be_numbered_and_mixed_as_the_standard_lets_them(judge, name, levels):
    body = ["BSN*00*S1*20260102*0304", *(f"HL*{level}" for level in levels)]
    found = only_set(building.interchange(building.group(building.transaction("856", "0001", *body), kind="SH")))
    guide = GUIDES.guide("x12/004010/856")
    validate(guide, found)
    [known] = [known for known in STANDING if known.name == name]
    assert {known.code} <= {objection.code for objection in judge.objections(guide, found)} <= {"HL1", "HL2"}
    assert judge.judge(guide, found) == []


def test_later_repetitions_and_letters_beyond_its_list_are_not_asked_about(judge):
    known = valid_sets.facts("005010", "850")
    guide, found = as_read(known, ("ST*850*0001", BEG, "N1*BY*Caf\xe9 `O^", "PO1*1*5*EA*9.95**VP*A-1", "SE*5*0001"))
    assert judge.judge(guide, found) == []


def test_where_pyx12_falls_it_is_told_and_nothing_raises(judge):
    guide, found = order(BEG, building.LINE, "MEA**WT*5*" + ">".join(["LB"] * 40))
    assert "too-many-components" in codes(found)
    [finding] = judge.judge(guide, found)
    assert (finding.code, finding.severity) == ("second-opinion-failed", "info")


def test_a_segment_that_makes_pyx12_stop_reading_is_told(judge):
    guide, found = order(BEG, "MSG*" + "A" * 20_000, building.LINE)
    assert [finding.code for finding in judge.judge(guide, found)] == ["second-opinion-failed"]


def test_any_delimiters_are_judged_alike(judge):
    text = building.delimited(building.orders(building.order()), element="|", component="^", segment="\r\n")
    found = only_set(text)
    guide = GUIDES.guide("x12/004010/850")
    validate(guide, found)
    assert judge.judge(guide, found) == []


def test_of_a_file_only_disagreements_are_told():
    good, bad = building.order("0001"), building.order("0002", beg="BEG*00*SA*PO2**20261399")
    cut = "ST*850*0003~BEG*00*SA*PO3**20260102~"
    assert list(judge_file([building.orders(good, bad, cut).encode()], GUIDES)) == []


def test_a_set_without_its_trailer_is_not_put_before_pyx12():
    text = building.interchange(building.group("ST*850*0003~BEG*00*SA*PO3**20260102~", count=1))
    assert not is_framed(only_set(text))


# -- our acknowledgments ------------------------------------------------------------------------------------------------


def answers():
    """997s for a file with something of everything: accepted, with errors, rejected, an unknown set."""
    sets = (
        building.order("0001"),
        building.order("0002", beg="BEG*00*SA*PO2**20261399"),
        building.order("0003", "QQQ*1", building.LINE, count=9),
        building.order("0004", building.LINE, after=("PID*F*08***" + "Y" * 81,)),
        building.transaction("850", "0005", building.LINE),
    )
    for version, icvn in (("004010", "00401"), ("005010", "00501")):
        separator = {"e11": "^"} if icvn == "00501" else {}
        checked = Checked(building.interchange(building.group(*sets, version=version), e12=icvn, **separator))
        for interchange, group, found in checked.answers:
            envelope = acknowledgment.envelope_back(interchange, group)
            yield acknowledgment.write(acknowledgment.answer("997", envelope, group=acknowledgment.group_answer(group, found)), 1, 1, AT)


def test_it_reads_our_acknowledgments_and_finds_nothing_wrong(judge):
    read_ = 0
    for data in answers():
        reader = X12Reader(io.StringIO(data.decode("latin-1")))
        assert sum(1 for _ in reader) > 10
        reader.cleanup()
        assert reader.pop_errors() == []
        [event] = [event for event in read([data]) if isinstance(event, SetRead)]
        guide = GUIDES.guide(f"x12/{event.group.version}/997")
        assert judge.judge(guide, event.transaction_set) == []
        read_ += 1
    assert read_ == 2


@pytest.mark.parametrize(("version", "icvn"), [("004010", "00401"), ("005010", "00501")])
def test_it_reads_our_application_advice_and_finds_nothing_wrong(judge, version, icvn):
    separator = {"e11": "^"} if icvn == "00501" else {}
    sets = (building.order("0001"), building.order("0002", beg="BEG*00*SA*PO2**20261399"))
    checked = Checked(building.interchange(building.group(*sets, version=version), e12=icvn, **separator))
    (interchange,), (group,) = checked.interchanges, checked.groups
    place = Location("PO1", 3, element=3, component=1, element_id="355")
    wrong = Finding("code-without-meaning", "error", "business", "has 'QQ', which is no code of any table " * 4, "", place, "QQ")
    told = [advice.set_advice(found, [wrong, *advice.told(found.findings)]) for found in checked.sets]
    content = advice.group_advice(group, interchange.control_number, told)
    data = acknowledgment.write(acknowledgment.answer("824", acknowledgment.envelope_back(interchange, group), group=content), 1, 1, AT)
    reader = X12Reader(io.StringIO(data.decode("latin-1")))
    assert sum(1 for _ in reader) > 20
    reader.cleanup()
    assert reader.pop_errors() == []
    written = [event.transaction_set for event in read([data]) if isinstance(event, SetRead)]
    assert [judge.judge(GUIDES.guide(f"x12/{version}/824"), one) for one in written] == [[], []]


def test_it_misses_what_is_missing_in_an_acknowledgment(judge):
    found = only_set(building.interchange(building.group(building.transaction("997", "0001", "AK1*PO*1"), kind="FA")))
    heard = judge.objections(GUIDES.guide("x12/004010/997"), found)
    assert [(objection.segment, objection.code) for objection in heard] == [("AK9", "3")]


# -- the folder of maps -------------------------------------------------------------------------------------------------


def test_pyx12s_own_program_runs_on_the_folder_of_maps(tmp_path):
    guides = [GUIDES.guide(f"x12/{version}/{kind}") for version, kind in SETS]
    for name, text in map_folder(guides).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for beg, verdict, answer in ((BEG, True, "AK5*A~"), ("BEG*00*SA*PO1**20261399", False, "AK4*5*373*8*20261399~")):
        text = building.orders(building.order(beg=beg))
        ack = io.StringIO()
        assert x12n_document.x12n_document(params(), io.StringIO(text), ack, None, map_path=str(tmp_path)) is verdict
        assert answer in ack.getvalue().replace("\n", "")


def test_elements_of_other_lengths_in_one_folder_keep_them():
    files = map_folder([GUIDES.guide("x12/004010/850"), GUIDES.guide("x12/005010/850")])
    assert Counter(name.rpartition(".")[2] for name in files) == {"xml": 7}
    assert 'ele_num="92" ' in files["dataele.xml"]
    assert ".AN." in files["dataele.xml"]


def test_each_standing_disagreement_is_in_the_documentation(clone):
    page = (clone / "docs" / "second-opinion.md").read_text(encoding="utf-8")
    assert [known.name for known in STANDING if known.name not in page or known.because not in page] == []
