"""挂起、恢复: a case stands still by order, with all that stands beside it; when it goes on, every moment that lay
ahead lies ahead as far as before.

The rule: while it is suspended nothing acts on it and nothing falls due; each clock gets back what it lost in its own
measure (hours, office hours, days, working days). A case with an open supervision order is not suspended (domain C6).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.casework import asking, cases, clicks, execution, moments, telling
from engine.casework.models import Case, Job, Suspension, UserTask
from engine.casework.running import Running
from engine.errors import Conflict, NotAllowed
from engine.registry import access
from engine.registry.actors import SYSTEM, Actor
from engine.workflow import Timer

SHORTEST_REASON = 10


def current(session: Session, case_id: int) -> Suspension | None:
    """Since when, why and by whose order the case stands still; None when it does not."""
    wanted = select(Suspension).where(Suspension.case_id == case_id, Suspension.resumed_at.is_(None))
    return session.scalar(wanted)


def suspend(session: Session, case_no: str, *, actor: Actor, reason: str, key: str | None = None) -> Case:
    """挂起 with a reason that the citizen reads."""
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    case = cases.get(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor, even_suspended=True) as running:
        if clicks.is_first(running, key, "suspend", words):
            _require_post(actor, case)
            _require_suspendable(running)
            telling.tell_holders(running, "T25", otherwise="办件已挂起", reason=words)
            _suspend(running, words)
            telling.tell_citizen(running, "M32", otherwise="您的申请暂停办理", reason=words)
    session.refresh(case)
    return case


def resume(session: Session, case_no: str, *, actor: Actor, key: str | None = None) -> Case:
    """恢复办理: every due moment that lay ahead when the case stopped is put off."""
    case = cases.get(session, case_no, actor)
    with execution.open_case(session, case.id, actor=actor, even_suspended=True) as running:
        if clicks.is_first(running, key, "resume"):
            _require_post(actor, case)
            require_suspended(running)
            _resume(running)
            telling.tell_citizen(running, "M33", otherwise="您的申请已恢复办理")
            telling.tell_holders(running, "T26", otherwise="办件已恢复办理")
    session.refresh(case)
    return case


def _require_post(actor: Actor, case: Case) -> None:
    if not access.may_suspend(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to be the reviewer, the approver or the county's office, but it is none",
            notice="只有县级主管部门的审核、审批岗位和县领导小组办公室可以挂起、恢复办件",
        )


def _require_suspendable(running: Running) -> None:
    case = running.case
    require_main(case)
    if case.state == "suspended":
        raise Conflict(f"Expected case {case.case_no} to be active, but it is suspended", notice="该办件已经挂起")
    if case.state == "ended":
        raise Conflict(f"Expected case {case.case_no} to run, but it has ended", notice="该办件已经办结，不能挂起")
    if case.supervised:
        raise Conflict(
            f"Expected case {case.case_no} to have no open supervision order, but it has",
            notice="该办件有未销号的督办单，销号以后才能挂起",
        )


def require_main(case: Any) -> None:
    """What stands beside a case stops, goes on and ends with it, never by itself."""
    if case.subject_id is not None:
        raise Conflict(
            f"Expected {case.case_no} to be a case of its own, but it is a companion",
            notice="伴随办件随主办件一起挂起、恢复和终止，请到主办件上操作",
        )


def require_suspended(running: Running) -> None:
    """Raises Conflict unless the case stands still by order."""
    if running.case.state != "suspended":
        raise Conflict(
            f"Expected case {running.case.case_no} to be suspended, but it is {running.case.state}",
            notice="该办件没有挂起，无需恢复",
        )


def _beside(running: Running) -> list[int]:
    """The companions that have not ended, those of companions included, outer ones first."""
    found, level = [], [running.case.id]
    while level:
        wanted = select(Case.id).where(Case.subject_id.in_(level), Case.state != "ended").order_by(Case.id)
        level = list(running.session.scalars(wanted))
        found += level
    return found


def _suspend(running: Running, reason: str) -> None:
    session, case = running.session, running.case
    assert running.actor.id is not None
    session.add(
        Suspension(
            case_id=case.id, reason=reason, status=case.status, suspended_by=running.actor.id, suspended_at=running.now
        )
    )
    clock_ran = case.clock_stopped_at is None
    for number in _beside(running):
        with execution.open_case(session, number, actor=SYSTEM, even_suspended=True) as beside:
            if clock_ran:
                beside.hear("CLOCK_STOPPED", {})
            _stand_still(beside, reason)
    if clock_ran:
        case.clock_stopped_at = running.now
    case.status = "SUSPENDED"
    _stand_still(running, reason)


def _stand_still(running: Running, reason: str) -> None:
    """From now on no worker looks at the case. What was under way for it is fenced off and will be tried again."""
    execution.project(running)
    session, case = running.session, running.case
    case.state = "suspended"
    session.execute(
        update(Job)
        .where(Job.case_id == case.id, Job.state.in_(("waiting", "running")))
        .values(state="suspended", leased_until=None, epoch=Job.epoch + 1)
    )
    session.execute(
        update(UserTask).where(UserTask.case_id == case.id, UserTask.state == "open").values(companion_at=None)
    )
    running.journal("case_suspended", payload={"reason": reason})


def _resume(running: Running) -> None:
    session, case = running.session, running.case
    stop = _lift(running)
    for number in _beside(running):
        with execution.open_case(session, number, actor=SYSTEM, even_suspended=True) as beside:
            beside.case.state = "active"
            _go_on(beside, stop.suspended_at)
    _go_on(running, stop.suspended_at)
    execution.project(running)
    if case.clock_stopped_at is None:
        values = {"stoppedSeconds": case.stopped_seconds}
        for number in _beside(running):
            execution.deliver(session, number, "CLOCK_RESUMED", actor=SYSTEM, values=values)


def _lift(running: Running) -> Suspension:
    """The order to stand still is over; the case is again what it was before."""
    stop = current(running.session, running.case.id)
    assert stop is not None and running.actor.id is not None
    stop.resumed_at, stop.resumed_by = running.now, running.actor.id
    running.case.state, running.case.status = "active", stop.status
    return stop


def lift_for_ending(running: Running) -> None:
    """A suspended case and what stands beside it become able to end; their due moments are put off no more."""
    _lift(running)
    for number in _beside(running):
        with execution.open_case(running.session, number, actor=SYSTEM, even_suspended=True) as beside:
            beside.case.state, beside.changed = "active", True
            _free_jobs(beside)


def _go_on(running: Running, since: datetime) -> None:
    """Put off the timers and due dates of one case by what they lost, and let its jobs wait for a worker again."""
    timers = {timer.token: _later(running, timer, since) for timer in running.machine.timers()}
    tasks = _put_off_tasks(running, since)
    values = _values(running, since)
    running.case.variables.update(values)
    running.act(
        "case_resumed",
        lambda: running.machine.put_off(timers),
        payload={
            "since": since.isoformat(),
            "timers": {token: at.isoformat() for token, at in timers.items()},
            "tasks": tasks,
            "values": values,
        },
    )
    for token, at in timers.items():
        put_off = update(Job).where(Job.case_id == running.case.id, Job.token == token, Job.kind == "timer")
        running.session.execute(put_off.values(due_at=at))
    _free_jobs(running)


def _free_jobs(running: Running) -> None:
    """Workers may look at the case's jobs again; one whose call was cut short is called again under the same key."""
    parked = update(Job).where(Job.case_id == running.case.id, Job.state == "suspended")
    running.session.execute(parked.values(state="waiting"))


