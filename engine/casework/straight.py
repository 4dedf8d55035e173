"""直接提交: a step that was sent back goes straight to the step that sent it back, without walking the way again.

The rule: what the steps in between have approved must stand as they saw it; otherwise they have to see it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import execution, plans, telling
from engine.casework.models import HistoryEvent, Submission, UserTask
from engine.casework.running import Running
from engine.errors import Conflict, Invalid
from engine.registry import people

ROUTES = ("flow", "straight")


@dataclass(frozen=True)
class Return:
    """How a step came back: by whom and from which step, why, and the completed steps that it shall walk again, among
    them its own earlier round."""

    element_id: str
    by: str
    by_id: int
    at: datetime
    reason: str
    redone: tuple[int, ...]


def return_of(session: Session, task: UserTask) -> Return | None:
    """The return that led to this task; None when it was reached by the flow."""
    if task.kind != "step" or task.token is None:
        return None
    wanted = select(HistoryEvent).where(
        HistoryEvent.case_id == task.case_id,
        HistoryEvent.kind == "task_returned",
        HistoryEvent.at == task.created_at,
    )
    for event in session.scalars(wanted.order_by(HistoryEvent.seq.desc())):
        told = event.payload
        if told["target"] == task.element_id and task.token in told["opened"]:
            return Return(
                element_id=event.element_id or "",
                by=event.actor_name,
                by_id=int(event.actor.removeprefix("staff:")),
                at=event.at,
                reason=told["reason"],
                redone=tuple(told["redone"]),
            )
    return None


def is_possible(session: Session, task: UserTask, found: Return) -> bool:
    """Whether the diagram lets the step go straight back to who returned it."""
    if task.state != "open" or task.case.state != "active" or task.token is None:
        return False
    return execution.trial(session, task.case).machine.may_send_on(task.token, found.element_id)


def earlier(session: Session, task: UserTask) -> Mapping[str, Any]:
    """What was submitted at the same step the last time, by whomever; empty when it was not."""
    wanted = (
        select(Submission.values)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(
            Submission.case_id == task.case_id,
            Submission.element_id == task.element_id,
            UserTask.instance.is_(None) if task.instance is None else UserTask.instance == task.instance,
        )
    )
    return session.scalar(wanted.order_by(Submission.id.desc()).limit(1)) or {}


def prefill(session: Session, task: UserTask) -> Mapping[str, Any]:
    """What stands in the form of a step that has come back, by a return or because it was taken back; else nothing."""
    if task.kind != "step" or task.state != "open":
        return {}
    taken_back = session.scalar(select(Submission.id).where(Submission.task_id == task.id).limit(1)) is not None
    return earlier(session, task) if taken_back or return_of(session, task) is not None else {}


def chosen(running: Running, task_id: int, route: str, values: Mapping[str, Any], *, signing: bool) -> Return | None:
    """The return to which these answers go straight back; None when they go along the flow. Raises Conflict when they
    may not go straight.

    The submission itself must not be kept yet: the answers are compared with those of the round before.
    """
    if route not in ROUTES:
        raise Invalid(f"Expected one of {ROUTES}, but got {route!r}", problems={"route": ["请选择提交给谁"]})
    if route == "flow":
        return None
    task = running.session.get_one(UserTask, task_id)
    found = return_of(running.session, task)
    if found is None:
        raise Conflict(
            f"Expected task {task_id} to have been returned, but it was not", notice="这一步不是退回来的，请按流程提交"
        )
    if signing:
        raise Conflict(
            f"Expected no signatures beside task {task_id}, but some are wanted",
            notice="这一步还有加签没有签署，不能直接提交给退回的步骤，请按流程重新流转",
        )
    changed = changed_fields(running, task, found, values)
    if changed:
        named = "、".join(f"“{label}”" for label in changed)
        raise Conflict(
            f"Expected what was approved in between to stand, but {len(changed)} values have changed",
            notice=f"{named}与原来提交的不同，而后面的步骤已经按原来的内容办过，请按流程重新流转",
        )
    if not running.machine.may_send_on(task.token or "", found.element_id):
        raise Conflict(
            f"Expected a way from {task.element_id} straight to {found.element_id}, but there is none",
            notice="退回时有分支一并取消，不能直接提交给退回的步骤，请按流程重新流转",
        )
    return found


def hand_over(running: Running, found: Return) -> None:
    """The step that returned it is open again: with the same person, if they still hold the post."""
    session = running.session
    execution.project(running)
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id, UserTask.element_id == found.element_id, UserTask.state == "open"
    )
    for row in session.scalars(wanted.where(UserTask.assignee_id.is_(None))):
        if found.by_id in {account.id for account in people.holders(session, row.role_key, row.region_code)}:
            # Nobody has claimed it: as long as that is so, the submission can be taken back.
            row.assignee_id = found.by_id
            session.flush()
        holders = [account.id for account in telling.holders(running, row)]
        telling.tell(running, "T31", holders, row, otherwise="退回的步骤已经重新办理，请继续")


def changed_fields(running: Running, task: UserTask, found: Return, values: Mapping[str, Any]) -> Sequence[str]:
    """The labels of what this step had given, steps in between have approved, and is another thing now."""
    rows = running.session.execute(select(UserTask.id, UserTask.element_id).where(UserTask.id.in_(found.redone))).all()
    if all(element_id == task.element_id for _, element_id in rows):
        return ()
    given = earlier(running.session, task)
    labels = _labels(running.plan, task)
    empty: tuple[Any, ...] = (None, "", [])
    return [
        labels.get(key, key)
        for key, value in given.items()
        if values.get(key) != value and not (value in empty and values.get(key) in empty)
    ]


def _labels(plan: plans.Plan, task: UserTask) -> Mapping[str, str]:
    if task.form_id is None:
        return {}
    return {item.key: item.label for item in plan.form(task.form_id, task.element_id).fields}
