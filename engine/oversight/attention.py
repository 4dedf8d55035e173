"""Numbers a supervisor can act on (督办首屏): due today, overdue, open for more than 7 and 10 days, under way as works,
unanswered orders.

The rule: a number and the list behind it come from one condition, so that they can never differ.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.casework.models import Case, UserTask
from engine.casework.paging import Page, page_of
from engine.casework.progress import LONG_TERM
from engine.errors import NotFound
from engine.registry import access
from engine.registry.actors import Actor

ORDERS = "supervise"
# Days after which the county [S2 §17] and the province [S1 §22] look at a case that has not ended.
LONG = {"week": 7, "ten": 10}
KINDS = ("today", "overdue", *LONG, "works", "orders")


def listing(session: Session, actor: Actor, kind: str, *, page: int = 1, size: int = 30) -> Page[Case]:
    """The cases behind one number, the latest first. For `orders`: the companions that are the orders."""
    if kind not in KINDS:
        raise NotFound(f"Expected one of {KINDS}, but got {kind!r}", notice="没有这个列表")
    return page_of(session, _wanted(session, actor, kind).order_by(*_latest_first(kind)), page=page, size=size)


def _latest_first(kind: str) -> tuple[ColumnElement[Any], ...]:
    """What began longest ago, or what should have been done longest ago, comes first."""
    if kind in LONG or kind == "works":
        return func.coalesce(Case.accepted_at, Case.started_at).asc(), Case.id.asc()
    due = select(func.min(UserTask.due_at)).where(UserTask.case_id == Case.id, UserTask.state == "open")
    return due.scalar_subquery().asc().nulls_last(), Case.id.asc()


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many cases stand behind each number."""
    return {
        kind: session.scalar(select(func.count()).select_from(_wanted(session, actor, kind).subquery())) or 0
        for kind in KINDS
    }


def _wanted(session: Session, actor: Actor, kind: str) -> Select[Case]:
    """The running cases of this kind that the actor may see; an order is seen by whoever sees its case."""
    running = select(Case).where(Case.state != "ended")
    if kind == "orders":
        subject = aliased(Case)
        seen = select(subject.id).where(access.case_condition(actor, subject))
        active = running.where(Case.state == "active")  # nobody is expected to answer while the case is suspended
        return active.where(Case.process_key == ORDERS, Case.subject_id.in_(seen), _waits())
    own = running.where(Case.subject_id.is_(None), access.case_condition(actor, Case))
    now = clock.now()
    if kind == "works":
        return own.where(Case.status == LONG_TERM)
    if kind in LONG:
        return own.where(Case.status != LONG_TERM, _open_since(session, now - timedelta(days=LONG[kind])))
    return own.where(Case.clock_stopped_at.is_(None), _waits(_due(kind, now)))


def _due(kind: str, now: datetime) -> ColumnElement[bool]:
    if kind == "overdue":
        return UserTask.due_at < now
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return and_(UserTask.due_at >= now, UserTask.due_at <= midnight)


def _waits(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A person has to do something about the case, under these conditions."""
    return select(UserTask.id).where(UserTask.case_id == Case.id, UserTask.state == "open", *conditions).exists()


def _open_since(session: Session, moment: datetime) -> ColumnElement[bool]:
    """Begun before `moment`, the time in which the clock stood still taken out."""
    begun = func.coalesce(Case.accepted_at, Case.started_at)
    old = and_(Case.state != "ended", begun < moment)
    # Few cases ever stood still; each of those is reckoned by itself, because databases subtract moments differently.
    paused = session.scalars(select(Case).where(old, (Case.stopped_seconds > 0) | Case.clock_stopped_at.is_not(None)))
    young = [case.id for case in paused if _moved_by(case, clock.now()) >= moment]
    return and_(begun < moment, Case.id.not_in(young))


def _moved_by(case: Case, now: datetime) -> datetime:
    """When the case would have begun, had its clock never stood still."""
    standing = now - case.clock_stopped_at if case.clock_stopped_at is not None else timedelta()
    return (case.accepted_at or case.started_at) + timedelta(seconds=case.stopped_seconds) + standing
