"""从待遇中抵扣 (domain C5: 退回 or deduct): the month's payment is lowered until what was paid wrongly is back."""

from datetime import datetime

import pytest

from engine.casework.models import Case
from engine.casework.money_models import PaymentLine
from engine.db import reading
from engine.oversight import ledger, replay
from tests.processes import paying
from tests.processes.paying import begin_month, bring, lines, through
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.usefixtures("registers")
ITEM, PROCESS = paying.ITEM, "fund_deduct"
ASKED = {"recoverCause": "发放错误", "recoverReason": "核对发现多算了一名家庭成员，金额有误"}
DEDUCT = {"recoverWay": "从以后的待遇中抵扣"}
REST = ("rc_collect", "IN_PROGRESS")


def month(stage: Stage, on: datetime, amount: str) -> PaymentLine:
    """The month's payment goes to the bank, which pays the one line that it has."""
    begin_month(stage, on)
    through(stage, *paying.STEPS)
    bring(stage, f"1,成功,{on:%Y-%m-%d} 15:00,李柜员,{amount},")
    return lines()[-1]


def recover(stage: Stage, case_no: str, amount: float, monthly: float) -> int:
    """The county decides that it is kept back; gives the recovery."""
    stage.item = "fund_recover"
    stage.begin("county_civil_clerk", recoverCaseNo=case_no, **ASKED)
    stage.do("rc_check", recoverAmount=amount, recoverMonthly=monthly, **DEDUCT)
    stage.do("rc_approve")
    return stage.case_id


def case(number: int) -> Case:
    with reading() as session:
        return session.get_one(Case, number)


@pytest.fixture
def paid(pay: Stage) -> str:
    """The number of a case whose benefit of 640 yuan was paid for December."""
    paying.running_benefits(pay)
    number = pay.case().case_no
    month(pay, at("2026-12-05", "08:00"), "640.00")
    return number


def test_the_payment_is_lowered_by_no_more_than_was_agreed_and_the_county_allows(pay: Stage, paid: str) -> None:
    granted = paying.benefits()[0].case_id
    first = recover(pay, paid, 200, 100)
    [told] = pay.told("citizen", "M228")
    assert told.startswith("多发的困难家庭补助款200元（发放错误），从您的困难家庭补助中每月抵扣，每月不超过100元")
    second = recover(pay, paid, 300, 90)
    line = month(pay, at("2027-01-05", "08:00"), "512.00")
    assert (line.amount, line.deducted) == (51200, 12800)
    assert [one.recovered for one in lines()] == [12800, 0]
    with reading() as session:
        [entry] = ledger.listing(session, pay.people["county_finance"], month="2027-01").rows
    assert entry.deducted == "应发 640.00 元，抵扣 128.00 元（发放错误）"
    month(pay, at("2027-02-05", "08:00"), "512.00")
    pay.let_pass(until=at("2027-02-13", "09:00"))
    assert (case(first).outcome, case(first).outcome_text) == ("COMPLETED", "已从待遇中抵扣 200 元")
    pay.case_id = granted
    pay.complete("county_civil_clerk", "pt_review", reviewResult="停发", reviewReason="收入超过标准")
    pay.let_pass(until=at("2027-02-21", "09:00"))
    pay.case_id = second
    assert (pay.task("rc_collect").element_id, pay.case().status) == REST
    assert pay.case().variables["recovered"] == 56
    pay.do("rc_collect", collectAmount=244, collectOn="2027-02-20")
    assert pay.case().outcome_text == "已追回 300 元"
    assert [one.recovered for one in lines()] == [50000, 0, 0]
    with reading() as session:
        assert all(replay.replay(session, case(number).case_no).equal for number in (first, second))


def test_what_the_bank_returns_is_kept_back_once_only(pay: Stage, paid: str) -> None:
    begun = recover(pay, paid, 100, 100)
    begin_month(pay, at("2027-01-05", "08:00"))
    through(pay, *paying.STEPS)
    bring(pay, "1,失败,2027-01-05 15:00,李柜员,540.00,销户")
    assert lines()[0].recovered == 0
    right = {
        "editLine": 1, "editAction": "更正账户", "editHolder": "群众之妻", "editRelation": "家庭成员",
        "editBank": "县农商行", "editAccount": paying.OTHER_CARD,
    }  # fmt: skip
    pay.complete("county_civil_clerk", "py_fail", payEdits=[right])
    pay.let_pass(until=at("2027-01-05", "08:00"))
    through(pay, *paying.STEPS)
    bring(pay, "1,成功,2027-01-05 16:00,李柜员,540.00,")
    assert [(one.state, one.recovered, one.deducted) for one in lines()] == [
        ("paid", 10000, 0), ("failed", 0, 10000), ("paid", 0, 10000),
    ]  # fmt: skip
    pay.let_pass(until=at("2027-01-13", "09:00"))
    assert case(begun).outcome_text == "已从待遇中抵扣 100 元"


def test_where_no_benefit_runs_the_county_asks_for_the_money(pay: Stage) -> None:
    paying.bring_to_bank(pay)
    bring(pay, "1,成功,2026-11-16 15:00,李柜员,1280.50,")
    number = pay.case().case_no
    recover(pay, number, 200, 100)
    assert (pay.task("rc_collect").element_id, pay.case().status) == REST
    pay.begin("county_civil_clerk", recoverCaseNo=number, **ASKED)
    pay.do("rc_check", recoverAmount=100)
    pay.do("rc_approve")
    assert (pay.task("rc_collect").element_id, pay.case().status) == REST


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
