"""When an answer is overdue: time counted on working days only, in the partner's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.profiles.calendars import CALENDARS


def deadline(at: datetime, within: int, calendar: str | None = None, timezone: str | None = None) -> datetime:
    """The moment `within` seconds after `at`, in UTC; days that are no working days of the calendar do not count.

    A calendar that is not known, or none, counts every day: an alert too early is better than none.
    """
    working, zone = CALENDARS.get(calendar or "every_day", CALENDARS["every_day"]), ZoneInfo(timezone or "UTC")
    moment, left = at.astimezone(UTC), timedelta(seconds=within)
    while True:
        day = moment.astimezone(zone).date()
        midnight = datetime.combine(day + timedelta(1), time(), zone).astimezone(UTC)
        if working(day):
            if left <= midnight - moment:
                return moment + left
            left -= midnight - moment
        moment = midnight
