"""What `for`, `some`, `every` and filters mean. The rule: every round is charged to the budget."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice

from . import syntax
from .builder import Build
from .comparison import both, either
from .frame import NOTHING, Frame, Run
from .free_names import mentions
from .limits import LIST_LENGTH, ROUND, charge, check_list, meter
from .moments import count_of, date_at
from .notices import Position, null_because
from .values import NUMBERS, FarDate, Range, Value, chinese_kind, kind

_DATES = (dt.date, FarDate)
_Source = Callable[[Frame], Iterable[Value] | None]


def for_loop(node: syntax.For, build: Build) -> Run:
    sources = _sources(node.loops, build)
    body, weight = build.within(node.result)
    grows = mentions(node.result, "partial")

    def run(frame: Frame) -> Value:
        results: list[Value] = []
        outer = Frame({"partial": results}, frame) if grows else frame
        spent = meter()
        for scope in _rounds(sources, outer):
            if scope is None:
                return None
            spent.charge(weight + ROUND)
            results.append(body(scope))
        return results

    return run


def quantified(node: syntax.Quantified, build: Build) -> Run:
    sources = _sources(node.loops, build)
    condition, weight = build.within(node.condition)
    every = node.every
    join = both if every else either

    def run(frame: Frame) -> Value:
        answer: bool | None = every
        spent = meter()
        for scope in _rounds(sources, frame):
            if scope is None:
                return None
            spent.charge(weight + ROUND)
            truth = condition(scope)
            answer = join(answer, truth if isinstance(truth, bool) else None)
            if answer is not every and answer is not None:
                return answer
        return answer

    return run


def _sources(loops: tuple[syntax.Loop, ...], build: Build) -> list[tuple[str, _Source]]:
    """Each variable with what it runs over. A later loop sees the variables of those before it."""
    return [(loop.name, _source(loop, build)) for loop in loops]


def _source(loop: syntax.Loop, build: Build) -> _Source:
    start, at = build.within(loop.source)[0], loop.source.at
    if loop.end is None:
        return lambda frame: _items(start(frame), at)
    end = build.within(loop.end)[0]
    return lambda frame: _steps(start(frame), end(frame), at)


def _rounds(sources: list[tuple[str, _Source]], frame: Frame) -> Iterator[Frame | None]:
    """A scope for each combination of the variables; a None where something cannot be run over."""
    (name, source), rest = sources[0], sources[1:]
    items = source(frame)
    if items is None:
        yield None
        return
    for item in items:
        scope = Frame({name: item}, frame)
        if rest:
            charge(ROUND)
            yield from _rounds(rest, scope)
        else:
            yield scope


def _items(value: Value, at: Position) -> Iterable[Value] | None:
    if isinstance(value, list):
        return tuple(value) if value else ()
    if isinstance(value, Range):
        return range_items(value, at)
    if value is None:
        null_because(at, "不能遍历空值", "null cannot be run over")
        return None
    return (value,)


def range_items(span: Range, at: Position) -> Iterable[Value] | None:
    """The whole numbers, or the days, of a range."""
    steps = _steps(span.low, span.high, at)
    if steps is None:
        return None
    skipped = [
        end for end, included in ((span.low, span.low_included), (span.high, span.high_included)) if not included
    ]
    return (step for step in steps if step not in skipped)


def _steps(start: Value, end: Value, at: Position) -> Iterable[Value] | None:
    """From start to end, both included, up or down by one."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if _countable(start) and _countable(end):
            return _numbers(int(start), int(end))
    elif isinstance(start, _DATES) and isinstance(end, _DATES) and kind(start) == "date" == kind(end):
        return _days(count_of(start).day, count_of(end).day)
    null_because(
        at,
        f"不能从{chinese_kind(start)}数到{chinese_kind(end)}",
        f"cannot count from {kind(start)} to {kind(end)}",
    )
    return None


def _countable(number: Decimal) -> bool:
    """Whether it is a whole number that differs from its neighbours within 34 digits."""
    return number.adjusted() < NUMBERS.prec and number == number.to_integral_value()


def _numbers(start: int, end: int) -> Iterator[Value]:
    step = 1 if start <= end else -1
    return (Decimal(number) for number in range(start, end + step, step))


def _days(start: int, end: int) -> Iterator[Value]:
    step = 1 if start <= end else -1
    return (date_at(day) for day in range(start, end + step, step))


# Filters


def filtered(node: syntax.Filter, build: Build) -> Run:
    source, at = _growing_or(node.source, build), node.at
    if isinstance(node.condition, syntax.Literal) and isinstance(node.condition.value, Decimal):
        number = node.condition.value
        return lambda frame: _item_at(_list_of(source(frame), at), number, at)
    condition, weight = build.within(node.condition)

    def run(frame: Frame) -> Value:
        items = _list_of(source(frame), at)
        if not items:
            return _of_nothing(condition, frame)
        return _kept(items, condition, weight, frame, at)

    return run


def _growing_or(node: syntax.Node, build: Build) -> Run:
    """The list so far of a loop is only looked into here, so it need not be copied."""
    if isinstance(node, syntax.Name) and node.name == "partial":
        return lambda frame: _as_value(frame.find("partial"))
    return build(node)


def _as_value(found: object) -> Value:
    return found if isinstance(found, list) else None


def _list_of(value: Value, at: Position) -> list[Value]:
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        # One more than may be is enough to know that there are too many.
        items = list(islice(range_items(value, at) or (), LIST_LENGTH + 1))
        check_list(len(items))
        charge(len(items))
        return items
    return [] if value is None else [value]


def _of_nothing(condition: Run, frame: Frame) -> Value:
    """No item at any number, and no items for any condition."""
    return None if isinstance(condition(Frame(NOTHING, frame, None)), Decimal) else []


def _kept(items: list[Value], condition: Run, weight: int, frame: Frame, at: Position) -> Value:
    kept: list[Value] = []
    spent = meter()
    for item in items:
        spent.charge(weight + ROUND)
        verdict = condition(Frame(item if isinstance(item, dict) else NOTHING, frame, item))
        if verdict is True:
            kept.append(item)
        elif isinstance(verdict, Decimal):
            return _item_at(items, verdict, at)
        elif verdict is not False and verdict is not None:
            return null_because(at, "筛选条件应当是真或假", "the condition of a filter should be true or false")
    return kept


def _item_at(items: list[Value], number: Decimal, at: Position) -> Value:
    """The item of that number, from the end if it is negative."""
    index = int(number)
    if index == number and index and abs(index) <= len(items):
        return items[index - 1] if index > 0 else items[index]
    return null_because(at, f"列表没有第{number}项", f"the list has no item {number}")
