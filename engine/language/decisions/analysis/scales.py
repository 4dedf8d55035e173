"""Scales: the values of a column in their order, as keys between which other values lie or do not.

A number always has another beside it; days, months and seconds follow each other without anything between. Moments are
taken to the second, as FEEL's equality takes them (DMN 1.5, table 53). The rule: what `between` answers lies strictly
between, and is a value that people would name as an example where there is one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Protocol

from engine.language.feel import Value, YearsMonths
from engine.language.feel.moments import (
    DAY,
    SECOND,
    Count,
    at_instant,
    count_of,
    date_at,
    instant,
    length_of,
    moment_at,
    nanos_in,
    offset_of,
    time_at,
)

Key = Decimal | int | str

# Wide enough to stand between any two numbers of 34 digits.
_DIGITS = 40
_WIDE = Context(prec=2 * _DIGITS, Emin=-99_999, Emax=99_999)
_HALF = Decimal("0.5")


class Scale(Protocol):
    """`always`: keys that count even if no cell mentions them."""

    @property
    def always(self) -> tuple[Key, ...]: ...

    def key(self, value: Value) -> Key:
        """Where a value of this kind stands."""

    def value(self, key: Key) -> Value:
        """The value at a key. Raises ArithmeticError or ValueError where FEEL has none."""

    def between(self, low: Key | None, high: Key | None) -> Key | None:
        """A key above `low` and below `high` (None: without end), or None if there is none."""


def scale_for(kind_name: str | None, values: Iterable[Value], *, whole: bool = False) -> Scale | None:
    """The scale on which all these values of one kind stand; None where they have no common order."""
    if kind_name == "number":
        return WHOLE_NUMBERS if whole else _Numbers()
    if kind_name == "time" or kind_name == "date and time":
        return _on_the_clock(kind_name, list(values))
    return _SCALES.get(kind_name or "string")


@dataclass(frozen=True, slots=True)
class _Steps:
    """Values that follow each other one by one, counted by `read` and made by `write`."""

    read: Callable[..., int]
    write: Callable[[int], Value]
    lowest: int | None = None
    highest: int | None = None
    always: tuple[Key, ...] = ()

    def key(self, value: Value) -> Key:
        return self.read(value)

    def value(self, key: Key) -> Value:
        return self.write(int(key))

    def between(self, low: Key | None, high: Key | None) -> Key | None:
        if low is None and high is None:
            return self.lowest or 0
        found = int(low) + 1 if low is not None else int(high or 0) - 1
        beyond = (self.lowest is not None and found < self.lowest) or (
            self.highest is not None and found > self.highest
        )
        return None if beyond or (high is not None and found >= int(high)) else found


class _Numbers:
    """Numbers; between any two stands another."""

    __slots__ = ()
    always: tuple[Key, ...] = ()

    def key(self, value: Value) -> Key:
        assert isinstance(value, Decimal)
        return value

    def value(self, key: Key) -> Value:
        return Decimal(key)

    def between(self, low: Key | None, high: Key | None) -> Key | None:
        if low is None and high is None:
            return Decimal(0)
        if low is None:
            return _WIDE.minus(_above(_WIDE.minus(Decimal(high or 0))))
        if high is None:
            return _above(Decimal(low))
        below, above = Decimal(low), Decimal(high)
        following = _above(below)
        return following if following < above else _WIDE.multiply(_WIDE.add(below, above), _HALF)


def _above(end: Decimal) -> Decimal:
    """The next whole number; beyond what one more can move, one that is far larger."""
    if end.adjusted() < _DIGITS:
        return _WIDE.add(end.to_integral_value(ROUND_FLOOR, _WIDE), Decimal(1))
    return _WIDE.multiply(end, Decimal(2) if end > 0 else _HALF)


class _Lengths(_Numbers):
    """Days and time durations, in seconds, as fine as nanoseconds."""

    __slots__ = ()

    def key(self, value: Value) -> Key:
        return _WIDE.divide(Decimal(nanos_in(value)), Decimal(SECOND))  # type: ignore[arg-type]

    def value(self, key: Key) -> Value:
        return length_of(int(_WIDE.multiply(Decimal(key), Decimal(SECOND))))

    def between(self, low: Key | None, high: Key | None) -> Key | None:
        found = super().between(low, high)
        # Half a nanosecond is none: the value must lie there too.
        exact = Decimal(self.key(self.value(found or Decimal(0))))
        return exact if (low is None or Decimal(low) < exact) and (high is None or exact < Decimal(high)) else None


class _Texts:
    """Strings in the order of their characters."""

    __slots__ = ()
    always: tuple[Key, ...] = ()

    def key(self, value: Value) -> Key:
        return str(value)

    def value(self, key: Key) -> Value:
        return str(key)

    def between(self, low: Key | None, high: Key | None) -> Key | None:
        if high is not None and low is None:
            return "" if high != "" else None
        begin = str(low or "")
        candidates = [begin + more for more in ("0", "A", "一", "\x01", "\x00")]
        return next((each for each in candidates if high is None or each < str(high)), None)


def _on_the_clock(kind_name: str, values: list[Value]) -> Scale | None:
    """Times and moments share a scale if all have a zone or none has; times of day must have the same one."""
    counts = [count_of(value) for value in values]  # type: ignore[arg-type]
    zones = {offset_of(count) for count in counts}
    zone = counts[0].zone if counts else None
    if kind_name == "time":
        if len(zones) > 1:
            return None
        return _Steps(_second_of_day, lambda key: time_at(key * SECOND, zone), 0, 86_399)
    if len({offset is None for offset in zones}) > 1:
        return None
    if zone is None:
        return _Steps(_second, lambda key: moment_at(Count(*divmod(key * SECOND, DAY), None)))
    return _Steps(_second, lambda key: at_instant(key * SECOND, zone))


def _second(value: Value) -> int:
    return instant(count_of(value)) // SECOND  # type: ignore[arg-type]


def _second_of_day(value: Value) -> int:
    return count_of(value).nanos // SECOND  # type: ignore[arg-type]


WHOLE_NUMBERS = _Steps(lambda value: int(value.to_integral_value(ROUND_FLOOR)), Decimal)
_SCALES: dict[str, Scale] = {
    "string": _Texts(),
    "boolean": _Steps(int, bool, 0, 1, (0, 1)),
    "date": _Steps(lambda value: count_of(value).day, date_at),
    "years and months duration": _Steps(lambda value: value.months, YearsMonths),
    "days and time duration": _Lengths(),
}
KINDS = frozenset({*_SCALES, "number", "time", "date and time"})
