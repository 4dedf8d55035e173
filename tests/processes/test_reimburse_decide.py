"""审核和审批 (domain B15, rb_calc to rb_review_2): what is paid, by which rows, and who agrees to it."""

from decimal import Decimal
from typing import Any

import pytest

from engine import settings
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.processes import sentences
from tests.processes.stage import Stage, at

PROCESS = "reimburse_decide"
ITEM = "reimburse"
BILL: dict[str, Any] = {
    "county": "532622",
    "careType": "住院",
    "levelChecked": "三级",
    "hospitalPlace": "省外",
    "filedChecked": False,
    "identityChecked": "普通",
    "feeInScope": 42000,
    "totalFee": 50000,
    "otherPaid": None,
    "startPaid": 0,
    "basicUsed": 0,
    "ownBefore": 0,
    "majorUsed": 0,
    "aidUsed": 0,
}
POOR = {
    "levelChecked": "二级",
    "hospitalPlace": "省内",
    "filedChecked": True,
    "identityChecked": "低保",
    "feeInScope": 20000,
}


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def benefit(**given: Any) -> tuple[Decimal, ...]:
    rows = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).decisions["reimburse_benefit"]
    found = rows.decide("reimburse_benefit", {**BILL, **given})
    return tuple(Decimal(str(found[part])) for part in ("basic", "major", "aid", "total", "own"))


def amounts(*written: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(one) for one in written)


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        # (42000 - 1000) * (60 % - 20 %), then 60 % of what is borne above 10000
        ({}, amounts("16400", "9360", "0", "25760", "24240")),
        # with the stay filed nothing is taken off the ratio
        ({"filedChecked": True}, amounts("24600", "4440", "0", "29040", "20960")),
        # (20000 - 500) * 75 %, 65 % above 5000, then 70 % of the rest
        (POOR, amounts("14625", "243.75", "3591.88", "18460.63", "31539.37")),
        ({**POOR, "identityChecked": "特困"}, amounts("14625", "243.75", "4618.13", "19486.88", "30513.12")),
        # what this year has already paid for is not begun anew, and caps hold
        ({"startPaid": 1000, "basicUsed": 50000}, amounts("10000", "13200", "0", "23200", "26800")),
        ({"ownBefore": 10000, "majorUsed": 190000}, amounts("16400", "10000", "0", "26400", "23600")),
        # nobody gets more than the bill less what others paid
        ({"otherPaid": 40000}, amounts("10000", "0", "0", "10000", "0")),
        ({"feeInScope": 900}, amounts("0", "0", "0", "0", "50000")),
        ({"careType": "急诊", "feeInScope": 1000, "filedChecked": True}, amounts("500", "0", "0", "500", "49500")),
        (
            {"careType": "门诊慢特病", "feeInScope": 2200, "hospitalPlace": "州内"},
            amounts("700", "0", "0", "700", "49300"),
        ),
    ],
)
def test_each_fund_pays_its_part_to_the_cent(given: dict[str, Any], parts: tuple[Decimal, ...]) -> None:
    assert benefit(**given) == parts


def test_a_large_bill_is_looked_into_while_the_clock_stands_still(stage: Stage) -> None:
    stage.raise_hand(totalFee=50000)
    stage.let_pass(until=at("2026-11-16"))
    for step in ("rb_pre", "rb_bring", "rb_orig", "rb_calc"):
        stage.do(step)
    assert (stage.open_tasks(), stage.case().clock_stopped_at) == (["rb_investigate"], at("2026-11-16"))
    # Ten working days, two weekends between.
    assert stage.task("rb_investigate").due_at == at("2026-11-30", "24:00")
    stage.do("rb_investigate")
    variables = stage.case().variables
    assert (stage.open_tasks(), str(variables["feeInScope"])) == (["rb_review"], "18000.00")
    assert Decimal(variables["benefit"]["total"]) == Decimal("10200")
    assert stage.case().clock_stopped_at is None
    # Looked into once, it is not looked into again unless there is a new doubt.
    stage.do("rb_review", medinsReview="退回")
    stage.do("rb_calc")
    assert stage.open_tasks() == ["rb_review"]


def test_a_doubtful_bill_is_looked_into(stage: Stage) -> None:
    stage.bring_to("rb_calc")
    assert stage.task("rb_calc").due_at == at("2026-11-30", "24:00")
    stage.do("rb_calc", doubtful=True, doubtText="清单与票据金额不符，需要向医院核对")
    assert stage.open_tasks() == ["rb_investigate"]


def test_the_scope_can_not_be_larger_than_the_bill(stage: Stage) -> None:
    stage.bring_to("rb_calc")
    with pytest.raises(Invalid) as refusal:
        stage.do("rb_calc", feeInScope=24001)
    assert set(refusal.value.problems) == {"feeInScope"}


def test_reviewer_and_approver_may_send_it_back_and_what_is_agreed_is_told(stage: Stage) -> None:
    stage.bring_to("rb_review")
    task = stage.task("rb_review")
    assert (task.role_key, task.due_at) == ("county_medins_reviewer", at("2026-11-19", "24:00"))
    stage.do("rb_review", medinsReview="退回", reviewNote="起付线本年度已经付过，请重新核对")
    stage.do("rb_calc", startPaid=1000)
    stage.do("rb_review")
    assert stage.task("rb_review_2").role_key == "county_medins_approver"
    stage.do("rb_review_2", medinsApproval="退回", payFund=None)
    stage.do("rb_calc")
    stage.do("rb_review")
    stage.do("rb_review_2")
    assert Decimal(stage.case().variables["payAmount"]) == Decimal("11400")
    result = "报销 11400 元，将付到您的账户"
    assert stage.told("citizen", "M07") == [sentences.said("M07", ITEM, result=result)]


def test_nothing_can_not_be_approved_for_payment(stage: Stage) -> None:
    stage.bring_to("rb_calc")
    stage.do("rb_calc", feeInScope=900)
    stage.do("rb_review", medinsReview="拟不予支付", reviewNote="没有超过起付线，拟不予支付")
    with pytest.raises(Invalid) as refusal:
        stage.do("rb_review_2")
    assert set(refusal.value.problems) == {"medinsApproval"}
    stage.do(
        "rb_review_2",
        medinsApproval="不同意",
        payFund=None,
        rejectReasonCode="RB07",
        rejectReason="政策范围内费用没有超过起付线",
        rejectBasis="《中华人民共和国社会保险法》第二十八条",
    )
    assert stage.case().outcome == "REJECTED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
