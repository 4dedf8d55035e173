"""Worklists (待办): which tasks a person finds under which heading, one page at a time.

What may be seen is decided in the query itself (`registry.access`), never in a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, literal_column, or_, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import listed, numbering, segregation
from engine.casework.clocks import Chip, chip
from engine.casework.listed import Listed
from engine.casework.models import Case, UserTask
from engine.casework.paging import (
    MOST_COUNTED,
    Order,
    Page,
    Statements,
    asked_for,
    bounded,
    counting_any,
    rows_of,
    statements,
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
    "due": Order(("in_turn", "due_at"), lambda rows: (rows.in_turn, rows.due_at.asc().nulls_last(), rows.id)),
    "newest": Order((), lambda rows: (rows.id.desc(),)),
    "item": Order(("item_code", "due_at"), lambda rows: (rows.item_code, rows.due_at.asc().nulls_last(), rows.id)),
    "region": Order(
        ("region_code", "due_at"), lambda rows: (rows.region_code, rows.due_at.asc().nulls_last(), rows.id)
    ),
}
LAST_ENDED = Order(("ended_at",), lambda rows: (rows.ended_at.desc(), rows.id.desc()))

# Written out, because an index over some rows only is not used for a value that comes later.
_OPEN: ColumnElement[str] = literal_column("'open'")
_SUSPENDED: ColumnElement[str] = literal_column("'suspended'")
_ENDED: ColumnElement[str] = literal_column("'ended'")
_NOW = bindparam("now", type_=Moment)
_MIDNIGHT = bindparam("midnight", type_=Moment)
_RECENTLY = bindparam("recently", type_=Moment)
# The applicant's name begins so. Ratings are not found by it, because some are anonymous and finding tells.
_NAMED = and_(Case.process_key != RATING, Case.applicant_name.like(bindparam("name_like"), escape=numbering.ESCAPE))


@dataclass(slots=True)
class Waiting:
    """What one line says of a task, and what it takes to know whose it is."""

    id: int
    case_id: int
    kind: str
    element_id: str
    name: str
    item_code: str
    role_key: str
    region_code: str
    state: str
    assignee_id: int | None
    owner_id: int | None
    created_at: datetime
    claimed_at: datetime | None
    due_at: datetime | None
    due_unit: str | None
    remind_at: datetime | None
    ended_at: datetime | None


WAITING = [UserTask.__table__.c[one.name] for one in fields(Waiting)]


@dataclass(frozen=True)
class Row:
    """One line of a worklist."""

    task: Waiting
    case: Listed
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


class Narrowed(NamedTuple):
    """By what a list is narrowed; of its words only the kind (`numbering.SAYING`), "" for no words."""

    item: str | None = None
    step: str | None = None
    region: str | None = None
    due: str | None = None
    case_no: str | None = None
    words: str = ""

    @property
    def asks_of_case(self) -> bool:
        return bool(self.due or self.case_no or self.words)


def _filters(asked: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.item:
        found.append(UserTask.item_code == asked.item)
    if asked.step:
        found.append(UserTask.name == asked.step)
    if asked.region:
        found.append(regions.within(UserTask.region_code, regions.prefix_of(asked.region)))
    if asked.due:
        found.append(_due(asked.due))
    if asked.case_no:
        found.append(Case.case_no == bindparam("case_no"))
    if asked.words:
        found.append(or_(numbering.SAYING[asked.words], _NAMED))
    return found


def _due(due: str) -> ColumnElement[bool]:
    found = {
        "overdue": _overdue(_NOW),
        "today": and_(UserTask.due_at >= _NOW, UserTask.due_at <= _MIDNIGHT, Case.state != "suspended"),
        "soon": and_(UserTask.remind_at <= _NOW, UserTask.due_at >= _NOW, Case.state != "suspended"),
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
    words, now = text.strip(), clock.now()
    shape, given = numbering.meaning(words) if words else ("", {})
    given |= {"name_like": numbering.beginning(words), "case_no": case_no, "now": now, "midnight": clock.midnight(now)}
    narrowed = Narrowed(item, step, region, due, case_no and "given", shape)
    asked = _asking(actor, scope, narrowed, sort if sort in SORTS else "due")
    if counted is not None and narrowed == Narrowed() and scope in counted and scope != "finished":
        here = bounded(counted[scope], page, size)
        here = here.with_rows(rows_of(session, asked, given, here))
    else:
        here = asked_for(session, asked, given, page, size)
    return here.with_rows(_rows(session, here.rows, now))


@lru_cache(maxsize=512)
def _asking(actor: Actor, scope: str, narrowed: Narrowed, sort: str) -> Statements:
    """The statements of `listing`, kept because to put them together takes longer than to ask."""
    order = SORTS[sort] if scope != "finished" else LAST_ENDED
    narrowing, with_case = _filters(narrowed), scope in _OF_CASES or narrowed.asks_of_case
    found = [_query(order.of(UserTask), way, *narrowing, with_case=with_case) for way in ways(actor, scope)]
    rows = select(*WAITING, Region.name, Account.name, *listed.COLUMNS)
    rows = rows.select_from(UserTask).join(Case, Case.id == UserTask.case_id)
    rows = rows.outerjoin(Region, Region.code == UserTask.region_code)
    return statements(found, UserTask, order, rows.outerjoin(Account, Account.id == UserTask.assignee_id))


def _rows(session: Session, found: Sequence[Any], now: datetime) -> list[Row]:
    """The lines of these rows: of the task, its place and assignee, and of its case."""
    tasks, beside = len(WAITING), len(WAITING) + 2
    cases = listed.complete(session, [Listed(*row[beside:]) for row in found])
    lines = ((Waiting(*row[:tasks]), case, *row[tasks:beside]) for row, case in zip(found, cases, strict=True))
    return [Row(task, case, name or "", who, chip_of(session, task, case, now)) for task, case, name, who in lines]


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


def chip_of(session: Session, task: UserTask | Waiting, case: Case | Listed, now: datetime) -> Chip:
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
