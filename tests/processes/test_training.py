"""找培训 (domain B5): from the wish to learn to a certificate, or to a close that says why not."""

from typing import Any

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM = PROCESS = "training"
ONCE_MORE = {"visitResult": "需再训", "visitNote": "这次没有空，下次想参加"}
TOO_LATE = "您已经报到参加培训，不能再撤回。不想继续的，请在回访时告诉工作人员，或者打电话 12345"


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def skip_round(stage: Stage, arranged_by: str = "tr_org", course: dict[str, Any] | None = None, **visit: Any) -> None:
    """A round passes in which the citizen says no to the course and is visited."""
    stage.do(arranged_by, **(course or {}))
    stage.do("tr_confirm", joinCourse="不参加", declineReason="农忙走不开")
    stage.do("tr_visit", **{**ONCE_MORE, "satisfaction": None, "employedAfter": None, **visit})


# acceptance


def test_a_wish_to_learn_is_pushed_to_the_county_and_accepted_within_a_working_day(stage: Stage) -> None:
    case = stage.raise_hand()
    assert (case.state, case.status) == ("active", "SUBMITTED")
    task = stage.task("tr_accept")
    assert (task.role_key, task.region_code, task.due_at) == ("county_hr_clerk", "532622", at("2026-11-17", "24:00"))
    assert stage.told("county_hr_clerk", "T01") == [said("T01", step="受理培训申请", date="11月17日")]
    assert stage.told("citizen") == [said("M01", date="5月15日")]
    stage.do("tr_accept")
    assert (stage.case().status, stage.case().accepted_at) == ("ACCEPTED", at("2026-11-16"))
    assert stage.told("citizen", "M02") == [said("M02")]


def test_submitted_on_friday_before_a_make_up_saturday_it_is_due_on_that_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-10-09", "16:00"))
    stage.raise_hand()
    assert stage.task("tr_accept").due_at == at("2026-10-10", "24:00")


def test_the_working_day_of_acceptance_is_not_a_holiday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.raise_hand()
    assert stage.task("tr_accept").due_at == at("2026-10-08", "24:00")


