"""资金拨付 as the diagrams ask for it: collect, strike out, put right, sample, enter the bank's word, tell the payees.

Who examines when, and what follows, is the diagram's; here are the rows, and what the diagram gets to know of them.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import attachments, bank_files, deductions, documents, money, notifications, numbering
from engine.casework import payment_lines as lines_of
from engine.casework.money_models import Benefit, Payment, PaymentLine
from engine.casework.running import Running
from engine.db import one_at_a_time
from engine.errors import ExecutionFailed
from engine.language.bundle import Bundle
from engine.language.diagram import Element
from engine.registry import masks, regions

MONTHLY = "MONTHLY"
DIED = "死亡登记"
UNKNOWN = "死亡登记没有查到回复，请核实本人健在"
STATUS = "payStatus"


def build(running: Running, element: Element) -> Mapping[str, Any]:
    """生成拨付单: headers `kind`, `department`, `purpose`, `fund`, `channel`, `family`. ONE_OFF is one line for the
    applicant, with `amount` and the account; MONTHLY one for each running benefit of `item` in the county, for `month`.

    A case has one payment that is open: where it was sent back behind this step, what was collected then is not paid,
    because amount and account may be others now."""
    given = money.headers(running, element)
    _close(running.session, running, lines_of.NEVER_PAID)
    payment = _begin(running, element, given)
    lines_of.examine(running.session, payment)
    return _told(running, payment)


def _begin(running: Running, element: Element, given: Mapping[str, Any]) -> Payment:
    session, case = running.session, running.case
    is_monthly = given.get("kind") == MONTHLY
    payment = made(
        running,
        item_code=money.text(given, "item", case.item_code),
        purpose=money.text(given, "purpose", str(case.variables.get("itemName") or case.item_code)),
        department=money.text(given, "department", str(case.variables.get("department") or "")),
        month=money.text(given, "month") if is_monthly else None,
        fund=money.text(given, "fund"),
        channel=money.text(given, "channel"),
    )
    if is_monthly:
        lines_of.monthly(running, payment)
        session.flush()
        deductions.keep_back(running, lines_of.of(session, payment))
    else:
        lines_of.single(running, payment, given, money.required(given.get("amount"), element))
    session.flush()
    return payment


def made(running: Running, **columns: Any) -> Payment:
    """The next payment of the case; of a county, item and month where it is monthly."""
    case, session = running.case, running.session
    county = regions.ancestor_code(case.region_code, "county") or case.region_code
    payment = Payment(
        number=numbering.next_number(session, "payment", case.region_code, running.now),
        case_id=case.id,
        county_code=county,
        round_no=_next_round(session, case.id, county, columns["item_code"], columns["month"]),
        made_at=running.now,
        status="待经办审核",
        **columns,
    )
    session.add(payment)
    session.flush()
    return payment


def _next_round(session: Session, case_id: int, county: str, item: str, month: str | None) -> int:
    """The first payment of a county, item and month, or of a case, is number 1. Two that begin at once wait for each
    other."""
    mine = [Payment.case_id == case_id]
    if month is not None:
        one_at_a_time(session, f"payment {county} {item} {month}")
        mine = [Payment.county_code == county, Payment.item_code == item, Payment.month == month]
    return (session.scalar(select(func.max(Payment.round_no)).where(*mine)) or 0) + 1


def strike(running: Running, element: Element) -> Mapping[str, Any]:
    """剔除死亡人员: the open lines of those in header `dead` (records with idNo and diedOn) are removed, and their
    benefits suspended; where the register was `silent`, each line says so. The result has `payDead`, whom and why."""
    given, payment = money.headers(running, element), _current(running, element)
    said = given.get("dead")
    records = [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
    died = {str(one.get("idNo")): str(one.get("diedOn") or "") for one in records}
    struck: list[str] = []
    for line in lines_of.of(running.session, payment, "open"):
        if line.payee_identity in died:
            line.state, line.reason = "removed", f"{DIED}：{died[line.payee_identity]}"
            struck.append(f"{line.payee_name}（第 {line.line_no} 行），{line.reason}")
            if line.benefit_id is not None:
                _suspend(running, line)
        elif given.get("silent") is True:
            line.flags = [*(flag for flag in line.flags if flag != UNKNOWN), UNKNOWN]
    running.session.flush()
    return {**_told(running, payment), "payDead": struck}


def _suspend(running: Running, line: PaymentLine) -> None:
    benefit = running.session.get_one(Benefit, line.benefit_id, with_for_update=True)
    if benefit.state == "running":
        benefit.state, benefit.reason, benefit.changed_at = "suspended", line.reason, running.now


def edit(running: Running, element: Element) -> Mapping[str, Any]:
    """重新生成拨付单 by header `edits`: rows with editLine, editAction (剔除 or 更正账户) and what belongs to it."""
    given, payment = money.headers(running, element), _current(running, element)
    lines = lines_of.of(running.session, payment, "open")
    for line, row in lines_of.edit(lines, given.get("edits"), field="payEdits"):
        lines_of.correct(line, row)
    running.session.flush()
    return {**_told(running, payment), "payEdits": []}


def order(running: Running, element: Element) -> Mapping[str, Any]:
    """出具拨付单: the document with number, lines, total and where the money comes from; header `readers`."""
    given, payment = money.headers(running, element), _current(running, element)
    lines = lines_of.of(running.session, payment, "open")
    total, made_on = sum(line.amount for line in lines), clock.local(running.now).date()
    told = (
        ("批次号", payment.number), ("发放事项", payment.purpose), ("所属月份", payment.month or ""),
        ("资金来源", payment.fund), ("笔数", f"{len(lines)} 笔"), ("合计", f"{money.written(total)} 元"),
    )  # fmt: skip
    content = {
        "lines": [{"label": label, "text": text} for label, text in told if text],
        "tables": [
            {
                "title": "拨付明细",
                "head": ["行号", "姓名", "身份证号码", "户名", "开户行", "账号", "金额（元）"],
                "rows": [_row(line) for line in lines],
            }
        ],
    }
    document = documents.keep(
        running.session,
        number=numbering.next_number(running.session, "payment_order", running.case.region_code, running.now),
        case=running.case,
        element_id=element.id,
        title="资金拨付单",
        content=content,
        readers=money.text(given, "readers"),
        made_at=running.now,
        valid_until=None,
    )
    return {"payOrder": {"no": document.number, "madeOn": made_on.isoformat(), "digest": document.digest}}


def _row(line: PaymentLine) -> list[str]:
    shown = masks.identity(line.payee_identity)
    account = [line.account_holder, line.bank_name, line.account_no]
    return [str(line.line_no), line.payee_name, shown, *account, money.written(line.amount)]


def sample(running: Running, element: Element) -> Mapping[str, Any]:
    """财政抽查: drawn so that it can be repeated, `rate` in per cent of the lines, at least `least`; and all of
    which something is noticed."""
    given, payment = money.headers(running, element), _current(running, element)
    lines = lines_of.of(running.session, payment, "open")
    drawn = sorted(lines, key=lambda line: hashlib.sha256(f"{payment.number} {line.line_no}".encode()).digest())
    many = max(int(given.get("least") or 1), math.ceil(len(lines) * int(given.get("rate") or 0) / 100))
    chosen = {line.line_no for line in drawn[:many]}
    for line in lines:
        line.sampled = line.line_no in chosen or bool(line.flags)
    return {"paySample": lines_of.shown(running.session, [line for line in lines if line.sampled])}


def result(running: Running, element: Element) -> Mapping[str, Any]:
    """入账结果: of the bank, in the `file`; or of a department that paid directly: `outcome` (已发放, 发放失败), `on`,
    `reason`. Header `voucher` is the treasury's number. The result has payFailedCount, payFailed and payPaidCount."""
    given, payment = money.headers(running, element), _current(running, element)
    lines = lines_of.of(running.session, payment, "open")
    payment.voucher = money.text(given, "voucher")[:60]
    files = given.get("file")
    if files:
        file = files[0] if isinstance(files, list) else files
        content = attachments.content(running.session, str(file))
        answers = bank_files.read(content, {line.line_no: line.amount for line in lines}, field="bankResultFile")
    else:
        paid = given.get("outcome") == "已发放"
        said = bank_files.Answer(paid, money.text(given, "on"), running.actor.title, money.text(given, "reason"))
        answers = {line.line_no: said for line in lines}
    today = clock.local(running.now).date()
    for line in lines:
        _enter(line, answers[line.line_no], today)
        if line.state == "paid":
            deductions.paid(running, line, payment)
    running.session.flush()
    failed = lines_of.of(running.session, payment, "failed")
    shown = [f"{line.line_no}. {line.payee_name} {money.written(line.amount)} 元：{line.reason}" for line in failed]
    return {"payFailedCount": len(failed), "payFailed": "\n".join(shown), "payPaidCount": len(lines) - len(failed)}


