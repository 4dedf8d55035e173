"""资金台账: what was paid to whom, where each payment stands, and the sums of each village and month.

The rule: whoever reads sees the payments of their region and department, without names where they see cases masked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.casework import deductions, money
from engine.casework.models import Case, Payment, PaymentLine
from engine.casework.paging import Page, bounds
from engine.db import one_of
from engine.oversight import exports
from engine.registry import access, masks, regions
from engine.registry.actors import Actor

SETTLED = {"paid": "已发放", "failed": "已退票", "removed": "已剔除", "recovered": "已追缴"}
STANDING = (
    "待经办审核", "待复核", "待领导审批", "待财政抽查", "待核拨", "待部门发放", "待银行代发", "退票待更正",
)  # fmt: skip
STATUSES = (*STANDING, *SETTLED.values())
SIZE = 50
# Where a line stands: what became of it, or the step at which its payment waits.
STATUS: ColumnElement[str] = case(
    (
        or_(PaymentLine.state == "open", and_(PaymentLine.state == "failed", Payment.closed_at.is_(None))),
        Payment.status,
    ),
    *((PaymentLine.state == key, name) for key, name in SETTLED.items()),
)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger, as it is shown. `may_open`: the viewer may see the case that it was paid for."""

    payment_no: str
    line_no: int
    case_no: str
    may_open: bool
    purpose: str
    month: str
    payee: str
    place: str
    amount: str
    recovered: str
    deducted: str
    account: str
    status: str
    paid_on: date | None
    voucher: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """What was listed for a village in a month: it is paid, on its way, not paid, or came back (追缴); nothing else.

    `returned_amount`: what the bank returned (退票); `again_amount`: what of it a later payment paid."""

    place: str
    listed_amount: str
    paid: int
    paid_amount: str
    waiting: int
    waiting_amount: str
    unpaid_amount: str
    recovered_amount: str
    returned_amount: str
    again_amount: str


def listing(session: Session, actor: Actor, *, month: str = "", status: str = "", page: int = 1) -> Page[Entry]:
    """The lines that the actor may read, the latest first."""
    wanted = _wanted(actor, month, status)
    found = bounds(session, wanted, page, SIZE)
    rows = session.execute(wanted.order_by(PaymentLine.id.desc()).limit(found.size).offset(found.offset)).all()
    return found.with_rows(_entries(session, actor, rows))


def every(session: Session, actor: Actor, *, month: str = "", status: str = "") -> Iterator[Entry]:
    """The same, all of them. Raises Invalid when they are too many to take out."""
    wanted = _wanted(actor, month, status).with_only_columns(PaymentLine.id)
    keys = session.scalars(wanted.order_by(PaymentLine.id.desc()).limit(exports.MOST + 1)).all()
    return exports.in_parts(keys, lambda part: _of_keys(session, actor, part))


def _of_keys(session: Session, actor: Actor, keys: Sequence[int]) -> list[Entry]:
    wanted = _lines().where(one_of(PaymentLine.id, "lines")).order_by(PaymentLine.id.desc())
    return _entries(session, actor, session.execute(wanted, {"lines": list(keys)}).all())


def _wanted(actor: Actor, month: str, status: str) -> Any:
    wanted = _lines().where(_readable(actor))
    if month:
        wanted = wanted.where(PaymentLine.month == month)
    return wanted.where(status == STATUS) if status in STATUSES else wanted


def sums(session: Session, actor: Actor, *, month: str) -> list[Sum]:
    """The sums of each village of that month, by its code; the whole of what the actor may read comes last."""
    line, paid = PaymentLine, PaymentLine.state == "paid"
    returned = and_(line.state == "failed", line.again.is_(False))
    waiting = or_(line.state == "open", and_(returned, Payment.closed_at.is_(None)))
    unpaid = or_(line.state == "removed", and_(returned, Payment.closed_at.is_not(None)))
    counted: list[ColumnElement[int]] = [
        _sum_of(line.replaces_id.is_(None), line.amount),
        *(_sum_of(paid, value) for value in (1, line.amount - line.recovered)),
        *(_sum_of(waiting, value) for value in (1, line.amount)),
        _sum_of(unpaid, line.amount),
        func.sum(line.recovered),
        _sum_of(line.returned_on.is_not(None), line.amount),
        _sum_of(and_(line.replaces_id.is_not(None), line.state.in_(("paid", "recovered"))), line.amount),
    ]
    wanted = (
        select(PaymentLine.region_code, *counted)
        .join(Payment, Payment.id == PaymentLine.payment_id)
        .where(_readable(actor), PaymentLine.month == month)
        .group_by(PaymentLine.region_code)
        .order_by(PaymentLine.region_code)
    )
    rows = [(str(code), [int(number) for number in numbers]) for code, *numbers in session.execute(wanted)]
    regions.remember(session, [code for code, _ in rows])
    shown = [_sum(place(session, code), *numbers) for code, numbers in rows]
    whole = [sum(column) for column in zip(*(numbers for _, numbers in rows), strict=True)]
    return [*shown, _sum("合计", *whole)] if shown else []


