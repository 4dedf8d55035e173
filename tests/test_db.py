"""JSON as the database keeps it: exact, in the order in which it was given, and the same text whichever way it is
written; and one parameter for several values."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import simplejson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import UserTask
from engine.clock import Clock
from engine.db import dumps, loads, one_of
from tests.factories import UserTaskFactory

VALUES: dict[str, Any] = {
    "z": [1, -3, 2.5, True, None, '云南\u2028"\\\n\x7f', "\ud83d"],
    "a": {"甲": {}, "b": [], "2": (1, 2)},
    "large": 10**30,
}


@pytest.mark.parametrize("canonical", [False, True])
@pytest.mark.parametrize("amount", [7, Decimal("1.10"), Decimal("-0.00")])
def test_values_are_written_alike_with_and_without_decimals(amount: Any, canonical: bool) -> None:
    given = {**VALUES, "amount": amount}
    exact = simplejson.dumps(
        given, ensure_ascii=False, separators=(",", ":"), use_decimal=True, sort_keys=canonical, allow_nan=False
    )
    assert dumps(given, canonical=canonical) == exact


def test_what_was_written_is_read_again_exactly_and_in_order() -> None:
    given = {"b": Decimal("1.10"), "a": [1, "二", None, False]}
    assert list(loads(dumps(given)).items()) == list(given.items())
    assert str(loads(dumps(given))["b"]) == "1.10"
    assert loads(dumps(given).encode()) == given


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_not_written(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        dumps({"amount": wrong})


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads(text)


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        dumps({"moment": object()})


@pytest.mark.usefixtures("reference")
def test_a_column_is_one_of_however_many_values_of_its_kind(session: Session, clock: Clock) -> None:
    tasks = [
        UserTaskFactory(name=name, due_at=clock.moment + timedelta(hours=n))
        for n, name in enumerate(("受理", "\"'", "{},"))
    ]
    for name in ("id", "name", "due_at"):
        column = getattr(UserTask, name)
        wanted = select(UserTask.id).where(one_of(column, "several")).order_by(UserTask.id)
        for chosen in (tasks, tasks[1:], tasks[2:], []):
            values = {getattr(task, name) for task in chosen}
            assert list(session.scalars(wanted, {"several": values})) == [task.id for task in chosen], name
