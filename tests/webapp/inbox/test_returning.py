"""退回, 直接提交 and 撤回 on the pages: what is foretold, sent once, refused with what was typed, offered to whom."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework.models import Case, UserTask
from engine.db import transaction
from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
REASON = "派单乡镇写错了，请重新核对地址"


def step(case_no: str, element_id: str) -> UserTask:
    with transaction() as session:
        wanted = (
            select(UserTask)
            .join(Case, Case.id == UserTask.case_id)
            .where(Case.case_no == case_no, UserTask.element_id == element_id)
            .order_by(UserTask.id.desc())
        )
        return session.scalars(wanted.limit(1)).one()


def opened(page: str) -> str:
    """What the page says the return would do."""
    found = re.search(r'id="foreseen".*?</section>', page, re.S)
    assert found is not None
    return found[0]


def at_town(clerk: Person) -> str:
    """A case that the county has taken and the town has before it."""
    number = staff_work.raise_hand()
    staff_work.complete(step(number, "wt_take").id, clerk.id, staff_work.TAKE)
    return number


@pytest.fixture
def county(staff: SignsIn) -> Person:
    return staff()


@pytest.fixture
def town(staff: SignsIn) -> Person:
    return staff("town_water_clerk", JIANGNA)


def send(person: Person, task_id: int, **data: Any) -> Any:
    return person.post(f"/tasks/{task_id}/return", {"key": "r", "to": "wt_take", "reason": REASON, **data})


def test_the_page_tells_what_a_return_would_do_and_does_it(county: Person, town: Person) -> None:
    number = at_town(county)
    task = step(number, "wt_town_take").id
    assert f"/tasks/{task}/return" in town.get(f"/tasks/{task}").text
    page = town.get(f"/tasks/{task}/return").text
    assert 'value="wt_take" checked' in page
    assert "是否接单" in opened(page) and "乡镇接单" in opened(page) and "办结期限不变" in opened(page)
    assert send(town, task).status_code == 303
    assert send(town, task).status_code == 303, "the same click again"
    again = step(number, "wt_take")
    assert (again.state, again.assignee_id) == ("open", county.id)


def test_the_redone_task_shows_why_and_what_was_submitted(county: Person, town: Person) -> None:
    number = at_town(county)
    send(town, step(number, "wt_town_take").id)
    page = county.get(f"/tasks/{step(number, 'wt_take').id}").text
    assert REASON in page and "按流程重新流转" in page and "直接提交给退回人" in page
    assert re.search(r'value="一般"[^>]*(checked|selected)', page)
    assert re.search(r'value="true"[^>]*checked', page)


def test_the_redone_task_goes_straight_back(county: Person, town: Person) -> None:
    number = at_town(county)
    send(town, step(number, "wt_town_take").id)
    task = step(number, "wt_take").id
    answer = county.post(f"/tasks/{task}/complete", {**staff_work.TAKE, "key": "s", "route": "straight"})
    assert answer.status_code == 303
    again = step(number, "wt_town_take")
    assert (again.state, again.assignee_id) == ("open", town.id)


def test_a_short_reason_comes_back_with_what_was_typed(county: Person, town: Person) -> None:
    task = step(at_town(county), "wt_town_take").id
    answer = send(town, task, reason="写错了")
    assert answer.status_code == 422
    assert "写错了</textarea>" in answer.text and 'href="#reason"' in answer.text
    assert 'value="wt_take" checked' in answer.text
    answer = send(town, task, to="wt_long")
    assert answer.status_code == 422 and 'href="#to"' in answer.text and REASON in answer.text


def test_another_choice_is_shown_without_being_done(county: Person, town: Person) -> None:
    number = at_town(county)
    task = step(number, "wt_town_take").id
    answer = send(town, task, show="1", reason="还没写完")
    assert answer.status_code == 200 and "还没写完</textarea>" in answer.text
    assert step(number, "wt_town_take").state == "open"


def test_strangers_find_no_page_and_readers_no_button(county: Person, town: Person, staff: SignsIn) -> None:
    task = step(at_town(county), "wt_town_take").id
    stranger, leader = staff("town_water_clerk", "532622102"), staff("town_leader", JIANGNA)
    assert stranger.get(f"/tasks/{task}/return").status_code == 404 and send(stranger, task).status_code == 404
    assert leader.get(f"/tasks/{task}/return").status_code == 403 and send(leader, task).status_code == 403
    assert f"/tasks/{task}/return" not in leader.get(f"/tasks/{task}").text
    assert town.get("/tasks/999999/return").status_code == 404


def test_a_task_that_is_over_is_not_returned_and_the_reason_is_not_lost(county: Person, town: Person) -> None:
    number = at_town(county)
    task = step(number, "wt_town_take").id
    send(town, task)
    answer = send(town, task, key="other", reason=f"{REASON}，并补充照片")
    assert answer.status_code == 409 and "并补充照片" in answer.text


def test_the_first_step_has_nowhere_to_go_back_to(county: Person) -> None:
    task = step(staff_work.raise_hand(), "wt_take").id
    assert f"/tasks/{task}/return" not in county.get(f"/tasks/{task}").text
    assert "没有可以退回的步骤" in county.get(f"/tasks/{task}/return").text


def test_a_step_that_told_the_citizen_has_no_button_to_take_it_back(county: Person) -> None:
    number = at_town(county)
    task = step(number, "wt_take").id
    for page in (f"/tasks/{task}", f"/cases/{number}", "/inbox?scope=finished"):
        assert "take-back" not in county.get(page).text
    answer = county.post(f"/tasks/{task}/take-back")
    assert answer.status_code == 409 and "不能撤回" in answer.text


def town_took(county: Person, town: Person) -> str:
    number = at_town(county)
    staff_work.complete(step(number, "wt_town_take").id, town.id, {"townAccept": "true"})
    return number


def test_a_step_just_done_is_taken_back_from_each_page(county: Person, town: Person) -> None:
    number = town_took(county, town)
    task = step(number, "wt_town_take").id
    for page in (f"/tasks/{task}", f"/cases/{number}", "/inbox?scope=finished"):
        assert f"/tasks/{task}/take-back" in town.get(page).text, page
    assert f"/tasks/{task}/take-back" not in county.get(f"/cases/{number}").text
    assert town.post(f"/tasks/{task}/take-back").status_code == 303
    assert step(number, "wt_town_take").state == "open"
    assert "提交：乡镇接单" in town.get(f"/tasks/{task}").text


def test_once_the_next_step_is_claimed_nothing_is_offered(county: Person, town: Person) -> None:
    number = town_took(county, town)
    staff_work.claim(step(number, "wt_verify").id, town.id)
    task = step(number, "wt_town_take").id
    for page in (f"/tasks/{task}", f"/cases/{number}", "/inbox?scope=finished"):
        assert f"/tasks/{task}/take-back" not in town.get(page).text
