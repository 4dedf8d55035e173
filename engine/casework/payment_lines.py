"""拨付明细: the lines of a payment as they are collected, what is noticed about them, and how they are put right.

The rule: nobody is paid twice for the same month; the table refuses a second line that is open or paid.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import money
from engine.casework.benefits import ACCOUNT
from engine.casework.money_models import Benefit, Payment, PaymentLine
from engine.casework.running import Running
from engine.errors import Invalid
from engine.registry import regions
from engine.registry.models import Citizen

TRUSTED = ("监护人", "供养机构")
"""Who may hold the account of somebody whose family they are not."""
# As many persons as a register is asked about at once.
AT_ONCE = 40
MOST_SHOWN = 30
# What is owed from longer ago is no matter of a monthly payment.
MOST_MONTHS = 12
NEVER_PAID = "办件已经结束，没有发放"


def of(session: Session, payment: Payment, *states: str) -> list[PaymentLine]:
    """The lines of a payment, in their order; only those in these states, where some are named."""
    wanted = select(PaymentLine).where(PaymentLine.payment_id == payment.id).order_by(PaymentLine.line_no)
    return list(session.scalars(wanted.where(PaymentLine.state.in_(states)) if states else wanted))


def single(running: Running, payment: Payment, given: Mapping[str, Any], amount: int) -> PaymentLine:
    """The one line of a payment that a case asks for: its applicant's."""
    case, session = running.case, running.session
    line = PaymentLine(
        payment_id=payment.id,
        line_no=1,
        case_id=case.id,
        citizen_id=session.scalar(select(Citizen.id).where(Citizen.identity_number == case.applicant_identity)),
        payee_name=case.applicant_name,
        payee_identity=case.applicant_identity,
        region_code=case.region_code,
        month=f"{clock.local(running.now):%Y-%m}",
        amount=amount,
        **{column: money.text(given, name) for name, column in ACCOUNT.items()},
    )
    family = given.get("family")
    names = [str(one.get("name")) for one in family if isinstance(one, dict)] if isinstance(family, list) else []
    line.flags = holder_flags(line, names)
    session.add(line)
    return line


def monthly(running: Running, payment: Payment) -> None:
    """A line for each benefit of the county and each month up to this one that is owed and was not listed yet."""
    assert payment.month is not None
    wanted = select(Benefit).where(
        Benefit.county_code == payment.county_code,
        Benefit.item_code == payment.item_code,
        Benefit.state.in_(("running", "ended")),
        Benefit.paid_from <= payment.month,
    )
    ordered = wanted.order_by(Benefit.region_code, Benefit.id).with_for_update()
    benefits = list(running.session.scalars(ordered.execution_options(populate_existing=True)))
    listed = _listed(running.session, payment)
    owed = [(one, month) for one in benefits for month in _owed(one, payment.month) if (one.id, month) not in listed]
    for number, (benefit, month) in enumerate(owed, start=1):
        running.session.add(_of_benefit(payment, benefit, month, number))


def _listed(session: Session, payment: Payment) -> set[tuple[int, str]]:
    """Benefit and month of all lines that there are; those of a case that ended before it paid do not count."""
    wanted = select(PaymentLine.benefit_id, PaymentLine.month).join(Payment, Payment.id == PaymentLine.payment_id)
    mine = (Payment.county_code == payment.county_code, Payment.item_code == payment.item_code)
    lines = wanted.where(*mine, PaymentLine.benefit_id.is_not(None), PaymentLine.reason != NEVER_PAID)
    return {(benefit_id, month) for benefit_id, month in session.execute(lines) if benefit_id is not None}


def _owed(benefit: Benefit, month: str) -> list[str]:
    """The months, from the first that is owed up to this one, in which the benefit is valid."""
    until = min(month, benefit.end_month or month, f"{benefit.valid_until:%Y-%m}" if benefit.valid_until else month)
    first, last = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (benefit.paid_from, until))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(max(first, last - MOST_MONTHS + 1), last + 1)]


def _of_benefit(payment: Payment, benefit: Benefit, month: str, number: int) -> PaymentLine:
    line = PaymentLine(
        payment_id=payment.id,
        line_no=number,
        case_id=benefit.case_id,
        benefit_id=benefit.id,
        citizen_id=benefit.citizen_id,
        payee_name=benefit.payee_name,
        payee_identity=benefit.payee_identity,
        region_code=benefit.region_code,
        month=month,
        amount=benefit.monthly,
        **{column: getattr(benefit, column) for column in ACCOUNT.values()},
    )
    line.flags = holder_flags(line, [str(one.get("name")) for one in benefit.persons if isinstance(one, dict)])
    return line


def holder_flags(line: PaymentLine, family: Iterable[str]) -> list[str]:
    """What has to be looked at because the account is nobody's of the family."""
    known = line.account_holder in {line.payee_name, *family} or line.holder_relation in TRUSTED
    return [] if known else [f"户名“{line.account_holder}”不是收款人本人、家庭成员或者监护人"]