def _enter(line: PaymentLine, answer: bank_files.Answer, today: date) -> None:
    line.state = "paid" if answer.paid else "failed"
    line.paid_on = today if answer.paid else None
    line.reason = "" if answer.paid else answer.reason
    line.returned_on, line.returned_for = (None, "") if answer.paid else (today, answer.reason)
    line.bank_time, line.bank_operator = answer.time[:40], answer.operator[:60]


def tell(running: Running, element: Element) -> Mapping[str, Any]:
    """到账告知, to each payee once: header `paid` is the message of those who were paid, `failed` of the others."""
    given, payment = money.headers(running, element), _current(running, element)
    for line in lines_of.of(running.session, payment, "paid", "failed"):
        if line.told_at is None:
            _tell(running, payment, line, money.text(given, line.state))
    running.session.flush()
    return {}


def _tell(running: Running, payment: Payment, line: PaymentLine, message_key: str) -> None:
    line.told_at = running.now
    if line.citizen_id is None:
        return
    values = {
        "项目": payment.purpose, "amount": money.written(line.amount), "tail": money.tail(line.account_no),
        "reason": line.reason,
    }  # fmt: skip
    text = notifications.render(running.plan, message_key, values)
    notifications.tell_citizen(
        running.session, case_id=line.case_id, citizen_id=line.citizen_id, message_key=message_key, text=text,
        at=running.now,
    )  # fmt: skip


