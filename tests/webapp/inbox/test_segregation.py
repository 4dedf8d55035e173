"""Who has to leave a task to others meets the reason at every door: page, list and API."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.casework.act_models import TaskBar
from engine.registry import tokens
from engine.registry.models import Account
from tests import factories
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
WHY = "您签批了本案的初审意见，不能再审核，请由其他人办理"


def bar(task_id: int, account_id: int) -> None:
    with factories.committed() as session:
        session.add(TaskBar(task_id=task_id, account_id=account_id, reason=WHY))


def test_who_is_barred_reads_why_and_can_neither_claim_nor_finish_it(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    bar(task.id, clerk.id)
    page = clerk.get(f"/tasks/{task.id}").text
    assert WHY in page and "提交：" not in page
    claimed = clerk.post(f"/tasks/{task.id}/claim")
    assert (claimed.status_code, WHY in claimed.text) == (403, True)
    finished = clerk.post(f"/tasks/{task.id}/complete", {"key": "k", **staff_work.TAKE})
    assert (finished.status_code, WHY in finished.text) == (403, True)
    after = staff_work.task(task.case.case_no)
    assert (after.id, after.state, after.assignee_id) == (task.id, "open", None)


def test_a_barred_task_is_not_offered_but_everybody_else_finds_it(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk, colleague = staff("county_water_clerk"), staff("county_water_clerk")
    bar(task.id, clerk.id)
    assert task.case.case_no not in clerk.get("/inbox?scope=group").text
    assert task.case.case_no in colleague.get("/inbox?scope=group").text


def test_nobody_hands_a_task_to_who_is_barred(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk, barred, other = (staff("county_water_clerk") for _ in range(3))
    bar(task.id, barred.id)
    page = clerk.get(f"/inbox/transfer?task_id={task.id}").text
    assert f'value="{other.id}"' in page and f'value="{barred.id}"' not in page
    sent = {"task_id": task.id, "to_account_id": barred.id, "reason": "出差，请代为办理"}
    answer = clerk.post("/inbox/transfer", sent)
    assert answer.status_code != 303 or staff_work.task(task.case.case_no).assignee_id is None
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_a_program_of_who_is_barred_is_refused_too(staff: SignsIn, client: FlaskClient):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    bar(task.id, clerk.id)
    with factories.committed() as session:
        token = tokens.issue_api_token(session, session.get_one(Account, clerk.id).login)
    named = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    body: dict[str, Any] = {"values": {"inScope": True, "town": staff_work.JIANGNA, "urgency": "一般"}}
    for path, sent in (("claim", None), ("complete", body)):
        answer = client.post(f"/api/v1/tasks/{task.id}/{path}", headers=named, json=sent)
        assert (answer.status_code, WHY in answer.text) == (403, True), path
