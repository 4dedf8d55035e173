"""Claims on due rows: a batch at a time, with a lease and an epoch that fences whoever was paused too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import incidents
from engine.casework.models import Job, OutboxMessage
from engine.errors import ExecutionFailed, Refusal

BATCH = 50
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Claim:
    """A job that is ours as long as its epoch stands."""

    id: int
    epoch: int
    case_id: int | None
    attempts: int


def claim(session: Session, table: type[Job] | type[OutboxMessage], now: datetime) -> list[Claim]:
    """Take up to a batch of due rows, the oldest first, those included whose worker let the lease run out."""
    free = or_(table.state == "waiting", table.leased_until < now)
    due = select(table.id).where(table.due_at <= now, table.state != "failed", free).order_by(table.due_at).limit(BATCH)
    taken = session.execute(
        update(table)
        .where(table.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(state="running", epoch=table.epoch + 1, leased_until=now + LEASE, attempts=table.attempts + 1)
        .returning(table.id, table.epoch, table.case_id, table.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted((Claim(*row) for row in taken), key=lambda found: found.id)


def put_off(session: Session, table: type[Job] | type[OutboxMessage], found: Claim, refusal: Refusal) -> None:
    """Back off exponentially; after the last attempt a person has to look. A broken diagram is not tried again."""
    hopeless = isinstance(refusal, ExecutionFailed) or found.attempts >= MOST_ATTEMPTS
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
