"""农村危房改造, decided (domain B6 #6–8): visited, appraised, published, reviewed, approved, or on a waiting list."""

from typing import Any

import pytest

from engine.casework import objections
from engine.casework.models import PublicNotice
from engine.db import reading, transaction
from engine.errors import Invalid, NotAllowed
from engine.registry import actors
from tests import factories
from tests.factories import JIANGNA
from tests.processes import sentences
from tests.processes.mended import NO_AID, REPAIR, appraised, decide, graded
from tests.processes.stage import Stage, at

ITEM, PROCESS = "house", "house_review"
WAIT = {"suggestion": "轮候", **NO_AID}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_the_town_visits_within_six_working_days_and_the_village_appraises_within_four(stage: Stage) -> None:
    graded(stage)
    task = stage.task("hs_appraise")
    assert (task.role_key, task.region_code, task.due_at) == ("town_housing_clerk", JIANGNA, at("2026-11-24", "24:00"))
    assert stage.told("citizen", "M05") == [said("M05", date="11月24日")]
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_appraise", visitors=[{"visitorName": "干部甲", "visitorPost": "乡镇村建站"}], villageVisitor="")
    assert set(refusal.value.problems) == {"visitors", "villageVisitor"}
    stage.do("hs_appraise")
    assert stage.task("hs_appraise_2").due_at == at("2026-11-20", "24:00")
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_appraise_2", representatives=3)
    assert set(refusal.value.problems) == {"representatives"}


