"""The demonstration pays: its people answer each step so that it is taken, and the bank brings its file."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.casework import user_tasks
from engine.casework.models import UserTask
from engine.db import transaction
from engine.demo import answers, paperwork
from tests.processes import paying
from tests.processes.conftest import stage  # noqa: F401 - a fixture
from tests.processes.stage import Stage, at

ITEM, PROCESS = paying.ITEM, "payment_batch"
WAY = ("py_dept", "py_dept_2", "py_dept_3", "py_fin", "py_pay", "py_bank")


@pytest.fixture
def pay(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:  # noqa: F811
    with paying.content(stage, tmp_path, monkeypatch) as ready:
        yield ready


def answered(pay: Stage, element_id: str, who: str) -> None:
    """The step is done as the people of the demonstration do it."""
    number, actor = pay.task(element_id).id, pay.people[who]
    with transaction() as session:
        task = session.get_one(UserTask, number)
        form = user_tasks.form(session, task)
        assert form is not None
        files = partial(paperwork.files, session, actor, task.case_id)
        values = answers.answer(form, user_tasks.context(session, task), answers.Plain(0), files)
        user_tasks.complete(session, number, actor=actor, values=values, key=f"demo-{number}")
    pay.let_pass(until=at("2026-11-16", "09:00"))


def test_a_payment_goes_through(pay: Stage) -> None:
    paying.decide(pay)
    for step in WAY:
        answered(pay, step, {**{key: who for key, (who, _) in paying.STEPS.items()}, "py_bank": "bank_operator"}[step])
    assert [line.state for line in paying.lines()] == ["paid"]
    assert pay.case().outcome == "COMPLETED"


def test_what_came_back_is_put_right(pay: Stage) -> None:
    paying.bring_to_bank(pay)
    paying.bring(pay, "1,失败,2026-11-16 15:00,李柜员,1280.50,销户")
    answered(pay, "py_fail", "town_civil_clerk")
    assert [line.again for line in paying.lines()] == [True, False]
