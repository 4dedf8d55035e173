"""What people do with user tasks (待办): look, claim, hand over, draft, complete.

Fetch and authorise are one call; every change is decided again after the case's row is locked.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import clock
from engine.casework import cosigning, execution, forms_of_tasks, plans, segregation, straight, submissions, telling
from engine.casework.act_models import TaskBar
from engine.casework.locked_tasks import (
    get,
    locked,
    name_of,
    not_found,
    require_at_hand,
    require_open,
    require_post,
    require_undivided,
)
from engine.casework.models import Case, Submission, TaskDraft, UserTask
from engine.casework.running import COLUMNS, CaseRow, Running
from engine.errors import Conflict, Invalid, NotAllowed
from engine.language.forms import Form
from engine.registry import access, people
from engine.registry.actors import Actor
from engine.registry.models import Account

__all__ = [
    "Completed", "assign", "claim", "colleagues", "complete", "context", "draft", "form", "get", "may_fill",
    "opened_since", "save_draft", "transfer", "unclaim",
]  # fmt: skip

TASK = UserTask.__table__
SIGNATURE = TASK.alias("signature")
# `in_` would write the statement anew each time that it is executed.
SIGNING = or_(SIGNATURE.c.state == "waiting", SIGNATURE.c.state == "open")
BAR = TaskBar.__table__
CASE = Case.__table__
# What may change until the case is locked.
STATE = (
    TASK.c.state,
    TASK.c.assignee_id,
    TASK.c.companion_at,
    TASK.c.owner_id,
    TASK.c.submission_id,
    exists().where(TaskDraft.__table__.c.task_id == TASK.c.id).label("drafted"),
    exists().where(SIGNATURE.c.host_id == TASK.c.id, SIGNING).label("signing"),
    exists().where(BAR.c.task_id == TASK.c.id, BAR.c.account_id == bindparam("account")).label("barred"),
)
# The case as it was when the task was read; its locked row may be younger.
SEEN = CASE.alias("seen")
OF_TASK = (
    TASK.c.id, TASK.c.case_id, TASK.c.kind, TASK.c.token, TASK.c.element_id, TASK.c.role_key, TASK.c.region_code,
    TASK.c.form_id, TASK.c.due_at, *STATE, SEEN.c.version.label("seen_version"),
)  # fmt: skip
FETCH = (
    select(*OF_TASK, *COLUMNS)
    .join_from(TASK, CASE, CASE.c.id == TASK.c.case_id)
    .join(SEEN, SEEN.c.id == TASK.c.case_id)
    .where(TASK.c.id == bindparam("task"))
)
# Of a companion the case beside which it stands is locked first.
FETCH_LOCKED = FETCH.where(CASE.c.subject_id.is_(None)).with_for_update(of=CASE)
LOCK = select(*STATE).where(TASK.c.id == bindparam("task")).with_for_update()


@dataclass(frozen=True)
class Completed:
    """What a completion led to. `repeated`: the same click had been taken before; nothing was done again. `signing`: it
    takes effect when those have signed who were asked to sign after it (后加签)."""

    case_id: int
    case_no: str
    ended: bool
    repeated: bool
    signing: bool = False
    next_tasks: tuple[UserTask, ...] = ()


def of_keys(session: Session, task_ids: Sequence[int]) -> list[UserTask]:
    """The tasks that a list found, in its order, each with its case."""
    wanted = select(UserTask).where(UserTask.id.in_(task_ids)).options(joinedload(UserTask.case))
    found = {task.id: task for task in session.scalars(wanted)}
    return [found[task_id] for task_id in task_ids]


def form(session: Session, task: UserTask) -> Form | None:
    """The form of a task, from the version its case runs on."""
    plan = plans.plan(session, task.case.version_id, task.case.called_versions)
    return plan.form(task.form_id, task.element_id) if task.form_id else None


def context(session: Session, task: UserTask) -> dict[str, Any]:
    """What the form's conditions and option lists may read: the case's variables and the towns of its county."""
    return forms_of_tasks.context(session, task.case.region_code, task.case.variables)


def claim(session: Session, task_id: int, *, actor: Actor) -> UserTask:
    """签收: take a task of one's group. Claiming one's own again changes nothing; a colleague's is refused."""
    with locked(session, task_id, actor) as at:
        running, task = at.running, at.task
        require_post(actor, task)
        require_open(session, task)
        segregation.require_apart(session, task_id, actor)
        if task.assignee_id == actor.id:
            return task
        if task.assignee_id is not None:
            raise Conflict(
                f"Expected task {task_id} to be free, but {task.assignee_id} holds it",
                notice=f"该待办已由{name_of(session, task.assignee_id)}签收",
            )
        task.assignee_id, task.claimed_at = actor.id, running.now
        _journal(running, task, "task_claimed")
    return task


