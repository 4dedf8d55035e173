"""What people do with user tasks (待办): look, claim, hand over, draft, complete.

Fetch and authorise are one call; every change is decided again after the case's row is locked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import attachments, execution, forms_of_tasks, plans
from engine.casework.models import Case, Submission, TaskDraft, UserTask
from engine.casework.running import Running
from engine.db import dumps, must_change_one
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.language.forms import Form
from engine.registry import access, people
from engine.registry.actors import Actor
from engine.registry.models import Account

LONGEST_KEY = 80
TASK = UserTask.__table__
COLUMNS = (
    TASK.c.id, TASK.c.case_id, TASK.c.token, TASK.c.element_id, TASK.c.name, TASK.c.role_key, TASK.c.region_code,
    TASK.c.form_id, TASK.c.state, TASK.c.assignee_id, TASK.c.due_at, Case.__table__.c.subject_id,
    Case.__table__.c.citizen_id, Case.__table__.c.proxy_citizen_id, Case.__table__.c.applicant_identity,
    Case.__table__.c.item_code,
)  # fmt: skip
FETCH = (
    select(*COLUMNS)
    .join_from(TASK, Case.__table__, Case.__table__.c.id == TASK.c.case_id)
    .where(TASK.c.id == bindparam("task"))
)
LOCK = (
    select(
        TASK.c.state,
        TASK.c.assignee_id,
        TASK.c.companion_at,
        exists().where(TaskDraft.__table__.c.task_id == TASK.c.id).label("drafted"),
    )
    .where(TASK.c.id == bindparam("task"))
    .with_for_update()
)
DONE = (
    update(TASK)  # type: ignore[arg-type]
    .where(TASK.c.id == bindparam("task"), TASK.c.state == "open")
    .values(
        state="completed",
        ended_at=bindparam("now"),
        completed_by=bindparam("account"),
        assignee_id=bindparam("account"),
        companion_at=None,
    )
)
INSERT_SUBMISSION = insert(Submission.__table__).returning(Submission.__table__.c.id)  # type: ignore[arg-type]
DROP_DRAFTS = delete(TaskDraft.__table__).where(TaskDraft.__table__.c.task_id == bindparam("task"))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Completed:
    """What a completion led to. `repeated`: the same click had been taken before; nothing was done again."""

    case_id: int
    case_no: str
    ended: bool
    repeated: bool
    next_tasks: tuple[UserTask, ...] = ()


def get(session: Session, task_id: int, actor: Actor) -> UserTask:
    """The task, for whoever may see it; for all others there is none."""
    task = session.get(UserTask, task_id)
    if task is None or not access.may_see_task(actor, task, task.case):
        raise NotFound(f"Expected user task {task_id}, but there is none for {actor.ref}", notice="没有找到这个待办")
    return task


def form(session: Session, task: UserTask) -> Form | None:
    """The form of a task, from the version its case runs on."""
    plan = plans.plan(session, task.case.version_id, task.case.called_versions)
    return plan.form(task.form_id, task.element_id) if task.form_id else None


def context(session: Session, task: UserTask) -> dict[str, Any]:
    """What the form's conditions and option lists may read: the case's variables and the towns of its county."""
    return forms_of_tasks.context(session, task.case.region_code, task.case.variables)


def _change(session: Session, task_id: int, actor: Actor, expected: str) -> tuple[UserTask, Case]:
    """The locked task of an open case, for somebody who may act on it; refused when it is no longer open."""
    get(session, task_id, actor)
    task = execution.lock_task(session, task_id)
    _require_post(actor, task)
    if task.state != "open":
        raise Conflict(
            f"Expected task {task_id} to be open in order to {expected}, but it is {task.state}",
            notice=_who_was_faster(session, task),
        )
    return task, task.case


def _require_post(actor: Actor, task: UserTask) -> None:
    """Taking, handing over and drafting are for staff: a citizen is no account, and just completes."""
    if not actor.is_staff or not access.may_act(actor, task, task.case):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")


def _who_was_faster(session: Session, task: UserTask) -> str:
    if task.state == "canceled":
        return "该待办已因流程变化而取消，无需办理"
    who = session.get(Account, task.completed_by) if task.completed_by else None
    when = f"{clock.local(task.ended_at):%m月%d日 %H:%M}" if task.ended_at else ""
    return f"该待办已由{who.name if who else '他人'}于{when}办理完成，您填写的内容没有提交"


def _journal(session: Session, task: UserTask, actor: Actor, kind: str, payload: Mapping[str, Any]) -> None:
    with execution.open_case(session, task.case_id, actor=actor) as running:
        running.journal(kind, element_id=task.element_id, payload={"task": task.id, **payload})


def claim(session: Session, task_id: int, *, actor: Actor) -> UserTask:
    """签收: take a task of one's group. Claiming one's own again changes nothing; a colleague's is refused."""
    with _case_of(session, task_id, actor):
        task, _ = _change(session, task_id, actor, "claim it")
        if task.assignee_id == actor.id:
            return task
        if task.assignee_id is not None:
            holder = session.get_one(Account, task.assignee_id)
            raise Conflict(
                f"Expected task {task_id} to be free, but {task.assignee_id} holds it",
                notice=f"该待办已由{holder.name}签收",
            )
        task.assignee_id, task.claimed_at = actor.id, clock.now()
        _journal(session, task, actor, "task_claimed", {})
    return task


