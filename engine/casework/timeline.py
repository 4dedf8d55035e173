"""What happened to a case, told to staff step by step and on the diagram. What citizens read is `progress`.

The rule: whoever rated anonymously is named to nobody; only the journal's own row keeps who it was [C11].
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, spoken
from engine.casework import (
    cases,
    cosigning,
    forms_of_tasks,
    history,
    in_words,
    past_plans,
    phone_calls,
    plans,
    worklists,
)
from engine.casework.clocks import Chip
from engine.casework.models import Case, HistoryEvent, Submission, UserTask
from engine.db import one_of
from engine.language.forms import Form
from engine.registry import access, masks, regions, roles
from engine.registry.actors import Actor
from engine.registry.models import Account

_NAMES = select(Account.id, Account.name).where(one_of(Account.id, "accounts"))
STATUS = {
    "DRAFT": "草稿", "CONSENT_PENDING": "待本人确认", "SUBMITTED": "待受理", "ROUTED": "待受理", "CORRECTION": "待补正",
    "ACCEPTED": "办理中·调查核实", "INVESTIGATING": "办理中·调查核实", "CHECKING": "办理中·调查核实",
    "PUBLICITY": "公示中", "OBJECTION": "异议核查中", "COUNTY_REVIEW": "县级审核中",
    "APPROVED": "已同意·正在落实", "IMPLEMENTING": "已同意·正在落实", "PAYING": "已同意·正在落实",
    "LONG_TERM": "工程措施推进中", "SUSPENDED": "暂停", "COMPLETED": "已办结",
    "NOT_ACCEPTED": "不予受理", "REJECTED": "不符合条件", "TERMINATED": "已终止", "WITHDRAWN": "已撤回",
}  # fmt: skip

SENTENCES = {
    "case_started": "提交诉求", "task_completed": "完成“{name}”", "task_claimed": "签收“{name}”",
    "task_unclaimed": "将“{name}”退回本组",
    "task_transferred": "转办“{name}”：{reason}", "task_assigned": "指派“{name}”",
    "task_reminded": "“{name}”即将到期，已提醒经办人", "task_overdue": "“{name}”超过办理时限，自动记录超时",
    "task_returned": "将“{name}”退回到“{target}”：{reason}", "task_taken_back": "撤回“{name}”的提交",
    "timer_fired": "{timers}到时", "message_received": "{message}", "job_completed": "“{name}”已由外部系统答复",
    "companion_started": "启动{process}", "supervision_closed": "督办单已销号", "rating_given": "评价 {stars} 星",
    "case_ended": "办结：{text}", "case_archived": "导出电子档案", "attachment_added": "添加附件“{file}”",
    "case_reopened": "撤销原处理结果，从“{name}”起重新办理：{reason}",
    "case_transferred": "移交{place}办理{reason}", "case_passed_on": "转由{place}办理{reason}",
    "case_suspended": "暂停办理：{reason}", "case_resumed": "恢复办理", "case_terminated": "终止办理：{reason}",
    "task_delegated": "委派“{name}”：{reason}", "delegation_answered": "答复“{name}”的委派",
    "delegation_recalled": "收回“{name}”的委派", "signature_asked": "请人为“{name}”{position}：{reason}",
    "signature_given": "为“{name}”签署意见：{answer}", "signature_removed": "减去“{name}”的加签：{reason}",
    "task_submitted": "提交“{name}”，等待后加签", "task_given_back": "加签人不同意，“{name}”退回经办人",
    phone_calls.CALLED: "电话联系申请人，{result}{reason}",
    "task_urged": "催办“{name}”{reason}", "case_copied": "抄送办件{reason}", "copy_taken_back": "取消抄送",
    "promise_extended": "办结期限延长至{until}：{reason}",
    "case_migrated": "{version_of}改按第 {to_number} 版流程办理：{reason}",
    "case_migration_undone": "撤销迁移，{version_of}恢复按第 {to_number} 版流程办理：{reason}",
}  # fmt: skip
MESSAGES = {
    "CITIZEN_WITHDRAW": "群众撤回", "CITIZEN_URGE": "群众催办", "SUPERVISION_OPENED": "收到督办",
    "PUBLIC_OBJECTION": "有人对公示提出异议", "CONSENT_YES": "本人同意代为申请", "CONSENT_NO": "本人不同意代为申请",
    "TASK_ENDED": "对应的待办已结束", "CASE_CLOSED": "对应的办件已办结",
    "CLOCK_STOPPED": "办件暂停计时", "CLOCK_RESUMED": "办件恢复计时", "COUNTING_CHANGED": "督办改按另一种口径起算",
}  # fmt: skip
NOTED = (
    phone_calls.CALLED,
    "task_urged",
    "case_copied",
    "case_transferred",
    "case_passed_on",
)  # a note may be given, and need not
STRAIGHT = "完成“{name}”，直接提交给“{target}”"
# A companion is begun by the platform, a case may end without a word, and a timer may have been put off meanwhile.
BEGUN, ENDED, NOT_YET = "启动", "结束", "查看计时，没有到时的"
BEGUN_BY = {"OFFICE": "发起工作", "VOICE": "提交", "TIMER": "到时自动启动", access.MOCK: "发起模拟办件"}
LEFT = {"task_assigned": "原经办人离岗，“{name}”移交接手的人", "task_unclaimed": "原经办人离岗，“{name}”退回本组"}
ANONYMOUS = "匿名"
PROCESSES = {"deadline": "时限提醒", "supervise": "督办", "rating": "满意度评价"}


@dataclass(frozen=True)
class Line:
    """`state`: done, now or next. `at`: when it happened or began; `due_at`: by when; `who`: who has it."""

    state: str
    text: str
    at: datetime | None = None
    due_at: datetime | None = None
    who: str = ""
    detail: str = ""
    kind: str = ""
    element_id: str | None = None
    seq: int = 0
    chip: Chip | None = None


@dataclass(frozen=True)
class Mark:
    """Who holds the token that stands at an element, since when, and what the clock says."""

    element_id: str
    who: str
    since: datetime
    chip: Chip


@dataclass(frozen=True)
class Marks:
    """A diagram's state: where the tokens are, which elements and flows were passed."""

    current: tuple[Mark, ...]
    passed: tuple[str, ...]
    flows: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """One submission, readable: [(label, value)]; `files`: attachment ids named in it."""

    name: str
    at: datetime
    who: str
    answers: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = field(default=())


