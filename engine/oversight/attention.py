"""Numbers a supervisor can act on (督办首屏): due today, overdue, open for more than 7 and 10 days, under way as works,
unanswered orders.

The rule: a number and the list behind it come from one condition, so that they can never differ. Counted is what the
actor watches over by post, and can send an order about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, bindparam, exists, extract, func, literal_column, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.casework import listed
from engine.casework.listed import Listed
from engine.casework.models import Case, UserTask
from engine.casework.paging import MOST_COUNTED, Order, Page, Query, bounded, counting_any, first, keys, place_of
from engine.casework.progress import LONG_TERM
from engine.db import Moment
from engine.errors import NotFound
from engine.oversight import exports
from engine.registry import access
from engine.registry.actors import Actor

T = TypeVar("T")

ORDERS = "supervise"
# Days after which the county [S2 §17] and the province [S1 §22] look at a case that has not ended.
LONG = {"week": 7, "ten": 10}
KINDS = ("today", "overdue", *LONG, "works", "orders")

# Of these the list begins with what began longest ago, of the others with what should have been done longest ago.
_BY_AGE = (*LONG, "works", "orders")
_BEGUN = Order(("begun_at",), lambda rows: (rows.begun_at.asc(), rows.id.asc()))
_DUE = Order(("due_at",), lambda rows: (rows.due_at.asc().nulls_last(), rows.id.asc()))
# By which the first are taken where there are too many to put all in order: the index has them so. A case is accepted
# soon after it was raised, so those raised first are those begun first, or nearly.
_FIRST = SimpleNamespace(id=Case.id, begun_at=Case.started_at, due_at=UserTask.due_at)

# Written out, because an index over some rows only is not used for a value that comes later.
_OPEN: ColumnElement[str] = literal_column("'open'")
_ENDED: ColumnElement[str] = literal_column("'ended'")
_WORKS: ColumnElement[str] = literal_column(f"'{LONG_TERM}'")
# Nobody is expected to answer while the order is suspended.
_UNANSWERED = (Case.subject_id.is_not(None), Case.process_key == ORDERS, Case.state != _ENDED, Case.state == "active")
_NOW = bindparam("now", type_=Moment)
_MIDNIGHT = bindparam("midnight", type_=Moment)


def listing(
    session: Session,
    actor: Actor,
    kind: str,
    *,
    page: int = 1,
    size: int = 30,
    counted: Mapping[str, int] | None = None,
) -> Page[Listed]:
    """The cases behind one number: what began longest ago, or should have been done longest ago, comes first. For
    `orders`: the companions that are the orders. `counted`: what `counts` said just now."""
    if kind not in KINDS:
        raise NotFound(f"Expected one of {KINDS}, but got {kind!r}", notice="没有这个列表")
    dialect, moments = _dialect(session), _moments()
    here = bounded((counted or counts(session, actor))[kind], page, size)
    if not here.total:
        return here
    wanted = session.connection().execute(_keys(actor, kind, dialect, here.more), {**moments, **place_of(here)})
    return here.with_rows(listed.in_order(session, wanted.scalars().all()))


def every(session: Session, actor: Actor, kind: str, read: Callable[[Sequence[Listed]], Sequence[T]]) -> Iterator[T]:
    """What `read` makes of all the same, a part at a time. Raises Invalid when they are too many to take out."""
    if kind not in KINDS:
        raise NotFound(f"Expected one of {KINDS}, but got {kind!r}", notice="没有这个列表")
    more = counts(session, actor)[kind] > MOST_COUNTED
    statement = _keys(actor, kind, _dialect(session), more)
    keys = session.connection().execute(statement, {**_moments(), **first(exports.MOST + 1)}).scalars().all()
    return exports.in_parts(keys, lambda part: read(listed.in_order(session, part)))


@lru_cache(maxsize=256)
def _keys(actor: Actor, kind: str, dialect: str, more: bool) -> Query:
    """The statement of `listing`, kept as that of `counts` is. Of more orders than are counted the oldest lead."""
    if kind == "orders" and not more:
        return keys(_urgent_orders(actor), _FIRST, _DUE, more=False)
    return keys(_ways(actor, kind, dialect), _FIRST, _BEGUN if kind in _BY_AGE else _DUE, more=more)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many cases stand behind each number, counted up to `paging.MOST_COUNTED` and one."""
    counting = session.connection().execute(_counting(actor, _dialect(session)), _moments())
    return dict(zip(KINDS, counting.one(), strict=True))


