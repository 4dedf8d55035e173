"""特困供养 (domain B2) and its chapters: from the hand that is raised to care that is arranged, or to a refusal."""

from typing import Any

import pytest

from engine.casework import benefits, documents, objections, payment_lines
from engine.casework.models import Benefit, PaymentLine
from engine.db import reading
from engine.errors import Invalid, NotAllowed
from engine.workflow.world import Refused
from tests.demo.registers import Simulator
from tests.processes import household, sentences, supported
from tests.processes.stage import PINGYUAN, Stage, at
from tests.processes.supported import outcome

ITEM = PROCESS = "tekun"
CHAPTERS = (
    "tekun_accept",
    "tekun_survey",
    "tekun_public",
    "tekun_county",
    "tekun_selfcare",
    "tekun_again",
    "tekun_grant",
    "tekun_refuse",
)
TOO_LATE = "您的特困供养已经确认，不能再撤回。不需要供养的，请告诉乡镇民政经办人，按自愿退出办理"
HOME = {"supportForm": "集中供养", **dict.fromkeys(["carerName", "carerIdNo", "carerPhone", "carerRelation"])}
LOST = dict.fromkeys(["canBed", "canToilet", "canWalk", "canBathe"], "不能")
AGAINST = {"draftDecision": "不符合", "draftCode": "TK04"}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def granted(stage: Stage) -> Benefit:
    with reading() as session:
        return benefits.of_case(session, stage.case_id)[0]


def papers(stage: Stage) -> dict[str, dict[str, str]]:
    """The documents of the case by title, line by line."""
    with reading() as session:
        found = documents.of_case(session, stage.case_id, stage.people["county_civil_reviewer"])
    return {one.title: {line["label"]: line["text"] for line in one.content["lines"]} for one in found}


def villagers(representatives: int) -> list[dict[str, object]]:
    return [{"name": "代表甲", "post": "村民", "representative": n < representatives} for n in range(6)]


def test_who_meets_all_three_conditions_is_cared_for_at_home_and_paid_from_next_month(
    alone: Stage, registers: Simulator
) -> None:
    supported.opined(alone, registers)
    supported.hung(alone)
    alone.do("tk_county")
    alone.do("tk_selfcare")
    alone.do("tk_approve")
    with pytest.raises(Invalid) as refusal:
        alone.withdraw()
    assert refusal.value.notice == TOO_LATE
    alone.refused("tk_end_too_late", refusal.value)
    assert alone.told("citizen", "M07") == [said("M07", result="已纳入特困供养，每月1015元，自2026-12起")]
    certificate = papers(alone)["特困人员救助供养证"]
    assert (certificate["生活自理能力"], certificate["照料护理标准"]) == ("部分丧失生活自理能力", "每月 300 元")
    assert alone.task("tk_publish").due_at == at("2026-11-27", "24:00")
    alone.do("tk_publish")
    alone.do("tk_publish_2")
    assert alone.task("tk_place").due_at == at("2026-12-08", "24:00")
    alone.do("tk_place")
    text = "已纳入特困供养（分散供养，部分丧失生活自理能力），每月 1015 元，自 2026-12 起"
    assert outcome(alone.case()) == ("ended", "COMPLETED", text)
    assert alone.told("citizen", "M165") == [said("M165", text="照料人甲照料，电话13900000002")]
    paid = granted(alone)
    assert (paid.monthly, paid.start_month, paid.valid_until) == (101500, "2026-12", None)
    assert paid.account_no == supported.ACCOUNT


