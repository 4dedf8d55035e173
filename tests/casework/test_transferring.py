"""移交: the case goes where the household lives, its clocks run on, and both sides see what they need."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine.casework import (
    cases,
    cosigning,
    delegation,
    measures,
    progress,
    returns,
    suspension,
    timeline,
    transferring,
    user_tasks,
    worklists,
)
from engine.casework.measures import Months
from engine.casework.models import Case, UserTask
from engine.casework.money_models import Benefit
from engine.db import reading
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import access
from tests import factories
from tests.casework.acts import do, kinds, rows, told
from tests.factories import YANSHAN
from tests.processes import steps
from tests.processes.stage import PINGYUAN, VILLAGE, Stage, at

WHY = "申请人一家常年住在平远镇"
THERE = f"{PINGYUAN}202"
ELSEWHERE = "532623101"


def transfer(stage: Stage, who: str = "county_water_reviewer", to: str = THERE, **more: Any) -> Case:
    return do(
        transferring.transfer, stage.case().case_no, stage.people[who], **{"region_code": to, "reason": WHY, **more}
    )


def sees(stage: Stage, who: str) -> bool:
    with reading() as session:
        found = session.get_one(Case, stage.case_id)
        one = access.may_see(stage.people[who], found)
        listed = cases.search(session, stage.people[who], text=found.case_no).total == 1
        assert one == listed
        return one


def same_by_replay(stage: Stage) -> None:
    with reading() as session:
        for number in session.scalars(select(Case.case_no)):
            assert replay.replay(session, number).difference is None


def another_county(stage: Stage) -> None:
    """A town of the county beside, with people."""
    with factories.committed():
        factories.RegionFactory(code=ELSEWHERE, name="西洒镇", level="town", parent_code="532623")
    for role, region in (("town_water_clerk", ELSEWHERE), ("county_water_reviewer", "532623")):
        stage.hire(f"beyond_{role}", role, region)
    stage.hire("beyond_office", "county_office", "532623")


def test_open_steps_wait_for_the_people_of_the_new_place_with_the_same_clock(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.claim("town_water_clerk", "wt_verify")
    before, case = stage.task("wt_verify"), stage.case()
    stage.clock.advance(hours=1)
    transfer(stage)
    after, now = stage.task("wt_verify"), stage.case()
    assert (now.region_code, now.county_code, now.case_no) == (THERE, "532622", case.case_no)
    assert (now.promised_at, now.status, now.accepted_at) == (case.promised_at, case.status, case.accepted_at)
    assert (now.variables["town"], now.variables["county"], now.variables["transfer"]["times"]) == (
        PINGYUAN,
        "532622",
        1,
    )
    assert after.id != before.id and (after.region_code, after.assignee_id) == (PINGYUAN, None)
    assert (after.due_at, after.remind_at, after.due_unit) == (before.due_at, before.remind_at, before.due_unit)
    with reading() as session:
        assert session.get_one(UserTask, before.id).state == "canceled"
        assert worklists.counts(session, stage.people["town_water_clerk"])["mine"] == 0
        assert worklists.counts(session, stage.people["other_town"])["group"] == 1
    assert "移交给您办理" in told(stage.people["other_town"])[-1]
    assert "不再由您办理" in told(stage.people["town_water_clerk"])[-1]
    same_by_replay(stage)
    stage.complete("other_town", "wt_verify", **steps_of("wt_verify"))
    assert stage.open_tasks() == ["wt_solve"]
    same_by_replay(stage)


def test_a_step_that_stays_with_its_post_stays_with_its_person(stage: Stage) -> None:
    stage.bring_to("wt_take")
    stage.claim("county_water_clerk", "wt_take")
    before = stage.task("wt_take")
    transfer(stage)
    after = stage.task("wt_take")
    assert (after.id, after.assignee_id) == (before.id, before.assignee_id)
    stage.do("wt_take", town=PINGYUAN)
    assert stage.task("wt_town_take").region_code == PINGYUAN
    same_by_replay(stage)


def test_the_citizen_and_the_staff_read_where_the_case_is(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    transfer(stage)
    assert "已移交云南省文山壮族苗族自治州砚山县平远镇木瓜铺村委会办理" in stage.told("citizen", "M39")[-1]
    with reading() as session:
        found = [line.text for line in progress.lines(session, stage.case(), stage.people["citizen"])]
        assert any("平远镇" in line and WHY in line for line in found)
        staff = [line.text for line in timeline.for_staff(session, stage.case())]
    assert f"移交云南省文山壮族苗族自治州砚山县平远镇木瓜铺村委会办理：{WHY}" in staff


def test_the_old_side_reads_what_it_did_and_acts_no_more(stage: Stage) -> None:
    another_county(stage)
    stage.bring_to("wt_verify")
    assert sees(stage, "town_water_clerk") and not sees(stage, "beyond_county_water_reviewer")
    old = stage.task("wt_verify").id
    transfer(stage, to=ELSEWHERE)
    for who in ("county_water_reviewer", "county_water_clerk", "town_water_clerk", "beyond_county_water_reviewer"):
        assert sees(stage, who), who
    assert not sees(stage, "county_water_approver") and not sees(stage, "other_town")
    assert not sees(stage, "county_office"), "whoever neither worked on it nor moved it has lost sight of it"
    assert stage.task("wt_verify").region_code == ELSEWHERE and stage.case().county_code == "532623"
    with pytest.raises(Conflict):
        do(user_tasks.claim, old, stage.people["town_water_clerk"])
    with pytest.raises(NotFound):
        do(user_tasks.claim, stage.task("wt_verify").id, stage.people["town_water_clerk"])
    same_by_replay(stage)


def test_what_was_delegated_suspended_and_sent_back_goes_to_the_new_people(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    clerk, leader = stage.people["town_water_clerk"], stage.people["town_leader"]
    do(delegation.delegate, stage.task("wt_verify").id, clerk, to_account_id=leader.id, reason="请帮我看看")
    due = stage.task("wt_verify").due_at
    transfer(stage)
    task = stage.task("wt_verify")
    assert (task.owner_id, task.assignee_id) == (None, None)
    assert all("不再由您办理" in told(who)[-1] for who in (clerk, leader)) and sees(stage, "town_leader")
    do(suspension.suspend, stage.case().case_no, stage.people["county_office"], reason="等待水质检测单位出具报告")
    refused(stage, "已挂起")
    stage.clock.advance(days=7)
    do(suspension.resume, stage.case().case_no, stage.people["county_office"])
    task = stage.task("wt_verify")
    assert due is not None and task.due_at == due + timedelta(days=7)
    do(returns.send_back, task.id, stage.people["other_town"], to="wt_town_take", reason="派单有误，请重新接单")
    again = stage.task("wt_town_take")
    assert (again.region_code, again.assignee_id) == (PINGYUAN, None), "who took it before is of another town"
    same_by_replay(stage)


def test_figures_follow_the_case(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    transfer(stage)
    with reading() as session:
        found = measures.figures(session, YANSHAN, Months.until("2026-11"), clocks.now(), compare=False)
    assert {row["code"]: row["applied"] for row in found["towns"] if row["applied"]} == {PINGYUAN: 1}


def test_deadlines_that_were_missed_stay_with_who_missed_them(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    due = stage.task("wt_verify").due_at
    assert due is not None
    stage.let_pass(until=due.replace(minute=30))
    late = [record.region_code for record in stage.overdue()]
    transfer(stage)
    stage.let_pass(until=at("2026-12-01"))
    assert [record.region_code for record in stage.overdue() if record.element_id == "wt_verify"] == late
    assert late == ["532622101"] and stage.task("wt_verify").overdue_at is not None
    same_by_replay(stage)


def test_a_reminder_goes_to_the_new_people(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    transfer(stage)
    due = stage.task("wt_verify").due_at
    assert due is not None
    stage.let_pass(until=due)
    assert [record.region_code for record in stage.overdue()] == [PINGYUAN]
    same_by_replay(stage)


def test_clicked_twice_it_is_moved_once(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    transfer(stage, key="k")
    before = rows()
    transfer(stage, key="k")
    assert rows() == before and kinds(stage.case()).count("case_transferred") == 1


def test_who_receives_it_may_send_it_back_once_and_in_time(stage: Stage) -> None:
    another_county(stage)
    stage.bring_to("wt_verify")
    transfer(stage, to=ELSEWHERE)
    transfer(stage, "beyond_county_water_reviewer", to=VILLAGE)
    with pytest.raises(Conflict) as refusal:
        transfer(stage, to=ELSEWHERE)
    assert "县领导小组办公室" in refusal.value.notice
    transfer(stage, "county_office", to=ELSEWHERE)
    assert stage.case().region_code == ELSEWHERE
    same_by_replay(stage)


def test_too_late_it_is_not_sent_back(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    transfer(stage)
    stage.clock.advance(days=8)
    with pytest.raises(Conflict) as refusal:
        transfer(stage, to=VILLAGE)
    assert "没有在规定时间内退回" in refusal.value.notice
    transfer(stage, "county_office", to=VILLAGE)


def test_who_may_not_move_it(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    for who, refusal in (("town_water_clerk", NotAllowed), ("county_water_clerk", NotAllowed), ("citizen", NotAllowed)):
        before = rows()
        with pytest.raises(refusal):
            transfer(stage, who)
        assert rows() == before
    for who in ("other_town", "county_hr_reviewer", "stranger"):
        with pytest.raises(NotFound):
            transfer(stage, who)


@pytest.mark.parametrize("to", ["", "532622", "999999999", "53262210x", VILLAGE])
def test_where_it_cannot_go(stage: Stage, to: str) -> None:
    stage.bring_to("wt_verify")
    before = rows()
    with pytest.raises(Invalid) as refusal:
        transfer(stage, to=to)
    assert "region" in refusal.value.problems and rows() == before
    with pytest.raises(Invalid):
        transfer(stage, reason="搬家了")
    assert rows() == before


def refused(stage: Stage, why: str) -> None:
    before = rows()
    with pytest.raises(Conflict) as refusal:
        transfer(stage)
    assert why in refusal.value.notice and rows() == before


def test_what_is_under_an_order_suspended_or_ended_stays(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    refused(stage, "督办单")
    with reading() as session:
        beside = session.scalars(select(Case.case_no).where(Case.subject_id == stage.case_id)).first()
    with pytest.raises(Conflict) as refusal:
        do(transferring.transfer, beside or "", stage.people["county_water_reviewer"], region_code=THERE, reason=WHY)
    assert "伴随办件" in refusal.value.notice
    stage.withdraw()
    refused(stage, "已经办结")


def test_what_hangs_is_paid_or_signed_stays(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    with factories.committed() as session:
        set_status(session, stage, "PUBLICITY")
    refused(stage, "公示")
    with factories.committed() as session:
        set_status(session, stage, "PAYING")
    refused(stage, "已经作出决定")
    with factories.committed() as session:
        set_status(session, stage, "INVESTIGATING")
    do(
        cosigning.add, stage.task("wt_verify").id, stage.people["town_water_clerk"],
        to_account_id=stage.people["town_leader"].id, position="before", reason="请一起看看",
    )  # fmt: skip
    refused(stage, "加签")


def test_what_money_hangs_on_stays(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    columns: dict[str, Any] = {
        "number": "B-1", "case_id": stage.case_id, "payee_name": "甲", "payee_identity": "1", "item_code": "water",
        "item_name": "补助", "department": "water", "region_code": VILLAGE, "county_code": YANSHAN, "category": "",
        "monthly": 100, "persons": [], "person_count": 1, "bank_name": "", "account_holder": "", "account_no": "",
        "holder_relation": "本人", "start_month": "2026-12", "paid_from": "2026-12", "granted_at": clocks.now(),
        "changed_at": clocks.now(),
    }  # fmt: skip
    with factories.committed() as session:
        session.add(Benefit(**columns))
    refused(stage, "资金")


def set_status(session: Session, stage: Stage, status: str) -> None:
    session.execute(update(Case).where(Case.id == stage.case_id).values(status=status))


def steps_of(element_id: str) -> dict[str, Any]:
    """The usual answers of a step."""
    return dict(steps.USUAL[element_id][1])
