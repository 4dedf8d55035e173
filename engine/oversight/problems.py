"""问题清单: what towns and departments have to put right, from every process that says it deals with such problems.

The rule: a process says by its properties what the problem is (`problem`), of which of its cases (`problemWhen`), and
whose it is (`problemUnit`); who looks sees those over whose cases they watch.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.casework import applying, listed, plans
from engine.casework.listed import Listed
from engine.casework.measure_counts import variable
from engine.casework.models import Case
from engine.casework.paging import Order, Page, Query, bounded, counting_any, first, keys, place_of
from engine.language import feel
from engine.language.bundle import Bundle
from engine.oversight import exports
from engine.registry import access, regions
from engine.registry.actors import Actor

T = TypeVar("T")

SAID, WHEN, UNIT = "problem", "problemWhen", "problemUnit"
STATES = ("open", "ended")
_NEWEST = Order((), lambda rows: (rows.id.desc(),))


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the process that deals with it, and of which variable and value its cases are problems."""

    process_key: str
    name: str
    variable: str
    value: str


@dataclass(frozen=True)
class Narrowed:
    """To which problems the list is narrowed; "" is all. `kind`: a process, `place`: a region's code."""

    kind: str = ""
    place: str = ""
    state: str = "open"


@dataclass(frozen=True)
class Problem:
    """A line of the list: `unit` is blank where the place says it already."""

    case: Listed
    kind: str
    text: str
    unit: str
    ended_at: datetime | None
    outcome: str


def kinds(session: Session, actor: Actor) -> list[Kind]:
    """The kinds that there are now where the actor has posts, by name."""
    places = {post.region_code for post in actor.posts}
    versions = {one for place in places for one in applying.actives(session, place, clock.now()).values()}
    bundles = (plans.bundle_of(session, version) for version in versions)
    found = {_kind(one) for one in bundles if SAID in one.process.properties}
    return sorted(found, key=lambda kind: (kind.name, kind.process_key))


def _kind(bundle: Bundle) -> Kind:
    name, _, value = bundle.process.properties.get(WHEN, "").partition("=")
    return Kind(bundle.process_id, bundle.process.name, name, value)


def listing(session: Session, actor: Actor, narrowed: Narrowed, *, page: int = 1, size: int = 30) -> Page[Problem]:
    """The problems, the newest first."""
    ways = _ways(session, actor, narrowed)
    here = bounded(session.scalar(select(counting_any(ways))) or 0, page, size)
    if not here.total:
        return here
    found = session.scalars(keys(ways, Case, _NEWEST, more=here.more), place_of(here)).all()
    return here.with_rows(_problems(session, found))


def every(
    session: Session, actor: Actor, narrowed: Narrowed, read: Callable[[Sequence[Problem]], Sequence[T]]
) -> Iterator[T]:
    """What `read` makes of all the same, a part at a time. Raises Invalid when they are too many to take out."""
    ways = _ways(session, actor, narrowed)
    found = session.scalars(keys(ways, Case, _NEWEST, more=True), first(exports.MOST + 1)).all() if ways else []
    return exports.in_parts(found, lambda part: read(_problems(session, part)))


def _ways(session: Session, actor: Actor, narrowed: Narrowed) -> list[Query]:
    """As `access` says it of cases of their own, and of those beside a case by the case."""
    wanted = [_is_of(session, kind) for kind in kinds(session, actor) if narrowed.kind in ("", kind.process_key)]
    asked: list[ColumnElement[bool]] = [or_(false(), *wanted)]
    if narrowed.state in STATES:
        asked.append(Case.state == "ended" if narrowed.state == "ended" else Case.state != "ended")
    if narrowed.place.isdecimal():
        asked.append(regions.within(Case.region_code, regions.prefix_of(narrowed.place)))
    subject = aliased(Case)
    beside = and_(subject.id == Case.subject_id, subject.county_code == Case.county_code)
    found = select(Case.id).where(*asked)
    return [
        *(found.where(Case.subject_id.is_(None), way) for way in access.watched_ways(actor, Case)),
        *(found.join(subject, beside).where(way) for way in access.watched_ways(actor, subject)),
    ]


def _is_of(session: Session, kind: Kind) -> ColumnElement[bool]:
    of_process = Case.process_key == kind.process_key
    if not kind.variable:
        return of_process
    said = variable(session, Case.variables, kind.variable)
    return and_(of_process, said == kind.value)


def _problems(session: Session, case_ids: Sequence[int]) -> list[Problem]:
    ended = {row.id: row for row in session.execute(
        select(Case.id, Case.ended_at, Case.outcome_text).where(Case.id.in_(case_ids))
    )}  # fmt: skip
    return [_problem(session, case, ended[case.id]) for case in listed.in_order(session, case_ids)]


def _problem(session: Session, case: Listed, ended: Any) -> Problem:
    process = plans.plan(session, case.version_id, case.called_versions).main.process
    told, said = case.variables or {}, process.properties
    return Problem(
        case, process.name, _words(said.get(SAID, ""), told), _words(said.get(UNIT, ""), told), ended.ended_at,
        ended.outcome_text or "",
    )  # fmt: skip


def _words(written: str, variables: Mapping[str, Any]) -> str:
    """What an expression of the process says with the case's variables; "" where it says nothing."""
    if not written.startswith("="):
        return written
    found = feel.compile(written[1:])({name: feel.to_feel(value) for name, value in variables.items()})
    return str(found) if found is not None else ""