def test_a_near_relative_forces_the_countys_visit_and_an_institution_is_paid_through_its_account(
    alone: Stage, registers: Simulator
) -> None:
    related = {"nearRelative": True, "relativeName": "村委会副主任"}
    supported.opined(alone, registers, HOME | related, fits=False)
    household.also(alone, "county_civil_reviewer", "county_civil_approver")
    alone.do("tk_county")
    assert alone.open_tasks() == ["tk_county_2", "tk_selfcare"]
    alone.do("tk_county_2")
    alone.do("tk_selfcare")
    with pytest.raises(NotAllowed) as refusal:
        alone.claim("county_civil_reviewer", "tk_approve")
    assert refusal.value.notice == "您审核过本案，不能再起草、签批或者审批，请由其他人办理"
    alone.do("tk_approve", **supported.BACK)
    alone.do("tk_county_3")
    with pytest.raises(Invalid) as early:
        alone.do("tk_approve", supportForm="集中供养", startMonth="2026-11")
    assert set(early.value.problems) == {"startMonth"}
    alone.do("tk_approve", supportForm="集中供养", careAmount=300.5)
    alone.do("tk_publish")
    alone.do("tk_publish_2")
    with pytest.raises(Invalid) as wrong:
        alone.do("tk_place_2", orgAccountNo="1234-5")
    assert set(wrong.value.problems) == {"orgAccountNo"}
    alone.do("tk_place_2")
    assert alone.told("citizen", "M165") == [said("M165", text="入住江那镇中心敬老院")]
    paid = granted(alone)
    assert (paid.monthly, paid.account_holder, paid.holder_relation) == (101550, "江那镇中心敬老院", "供养机构")
    line = PaymentLine(
        payee_name=paid.payee_name, account_holder=paid.account_holder, holder_relation=paid.holder_relation
    )
    assert payment_lines.holder_flags(line, []) == []


def test_whom_a_third_party_assessed_the_county_may_refuse_in_writing(alone: Stage, registers: Simulator) -> None:
    asked = supported.answers(alone)
    asked["members"][0] |= {"disabilityType": "智力", "disabilityGrade": "二级"}
    supported.opined(alone, registers, asked, fits=False)
    assert alone.told("citizen", "M06") == []
    assert (alone.open_tasks(), alone.task("tk_selfcare_2").role_key) == (
        ["tk_county", "tk_selfcare_2"],
        "third_party_assessor",
    )
    alone.do("tk_selfcare_2")
    alone.do("tk_county")
    alone.do("tk_approve", **supported.DENIED)
    assert alone.task("tk_reject").due_at == at("2026-11-19", "24:00")
    with pytest.raises(Invalid) as refusal:
        alone.do("tk_reject", refuseText="不符合", refuseBasis=None, rightsTold=False)
    assert set(refusal.value.problems) == {"refuseText", "refuseBasis", "rightsTold"}
    alone.do("tk_reject")
    reason = "有法定义务人且有履行能力，不符合条件"
    assert alone.told("citizen", "M08") == [said("M08", reason=reason)]
    notice = papers(alone)["特困人员救助供养不同意告知书"]
    assert "60 日内申请行政复议" in notice["救济途径"] and notice["其他办法"] == "低保"
    assert alone.task("tk_reject_2").role_key == "town_civil_clerk"
    alone.do("tk_reject_2")
    assert outcome(alone.case()) == ("ended", "REJECTED", reason)


def test_four_of_six_indicators_lost_are_the_highest_care_level(alone: Stage, registers: Simulator) -> None:
    """Domain G.3 #8; assessed beside the review, within the county's fifteen working days, and once: what the town
    completes afterwards is reviewed only."""
    supported.opined(alone, registers, fits=False)
    assert alone.open_tasks() == ["tk_county", "tk_selfcare"]
    assert alone.task("tk_county").due_at == at("2026-12-07", "24:00")
    assert alone.task("tk_selfcare").due_at == at("2026-11-30", "24:00")
    with pytest.raises(Invalid) as refusal:
        alone.do("tk_selfcare", assessors=supported.ASSESSED["assessors"][:1], canEat=None)
    assert set(refusal.value.problems) == {"assessors", "canEat"}
    alone.do("tk_selfcare", **LOST)
    found = alone.case().variables["selfcare"]
    assert (found["unable"], found["class"], found["careStandard"]) == (4, "完全丧失生活自理能力", 600)
    assert alone.told("citizen", "M164") == [said("M164", result="完全丧失生活自理能力")]
    back = {"countyDecision": "补充材料", "countyOpinion": "缺义务人的信函索证材料，请补充"}
    alone.do("tk_county", **back)
    assert alone.task("tk_prelim_3").due_at == at("2026-11-19", "24:00")
    alone.do("tk_prelim_3", **AGAINST)
    alone.do("tk_prelim_4", prelimDecision="退回修改", prelimOpinion="还没有写义务人的情况，请改")
    alone.do("tk_prelim_3", **AGAINST)
    alone.do("tk_prelim_4", prelimDecision="不符合")
    assert alone.open_tasks() == ["tk_county"]
    with pytest.raises(Invalid) as twice:
        alone.do("tk_county", **back)
    assert set(twice.value.problems) == {"countyDecision"}


