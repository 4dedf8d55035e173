"""大病专项救治 (domain B11): from the diagnosis to a designated hospital and the word of what was done there."""

from typing import Any

import pytest

from engine import clock as engine_clock
from engine import settings
from engine.casework import cases, offered
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.processes import sentences
from tests.processes.stage import Stage, at

PROCESS = ITEM = "major_treat"
AGAIN = {"needCorrection": True, "correctionList": "请重拍诊断证明", "correctionBasis": "大病专项救治办理流程"}
NOT_FOUND = {
    "hospitalFound": False,
    "icd10": None,
    "notFoundAdvice": "检查结果不支持原诊断，建议定期复查",
    "notFoundBasis": "大病专项救治办理流程",
}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def decided(decision: str, **given: Any) -> Any:
    rows = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).decisions["major_check"]
    return rows.decide(decision, {"county": "532622", **given})


def test_the_county_accepts_within_a_working_day_over_the_holiday_too(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.raise_hand()
    task = stage.task("mt_accept")
    # National Day is from 1 to 7 October.
    assert (task.role_key, task.due_at) == ("county_health_clerk", at("2026-10-08", "24:00"))


def test_the_emergency_line_stands_above_all_that_begins_it(stage: Stage) -> None:
    with reading() as session:
        assert "急危重症请直接" in offered.banner(session, ITEM)


def test_what_is_not_accepted_is_told_without_its_reason(stage: Stage) -> None:
    stage.raise_hand()
    reason = "申请的病种不在清单内，可以申请大病救助"
    stage.do("mt_accept", inScope=False, rejectReasonCode="NR01", rejectReason=reason, rejectBasis="办理流程")
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M70") == [said("M70")]


def test_an_unreadable_proof_is_asked_for_again_until_it_is_too_late(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("mt_accept", **AGAIN)
    stage.do("co_correct")
    stage.do("mt_accept", **AGAIN)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_designated_hospital_is_named_to_the_patient_and_calls_within_two_days(stage: Stage) -> None:
    stage.bring_to("mt_contact")
    gaps = {"hospital": "砚山县人民医院", "contact": "医务科 13900000010"}
    assert stage.told("citizen", "M79") == [said("M79", **gaps)]
    task = stage.task("mt_contact")
    assert (task.role_key, task.region_code, task.due_at) == ("county_hospital", "532622", at("2026-11-18", "24:00"))
    assert stage.case().accepted_at == at("2026-11-16")


def test_the_hospital_has_five_working_days_to_confirm_and_five_to_plan(stage: Stage) -> None:
    stage.bring_to("mt_plan")
    assert stage.task("mt_confirm").due_at == stage.task("mt_plan").due_at == at("2026-11-23", "24:00")


def test_what_is_not_confirmed_is_refused_with_the_way_to_object(stage: Stage) -> None:
    stage.bring_to("mt_confirm")
    stage.do("mt_confirm", **NOT_FOUND)
    assert outcome(stage.case()) == ("ended", "REJECTED", NOT_FOUND["notFoundAdvice"])
    assert stage.told("citizen", "M71") == [said("M71")]


def test_whom_nobody_finds_is_told_and_the_case_ends(stage: Stage) -> None:
    stage.bring_to("mt_contact")
    stage.do("mt_contact", patientReached=False, contactTries=3, hospitalDoctor=None)
    stage.do("mt_visit", patientFound=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "多次联系不上患者，办理终止")


def test_the_result_is_told_and_follow_ups_begin_without_the_disease(stage: Stage) -> None:
    stage.bring_to("mt_feedback_2")
    stage.do("mt_feedback_2")
    assert stage.case().outcome == "COMPLETED"
    assert stage.told("citizen", "M90") == [said("M90", hospital="砚山县人民医院")]
    assert stage.companion("major_follow").state == "active"
    told = [text for who in stage.people for text in stage.told(who)]
    assert [text for text in [*told, stage.case().outcome_text or ""] if "胃癌" in text] == []


def test_the_patient_may_withdraw_until_a_hospital_has_taken_them_in(stage: Stage) -> None:
    stage.bring_to("mt_plan")
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_who_has_been_taken_in_is_not_withdrawn(stage: Stage) -> None:
    stage.bring_to("mt_feedback")
    with reading() as session:
        assert not cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    with pytest.raises(Invalid) as refusal:
        stage.withdraw()
    stage.refused("mt_end_too_late", refusal.value)


def test_the_patient_may_urge_and_supervision_is_told_to_the_clerk(stage: Stage) -> None:
    stage.raise_hand()
    stage.urge()
    assert len(stage.told("county_health_clerk", "T06")) == len(stage.told("citizen", "M30")) == 1
    stage.supervise()
    assert len(stage.told("county_health_clerk", "T04")) == 1


def test_a_proxy_without_consent_ends_the_case(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=False)
    assert outcome(stage.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的申请已终止")


# the list of diseases


@pytest.mark.usefixtures("stage")
def test_the_form_offers_the_36_of_the_list_of_which_six_are_not_verified() -> None:
    rows = decided("major_list")
    form = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).forms["major_treat_apply"]
    offered = next(field for field in form.fields if field.key == "majorDisease")
    assert [option.value for option in offered.options] == [row["disease"] for row in rows]
    assert (len(rows), len([row for row in rows if not row["verified"]])) == (36, 6)


@pytest.mark.usefixtures("stage")
def test_the_clerk_is_told_what_is_unverified_and_what_is_not_in_force() -> None:
    with engine_clock.pinned_at(at("2026-11-16")):
        found = [decided("major_check", majorDisease=name) for name in ("胃癌", "脑梗死", "感冒")]
    assert [(one["listed"], one["verified"]) for one in found] == [(True, True), (True, False), (False, False)]
    with engine_clock.pinned_at(at("2020-12-31")):
        assert decided("major_check", majorDisease="胃癌")["listed"] is False


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
