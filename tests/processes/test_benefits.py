"""待遇台账: a benefit is granted, changed and ended by services of a diagram, and the journal says so."""

import pytest

from engine.db import reading
from engine.errors import ExecutionFailed, Invalid
from engine.oversight import replay
from tests.processes import paying
from tests.processes.paying import benefits, decide
from tests.processes.stage import Stage

ITEM = paying.ITEM
PROCESS = "payment_batch"
MONTHLY = {"monthlyPaid": True, "payAmount": 640, "startMonth": "2026-12", "validUntil": "2027-11-30", "memberCount": 2}


def review(stage: Stage, **values: object) -> bool:
    return stage.complete("county_civil_clerk", "pt_review", **values)


def test_a_granted_benefit_says_for_whom_how_much_from_when_and_until_when(pay: Stage) -> None:
    decide(pay, **MONTHLY)
    [benefit] = benefits()
    citizen = pay.people["citizen"]
    assert pay.case().variables["benefitNo"] == benefit.number
    assert (benefit.payee_name, benefit.payee_identity) == (citizen.name, citizen.identity_number)
    assert (benefit.citizen_id, benefit.county_code, benefit.category) == (citizen.id, "532622", "A 类")
    assert (benefit.monthly, benefit.person_count, benefit.start_month) == (64000, 2, "2026-12")
    assert (str(benefit.valid_until), benefit.state) == ("2027-11-30", "running")


def test_a_review_changes_what_it_names_and_leaves_the_rest(pay: Stage) -> None:
    decide(pay, **MONTHLY)
    review(pay, reviewResult="调整", newAmount=480.5, reviewReason="家里一人就业")
    [benefit] = benefits()
    assert (benefit.monthly, benefit.person_count, benefit.reason) == (48050, 2, "家里一人就业")
    assert pay.case().variables["benefitBefore"]["amount"] == 640
    review(pay, reviewResult="调整", newState="suspended", reviewReason="联系不上")
    assert benefits()[0].state == "suspended"


def test_an_ended_benefit_says_why_and_which_month_is_the_last(pay: Stage) -> None:
    decide(pay, **MONTHLY)
    assert review(pay, reviewResult="停发", reviewReason="收入超过标准", endMonth="2027-03")
    [benefit] = benefits()
    assert (benefit.state, benefit.end_month, benefit.reason) == ("ended", "2027-03", "收入超过标准")
    with reading() as session:
        assert replay.replay(session, pay.case().case_no).equal


@pytest.mark.parametrize("wrong", [{"payAmount": 0}, {"startMonth": "2026-13"}, {"payAmount": 0.005}])
def test_a_benefit_without_an_amount_or_a_month_is_not_granted(pay: Stage, wrong: dict[str, object]) -> None:
    with pytest.raises((ExecutionFailed, Invalid)):
        decide(pay, **{**MONTHLY, **wrong})
    assert benefits() == []
