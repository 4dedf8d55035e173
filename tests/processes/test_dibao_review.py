"""低保动态核查 (domain B1, follow-up): kept, raised, cut, stopped or suspended, heard before, and what was overpaid."""

from typing import Any

import pytest

from engine.casework import documents
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from engine.workflow.world import Refused
from tests.demo.registers import Simulator
from tests.processes import granted, household, lifting, steps
from tests.processes.stage import Stage, at
from tests.processes.steps import FILE, FOUR_FILES, VISITORS

ITEM, PROCESS = "dibao_review", "dibao_review"
CHAPTERS = ("dibao_review_carry", "benefit_recover")
BASIS = "民发〔2021〕57号第三十一条"
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "dv_visit": (
        "town_civil_clerk",
        {
            "visitDate": "2026-11-16",
            "visitors": VISITORS,
            "visitFindings": "家里三口人，收入和财产没有大的变化",
            "perCapitaMonthly": 300,
            "jobRefusals": 0,
            "visitPhotos": FOUR_FILES,
            "reviewCheck": False,
        },
    ),
    "dv_draft": (
        "town_civil_clerk",
        {"reviewResult": "维持", "reviewReason": "收入和财产没有变化", "reviewBasis": BASIS, "criticised": False},
    ),
    "dv_hear": (
        "town_civil_clerk",
        {"heardOn": "2026-11-16", "heardWho": "户主、经办甲、协理乙", "heardAgreed": True, "heardPhotos": FILE},
    ),
    "dv_review": ("county_civil_reviewer", {"countyDecision": "同意", "countyOpinion": "程序合规，事实清楚，提请审批"}),
    "dv_approve": (
        "county_civil_approver",
        {"approveDecision": "同意", "overpaid": False, "approveOpinion": "同意核查意见，按规定落实到台账"},
    ),
    "dv_deliver": (
        "town_civil_clerk",
        {"deliveredOn": "2026-11-16", "deliveredTo": "户主", "deliveredPhotos": FILE},
    ),
}
STOP = {"reviewResult": "停发", "reviewCause": "就业后渐退", "reviewReason": "儿子外出务工，收入超过标准"}
BACK = {"approveDecision": "退回", "overpaid": None}