def test_more_than_three_courses_cannot_be_wished_for(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(intentCourses=["电工", "焊工", "家政", "养殖"])
    assert refusal.value.problems == {"intentCourses": ["最多选 3 项，现在是 4 项"]}


def test_who_has_used_up_the_subsidised_training_of_the_year_is_refused_with_reason_and_basis(stage: Stage) -> None:
    stage.raise_hand()
    reason = "今年已经参加过两次补贴性培训，次数已用完"
    with pytest.raises(Invalid) as refusal:
        stage.do("tr_accept", quotaUsed=True, inScope=False, rejectReasonCode="NR04", rejectReason="已用完")
    assert set(refusal.value.problems) == {"rejectReason", "rejectBasis"}
    stage.do(
        "tr_accept", quotaUsed=True, inScope=False, rejectReasonCode="NR04", rejectReason=reason,
        rejectBasis="省职业培训补贴办法第八条",
    )  # fmt: skip
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def test_a_correction_brings_the_case_back_to_the_clerk(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.do("co_correct")
    assert (stage.open_tasks(), stage.case().status) == (["tr_accept"], "SUBMITTED")
    stage.do("tr_accept")
    assert stage.open_tasks() == ["tr_org"]


def test_a_correction_that_never_comes_ends_the_case(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")
    assert stage.overdue() == []


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为申请的事项已终止")


# the rounds


def test_who_completes_the_course_gets_the_certificate_and_is_told_of_work(stage: Stage) -> None:
    stage.bring_to("tr_visit")
    stage.do("tr_visit")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已完成培训")
    assert stage.told("citizen", "M53") == [said("M53", course="电工", certificate="ZS2026-0117")]


def test_without_any_plan_it_is_recommended_and_mobilised_in_both_rounds(stage: Stage) -> None:
    stage.raise_hand(intentCourses=["焊工"])
    stage.do("tr_accept")
    for number in (1, 2):
        assert (stage.open_tasks(), stage.case().variables["round"]) == (["tr_mobilise"], number)
        skip_round(stage, "tr_mobilise")
    assert stage.open_tasks() == ["tr_close"]


def test_no_plan_in_round_1_and_a_plan_in_round_2_then_it_stops(stage: Stage) -> None:
    """Domain G.3 #13: recommended, then organised, as enrolment has begun meanwhile; there is no third round."""
    stage.raise_hand(intentCourses=["家政"])
    stage.do("tr_accept")
    assert stage.open_tasks() == ["tr_mobilise"]
    stage.let_pass(until=at("2026-11-18", "10:00"))
    stage.do("tr_mobilise")
    stage.do("tr_confirm", joinCourse="不参加", declineReason="不想学养殖")
    stage.clock.move_to(at("2026-12-01", "10:00"))
    stage.do("tr_visit", **ONCE_MORE, visitOn="2026-12-01", satisfaction=None, employedAfter=None)
    assert stage.open_tasks() == ["tr_org"]
    skip_round(stage, course={"planNo": "PX-2026-102", "courseName": "家政"})
    assert (stage.open_tasks(), stage.case().variables["round"]) == (["tr_close"], 2)


def test_only_a_household_without_any_work_gets_a_third_round(stage: Stage) -> None:
    """Domain G.3 #13: third only for zeroEmployment."""
    stage.raise_hand(householdJobless=True)
    stage.do("tr_accept")
    assert stage.open_tasks() == ["tr_org", "tr_zero"]
    assert stage.task("tr_zero").due_at == at("2026-11-23", "24:00")
    stage.do("tr_zero")
    for _ in range(2):
        skip_round(stage)
    assert (stage.open_tasks(), stage.case().variables["round"]) == (["tr_org"], 3)
    skip_round(stage)
    assert stage.open_tasks() == ["tr_close"]


def test_a_household_that_proves_to_have_work_gets_two_rounds(stage: Stage) -> None:
    stage.raise_hand(householdJobless=True)
    stage.do("tr_accept")
    stage.do("tr_zero", workersEmployed=1, zeroEmployment=False)
    for _ in range(2):
        skip_round(stage)
    assert stage.open_tasks() == ["tr_close"]


def test_a_check_of_the_household_that_is_late_is_made_at_the_second_visit(stage: Stage) -> None:
    stage.raise_hand(householdJobless=True)
    stage.do("tr_accept")
    skip_round(stage)
    with pytest.raises(Invalid) as refusal:
        skip_round(stage)
    assert set(refusal.value.problems) == {"zeroAtVisit"}
    stage.do("tr_visit", **ONCE_MORE, satisfaction=None, employedAfter=None, zeroAtVisit=True)
    assert (stage.open_tasks(), stage.case().variables["round"]) == (["tr_org", "tr_zero"], 3)


def test_the_check_of_the_household_does_not_hold_up_the_end(stage: Stage) -> None:
    stage.raise_hand(householdJobless=True)
    stage.do("tr_accept")
    for step in ("tr_org", "tr_confirm", "tr_class", "tr_visit"):
        stage.do(step)
    assert (stage.case().outcome, stage.task("tr_zero").state) == ("COMPLETED", "canceled")


def test_who_will_not_go_on_is_closed_by_the_reviewer_with_an_explanation(stage: Stage) -> None:
    stage.bring_to("tr_close")
    task = stage.task("tr_close")
    assert (task.role_key, task.due_at) == ("county_hr_reviewer", at("2026-11-18", "24:00"))
    stage.do("tr_close")
    text = "您表示今年不再参加培训，已按您的意愿办结"
    assert outcome(stage.case()) == ("ended", "COMPLETED", f"未参加培训：{text}")
    assert stage.told("citizen", "M54") == [said("M54", text=text)]


# what may happen at any time


@pytest.mark.parametrize("element_id", ["tr_accept", "co_correct", "tr_org", "tr_confirm", "tr_class"])
def test_the_citizen_may_withdraw_until_the_course_has_begun(stage: Stage, element_id: str) -> None:
    stage.bring_to(element_id)
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")
    assert (stage.open_tasks(), stage.told("citizen", "M16")) == ([], [said("M16")])


def test_who_has_come_to_the_course_cannot_withdraw(stage: Stage) -> None:
    stage.bring_to("tr_visit")
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    assert refusal.value.notice == TOO_LATE
    stage.refused("tr_end_too_late", refusal.value)


def test_the_citizen_may_urge(stage: Stage) -> None:
    stage.bring_to("tr_org")
    stage.clock.move_to(at("2026-11-18", "10:00"))
    stage.urge()
    assert len(stage.told("county_hr_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    with pytest.raises(Conflict):
        stage.urge()


def test_the_one_who_has_the_task_is_told_of_supervision(stage: Stage) -> None:
    stage.bring_to("tr_org")
    demand = "请在三个工作日内安排好课程"
    stage.supervise(orderDemand=demand)
    assert stage.told("county_hr_clerk", "T04") == [said("T04", demand=demand, date="11月19日")]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
