"""Built-in functions that make dates, times and durations, and that ask the calendar.

The rule: a text that is no date gives null, and a date with a time that does not exist is no date.
"""

import datetime as dt
from decimal import Decimal

from engine import clock

from . import temporal
from .builtins_numbers import exact
from .functions import Library
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
    if value is None:
        raise ValueError("Expected a text that can be read")
    return value


@library.add("date", "from: string")
def _date_from_text(text: str) -> Value:
    return _required(temporal.read_date(text))


@library.add("date", "from: date|moment")
def _date_of(moment: dt.date) -> Value:
    return moment.date() if isinstance(moment, dt.datetime) else moment


@library.add("date", "year: number, month: number, day: number")
def _date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    return dt.date(exact(year), exact(month), exact(day))


@library.add("time", "from: string")
def _time_from_text(text: str) -> Value:
    return _required(temporal.read_time(text))


@library.add("time", "from: date|time|moment")
def _time_of(moment: dt.date | dt.time) -> Value:
    if isinstance(moment, dt.datetime):
        return moment.timetz()
    return moment if isinstance(moment, dt.time) else _MIDNIGHT


@library.add("time", "hour: number, minute: number, second: number, offset?: days")
def _time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: dt.timedelta | None) -> Value:
    zone = None if offset is None else temporal.zone_at(offset)
    whole = int(second)
    fraction = int(NUMBERS.multiply(NUMBERS.subtract(second, Decimal(whole)), Decimal(1_000_000)))
    return dt.time(exact(hour), exact(minute), whole, fraction, zone)


@library.add("date and time", "from: string")
def _moment_from_text(text: str) -> Value:
    return _required(temporal.read_datetime(text))


@library.add("date and time", "from: date|moment")
def _moment_of(day: dt.date) -> Value:
    return day if isinstance(day, dt.datetime) else dt.datetime.combine(day, _MIDNIGHT)


@library.add("date and time", "date: date|moment, time: time")
def _moment_from_both(day: dt.date, time: dt.time) -> Value:
    return dt.datetime.combine(day, time)


@library.add("date and time", "date: moment, timezone: string")
def _moment_in_zone(moment: dt.datetime, zone: str) -> Value:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=temporal.zone_named(zone))
    return moment.astimezone(temporal.zone_named(zone))


@library.add("duration", "from: string")
def _duration_from_text(text: str) -> Value:
    return _required(temporal.read_duration(text))


@library.add("duration", "from: days|months")
def _same_duration(length: Value) -> Value:
    return length


@library.add("years and months duration", "from: date|moment, to: date|moment")
def _months_between(start: dt.date, end: dt.date) -> Value:
    """Complete months from one day to another, negative if the second is earlier."""
    first, second = _naive(start), _naive(end)
    earlier, later = min(first, second), max(first, second)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if (later.day, later.time()) < (earlier.day, earlier.time()):
        months -= 1
    return YearsMonths(months if first <= second else -months)


def _naive(value: dt.date) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    return dt.datetime.combine(value, dt.time())


@library.add("abs", "n: days")
def _abs_days(length: dt.timedelta) -> Value:
    return abs(length)


@library.add("abs", "n: months")
def _abs_months(length: YearsMonths) -> Value:
    return YearsMonths(abs(length.months))


@library.add("day of year", "date: date|moment")
def _day_of_year(day: dt.date) -> Value:
    return Decimal(day.timetuple().tm_yday)


@library.add("day of week", "date: date|moment")
def _day_of_week(day: dt.date) -> Value:
    return _WEEKDAYS[day.weekday()]


@library.add("month of year", "date: date|moment")
def _month_of_year(day: dt.date) -> Value:
    return _MONTHS[day.month - 1]


@library.add("week of year", "date: date|moment")
def _week_of_year(day: dt.date) -> Value:
    return Decimal(day.isocalendar()[1])


@library.add("last day of month", "date: date|moment")
def _last_day_of_month(day: dt.date) -> Value:
    first = dt.date(day.year, day.month, 28) + dt.timedelta(days=4)
    return Decimal((first - dt.timedelta(days=first.day)).day)


@library.add("now", "")
def _now() -> Value:
    return clock.local(clock.now())


@library.add("today", "")
def _today() -> Value:
    return clock.local(clock.now()).date()
