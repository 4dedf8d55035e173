"""追缴: money that was paid wrongly, or got by false statements, comes back; the ledger says how much of which payment.

The rule: what comes back is booked on the lines that were paid, the oldest first, and never more than was paid.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.casework import money, notifications
from engine.casework.models import Case, PaymentLine
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element

KEPT = ("paid",)


def paid_by_case(running: Running, element: Element) -> Mapping[str, Any]:
    """已发放: of the case of header `caseNo`; the property `resultVariable` gets {payee, amount, count}: whom, how much
    of it has not come back, in how many payments."""
    lines = _lines(running, element)
    left = sum(line.amount - line.recovered for line in lines)
    told = {"payee": lines[0].payee_name if lines else "", "amount": money.yuan(left), "count": len(lines)}
    return {element.properties.get("resultVariable", "casePaid"): told}


def book(running: Running, element: Element) -> Mapping[str, Any]:
    """登记追回: `amount` (元) of what was paid for the case of header `caseNo` has come back; `how` it did and the
    `voucher` stand with the line. The property `resultVariable` gets what has come back by this process in all."""
    given = money.headers(running, element)
    amount, lines = money.required(given.get("amount"), element), _lines(running, element)
    before = money.cents(given.get("before")) or 0
    left = amount
    for line in lines:
        part = min(left, line.amount - line.recovered)
        if part > 0:
            _come_back(line, part, f"{money.text(given, 'how')}，凭证 {money.text(given, 'voucher')}")
        left -= part
    if left:
        raise ExecutionFailed("Expected no more to come back than was paid, but it is more", element_id=element.id)
    running.session.flush()
    return {element.properties.get("resultVariable", "recovered"): money.yuan(before + amount)}


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
    payees = {line.citizen_id for line in _lines(running, element, "paid", "recovered") if line.citizen_id is not None}
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


def _lines(running: Running, element: Element, *states: str) -> Sequence[PaymentLine]:
    """What was paid for the case, the oldest first, kept from others until the commit."""
    case = _case(running, element)
    wanted = select(PaymentLine).where(PaymentLine.case_id == case.id, PaymentLine.state.in_(states or KEPT))
    ordered = wanted.order_by(PaymentLine.id).with_for_update()
    return running.session.scalars(ordered.execution_options(populate_existing=True)).all()
