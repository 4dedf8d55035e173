"""按月资金拨付 (domain C5 monthly): begun by the clock, one line for each benefit and month, nobody twice."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.casework.models import Case
from engine.casework.money_models import PaymentLine
from engine.db import reading, transaction
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.processes import paying
from tests.processes.paying import (
    CARD,
    OTHER_CARD,
    begin_month,
    benefits,
    bring,
    lines,
    payments,
    running_benefits,
    through,
)
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.usefixtures("registers")
ITEM, PROCESS = paying.ITEM, "monthly_payment"
WIFE, SON = paying.WIFE, "532622199001010014"
MORNING = at("2026-12-05", "08:00")


def test_every_running_benefit_of_the_county_is_paid_and_everybody_is_told(pay: Stage) -> None:
    running_benefits(pay, WIFE, SON)
    begin_month(pay, MORNING)
    [payment] = payments()
    assert (payment.item_code, payment.county_code, payment.month, payment.purpose) == (
        ITEM, "532622", "2026-12", "最低生活保障金",
    )  # fmt: skip
    assert [(line.line_no, line.month, line.amount) for line in lines()] == [(n, "2026-12", 64000) for n in (1, 2, 3)]
    through(pay, *paying.STEPS)
    rows = [f"{number},成功,2026-12-05 15:00,李柜员,640.00," for number in (1, 2, 3)]
    assert bring(pay, *rows)
    assert pay.case().outcome_text == "最低生活保障金 2026-12 已发放 1920 元"
    assert pay.told("citizen", "M09") == [f"最低生活保障金640.00元已发放至尾号{CARD[-4:]}。"]
    with reading() as session:
        assert replay.replay(session, pay.case().case_no).equal


def test_what_comes_back_is_paid_again_by_itself_and_the_benefit_keeps_the_new_account(pay: Stage) -> None:
    running_benefits(pay, WIFE)
    begin_month(pay, MORNING)
    through(pay, *paying.STEPS)
    bring(pay, "1,成功,2026-12-05 15:00,李柜员,640.00,", "2,失败,2026-12-05 15:00,李柜员,640.00,户名不符")
    assert pay.task("py_fail").role_key == "county_civil_clerk"
    right = {
        "editLine": 2, "editAction": "更正账户", "editHolder": "群众之妻", "editRelation": "本人",
        "editBank": "县农商行", "editAccount": OTHER_CARD,
    }  # fmt: skip
    pay.complete("county_civil_clerk", "py_fail", payEdits=[right])
    pay.let_pass(until=MORNING)
    through(pay, *paying.STEPS)
    bring(pay, "1,成功,2026-12-05 16:00,李柜员,640.00,")
    assert [(line.state, line.again) for line in lines()] == [("paid", False), ("failed", True), ("paid", False)]
    assert [one.account_no for one in benefits()] == [CARD, OTHER_CARD]


def test_the_next_month_lists_what_is_owed_and_nothing_a_second_time(pay: Stage) -> None:
    running_benefits(pay, WIFE)
    begin_month(pay, MORNING)
    pay.complete("county_civil_clerk", "py_dept", deptOpinion=paying.OPINION)
    begin_month(pay, at("2027-01-05", "08:00"))
    assert [(line.benefit_id, line.month) for line in lines()] == [
        (1, "2026-12"), (2, "2026-12"), (1, "2027-01"), (2, "2027-01"),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction() as session:
        kept = {column.name: getattr(lines()[0], column.name) for column in PaymentLine.__table__.columns}
        session.add(PaymentLine(**{**kept, "id": None, "line_no": 99}))
        session.flush()


def test_a_month_of_which_nothing_is_left_ends_without_a_payment(pay: Stage, registers: Simulator) -> None:
    running_benefits(pay)
    registers.hold({"deaths": {str(pay.people["citizen"].identity_number): [{"diedOn": "2026-12-01"}]}})
    case = begin_month(pay, MORNING)
    assert case.outcome_text == "最低生活保障金 2026-12 没有发放：死亡登记：2026-12-01"
    pay.let_pass(until=at("2027-01-05", "08:00"))
    with reading() as session:
        begun = list(session.scalars(select(Case.outcome).where(Case.process_key == "monthly_pay")))
    assert begun == ["COMPLETED", "COMPLETED"]
    assert [len(payments()), len(lines())] == [1, 1]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
