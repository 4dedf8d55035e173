"""医保基金支付 (domain B15 rb_pay, B16 ma_pay): the batch pays, or another account is named, or nothing is paid."""

import pytest

from tests.processes import funds
from tests.processes.stage import Stage

PROCESS = "medins_pay"
ITEM = "reimburse"


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_what_the_batch_must_know_is_written_before_it_is_called(stage: Stage) -> None:
    funds.approve(stage)
    variables = stage.case().variables
    asked = {key: variables[key] for key in ("payKind", "payDepartment", "payItemText", "payChannel")}
    assert asked == {
        "payKind": "ONE_OFF",
        "payDepartment": "medins",
        "payItemText": "异地就医报销",
        "payChannel": "ONE_CARD",
    }
    assert stage.case().status == "PAYING"


def test_what_did_not_arrive_is_paid_to_another_account(stage: Stage) -> None:
    funds.approve(stage)
    funds.take_off(stage, "账户已经销户")
    assert (stage.open_tasks(), stage.task("mp_removed").role_key) == (["mp_removed"], "county_medins_clerk")
    stage.do("mp_removed")
    assert stage.case().variables["payChannel"] == "DIRECT"
    funds.pay(stage)
    assert stage.case().outcome == "COMPLETED"


def test_what_must_not_be_paid_is_not_paid(stage: Stage) -> None:
    funds.approve(stage)
    funds.take_off(stage, "该笔费用已经由其他渠道支付")
    stage.complete(
        "county_medins_clerk",
        "mp_removed",
        removedResult="不再支付",
        payStopReason="经核对已经由其他渠道支付，不再重复支付",
        payStopBasis="《社会保险经办条例》",
    )
    assert stage.case().outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
