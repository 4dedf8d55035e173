"""Built-in functions over lists: searching, cutting, joining, counting, sorting.

The rule: a single value given for a list is a list of one; null is no list. Work that grows faster than the list is
charged to the budget.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key, reduce

from .arithmetic import operate
from .builtins_numbers import whole
from .builtins_strings import start_index
from .comparison import ORDERED, ordered, same
from .functions import Library, call
from .limits import COMPARED_ITEM, charge, check_list
from .values import NUMBERS, Function, LongDuration, Value, YearsMonths

library = Library()
_SUMMABLE = frozenset({Decimal, YearsMonths, dt.timedelta, LongDuration})
_SCALARS = frozenset({Decimal, str, bool})


@library.add("list contains", "list: list, element: any")
def _list_contains(items: list[Value], element: Value) -> Value:
    charge(len(items))
    return any(same(item, element) for item in items)


@library.add("count", "list: list")
def _count(items: list[Value]) -> Value:
    return Decimal(len(items))


def _extreme(sign: str) -> Callable[[list[Value]], Value]:
    def find(items: list[Value]) -> Value:
        charge(len(items))
        found: Value = items[0] if items else None
        if found is not None and type(found) not in ORDERED:
            raise ValueError("Expected values that have an order")
        for item in items:
            comes_first = ordered(sign, item, found)
            if comes_first is None:
                raise ValueError("Expected values of one type")
            found = item if comes_first else found
        return found

    return find


def _sum(items: list[Value]) -> Value:
    charge(len(items))
    if not all(type(item) in _SUMMABLE for item in items):
        raise ValueError("Expected numbers or durations")
    return reduce(lambda left, right: operate("+", left, right), items[1:], items[0]) if items else None


def _numbers(items: Iterable[Value]) -> list[Decimal]:
    found: list[Decimal] = []
    for item in items:
        if not isinstance(item, Decimal):
            raise ValueError("Expected a list of numbers")
        found.append(item)
    charge(len(found))
    return found


def _product(items: list[Value]) -> Value:
    return reduce(NUMBERS.multiply, _numbers(items)) if items else None


def _mean(items: list[Value]) -> Value:
    return NUMBERS.divide(reduce(NUMBERS.add, _numbers(items)), Decimal(len(items))) if items else None


def _median(items: list[Value]) -> Value:
    numbers = sorted(_numbers(items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def _stddev(items: list[Value]) -> Value:
    """The deviation of a sample; one number alone has none."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        return None
    mean = NUMBERS.divide(reduce(NUMBERS.add, numbers), Decimal(len(numbers)))
    squares = [NUMBERS.power(NUMBERS.subtract(number, mean), 2) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(reduce(NUMBERS.add, squares), Decimal(len(numbers) - 1)))


def _mode(items: list[Value]) -> Value:
    numbers = _numbers(items)
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return [*sorted(number for number, count in counts.items() if count == most)]


