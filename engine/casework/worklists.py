"""Worklists (待办): which tasks a person finds under which heading, one page at a time.

What may be seen is decided in the query itself (`registry.access`), never in a page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import numbering
from engine.casework.clocks import Chip, chip
from engine.casework.models import Case, UserTask
from engine.casework.paging import Page, bounds, counting
from engine.errors import Invalid
from engine.registry import access, calendars, regions
from engine.registry.actors import Actor
from engine.registry.models import Account, Region

Columns = TypeVarTuple("Columns")
ALL = "all"
RATING = "rating"
SCOPES = ("mine", "group", "overdue", "supervised", "waiting", "finished")
SORTS: dict[str, Any] = {
    "due": (UserTask.due_at.asc().nulls_last(), UserTask.id),
    "newest": (UserTask.id.desc(),),
    "item": (UserTask.item_code, UserTask.due_at.asc().nulls_last(), UserTask.id),
    "region": (UserTask.region_code, UserTask.due_at.asc().nulls_last(), UserTask.id),
}


@dataclass(frozen=True)
class Row:
    """One line of a worklist."""

    task: UserTask
    case: Case
    region_name: str
    assignee_name: str | None
    chip: Chip


def scope_condition(actor: Actor, scope: str) -> ColumnElement[bool]:
    """What stands under a heading. mine: in my hands; group: free in my group; overdue and supervised: of both;
    waiting: cases I worked on that wait for others, what I asked others for, and what I submitted that waits for
    signatures; finished: what I completed; all: mine and my group's. A suspended case's tasks are not overdue."""
    if scope not in (*SCOPES, ALL):
        raise Invalid(f"Expected a scope of {(*SCOPES, ALL)}, but got {scope!r}", notice="没有这个列表")
    if not actor.is_staff:
        return false()  # a citizen's number is no account's
    is_open = UserTask.state == "open"
    own = and_(UserTask.assignee_id == actor.id, UserTask.submission_id.is_(None) | (UserTask.kind == "cosign"))
    reachable = access.task_condition(actor, UserTask)
    within_reach = and_(is_open, reachable, or_(own, UserTask.assignee_id.is_(None)))
    if scope == ALL:
        return within_reach
    if scope == "mine":
        return and_(is_open, own, reachable)
    if scope == "group":
        return and_(is_open, UserTask.assignee_id.is_(None), reachable)
    if scope == "overdue":
        return and_(within_reach, _overdue(clock.now()))
    if scope == "supervised":
        return and_(within_reach, Case.supervised.is_(True))
    if scope == "finished":
        return and_(UserTask.state == "completed", UserTask.completed_by == actor.id)
    worked_on = select(UserTask.case_id).where(UserTask.completed_by == actor.id).scalar_subquery()
    submitted = and_(UserTask.assignee_id == actor.id, UserTask.submission_id.is_not(None), UserTask.kind == "step")
    others = or_(UserTask.case_id.in_(worked_on), UserTask.owner_id == actor.id, submitted)
    return and_(is_open, others, ~and_(reachable, or_(own, UserTask.assignee_id.is_(None))))


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(UserTask.due_at < now, Case.state != "suspended")


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
        found.append(or_(numbering.containing(words), _named(words)))
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
) -> Page[Row]:
    """One page of the actor's worklist. `due`: today, soon or overdue; `sort`: due, newest, item or region."""
    conditions = [scope_condition(actor, scope)]
    conditions += _filters(item=item, step=step, region=region, due=due, text=text, case_no=case_no)
    here = bounds(session, _joined(select(UserTask.id)).where(*conditions), page, size)
    order = SORTS.get(sort, SORTS["due"]) if scope != "finished" else (UserTask.ended_at.desc(), UserTask.id.desc())
    wanted = _joined(select(UserTask, Case, Region.name, Account.name)).where(*conditions).order_by(*order)
    wanted = wanted.outerjoin(Region, Region.code == UserTask.region_code)
    wanted = wanted.outerjoin(Account, Account.id == UserTask.assignee_id)
    found = session.execute(wanted.limit(here.size).offset(here.offset)).all()
    now = clock.now()
    rows = [Row(task, case, name or "", who, chip_of(session, task, case, now)) for task, case, name, who in found]
    return here.with_rows(rows)


def steps(session: Session, actor: Actor, scope: str) -> list[str]:
    """The names of the steps that stand under a heading, to narrow the list to one of them."""
    wanted = _joined(select(UserTask.name)).where(scope_condition(actor, scope)).distinct()
    return list(session.scalars(wanted.order_by(UserTask.name)))


def _joined(wanted: Select[*Columns]) -> Select[*Columns]:
    return wanted.select_from(UserTask).join(Case, Case.id == UserTask.case_id)


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
    recent = UserTask.ended_at >= clock.now() - timedelta(days=30)
    within = {scope: and_(scope_condition(actor, scope), recent if scope == "finished" else true()) for scope in SCOPES}
    wanted = [counting(_joined(select(UserTask.id)).where(condition)) for condition in within.values()]
    return dict(zip(SCOPES, session.execute(select(*wanted)).one(), strict=True))
