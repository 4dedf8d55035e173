"""农村危房改造, accepted and graded (domain B6 #4–5): two assessors, each part, A to D."""

from typing import Any

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.mended import REPAIR, graded, outcome
from tests.processes.stage import Stage, at

ITEM, PROCESS = "house", "house_grade"
PART = ["partBase", "partWall", "partColumn", "partBeam", "partRoof", "partFloor", "partOther"]


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_housing_accepts_within_two_working_days_and_says_when_the_assessors_come(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    task = stage.task("hs_accept")
    assert (task.role_key, task.due_at, stage.case().status) == (
        "county_housing_clerk", at("2026-11-18", "24:00"), "SUBMITTED",
    )  # fmt: skip
    stage.do("hs_accept")
    task = stage.task("hs_grade")
    assert (task.role_key, task.region_code, task.due_at) == (
        "third_party_assessor",
        "532622",
        at("2026-11-30", "24:00"),
    )
    assert stage.case().accepted_at == at("2026-11-16")
    assert stage.told("citizen", "M140") == [said("M140", date="11月30日")]


def test_ten_working_days_of_grading_leave_out_new_year(stage: Stage) -> None:
    stage.let_pass(until=at("2026-12-25", "10:00"))
    stage.bring_to("hs_grade")
    assert stage.task("hs_grade").due_at == at("2027-01-11", "24:00")


@pytest.mark.parametrize(
    ("grade", "mode", "days"),
    [
        (REPAIR, "修缮加固", 90),
        ({}, "拆除重建", 180),
        ({"houseGrade": "无房", "expertStrengthen": None, "seismic": None, **dict.fromkeys(PART)}, "新建", 180),
    ],
)
def test_the_grade_says_how_the_house_is_made_safe(stage: Stage, grade: dict[str, Any], mode: str, days: int) -> None:
    graded(stage, **grade)
    found = stage.case().variables["houseMode"]
    assert (found["mode"], found["next"], found["worksDays"]) == (mode, "纳入", days)
    written = "无房" if mode == "新建" else f"{grade.get('houseGrade', 'D')}级"
    assert stage.told("citizen", "M141") == [said("M141", grade=written, text=f"改造方式为{mode}")]
    assert stage.open_tasks() == ["hs_appraise"]


def test_a_house_of_grade_d_is_strengthened_only_with_the_opinion_of_experts(stage: Stage) -> None:
    stage.bring_to("hs_grade")
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_grade", expertStrengthen=True)
    assert set(refusal.value.problems) == {"expertOpinionFile"}
    stage.do("hs_grade", expertStrengthen=True, expertOpinionFile=[stage.file("third_party_assessor")])
    stage.do("hs_grade_2")
    assert stage.case().variables["houseMode"]["mode"] == "修缮加固"


def test_one_assessor_and_two_photos_are_too_few(stage: Stage) -> None:
    stage.bring_to("hs_grade")
    alone = [{"assessorName": "鉴定员甲", "assessorNo": "JD-0001"}]
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_grade", assessors=alone, gradePhotos=[stage.file("third_party_assessor")])
    assert set(refusal.value.problems) == {"assessors", "gradePhotos"}


def test_a_report_that_cannot_be_used_goes_back_and_the_ten_days_run_on(stage: Stage) -> None:
    stage.bring_to("hs_grade_2")
    assert stage.task("hs_grade_2").due_at == at("2026-11-18", "24:00")
    stage.let_pass(until=at("2026-11-18", "10:00"))
    stage.do("hs_grade_2", gradeDecision="退回", gradeOpinion="缺少屋面的照片，请补拍后再交")
    assert stage.task("hs_grade").due_at == at("2026-11-30", "24:00")
    stage.let_pass(until=at("2026-11-27", "10:00"))
    stage.do("hs_grade")
    assert stage.task("hs_grade_2").due_at == at("2026-11-30", "24:00")


def test_who_has_a_safe_house_is_not_accepted_or_the_reason_is_written(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_accept", townHouse=True)
    assert set(refusal.value.problems) == {"exceptionReason"}
    reason = "您家在县城购买了商品房，房屋安全"
    stage.do(
        "hs_accept", townHouse=True, inScope=False, rejectReasonCode="HS03", rejectReason=reason,
        rejectBasis="建村〔2021〕35号",
    )  # fmt: skip
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M04") == [said("M04", reason=reason)]


def test_papers_are_corrected_or_the_case_ends(stage: Stage) -> None:
    stage.bring_to("hs_accept")
    stage.do("hs_accept", needCorrection=True, correctionList="请重拍屋内的照片")
    stage.do("co_correct")
    assert stage.open_tasks() == ["hs_accept"]
    stage.do("hs_accept", needCorrection=True, correctionList="屋内的照片仍然看不清")
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