def unclaim(session: Session, task_id: int, *, actor: Actor, key: str | None = None) -> UserTask:
    """退回本组: give one's task back to the group."""
    with locked(session, task_id, actor, key, "unclaim", task_id) as at:
        running, task = at.running, at.task
        if not at.first:
            return task
        require_at_hand(session, task, actor)
        if task.assignee_id != actor.id:
            raise Conflict(f"Expected {actor.ref} to hold task {task_id}, but it does not", notice="该待办不在您手上")
        task.assignee_id = task.claimed_at = None
        _journal(running, task, "task_unclaimed")
    return task


def colleagues(session: Session, task: UserTask, actor: Actor) -> list[Account]:
    """Who else holds the post that the task needs, and may do it."""
    others = [one for one in people.holders(session, task.role_key, task.region_code) if one.id != actor.id]
    return [account for account in others if segregation.reason(session, task.id, account.id) is None]


def transfer(session: Session, task_id: int, *, actor: Actor, to_account_id: int, reason: str) -> UserTask:
    """转办 to a colleague who holds the same post; the clock runs on."""
    if len(reason.strip()) < 2:
        raise Invalid("Expected a reason, but got none", problems={"reason": ["请写明转办的原因"]})
    with locked(session, task_id, actor) as at:
        running, task = at.running, at.task
        require_at_hand(session, task, actor)
        _give(session, task, to_account_id, running.now)
        _journal(running, task, "task_transferred", to=to_account_id, reason=reason.strip())
        telling.tell(running, "T13", [to_account_id], task, otherwise="转办给您", reason=reason.strip())
    return task


def assign(session: Session, task_id: int, *, actor: Actor, to_account_id: int) -> UserTask:
    """指派 by a leader or superior of the post. A delegation (委派) ends by it; a signature goes to another signer."""
    with locked(session, task_id, actor) as at:
        running, task = at.running, at.task
        above = people.superiors(session, task.role_key, task.region_code)
        if actor.id not in {account.id for account in above}:
            raise NotAllowed(f"Expected {actor.ref} to lead {task.role_key}, but it does not")
        require_open(session, task)
        if task.kind == "step":
            task.owner_id = None
            require_undivided(session, task)
        _give(session, task, to_account_id, running.now)
        _journal(running, task, "task_assigned", to=to_account_id)
        telling.tell(running, "T01", [to_account_id], task, otherwise="指派给您")
    return task


def _give(session: Session, task: UserTask, to_account_id: int, now: datetime) -> None:
    if to_account_id not in {account.id for account in people.holders(session, task.role_key, task.region_code)}:
        raise Invalid(
            f"Expected account {to_account_id} to hold {task.role_key}, but it does not",
            problems={"to_account_id": ["此人没有办理该步骤的岗位，不能转给他"]},
        )
    why = segregation.reason(session, task.id, to_account_id)
    if why is not None:
        notice = f"{name_of(session, to_account_id)}不能办理该步骤：{why}"
        raise segregation.refusal(task.id, to_account_id, notice)
    task.assignee_id, task.claimed_at = to_account_id, now


def _journal(running: Running, task: UserTask, kind: str, **more: Any) -> None:
    running.journal(kind, element_id=task.element_id, payload={"task": task.id, **more})


def may_fill(actor: Actor, task: UserTask) -> bool:
    """Whether the actor may type into the step's form: whoever may complete it, and its delegate, who prepares it."""
    return access.may_act(actor, task, task.case) or (task.kind == "step" and access.is_asked(actor, task))


def save_draft(session: Session, task_id: int, *, actor: Actor, values: Mapping[str, Any]) -> TaskDraft:
    """Keep what was typed, unchecked, for the same person."""
    task = get(session, task_id, actor)
    if not actor.is_staff or not may_fill(actor, task):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")
    require_open(session, task)
    found = session.get(TaskDraft, (task_id, actor.id))
    if found is None:
        found = TaskDraft(task_id=task_id, account_id=actor.id)
        session.add(found)
    found.values, found.saved_at = dict(values), clock.now()
    session.flush()
    return found


def draft(session: Session, task_id: int, actor: Actor) -> dict[str, Any]:
    """What this person typed and did not submit; empty when there is nothing."""
    found = session.get(TaskDraft, (task_id, actor.id)) if actor.is_staff else None
    return dict(found.values) if found is not None else {}


