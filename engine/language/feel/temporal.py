"""Dates, times and durations: read from text, written as text, and taken apart by `.year`, `.hours` …

Formats are those of ISO 8601 as XML Schema narrows them, with a zone name after “@” as FEEL adds. The rule: a value
keeps the zone it was written with, and one that was written without a zone never gets one.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .values import NUMBERS, Value, YearsMonths

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,18}))?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][A-Za-z0-9_+/-]{0,60}))?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(?:(T)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{0,18}))?S)?)?", re.ASCII
)
SECOND = dt.timedelta(seconds=1)
MICROSECOND = dt.timedelta(microseconds=1)
LARGEST_OFFSET = dt.timedelta(hours=18)
# A time of day has no date, yet a named zone needs one to know its offset; winter time of a fixed year is used.
_ANY_DAY = dt.date(2000, 1, 1)

Temporal = dt.date | dt.time | dt.timedelta | YearsMonths
_Getter = Callable[[Any], Value]


def read_temporal(text: str) -> Temporal | None:
    """What an @-literal stands for: a date, date and time, time or duration; None if it is none of them."""
    for read in (read_date, read_datetime, read_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def read_date(text: str) -> dt.date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_time(text: str) -> dt.time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction = match.group(1, 2, 3, 4)
    try:
        zone = _zone_of(match)
        return dt.time(int(hour), int(minute), int(second), _microseconds(fraction), zone)
    except ValueError:
        return None


def read_datetime(text: str) -> dt.datetime | None:
    """A date and a time joined by “T”, or a date alone, which means its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not separator:
        return dt.datetime.combine(day, dt.time())
    time = read_time(time_text)
    return None if time is None else dt.datetime.combine(day, time)


def read_duration(text: str) -> YearsMonths | dt.timedelta | None:
    match = _YEARS_MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if (
        match is None
        or not (match[2] or match[4] or match[5] or match[6])
        or (match[3] and not any(match.group(4, 5, 6)))
    ):
        return None
    days, hours, minutes, seconds = (int(match[group] or 0) for group in (2, 4, 5, 6))
    try:
        length = dt.timedelta(days, seconds, _microseconds(match[7]), hours=hours, minutes=minutes)
    except OverflowError:
        return None
    return -length if match[1] else length


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


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


def zone_at(offset: dt.timedelta) -> dt.timezone:
    """The zone that is always that far from UTC; raises ValueError beyond 18 hours."""
    if abs(offset) > LARGEST_OFFSET:
        raise ValueError("Expected an offset of at most 18 hours")
    return dt.timezone(offset)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> dt.tzinfo:
    """The zone of the IANA database by that name. Raises ValueError for any other name."""
    if name in {"Z", "UTC"}:
        return dt.UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"Expected the name of a time zone, but got {name}") from None


# Text


def write_temporal(value: Temporal) -> str:
    """ISO 8601, as `string()` shows it."""
    if isinstance(value, dt.datetime):
        return f"{value.date().isoformat()}T{_write_time(value.timetz())}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return _write_time(value)
    if isinstance(value, YearsMonths):
        return _write_years_months(value.months)
    return _write_days_time(value)


def _write_time(value: dt.time) -> str:
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{_write_zone(value.tzinfo)}"


def _write_zone(zone: dt.tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or dt.timedelta()
    if not offset:
        return "Z"
    seconds = abs(offset) // SECOND
    text = f"{'-' if offset < dt.timedelta() else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def _write_years_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return ("-P" if months < 0 else "P") + text


def _write_days_time(value: dt.timedelta) -> str:
    length = abs(value)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{length.days}D" if length.days else "") + (f"T{time}" if time else "")
    return ("-P" if value < dt.timedelta() else "P") + (text or "T0S")


# Properties


def temporal_property(value: Temporal, name: str) -> Value:
    """`.year`, `.time offset`, `.hours` …; raises KeyError for a property that such a value does not have."""
    return _PROPERTIES[type(value)][name](value)


def offset_of(value: dt.datetime | dt.time) -> dt.timedelta | None:
    """How far the value's zone is from UTC, or None without a zone."""
    if isinstance(value, dt.time) and value.tzinfo is not None:
        return dt.datetime.combine(_ANY_DAY, value).utcoffset()
    return value.utcoffset()


def _seconds(value: dt.datetime | dt.time) -> Decimal:
    return Decimal(value.second) + Decimal(value.microsecond).scaleb(-6)


def _zone_name(value: dt.datetime | dt.time) -> Value:
    zone = value.tzinfo
    if zone is None:
        return None
    return zone.key if isinstance(zone, ZoneInfo) else _write_zone(zone)


def _signed(value: int, negative: bool) -> Decimal:
    return Decimal(-value if negative else value)


def _clock_part(part: str) -> _Getter:
    def get(value: dt.timedelta) -> Value:
        length = abs(value)
        amount = {"hours": length.seconds // 3600, "minutes": length.seconds // 60 % 60, "days": length.days}[part]
        return _signed(amount, value < dt.timedelta())

    return get


def _seconds_part(value: dt.timedelta) -> Value:
    length = abs(value)
    amount = Decimal(length.seconds % 60) + Decimal(length.microseconds).scaleb(-6)
    return NUMBERS.minus(amount) if value < dt.timedelta() else amount


_DATE_PROPERTIES: dict[str, _Getter] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME_PROPERTIES: dict[str, _Getter] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _seconds,
    "time offset": offset_of,
    "timezone": _zone_name,
}
_PROPERTIES: dict[type, dict[str, _Getter]] = {
    dt.date: _DATE_PROPERTIES,
    dt.time: _TIME_PROPERTIES,
    dt.datetime: {**_DATE_PROPERTIES, **_TIME_PROPERTIES},
    YearsMonths: {
        "years": lambda value: _signed(abs(value.months) // 12, value.months < 0),
        "months": lambda value: _signed(abs(value.months) % 12, value.months < 0),
    },
    dt.timedelta: {
        **{part: _clock_part(part) for part in ("days", "hours", "minutes")},
        "seconds": _seconds_part,
    },
}
