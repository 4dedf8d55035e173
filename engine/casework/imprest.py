"""备用金 and what was given at once (先行发放): cash, goods or a transfer that somebody in need has received already.

The rule: a balance is counted from what was booked, never kept; who counts it holds the town's lock until the commit,
so two payments at once cannot both take the last of it. What follows from a balance is the diagram's.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from engine import clock
from engine.casework import money
from engine.casework import payment_lines as lines_of
from engine.casework.imprest_models import ImprestTopUp
from engine.casework.money_models import Payment, PaymentLine
from engine.casework.payments import made
from engine.casework.running import Running
from engine.db import one_at_a_time
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import regions

IMPREST, GIVEN = "IMPREST", "GIVEN"
"""Channels of a payment: out of the town's imprest fund, or of the county's money, given by hand."""
SPENT = ("paid", "recovered")


def give(running: Running, element: Element) -> Mapping[str, Any]:
    """登记先行发放, a payment that is made already: headers `amount` (元), `purpose`, `department`, `fund`, `channel`
    (IMPREST or GIVEN), `voucher`, `on`, and those of the account where it was transferred. The result has
    `givenTotal`: all that the case was given so."""
    given = money.headers(running, element)
    payment = made(
        running,
        item_code=running.case.item_code,
        purpose=money.text(given, "purpose"),
        department=money.text(given, "department"),
        month=None,
        fund=money.text(given, "fund"),
        channel=IMPREST if given.get("channel") == IMPREST else GIVEN,
    )
    payment.voucher = money.text(given, "voucher")[:60] or None
    payment.closed_at, payment.status = running.now, "已发放"
    line = lines_of.single(running, payment, given, money.required(given.get("amount"), element))
    line.state, line.flags, line.told_at = "paid", [], running.now
    line.paid_on = _day(given.get("on"), element) or clock.local(running.now).date()
    running.session.flush()
    mine = select(func.sum(PaymentLine.amount)).join(Payment, Payment.id == PaymentLine.payment_id)
    total = running.session.scalar(mine.where(Payment.case_id == running.case.id, PaymentLine.state == "paid"))
    return {"givenTotal": money.yuan(total or 0)}


def balance(running: Running, element: Element) -> Mapping[str, Any]:
    """备用金余额 of the case's town for header `item` in 元: its `base` by the policy table, what it was topped up with
    and what was given from it. The property `resultVariable` gets it."""
    given = money.headers(running, element)
    town, item = _town(running, element), money.text(given, "item", running.case.item_code)
    one_at_a_time(running.session, f"imprest {town} {item}")
    added = select(func.sum(ImprestTopUp.amount)).where(ImprestTopUp.town_code == town, ImprestTopUp.item_code == item)
    spent = (
        select(func.sum(PaymentLine.amount - PaymentLine.recovered))
        .join(Payment, Payment.id == PaymentLine.payment_id)
        .where(
            Payment.channel == IMPREST,
            Payment.item_code == item,
            PaymentLine.region_code.startswith(town),
            PaymentLine.state.in_(SPENT),
        )
    )
    base = money.cents(given.get("base")) or 0
    left = base + (running.session.scalar(added) or 0) - (running.session.scalar(spent) or 0)
    return {element.properties.get("resultVariable", "imprestLeft"): money.yuan(left)}


def top_up(running: Running, element: Element) -> Mapping[str, Any]:
    """备用金补充 of the case's town for header `item`: `amount` (元) and the treasury's `voucher`."""
    given = money.headers(running, element)
    running.session.add(
        ImprestTopUp(
            town_code=_town(running, element),
            item_code=money.text(given, "item", running.case.item_code),
            amount=money.required(given.get("amount"), element),
            voucher=money.text(given, "voucher")[:60],
            case_id=running.case.id,
            made_at=running.now,
        )
    )
    running.session.flush()
    return {}


SERVICES: Mapping[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "payment_given": give,
    "imprest_balance": balance,
    "imprest_top_up": top_up,
}


def _town(running: Running, element: Element) -> str:
    town = regions.ancestor_code(running.case.region_code, "town")
    if town is None:
        raise ExecutionFailed("Expected a case of a town or village, but it is of none", element_id=element.id)
    return town


def _day(value: object, element: Element) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value is not None else None
    except ValueError:
        raise ExecutionFailed(f"Expected a day, but got {value!r}", element_id=element.id) from None
