"""The calendar and the clock as plain counts: days since 1970-01-01 and nanoseconds since midnight.

Python's own types hold the years 1 to 9999 and microseconds; FEEL wants years of nine digits and nanoseconds. The rule:
whatever Python can hold is held by Python's type, so that a value has one form only.
"""

import datetime as dt
from typing import NamedTuple

from .limits import ZONE, charge
from .values import FarDate, FarMoment, FineTime, LongDuration, YearsMonths

AnyDate = dt.date | FarDate
AnyTime = dt.time | FineTime
AnyMoment = dt.datetime | FarMoment
AnyLength = dt.timedelta | LongDuration

FARTHEST_YEAR = 999_999_999
SECOND = 1_000_000_000
DAY = 86_400 * SECOND
_MICROSECOND = dt.timedelta(microseconds=1)
_ERA_DAYS = 146_097
_LONGEST = 2**63 * SECOND
_MOST_MONTHS = 2**63
_PYTHON_DAYS = 999_999_999
# A time of day has no date, yet a named zone needs one to know its offset: winter time of a fixed year is used.
_ANY_DAY = 10_957


class Count(NamedTuple):
    """A date, time, or both as counts, with the zone that the clock shows."""

    day: int
    nanos: int
    zone: dt.tzinfo | None


def day_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, carried on before its invention; no year is checked."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * _ERA_DAYS + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def date_at(day: int) -> AnyDate:
    """The date that many days after 1970-01-01. Raises OverflowError beyond nine digits of years."""
    era, day_of_era = divmod(day + 719_468, _ERA_DAYS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return make_date(year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def make_date(year: int, month: int, day: int) -> AnyDate:
    """A date of any year. Raises ValueError for one that does not exist, OverflowError for one too far away."""
    if 1 <= year <= 9999:
        return dt.date(year, month, day)
    if abs(year) > FARTHEST_YEAR:
        raise OverflowError("Expected a year of at most nine digits")
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        raise ValueError("Expected a day of the calendar")
    return FarDate(year, month, day)


def make_time(hour: int, minute: int, second: int, nanosecond: int = 0, zone: dt.tzinfo | None = None) -> AnyTime:
    """A time of day. Raises ValueError for one that does not exist."""
    plain = dt.time(hour, minute, second, nanosecond // 1000, zone)
    return FineTime(hour, minute, second, nanosecond, zone) if nanosecond % 1000 else plain


def make_moment(date: AnyDate, time: AnyTime) -> AnyMoment:
    if isinstance(date, dt.date) and isinstance(time, dt.time):
        return dt.datetime.combine(date, time)
    return FarMoment(date, time)


def date_of(moment: AnyMoment | AnyDate) -> AnyDate:
    """The date of a date and time; a date is its own."""
    if isinstance(moment, dt.datetime):
        return moment.date()
    return moment.date if isinstance(moment, FarMoment) else moment


def time_of(moment: AnyMoment) -> AnyTime:
    return moment.timetz() if isinstance(moment, dt.datetime) else moment.time


def nanosecond_of(time: AnyTime) -> int:
    """The fraction of the second, in nanoseconds."""
    return time.nanosecond if isinstance(time, FineTime) else time.microsecond * 1000


def count_of(value: AnyDate | AnyTime | AnyMoment) -> Count:
    """The value as counts: a date lies at its midnight without a zone, a time on no day in particular."""
    if isinstance(value, dt.datetime | FarMoment):
        time = count_of(time_of(value))
        return Count(count_of(date_of(value)).day, time.nanos, time.zone)
    if isinstance(value, dt.date | FarDate):
        return Count(day_of(value.year, value.month, value.day), 0, None)
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return Count(_ANY_DAY, seconds * SECOND + nanosecond_of(value), value.tzinfo)


def moment_at(count: Count) -> AnyMoment:
    """The date and time of these counts; nanoseconds beyond one day move the date."""
    days, nanos = divmod(count.nanos, DAY)
    return make_moment(date_at(count.day + days), time_at(nanos, count.zone))


def time_at(nanos: int, zone: dt.tzinfo | None) -> AnyTime:
    """The time of day so long after midnight, around the clock."""
    seconds, nanosecond = divmod(nanos % DAY, SECOND)
    return make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanosecond, zone)


def offset_of(count: Count) -> int | None:
    """How far the zone is from UTC when its clock shows that, in nanoseconds; None without a zone."""
    if count.zone is None:
        return None
    charge(ZONE)
    return _nanos_or_none(_like(count).replace(tzinfo=count.zone).utcoffset())


def _like(count: Count) -> dt.datetime:
    """That clock in a year that Python knows: zones repeat with the calendar every 400 years."""
    date, seconds = date_at(count.day), count.nanos // SECOND
    year = date.year if 1 < date.year < 9999 else 2000 + date.year % 400 if date.year > 1 else 4 + date.year % 4
    return dt.datetime(year, date.month, date.day, seconds // 3600, seconds // 60 % 60, seconds % 60)  # noqa: DTZ001


def _nanos_or_none(offset: dt.timedelta | None) -> int | None:
    return None if offset is None else nanos_in(offset)


def instant(count: Count) -> int:
    """Nanoseconds since 1970 in UTC; without a zone, since 1970 on the same clock."""
    return count.day * DAY + count.nanos - (offset_of(count) or 0)


def nanos_in(length: AnyLength) -> int:
    return length.nanoseconds if isinstance(length, LongDuration) else length // _MICROSECOND * 1000


def length_of(nanos: int) -> AnyLength:
    """A duration of so many nanoseconds. Raises OverflowError for one that is too long."""
    if abs(nanos) > _LONGEST:
        raise OverflowError("Expected a duration of at most 64 bits of seconds")
    if nanos % 1000 or abs(nanos) >= _PYTHON_DAYS * DAY:
        return LongDuration(nanos)
    return dt.timedelta(microseconds=nanos // 1000)


def months_of(months: int) -> YearsMonths:
    """A duration of so many months. Raises OverflowError for one that is too long."""
    if abs(months) > _MOST_MONTHS:
        raise OverflowError("Expected a duration of at most 64 bits of months")
    return YearsMonths(months)


def at_instant(nanos: int, zone: dt.tzinfo | None) -> AnyMoment:
    """The moment of UTC as the clock of a zone shows it."""
    charge(ZONE)
    universal = Count(*divmod(nanos, DAY), dt.UTC)
    shown = _like(universal).replace(tzinfo=dt.UTC).astimezone(zone)
    return moment_at(Count(*divmod(nanos + (_nanos_or_none(shown.utcoffset()) or 0), DAY), zone))