def test_ten_working_days_from_the_last_before_the_national_day(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    graded(stage, gradeOn="2026-09-30")
    assert stage.task("hs_appraise").due_at == at("2026-10-14", "24:00")


@pytest.mark.parametrize(
    ("visit", "appraisal", "then"),
    [
        ({}, {"appraisalResult": "需再查"}, "hs_appraise"),
        ({"visitConclusion": "存疑"}, {}, "hs_appraise"),
        ({}, {"appraisalResult": "不真实"}, "hs_reject"),
        ({"visitConclusion": "不符合"}, {"appraisalResult": "需再查"}, "hs_reject"),
    ],
)
def test_what_the_village_says_decides(
    stage: Stage, visit: dict[str, Any], appraisal: dict[str, Any], then: str
) -> None:
    graded(stage)
    stage.do("hs_appraise", **visit)
    stage.do("hs_appraise_2", **appraisal)
    assert stage.open_tasks() == [then]


def test_it_is_published_for_seven_days_with_the_mode_and_nothing_private(stage: Stage) -> None:
    graded(stage)
    stage.do("hs_appraise")
    stage.do("hs_appraise_2")
    stage.do("pb_post")
    assert stage.case().status == "PUBLICITY"
    with reading() as session:
        found = session.query(PublicNotice).one()
        assert found.until_at == at("2026-11-23", "24:00")
        assert dict(found.lines).keys() == {"姓名", "家庭人数", "事项", "改造方式"}
        assert dict(found.lines)["改造方式"] == "拆除重建"


def test_an_objection_that_is_upheld_brings_the_visit_back(stage: Stage) -> None:
    with factories.committed():
        colleague = factories.staff("town_housing_clerk", JIANGNA).id
    with reading() as session:
        stage.people["colleague"] = actors.staff(session, colleague)
    graded(stage)
    stage.do("hs_appraise")
    stage.do("hs_appraise_2")
    stage.do("pb_post")
    with transaction() as session:
        notice = session.query(PublicNotice).one()
        values = {"reason": "这家在镇上另有一处砖混房", "anonymous": True}
        objections.raise_objection(session, notice.id, values=values, key="1", actor=None)
    stage.complete("town_housing_clerk", "pb_object", objectionRelated=True)
    upheld = {
        "objectionResult": "成立",
        "objectionFindings": "镇上确有一处住房登记在其名下",
        "objectionAnswer": "经核查，反映的情况属实",
    }
    with pytest.raises(NotAllowed):
        stage.complete("town_housing_clerk", "pb_check", **upheld)
    stage.complete("colleague", "pb_check", **upheld)
    assert (stage.open_tasks(), stage.case().status) == (["hs_appraise"], "INVESTIGATING")


def test_the_county_reviews_and_approves_and_nobody_does_both(stage: Stage) -> None:
    appraised(stage)
    task = stage.task("hs_review")
    assert (task.role_key, task.due_at, stage.case().status) == (
        "county_housing_reviewer", at("2026-12-02", "24:00"), "COUNTY_REVIEW",
    )  # fmt: skip
    stage.do("hs_review")
    assert stage.task("hs_review_2").due_at == at("2026-11-30", "24:00")
    stage.do("hs_review_2")
    assert stage.told("citizen", "M07") == [said("M07", result="拆除重建，补助30000元")]
    assert stage.open_tasks() == ["hs_agree"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [({"payAmount": 35001}, "payAmount"), ({"areaLimit": 61}, "areaLimit"), ({"areaLimit": 29}, "areaLimit")],
)
def test_the_county_keeps_to_the_standard_of_its_table(stage: Stage, values: dict[str, Any], wrong: str) -> None:
    appraised(stage)
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_review", **values)
    assert set(refusal.value.problems) == {wrong}


@pytest.mark.parametrize(
    ("people", "area"), [(1, (20, 60)), (2, (30, 60)), (3, (40, 60)), (4, (52, 72)), (5, (65, 90))]
)
def test_a_new_house_is_neither_too_small_nor_too_large_for_the_family(people: int, area: tuple[int, int]) -> None:
    found = decide(PROCESS, "house_standard", houseMode={"mode": "拆除重建"}, members=[{}] * people)
    assert (found["areaMin"], found["areaMax"]) == area


def test_a_house_that_is_repaired_keeps_its_area_and_gets_less(stage: Stage) -> None:
    appraised(stage, **REPAIR)
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_review", payAmount=12001, areaLimit=None)
    assert set(refusal.value.problems) == {"payAmount"}
    stage.do("hs_review", payAmount=12000, areaLimit=None)


def test_the_reviewer_may_send_it_back_to_the_town_and_the_approver_to_the_reviewer(stage: Stage) -> None:
    appraised(stage)
    stage.do("hs_review")
    stage.do("hs_review_2", houseDecision="退回", houseOpinion="补助金额请重新核定后再报")
    assert stage.open_tasks() == ["hs_review"]
    stage.do("hs_review", reviewDecision="退回", suggestion=None, **NO_AID)
    assert (stage.open_tasks(), stage.case().status) == (["hs_appraise"], "INVESTIGATING")


def test_what_the_reviewer_advises_against_cannot_be_approved_but_refused(stage: Stage) -> None:
    appraised(stage)
    stage.do("hs_review", suggestion="不同意", **NO_AID)
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_review_2")
    assert set(refusal.value.problems) == {"houseDecision"}
    stage.do("hs_review_2", houseDecision="不同意", houseOpinion="在外有安全住房，不符合条件")
    assert stage.open_tasks() == ["hs_reject"]


def test_without_a_quota_this_year_the_household_waits_and_is_told(stage: Stage) -> None:
    appraised(stage)
    stage.do("hs_review", **WAIT)
    stage.do(
        "hs_review_2", houseDecision="轮候", waitReason="本年度指标已用完", waitUntil="2027-03-01",
        houseOpinion="指标用完，列入下一年度计划",
    )  # fmt: skip
    waiting = stage.case()
    assert (stage.open_tasks(), waiting.status, waiting.clock_stopped_at) == ([], "SUSPENDED", at("2026-11-24"))
    assert stage.told("citizen", "M142") == [said("M142", reason="本年度指标已用完", date="3月1日")]
    promised = waiting.promised_at
    stage.let_pass(until=at("2027-03-01", "24:00"))
    resumed = stage.case()
    assert (stage.open_tasks(), resumed.status, resumed.clock_stopped_at) == (["hs_review"], "COUNTY_REVIEW", None)
    assert promised is not None and resumed.promised_at is not None and resumed.promised_at > promised
    assert len(stage.told("citizen", "M33")) == 1
    assert stage.overdue() == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
