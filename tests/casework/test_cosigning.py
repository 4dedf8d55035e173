"""加签 and 减签: who signs, when, and what becomes of the step."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import cases, cosigning, user_tasks, worklists
from engine.casework.models import Case, Submission, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry.actors import Actor
from tests.casework.acts import do, kinds, rows, told
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN

WHY = "请从房屋安全的角度看看"
NO = "水管经过危房下方，需要先改道"


@pytest.fixture
def housing(office: Office) -> Actor:
    """Somebody of another department at the county."""
    return employ("county_housing_reviewer", YANSHAN)


def asked(office: Office, case: Case, signer: Actor, position: str, **more: Any) -> UserTask:
    task = office.task(case, "sm_answer")
    given = {"to_account_id": signer.id, "position": position, "reason": WHY, **more}
    return do(cosigning.add, task.id, office.town, **given)


def submit(office: Office, case: Case, key: str = "s1", *, good: bool = True) -> user_tasks.Completed:
    task = office.task(case, "sm_answer")
    values = {"good": True} if good else {"good": False, "opinion": "不行"}
    return do(user_tasks.complete, task.id, office.town, values=values, key=key)


def state(task_id: int) -> str:
    with reading() as session:
        return session.get_one(UserTask, task_id).state


def test_before_a_signature_the_step_cannot_be_completed(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    signature = asked(office, case, housing, "before")
    assert WHY in told(housing)[-1]
    with reading() as session:
        assert cases.get(session, case.case_no, housing)
        assert [row.task.id for row in worklists.listing(session, housing, scope="mine").rows] == [signature.id]
    with pytest.raises(Conflict) as refusal:
        submit(office, case)
    assert housing.name in refusal.value.notice
    do(cosigning.sign, signature.id, housing, agrees=False, opinion=NO)
    assert NO in told(office.town)[-1]
    assert submit(office, case).ended
    with reading() as session:
        assert worklists.listing(session, housing, scope="finished").total == 1
        assert replay.replay(session, case.case_no).difference is None


def test_after_the_last_signature_the_step_takes_effect_as_submitted(office: Office, housing: Actor) -> None:
    case, leader = office.raise_hand(), employ("town_leader", JIANGNA)
    first = asked(office, case, housing, "after")
    second = asked(office, case, leader, "after")
    assert state(first.id) == "waiting" and told(housing) == []
    with pytest.raises(Conflict):
        do(cosigning.sign, first.id, housing, agrees=True, opinion="同意")
    done = submit(office, case)
    assert done.signing and not done.ended
    with reading() as session:
        waiting = {row.task.id for row in worklists.listing(session, office.town, scope="waiting").rows}
        assert waiting == {first.host_id, first.id, second.id}
        assert worklists.listing(session, office.town, scope="mine").total == 0
    assert office.case(case).status == "INVESTIGATING"
    assert not do(cosigning.sign, first.id, housing, agrees=True, opinion="同意").effective
    signed = do(cosigning.sign, second.id, leader, agrees=True, opinion="同意")
    assert signed.effective and signed.ended
    found = office.case(case)
    assert (found.state, found.outcome) == ("ended", "COMPLETED")
    with reading() as session:
        step = session.scalars(select(UserTask).where(UserTask.case_id == case.id, UserTask.kind == "step")).one()
        assert (step.state, step.completed_by) == ("completed", office.town.id)
        assert replay.replay(session, case.case_no).difference is None


def test_a_refusal_after_gives_the_step_back_and_everybody_is_asked_again(office: Office, housing: Actor) -> None:
    case, leader = office.raise_hand(), employ("town_leader", JIANGNA)
    agreed, refused = asked(office, case, leader, "after"), asked(office, case, housing, "after")
    submit(office, case)
    do(cosigning.sign, agreed.id, leader, agrees=True, opinion="同意")
    with pytest.raises(Invalid):
        do(cosigning.sign, refused.id, housing, agrees=False, opinion="不行")
    assert do(cosigning.sign, refused.id, housing, agrees=False, opinion=NO).returned
    task_id = refused.host_id
    assert task_id is not None
    with reading() as session:
        step = session.get_one(UserTask, task_id)
        assert (step.state, step.assignee_id, step.submission_id) == ("open", office.town.id, None)
        assert user_tasks.draft(session, task_id, office.town) == {"good": True}
        again = [row for row in cosigning.signatures(session, task_id) if row.state == "waiting"]
        assert {row.assignee_id for row in again} == {leader.id, housing.id}
    assert NO in told(office.town)[-1]
    values = {"good": False, "opinion": "改道以后再办"}
    assert do(user_tasks.complete, task_id, office.town, values=values, key="s2").signing
    for row, who in zip(again, (leader, housing), strict=True):
        do(cosigning.sign, row.id, who, agrees=True, opinion="同意")
    with reading() as session:
        assert session.get_one(UserTask, task_id).state == "completed"
        assert len(session.scalars(select(Submission).where(Submission.task_id == task_id)).all()) == 2
        assert office.case(case).status == "COUNTY_REVIEW"
        assert replay.replay(session, case.case_no).difference is None


def test_a_submitted_step_takes_no_other_act_and_repeats_its_answer(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    asked(office, case, housing, "after")
    submit(office, case)
    before = rows()
    assert submit(office, case).repeated
    with reading() as session:
        task_id = session.scalars(select(UserTask.id).where(UserTask.case_id == case.id, UserTask.kind == "step")).one()
    for act, given in (
        (user_tasks.unclaim, {}),
        (user_tasks.transfer, {"to_account_id": office.colleague.id, "reason": "下乡"}),
        (user_tasks.complete, {"values": {"good": True}, "key": "other"}),
        (cosigning.add, {"to_account_id": office.county.id, "position": "after", "reason": WHY}),
    ):
        with pytest.raises(Conflict) as refusal:
            do(act, task_id, office.town, **given)  # type: ignore[arg-type]
        assert "等待加签人" in refusal.value.notice
    assert rows() == before


def test_taking_the_last_signature_away_lets_the_step_go_on(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    before, after = asked(office, case, housing, "before"), asked(office, case, office.county, "after")
    with pytest.raises(NotAllowed):
        do(cosigning.remove, before.id, office.colleague, reason="不用了")
    do(cosigning.remove, before.id, office.town, reason="不用了")
    assert "不再需要" in told(housing)[-1]
    with pytest.raises(NotFound), reading() as session:
        cases.get(session, case.case_no, employ("county_housing_reviewer", YANSHAN))
    with pytest.raises(Conflict):
        do(cosigning.sign, before.id, housing, agrees=True, opinion="同意")
    submit(office, case)
    removed = do(cosigning.remove, after.id, office.town, reason="他出差了", key="r")
    assert removed.effective and office.case(case).state == "ended"
    assert "signature_removed" in kinds(case)


def test_a_given_signature_is_not_taken_away(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    signature = asked(office, case, housing, "before")
    do(cosigning.sign, signature.id, housing, agrees=True, opinion="同意", key="x")
    before = rows()
    do(cosigning.sign, signature.id, housing, agrees=True, opinion="同意", key="x")
    for act, given in ((cosigning.remove, {"reason": "不用了"}), (cosigning.sign, {"agrees": True, "opinion": "同意"})):
        with pytest.raises(Conflict):
            do(act, signature.id, office.town if act is cosigning.remove else housing, **given)  # type: ignore[arg-type]
    assert rows() == before


def test_refusals_leave_nothing_behind(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    given = {"to_account_id": housing.id, "position": "before", "reason": WHY}
    before = rows()
    with pytest.raises(NotFound):
        do(cosigning.add, 999_999, office.town, **given)
    with pytest.raises(NotFound):
        do(cosigning.add, task.id, office.elsewhere, **given)
    with pytest.raises(NotAllowed):
        do(cosigning.add, task.id, employ("town_leader", JIANGNA), **given)
    for wrong in ({"position": "beside"}, {"reason": ""}, {"to_account_id": office.elsewhere.id}):
        with pytest.raises(Invalid):
            do(cosigning.add, task.id, office.town, **{**given, **wrong})
    assert rows() == before
    signature = asked(office, case, housing, "before", key="c")
    asked(office, case, housing, "before", key="c")
    with pytest.raises(Conflict):
        asked(office, case, housing, "after")
    with pytest.raises(NotFound):
        do(cosigning.sign, signature.id, office.elsewhere, agrees=True, opinion="同意")
    with pytest.raises(NotAllowed):
        do(cosigning.sign, signature.id, office.town, agrees=True, opinion="同意")
    with pytest.raises(NotAllowed):
        do(cosigning.add, signature.id, housing, **{**given, "to_account_id": office.county.id})
    for act in (user_tasks.claim, user_tasks.unclaim):
        with pytest.raises(NotAllowed):
            do(act, signature.id, housing)


def test_a_withdrawn_case_wants_no_signatures_any_more(office: Office, housing: Actor) -> None:
    case = office.raise_hand()
    first, second = asked(office, case, housing, "before"), asked(office, case, office.county, "after")
    with transaction() as session:
        cases.withdraw(session, case.case_no, office.citizen, "修好了")
    assert (state(first.id), state(second.id)) == ("canceled", "canceled")
    with pytest.raises(Conflict) as refusal:
        do(cosigning.sign, first.id, housing, agrees=True, opinion="同意")
    assert "取消" in refusal.value.notice