def unclaim(session: Session, task_id: int, *, actor: Actor) -> UserTask:
    """退回本组: give one's task back to the group."""
    with _case_of(session, task_id, actor):
        task, _ = _change(session, task_id, actor, "give it back")
        if task.assignee_id != actor.id:
            raise Conflict(f"Expected {actor.ref} to hold task {task_id}, but it does not", notice="该待办不在您手上")
        task.assignee_id = task.claimed_at = None
        _journal(session, task, actor, "task_unclaimed", {})
    return task


def colleagues(session: Session, task: UserTask, actor: Actor) -> list[Account]:
    """Who else holds the post that the task needs."""
    return [account for account in people.holders(session, task.role_key, task.region_code) if account.id != actor.id]


def transfer(session: Session, task_id: int, *, actor: Actor, to_account_id: int, reason: str) -> UserTask:
    """转办 to a colleague who holds the same post; the clock runs on."""
    if len(reason.strip()) < 2:
        raise Invalid("Expected a reason, but got none", problems={"reason": ["请写明转办的原因"]})
    with _case_of(session, task_id, actor):
        task, _ = _change(session, task_id, actor, "hand it over")
        if task.assignee_id not in (None, actor.id):
            raise Conflict(
                f"Expected task {task_id} to be free or one's own, but it is not", notice="该待办在他人手上，不能转办"
            )
        _give(session, task, actor, to_account_id)
        _journal(session, task, actor, "task_transferred", {"to": to_account_id, "reason": reason.strip()})
    return task


def assign(session: Session, task_id: int, *, actor: Actor, to_account_id: int) -> UserTask:
    """指派 by a leader or superior of the post."""
    with _case_of(session, task_id, actor):
        get(session, task_id, actor)
        task = execution.lock_task(session, task_id)
        above = people.superiors(session, task.role_key, task.region_code)
        if actor.id not in {account.id for account in above}:
            raise NotAllowed(f"Expected {actor.ref} to lead {task.role_key}, but it does not")
        if task.state != "open":
            raise Conflict(
                f"Expected task {task_id} to be open, but it is {task.state}", notice=_who_was_faster(session, task)
            )
        _give(session, task, actor, to_account_id)
        _journal(session, task, actor, "task_assigned", {"to": to_account_id})
    return task


def _give(session: Session, task: UserTask, actor: Actor, to_account_id: int) -> None:
    if to_account_id not in {account.id for account in people.holders(session, task.role_key, task.region_code)}:
        raise Invalid(
            f"Expected account {to_account_id} to hold {task.role_key}, but it does not",
            problems={"to_account_id": ["此人没有办理该步骤的岗位，不能转给他"]},
        )
    task.assignee_id, task.claimed_at = to_account_id, clock.now()


def _case_of(session: Session, task_id: int, actor: Actor) -> Any:
    """The task's case, opened: the case's lock always comes before the task's."""
    case_id = session.execute(select(TASK.c.case_id).where(TASK.c.id == task_id)).scalar_one_or_none()
    if case_id is None:
        raise NotFound(f"Expected user task {task_id}, but there is none", notice="没有找到这个待办")
    return execution.open_case(session, case_id, actor=actor)


