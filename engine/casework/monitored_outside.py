"""电子监察 of what leaves the platform: money and calls to other systems (EM11, EM16 of domain D.6)."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from engine import clock
from engine.casework.call_models import OutsideCall
from engine.casework.models import Payment, PaymentLine
from engine.casework.monitored import Found, Watch
from engine.registry import regions


def shared_accounts(watch: Watch) -> Iterator[Found]:
    """EM11 资金异常: `least` different payees or more, paid this week to one bank account."""
    payees = func.count(func.distinct(PaymentLine.payee_identity))
    wanted = (
        select(PaymentLine.account_no, payees, func.min(Payment.number), func.min(PaymentLine.region_code))
        .join(Payment, Payment.id == PaymentLine.payment_id)
        .where(regions.within(Payment.county_code, watch.prefix), watch.period.holds(Payment.made_at))
        .where(PaymentLine.state != "removed", PaymentLine.account_no != "")
        .group_by(PaymentLine.account_no, Payment.department)
        .having(payees >= watch.least)
        .order_by(PaymentLine.account_no)
        .add_columns(Payment.department)
    )
    for account_no, count, number, region, department in watch.session.execute(wanted):
        facts = f"拨付单 {number} 起，同一银行账号（尾号 {account_no[-4:]}）收款 {count} 人"
        yield Found(f"{number}:{account_no[-4:]}", facts, region, f"county_{department}_clerk")


def silent_systems(watch: Watch) -> Iterator[Found]:
    """EM16 接口异常: more than `most` percent of a day's calls to another system went unheard, of `least` or more. The
    platform's own people look after that."""
    wanted = select(OutsideCall.system, OutsideCall.called_at, OutsideCall.heard).where(
        regions.within(OutsideCall.county_code, watch.prefix), watch.period.holds(OutsideCall.called_at)
    )
    calls, unheard = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for system, called_at, heard in watch.session.execute(wanted):
        which = (clock.local(called_at).date().isoformat(), system)
        calls[which] += 1
        unheard[which] += not heard
    for (day, system), count in sorted(calls.items()):
        silent = unheard[(day, system)]
        if count >= watch.least and silent * 100 > watch.most * count:
            facts = f"{day}，接口 {system} 调用 {count} 次，{silent} 次没有回应（{silent / count:.0%}）"
            yield Found(f"{system}:{day}", facts, watch.place, "platform_ops")
