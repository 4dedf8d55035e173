"""Deciding costs little: five inputs and two hundred rows, the first column telling them apart."""

import time

from engine.language import decisions
from tests.language.decisions.written import one_table

ROWS = [
    [f'"item.{n}"', f"> {n}", '"A","B"', f"[{n}..{n + 1000}]", "-" if n % 2 else "true", str(n)] for n in range(200)
]
INPUTS = {"key": "item.150", "income": 500, "grade": "B", "age": 400, "rural": True}


def test_a_table_of_two_hundred_rows_decides_within_a_third_of_a_millisecond() -> None:
    model = decisions.read(one_table(["key", "income", "grade", "age", "rural"], ["result"], *ROWS, policy="FIRST"))
    assert model.decide("grade", INPUTS) == 150
    fastest = min(_seconds(model) for _ in range(200))
    assert fastest < 0.0003


def _seconds(model: decisions.Model) -> float:
    start = time.perf_counter()
    model.decide("grade", INPUTS)
    return time.perf_counter() - start
