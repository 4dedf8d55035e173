"""What begins beside a task when the moment of its reminder has come: the companion that minds its deadline (时限).

The rule: several cases go together, because a transaction costs as much as what is done in it; they are locked without
waiting for anybody. When one of them fails, each goes by itself, so that it fails alone.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, exists, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import execution, incidents
from engine.casework.claims import BATCH, stand_beside
from engine.casework.consequences import Companion, OpenStep
from engine.casework.models import Case, UserTask
from engine.casework.running import COLUMNS, CaseRow, Running
from engine.db import Moment, one_of, reading, transaction
from engine.registry import people
from engine.registry.actors import SYSTEM

log = logging.getLogger(__name__)
TOGETHER = 10
CASE, TASK = Case.__table__, UserTask.__table__
NOW = bindparam("now", type_=Moment)
DUE = (
    select(TASK.c.id, TASK.c.case_id, TASK.c.subject_id)
    .where(TASK.c.companion_at <= NOW)
    .order_by(TASK.c.companion_at)
    .limit(BATCH)
)
SIGNED = TASK.alias()
# Tasks whose moment has come, each with its case, once both are locked, the case first; and whether signatures are
# wanted. By place, because the companions of one place are numbered together, and nobody shall wait crosswise.
REMINDED = (
    select(
        *COLUMNS,
        *(TASK.c[name].label(f"task_{name}") for name in (*OpenStep._fields, "id", "state", "due_at", "element_id")),
        exists().where(SIGNED.c.host_id == TASK.c.id, SIGNED.c.state == "open").label("signed"),
    )
    .join_from(CASE, TASK, TASK.c.case_id == CASE.c.id)
    .where(one_of(TASK.c.id, "tasks"), TASK.c.companion_at <= NOW)
    .order_by(CASE.c.region_code, CASE.c.id, TASK.c.id)
)
LOCKED = REMINDED.with_for_update(of=(CASE, TASK))
FREE = REMINDED.where(CASE.c.state == "active").with_for_update(of=(CASE, TASK), skip_locked=True)
STAND = update(TASK).where(TASK.c.id == bindparam("reminded"))  # type: ignore[arg-type]
REMIND = STAND.values(companion_at=None, reminded_at=NOW)
# Only a task that still waits for a person, and has to be done by some moment, is reminded of.
LEAVE = STAND.values(companion_at=None)


def remind() -> int:
    """Start the deadline companion beside every task whose moment has come; returns how many stand. One that could not
    begin is no reason to look again at once."""
    with reading() as session:
        due = session.connection().execute(DUE, {"now": clock.now()}).all()
    beside_others = [task for task in due if task.subject_id != task.case_id]
    alone = [task for task in due if task.subject_id == task.case_id]
    several = (alone[first : first + TOGETHER] for first in range(0, len(alone), TOGETHER))
    return sum(map(_together, several)) + _each(beside_others)


def _together(tasks: Sequence[Any]) -> int:
    """All of them in one transaction, or each by itself when something comes between. Whoever's case somebody else has
    at the moment is left to the next sweep."""
    try:
        with transaction() as session:
            people.ask_once(session)
            return _begin(session, FREE, [task.id for task in tasks])
    except Exception:
        log.info("%s due tasks are taken one by one", len(tasks), exc_info=True)
    return _each(tasks)


def _each(tasks: Sequence[Any]) -> int:
    done = 0
    for task in tasks:
        subject_id = None if task.subject_id == task.case_id else task.subject_id
        give_up = (LEAVE, {"reminded": task.id})
        done += stand_beside(task.case_id, partial(_alone, task.id, subject_id), incidents.REMINDER, give_up)
    return done


def _alone(task_id: int, subject_id: int | None, session: Session) -> None:
    with execution.open_around(session, subject_id, actor=SYSTEM, even_suspended=False) as subject:
        _begin(session, LOCKED, [task_id], subject)


def _begin(session: Session, locked: Select[Any], tasks: list[int], subject: Running | None = None) -> int:
    """Begin beside those of the tasks that are still due, one for each case; another of the same case stays due."""
    rows = session.connection().execute(locked, {"tasks": tasks, "now": clock.now()}).all()
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.id, row)
    for row in first.values():
        with execution.open_locked(session, CaseRow.of(row), actor=SYSTEM, subject=subject) as running:
            _begin_beside(running, row)
    return len(first)


def _begin_beside(running: Running, task: Any) -> None:
    if task.task_state != "open" or task.task_due_at is None:
        running.execute(LEAVE, {"reminded": task.task_id})
        return
    variables = {
        "taskName": task.task_name,
        "taskDueAt": task.task_due_at.isoformat(),
        "taskRole": task.task_role_key,
        "taskElement": task.task_element_id,
    }
    beside = None if task.signed else [OpenStep(*(getattr(task, f"task_{name}") for name in OpenStep._fields))]
    running.also.append((REMIND, {"reminded": task.task_id, "now": running.now}))
    running.journal("task_reminded", element_id=task.task_element_id, payload={"task": task.task_id})
    running.wanted.append(Companion("TASK_REMINDED", variables, task_id=task.task_id, beside=beside))
