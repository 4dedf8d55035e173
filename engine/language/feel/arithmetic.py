"""`+ - * / **` over numbers, strings, dates, times and durations.

The rule: an operation that FEEL does not define, or whose result FEEL cannot hold, raises one of
ARITHMETIC_ERRORS; the caller turns it into null and a warning.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .limits import INTEGER_POWER, ROOT_OR_POWER, TEMPORAL, charge, charge_text, check_string
from .moments import (
    DAY,
    AnyDate,
    AnyLength,
    AnyMoment,
    AnyTime,
    at_instant,
    count_of,
    date_at,
    date_of,
    days_in_month,
    instant,
    length_of,
    make_date,
    make_moment,
    moment_at,
    months_of,
    nanos_in,
    offset_of,
    time_at,
    time_of,
)
from .values import NUMBERS, FarMoment, LongDuration, Value, YearsMonths, kind

LARGEST_EXPONENT = 1_000_000


def _add_strings(left: str, right: str) -> str:
    check_string(len(left) + len(right))
    charge_text(len(left) + len(right))
    return left + right


def _add_months_to_date(date: AnyDate, months: int) -> AnyDate:
    """The same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return make_date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def _add_months(value: AnyDate | AnyMoment, length: YearsMonths) -> AnyDate | AnyMoment:
    if isinstance(value, dt.datetime | FarMoment):
        return make_moment(_add_months_to_date(date_of(value), length.months), time_of(value))
    return _add_months_to_date(value, length.months)


def _subtract_months(value: AnyDate | AnyMoment, length: YearsMonths) -> AnyDate | AnyMoment:
    return _add_months(value, YearsMonths(-length.months))


