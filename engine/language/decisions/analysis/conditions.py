"""What the conditions of a table ask, column by column, and which of their cells cannot be meant.

These are values of a wrong kind, values that are not allowed, and conditions that nothing fulfils. The rule: a wrong
cell is told once and is unknown from then on, so that one mistake does not look like several.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.language.decisions.analysis import cells, wording
from engine.language.decisions.analysis.budget import OPERATIONS
from engine.language.decisions.analysis.cells import Test
from engine.language.decisions.analysis.columns import EVERYTHING, Asked, Column
from engine.language.decisions.analysis.declared import Declarations, Declared
from engine.language.decisions.analysis.flaws import Flaw, error, place
from engine.language.decisions.analysis.reading import Reader
from engine.language.decisions.analysis.sheets import Heading, Sheet
from engine.language.decisions.source import Source
from engine.language.feel import Expression, FeelLimitExceeded, Value, kind, metered


@dataclass(frozen=True, slots=True)
class Conditions:
    """An input column: what its cells ask, and what is wrong with a text, whatever row it stands in."""

    asked: Asked
    wrong: Mapping[str, str]
    flaws: Sequence[Flaw] = ()


def read(sheet: Sheet, number: int, reader: Reader, declarations: Declarations, source: Source) -> Conditions:
    """The column of that number, from 0; the table must be complete."""
    heading = sheet.inputs[number]
    texts = [line.tested[number].text for line in sheet.lines]
    declared = declarations.of_input(heading)
    values, flaws = _values(heading, reader, source)
    allowed = [(each, cells.read(each)) for each in (*declared.allowed, *values)]
    tests = {
        text: _test(reader.test(text, sheet.lines[row].tested[number].element))
        for row, text in reversed(list(enumerate(texts)))
        if text not in EVERYTHING
    }
    wanted = declared.kind or _shown_kind([*tests.values(), *(test for _, test in allowed)])
    wrong = {text: sentence for text, test in tests.items() if test and (sentence := _wrong(test, declared))}
    strange = {text for text, test in tests.items() if text in wrong or _is_strange(test, declared, wanted)}
    known = {text: None if text in strange else test for text, test in tests.items()}
    understood = [(each, None if _is_strange(test, declared, wanted) else test) for each, test in allowed]
    return Conditions(Asked(heading.label, texts, known, wanted, declared.whole, understood), wrong, flaws)


def flaws(sheet: Sheet, number: int, conditions: Conditions, column: Column | None) -> Iterator[Flaw]:
    """The wrong cells of a column, from top to bottom; without `column` it could not be looked at as a whole."""
    yield from conditions.flaws
    heading = sheet.inputs[number]
    wrong = dict(conditions.wrong)
    if column is not None:
        wrong.update(_useless_texts(heading, conditions, column))
    for line in sheet.lines:
        cell = line.tested[number]
        if cell.text in wrong:
            yield error(cell.element, f"{place(line, heading)}{wrong[cell.text]}")


def _values(heading: Heading, reader: Reader, source: Source) -> tuple[list[Expression], list[Flaw]]:
    """The allowed values that the column itself lists."""
    if not heading.values:
        return [], []
    element = source.child(heading.element, "inputValues")
    assert element is not None
    found = reader.test(heading.values, element)
    if found is None:
        return [], [error(element, f"“{heading.label}”列的允许值不是正确的 FEEL：{wording.shortened(heading.values)}")]
    return [found], []


def _test(expression: Expression | None) -> Test | None:
    return None if expression is None else cells.read(expression)


def _shown_kind(tests: Sequence[Test | None]) -> str | None:
    """The kind of all values that the cells mention, if they are of one kind."""
    kinds = {kind(value) for test in tests if test is not None for value in test.values}
    return kinds.pop() if len(kinds) == 1 else None


def _is_strange(test: Test | None, declared: Declared, wanted: str | None) -> bool:
    """Whether a cell speaks of anything but single values of the column's kind."""
    return test is None or not declared.single or any(kind(value) != wanted for value in test.values)


def _wrong(test: Test, declared: Declared) -> str:
    """What is wrong with a cell, known from its values alone; "" if nothing is."""
    if test.missing:
        return f"的 {wording.shortened(test.expression.text)} 写了不存在的日期、时间或时长。请改正"
    if not declared.kind or not declared.single:
        return ""
    strange = next((value for value in test.values if kind(value) != declared.kind), None)
    if strange is None:
        return ""
    return wording.wrong_kind(declared.kind, strange)


def _useless_texts(heading: Heading, conditions: Conditions, column: Column) -> dict[str, str]:
    """What is wrong with texts that are known, by their texts."""
    tests = [(text, test) for text, test in conditions.asked.tests.items() if test is not None]
    with metered(OPERATIONS):
        return {
            text: sentence for text, test in tests if (sentence := _useless(test, heading, conditions, column, text))
        }


def _useless(test: Test, heading: Heading, conditions: Conditions, column: Column, text: str) -> str:
    """What is wrong with a cell of the right kind among the values that may occur; "" if nothing is."""
    mask = column.masks[text] & ~column.null
    shown = wording.shortened(text)
    if not mask and not test.empty_too:
        return f"的条件 {shown} 自相矛盾，没有任何值符合。请改正"
    strange = next((value for value in test.points if not _is_allowed(value, conditions.asked.allowed)), None)
    if strange is not None:
        return wording.not_allowed(strange, heading.values)
    if not column.masks[text] & column.possible:
        return f"的条件 {shown} 在这一列允许的值中没有一个符合。请改正"
    return ""


def _is_allowed(value: Value, allowed: Sequence[tuple[Expression, Test | None]]) -> bool:
    try:
        return all(expression({"?": value}) is True for expression, _ in allowed)
    except FeelLimitExceeded:
        return True
