"""What an act has led to, as rows: fresh tasks, jobs, the journal's events and the case itself, written in one go.

The rule: the case's row is guarded by the version that was read; who has it younger saves nothing.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Insert, String, Table, Update, any_, bindparam, delete, insert, select, union_all, update

from engine.casework import list_keys
from engine.casework.models import Case, HistoryEvent, Job, Notice, UserTask
from engine.casework.running import ALWAYS_SAVED, COLUMNS, Running
from engine.db import must_change_one

CASE, TASK, JOB, EVENT = Case.__table__, UserTask.__table__, Job.__table__, HistoryEvent.__table__
# In the order in which they refer to each other.
BESIDE: dict[str, Any] = {"case": CASE, "event": EVENT, "task": TASK, "job": JOB, "notice": Notice.__table__}
INSERTS = {kind: insert(table).inline() for kind, table in BESIDE.items()}
DROP_JOBS = delete(JOB).where(JOB.c.case_id == bindparam("case"))  # type: ignore[arg-type]
DROP_SOME_JOBS = DROP_JOBS.where(JOB.c.token.in_(bindparam("gone", expanding=True)))
# The same within another statement, which shall read the same however many there are.
DROP_SOME_JOBS_AT_ONCE = DROP_JOBS.where(JOB.c.token == any_(bindparam("gone", type_=ARRAY(String))))
# Of each kind; an act that leads to more is rare, and a statement for each number of them would not be worth keeping.
MOST_AT_ONCE = 3

Rows = dict[str, list[dict[str, Any]]]


def write(running: Running) -> None:
    """Write everything that is still to be written. PostgreSQL takes it in one statement; each statement costs time."""
    if running.unwritten and running.subject is not None:
        running.case.version += 1
        running.subject.begun.append(running)
        running.subject.changed = True
        return
    rows = _taken(running, *running.begun)
    running.begun, also, running.also = [], running.also, []
    few = all(len(found) <= MOST_AT_ONCE for found in rows.values())
    if few and running.session.get_bind().dialect.name == "postgresql":
        _write_case(running, _drops(running), rows, also)
        return
    _drop(running)
    _insert(running, rows)
    for statement, given in also:
        running.execute(statement, given)
    _write_case(running, "", {}, [])


def write_rows(running: Running) -> None:
    """The fresh tasks and jobs, for whoever has to see their rows before everything is written."""
    write_begun(running)
    _drop(running)
    _insert(running, {"task": running.task_rows, "job": running.job_rows})
    running.task_rows, running.job_rows = [], []


def write_begun(running: Running) -> None:
    """The rows of cases that have begun beside another, for whoever has to see them before everything is written."""
    if running.subject is not None:
        write_begun(running.subject)
    if running.unwritten:
        running.execute(INSERTS["case"], _row(running))
        running.unwritten, running.written = False, running.case.columns()
    if running.begun:
        _insert(running, _taken(*running.begun))
        running.begun = []


def _taken(*cases: Running) -> Rows:
    """The rows of these cases that are still to be written; whoever takes them writes them."""
    rows: Rows = {kind: [] for kind in BESIDE}
    for one in cases:
        taken = (
            ("event", one.journal_rows),
            ("task", one.task_rows),
            ("job", one.job_rows),
            ("notice", one.notice_rows),
        )
        for kind, found in taken:
            rows[kind] += found
        one.journal_rows, one.task_rows, one.job_rows, one.notice_rows = [], [], [], []
        if one.unwritten:
            rows["case"].append(_row(one))
            one.unwritten = False
    return rows


def _row(running: Running) -> dict[str, Any]:
    """The whole row of a new case."""
    case = running.case
    own = {"serial": list_keys.serial_of(case.case_no), "county_code": list_keys.county_of(case.region_code)}
    return {**{column.name: getattr(case, column.name) for column in COLUMNS}, **own}


def _insert(running: Running, rows: Rows) -> None:
    for kind, found in rows.items():
        if found:
            running.execute(INSERTS[kind], found)


def _drop(running: Running) -> None:
    drops = _drops(running)
    if drops:
        given = {"case": running.case.id, "gone": sorted(running.gone_jobs)}
        running.execute(DROP_JOBS if drops == "all" else DROP_SOME_JOBS, given)
        running.gone_jobs = set()


def _drops(running: Running) -> str:
    """Which jobs have to go: all, with the case, or some, or none ("")."""
    if running.case.state == "ended" and running.written["state"] != "ended":
        return "all"
    return "some" if running.gone_jobs else ""


def _write_case(running: Running, drops: str, beside: Rows, also: list[tuple[Update, dict[str, Any]]]) -> None:
    """The columns that are not what the row has. `drops`: which jobs go with it; `beside`: the rows of other tables
    that come with it; `also`: what else is changed by the same statement."""
    case, columns = running.case, running.case.columns()
    values = {name: value for name, value in columns.items() if name in ALWAYS_SAVED or value != running.written[name]}
    given: dict[str, Any] = {**values, "case": case.id, "seen": case.version}
    if drops == "some":
        given["gone"] = sorted(running.gone_jobs)
    running.gone_jobs = set()
    for kind, rows in beside.items():
        for number, row in enumerate(rows):
            given.update((f"{kind}{number}_{name}", value) for name, value in row.items())
    for _, more in also:
        given.update(more)
    shapes = tuple((kind, tuple(rows[0]), len(rows)) for kind, rows in beside.items() if rows)
    statement = _save(tuple(values), drops, shapes, tuple(statement for statement, _ in also))
    done = running.execute(statement, given)
    must_change_one(done.rowcount, f"case {case.case_no}")
    case.version += 1
    running.written = columns


@lru_cache(maxsize=512)
def _save(
    names: tuple[str, ...],
    drops: str,
    shapes: tuple[tuple[str, tuple[str, ...], int], ...],
    also: tuple[Update, ...],
) -> Update:
    saved = (
        update(CASE)  # type: ignore[arg-type]
        .where(CASE.c.id == bindparam("case"), CASE.c.version == bindparam("seen"))
        .values(**{name: bindparam(name) for name in names}, version=bindparam("seen") + 1)
    )
    if drops:
        saved = saved.add_cte((DROP_JOBS if drops == "all" else DROP_SOME_JOBS_AT_ONCE).cte("gone_job"))
    for kind, columns, count in shapes:
        saved = saved.add_cte(_rows(kind, BESIDE[kind], columns, count).cte(f"new_{kind}"))
    for number, statement in enumerate(also):
        saved = saved.add_cte(statement.cte(f"also_{number}"))
    return saved


def _rows(kind: str, table: Table, columns: tuple[str, ...], count: int) -> Insert:
    """An INSERT of so many rows, which get their numbers in this order."""
    rows = [
        select(*(bindparam(f"{kind}{number}_{name}", type_=table.c[name].type).label(name) for name in columns))
        for number in range(count)
    ]
    return insert(table).from_select(columns, union_all(*rows) if count > 1 else rows[0], include_defaults=False)