def save_draft(session: Session, task_id: int, *, actor: Actor, values: Mapping[str, Any]) -> TaskDraft:
    """Keep what was typed, unchecked, for the same person."""
    task = get(session, task_id, actor)
    _require_post(actor, task)
    if task.state != "open":
        raise Conflict(
            f"Expected task {task_id} to be open, but it is {task.state}", notice=_who_was_faster(session, task)
        )
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


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of submitted values: what tells a repeated click from another one under the same key."""
    return hashlib.sha256(dumps(dict(values), canonical=True).encode()).hexdigest()


def complete(session: Session, task_id: int, *, actor: Actor, values: Mapping[str, Any], key: str) -> Completed:
    """办理完成: check, journal and let the machine move. `key`: idempotency key of the form page.

    Raises Invalid (values, with `problems`), NotAllowed, Conflict (a colleague was faster) or ExecutionFailed.
    """
    task = session.execute(FETCH, {"task": task_id}).one_or_none()
    if task is None or not access.may_see_task(actor, task, task):
        raise NotFound(f"Expected user task {task_id}, but there is none for {actor.ref}", notice="没有找到这个待办")
    if not access.may_act(actor, task, task):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")
    given = digest(values)
    with execution.open_case(session, task.case_id, actor=actor, subject_id=task.subject_id) as running:
        state = session.execute(LOCK, {"task": task_id}).one()
        if state.state != "open":
            return _repeated(session, running, task_id, key, given)
        if state.assignee_id not in (None, actor.id) and actor.is_staff:
            holder = session.get_one(Account, state.assignee_id)
            raise Conflict(
                f"Expected task {task_id} to be free, but {state.assignee_id} holds it",
                notice=f"该待办已由{holder.name}签收，您不能办理",
            )
        _complete(running, task, values, key, given)
        if state.drafted:
            session.execute(DROP_DRAFTS, {"task": task_id})
        # The reminder may have begun between the look-up and the lock, so what the locked row says counts.
        if task.due_at is not None and state.companion_at is None:
            running.told.append(("TASK_ENDED", task_id))
    return Completed(running.case.id, running.case.case_no, running.case.state == "ended", repeated=False)


def _complete(running: Running, task: Any, values: Mapping[str, Any], key: str, given: str) -> None:
    session, actor, now = running.session, running.actor, running.now
    checked = _checked(running, task, values)
    account = actor.id if actor.is_staff else None
    submission = record(running, task.element_id, task.form_id, checked, key=key, given=given, task_id=task.id)
    done = session.execute(DONE, {"task": task.id, "now": now, "account": account})
    must_change_one(done.rowcount, f"user task {task.id}")  # type: ignore[attr-defined]
    running.completed_tokens.add(task.token)
    running.write(checked)
    running.act(
        "task_completed",
        lambda: running.machine.complete(task.token),
        element_id=task.element_id,
        payload={"task": task.id, "token": task.token, "submission": submission, "digest": digest(checked)},
    )


def _checked(running: Running, task: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    if running.case.state != "active":
        raise Conflict(
            f"Expected case {running.case.case_no} to be active, but it is {running.case.state}",
            notice="该办件已挂起或办结，暂时不能办理",
        )
    if task.form_id is None:
        if values:
            raise Invalid(
                f"Expected no values for a task without a form, but got {sorted(values)}",
                problems={key: ["表单中没有这一项"] for key in values},
            )
        return {}
    form = running.plan.form(task.form_id, task.element_id)
    return forms_of_tasks.load(running.session, form, values, running.case.region_code, running.case.variables)


def record(
    running: Running,
    element_id: str,
    form_id: str | None,
    values: Mapping[str, Any],
    *,
    key: str,
    given: str,
    task_id: int | None = None,
) -> int:
    """Keep what a form gave, the files it names included. Raises Invalid when the key was used for something else."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(f"Expected an idempotency key of 1 to {LONGEST_KEY} characters, but it has {len(key)}")
    attachments.adopt(running.session, running.case.id, values)
    row = {
        "case_id": running.case.id,
        "task_id": task_id,
        "element_id": element_id,
        "form_id": form_id,
        "values": dict(values),
        "actor": running.actor.ref,
        "submitted_at": running.now,
        "idempotency_key": key,
        "digest": given,
    }
    try:
        number: int = running.session.execute(INSERT_SUBMISSION, row).scalar_one()
    except IntegrityError as error:
        raise Invalid(
            f"Expected a fresh idempotency key, but {key!r} was used before", notice="页面已过期，请刷新后重新提交"
        ) from error
    return number


def _repeated(session: Session, running: Running, task_id: int, key: str, given: str) -> Completed:
    """The same click again gives the same answer; anything else came too late."""
    found = session.execute(
        select(Submission.digest, Submission.task_id).where(Submission.idempotency_key == key)
    ).one_or_none()
    if found is None or found.task_id != task_id:
        task = execution.lock_task(session, task_id)
        raise Conflict(
            f"Expected task {task_id} to be open, but it is {task.state}", notice=_who_was_faster(session, task)
        )
    if found.digest != given:
        raise Invalid(
            f"Expected the same values under key {key!r}, but they differ",
            notice="同一页面不能提交两种不同的内容，请刷新后再试",
        )
    return Completed(running.case.id, running.case.case_no, running.case.state == "ended", repeated=True)


def opened_since(session: Session, case_id: int, moment: datetime) -> list[UserTask]:
    """The open tasks of a case that came up at or after a moment: what a completion led to."""
    wanted = select(UserTask).where(
        UserTask.case_id == case_id, UserTask.state == "open", UserTask.created_at >= moment
    )
    return list(session.scalars(wanted.order_by(UserTask.id)))
