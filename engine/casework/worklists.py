"""Worklists (待办): which tasks a person finds under which heading, one page at a time.

What may be seen is decided in the query itself (`registry.access`), never in a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, literal_column, or_, select, true
from sqlalchemy.orm import Session, defer

from engine import clock
from engine.casework import numbering, segregation
from engine.casework.clocks import Chip, chip
from engine.casework.models import Case, UserTask
from engine.casework.paging import (
    MOST_COUNTED,
    Order,
    Page,
    bounded,
    bounds_of_any,
    counting_any,
    keys,
    united,
)
from engine.db import Moment
from engine.errors import Invalid
from engine.registry import access, calendars, regions
from engine.registry.actors import Actor
from engine.registry.models import Account, Region

ALL = "all"
RATING = "rating"
SCOPES = ("mine", "group", "overdue", "supervised", "waiting", "finished")
# The headings that ask something about the case.
_OF_CASES = ("overdue", "supervised")
SORTS: dict[str, Order] = {
    "due": Order(("due_at",), lambda rows: (rows.due_at.asc().nulls_last(), rows.id)),
    "newest": Order((), lambda rows: (rows.id.desc(),)),
    "item": Order(("item_code", "due_at"), lambda rows: (rows.item_code, rows.due_at.asc().nulls_last(), rows.id)),
    "region": Order(
        ("region_code", "due_at"), lambda rows: (rows.region_code, rows.due_at.asc().nulls_last(), rows.id)
    ),
}
# What no list shows of a case.
_IN_LISTS = tuple(defer(column) for column in (Case.state_blob, Case.outcome_text))
LAST_ENDED = Order(("ended_at",), lambda rows: (rows.ended_at.desc(), rows.id.desc()))

# Written out, because an index over some rows only is not used for a value that comes later.
_OPEN: ColumnElement[str] = literal_column("'open'")
_SUSPENDED: ColumnElement[str] = literal_column("'suspended'")
_ENDED: ColumnElement[str] = literal_column("'ended'")
_NOW = bindparam("now", type_=Moment)
_RECENTLY = bindparam("recently", type_=Moment)


@dataclass(frozen=True)
class Row:
    """One line of a worklist."""

    task: UserTask
    case: Case
    region_name: str
    assignee_name: str | None
    chip: Chip


@lru_cache(maxsize=256)
def ways(actor: Actor, scope: str) -> list[ColumnElement[bool]]:
    """What stands under a heading at the moment `now`, a parameter of the query, as the conditions of which any is
    enough. They are kept, because to put them together takes longer than to ask.

    mine: in my hands; group: free in my group; overdue and supervised: of both; waiting: cases I worked on that wait
    for others, what I asked others for, and what I submitted that waits for signatures; finished: what I completed;
    all: mine and my group's. A suspended case's tasks are not overdue.
    """
    if scope not in (*SCOPES, ALL):
        raise Invalid(f"Expected a scope of {(*SCOPES, ALL)}, but got {scope!r}", notice="没有这个列表")
    if not actor.is_staff:
        return []  # a citizen's number is no account's
    if scope == "finished":
        return [and_(UserTask.completed_by == actor.id, UserTask.state == "completed")]
    if scope == "waiting":
        return _waiting(actor)
    mine = and_(_in_my_hands(actor), access.task_condition(actor, UserTask))
    apart = ~segregation.barred(actor.id, UserTask.id)
    group = [and_(_free(), apart, way) for way in access.post_ways(actor, UserTask)]
    found = {"mine": [mine], "group": group}.get(scope, [mine, *group])
    if scope == "overdue":
        return [and_(way, _overdue(_NOW)) for way in found]
    supervised = and_(Case.supervised, Case.state != _ENDED)
    return [and_(way, supervised) for way in found] if scope == "supervised" else found


def _in_my_hands(actor: Actor) -> ColumnElement[bool]:
    own = and_(UserTask.assignee_id == actor.id, UserTask.submission_id.is_(None) | (UserTask.kind == "cosign"))
    return and_(UserTask.state == _OPEN, own)


def _free() -> ColumnElement[bool]:
    return and_(UserTask.state == _OPEN, UserTask.assignee_id.is_(None))


def _waiting(actor: Actor) -> list[ColumnElement[bool]]:
    worked_on = select(UserTask.case_id).where(UserTask.completed_by == actor.id)
    submitted = and_(UserTask.assignee_id == actor.id, UserTask.submission_id.is_not(None), UserTask.kind == "step")
    reachable = and_(access.task_condition(actor, UserTask), or_(_in_my_hands(actor), _free()))
    others = (UserTask.case_id.in_(worked_on), UserTask.owner_id == actor.id, submitted)
    return [and_(UserTask.state == _OPEN, way, ~reachable) for way in others]


def _overdue(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(UserTask.due_at < now, Case.state != _SUSPENDED)


def _filters(
    *, item: str | None, step: str | None, region: str | None, due: str | None, text: str, case_no: str | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if item:
        found.append(UserTask.item_code == item)
    if step:
        found.append(UserTask.name == step)
    if region:
        found.append(regions.within(UserTask.region_code, regions.prefix_of(region)))
    if due:
        found.append(_due(due))
    if case_no:
        found.append(Case.case_no == case_no)
    if text.strip():
        words = text.strip()
        found.append(or_(numbering.speaking_of(words), _named(words)))
    return found


def _named(words: str) -> ColumnElement[bool]:
    """The applicant's name begins so. Ratings are not found by it, because some are anonymous and finding tells."""
    return and_(Case.process_key != RATING, Case.applicant_name.startswith(words, autoescape=True))


