"""电子监察 of what people do at their posts: hasty decisions, curious readings, lists taken out,
near relatives (EM09, EM10, EM15)."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, load_only

from engine import clock
from engine.casework import segregation
from engine.casework.act_models import CaseAct, Document, DocumentReading, NearRelative
from engine.casework.measure_counts import REPORT_STEP, seconds, variable
from engine.casework.models import Case, ListExport, UserTask
from engine.casework.monitored import MONTH, Found, Watch, applications, post_of
from engine.registry import calendars, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import Account, Citizen

# Who signs: 签批 of the town's leader, 审批 of the county's.
DECIDING = ("town_leader", *(f"county_{code}_approver" for code in BUSINESS_DEPARTMENTS))
OFFICE_OPENS, OFFICE_CLOSES = 7, 22
# Family names of two characters.
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木")


def hasty_decisions(watch: Watch) -> Iterator[Found]:
    """EM09 秒批: somebody decided within `most` seconds of taking the step, `least` times in one day."""
    wanted = (
        select(UserTask.completed_by, UserTask.role_key, UserTask.region_code, UserTask.ended_at)
        .join(Case, Case.id == UserTask.case_id)
        .where(*applications(watch), UserTask.role_key.in_(DECIDING), UserTask.state == "completed")
        .where(watch.period.holds(UserTask.ended_at), UserTask.claimed_at.is_not(None))
        .where(seconds(watch.session, UserTask.ended_at, UserTask.claimed_at) < watch.most)
    )
    days: Counter[tuple[int, str, str, str]] = Counter()
    for account, role, region, ended_at in watch.session.execute(wanted):
        if account and ended_at:
            days[(account, role, region, clock.local(ended_at).date().isoformat())] += 1
    for (account, role, region, day), count in sorted(days.items()):
        if count >= watch.least:
            name = roles.name_of(watch.session, role)
            facts = f"{day}，{name}有 {count} 件从签收到决定不到 {watch.most} 秒"
            yield Found(f"{account}:{day}", facts, region, role)


def curious_readings(watch: Watch) -> Iterator[Found]:
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
    for account, read_at, number, _ in watch.session.execute(wanted):
        often[(account, number)] += 1
        if read_at >= watch.period.start_at and _is_off_hours(watch.session, read_at):
            night[(account, clock.local(read_at).date().isoformat())] += 1
    month = clock.local(watch.period.end_at).strftime("%Y-%m")
    for (account, number), count in often.items():
        if count > watch.most:
            facts = f"近 30 天同一人查阅办件 {number} 的核对报告 {count} 次"
            yield Found(f"{account}:{number}:{month}", facts, *post_of(watch, account), number)
    for (account, day), count in night.items():
        if count >= watch.least:
            yield Found(f"{account}:{day}", f"{day}，非工作时间查阅核对报告 {count} 次", *post_of(watch, account))


def bulk_exports(watch: Watch) -> Iterator[Found]:
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
    for account, made_at, count in watch.session.execute(wanted):
        rows[account] += count
        if _is_off_hours(watch.session, made_at):
            night[(account, clock.local(made_at).date().isoformat())] += 1
    week = clock.local(watch.period.end_at).strftime("%G-W%V")
    for account, count in rows.items():
        if count > watch.most:
            facts = f"一周内同一人导出列表共 {count} 行，导出记录写明了用途"
            yield Found(f"{account}:{week}", facts, *post_of(watch, account))
    for (account, day), count in night.items():
        if count >= watch.least:
            yield Found(f"{account}:{day}", f"{day}，非工作时间导出列表 {count} 次", *post_of(watch, account))


def hidden_relatives(watch: Watch) -> Iterator[Found]:
    """EM15 近亲属未备案: somebody had a hand in the case of a household that is their own, or whose applicant named
    them as a relative; or in a week in `least` cases whose applicants bear their family name, more than `most` percent
    of theirs; and has declared nobody in it. To be checked: people of one name need not be related."""
    hands, alike = Counter[int](), Counter[int]()
    kin, own = _declared(watch), _own_numbers(watch)
    for account, name, case, relative in _hands(watch):
        at_home = segregation.household(case)
        if kin[account] & at_home:
            continue
        hands[account] += 1
        alike[account] += _family(name) == _family(case.applicant_name)
        link = "是申请人申报的近亲属" if name in (relative or "") else "是这一户的家庭成员"
        if name in (relative or "") or own.get(account) in at_home:
            facts = f"办件 {case.case_no} 的经办人{link}，没有近亲属备案，请核实"
            yield Found(f"{account}:{case.case_no}", facts, *post_of(watch, account), case.case_no)
    day = clock.local(watch.period.end_at).date().isoformat()
    for account, count in alike.items():
        if count >= watch.least and count * 100 > watch.most * hands[account]:
            facts = f"一周内同一人经办 {hands[account]} 件，{count} 件的申请人与他同姓，没有近亲属备案，请核实"
            yield Found(f"{account}:{day}", facts, *post_of(watch, account))


def _hands(watch: Watch) -> Iterator[Any]:
    """Whoever did an act this week, on which case, and whom its applicant named as a relative; each pair once."""
    named = variable(watch.session, Case.variables, "relativeName")
    wanted = (
        select(CaseAct.account_id, Account.name, Case, named)
        .join(Account, Account.id == CaseAct.account_id)
        .join(Case, Case.id == CaseAct.case_id)
        .where(*applications(watch), watch.period.holds(CaseAct.done_at))
        .order_by(CaseAct.id)
        .options(load_only(Case.case_no, Case.applicant_name, Case.applicant_identity, Case.variables))
    )
    pairs = {(row[0], row[2].id): row for row in watch.session.execute(wanted)}
    return iter(pairs.values())


def _declared(watch: Watch) -> defaultdict[int, set[str]]:
    """By account: whom it has declared as near relatives."""
    found = defaultdict[int, set[str]](set)
    for account, number in watch.session.execute(select(NearRelative.account_id, NearRelative.identity_number)):
        found[account].add(number)
    return found


def _own_numbers(watch: Watch) -> dict[int, str]:
    """By account: the ID number under which its holder is registered as a citizen, by the same telephone and name."""
    same = and_(Citizen.phone == Account.phone, Citizen.name == Account.name)
    wanted = select(Account.id, Citizen.identity_number).join(Citizen, same)
    return {row.id: row.identity_number for row in watch.session.execute(wanted)}


def _family(name: str) -> str:
    return name[:2] if name[:2] in DOUBLE else name[:1]


def _is_off_hours(session: Session, moment: datetime) -> bool:
    local = clock.local(moment)
    is_open = OFFICE_OPENS <= local.hour < OFFICE_CLOSES
    return not (is_open and calendars.load(session).is_working_day(local.date()))