def test_an_objection_that_is_right_means_another_look_and_a_second_notice(alone: Stage, registers: Simulator) -> None:
    """Domain G.3 #9 and G.2 #10: a new opinion within fifteen working days, and published again."""
    supported.opined(alone, registers)
    alone.do("pb_post")
    with reading() as session:
        shown = objections.get(session, household.notice(alone).id)
    assert [label for label, _ in shown.lines] == ["姓名", "事项", "供养方式"]
    assert shown.until_at == at("2026-11-23", "24:00")
    household.objected(alone)
    assert alone.task("tk_reinv").due_at == at("2026-12-07", "24:00")
    alone.do("tk_reinv")
    assert alone.told("citizen", "M163") == [said("M163", text="经重新调查情况属实，维持原意见")]
    assert alone.open_tasks() == ["pb_post"]
    alone.do("pb_post")
    assert len(alone.told("citizen", "M06")) == 2
    household.objected(alone)
    alone.do("tk_reinv", reinvDecision="不符合", draftCode="TK04", reinvOpinion="经重新调查，儿子有赡养能力，不符合")
    assert alone.open_tasks() == ["tk_county", "tk_selfcare"]


def test_a_village_meeting_counts_only_with_two_thirds_and_the_leader_may_send_it_back(
    alone: Stage, registers: Simulator
) -> None:
    supported.surveyed(alone, registers, needAppraisal=True)
    assert alone.case().variables["eligibility"]["result"] == "符合"
    assert alone.task("tk_appraise").due_at == at("2026-12-07", "24:00")
    for wrong in ({"participants": villagers(3)}, {"participants": villagers(4), "votesFor": 4}):
        with pytest.raises(Refused) as refusal:
            alone.do("tk_appraise", **wrong)
        alone.refused("tk_end_unmet", refusal.value)
    alone.do("tk_appraise", participants=villagers(4))
    household.also(alone, "colleague", "town_leader")
    alone.complete("colleague", "tk_prelim", **supported.OPINION)
    with pytest.raises(NotAllowed) as forbidden:
        alone.claim("colleague", "tk_prelim_2")
    assert forbidden.value.notice == "您起草了本案的初审建议，不能再签批、审核或者审批，请由其他人办理"
    alone.do("tk_prelim_2", prelimDecision="退回修改", prelimOpinion="生活来源没有写清楚，请修改")
    alone.do("tk_prelim")
    alone.do("tk_prelim_2", prelimDecision="退回重新入户", prelimOpinion="义务人没有查清，请再次入户")
    alone.do("tk_survey_3", supportFinding="有义务人有能力")
    judged = alone.case().variables["eligibility"]
    assert (judged["result"], judged["reason"]) == ("不符合", "义务人：经调查有义务人有履行能力")
    assert alone.open_tasks() == ["tk_prelim"]