def examine(session: Session, payment: Payment) -> None:
    """避免多重救助和交叉救助: what is noticed when each line is held against all others, kept with the line."""
    lines = of(session, payment, "open")
    shared = _accounts_of_several(session, {line.account_no for line in lines if line.account_no})
    before = _paid_before(session, payment, lines)
    elsewhere = _benefits_elsewhere(session, payment, lines)
    for line in lines:
        found = [flag for flag in line.flags if flag.startswith("户名")]
        if line.account_no in shared:
            found.append(f"尾号 {money.tail(line.account_no)} 的账户收多人的款")
        if line.payee_identity in before:
            found.append("同一事项已经列过发放，请核实没有重复")
        if line.payee_identity in elsewhere:
            found.append(f"同时享受{elsewhere[line.payee_identity]}")
        line.flags = found


def _accounts_of_several(session: Session, accounts: set[str]) -> set[str]:
    wanted = (
        select(PaymentLine.account_no)
        .where(PaymentLine.account_no.in_(sorted(accounts)), PaymentLine.state.in_(("open", "paid")))
        .group_by(PaymentLine.account_no)
        .having(func.count(PaymentLine.payee_identity.distinct()) > 1)
    )
    return set(session.scalars(wanted))


def _paid_before(session: Session, payment: Payment, lines: list[PaymentLine]) -> set[str]:
    """Who was paid for the same item in the same month already, or by the same case whenever that was."""
    wanted = (
        select(PaymentLine.payee_identity)
        .join(Payment, Payment.id == PaymentLine.payment_id)
        .where(
            Payment.id != payment.id,
            Payment.item_code == payment.item_code,
            PaymentLine.state.in_(("open", "paid")),
            or_(PaymentLine.month.in_({line.month for line in lines}), Payment.case_id == payment.case_id),
            PaymentLine.payee_identity.in_({line.payee_identity for line in lines}),
        )
    )
    return set(session.scalars(wanted))


def _benefits_elsewhere(session: Session, payment: Payment, lines: list[PaymentLine]) -> dict[str, str]:
    """Who is granted another item's monthly benefit beside this one's."""
    if payment.month is None:
        return {}
    wanted = select(Benefit.payee_identity, Benefit.item_name).where(
        Benefit.state == "running",
        Benefit.item_code != payment.item_code,
        Benefit.payee_identity.in_({line.payee_identity for line in lines}),
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


Correction = tuple[PaymentLine, Mapping[str, Any]]


def edit(lines: list[PaymentLine], edits: object, *, field: str, must: bool = False) -> list[Correction]:
    """Strike out what the rows of a form strike out (剔除), with the reason. `must`: every line has to be spoken of.

    Gives the lines that are to be put right (更正账户), each with its row. Raises Invalid, for the rows."""
    by_number, problems = {line.line_no: line for line in lines}, {}
    rows = [row for row in edits if isinstance(row, Mapping)] if isinstance(edits, list) else []
    corrections: list[Correction] = []
    spoken: set[int] = set()
    for index, row in enumerate(rows):
        number = int(row["editLine"]) if str(row.get("editLine") or "").isdigit() else 0
        line = by_number.get(number)
        if line is None or number in spoken:
            problems[f"{field}-{index}-editLine"] = ["拨付单里没有这一行" if line is None else "这一行已经写过了"]
            continue
        spoken.add(number)
        if row.get("editAction") == "剔除":
            line.state, line.reason = "removed", str(row.get("editReason") or "")
        else:
            corrections.append((line, row))
    left = sorted(by_number.keys() - spoken) if must else []
    if left:
        problems[field] = [f"请逐条处理，还差行号：{'、'.join(str(number) for number in left)}"]
    if problems:
        raise Invalid("Expected edits of lines that there are, but some are not", problems=problems)
    return corrections


def correct(line: PaymentLine, row: Mapping[str, Any]) -> None:
    """更正账户, as the row of a form says."""
    for name, column in (("editBank", "bank_name"), ("editHolder", "account_holder"), ("editAccount", "account_no")):
        setattr(line, column, str(row.get(name) or getattr(line, column)))
    relation = str(row.get("editRelation") or "")
    line.holder_relation = relation
    family = relation in ("本人", "家庭成员", *TRUSTED)
    line.flags = [] if family else [f"户名“{line.account_holder}”不是收款人本人、家庭成员或者监护人"]


def shown(session: Session, lines: list[PaymentLine]) -> str:
    """The lines as the steps' forms show them, those with something noticed first; all of them are in the ledger."""
    ordered = sorted(lines, key=lambda line: (not line.flags, line.line_no))[:MOST_SHOWN]
    regions.remember(session, {line.region_code for line in ordered})
    return "\n".join(_shown(session, line) for line in ordered)


def _shown(session: Session, line: PaymentLine) -> str:
    place = regions.get(session, line.region_code).name
    account = f"，{line.account_holder} 尾号 {money.tail(line.account_no)}" if line.account_no else ""
    kept_back = f"，已抵扣 {money.written(line.deducted)} 元" if line.deducted else ""
    noticed = f"；注意：{'；'.join(line.flags)}" if line.flags else ""
    return f"{line.line_no}. {line.payee_name}（{place}）{money.written(line.amount)} 元{kept_back}{account}{noticed}"


def asked(lines: list[PaymentLine]) -> list[list[dict[str, str]]]:
    """The payees, as many together as a register is asked about at once."""
    persons = {line.payee_identity: {"name": line.payee_name, "idNo": line.payee_identity} for line in lines}
    listed = list(persons.values())
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]
