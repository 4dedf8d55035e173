"""临时救助 (domain B3): from the hand that is raised to aid at once, to a payment, or to a refusal with its reasons."""

from typing import Any

import pytest

from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import hardship, paying, sentences
from tests.processes.hardship import outcome
from tests.processes.stage import Stage, at

ITEM = PROCESS = "linshi"
TOO_LATE = "已经同意救助或者发放了救助款物，不能再撤回；不需要的请告诉乡镇民政经办人"


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def test_after_a_fire_up_to_the_towns_quota_is_paid_within_48_hours_without_publicity(family: Stage) -> None:
    """Domain G.3 #10: and the paperwork follows within five working days."""
    hardship.decided(family)
    assert family.task("ls_pay_now").due_at <= at("2026-11-18", "09:00")
    family.do("ls_pay_now")
    [line] = paying.lines()
    assert (line.state, line.amount, family.told("citizen", "M06")) == ("paid", 300_000, [])
    assert family.told("citizen", "M172") == [said("M172", amount=3000, mode="现金")]
    assert family.open_tasks() == ["ls_paperwork"]
    assert family.task("ls_paperwork").due_at == at("2026-11-23", "24:00")
    with pytest.raises(Invalid) as refusal:
        family.withdraw()
    assert refusal.value.notice == TOO_LATE
    family.refused("ls_end_too_late", refusal.value)
    family.do("ls_paperwork")
    assert outcome(family.case()) == ("ended", "COMPLETED", "急难型，已先行救助 3000 元")
    assert [one.process_key for one in family.companions("linshi_follow")] == ["linshi_follow"]


def test_a_small_sum_is_granted_by_the_town_and_goes_to_the_familys_account(family: Stage) -> None:
    hardship.proposed(family)
    hardship.grant(family, "ls_town_approve")
    assert family.told("citizen", "M07") == [said("M07", result="临时救助2800元，将发放到您的账户")]
    hardship.pay(family)
    assert outcome(family.case()) == ("ended", "COMPLETED", "支出型，已发放 2800 元")
    assert [line.state for line in paying.lines()] == ["paid"]


def test_money_that_cannot_be_paid_ends_the_case_with_the_reason(family: Stage) -> None:
    hardship.proposed(family)
    hardship.grant(family, "ls_town_approve")
    struck = {"editLine": 1, "editAction": "剔除", "editReason": "本人已经在外县救助"}
    family.complete("county_civil_clerk", "py_dept", payEdits=[struck], deptOpinion=paying.OPINION)
    text = "审批同意，救助金没有发放：本人已经在外县救助"
    assert outcome(family.case()) == ("ended", "TERMINATED", text)


def test_what_is_not_urgent_is_looked_into_and_may_be_refused_in_writing(family: Stage) -> None:
    hardship.urgent(family)
    family.do("ls_quick")
    nothing = dict.fromkeys(["firstAmount", "firstMode", "oneApprovalManyStages"])
    family.do("ls_town_first", **nothing, townFirstDecision="不属急难")
    family.do("ls_expense")
    family.do("ls_prelim", proposedAmount=2800)
    family.do("ls_prelim_2", signDecision="不符合", signOpinion="邻里反映不属实，报县级决定")
    family.do("ls_examine", examineDecision="建议不同意")
    family.do("ls_approve", **hardship.DENIED)
    assert family.task("ls_reject").role_key == "county_civil_clerk"
    family.do("ls_reject")
    reason = "家庭收入和财产可以承担这笔支出"
    assert outcome(family.case()) == ("ended", "REJECTED", reason)
    assert family.told("citizen", "M08") == [said("M08", reason=reason)]


def test_a_family_that_signs_no_authorisation_is_not_helped_by_the_general_way(
    family: Stage, registers: Simulator
) -> None:
    family.raise_hand()
    family.do("ls_triage", isLowIncomeAlready=False)
    family.do("ls_survey")
    unsigned = {"authSigned": False, "authFits": True, "authInDate": True, "authReturnList": "申请人本人没有签字"}
    family.complete("county_check_clerk", "ec_accept", **unsigned)
    declined = "申请人拒绝签字授权，已经两次上门说明"
    family.complete("town_civil_clerk", "ec_request", checkWanted=False, checkDeclined=declined)
    assert outcome(family.case()) == ("ended", "TERMINATED", "家庭不同意授权或者不配合调查核对，办理终止")


def test_what_is_out_of_scope_is_not_accepted(family: Stage) -> None:
    family.raise_hand()
    reason = "反映的是劳动报酬纠纷，请向劳动监察反映"
    family.do(
        "ls_triage", inScope=False, aidType=None, isLowIncomeAlready=None, rejectReasonCode="NR01",
        rejectReason=reason, rejectBasis="民发〔2018〕23号",
    )  # fmt: skip
    assert outcome(family.case()) == ("ended", "NOT_ACCEPTED", reason)


def test_papers_that_never_come_end_it_and_so_does_a_missing_consent(family: Stage) -> None:
    family.raise_hand()
    family.do("ls_triage", needCorrection=True, correctionList="医疗票据看不清，请重拍")
    family.let_pass(until=at("2026-11-30", "24:00"))
    assert outcome(family.case()) == ("ended", "TERMINATED", "逾期未补正材料，办理终止")
    family.raise_hand("neighbour", "PROXY", **family.proxy_answers())
    family.consent(agrees=False)
    assert outcome(family.case()) == ("ended", "TERMINATED", "未能取得本人同意，代为提出的诉求已终止")


def test_the_family_may_urge_and_withdraw_and_supervision_is_told(family: Stage) -> None:
    family.raise_hand()
    family.urge()
    family.supervise()
    assert len(family.told("town_civil_clerk", "T06")) == len(family.told("town_civil_clerk", "T04")) == 1
    family.withdraw(reason="不需要了")
    assert family.case().outcome == "WITHDRAWN"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