def _later(running: Running, timer: Timer, since: datetime) -> datetime:
    unit = _unit_of_subject(running) or moments.unit_of(running, timer.element)
    return moments.put_off(running, timer.due_at, unit, since=since)


def _unit_of_subject(running: Running) -> str | None:
    """The measure of the task beside which a companion stands: both keep one deadline."""
    number = running.case.subject_task_id
    unit: str | None = running.session.scalar(select(UserTask.due_unit).where(UserTask.id == number))
    return unit


def _values(running: Running, since: datetime) -> dict[str, Any]:
    """What a companion of a task keeps of that task's deadline."""
    due = running.case.variables.get("taskDueAt")
    if due is None:
        return {}
    later = moments.put_off(running, datetime.fromisoformat(due), _unit_of_subject(running), since=since)
    return {"taskDueAt": later.isoformat()}


def _put_off_tasks(running: Running, since: datetime) -> list[list[Any]]:
    """Give the open steps and signatures their later moments; returns [task, due before, due now] for the journal."""
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id, UserTask.state.in_(("waiting", "open")), UserTask.due_at.is_not(None)
    )
    changed = []
    for task in running.session.scalars(wanted.execution_options(populate_existing=True)):
        before = task.due_at
        assert before is not None
        task.due_at = moments.put_off(running, before, task.due_unit, since=since)
        if task.remind_at is not None:
            later = moments.put_off(running, task.remind_at, task.due_unit, since=since, like=before)
            task.remind_at = min(later, task.due_at)
        if task.kind == "step" and task.reminded_at is None:
            task.companion_at = min(task.remind_at or task.due_at, task.due_at)
        changed.append([task.id, before.isoformat(), task.due_at.isoformat()])
    running.session.flush()
    return changed
