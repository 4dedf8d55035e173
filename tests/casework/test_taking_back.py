"""撤回: a step just completed is taken back as if it had not been, as long as nobody has begun what it led to."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import cases, jobs, returns, straight, suspension, taking_back, timeline, user_tasks
from engine.casework.models import Case, Job, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, NotAllowed, NotFound
from engine.oversight.replay import replay
from engine.registry.actors import Actor
from tests import shipped
from tests.casework.acts import do, kinds, look, rows
from tests.casework.conftest import Office, employ
from tests.casework.sections import ANSWERS, begin, service, walk
from tests.factories import JIANGNA, YANSHAN


def take_back(office: Office, case: Case, step: str, actor: Actor | None = None, key: str | None = None) -> UserTask:
    number = office.task(case, step).id
    found: UserTask = do(taking_back.take_back, number, actor or _who(office, step), key=key)
    return found


def _who(office: Office, step: str) -> Actor:
    return office.town if step in ("se_take", "se_a") else office.county


def possible(office: Office, case: Case, step: str, actor: Actor | None = None) -> bool:
    number = office.task(case, step).id
    who = actor or _who(office, step)
    one, page = look(
        lambda session: (
            taking_back.is_possible(session, session.get_one(UserTask, number), who),
            taking_back.just_completed(session, [number], who),
        )
    )
    assert one or not page
    return one


def columns(case: Case) -> dict[str, Any]:
    names = ("status", "accepted_at", "promised_at", "supervise_at", "variables", "state")
    with reading() as session:
        return {name: getattr(session.get_one(Case, case.id), name) for name in names}


def test_the_same_task_is_open_again_with_its_deadline_and_the_case_is_what_it_was(office: Office, clock: Any) -> None:
    case = begin(office, "se_take")
    task, before = office.task(case, "se_check"), columns(case)
    clock.advance(minutes=10)
    walk(office, case, "se_check")
    assert columns(case)["accepted_at"] is not None and columns(case)["status"] == "INVESTIGATING"
    assert possible(office, case, "se_check")
    clock.advance(minutes=10)
    back = take_back(office, case, "se_check")
    assert (back.id, back.state, back.assignee_id, back.due_at) == (task.id, "open", office.county.id, task.due_at)
    assert back.companion_at == task.companion_at
    assert columns(case) == before
    assert {office.task(case, step).state for step in ("se_a", "se_b")} == {"canceled"}


def test_variables_that_were_overwritten_and_those_that_were_new_are_as_before(office: Office) -> None:
    case = begin(office, "se_take")
    do(
        returns.send_back,
        office.task(case, "se_check").id,
        office.county,
        to="se_take",
        reason="请重新核实受影响户数",
    )
    before = columns(case)["variables"]
    assert (before["amount"], before["rounds"]) == (12, 1)
    office.complete(office.town, case, "se_take", amount=99, finding="水源枯竭")
    assert columns(case)["variables"]["amount"] == 99 and columns(case)["variables"]["rounds"] == 2
    take_back(office, case, "se_take")
    assert columns(case)["variables"] == before
    first = begin(office, "se_take")
    take_back(office, first, "se_take")
    assert not {"amount", "rounds"} & columns(first)["variables"].keys()


def test_what_was_submitted_is_offered_again_and_can_be_submitted_anew(office: Office) -> None:
    case = begin(office, "se_take")
    task = take_back(office, case, "se_take")
    with reading() as session:
        assert straight.earlier(session, session.get_one(UserTask, task.id)) == ANSWERS["se_take"]
    office.complete(office.town, case, "se_take", key="anew", amount=13, finding="水源枯竭")
    assert office.task(case, "se_check").state == "open"
    assert columns(case)["variables"]["amount"] == 13


def test_the_timeline_says_so_and_replay_is_equal(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b")
    take_back(office, case, "se_b")
    office.complete(office.county, case, "se_b", key="anew", **ANSWERS["se_b"])
    walk(office, case, "se_decide", "se_close")
    texts = [line.text for line in look(lambda session: timeline.for_staff(session, session.get_one(Case, case.id)))]
    assert "撤回“县级意见”的提交" in texts
    found = look(lambda session: replay(session, case.case_no))
    assert found.equal, found.difference


def test_a_branch_is_taken_back_while_the_others_go_on(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a")
    do(user_tasks.claim, office.task(case, "se_b").id, office.county)
    assert possible(office, case, "se_a")
    take_back(office, case, "se_a")
    walk(office, case, "se_b")
    assert office.task(case, "se_decide") is None
    office.complete(office.town, case, "se_a", key="anew", **ANSWERS["se_a"])
    assert office.task(case, "se_decide").state == "open"


def begin_next(office: Office, case: Case, how: str) -> None:
    task = office.task(case, "se_decide")
    if how == "claimed":
        do(user_tasks.claim, task.id, office.county)
    elif how == "drafted":
        do(user_tasks.save_draft, task.id, office.county, values={"se_decide_text": "想一想"})
    elif how == "sent back":
        do(returns.send_back, task.id, office.county, to="se_a", reason="请乡镇再补充一些情况")
    elif how == "suspended":
        boss = employ("county_water_reviewer", YANSHAN)
        with transaction() as session:
            session.get_one(Case, case.id).item_code = "water"
        do(suspension.suspend, case.case_no, boss, reason="等待上级部门的批复文件")
        do(suspension.resume, case.case_no, boss)


@pytest.mark.parametrize("how", ["claimed", "drafted", "sent back", "suspended"])
def test_what_has_been_begun_is_not_taken_away_from_anybody(office: Office, how: str) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b")
    begin_next(office, case, how)
    assert not possible(office, case, "se_b")
    before = rows()
    with pytest.raises(Conflict) as refusal:
        take_back(office, case, "se_b")
    assert "不能撤回" in refusal.value.notice
    assert rows() == before


def test_a_branch_that_was_gathered_since_stays(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b")
    with pytest.raises(Conflict):
        take_back(office, case, "se_a")
    assert possible(office, case, "se_b")


def test_what_the_citizen_was_told_stays(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b", "se_decide")
    assert not possible(office, case, "se_decide")
    with pytest.raises(Conflict) as refusal:
        take_back(office, case, "se_decide")
    assert "告知群众" in refusal.value.notice


def test_an_ended_case_stays_ended(office: Office) -> None:
    case = begin(office, "se_take", "se_check", "se_a", "se_b", "se_decide", "se_close")
    assert not possible(office, case, "se_close")
    with pytest.raises(Conflict) as refusal:
        take_back(office, case, "se_close")
    assert "办结" in refusal.value.notice


def with_in_between(what: str) -> dict[str, bytes]:
    """The service with something else where it counts."""
    files = service()
    drawn = files["processes/sections.bpmn"].decode()
    begin_at, end_at = drawn.index('<bpmn:scriptTask id="se_count"'), drawn.index("</bpmn:scriptTask>") + 18
    files["processes/sections.bpmn"] = f"{drawn[:begin_at]}{what}{drawn[end_at:]}".encode()
    return files


CALL = (
    '<bpmn:serviceTask id="se_count" name="外部"><bpmn:extensionElements><zeebe:taskDefinition type="webhook" />'
    '<zeebe:taskHeaders><zeebe:header key="url" value="http://127.0.0.1:9/none" /></zeebe:taskHeaders>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)
DECISION = (
    '<bpmn:businessRuleTask id="se_count" name="决定"><bpmn:extensionElements>'
    '<zeebe:calledDecision decisionId="supervise_threshold" resultVariable="rounds" />'
    "</bpmn:extensionElements></bpmn:businessRuleTask>"
)


def begun_with(office: Office, what: str) -> Case:
    case = begin(office)
    walk(office, case)
    office.deploy(with_in_between(what))

    with transaction() as session:
        return cases.start(session, "sections", actor=office.citizen, channel="SELF", values=office.answers())


def test_a_decision_stands(office: Office) -> None:
    case = begun_with(office, DECISION)
    walk(office, case, "se_take")
    with pytest.raises(Conflict):
        take_back(office, case, "se_take")


def test_a_call_that_has_gone_out_stands_and_one_that_has_not_is_never_made(office: Office) -> None:
    case = begun_with(office, CALL)
    walk(office, case, "se_take")
    take_back(office, case, "se_take")
    waiting = select(Job.id).where(Job.case_id == case.id)
    assert look(lambda session: session.scalar(waiting)) is None
    office.complete(office.town, case, "se_take", key="anew", **ANSWERS["se_take"])
    with transaction() as session:
        session.get_one(Job, session.scalars(waiting).one()).attempts = 1
    with pytest.raises(Conflict):
        take_back(office, case, "se_take")


def test_only_ones_own_completed_step_is_taken_back(office: Office) -> None:
    case = begin(office, "se_take")
    leader = employ("town_leader", JIANGNA)
    before = rows()
    for actor, refusal in (
        (office.colleague, NotAllowed), (leader, NotAllowed), (office.elsewhere, NotFound), (office.citizen, NotFound),
    ):  # fmt: skip
        assert not possible(office, case, "se_take", actor)
        with pytest.raises(refusal):
            take_back(office, case, "se_take", actor)
    with pytest.raises(Conflict):
        take_back(office, case, "se_check", office.county)
    assert rows() == before


def test_an_unknown_task_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        do(taking_back.take_back, 999_999, office.town)


def test_the_same_click_twice_is_one_and_another_one_comes_too_late(office: Office) -> None:
    case = begin(office, "se_take")
    take_back(office, case, "se_take", key="once")
    after = rows()
    assert take_back(office, case, "se_take", key="once").state == "open"
    with pytest.raises(Conflict):
        take_back(office, case, "se_take", key="other")
    assert rows() == after
    assert kinds(case).count("task_taken_back") == 1


def test_a_reminder_that_was_given_is_not_given_again_before_the_step_is_due(office: Office, clock: Any) -> None:
    shipped.deploy()
    case = begin(office)
    task = office.task(case, "se_take")
    assert task.remind_at is not None
    clock.move_to(task.remind_at)
    jobs.drain()
    assert office.task(case, "se_take").reminded_at is not None
    walk(office, case, "se_take")
    back = take_back(office, case, "se_take")
    assert back.companion_at == back.due_at
