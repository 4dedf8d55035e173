"""The analysis of tables agrees with trying: every combination of a grid of values is put to every row, by FEEL itself.

The tables mention whole numbers only, and the grid holds all halves around them, so that each stretch between has one.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import decisions, feel
from engine.language.decisions import analysis
from engine.language.feel import Value
from tests.language.decisions.sheet_writing import Column, number, text, truth, written

NUMBERS: list[Value] = [Decimal(half) / 2 for half in range(-2, 12)]
LETTERS = ["A", "B", "C"]
GRIDS: dict[str, list[Value]] = {"n": NUMBERS, "m": NUMBERS, "b": [True, False], "e": [*LETTERS], "s": [*LETTERS, "D"]}
COLUMNS = {
    "n": number("n"),
    "m": number("m", "[0..4]"),
    "b": truth("b"),
    "e": text("e", '"A","B","C"'),
    "s": text("s"),
}
GRIDS["m"] = [each for each in NUMBERS if 0 <= each <= 4]  # type: ignore[operator]
Grid = Sequence[Sequence[Value]]

whole = st.integers(0, 4)
number_cells = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), whole),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), whole, whole, st.sampled_from("])")),
    st.builds("{}, {}".format, whole, whole),
    st.builds("not({})".format, whole),
    st.builds("not([{}..{}])".format, whole, whole),
    st.builds("? > {} and ? < {}".format, whole, whole),
    st.builds("? in ({}, > {})".format, whole, whole),
    st.builds("> {}, null".format, whole),
)
letters = st.sampled_from(['"A"', '"B"', '"C"'])
text_cells = st.one_of(
    st.just("-"),
    letters,
    st.builds("{},{}".format, letters, letters),
    st.builds("not({})".format, letters),
    st.just("null"),
)
CELLS = {
    "n": number_cells,
    "m": number_cells,
    "b": st.sampled_from(["-", "true", "false", "not(true)"]),
    "e": text_cells,
    "s": text_cells,
}


@st.composite
def tables(draw: st.DrawFn, kinds: str = "nmbes") -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and rows of cells."""
    names = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True))
    return names, draw(st.lists(st.tuples(*(CELLS[name] for name in names)).map(list), min_size=1, max_size=6))


def hits(rows: Sequence[Sequence[str]], grid: Grid) -> Iterator[tuple[tuple[Value, ...], list[int]]]:
    """Every combination with the numbers of the rows that apply to it."""
    tests = [[feel.unary_tests(cell) for cell in row] for row in rows]
    for values in product(*grid):
        yield (
            values,
            [
                place
                for place, row in enumerate(tests, 1)
                if all(test({"?": value}) is True for test, value in zip(row, values, strict=True))
            ],
        )


def told(names: Sequence[str], rows: Sequence[Sequence[str]], policy: str, pattern: str) -> list[re.Match[str]]:
    """What the analysis says that looks like this."""
    shown = [[*row, f'"{place % 2}"'] for place, row in enumerate(rows)]
    xml = written([COLUMNS[name] for name in names], [Column("y", values='"1","0"')], *shown, policy=policy)
    flaws = analysis.find(xml, decisions.read(xml))
    assert not any("未能查完" in flaw.sentence for flaw in flaws)
    return [match for flaw in flaws if (match := re.match(pattern, flaw.sentence))]


def with_null(names: Sequence[str]) -> list[list[Value]]:
    return [[*GRIDS[name], None] for name in names]


@settings(max_examples=300, deadline=None)
@given(tables())
def test_rows_overlap_where_some_values_hit_both(drawn: tuple[list[str], list[list[str]]]) -> None:
    names, rows = drawn
    expected: dict[int, int] = {}
    for _, numbers in hits(rows, with_null(names)):
        for later in numbers[1:]:
            expected[later] = min(expected.get(later, numbers[0]), numbers[0])
    matches = told(names, rows, "UNIQUE", r"第 (\d+) 行与第 (\d+) 行同时适用")
    assert {int(match[2]): int(match[1]) for match in matches} == expected


