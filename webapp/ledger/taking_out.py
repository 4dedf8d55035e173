"""导出台账: the payments, their sums by village, and the running benefits, as files.

The rule: the columns are those of the pages, one fact in each.
"""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.db import reading
from engine.oversight import exports, ledger, running_benefits
from engine.oversight.sheets import Column
from webapp import taking_out
from webapp.auth import current_actor
from webapp.ledger.blueprint import blueprint
from webapp.ledger.listing import MONTH

PAYMENTS = (
    Column("批次", 26), Column("行号", 6, "number"), Column("受理编号", 28), Column("发放名称", 18), Column("月份", 9),
    Column("收款人", 10), Column("村（社区）", 20), Column("金额（元）", 12, "money"), Column("账户", 12),
    Column("已追回（元）", 12, "money"), Column("抵扣", 30), Column("状态", 12), Column("到账日期", 12, "date"),
    Column("凭证", 18), Column("说明", 30),
)  # fmt: skip
SUMS = (
    Column("村（社区）", 24), Column("列入金额（元）", 14, "money"), Column("已发放笔数", 11, "number"),
    Column("已发放金额（元）", 15, "money"), Column("在途笔数", 10, "number"), Column("在途金额（元）", 14, "money"),
    Column("没有发放金额（元）", 17, "money"), Column("已追回金额（元）", 15, "money"),
    Column("退票金额（元）", 14, "money"), Column("重发到账（元）", 14, "money"),
)  # fmt: skip
BENEFITS = (
    Column("待遇编号", 28), Column("事项", 16), Column("类别", 14), Column("享受人", 10), Column("身份证号", 20),
    Column("村（社区）", 20), Column("人数", 6, "number"), Column("每月（元）", 12, "money"), Column("起始月份", 10),
    Column("截止", 12), Column("最近核查", 12, "date"), Column("状态", 10), Column("原因", 24),
)  # fmt: skip


@blueprint.post("/ledger/export")
def take_payments() -> ResponseReturnValue:
    """拨付明细."""
    month, status = _month(), request.args.get("status", "")

    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        return (payment(one) for one in ledger.every(session, current_actor(), month=month, status=status))

    return taking_out.answer("拨付明细", PAYMENTS, rows, [("月份", month), ("状态", status)])


def payment(one: ledger.Entry) -> tuple[Any, ...]:
    """A row of PAYMENTS."""
    return (
        one.payment_no, one.line_no, one.case_no, one.purpose, one.month, one.payee, one.place, one.amount, one.account,
        one.recovered, one.deducted, one.status, one.paid_on, one.voucher, "；".join(one.remarks),
    )  # fmt: skip


@blueprint.post("/ledger/sums/export")
def take_sums() -> ResponseReturnValue:
    """各村（社区）合计."""
    month = _month()

    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        return (tuple(vars(one).values()) for one in ledger.sums(session, current_actor(), month=month))

    return taking_out.answer("各村（社区）合计", SUMS, rows, [("月份", month)])


@blueprint.post("/ledger/benefits/export")
def take_benefits() -> ResponseReturnValue:
    """在享待遇."""
    item, text = request.args.get("item", ""), request.args.get("text", "").strip()
    state = request.args.get("state", "running")
    with reading() as session:
        names = dict(running_benefits.items(session, current_actor()))
    filters = [
        ("事项", names.get(item, item)),
        ("状态", running_benefits.STATES.get(state, "全部")),
        (exports.WORDS, text),
    ]

    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        found = running_benefits.every(session, current_actor(), item=item, state=state, text=text)
        return (benefit(row) for row in found)

    return taking_out.answer("在享待遇", BENEFITS, rows, filters)


def benefit(row: running_benefits.Row) -> tuple[Any, ...]:
    """A row of BENEFITS."""
    return (
        row.number, row.item, row.category, row.payee, row.identity, row.place, row.persons, row.monthly, row.since,
        row.until, row.reviewed_on, row.state, row.reason,
    )  # fmt: skip


def _month() -> str:
    """The month of the address; what is none counts as not given."""
    month = request.args.get("month", "")
    return month if MONTH.fullmatch(month) else ""
