"""Combinations of values to which no row applies, so that the answer is null: a warning, for it may be meant so.

A missing value is no gap. Neither is a text of which the table says nothing, as long as nobody lists all texts that may
occur; but where rows for some text look at other columns, those are looked at.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.language.decisions.analysis import wording
from engine.language.decisions.analysis.boxes import Boxes
from engine.language.decisions.analysis.columns import Column, bits
from engine.language.decisions.analysis.flaws import Flaw, warning
from engine.language.decisions.analysis.sheets import Sheet
from engine.language.decisions.analysis.sweeps import Axis, Sweep
from engine.language.feel import Value

_MOST_TOLD = 3
# A row that is longer than this nobody copies.
_LONGEST_ROW = 90


def find(sheet: Sheet, boxes: Boxes) -> Iterator[Flaw]:
    """The first gaps of a table, and that there are more."""
    if not boxes.texts:
        yield warning(sheet.element, f"决策表“{sheet.name}”没有任何行，结果总是空的。请至少写一行")
        return
    numbers = _order(boxes)
    axes = [_axis(boxes, number) for number in numbers]
    rows, apart = boxes.everything, _are_apart(boxes)
    for told in range(_MOST_TOLD + 1):
        point = Sweep(axes, boxes.budget, apart=apart).left(rows)
        if point is None:
            return
        if told == _MOST_TOLD:
            yield warning(sheet.element, f"决策表“{sheet.name}”还有别的情况没有一行适用，补上以上各行后请再检查一次")
            return
        around = _grown(axes, point, rows)
        yield warning(sheet.element, _sentence(sheet, boxes, dict(zip(numbers, around, strict=True))))
        # What has been told counts as a row from now on.
        row = len(boxes.texts) + told
        for axis, classes in zip(axes, around, strict=True):
            axis.add(row, classes)
        rows |= 1 << row


def _order(boxes: Boxes) -> list[int]:
    """Open texts first, then the columns with the fewest classes; columns that every row accepts tell nothing."""
    telling = [number for number in range(len(boxes.columns)) if _is_partial(boxes, number)]
    return sorted(telling, key=lambda number: (not boxes.columns[number].open, len(boxes.columns[number].classes)))


def _is_partial(boxes: Boxes, number: int) -> bool:
    """Whether some row does not accept all values of the column."""
    column = boxes.columns[number]
    return any(boxes.everything & ~column.rows[each] for each in bits(column.allowed))


def _axis(boxes: Boxes, number: int) -> Axis:
    column = boxes.columns[number]
    classes = list(bits(column.allowed))
    holding = boxes.everything
    for each in classes:
        holding &= column.rows[each]
    sizes = [(boxes.mask(row, number) & column.allowed).bit_count() for row in range(len(boxes.texts))]
    return Axis(classes, list(column.rows), holding, column.open, sizes)


def _are_apart(boxes: Boxes) -> bool:
    """Whether no two rows apply together."""
    if boxes.known() != boxes.everything:
        return False
    return not any(boxes.together(row, (1 << row) - 1) for row in range(len(boxes.texts)))


def _grown(axes: Sequence[Axis], point: Sequence[int], rows: int) -> list[int]:
    """The point widened, column after column, as far as no row applies to any of it.

    In a column of open texts only to texts of which the table speaks, and in one such column only.
    """
    around = [1 << number for number in point]
    around += [sum(1 << number for number in axis.classes) for axis in axes[len(point) :]]
    widened = False
    for place, axis in enumerate(axes):
        if axis.open and widened:
            continue
        beside = spoken = rows
        for other, classes in zip(axes, around, strict=True):
            if other is not axis:
                beside &= _accepting(other, classes)
                spoken &= _accepting(other, classes) if other.open else rows
        wider = [each for each in axis.classes if not axis.rows[each] & beside]
        if axis.open:
            wider = [each for each in wider if axis.rows[each] & spoken]
            widened = len(wider) > 1
        around[place] = sum(1 << each for each in wider)
    return around


def _accepting(axis: Axis, classes: int) -> int:
    """The rows that accept some of these classes."""
    found = 0
    for number in bits(classes):
        found |= axis.rows[number]
    return found


def _sentence(sheet: Sheet, boxes: Boxes, left: dict[int, int]) -> str:
    columns = [(number, boxes.columns[number]) for number in sorted(left)]
    told = [(number, column) for number, column in columns if left[number] != column.allowed]
    if not told:
        return f"决策表“{sheet.name}”没有一行适用，结果是空的。请检查各行的条件"
    example = "、".join(wording.example(column, left[number]) for number, column in told)
    row = "，".join(f"“{column.label}”填 {wording.cell(column, left[number])}" for number, column in told)
    fractions = [column.label for number, column in told if _only_fractions(column, left[number])]
    whole = f"；“{fractions[0]}”如果只会是整数，可以不管" if fractions else ""
    missing = f"请补一行（{row}）" if len(row) <= _LONGEST_ROW else "请补上缺少的行"
    return (
        f"决策表“{sheet.name}”有遗漏：例如 {example} 时没有一行适用，结果是空的。"
        f"{missing}，或在结果列设默认值；本来就该是空的，可以不改{whole}"
    )


def _only_fractions(column: Column, mask: int) -> bool:
    """Whether only numbers that are not whole are left."""
    numbers = [number for each in bits(mask) for number in column.classes[each]]
    return column.kind == "number" and not any(_is_whole(column.stretches[number].sample) for number in numbers)


def _is_whole(value: Value) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()
