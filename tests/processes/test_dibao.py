"""低保 (domain B1): from the hand that is raised to the benefit that runs, or to a refusal with its reasons."""

from typing import Any

import pytest

from engine.casework.models import Case
from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import household, sentences
from tests.processes.stage import Stage, at

ITEM = PROCESS = "dibao"
TOO_LATE = "您家的低保已经确认，不能再撤回。不需要低保的，请告诉乡镇民政经办人，按自愿退出办理"


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def test_a_family_below_the_standard_is_granted_the_benefit_from_next_month(
    family: Stage, registers: Simulator
) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review")
    family.do("db_approve")
    with pytest.raises(Invalid) as refusal:
        family.withdraw()
    assert refusal.value.notice == TOO_LATE
    family.refused("db_end_too_late", refusal.value)
    family.do("db_publish")
    text = "已纳入低保（B类），每月 900 元，自 2026-12 起"
    assert outcome(family.case()) == ("ended", "COMPLETED", text)
    assert family.told("citizen", "M07") == [said("M07", result="已纳入低保，每月900元，自2026-12起")]


def test_whom_the_registers_contradict_is_told_by_the_town_and_may_accept_it(
    family: Stage, registers: Simulator
) -> None:
    household.surveyed(family, registers, cars=True)
    family.do("db_tell_fail")
    family.do("db_object", objectChoice="接受", objectText=None, objectFiles=[])
    assert family.open_tasks() == ["db_reject_2"]
    family.do("db_reject_2")
    reason = "家庭财产超过低保规定，不符合条件"
    assert outcome(family.case()) == ("ended", "REJECTED", reason)
    assert family.told("citizen", "M08") == [said("M08", reason=reason)]


def test_a_family_that_signs_no_authorisation_is_not_looked_into(family: Stage, registers: Simulator) -> None:
    household.accepted(family, authPersons=[{"name": "群众之妻", "idNo": household.WIFE}])
    household.visited(family)
    unsigned = {"authSigned": False, "authFits": True, "authInDate": True, "authReturnList": "申请人本人没有签字"}
    family.complete("county_check_clerk", "ec_accept", **unsigned)
    family.complete(
        "town_civil_clerk", "ec_request", checkWanted=False, checkDeclined="申请人拒绝签字授权，已经两次上门说明"
    )
    assert outcome(family.case()) == ("ended", "TERMINATED", "家庭不同意授权或者不配合调查核对，办理终止")
    assert len(family.told("citizen", "M34")) == 1


def test_the_county_may_ask_for_more_once_and_then_refuse(family: Stage, registers: Simulator) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review", countyDecision="补充材料", countyOpinion="缺妻子的务工收入证明，请补充")
    assert family.open_tasks() == ["db_draft"]
    family.do("db_draft")
    family.do("db_prelim")
    assert family.open_tasks() == ["db_county_review"]
    family.do("db_county_review", countyDecision="建议不同意")
    family.do("db_approve", **household.DENIED)
    family.do("db_reject")
    assert outcome(family.case()) == ("ended", "REJECTED", "家庭人均收入高于当地低保标准")


def test_who_has_the_hukou_elsewhere_is_told_where_to_ask(family: Stage) -> None:
    family.raise_hand()
    reason = "您家的户籍在邻县，请到户籍所在地的乡镇申请"
    family.do(
        "db_accept", hukouHere=False, inScope=False, rejectReasonCode="NR02", rejectReason=reason,
        rejectBasis="民发〔2021〕57号第六条",
    )  # fmt: skip
    assert outcome(family.case()) == ("ended", "NOT_ACCEPTED", reason)
    assert family.told("citizen", "M04") == [said("M04", reason=reason)]


def test_papers_that_never_come_end_the_case(family: Stage) -> None:
    family.raise_hand()
    family.do("db_accept", checkPromise="缺", needCorrection=True, correctionList="承诺书没有签字，请补签")
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(family.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")


def test_a_proxy_without_consent_ends_the_case(family: Stage) -> None:
    family.raise_hand("neighbour", "PROXY", **family.proxy_answers())
    family.consent(agrees=False)
    assert outcome(family.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的诉求已终止")


def test_the_family_may_withdraw_urge_and_supervision_is_told(family: Stage) -> None:
    family.raise_hand()
    family.urge()
    assert len(family.told("town_civil_clerk", "T06")) == len(family.told("citizen", "M30")) == 1
    family.supervise()
    assert len(family.told("town_civil_clerk", "T04")) == 1
    family.withdraw(reason="不需要了")
    assert outcome(family.case()) == ("ended", "WITHDRAWN", "您已撤回")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
