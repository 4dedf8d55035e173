"""Submissions (填报): what a form gave at one step, kept once, and the step's completion that follows from it.

The same click twice is one effect: the submission's idempotency key is unique, and its digest tells a repeated click
from another one.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from engine.casework import attachments, segregation, straight, undoing
from engine.casework.models import Submission, TaskDraft, UserTask
from engine.casework.running import Running
from engine.db import dumps, must_change_one
from engine.errors import Invalid

LONGEST_KEY = 80
TASK = UserTask.__table__
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


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of submitted values: what tells a repeated click from another one under the same key."""
    return hashlib.sha256(dumps(dict(values), canonical=True).encode()).hexdigest()


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
        number: int = running.execute(INSERT_SUBMISSION, row).scalar_one()
    except IntegrityError as error:
        raise Invalid(
            f"Expected a fresh idempotency key, but {key!r} was used before", notice="页面已过期，请刷新后重新提交"
        ) from error
    return number


def take_effect(
    running: Running,
    task: Any,
    submission: int,
    values: Mapping[str, Any],
    *,
    account: int | None,
    returned: straight.Return | None = None,
    **more: Any,
) -> None:
    """The step is done: its row ends, what it gave is written, the machine moves. `returned`: straight back to where
    the step was returned from; `more`: for the journal."""
    done = running.execute(DONE, {"task": task.id, "now": running.now, "account": account})
    must_change_one(done.rowcount, f"user task {task.id}")
    running.completed_tokens.add(task.token)
    payload = {"task": task.id, "token": task.token, "submission": submission, "digest": digest(values), **more}
    was = undoing.before(running)
    segregation.record(running, task, account)
    running.write(values)

    def deed() -> None:
        if returned is None:
            running.machine.complete(task.token)
        else:
            running.machine.send_on(task.token, returned.element_id)
            payload["straight"] = returned.element_id
        if account is not None:
            payload["undo"] = undoing.undo(running, was)

    running.act("task_completed", deed, element_id=task.element_id, payload=payload)
    if returned is not None:
        straight.hand_over(running, returned)


def drop_drafts(running: Running, task_id: int) -> None:
    """What anybody had typed and not submitted at the step."""
    running.execute(DROP_DRAFTS, {"task": task_id})
