"""`+ - * / **` over numbers, strings, dates, times and durations.

The rule: an operation that FEEL does not define, or whose result FEEL cannot hold, raises one of
ARITHMETIC_ERRORS; the caller turns it into null and a warning.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .limits import check_string
from .temporal import MICROSECOND, offset_of
from .values import NUMBERS, Value, YearsMonths

_MICROS = Decimal(1_000_000)
LARGEST_EXPONENT = 1_000_000


def _add_strings(left: str, right: str) -> str:
    check_string(len(left) + len(right))
    return left + right


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("Expected a year between 1 and 9999")
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _add_days(day: dt.date, length: dt.timedelta) -> dt.date:
    """A date moves as its midnight does, and the time of day is dropped."""
    return (dt.datetime.combine(day, dt.time()) + length).date()


def _add_length(moment: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """Real time passes: across a change of summer time the clock on the wall moves by more or less."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(dt.UTC) + length).astimezone(moment.tzinfo)


def _turn_clock(time: dt.time, length: dt.timedelta) -> dt.time:
    """A time of day goes round at midnight."""
    turned = dt.datetime(2000, 1, 1, time.hour, time.minute, time.second, time.microsecond) + dt.timedelta(  # noqa: DTZ001
        seconds=length.seconds, microseconds=length.microseconds
    )
    return turned.time().replace(tzinfo=time.tzinfo)


def as_moment(value: dt.date) -> dt.datetime:
    """A date as the moment of its midnight in UTC; a date and time as it is."""
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time(tzinfo=dt.UTC))


def _between_moments(later: dt.date, earlier: dt.date) -> dt.timedelta:
    end, start = as_moment(later), as_moment(earlier)
    if (end.tzinfo is None) != (start.tzinfo is None):
        raise ValueError("Expected both or none of two moments to have a zone")
    if end.tzinfo is None:
        return end - start
    return end.astimezone(dt.UTC) - start.astimezone(dt.UTC)


def _between_times(later: dt.time, earlier: dt.time) -> dt.timedelta:
    end, start = offset_of(later), offset_of(earlier)
    if (end is None) != (start is None):
        raise ValueError("Expected both or none of two times to have a zone")
    nothing = dt.timedelta()
    return (_since_midnight(later) - (end or nothing)) - (_since_midnight(earlier) - (start or nothing))


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)


def _scaled(length: dt.timedelta, factor: Decimal) -> dt.timedelta:
    return dt.timedelta(microseconds=int(NUMBERS.multiply(Decimal(length // MICROSECOND), factor)))


def _divided(length: dt.timedelta, divisor: Decimal) -> dt.timedelta:
    return dt.timedelta(microseconds=int(NUMBERS.divide(Decimal(length // MICROSECOND), divisor)))


def _ratio(length: dt.timedelta, other: dt.timedelta) -> Decimal:
    return NUMBERS.divide(Decimal(length // MICROSECOND), Decimal(other // MICROSECOND))


def _scaled_months(length: YearsMonths, factor: Decimal) -> YearsMonths:
    return YearsMonths(int(NUMBERS.multiply(Decimal(length.months), factor)))


def _divided_months(length: YearsMonths, divisor: Decimal) -> YearsMonths:
    return YearsMonths(int(NUMBERS.divide(Decimal(length.months), divisor)))


def _power(left: Decimal, right: Decimal) -> Decimal:
    if abs(right) > LARGEST_EXPONENT:
        raise OverflowError("Expected a smaller exponent")
    return NUMBERS.power(left, right)


_Operation = Callable[[Any, Any], Value]
_Table = dict[tuple[type, type], _Operation]

_ADD: _Table = {
    (Decimal, Decimal): NUMBERS.add,
    (str, str): _add_strings,
    (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months + right.months),
    (dt.timedelta, dt.timedelta): lambda left, right: left + right,
    (dt.date, YearsMonths): lambda day, length: add_months(day, length.months),
    (dt.datetime, YearsMonths): lambda day, length: add_months(day, length.months),
    (YearsMonths, dt.date): lambda length, day: add_months(day, length.months),
    (YearsMonths, dt.datetime): lambda length, day: add_months(day, length.months),
    (dt.date, dt.timedelta): _add_days,
    (dt.datetime, dt.timedelta): _add_length,
    (dt.time, dt.timedelta): _turn_clock,
    (dt.timedelta, dt.date): lambda length, day: _add_days(day, length),
    (dt.timedelta, dt.datetime): lambda length, moment: _add_length(moment, length),
    (dt.timedelta, dt.time): lambda length, time: _turn_clock(time, length),
}
_SUBTRACT: _Table = {
    (Decimal, Decimal): NUMBERS.subtract,
    (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months - right.months),
    (dt.timedelta, dt.timedelta): lambda left, right: left - right,
    (dt.date, YearsMonths): lambda day, length: add_months(day, -length.months),
    (dt.datetime, YearsMonths): lambda day, length: add_months(day, -length.months),
    (dt.date, dt.timedelta): lambda day, length: _add_days(day, -length),
    (dt.datetime, dt.timedelta): lambda moment, length: _add_length(moment, -length),
    (dt.time, dt.timedelta): lambda time, length: _turn_clock(time, -length),
    (dt.date, dt.date): lambda later, earlier: later - earlier,
    (dt.datetime, dt.datetime): _between_moments,
    (dt.date, dt.datetime): _between_moments,
    (dt.datetime, dt.date): _between_moments,
    (dt.time, dt.time): _between_times,
}
_MULTIPLY: _Table = {
    (Decimal, Decimal): NUMBERS.multiply,
    (dt.timedelta, Decimal): _scaled,
    (Decimal, dt.timedelta): lambda factor, length: _scaled(length, factor),
    (YearsMonths, Decimal): _scaled_months,
    (Decimal, YearsMonths): lambda factor, length: _scaled_months(length, factor),
}
_DIVIDE: _Table = {
    (Decimal, Decimal): NUMBERS.divide,
    (dt.timedelta, Decimal): _divided,
    (YearsMonths, Decimal): _divided_months,
    (dt.timedelta, dt.timedelta): _ratio,
    (YearsMonths, YearsMonths): lambda left, right: NUMBERS.divide(Decimal(left.months), Decimal(right.months)),
}
OPERATIONS: dict[str, _Table] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(Decimal, Decimal): _power},
}


def operate(sign: str, left: Value, right: Value) -> Value:
    """`left sign right`. Raises one of ARITHMETIC_ERRORS."""
    operation = OPERATIONS[sign].get((type(left), type(right)))
    if operation is None:
        raise ValueError(sign)
    return operation(left, right)


def negate(value: Value) -> Value:
    """`-value`. Raises ValueError for what has no sign."""
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if type(value) is dt.timedelta:
        return -value
    raise ValueError("-")
