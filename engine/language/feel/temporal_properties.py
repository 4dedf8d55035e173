"""What stands after the dot of a date, time or duration: `.year`, `.time offset`, `.hours` …"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .limits import TEMPORAL, charge
from .moments import (
    DAY,
    SECOND,
    AnyDate,
    AnyLength,
    AnyMoment,
    AnyTime,
    count_of,
    date_of,
    length_of,
    nanos_in,
    nanosecond_of,
    offset_of,
    time_of,
)
from .temporal import Temporal
from .temporal_text import write_zone
from .values import NUMBERS, FarDate, FarMoment, FineTime, LongDuration, Value, YearsMonths

_Getter = Callable[[Any], Value]
_NO_LIMIT = 2**100


def temporal_property(value: Temporal, name: str) -> Value:
    """Raises KeyError for a property that such a value does not have."""
    charge(TEMPORAL)
    return _PROPERTIES[type(value)][name](value)


def weekday(value: AnyDate | AnyMoment) -> int:
    """1 for Monday to 7 for Sunday."""
    return (count_of(value).day + 3) % 7 + 1


def _time_offset(value: AnyTime | AnyMoment) -> Value:
    offset = offset_of(count_of(value))
    return None if offset is None else length_of(offset)


def _second(value: AnyTime) -> Decimal:
    return Decimal(value.second) + Decimal(nanosecond_of(value)).scaleb(-9)


def _zone_name(value: AnyTime) -> Value:
    zone = value.tzinfo
    if zone is None:
        return None
    return zone.key if isinstance(zone, ZoneInfo) else write_zone(zone)


def _signed(value: int, negative: bool) -> Decimal:
    return Decimal(-value if negative else value)


def _part_of_length(unit: int, whole: int) -> _Getter:
    """How many of a unit there are beyond the next larger one, with the sign of the duration."""

    def get(value: AnyLength) -> Value:
        nanos = nanos_in(value)
        return _signed(abs(nanos) % whole // unit, nanos < 0)

    return get


def _seconds_of_length(value: AnyLength) -> Value:
    nanos = nanos_in(value)
    amount = Decimal(abs(nanos) % (60 * SECOND)).scaleb(-9)
    return NUMBERS.minus(amount) if nanos < 0 else NUMBERS.plus(amount)


_OF_DATES: dict[str, _Getter] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(weekday(value)),
}
_OF_TIMES: dict[str, _Getter] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": _time_offset,
    "timezone": _zone_name,
}


def _of_part(part: Callable[[Any], Any], get: _Getter) -> _Getter:
    return lambda value: get(part(value))


_OF_MOMENTS: dict[str, _Getter] = {
    **{name: _of_part(date_of, get) for name, get in _OF_DATES.items()},
    **{name: _of_part(time_of, get) for name, get in _OF_TIMES.items()},
    # Summer time: the offset of a date and time depends on its date.
    "time offset": _time_offset,
}
_OF_LENGTHS: dict[str, _Getter] = {
    "days": _part_of_length(DAY, _NO_LIMIT),
    "hours": _part_of_length(3600 * SECOND, DAY),
    "minutes": _part_of_length(60 * SECOND, 3600 * SECOND),
    "seconds": _seconds_of_length,
}
_PROPERTIES: dict[type, dict[str, _Getter]] = {
    dt.date: _OF_DATES,
    FarDate: _OF_DATES,
    dt.time: _OF_TIMES,
    FineTime: _OF_TIMES,
    dt.datetime: _OF_MOMENTS,
    FarMoment: _OF_MOMENTS,
    YearsMonths: {
        "years": lambda value: _signed(abs(value.months) // 12, value.months < 0),
        "months": lambda value: _signed(abs(value.months) % 12, value.months < 0),
    },
    dt.timedelta: _OF_LENGTHS,
    LongDuration: _OF_LENGTHS,
}
