"""Values and sets of values in the words of the people who write tables: as FEEL that can be put into a cell.

The rule: what is shown as a cell means exactly the set, so that it can be copied into a new row.
"""

from collections.abc import Sequence
from itertools import pairwise

from engine.language.decisions.analysis.columns import Column, bits
from engine.language.decisions.analysis.scales import Key
from engine.language.feel import Value, kind
from engine.language.feel.text import write_inside
from engine.language.feel.values import CHINESE_KINDS, chinese_kind

_WRITTEN = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}
_HINTS = {
    "number": "数字不加引号",
    "string": "文字要加引号",
    "boolean": "写 true 或 false，不加引号",
    "date": '写成 date("2026-01-01")',
    "time": '写成 time("08:00:00")',
    "date and time": '写成 date and time("2026-01-01T08:00:00")',
    "days and time duration": '写成 duration("P7D")',
    "years and months duration": '写成 duration("P1Y")',
}
_LONGEST = 120


def literal(value: Value) -> str:
    """A value as one writes it in a cell."""
    text = write_inside(value)
    return f'{_WRITTEN[kind(value)]}("{text}")' if kind(value) in _WRITTEN else text


def shortened(text: str) -> str:
    """A text that may be long, as part of a sentence."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def wrong_kind(wanted: str, value: Value, *, name: str = "") -> str:
    """What stands after the name of a cell that holds a value of a wrong kind; `name`: of a type that is no kind."""
    shown = f"{chinese_kind(value)} {shortened(literal(value))}"
    hint = f"（{_HINTS[wanted]}）" if wanted in _HINTS else ""
    kind_of_column = name or CHINESE_KINDS[wanted]
    return f"应为{kind_of_column}，写的却是{shown}。请改正{hint}，或把这一列的类型改为{chinese_kind(value)}"


def not_allowed(value: Value, values: str) -> str:
    """What stands after the name of a cell whose value is none of the allowed ones; `values` as they are written."""
    among = f"（{shortened(values)}）" if values else ""
    return f"的 {shortened(literal(value))} 不在这一列允许的值{among}中。请改正，或把它加进允许的值"


def example(column: Column, mask: int) -> str:
    """One of these classes of values, as part of a sentence: 收入 = 700."""
    given = list(bits(mask & ~column.null)) or [len(column.classes) - 1]
    stretches = [column.stretches[column.classes[number][0]] for number in given]
    chosen = next((each for each in stretches if each.is_point), stretches[0])
    if chosen.is_null:
        return f"{column.label} 没有值"
    if not chosen.is_point and column.open and not column.ordered:
        return f"{column.label} 是其他值"
    return f"{column.label} = {shortened(literal(chosen.sample))}"


def examples(columns: Sequence[Column], masks: Sequence[int]) -> str:
    """A combination of values; columns of which every value will do are left out."""
    told = [
        example(column, mask)
        for column, mask in zip(columns, masks, strict=True)
        if mask & column.certain != column.certain
    ]
    return "、".join(told)


def cell(column: Column, mask: int) -> str:
    """A cell that accepts just these classes of values."""
    numbers = sorted(number for each in bits(mask & ~column.null) for number in column.classes[each])
    if column.open and not column.ordered:
        return _texts(column, numbers)
    parts = [_stretch(column, first, last) for first, last in _runs(numbers)]
    return shortened(", ".join(parts))


def _texts(column: Column, numbers: Sequence[int]) -> str:
    """Texts among others that nobody listed: these, or all but these."""
    wanted = [number for number in numbers if column.stretches[number].is_point]
    if len(wanted) == len(numbers):
        return shortened(", ".join(literal(column.stretches[number].sample) for number in wanted))
    others = [
        literal(each.sample)
        for number, each in enumerate(column.stretches)
        if each.is_point and number not in set(wanted)
    ]
    return shortened(f"not({', '.join(others)})") if others else "-"


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring stretches together, by the first and the last of each row of them."""
    if not numbers:
        return []
    breaks = [(one, other) for one, other in pairwise(numbers) if other != one + 1]
    firsts, lasts = [other for _, other in breaks], [one for one, _ in breaks]
    return list(zip([numbers[0], *firsts], [*lasts, numbers[-1]], strict=True))


def _stretch(column: Column, first: int, last: int) -> str:
    low, high = column.stretches[first], column.stretches[last]
    if first == last and low.is_point:
        return literal(low.sample)
    if column.kind == "string" and all(column.stretches[number].is_point for number in range(first, last + 1)):
        return ", ".join(literal(column.stretches[number].sample) for number in range(first, last + 1))
    if column.kind == "boolean":
        return "-"
    begin, end = _end(column, low.low), _end(column, high.high)
    if not begin and not end:
        return "-"
    if not begin:
        return f"{'<=' if high.is_point else '<'} {end}"
    if not end:
        return f"{'>=' if low.is_point else '>'} {begin}"
    return f"{'[' if low.is_point else '('}{begin}..{end}{']' if high.is_point else ')'}"


def _end(column: Column, key: Key | None) -> str:
    return "" if key is None else literal(column.scale.value(key))
