"""A case in one line: what its clock says is what the clock of its most urgent task says."""

import pytest

from engine import clock as engine_clock
from engine import db
from engine.casework import worklists
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
