"""有异议: whoever handles a case reads on its pages that its citizen disputes data of it."""

import pytest
from sqlalchemy import select

from engine.casework import beginnings, deployments
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.registry import actors
from engine.registry.actors import SYSTEM
from tests.casework import errands
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


def test_the_pages_of_a_case_say_that_its_data_are_disputed_and_others_do_not(staff: SignsIn) -> None:
    files = errands.errand()
    said = '<zeebe:property name="disputes" value="true" /><zeebe:property name="begunBy"'
    drawn = files["processes/errand.bpmn"].decode().replace('<zeebe:property name="begunBy"', said)
    with transaction() as session:
        version = deployments.upload(session, {**files, "processes/errand.bpmn": drawn.encode()}, actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    pages = (f"/tasks/{task.id}", f"/cases/{task.case.case_no}")
    assert not any("有异议：" in clerk.get(path).text for path in pages)
    with reading() as session:
        citizen = actors.citizen(session, session.scalars(select(Case.citizen_id)).first() or 0)
    with transaction() as session:
        beginnings.begin(
            session, "errand", actor=citizen, values={"wish": "人口写错了", "aboutCase": task.case.case_no}
        )
    assert all("有异议：" in clerk.get(path).text for path in pages)