def complete(
    session: Session, task_id: int, *, actor: Actor, values: Mapping[str, Any], key: str, route: str = "flow"
) -> Completed:
    """办理完成: check, journal and let the machine move. `key`: idempotency key of the form page; `route`: along the
    flow, or straight to the step that had returned this one.

    Raises Invalid (values, with `problems`), NotAllowed, Conflict (a colleague was faster) or ExecutionFailed.
    """
    account = actor.id if actor.is_staff else None
    wanted = {"task": task_id, "account": account}
    task = _fetched(session, wanted)
    if task is None or not access.may_see_task(actor, task, task):
        raise not_found(task_id, actor)
    if not access.may_act(actor, task, task):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")
    given = submissions.digest(values)
    with _opened(session, task, actor) as running:
        # Whatever is done to a task also counts up its case's version, so an unchanged case has an unchanged task.
        unchanged = running.case.version == task.seen_version
        state = task if unchanged else running.execute(LOCK, wanted).one()
        if state.state != "open" or state.submission_id is not None:
            return _repeated(session, running, task_id, key, given)
        if actor.is_staff and (state.owner_id is not None or state.assignee_id not in (None, actor.id)):
            raise _in_other_hands(session, task_id, state)
        if state.barred:
            segregation.require_apart(session, task_id, actor)
        checked = _checked(running, task, values)
        returned = straight.chosen(running, task_id, route, checked, signing=state.signing)
        submission = _handed_in(running, task, checked, key, given, signing=state.signing)
        if submission is None:
            return _completed(running, signing=True)
        submissions.take_effect(running, task, submission, checked, account=account, returned=returned)
        if state.drafted:
            submissions.drop_drafts(running, task_id)
        # The reminder may have begun between the look-up and the lock, so what the locked row says counts.
        if task.due_at is not None and state.companion_at is None:
            running.told.append(("TASK_ENDED", task_id))
    return _completed(running)


def _fetched(session: Session, wanted: Mapping[str, Any]) -> Any:
    """The task and its case in one row, the case locked unless it is a companion; None when there is no such task."""
    connection = session.connection()
    found = connection.execute(FETCH_LOCKED, wanted).one_or_none()
    return found if found is not None else connection.execute(FETCH, wanted).one_or_none()


def _opened(session: Session, task: Any, actor: Actor) -> AbstractContextManager[Running]:
    if task.subject_id is not None:
        return execution.open_case(session, task.case_id, actor=actor, subject_id=task.subject_id)
    return execution.open_locked(session, CaseRow.of(task[len(OF_TASK) :]), actor=actor)


def _handed_in(
    running: Running, task: Any, values: Mapping[str, Any], key: str, given: str, *, signing: bool
) -> int | None:
    """The submission with which the step ends; None where others are asked first to sign what was submitted."""
    account = running.actor.id if running.actor.is_staff else None
    if not signing:
        return submissions.hand_in(running, task, values, key=key, given=given, account=account)
    submission = submissions.record(
        running, task.element_id, task.form_id, values, key=key, given=given, task_id=task.id
    )
    if cosigning.ask_for_signatures(running, task.id, submission, values):
        return None
    submissions.end(running, task, account)
    return submission


def _completed(running: Running, *, repeated: bool = False, signing: bool = False) -> Completed:
    case = running.case
    return Completed(case.id, case.case_no, case.state == "ended", repeated, signing)


def _in_other_hands(session: Session, task_id: int, state: Any) -> Conflict:
    """Why a step that somebody else holds, or advises on, cannot be completed now."""
    holder = name_of(session, state.assignee_id)
    if state.owner_id is not None:
        notice = f"该待办已委派给{holder}，对方答复或收回委派后才能办理"
    else:
        notice = f"该待办已由{holder}签收，您不能办理"
    return Conflict(f"Expected task {task_id} to be free, but {state.assignee_id} holds it", notice=notice)


def _checked(running: Running, task: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    if task.form_id is None:
        if values:
            raise Invalid(
                f"Expected no values for a task without a form, but got {sorted(values)}",
                problems={key: ["表单中没有这一项"] for key in values},
            )
        return {}
    form = running.plan.form(task.form_id, task.element_id)
    return forms_of_tasks.load(running.session, form, values, running.case.region_code, running.case.variables)


def _repeated(session: Session, running: Running, task_id: int, key: str, given: str) -> Completed:
    """The same click again gives the same answer; anything else came too late."""
    found = session.execute(
        select(Submission.digest, Submission.task_id).where(Submission.idempotency_key == key)
    ).one_or_none()
    if found is None or found.task_id != task_id:
        task = execution.lock_task(session, task_id)
        require_open(session, task)
        require_undivided(session, task)
    elif found.digest == given:
        return _completed(running, repeated=True)
    raise Invalid(
        f"Expected the same values under key {key!r}, but they differ",
        notice="同一页面不能提交两种不同的内容，请刷新后再试",
    )


def opened_since(session: Session, case_id: int, moment: datetime) -> list[UserTask]:
    """The open tasks of a case that came up at or after a moment: what a completion led to."""
    wanted = select(UserTask).where(
        UserTask.case_id == case_id, UserTask.state == "open", UserTask.created_at >= moment
    )
    return list(session.scalars(wanted.order_by(UserTask.id)))
