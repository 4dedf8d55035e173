"""核拨发放 (domain C5 #4, #5 and #7): the treasury pays, the bank brings its result file, the payees are told once."""

import pytest

from engine.casework import bank_files
from engine.errors import Invalid
from tests.demo.registers import Simulator
from tests.processes import paying
from tests.processes.paying import (
    WIFE,
    begin_month,
    benefits,
    bring,
    bring_to_bank,
    decide,
    lines,
    payments,
    running_benefits,
    through,
)
from tests.processes.stage import Stage, at

pytestmark = pytest.mark.usefixtures("registers")
ITEM, PROCESS = paying.ITEM, "payment_payout"
PAID = "1,成功,2026-11-16 15:00,李柜员,1280.5,"


def test_the_treasury_has_two_working_days_and_the_bank_one(pay: Stage) -> None:
    pay.clock.move_to(at("2026-11-20", "10:00"))
    decide(pay)
    through(pay, "py_dept", "py_dept_2", "py_dept_3", "py_fin")
    assert pay.task("py_pay").due_at == at("2026-11-24", "24:00")
    paying.do(pay, "py_pay")
    assert (pay.task("py_bank").role_key, pay.task("py_bank").due_at) == ("bank_operator", at("2026-11-23", "24:00"))
    assert payments()[0].status == "待银行代发"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["2,成功,2026-11-16,李柜员,1280.50,"], "第 2 行：拨付单里没有行号“2”"),
        ([PAID, PAID], "第 3 行：行号 1 重复"),
        (["1,到账,2026-11-16,李柜员,1280.50,"], "第 2 行：结果应当是“成功”或者“失败”，现在是“到账”"),
        (["1,成功,2026-11-16,李柜员,1280.00,"], "第 2 行：金额是“1280.00”，拨付单是 1,280.50"),
        (["1,成功,2026-11-16,,1280.50,"], "第 2 行：没有写时间或者操作员"),
        (["1,失败,2026-11-16,李柜员,1280.50,"], "第 2 行：发放失败的要写原因"),
        (["1,成功"], "第 2 行：应当有 5 列，现在是 2 列"),
        ([], "文件里没有这些行号：1"),
    ],
)
def test_a_bad_file_is_refused_with_the_number_of_the_line(rows: list[str], sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        bank_files.read((paying.HEAD + "\n".join(rows)).encode(), {1: 128050}, field="bankResultFile")
    assert refusal.value.problems == {"bankResultFile": [sentence]}


def test_a_refused_file_changes_nothing_and_a_good_one_in_the_banks_own_encoding_is_taken(pay: Stage) -> None:
    bring_to_bank(pay)
    with pytest.raises(Invalid) as refusal:
        bring(pay, PAID, head="序号,结果\n")
    assert refusal.value.problems == {
        "bankResultFile": ["结果文件的第 1 行应当是表头：行号，结果，时间，操作员，金额，原因"]
    }
    assert (lines()[0].state, pay.open_tasks()) == ("open", ["py_bank"])
    with pytest.raises(Invalid) as refusal:
        pay.complete("bank_operator", "py_bank", bankResultFile=[pay.file("bank_operator")])
    assert refusal.value.problems == {"bankResultFile": ["请上传 .csv 文件"]}
    assert bring(pay, PAID, encoding="gb18030")
    assert (lines()[0].state, payments()[0].voucher) == ("paid", "ZF-2026-0001")


def test_the_department_pays_directly_what_goes_by_no_card(pay: Stage) -> None:
    decide(pay, payChannel="DIRECT")
    through(pay, *paying.STEPS)
    task = pay.task("py_direct")
    assert (task.role_key, task.due_at) == ("county_civil_clerk", at("2026-11-17", "24:00"))
    given = {
        "directResult": "已发放",
        "directWay": "现金",
        "directOn": "2026-11-16",
        "directFile": [pay.file("county_civil_clerk")],
    }
    assert pay.complete("county_civil_clerk", "py_direct", **given)
    assert lines()[0].bank_operator == pay.people["county_civil_clerk"].title
    assert pay.case().outcome == "COMPLETED"


def test_somebody_who_dies_while_the_order_is_examined_is_not_paid(pay: Stage, registers: Simulator) -> None:
    decide(pay)
    through(pay, "py_dept", "py_dept_2", "py_dept_3")
    registers.hold({"deaths": {str(pay.people["citizen"].identity_number): [{"diedOn": "2026-11-16"}]}})
    assert not paying.do(pay, "py_fin")
    assert (lines()[0].state, pay.case().outcome_text) == ("removed", "死亡登记：2026-11-16")


def test_who_has_died_is_struck_out_the_others_are_paid_and_the_benefit_stands_still(
    pay: Stage, registers: Simulator
) -> None:
    running_benefits(pay, WIFE, "532622199001010014")
    begin_month(pay, at("2026-12-05", "08:00"))
    through(pay, "py_dept", "py_dept_2", "py_dept_3")
    before = pay.case().variables["payOrder"]["no"]
    registers.hold({"deaths": {WIFE: [{"diedOn": "2026-12-04"}]}})
    through(pay, "py_fin")
    assert [line.state for line in lines()] == ["open", "removed", "open"]
    assert [one.state for one in benefits()] == ["running", "suspended", "running"]
    assert pay.case().variables["payOrder"]["no"] != before
    through(pay, "py_pay")
    bring(pay, "1,成功,2026-12-05 15:00,李柜员,640.00,", "3,成功,2026-12-05 15:00,李柜员,640.00,")
    assert [line.state for line in lines()] == ["paid", "removed", "paid"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
