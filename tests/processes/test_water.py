"""农村饮水安全 (domain B7): every branch from the raised hand to the call that asks whether the water is back."""

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid, NotFound
from tests.factories import JIANGNA
from tests.processes.sentences import said
from tests.processes.stage import PINGYUAN, VILLAGE, Stage, at

PROCESS, CHAPTERS = "water", ("water_solve",)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


# from the raised hand to the county


REFUSED = {"rejectReasonCode": "NR01", "rejectBasis": "《运行管理办法》第四条"}


def test_a_raised_hand_is_pushed_to_the_county_at_once_and_the_citizen_gets_a_number(stage: Stage) -> None:
    case = stage.raise_hand()
    assert (case.state, case.status, case.outcome) == ("active", "SUBMITTED", None)
    task = stage.task("wt_take")
    assert (task.role_key, task.region_code, task.due_at) == ("county_water_clerk", "532622", at("2026-11-17"))
    assert stage.told("citizen") == [said("M01", date="11月26日")]
    assert stage.told("county_water_clerk", "T01") == [said("T01", step="是否接单", date="11月17日")]


def test_a_case_outside_the_scope_is_refused_with_a_reason_that_the_citizen_reads(stage: Stage) -> None:
    stage.raise_hand()
    reason = "反映的是企业生产用水，不属农村饮水安全"
    assert stage.do("wt_take", inScope=False, **REFUSED, rejectReason=reason)
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def test_a_reason_of_four_characters_is_not_enough(stage: Stage) -> None:
    stage.raise_hand()
    with pytest.raises(Invalid) as refusal:
        stage.do(
            "wt_take",
            inScope=False,
            rejectReasonCode="NR01",
            rejectBasis="《运行管理办法》第四条",
            rejectReason="不归我管",
        )
    assert set(refusal.value.problems) == {"rejectReason"}
    assert (stage.open_tasks(), stage.case().outcome) == (["wt_take"], None)


def test_only_the_countys_water_clerk_takes_the_case(stage: Stage) -> None:
    stage.raise_hand()
    for who in ("town_water_clerk", "county_office", "citizen"):
        with pytest.raises(Exception) as refusal:
            stage.complete(who, "wt_take", inScope=True, town=JIANGNA, urgency="一般")
        assert refusal.type.__name__ in ("NotFound", "NotAllowed")
    assert stage.open_tasks() == ["wt_take"]


def test_taken_on_sunday_night_the_24_hours_are_met_and_the_towns_clock_starts_on_monday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-11-14", "22:00"))
    stage.raise_hand()
    assert stage.task("wt_take").due_at == at("2026-11-15", "22:00")
    stage.let_pass(until=at("2026-11-15", "21:00"))
    stage.do("wt_take")
    assert stage.case().accepted_at == at("2026-11-15", "21:00")
    # Four working hours from Monday 08:30, with the office closed from 12:00 to 14:30.
    assert stage.task("wt_town_take").due_at == at("2026-11-16", "15:00")
    stage.let_pass(until=at("2026-11-16", "14:59"))
    assert stage.overdue() == []
    stage.let_pass(until=at("2026-11-16", "15:00"))
    assert [record.element_id for record in stage.overdue()] == ["wt_town_take"]


