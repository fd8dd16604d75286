"""Sets recognised by their form: never one that the walk has something to say about, and those that come again are."""

import random

import pytest
import valid_sets
from building import group, interchange, order, orders, transaction
from checking import GUIDES, Checked
from test_valid_sets import SETS

from gateway.formats.x12.check import check
from gateway.formats.x12.conformance import compiled, validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.forms import Forms
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary


def sets_of(text):
    """The sets of an interchange, not yet held against anything."""
    return [event.transaction_set for event in read([text.encode("latin-1")]) if isinstance(event, SetRead)]


def again(known, raws):
    """A set of raw segments, read from an envelope of its version."""
    version = {"004010": {}, "005010": {"e11": "^", "e12": "00501"}}[known.version]
    text = f"GS*{known.group}*SENDER*RECEIVER*20260102*0304*1*X*{known.version}~" + "".join(raw + "~" for raw in raws) + "GE*1*1~"
    return sets_of(interchange(text, count=1, **version))[0]


def forms_for(known, found, seen=1):
    """Nothing learnt yet of a kind of set; every loop of the set that may come again is a run."""
    guide = GUIDES.guide(f"x12/{known.version}/{known.set}")
    made = compiled(guide, found.delimiters)
    runs = {p.opens.name for p in made.grammar.positions if p.opens is not None and len(p.loops) == 1 and p.opens.max > 1}
    return guide, Forms(guide, made, runs, seen)


def taught(known, chance, lessons, density=0.15):
    """Forms that have seen some valid sets, and these."""
    made = [valid_sets.valid(known, chance, density) for _ in range(lessons)]
    found = [again(known, [segment.raw() for segment in raws]) for raws in made]
    guide, forms = forms_for(known, found[0])
    for one in found:
        validate(guide, one)
        if not one.findings:
            forms.learn(one, one.trace)
    return guide, forms, made


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_a_set_that_comes_again_is_recognised(version, kind):
    known = valid_sets.facts(version, kind)
    _, forms, made = taught(known, random.Random(f"again {version} {kind}"), 25, density=0.05)
    seen = [again(known, [segment.raw() for segment in raws]) for raws in made]
    recognised = [one for one in seen if forms.recognise(one) is not None]
    assert len(recognised) >= len(seen) // 2
    assert all(one.guide == forms.guide.label and not one.findings and one.accepted == "A" for one in recognised)


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_a_set_with_a_fault_is_never_recognised(version, kind):
    known = valid_sets.facts(version, kind)
    chance = random.Random(f"fault {version} {kind}")
    guide, forms, made = taught(known, chance, 12)
    tried = 0
    for raws in made[:4]:
        faults = [
            *valid_sets.element_faults(raws, known, chance),
            *valid_sets.segment_faults(raws, known, chance),
            *valid_sets.loop_faults(raws, known),
        ]
        for fault in chance.sample(faults, min(len(faults), 60)):
            found = again(known, valid_sets.closed(fault.segments))
            if forms.recognise(found) is None:
                continue
            validate(guide, found)
            assert not found.findings, (fault.code, fault.segments[fault.position - 1])
        tried += len(faults)
    assert tried


def lines(count, *extra):
    return [f"PO1*{n}*{n}*EA*1.5*PE*UP*12345678901{n % 10}" for n in range(1, count + 1)] + list(extra)


def learnt_from(*sets):
    found = sets_of(orders(*sets))
    guide = GUIDES.guide("x12/004010/850")
    forms = Forms(guide, compiled(guide, found[0].delimiters), {"PO1", "N1"}, seen=1)
    for one in found:
        validate(guide, one)
        assert not one.findings
        forms.learn(one, one.trace)
    return forms


def first(text):
    return sets_of(text)[0]


def test_a_count_or_a_total_that_is_wrong_is_for_the_walk():
    forms = learnt_from(order("0001", *lines(3), after=("CTT*3*6",)))
    assert forms.recognise(first(orders(order("0001", *lines(4), after=("CTT*4*10",))))) is not None
    assert forms.recognise(first(orders(order("0001", *lines(4), after=("CTT*3*10",))))) is None
    assert forms.recognise(first(orders(order("0001", *lines(4), after=("CTT*4*9",))))) is None


def test_values_of_other_kinds_are_for_the_walk():
    forms = learnt_from(order("0001", *lines(2)))
    known = order("0001", *lines(2))
    assert forms.recognise(first(orders(known))) is not None
    for was, becomes in (
        ("*EA*", "*QQ*"),
        ("*1.5*", "*1.x*"),
        ("*1.5*", "*1.5 *"),
        ("*1.5*", "**"),
        ("12345678901", "1>2"),
        ("12345678901", "1\xe9"),
    ):
        changed = known.replace(was, becomes)
        assert changed != known
        assert forms.recognise(first(orders(changed))) is None, becomes


def test_a_new_code_is_learnt_when_the_walk_has_seen_it():
    forms = learnt_from(order("0001", *lines(2)))
    other = order("0001", *lines(2)).replace("*EA*", "*CA*")
    assert forms.recognise(first(orders(other))) is None
    found = first(orders(other))
    validate(forms.guide, found)
    forms.learn(found, found.trace)
    assert forms.recognise(first(orders(other))) is not None


