"""控辍保学 (domain B8): from the report to a child who stays at school, or to what the law allows instead."""

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid, NotAllowed, NotFound
from tests.processes import lifting, sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "dropout"
NO_PENALTY = {
    **dict.fromkeys(["penaltyBasis", "caseFiledOn", "penaltyKind", "penaltyNoticeNo", "penaltyNoticeOn", "penaltyBy"]),
    "hasPenaltyBasis": False,
    "noBasisOpinion": "本省没有罚款的规定，建议起诉",
}
TOO_LATE = "您反映的情况已经核实，教育部门会继续劝返，不能再撤回。有新的情况请打电话 12345"


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def keep_to_the_end(stage: Stage) -> None:
    """Three visits of the school, and all is well."""
    for day in ("2026-11-23", "2026-12-16", "2027-01-15"):
        stage.let_pass(until=at(day, "24:00"))
        stage.do("do_keep")


# how it ends


def test_a_child_who_returns_after_the_talks_and_stays_is_the_good_end(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    keep_to_the_end(stage)
    task = stage.task("do_close")
    assert (task.role_key, task.due_at) == ("county_edu_reviewer", at("2027-01-19", "24:00"))
    stage.do("do_close")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "学生已返校并稳定就读")
    assert stage.told("citizen", "M95") == [said("M95", result="学生已返校并稳定就读")]


def test_who_cannot_study_for_reasons_of_health_is_not_persuaded_at_all(stage: Stage) -> None:
    """Domain G.3 #16: no step 1 to 4, but the approval of a delay, a leave or teaching at home."""
    stage.bring_to("do_health")
    assert stage.open_tasks() == ["do_health"]
    stage.do("do_health")
    assert stage.open_tasks() == ["do_close"]
    stage.do("do_close", closeKind="休学", closeText="已依法批准休学")
    assert stage.case().outcome == "COMPLETED"
    assert all(stage.tasks(step) == [] for step in ("do_s1", "do_s2", "do_s3", "do_s4"))


def test_a_leave_that_is_not_approved_leads_to_the_four_steps(stage: Stage) -> None:
    stage.bring_to("do_health")
    stage.do(
        "do_health", healthDecision="不批准", healthKind=None, healthFrom=None, healthTo=None,
        healthOpinion="病历显示可以到校上学，不予批准",
    )  # fmt: skip
    assert stage.open_tasks() == ["do_s1"]


@pytest.mark.parametrize("result", ["不属实", "超龄"])
def test_what_proves_untrue_is_explained_without_the_childs_name(stage: Stage, result: str) -> None:
    stage.bring_to("do_accept")
    stage.do("do_accept", acceptResult=result)
    task = stage.task("do_end")
    assert (task.role_key, task.due_at) == ("county_edu_clerk", at("2026-11-18", "24:00"))
    text = "经核实，学生一直在校就读"
    stage.do("do_end")
    assert outcome(stage.case()) == ("ended", "COMPLETED", f"不属实或不在范围：{text}")
    assert stage.told("citizen", "M96") == [said("M96", text=text)]


def test_a_child_who_was_found_at_school_ends_the_case_too(stage: Stage) -> None:
    stage.bring_to("do_move")
    stage.do("do_move")
    assert stage.open_tasks() == ["do_end"]


def test_a_report_that_stays_unclear_ends(stage: Stage) -> None:
    stage.bring_to("do_accept")
    stage.do("do_accept", acceptResult="补正", correctionList="请写明学生家在哪个村小组")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补充情况，办理终止")
    assert stage.overdue() == []


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的诉求已终止")


# what goes on beside the four steps


def test_child_labour_is_told_to_the_labour_office_and_holds_nothing_up(stage: Stage) -> None:
    stage.bring_to("do_verify")
    stage.do("do_verify", childLabour=True, employer="某砖厂")
    assert stage.case().variables["dropoutKind"]["kind"] == "童工"
    assert stage.open_tasks() == ["do_labour", "do_s1"]
    task = stage.task("do_labour")
    assert (task.role_key, task.due_at) == ("county_hr_clerk", at("2026-11-23", "24:00"))
    stage.do("do_labour")
    assert stage.open_tasks() == ["do_s1"]


def test_a_poor_family_is_referred_to_aid_at_the_same_time(stage: Stage) -> None:
    stage.bring_to("do_verify")
    stage.do("do_verify", familyPoor=True)
    assert stage.open_tasks() == ["do_poor", "do_s1"]
    task = stage.task("do_poor")
    assert (task.role_key, task.region_code) == ("town_office", "532622101")
    stage.do("do_poor")
    stage.do("do_s1", s1Result="已返校", orderBy=None)
    assert stage.open_tasks() == ["do_return"]


