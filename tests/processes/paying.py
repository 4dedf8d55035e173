"""A small service that pays, the people of a payment, and the register of deaths: what tests of payments act with."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine import clock as engine_clock
from engine.casework import attachments, deployments, recurring
from engine.casework.models import Case, RecurringStart
from engine.casework.money_models import Benefit, Payment, PaymentLine
from engine.db import reading, transaction
from engine.registry import actors, items
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes import steps
from tests.processes.stage import Stage, at

ITEM = "pay_trial"
KEPT = (
    ITEM, "payment_batch", "payment_alive", "payment_review", "payment_payout", "monthly_pay", "monthly_payment",
    "intake", "proxy_consent", "fund_recover", "fund_deduct",
)  # fmt: skip
CARD, OTHER_CARD = "6217000010001234569", "6217000010005678902"
WIFE = "532622198002020025"
POSTS = {
    "town_civil_clerk": JIANGNA,
    "county_civil_clerk": YANSHAN,
    "county_civil_reviewer": YANSHAN,
    "county_civil_approver": YANSHAN,
    "county_finance": YANSHAN,
    "bank_operator": YANSHAN,
}
OPINION = "已经逐笔核对，同意发放"
HEAD = "行号,结果,时间,操作员,金额,原因\n"
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "py_dept": ("county_civil_clerk", {"deptOpinion": OPINION}),
    "py_dept_2": ("county_civil_reviewer", {"checkDecision": "同意", "checkOpinion": OPINION}),
    "py_dept_3": ("county_civil_approver", {"approveDecision": "同意", "approveOpinion": OPINION}),
    "py_fin": ("county_finance", {"finDecision": "无问题"}),
    "py_pay": ("county_finance", {"voucherNo": "ZF-2026-0001"}),
}
DECIDED = {
    "monthlyPaid": False, "payAmount": 1280.5, "payChannel": "ONE_CARD", "bankName": "县农商行", "accountNo": CARD,
    "holderRelation": "本人",
}  # fmt: skip


@contextmanager
def content(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, beside: Path | None = None
) -> Iterator[Stage]:
    """The stage with the service that pays, and people for the posts of a payment."""
    folder = tmp_path / "content"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, folder / below)
    shutil.copytree(Path(__file__).parent / "paid_item", folder, dirs_exist_ok=True)
    paid = folder / "rules" / "monthly_payments.dmn"
    paid.write_text(paid.read_text("utf-8").replace('"dibao"', f'"{ITEM}"'), "utf-8")
    for drawn in (folder / "processes").glob("*.bpmn"):
        if drawn.stem not in KEPT:
            drawn.unlink()
    with engine_clock.pinned_at(at("2026-01-01")), transaction() as session:
        deployments.deploy_folder(session, folder, actor=SYSTEM)
        # Else the clock would make up for the months since.
        session.execute(delete(RecurringStart))
    citizen = stage.people["citizen"]
    members = [
        {"name": citizen.name, "idNo": citizen.identity_number, "relation": "本人"},
        {"name": "群众之妻", "idNo": WIFE, "relation": "配偶"},
    ]
    asked = {"members": members, "authPersons": [], "authValidUntil": None}
    monkeypatch.setitem(steps.ASKED, ITEM, asked)
    for key, region in POSTS.items():
        employ(stage, key, key, region)
    yield stage
    items.forget()


def employ(stage: Stage, name: str, role: str, region: str) -> None:
    with factories.committed() as session:
        number = factories.staff(role, region).id
    with reading() as session:
        found = actors.staff(session, number)
    assert found is not None
    stage.people[name] = found


def decide(stage: Stage, **changes: Any) -> None:
    """Somebody asks, and the county grants."""
    stage.raise_hand()
    stage.let_pass(until=engine_clock.now())
    given = {"accountHolder": stage.people["citizen"].name, **DECIDED, **changes}
    stage.complete("county_civil_clerk", "pt_decide", **given)
    stage.let_pass(until=engine_clock.now())


def do(stage: Stage, element_id: str, **changes: Any) -> bool:
    """A step of the payment is done as usual except for `changes`; and the registers are asked at once."""
    who, usual = STEPS[element_id]
    ended = stage.complete(who, element_id, **{**usual, **changes})
    stage.let_pass(until=engine_clock.now())
    return ended


def through(stage: Stage, *element_ids: str) -> None:
    for element_id in element_ids:
        do(stage, element_id)


def bring_to_bank(stage: Stage, **changes: Any) -> None:
    decide(stage, **changes)
    through(stage, *STEPS)


def table(stage: Stage, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> str:
    """The number of a result file that the bank has uploaded."""
    text = head + "".join(f"{row}\n" for row in rows)
    prepared = attachments.prepare(io.BytesIO(text.encode(encoding)), "代发结果.csv")
    with transaction() as session:
        return attachments.keep(session, prepared, actor=stage.people["bank_operator"]).id


def bring(stage: Stage, *rows: str, **how: Any) -> bool:
    """The bank brings its result file."""
    ended = stage.complete("bank_operator", "py_bank", bankResultFile=[table(stage, *rows, **how)])
    stage.let_pass(until=engine_clock.now())
    return ended


def running_benefits(stage: Stage, *others: str, start: str = "2026-12") -> None:
    """Whoever asked has a benefit from that month on, and so have the others, of the same service."""
    decide(stage, monthlyPaid=True, payAmount=640, startMonth=start)
    [first] = benefits()
    with transaction() as session:
        for number, identity in enumerate(others, start=2):
            kept = {column.name: getattr(first, column.name) for column in Benefit.__table__.columns}
            changed = {"id": None, "number": f"benefit-{number}", "citizen_id": None, "payee_identity": identity}
            session.add(Benefit(**{**kept, **changed, "payee_name": "群众之妻", "account_holder": "群众之妻"}))


def begin_month(stage: Stage, until: datetime) -> Case:
    """The clock begins the monthly payment, and the verbs speak about it."""
    with engine_clock.pinned_at(at("2026-11-16")):
        recurring.plan_all()
    stage.let_pass(until=until)
    with reading() as session:
        found = session.scalars(
            select(Case).where(Case.process_key == "monthly_payment").order_by(Case.id.desc())
        ).first()
    assert found is not None
    stage.case_id = found.id
    return found


def lines() -> list[PaymentLine]:
    with reading() as session:
        return list(session.scalars(select(PaymentLine).order_by(PaymentLine.id)))


def payments() -> list[Payment]:
    with reading() as session:
        return list(session.scalars(select(Payment).order_by(Payment.id)))


def benefits() -> list[Benefit]:
    with reading() as session:
        return list(session.scalars(select(Benefit).order_by(Benefit.id)))