def again(running: Running, element: Element) -> Mapping[str, Any]:
    """退票重发: each failed line is put right or given up, as the rows of header `edits` say. Those put right are
    the next payment of the case, and their benefits keep the new account."""
    given, before = money.headers(running, element), _current(running, element)
    failed = [line for line in lines_of.of(running.session, before, "failed") if not line.again]
    corrections = lines_of.edit(failed, given.get("edits"), field="payEdits", must=True)
    payment = made(
        running, item_code=before.item_code, purpose=before.purpose, department=before.department, month=before.month,
        fund=before.fund, channel=before.channel,
    )  # fmt: skip
    before.closed_at = running.now
    for number, (line, row) in enumerate(corrections, start=1):
        line.again, fresh = True, _once_more(line, payment, number)
        lines_of.correct(fresh, row)
        running.session.add(fresh)
        running.session.flush()
        deductions.move(running.session, line, fresh)
        if fresh.benefit_id is not None:
            _keep_account(running, fresh)
    running.session.flush()
    lines_of.examine(running.session, payment)
    return {**_told(running, payment), "payEdits": []}


def _once_more(line: PaymentLine, payment: Payment, number: int) -> PaymentLine:
    kept = (
        "case_id", "benefit_id", "citizen_id", "payee_name", "payee_identity", "region_code", "month", "amount",
        "bank_name", "account_holder", "account_no", "holder_relation", "flags",
        "deducted",
    )  # fmt: skip
    values = {name: getattr(line, name) for name in kept}
    return PaymentLine(payment_id=payment.id, line_no=number, replaces_id=line.id, **values)