@lru_cache(maxsize=64)
def _counting(actor: Actor, dialect: str) -> Query:
    """The statement of `counts`, kept because to put it together takes longer than to count."""
    return select(*(counting_any(_ways(actor, kind, dialect)) for kind in KINDS))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _moments() -> dict[str, datetime]:
    now = clock.now()
    return {
        "now": now,
        "midnight": clock.midnight(now),
        **{kind: now - timedelta(days=days) for kind, days in LONG.items()},
    }


@lru_cache(maxsize=256)
def _ways(actor: Actor, kind: str, dialect: str) -> list[Query]:
    """The running cases of this kind over which the actor watches, each way to do so by itself; over an order whoever
    watches over its case."""
    if kind == "orders":
        return _orders(actor)
    seen = [and_(Case.subject_id.is_(None), Case.state != _ENDED, way) for way in access.watched_ways(actor, Case)]
    if kind == "works":
        return [_begun(way, Case.status == _WORKS) for way in seen]
    if kind in LONG:
        return [_begun(way, Case.status != LONG_TERM, _open_longer_than(LONG[kind], kind, dialect)) for way in seen]
    return [_waiting(way, Case.clock_stopped_at.is_(None), within=lambda task: _due(kind, task)) for way in seen]


def _begun(*conditions: ColumnElement[bool]) -> Query:
    return select(Case.id, func.coalesce(Case.accepted_at, Case.started_at).label("begun_at")).where(*conditions)


def _orders(actor: Actor) -> list[Query]:
    """The orders that somebody has to answer."""
    waits = exists().where(UserTask.case_id == Case.id, UserTask.state == _OPEN)
    begun = select(Case.id, Case.started_at.label("begun_at")).where(*_UNANSWERED, waits)
    return [query.order_by(Case.started_at) for query in _beside(begun, actor)]


def _urgent_orders(actor: Actor) -> list[Query]:
    """The same, each with its most urgent step."""
    return _beside(_waiting(*_UNANSWERED, within=lambda _task: true()).order_by(None), actor)


def _beside(companions: Query, actor: Actor) -> list[Query]:
    """Those of the companions over whose case the actor watches, each way by itself."""
    subject = aliased(Case)
    # A companion lies where its case does, which its index knows.
    beside = and_(subject.id == Case.subject_id, subject.county_code == Case.county_code)
    return [companions.join(subject, beside).where(way) for way in access.watched_ways(actor, subject)]


def _waiting(*conditions: ColumnElement[bool], within: Any) -> Query:
    """The cases in which a person has to do something that lies `within`, each with the most urgent of it."""
    other = aliased(UserTask)
    sooner = or_(
        other.due_at < UserTask.due_at,
        and_(UserTask.due_at.is_(None), other.due_at.is_not(None)),
        and_(other.due_at.is_not_distinct_from(UserTask.due_at), other.id < UserTask.id),
    )
    more_urgent = select(other.id).where(other.case_id == UserTask.case_id, other.state == _OPEN, within(other), sooner)
    wanted = select(Case.id, UserTask.due_at).select_from(UserTask).join(Case, Case.id == UserTask.case_id)
    found = wanted.where(UserTask.state == _OPEN, within(UserTask), ~more_urgent.exists(), *conditions)
    return found.order_by(UserTask.due_at)


def _due(kind: str, task: Any) -> ColumnElement[bool]:
    overdue: ColumnElement[bool] = task.due_at < _NOW
    return overdue if kind == "overdue" else and_(task.due_at >= _NOW, task.due_at <= _MIDNIGHT)


def _open_longer_than(days: int, moment: str, dialect: str) -> ColumnElement[bool]:
    """Begun so many days ago (before `moment`, a parameter), the time in which the clock stood still taken out."""
    begun = func.coalesce(Case.accepted_at, Case.started_at)
    before = bindparam(moment, type_=Moment)
    stood = Case.stopped_seconds + func.coalesce(_seconds(_NOW, Case.clock_stopped_at, dialect), 0)
    # What was raised before is found by an index; what begun means is said behind it.
    return and_(Case.started_at < before, begun < before, _seconds(_NOW, begun, dialect) - stood > days * 86_400)


def _seconds(later: Any, earlier: Any, dialect: str) -> ColumnElement[Any]:
    """How many seconds lie between two moments; databases subtract them differently."""
    if dialect == "postgresql":
        return extract("epoch", later) - extract("epoch", earlier)
    return (func.julianday(later) - func.julianday(earlier)) * 86_400