def test_a_loop_more_often_than_the_guide_allows_is_for_the_walk():
    parties = [f"N1*ST*STORE {n}*92*{n:03}" for n in range(200)]
    forms = learnt_from(order("0001", *parties[:2], *lines(1)))
    assert forms.recognise(first(orders(order("0001", *parties, *lines(1))))) is not None
    assert forms.recognise(first(orders(order("0001", *parties, "N1*ST*ONE MORE*92*X", *lines(1))))) is None


def test_a_file_of_many_sets_is_checked_the_same_with_and_without_what_was_learnt():
    sets = [order(f"{n:04}", *lines(n % 5 + 1), after=(f"CTT*{n % 5 + 1}",)) for n in range(1, 60)]
    sets[50] = order("0051", *lines(2), after=("CTT*3",))
    text = orders(*sets)
    once, twice = Checked(text), Checked(text)
    for checked in (once, twice):
        assert [finding.code for finding in checked.findings] == ["line-count"]
        assert checked.sets[50].findings[0].location.segment == "CTT"
        assert {found.guide for found in checked.sets} == {once.sets[0].guide}
    assert (
        sum(1 for event in check([text.encode()], GUIDES, whole=True) if isinstance(event, SetRead) and event.transaction_set.trace) == 59
    )


# -- what a set says about itself -------------------------------------------------------------------------------------------


def notice(*levels):
    """A ship notice of levels as HL says them, each with a line where it is an item."""
    rows = ["BSN*00*S1*20260102*1200"]
    for level in levels:
        rows += [f"HL*{level}", *(["LIN**UP*012345678905", "SN1**2*EA"] if "*I" in level else [])]
    return interchange(group(transaction("856", "0001", *rows, f"CTT*{len(levels)}"), kind="SH"))


def notices_learnt(*known):
    guide = GUIDES.guide("x12/004010/856")
    found = [first(notice(*levels)) for levels in known]
    forms = Forms(guide, compiled(guide, found[0].delimiters), {"HL"}, seen=1)
    for one in found:
        validate(guide, one)
        assert not one.findings
        forms.learn(one, one.trace)
    return forms


def test_levels_are_recognised_however_they_are_numbered_and_nested():
    forms = notices_learnt(("1**S", "2*1*O", "3*2*I"), ("1**S*1", "2*1*I*0"))
    for levels in (
        ("1**S", "2*1*O", "3*2*I", "4*2*I", "5*1*O", "6*5*I"),
        ("7**S", "9*7*O", "8*9*I"),
        ("1**S*1", "2*1*I*0", "3*1*I*0"),
    ):
        assert forms.recognise(first(notice(*levels))) is not None, levels


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        (("1**S", "2*1*O", "2*2*I"), "hl-duplicate"),
        (("1**S", "2*9*O", "3*2*I"), "hl-parent-missing"),
        (("1**S", "2*2*O", "3*2*I"), "hl-own-parent"),
        (("1**S*1", "2*1*I*0", "3*2*I*0"), "hl-child-code"),
        (("1**S*1",), "hl-child-code"),
    ],
)
def test_levels_that_are_wrong_are_for_the_walk(levels, code):
    forms = notices_learnt(("1**S", "2*1*O", "3*2*I"), ("1**S*1", "2*1*I*0"))
    found = first(notice(*levels))
    assert forms.recognise(found) is None
    validate(forms.guide, found)
    assert code in [finding.code for finding in found.findings]


def test_codes_that_a_partner_wants_in_each_set_are_looked_for():
    text = "guide: 1\nextends: x12/004010/850\ndifferences:\n- {path: REF, require: [DP]}\n"
    standard = {name: GUIDES.library.read(name) for name in GUIDES.library.names("mappings/guides/x12/004010/")}
    guide = Guides(DictLibrary(standard | {"mappings/guides/acme/850.yaml": text})).guide("acme/850")
    known = [first(orders(order("0001", *refs, *lines(1)))) for refs in (("REF*DP*7",), ("REF*DP*7", "REF*IA*8"))]
    forms = Forms(guide, compiled(guide, known[0].delimiters), {"PO1", "N1"}, seen=1)
    for one in known:
        validate(guide, one)
        assert not one.findings
        forms.learn(one, one.trace)
    assert forms.recognise(first(orders(order("0001", "REF*IA*8", "REF*DP*9", *lines(3))))) is not None
    assert forms.recognise(first(orders(order("0001", "REF*IA*8", *lines(3))))) is None


def test_schedules_are_added_up():
    sdq = "SDQ*EA*92*001*{}*002*{}"
    forms = learnt_from(order("0001", "PO1*1*5*EA*1.5*PE*UP*123456789012", sdq.format(2, 3)))
    assert forms.recognise(first(orders(order("0001", "PO1*1*9*EA*1.5*PE*UP*123456789012", sdq.format(5, 4))))) is not None
    assert forms.recognise(first(orders(order("0001", "PO1*1*8*EA*1.5*PE*UP*123456789012", sdq.format(5, 4))))) is None
