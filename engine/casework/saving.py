"""What an act has led to, as rows: fresh tasks, the journal's events and the case itself, written in one go.

The rule: the case's row is guarded by the version that was read; who has it younger saves nothing.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, insert, update

from engine.casework import history
from engine.casework.models import Case, HistoryEvent, UserTask
from engine.casework.running import ALWAYS_SAVED, Running
from engine.db import must_change_one

CASE, TASK, EVENT = Case.__table__, UserTask.__table__, HistoryEvent.__table__
BESIDE: dict[str, Any] = {"event": EVENT, "task": TASK}
INSERT_TASKS = insert(TASK).inline()  # type: ignore[arg-type]


def write(running: Running) -> None:
    """Write everything that is still to be written."""
    if _is_usual(running):
        tasks, running.task_rows = running.task_rows, []
        _write_case(running, running.journal_rows.pop(), *tasks)
        return
    write_tasks(running)
    if running.journal_rows:
        running.execute(history.INSERT, running.journal_rows)
    running.journal_rows = []
    _write_case(running)


def write_tasks(running: Running) -> None:
    """The fresh tasks, for whoever has to see their rows before everything is written."""
    if running.task_rows:
        running.execute(INSERT_TASKS, running.task_rows)
        running.task_rows = []


def _is_usual(running: Running) -> bool:
    """One event that led to one task or none. PostgreSQL takes it all in one statement; each statement costs time."""
    usual = len(running.journal_rows) == 1 and len(running.task_rows) <= 1
    return usual and running.session.get_bind().dialect.name == "postgresql"


def _write_case(running: Running, *beside: dict[str, Any]) -> None:
    """The columns that are not what the row has. `beside`: the rows of the journal and of a task that go with it."""
    case, columns = running.case, running.case.columns()
    values = {name: value for name, value in columns.items() if name in ALWAYS_SAVED or value != running.written[name]}
    others = {f"{kind}_{name}": value for kind, row in zip(BESIDE, beside, strict=False) for name, value in row.items()}
    statement = _save(tuple(values), *(tuple(row) for row in beside))
    done = running.execute(statement, {**values, **others, "case": case.id, "seen": case.version})
    must_change_one(done.rowcount, f"case {case.case_no}")
    case.version += 1
    running.written = columns


@lru_cache(maxsize=256)
def _save(names: tuple[str, ...], *beside: tuple[str, ...]) -> Update:
    saved = (
        update(CASE)  # type: ignore[arg-type]
        .where(CASE.c.id == bindparam("case"), CASE.c.version == bindparam("seen"))
        .values(**{name: bindparam(name) for name in names}, version=bindparam("seen") + 1)
    )
    for (kind, table), columns in zip(BESIDE.items(), beside, strict=False):
        row: dict[str, Any] = {name: bindparam(f"{kind}_{name}") for name in columns}
        saved = saved.add_cte(insert(table).values(row).cte(f"new_{kind}"))
    return saved
