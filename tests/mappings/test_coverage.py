from collections import Counter

import pytest

from gateway.translate.outcome import context_of
from tests.mappings import golden

NEEDED = 0.95
"""Share of the elements present that the standard mapping of a set reads."""


def counts() -> dict[str, tuple[int, Counter[str]]]:
    """By set the elements present in the corpus, and by segment those that nobody reads."""
    present: Counter[str] = Counter()
    left: dict[str, Counter[str]] = {one: Counter() for one in golden.SETS}
    for path in golden.corpus():
        for one, mapping, root in golden.loops(path.read_bytes()):
            there, unread = mapping.coverage(root, context_of(None, one))
            present[one.id] += there
            left[one.id].update(unread)
    return {one: (present[one], left[one]) for one in golden.SETS}


@pytest.mark.skipif(not golden.corpus(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_the_standard_mappings_read_what_partners_send():
    for name, (present, left) in counts().items():
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
                if finding.code.startswith("code-") and not (finding.value or "").endswith(one.delimiters.component):
                    unknown[finding.value] += 1

    assert unknown == {}
