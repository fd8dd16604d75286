"""Calendars that deadlines are counted by: which days are working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

Working = Callable[[date], bool]


def _weekday(day: date) -> bool:
    return day.weekday() < 5


@cache
def _us_holidays(year: int) -> frozenset[date]:
    """The federal holidays of a year, as they are observed (5 U.S.C. 6103): Saturday's on Friday, Sunday's on Monday."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), *([date(year, 6, 19)] if year >= 2021 else [])]
    moved = [day - timedelta(1) if day.weekday() == 5 else day + timedelta(1) if day.weekday() == 6 else day for day in fixed]
    return frozenset(
        (
            *moved,
            _nth(year, 1, 0, 3),
            _nth(year, 2, 0, 3),
            _last(year, 5, 0),
            _nth(year, 9, 0, 1),
            _nth(year, 10, 0, 2),
            _nth(year, 11, 3, 4),
        )
    )


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta((after.weekday() - weekday - 1) % 7 + 1)


def _us(day: date) -> bool:
    # the New Year of a Saturday is observed on the last day of the year before
    return _weekday(day) and day not in _us_holidays(day.year) and day not in _us_holidays(day.year + 1)


@cache
def _easter(year: int) -> date:
    """Easter Sunday (Gregorian; Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    shift = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    back = (32 + 2 * (century % 4) + 2 * (rest // 4) - shift - rest % 4) % 7
    late = (year % 19 + 11 * shift + 22 * back) // 451
    month, day = divmod(shift + back - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _target(day: date) -> bool:
    """Days on which the euro's settlement system works: neither weekends, nor Good Friday, Easter Monday, 1 May and three others."""
    easter = _easter(day.year)
    closed = {easter - timedelta(2), easter + timedelta(1)}
    return _weekday(day) and day not in closed and (day.month, day.day) not in ((1, 1), (5, 1), (12, 25), (12, 26))


CALENDARS: dict[str, Working] = {"us": _us, "target": _target, "weekdays": _weekday, "every_day": lambda day: True}
"""By the name that a profile says (`calendar: us`)."""
