"""慢病健康管理 (domain B10): from the diagnosis to the contract with a family doctor."""

from typing import Any

import pytest

from engine import clock as engine_clock
from engine import settings
from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.processes import sentences, steps
from tests.processes.stage import Stage, at

PROCESS = ITEM = "chronic"
AGAIN = {"needCorrection": True, "correctionList": "请重拍诊断证明", "correctionBasis": "国家基本公共卫生服务规范"}
NOT_FOUND = {
    "hospitalFound": False,
    "confirmedDiseases": None,
    "diseaseGrade": None,
    "notFoundAdvice": "检查结果没有达到诊断标准，建议半年后复查",
    "notFoundBasis": "国家基本公共卫生服务规范",
}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


# acceptance


def test_an_application_comes_to_the_county_which_has_a_working_day(stage: Stage) -> None:
    stage.raise_hand()
    task = stage.task("ch_accept")
    assert (task.role_key, task.due_at, stage.case().status) == (
        "county_health_clerk",
        at("2026-11-17", "24:00"),
        "SUBMITTED",
    )
    assert stage.told("county_health_clerk", "T01") == [said("T01", step="受理申请", date="11月17日")]
    assert stage.case().promised_at == at("2026-11-30", "24:00")


def test_the_working_days_skip_the_holiday_and_count_the_make_up_saturday(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    stage.raise_hand()
    stage.do("ch_accept")
    stage.do("ch_assign")
    stage.do("ch_verify", verifiedOn="2026-09-30")
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    assert stage.task("ch_accept").due_at == at("2026-10-08", "24:00")
    assert stage.task("ch_verify").due_at == at("2026-10-10", "24:00")
    assert stage.task("ch_sign").due_at == at("2026-10-13", "24:00")


def test_what_is_not_accepted_is_told_without_its_reason_and_explained_on_the_page(stage: Stage) -> None:
    stage.raise_hand()
    refused = {"inScope": False, "rejectReasonCode": "NR01", "rejectBasis": "国家基本公共卫生服务规范"}
    with pytest.raises(Invalid) as refusal:
        stage.do("ch_accept", **refused, rejectReason="不是")
    assert set(refusal.value.problems) == {"rejectReason"}
    reason = "申请的病种不在清单内，请到普通门诊就诊"
    stage.do("ch_accept", **refused, rejectReason=reason)
    assert outcome(stage.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert stage.told("citizen", "M70") == [said("M70")]


def test_an_unreadable_proof_is_asked_for_again_and_looked_at_again(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("ch_accept", **AGAIN)
    assert stage.case().status == "CORRECTION"
    stage.do("co_correct")
    assert stage.open_tasks() == ["ch_accept"]
    stage.do("ch_accept", **AGAIN)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(stage.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


# verification


def test_the_town_that_is_chosen_verifies_within_three_working_days(stage: Stage) -> None:
    stage.bring_to("ch_verify")
    task = stage.task("ch_verify")
    assert (task.role_key, task.region_code, task.due_at) == (
        "town_health_clerk",
        "532622101",
        at("2026-11-19", "24:00"),
    )
    assert stage.told("citizen", "M02") == [said("M02")]
    assert stage.case().accepted_at == at("2026-11-16")


def test_who_has_tuberculosis_is_visited_within_72_hours(stage: Stage) -> None:
    stage.raise_hand(diseases=["肺结核", "2型糖尿病"])
    stage.do("ch_accept")
    stage.do("ch_assign")
    assert stage.task("ch_verify").due_at == at("2026-11-19", "09:00")


def test_what_the_town_cannot_diagnose_is_examined_in_the_countys_hospital(stage: Stage) -> None:
    stage.bring_to("ch_refer")
    task = stage.task("ch_refer")
    assert (task.role_key, task.region_code, task.due_at) == ("county_hospital", "532622", at("2026-11-30", "24:00"))
    stage.do("ch_refer")
    assert stage.open_tasks() == ["ch_sign"]


def test_what_is_not_diagnosed_there_is_refused_with_the_way_to_object(stage: Stage) -> None:
    stage.bring_to("ch_refer")
    stage.do("ch_refer", **NOT_FOUND)
    assert outcome(stage.case()) == ("ended", "REJECTED", NOT_FOUND["notFoundAdvice"])
    assert stage.told("citizen", "M71") == [said("M71")]


def test_a_minor_and_who_has_a_mental_illness_names_a_guardian(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(diseases=["严重精神障碍"])
    assert set(refusal.value.problems) == {"guardianName", "guardianPhone"}
    stage.raise_hand(diseases=["严重精神障碍"], guardianName="监护人甲", guardianPhone="13900000008")
    assert stage.open_tasks() == ["ch_accept"]


def test_nobody_applies_without_consenting_to_the_use_of_health_data(stage: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(privacyConsent=False)
    assert set(refusal.value.problems) == {"privacyConsent"}


# contract


def test_whoever_signs_is_enrolled_and_each_disease_is_followed(stage: Stage) -> None:
    stage.raise_hand(diseases=["原发性高血压", "2型糖尿病"])
    stage.do("ch_accept")
    stage.do("ch_assign")
    stage.do("ch_verify", confirmedDiseases=["原发性高血压", "2型糖尿病"])
    stage.do("ch_sign")
    assert outcome(stage.case()) == ("ended", "COMPLETED", "已签约家庭医生，纳入健康管理")
    assert stage.told("citizen", "M72") == [said("M72", doctor="家庭医生甲", phone="13900000009", day="12月16日")]
    followed = stage.companions("chronic_follow")
    assert [(one.variables["condition"], one.state) for one in followed] == [
        ("原发性高血压", "active"),
        ("2型糖尿病", "active"),
    ]


def test_no_notice_and_no_line_of_the_citizen_names_a_disease(stage: Stage) -> None:
    stage.bring_to("ch_refer")
    stage.do("ch_refer")
    stage.do("ch_sign")
    told = [text for who in stage.people for text in stage.told(who)]
    case = stage.case()
    words = [*told, case.outcome_text or "", case.status, *(task.name for task in stage.tasks("ch_sign"))]
    assert [word for word in words for disease in diseases() if disease in word] == []


# what may happen at any time


def test_the_patient_may_withdraw_until_the_contract_is_signed(stage: Stage) -> None:
    stage.bring_to("ch_sign")
    with reading() as session:
        assert cases.may_withdraw(session, stage.case(), stage.people["citizen"])
    stage.withdraw()
    assert outcome(stage.case()) == ("ended", "WITHDRAWN", "您已撤回")


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


def decided(decision: str, **given: Any) -> Any:
    rows = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).decisions["chronic_check"]
    return rows.decide(decision, {"county": "532622", **given})


def diseases() -> list[str]:
    found = decided("chronic_list")
    assert isinstance(found, list)
    return [row["disease"] for row in found]


@pytest.mark.usefixtures("stage")
def test_the_form_offers_what_the_list_holds() -> None:
    form = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).forms["chronic_apply"]
    offered = next(field for field in form.fields if field.key == "diseases")
    assert [option.value for option in offered.options] == diseases()
    assert steps.ASKED[ITEM]["diseases"][0] in diseases()


@pytest.mark.usefixtures("stage")
def test_a_disease_counts_from_the_day_on_which_it_comes_into_force() -> None:
    asked = ["原发性高血压", "感冒"]
    with engine_clock.pinned_at(at("2020-12-31")):
        assert decided("chronic_check", diseases=asked)["unlisted"] == asked
    with engine_clock.pinned_at(at("2021-01-01")):
        found = decided("chronic_check", diseases=asked)
    assert (found["unlisted"], found["unverified"], found["firstVisitHours"]) == (["感冒"], [], None)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
