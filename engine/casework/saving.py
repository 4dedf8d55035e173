"""What an act has led to, as rows: fresh tasks, jobs, the journal's events and the case itself, written in one go.

The rule: the case's row is guarded by the version that was read; who has it younger saves nothing.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Insert, String, Table, Update, any_, bindparam, delete, insert, select, union_all, update

from engine.casework import history
from engine.casework.models import Case, HistoryEvent, Job, UserTask
from engine.casework.running import ALWAYS_SAVED, Running
from engine.db import must_change_one

CASE, TASK, JOB, EVENT = Case.__table__, UserTask.__table__, Job.__table__, HistoryEvent.__table__
BESIDE: dict[str, Any] = {"event": EVENT, "task": TASK, "job": JOB}
INSERT_TASKS = insert(TASK).inline()  # type: ignore[arg-type]
INSERT_JOBS = insert(JOB).inline()  # type: ignore[arg-type]
DROP_JOBS = delete(JOB).where(JOB.c.case_id == bindparam("case"))  # type: ignore[arg-type]
DROP_SOME_JOBS = DROP_JOBS.where(JOB.c.token.in_(bindparam("gone", expanding=True)))
# The same within another statement, which shall read the same however many there are.
DROP_SOME_JOBS_AT_ONCE = DROP_JOBS.where(JOB.c.token == any_(bindparam("gone", type_=ARRAY(String))))
# Of each kind; an act that leads to more is rare, and a statement for each number of them would not be worth keeping.
MOST_AT_ONCE = 3


def write(running: Running) -> None:
    """Write everything that is still to be written. PostgreSQL takes it in one statement; each statement costs time."""
    if running.session.get_bind().dialect.name == "postgresql" and all(
        len(rows) <= MOST_AT_ONCE for rows in (running.journal_rows, running.task_rows, running.job_rows)
    ):
        beside = {"event": running.journal_rows, "task": running.task_rows, "job": running.job_rows}
        running.journal_rows, running.task_rows, running.job_rows = [], [], []
        _write_case(running, _drops(running), **beside)
        return
    write_rows(running)
    if running.journal_rows:
        running.execute(history.INSERT, running.journal_rows)
    running.journal_rows = []
    _write_case(running, "")


def write_rows(running: Running) -> None:
    """The fresh tasks and jobs, for whoever has to see their rows before everything is written."""
    drops = _drops(running)
    if drops:
        given = {"case": running.case.id, "gone": sorted(running.gone_jobs)}
        running.execute(DROP_JOBS if drops == "all" else DROP_SOME_JOBS, given)
        running.gone_jobs = set()
    for rows, statement in ((running.task_rows, INSERT_TASKS), (running.job_rows, INSERT_JOBS)):
        if rows:
            running.execute(statement, rows)
    running.task_rows, running.job_rows = [], []


def _drops(running: Running) -> str:
    """Which jobs have to go: all, with the case, or some, or none ("")."""
    if running.case.state == "ended" and running.written["state"] != "ended":
        return "all"
    return "some" if running.gone_jobs else ""


def _write_case(running: Running, drops: str, **beside: list[dict[str, Any]]) -> None:
    """The columns that are not what the row has. `drops`: which jobs go with it; `beside`: the rows of other tables
    that come with it."""
    case, columns = running.case, running.case.columns()
    values = {name: value for name, value in columns.items() if name in ALWAYS_SAVED or value != running.written[name]}
    given: dict[str, Any] = {**values, "case": case.id, "seen": case.version}
    if drops == "some":
        given["gone"] = sorted(running.gone_jobs)
    running.gone_jobs = set()
    for kind, rows in beside.items():
        for number, row in enumerate(rows):
            given.update((f"{kind}{number}_{name}", value) for name, value in row.items())
    shapes = tuple((kind, tuple(rows[0]), len(rows)) for kind, rows in beside.items() if rows)
    done = running.execute(_save(tuple(values), drops, shapes), given)
    must_change_one(done.rowcount, f"case {case.case_no}")
    case.version += 1
    running.written = columns


@lru_cache(maxsize=512)
def _save(names: tuple[str, ...], drops: str, shapes: tuple[tuple[str, tuple[str, ...], int], ...]) -> Update:
    saved = (
        update(CASE)  # type: ignore[arg-type]
        .where(CASE.c.id == bindparam("case"), CASE.c.version == bindparam("seen"))
        .values(**{name: bindparam(name) for name in names}, version=bindparam("seen") + 1)
    )
    if drops:
        saved = saved.add_cte((DROP_JOBS if drops == "all" else DROP_SOME_JOBS_AT_ONCE).cte("gone_job"))
    for kind, columns, count in shapes:
        saved = saved.add_cte(_rows(kind, BESIDE[kind], columns, count).cte(f"new_{kind}"))
    return saved


def _rows(kind: str, table: Table, columns: tuple[str, ...], count: int) -> Insert:
    """An INSERT of so many rows, which get their numbers in this order."""
    rows = [
        select(*(bindparam(f"{kind}{number}_{name}", type_=table.c[name].type).label(name) for name in columns))
        for number in range(count)
    ]
    return insert(table).from_select(columns, union_all(*rows) if count > 1 else rows[0], include_defaults=False)
