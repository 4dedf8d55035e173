"""Ranges: making them, and how two of them lie to each other (before, meets, overlaps …).

The rule: a point counts as a range that holds only itself; values that have no common order give null.
"""

from collections.abc import Callable
from typing import NamedTuple

from . import syntax
from .comparison import ORDERED, ordered, same
from .functions import Library
from .limits import READING, FeelLimitExceeded, charge
from .names import NameTable
from .notices import FeelSyntaxError
from .parser import parse_expression
from .temporal import read_date, read_datetime, read_duration, read_time
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


def make_unary_range(operator: str, end: Value) -> Range | None:
    """The range `(< end)`, or None where the end has no order."""
    if type(end) not in ORDERED:
        return None
    if operator in {"=", "!="}:
        return Range(end, end, operator == "=", operator == "=", unary=True)
    if operator.startswith("<"):
        return Range(None, end, False, operator == "<=", unary=True)
    return Range(end, None, operator == ">=", False, unary=True)


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


def _includes(one: _Span, other: _Span) -> bool:
    return _begins_first(one, other) and _ends_last(one, other)


def read_range(text: str) -> Range:
    """The range that a text writes, its ends literals or literal dates. Raises ValueError."""
    charge(READING * len(text))
    try:
        tree = parse_expression(text, (), (), _END_NAMES)
    except (FeelSyntaxError, FeelLimitExceeded):
        raise ValueError("Expected a range") from None
    if not isinstance(tree, syntax.RangeOf):
        raise ValueError("Expected a range")
    low, high = _literal_end(tree.low), _literal_end(tree.high)
    if (low is None and tree.low_included) or (high is None and tree.high_included):
        raise ValueError("Expected an end that can be included")
    made = make_range(low, high, low_included=tree.low_included, high_included=tree.high_included)
    if made is None:
        raise ValueError("Expected ends in order")
    return made


def _literal_end(node: syntax.Node) -> Value:
    if isinstance(node, syntax.Literal):
        return node.value
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and len(node.positional) == 1:
        argument, read = node.positional[0], _END_READERS.get(node.function.name)
        if read and isinstance(argument, syntax.Literal) and isinstance(argument.value, str):
            end = read(argument.value)
            if end is not None:
                return end
    raise ValueError("Expected a literal end")


_END_READERS: dict[str, Callable[[str], Value]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_datetime,
    "duration": read_duration,
}
_END_NAMES = NameTable(_END_READERS)


@library.add("range", "from: string")
def _range(text: str) -> Value:
    return read_range(text)


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
    return _overlaps_before(_span(right), _span(left))


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
