"""抵扣: what was paid wrongly is kept back from a benefit that runs, a part of it each month, until it has come back.

The rule: what is kept back of a line that is not paid in the end is owed to the recovery again; nothing is kept back
for a recovery that stands still or has ended, and never more of a month than the county's share.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from engine.casework import money, recovery
from engine.casework.models import Case
from engine.casework.money_models import Benefit, Deduction, DeductionPart, Payment, PaymentLine
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element

RESULT = "deduction"
# A part counts where its line was paid, or still may be.
_PAID: ColumnElement[bool] = PaymentLine.state.in_(("paid", "recovered"))
_WAITING: ColumnElement[bool] = or_(
    PaymentLine.state == "open", and_(PaymentLine.state == "failed", Payment.closed_at.is_(None))
)


def begin(running: Running, element: Element) -> Mapping[str, Any]:
    """从待遇中抵扣: `total` (元), or what of it no other deduction brings back, was paid wrongly for the case of header
    `caseNo` and is kept back from a benefit of its payee that runs, at most `monthly` a month and `share` per cent of
    it; `reason` says why. The property `resultVariable` gets what `deduction_facts` tells; null where no benefit of
    theirs runs."""
    given, session = money.headers(running, element), running.session
    lines = recovery.lines(running, element)
    benefit = _benefit_of(session, lines)
    total = min(money.required(given.get("total"), element), recovery.left(session, lines))
    if benefit is None or total <= 0:
        return {element.properties.get("resultVariable", RESULT): None}
    begun = Deduction(
        case_id=running.case.id,
        paid_case_id=lines[0].case_id,
        benefit_id=benefit.id,
        total=total,
        monthly=money.required(given.get("monthly"), element),
        share=int(given.get("share") or 0),
        reason=money.text(given, "reason"),
        begun_at=running.now,
    )
    session.add(begun)
    session.flush()
    return _told(running, element, begun)


def facts(running: Running, element: Element) -> Mapping[str, Any]:
    """抵扣情况 of the case's deduction: the property `resultVariable` gets {benefitNo, itemName, total, monthly,
    deducted, state}; `state`: running, done when all has come back, stopped where the benefit is not paid any more."""
    wanted = select(Deduction).where(Deduction.case_id == running.case.id).order_by(Deduction.id.desc()).limit(1)
    found = running.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise ExecutionFailed("Expected a deduction that has begun, but there is none", element_id=element.id)
    return _told(running, element, found)


def _told(running: Running, element: Element, deduction: Deduction) -> Mapping[str, Any]:
    benefit = running.session.get_one(Benefit, deduction.benefit_id)
    deducted, waiting = (_sum(running.session, deduction, which) for which in (_PAID, _WAITING))
    state = "running"
    if deducted >= deduction.total:
        state = "done"
    elif benefit.state != "running" and not waiting:
        state = "stopped"
    if state != "running" and deduction.ended_at is None:
        deduction.ended_at = running.now
    told = {
        "benefitNo": benefit.number, "itemName": benefit.item_name, "total": money.yuan(deduction.total),
        "monthly": money.yuan(deduction.monthly), "deducted": money.yuan(deducted), "state": state,
    }  # fmt: skip
    return {element.properties.get("resultVariable", RESULT): told}


def _benefit_of(session: Session, lines: Sequence[PaymentLine]) -> Benefit | None:
    """A benefit of the payee that runs: that of the same case before others."""
    if not lines:
        return None
    wanted = select(Benefit).where(Benefit.payee_identity == lines[0].payee_identity, Benefit.state == "running")
    ordered = wanted.order_by((Benefit.case_id == lines[0].case_id).desc(), Benefit.id)
    return session.scalar(ordered.limit(1))


def keep_back(running: Running, lines: Iterable[PaymentLine]) -> None:
    """The lines of a month are lowered by what is to be kept back, the oldest deduction first."""
    by_benefit = _running(running.session, {line.benefit_id for line in lines if line.benefit_id is not None})
    left = {one.id: one.total - _sum(running.session, one, or_(_PAID, _WAITING)) for one in by_benefit}
    for line in lines:
        due = line.amount
        for deduction in by_benefit:
            if deduction.benefit_id != line.benefit_id:
                continue
            most = due * deduction.share // 100 - line.deducted
            part = min(left[deduction.id], deduction.monthly, most)
            if part > 0:
                running.session.add(DeductionPart(deduction_id=deduction.id, line_id=line.id, amount=part))
                line.amount, line.deducted = line.amount - part, line.deducted + part
                left[deduction.id] -= part


def _running(session: Session, benefits: set[int]) -> Sequence[Deduction]:
    wanted = (
        select(Deduction)
        .join(Case, Case.id == Deduction.case_id)
        .where(Deduction.benefit_id.in_(benefits), Deduction.ended_at.is_(None), Case.state == "active")
        .order_by(Deduction.id)
    )
    locked = wanted.with_for_update(of=Deduction).execution_options(populate_existing=True)
    return session.scalars(locked).all()


def paid(running: Running, line: PaymentLine, payment: Payment) -> None:
    """What was kept back of a line that is paid now has come back."""
    wanted = (
        select(DeductionPart, Deduction)
        .join(Deduction, Deduction.id == DeductionPart.deduction_id)
        .where(DeductionPart.line_id == line.id)
        .order_by(DeductionPart.id)
    )
    for part, deduction in running.session.execute(wanted).all() if line.deducted else ():
        owed = recovery.kept(running.session, deduction.paid_case_id)
        recovery.come_back(owed, part.amount, f"从{payment.purpose}（{line.month}）中抵扣，凭证 {payment.number}")


def move(session: Session, line: PaymentLine, fresh: PaymentLine) -> None:
    """What was kept back of a line that failed is kept back of the one that pays it again."""
    session.execute(update(DeductionPart).where(DeductionPart.line_id == line.id).values(line_id=fresh.id))


def _sum(session: Session, deduction: Deduction, which: ColumnElement[bool]) -> int:
    wanted = select(func.sum(DeductionPart.amount)).join(PaymentLine, PaymentLine.id == DeductionPart.line_id)
    joined = wanted.join(Payment, Payment.id == PaymentLine.payment_id)
    return int(session.scalar(joined.where(DeductionPart.deduction_id == deduction.id, which)) or 0)


def reasons(session: Session, lines: Iterable[PaymentLine]) -> dict[int, str]:
    """Why something was kept back of each line of which it was."""
    lowered = [line.id for line in lines if line.deducted]
    if not lowered:
        return {}
    wanted = (
        select(DeductionPart.line_id, Deduction.reason)
        .join(Deduction, Deduction.id == DeductionPart.deduction_id)
        .where(DeductionPart.line_id.in_(lowered))
        .order_by(DeductionPart.id)
    )
    told: dict[int, list[str]] = {}
    for line_id, reason in session.execute(wanted):
        told.setdefault(line_id, []).append(reason)
    return {line_id: "；".join(dict.fromkeys(found)) for line_id, found in told.items()}


SERVICES = {"deduction_begin": begin, "deduction_facts": facts}
