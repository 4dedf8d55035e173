"""What a citizen reads of a case (办理进度): done, now, next, in plain sentences with dates and who has it.

The rule: everything is said once. The words are those of the messages and of the diagram (`citizenText` while a step
waits, `citizenDone` after it), never those of the office.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    cases,
    clocks,
    execution,
    history,
    notifications,
    past_plans,
    phone_calls,
    plans,
    suspension,
    timeline,
    worklists,
)
from engine.casework.applications import OPENING_LANES
from engine.casework.clocks import Chip
from engine.casework.models import Case, HistoryEvent, Notice, Submission, UserTask
from engine.casework.timeline import STATUS, Answered
from engine.language.diagram import Element
from engine.registry import access, calendars, masks, people, regions, roles
from engine.registry.actors import Actor

SENDER = "【政府救助】"
LAST = "办结后会通知您，并请您评价"
LONG_TERM = "LONG_TERM"  # works go on beside the steps, and are not done by the day that was first promised
AT_ONCE = timedelta(seconds=30)
WORKS = "工程措施需要较长时间，进展会按月登记"
STANDS_STILL = "办理时间现在暂停计算，继续以后再告诉您预计什么时候办结"


@dataclass(frozen=True)
class Line:
    """`state`: done, now or next. `at`: when it happened or began; `due_at`: by when; `who`: who has it; `detail`: what
    else is worth knowing; `is_new`: a message that was not read yet."""

    state: str
    text: str
    at: datetime | None = None
    due_at: datetime | None = None
    who: str = ""
    detail: str = ""
    chip: Chip | None = None
    is_new: bool = False
    kind: str = ""
    element_id: str | None = None


def lines(session: Session, case: Case, actor: Actor) -> list[Line]:
    """The whole case for this citizen, oldest first."""
    done = _done(session, case, actor)
    beside = cases.companions(session, case)
    if case.state == "ended":
        done += [Line("done", news, at=case.ended_at) for news in _ending(case, done)]
        done += [*_ratings(session, case), *_missed(session, beside)]
        return [*_in_order(done), *_now_of(session, beside, actor)]
    unit = _unit(session, case)
    if case.state == "suspended":
        stop = suspension.current(session, case.id)
        since = stop.suspended_at if stop else None
        return [*_in_order(done), Line("now", "办理已经暂停，恢复后会告知您", at=since, who=unit)]
    now = [*_now_of(session, [case, *beside], actor)] or [*_waited_for(session, case)]
    return [*_in_order(done), *now, _next(session, case)]


def in_public(session: Session, case: Case) -> list[Line]:
    """The same for somebody who knows the number and nothing more: no messages, no answers, no names; of the end only
    its kind. Whoever has it is the department, or the applicant."""
    unit = _unit(session, case)
    done = [Line("done", "提交诉求", at=case.started_at), *_steps(session, case)]
    if case.state == "ended":
        return [*_in_order(done), Line("done", STATUS.get(case.status, "已办结"), at=case.ended_at)]
    if case.state == "suspended":
        return [*_in_order(done), Line("now", "办理已经暂停", who=unit)]
    plan, now = plans.plan(session, case.version_id, case.called_versions), []
    for task in _open(session, case.id):
        asked = task.role_key in OPENING_LANES
        text = plan.element(task.element_id).properties.get("citizenText")
        said = "等申请人补充或者确认" if asked else text or f"正在办理：{task.name}"
        who = "申请人" if asked else unit
        now.append(Line("now", said, at=task.created_at, due_at=task.due_at, who=who, element_id=task.element_id))
    standing = now or [Line("now", STATUS.get(case.status, "正在办理"), who=unit)]
    return [*_in_order(done), *standing, _next(session, case)]


def summary(session: Session, case: Case, actor: Actor) -> str:
    """Where the case is, in one sentence."""
    if case.state == "ended":
        return case.outcome_text or STATUS.get(case.status, case.status)
    told = lines(session, case, actor)
    return next((line.text for line in told if line.state == "now"), told[-1].text)


def filled_in(session: Session, case: Case, actor: Actor) -> list[Answered]:
    """What the citizen, or whoever filed for the citizen, filled in; the office's own forms are its own."""
    spells = past_plans.spells(session, case)
    masked = masks.for_viewer(actor, case)
    rows = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id))
    return [
        timeline.answered(session, spells, row, masked=masked)
        for row in rows
        if _element(spells, row.element_id, row.submitted_at).lane in OPENING_LANES
    ]


