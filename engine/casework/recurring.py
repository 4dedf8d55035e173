"""定时启动: a process whose start event is a date or a cycle begins once for each of its moments, in each county or
where its start says: in each prefecture, in the province.

The rule: the row of process and place is locked, the case begun and the next moment put down in one transaction, so
however many workers there are and whenever one is killed, no moment is begun twice and none is left out. A place in
which nobody works yet is passed over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock, workflow
from engine.casework import applying, beginnings, deployments, incidents, planned_starts, plans
from engine.casework.claims import BATCH, attempt
from engine.casework.models import RecurringStart
from engine.db import reading, transaction
from engine.errors import Conflict, Refusal, Unavailable
from engine.language import feel
from engine.language.bundle import START_LEVELS
from engine.registry import people, regions

PAUSE = timedelta(hours=1)
KNOWN = select(RecurringStart.process_key, RecurringStart.region_code)


def plan_all() -> None:
    """Look after all places in which such a process is active by now: those that have come since, too."""
    with transaction() as session:
        now = clock.now()
        known = {(key, place) for key, place in session.execute(KNOWN)}
        fresh: dict[str, list[str]] = {}
        for level in START_LEVELS:
            for place in regions.of_level(session, level):
                for process_key, version_id in applying.actives(session, place, now).items():
                    bundle = plans.bundle_of(session, version_id)
                    is_mine = planned_starts.event_of(bundle) is not None and level in planned_starts.levels_of(bundle)
                    if is_mine and (process_key, place) not in known:
                        fresh.setdefault(process_key, []).append(place)
        for process_key, places in fresh.items():
            planned_starts.plan(session, process_key, places, now)


def begin_due() -> int:
    """Begin what is due; returns how many rows were looked at and went well."""
    due = select(RecurringStart.process_key, RecurringStart.region_code).where(RecurringStart.due_at <= clock.now())
    with reading() as session:
        found = session.execute(due.order_by(RecurringStart.due_at).limit(BATCH)).all()
    return sum(attempt(partial(_begin, *key), partial(_put_off, *key)) for key in found)


def _begin(process_key: str, place: str) -> None:
    with transaction() as session:
        now = clock.now()
        mine = (RecurringStart.process_key == process_key, RecurringStart.region_code == place)
        wanted = select(RecurringStart).where(*mine, RecurringStart.due_at <= now)
        row = session.scalar(wanted.with_for_update(skip_locked=True))
        if row is None:
            return
        coming = _coming(session, row, now)
        if coming.at is not None and coming.at <= now and coming.version_id is not None:
            row.since_at, row.failed = coming.at, False
            if people.is_staffed(session, place):
                beginnings.begin_planned(session, process_key, coming.version_id, place, coming.at)
            coming = _coming(session, row, now)
        row.due_at = min((moment for moment in (coming.at, coming.changes_at) if moment is not None), default=None)


@dataclass(frozen=True)
class _Coming:
    """The next moment of a row and the version that names it; when another version begins to apply."""

    version_id: int | None
    at: datetime | None
    changes_at: datetime | None


def _coming(session: Session, row: RecurringStart, now: datetime) -> _Coming:
    """What each version names counts while it applies. Moves `since_at` on to the last change that is past."""
    key, place = row.process_key, row.region_code
    while True:
        version_id = deployments.active_id(session, key, place, row.since_at)
        event = planned_starts.event_of(plans.bundle_of(session, version_id)) if version_id is not None else None
        at = workflow.occurrence(event.kind, feel.evaluate(event.value), row.since_at) if event is not None else None
        changes_at = deployments.next_change(session, key, place, row.since_at)
        if changes_at is None or changes_at > now or (at is not None and at < changes_at):
            return _Coming(version_id, at, changes_at)
        row.since_at = changes_at


def _put_off(process_key: str, place: str, session: Session, refusal: Refusal) -> None:
    """A person has to look, once; it is tried again every hour."""
    if isinstance(refusal, (Conflict, Unavailable)):
        return  # still due: the next sweep tries again
    mine = (RecurringStart.process_key == process_key, RecurringStart.region_code == place)
    told = session.scalar(select(RecurringStart.failed).where(*mine))
    session.execute(update(RecurringStart).where(*mine).values(due_at=clock.now() + PAUSE, failed=True))
    if not told:
        incidents.raise_(session, refusal, case_id=None, kind=incidents.RECURRING)
