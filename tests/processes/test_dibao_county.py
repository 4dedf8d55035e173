"""低保, the county's part (domain B1 #9–10): ten working days, visits that are owed or drawn by lot, two people."""

import pytest

from engine.errors import Invalid, NotAllowed
from tests.demo.registers import Simulator
from tests.processes import household
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_county"


def test_the_review_takes_six_days_and_the_decision_two_within_the_ten(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    task = family.task("db_county_review")
    assert (task.role_key, task.region_code, family.case().status) == (
        "county_civil_reviewer",
        "532622",
        "COUNTY_REVIEW",
    )
    # The notice hung until Monday 23 November 24:00, which is already the 24th.
    assert task.due_at == at("2026-12-02", "24:00")
    family.do("db_county_review")
    assert family.open_tasks() == ["db_approve"]
    assert family.task("db_approve").due_at == at("2026-11-26", "24:00")
    family.do("db_approve", **household.DENIED)
    assert family.open_tasks() == ["db_reject"]


def test_a_near_relative_forces_the_countys_household_visit(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers, nearRelative=True, relativeName="村委会副主任")
    family.do("db_county_review")
    assert (family.open_tasks(), family.task("db_county_visit").role_key) == (["db_county_visit"], "county_civil_clerk")
    with pytest.raises(Invalid) as refusal:
        family.do("db_county_visit", countyVisitors=[{"visitorName": "经办丙", "visitorPost": "县民政局"}])
    assert set(refusal.value.problems) == {"countyVisitors"}
    family.do("db_county_visit", countyVisitOn="2026-11-24")
    family.do("db_approve", approveDecision="退回审查", **household.UNDECIDED)
    family.do("db_county_review")
    assert family.open_tasks() == ["db_approve"]


def test_a_complaint_forces_it_too(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review", complaintKnown=True)
    assert family.open_tasks() == ["db_county_visit"]


def test_material_goes_back_to_the_town_once_only(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    back = {"countyDecision": "补充材料", "countyOpinion": "缺妻子的务工收入证明，请补充"}
    family.do("db_county_review", **back)
    family.do("db_draft")
    family.do("db_prelim")
    with pytest.raises(Invalid) as refusal:
        family.do("db_county_review", **back)
    assert set(refusal.value.problems) == {"countyDecision"}


def test_who_reviews_does_not_approve(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    household.also(family, "county_civil_reviewer", "county_civil_approver")
    family.do("db_county_review")
    with pytest.raises(NotAllowed) as refusal:
        family.claim("county_civil_reviewer", "db_approve")
    assert refusal.value.notice == "您审核过本案，不能再起草、签批或者审批，请由其他人办理"


def test_the_benefit_begins_next_month_and_not_before(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review")
    with pytest.raises(Invalid) as refusal:
        family.do("db_approve", startMonth="2026-11")
    assert set(refusal.value.problems) == {"startMonth"}


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