def _element(spells: Sequence[past_plans.Spell], element_id: str, at: datetime | None) -> Element:
    """The element as it was drawn when something happened there."""
    return past_plans.at_element(spells, element_id, at).element(element_id)


def without_number(text: str, case_no: str) -> str:
    """A message where the number of its case stands beside it anyway."""
    return re.sub(rf"（编号{re.escape(case_no)}）|[，。]?编号{re.escape(case_no)}", "", text).removeprefix(SENDER)


def _done(session: Session, case: Case, actor: Actor) -> list[Line]:
    told = list(_told(notifications.of_case(session, case.id, actor)[::-1], case.case_no))
    said = any(line.at is not None and line.at - case.started_at < AT_ONCE for line in told)
    begun = [] if said else [Line("done", _begun(case, actor), at=case.started_at)]
    return [*begun, *told, *_steps(session, case), *_called(session, case)]


def _called(session: Session, case: Case) -> list[Line]:
    calls = phone_calls.of_case(session, case.id)
    return [Line("done", phone_calls.TOLD[event.payload["result"]], at=event.at) for event in calls]


def _told(notices: Iterable[Notice], case_no: str) -> Iterator[Line]:
    """Each message once, when it was said last; how often, where it was said again."""
    said: dict[str, list[Notice]] = {}
    for notice in notices:
        said.setdefault(without_number(notice.text, case_no), []).append(notice)
    for text, same in said.items():
        again = f"共 {len(same)} 次，这是最近一次" if len(same) > 1 else ""
        new = any(notice.read_at is None for notice in same)
        yield Line("done", text, at=same[-1].created_at, detail=again, is_new=new)


def _begun(case: Case, actor: Actor) -> str:
    """Who raised a hand, as this reader would say it."""
    if case.citizen_id == actor.id:
        return "您提交了诉求"
    if case.proxy_citizen_id == actor.id:
        return f"您替 {masks.name(case.applicant_name)} 提交了诉求"
    if case.proxy_citizen_id is not None:
        return f"{case.variables.get('proxyName') or '代办人'}替您提交了诉求"
    return f"工作人员替您提交了诉求（{access.CHANNELS.get(case.channel, '')}）"


def _steps(session: Session, case: Case) -> Iterator[Line]:
    """The finished steps for which the diagram has words: those of which no message tells."""
    wanted = select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "completed", UserTask.kind == "step")
    spells = past_plans.spells(session, case)
    for task in session.scalars(wanted.order_by(UserTask.id)):
        text = _element(spells, task.element_id, task.ended_at).properties.get("citizenDone")
        if text:
            yield Line("done", text, at=task.ended_at, element_id=task.element_id)


def _now_of(session: Session, running: list[Case], actor: Actor) -> Iterator[Line]:
    """The open steps that are published. What the citizen is asked beside the case stands on the page as a button."""
    for case in running:
        plan = plans.plan(session, case.version_id, case.called_versions)
        beside = case.subject_id is not None
        for task in _open(session, case.id):
            properties = plan.element(task.element_id).properties
            if beside and (task.role_key in OPENING_LANES or properties.get("publishToCitizen") != "true"):
                continue
            yield Line(
                "now",
                properties.get("citizenText") or f"正在办理：{task.name}",
                at=task.created_at,
                due_at=task.due_at,
                who=_holder(session, case, task, actor),
                chip=worklists.chip_of(session, task, case, clock.now()),
                element_id=task.element_id,
            )


