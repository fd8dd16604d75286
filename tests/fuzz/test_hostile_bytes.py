"""Laws of the X12 check for bytes nobody means well with: findings come out, never an exception."""

import random

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st

PIECES = st.one_of(st.binary(max_size=40), st.sampled_from(hostile.TOKENS), st.sampled_from(hostile.THREE_SETS.split(b"~")))


@given(st.binary(max_size=2000))
def test_any_bytes_give_findings(data):
    assert hostile.judge(data)


@given(st.lists(PIECES, max_size=60).map(b"~".join))
def test_anything_that_looks_like_x12_is_read(data):
    hostile.judge(hostile.ISA % 7 + data)


@given(st.integers(0, 2**32))
def test_a_mutated_interchange_is_read(seed):
    hostile.judge(hostile.mutated(hostile.THREE_SETS, [hostile.THREE_SETS], random.Random(seed)))


def test_where_chunks_end_changes_no_finding_inside_an_interchange():
    def inside(data, chunk):
        return hostile.judge(data, chunk)

    for seed in (*range(300), 1344, 2009, 2633):
        data = hostile.mutated(hostile.THREE_SETS, [hostile.THREE_SETS], random.Random(seed))[:5000]
        assert inside(data, 1) == inside(data, None), seed


@pytest.mark.parametrize("data", hostile.MONOTONE, ids=lambda data: f"{data[:3]} and then {data[-9:]}")
def test_64_kb_of_one_thing_give_findings(data):
    assert hostile.judge(data)


def test_a_whole_interchange_is_without_findings():
    assert hostile.judge(hostile.THREE_SETS) == []


@pytest.mark.parametrize("length", range(1, len(hostile.THREE_SETS) - 1))
def test_every_truncation_says_that_something_is_missing(length):
    assert hostile.judge(hostile.THREE_SETS[:length])


SEEDS = [path.read_bytes() for path in sorted(hostile.SAMPLES.rglob("*.edi"))]
FOUND = sorted(hostile.FOUND.glob("*"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_once_is_mended(path):
    assert hostile.trouble(path.read_bytes()) is None


@given(st.lists(PIECES, max_size=30).map(b"~".join), st.sampled_from(sorted(hostile.KIND_OF)))
def test_any_body_of_a_set_is_judged_and_answered(body, target):
    hostile.judge(hostile.wrapped(body, target))


@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_a_mutated_sample_of_any_set_is_judged_answered_and_the_answer_read(data, seed):
    hostile.judge(hostile.mutated(data, SEEDS, random.Random(seed)))