def _open(session: Session, case_id: int) -> list[UserTask]:
    """The steps that wait, without the signatures beside them."""
    wanted = select(UserTask).where(UserTask.case_id == case_id, UserTask.state == "open", UserTask.kind == "step")
    return list(session.scalars(wanted.order_by(UserTask.id)))


def for_staff(session: Session, case: Case, companions: list[Case] | None = None) -> list[Line]:
    """Every event of the case and of its companions in the order of time. `companions`: if they were read already."""
    beside = cases.companions(session, case) if companions is None else companions
    lines = _lines(session, [case, *beside], case)
    return sorted(lines, key=lambda line: line.at or case.started_at)


def of_companions(session: Session, case: Case) -> list[Line]:
    """Every event of what stands, or stood, beside the case, one companion after the other."""
    return _lines(session, cases.companions(session, case), case)


def _lines(session: Session, told: list[Case], subject: Case) -> list[Line]:
    """The events of all these cases; those of the subject's companions say whose they are."""
    events = history.events_of(session, [case.id for case in told])
    return [line for case in told for line in _lines_of(session, case, events.get(case.id, []), case is not subject)]


def _lines_of(session: Session, case: Case, events: Sequence[HistoryEvent], beside: bool) -> list[Line]:
    spells = past_plans.spells(session, case, events)
    lead = f"{PROCESSES.get(case.process_key, case.process_key)} · " if beside else ""
    return [
        Line(
            "done",
            lead + sentence(past_plans.at_event(spells, event.seq), event),
            at=event.at,
            who=who(case, event),
            kind=event.kind,
            element_id=event.element_id,
            seq=event.seq,
        )
        for event in events
    ]


