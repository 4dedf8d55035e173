"""The analysis of tables agrees with trying: every combination of a grid of values is put to every row, by FEEL itself.

The tables mention whole numbers only, and the grid holds all halves around them, so that each stretch between has one.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import decisions, feel
from engine.language.decisions import analysis
from engine.language.feel import Value
from tests.language.decisions.sheet_writing import Column, number, text, truth, written

DAYS: list[Value] = [date(2025, 12, 30) + timedelta(days=day) for day in range(9)]
NUMBERS: list[Value] = [Decimal(half) / 2 for half in range(-2, 12)]
LETTERS = ["A", "B", "C"]
GRIDS: dict[str, list[Value]] = {
    "n": NUMBERS,
    "m": NUMBERS,
    "b": [True, False],
    "e": [*LETTERS],
    "s": [*LETTERS, "D"],
    "d": DAYS,
}
COLUMNS = {
    "n": number("n"),
    "m": number("m", "[0..4]"),
    "b": truth("b"),
    "e": text("e", '"A","B","C"'),
    "s": text("s"),
    "d": Column("d", "date"),
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
days = st.integers(1, 5).map('date("2026-01-0{}")'.format)
day_cells = st.one_of(
    st.just("-"),
    days,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), days),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), days, days, st.sampled_from("])")),
    st.builds("not({})".format, days),
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
    "d": day_cells,
}


@st.composite
def tables(draw: st.DrawFn, kinds: str = "nmbesd") -> tuple[list[str], list[list[str]]]:
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


@settings(max_examples=200, deadline=None)
@given(tables())
def test_rows_overlap_where_some_values_hit_both(drawn: tuple[list[str], list[list[str]]]) -> None:
    names, rows = drawn
    expected: dict[int, int] = {}
    for _, numbers in hits(rows, with_null(names)):
        for later in numbers[1:]:
            expected[later] = min(expected.get(later, numbers[0]), numbers[0])
    matches = told(names, rows, "UNIQUE", r"第 (\d+) 行与第 (\d+) 行同时适用")
    assert {int(match[2]): int(match[1]) for match in matches} == expected


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
@given(tables("nmbed"))
def test_there_is_a_gap_where_some_values_hit_no_row(drawn: tuple[list[str], list[list[str]]]) -> None:
    names, rows = drawn
    missed = [values for values, numbers in hits(rows, [GRIDS[name] for name in names]) if not numbers]
    matches = told(names, rows, "UNIQUE", r"决策表“档次”(有遗漏：例如 (.*?) 时没有一行适用|没有一行适用)")
    assert bool(matches) == bool(missed)
    for match in matches:
        example = dict(part.split(" = ") for part in (match[2] or "").split("、") if part)
        assert set(example) <= set(names)
        given_values = {name: feel.evaluate(value) for name, value in example.items()}
        grid = [[given_values[name]] if name in given_values else GRIDS[name] for name in names]
        assert not any(numbers for _, numbers in hits(rows, grid))


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
@given(tables("nbs"))
def test_with_texts_that_nobody_listed_a_gap_is_where_rows_speak_of_the_text(
    drawn: tuple[list[str], list[list[str]]],
) -> None:
    names, rows = drawn
    spoken = [[cell if name == "s" else "-" for name, cell in zip(names, row, strict=True)] for row in rows]
    grid = [GRIDS[name] for name in names]
    missed = [
        values
        for (values, numbers), (_, speaking) in zip(hits(rows, grid), hits(spoken, grid), strict=True)
        if speaking and not numbers
    ]
    assert bool(told(names, rows, "UNIQUE", "决策表“档次”(有遗漏|没有一行适用)")) == bool(missed)


VALUES = st.sampled_from(
    [
        *(
            "0",
            "-3.5",
            "1e6000",
            "9999999999999999999999999999999999",
            '""',
            '"甲"',
            '"a\\"b"',
            "true",
            "null",
            "limit",
        ),
        *(
            'date("2026-02-29")',
            'date("999999999-12-31")',
            'date("-999999999-01-01")',
            "date(2026, 1, 1)",
            '@"2026-01-01"',
        ),
        *('@"2026-01-01T00:00:00.5"', '@"2026-01-01T10:00:00@Asia/Shanghai"', '@"2026-01-01T10:00:00Z"', '@"24:00:00"'),
        *('time("10:00:00.000000001")', '@"10:00:00+08:00"', '@"P1Y"', '@"-P999999999Y"', '@"P1DT0.000000001S"'),
        *(
            'duration("P106751991167DT1S")',
            "[1, 2]",
            "{a: 1}",
            "[1..2]",
            "now()",
            "? + 1",
            "function(x) x",
            'date("?")',
        ),
    ]
)
ANY_CELLS = st.one_of(
    st.sampled_from(["", "-", "?", "not(?)", "? instance of number", "some x in ? satisfies x"]),
    VALUES,
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!=", "? ="]), VALUES),
    st.builds("{}{}..{}{}".format, st.sampled_from("[(]"), VALUES, VALUES, st.sampled_from("])[")),
    st.builds("{}, not({}), {}".format, VALUES, VALUES, VALUES),
    st.builds("not({}, {})".format, VALUES, VALUES),
    st.builds("? in ({}, [{}..{}])".format, VALUES, VALUES, VALUES),
    st.builds("? between {} and {} or ? = {}".format, VALUES, VALUES, VALUES),
)
TYPES = st.sampled_from(
    [
        "",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "dateTime",
        "dayTimeDuration",
        "yearMonthDuration",
        "Any",
        "integer",
    ]
)
POLICIES = st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT", "OUTPUT ORDER"])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_written_is_told_of_in_words(data: st.DataObject) -> None:
    inputs = [Column(f"x{each}", data.draw(TYPES), data.draw(st.one_of(st.just(""), ANY_CELLS))) for each in range(2)]
    outputs = [Column(f"y{each}", data.draw(TYPES), data.draw(st.one_of(st.just(""), ANY_CELLS))) for each in range(2)]
    rows = data.draw(st.lists(st.lists(ANY_CELLS, min_size=4, max_size=4), max_size=5))
    xml = written(inputs, outputs, *rows, policy=data.draw(POLICIES))
    model = decisions.read(xml)
    for flaw in analysis.find(xml, model):
        assert flaw.sentence
        assert len(flaw.sentence) < 2000
    analysis.uses(xml, model)
