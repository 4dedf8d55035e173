"""电子监察: what the rows of monitoring_rules find in the acts of a week, each told once (domain D.6).

The rule: a finding asks for an explanation, it does not judge. So it names facts that anybody can look up and the unit
that has to answer, and nobody in hardship; whether it becomes a card against the unit is decided by a person.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine import clock, spoken
from engine.casework.act_models import Document, DocumentReading
from engine.casework.measure_counts import (
    BAD_REVIEW_STEP,
    CARD,
    CORRECTION_WANTED,
    REPORT_STEP,
    Period,
    seconds,
    variable,
    when,
)
from engine.casework.models import Case, ListExport, Notice, OverdueRecord, Payment, PaymentLine, UserTask
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import access, calendars, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import Account, Appointment

DAYS, MONTH = timedelta(days=7), timedelta(days=30)
# Who signs: 签批 of the town's leader, 审批 of the county's.
DECIDING = ("town_leader", *(f"county_{code}_approver" for code in BUSINESS_DEPARTMENTS))
# 签收 and 反馈 of a supervision order.
ORDER_STEPS = ("sm_sign", "sm_report")
OFFICE_OPENS, OFFICE_CLOSES = 7, 22


@dataclass(frozen=True)
class Watch:
    """What to look through, by one row of the table: `most` and `least` are the row's two numbers."""

    running: Running
    period: Period
    most: int
    least: int

    @property
    def prefix(self) -> str:
        return regions.prefix_of(self.running.case.region_code)


@dataclass(frozen=True)
class Found:
    """One finding. `key`: the same finding has the same one; `role`: whose work it was, "" where it is the office's;
    `region`: where; `about`: the number of the case, if it is one."""

    key: str
    facts: str
    region: str
    role: str = ""
    about: str = ""


def watch(running: Running, element: Element) -> Mapping[str, Any]:
    """查找异常 of the seven days before now, by the rows of header `rules` ({indicator, name, card, most, least}; the
    first of an indicator holds), in the case's region. What has been found before is left out.

    The property `resultVariable` gets [{cardKey, indicator, cardName, cardColor, cardFacts, aboutNo, problemRegion,
    department, unitRole}], in the order of the table."""
    result, rows = element.properties.get("resultVariable"), running.value_of(element.headers.get("rules", ""))
    if result is None or not isinstance(rows, list):
        raise ExecutionFailed("Expected a resultVariable and a list of rules to watch by", element_id=element.id)
    period = Period(running.now - DAYS, running.now)
    told, found = _told(running), []
    chosen: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        chosen.setdefault(str(row["indicator"]), row)
    for indicator, row in chosen.items():
        look = INDICATORS.get(indicator)
        if look is None:
            raise ExecutionFailed(f"Expected an indicator, but nothing counts {indicator!r}", element_id=element.id)
        one = Watch(running, period, int(row["most"]), int(row["least"]))
        found += [_card(running, row, each) for each in look(one) if f"{indicator}:{each.key}" not in told]
    return {result: found}


def _told(running: Running) -> set[str]:
    known = variable(running.session, Case.variables, "cardKey")
    mine = regions.within(Case.region_code, regions.prefix_of(running.case.region_code))
    return set(running.session.scalars(select(known).where(Case.process_key == CARD, mine)))


def _card(running: Running, row: Mapping[str, Any], found: Found) -> dict[str, Any]:
    place, department, unit = _unit(running, found)
    return {
        "cardKey": f"{row['indicator']}:{found.key}",
        "indicator": row["indicator"],
        "cardName": row["name"],
        "cardColor": row["card"],
        "cardFacts": found.facts,
        "aboutNo": found.about,
        "problemRegion": place,
        "department": department,
        "unitRole": unit,
    }


def _unit(running: Running, found: Found) -> tuple[str, str, str]:
    """Where the unit is that has to answer, of which department, and the role that answers for it."""
    role = roles.facts(running.session, found.role)
    town = regions.ancestor(running.session, found.region, "town")
    department = (role.department_code if role else None) or "office"
    if town is not None and (role is None or role.level in ("town", "village")):
        return town.code, department, "town_office"
    county = regions.ancestor(running.session, found.region, "county")
    answering = f"county_{department}_reviewer" if department in BUSINESS_DEPARTMENTS else "county_office"
    return county.code if county else found.region, department, answering


def _same_refusals(watch: Watch) -> Iterator[Found]:
    """EM04 不受理无理由: a reason of fewer than `most` characters, or word for word the same `least` times a week."""
    reason = variable(watch.running.session, Case.variables, "rejectReason")
    wanted = select(Case.id, Case.case_no, Case.region_code, reason).where(
        *_applications(watch), Case.outcome == "NOT_ACCEPTED", watch.period.holds(Case.ended_at), reason.is_not(None)
    )
    alike: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for case_id, number, region, text in watch.running.session.execute(wanted.order_by(Case.id)):
        role = _last_role(watch.running, case_id)
        if len(text) < watch.most:
            yield Found(number, f"办件 {number} 不予受理，理由只有 {len(text)} 个字：“{text}”", region, role, number)
        alike[(region[:9], text)].append((case_id, number, region))
    for (place, text), cases in alike.items():
        if len(cases) >= watch.least:
            numbers = "、".join(number for _, number, _ in cases)
            key = f"{place}:{cases[0][1]}"
            facts = f"一周内 {len(cases)} 件不予受理用了同一理由“{text}”：{numbers}"
            yield Found(key, facts, cases[0][2], _last_role(watch.running, cases[0][0]))


