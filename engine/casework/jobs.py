"""Due work of the machine: drawn timers, service calls, reminders, supervision, letters; cost follows what is due.

Each piece of work has its own transaction, in which everything is looked at again: gone means nothing to do. Jobs and
letters are claimed with an epoch; whoever was paused beyond its lease finds the epoch changed and leaves no effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    calling,
    execution,
    incidents,
    list_keys,
    migration_jobs,
    migration_undos,
    outbox,
    recurring,
    reminding,
    services,
)
from engine.casework.claims import BATCH, Claim, attempt, claim_due, put_off, stand_beside
from engine.casework.models import Case, Job
from engine.casework.running import COLUMNS, CaseRow, Running
from engine.db import reading, riding_out, transaction
from engine.errors import Refusal
from engine.registry.actors import SYSTEM

CASE, JOB = Case.__table__, Job.__table__
# A job and its case as they are once both are locked, the case first; nothing when another has the job, or it is gone.
OURS = (
    select(*COLUMNS, JOB.c.kind, JOB.c.token, JOB.c.element_id)
    .join_from(CASE, JOB, JOB.c.case_id == CASE.c.id)
    .where(JOB.c.id == bindparam("job"), JOB.c.epoch == bindparam("epoch"))
    .with_for_update(of=(CASE, JOB))
)
UNWATCHED = update(CASE).where(CASE.c.id == bindparam("watched")).values(supervise_at=None)  # type: ignore[arg-type]


def sweep() -> int:
    """One round over everything that is due now; returns how many pieces of work were done."""
    migrated = migration_jobs.run_due() + migration_undos.run_due()
    return run_jobs() + reminding.remind() + supervise() + recurring.begin_due() + outbox.deliver_due() + migrated


def drain(rounds: int = 200) -> int:
    """Sweep until nothing is due any more, at most so many rounds."""
    done = 0
    for _ in range(rounds):
        found = sweep()
        done += found
        if not found:
            break
    return done


def run_jobs() -> int:
    """Fire due timers and make due service calls."""
    claims = claim_due(Job)
    for found in claims:
        attempt(partial(_run, found), partial(_put_off, found))
    return len(claims)


def _put_off(found: Claim, session: Session, refusal: Refusal) -> None:
    put_off(session, Job, found, refusal)


def _run(found: Claim) -> None:
    """One claimed job. The service itself is called outside any transaction: no lock waits for the network."""
    with transaction() as session, _opened(session, found) as opened:
        if opened is None:
            return
        running, job = opened
        if job.kind == "timer":
            fire(running)
            return
        element = running.plan.element(job.element_id)
        items = running.items_of(job.token)
        call = {key: running.value_of(text, items) for key, text in element.headers.items()}
        token, connector, result = job.token, element.task_type or "", element.properties.get("resultVariable")
        key, county = f"{running.case.case_no}/{token}", list_keys.county_of(running.case.region_code)
    answer = calling.call(connector, call, key=key, county=county)
    # Called is called: it is not called again because the database went away before the answer was kept.
    riding_out(partial(_keep_answer, found, token, element.id, {result: answer} if result else {}))


def _keep_answer(found: Claim, token: str, element_id: str, values: dict[str, Any]) -> None:
    with transaction() as session, _opened(session, found) as opened:
        if opened is not None:
            running, _ = opened
            running.act(
                "job_completed",
                lambda: running.machine.finish_job(token, values),
                element_id=element_id,
                payload={"token": token, "values": values},
            )


@contextmanager
def _opened(session: Session, found: Claim) -> Iterator[tuple[Running, Any] | None]:
    """The job's row and its open case; None when there is nothing to do: another has the job, it is gone, or the case
    was suspended after it had been claimed."""
    with execution.open_around(session, found.subject_id, actor=SYSTEM) as subject:
        row = session.connection().execute(OURS, {"job": found.id, "epoch": found.epoch}).one_or_none()
        if row is None or row.state != "active":
            yield None
            return
        with execution.open_locked(session, CaseRow.of(row), actor=SYSTEM, subject=subject) as running:
            yield running, row


def fire(running: Running) -> None:
    """Let the machine fire what is due. A timer that was put off meanwhile is simply not due. The journal says when
    each was due, which is what counts, however late a worker came."""
    fired: list[str] = []
    timers = running.machine.timers()
    due = {timer.element.id: timer.due_at.isoformat() for timer in timers if timer.due_at <= running.now}
    running.act("timer_fired", lambda: fired.extend(running.machine.wake()), payload={"fired": fired, "due": due})


def supervise() -> int:
    """Start the supervision ladder beside every case whose moment has come and whose clock is not stopped."""
    now = clock.now()
    with reading() as session:
        due = list(
            session.scalars(
                select(Case.id)
                .where(Case.supervise_at <= now, Case.clock_stopped_at.is_(None))
                .order_by(Case.supervise_at)
                .limit(BATCH)
            )
        )
    done = 0
    for case_id in due:
        give_up = (UNWATCHED, {"watched": case_id})
        done += stand_beside(case_id, partial(_supervise, case_id), incidents.SUPERVISION, give_up)
    return done


def _supervise(case_id: int, session: Session) -> None:
    with execution.open_case(session, case_id, actor=SYSTEM) as running:
        moment = running.case.supervise_at
        if moment is not None and moment <= running.now and running.case.clock_stopped_at is None:
            services.ask_supervision(running, late_since=None)
            running.case.supervise_at = None
            running.changed = True
