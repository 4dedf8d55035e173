"""撤回: somebody takes back a step they have just completed, as if they had not: the same task is open again.

The rule: only while nobody has begun what it led to, and nothing has left the office by it: no message to a citizen, no
call of an outside service, no decision, no end of the case.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.casework import asking, execution, past_plans, plans, shared_limits, undoing
from engine.casework.history import completion_of, completions_of
from engine.casework.locked_tasks import locked, require_post
from engine.casework.models import Case, HistoryEvent, Job, TaskDraft, UserTask
from engine.casework.moving import PASSED_ON
from engine.casework.running import REOPENED, TRANSFERRED, Running
from engine.db import one_of
from engine.errors import Conflict, NotAllowed
from engine.language.diagram import Element
from engine.registry import access
from engine.registry.actors import Actor

# A case, and the token of one of its steps.
_Token = tuple[int, str | None]
# What these find out, or tell colleagues, can be found out or told again.
HARMLESS = frozenset({"notice", "real_name", "open_cases"})
MOVED_ON = "后面的步骤已经有人在办，不能撤回；请联系对方退回"
_other = aliased(UserTask)
# Completed steps of running cases after which nobody has completed or claimed another one of the case.
_COMPLETED = (
    select(*UserTask.__table__.c, Case.version_id, Case.called_versions)
    .join(Case, Case.id == UserTask.case_id)
    .where(
        one_of(UserTask.id, "tasks"),
        UserTask.state == "completed",
        Case.state == "active",
        ~exists().where(
            _other.case_id == UserTask.case_id,
            or_(_other.ended_at > UserTask.ended_at, _other.claimed_at > UserTask.ended_at),
        ),
    )
)


def take_back(session: Session, task_id: int, *, actor: Actor, key: str | None = None) -> UserTask:
    """撤回 one's own completed step. Returns the task, open again and in one's hands."""
    with locked(session, task_id, actor, key, "take back", task_id) as at:
        running, task = at.running, at.task
        if at.first:
            _require_own(actor, task)
            event = _event(session, task)
            why = _refusal(running.plan, task.case.state, event)
            if why is None and event is not None and _moved_on(session, [event]):
                why = MOVED_ON
            if why is not None or event is None:
                raise Conflict(f"Expected task {task_id} to be one that can be taken back, but it is not", notice=why)
            _take_back(running, task, event)
    session.refresh(task)
    return task


def is_possible(session: Session, task: UserTask, actor: Actor) -> bool:
    """Whether the actor may take the step back now."""
    if not _is_own(task, task.case, actor):
        return False
    event = _event(session, task)
    if (
        event is None
        or _refusal(_plan(session, task.case), task.case.state, event) is not None
        or _moved_on(session, [event])
    ):
        return False
    return execution.trial(session, task.case).machine.may_take_back(event.payload["undo"])


def of_case(session: Session, case: Case, actor: Actor) -> list[UserTask]:
    """The steps of a case that the actor may take back now; only the latest of their own are looked at."""
    if case.state != "active" or not actor.is_staff:
        return []
    own = (UserTask.case_id == case.id, UserTask.kind == "step", UserTask.completed_by == actor.id)
    wanted = select(UserTask).where(*own, UserTask.state == "completed").order_by(UserTask.ended_at.desc()).limit(3)
    return [task for task in session.scalars(wanted) if is_possible(session, task, actor)]


def just_completed(session: Session, task_ids: Sequence[int], actor: Actor) -> set[int]:
    """Which of these completed steps the actor may take back now; asked for a page of them with a few statements."""
    if not task_ids:
        return set()
    own = [task for task in session.execute(_COMPLETED, {"tasks": task_ids}) if _is_own(task, task, actor)]
    completions = completions_of(session, own)
    gone = _moved_on(session, [event for event in completions.values() if "undo" in event.payload])
    allowed = {
        task.case_id: (task.id, completions[task.id])
        for task in own
        if task.id in completions
        and _refusal(_plan(session, task), "active", completions[task.id]) is None
        and _place(completions[task.id]) not in gone
    }
    return {
        allowed[tried.case.id][0]
        for tried in (execution.trials(session, sorted(allowed)) if allowed else ())
        if tried.machine.may_take_back(allowed[tried.case.id][1].payload["undo"])
    }


def _is_own(task: Any, case: Any, actor: Actor) -> bool:
    return actor.is_staff and task.completed_by == actor.id and access.may_act(actor, task, case)


def _plan(session: Session, case: Any) -> plans.Plan:
    return plans.plan(session, case.version_id, case.called_versions)


def _require_own(actor: Actor, task: UserTask) -> None:
    asking.require_step(task)
    require_post(actor, task)
    if task.state == "completed" and task.completed_by != actor.id:
        raise NotAllowed(
            f"Expected {actor.ref} to have completed task {task.id}, but it has not", notice="只能撤回自己办理的步骤"
        )


def _event(session: Session, task: UserTask) -> HistoryEvent | None:
    return completion_of(session, task) if task.state == "completed" else None


def _refusal(plan: plans.Plan, case_state: str, event: HistoryEvent | None) -> str | None:
    """Why the step cannot be taken back, whatever came after it; None when it can."""
    if case_state == "ended":
        return "办件已经办结，不能撤回"
    if event is None or "undo" not in event.payload:
        return "这一步没有办完，或者已经撤回"
    if event.payload.get("signed"):
        return "加签人已经签署，不能撤回"
    if _is_irrevocable(plan, event.payload):
        return "提交后已经告知群众、作出决定或调用外部系统，不能撤回"
    return None


def _is_irrevocable(plan: plans.Plan, payload: Mapping[str, Any]) -> bool:
    """Whether something happened in that act that nobody can take back."""
    told = [who for _, recipients in payload.get("notices", ()) for who in recipients]
    if any(who.startswith("citizen:") for who in told):
        return True
    passed = [plan.element(element_id) for what, element_id in payload["steps"] if what == "c"]
    return any(_decides(element) for element in passed)


def _decides(element: Element) -> bool:
    return element.kind == "businessRuleTask" or (element.task_type is not None and element.task_type not in HARMLESS)


def _place(event: HistoryEvent) -> tuple[int, int]:
    return event.case_id, event.seq


def _moved_on(session: Session, completions: Sequence[HistoryEvent]) -> set[tuple[int, int]]:
    """After which of these completions, by case and number, somebody has begun what they led to, or the case stands
    elsewhere."""
    made: dict[_Token, tuple[int, int]] = {
        (one.case_id, str(token)): _place(one) for one in completions for token in one.payload["undo"]["made"]
    }
    return {
        *_begun(session, made),
        *_called(session, made),
        *_standing_elsewhere(session, completions),
    }


def _of(table: type[UserTask] | type[Job], made: Collection[_Token]) -> tuple[ColumnElement[bool], ...]:
    return table.case_id.in_({case_id for case_id, _ in made}), table.token.in_({token for _, token in made})


def _begun(session: Session, made: Mapping[_Token, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What somebody has claimed, drafted or asked others about."""
    draft = select(TaskDraft.task_id).where(TaskDraft.task_id == UserTask.id).exists()
    begun = or_(UserTask.state != "open", UserTask.claimed_at.is_not(None), draft)
    rows = session.execute(select(UserTask.case_id, UserTask.token).where(*_of(UserTask, made), begun)) if made else ()
    return (made[case_id, token] for case_id, token in rows if (case_id, token) in made)


