"""A user task fetched for somebody, and locked for an act: the case's lock always comes before the task's.

Fetch and authorise are one call; every act asks again after the case's row is locked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session, joinedload

from engine import clock
from engine.casework import clicks, execution
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.errors import Conflict, NotAllowed, NotFound
from engine.registry import access
from engine.registry.actors import Actor
from engine.registry.models import Account


def get(session: Session, task_id: int, actor: Actor) -> UserTask:
    """The task, for whoever may see it; for all others there is none."""
    task = session.get(UserTask, task_id, options=[joinedload(UserTask.case)])
    if task is None or not access.may_see_task(actor, task, task.case):
        raise not_found(task_id, actor)
    return task


def not_found(task_id: int, actor: Actor) -> NotFound:
    return NotFound(f"Expected user task {task_id}, but there is none for {actor.ref}", notice="没有找到这个待办")


@dataclass(frozen=True)
class Locked:
    """A task in its open case. `first`: the click that asks for the act has not come before."""

    running: Running
    task: UserTask
    first: bool = True


@contextmanager
def locked(session: Session, task_id: int, actor: Actor, *click: Any) -> Iterator[Locked]:
    """The task and its open case, for whoever may see the task; saved when the block ends without an exception.

    `click`: idempotency key (or None), name of the act, and whatever else makes it the same act. Whoever sends the same
    click again gets the task even where the act itself took it out of their sight.
    """
    found = session.get(UserTask, task_id)
    seen = found is not None and access.may_see_task(actor, found, found.case)
    if found is None or not (seen or clicks.is_known(session, click[0] if click else None)):
        raise not_found(task_id, actor)
    with execution.open_case(session, found.case_id, actor=actor) as running:
        task = execution.lock_task(session, task_id)
        first = not click or clicks.is_first(running, *click)
        if first and not access.may_see_task(actor, task, task.case):
            raise not_found(task_id, actor)
        yield Locked(running, task, first)
        session.flush()


def require_post(actor: Actor, task: UserTask) -> None:
    """Taking, handing over and drafting are for staff: a citizen is no account, and just completes."""
    if not actor.is_staff or not access.may_act(actor, task, task.case):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")


def require_open(session: Session, task: UserTask) -> None:
    """Raises Conflict, with who was faster, when the task is over or its turn has not come."""
    if task.state != "open":
        raise Conflict(f"Expected task {task.id} to be open, but it is {task.state}", notice=over(session, task))


def require_undivided(session: Session, task: UserTask) -> None:
    """Raises Conflict while somebody else has a say in the step: it was delegated, or waits for signatures."""
    if task.owner_id is not None:
        delegate = name_of(session, task.assignee_id)
        raise Conflict(
            f"Expected task {task.id} to be with its owner, but it is delegated to {task.assignee_id}",
            notice=f"该待办已委派给{delegate}，对方答复或收回委派后才能操作",
        )
    if task.submission_id is not None:
        raise Conflict(
            f"Expected task {task.id} not to be submitted, but it waits for signatures",
            notice="该待办已经提交，正在等待加签人签署意见",
        )


def require_at_hand(session: Session, task: UserTask, actor: Actor) -> None:
    """What most acts want: an open step of the actor's post, free or in the actor's hands, and in nobody else's."""
    require_post(actor, task)
    require_open(session, task)
    require_undivided(session, task)
    if task.assignee_id not in (None, actor.id):
        raise Conflict(
            f"Expected task {task.id} to be free or one's own, but {task.assignee_id} holds it",
            notice=f"该待办在{name_of(session, task.assignee_id)}手上，您不能操作",
        )


def over(session: Session, task: UserTask) -> str:
    """Why a task that is not open takes no more acts."""
    if task.state == "waiting":
        return "该步骤还没有提交，轮到签署时会通知您"
    if task.state == "canceled":
        return "该待办已因流程变化而取消，无需办理" if task.kind == "step" else "这份加签已经取消，无需签署"
    when = f"{clock.local(task.ended_at):%m月%d日 %H:%M}" if task.ended_at else ""
    return f"该待办已由{name_of(session, task.completed_by)}于{when}办理完成，您填写的内容没有提交"


def name_of(session: Session, account_id: int | None) -> str:
    """The name of a member of staff; 他人 where there is none."""
    account = session.get(Account, account_id) if account_id is not None else None
    return account.name if account is not None else "他人"
