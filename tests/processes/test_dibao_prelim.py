"""低保, the town's opinion and the notice in the village (domain B1 #6–8b)."""

import pytest

from engine.casework import objections
from engine.db import reading
from engine.errors import NotAllowed
from engine.workflow.world import Refused
from tests.demo.registers import Simulator
from tests.processes import household, sentences, steps
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_prelim"
MEETING = {
    **dict.fromkeys(["reinvDate", "reinvFindings"]),
    "reinvVisitors": [],
    "reinvPhotos": [],
    "reinvMode": "民主评议",
    "appraisalDate": "2026-11-16",
    "appraisalPlace": "村委会会议室",
    "chair": "主持人甲",
    "topics": "评议这家的收入和生活情况",
    "votesFor": 5,
    "votesAgainst": 1,
    "abstain": 0,
    "appraisalResult": "真实",
}


def people(representatives: int) -> list[dict[str, object]]:
    return [{"name": "代表甲", "post": "村民", "representative": n < representatives} for n in range(6)]


def test_the_table_reckons_and_the_clerk_proposes(family: Stage, registers: Simulator) -> None:
    household.surveyed(family, registers)
    reckoned = family.case().variables["eligibility"]
    assert (reckoned["perCapitaMonthly"], reckoned["memberCount"], reckoned["result"]) == (250, 3, "符合")
    assert (reckoned["category"], reckoned["householdAmount"]) == ("B类", 900)
    assert family.task("db_draft").due_at == at("2026-11-18", "24:00")
    family.do("db_draft")
    assert (family.task("db_prelim").role_key, family.task("db_prelim").due_at) == (
        "town_leader",
        at("2026-11-17", "24:00"),
    )


def test_nobody_signs_what_they_drafted(family: Stage, registers: Simulator) -> None:
    household.surveyed(family, registers)
    household.also(family, "colleague", "town_leader")
    family.complete("colleague", "db_draft", **steps.USUAL["db_draft"][1])
    with pytest.raises(NotAllowed) as refusal:
        family.claim("colleague", "db_prelim")
    assert refusal.value.notice == "您起草了本案的初审建议，不能再签批、审核或者审批，请由其他人办理"


def test_the_notice_hangs_for_seven_days_and_says_five_things(family: Stage, registers: Simulator) -> None:
    household.posted(family, registers)
    with reading() as session:
        shown = objections.get(session, household.notice(family).id)
    assert [label for label, _ in shown.lines] == ["姓名", "家庭人数", "事项", "类别", "每月金额"]
    assert (shown.until_at, family.case().status) == (at("2026-11-23", "24:00"), "PUBLICITY")
    family.let_pass(until=at("2026-11-23", "24:00"))
    household.taken_down(family)
    assert family.open_tasks() == ["db_county_review"]


def test_a_negative_opinion_is_not_published_and_the_county_decides(family: Stage, registers: Simulator) -> None:
    """Domain G.2 #11."""
    household.surveyed(family, registers)
    family.do("db_draft", draftDecision="不符合", category=None, proposedAmount=None, draftCode="DB01")
    family.do("db_prelim", prelimDecision="不符合", prelimOpinion="人均收入高于标准，报县级决定")
    assert (family.open_tasks(), family.told("citizen", "M06")) == (["db_county_review"], [])


def test_the_leader_may_send_it_back_to_be_written_or_visited_again(family: Stage, registers: Simulator) -> None:
    household.surveyed(family, registers)
    longer = {"extendWanted": True, "extendCode": "调查难度大", "extendReason": "主要成员都在省外务工"}
    family.do("db_draft", **longer)
    family.do("db_extend")
    family.do("db_prelim", prelimDecision="退回修改", prelimOpinion="金额算错了，请重新核算再报")
    family.do("db_draft", extendWanted=None)
    family.do("db_prelim", prelimDecision="退回重新入户", prelimOpinion="收入没有查清，请再次入户")
    family.do("db_visit_2", checkedIncome=21600)
    reckoned = family.case().variables["eligibility"]
    assert (reckoned["perCapitaMonthly"], reckoned["result"]) == (600, "低保边缘")
    assert family.open_tasks() == ["db_draft"]


def test_an_objection_that_is_right_means_another_look_and_no_second_notice(
    family: Stage, registers: Simulator
) -> None:
    """Domain G.2 #10: 低保 reports again, 特困 publishes again."""
    household.posted(family, registers)
    household.objected(family)
    assert family.task("db_reinv").due_at == at("2026-11-30", "24:00")
    longer = {"extendWanted": True, "extendCode": "公示异议", "extendReason": "重新调查还要十个工作日"}
    family.do("db_reinv", **longer)
    family.do("db_extend", extendApproved=False)
    told = sentences.said("M162", ITEM, text=steps.USUAL["db_reinv"][1]["reinvOpinion"])
    assert family.told("citizen", "M162") == [told]
    assert (family.open_tasks(), len(family.told("citizen", "M06"))) == (["db_county_review"], 1)


def test_a_village_meeting_needs_two_thirds_representatives_and_as_many_votes_as_people(
    family: Stage, registers: Simulator
) -> None:
    household.posted(family, registers)
    household.objected(family)
    for wrong in ({"participants": people(3)}, {"participants": people(4), "votesFor": 4}):
        with pytest.raises(Refused) as refusal:
            family.do("db_reinv", **{**MEETING, "minutesPhotos": [family.file("town_civil_clerk")], **wrong})
        family.refused("db_end_unmet", refusal.value)
    family.do("db_reinv", **MEETING, participants=people(4), minutesPhotos=[family.file("town_civil_clerk")])
    assert family.open_tasks() == ["db_county_review"]


def test_what_the_county_wants_to_be_completed_is_not_published_again(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review", countyDecision="补充材料", countyOpinion="缺妻子的务工收入证明，请补充")
    family.do("db_draft")
    family.do("db_prelim")
    assert family.open_tasks() == ["db_county_review"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
