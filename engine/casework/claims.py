"""Claims on due rows: a batch at a time, with a lease and an epoch that fences whoever was paused too long."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from engine import clock
from engine.casework import incidents
from engine.casework.models import Case, Job, OutboxMessage
from engine.connectors.outcome import NotYet
from engine.db import reading, riding_out, transaction
from engine.errors import Conflict, ExecutionFailed, Refusal, Unavailable

log = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Claim:
    """A job that is ours as long as its epoch stands. `subject_id`: of a companion's, the case that is locked first."""

    id: int
    epoch: int
    case_id: int | None
    attempts: int
    subject_id: int | None


@cache
def _due(table: type[Job] | type[OutboxMessage]) -> Select[int]:
    """The oldest due rows that nobody holds, those included whose worker let the lease run out."""
    free = or_(table.state == "waiting", table.leased_until < bindparam("now"))
    due = select(table.id).where(table.due_at <= bindparam("now"), table.state.in_(("waiting", "running")), free)
    return due.order_by(table.due_at).limit(BATCH)


@cache
def _take(table: type[Job] | type[OutboxMessage]) -> ReturningUpdate[int, int, int | None, int, int | None]:
    subject = select(Case.subject_id).where(Case.id == table.case_id).correlate(table).scalar_subquery()
    return (
        update(table)
        .where(table.id.in_(_due(table).with_for_update(skip_locked=True).scalar_subquery()))
        .values(state="running", epoch=table.epoch + 1, leased_until=bindparam("until"), attempts=table.attempts + 1)
        .returning(table.id, table.epoch, table.case_id, table.attempts, subject)
        .execution_options(synchronize_session=False)
    )


def claim_due(table: type[Job] | type[OutboxMessage]) -> list[Claim]:
    """Claim a batch of due rows. When nothing is due this only reads, and takes no lock from anybody."""
    now = clock.now()
    with reading() as session:
        if session.execute(_due(table).limit(1), {"now": now}).first() is None:
            return []
    with transaction() as session:
        return claim(session, table, now)


def claim(session: Session, table: type[Job] | type[OutboxMessage], now: datetime) -> list[Claim]:
    """Take up to a batch of due rows, the oldest first."""
    taken = session.execute(_take(table), {"now": now, "until": now + LEASE}).all()
    return sorted((Claim(*row) for row in taken), key=lambda found: found.id)


def attempt(deed: Callable[[], None], otherwise: Callable[[Session, Refusal], None]) -> bool:
    """Do one piece of work; gives whether it went well. What fails is handed to `otherwise` in a transaction of its
    own, and the others go on.

    A database that is away or busy passes; a fault of ours gives ExecutionFailed, which a person sees.
    """
    trouble: Refusal
    try:
        deed()
        return True
    except Refusal as refusal:
        trouble = refusal
    except Exception as fault:
        log.exception("a piece of due work failed")
        trouble = ExecutionFailed(f"Expected due work to be done, but {type(fault).__name__}: {fault}")

    def tell() -> None:
        with transaction() as session:
            otherwise(session, trouble)

    riding_out(tell)
    return False


def stand_beside(
    case_id: int, begin: Callable[[Session], None], kind: str, give_up: tuple[Update, dict[str, int]]
) -> bool:
    """Begin a companion of a case in a transaction of its own; gives whether it went well. When it cannot run, a person
    has to look, by an incident of that kind; the others go on."""

    def deed() -> None:
        with transaction() as session:
            begin(session)

    def note(session: Session, refusal: Refusal) -> None:
        if isinstance(refusal, (Conflict, Unavailable)):
            return  # still due: the next sweep tries again
        session.connection().execute(*give_up)
        incidents.raise_(session, refusal, case_id=case_id, kind=kind)

    return attempt(deed, note)


def put_off(session: Session, table: type[Job] | type[OutboxMessage], found: Claim, refusal: Refusal) -> None:
    """Back off exponentially; after the last attempt a person has to look. A broken diagram is not tried again; that
    the database was away, or that the other side needs time, counts as no attempt."""
    if isinstance(refusal, Unavailable) and refusal.passing:
        _give_back(session, table, found)
        return
    if isinstance(refusal, NotYet):
        _give_back(session, table, found, due_at=clock.now() + refusal.again_in)
        return
    hopeless = isinstance(refusal, ExecutionFailed) or found.attempts >= MOST_ATTEMPTS
    if hopeless:
        # The incident will refer to the case, which locks it; and the case is locked first, always.
        session.execute(select(Case.id).where(Case.id == found.case_id).with_for_update(key_share=True))
    wait = timedelta(seconds=10 * 3 ** (found.attempts - 1))
    values: dict[str, Any] = {
        "state": "failed" if hopeless else "waiting",
        "due_at": clock.now() + wait,
        "leased_until": None,
        "last_error": str(refusal)[:2000],
    }
    mine = session.execute(
        update(table).where(table.id == found.id, table.epoch == found.epoch).values(values).returning(table.id)
    ).one_or_none()
    if hopeless and mine is not None:
        job_id, outbox_id = (found.id, None) if table is Job else (None, found.id)
        incidents.raise_(session, refusal, case_id=found.case_id, job_id=job_id, outbox_id=outbox_id)


def _give_back(session: Session, table: type[Job] | type[OutboxMessage], found: Claim, **later: datetime) -> None:
    """As if it had not been claimed: still due at the moment at which it was due, or at a `later` one."""
    mine = (table.id == found.id, table.epoch == found.epoch, table.state == "running")
    values = {"state": "waiting", "leased_until": None, "attempts": table.attempts - 1, **later}
    session.execute(update(table).where(*mine).values(values))
