"""电子监察 of how cases go: refusals, corrections, publicity, orders (EM04–EM08, EM12–EM14 of domain D.6)."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from engine import clock, spoken
from engine.casework.act_models import CaseAct
from engine.casework.measure_counts import A_DAY, BAD_REVIEW_STEP, CORRECTION_WANTED, seconds, variable, when
from engine.casework.models import Case, Notice, OverdueRecord, Submission, UserTask
from engine.casework.monitored import MONTH, Found, Watch, applications, county, last_role
from engine.casework.publicity_models import PublicNotice
from engine.db import loads
from engine.registry import regions

# 签收 and 反馈 of a supervision order.
ORDER_STEPS = ("sm_sign", "sm_report")
# What a text cites: a title, the number of a document, an article.
CITED = re.compile(r"《[^》]+》|〔\d{4}〕|第[〇零一二三四五六七八九十百\d]+条")
# Between two demands of a list, and before the first: ends of lines and sentences, and the numbers of the list.
_DEMANDS = re.compile(r"(?:^|\s*[\r\n；;。]+)\s*(?:[\d一二三四五六七八九十]{1,2}[.、．)）])?\s*")
# The acts of rules/segregation.dmn that one person may do only one of in a case (A.4), and those of the county.
POSTS = ("初审起草", "初审签批", "县级审核", "县级审批")
COUNTY_ACTS = POSTS[2:]
# What was decided already is published afterwards.
AFTERWARDS = "结果公布"
WHO_POSTS = "village_assistant"


def same_refusals(watch: Watch) -> Iterator[Found]:
    """EM04 不受理无理由: a reason of fewer than `most` characters, or word for word the same `least` times a week."""
    reason = variable(watch.session, Case.variables, "rejectReason")
    wanted = select(Case.id, Case.case_no, Case.region_code, reason).where(
        *applications(watch), Case.outcome == "NOT_ACCEPTED", watch.period.holds(Case.ended_at), reason.is_not(None)
    )
    alike: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for case_id, number, region, text in watch.session.execute(wanted.order_by(Case.id)):
        role = last_role(watch.session, case_id)
        if len(text) < watch.most:
            yield Found(number, f"办件 {number} 不予受理，理由只有 {len(text)} 个字：“{text}”", region, role, number)
        alike[(region[:9], text)].append((case_id, number, region))
    for (place, text), cases in alike.items():
        if len(cases) >= watch.least:
            numbers = "、".join(number for _, number, _ in cases)
            key = f"{place}:{cases[0][1]}"
            facts = f"一周内 {len(cases)} 件不予受理用了同一理由“{text}”：{numbers}"
            yield Found(key, facts, cases[0][2], last_role(watch.session, cases[0][0]))


def many_refusals(watch: Watch) -> Iterator[Found]:
    """EM05 不予受理率异常: in a month, a town refuses more than the mean and `most` standard deviations of its county,
    among at least `least` that it decided on."""
    since = watch.period.end_at - MONTH
    town, refused = func.substr(Case.region_code, 1, 9), when(Case.outcome == "NOT_ACCEPTED")
    decided = (Case.accepted_at.is_not(None)) | (Case.outcome == "NOT_ACCEPTED")
    wanted = (
        select(town, func.count(), refused)
        .where(*applications(watch), decided, Case.started_at >= since, Case.started_at < watch.period.end_at)
        .group_by(town)
        .order_by(town)
    )
    rows = [(place, count, int(bad)) for place, count, bad in watch.session.execute(wanted)]
    if len(rows) < 2:
        return
    shares = [bad / count for _, count, bad in rows]
    bound = statistics.fmean(shares) + watch.most * statistics.pstdev(shares)
    month = clock.local(watch.period.end_at).strftime("%Y-%m")
    for (place, count, bad), share in zip(rows, shares, strict=True):
        if count >= watch.least and share > bound:
            facts = f"近 30 天收到 {count} 件，不予受理 {bad} 件（{share:.0%}），明显高于全县"
            yield Found(f"{place}:{month}", facts, place.ljust(9, "0"))


def many_corrections(watch: Watch) -> Iterator[Found]:
    """EM06 补正反复: `least` rounds of corrections or more in one case, or one demand in two of them, the last of them
    this week."""
    wanted = (
        select(Case.id, Case.case_no, Case.region_code, func.count())
        .join(Notice, Notice.case_id == Case.id)
        .where(*applications(watch), Notice.message_key == CORRECTION_WANTED, Notice.citizen_id == Case.citizen_id)
        .group_by(Case.id, Case.case_no, Case.region_code)
        .having(func.count() > 1, watch.period.holds(func.max(Notice.created_at)))
        .order_by(Case.id)
    )
    rows = watch.session.execute(wanted).all()
    again = _demanded_again(watch, [case_id for case_id, *_ in rows])
    for case_id, number, region, count in rows:
        role = last_role(watch.session, case_id)
        if count >= watch.least:
            yield Found(number, f"办件 {number} 已要求补正 {count} 次", region, role, number)
        elif case_id in again:
            facts = f"办件 {number} 两次要求补正同一内容：“{again[case_id]}”"
            yield Found(number, facts, region, role, number)


def _demanded_again(watch: Watch, case_ids: list[int]) -> dict[int, str]:
    """By case: what was demanded in one round (a list in lines or sentences) and once more in a later one."""
    demanded = select(Submission.case_id, Submission.values).where(Submission.case_id.in_(case_ids))
    before: dict[int, set[str]] = defaultdict(set)
    found: dict[int, str] = {}
    for case_id, values in watch.session.execute(demanded.order_by(Submission.id)):
        for demand in dict.fromkeys(_DEMANDS.split(str(values.get("correctionList") or ""))):
            if demand in before[case_id]:
                found.setdefault(case_id, demand)
            elif demand:
                before[case_id].add(demand)
    return found


def groundless_demands(watch: Watch) -> Iterator[Found]:
    """EM07 要求无依据材料: a demand for corrections that cites nothing, and whose basis has fewer than `most`
    characters."""
    demanded, cited = (variable(watch.session, Case.variables, name) for name in ("correctionList", "correctionBasis"))
    wanted = (
        select(func.max(Notice.id), Case.id, Case.case_no, Case.region_code, demanded, cited)
        .join(Notice, Notice.case_id == Case.id)
        .where(*applications(watch), Notice.message_key == CORRECTION_WANTED, watch.period.holds(Notice.created_at))
        .group_by(Case.id, Case.case_no, Case.region_code)
        .order_by(Case.id)
    )
    for notice_id, case_id, number, region, demand, basis in watch.session.execute(wanted):
        if len(basis or "") < watch.most and not CITED.search(demand or ""):
            role = last_role(watch.session, case_id)
            yield Found(str(notice_id), f"办件 {number} 要求补正，没有写明要求材料的依据", region, role, number)


def wrong_order(watch: Watch) -> Iterator[Found]:
    """EM08 逆流程/跳环节: a publicity of fewer than `least` days, a decision of the county before a publicity ended,
    two posts of one case held by the same account."""
    return chain(_short_publicity(watch), _decided_early(watch), _two_posts(watch))


def _short_publicity(watch: Watch) -> Iterator[Found]:
    hung = seconds(watch.session, PublicNotice.until_at, PublicNotice.posted_at)
    wanted = _notices(watch).where(watch.period.holds(PublicNotice.posted_at), hung < watch.least * A_DAY)
    for notice, number, _ in watch.session.execute(wanted):
        facts = f"办件 {number}：{_told(notice)}，不足 {watch.least} 日"
        yield Found(f"{notice.id}:short", facts, notice.region_code, WHO_POSTS, number)


def _decided_early(watch: Watch) -> Iterator[Found]:
    during = (CaseAct.done_at >= PublicNotice.posted_at) & (CaseAct.done_at < PublicNotice.until_at)
    wanted = (
        _notices(watch)
        .add_columns(CaseAct.id, CaseAct.act, CaseAct.done_at, UserTask.role_key)
        .join(CaseAct, (CaseAct.case_id == PublicNotice.case_id) & during)
        .join(UserTask, UserTask.id == CaseAct.task_id)
        .where(CaseAct.act.in_(COUNTY_ACTS), watch.period.holds(CaseAct.done_at), PublicNotice.kind != AFTERWARDS)
    )
    for notice, number, _, act_id, act, done_at, role in watch.session.execute(wanted):
        facts = f"办件 {number}：{_told(notice)}，{spoken.day(done_at)}已经{act}"
        yield Found(f"{act_id}:early", facts, notice.region_code, role, number)


def _two_posts(watch: Watch) -> Iterator[Found]:
    before = aliased(CaseAct)
    same = (before.case_id == CaseAct.case_id) & (before.account_id == CaseAct.account_id) & (before.act != CaseAct.act)
    wanted = (
        select(CaseAct.id, CaseAct.act, before.act, Case.case_no, Case.region_code, UserTask.role_key)
        .join(before, same & (before.id < CaseAct.id))
        .join(Case, Case.id == CaseAct.case_id)
        .join(UserTask, UserTask.id == CaseAct.task_id)
        .where(*county(watch), watch.period.holds(CaseAct.done_at), CaseAct.act.in_(POSTS), before.act.in_(POSTS))
        .order_by(CaseAct.id, before.id)
    )
    for act_id, act, other, number, region, role in watch.session.execute(wanted):
        yield Found(f"{act_id}:same", f"办件 {number}：{other}和{act}是同一个人办的", region, role, number)


def odd_publicity(watch: Watch) -> Iterator[Found]:
    """EM12 公示异常: posted with fewer than `least` photos, or taken down more than `most` days early. Where a photo
    was taken is not known: it is kept without its position."""
    posted = _notices(watch).where(watch.period.holds(PublicNotice.posted_at))
    for notice, number, photos in watch.session.execute(posted):
        there = len(loads(photos)) if photos else 0
        if there < watch.least:
            facts = f"办件 {number}：{notice.kind}张贴照片 {there} 张，应有 {watch.least} 张"
            yield Found(f"{notice.id}:photos", facts, notice.region_code, WHO_POSTS, number)
    left = seconds(watch.session, PublicNotice.until_at, PublicNotice.closed_at)
    closed = _notices(watch).where(watch.period.holds(PublicNotice.closed_at), left > watch.most * A_DAY)
    for notice, number, _ in watch.session.execute(closed):
        assert notice.closed_at is not None
        facts = f"办件 {number}：{_told(notice)}，{spoken.day(notice.closed_at)}已经撤下"
        yield Found(f"{notice.id}:down", facts, notice.region_code, WHO_POSTS, number)


def _told(notice: PublicNotice) -> str:
    """From when until when it hangs."""
    assert notice.posted_at is not None
    assert notice.until_at is not None
    return f"{notice.kind}{spoken.day(notice.posted_at)}张贴，{spoken.deadline(notice.until_at)}期满"


def _notices(watch: Watch) -> Select[PublicNotice, str, str]:
    """What hung in a village at some time of the week, unless an objection was upheld: with the number of its case and
    the photos of it. The index knows until when."""
    photos = variable(watch.session, Case.variables, "publicPhotos")
    hung = (PublicNotice.posted_at.is_not(None), PublicNotice.until_at > watch.period.start_at)
    wanted = select(PublicNotice, Case.case_no, photos).join(Case, Case.id == PublicNotice.case_id)
    return wanted.where(*county(watch), *hung, PublicNotice.state != "withdrawn").order_by(PublicNotice.id)


def unanswered_orders(watch: Watch) -> Iterator[Found]:
    """EM13 督办不回: an order was not signed for, or not reported on, in time."""
    return _late(watch, ORDER_STEPS, "督办单逾期没有签收或反馈")


def bad_reviews(watch: Watch) -> Iterator[Found]:
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
    for task_id, role, region, due_at, number in watch.session.execute(wanted):
        yield Found(str(task_id), f"办件 {number}：{what}，{spoken.deadline(due_at)}到期", region, role, number)