def _called(session: Session, made: Mapping[_Token, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What has gone out as a call."""
    called = and_(Job.kind == "service", Job.attempts > 0)
    rows = session.execute(select(Job.case_id, Job.token).where(*_of(Job, made), called)) if made else ()
    return (made[case_id, token] for case_id, token in rows if (case_id, token) in made)


def _standing_elsewhere(session: Session, completions: Sequence[HistoryEvent]) -> list[tuple[int, int]]:
    """The clocks have been put off since, or the diagram or the place is another one; those of the step that would come
    back are not."""
    if not completions:
        return []
    changes = ("case_resumed", REOPENED, TRANSFERRED, PASSED_ON, *past_plans.MIGRATIONS)
    wanted = select(HistoryEvent.case_id, func.max(HistoryEvent.seq)).group_by(HistoryEvent.case_id)
    of_cases = HistoryEvent.case_id.in_({one.case_id for one in completions})
    rows = session.execute(wanted.where(of_cases, HistoryEvent.kind.in_(changes)))
    last = {row.case_id: row[1] for row in rows}
    return [_place(one) for one in completions if last.get(one.case_id, 0) > one.seq]


def _take_back(running: Running, task: UserTask, event: HistoryEvent) -> None:
    undo = event.payload["undo"]
    if not running.machine.may_take_back(undo):
        raise Conflict(f"Expected what task {task.id} led to to stand, but it has moved on", notice=MOVED_ON)
    kept = {name: undo[name] for name in ("made", "taken", "values", "fresh") if name in undo}

    def deed() -> None:
        undoing.restore(running.case.variables, undo)
        running.machine.take_back(undo)

    before = {one.token for one in running.machine.user_tasks()}
    _reopen(running, undo, before, task)
    running.act(
        "task_taken_back",
        deed,
        element_id=task.element_id,
        payload={"task": task.id, "token": task.token, "completed": event.seq, "undo": kept},
    )
    _restore_columns(running, event, undo)


def _reopen(running: Running, undo: Mapping[str, Any], standing: set[str], task: UserTask) -> None:
    """The rows of the tokens that come back are open again, with the deadlines they had."""
    tokens = [str(row[0]) for _, _, rows in undo["taken"] for row in rows]
    back = [token for token in tokens if token not in standing]
    wanted = select(UserTask).where(UserTask.case_id == running.case.id, UserTask.token.in_(back))
    for row in running.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)):
        row.state, row.ended_at, row.completed_by = "open", None, None
        row.companion_at = _companion_at(row)
        if row.id == task.id:
            row.assignee_id, row.claimed_at = running.actor.id, running.now
    running.session.flush()
    running.tokens_before["tasks"] |= frozenset(back)


def _companion_at(row: UserTask) -> datetime | None:
    """When the deadline is to be looked after: what was reminded of already is looked at when it is due."""
    if row.due_at is None or row.overdue_at is not None:
        return None
    return row.due_at if row.reminded_at is not None else min(row.remind_at or row.due_at, row.due_at)


def _restore_columns(running: Running, event: HistoryEvent, undo: Mapping[str, Any]) -> None:
    """The case's own columns, where the completion has changed them and nobody else since."""
    case = running.case
    if case.status != undo["status"]:
        running.status_before = running.status_before or case.status
        case.status = undo["status"]
    if case.accepted_at == event.at:
        case.accepted_at = None
        if "promised_at" in undo:
            case.promised_at = datetime.fromisoformat(undo["promised_at"])
    shared_limits.forget(running, event.at)
    execution.project(running)
    looked = undo.get("supervise_at")
    if looked is not None and case.supervise_at is not None:
        case.supervise_at = datetime.fromisoformat(looked)