def _sum_of(which: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.sum(case((which, value), else_=0))


def _sum(place: str, listed: int, paid: int, paid_amount: int, waiting: int, *amounts: int) -> Sum:
    written = (money.written(amount) for amount in amounts)
    return Sum(place, money.written(listed), paid, money.written(paid_amount), waiting, *written)


def months(session: Session, actor: Actor) -> list[str]:
    """The months for which there is anything to read, the latest first."""
    wanted = select(PaymentLine.month).join(Payment, Payment.id == PaymentLine.payment_id).where(_readable(actor))
    return list(session.scalars(wanted.distinct().order_by(PaymentLine.month.desc()).limit(36)))


def of_case(session: Session, found: Case, actor: Actor) -> list[Entry]:
    """What was paid for a case, or by it, oldest first, for whoever may see the case."""
    return entries_of(session, actor, or_(PaymentLine.case_id == found.id, Payment.case_id == found.id))


def entries_of(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[Entry]:
    """The lines of which this is true, oldest first, for whoever may see what they were paid for."""
    rows = session.execute(_lines().where(which).order_by(PaymentLine.id).limit(SIZE)).all()
    return _entries(session, actor, rows)


def _lines() -> Any:
    joined = select(PaymentLine, Payment, Case, STATUS.label("status"))
    return joined.join(Payment, Payment.id == PaymentLine.payment_id).join(Case, Case.id == PaymentLine.case_id)


def _readable(actor: Actor) -> ColumnElement[bool]:
    return or_(False, *access.ledger_ways(actor, PaymentLine, Payment))


def _entries(session: Session, actor: Actor, rows: Sequence[Any]) -> list[Entry]:
    regions.remember(session, [line.region_code for line, *_ in rows])
    reasons = deductions.reasons(session, [line for line, *_ in rows])
    return [
        _entry(session, actor, line, payment, owner, status, reasons.get(line.id, ""))
        for line, payment, owner, status in rows
    ]


def _entry(
    session: Session, actor: Actor, line: PaymentLine, payment: Payment, owner: Case, status: str, why: str
) -> Entry:
    masked = actor.is_staff and masks.for_viewer(actor, line)
    return Entry(
        payment_no=payment.number,
        line_no=line.line_no,
        case_no=owner.case_no,
        may_open=access.may_see(actor, owner),
        purpose=payment.purpose,
        month=line.month,
        payee=masks.name(line.payee_name) if masked else line.payee_name,
        place=place(session, line.region_code),
        amount=money.written(line.amount),
        recovered=money.written(line.recovered) if line.recovered else "",
        deducted=_deducted(line, "" if masked else why) if line.deducted else "",
        account=f"尾号 {money.tail(line.account_no)}" if line.account_no else "",
        status=status,
        paid_on=line.paid_on,
        voucher=payment.voucher or "",
        remarks=() if masked else tuple(part for part in (*_returned(line), line.reason, *line.flags) if part),
    )


def _deducted(line: PaymentLine, why: str) -> str:
    whole = line.amount + line.deducted
    reason = f"（{why}）" if why else ""
    return f"应发 {money.written(whole)} 元，抵扣 {money.written(line.deducted)} 元{reason}"


def _returned(line: PaymentLine) -> tuple[str, ...]:
    """退票: what the bank returned and how it went on, and what is paid again."""
    if line.replaces_id is not None:
        return ("退票重发",)
    if line.again:
        return ("已更正账户重发",)
    return (f"退票：{line.returned_for}",) if line.returned_on and line.state != "failed" else ()


def place(session: Session, code: str) -> str:
    """A village with its town, or what is wider by itself."""
    town = regions.ancestor(session, code, "town")
    name = regions.get(session, code).name
    return name if town is None or town.code == code else f"{town.name}{name}"
