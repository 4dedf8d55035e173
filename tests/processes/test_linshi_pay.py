"""临时救助, the payment (domain B3 G7): one sum, from the county's department to the applicant's account."""

import pytest

from tests.processes import hardship, paying
from tests.processes.stage import Stage

ITEM, PROCESS = "linshi", "linshi_pay"


def test_the_department_gets_the_order_with_the_sum_and_the_account(
    family: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)
    hardship.proposed(family)
    hardship.grant(family, "ls_town_approve")
    [line] = paying.lines()
    [payment] = paying.payments()
    assert (line.amount, line.account_no, payment.channel) == (280_000, "6217000010001234569", "DIRECT")
    assert (payment.purpose, payment.department, family.open_tasks()) == ("临时救助金", "civil", ["py_dept"])
    hardship.pay(family)
    assert family.case().variables["payResult"] == "PAID"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