def _waited_for(session: Session, case: Case) -> Iterator[Line]:
    """What the case waits for where nobody has a step: a payment, a register, another office's word; as far as the
    diagram has words for it."""
    machine = execution.trial(session, case).machine
    due = {timer.element.attached_to: timer.due_at for timer in machine.timers() if timer.element.interrupting}
    standing = [element for _, element in machine.messages()]
    standing += [waiting.element for waiting in machine.jobs()] + [timer.element for timer in machine.timers()]
    for element in {one.id: one for one in standing}.values():
        text = element.properties.get("citizenText")
        if text and element.properties.get("publishToCitizen") == "true":
            yield Line("now", text, at=_entered_at(session, case, element), due_at=due.get(element.id),
                       element_id=element.id)  # fmt: skip


def _entered_at(session: Session, case: Case, element: Element) -> datetime | None:
    """Since when the case stands there."""
    entered = (event.at for event in history.events(session, case.id)[::-1]
               if ["e", element.id] in event.payload.get("steps", ()))  # fmt: skip
    return next(entered, None)


def _next(session: Session, case: Case) -> Line:
    """The end that was promised; nothing is promised while the clock stands still, or until works are done."""
    if case.status == LONG_TERM:
        return Line("next", LAST, detail=WORKS)
    if case.clock_stopped_at is not None or case.promised_at is None:
        return Line("next", LAST, detail=STANDS_STILL if case.clock_stopped_at else "")
    chip = clocks.chip(
        due_at=case.promised_at, remind_at=None, now=clock.now(), calendar=calendars.load(session), unit="wd"
    )
    return Line("next", LAST, due_at=case.promised_at, chip=chip)


def _ending(case: Case, told: list[Line]) -> list[str]:
    """How it ended, unless a message said so already in the same moment."""
    label, text = STATUS.get(case.status, case.status), case.outcome_text or ""
    said = [line.text for line in told if line.at == case.ended_at]
    if said and (label in text or any(label in one or text in one for one in said)):
        return []
    return [text if label in text else f"{label}：{text}" if text else label]


def _ratings(session: Session, case: Case) -> Iterator[Line]:
    wanted = select(HistoryEvent).where(HistoryEvent.case_id == case.id, HistoryEvent.kind == "rating_given")
    for event in session.scalars(wanted.order_by(HistoryEvent.seq)):
        yield Line("done", f"您评价了 {event.payload.get('stars')} 星", at=event.at, kind=event.kind)


def _missed(session: Session, beside: list[Case]) -> Iterator[Line]:
    """What was asked of the citizen beside the case and is no longer awaited."""
    ended = [one.id for one in beside if one.state == "ended"]
    wanted = select(UserTask).where(
        UserTask.case_id.in_(ended), UserTask.role_key == "citizen", UserTask.state == "canceled"
    )
    for task in session.scalars(wanted.order_by(UserTask.id)):
        yield Line("done", f"“{task.name}”的期限已过，不用再填写", at=task.ended_at, element_id=task.element_id)


def _open(session: Session, case_id: int) -> list[UserTask]:
    wanted = select(UserTask).where(UserTask.case_id == case_id, UserTask.state == "open", UserTask.kind == "step")
    return list(session.scalars(wanted.order_by(UserTask.id)))


def _holder(session: Session, case: Case, task: UserTask, actor: Actor) -> str:
    """Who has the step: the citizen, the county's department with its telephone, or the place whose office it is."""
    root = cases.root_of(session, case)
    if task.role_key in OPENING_LANES:
        asked = root.proxy_citizen_id if task.role_key == "proxy" else root.citizen_id
        own = asked == actor.id or (task.role_key == "citizen" and access.speaks_for(actor, root))
        return "您" if own else masks.name(root.applicant_name)
    if roles.level_of(session, task.role_key) == "county":
        return _unit(session, root)
    return regions.get(session, task.region_code).name


def department(session: Session, case: Case) -> tuple[str, str | None]:
    """The county's department that answers for the case, and its telephone."""
    return people.unit(session, str(case.variables.get("department", "")), case.region_code)


def _unit(session: Session, case: Case) -> str:
    name, phone = department(session, case)
    return f"{name} {phone}" if phone else name


def _in_order(told: list[Line]) -> list[Line]:
    return sorted(told, key=lambda line: line.at.timestamp() if line.at else 0)
