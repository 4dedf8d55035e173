"""Dates, times and durations as text: ISO 8601, as `string()` shows them."""

import datetime as dt
from zoneinfo import ZoneInfo

from .moments import DAY, SECOND, AnyDate, AnyTime, date_of, nanos_in, nanosecond_of, time_of
from .temporal import Temporal
from .values import FarDate, FarMoment, FineTime, YearsMonths


def write_temporal(value: Temporal) -> str:
    """ISO 8601, as `string()` shows it."""
    if isinstance(value, dt.datetime | FarMoment):
        return f"{_write_date(date_of(value))}T{_write_time(time_of(value))}"
    if isinstance(value, dt.date | FarDate):
        return _write_date(value)
    if isinstance(value, dt.time | FineTime):
        return _write_time(value)
    if isinstance(value, YearsMonths):
        return _write_years_months(value.months)
    return _write_days_time(nanos_in(value))


def _write_date(value: AnyDate) -> str:
    return f"{'-' if value.year < 0 else ''}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def _write_time(value: AnyTime) -> str:
    nanosecond = nanosecond_of(value)
    fraction = f".{nanosecond:09d}".rstrip("0") if nanosecond else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{write_zone(value.tzinfo)}"


def write_zone(zone: dt.tzinfo | None) -> str:
    """Z, +08:00 or @Asia/Shanghai, as it stands after a time."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or dt.timedelta()
    if not offset:
        return "Z"
    seconds = abs(offset) // dt.timedelta(seconds=1)
    text = f"{'-' if offset < dt.timedelta() else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def _write_years_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return ("-P" if months < 0 else "P") + text


def _write_days_time(nanos: int) -> str:
    days, rest = divmod(abs(nanos), DAY)
    seconds, fraction = divmod(rest, SECOND)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        time += f"{seconds}" + (f".{fraction:09d}".rstrip("0") if fraction else "") + "S"
    text = (f"{days}D" if days else "") + (f"T{time}" if time else "")
    return ("-P" if nanos < 0 else "P") + (text or "T0S")