def who(case: Case, event: HistoryEvent) -> str:
    """Who did it, as people may read it: an anonymous rating and all that its citizen did for it are nobody's."""
    hidden = event.payload.get("anonymous") is True or is_anonymous(case)
    return ANONYMOUS if hidden and event.actor.startswith("citizen:") else event.actor_name


def is_anonymous(case: Case) -> bool:
    """Whether the case is a companion, or of a management process, in which a citizen asked not to be named."""
    may_be = case.subject_id is not None or case.channel in access.MANAGEMENT
    return may_be and case.variables.get("anonymous") is True


def sentence(plan: plans.Plan, event: HistoryEvent) -> str:
    """One event in Chinese."""
    payload: Mapping[str, Any] = event.payload
    names = {
        "name": element_name(plan, event.element_id),
        "message": MESSAGES.get(str(payload.get("message"))) or f"收到消息：“{element_name(plan, event.element_id)}”",
        "process": PROCESSES.get(str(payload.get("process")), str(payload.get("process", ""))),
        "timers": "、".join(f"“{element_name(plan, timer)}”" for timer in payload.get("fired", ())),
        "target": element_name(plan, payload.get("target") or payload.get("straight")),
        "position": cosigning.POSITIONS.get(str(payload.get("position")), ""),
        "answer": "同意" if payload.get("agrees") else "不同意",
        "result": phone_calls.RESULTS.get(str(payload.get("result")), ""),
        **{key: str(payload.get(key) or "") for key in ("reason", "text", "file", "stars", "to_number", "place")},
        "until": spoken.deadline(datetime.fromisoformat(payload["to"])) if event.kind == "promise_extended" else "",
        "version_of": f"其中的“{payload['process_name']}”" if payload.get("process_name") else "",
    }
    if event.kind in NOTED and names["reason"]:
        names["reason"] = f"：{names['reason']}"
    return _pattern(event).format(**names)


def _pattern(event: HistoryEvent) -> str:
    if event.kind == "case_started" and "message" in event.payload:
        return BEGUN
    if event.kind == "case_started" and event.payload.get("channel") in BEGUN_BY:
        return BEGUN_BY[event.payload["channel"]]
    if event.kind in LEFT and event.payload.get("left"):
        return LEFT[event.kind]
    if event.kind == "task_completed" and "straight" in event.payload:
        return STRAIGHT
    if event.kind == "case_ended" and not event.payload.get("text"):
        return ENDED
    if event.kind == "timer_fired" and not event.payload.get("fired"):
        return NOT_YET
    return SENTENCES.get(event.kind, event.kind)


def element_name(plan: plans.Plan, element_id: str | None) -> str:
    """The element's name for people; its id where it has none, or where the version no longer has it."""
    try:
        return plan.element(element_id).name or element_id if element_id else ""
    except KeyError:
        return str(element_id)


def marks(session: Session, case: Case) -> Marks:
    """Where the case stands on its diagram."""
    now = clock.now()
    current = tuple(
        Mark(task.element_id, holder(session, task), task.created_at, worklists.chip_of(session, task, case, now))
        for task in _open(session, case.id)
    )
    plan = plans.plan(session, case.version_id, case.called_versions)
    passed = passed_elements(history.events(session, case.id))
    return Marks(current, tuple(passed), tuple(flows_between(plan, passed, [mark.element_id for mark in current])))


def passed_elements(events: Iterable[HistoryEvent]) -> list[str]:
    """The elements that tokens have completed, in order, each once."""
    steps = (step for event in events for step in event.payload.get("steps", ()))
    return list(dict.fromkeys(element_id for what, element_id in steps if what in ("c", "f")))


