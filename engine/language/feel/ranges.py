"""Ranges: making them, and how two of them lie to each other (before, meets, overlaps …).

The rule: a point counts as a range that holds only itself; values that have no common order give null.
"""

from typing import NamedTuple

from .comparison import ORDERED, ordered, same
from .functions import Library
from .values import Range, Value

library = Library()


def make_range(low: Value, high: Value, *, low_included: bool, high_included: bool) -> Range | None:
    """A range, or None where its ends cannot be ordered or stand the wrong way round."""
    for end in (low, high):
        if end is not None and type(end) not in ORDERED:
            return None
    if low is not None and high is not None and ordered("<=", low, high) is not True:
        return None
    return Range(low, high, low_included and low is not None, high_included and high is not None)


class _Span(NamedTuple):
    """A range or point by its ends."""

    low: Value
    high: Value
    low_in: bool
    high_in: bool


def _span(value: Value) -> _Span:
    if isinstance(value, Range):
        return _Span(value.low, value.high, value.low_included, value.high_included)
    if type(value) not in ORDERED:
        raise ValueError("Expected a range or a value that has an order")
    return _Span(value, value, True, True)


def _less(left: Value, right: Value) -> bool:
    answer = ordered("<", left, right)
    if answer is None:
        raise ValueError("Expected ends that can be ordered")
    return answer


def _ends_before(one: _Span, other: _Span) -> bool:
    """Whether `one` ends before `other` begins."""
    return _less(one.high, other.low) or (same(one.high, other.low) and not (one.high_in and other.low_in))


def _begins_first(one: _Span, other: _Span) -> bool:
    """Whether `one` begins before `other` does or together with it."""
    return _less(one.low, other.low) or (same(one.low, other.low) and (one.low_in or not other.low_in))


def _ends_last(one: _Span, other: _Span) -> bool:
    return _less(other.high, one.high) or (same(one.high, other.high) and (one.high_in or not other.high_in))


def _same_begin(one: _Span, other: _Span) -> bool:
    return not _less(one.low, other.low) and same(one.low, other.low) and one.low_in == other.low_in


def _same_end(one: _Span, other: _Span) -> bool:
    return not _less(one.high, other.high) and same(one.high, other.high) and one.high_in == other.high_in


def _meets(one: _Span, other: _Span) -> bool:
    return not _less(one.high, other.low) and same(one.high, other.low) and one.high_in and other.low_in


def _overlaps(one: _Span, other: _Span) -> bool:
    return not _ends_before(one, other) and not _ends_before(other, one)


def _overlaps_before(one: _Span, other: _Span) -> bool:
    """`one` begins first, reaches into `other`, and ends no later than it."""
    begins = _less(one.low, other.low) or (same(one.low, other.low) and one.low_in and not other.low_in)
    return begins and not _ends_before(one, other) and _ends_last(other, one)


def _overlaps_after(one: _Span, other: _Span) -> bool:
    ends = _less(other.high, one.high) or (same(one.high, other.high) and one.high_in and not other.high_in)
    return ends and not _ends_before(other, one) and _begins_first(other, one)


def _includes(one: _Span, other: _Span) -> bool:
    return _begins_first(one, other) and _ends_last(one, other)


@library.add("before", "point1: any, point2: any", "point: any, range: range", "range: range, point: any")
@library.add("before", "range1: range, range2: range")
def _before(left: Value, right: Value) -> Value:
    return _ends_before(_span(left), _span(right))


@library.add("after", "point1: any, point2: any", "point: any, range: range", "range: range, point: any")
@library.add("after", "range1: range, range2: range")
def _after(left: Value, right: Value) -> Value:
    return _ends_before(_span(right), _span(left))


@library.add("meets", "range1: range, range2: range")
def _meets_range(left: Value, right: Value) -> Value:
    return _meets(_span(left), _span(right))


@library.add("met by", "range1: range, range2: range")
def _met_by(left: Value, right: Value) -> Value:
    return _meets(_span(right), _span(left))


@library.add("overlaps", "range1: range, range2: range")
def _overlaps_range(left: Value, right: Value) -> Value:
    return _overlaps(_span(left), _span(right))


@library.add("overlaps before", "range1: range, range2: range")
def _overlaps_before_range(left: Value, right: Value) -> Value:
    return _overlaps_before(_span(left), _span(right))


@library.add("overlaps after", "range1: range, range2: range")
def _overlaps_after_range(left: Value, right: Value) -> Value:
    return _overlaps_after(_span(left), _span(right))


@library.add("finishes", "range1: range, range2: range", "point: any, range: range")
def _finishes(left: Value, right: Value) -> Value:
    one, other = _span(left), _span(right)
    return _same_end(one, other) and _begins_first(other, one)


@library.add("finished by", "range1: range, range2: range", "range: range, point: any")
def _finished_by(left: Value, right: Value) -> Value:
    return _finishes(right, left)


@library.add("includes", "range1: range, range2: range", "range: range, point: any")
def _includes_value(left: Value, right: Value) -> Value:
    return _includes(_span(left), _span(right))


@library.add("during", "range1: range, range2: range", "point: any, range: range")
def _during(left: Value, right: Value) -> Value:
    return _includes(_span(right), _span(left))


@library.add("starts", "range1: range, range2: range", "point: any, range: range")
def _starts(left: Value, right: Value) -> Value:
    one, other = _span(left), _span(right)
    return _same_begin(one, other) and _ends_last(other, one)


@library.add("started by", "range1: range, range2: range", "range: range, point: any")
def _started_by(left: Value, right: Value) -> Value:
    return _starts(right, left)


@library.add("coincides", "range1: range, range2: range", "point1: any, point2: any")
def _coincides(left: Value, right: Value) -> Value:
    one, other = _span(left), _span(right)
    return _same_begin(one, other) and _same_end(one, other)
