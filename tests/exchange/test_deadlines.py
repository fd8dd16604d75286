"""Deadlines: hours of working days in the partner's own zone, whatever the clocks do there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.deadlines import deadline
from gateway.profiles.calendars import CALENDARS

FRIDAY = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
HOUR = 3600


@pytest.mark.parametrize(
    ("at", "hours", "calendar", "zone", "then"),
    [
        (FRIDAY, 4, None, None, "2026-03-07T02:00"),
        (FRIDAY, 4, "weekdays", "UTC", "2026-03-09T02:00"),
        (FRIDAY, 2, "weekdays", "UTC", "2026-03-07T00:00"),
        (FRIDAY, 4, "weekdays", "America/Chicago", "2026-03-07T02:00"),  # four in the afternoon there
        (datetime(2026, 3, 7, 12, tzinfo=UTC), 1, "weekdays", "UTC", "2026-03-09T01:00"),
        (datetime(2026, 7, 2, 23, tzinfo=UTC), 2, "us", "UTC", "2026-07-06T01:00"),  # Independence Day is a Saturday
        (datetime(2026, 4, 2, 23, tzinfo=UTC), 2, "target", "UTC", "2026-04-07T01:00"),  # Easter
        (datetime(2026, 3, 6, 12, tzinfo=UTC), 24 * 3, "weekdays", "America/New_York", "2026-03-11T11:00"),  # clocks go forward
        (FRIDAY, 4, "moon", None, "2026-03-07T02:00"),
    ],
)
def test_only_working_time_counts(at, hours, calendar, zone, then):
    assert deadline(at, hours * HOUR, calendar, zone) == datetime.fromisoformat(then).replace(tzinfo=UTC)


moments = st.integers(0, 15 * 365 * 86_400).map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(moments, st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(sorted(CALENDARS)))
def test_two_spans_one_after_the_other_are_their_sum(at, first, second, calendar):
    zone = "America/Chicago"
    assert deadline(deadline(at, first, calendar, zone), second, calendar, zone) == deadline(at, first + second, calendar, zone)


@given(moments, st.integers(1, 10**6), st.sampled_from(sorted(CALENDARS)))
def test_a_deadline_is_never_earlier_than_the_time_it_gives(at, within, calendar):
    assert deadline(at, within, calendar) >= at + timedelta(seconds=within)


def test_the_holidays_of_a_year_are_as_published():
    closed = {day for n in range(365) if (day := date(2026, 1, 1) + timedelta(n)).weekday() < 5 and not CALENDARS["us"](day)}
    assert [f"{day:%m-%d}" for day in sorted(closed)] == [
        "01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25",
    ]  # fmt: skip


def test_a_new_year_on_a_saturday_is_observed_in_the_old_year():
    assert not CALENDARS["us"](date(2021, 12, 31))


@pytest.mark.parametrize(
    ("year", "friday"), [(2024, date(2024, 3, 29)), (2025, date(2025, 4, 18)), (2026, date(2026, 4, 3)), (2038, date(2038, 4, 23))]
)
def test_good_friday_is_no_day_of_settlement(year, friday):
    assert not CALENDARS["target"](friday)
    assert not CALENDARS["target"](friday + timedelta(3))
    assert CALENDARS["target"](friday - timedelta(1))
