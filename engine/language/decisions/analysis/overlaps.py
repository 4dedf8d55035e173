"""Rows that contradict each other: two that apply together where one may (UNIQUE), or with different results (ANY)."""

from collections.abc import Iterator, Sequence

from engine.language import feel
from engine.language.decisions.analysis import wording
from engine.language.decisions.analysis.boxes import Boxes
from engine.language.decisions.analysis.columns import bits
from engine.language.decisions.analysis.flaws import Flaw, error
from engine.language.decisions.analysis.results import Result, Results, Unknown
from engine.language.decisions.analysis.sheets import Sheet

_EQUAL = feel.compile("left = right", ("left", "right"))
_MOST_NAMED = 5


def unique(sheet: Sheet, boxes: Boxes) -> Iterator[Flaw]:
    """Each row that applies together with earlier ones."""
    known = boxes.known()
    for row in bits(known):
        earlier = boxes.together(row, known & ((1 << row) - 1))
        if earlier:
            first = next(bits(earlier))
            advice = "命中策略 UNIQUE 只允许一行适用：请修改其中一行的条件，或改用命中策略 FIRST（取靠前的一行）"
            told = f"第 {first + 1} 行与第 {row + 1} 行同时适用{_example(boxes, first, row)}"
            yield error(sheet.lines[row].element, f"{told}。{_more(row, earlier)}{advice}")


def contradicting(sheet: Sheet, boxes: Boxes, results: Sequence[Results]) -> Iterator[Flaw]:
    """Each row that applies together with an earlier one and says something else."""
    known = boxes.known()
    for row in bits(known):
        for other in bits(boxes.together(row, known & ((1 << row) - 1))):
            boxes.budget.spend(1)
            column = _different(results, other, row)
            if column is not None:
                said = " 和 ".join(_shown(column.said[each]) for each in (other, row))
                sentence = (
                    f"第 {other + 1} 行与第 {row + 1} 行同时适用而结果不同（“{column.heading.label}”列是 {said}）"
                    f"{_example(boxes, other, row)}。命中策略 ANY 要求结果相同：请修改其中一行的条件或结果"
                )
                yield error(sheet.lines[row].element, sentence)
                break


def _different(results: Sequence[Results], one: int, other: int) -> Results | None:
    """A result in which two rows are known to differ."""
    for column in results:
        left, right = column.said[one], column.said[other]
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            continue
        if _EQUAL({"left": left, "right": right}) is not True:
            return column
    return None


def _shown(result: Result) -> str:
    return "" if isinstance(result, Unknown) else wording.shortened(wording.literal(result))


def _example(boxes: Boxes, one: int, other: int) -> str:
    found = wording.examples(boxes.columns, boxes.shared(one, other))
    return f"，例如 {found}" if found else ""


def _more(row: int, earlier: int) -> str:
    """The other rows that it applies together with."""
    others = list(bits(earlier))[1:]
    if not others:
        return ""
    named = "、".join(str(other + 1) for other in others[:_MOST_NAMED])
    return f"第 {row + 1} 行还与第 {named} 行{'等' if len(others) > _MOST_NAMED else ''}同时适用。"
