"""Migrations of many cases (批量迁移): ordered on a page, done by the worker case by case, canceled, followed, undone.

The rule: each case has its own transaction and is looked at again under its lock; one that cannot go over stays on its
old version with the reason beside it. What waits, waits in a row of its own, so that a killed worker loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import asking, execution, migrating, migration_plans
from engine.casework.claims import attempt
from engine.casework.migration_plans import MigrationPlan
from engine.casework.models import Case, CaseMigration, MigratedCase
from engine.db import reading, transaction
from engine.errors import Conflict, ExecutionFailed, Invalid, NotFound, Refusal, Unavailable
from engine.registry import access, actors
from engine.registry.actors import Actor

BATCH = 100
MOST_ATTEMPTS = 5
LISTED = 200


@dataclass(frozen=True)
class Entry:
    """One case of an order, by its number."""

    case_no: str
    state: str
    reason: str


@dataclass(frozen=True)
class Progress:
    """How far an order is. `entries`: those that failed first, then those that could not come back, then those that
    went over, two hundred at most."""

    order: CaseMigration
    counts: Mapping[str, int]
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.total - self.counts.get("waiting", 0)

    @property
    def went(self) -> int:
        """How many went over, those included that came back or shall."""
        return sum(self.counts.get(state, 0) for state in ("moved", "undoing", "undone", "kept"))


def start(
    session: Session, wanted: MigrationPlan, *, actor: Actor, reason: str, key: str, case_no: str = ""
) -> CaseMigration:
    """Order the migration of all cases concerned, or of one. The same click again gives the same order."""
    access.require(actor, migration_plans.POLICY)
    words = asking.checked("reason", reason, shortest=migrating.SHORTEST_REASON)
    assert actor.id is not None
    given = (wanted.old.id, wanted.new.id, dict(wanted.mapping), words, actor.id)
    before = session.scalar(select(CaseMigration).where(CaseMigration.key == key))
    if before is not None:
        if given != (before.from_version_id, before.to_version_id, before.mapping, before.reason, before.started_by):
            raise _used(key)
        return before
    order = CaseMigration(
        key=key, process_key=wanted.new.process_key, from_version_id=wanted.old.id, to_version_id=wanted.new.id,
        mapping=dict(wanted.mapping), reason=words, started_by=actor.id, started_at=clock.now(),
    )  # fmt: skip
    session.add(order)
    try:
        session.flush()
    except IntegrityError as error:
        raise _used(key) from error
    _list(session, order, wanted, case_no.strip())
    return order


def _used(key: str) -> Invalid:
    return Invalid(
        f"Expected a fresh idempotency key, but {key!r} was used before", notice="页面已过期，请返回上一页重新核对"
    )


def _list(session: Session, order: CaseMigration, wanted: MigrationPlan, case_no: str) -> None:
    of_order: ColumnElement[bool] = migration_plans.concerned(wanted)
    if case_no:
        of_order = of_order & (Case.case_no == case_no)
    cases = select(literal(order.id), Case.id, literal("waiting"), literal(0)).where(of_order)
    columns = [MigratedCase.migration_id, MigratedCase.case_id, MigratedCase.state, MigratedCase.attempts]
    made = insert(MigratedCase).from_select(columns, cases).returning(MigratedCase.case_id)
    if not session.execute(made).all():
        if case_no:
            raise Invalid(
                f"Expected a case {case_no} on version {wanted.old.id}, but there is none",
                problems={"case_no": ["原版本上没有这个编号的在办办件"]},
            )
        raise Conflict(
            f"Expected cases on version {wanted.old.id}, but there are none", notice="原版本上没有在办的办件，无需迁移"
        )


def cancel(session: Session, migration_id: int, *, actor: Actor) -> CaseMigration:
    """停止: what has not gone over yet stays; what has, stays where it is."""
    access.require(actor, migration_plans.POLICY)
    order = fetch(session, migration_id, lock=True)
    if order.state != "running":
        raise Conflict(
            f"Expected migration {migration_id} to run, but it is {order.state}", notice="这次迁移已经结束，无需停止"
        )
    waiting = (MigratedCase.migration_id == migration_id, MigratedCase.state == "waiting")
    session.execute(update(MigratedCase).where(*waiting).values(state="skipped", at=clock.now()))
    order.state, order.ended_at, order.canceled_by = "canceled", clock.now(), actor.id
    return order


def undo(
    session: Session, migration_id: int, case_no: str, *, actor: Actor, reason: str, key: str | None = None
) -> None:
    """撤销 the migration of one case of the order."""
    order = get(session, migration_id, actor)
    require_in(session, order, case_no)
    case_id, seq = migrating.undo(session, case_no, actor=actor, reason=reason, key=key)
    still = MigratedCase.state.in_(("moved", "undoing", "kept"))
    undone = (MigratedCase.case_id == case_id, MigratedCase.seq == seq, still)
    session.execute(update(MigratedCase).where(*undone).values(state="undone", reason=reason.strip(), at=clock.now()))


def require_in(session: Session, order: CaseMigration, case_no: str) -> None:
    """Raises NotFound for a case that the order does not concern."""
    listed = select(MigratedCase.case_id).join(Case, Case.id == MigratedCase.case_id)
    if session.scalar(listed.where(MigratedCase.migration_id == order.id, Case.case_no == case_no)) is None:
        raise NotFound(f"Expected case {case_no} in migration {order.id}, but it is not", notice="没有找到这个办件")


# the worker's part


def run_due() -> int:
    """Let a batch of the cases that wait go over; returns how many were looked at."""
    wanted = select(MigratedCase.migration_id, MigratedCase.case_id).where(MigratedCase.state == "waiting")
    order = (MigratedCase.attempts, MigratedCase.migration_id, MigratedCase.case_id)
    with reading() as session:
        running = session.scalars(select(CaseMigration.id).where(CaseMigration.state == "running")).all()
        due = session.execute(wanted.order_by(*order).limit(BATCH)).all() if running else []
    for migration_id, case_id in due:
        attempt(partial(_move, migration_id, case_id), partial(_note, migration_id, case_id))
    if running:
        _close()
    return len(due)


def _move(migration_id: int, case_id: int) -> None:
    with transaction() as session:
        order = session.get_one(CaseMigration, migration_id)
        actor = actors.staff(session, order.started_by)
        with execution.open_case(session, case_id, actor=actor, even_suspended=True) as running:
            row = _waiting(session, migration_id, case_id)
            if row is None:
                return
            wanted = migration_plans.plan(
                session, order.from_version_id, order.to_version_id, order.mapping, actor=actor
            )
            row.seq = migrating.migrate(session, case_id, wanted, actor=actor, reason=order.reason)
            row.state, row.at, row.reason = "moved", running.now, None
            session.flush()


def _waiting(session: Session, migration_id: int, case_id: int) -> MigratedCase | None:
    """The case's row as it is now that its case is locked; None when another worker or a cancellation was faster."""
    return entry(session, migration_id, case_id, "waiting")


