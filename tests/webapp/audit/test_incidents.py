"""What the machine could not do by itself is seen by auditors and tried again by operators."""

import pytest

from engine import clock
from engine.casework.models import Incident, Job
from engine.db import transaction
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def broken(client, content) -> int:
    """An incident of a job that failed too often."""
    case = staff_work.case(staff_work.raise_hand())
    with transaction() as session:
        job = Job(
            case_id=case.id,
            kind="service",
            token="t",
            element_id="wt_push",
            state="failed",
            due_at=clock.now(),
            attempts=9,
        )
        session.add(job)
        session.flush()
        incident = Incident(
            case_id=case.id, job_id=job.id, kind="ExecutionFailed", message="no answer", created_at=clock.now()
        )
        session.add(incident)
        session.flush()
        return incident.id


def incident(number: int) -> Incident:
    with transaction() as session:
        return session.get_one(Incident, number)


def test_an_operator_lets_it_try_again(staff: SignsIn, broken: int):
    operator = staff("platform_ops", "530000")
    assert "no answer" in operator.get("/audit/incidents").text
    assert operator.post(f"/audit/incidents/{broken}/retry").status_code == 303
    assert incident(broken).resolved_by == f"staff:{operator.id}"
    with transaction() as session:
        assert session.get_one(Job, incident(broken).job_id).state == "waiting"
    assert "没有异常" in operator.get("/audit/incidents").text


def test_an_auditor_sees_it_and_leaves_it(staff: SignsIn, broken: int):
    auditor = staff("auditor", "530000")
    page = auditor.get("/audit/incidents").text
    assert "no answer" in page
    assert "重试</button>" not in page
    assert auditor.post(f"/audit/incidents/{broken}/retry").status_code == 403
    assert incident(broken).resolved_at is None


def test_what_is_unknown_is_not_found_and_what_is_over_a_conflict(staff: SignsIn, broken: int):
    operator = staff("platform_ops", "530000")
    assert operator.post("/audit/incidents/999/retry").status_code == 404
    operator.post(f"/audit/incidents/{broken}/retry")
    assert operator.post(f"/audit/incidents/{broken}/retry").status_code == 409


def test_others_have_no_such_page(staff: SignsIn):
    assert staff("county_water_clerk").get("/audit/incidents").status_code == 403
    assert staff("county_office").get("/audit/incidents").status_code == 403
