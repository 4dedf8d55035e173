"""挂起、恢复, 终止: nothing acts, nothing falls due, and afterwards every clock has got back what it lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import clock as clocks
from engine.casework import cases, incidents, jobs, progress, suspension, termination, user_tasks, worklists
from engine.casework.models import Case, Incident, Job, Notice, Suspension, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import attention, replay
from tests.casework.acts import do, kinds, rows, told
from tests.casework.conftest import Office, employ
from tests.processes.stage import Stage, at

WHY = "等待水质检测单位出具报告"


def suspend(stage: Stage, who: str = "county_water_reviewer", **more: Any) -> Case:
    return do(suspension.suspend, stage.case().case_no, stage.people[who], **{"reason": WHY, **more})


def resume(stage: Stage, who: str = "county_water_reviewer", **more: Any) -> Case:
    return do(suspension.resume, stage.case().case_no, stage.people[who], **more)


def terminate(stage: Stage, who: str = "county_water_approver", **more: Any) -> Case:
    given = {"code": "DECEASED", "reason": "村委会出具了死亡证明", **more}
    return do(termination.terminate, stage.case().case_no, stage.people[who], **given)


def moments() -> dict[str, datetime]:
    """Everything that lies ahead, in the case and beside it."""
    with reading() as session:
        found = {f"timer {job.case_id} {job.element_id}": job.due_at for job in session.scalars(select(Job))}
        for task in session.scalars(select(UserTask).where(UserTask.state == "open")):
            found |= {f"due {task.id}": task.due_at, f"remind {task.id}": task.remind_at} if task.due_at else {}
        return found


def differences() -> list[str]:
    with reading() as session:
        found = [replay.replay(session, number) for number in session.scalars(select(Case.case_no))]
    return [one.difference for one in found if one.difference is not None]


def test_a_suspended_case_refuses_every_act_with_a_sentence(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.claim("town_water_clerk", "wt_verify")
    number, task, clerk = stage.case().case_no, stage.task("wt_verify"), stage.people["town_water_clerk"]
    suspend(stage)
    before = rows()
    acts: list[Any] = [
        lambda: stage.do("wt_verify"),
        lambda: do(user_tasks.unclaim, task.id, clerk),
        lambda: do(user_tasks.transfer, task.id, clerk, to_account_id=clerk.id or 0, reason="今天下乡"),
        stage.urge,
        stage.withdraw,
        stage.supervise,
    ]
    for act in acts:
        with pytest.raises(Conflict) as refusal:
            act()
        assert "已挂起" in refusal.value.notice
    assert rows() == before
    with reading() as session:
        assert cases.get(session, number, stage.people["citizen"]).status == "SUSPENDED"
        lines = progress.lines(session, stage.case(), stage.people["citizen"])
        assert "暂停" in lines[-1].text and any(WHY in line.text for line in lines)


def test_nothing_fires_or_is_overdue_while_it_is_suspended(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.claim("town_water_clerk", "wt_verify")
    suspend(stage)
    stage.let_pass(until=at("2026-12-31"))
    assert stage.companions() == [] and stage.case().overdue_count == 0
    with reading() as session:
        clerk, office = stage.people["town_water_clerk"], stage.people["county_office"]
        assert worklists.counts(session, clerk)["overdue"] == 0
        assert worklists.counts(session, clerk)["mine"] == 1
        assert worklists.listing(session, clerk, scope="mine").rows[0].chip.kind == "stopped"
        assert attention.counts(session, office)["overdue"] == 0
    resume(stage)
    assert jobs.drain() == 0, "what was not due when it stopped is not due when it goes on"


def test_every_due_moment_shifts_in_its_own_measure(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    before, promised, looks = moments(), stage.case().promised_at, stage.case().supervise_at
    task = stage.task("wt_verify")
    suspend(stage)
    stage.clock.advance(days=7)
    resume(stage)
    after = moments()
    assert before.keys() == after.keys() and promised is not None and looks is not None
    assert task.due_at is not None and task.due_unit == "wd"
    assert stage.task("wt_verify").due_at == task.due_at + timedelta(days=7)  # five working days and a weekend
    found = stage.case()
    assert found.promised_at == promised + timedelta(days=7) and found.supervise_at == looks + timedelta(days=7)
    assert found.stopped_seconds == 7 * 86400 and found.clock_stopped_at is None
    assert found.status == "INVESTIGATING" and differences() == []


def test_an_hour_clock_gets_back_its_minutes(stage: Stage) -> None:
    stage.raise_hand()
    before = stage.task("wt_take")
    suspend(stage)
    stage.clock.advance(minutes=95)
    resume(stage)
    after = stage.task("wt_take")
    assert before.due_unit == "h" and before.due_at and before.remind_at
    assert (after.due_at, after.remind_at) == (
        before.due_at + timedelta(minutes=95),
        before.remind_at + timedelta(minutes=95),
    )
    assert after.companion_at == after.remind_at


def test_companions_stand_still_and_go_on_with_the_case(stage: Stage) -> None:
    stage.raise_hand()
    task = stage.task("wt_take")
    assert task.remind_at is not None and task.due_at is not None
    stage.let_pass(until=task.remind_at + timedelta(minutes=1))
    deadline = stage.companion("deadline")
    assert moments()[f"timer {deadline.id} dl_due"] == task.due_at
    suspend(stage)
    assert stage.companion("deadline").state == "suspended"
    stage.let_pass(until=task.due_at + timedelta(hours=30))
    resume(stage)
    later = stage.task("wt_take").due_at
    assert later is not None and later > clocks.now()
    assert moments()[f"timer {deadline.id} dl_due"] == later
    assert stage.companion("deadline").variables["taskDueAt"] == later.isoformat()
    stage.let_pass(until=later + timedelta(minutes=1))
    assert stage.case().overdue_count == 1
    assert differences() == []


def test_the_ladder_of_supervision_waits_as_long(stage: Stage) -> None:
    stage.bring_to("wt_solve")
    stage.let_pass(until=at("2026-11-26"))
    ladders = [one for one in stage.companions("supervise") if one.variables["kind"] == "AUTO"]
    assert ladders
    before = {key: at for key, at in moments().items() if "sv_when" in key}
    assert before
    suspend(stage)
    assert not [key for key in moments() if "sv_when" in key]
    stage.let_pass(until=at("2026-12-03"))
    resume(stage)
    assert {key: at for key, at in moments().items() if "sv_when" in key} == {
        key: at + timedelta(days=7) for key, at in before.items()
    }
    assert differences() == []


def test_a_case_that_waits_for_the_citizen_still_waits_afterwards(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stopped, promised = stage.case().clock_stopped_at, stage.case().promised_at
    due = stage.task("co_correct").due_at
    timers = {key: at for key, at in moments().items() if key.startswith("timer")}
    assert stopped is not None and timers and due is not None
    stage.clock.advance(days=7)
    suspend(stage)
    stage.clock.advance(days=7)
    resume(stage)
    assert (stage.case().clock_stopped_at, stage.case().promised_at) == (stopped, promised)
    assert stage.task("co_correct").due_at == due + timedelta(days=7)
    assert {key: at for key, at in moments().items() if key.startswith("timer")} == {
        key: at + timedelta(days=7) for key, at in timers.items()
    }
    stage.do("co_correct")
    assert stage.case().stopped_seconds == 14 * 86400 and differences() == []


def test_citizen_and_holders_are_told_and_the_journal_knows_why(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.claim("town_water_clerk", "wt_verify")
    case = suspend(stage)
    resume(stage)
    assert [kind for kind in kinds(case) if kind.startswith("case_")][-2:] == ["case_suspended", "case_resumed"]
    assert WHY in told(stage.people["town_water_clerk"])[-2] and "恢复" in told(stage.people["town_water_clerk"])[-1]
    with reading() as session:
        texts = session.scalars(select(Notice.text).where(Notice.citizen_id.is_not(None)).order_by(Notice.id)).all()
        assert WHY in texts[-2] and "恢复" in texts[-1] and "前办结" in texts[-1]
        stop = session.scalars(select(Suspension)).one()
        assert (stop.reason, stop.status, stop.resumed_by) == (
            WHY,
            "INVESTIGATING",
            stage.people["county_water_reviewer"].id,
        )


def test_who_may_suspend_and_who_may_not(stage: Stage) -> None:
    stage.raise_hand()
    before = rows()
    with pytest.raises(NotFound):
        suspend(stage, "other_town")
    for who in ("county_water_clerk", "town_leader", "pref_water_supervisor", "prov_office", "citizen"):
        with pytest.raises(NotAllowed):
            suspend(stage, who)
    with pytest.raises(NotFound):
        do(suspension.suspend, "water-1", stage.people["county_office"], reason=WHY)
    with pytest.raises(Invalid):
        suspend(stage, reason="太忙")
    with pytest.raises(Conflict):
        resume(stage)
    assert rows() == before
    suspend(stage, "county_office", key="k")
    suspend(stage, "county_office", key="k")
    with pytest.raises(Conflict):
        suspend(stage)
    with pytest.raises(NotAllowed):
        resume(stage, "county_water_clerk")
    resume(stage, "county_water_approver", key="r")
    resume(stage, "county_water_approver", key="r")
    assert stage.case().state == "active"


def test_an_open_supervision_order_and_an_end_forbid_it(stage: Stage) -> None:
    stage.raise_hand()
    order = stage.supervise()
    for number, part in ((stage.case().case_no, "督办单"), (order.case_no, "主办件")):
        with pytest.raises(Conflict) as refusal:
            do(suspension.suspend, number, stage.people["county_office"], reason=WHY)
        assert part in refusal.value.notice
    stage.withdraw()
    with pytest.raises(Conflict) as refusal:
        suspend(stage)
    assert "办结" in refusal.value.notice


def test_an_incident_is_not_retried_behind_its_back(stage: Stage) -> None:
    stage.raise_hand()
    suspend(stage)
    with transaction() as session:
        made = Incident(case_id=stage.case_id, kind="reminder", message="x", created_at=clocks.now())
        session.add(made)
        session.flush()
        number = made.id
    operator = employ("platform_ops", "530000")
    with pytest.raises(Conflict) as refusal, transaction() as session:
        incidents.retry(session, number, operator)
    assert "已挂起" in refusal.value.notice


def test_terminating_ends_the_case_and_what_stands_beside_it(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    due = stage.task("wt_verify").remind_at
    assert due is not None
    stage.let_pass(until=due + timedelta(minutes=1))
    assert stage.companions()
    case = terminate(stage)
    assert (case.state, case.outcome, case.status) == ("ended", "TERMINATED", "TERMINATED")
    assert "申请人死亡" in (case.outcome_text or "")
    assert stage.open_tasks() == [] and moments() == {}
    assert {one.state for one in stage.companions()} == {"ended"}
    with reading() as session:
        last = session.scalars(select(Notice).where(Notice.citizen_id.is_not(None)).order_by(Notice.id.desc())).first()
        assert last is not None and "已终止" in last.text and "死亡证明" in last.text
    assert differences() == []


def test_a_suspended_case_can_be_terminated(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    due = stage.task("wt_verify").remind_at
    assert due is not None
    stage.let_pass(until=due + timedelta(minutes=1))
    suspend(stage)
    stage.clock.advance(days=3)
    terminate(stage, key="t")
    terminate(stage, key="t")
    assert stage.case().state == "ended" and stage.case().stopped_seconds == 3 * 86400
    assert {one.state for one in stage.companions()} == {"ended"}
    assert differences() == []


def test_who_may_terminate_and_who_may_not(stage: Stage) -> None:
    stage.raise_hand()
    before = rows()
    for who in ("county_office", "county_water_clerk", "town_leader", "prov_office", "citizen"):
        with pytest.raises(NotAllowed):
            terminate(stage, who)
    with pytest.raises(NotFound):
        terminate(stage, "other_town")
    for wrong in ({"code": "BORED"}, {"reason": "太忙"}):
        with pytest.raises(Invalid):
            terminate(stage, **wrong)
    assert rows() == before
    terminate(stage, "county_water_reviewer")
    with pytest.raises(Conflict):
        terminate(stage, "county_water_reviewer")


def test_the_small_service_of_no_department_is_suspended_by_the_office_only(office: Office) -> None:
    case = office.raise_hand()
    with pytest.raises((NotFound, NotAllowed)):
        do(suspension.suspend, case.case_no, office.county, reason=WHY)
