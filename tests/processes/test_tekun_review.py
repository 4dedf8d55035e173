"""特困供养 afterwards (domain B2, follow-up): the yearly review, what changes when care changes, and how it ends."""

from typing import Any

import pytest

from engine.casework import documents
from engine.casework.models import Benefit
from engine.db import reading
from engine.errors import Invalid
from engine.workflow.world import Refused
from tests.processes import granted, household, lifting
from tests.processes.stage import Stage, at

ITEM, PROCESS = "tekun_review", "tekun_review"
CHAPTERS = ("tekun_end",)
STOP = {"checkConclusion": "应当终止", "endReason": "义务人有能力或者新增义务人"}


@pytest.fixture
def cared(alone: Stage) -> Stage:
    """Somebody has been cared for since last year."""
    granted.give(alone, "tekun", category="分散供养（部分丧失生活自理能力）", monthly=101500)
    return alone


def cared_case(stage: Stage) -> str:
    return next(one for one in stage.numbers() if one.startswith("tekun-"))


def begun(stage: Stage, kind: str = "年审", about: str | None = None) -> None:
    asked: dict[str, Any] = {"reviewKind": kind, "reportedOn": "2026-11-16", "reportedBy": "村级协理员"}
    stage.begin(
        "town_civil_clerk", aboutCase=about or cared_case(stage), reportText="年审期满，按规定上门复核", **asked
    )


def benefit(stage: Stage) -> Benefit:
    return granted.benefit(cared_case(stage))


def hung(stage: Stage) -> None:
    stage.do("pb_post")
    stage.let_pass(until=household.notice(stage).until_at)
    household.taken_down(stage)


def test_the_yearly_review_is_recorded_on_the_certificate(cared: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        begun(cared, about="tekun-532622-20200101-00001")
    assert set(refusal.value.problems) == {"aboutCase"}
    begun(cared)
    assert (cared.task("tv_check").region_code, cared.task("tv_check").due_at) == (
        "532622101",
        at("2026-11-30", "24:00"),
    )
    cared.do("tv_check")
    cared.do("tv_record")
    assert (str(benefit(cared).reviewed_on), benefit(cared).monthly) == ("2026-11-16", 101500)
    with reading() as session:
        found = documents.of_case(session, cared.case_id, cared.people["county_civil_reviewer"])
    assert {"label": "年审结果", "text": "合格，继续供养"} in found[0].content["lines"]
    assert len(cared.told("citizen", "M167")) == 1
    assert cared.case().outcome_text == "年审合格，继续供养，已记录在救助供养证上"


def test_changed_self_care_is_assessed_and_adjusted_within_ten_working_days(cared: Stage) -> None:
    begun(cared, "自理能力变化")
    assert cared.task("tk_selfcare").due_at == at("2026-11-30", "24:00")
    lost = dict.fromkeys(["canBed", "canToilet", "canWalk", "canBathe"], "不能")
    cared.do("tk_selfcare", **lost)
    assert cared.task("tv_adjust").due_at == at("2026-11-19", "24:00")
    cared.do("tv_adjust")
    changed = benefit(cared)
    assert (changed.monthly, changed.category) == (131500, "分散供养（完全丧失生活自理能力）")
    assert "完全丧失生活自理能力，每月1315元" in cared.told("citizen", "M166")[0]


def test_a_visit_may_find_that_self_care_has_changed(cared: Stage) -> None:
    begun(cared)
    cared.do("tv_check", checkConclusion="自理能力变化")
    assert cared.open_tasks() == ["tk_selfcare"]


def test_it_ends_next_month_after_a_notice_that_hangs_again_when_somebody_objected(cared: Stage) -> None:
    begun(cared, "其他变化")
    cared.do("tv_check", **STOP)
    cared.do("pb_post")
    household.objected(cared)
    assert cared.task("tv_recheck").due_at == at("2026-12-07", "24:00")
    cared.do("tv_recheck")
    assert cared.open_tasks() == ["pb_post"]
    hung(cared)
    cared.do("tv_decide")
    ended = benefit(cared)
    assert (ended.state, ended.end_month, ended.reason) == ("ended", "2026-11", "儿子已有赡养能力，不再符合供养条件")
    with reading() as session:
        found = documents.of_case(session, cared.case_id, cared.people["county_civil_approver"])
    assert found[-1].title == "终止特困人员救助供养决定书"
    assert "儿子已有赡养能力" in cared.told("citizen", "M168")[0]
    cared.do("tv_deliver", otherWanted=True, otherAid=["低保"])
    assert "低保" in cared.told("town_civil_clerk", "T71")[0]
    assert cared.case().outcome_text == "已终止供养：儿子已有赡养能力，不再符合供养条件"


def test_an_objection_that_the_county_finds_right_keeps_the_care(cared: Stage) -> None:
    begun(cared, "其他变化")
    cared.do("tv_check", **STOP)
    cared.do("pb_post")
    household.objected(cared)
    cared.do("tv_recheck", endDecision="继续供养")
    assert (cared.case().outcome_text, benefit(cared).state) == ("经核查不终止，继续供养", "running")


def test_the_county_may_decide_against_ending_it(cared: Stage) -> None:
    begun(cared, "其他变化")
    cared.do("tv_check", **STOP)
    hung(cared)
    cared.do("tv_decide", endDecision="继续供养", endText=None, endBasis=None, overpaid=None)
    assert (cared.case().outcome_text, benefit(cared).state) == ("经核查不终止，继续供养", "running")


def test_who_wants_nothing_else_is_only_handed_the_decision_and_is_not_reviewed_again(cared: Stage) -> None:
    begun(cared, "其他变化")
    cared.do("tv_check", **STOP)
    hung(cared)
    granted.pay(cared_case(cared))
    cared.do("tv_decide", overpaid=True, recoverCause="条件变化未停发", recoverReason="儿子有赡养能力以后没有及时报告")
    [claim] = lifting.apart("fund_recover")
    assert (claim.variables["recoverCaseNo"], claim.variables["recoverCause"]) == (cared_case(cared), "条件变化未停发")
    cared.do("tv_deliver")
    assert cared.case().state == "ended" and cared.told("town_civil_clerk", "T71") == []
    with pytest.raises(Refused) as refusal:
        begun(cared)
    cared.refused("tv_end_none", refusal.value)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