def _all(items: list[Value]) -> Value:
    charge(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _any(items: list[Value]) -> Value:
    charge(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def _declare_aggregate(name: str, body: Callable[[list[Value]], Value]) -> None:
    """An aggregate takes one list, or its items as so many arguments."""
    library.add(name, "list: list")(body)
    library.add(name, "values...: any")(lambda *items: body(list(items)))


for _name, _body in {
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "product": _product,
    "mean": _mean,
    "median": _median,
    "stddev": _stddev,
    "mode": _mode,
    "all": _all,
    "any": _any,
}.items():
    _declare_aggregate(_name, _body)


@library.add("sublist", "list: list, start position: number, length?: number")
def _sublist(items: list[Value], position: Decimal, length: Decimal | None) -> Value:
    start = start_index(whole(position), len(items))
    charge(len(items) // 20)
    if length is None:
        return items[start:]
    if not 1 <= whole(length) <= len(items) - start:
        raise ValueError("Expected a length inside the list")
    return items[start : start + whole(length)]


@library.add("append", "list: list, item...: any")
def _append(items: list[Value], *more: Value) -> Value:
    check_list(len(items) + len(more))
    charge(len(items))
    return [*items, *more]


@library.add("concatenate", "list...: list")
def _concatenate(*lists: list[Value]) -> Value:
    size = sum(map(len, lists))
    check_list(size)
    charge(size)
    return [item for items in lists for item in items]


@library.add("insert before", "list: list, position: number, newItem: any")
def _insert_before(items: list[Value], position: Decimal, item: Value) -> Value:
    start = start_index(whole(position), len(items))
    charge(len(items))
    check_list(len(items) + 1)
    return [*items[:start], item, *items[start:]]


@library.add("remove", "list: list, position: number")
def _remove(items: list[Value], position: Decimal) -> Value:
    start = start_index(whole(position), len(items))
    charge(len(items))
    return items[:start] + items[start + 1 :]


@library.add("list replace", "list: any, position: number, newItem: any")
def _replace_at(given: Value, position: Decimal, item: Value) -> Value:
    items = _list(given)
    start = start_index(whole(position), len(items))
    charge(len(items))
    return [*items[:start], item, *items[start + 1 :]]


@library.add("list replace", "list: any, match: function, newItem: any")
def _replace_where(given: Value, match: Function, new: Value) -> Value:
    items = _list(given)
    verdicts = [call(match, (item, new)) for item in items]
    if len(match.parameters) != 2 or not all(isinstance(verdict, bool) for verdict in verdicts):
        raise ValueError("Expected a function of two values that answers true or false")
    return [new if verdict else item for item, verdict in zip(items, verdicts, strict=True)]


@library.add("reverse", "list: list")
def _reverse(items: list[Value]) -> Value:
    charge(len(items))
    return items[::-1]


@library.add("index of", "list: any, match: any")
def _index_of(items: Value, match: Value) -> Value:
    charge(len(_list(items)))
    return [Decimal(index) for index, item in enumerate(_list(items), 1) if same(item, match)]


def _list(value: Value) -> list[Value]:
    """A list and nothing else: where the standard's tests refuse to take a single value for a list of one."""
    if not isinstance(value, list):
        raise ValueError("Expected a list")
    return value


@library.add("union", "list...: list")
def _union(*lists: list[Value]) -> Value:
    return _distinct(item for items in lists for item in items)


@library.add("distinct values", "list: list")
def _distinct_values(items: list[Value]) -> Value:
    return _distinct(items)


class _Met:
    """Values met so far; plain ones are found without comparing with all."""

    def __init__(self) -> None:
        self.plain: set[tuple[type, Value]] = set()
        self.others: list[Value] = []

    def first_time(self, item: Value) -> bool:
        """Whether such a value was not met before; from now on it was."""
        if type(item) in _SCALARS:
            key = (type(item), item)
            new = key not in self.plain
            self.plain.add(key)
            return new
        charge(COMPARED_ITEM * (1 + len(self.others)))
        if any(same(item, other) for other in self.others):
            return False
        self.others.append(item)
        return True


def _distinct(items: Iterable[Value]) -> list[Value]:
    """Each value once, in the order of its first appearance."""
    met = _Met()
    return [item for item in items if met.first_time(item)]


@library.add("duplicate values", "list: list")
def _duplicate_values(items: list[Value]) -> Value:
    met, repeated = _Met(), _Met()
    for item in items:
        if not met.first_time(item):
            repeated.first_time(item)
    return [item for item in _distinct(items) if not repeated.first_time(item)]


@library.add("flatten", "list: list")
def _flatten(items: list[Value]) -> Value:
    flat: list[Value] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            charge(1 + len(item))
            waiting.extend(reversed(item))
        else:
            flat.append(item)
            check_list(len(flat))
    return flat


@library.add("sort", "list: list, precedes?: function")
def _sort(items: list[Value], precedes: Function | None) -> Value:
    charge(len(items) * max(1, len(items).bit_length()))

    def comes_before(left: Value, right: Value) -> bool:
        truth = ordered("<", left, right) if precedes is None else call(precedes, (left, right))
        if not isinstance(truth, bool):
            raise ValueError("Expected values that have an order")
        return truth

    def compare(left: Value, right: Value) -> int:
        return -1 if comes_before(left, right) else int(comes_before(right, left))

    return sorted(items, key=cmp_to_key(compare))
