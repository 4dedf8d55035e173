"""Large tables are looked at within the budget of steps, and the hardest are given up with a word, never for ever."""

import random
import re
from collections.abc import Callable, Sequence

import pytest

from engine.language import decisions
from engine.language.decisions import analysis
from tests.language.decisions.sheet_writing import Column, written

ROWS, COLUMNS = 1000, 8


def span(width: int) -> Callable[[], str]:
    """A cell that is a random range."""

    def cell() -> str:
        begin = random.randrange(10_000)
        return f"[{begin}..{begin + random.randrange(1, width)})"

    return cell


def bound() -> str:
    return f"{random.choice(['>=', '<'])} {random.randrange(10_000)}"


def split(box: Sequence[tuple[int, int]], parts: int) -> list[list[tuple[int, int]]]:
    """A box cut into so many, which leave no gap and do not overlap."""
    if parts == 1:
        return [list(box)]
    place = random.choice([number for number, (low, high) in enumerate(box) if high - low > 1])
    low, high = box[place]
    middle = random.randrange(low + 1, high)
    one, other = list(box), list(box)
    one[place], other[place] = (low, middle), (middle, high)
    return split(one, parts // 2) + split(other, parts - parts // 2)


def looked_at(rows: Sequence[Sequence[str]], policy: str, values: str = "") -> list[str]:
    """What is told of a table."""
    columns = [Column(f"x{place}", "number", values) for place in range(len(rows[0]))]
    xml = written(columns, [Column("y", values='"1"')], *[[*row, '"1"'] for row in rows], policy=policy)
    model = decisions.read(xml)
    assert not model.problems
    return [flaw.sentence for flaw in analysis.find(xml, model)]


@pytest.fixture(autouse=True)
def always_the_same() -> None:
    random.seed(20_260)


@pytest.mark.parametrize(
    ("policy", "cell"), [("FIRST", span(9_000)), ("UNIQUE", bound), ("ANY", span(50)), ("PRIORITY", bound)]
)
def test_a_thousand_rows_of_eight_columns(policy: str, cell: Callable[[], str]) -> None:
    told = looked_at([[cell() for _ in range(COLUMNS)] for _ in range(ROWS)], policy)
    assert any("遗漏" in each or "未能查完" in each for each in told)


def test_a_large_table_without_gaps_is_proved_to_have_none_and_one_missing_row_is_found() -> None:
    boxes = split([(0, 100_000)] * COLUMNS, ROWS)
    rows = [[f"[{low}..{high})" for low, high in box] for box in boxes]
    assert looked_at(rows, "UNIQUE", "[0..100000)") == []
    missing = boxes.pop(random.randrange(ROWS))
    rows = [[f"[{low}..{high})" for low, high in box] for box in boxes]
    (told,) = looked_at(rows, "UNIQUE", "[0..100000)")
    example = {int(place): int(value) for place, value in re.findall(r"x(\d) = (\d+)", told)}
    assert example
    assert all(missing[place][0] <= value < missing[place][1] for place, value in example.items())


def test_what_is_too_hard_is_given_up() -> None:
    rows = [["-"] * 50 for _ in range(230)]
    for row in rows:
        for place in random.sample(range(50), 3):
            row[place] = random.choice(["< 0", ">= 0"])
    assert any("未能查完" in told for told in looked_at(rows, "FIRST"))


@pytest.mark.parametrize(("rows", "columns"), [(6000, 1), (2, 80)], ids=["too many rows", "too many columns"])
def test_what_is_too_large_is_not_begun(rows: int, columns: int) -> None:
    told = looked_at([["-"] * columns for _ in range(rows)], "UNIQUE")
    assert told == ["决策表“档次”太大或太复杂，重叠、遗漏和用不到的行未能查完。建议拆成几个表，再用决策引用连起来"]


def test_one_cell_may_list_thousands_of_values() -> None:
    values = ", ".join(str(each) for each in range(1000))
    told = looked_at([[values], [f"not({values})"], ["> 7000"]], "UNIQUE")
    assert told[0].startswith("第 2 行与第 3 行同时适用，例如 x0 = 7001。")
    either = " or ".join(f"? = {each}" for each in range(300))
    assert looked_at([[either], ["-"]], "FIRST") == []
