"""Claiming, giving back, handing over and assigning, one by one and many at once."""

import re

import pytest

from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.staff_work import JIANGNA

pytestmark = pytest.mark.usefixtures("content")
REASON = {"reason": "出差，请代为办理"}


def test_claiming_puts_the_task_into_ones_hands(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    answer = clerk.post(f"/tasks/{task.id}/claim")
    assert answer.status_code == 303
    assert staff_work.task(task.case.case_no).assignee_id == clerk.id
    assert task.case.case_no in clerk.get("/inbox?scope=mine").text


def test_claiming_on_the_tasks_page_keeps_what_was_typed(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    clerk.post(f"/tasks/{task.id}/claim", {"key": "k", "inScope": "false", "rejectReason": "写了一半"})
    assert "写了一半</textarea>" in clerk.get(f"/tasks/{task.id}").text


def test_somebody_of_another_post_who_sees_the_task_may_not_claim_it(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert staff("county_water_reviewer").post(f"/tasks/{task.id}/claim").status_code == 403
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_somebody_elsewhere_finds_no_task_to_claim(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert staff("county_water_clerk", staff_work.ELSEWHERE).post(f"/tasks/{task.id}/claim").status_code in (403, 404)
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_claiming_an_unknown_task_is_not_found(staff: SignsIn):
    assert staff("county_water_clerk").post("/tasks/999/claim").status_code == 404


def test_claiming_what_a_colleague_holds_is_a_conflict(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    colleague = staff_work.account("county_water_clerk")
    staff_work.claim(task.id, colleague)
    assert staff("county_water_clerk").post(f"/tasks/{task.id}/claim").status_code == 409
    assert staff_work.task(task.case.case_no).assignee_id == colleague


def test_giving_back_frees_the_task(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    staff_work.claim(task.id, clerk.id)
    given = {"key": re.findall(r'name="key" value="(give-back-[^"]+)"', clerk.get(f"/tasks/{task.id}").text)[0]}
    for _ in range(2):
        assert clerk.post(f"/tasks/{task.id}/unclaim", given).status_code == 303
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_giving_back_what_one_does_not_hold_is_a_conflict(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert staff("county_water_clerk").post(f"/tasks/{task.id}/unclaim").status_code == 409


def test_giving_back_without_the_post_is_refused_and_unknown_is_not_found(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    reviewer = staff("county_water_reviewer")
    assert reviewer.post(f"/tasks/{task.id}/unclaim").status_code == 403
    assert reviewer.post("/tasks/999/unclaim").status_code == 404


def test_handing_over_gives_the_task_to_the_colleague(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    colleague = staff_work.account("county_water_clerk")
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/transfer", {"to_account_id": str(colleague), **REASON})
    assert answer.status_code == 303
    assert staff_work.task(task.case.case_no).assignee_id == colleague


def test_handing_over_without_a_reason_keeps_what_was_typed_and_changes_nothing(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    colleague = staff_work.account("county_water_clerk")
    answer = staff("county_water_clerk").post(
        f"/tasks/{task.id}/transfer", {"to_account_id": str(colleague), "reason": " "}
    )
    assert answer.status_code == 422
    assert "请写明转办的原因" in answer.text
    assert f'<option value="{colleague}" selected>' in answer.text
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_handing_over_to_somebody_without_the_post_is_refused(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    stranger = staff_work.account("town_water_clerk", JIANGNA)
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/transfer", {"to_account_id": str(stranger), **REASON})
    assert answer.status_code == 422
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_handing_over_is_for_the_post_and_for_tasks_that_exist(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    reviewer, colleague = staff("county_water_reviewer"), staff_work.account("county_water_clerk")
    assert reviewer.post(f"/tasks/{task.id}/transfer", {"to_account_id": str(colleague), **REASON}).status_code == 403
    assert reviewer.post("/tasks/999/transfer", {"to_account_id": str(colleague), **REASON}).status_code == 404


def test_handing_over_what_a_colleague_holds_is_a_conflict(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    colleague = staff_work.account("county_water_clerk")
    staff_work.claim(task.id, colleague)
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/transfer", {"to_account_id": str(colleague), **REASON})
    assert answer.status_code == 409


def test_a_superior_assigns_a_task(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff_work.account("county_water_clerk")
    reviewer = staff("county_water_reviewer")
    assert "指派给" in reviewer.get(f"/tasks/{task.id}").text
    assert reviewer.post(f"/tasks/{task.id}/assign", {"to_account_id": str(clerk)}).status_code == 303
    assert staff_work.task(task.case.case_no).assignee_id == clerk


def test_a_colleague_may_not_assign(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff_work.account("county_water_clerk")
    assert (
        staff("county_water_clerk").post(f"/tasks/{task.id}/assign", {"to_account_id": str(clerk)}).status_code == 403
    )
    assert staff_work.task(task.case.case_no).assignee_id is None


def test_assigning_asks_for_a_task_and_a_person_that_exist(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    reviewer = staff("county_water_reviewer")
    assert reviewer.post("/tasks/999/assign", {"to_account_id": "1"}).status_code == 404
    assert reviewer.post(f"/tasks/{task.id}/assign", {"to_account_id": ""}).status_code == 422
    assert reviewer.post(f"/tasks/{task.id}/assign", {"to_account_id": "999"}).status_code == 422


def test_assigning_a_finished_task_is_a_conflict(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff_work.account("county_water_clerk")
    staff_work.complete(task.id, clerk, staff_work.REFUSE)
    assert (
        staff("county_water_reviewer").post(f"/tasks/{task.id}/assign", {"to_account_id": str(clerk)}).status_code
        == 409
    )


def test_claiming_many_says_what_became_of_each(staff: SignsIn):
    mine, held = staff_work.task(staff_work.raise_hand()), staff_work.task(staff_work.raise_hand())
    staff_work.claim(held.id, staff_work.account("county_water_clerk"))
    clerk = staff("county_water_clerk")
    answer = clerk.post("/inbox/claim", {"task_id": [str(mine.id), str(held.id), "999"]})
    assert answer.status_code == 200
    assert "1 件成功，2 件没有成功" in answer.text
    assert "已由" in answer.text
    assert staff_work.task(mine.case.case_no).assignee_id == clerk.id


def test_claiming_many_without_ticking_any_is_refused(staff: SignsIn):
    assert staff("county_water_clerk").post("/inbox/claim").status_code == 422


def test_handing_over_many_asks_to_whom_and_why_first(staff: SignsIn):
    tasks = [staff_work.task(staff_work.raise_hand()) for _ in range(2)]
    colleague = staff_work.account("county_water_clerk")
    clerk = staff("county_water_clerk")
    numbers = [str(task.id) for task in tasks]
    page = clerk.get(f"/inbox/transfer?task_id={numbers[0]}&task_id={numbers[1]}").text
    assert "转办 2 件任务" in page
    missing = clerk.post("/inbox/transfer", {"task_id": numbers, "to_account_id": ""})
    assert missing.status_code == 422
    answer = clerk.post("/inbox/transfer", {"task_id": numbers, "to_account_id": str(colleague), **REASON})
    assert "2 件成功" in answer.text
    assert {staff_work.task(task.case.case_no).assignee_id for task in tasks} == {colleague}


def test_handing_over_many_shows_no_task_of_others(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    elsewhere = staff("county_water_clerk", staff_work.ELSEWHERE)
    assert elsewhere.get(f"/inbox/transfer?task_id={task.id}").status_code == 404