def test_a_family_that_is_lifted_up_becomes_a_clue_of_the_countys_office(stage: Stage) -> None:
    stage.bring_to("do_verify")
    stage.do("do_verify", familyPoor=True)
    stage.do("do_poor", aidKinds=["教育资助", "政府托举"])
    [clue] = lifting.apart("gov_lift")
    told = stage.case().variables
    assert (clue.applicant_name, clue.applicant_identity) == (told["guardianName"], ""), "not whoever reported it"
    assert clue.region_code == told["problemRegion"]
    assert clue.variables["riskCode"] == "DROPOUT" and stage.case().case_no in clue.variables["riskText"]
    assert clue.variables["originCaseNo"] == stage.case().case_no
    assert stage.open_tasks() == ["do_s1"]


def test_a_referral_that_is_not_finished_does_not_hold_up_the_end(stage: Stage) -> None:
    stage.bring_to("do_verify")
    stage.do("do_verify", familyPoor=True)
    stage.do("do_s1", s1Result="已返校", orderBy=None)
    stage.do("do_return")
    keep_to_the_end(stage)
    stage.do("do_close")
    assert (stage.case().outcome, stage.task("do_poor").state) == ("COMPLETED", "canceled")


# the child returns


@pytest.mark.parametrize("element_id", ["do_s1", "do_s2", "do_s2_2", "do_s3", "do_s4"])
def test_a_child_who_returns_during_any_step_is_placed_at_once(stage: Stage, element_id: str) -> None:
    stage.bring_to("do_s1")
    for step in ("do_s1", "do_s2", "do_s2_2", "do_s3"):
        if element_id in stage.open_tasks():
            break
        stage.do(step, **(NO_PENALTY if step == "do_s3" else {}))
        stage.let_pass(until=at("2026-11-23", "24:00"))
    assert element_id in stage.open_tasks()
    stage.hear("CHILD_RETURNED", "school_staff", returnedOn="2026-11-24", returnedNote="今天到校")
    assert stage.open_tasks() == ["do_return"]


def test_only_the_school_and_the_education_office_may_say_that_a_child_returned(stage: Stage) -> None:
    stage.bring_to("do_s1")
    with pytest.raises(NotAllowed):
        stage.hear("CHILD_RETURNED", "county_edu_reviewer", returnedOn="2026-11-16")
    with pytest.raises(NotFound):
        stage.hear("CHILD_RETURNED", "stranger", returnedOn="2026-11-16")
    assert stage.open_tasks() == ["do_s1"]


def test_who_reports_a_child_may_report_another_and_each_child_once(stage: Stage) -> None:
    first = stage.raise_hand()
    second = stage.raise_hand(childName="学生乙", childIdNo=None)
    assert stage.numbers() == [first.case_no, second.case_no]
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(childName="学生乙", childIdNo=None)
    assert refusal.value.notice.startswith("申请人已有在办的同一事项")
    assert len(stage.numbers()) == 2


def test_a_child_who_leaves_again_within_the_term_is_ordered_back(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    stage.do("do_keep", keepResult="再次失学", absentDays=5)
    assert stage.open_tasks() == ["do_s2"]


def test_a_child_who_leaves_after_the_term_is_talked_to_again(stage: Stage) -> None:
    stage.bring_to("do_return")
    stage.do("do_return")
    for day in ("2026-11-23", "2026-12-16"):
        stage.let_pass(until=at(day, "24:00"))
        stage.do("do_keep")
    stage.let_pass(until=at("2027-01-15", "24:00"))
    stage.do("do_keep", keepResult="再次失学", absentDays=5)
    assert stage.open_tasks() == ["do_s1"]


# what is protected


def test_nobody_is_told_the_childs_name(stage: Stage) -> None:
    stage.bring_to("do_end")
    stage.do("do_end")
    told = [text for who in ("citizen", "county_edu_clerk", "town_edu_clerk") for text in stage.told(who)]
    assert told and not any("学生甲" in text or "监护人甲" in text for text in told)


def test_a_teacher_names_school_and_class(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(reporterType="班主任")
    assert set(refusal.value.problems) == {"schoolName", "grade", "className"}
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(childAge=19)
    assert set(refusal.value.problems) == {"childAge"}
    stage.raise_hand(reporterType="班主任", schoolName="江那镇中学", grade="初二", className="3 班")
    assert stage.open_tasks() == ["do_accept"]


# what may happen at any time


def test_the_reporter_may_withdraw_until_it_is_verified(stage: Stage) -> None:
    stage.bring_to("do_verify")
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_what_is_verified_is_not_withdrawn(stage: Stage) -> None:
    stage.bring_to("do_s1")
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    assert refusal.value.notice == TOO_LATE
    stage.refused("do_end_too_late", refusal.value)


def test_the_reporter_may_urge_and_supervision_is_told(stage: Stage) -> None:
    stage.bring_to("do_accept")
    stage.urge()
    assert len(stage.told("county_edu_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_edu_clerk", "T04")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
