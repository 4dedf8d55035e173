"""退回 without end: the last return of a case is like the first, in what it keeps and what it asks the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from engine.casework import returns
from engine.casework.models import Case, UserTask
from engine.db import current
from tests.casework.acts import do, look
from tests.casework.conftest import Office
from tests.casework.sections import begin, walk
from tests.faults.whole import whole

REASON = "户数与台账不符，请重新核实"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(current(), "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(current(), "before_cursor_execute", note)


def standing(case: Case) -> tuple[str, int]:
    """The case's state with all its numbers made equal, and how many of its tasks are open."""
    is_open = (UserTask.case_id == case.id, UserTask.state == "open")
    blob = look(lambda session: session.get_one(Case, case.id).state_blob)
    assert blob is not None
    return re.sub(r"\d+", "0", blob.decode()), look(
        lambda session: session.scalar(select(func.count()).select_from(UserTask).where(*is_open)) or 0
    )


@pytest.mark.parametrize("rounds", [60, pytest.param(1000, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_a_case_is_returned_again_and_again_as_the_first_time(office: Office, clock: Any, rounds: int) -> None:
    case = begin(office)
    seen, costs = set(), []
    for _ in range(rounds):
        clock.advance(minutes=1)
        with statements() as asked:
            walk(office, case, "se_take")
            task = office.task(case, "se_check")
            do(returns.send_back, task.id, office.county, to="se_take", reason=REASON)
        costs.append(len(asked))
        seen.add(standing(case))
    assert len(seen) == 1, "the state does not grow and no task is lost or doubled"
    assert costs[-1] <= costs[1], "the last round asks no more than the second, which has an earlier one to show"
    assert office.case(case).variables["rounds"] == rounds
    walk(office, case, "se_take", "se_check", "se_a", "se_b", "se_decide", "se_close")
    assert office.case(case).state == "ended"
    whole(case.id)


def test_a_section_is_returned_again_and_again_with_all_its_branches(office: Office, clock: Any) -> None:
    case = begin(office, "se_take")
    seen = set()
    for _ in range(12):
        clock.advance(minutes=1)
        walk(office, case, "se_check", "se_a")
        do(returns.send_back, office.task(case, "se_b").id, office.county, to="se_check", reason=REASON)
        seen.add(standing(case))
    assert len(seen) == 1
    walk(office, case, "se_check", "se_b", "se_a", "se_decide", "se_close")
    whole(case.id)