def _keep_account(running: Running, line: PaymentLine) -> None:
    benefit = running.session.get_one(Benefit, line.benefit_id, with_for_update=True)
    for column in ("bank_name", "account_holder", "account_no", "holder_relation"):
        setattr(benefit, column, getattr(line, column))
    benefit.changed_at = running.now


def close(running: Running, element: Element) -> Mapping[str, Any]:
    """拨付结束: payResult (PAID when anything was paid, else REMOVED), paidAmount, paidOn and payReason."""
    session = running.session
    _close(session, running)
    wanted = select(PaymentLine).join(Payment, Payment.id == PaymentLine.payment_id)
    mine = list(session.scalars(wanted.where(Payment.case_id == running.case.id).order_by(PaymentLine.id)))
    paid = [line for line in mine if line.state == "paid"]
    removed = [line.reason for line in mine if line.state == "removed" and line.reason]
    on = max((line.paid_on for line in paid if line.paid_on), default=None)
    return {
        "payResult": "PAID" if paid else "REMOVED",
        "paidAmount": money.yuan(sum(line.amount for line in paid)),
        "paidOn": on.isoformat() if on else None,
        "payReason": None if paid else "；".join(dict.fromkeys(removed)) or "没有可以发放的人员",
    }


def _close(session: Session, running: Running, reason: str = "") -> None:
    """No payment of the case is open any more; what it had not paid is removed."""
    mine = select(Payment.id).where(Payment.case_id == running.case.id, Payment.closed_at.is_(None))
    left = update(PaymentLine).where(PaymentLine.payment_id.in_(mine), PaymentLine.state == "open")
    session.execute(left.values(state="removed", reason=reason))
    closing = update(Payment).where(Payment.case_id == running.case.id, Payment.closed_at.is_(None))
    session.execute(closing.values(closed_at=running.now))


SERVICES: Mapping[str, Callable[[Running, Element], Mapping[str, Any]]] = {
    "payment_build": build,
    "payment_strike": strike,
    "payment_edit": edit,
    "payment_order": order,
    "payment_sample": sample,
    "payment_result": result,
    "payment_tell": tell,
    "payment_again": again,
    "payment_close": close,
    **deductions.SERVICES,
}


def follow(running: Running) -> None:
    """资金台账: an open payment stands where its case's step says (property `payStatus`), and ends with the case."""
    bundles = (running.plan.main, *running.plan.called.values())
    if not any(_says_status(bundle) for bundle in bundles):
        return
    if running.case.state == "ended":
        _close(running.session, running, lines_of.NEVER_PAID)
        return
    said = [waiting.element.properties.get(STATUS) for waiting in running.machine.user_tasks()]
    standing = next((status for status in said if status), None)
    if standing is not None:
        mine = update(Payment).where(Payment.case_id == running.case.id, Payment.closed_at.is_(None))
        running.session.execute(mine.values(status=standing))


@lru_cache(maxsize=256)
def _says_status(bundle: Bundle) -> bool:
    return any(STATUS in element.properties for element in bundle.process.walk())


def _told(running: Running, payment: Payment) -> dict[str, Any]:
    """What the diagram and its forms know of a payment."""
    lines = lines_of.of(running.session, payment, "open")
    return {
        "payBatchNo": payment.number,
        "payCount": len(lines),
        "payTotal": money.yuan(sum(line.amount for line in lines)),
        "payFlagged": sum(1 for line in lines if line.flags),
        "payShown": lines_of.shown(running.session, lines),
        "payAsked": lines_of.asked(lines),
        "payFailedCount": 0,
    }


def _open(running: Running) -> Payment | None:
    wanted = select(Payment).where(Payment.case_id == running.case.id, Payment.closed_at.is_(None))
    return running.session.scalar(wanted.order_by(Payment.id.desc()).limit(1))


def _current(running: Running, element: Element) -> Payment:
    found = _open(running)
    if found is None:
        raise ExecutionFailed("Expected a payment that is open, but the case has none", element_id=element.id)
    return found