def flows_between(plan: plans.Plan, passed: Iterable[str], current: Iterable[str]) -> list[str]:
    """The sequence flows whose both ends were reached."""
    left = set(passed)
    reached = left | set(current)
    return [flow.id for flow in plan.main.process.flows if flow.source in left and flow.target in reached]


def holder(session: Session, task: UserTask | worklists.Waiting) -> str:
    """Who has the task: the person, or the group with its place."""
    if task.assignee_id is not None:
        return session.get_one(Account, task.assignee_id).name
    if task.role_key == "citizen":
        return "群众"
    return f"{regions.get(session, task.region_code).name} {roles.name_of(session, task.role_key)}"


def holders(session: Session, tasks: Sequence[worklists.Waiting]) -> dict[int, str]:
    """The same of several tasks, by their keys."""
    held = {task.assignee_id for task in tasks if task.assignee_id is not None}
    names = {row.id: row.name for row in session.connection().execute(_NAMES, {"accounts": held})} if held else {}
    regions.remember(session, (task.region_code for task in tasks))
    return {task.id: holder(session, task) if task.assignee_id is None else names[task.assignee_id] for task in tasks}


def submissions(session: Session, case: Case, actor: Actor) -> list[Answered]:
    """What was filled in at each step, masked by the viewer's rights."""
    spells = past_plans.spells(session, case)
    masked = masks.for_viewer(actor, case)
    wanted = select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)
    given = session.scalars(wanted).all()
    _staff = known_staff(session, [row.actor for row in given])  # held, so that each is asked for once
    rows = [(row, answered(session, spells, row, masked=masked)) for row in given]
    if is_anonymous(case):
        return [replace(one, who=ANONYMOUS) if row.actor.startswith("citizen:") else one for row, one in rows]
    return [one for _, one in rows]


def answered(session: Session, spells: Sequence[past_plans.Spell], row: Submission, *, masked: bool) -> Answered:
    """One submission as labels and shown values."""
    plan = past_plans.at_element(spells, row.element_id, row.submitted_at, row.form_id)
    name = element_name(plan, row.element_id)
    form = plan.form(row.form_id, row.element_id) if row.form_id else None
    shown = tuple(_shown(session, form, row, masked=masked)) if form is not None else ()
    listed = [item for value in row.values.values() if isinstance(value, list) for item in value]
    files = tuple(item for item in listed if isinstance(item, str) and len(item) == 32)
    return Answered(name, row.submitted_at, who_is(session, row.actor), shown, files)


def _shown(session: Session, form: Form, row: Submission, *, masked: bool) -> Iterable[tuple[str, str]]:
    known: Mapping[str, Any] = {}
    if any(item.options_from for field in form.fields for item in field.walk()):
        case = session.get_one(Case, row.case_id)
        known = {**forms_of_tasks.context(session, case.region_code, case.variables), **row.values}
    for item in form.fields:
        value = row.values.get(item.key)
        if value is None or value == [] or item.kind == "filepicker":
            continue
        yield item.label, in_words.answer(session, item, value, known=known, masked=masked)


def known_staff(session: Session, refs: Iterable[str]) -> Sequence[Account]:
    """The accounts behind staff:12 …; as long as they are held, the session knows them."""
    numbers = {int(ref.removeprefix("staff:")) for ref in refs if ref.startswith("staff:")}
    return session.scalars(select(Account).where(Account.id.in_(numbers))).all() if numbers else ()


def who_is(session: Session, ref: str) -> str:
    """The name behind staff:12; citizens stay 群众."""
    kind, _, number = ref.partition(":")
    if kind == "staff":
        account = session.get(Account, int(number))
        return account.name if account else ref
    return {"citizen": "群众", "system": "平台"}.get(kind, ref)
