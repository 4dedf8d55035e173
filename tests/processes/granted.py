"""Somebody who has a benefit since last year: the record of it, and what has been paid of it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from engine.casework import benefits
from engine.casework.models import Case
from engine.casework.money_models import Benefit, Payment, PaymentLine
from engine.clock import now
from engine.db import reading
from tests import factories
from tests.factories import YANSHAN
from tests.processes.stage import VILLAGE, Stage


def give(stage: Stage, item: str, **columns: Any) -> str:
    """The citizen's case of that item has granted a benefit; its number. The stage goes on with its own process."""
    process, stage.item = stage.item, item
    case, citizen = stage.raise_hand(), stage.people["citizen"]
    stage.item = process
    usual: dict[str, Any] = {
        "number": f"B-{case.id}", "case_id": case.id, "citizen_id": citizen.id, "payee_name": citizen.name,
        "payee_identity": citizen.identity_number, "item_code": item, "item_name": item, "department": "civil",
        "region_code": VILLAGE, "county_code": YANSHAN, "category": "B类", "monthly": 90000, "persons": [],
        "person_count": 1, "bank_name": "农信社", "account_holder": citizen.name, "account_no": "62",
        "holder_relation": "本人", "start_month": "2025-12", "paid_from": "2025-12", "granted_at": now(),
        "changed_at": now(),
    }  # fmt: skip
    with factories.committed() as session:
        session.add(Benefit(**usual | columns))
    return case.case_no


def pay(case_no: str) -> None:
    """One month of it has been paid."""
    with factories.committed() as session:
        benefit = _of(session, case_no)
        payment = Payment(
            number=f"P-{benefit.id}", case_id=benefit.case_id, item_code=benefit.item_code, purpose="按月发放",
            department="civil", county_code=YANSHAN, month="2026-10", fund="救助资金", channel="ONE_CARD",
            status="已发放", made_at=now(),
        )  # fmt: skip
        session.add(payment)
        session.flush()
        session.add(
            PaymentLine(
                payment_id=payment.id, line_no=1, case_id=benefit.case_id, benefit_id=benefit.id, month="2026-10",
                payee_name=benefit.payee_name, payee_identity=benefit.payee_identity, region_code=VILLAGE,
                amount=benefit.monthly, bank_name="农信社", account_holder=benefit.account_holder, account_no="62",
                holder_relation="本人", state="paid", paid_on=date(2026, 10, 10),
            )
        )  # fmt: skip


def benefit(case_no: str) -> Benefit:
    with reading() as session:
        return _of(session, case_no)


def _of(session: Any, case_no: str) -> Benefit:
    case_id = session.scalars(select(Case.id).where(Case.case_no == case_no)).one()
    return benefits.of_case(session, case_id)[0]
