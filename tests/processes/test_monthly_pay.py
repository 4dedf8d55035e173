"""每月发放: the clock begins it on the fifth of each month in every staffed county, one payment for each item."""

from sqlalchemy import select

from engine.casework import jobs
from engine.casework.models import Case
from engine.db import reading
from tests.processes import paying
from tests.processes.paying import begin_month, payments, running_benefits
from tests.processes.stage import Stage, at

ITEM, PROCESS = paying.ITEM, "monthly_pay"


def test_each_item_with_benefits_gets_one_payment_a_month_however_often_the_worker_looks(pay: Stage) -> None:
    running_benefits(pay)
    begin_month(pay, at("2026-12-05", "08:00"))
    jobs.drain()
    with reading() as session:
        begun = list(session.scalars(select(Case).where(Case.process_key == PROCESS)))
    assert [(case.region_code, case.outcome, case.variables["benefitItems"]) for case in begun] == [
        ("532622", "COMPLETED", [ITEM])
    ]
    assert [(payment.month, payment.round_no) for payment in payments()] == [("2026-12", 1)]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
