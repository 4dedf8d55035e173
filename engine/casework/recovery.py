"""追缴: money that was paid wrongly, or got by false statements, comes back; the ledger says how much of which payment.

The rule: what comes back is booked on the lines that were paid, the oldest first, and never more than was paid.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.casework import money, notifications
from engine.casework.models import Case, PaymentLine
from engine.casework.money_models import Deduction, DeductionPart
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element

KEPT = ("paid",)


def paid_by_case(running: Running, element: Element) -> Mapping[str, Any]:
    """已发放: of the case of header `caseNo`; the property `resultVariable` gets {payee, amount, count}: whom, how much
    of it has neither come back nor is being deducted, in how many payments."""
    found = lines(running, element)
    amount = money.yuan(left(running.session, found))
    told = {"payee": found[0].payee_name if found else "", "amount": amount, "count": len(found)}
    return {element.properties.get("resultVariable", "casePaid"): told}


def book(running: Running, element: Element) -> Mapping[str, Any]:
    """登记追回: `amount` (元) of what was paid for the case of header `caseNo` has come back; `how` it did and the
    `voucher` stand with the line. The property `resultVariable` gets what has come back by this process in all."""
    given = money.headers(running, element)
    amount = money.required(given.get("amount"), element)
    before = money.cents(given.get("before")) or 0
    how = f"{money.text(given, 'how')}，凭证 {money.text(given, 'voucher')}"
    found = lines(running, element)
    if amount > left(running.session, found) or come_back(found, amount, how):
        raise ExecutionFailed("Expected no more to come back than was paid, but it is more", element_id=element.id)
    running.session.flush()
    return {element.properties.get("resultVariable", "recovered"): money.yuan(before + amount)}


def left(session: Session, lines: Sequence[PaymentLine]) -> int:
    """What has neither come back of the lines of a case nor will be kept back by deductions (抵扣) that run."""
    booked = select(func.coalesce(func.sum(DeductionPart.amount), 0)).join(
        PaymentLine, PaymentLine.id == DeductionPart.line_id
    )
    booked = booked.where(DeductionPart.deduction_id == Deduction.id, PaymentLine.state.in_(("paid", "recovered")))
    wanted = (
        select(func.sum(Deduction.total - booked.scalar_subquery()))
        .join(Case, Case.id == Deduction.case_id)
        .where(
            Deduction.paid_case_id.in_({line.case_id for line in lines}),
            Deduction.ended_at.is_(None),
            Case.state != "ended",
        )
    )
    return sum(line.amount - line.recovered for line in lines) - int(session.scalar(wanted) or 0)


def come_back(lines: Sequence[PaymentLine], amount: int, how: str) -> int:
    """The lines, the oldest first, are given back as much as the amount. Gives what is left of it."""
    for line in lines:
        part = min(amount, line.amount - line.recovered)
        if part > 0:
            _come_back(line, part, how)
        amount -= part
    return amount


def _come_back(line: PaymentLine, part: int, how: str) -> None:
    line.recovered += part
    line.reason = "；".join(text for text in (line.reason, f"追回 {money.written(part)} 元，{how}") if text)
    if line.recovered == line.amount:
        line.state = "recovered"


def tell(running: Running, element: Element) -> Mapping[str, Any]:
    """告知收款人 of the case of header `caseNo`: the message of header `messageKey`, with the other headers in its
    gaps."""
    given, case = money.headers(running, element), _case(running, element)
    values = {**given, "no": case.case_no, "事项": case.variables.get("itemName")}
    text = notifications.render(running.plan, money.text(given, "messageKey"), values)
    payees = {line.citizen_id for line in lines(running, element, "paid", "recovered") if line.citizen_id is not None}
    for citizen_id in sorted(payees):
        notifications.tell_citizen(
            running.session, case_id=case.id, citizen_id=citizen_id, message_key=money.text(given, "messageKey"),
            text=text, at=running.now,
        )  # fmt: skip
    return {}


SERVICES: Mapping[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "case_paid": paid_by_case,
    "recovery_book": book,
    "recovery_tell": tell,
}


def _case(running: Running, element: Element) -> Case:
    number = str(running.value_of(element.headers.get("caseNo", "")) or "")
    found = running.session.scalar(select(Case).where(Case.case_no == number))
    if found is None:
        raise ExecutionFailed(f"Expected the case {number!r}, but there is none", element_id=element.id)
    return found


def lines(running: Running, element: Element, *states: str) -> Sequence[PaymentLine]:
    """What was paid for the case of header `caseNo`, the oldest first, kept from others until the commit."""
    return kept(running.session, _case(running, element).id, *states)


def kept(session: Session, case_id: int, *states: str) -> Sequence[PaymentLine]:
    """The same for any case."""
    session.flush()
    wanted = select(PaymentLine).where(PaymentLine.case_id == case_id, PaymentLine.state.in_(states or KEPT))
    ordered = wanted.order_by(PaymentLine.id).with_for_update()
    return session.scalars(ordered.execution_options(populate_existing=True)).all()
