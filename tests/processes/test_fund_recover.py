"""资金追缴 (domain C5, R244): what was paid wrongly comes back; who lied is fined, put on record, told the police."""

from typing import Any

import pytest

from engine.casework import documents
from engine.casework.money_models import Benefit, DeductionPart, PaymentLine
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.oversight import ledger, replay
from engine.workflow.world import Refused
from tests.processes import hardship, paying, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "fund_recover"
FRAUD = {"fineTimes": 2, "creditRecord": True, "policeReferral": True}
ASKED = {"recoverReason": "核对发现申报时隐瞒了存款，不符合救助条件"}


def begin(stage: Stage, case_no: str, cause: str = "发放错误") -> None:
    stage.item = "fund_recover"
    stage.begin("county_civil_clerk", recoverCaseNo=case_no, recoverCause=cause, **ASKED)


@pytest.fixture
def paid(family: Stage) -> Stage:
    """Three thousand yuan were handed over at once."""
    hardship.helped(family)
    return family


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, "linshi", **gaps)


def test_a_false_statement_costs_the_money_a_fine_the_credit_and_a_word_to_the_police(paid: Stage) -> None:
    begin(paid, paid.case().case_no, "骗取救助")
    with pytest.raises(Invalid) as refusal:
        paid.do("rc_check", **{**FRAUD, "fineTimes": 4}, recoverAmount=3000.01)
    assert set(refusal.value.problems) == {"fineTimes", "recoverAmount"}
    paid.do("rc_check", **FRAUD)
    paid.do("rc_approve", recoverApproval="退回", recoverApproveOpinion="请补充存款的核对报告再报")
    paid.do("rc_check", **FRAUD)
    paid.do("rc_approve")
    assert paid.told("citizen", "M175") == [said("M175", amount=3000, reason="骗取救助", way="请在30日内退回")]
    with reading() as session:
        [decree] = documents.of_case(session, paid.case_id, paid.people["county_civil_reviewer"])
    lines = {one["label"]: one["text"] for one in decree.content["lines"]}
    assert (lines["罚款"], lines["信用记录"]) == ("骗取金额的 2 倍，6000 元", "记入信用记录")
    paid.do("rc_police")
    assert paid.task("rc_collect").due_at == at("2026-12-16", "24:00")
    paid.do("rc_collect", collectAmount=1000)
    paid.do("rc_collect", collectAmount=2000, collectWay="家属代为退回")
    assert (paid.case().outcome, paid.case().outcome_text) == ("COMPLETED", "已追回 3000 元")
    assert paid.told("citizen", "M176")[-1] == said("M176", amount=2000)
    [line] = paying.lines()
    assert (line.state, line.recovered) == ("recovered", 300_000)
    with reading() as session:
        assert replay.replay(session, paid.case().case_no).difference is None


def test_what_came_back_stands_in_the_ledger(paid: Stage) -> None:
    begin(paid, paid.case().case_no)
    paid.do("rc_check", recoverAmount=800)
    paid.do("rc_approve")
    paid.do("rc_collect", collectAmount=800)
    with reading() as session:
        actor = paid.people["county_finance"]
        [entry] = ledger.listing(session, actor, month="2026-11").rows
        [village, _] = ledger.sums(session, actor, month="2026-11")
    assert (entry.status, entry.amount, entry.recovered) == ("已发放", "3,000.00", "800.00")
    assert entry.remarks == ("追回 800.00 元，本人退回，凭证 JK-2026-0001",)
    assert (village.paid_amount, village.recovered_amount) == ("2,200.00", "800.00")


def test_who_gives_nothing_back_is_brought_before_the_court(paid: Stage) -> None:
    begin(paid, paid.case().case_no)
    paid.do("rc_check")
    paid.do("rc_approve")
    late = dict.fromkeys(["collectAmount", "collectWay", "collectVoucher", "collectOn"])
    paid.do("rc_collect", **late, collectResult="逾期不退", collectNote="已两次书面催告，本人没有退回")
    paid.do("rc_force")
    assert paid.case().outcome_text == "逾期没有退回，已申请人民法院强制执行，强申〔2026〕1 号"
    assert paying.lines()[0].recovered == 0


@pytest.mark.parametrize("has_benefit", [True, False])
def test_it_is_kept_back_from_a_benefit_or_asked_for_where_there_is_none(paid: Stage, has_benefit: bool) -> None:
    if has_benefit:
        _grant(paid)
    begin(paid, paid.case().case_no)
    paid.do("rc_check", recoverAmount=600, recoverWay="从以后的待遇中抵扣", recoverMonthly=600)
    paid.do("rc_approve")
    if not has_benefit:
        assert paid.open_tasks() == ["rc_collect"]
        return
    _pay_a_month()
    paid.let_pass(until=at("2026-11-24"))
    assert paid.case().outcome_text == "已从待遇中抵扣 600 元"


def _grant(stage: Stage) -> None:
    """The payee of what was paid has a monthly benefit, too."""
    [line] = paying.lines()
    same = (
        "case_id", "citizen_id", "payee_name", "payee_identity", "region_code", "bank_name", "account_holder",
        "account_no", "holder_relation",
    )  # fmt: skip
    with transaction() as session:
        session.add(
            Benefit(
                **{name: getattr(line, name) for name in same}, number="benefit-1", item_code="dibao",
                item_name="最低生活保障", department="civil", county_code="532622", category="A类", monthly=300000,
                persons=[], person_count=1, start_month="2026-12", paid_from="2026-12", granted_at=at("2026-11-16"),
                changed_at=at("2026-11-16"),
            )
        )  # fmt: skip


def _pay_a_month() -> None:
    """A line of the benefit was lowered by all that is owed, and is paid."""
    [line] = paying.lines()
    kept = {column.name: getattr(line, column.name) for column in PaymentLine.__table__.columns}
    with transaction() as session:
        lowered = PaymentLine(
            **{**kept, "id": None, "line_no": 2, "benefit_id": 1, "amount": 240000, "deducted": 60000}
        )
        session.add(lowered)
        session.flush()
        session.add(DeductionPart(deduction_id=1, line_id=lowered.id, amount=60000))


def test_nothing_is_recovered_where_nothing_was_paid_or_nothing_is_wrong(paid: Stage) -> None:
    number = paid.case().case_no
    with pytest.raises(Refused) as refusal:
        begin(paid, "linshi-532622-20261116-09999")
    paid.refused("rc_end_unknown", refusal.value)
    begin(paid, number)
    nothing = dict.fromkeys(["recoverAmount", "recoverWay"])
    paid.do("rc_check", **nothing, recoverDecision="不追缴", recoverOpinion="经核实发放没有错误，不追缴")
    assert (paid.case().outcome, paying.lines()[0].state) == ("REJECTED", "paid")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
