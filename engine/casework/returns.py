"""退回: an open step is sent back to an earlier one, which is done again; what that means is shown before.

The rule: it goes back within the office only; what is asked of a citizen (补正) is drawn, with its notice and limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from engine.casework import asking, execution, history, projection, shared_limits, telling
from engine.casework.locked_tasks import get, locked, require_at_hand, require_post
from engine.casework.models import HistoryEvent, UserTask
from engine.casework.running import Running
from engine.errors import Conflict, Invalid
from engine.registry import access, people
from engine.registry.actors import Actor
from engine.workflow import Waiting

SHORTEST_REASON = 10


@dataclass(frozen=True)
class Fresh:
    """A step that will be open: its name, the group it belongs to, who gets it back, and until when."""

    name: str
    role_key: str
    region_code: str
    assignee_id: int | None
    due_at: datetime | None
    due_unit: str | None


@dataclass(frozen=True)
class Preview:
    """What a return would do. `canceled` and `kept`: open steps; `redone`: completed ones that are walked again, the
    target's own first round among them; `promised_at`: when the whole is due, which stands."""

    target: UserTask
    opened: tuple[Fresh, ...]
    canceled: tuple[UserTask, ...]
    kept: tuple[UserTask, ...]
    redone: tuple[UserTask, ...]
    promised_at: datetime | None


@dataclass(frozen=True)
class Returned:
    """What a return led to: the steps that are open again."""

    case_no: str
    tasks: tuple[UserTask, ...]


def targets(session: Session, task: UserTask, actor: Actor) -> list[UserTask]:
    """The steps to which this one may be sent back, each as it was completed last, the latest first."""
    if task.kind != "step" or task.state != "open" or task.case.state != "active" or task.token is None:
        return []
    trial = execution.trial(session, task.case)
    return [row for row in _completed(session, task) if _way(trial, task, row.element_id) is not None]


def _completed(session: Session, task: UserTask, element_id: str | None = None) -> list[UserTask]:
    """The other steps of the case (or this one) that members of staff have completed, each element once."""
    wanted = select(UserTask).where(
        UserTask.case_id == task.case_id,
        UserTask.kind == "step",
        UserTask.state == "completed",
        UserTask.role_key.not_in(access.CITIZEN_ROLES),
        UserTask.element_id != task.element_id,
    )
    if element_id is not None:
        wanted = wanted.where(UserTask.element_id == element_id)
    last = wanted.with_only_columns(UserTask.element_id, func.max(UserTask.ended_at)).group_by(UserTask.element_id)
    found = session.scalars(
        wanted.where(tuple_(UserTask.element_id, UserTask.ended_at).in_(last)).order_by(
            UserTask.ended_at.desc(), UserTask.id.desc()
        )
    )
    latest: dict[str, UserTask] = {}
    for row in found:  # instances of one step may have been completed in the same moment
        latest.setdefault(row.element_id, row)
    return list(latest.values())


def _way(running: Running, task: UserTask, element_id: str) -> frozenset[str] | None:
    return running.machine.way_back(task.token or "", element_id)


def preview(session: Session, task_id: int, target: str, *, actor: Actor) -> Preview:
    """What sending the step back would do, by the very code that does it, on a machine that is thrown away."""
    task = get(session, task_id, actor)
    require_post(actor, task)
    trial = execution.trial(session, task.case)
    before = {waiting.token for waiting in trial.machine.user_tasks()}
    chosen, again = _chosen(trial, task, target)
    redone = _redone(trial, chosen, again)
    trial.machine.send_back(task.token or "", target)
    after = {waiting.token: waiting for waiting in trial.machine.user_tasks()}
    wanted = select(UserTask).where(UserTask.case_id == task.case_id, UserTask.state == "open", UserTask.kind == "step")
    rows = session.scalars(wanted.order_by(UserTask.id)).all()
    return Preview(
        target=chosen,
        opened=tuple(_fresh(trial, waiting) for token, waiting in after.items() if token not in before),
        canceled=tuple(row for row in rows if row.token not in after),
        kept=tuple(row for row in rows if row.token in after),
        redone=tuple(redone),
        promised_at=task.case.promised_at,
    )


def _chosen(running: Running, task: UserTask, target: str) -> tuple[UserTask, frozenset[str]]:
    """The target as it was completed last, and what is walked again. Raises Invalid."""
    row = next((row for row in _completed(running.session, task, target) if row.element_id == target), None)
    again = _way(running, task, target) if row is not None and task.token is not None else None
    if row is None or again is None:
        raise Invalid(
            f"Expected a completed step on the way to task {task.id}, but got {target!r}",
            problems={"to": ["请选择可以退回的步骤：此前办过、通到当前步骤、又不在别的分支里的步骤"]},
        )
    return row, again


def _redone(running: Running, target: UserTask, again: Iterable[str]) -> list[UserTask]:
    """The completed steps that are walked again: those since the target was done, and its own last round. What came
    after what is told by the journal's numbers: many steps may end in one moment."""
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id,
        UserTask.kind == "step",
        UserTask.state == "completed",
        UserTask.element_id.in_(list(again)),
        UserTask.id.in_([target.id, *_done_since(running.session, target)]) | UserTask.id.in_(_beside(target)),
    )
    return list(running.session.scalars(wanted.order_by(UserTask.id)))


def _done_since(session: Session, target: UserTask) -> set[int]:
    """The steps whose completion stands behind that of the target in the journal."""
    done = history.completion_of(session, target)
    later = select(HistoryEvent).where(
        HistoryEvent.case_id == target.case_id,
        HistoryEvent.kind == "task_completed",
        HistoryEvent.seq > (done.seq if done is not None else 0),
    )
    return {event.payload["task"] for event in session.scalars(later) if "task" in event.payload}