def _many_refusals(watch: Watch) -> Iterator[Found]:
    """EM05 不予受理率异常: in a month, a town refuses more than the mean and `most` standard deviations of its county,
    among at least `least` that it decided on."""
    since = watch.period.end_at - MONTH
    town, refused = func.substr(Case.region_code, 1, 9), when(Case.outcome == "NOT_ACCEPTED")
    decided = (Case.accepted_at.is_not(None)) | (Case.outcome == "NOT_ACCEPTED")
    wanted = (
        select(town, func.count(), refused)
        .where(*_applications(watch), decided, Case.started_at >= since, Case.started_at < watch.period.end_at)
        .group_by(town)
        .order_by(town)
    )
    rows = [(place, count, int(bad)) for place, count, bad in watch.running.session.execute(wanted)]
    if len(rows) < 2:
        return
    shares = [bad / count for _, count, bad in rows]
    bound = statistics.fmean(shares) + watch.most * statistics.pstdev(shares)
    month = clock.local(watch.period.end_at).strftime("%Y-%m")
    for (place, count, bad), share in zip(rows, shares, strict=True):
        if count >= watch.least and share > bound:
            facts = f"近 30 天收到 {count} 件，不予受理 {bad} 件（{share:.0%}），明显高于全县"
            yield Found(f"{place}:{month}", facts, place.ljust(9, "0"))


def _many_corrections(watch: Watch) -> Iterator[Found]:
    """EM06 补正反复: `least` demands for corrections or more in one case, the last of them this week."""
    wanted = (
        select(Case.id, Case.case_no, Case.region_code, func.count())
        .join(Notice, Notice.case_id == Case.id)
        .where(*_applications(watch), Notice.message_key == CORRECTION_WANTED, Notice.citizen_id == Case.citizen_id)
        .group_by(Case.id, Case.case_no, Case.region_code)
        .having(func.count() >= watch.least, watch.period.holds(func.max(Notice.created_at)))
        .order_by(Case.id)
    )
    for case_id, number, region, count in watch.running.session.execute(wanted):
        yield Found(number, f"办件 {number} 已要求补正 {count} 次", region, _last_role(watch.running, case_id), number)


def _hasty_decisions(watch: Watch) -> Iterator[Found]:
    """EM09 秒批: somebody decided within `most` seconds of taking the step, `least` times in one day."""
    wanted = (
        select(UserTask.completed_by, UserTask.role_key, UserTask.region_code, UserTask.ended_at)
        .join(Case, Case.id == UserTask.case_id)
        .where(*_applications(watch), UserTask.role_key.in_(DECIDING), UserTask.state == "completed")
        .where(watch.period.holds(UserTask.ended_at), UserTask.claimed_at.is_not(None))
        .where(seconds(watch.running.session, UserTask.ended_at, UserTask.claimed_at) < watch.most)
    )
    days: Counter[tuple[int, str, str, str]] = Counter()
    for account, role, region, ended_at in watch.running.session.execute(wanted):
        if account and ended_at:
            days[(account, role, region, clock.local(ended_at).date().isoformat())] += 1
    for (account, role, region, day), count in sorted(days.items()):
        if count >= watch.least:
            name = roles.name_of(watch.running.session, role)
            facts = f"{day}，{name}有 {count} 件从签收到决定不到 {watch.most} 秒"
            yield Found(f"{account}:{day}", facts, region, role)


def _curious_readings(watch: Watch) -> Iterator[Found]:
    """EM10 敏感查询: a report on a household's means read at night, or more than `most` times in a month by the same
    person about the same household."""
    wanted = (
        select(DocumentReading.account_id, DocumentReading.read_at, Case.case_no, Case.id)
        .join(Document, Document.id == DocumentReading.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Document.element_id == REPORT_STEP, regions.within(Case.county_code, watch.prefix))
        .where(DocumentReading.read_at >= watch.period.end_at - MONTH, DocumentReading.read_at < watch.period.end_at)
        .order_by(DocumentReading.id)
    )
    often: Counter[tuple[int, str]] = Counter()
    night: Counter[tuple[int, str]] = Counter()
    for account, read_at, number, _ in watch.running.session.execute(wanted):
        often[(account, number)] += 1
        if read_at >= watch.period.start_at and _is_off_hours(watch.running, read_at):
            night[(account, clock.local(read_at).date().isoformat())] += 1
    month = clock.local(watch.period.end_at).strftime("%Y-%m")
    for (account, number), count in often.items():
        if count > watch.most:
            facts = f"近 30 天同一人查阅办件 {number} 的核对报告 {count} 次"
            yield Found(f"{account}:{number}:{month}", facts, *_post(watch.running, account), number)
    for (account, day), count in night.items():
        if count >= watch.least:
            yield Found(f"{account}:{day}", f"{day}，非工作时间查阅核对报告 {count} 次", *_post(watch.running, account))


