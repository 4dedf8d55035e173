"""The values of FEEL: Python's own types where they fit, small frozen types where Python has none.

number = Decimal (34 digits), string = str, date, time, date and time = datetime's, days and time duration = timedelta,
list = list, context = dict; years and months duration, range and function are ours. The rule: a FEEL value is never
changed after it was made, so values may be shared between evaluations and threads.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias

from .declared_types import FunctionType

# IEEE 754 decimal128, as the standard asks: overflow is an error, and an error is null.
NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
    flags=[],
)
# What Python raises where FEEL has no value: a result out of range, a division by zero, a 30th of February.
ARITHMETIC_ERRORS = (ArithmeticError, ValueError)


@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration, signed, counted in months."""

    months: int


@dataclass(frozen=True, slots=True)
class LongDuration:
    """A days and time duration of more than 999999999 days, or one that needs nanoseconds."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date before the year 1 or after 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class FineTime:
    """A time of day that needs nanoseconds."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: dt.tzinfo | None = None


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A date and time of which at least one needs a type of ours."""

    date: dt.date | FarDate
    time: dt.time | FineTime


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends. An end that is None is open to infinity.

    `unary` says that it was written as a comparison, `(< 5)`, which FEEL keeps apart from `(null..5)`; a unary range
    without its own two equal ends is `(!= 5)`.
    """

    low: "Value"
    high: "Value"
    low_included: bool = True
    high_included: bool = True
    unary: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function asks for: `types` are the Python classes it takes, None for any value."""

    name: str
    types: frozenset[type] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function. If `variadic`, the last parameter takes all further arguments."""

    parameters: tuple[Parameter, ...]
    body: "Callable[..., Value]"
    variadic: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called: a built-in or what `function(…) …` made. `functions.call` calls it.

    `type` is what it declares and what its body shows, where that is known.
    """

    name: str
    overloads: tuple[Overload, ...]
    type: FunctionType | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names by which arguments may be given."""
        return tuple(parameter.name for parameter in self.overloads[0].parameters)


Value: TypeAlias = (
    "bool | Decimal | str | dt.date | dt.time | dt.timedelta | YearsMonths | FarDate | FineTime | FarMoment"
    " | LongDuration | Range | Function | list[Value] | dict[str, Value] | None"
)

KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    dt.date: "date",
    dt.time: "time",
    dt.datetime: "date and time",
    dt.timedelta: "days and time duration",
    LongDuration: "days and time duration",
    YearsMonths: "years and months duration",
    FarDate: "date",
    FineTime: "time",
    FarMoment: "date and time",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}

# To Python a date and time is a date.
TEMPORAL = (dt.date, dt.time, dt.timedelta, YearsMonths, FarDate, FineTime, FarMoment, LongDuration)

CHINESE_KINDS: dict[str, str] = {
    "null": "空值",
    "boolean": "是否值",
    "number": "数字",
    "string": "文字",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "days and time duration": "天时分秒时长",
    "years and months duration": "年月时长",
    "list": "列表",
    "context": "对象",
    "range": "区间",
    "function": "函数",
}


def kind(value: object) -> str:
    """FEEL's word for the type of a value; for anything else the name of the Python class."""
    return KINDS.get(type(value)) or type(value).__name__


def chinese_kind(value: object) -> str:
    """The same for people: 数字, 文字, 日期 …"""
    word = kind(value)
    return CHINESE_KINDS.get(word, word)


def to_feel(value: object) -> Value:
    """Turn JSON-like Python values into FEEL values: int and float become Decimal, mappings and sequences are copied.

    Numbers are rounded to 34 digits; not-a-number, infinity and what no number of FEEL can be become None. Raises
    TypeError for anything that is no FEEL value, such as bytes or an object of ours.
    """
    if value is None or type(value) in _KEPT:
        return value  # type: ignore[return-value]
    if isinstance(value, bool | str | int | float | Decimal):
        return _scalar(value)
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_feel(item) for item in value]
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return value
    raise TypeError(f"Expected a value that FEEL knows, but got {type(value).__name__}")


_KEPT = frozenset(
    {bool, str, dt.date, dt.time, dt.datetime, dt.timedelta, YearsMonths, Range, Function}
    | {FarDate, FineTime, FarMoment, LongDuration}
)


def _scalar(value: bool | str | int | float | Decimal) -> Value:
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    try:
        number = NUMBERS.create_decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