def _due(due: str) -> ColumnElement[bool]:
    now = clock.now()
    tomorrow = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = {
        "overdue": _overdue(now),
        "today": and_(UserTask.due_at >= now, UserTask.due_at <= tomorrow, Case.state != "suspended"),
        "soon": and_(UserTask.remind_at <= now, UserTask.due_at >= now, Case.state != "suspended"),
    }
    if due not in found:
        raise Invalid(f"Expected one of {sorted(found)}, but got {due!r}", notice="没有这个时限筛选条件")
    return found[due]


def listing(
    session: Session,
    actor: Actor,
    *,
    scope: str = "group",
    item: str | None = None,
    step: str | None = None,
    region: str | None = None,
    due: str | None = None,
    text: str = "",
    case_no: str | None = None,
    page: int = 1,
    size: int = 30,
    sort: str = "due",
    counted: Mapping[str, int] | None = None,
) -> Page[Row]:
    """One page of the actor's worklist. `due`: today, soon or overdue; `sort`: due, newest, item or region; `counted`:
    what `counts` said just now, so that a whole list is not counted again."""
    order = SORTS.get(sort, SORTS["due"]) if scope != "finished" else LAST_ENDED
    narrowing = _filters(item=item, step=step, region=region, due=due, text=text, case_no=case_no)
    with_case, now = scope in _OF_CASES or bool(due or case_no or text.strip()), clock.now()
    columns = order.of(UserTask)
    found = [_query(columns, way, *narrowing, with_case=with_case) for way in ways(actor, scope)]
    if counted is not None and not narrowing and scope in counted and scope != "finished":
        here = bounded(counted[scope], page, size)
    else:
        here = bounds_of_any(session, found, page, size, now=now)
    return here.with_rows(_rows(session, keys(found, UserTask, order, here), order, now) if here.total else ())


def _rows(session: Session, wanted: Select[*tuple[Any, ...]], order: Order, now: datetime) -> list[Row]:
    """The tasks of these keys, with what is shown beside them."""
    rows = select(UserTask, Case, Region.name, Account.name).join(Case, Case.id == UserTask.case_id).options(*_IN_LISTS)
    rows = rows.outerjoin(Region, Region.code == UserTask.region_code)
    rows = rows.outerjoin(Account, Account.id == UserTask.assignee_id)
    found = session.execute(rows.where(UserTask.id.in_(wanted)).order_by(*order.by(UserTask)), {"now": now})
    return [Row(task, case, name or "", who, chip_of(session, task, case, now)) for task, case, name, who in found]


def steps(session: Session, actor: Actor, scope: str) -> list[str]:
    """The names of the steps that stand under a heading, to narrow the list to one of them; of what I completed those
    that I completed last."""
    wanted = _naming(actor, scope)
    given = {"now": clock.now()}
    return list(session.connection().execute(wanted, given).scalars()) if wanted is not None else []


@lru_cache(maxsize=256)
def _naming(actor: Actor, scope: str) -> Select[str] | None:
    """The statement of `steps`, kept as that of `counts` is; None where nothing can be found."""
    found = [_query([UserTask.name], way, with_case=scope in _OF_CASES) for way in ways(actor, scope)]
    if scope == "finished":
        found = [way.order_by(UserTask.ended_at.desc()).limit(MOST_COUNTED) for way in found]
    if not found:
        return None
    name = united(found).c.name
    return select(name).distinct().order_by(name)


def _query(columns: list[Any], *conditions: ColumnElement[bool], with_case: bool) -> Select[*tuple[Any, ...]]:
    """The tasks under these conditions. Their cases are joined only where something is asked about them."""
    wanted = select(*columns).select_from(UserTask)
    if with_case:
        wanted = wanted.join(Case, Case.id == UserTask.case_id)
    return wanted.where(*conditions)


def chip_of(session: Session, task: UserTask, case: Case, now: datetime) -> Chip:
    """The clock of a task; that of a finished one shows whether it was in time."""
    moment = task.ended_at if task.state == "completed" and task.ended_at is not None else now
    return chip(
        due_at=task.due_at,
        remind_at=task.remind_at,
        now=moment,
        calendar=calendars.load(session),
        supervised=case.supervised and task.state == "open",
        stopped=case.state == "suspended",
        unit=task.due_unit,
    )


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many tasks stand under each heading, counted up to `paging.MOST_COUNTED` and one; `finished` only of the last
    30 days."""
    now = clock.now()
    moments = {"now": now, "recently": now - timedelta(days=30)}
    return dict(zip(SCOPES, session.connection().execute(_counting(actor), moments).one(), strict=True))


@lru_cache(maxsize=64)
def _counting(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The statement of `counts`, kept because to put it together takes longer than to count."""
    recently = UserTask.ended_at >= _RECENTLY
    return select(*(_counted(actor, scope, recently if scope == "finished" else true()) for scope in SCOPES))


def _counted(actor: Actor, scope: str, further: ColumnElement[bool]) -> ColumnElement[int]:
    found = [_query([UserTask.id], way, further, with_case=scope in _OF_CASES) for way in ways(actor, scope)]
    return counting_any(found)
