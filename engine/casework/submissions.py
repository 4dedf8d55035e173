"""Submissions (填报): what a form gave at one step, kept once, and the step's completion that follows from it.

The same click twice is one effect: the submission's idempotency key is unique, and its digest tells a repeated click
from another one.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.casework import attachments, segregation, straight, undoing
from engine.casework.models import Submission, TaskDraft, UserTask
from engine.casework.running import Running
from engine.db import dumps, must_change_one
from engine.errors import Invalid

LONGEST_KEY = 80
TASK, SUBMISSION = UserTask.__table__, Submission.__table__
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
INSERT_SUBMISSION = insert(SUBMISSION).returning(SUBMISSION.c.id)  # type: ignore[arg-type]
# Both in one go; nothing is kept where the step is no longer open. A parameter called as a column would be taken for
# one that the UPDATE sets.
KEPT = ("case_id", "task_id", "element_id", "form_id", "values", "actor", "submitted_at", "idempotency_key", "digest")
ENDED = DONE.returning(TASK.c.id).cte("ended")
INSERT_AND_END = INSERT_SUBMISSION.from_select(
    KEPT,
    select(*(bindparam(f"kept_{name}", type_=SUBMISSION.c[name].type).label(name) for name in KEPT)).select_from(ENDED),
    include_defaults=False,
)
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
    row = _row(running, element_id, form_id, values, key, given, task_id)
    number: int = _kept(running, INSERT_SUBMISSION, row, key).scalar_one()
    return number


def hand_in(
    running: Running, task: Any, values: Mapping[str, Any], *, key: str, given: str, account: int | None
) -> int:
    """Keep what the form of a step gave and end the step's row; PostgreSQL takes both in one statement. Raises as
    `record` and `end` do."""
    row = _row(running, task.element_id, task.form_id, values, key, given, task.id)
    if running.session.get_bind().dialect.name != "postgresql":
        number: int = _kept(running, INSERT_SUBMISSION, row, key).scalar_one()
        end(running, task, account)
        return number
    both = {f"kept_{name}": value for name, value in row.items()} | _ended(running, task, account)
    kept = _kept(running, INSERT_AND_END, both, key).scalars().all()
    must_change_one(len(kept), f"user task {task.id}")
    return int(kept[0])


def end(running: Running, task: Any, account: int | None) -> None:
    """The row of the step is completed. Raises Conflict when it was not open any more."""
    done = running.execute(DONE, _ended(running, task, account))
    must_change_one(done.rowcount, f"user task {task.id}")


def _ended(running: Running, task: Any, account: int | None) -> dict[str, Any]:
    return {"task": task.id, "now": running.now, "account": account}


def _row(
    running: Running,
    element_id: str,
    form_id: str | None,
    values: Mapping[str, Any],
    key: str,
    given: str,
    task_id: int | None,
) -> dict[str, Any]:
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(f"Expected an idempotency key of 1 to {LONGEST_KEY} characters, but it has {len(key)}")
    attachments.adopt(running.session, running.case.id, values)
    return {
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


def _kept(running: Running, statement: Executable, row: Mapping[str, Any], key: str) -> CursorResult[*tuple[Any, ...]]:
    try:
        return running.execute(statement, row)
    except IntegrityError as error:
        raise Invalid(
            f"Expected a fresh idempotency key, but {key!r} was used before",
            notice="页面已过期，请刷新后重新提交",
        ) from error


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
    """The step, whose row has ended, is done: what it gave is written, the machine moves. `returned`: straight back to
    where the step was returned from; `more`: for the journal."""
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
