"""Built-in functions that make dates, times and durations, and that ask the calendar.

The rule: a text that is no date gives null, and a date with a time that does not exist is no date.
"""

import datetime as dt
from decimal import Decimal

from engine import clock

from . import temporal
from .builtins_numbers import exact
from .functions import Library
from .limits import READING, charge
from .moments import (
    SECOND,
    AnyDate,
    AnyLength,
    AnyMoment,
    AnyTime,
    at_instant,
    count_of,
    date_at,
    date_of,
    day_of,
    days_in_month,
    instant,
    length_of,
    make_date,
    make_moment,
    make_time,
    moment_at,
    nanos_in,
    time_of,
)
from .temporal_properties import weekday
from .values import NUMBERS, Value, YearsMonths

library = Library()

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MIDNIGHT = dt.time(tzinfo=dt.UTC)


def _required(value: Value) -> Value:
    """What was read from text; raises ValueError where it could not be read."""
    charge(READING)
    if value is None:
        raise ValueError("Expected a text that can be read")
    return value


@library.add("date", "from: string")
def _date_from_text(text: str) -> Value:
    return _required(temporal.read_date(text))


@library.add("date", "from: date|moment")
def _date_of(moment: AnyDate | AnyMoment) -> Value:
    return date_of(moment)


@library.add("date", "year: number, month: number, day: number")
def _date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    return make_date(exact(year), exact(month), exact(day))


@library.add("time", "from: string")
def _time_from_text(text: str) -> Value:
    return _required(temporal.read_time(text))


@library.add("time", "from: time")
def _same_time(time: AnyTime) -> Value:
    return time


@library.add("time", "from: moment")
def _time_of(moment: AnyMoment) -> Value:
    return time_of(moment)


@library.add("time", "from: date")
def _midnight(_date: AnyDate) -> Value:
    return _MIDNIGHT


@library.add("time", "hour: number, minute: number, second: number, offset?: days")
def _time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: AnyLength | None) -> Value:
    zone = None if offset is None else temporal.zone_at(offset)
    nanos = int(NUMBERS.multiply(second % 1, Decimal(SECOND)))
    return make_time(exact(hour), exact(minute), int(second), nanos, zone)


@library.add("date and time", "from: string")
def _moment_from_text(text: str) -> Value:
    return _required(temporal.read_datetime(text))


@library.add("date and time", "from: moment")
def _same_moment(moment: AnyMoment) -> Value:
    return moment


@library.add("date and time", "from: date")
def _moment_of(date: AnyDate) -> Value:
    return make_moment(date, _MIDNIGHT)


@library.add("date and time", "date: date|moment, time: time")
def _moment_from_both(date: AnyDate | AnyMoment, time: AnyTime) -> Value:
    return make_moment(date_of(date), time)


@library.add("date and time", "date: moment, timezone: string")
def _moment_in_zone(moment: AnyMoment, name: str) -> Value:
    """The same moment on the clock of another zone; without a zone, that clock is meant."""
    count, zone = count_of(moment), temporal.zone_named(name)
    return moment_at(count._replace(zone=zone)) if count.zone is None else at_instant(instant(count), zone)


@library.add("duration", "from: string")
def _duration_from_text(text: str) -> Value:
    return _required(temporal.read_duration(text))


@library.add("years and months duration", "from: date|moment, to: date|moment")
def _months_between(start: AnyDate | AnyMoment, end: AnyDate | AnyMoment) -> Value:
    """Complete months from one day to another, negative if the second is earlier."""
    forward = _clock_of(start) <= _clock_of(end)
    earlier, later = (start, end) if forward else (end, start)
    first, last = date_of(earlier), date_of(later)
    months = (last.year - first.year) * 12 + last.month - first.month
    if (last.day, count_of(later).nanos) < (first.day, count_of(earlier).nanos):
        months -= 1
    return YearsMonths(months if forward else -months)


def _clock_of(value: AnyDate | AnyMoment) -> tuple[int, int]:
    count = count_of(value)
    return count.day, count.nanos


@library.add("abs", "n: days")
def _abs_days(length: AnyLength) -> Value:
    return length_of(abs(nanos_in(length)))


@library.add("abs", "n: months")
def _abs_months(length: YearsMonths) -> Value:
    return YearsMonths(abs(length.months))


@library.add("day of year", "date: date|moment")
def _day_of_year(day: AnyDate | AnyMoment) -> Value:
    date = date_of(day)
    return Decimal(count_of(date).day - day_of(date.year, 1, 1) + 1)


@library.add("day of week", "date: date|moment")
def _day_of_week(day: AnyDate | AnyMoment) -> Value:
    return _WEEKDAYS[weekday(day) - 1]


@library.add("month of year", "date: date|moment")
def _month_of_year(day: AnyDate | AnyMoment) -> Value:
    return _MONTHS[date_of(day).month - 1]


@library.add("week of year", "date: date|moment")
def _week_of_year(day: AnyDate | AnyMoment) -> Value:
    """The week of ISO 8601: weeks begin on Monday and belong to the year that has their Thursday."""
    thursday = count_of(day).day + 4 - weekday(day)
    return Decimal((thursday - day_of(date_at(thursday).year, 1, 1)) // 7 + 1)


@library.add("last day of month", "date: date|moment")
def _last_day_of_month(day: AnyDate | AnyMoment) -> Value:
    date = date_of(day)
    return Decimal(days_in_month(date.year, date.month))


@library.add("now", "")
def _now() -> Value:
    return clock.local(clock.now())


@library.add("today", "")
def _today() -> Value:
    return clock.local(clock.now()).date()
