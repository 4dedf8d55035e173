"""拨付审核 (domain C5 #2 and #3): clerk, reviewer and leader are three people, the treasury samples, and what is wrong
goes back level by level, with the reason."""

import pytest

from engine.casework import returns
from engine.db import transaction
from engine.errors import Invalid, NotAllowed
from tests.factories import YANSHAN
from tests.processes import paying
from tests.processes.paying import OTHER_CARD, decide, do, lines, payments, through
from tests.processes.stage import Stage, at

ITEM, PROCESS = paying.ITEM, "payment_review"


def test_each_level_of_the_department_has_a_working_day_and_the_treasury_three(pay: Stage) -> None:
    pay.clock.move_to(at("2026-09-30", "10:00"))
    decide(pay)
    seen = []
    for step in ("py_dept", "py_dept_2", "py_dept_3", "py_fin"):
        task = pay.task(step)
        seen.append((task.role_key, task.due_at, payments()[0].status))
        do(pay, step)
    # National Day is from 1 to 7 October, and Saturday the 10th is worked.
    assert seen == [
        ("county_civil_clerk", at("2026-10-08", "24:00"), "待经办审核"),
        ("county_civil_reviewer", at("2026-10-08", "24:00"), "待复核"),
        ("county_civil_approver", at("2026-10-08", "24:00"), "待领导审批"),
        ("county_finance", at("2026-10-10", "24:00"), "待财政抽查"),
    ]


def test_nobody_examines_what_they_have_prepared_or_approves_what_they_have_examined(pay: Stage) -> None:
    paying.employ(pay, "both", "county_civil_reviewer", YANSHAN)
    decide(pay)
    do(pay, "py_dept")
    pay.complete("both", "py_dept_2", **paying.STEPS["py_dept_2"][1])
    task = pay.task("py_dept_3")
    assert task.role_key == "county_civil_approver"
    with pytest.raises(NotAllowed):
        pay.complete("both", "py_dept_3", **paying.STEPS["py_dept_3"][1])


def test_what_the_treasury_finds_goes_back_level_by_level_with_the_reason(pay: Stage) -> None:
    decide(pay)
    through(pay, "py_dept", "py_dept_2", "py_dept_3")
    wrong = {"finDecision": "有问题", "finReason": "户名与收款人不一致，请核实"}
    with pytest.raises(Invalid) as refusal:
        do(pay, "py_fin", **wrong)
    assert set(refusal.value.problems) == {"finResults"}
    do(pay, "py_fin", **wrong, finResults=[{"finLine": 1, "finNote": "户名不一致"}])
    back = {"approveDecision": "退回", "approveOpinion": "财政退回，请重新核对户名"}
    do(pay, "py_dept_3", **back)
    do(pay, "py_dept_2", checkDecision="退回", checkOpinion="财政退回，请重新核对户名")
    assert pay.open_tasks() == ["py_dept"]
    right = {
        "editLine": 1, "editAction": "更正账户", "editHolder": "群众之妻", "editRelation": "家庭成员",
        "editBank": "县农商行", "editAccount": OTHER_CARD,
    }  # fmt: skip
    do(pay, "py_dept", payEdits=[right])
    assert [line.account_no for line in lines()] == [OTHER_CARD]
    through(pay, "py_dept_2", "py_dept_3", "py_fin")
    assert pay.open_tasks() == ["py_pay"]
    assert len(payments()) == 1


def test_a_holder_who_is_not_of_the_family_is_pointed_out_and_always_sampled(pay: Stage) -> None:
    decide(pay, accountHolder="村干部", holderRelation="其他")
    assert lines()[0].flags[0] == "户名“村干部”不是收款人本人、家庭成员或者监护人"
    assert "注意：户名“村干部”" in pay.case().variables["payShown"]
    through(pay, "py_dept", "py_dept_2", "py_dept_3")
    assert lines()[0].sampled
    assert pay.case().variables["paySample"].startswith("1. ")


def test_where_no_register_answers_the_clerk_is_told_to_make_sure(pay: Stage) -> None:
    decide(pay)
    assert lines()[0].flags == ["死亡登记没有查到回复，请核实本人健在"]


def test_an_account_that_several_people_share_is_pointed_out(pay: Stage) -> None:
    decide(pay)
    number = pay.case_id
    neighbour = pay.people["neighbour"]
    alone = [{"name": neighbour.name, "idNo": neighbour.identity_number, "relation": "本人"}]
    asked = {"applicantName": neighbour.name, "applicantIdNo": neighbour.identity_number, "members": alone}
    pay.raise_hand(by="neighbour", **asked)
    pay.complete("county_civil_clerk", "pt_decide", accountHolder=neighbour.name, **paying.DECIDED)
    pay.let_pass(until=at("2026-11-16", "09:00"))
    assert pay.case_id != number
    assert lines()[1].flags[0] == f"尾号 {paying.CARD[-4:]} 的账户收多人的款"


def test_an_order_of_which_nothing_is_left_ends_with_the_department(pay: Stage) -> None:
    decide(pay)
    do(pay, "py_dept", payEdits=[{"editLine": 1, "editAction": "剔除", "editReason": "本人已经死亡"}])
    assert ([line.state for line in lines()], payments()[0].closed_at is not None) == (["removed"], True)


def test_what_is_sent_back_to_the_decision_is_collected_anew_with_the_amount_of_then(pay: Stage) -> None:
    decide(pay)
    with transaction() as session:
        returns.send_back(
            session, pay.task("py_dept").id, actor=pay.people["county_civil_clerk"], to="pt_decide",
            reason="金额算错了，请重新核定以后再发放",
        )  # fmt: skip
    given = {"accountHolder": pay.people["citizen"].name, **paying.DECIDED, "payAmount": 500}
    pay.complete("county_civil_clerk", "pt_decide", **given)
    pay.let_pass(until=at("2026-11-16", "09:00"))
    assert [(line.state, line.amount) for line in lines()] == [("removed", 128050), ("open", 50000)]
    assert [payment.closed_at is None for payment in payments()] == [False, True]
    assert pay.case().variables["payTotal"] == 500


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
