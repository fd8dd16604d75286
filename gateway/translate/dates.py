"""Dates, times, ranges and zones as X12 and files write them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from gateway.translate.conversion import Unconvertible

CENTURY_PIVOT = 80
"""A year of two digits from here on is of the last century: 991231 is 1999, 251231 is 2025."""

_FORMAT = re.compile(r"YYYY|YY|MM|DD|[^YMD]")
_RANGE = re.compile(r"(\d{6}|\d{8})-(\d{6}|\d{8})")


def read_date(text: str, form: str = "") -> date:
    """A date of 8 digits (YYYYMMDD) or 6 (YYMMDD), or as a form such as DD.MM.YYYY says.

    Raises Unconvertible for what is no day of the calendar.
    """
    text = text.strip()
    if len(text) == 5 and text.isdigit() and 20_000 < int(text) < 80_000:
        day = date(1899, 12, 30) + timedelta(days=int(text))
        raise Unconvertible("date-invalid", expected=f"{form or 'YYYYMMDD'}; it looks like a spreadsheet's number for {day}")
    if form:
        return _formed(text, form)
    if not (text.isascii() and text.isdigit()):
        raise Unconvertible("date-invalid", expected="YYYYMMDD or YYMMDD")
    if len(text) == 8:
        return _day(text[:4], text[4:6], text[6:])
    if len(text) == 6:
        return _day(_year(text[:2]), text[2:4], text[4:])
    raise Unconvertible("date-invalid", expected="YYYYMMDD or YYMMDD")


def day_of(text: str) -> date | None:
    """The day that an envelope says (GS04), where it is one."""
    try:
        return read_date(text)
    except Unconvertible:
        return None


def write_date(value: date, form: str = "") -> str:
    """The date as 8 digits, or in the form."""
    text = value.strftime("%Y%m%d") if value.year > 999 else f"{value.year:04}{value.month:02}{value.day:02}"
    if not form:
        return text
    parts = {"YYYY": text[:4], "YY": text[2:4], "MM": text[4:6], "DD": text[6:]}
    return "".join(parts.get(token, token) for token in _FORMAT.findall(form))


_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?", re.ASCII)
"""A day of ISO 8601, with a time and an offset behind it or without."""


def read_iso_date(text: str, behind: str = "") -> date:
    """The day of an ISO 8601 date or date and time, as XML and JSON have them; writing puts `behind` after it, as iso_date(T12:00:00Z)."""
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise Unconvertible("date-invalid", expected="YYYY-MM-DD, with a time or without")
    return _day(*found.group(1, 2, 3))


def write_iso_date(value: date, behind: str = "") -> str:
    """The day, and what always stands behind it."""
    return value.isoformat() + behind


def read_iso_time(text: str) -> time:
    """The time of an ISO 8601 time, or of a date and time; its offset is left out."""
    body = text.strip()
    found = _ISO.fullmatch(body) or _ISO.fullmatch(f"2000-01-01T{body}")
    if not found or found.group(4) is None:
        raise Unconvertible("time-invalid", expected="HH:MM:SS")
    try:
        return time(int(found[4]), int(found[5]), int(found[6] or 0), int((found[7] or "").ljust(6, "0")[:6]))
    except ValueError:
        raise Unconvertible("time-invalid", expected="HH:MM:SS") from None


def write_iso_time(value: time) -> str:
    """The time."""
    return value.isoformat()


def _year(two: str) -> str:
    return ("19" if int(two) >= CENTURY_PIVOT else "20") + two


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unconvertible("date-invalid", expected="a day of the calendar") from None


def _formed(text: str, form: str) -> date:
    """The date in a form of YYYY, YY, MM, DD and anything between; a day or month of one digit is read where a mark follows it."""
    pattern = "".join(
        {"YYYY": r"(?P<year>\d{4})", "YY": r"(?P<short>\d\d)", "MM": r"(?P<month>\d\d?)", "DD": r"(?P<day>\d\d?)"}.get(
            token, re.escape(token)
        )
        for token in _FORMAT.findall(form)
    )
    found = re.fullmatch(pattern, text, re.ASCII)
    if not found:
        raise Unconvertible("date-invalid", expected=form)
    parts = found.groupdict()
    year = parts.get("year") or _year(parts.get("short") or "00")
    return _day(year, parts.get("month") or "1", parts.get("day") or "1")


def read_time(text: str) -> time:
    """A time of 4, 6, 7 or 8 digits: HHMM, HHMMSS, and tenths or hundredths of a second behind."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) not in (4, 6, 7, 8):
        raise Unconvertible("time-invalid", expected="HHMM, HHMMSS or HHMMSSDD")
    hundredths = int(text[6:].ljust(2, "0")) if len(text) > 6 else 0
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0), hundredths * 10_000)
    except ValueError:
        raise Unconvertible("time-invalid", expected="a time of the day") from None


def write_time(value: time) -> str:
    """The time in as few digits as say all of it."""
    if value.microsecond:
        return f"{value:%H%M%S}{value.microsecond // 10_000:02}"
    return f"{value:%H%M%S}" if value.second else f"{value:%H%M}"


def read_range(text: str) -> dict[str, date]:
    """A range of dates (format RD8, 20250101-20250131) as its first and last day."""
    found = _RANGE.fullmatch(text.strip())
    if not found:
        raise Unconvertible("date-invalid", expected="YYYYMMDD-YYYYMMDD")
    return {"start": read_date(found.group(1)), "end": read_date(found.group(2))}


def write_range(value: dict[str, date]) -> str:
    """The range as RD8."""
    return f"{write_date(value['start'])}-{write_date(value['end'])}"


_NAMED = {
    "UT": "UTC", "GM": "+00:00", "LT": "local",
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AT": "America/Anchorage", "HT": "Pacific/Honolulu", "NT": "America/St_Johns", "TT": "America/Halifax",
    "ES": "-05:00", "CS": "-06:00", "MS": "-07:00", "PS": "-08:00", "AS": "-09:00", "HS": "-10:00", "NS": "-03:30", "TS": "-04:00",
    "ED": "-04:00 daylight", "CD": "-05:00 daylight", "MD": "-06:00 daylight", "PD": "-07:00 daylight", "AD": "-08:00 daylight",
    "HD": "-09:00 daylight", "ND": "-02:30 daylight", "TD": "-03:00 daylight",
}  # fmt: skip
# X12 element 623: 01-12 are ISO P01-P12, 13-24 are M12-M01
_ZONES = {
    **_NAMED,
    **{f"{n:02}": f"+{n:02}:00 {n:02}" for n in range(1, 13)},
    **{f"{n:02}": f"-{25 - n:02}:00 {n:02}" for n in range(13, 25)},
}
_ZONE_NAMES = {code: name.split(" ")[0] for code, name in _ZONES.items()}
_ZONE_CODES: dict[str, str] = {}
for _code, _name in _ZONE_NAMES.items():
    # several codes say one offset; the numbered one is written, it means nothing else
    if _name not in _ZONE_CODES or _code.isdigit():
        _ZONE_CODES[_name] = _code


def read_zone(text: str) -> str:
    """A time zone code (element 623) as an offset such as -05:00, a zone such as America/Chicago, UTC or local."""
    name = _ZONE_NAMES.get(text.strip())
    if name is None:
        raise Unconvertible("zone-unknown", expected="a code of element 623 such as ET, ES, UT or 05")
    return name


def write_zone(value: str) -> str:
    """The code of an offset or zone."""
    return _ZONE_CODES[value]
