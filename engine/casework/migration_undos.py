"""撤销整批迁移: all cases of an order come back; ordered on a page, done by the worker case by case, and canceled.

The rule: each case has its own transaction; it comes back to the very state that it left, or it stays on the new
version with the reason beside it, because something has happened to it since. What waits, waits in a row of its own.
"""

from functools import partial

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import asking, execution, migrating, migration_jobs, migration_plans
from engine.casework.claims import attempt
from engine.casework.migration_models import MigrationUndo
from engine.casework.models import CaseMigration, MigratedCase
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, Refusal
from engine.registry import access, actors
from engine.registry.actors import Actor


def start(session: Session, migration_id: int, *, actor: Actor, reason: str, key: str) -> MigrationUndo:
    """Order that all cases which went over come back. The same click again gives the same order."""
    access.require(actor, migration_plans.POLICY)
    words = asking.checked("reason", reason, shortest=migrating.SHORTEST_REASON)
    migration = migration_jobs.fetch(session, migration_id, lock=True)
    before = session.scalar(select(MigrationUndo).where(MigrationUndo.key == key))
    if before is not None:
        if (before.migration_id, before.reason, before.started_by) != (migration_id, words, actor.id):
            raise _used(key)
        return before
    _require_at_rest(session, migration)
    undo = MigrationUndo(
        key=key, migration_id=migration_id, reason=words, started_by=actor.id, started_at=clock.now(),
    )  # fmt: skip
    session.add(undo)
    try:
        session.flush()
    except IntegrityError as error:
        raise _used(key) from error
    went = (MigratedCase.migration_id == migration_id, MigratedCase.state == "moved")
    wanted = update(MigratedCase).where(*went).values(state="undoing", attempts=0).returning(MigratedCase.case_id)
    if not session.execute(wanted).all():
        raise Conflict(
            f"Expected cases that went over with migration {migration_id}, but there are none",
            notice="这次迁移没有可以撤销的办件",
        )
    return undo


def _used(key: str) -> Invalid:
    return Invalid(
        f"Expected a fresh idempotency key, but {key!r} was used before", notice="页面已过期，请返回上一页重新核对"
    )


def _require_at_rest(session: Session, migration: CaseMigration) -> None:
    if migration.state == "running":
        raise Conflict(
            f"Expected migration {migration.id} to have ended, but it runs", notice="迁移还在进行，请先停止，再撤销"
        )
    if running(session, migration.id) is not None:
        raise Conflict(f"Expected migration {migration.id} not to be undone, but it is", notice="这次迁移正在撤销")


def running(session: Session, migration_id: int, *, lock: bool = False) -> MigrationUndo | None:
    """The undoing of a migration that is under way."""
    wanted = select(MigrationUndo).where(MigrationUndo.migration_id == migration_id, MigrationUndo.state == "running")
    return session.scalar(wanted.with_for_update() if lock else wanted)


def latest(session: Session, migration_id: int) -> MigrationUndo | None:
    """The undoing of a migration that was ordered last."""
    wanted = select(MigrationUndo).where(MigrationUndo.migration_id == migration_id)
    return session.scalar(wanted.order_by(MigrationUndo.id.desc()).limit(1))


def cancel(session: Session, migration_id: int, *, actor: Actor) -> MigrationUndo:
    """停止: what has not come back yet stays on the new version; what has, stays where it is."""
    access.require(actor, migration_plans.POLICY)
    migration_jobs.fetch(session, migration_id, lock=True)
    undo = running(session, migration_id, lock=True)
    if undo is None:
        raise Conflict(
            f"Expected migration {migration_id} to be undone now, but it is not", notice="撤销已经结束，无需停止"
        )
    left = (MigratedCase.migration_id == migration_id, MigratedCase.state == "undoing")
    session.execute(update(MigratedCase).where(*left).values(state="moved"))
    undo.state, undo.ended_at, undo.canceled_by = "canceled", clock.now(), actor.id
    return undo


# the worker's part


def run_due() -> int:
    """Let a batch of the cases that wait come back; returns how many were looked at."""
    with reading() as session:
        under_way = session.scalars(select(MigrationUndo.migration_id).where(MigrationUndo.state == "running")).all()
        wanted = select(MigratedCase.migration_id, MigratedCase.case_id).where(
            MigratedCase.migration_id.in_(under_way), MigratedCase.state == "undoing"
        )
        order = (MigratedCase.attempts, MigratedCase.migration_id, MigratedCase.case_id)
        due = session.execute(wanted.order_by(*order).limit(migration_jobs.BATCH)).all() if under_way else []
    for migration_id, case_id in due:
        attempt(partial(_come_back, migration_id, case_id), partial(_note, migration_id, case_id))
    if under_way:
        _close()
    return len(due)


def _come_back(migration_id: int, case_id: int) -> None:
    with transaction() as session:
        undo = running(session, migration_id)
        if undo is None:
            return
        actor = actors.staff(session, undo.started_by)
        with execution.open_case(session, case_id, actor=actor, even_suspended=True) as case:
            entry = _waiting(session, migration_id, case_id)
            if entry is None:
                return
            if case.case.seq != entry.seq:
                raise migrating.too_late(case.case.case_no)
            migrating.undo(session, case.case.case_no, actor=actor, reason=undo.reason)
            entry.state, entry.reason, entry.at = "undone", undo.reason, case.now
            session.flush()


def _waiting(session: Session, migration_id: int, case_id: int) -> MigratedCase | None:
    """The case's row as it is now that its case is locked; None when somebody was faster, or the order was canceled."""
    return migration_jobs.entry(session, migration_id, case_id, "undoing")


def _note(migration_id: int, case_id: int, session: Session, refusal: Refusal) -> None:
    """What passes is tried again; everything else is said beside the case, which stays on the new version."""
    entry = _waiting(session, migration_id, case_id)
    if entry is None:
        return
    entry.attempts += 1
    if migration_jobs.stands(refusal) or entry.attempts >= migration_jobs.MOST_ATTEMPTS:
        entry.state, entry.reason, entry.at = "kept", migration_jobs.told(refusal), clock.now()


def _close() -> None:
    """An order without cases that wait is done."""
    waiting = select(MigratedCase.case_id).where(
        MigratedCase.migration_id == MigrationUndo.migration_id, MigratedCase.state == "undoing"
    )
    finished = update(MigrationUndo).where(MigrationUndo.state == "running", ~waiting.exists())
    with transaction() as session:
        session.execute(
            finished.values(state="done", ended_at=clock.now()), execution_options={"synchronize_session": False}
        )
