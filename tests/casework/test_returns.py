"""退回: an open step goes back to an earlier one; who may, what it does to the steps beside it, what is refused."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import delegation, returns, straight, timeline, user_tasks
from engine.casework.models import Case, TaskDraft, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight.replay import replay
from engine.registry.actors import Actor
from tests.casework.acts import do, kinds, look, rows, told
from tests.casework.conftest import Office, employ
from tests.casework.sections import ANSWERS, begin, walk
from tests.factories import JIANGNA, YANSHAN

REASON = "户数与台账不符，请重新核实"


def send_back(task: UserTask, actor: Actor, to: str, reason: str = REASON, key: str | None = None) -> Any:
    return do(returns.send_back, task.id, actor, to=to, reason=reason, key=key)


def open_tasks(case: Case) -> list[str]:
    wanted = select(UserTask.element_id).where(UserTask.case_id == case.id, UserTask.state == "open")
    return look(lambda session: sorted(session.scalars(wanted)))


def preview(task: UserTask, actor: Actor, to: str) -> returns.Preview:
    return look(lambda session: returns.preview(session, task.id, to, actor=actor))


def names(found: Any) -> list[str]:
    return [row.name for row in found]


def test_a_step_goes_back_to_who_did_it_with_the_reason_and_a_deadline_of_its_own(office: Office, clock: Any) -> None:
    case = begin(office, "se_take")
    promised = office.case(case).promised_at
    first = office.task(case, "se_take")
    clock.advance(days=1)
    done = send_back(office.task(case, "se_check"), office.county, "se_take")
    again = office.task(case, "se_take")
    assert [task.id for task in done.tasks] == [again.id] and again.id != first.id
    assert (again.state, again.assignee_id) == ("open", office.town.id)
    assert again.due_at is not None and first.due_at is not None and again.due_at > first.due_at
    assert office.task(case, "se_check").state == "canceled"
    assert office.case(case).promised_at == promised
    assert told(office.town)[-1].startswith("退回给您：") and f"接收，原因：{REASON}" in told(office.town)[-1]


def test_the_redone_step_shows_why_and_what_was_submitted_before(office: Office) -> None:
    case = begin(office, "se_take")
    send_back(office.task(case, "se_check"), office.county, "se_take")
    again = office.task(case, "se_take")
    with reading() as session:
        task = session.get_one(UserTask, again.id)
        found = straight.return_of(session, task)
        assert found is not None
        assert (found.element_id, found.reason, found.by_id) == ("se_check", REASON, office.county.id)
        assert straight.earlier(session, task) == ANSWERS["se_take"]
        line = timeline.for_staff(session, session.get_one(Case, case.id))[-1]
        assert line.text == f"将“核对”退回到“接收”：{REASON}" and line.who == office.county.title


def test_a_step_reached_by_the_flow_was_not_returned(office: Office) -> None:
    case = begin(office, "se_take")
    send_back(office.task(case, "se_check"), office.county, "se_take")
    walk(office, case, "se_take")
    task = office.task(case, "se_check")
    assert look(lambda session: straight.return_of(session, session.get_one(UserTask, task.id))) is None


def test_the_case_is_in_the_state_again_in_which_the_step_was_done(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b")
    assert office.case(case).status == "COUNTY_REVIEW"
    send_back(office.task(case, "se_decide"), office.county, "se_b")
    assert office.case(case).status == "INVESTIGATING"


def test_the_steps_to_choose_from_are_those_on_the_way_the_latest_first(office: Office, clock: Any) -> None:
    case = begin(office, "se_take")
    for step in ("se_check", "se_b"):
        clock.advance(hours=1)
        walk(office, case, step)

    def choices(element_id: str) -> list[str]:
        task_id = office.task(case, element_id).id
        return look(lambda session: names(returns.targets(session, session.get_one(UserTask, task_id), office.county)))

    assert choices("se_a") == ["核对", "接收"]
    clock.advance(hours=1)
    walk(office, case, "se_a")
    assert choices("se_decide") == ["乡镇意见", "县级意见", "核对", "接收"]


# sections


def test_a_return_before_the_section_ends_the_branches_as_the_preview_says(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a")
    do(user_tasks.claim, office.task(case, "se_b").id, office.county)
    task = office.task(case, "se_b")
    seen = preview(task, office.county, "se_check")
    assert names(seen.canceled) == ["县级意见"] and names(seen.kept) == []
    assert names(seen.redone) == ["核对", "乡镇意见"] and names(seen.opened) == ["核对"]
    assert seen.opened[0].assignee_id == office.county.id
    send_back(task, office.county, "se_check")
    assert open_tasks(case) == ["se_check"]
    assert office.task(case, "se_check").due_at == seen.opened[0].due_at
    walk(office, case, "se_check")
    assert open_tasks(case) == ["se_a", "se_b"]


def test_colleagues_on_other_branches_are_told_that_their_step_is_gone(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    do(user_tasks.claim, office.task(case, "se_a").id, office.town)
    seen = preview(office.task(case, "se_b"), office.county, "se_check")
    assert names(seen.canceled) == ["乡镇意见", "县级意见"]
    send_back(office.task(case, "se_b"), office.county, "se_check")
    assert "因退回而取消" in told(office.town)[-1] and "乡镇意见" in told(office.town)[-1]


def test_behind_the_section_one_branch_is_redone_and_the_other_keeps_what_it_did(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b")
    seen = preview(office.task(case, "se_decide"), office.county, "se_a")
    assert names(seen.redone) == ["乡镇意见"] and names(seen.canceled) == ["决定"]
    send_back(office.task(case, "se_decide"), office.county, "se_a")
    assert open_tasks(case) == ["se_a"]
    walk(office, case, "se_a")
    assert open_tasks(case) == ["se_decide"]


def test_a_preview_changes_nothing(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    before = rows()
    preview(office.task(case, "se_b"), office.county, "se_take")
    assert rows() == before


def test_rounds_of_one_moment_are_told_apart(office: Office) -> None:
    case = begin(office, "se_take")
    for _ in range(3):
        send_back(office.task(case, "se_check"), office.county, "se_take")
        walk(office, case, "se_take")
    last = office.task(case, "se_take")
    assert [row.id for row in preview(office.task(case, "se_check"), office.county, "se_take").redone] == [last.id]


# refusals


def test_somebody_elsewhere_finds_no_such_task_and_a_leader_may_not(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    task, leader = office.task(case, "se_a"), employ("town_leader", JIANGNA)
    before = rows()
    for actor, refusal in ((office.elsewhere, NotFound), (leader, NotAllowed), (office.citizen, NotFound)):
        with pytest.raises(refusal):
            send_back(task, actor, "se_take")
        with pytest.raises(refusal):
            preview(task, actor, "se_take")
    assert rows() == before


def test_an_unknown_task_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        do(returns.send_back, 999_999, office.county, to="se_take", reason=REASON)


def test_only_an_open_step_in_ones_own_hands_is_sent_back(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    done = office.task(case, "se_check")
    colleague = employ("county_water_clerk", YANSHAN)
    do(user_tasks.claim, office.task(case, "se_b").id, colleague)
    before = rows()
    for task in (done, office.task(case, "se_b")):
        with pytest.raises(Conflict) as refusal:
            send_back(task, office.county, "se_take")
        assert refusal.value.notice
    assert rows() == before


def test_a_delegated_step_is_not_sent_back(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    do(user_tasks.claim, task.id, office.county)
    other = employ("county_water_clerk", YANSHAN)
    do(delegation.delegate, task.id, office.county, to_account_id=other.id, reason="请看一看")
    before = rows()
    for actor in (office.county, other):
        with pytest.raises(Conflict):
            send_back(task, actor, "se_take")
    assert rows() == before


@pytest.mark.parametrize(("to", "reason", "field"), [
    ("se_take", "太短", "reason"), ("se_take", "   ", "reason"), ("se_ask", REASON, "to"), ("se_close", REASON, "to"),
    ("nowhere", REASON, "to"), ("", REASON, "to"), ("se_b", REASON, "to"), ("se_a", REASON, "to"),
])  # fmt: skip
def test_bad_values_are_refused_and_nothing_is_kept(office: Office, to: str, reason: str, field: str) -> None:
    case = begin(office, "se_take", "se_check", "se_a")
    before = rows()
    with pytest.raises(Invalid) as refusal:
        send_back(office.task(case, "se_b"), office.county, to, reason)
    assert list(refusal.value.problems) == [field]
    assert rows() == before


def test_the_same_click_twice_is_one_return_and_another_under_its_key_is_refused(office: Office) -> None:
    case = begin(office, "se_take", "se_check")
    task = office.task(case, "se_b")
    first = send_back(task, office.county, "se_check", key="once")
    after = rows()
    again = send_back(task, office.county, "se_check", key="once")
    assert [one.id for one in again.tasks] == [one.id for one in first.tasks] and again.case_no == case.case_no
    with pytest.raises(Invalid):
        send_back(task, office.county, "se_take", key="once")
    with pytest.raises(Conflict):
        send_back(task, office.county, "se_take", key="other")
    assert rows() == after


def test_what_was_typed_at_the_step_that_was_sent_back_is_no_draft_of_the_next_round(office: Office) -> None:
    case = begin(office, "se_take")
    task = office.task(case, "se_check")
    do(user_tasks.save_draft, task.id, office.county, values={"remark": "先看看"})
    send_back(task, office.county, "se_take")
    walk(office, case, "se_take")
    again = office.task(case, "se_check")
    assert look(lambda session: session.get(TaskDraft, (again.id, office.county.id))) is None


# replay and many rounds


def test_a_case_with_returns_replays_equal(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a")
    send_back(office.task(case, "se_b"), office.county, "se_take")
    walk(office, case, "se_take", "se_check", "se_b", "se_a")
    send_back(office.task(case, "se_decide"), office.county, "se_a")
    walk(office, case, "se_a", "se_decide", "se_close")
    assert office.case(case).state == "ended"
    assert "task_returned" in kinds(case)
    found = look(lambda session: replay(session, case.case_no))
    assert found.equal, found.difference


def round_of(office: Office, case: Case) -> None:
    """One step completed, and sent back."""
    latest = select(UserTask.id).where(UserTask.case_id == case.id).order_by(UserTask.id.desc()).limit(1)
    with transaction() as session:
        number = session.scalars(latest).one()
        user_tasks.complete(session, number, actor=office.town, values=ANSWERS["se_take"], key=f"k-{number}")
    with transaction() as session:
        number = session.scalars(latest).one()
        returns.send_back(session, number, to="se_take", reason=REASON, actor=office.county)


def test_twelve_returns_leave_the_state_as_large_as_one(office: Office) -> None:
    case = begin(office)
    sizes = set()
    for _ in range(12):
        round_of(office, case)
        sizes.add(len(office.case(case).state_blob or b""))
    assert max(sizes) - min(sizes) < 5
    with transaction() as session:
        assert session.get_one(Case, case.id).variables["rounds"] == 12
