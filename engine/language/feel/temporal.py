"""Dates, times and durations read from text.

Formats are those of ISO 8601 as XML Schema narrows them, with a zone name after “@” as FEEL adds. The rule: a value
keeps the zone it was written with, and one that was written without a zone never gets one.
"""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from .moments import (
    SECOND,
    AnyDate,
    AnyLength,
    AnyMoment,
    AnyTime,
    count_of,
    date_at,
    length_of,
    make_date,
    make_moment,
    make_time,
)
from .values import LongDuration, YearsMonths

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][A-Za-z0-9_+/-]{0,60}))?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(?:(T)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{0,18}))?S)?)?", re.ASCII
)
LARGEST_OFFSET = dt.timedelta(hours=18)

Temporal = AnyDate | AnyMoment | AnyTime | AnyLength | YearsMonths


def read_temporal(text: str) -> Temporal | None:
    """What an @-literal stands for: a date, date and time, time or duration; None if it is none of them."""
    for read in (read_date, read_datetime, read_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def read_date(text: str) -> AnyDate | None:
    match = _DATE.fullmatch(text)
    try:
        return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except (ValueError, OverflowError):
        return None


def read_time(text: str) -> AnyTime | None:
    """A time of day; 24:00:00 is midnight."""
    midnight = _ends_day(text)
    match = _TIME.fullmatch("00" + text[2:] if midnight else text)
    if match is None:
        return None
    hour, minute, second, fraction = match.group(1, 2, 3, 4)
    try:
        return make_time(int(hour), int(minute), int(second), _nanoseconds(fraction), _zone_of(match))
    except ValueError:
        return None


def _ends_day(time_text: str) -> bool:
    return time_text.startswith("24:00:00") and not time_text[8:].lstrip(".0")[:1].isdigit()


def read_datetime(text: str) -> AnyMoment | None:
    """A date and a time joined by “T”, or a date alone, which means its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not separator:
        return make_moment(day, dt.time())
    time = read_time(time_text)
    if time is None:
        return None
    if _ends_day(time_text):
        day = date_at(count_of(day).day + 1)
    return make_moment(day, time)


def read_duration(text: str) -> YearsMonths | AnyLength | None:
    match = _YEARS_MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None or not any(match.group(2, 4, 5, 6)) or (match[3] and not any(match.group(4, 5, 6))):
        return None
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (2, 4, 5, 6))
    nanos = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND + _nanoseconds(match[7])
    try:
        return length_of(-nanos if match[1] else nanos)
    except OverflowError:
        return None


def _nanoseconds(fraction: str | None) -> int:
    return int(fraction[:9].ljust(9, "0")) if fraction else 0


def _zone_of(match: re.Match[str]) -> dt.tzinfo | None:
    """The zone of a time; raises ValueError for one that does not exist."""
    zulu, sign, hours, minutes, seconds, name = match.group(5, 6, 7, 8, 9, 10)
    if zulu:
        return dt.UTC
    if name:
        return zone_named(name)
    if not sign:
        return None
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if int(minutes) > 59 or int(seconds or 0) > 59:
        raise ValueError("Expected an offset with minutes below 60")
    return zone_at(-offset if sign == "-" else offset)


def zone_at(offset: AnyLength) -> dt.timezone:
    """The zone that is always that far from UTC; raises ValueError beyond 18 hours."""
    if isinstance(offset, LongDuration) or abs(offset) > LARGEST_OFFSET:
        raise ValueError("Expected an offset of at most 18 hours")
    return dt.timezone(offset)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> dt.tzinfo:
    """The zone of the IANA database by that name. Raises ValueError for any other name."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"Expected the name of a time zone, but got {name}") from None