def _move_date(date: AnyDate, nanos: int) -> AnyDate:
    """A date moves as its midnight does, and the time of day is dropped."""
    return date_at(count_of(date).day + nanos // DAY)


def _move_moment(moment: AnyMoment, nanos: int) -> AnyMoment:
    """Real time passes: across a change of summer time the clock on the wall moves by more or less."""
    count = count_of(moment)
    if count.zone is None:
        return moment_at(count._replace(nanos=count.nanos + nanos))
    return at_instant(instant(count) + nanos, count.zone)


def _turn_clock(time: AnyTime, nanos: int) -> AnyTime:
    """A time of day goes round at midnight."""
    return time_at(count_of(time).nanos + nanos, time.tzinfo)


def _between(later: AnyDate | AnyMoment, earlier: AnyDate | AnyMoment) -> AnyLength:
    """A date beside a date and time means its midnight in UTC."""
    end, start = count_of(later), count_of(earlier)
    if kind(later) != kind(earlier):
        end = end._replace(zone=dt.UTC) if kind(later) == "date" else end
        start = start._replace(zone=dt.UTC) if kind(earlier) == "date" else start
    if (end.zone is None) != (start.zone is None):
        raise ValueError("Expected both or none of two moments to have a zone")
    return length_of(instant(end) - instant(start))


def _between_times(later: AnyTime, earlier: AnyTime) -> AnyLength:
    end, start = count_of(later), count_of(earlier)
    if (end.zone is None) != (start.zone is None):
        raise ValueError("Expected both or none of two times to have a zone")
    return length_of(end.nanos - (offset_of(end) or 0) - start.nanos + (offset_of(start) or 0))


def _scaled(length: AnyLength, factor: Decimal) -> AnyLength:
    return length_of(int(NUMBERS.multiply(Decimal(nanos_in(length)), factor)))


def _divided(length: AnyLength, divisor: Decimal) -> AnyLength:
    return length_of(int(NUMBERS.divide(Decimal(nanos_in(length)), divisor)))


def _ratio(length: AnyLength, other: AnyLength) -> Decimal:
    return NUMBERS.divide(Decimal(nanos_in(length)), Decimal(nanos_in(other)))


def _scaled_months(length: YearsMonths, factor: Decimal) -> YearsMonths:
    return months_of(int(NUMBERS.multiply(Decimal(length.months), factor)))


def _divided_months(length: YearsMonths, divisor: Decimal) -> YearsMonths:
    return months_of(int(NUMBERS.divide(Decimal(length.months), divisor)))


def _power(left: Decimal, right: Decimal) -> Decimal:
    if abs(right) > LARGEST_EXPONENT:
        raise OverflowError("Expected a smaller exponent")
    if not right:
        return Decimal(1)
    if not left and right < 0:
        raise ZeroDivisionError("Expected a power that is no division by zero")
    charge(INTEGER_POWER if right == right.to_integral_value() else ROOT_OR_POWER)
    return NUMBERS.power(left, right)


_Operation = Callable[[Any, Any], Value]
_Table = dict[tuple[str, str], _Operation]
_NUMBER, _STRING, _DATE, _TIME, _MOMENT = "number", "string", "date", "time", "date and time"
_MONTHS, _DAYS = "years and months duration", "days and time duration"

_ADD: _Table = {
    (_NUMBER, _NUMBER): NUMBERS.add,
    (_STRING, _STRING): _add_strings,
    (_MONTHS, _MONTHS): lambda left, right: months_of(left.months + right.months),
    (_DAYS, _DAYS): lambda left, right: length_of(nanos_in(left) + nanos_in(right)),
    (_DATE, _MONTHS): _add_months,
    (_MOMENT, _MONTHS): _add_months,
    (_MONTHS, _DATE): lambda length, date: _add_months(date, length),
    (_MONTHS, _MOMENT): lambda length, moment: _add_months(moment, length),
    (_DATE, _DAYS): lambda date, length: _move_date(date, nanos_in(length)),
    (_MOMENT, _DAYS): lambda moment, length: _move_moment(moment, nanos_in(length)),
    (_TIME, _DAYS): lambda time, length: _turn_clock(time, nanos_in(length)),
    (_DAYS, _DATE): lambda length, date: _move_date(date, nanos_in(length)),
    (_DAYS, _MOMENT): lambda length, moment: _move_moment(moment, nanos_in(length)),
    (_DAYS, _TIME): lambda length, time: _turn_clock(time, nanos_in(length)),
}
_SUBTRACT: _Table = {
    (_NUMBER, _NUMBER): NUMBERS.subtract,
    (_MONTHS, _MONTHS): lambda left, right: months_of(left.months - right.months),
    (_DAYS, _DAYS): lambda left, right: length_of(nanos_in(left) - nanos_in(right)),
    (_DATE, _MONTHS): _subtract_months,
    (_MOMENT, _MONTHS): _subtract_months,
    (_DATE, _DAYS): lambda date, length: _move_date(date, -nanos_in(length)),
    (_MOMENT, _DAYS): lambda moment, length: _move_moment(moment, -nanos_in(length)),
    (_TIME, _DAYS): lambda time, length: _turn_clock(time, -nanos_in(length)),
    (_DATE, _DATE): _between,
    (_MOMENT, _MOMENT): _between,
    (_DATE, _MOMENT): _between,
    (_MOMENT, _DATE): _between,
    (_TIME, _TIME): _between_times,
}
_MULTIPLY: _Table = {
    (_NUMBER, _NUMBER): NUMBERS.multiply,
    (_DAYS, _NUMBER): _scaled,
    (_NUMBER, _DAYS): lambda factor, length: _scaled(length, factor),
    (_MONTHS, _NUMBER): _scaled_months,
    (_NUMBER, _MONTHS): lambda factor, length: _scaled_months(length, factor),
}
_DIVIDE: _Table = {
    (_NUMBER, _NUMBER): NUMBERS.divide,
    (_DAYS, _NUMBER): _divided,
    (_MONTHS, _NUMBER): _divided_months,
    (_DAYS, _DAYS): _ratio,
    (_MONTHS, _MONTHS): lambda left, right: NUMBERS.divide(Decimal(left.months), Decimal(right.months)),
}
OPERATIONS: dict[str, _Table] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(_NUMBER, _NUMBER): _power},
}


def operate(sign: str, left: Value, right: Value) -> Value:
    """`left sign right`. Raises one of ARITHMETIC_ERRORS."""
    operation = OPERATIONS[sign].get((kind(left), kind(right)))
    if operation is None:
        raise ValueError(sign)
    charge(TEMPORAL)
    return operation(left, right)


def negate(value: Value) -> Value:
    """`-value`. Raises ValueError for what has no sign."""
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if isinstance(value, dt.timedelta | LongDuration):
        return length_of(-nanos_in(value))
    raise ValueError("-")
