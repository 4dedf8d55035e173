"""Built-in functions over numbers: rounding, powers, and reading a number from text.

The rule: results have 34 digits; a scale that no such number could have gives null.
"""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from .functions import Library
from .limits import ROOT_OR_POWER, charge
from .values import NUMBERS, Value

library = Library()

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176


def whole(number: Decimal) -> int:
    """An integer argument; a fraction is cut off."""
    return int(number)


def exact(number: Decimal) -> int:
    """An argument that must be an integer; raises ValueError for a fraction."""
    if number != number.to_integral_value():
        raise ValueError("Expected an integer")
    return int(number)


def rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    """The number with `scale` digits after the point (before it, if negative)."""
    digits = whole(scale) if scale is not None else 0
    if not _SMALLEST_SCALE <= digits <= _LARGEST_SCALE:
        raise ValueError("Expected a scale that a number of FEEL can have")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return number
    step = Decimal(1).scaleb(-digits, NUMBERS)
    return number.quantize(step, mode, NUMBERS)


def _declare_rounding(name: str, mode: str, *signatures: str) -> None:
    library.add(name, *signatures)(lambda number, scale=None: rounded(number, scale, mode))


for _name, _mode in {
    "decimal": ROUND_HALF_EVEN,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}.items():
    _declare_rounding(_name, _mode, "n: number, scale: number")
_declare_rounding("floor", ROUND_FLOOR, "n: number", "n: number, scale: number")
_declare_rounding("ceiling", ROUND_CEILING, "n: number", "n: number, scale: number")


@library.add("abs", "n: number")
def _abs(number: Decimal) -> Value:
    return NUMBERS.abs(number)


@library.add("modulo", "dividend: number, divisor: number")
def _modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """dividend - divisor * floor(dividend / divisor): the sign is the divisor's."""
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@library.add("sqrt", "number: number")
def _sqrt(number: Decimal) -> Value:
    return NUMBERS.sqrt(number)


@library.add("log", "number: number")
def _log(number: Decimal) -> Value:
    if number <= 0:
        raise ValueError("Expected a number above zero")
    charge(ROOT_OR_POWER)
    return NUMBERS.ln(number)


@library.add("exp", "number: number")
def _exp(number: Decimal) -> Value:
    charge(ROOT_OR_POWER)
    return NUMBERS.exp(number)


@library.add("odd", "number: number")
def _odd(number: Decimal) -> Value:
    return exact(number) % 2 == 1


@library.add("even", "number: number")
def _even(number: Decimal) -> Value:
    return exact(number) % 2 == 0


@library.add("number", "from: string", "from: string, grouping separator: string|null, decimal separator: string|null")
def _number(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    if grouping not in {None, " ", ",", "."} or point not in {None, ",", "."} or (grouping and grouping == point):
        raise ValueError("Expected separators that numbers have")
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    if not _NUMBER.fullmatch(text):
        raise ValueError("Expected a number")
    return NUMBERS.create_decimal(text)


@library.add("number", "from: number")
def _same_number(number: Decimal) -> Value:
    return number
