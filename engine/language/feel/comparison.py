"""When values are equal, which comes first, and what lies within what: three-valued, as FEEL asks.

The rule: the answer is True, False, or None where the two values cannot be compared; no wrong type raises an error.
"""

import datetime as dt
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .limits import COMPARED_ITEM, TEMPORAL, charge, charge_text
from .moments import SECOND, AnyMoment, AnyTime, Count, count_of, instant, nanos_in, offset_of
from .values import FarDate, FarMoment, FineTime, LongDuration, Range, Value, YearsMonths, kind

Truth = bool | None

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLAIN = frozenset({Decimal, str, dt.date, dt.timedelta})
TIMES = (dt.time, FineTime)
MOMENTS = (dt.datetime, FarMoment)
MOMENT_CLASSES = (*TIMES, *MOMENTS, dt.date, FarDate)
LENGTHS = (dt.timedelta, LongDuration)
ORDERED = frozenset({*_PLAIN, *MOMENT_CLASSES, *LENGTHS, YearsMonths})


def equals(left: Value, right: Value) -> Truth:
    """`left = right`. Values of different types, and functions, cannot be compared."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right) and kind(left) != kind(right):
        return None
    compare = _EQUALITY.get(type(left))
    if compare is not None:
        return compare(left, right)
    return None if kind(left) == "function" else left == right


def same(left: Value, right: Value) -> bool:
    """Whether two values are certainly equal: what searching in lists asks."""
    return equals(left, right) is True


def _equal_strings(left: str, right: str) -> Truth:
    charge_text(len(left))
    return left == right


def _equal_lists(left: list[Value], right: list[Value]) -> Truth:
    if len(left) != len(right):
        return False
    charge(COMPARED_ITEM * (1 + len(left)))
    return all(same(one, other) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> Truth:
    if left.keys() != right.keys():
        return False
    charge(COMPARED_ITEM * (1 + len(left)))
    return all(same(value, right[key]) for key, value in left.items())


def _equal_times(left: AnyTime, right: AnyTime) -> Truth:
    charge(TEMPORAL)
    one, other = count_of(left), count_of(right)
    return one.nanos // SECOND == other.nanos // SECOND and offset_of(one) == offset_of(other)


def _equal_moments(left: AnyMoment, right: AnyMoment) -> Truth:
    """The standard compares the property `second`, which has no fraction there."""
    charge(TEMPORAL)
    one, other = count_of(left), count_of(right)
    return (one.zone is None) == (other.zone is None) and instant(one) // SECOND == instant(other) // SECOND


def _equal_ranges(left: Range, right: Range) -> Truth:
    return (
        left.unary == right.unary
        and left.low_included == right.low_included
        and left.high_included == right.high_included
        and same(left.low, right.low)
        and same(left.high, right.high)
    )


_EQUALITY: dict[type, Callable[[Any, Any], Truth]] = {
    str: _equal_strings,
    list: _equal_lists,
    dict: _equal_contexts,
    **dict.fromkeys(TIMES, _equal_times),
    **dict.fromkeys(MOMENTS, _equal_moments),
    Range: _equal_ranges,
}


def ordered(sign: str, left: Value, right: Value) -> Truth:
    """`left sign right` for < <= > >=; None unless both are of one type that has an order."""
    if type(left) is not type(right) and kind(left) != kind(right):
        return None
    if type(left) in _PLAIN and type(left) is type(right):
        if type(left) is str:
            charge_text(len(left))
        return ORDERS[sign](left, right)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return ORDERS[sign](left.months, right.months)
    if isinstance(left, LENGTHS) and isinstance(right, LENGTHS):
        return ORDERS[sign](nanos_in(left), nanos_in(right))
    if isinstance(left, MOMENT_CLASSES) and isinstance(right, MOMENT_CLASSES):
        return _ordered_counts(sign, count_of(left), count_of(right))
    return None


def _ordered_counts(sign: str, left: Count, right: Count) -> Truth:
    charge(TEMPORAL)
    if (left.zone is None) != (right.zone is None):
        return None
    return ORDERS[sign](instant(left), instant(right))


def both(left: Truth, right: Truth) -> Truth:
    """Three-valued and."""
    if left is False or right is False:
        return False
    return True if left and right else None


def either(left: Truth, right: Truth) -> Truth:
    """Three-valued or."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negated(truth: Truth) -> Truth:
    """Three-valued not."""
    return None if truth is None else not truth


def within(value: Value, span: Range) -> Truth:
    """Whether a value lies in a range; an end that is missing excludes nothing."""
    if value is None:
        return None
    if span.unary and not span.low_included and not span.high_included and span.low is not None is not span.high:
        return negated(equals(value, span.low))
    low = span.low is None or ordered(">=" if span.low_included else ">", value, span.low)
    high = span.high is None or ordered("<=" if span.high_included else "<", value, span.high)
    return both(low, high)


def member(value: Value, candidate: Value) -> Truth:
    """`value in candidate`: an element of a list, a value in a range, or simply equal."""
    if isinstance(candidate, Range):
        return within(value, candidate) if not isinstance(value, Range) else equals(value, candidate)
    if not isinstance(candidate, list):
        return equals(value, candidate)
    charge(len(candidate))
    if isinstance(value, list) and same(value, candidate):
        return True
    return any(same(value, item) or (isinstance(item, Range) and member(value, item) is True) for item in candidate)
