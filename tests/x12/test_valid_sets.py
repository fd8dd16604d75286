"""Sets made from the guides' data alone: valid ones are clean, and one fault is one finding with its acknowledgment code."""

import random

import pytest
import valid_sets
from building import interchange
from checking import Checked

KINDS = ("850", "855", "856", "810", "997")
VERSIONS = ("004010", "005010")
SETS = [(version, kind) for version in VERSIONS for kind in KINDS]


def checked(known, segments, guides=None):
    """One set of raw segments in an envelope of its version."""
    text = f"GS*{known.group}*SENDER*RECEIVER*20260102*0304*1*X*{known.version}~" + "".join(raw + "~" for raw in segments) + "GE*1*1~"
    version = {"004010": {}, "005010": {"e11": "^", "e12": "00501"}}[known.version]
    return Checked(interchange(text, count=1, **version), **({"guides": guides} if guides else {}))


def trouble_of_valid(known, chance, density, guides=None, focus=()):
    """What is told of a valid set; nothing where all is well."""
    made = valid_sets.valid(known, chance, density, focus)
    raws = [one.raw() for one in made]
    found = checked(known, raws, guides)
    at = [finding.location.segment_position or 1 for finding in found.findings]
    return [f"{finding.code}: {finding.message} in {raws[n - 1]}" for n, finding in zip(at, found.findings, strict=True)]


def trouble_of_fault(known, fault, guides=None):
    """How what is told of a fault differs from what must be; nothing where all is well."""
    found = checked(known, valid_sets.closed(fault.segments), guides)
    told = [finding for finding in found.findings if finding.layer != "business"]
    seen = [(finding.code, finding.location.segment_position) for finding in told]
    expected = (fault.code, fault.position)
    raw = fault.segments[fault.position - 1]
    if expected not in seen or {code for code, _ in seen} != {fault.code}:
        return [f"expected {expected}, told {seen} about {raw}"]
    if fault.code.endswith("too-often") and len(seen) != 1:
        return [f"told {seen} where one is too many: {raw}"]
    finding = told[seen.index(expected)]
    level, code = ("AK4", fault.ack[1:]) if fault.ack.startswith(".") else ("AK3", fault.ack)
    if (level, code) not in [(ack.segment, ack.code) for ack in finding.ack]:
        return [f"expected {level} {code}, told {finding.ack} about {raw}"]
    if fault.element is not None and finding.location.element != fault.element:
        return [f"expected element {fault.element}, told {finding.location} about {raw}"]
    refused = finding.severity == "error"
    if (found.verdicts == "R") != refused:
        return [f"{finding.severity} gives {found.verdicts}"]
    answer = found.answer()
    if refused and (
        answer[-2:] != ["AK5*R*5", "AK9*R*1*1*0"]
        or f"AK3*{finding.location.segment}*{fault.position}**{'8' if level == 'AK4' else code}" not in answer
    ):
        return [f"answered {answer}"]
    return []


def faults(known, chance, made, most):
    every = [
        *valid_sets.element_faults(made, known, chance),
        *valid_sets.segment_faults(made, known, chance),
        *valid_sets.loop_faults(made, known),
    ]
    return every if len(every) <= most else chance.sample(every, most)


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_valid_sets_are_clean(version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random(f"{version}{kind}")
    for density in (0, 0.03, 0.1, 0.3) * 12:
        assert trouble_of_valid(known, chance, density) == []


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_one_fault_is_one_finding_and_its_code(version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random(f"{kind}{version}")
    for density in (0, 0.05, 0.1, 0.2):
        for fault in faults(known, chance, valid_sets.valid(known, chance, density), 100):
            assert trouble_of_fault(known, fault) == []


@pytest.mark.parametrize(("version", "kind"), SETS)
def test_every_place_of_a_set_is_reached_and_its_faults_told(version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random(kind + version)
    paths = sorted(known.places)
    for path in paths if len(paths) < 60 else chance.sample(paths, 60):
        assert trouble_of_valid(known, chance, 0, focus=(path,)) == []


@pytest.mark.campaign
@pytest.mark.parametrize(("version", "kind"), SETS)
def test_thousands_of_sets_and_faults(version, kind):
    known, chance = valid_sets.facts(version, kind), random.Random()
    for path in sorted(known.places):
        made = valid_sets.valid(known, chance, chance.choice((0, 0.05, 0.2)), (path,))
        assert checked(known, [one.raw() for one in made]).codes == []
        for fault in faults(known, chance, made, 100):
            assert trouble_of_fault(known, fault) == []
