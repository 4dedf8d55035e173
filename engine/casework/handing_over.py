"""移交: what somebody has in hand goes to another, or back to the group, when they leave a post.

The rule: every case is opened by its own door and journals what was done to its task; whoever may not do a step does
not get it, and then the group has it.
"""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.casework import segregation
from engine.casework.models import UserTask
from engine.casework.running import Running
from engine.registry import people


def in_hand(session: Session, account_id: int) -> list[tuple[int, int]]:
    """Task and case of all that the account has, or has given away in its own name, the oldest case first."""
    wanted = select(UserTask.id, UserTask.case_id).where(UserTask.state.in_(("waiting", "open")), _held(account_id))
    return [(task_id, case_id) for task_id, case_id in session.execute(wanted.order_by(UserTask.case_id, UserTask.id))]


def hand_over(running: Running, account_id: int, to_account_id: int | None) -> dict[str, int]:
    """All of it, from within the case that orders it. Gives how many were handed over, and how many returned."""
    done = {"handed": 0, "returned": 0}
    for task_id, case_id in in_hand(running.session, account_id):
        door = running.open_case(running.session, case_id, actor=running.actor, even_suspended=True)
        with door as other:
            done["handed" if _pass_on(other, task_id, account_id, to_account_id) else "returned"] += 1
            other.session.flush()
    return done


def _held(account_id: int) -> ColumnElement[bool]:
    return or_(UserTask.assignee_id == account_id, UserTask.owner_id == account_id)


def _pass_on(other: Running, task_id: int, account_id: int, to_account_id: int | None) -> bool:
    wanted = select(UserTask).where(UserTask.id == task_id).with_for_update()
    task = other.session.scalars(wanted.execution_options(populate_existing=True)).one()
    to = to_account_id if to_account_id is not None and _may_take(other.session, task, to_account_id) else None
    if task.owner_id == account_id:  # what was asked in this name is answered to whoever follows
        task.owner_id = to
        if task.assignee_id != account_id:
            _journal(other, task, "task_assigned" if to else "task_unclaimed", to)
            return to is not None
    if task.kind == "step" and task.owner_id is not None:  # a delegate who leaves gives it back to its owner
        task.assignee_id, task.owner_id, to = task.owner_id, None, task.owner_id
    else:
        task.assignee_id = to
    task.claimed_at = other.now if to else None
    _journal(other, task, "task_assigned" if to else "task_unclaimed", to)
    return to is not None


def _may_take(session: Session, task: UserTask, account_id: int) -> bool:
    """Of a signature anybody may be asked; of a step whoever holds its post and need not keep away."""
    if task.kind != "step":
        return True
    holds = account_id in {account.id for account in people.holders(session, task.role_key, task.region_code)}
    return holds and segregation.reason(session, task.id, account_id) is None


def _journal(other: Running, task: UserTask, kind: str, to: int | None) -> None:
    more: dict[str, Any] = {"to": to} if to is not None else {}
    other.journal(kind, element_id=task.element_id, payload={"task": task.id, "left": True, **more})