def _bulk_exports(watch: Watch) -> Iterator[Found]:
    """EM10E 批量导出: somebody took lists of more than `most` rows together out of the platform this week, or took out
    `least` lists in one day outside office hours."""
    made = ListExport
    wanted = (
        select(made.account_id, made.made_at, made.row_count)
        .where(regions.within(made.region_code, watch.prefix), watch.period.holds(made.made_at))
        .order_by(made.id)
    )
    rows: Counter[int] = Counter()
    night: Counter[tuple[int, str]] = Counter()
    for account, made_at, count in watch.running.session.execute(wanted):
        rows[account] += count
        if _is_off_hours(watch.running, made_at):
            night[(account, clock.local(made_at).date().isoformat())] += 1
    week = clock.local(watch.period.end_at).strftime("%G-W%V")
    for account, count in rows.items():
        if count > watch.most:
            facts = f"一周内同一人导出列表共 {count} 行，导出记录写明了用途"
            yield Found(f"{account}:{week}", facts, *_post(watch.running, account))
    for (account, day), count in night.items():
        if count >= watch.least:
            yield Found(f"{account}:{day}", f"{day}，非工作时间导出列表 {count} 次", *_post(watch.running, account))


def _shared_accounts(watch: Watch) -> Iterator[Found]:
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
    for account_no, count, number, region, department in watch.running.session.execute(wanted):
        facts = f"拨付单 {number} 起，同一银行账号（尾号 {account_no[-4:]}）收款 {count} 人"
        yield Found(f"{number}:{account_no[-4:]}", facts, region, f"county_{department}_clerk")


def _unanswered_orders(watch: Watch) -> Iterator[Found]:
    """EM13 督办不回: an order was not signed for, or not reported on, in time."""
    return _late(watch, ORDER_STEPS, "督办单逾期没有签收或反馈")


def _bad_reviews(watch: Watch) -> Iterator[Found]:
    """EM14 差评不改: what a bad review asked for was not put right in time."""
    return _late(watch, (BAD_REVIEW_STEP,), "差评逾期没有整改")


def _late(watch: Watch, steps: tuple[str, ...], what: str) -> Iterator[Found]:
    wanted = (
        select(OverdueRecord.task_id, OverdueRecord.role_key, OverdueRecord.region_code, OverdueRecord.due_at)
        .join(UserTask, UserTask.id == OverdueRecord.task_id)
        .join(Case, Case.id == UserTask.subject_id)
        .where(regions.within(Case.county_code, watch.prefix), OverdueRecord.element_id.in_(steps))
        .where(watch.period.holds(OverdueRecord.recorded_at))
        .order_by(OverdueRecord.id)
        .add_columns(Case.case_no)
    )
    for task_id, role, region, due_at, number in watch.running.session.execute(wanted):
        yield Found(str(task_id), f"办件 {number}：{what}，{spoken.deadline(due_at)}到期", region, role, number)


def _applications(watch: Watch) -> list[Any]:
    mine = regions.within(Case.county_code, watch.prefix)
    return [mine, Case.subject_id.is_(None), Case.channel.in_(access.CHANNELS)]


def _last_role(running: Running, case_id: int) -> str:
    """Whose step a case's last one was."""
    wanted = (
        select(UserTask.role_key)
        .where(UserTask.case_id == case_id, UserTask.state == "completed", UserTask.kind == "step")
        .order_by(UserTask.ended_at.desc(), UserTask.id.desc())
        .limit(1)
    )
    return running.session.scalar(wanted) or ""


def _post(running: Running, account_id: int) -> tuple[str, str]:
    """Where somebody works, and as what: their first post."""
    wanted = (
        select(Appointment.region_code, Appointment.role_key)
        .join(Account, Account.id == Appointment.account_id)
        .where(Account.id == account_id)
        .order_by(Appointment.id)
        .limit(1)
    )
    found = running.session.execute(wanted).first()
    return (found.region_code, found.role_key) if found else (running.case.region_code, "")


def _is_off_hours(running: Running, moment: datetime) -> bool:
    local = clock.local(moment)
    is_open = OFFICE_OPENS <= local.hour < OFFICE_CLOSES
    return not (is_open and calendars.load(running.session).is_working_day(local.date()))


INDICATORS: dict[str, Callable[[Watch], Iterator[Found]]] = {
    "EM04": _same_refusals,
    "EM05": _many_refusals,
    "EM06": _many_corrections,
    "EM09": _hasty_decisions,
    "EM10": _curious_readings,
    "EM10E": _bulk_exports,
    "EM11": _shared_accounts,
    "EM13": _unanswered_orders,
    "EM14": _bad_reviews,
}
SERVICES: dict[str, Callable[[Running, Element], Mapping[str, Any]]] = {"monitor": watch}
