"""直接提交给退回人: a step that was sent back goes straight to who sent it back, and when it may not."""

from typing import Any

import pytest

from engine.casework import cosigning, returns, straight, taking_back, timeline, user_tasks
from engine.casework.models import Case, UserTask
from engine.errors import Conflict, Invalid
from engine.oversight.replay import replay
from tests.casework.acts import do, look, rows, told
from tests.casework.conftest import Office, employ
from tests.casework.sections import ANSWERS, begin, walk
from tests.factories import YANSHAN

REASON = "户数与台账不符，请重新核实"


def sent_back(office: Office, *steps: str, at: str, to: str) -> Case:
    """A case whose step `at` was sent back after these steps."""
    case = begin(office, *steps)
    do(returns.send_back, office.task(case, at).id, office.county, to=to, reason=REASON)
    return case


def submit(office: Office, case: Case, step: str, **values: Any) -> Any:
    """Straight back, by the town."""
    task = office.task(case, step)
    actor = office.town if step in ("se_take", "se_a") else office.county
    given = {"values": values or ANSWERS[step], "key": f"s-{task.id}", "route": "straight"}
    return do(user_tasks.complete, task.id, actor, **given)


def is_possible(office: Office, case: Case, step: str) -> bool:
    number = office.task(case, step).id

    def asked(session: Any) -> bool:
        task = session.get_one(UserTask, number)
        found = straight.return_of(session, task)
        return found is not None and straight.is_possible(session, task, found)

    return look(asked)


def test_the_step_that_sent_it_back_is_next_and_with_the_same_person(office: Office) -> None:
    case = sent_back(office, "se_take", "se_check", "se_a", "se_b", at="se_decide", to="se_check")
    assert is_possible(office, case, "se_check")
    submit(office, case, "se_check")
    again = office.task(case, "se_decide")
    assert (again.state, again.assignee_id) == ("open", office.county.id)
    assert office.task(case, "se_a").state == "completed"
    with_town = sent_back(office, "se_take", at="se_check", to="se_take")
    submit(office, with_town, "se_take", **ANSWERS["se_take"] | {"amount": 20})
    assert "已重新办理" in told(office.county)[-1]


def test_the_timeline_says_that_it_went_straight_and_replay_is_equal(office: Office) -> None:
    case = sent_back(office, "se_take", "se_check", "se_a", "se_b", at="se_decide", to="se_a")
    submit(office, case, "se_a")
    walk(office, case, "se_decide")
    texts = [line.text for line in look(lambda session: timeline.for_staff(session, session.get_one(Case, case.id)))]
    assert "完成“乡镇意见”，直接提交给“决定”" in texts
    assert look(lambda session: replay(session, case.case_no)).equal


def test_what_the_steps_in_between_have_approved_must_stand(office: Office) -> None:
    case = sent_back(office, "se_take", "se_check", "se_a", "se_b", at="se_decide", to="se_take")
    before = rows()
    with pytest.raises(Conflict) as refusal:
        submit(office, case, "se_take", amount=20, finding=ANSWERS["se_take"]["finding"])
    assert refusal.value.notice.startswith("“户数”与原来提交的不同")
    with pytest.raises(Conflict) as refusal:
        submit(office, case, "se_take", amount=20, finding="管道破损")
    assert "“户数”、“情况”" in refusal.value.notice
    assert rows() == before
    submit(office, case, "se_take")
    assert office.task(case, "se_decide").state == "open"


def test_with_nothing_approved_in_between_anything_may_change(office: Office) -> None:
    case = sent_back(office, "se_take", at="se_check", to="se_take")
    submit(office, case, "se_take", amount=2000, finding="管道破损")
    assert office.task(case, "se_check").state == "open"
    assert office.case(case).variables["amount"] == 2000


def test_it_is_refused_where_the_return_has_ended_branches(office: Office) -> None:
    case = sent_back(office, "se_take", "se_check", "se_a", at="se_b", to="se_check")
    assert not is_possible(office, case, "se_check")
    before = rows()
    with pytest.raises(Conflict) as refusal:
        submit(office, case, "se_check")
    assert "分支" in refusal.value.notice
    assert rows() == before


def test_a_step_that_was_not_returned_has_nobody_to_go_straight_to(office: Office) -> None:
    case = begin(office)
    before = rows()
    with pytest.raises(Conflict):
        submit(office, case, "se_take")
    with pytest.raises(Invalid) as refusal:
        do(user_tasks.complete, office.task(case, "se_take").id, office.town,
           values=ANSWERS["se_take"], key="k", route="sideways")  # fmt: skip
    assert list(refusal.value.problems) == ["route"]
    assert rows() == before


def test_signatures_that_are_wanted_come_first(office: Office) -> None:
    case = sent_back(office, "se_take", at="se_check", to="se_take")
    task, signer = office.task(case, "se_take"), employ("county_water_clerk", YANSHAN)
    do(cosigning.add, task.id, office.town, to_account_id=signer.id, position="after", reason="请看一看")
    with pytest.raises(Conflict) as refusal:
        submit(office, case, "se_take")
    assert "加签" in refusal.value.notice


def test_the_same_click_twice_is_one_submission(office: Office) -> None:
    case = sent_back(office, "se_take", at="se_check", to="se_take")
    task = office.task(case, "se_take")
    given = {"values": ANSWERS["se_take"], "key": "once", "route": "straight"}
    do(user_tasks.complete, task.id, office.town, **given)
    after = rows()
    assert do(user_tasks.complete, task.id, office.town, **given).repeated
    assert rows() == after


def test_a_step_may_also_walk_the_way_again(office: Office) -> None:
    case = sent_back(office, "se_take", "se_check", "se_a", "se_b", at="se_decide", to="se_take")
    walk(office, case, "se_take")
    assert office.task(case, "se_check").state == "open"


def test_what_went_straight_can_be_taken_back(office: Office) -> None:
    case = sent_back(office, "se_take", at="se_check", to="se_take")
    submit(office, case, "se_take")
    task = office.task(case, "se_take")
    do(taking_back.take_back, task.id, office.town)
    assert office.task(case, "se_take").state == "open"
    assert office.task(case, "se_check").state == "canceled"
    assert look(lambda session: replay(session, case.case_no)).equal
