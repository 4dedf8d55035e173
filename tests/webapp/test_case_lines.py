"""A case in one line: what its clock says is what the clock of its most urgent task says."""

from datetime import timedelta

import pytest

from engine import clock as engine_clock
from engine import db
from engine.casework import listed, worklists
from engine.oversight import case_facts
from engine.registry.actors import SYSTEM
from tests.factories import UserTaskFactory
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.staff_work import TAKE
from webapp import case_lines

pytestmark = pytest.mark.usefixtures("content")


def test_a_case_is_measured_in_the_unit_of_its_most_urgent_task(staff: SignsIn):
    case_no = staff_work.raise_hand()
    staff("county_water_clerk").post(f"/tasks/{staff_work.task(case_no).id}/complete", {**TAKE, "key": "k"})
    task = staff_work.task(case_no)
    with db.reading() as session:
        chip = case_lines.chips_of(session, [task.case])[task.case_id]
        assert chip == worklists.chip_of(session, task, task.case, engine_clock.now())
    assert task.due_unit == "wh"
    assert chip.text.endswith("个工作小时")


def test_the_clock_is_the_same_where_the_open_tasks_are_known_already(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert task.due_at is not None
    with db.transaction() as session:
        case = session.merge(task.case)
        for due_at, unit in ((task.due_at, "cd"), (None, None), (task.due_at + timedelta(days=9), "h")):
            session.add(UserTaskFactory.build(case=case, due_at=due_at, due_unit=unit, subject_id=case.id))
    with db.reading() as session:
        found = list(listed.of(session, [task.case_id]).values())
        known = case_facts.waiting_of(session, found)
        assert len(known[task.case_id]) == 4
        assert case_lines.lines(session, SYSTEM, found, known) == case_lines.lines(session, SYSTEM, found)