@pytest.fixture
def poor(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A family of three has 低保 of 900 yuan since last year."""
    household.employ(stage)
    monkeypatch.setitem(steps.ASKED, "dibao", {**steps.ASKED["dibao"], **household.answers(stage)})
    for element_id, usual in STEPS.items():
        monkeypatch.setitem(steps.USUAL, element_id, usual)
    people = [{name: one[name] for name in ("name", "idNo", "relation")} for one in household.answers(stage)["members"]]
    granted.give(stage, "dibao", persons=people, person_count=3)
    return stage


def family_case(stage: Stage) -> str:
    return next(one for one in stage.numbers() if one.startswith("dibao-"))


def begun(stage: Stage, kind: str = "定期核查") -> None:
    asked = {"reviewKind": kind, "reportedOn": "2026-11-16", "reportedBy": "村级协理员", "reportText": "按规定入户核查"}
    stage.begin("town_civil_clerk", aboutCase=family_case(stage), **asked)


def decided(stage: Stage, **drafted: Any) -> None:
    """The town proposes, hears the family where it must, and the county agrees."""
    stage.do("dv_draft", **drafted)
    if "dv_hear" in stage.open_tasks():
        stage.do("dv_hear")
    stage.do("dv_review")
    stage.do("dv_approve")


def test_who_is_still_poor_after_a_new_check_keeps_it(poor: Stage, registers: Simulator) -> None:
    registers.hold(household.truth(poor))
    begun(poor)
    assert (poor.task("dv_visit").region_code, poor.task("dv_visit").due_at) == ("532622101", at("2026-11-30", "24:00"))
    signed = {
        "authPersons": household.answers(poor)["authPersons"], "authSignatures": FILE, "authSignDate": "2026-11-16",
        "authValidUntil": "2027-11-15",
    }  # fmt: skip
    poor.do("dv_visit", reviewCheck=True, **signed)
    household.checked(poor)
    assert poor.case().variables["checkResult"] == "PASS"
    decided(poor)
    kept = granted.benefit(family_case(poor))
    assert (kept.state, kept.monthly, kept.person_count, str(kept.reviewed_on)) == ("running", 90000, 3, "2026-11-16")
    assert "维持，每月900元" in poor.told("citizen", "M222")[0]
    assert poor.case().outcome_text == "核查结果：维持，每月900元"
    with reading() as session:
        assert replay.replay(session, poor.case().case_no).equal


def test_a_death_cuts_it_after_the_family_was_heard_and_what_was_overpaid_is_claimed(poor: Stage) -> None:
    granted.pay(family_case(poor))
    begun(poor, "成员死亡")
    poor.do("dv_visit")
    left = [one["idNo"] for one in household.answers(poor)["members"][:2]]
    cut = {
        "reviewResult": "减发", "reviewCause": "家庭成员死亡", "reviewReason": "一名家庭成员死亡", "keptMembers": left,
        "newCategory": "C类", "newAmount": 600,
    }  # fmt: skip
    poor.do("dv_draft", **cut)
    assert "一名家庭成员死亡" in poor.told("citizen", "M221")[0]
    assert poor.task("dv_hear").due_at == at("2026-11-30", "24:00")
    poor.do("dv_hear", heardAgreed=False, heardText="希望下个月再减")
    poor.do("dv_review")
    poor.do(
        "dv_approve", overpaid=True, recoverCause="条件变化未停发", recoverReason="死亡后没有及时报告，多发了一个月"
    )
    changed = granted.benefit(family_case(poor))
    assert (changed.monthly, changed.category, changed.person_count) == (60000, "C类", 2)
    [claim] = lifting.apart("fund_recover")
    assert (claim.variables["recoverCaseNo"], claim.variables["department"]) == (family_case(poor), "civil")
    poor.do("dv_deliver")
    with reading() as session:
        [paper] = documents.of_case(session, poor.case_id, poor.people["county_civil_reviewer"])
    assert {"label": "决定", "text": "减发，每月600元"} in paper.content["lines"]
    assert poor.case().outcome_text == "核查结果：减发，每月600元"


def test_it_stops_after_the_months_of_gradual_exit_and_what_was_never_paid_is_not_claimed(poor: Stage) -> None:
    begun(poor, "家庭变化")
    poor.do("dv_visit")
    with pytest.raises(Invalid) as refusal:
        poor.do("dv_draft", **STOP, lastMonths=7)
    assert set(refusal.value.problems) == {"lastMonths"}
    poor.do("dv_draft", **STOP, lastMonths=3)
    poor.do("dv_hear")
    poor.do("dv_review")
    poor.do("dv_approve", overpaid=True, recoverCause="条件变化未停发", recoverReason="收入增加以后没有及时报告")
    ended = granted.benefit(family_case(poor))
    assert (ended.state, ended.end_month, lifting.apart("fund_recover")) == ("ended", "2027-02", [])
    poor.do("dv_deliver")
    assert poor.case().outcome_text == "核查结果：停发，最后发放2027-02"
    with pytest.raises(Refused) as refused:
        begun(poor)
    poor.refused("dv_end_none", refused.value)


def test_the_county_sends_it_back_until_it_is_suspended(poor: Stage) -> None:
    begun(poor, "群众反映")
    poor.do("dv_visit")
    poor.do("dv_draft")
    poor.do("dv_review", countyDecision="退回")
    poor.do("dv_draft")
    poor.do("dv_review")
    poor.do("dv_approve", **BACK)
    decided(poor, reviewResult="暂停", reviewCause="一时查不清", reviewReason="多次上门找不到人")
    suspended = granted.benefit(family_case(poor))
    assert (suspended.state, suspended.reason) == ("suspended", "多次上门找不到人")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
