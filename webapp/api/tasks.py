"""待办 by program: one's worklist, a task with its form, claim, give back, complete.

The rule: a task's right is asked by the engine in the same call that fetches it, and again after its case is locked.
"""

from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import user_tasks, worklists
from engine.casework.models import UserTask
from engine.db import reading, transaction
from engine.errors import NotAllowed
from engine.registry import access, regions
from engine.registry.actors import Actor
from engine.registry.models import Account
from webapp import case_lines
from webapp.api import forms, keys
from webapp.api.answers import CompletedSchema, TaskPageSchema, TaskSchema, WholeTaskSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import CompletionSchema, KeySchema, NeededKeySchema, WorklistSchema

TASK = "/tasks/<key:task_id>"


@blueprint.get("/tasks")
@blueprint.arguments(WorklistSchema, location="query")
@blueprint.response(200, TaskPageSchema)
@refuses(403, "Only staff have a worklist")
def list_tasks(asked: dict[str, Any]) -> ResponseReturnValue:
    """One page of one's worklist; by default what is free in one's group."""
    actor = _staff()
    with reading() as session:
        found = worklists.listing(session, actor, **asked)
        tasks = user_tasks.of_keys(session, [row.task.id for row in found.rows])
        rows = [line(session, task, actor) for task in tasks]
        counts = {name: getattr(found, name) for name in ("total", "more", "page", "size", "pages")}
        return {"tasks": rows, **counts}


@blueprint.get(TASK)
@blueprint.response(200, WholeTaskSchema)
@refuses(404, "There is no such task for this person")
def show_task(task_id: int) -> ResponseReturnValue:
    """One task with its form."""
    actor = current_actor()
    with reading() as session:
        task = user_tasks.get(session, task_id, actor)
        draft = user_tasks.draft(session, task_id, actor)
        usable = task.state == "open" and access.may_act(actor, task, task.case)
        return {
            **line(session, task, actor),
            "may_complete": usable and (actor.is_citizen or task.assignee_id in (None, actor.id)),
            "form": forms.described(session, task, draft),
            "draft": draft,
        }


@blueprint.post(f"{TASK}/claim")
@blueprint.response(200, TaskSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "A colleague holds it, or it is no longer open")
def claim_task(task_id: int) -> ResponseReturnValue:
    """签收."""
    actor = _staff()
    with transaction() as session:
        return line(session, user_tasks.claim(session, task_id, actor=actor), actor)


@blueprint.post(f"{TASK}/unclaim")
@blueprint.arguments(KeySchema, location="headers")
@blueprint.response(200, TaskSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "One does not hold it, or it is no longer open")
def unclaim_task(headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """退回本组. With an Idempotency-Key the same request again gives the same answer."""
    actor, key = _staff(), headers["key"]
    with transaction() as session:
        task = user_tasks.unclaim(session, task_id, actor=actor, key=keys.own(actor, key) if key is not None else None)
        return line(session, task, actor)


@blueprint.post(f"{TASK}/complete")
@blueprint.arguments(CompletionSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, CompletedSchema)
@refuses(403, "The task is for another post")
@refuses(404, "There is no such task for this person")
@refuses(409, "A colleague was faster, or the case has moved on")
def complete_task(asked: dict[str, Any], headers: dict[str, Any], task_id: int) -> ResponseReturnValue:
    """办理完成. The same key with the same values gives the same answer again; with other values it is refused."""
    actor = current_actor()
    with transaction() as session:
        done = user_tasks.complete(
            session,
            task_id,
            actor=actor,
            values=asked["values"],
            key=keys.own(actor, headers["key"]),
            route=asked["route"],
        )
    return {"task_id": task_id, "case_no": done.case_no, "ended": done.ended}


def _staff() -> Actor:
    actor = current_actor()
    if not actor.is_staff:
        raise NotAllowed(f"Expected staff, but {actor.ref} is none", notice="只有工作人员可以这样做")
    return actor


def line(session: Session, task: UserTask, actor: Actor) -> dict[str, Any]:
    """One task as a list shows it, masked by this person's rights."""
    holder = session.get(Account, task.assignee_id) if task.assignee_id is not None else None
    return {
        **{column: getattr(task, column) for column in TaskSchema().fields if hasattr(task, column)},
        "case_no": task.case.case_no,
        "role": task.role_key,
        "region": regions.get(session, task.region_code).name,
        "assignee": holder.name if holder is not None else None,
        "applicant": case_lines.applicant(session, actor, task.case),
        "clock": worklists.chip_of(session, task, task.case, clock.now()),
    }
