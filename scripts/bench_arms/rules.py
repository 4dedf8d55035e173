"""What a rule costs: one compiled condition beside CPython's own `eval`, one decision table beside a plain loop.

The rule: both sides of a ratio run in turn within every round, on the same values, and answer the same.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from engine.language import decisions, feel
from engine.language.feel import Value

CONDITION = 'amount > 1000 and grade in ("C","D")'
ROWS, COLUMNS = 200, 5
CALLS, DECISIONS = 4_000, 120
# The condition: both parts asked and true, both asked and false, decided by its first part.
PEOPLE = ((1500, "C"), (2000, "A"), (10, "D"))

_NANOSECONDS, _MILLISECONDS = 1e9, 1e3
_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="bench" name="bench" namespace="bench">'
    '<decision id="grant" name="grant"><decisionTable id="table" hitPolicy="UNIQUE">'
)
_NAMES = ("item", "amount", "grade", "age", "resident")


def results(rounds: int) -> dict[str, dict[str, float]]:
    """Medians over interleaved rounds: nanoseconds for the condition, milliseconds for the table."""
    condition, eval_ = _condition_arms()
    table, loop = _table_arms()
    taken = _interleaved([condition, eval_], CALLS, rounds)
    decided = _interleaved([table, loop], DECISIONS, rounds)
    feel_ns, eval_ns = (round(seconds * _NANOSECONDS, 1) for seconds in taken)
    table_ms, loop_ms = (round(seconds * _MILLISECONDS, 5) for seconds in decided)
    return {
        "condition": {"feel_ns": feel_ns, "eval_ns": eval_ns},
        "table": {"rows": ROWS, "inputs": COLUMNS, "ms": table_ms, "loop_ms": loop_ms},
    }


def ratios(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """How fast FEEL is beside eval (1 = as fast), and how long a table takes beside a plain loop (1 = as long)."""
    condition, table = found["condition"], found["table"]
    return {
        "feel_speed_vs_eval": round(condition["eval_ns"] / condition["feel_ns"], 3),
        "table_time_vs_loop": round(table["ms"] / table["loop_ms"], 3),
    }


def _interleaved(arms: Sequence[Callable[[int], None]], calls: int, rounds: int) -> list[float]:
    """Median CPU seconds of one call of each arm; the arm that begins changes from round to round."""
    times: list[list[float]] = [[] for _ in arms]
    for number in range(-1, rounds):
        order = list(range(len(arms)))
        for index in order[number % 2 :] + order[: number % 2]:
            began = time.thread_time()
            arms[index](calls)
            if number >= 0:
                times[index].append((time.thread_time() - began) / calls)
    return [statistics.median(each) for each in times]


def _condition_arms() -> tuple[Callable[[int], None], Callable[[int], None]]:
    ours, theirs = feel.compile(CONDITION), compile(CONDITION, "condition", "eval")
    plain = [{"amount": amount, "grade": grade} for amount, grade in PEOPLE]
    fitted: list[dict[str, Value]] = [{"amount": Decimal(amount), "grade": grade} for amount, grade in PEOPLE]
    nothing: dict[str, Any] = {"__builtins__": {}}
    if [ours(each) for each in fitted] != [eval(theirs, nothing, each) for each in plain]:
        raise RuntimeError("Expected both arms to answer the same, but they do not")

    def with_feel(calls: int) -> None:
        for _ in range(calls // len(fitted)):
            for values in fitted:
                ours(values)

    def with_eval(calls: int) -> None:
        for _ in range(calls // len(plain)):
            for values in plain:
                eval(theirs, nothing, values)

    return with_feel, with_eval


def _table_arms() -> tuple[Callable[[int], None], Callable[[int], None]]:
    model = decisions.checked(_table().encode())
    asked = [_case(number) for number in (0, 67, 134, ROWS - 1)]
    if [model.decide("grant", each) for each in asked] != [_by_loop(each) for each in asked]:
        raise RuntimeError("Expected both arms to answer the same, but they do not")

    def with_table(calls: int) -> None:
        for _ in range(calls // len(asked)):
            for values in asked:
                model.decide("grant", values)

    def with_loop(calls: int) -> None:
        for _ in range(calls // len(asked)):
            for values in asked:
                _by_loop(values)

    return with_table, with_loop


def _case(number: int) -> dict[str, Any]:
    return {"item": f"item.{number}", "amount": number + 500, "grade": "B", "age": number + 10, "resident": True}


def _cells(number: int) -> tuple[str, ...]:
    resident = "true" if number % 2 else "-"
    return (f'"item.{number}"', f"> {number}", '"A","B"', f"[{number}..{number + 1000}]", resident)


def _table() -> str:
    columns = "".join(
        f'<input id="i{index}"><inputExpression id="e{index}"><text>{name}</text></inputExpression></input>'
        for index, name in enumerate(_NAMES)
    )
    rows = "".join(map(_row, range(ROWS)))
    return f'{_HEAD}{columns}<output id="o" name="result" />{rows}</decisionTable></decision></definitions>'


def _row(number: int) -> str:
    cells = "".join(
        f'<inputEntry id="c{number}_{index}"><text>{text.replace("<", "&lt;").replace(">", "&gt;")}</text></inputEntry>'
        for index, text in enumerate(_cells(number))
    )
    return f'<rule id="r{number}">{cells}<outputEntry id="o{number}"><text>{number}</text></outputEntry></rule>'


# The same rows as somebody would write them who needs them once and in Python.
_PLAIN_ROWS = tuple(
    (f"item.{number}", number, ("A", "B"), number, number + 1000, bool(number % 2), number) for number in range(ROWS)
)


def _by_loop(values: dict[str, Any]) -> int | None:
    for item, above, grades, low, high, resident, result in _PLAIN_ROWS:
        if (
            values["item"] == item
            and values["amount"] > above
            and values["grade"] in grades
            and low <= values["age"] <= high
            and (values["resident"] or not resident)
        ):
            return result
    return None