@settings(max_examples=300, deadline=None)
@given(tables())
def test_rows_contradict_each_other_where_the_same_values_get_two_results(
    drawn: tuple[list[str], list[list[str]]],
) -> None:
    names, rows = drawn
    expected: dict[int, int] = {}
    for _, numbers in hits(rows, with_null(names)):
        for later in numbers:
            for earlier in (each for each in numbers if each < later and (later - each) % 2):
                expected[later] = min(expected.get(later, earlier), earlier)
    matches = told(names, rows, "ANY", r"第 (\d+) 行与第 (\d+) 行同时适用而结果不同")
    assert {int(match[2]): int(match[1]) for match in matches} == expected


@settings(max_examples=300, deadline=None)
@given(tables("nmbe"))
def test_there_is_a_gap_where_some_values_hit_no_row(drawn: tuple[list[str], list[list[str]]]) -> None:
    names, rows = drawn
    missed = [values for values, numbers in hits(rows, [GRIDS[name] for name in names]) if not numbers]
    matches = told(names, rows, "UNIQUE", r"决策表“档次”(有遗漏：例如 (.*?) 时没有一行适用|没有一行适用)")
    assert bool(matches) == bool(missed)
    for match in matches:
        example = dict(part.split(" = ") for part in (match[2] or "").split("、") if part)
        given_values = {name: feel.evaluate(value) for name, value in example.items()}
        grid = [[given_values[name]] if name in given_values else GRIDS[name] for name in names]
        assert not any(numbers for _, numbers in hits(rows, grid))


@settings(max_examples=300, deadline=None)
@given(tables())
def test_under_first_a_row_is_never_reached_where_earlier_rows_take_all_its_values(
    drawn: tuple[list[str], list[list[str]]],
) -> None:
    names, rows = drawn
    alive, deciding = set(), set()
    for _, numbers in hits(rows, with_null(names)):
        alive.update(numbers)
        deciding.update(numbers[:1])
    matches = told(names, rows, "FIRST", r"第 (\d+) 行永远用不到")
    assert {int(match[1]) for match in matches} == alive - deciding


@settings(max_examples=300, deadline=None)
@given(tables())
def test_under_priority_a_row_is_never_reached_where_better_rows_take_all_its_values(
    drawn: tuple[list[str], list[list[str]]],
) -> None:
    names, rows = drawn
    alive, deciding = set(), set()
    for _, numbers in hits(rows, with_null(names)):
        alive.update(numbers)
        deciding.update(sorted(numbers, key=lambda place: (place % 2, place))[:1])
    matches = told(names, rows, "PRIORITY", r"第 (\d+) 行永远用不到")
    assert {int(match[1]) for match in matches} == alive - deciding


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_cell_contradicts_itself_where_no_value_fulfils_it(drawn: tuple[list[str], list[list[str]]]) -> None:
    names, rows = drawn
    expected = set()
    for place, row in enumerate(rows, 1):
        for name, cell in zip(names, row, strict=True):
            grid = NUMBERS if name == "m" else GRIDS[name]
            if "null" not in cell and not any(numbers for _, numbers in hits([[cell]], [grid])):
                expected.add((place, name))
    matches = told(names, rows, "FIRST", r"第 (\d+) 行“(\w)”列的条件 .* 自相矛盾")
    assert {(int(match[1]), match[2]) for match in matches} == expected


@settings(max_examples=100, deadline=None)
@given(tables())
def test_what_a_unique_table_answers_after_passing_is_never_an_incident(
    drawn: tuple[list[str], list[list[str]]],
) -> None:
    names, rows = drawn
    shown = [[*row, "1"] for row in rows]
    xml = written([COLUMNS[name] for name in names], [Column("y")], *shown)
    model = decisions.read(xml)
    if any(flaw.severity == "error" for flaw in analysis.find(xml, model)):
        return
    for values in product(*with_null(names)):
        model.decide("grade", dict(zip(names, values, strict=True)))