def test_a_holiday_does_not_count_as_working_days_but_a_make_up_saturday_does(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.bring_to("wt_verify")
    # National Day is from 1 to 7 October, so the two working days are the 8th and the 9th.
    assert stage.task("wt_verify").due_at == at("2026-10-09", "24:00")
    stage.clock.move_to(at("2026-10-09", "10:00"))
    stage.do("wt_verify", visitAt="2026-10-09")
    assert stage.task("wt_solve").due_at == at("2026-10-15", "24:00")


# correction


def test_a_correction_is_asked_for_once_and_completely_and_the_clock_stands_still_meanwhile(stage: Stage) -> None:
    stage.bring_to("co_correct")
    case = stage.case()
    assert (case.status, case.clock_stopped_at, case.accepted_at) == ("CORRECTION", at("2026-11-16"), None)
    assert stage.told("citizen", "M03") == [said("M03", list="请写明村小组和门牌", date="11月30日")]
    stage.let_pass(until=at("2026-11-20", "09:00"))
    stage.do("co_correct")
    case = stage.case()
    assert (case.status, case.clock_stopped_at, case.stopped_seconds) == ("SUBMITTED", None, 4 * 86400)
    # Four working days were lost, so four are given back.
    assert case.promised_at == at("2026-12-02", "24:00")
    assert stage.task("wt_take").due_at == at("2026-11-21", "09:00")


def corrected_twice(stage: Stage) -> None:
    """The clerk asks for a third correction."""
    stage.raise_hand()
    for _ in range(2):
        stage.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
        stage.do("co_correct")
    stage.do("wt_take", needCorrection=True, correctionList="请拍一张水管破损处的照片")


def test_a_third_correction_needs_the_leader_of_the_department(stage: Stage) -> None:
    corrected_twice(stage)
    task = stage.task("co_leader")
    assert (task.role_key, task.due_at) == ("county_water_approver", at("2026-11-17", "24:00"))
    assert (stage.open_tasks(), stage.case().status) == (["co_leader"], "SUBMITTED")
    stage.do("co_leader")
    assert stage.open_tasks() == ["co_correct"]
    assert stage.told("citizen", "M03")[-1] == said("M03", list="请拍一张水管破损处的照片", date="11月30日")
    stage.do("co_correct")
    stage.do("wt_take", needCorrection=True, correctionList="请再拍一张近处的照片")
    assert stage.open_tasks() == ["co_leader"]


def test_without_the_leaders_consent_the_clerk_decides_on_what_there_is(stage: Stage) -> None:
    corrected_twice(stage)
    reason = "位置已经清楚，请按现有材料办理"
    with pytest.raises(Invalid) as refusal:
        stage.do("co_leader", correctionDecision="不同意", correctionOpinion="不必")
    assert set(refusal.value.problems) == {"correctionOpinion"}
    stage.do("co_leader", correctionDecision="不同意", correctionOpinion=reason)
    assert stage.open_tasks() == ["wt_take"]
    assert stage.told("county_water_clerk", "T05") == [said("T05", step="再次补正", reason=reason)]
    assert len(stage.told("citizen", "M03")) == 2
    stage.do("wt_take")
    assert stage.open_tasks() == ["wt_town_take"]


def test_a_correction_that_never_comes_ends_the_case_after_ten_working_days(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-30", "23:59"))
    assert stage.open_tasks() == ["co_correct"]
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")
    assert (stage.open_tasks(), stage.task("co_correct").state) == ([], "canceled")
    assert len(stage.told("citizen", "M17")) == 1
    assert stage.overdue() == []


def test_the_citizen_is_reminded_of_the_correction_after_five_working_days(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-24", "08:29"))
    assert stage.told("citizen", "M18") == []
    stage.let_pass(until=at("2026-11-24", "08:30"))
    assert stage.told("citizen", "M18") == [said("M18", date="11月30日", correctionList="请写明村小组和门牌")]


# the town


def test_the_town_sends_a_case_back_once_and_the_county_chooses_again(stage: Stage) -> None:
    stage.bring_to("wt_redispatch")
    assert stage.task("wt_redispatch").role_key == "county_water_clerk"
    stage.do("wt_redispatch", town=PINGYUAN)
    assert stage.task("wt_town_take").region_code == PINGYUAN
    with pytest.raises(NotFound):
        stage.do("wt_town_take")
    with pytest.raises(Invalid) as refusal:
        stage.complete("other_town", "wt_town_take", townAccept=False, wrongTownReason="不是我们镇", remark="x")
    assert set(refusal.value.problems) == {"remark"}
    stage.complete("other_town", "wt_town_take", townAccept=False, wrongTownReason="不是我们镇的村子")
    assert stage.open_tasks() == ["wt_verify"]
    assert stage.task("wt_verify").region_code == PINGYUAN


def test_a_problem_that_is_not_true_is_looked_at_again_by_the_county_and_explained(stage: Stage) -> None:
    stage.bring_to("wt_not_true")
    assert stage.task("wt_not_true").due_at == at("2026-11-17", "24:00")
    stage.do("wt_not_true")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "核实不属实")
    assert stage.told("citizen", "M20") == [said("M20", text="现场核实供水正常，当日为计划检修停水")]


def test_a_partly_true_problem_is_solved_like_a_true_one(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.do("wt_verify", problemTrue="部分属实")
    assert stage.open_tasks() == ["wt_solve"]


def test_verified_on_tuesday_and_mended_on_monday_is_within_five_working_days(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.let_pass(until=at("2026-11-17", "10:00"))
    stage.do("wt_verify")
    assert stage.task("wt_solve").due_at == at("2026-11-24", "24:00")
    stage.let_pass(until=at("2026-11-23", "16:00"))
    stage.do("wt_solve", doneOn="2026-11-23")
    assert stage.told("citizen", "M23") == [said("M23", measure="维修供水设施、应急拉水送水")]
    assert stage.task("wt_confirm").due_at == at("2026-11-25", "24:00")
    stage.do("wt_confirm")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "问题已解决")
    assert stage.told("citizen", "M10") == [said("M10")]
    assert (stage.overdue(), stage.case().overdue_count) == ([], 0)


# works


def test_a_problem_that_needs_works_goes_on_for_long_with_a_log_every_month(stage: Stage) -> None:
    stage.bring_to("wt_plan_2")
    assert stage.case().status == "COUNTY_REVIEW"
    stage.do("wt_plan_2")
    assert stage.case().status == "LONG_TERM"
    assert stage.told("citizen", "M13") == [said("M13", measure="新建供水工程", date="2027年3月31日")]
    assert stage.tasks("wt_solve") == []
    assert stage.task("wt_long").due_at == at("2026-12-16", "24:00")
    stage.let_pass(until=at("2026-12-16", "15:00"))
    stage.do("wt_long")
    progress = "管道已经铺设一公里，进度正常"
    assert stage.told("citizen", "M22") == [said("M22", progress=progress, interim="继续拉水送水")]
    assert stage.task("wt_long").due_at == at("2027-01-15", "24:00")
    stage.let_pass(until=at("2027-01-15", "15:00"))
    stage.do("wt_long", interimSupply=False)
    assert stage.told("citizen", "M22")[-1] == said("M22", progress=progress, interim="不再拉水送水")
    stage.let_pass(until=at("2027-02-10", "15:00"))
    assert [record for record in stage.overdue() if record.element_id.startswith("wt_")] == []
    stage.do("wt_long", worksDone=True, progress="工程已经完工并通水验收")
    stage.do("wt_confirm")
    assert stage.case().outcome == "COMPLETED"


def test_a_month_without_a_log_is_recorded_as_overdue(stage: Stage) -> None:
    stage.bring_to("wt_long")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    late = [record for record in stage.overdue() if record.element_id.startswith("wt_")]
    assert [(record.element_id, record.due_at) for record in late] == [("wt_long", at("2026-12-16", "24:00"))]


def test_a_measure_that_turns_out_to_need_works_leads_to_a_plan(stage: Stage) -> None:
    stage.bring_to("wt_solve")
    stage.do("wt_solve", waterBack=False, turnsToWorks=True)
    assert stage.open_tasks() == ["wt_plan"]
    assert stage.task("wt_plan").region_code == JIANGNA


def test_a_plan_is_sent_back_until_the_reviewer_agrees(stage: Stage) -> None:
    stage.bring_to("wt_plan_2")
    stage.do("wt_plan_2", planDecision="退回修改", planOpinion="概算依据不足，请补充后再报")
    assert stage.open_tasks() == ["wt_plan"]
    stage.do("wt_plan")
    stage.do("wt_plan_2")
    assert stage.open_tasks() == ["wt_long"]


# the call


def test_unresolved_at_the_call_the_town_solves_once_more_and_then_the_county_itself(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    stage.do("wt_confirm", confirmResult="未解决", confirmNote="水还是时有时无")
    assert stage.open_tasks() == ["wt_solve"]
    stage.do("wt_solve")
    stage.do("wt_confirm", confirmResult="未解决", confirmNote="水还是时有时无")
    assert stage.open_tasks() == ["wt_county_solve"]
    assert stage.task("wt_county_solve").role_key == "county_water_clerk"
    stage.do("wt_county_solve")
    stage.do("wt_confirm")
    assert stage.case().outcome == "COMPLETED"


# what may happen at any time

BEFORE_IT_IS_AGREED = [
    "wt_take", "co_correct", "wt_town_take", "wt_redispatch", "wt_verify", "wt_not_true", "wt_plan", "wt_plan_2",
]  # fmt: skip
TOO_LATE = "您反映的问题已经同意解决、正在落实，不能再撤回。有新情况请打电话 12345"


def withdrawable(stage: Stage) -> bool:
    with reading() as session:
        return cases.may_withdraw(session, stage.case(), stage.people["citizen"])


def test_the_citizen_may_withdraw_while_a_third_correction_is_considered(stage: Stage) -> None:
    corrected_twice(stage)
    stage.withdraw()
    assert stage.case().outcome == "WITHDRAWN"


@pytest.mark.parametrize("element_id", BEFORE_IT_IS_AGREED)
def test_the_citizen_may_withdraw_until_it_is_agreed_what_will_be_done(stage: Stage, element_id: str) -> None:
    stage.bring_to(element_id)
    assert withdrawable(stage)
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")
    assert (stage.open_tasks(), stage.task(element_id).state) == ([], "canceled")
    assert stage.told("citizen", "M16") == [said("M16")]
    assert not withdrawable(stage)


@pytest.mark.parametrize("element_id", ["wt_solve", "wt_long", "wt_confirm"])
def test_what_is_agreed_and_under_way_is_not_withdrawn(stage: Stage, element_id: str) -> None:
    stage.bring_to(element_id)
    assert not withdrawable(stage)
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    assert refusal.value.notice == TOO_LATE
    stage.refused("wt_end_too_late", refusal.value)
    assert (stage.case().state, stage.open_tasks()) == ("active", [element_id])
    assert stage.told("citizen", "M16") == stage.told("town_water_clerk", "T12") == []


def test_a_plan_for_works_after_measures_that_did_not_help_does_not_make_it_withdrawable_again(stage: Stage) -> None:
    stage.bring_to("wt_solve")
    stage.do("wt_solve", waterBack=False, turnsToWorks=True)
    assert (stage.open_tasks(), withdrawable(stage)) == (["wt_plan"], False)


def test_a_plan_that_was_sent_back_is_not_agreed(stage: Stage) -> None:
    stage.bring_to("wt_plan_2")
    stage.do("wt_plan_2", planDecision="退回修改", planOpinion="概算依据不足，请补充后再报")
    assert (stage.case().status, withdrawable(stage)) == ("COUNTY_REVIEW", True)


def test_nobody_but_the_applicant_may_withdraw(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    with reading() as session:
        others = ("stranger", "town_water_clerk", "county_office")
        assert not any(cases.may_withdraw(session, stage.case(), stage.people[who]) for who in others)


def test_whoever_has_the_task_is_told_that_the_citizen_has_withdrawn(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.withdraw()
    assert stage.told("town_water_clerk", "T12") == [said("T12")]
    with pytest.raises(Conflict):
        stage.do("wt_verify")


def test_the_citizen_may_urge_again_and_again_and_the_case_goes_on(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        stage.clock.move_to(at(day, "10:00"))
        stage.urge()
    assert len(stage.told("town_water_clerk", "T06")) == len(stage.told("citizen", "M30")) == 3
    assert (stage.case().urge_count, stage.open_tasks()) == (3, ["wt_verify"])
    with pytest.raises(Conflict):
        stage.urge()


def test_the_one_who_has_the_task_is_told_that_supervision_was_opened(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.supervise("pref_water_supervisor", orderDemand="请一并说明管网的状况")
    assert stage.told("town_water_clerk", "T04") == [
        said("T04", demand="请在三个工作日内解决停水问题", date="11月19日"),
        said("T04", demand="请一并说明管网的状况", date="11月19日"),
    ]
    assert "wt_verify" in stage.open_tasks()
    assert stage.case().supervised


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为反映的事项已终止")


def test_the_village_must_exist(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(problemRegion=VILLAGE[:-1] + "9")
    assert set(refusal.value.problems) == {"problemRegion"}


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
