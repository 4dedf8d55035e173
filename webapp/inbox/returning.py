"""退回 and 撤回: the page that shows what a return would do before it is done, and the button that takes a step back.

The rule: what the page foretells comes from the engine's own trial; the choice and the reason survive every refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import plans, returns, straight, taking_back, timeline, user_tasks
from engine.casework.models import UserTask
from engine.casework.returns import Fresh, Preview
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed
from engine.registry import access, regions, roles
from engine.registry.actors import Actor
from engine.registry.models import Account
from webapp.auth import current_actor
from webapp.inbox import questions
from webapp.inbox.blueprint import blueprint

Problems = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Step:
    """One step in a list of the page: who has it or had it, when it was done, by when it is due."""

    name: str
    who: str
    at: datetime | None = None
    due_at: datetime | None = None
    element_id: str = ""


@dataclass(frozen=True)
class Foreseen:
    """What the return would do, in words."""

    opened: tuple[Step, ...]
    canceled: tuple[Step, ...]
    kept: tuple[Step, ...]
    redone: tuple[Step, ...]
    promised_at: datetime | None


@dataclass(frozen=True)
class CameBack:
    """Why an open step is there once more. `straight`: whether it may go straight back to who returned it."""

    by: str
    step: str
    at: datetime
    reason: str
    straight: bool


@blueprint.get("/tasks/<key:task_id>/return")
def return_form(task_id: int) -> ResponseReturnValue:
    """Where to, and what that would mean."""
    with reading() as session:
        return page(session, task_id)


@blueprint.post("/tasks/<key:task_id>/return")
def send_back(task_id: int) -> ResponseReturnValue:
    """退回."""
    to, reason = questions.words("to"), questions.words("reason")
    if "show" in request.form:
        with reading() as session:
            return page(session, task_id)
    try:
        with transaction() as session:
            done = returns.send_back(session, task_id, actor=current_actor(), to=to, reason=reason, key=questions.key())
    except (Invalid, Conflict) as refusal:
        problems = (refusal.problems or {"": [refusal.notice]}) if isinstance(refusal, Invalid) else {}
        with reading() as session:
            conflict = refusal.notice if isinstance(refusal, Conflict) else ""
            return page(session, task_id, problems, conflict), refusal.status
    flash("已退回，办理这一步的人收到了消息。")
    return redirect(url_for("inbox.case", case_no=done.case_no), 303)


@blueprint.post("/tasks/<key:task_id>/take-back")
def take_back(task_id: int) -> ResponseReturnValue:
    """撤回."""
    with transaction() as session:
        taking_back.take_back(session, task_id, actor=current_actor(), key=questions.key())
    flash("已撤回，这一步回到您手上，期限不变。")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


def page(session: Session, task_id: int, problems: Problems | None = None, conflict: str = "") -> str:
    """The page with the choice made so far: the latest step, as long as nobody chose another."""
    actor = current_actor()
    task = user_tasks.get(session, task_id, actor)
    if not access.may_act(actor, task, task.case):
        raise NotAllowed(f"Expected {actor.ref} to hold {task.role_key}, but that post is missing")
    elsewhere = task.assignee_id not in (None, actor.id) or task.owner_id is not None or task.submission_id is not None
    choices = [] if elsewhere else [done(session, row) for row in returns.targets(session, task, actor)]
    known = {choice.element_id for choice in choices}
    asked = request.values.get("to", "")
    chosen = asked if asked in known else choices[0].element_id if choices and not asked else ""
    return render_template(
        "inbox/return.html",
        task=task,
        case=task.case,
        choices=choices,
        at_hand=task.state == "open" and task.case.state == "active" and not elsewhere,
        chosen=chosen,
        foreseen=foreseen(session, returns.preview(session, task.id, chosen, actor=actor)) if chosen else None,
        reason=request.form.get("reason", ""),
        shortest=returns.SHORTEST_REASON,
        problems=problems or {},
        conflict=conflict,
        key=request.form.get("key") or uuid4().hex,
    )


def foreseen(session: Session, found: Preview) -> Foreseen:
    """The engine's preview with names of people and groups."""
    return Foreseen(
        opened=tuple(Step(one.name, keeper(session, one), due_at=one.due_at) for one in found.opened),
        canceled=tuple(Step(row.name, timeline.holder(session, row)) for row in found.canceled),
        kept=tuple(Step(row.name, timeline.holder(session, row), due_at=row.due_at) for row in found.kept),
        redone=tuple(done(session, row) for row in found.redone),
        promised_at=found.promised_at,
    )


def keeper(session: Session, one: Fresh) -> str:
    """Who will have the step: the person who did it before, or the group."""
    if one.assignee_id is not None:
        return session.get_one(Account, one.assignee_id).name
    return f"{regions.get(session, one.region_code).name} {roles.name_of(session, one.role_key)}"


def done(session: Session, row: UserTask) -> Step:
    """A completed step."""
    account = session.get(Account, row.completed_by) if row.completed_by is not None else None
    return Step(row.name, account.name if account is not None else "", row.ended_at, element_id=row.element_id)


def around(session: Session, task: UserTask, actor: Actor, *, at_hand: bool) -> dict[str, Any]:
    """What the task's page says of returns: why it came back, and which of these acts are open to this person."""
    came_back = straight.return_of(session, task)
    return {
        "came_back": None if came_back is None else CameBack(
            by=came_back.by,
            step=step_name(session, task, came_back.element_id),
            at=came_back.at,
            reason=came_back.reason,
            straight=at_hand and straight.is_possible(session, task, came_back),
        ),
        "may_return": at_hand and bool(returns.targets(session, task, actor)),
        "may_take_back": taking_back.is_possible(session, task, actor),
    }  # fmt: skip


def step_name(session: Session, task: UserTask, element_id: str) -> str:
    plan = plans.plan(session, task.case.version_id, task.case.called_versions)
    return timeline.element_name(plan, element_id)