def _beside(target: UserTask) -> Select[int | None]:
    """The instances of a multi-instance step which were opened together with this one; of each index the last row, as
    another round may have been opened in the same moment."""
    together = select(func.max(UserTask.id)).where(
        UserTask.case_id == target.case_id,
        UserTask.element_id == target.element_id,
        UserTask.created_at == target.created_at,
        UserTask.instance.is_not(None),
    )
    return together.group_by(UserTask.instance)


def _fresh(running: Running, waiting: Waiting) -> Fresh:
    """A step as its row will be."""
    items = projection.items_of(running, waiting)
    role_key = projection.candidate_group(running, waiting.element, items)
    region_code = projection.task_region(running, waiting.element, role_key, items)
    two = shared_limits.of_task(running, waiting)
    return Fresh(
        name=waiting.element.name,
        role_key=role_key,
        region_code=region_code,
        assignee_id=_who_had_it(running, waiting, role_key, region_code),
        due_at=two.due_at if two else None,
        due_unit=two.unit or None if two else None,
    )


def _who_had_it(running: Running, waiting: Waiting, role_key: str, region_code: str) -> int | None:
    """Who did the step before has it again, if they still hold the post."""
    wanted = select(UserTask.completed_by).where(
        UserTask.case_id == running.case.id,
        UserTask.element_id == waiting.element.id,
        UserTask.instance.is_(None) if waiting.index is None else UserTask.instance == waiting.index,
        UserTask.state == "completed",
    )
    who = running.session.scalar(wanted.order_by(UserTask.ended_at.desc(), UserTask.id.desc()).limit(1))
    return who if who in {account.id for account in people.holders(running.session, role_key, region_code)} else None


def send_back(
    session: Session, task_id: int, *, to: str, reason: str, actor: Actor, key: str | None = None
) -> Returned:
    """退回 to the step `to`, for a reason that its people read."""
    words = asking.checked("reason", reason, shortest=SHORTEST_REASON)
    with locked(session, task_id, actor, key, "return", task_id, to, words) as at:
        running, task = at.running, at.task
        if at.first:
            asking.require_step(task)
            require_at_hand(session, task, actor)
            _send_back(running, task, to, words)
    session.refresh(task)
    return Returned(running.case.case_no, _opened(session, task))


def _send_back(running: Running, task: UserTask, to: str, reason: str) -> None:
    if running.case.state != "active":
        raise Conflict(f"Expected case {running.case.case_no} to run, but it has ended", notice="该办件已经办结")
    chosen, again = _chosen(running, task, to)
    redone = _redone(running, chosen, again)
    before = running.tokens_before["tasks"]
    payload: dict[str, Any] = {
        "task": task.id, "token": task.token, "target": to, "reason": reason, "redone": [row.id for row in redone],
    }  # fmt: skip

    def deed() -> None:
        running.machine.send_back(task.token or "", to)
        _return_status(running, chosen)
        payload["opened"] = [one.token for one in running.machine.user_tasks() if one.token not in before]

    running.act("task_returned", deed, element_id=task.element_id, payload=payload)
    affected = _held_by_others(running, task)
    execution.project(running)
    _give_back(running, payload["opened"], reason)
    _tell_affected(running, affected, task)


def _return_status(running: Running, chosen: UserTask) -> None:
    """The case is in the state again in which the step was done; an element with a state of its own says so itself."""
    event = history.completion_of(running.session, chosen)
    status = event.payload.get("undo", {}).get("status") if event is not None else None
    if status is not None and status != running.case.status:
        running.status_before = running.status_before or running.case.status
        running.case.status = status


def _held_by_others(running: Running, task: UserTask) -> list[UserTask]:
    """The other open steps that somebody has in hand, before the rows follow the machine."""
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id,
        UserTask.state == "open",
        UserTask.kind == "step",
        UserTask.id != task.id,
        UserTask.assignee_id.is_not(None),
    )
    return list(running.session.scalars(wanted.order_by(UserTask.id)))


def _give_back(running: Running, tokens: list[str], reason: str) -> None:
    """Who did the step before has it again, and is told; otherwise its group."""
    session = running.session
    wanted = select(UserTask).where(UserTask.case_id == running.case.id, UserTask.token.in_(tokens))
    for row in session.scalars(wanted.order_by(UserTask.id)).all():
        waiting = next(one for one in running.machine.user_tasks() if one.token == row.token)
        who = _who_had_it(running, waiting, row.role_key, row.region_code)
        if who is not None:
            row.assignee_id, row.claimed_at = who, running.now
            session.flush()
        telling.tell(
            running, "T29", [account.id for account in telling.holders(running, row)], row, otherwise="退回给您",
            reason=reason,
        )  # fmt: skip


def _tell_affected(running: Running, affected: list[UserTask], task: UserTask) -> None:
    """Whoever was working on another branch that the return has ended should not wonder where it went."""
    for row in affected:
        running.session.refresh(row)
        if row.state == "canceled" and row.assignee_id is not None:
            telling.tell(running, "T30", [row.assignee_id], row, otherwise="因退回而取消")


def _opened(session: Session, task: UserTask) -> tuple[UserTask, ...]:
    """The steps that the return of this task has opened."""
    wanted = select(HistoryEvent).where(
        HistoryEvent.case_id == task.case_id,
        HistoryEvent.kind == "task_returned",
        HistoryEvent.element_id == task.element_id,
        HistoryEvent.at == task.ended_at,
    )
    for event in session.scalars(wanted):
        if event.payload["task"] == task.id:
            rows = select(UserTask).where(UserTask.case_id == task.case_id, UserTask.token.in_(event.payload["opened"]))
            return tuple(session.scalars(rows.order_by(UserTask.id)))
    return ()
