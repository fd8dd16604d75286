from collections import Counter

import pytest

from gateway.translate.outcome import context_of
from tests.mappings import golden

LOST_TERMINATOR = "FTCTT"
"""In two files the terminator before CTT is lost, so that a unit and the next segment are one element."""
NEEDED = 0.95
"""Share of the elements present that the standard mapping of a set reads."""


SEEN = ("850", "855", "856", "810", "860", "865", "846", "820", "940", "945", "214")
"""Sets that the corpus has files of."""


def misplaced(one) -> bool:
    """Whether segments stand where the set's guide has no place for them, so that no mapping can name them.

    Two files call themselves 004030 and send the 214 as 004010 has it: an agreement names the guide that fits.
    """
    return one.id == "214" and any(finding.code == "segment-not-here" for finding in one.findings)


def counts() -> dict[str, tuple[int, Counter[str]]]:
    """By set the elements present in the corpus, and by segment those that nobody reads."""
    present: Counter[str] = Counter()
    left: dict[str, Counter[str]] = {one: Counter() for one in golden.SETS}
    for path in golden.corpus():
        for one, mapping, root in golden.loops(path.read_bytes()):
            if misplaced(one):
                continue
            there, unread = mapping.coverage(root, context_of(None, one))
            present[one.id] += there
            left[one.id].update(unread)
    return {one: (present[one], left[one]) for one in golden.SETS}


@pytest.mark.skipif(not golden.corpus(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_the_standard_mappings_read_what_partners_send():
    found = counts()
    assert {name for name, (present, _) in found.items() if present} == set(SEEN)
    for name, (present, left) in found.items():
        if not present:
            continue
        share = 1 - left.total() / present
        print(f"{name}: {present} elements, {share:.2%} read, not read: {dict(left.most_common())}")
        assert share >= NEEDED, f"{name}: {dict(left.most_common())}"


@pytest.mark.skipif(not golden.corpus(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_every_unit_of_the_corpus_has_a_meaning():
    unknown = Counter()
    for path in golden.corpus():
        for one, mapping, root in golden.loops(path.read_bytes()):
            for finding in mapping.read(root, context_of(None, one)).findings:
                # a component separator at the end of the value belongs to the file, not to the code
                value = finding.value or ""
                if finding.code.startswith("code-") and not value.endswith(one.delimiters.component) and value != LOST_TERMINATOR:
                    unknown[finding.value] += 1

    assert unknown == {}
