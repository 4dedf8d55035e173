"""资金拨付 (domain C5) of a single case: from the payment order to the message that the money has come."""

import pytest

from engine.casework import documents, money
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import ledger, replay
from engine.oversight.ledger import Sum
from tests.demo.registers import Simulator
from tests.processes import paying
from tests.processes.paying import CARD, OTHER_CARD, bring, bring_to_bank, decide, lines, payments, through
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.usefixtures("registers")
ITEM, PROCESS = paying.ITEM, "payment_batch"
PAID = "1,成功,2026-11-16 15:00,李柜员,1280.50,"
FAILED = "1,失败,2026-11-16 15:00,李柜员,1280.50,销户"
RIGHT = {
    "editLine": 1, "editAction": "更正账户", "editHolder": "群众之妻", "editRelation": "家庭成员",
    "editBank": "县农商行", "editAccount": OTHER_CARD,
}  # fmt: skip


def test_the_money_goes_from_the_county_through_the_treasury_and_the_bank_to_the_family(pay: Stage) -> None:
    bring_to_bank(pay)
    assert pay.case().status == "PAYING"
    assert bring(pay, PAID)
    case = pay.case()
    assert (case.outcome, case.outcome_text) == ("COMPLETED", "已发放 1280.5 元（2026-11-16）")
    [line] = lines()
    assert (line.state, line.amount, line.bank_operator, line.paid_on.isoformat()) == (
        "paid",
        128050,
        "李柜员",
        "2026-11-16",
    )  # type: ignore[union-attr]
    assert pay.told("citizen", "M09") == ["困难家庭补助1,280.50元已发放至尾号4569。"]
    assert (case.variables["payResult"], case.variables["paidAmount"]) == ("PAID", 1280.5)
    with reading() as session:
        assert replay.replay(session, case.case_no).equal


def test_the_payment_order_tells_lines_total_and_where_the_money_comes_from(pay: Stage) -> None:
    decide(pay)
    through(pay, "py_dept", "py_dept_2", "py_dept_3")
    case = pay.case()
    with reading() as session:
        opened = documents.read(session, case.variables["payOrder"]["no"], pay.people["county_finance"])
    told = {line["label"]: line["text"] for line in opened.document.content["lines"]}
    assert opened.genuine
    assert told["批次号"] == payments()[0].number
    assert (told["资金来源"], told["合计"], told["笔数"]) == ("县级困难群众救助补助资金", "1,280.50 元", "1 笔")
    [row] = opened.document.content["tables"][0]["rows"]
    assert (row[1], row[5], row[6]) == (pay.people["citizen"].name, CARD, "1,280.50")


def _ledger(stage: Stage) -> list[tuple[str, ...]]:
    with reading() as session:
        return [one.remarks for one in ledger.listing(session, stage.people["county_finance"], month="2026-11").rows]


def _sums(stage: Stage) -> Sum:
    """The county's whole month. What was listed is paid, on its way, not paid, or came back; nothing else."""
    with reading() as session:
        whole = ledger.sums(session, stage.people["county_finance"], month="2026-11")[-1]
    parts = (whole.paid_amount, whole.waiting_amount, whole.unpaid_amount, whole.recovered_amount)
    assert money.cents(whole.listed_amount) == sum(money.cents(part) or 0 for part in parts)
    return whole


def test_what_comes_back_is_put_right_and_paid_again_with_an_order_of_its_own(pay: Stage) -> None:
    bring_to_bank(pay)
    bring(pay, FAILED)
    task = pay.task("py_fail")
    assert (task.role_key, task.due_at) == ("town_civil_clerk", at("2026-11-23", "24:00"))
    assert pay.told("citizen", "M120") == ["困难家庭补助1,280.50元没有发放成功：销户。请把新的账户告诉乡镇工作人员。"]
    with pytest.raises(Invalid) as refusal:
        pay.complete("town_civil_clerk", "py_fail", payEdits=[{**RIGHT, "editLine": 2}])
    assert refusal.value.problems == {
        "payEdits-0-editLine": ["拨付单里没有这一行"], "payEdits": ["请逐条处理，还差行号：1"],
    }  # fmt: skip
    pay.complete("town_civil_clerk", "py_fail", payEdits=[RIGHT])
    pay.let_pass(until=at("2026-11-16", "09:00"))
    through(pay, *paying.STEPS)
    assert bring(pay, PAID)
    assert [(line.state, line.account_no, line.again) for line in lines()] == [
        ("failed", CARD, True),
        ("paid", OTHER_CARD, False),
    ]
    assert [payment.round_no for payment in payments()] == [1, 2]
    assert _ledger(pay) == [("退票重发",), ("已更正账户重发", "销户")]
    assert _sums(pay) == Sum("合计", "1,280.50", 1, "1,280.50", 0, "0.00", "0.00", "0.00", "1,280.50", "1,280.50")
    assert pay.case().outcome == "COMPLETED"


def test_a_line_that_came_back_may_be_given_up(pay: Stage) -> None:
    bring_to_bank(pay)
    bring(pay, FAILED)
    assert _sums(pay) == Sum("合计", "1,280.50", 0, "0.00", 1, "1,280.50", "0.00", "0.00", "1,280.50", "0.00")
    gone = {"editLine": 1, "editAction": "剔除", "editReason": "本人书面放弃"}
    assert pay.complete("town_civil_clerk", "py_fail", payEdits=[gone])
    case = pay.case()
    assert (case.outcome, case.outcome_text) == ("TERMINATED", "本人书面放弃")
    assert _ledger(pay) == [("退票：销户", "本人书面放弃")]
    assert _sums(pay) == Sum("合计", "1,280.50", 0, "0.00", 0, "0.00", "1,280.50", "0.00", "1,280.50", "0.00")


def test_nobody_is_paid_whom_the_department_strikes_out(pay: Stage) -> None:
    decide(pay)
    struck = {"editLine": 1, "editAction": "剔除", "editReason": "已经在外县享受"}
    assert paying.do(pay, "py_dept", payEdits=[struck])
    assert pay.case().outcome_text == "已经在外县享受"
    assert [line.state for line in lines()] == ["removed"]


def test_a_payee_who_has_died_is_removed_and_an_alarm_is_given(pay: Stage, registers: Simulator) -> None:
    number = str(pay.people["citizen"].identity_number)
    registers.hold({"deaths": {number: [{"diedOn": "2026-11-10"}]}})
    decide(pay)
    case = pay.case()
    assert (case.outcome, case.outcome_text) == ("TERMINATED", "死亡登记：2026-11-10")
    [line] = lines()
    assert (line.state, line.reason) == ("removed", "死亡登记：2026-11-10")
    who = f"{line.payee_name}（第 1 行），死亡登记：2026-11-10"
    alarm = f"资金异常：拨付单{payments()[0].number}有1笔收款人已有死亡登记，已剔除：{who}。"
    assert pay.told("county_finance", "EM11") == [alarm]
    assert pay.told("county_civil_clerk", "EM11") == [alarm]
    struck = [
        values
        for event in pay.journal()
        for element, values in event.payload.get("services", [])
        if element == "py_strike"
    ]
    assert struck[0]["payDead"] == [who]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
