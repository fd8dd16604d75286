"""Control numbers: equal as numbers, one circle of nine digits, a late one never sets the counter back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.control_numbers import (
    LARGEST,
    ahead,
    equal,
    following,
    group_number,
    interchange_number,
    number,
    sequence,
    set_number,
    taking_over,
)

numbers = st.integers(1, LARGEST)


@pytest.mark.parametrize(
    ("text", "value"), [("000000001", 1), ("1", 1), ("000000916  ", 916), ("0000000000916", 916), ("999999999", LARGEST), ("0", 0)]
)
def test_zeros_and_blanks_are_no_difference(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "   ", "12A", "-1", "1.0", "1234567890", "٣", "1 2", "+1"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


def test_numbers_that_are_none_are_equal_as_text_only() -> None:
    assert equal("A1", "A1 ")
    assert not equal("A1", "1")
    assert equal("0007", "7")


def test_numbers_are_written_in_the_elements_form() -> None:
    assert (interchange_number(7), group_number(7), set_number(7), set_number(123456)) == ("000000007", "7", "0007", "123456")


@given(numbers)
def test_what_is_written_is_read(value: int) -> None:
    assert {number(write(value)) for write in (interchange_number, group_number, set_number)} == {value}


@given(numbers)
def test_the_following_number_is_one_ahead_and_valid(value: int) -> None:
    after = following(value)
    assert 1 <= after.value <= LARGEST
    assert ahead(value, after.value) == 1
    assert after.wrapped == (value == LARGEST)


@given(numbers, numbers)
def test_ahead_and_behind_are_two_sides_of_one_distance(one: int, other: int) -> None:
    assert ahead(one, other) == -ahead(other, one)


def test_counting_begins_at_one_and_above_a_predecessors_last() -> None:
    assert following(0).value == 1
    assert following(taking_over(3, 4711)).value == 4712
    assert following(taking_over(5000, 4711)).value == 5001


@pytest.mark.parametrize(
    ("last", "received", "step", "now", "missing"),
    [
        (None, "000000005", "first", 5, 0),
        (5, "000000006", "next", 6, 0),
        (5, "000000005", "same", 5, 0),
        (5, "000000009", "gap", 9, 3),
        (9, "000000008", "back", 9, 0),
        (LARGEST, "000000001", "wrapped", 1, 0),
        (LARGEST - 1, "000000001", "gap", 1, 1),
        (3, "999999999", "back", 3, 0),
        (5, "ABC", "invalid", 5, 0),
        (5, "000000000", "invalid", 5, 0),
    ],
)
def test_how_a_received_number_follows_the_last(last: int | None, received: str, step: str, now: int, missing: int) -> None:
    got = sequence(last, received, "01/ACME", "warn")
    assert (got.step, got.last, got.missing) == (step, now, missing)


def test_jumps_are_told_and_held_only_as_agreed() -> None:
    told = {
        order: (s.finding.message if (s := sequence(5, "9", "01/ACME", order)).finding else None, s.hold)
        for order in ("off", "warn", "hold")
    }
    message = "The control number '9' of 01/ACME leaves out 3 since 5"
    assert told == {"off": (None, False), "warn": (message, False), "hold": (message, True)}


def test_a_number_that_is_none_and_one_that_begins_anew_are_told() -> None:
    told = [sequence(last, received, "01/ACME", "warn").finding for last, received in ((5, "ABC"), (LARGEST, "000000001"))]
    assert [finding and finding.code for finding in told] == ["control-number-invalid", "control-number-wrapped"]
