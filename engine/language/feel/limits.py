"""How much an expression may do: text, nesting, operations, call depth and size of a result, all bounded.

The rule: whatever somebody writes, evaluation ends within about a second and within little memory. Only repeated
work is counted (loops, calls, long values); a straight line of operators is bounded by the length of its text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from engine.errors import ExecutionFailed

TEXT_LENGTH = 10_000
NESTING = 60
OPERATIONS = 500_000
CALL_DEPTH = 100
STRING_LENGTH = 100_000
LIST_LENGTH = 200_000
RESULT_SIZE = 200_000
RESULT_DEPTH = 200


# Prices, measured: what these cost compared with running one node of an expression, about a microsecond.
ROUND = 3
CALL = 8
FITTING = 6
READING = 8
TEMPORAL = 4
ZONE = 14
MATCH = 15
COMPARED_ITEM = 3
ROOT_OR_POWER = 300
INTEGER_POWER = 5
FREE_TEXT = 100


class FeelLimitExceeded(ExecutionFailed):
    """An expression wanted more time, depth or memory than any honest expression needs."""

    notice = "表达式计算量过大，已停止"


class Meter:
    """What is left of the operations and calls that one evaluation may spend."""

    __slots__ = ("calls", "left")

    def __init__(self, operations: int = OPERATIONS) -> None:
        self.left = operations
        self.calls = 0

    def charge(self, operations: int) -> None:
        """Spend; raises FeelLimitExceeded when nothing is left."""
        self.left -= operations
        if self.left < 0:
            raise FeelLimitExceeded("Expected to evaluate within the operations budget, but it was used up")

    def enter_call(self, operations: int) -> None:
        """Begin the call of a user-defined function; pairs with `leave_call`."""
        self.calls += 1
        if self.calls > CALL_DEPTH:
            raise FeelLimitExceeded(f"Expected to call at most {CALL_DEPTH} functions deep, but went deeper")
        self.charge(operations + CALL)

    def leave_call(self) -> None:
        self.calls -= 1


_METER: ContextVar[Meter | None] = ContextVar("feel_meter", default=None)


def meter() -> Meter:
    """The meter of the running evaluation, or a fresh one where none runs."""
    return _METER.get() or Meter()


@contextmanager
def metered(operations: int = OPERATIONS) -> Iterator[Meter]:
    """Put everything evaluated inside under one budget; an outer budget, where there is one, stays in force."""
    running = _METER.get()
    if running is not None:
        yield running
        return
    fresh = Meter(operations)
    token = _METER.set(fresh)
    try:
        yield fresh
    finally:
        _METER.reset(token)


def charge(operations: int) -> None:
    """Spend operations of the running evaluation, if one runs."""
    running = _METER.get()
    if running is not None:
        running.charge(operations)


def charge_text(length: int) -> None:
    """Spend for reading that many characters; short texts cost nothing."""
    if length > FREE_TEXT:
        charge(length // FREE_TEXT)


def check_string(length: int) -> None:
    """Refuse to make a string of that many characters."""
    if length > STRING_LENGTH:
        raise FeelLimitExceeded(f"Expected to make at most {STRING_LENGTH} characters, but got {length}")


def check_list(length: int) -> None:
    """Refuse to make a list of that many items."""
    if length > LIST_LENGTH:
        raise FeelLimitExceeded(f"Expected to make at most {LIST_LENGTH} items, but got {length}")


def check_result(value: object) -> None:
    """Refuse a result that unfolds to too many values, since lists that share their parts grow exponentially, or that
    goes too deep for those who write it down."""
    level, seen = [value], 1
    for _ in range(RESULT_DEPTH):
        below: list[object] = []
        for current in level:
            parts = current if isinstance(current, list) else current.values() if isinstance(current, dict) else ()
            seen += len(parts)
            below.extend(part for part in parts if isinstance(part, list | dict))
            if seen > RESULT_SIZE:
                raise FeelLimitExceeded(f"Expected a result of at most {RESULT_SIZE} values, but it was larger")
        if not below:
            return
        level = below
    raise FeelLimitExceeded(f"Expected a result of at most {RESULT_DEPTH} levels, but it was deeper")