def test_who_signs_no_authorisation_is_not_looked_into(alone: Stage) -> None:
    supported.accepted(alone)
    alone.do("tk_plan")
    with pytest.raises(Invalid) as refusal:
        alone.do(
            "tk_survey", visitors=supported.SURVEYED["visitors"][:1], visitMode="电话视频", laborOther=True,
            neighboursAsked=[], supportFinding=None,
        )  # fmt: skip
    assert set(refusal.value.problems) == {
        "visitors", "visitModeReason", "laborOtherBasis", "neighboursAsked", "supportFinding",
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        alone.do("tk_survey", villageVisitor="")
    assert set(refusal.value.problems) == {"villageVisitor"}
    alone.do("tk_survey")
    unsigned = {"authSigned": False, "authFits": True, "authInDate": True, "authReturnList": "本人没有签字，请补签"}
    alone.complete("county_check_clerk", "ec_accept", **unsigned)
    declined = {"checkWanted": False, "checkDeclined": "本人拒绝签字授权，已经两次上门说明"}
    alone.complete("town_civil_clerk", "ec_request", **declined)
    ended = ("ended", "TERMINATED", "不同意授权或者不配合核对，办理终止")
    assert outcome(alone.case()) == ended and len(alone.told("citizen", "M34")) == 1


@pytest.mark.parametrize(
    ("asked", "accept", "plan", "survey", "promised"),
    [
        ("2026-09-24", "2026-09-29", "2026-09-30", "2026-10-22", "2026-12-10"),
        ("2026-10-09", "2026-10-12", "2026-10-13", "2026-10-29", "2026-12-17"),
        ("2026-11-20", "2026-11-24", "2026-11-25", "2026-12-11", "2027-02-01"),
    ],
)
def test_the_towns_steps_share_fifteen_working_days_from_acceptance(
    alone: Stage, asked: str, accept: str, plan: str, survey: str, promised: str
) -> None:
    """Across 中秋, 国庆 with its worked Saturday, and weekends."""
    alone.clock.move_to(at(asked, "10:00"))
    alone.raise_hand(authSignDate="2026-09-01", promiseDate="2026-09-01")
    assert alone.task("tk_accept").due_at == at(accept, "24:00")
    alone.do("tk_accept")
    assert alone.open_tasks() == ["ec_accept", "tk_plan"]
    assert (alone.task("tk_plan").due_at, alone.case().promised_at) == (at(plan, "24:00"), at(promised, "24:00"))
    alone.do("tk_plan", visitPlannedAt="2026-12-01T09:30:00+08:00")
    assert alone.told("citizen", "M05") == [said("M05", date="12月1日")]
    assert alone.task("tk_survey").due_at == at(survey, "24:00")


def test_who_has_the_hukou_elsewhere_is_told_where_to_ask(alone: Stage) -> None:
    alone.raise_hand()
    refused = {"hukouHere": False, "inScope": False, "rejectReasonCode": "NR02"}
    with pytest.raises(Invalid) as refusal:
        alone.do("tk_accept", **refused, rejectReason="不在本地")
    assert set(refusal.value.problems) == {"rejectReason", "rejectBasis"}
    reason = "您的户籍在邻县，请到户籍所在地的乡镇申请"
    alone.do("tk_accept", **refused, rejectReason=reason, rejectBasis="民发〔2021〕43号第十条")
    assert outcome(alone.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert alone.told("citizen", "M04") == [said("M04", reason=reason)]


def test_who_belongs_to_another_town_is_passed_on(alone: Stage) -> None:
    alone.hire("there", "town_civil_clerk", PINGYUAN)
    alone.raise_hand()
    reason = "您的户籍在平远镇，由平远镇办理"
    alone.complete(
        "town_civil_clerk",
        "tk_accept",
        hukouHere=False,
        passOn=True,
        transferRegion=f"{PINGYUAN}202",
        transferReason=reason,
    )
    assert alone.task("tk_accept").region_code == PINGYUAN and alone.case().region_code == f"{PINGYUAN}202"


def test_papers_are_asked_for_in_one_list_and_those_that_never_come_end_it(alone: Stage) -> None:
    alone.raise_hand()
    missing = {"checkProof": "缺", "needCorrection": True, "correctionList": "残疾证看不清，请重拍"}
    alone.do("tk_accept", **missing)
    assert alone.case().clock_stopped_at is not None
    alone.do("co_correct")
    alone.do("tk_accept", **missing)
    alone.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(alone.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_proxy_without_consent_ends_the_case(alone: Stage) -> None:
    alone.raise_hand("neighbour", "PROXY", **alone.proxy_answers())
    alone.consent(agrees=False)
    assert outcome(alone.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的诉求已终止")


def test_the_citizen_may_withdraw_urge_and_supervision_is_told(alone: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        alone.raise_hand(
            members=[], laborDecl="不能劳动", noSupporters=False, supporters=[], deposits=-1, nearRelative=True,
            disabilityCert=[], carerPhone="12", accountNo="6217000010001234560", personType="未成年人",
        )  # fmt: skip
    assert set(refusal.value.problems) == {
        "members", "laborDecl", "supporters", "deposits", "relativeName", "carerPhone", "accountNo", "orphanAid",
    }  # fmt: skip
    alone.raise_hand()
    alone.urge()
    assert len(alone.told("town_civil_clerk", "T06")) == len(alone.told("citizen", "M30")) == 1
    alone.supervise()
    assert len(alone.told("town_civil_clerk", "T04")) == 1
    alone.withdraw(reason="不需要了")
    assert outcome(alone.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
