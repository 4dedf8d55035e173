"""Tables of money: the benefits that run from month to month, and the payments with each of their lines.

Amounts are in 分, because money is counted, never measured. A line says whom it pays, what for and how it went.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment

LIVE = text("benefit_id IS NOT NULL AND state IN ('open', 'paid')")


class Benefit(Base):
    """待遇: what somebody is granted every month. `start_month` and `end_month`, both included, are written 2026-12.

    `paid_from`: what is owed begins with this month; later than the start where the benefit was suspended meanwhile.
    `reviewed_on`: when a review last found that it goes on (核查). `moved_to_id`: what pays it on in another county.
    """

    __tablename__ = "benefit"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'suspended', 'ended')", name="state"),
        Index("ix_benefit_county_item", "county_code", "item_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    payee_name: Mapped[str] = mapped_column(String(60))
    payee_identity: Mapped[str] = mapped_column(String(18), index=True)
    item_code: Mapped[str] = mapped_column(String(40))
    item_name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(12))
    county_code: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(80))
    monthly: Mapped[int]
    persons: Mapped[Any] = mapped_column(Json)
    person_count: Mapped[int]
    bank_name: Mapped[str] = mapped_column(String(100))
    account_holder: Mapped[str] = mapped_column(String(60))
    account_no: Mapped[str] = mapped_column(String(40), index=True)
    holder_relation: Mapped[str] = mapped_column(String(40))
    start_month: Mapped[str] = mapped_column(String(7))
    paid_from: Mapped[str] = mapped_column(String(7))
    valid_until: Mapped[date | None]
    end_month: Mapped[str | None] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(String(10), default="running")
    reason: Mapped[str] = mapped_column(Text, default="")
    granted_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    reviewed_on: Mapped[date | None]
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("benefit.id"))


class Payment(Base):
    """拨付批次. A month's payments of a county and item are numbered: a later one pays what came back, or who was
    granted the benefit since. `status`: where an open one stands, as its diagram says."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("county_code", "item_code", "month", "round_no"),
        Index("ix_payment_county_made", "county_code", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    item_code: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(20))
    county_code: Mapped[str] = mapped_column(String(12))
    month: Mapped[str | None] = mapped_column(String(7))
    round_no: Mapped[int] = mapped_column(default=1)
    fund: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    voucher: Mapped[str | None] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class PaymentLine(Base):
    """拨付明细: one payee of one payment. A benefit has one line a month that is open or paid; a second cannot be
    written. `flags`: what whoever examines it should look at; `again`: what failed is paid by a later line,
    which says by `replaces_id` which one it pays again; `returned_on`, `returned_for`: when and why the bank returned
    it (退票), also where it was given up afterwards. `recovered`: what came back of the amount, all of it where that is
    its state. `amount` is what is paid out: `deducted` was kept back of the month's benefit before."""

    __tablename__ = "payment_line"
    __table_args__ = (
        UniqueConstraint("payment_id", "line_no"),
        CheckConstraint("state IN ('open', 'paid', 'failed', 'removed', 'recovered')", name="state"),
        Index("uq_payment_line_month", "benefit_id", "month", unique=True, postgresql_where=LIVE, sqlite_where=LIVE),
        Index("ix_payment_line_region", "region_code", "month"),
        Index("ix_payment_line_paid", "paid_on", "region_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    line_no: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    benefit_id: Mapped[int | None] = mapped_column(ForeignKey("benefit.id"))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    payee_name: Mapped[str] = mapped_column(String(60))
    payee_identity: Mapped[str] = mapped_column(String(18), index=True)
    region_code: Mapped[str] = mapped_column(String(12))
    month: Mapped[str] = mapped_column(String(7))
    amount: Mapped[int]
    bank_name: Mapped[str] = mapped_column(String(100))
    account_holder: Mapped[str] = mapped_column(String(60))
    account_no: Mapped[str] = mapped_column(String(40), index=True)
    holder_relation: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="open")
    flags: Mapped[Any] = mapped_column(Json, default=list)
    reason: Mapped[str] = mapped_column(Text, default="")
    sampled: Mapped[bool] = mapped_column(default=False)
    again: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("payment_line.id"))
    returned_on: Mapped[date | None]
    returned_for: Mapped[str] = mapped_column(Text, default="")
    recovered: Mapped[int] = mapped_column(default=0)
    deducted: Mapped[int] = mapped_column(default=0)
    paid_on: Mapped[date | None]
    bank_time: Mapped[str | None] = mapped_column(String(40))
    bank_operator: Mapped[str | None] = mapped_column(String(60))
    told_at: Mapped[datetime | None] = mapped_column(Moment)


class Deduction(Base):
    """抵扣: what was paid wrongly for `paid_case_id` is kept back from a benefit that runs, by the recovery `case_id`.

    Each month at most `monthly`, and at most `share` per cent of that month's benefit by all deductions together.
    """

    __tablename__ = "deduction"
    __table_args__ = (
        CheckConstraint("total > 0 AND monthly > 0", name="amounts"),
        CheckConstraint("share BETWEEN 1 AND 99", name="share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    paid_case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    benefit_id: Mapped[int] = mapped_column(ForeignKey("benefit.id"), index=True)
    total: Mapped[int]
    monthly: Mapped[int]
    share: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class DeductionPart(Base):
    """What a deduction keeps back of one line. It counts as long as the line is on its way or paid."""

    __tablename__ = "deduction_part"
    __table_args__ = (UniqueConstraint("deduction_id", "line_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deduction_id: Mapped[int] = mapped_column(ForeignKey("deduction.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("payment_line.id"), index=True)
    amount: Mapped[int]