def entry(session: Session, migration_id: int, case_id: int, state: str) -> MigratedCase | None:
    """The row of a case in an order, locked, as long as it is in that state."""
    wanted = select(MigratedCase).where(MigratedCase.migration_id == migration_id, MigratedCase.case_id == case_id)
    row = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    return row if row is not None and row.state == state else None


def _note(migration_id: int, case_id: int, session: Session, refusal: Refusal) -> None:
    """What passes is tried again; everything else is said beside the case, which stays as it was."""
    row = _waiting(session, migration_id, case_id)
    if row is None:
        return
    row.attempts += 1
    if stands(refusal) or row.attempts >= MOST_ATTEMPTS:
        row.state, row.reason, row.at = "failed", told(refusal), clock.now()


def stands(refusal: Refusal) -> bool:
    """Whether it would be refused again; what another act or an outage has caused passes."""
    passes = isinstance(refusal, Unavailable) or (isinstance(refusal, Conflict) and "notice" not in vars(refusal))
    return not passes


def told(refusal: Refusal) -> str:
    """What stands beside the case."""
    at = f"：出错的元素是 {refusal.element_id}" if isinstance(refusal, ExecutionFailed) and refusal.element_id else ""
    return f"{refusal.notice}{at}"


def _close() -> None:
    """An order without waiting cases is done."""
    waiting = select(MigratedCase.case_id).where(
        MigratedCase.migration_id == CaseMigration.id, MigratedCase.state == "waiting"
    )
    finished = update(CaseMigration).where(CaseMigration.state == "running", ~waiting.exists())
    with transaction() as session:
        session.execute(
            finished.values(state="done", ended_at=clock.now()), execution_options={"synchronize_session": False}
        )


# looking


def get(session: Session, migration_id: int, actor: Actor) -> CaseMigration:
    """An order for those who look after policies or audit."""
    access.require(actor, migration_plans.POLICY, "auditor", "platform_ops", "discipline")
    return fetch(session, migration_id)


def fetch(session: Session, migration_id: int, *, lock: bool = False) -> CaseMigration:
    """An order, locked if need be. Raises NotFound."""
    wanted = select(CaseMigration).where(CaseMigration.id == migration_id)
    order = session.scalar(wanted.with_for_update() if lock else wanted)
    if order is None:
        raise NotFound(f"Expected migration {migration_id}, but there is none", notice="没有找到这次迁移")
    return order


def progress(session: Session, migration_id: int, actor: Actor) -> Progress:
    """How far it is, and what became of the cases."""
    order = get(session, migration_id, actor)
    of_order = MigratedCase.migration_id == order.id
    counted = select(MigratedCase.state, func.count().label("cases")).where(of_order).group_by(MigratedCase.state)
    listed = select(Case.case_no, MigratedCase.state, MigratedCase.reason).join(Case, Case.id == MigratedCase.case_id)
    listed = listed.where(of_order, MigratedCase.state.not_in(("waiting", "skipped")))
    rows = session.execute(listed.order_by(MigratedCase.state, MigratedCase.case_id).limit(LISTED))
    entries = tuple(Entry(row.case_no, row.state, row.reason or "") for row in rows)
    return Progress(order, {row.state: row.cases for row in session.execute(counted)}, entries)


def of_version(session: Session, version_id: int) -> list[CaseMigration]:
    """The orders to or from a version, the latest first."""
    ends = or_(CaseMigration.from_version_id == version_id, CaseMigration.to_version_id == version_id)
    return list(session.scalars(select(CaseMigration).where(ends).order_by(CaseMigration.id.desc()).limit(20)))
