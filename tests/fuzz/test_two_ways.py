"""What was learnt of sets never changes what becomes of them, whatever comes next."""

import random

import pytest
import two_ways

TEMPLATES = two_ways.templates()
NAMES = [f"{n}-{segments[0].split('*')[1]}" for n, (_, segments) in enumerate(TEMPLATES)]


def held(template, chance, tries):
    """Teach a set, then try worse ones."""
    heads, segments = template
    seen = two_ways.taught(heads, segments, chance)
    for _ in range(tries):
        seen += two_ways.compared(two_ways.tried(heads, segments, chance))
    return seen


@pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)
def test_sets_like_a_sample_and_worse_ones_come_to_the_same_by_form_and_by_rules(template):
    held(template, random.Random(template[1][0]), 6)


def test_most_sets_that_come_again_are_read_by_form():
    seen = held(TEMPLATES[0], random.Random(1), 0)
    assert seen["short"] > seen["sets"] // 3


@pytest.mark.campaign
@pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)
def test_thousands_of_worse_sets_come_to_the_same_by_form_and_by_rules(template):
    held(template, random.Random(), 400)
