"""监测对象: the households that are watched over against falling back into poverty, counted and listed (C1).

The rule: a household is watched from the day on which it was listed until its risk is gone, which is as long as its
case of support runs; whoever looks sees those over whose cases they watch.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, cast, false, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.casework import deployments, listed
from engine.casework.listed import Listed
from engine.casework.measure_counts import variable, when
from engine.casework.models import Case
from engine.casework.paging import Page, bounds
from engine.language.forms import Field
from engine.registry import access, regions
from engine.registry.actors import Actor

PROCESS = "gov_lift_support"
KIND, RISK, MEMBERS = "monitorKind", "riskCode", "members"
MONTH = timedelta(days=30)
UNSAID = "没有登记"
# The digits of the regions below one with so many.
_BELOW = {2: 4, 4: 6, 6: 9, 9: 12, 12: 12}


@dataclass(frozen=True)
class Share:
    """A part of the households: of a kind, a risk or a place. `code`: by which the list is narrowed to it."""

    code: str
    name: str
    households: int
    persons: int


@dataclass(frozen=True)
class Figures:
    """Who is watched now; `listed` and `cleared`: in the last 30 days."""

    households: int
    persons: int
    listed: int
    cleared: int
    kinds: tuple[Share, ...]
    risks: tuple[Share, ...]
    places: tuple[Share, ...]


@dataclass(frozen=True)
class Household:
    """A line of the list."""

    case: Listed
    kind: str
    risk: str
    persons: int


def figures(session: Session, actor: Actor, now: datetime) -> Figures:
    """The board: one statement over the cases that the actor watches over."""
    place = func.substr(Case.region_code, 1, _digits(actor))
    parts = (place, variable(session, Case.variables, KIND), variable(session, Case.variables, RISK))
    watched = Case.state != "ended"
    since = now - MONTH
    cleared = (Case.outcome == "COMPLETED") & (Case.ended_at >= since)
    sums = (
        when(watched), when(watched, _persons(session)), when(Case.started_at >= since), when(cleared)
    )  # fmt: skip
    wanted = select(*parts, *sums).where(*_readable(actor)).group_by(*parts)
    rows = session.execute(wanted).all()
    households, persons, recent, gone = (sum(int(row[at] or 0) for row in rows) for at in range(3, 7))
    words = _labels(session, now)
    return Figures(
        households,
        persons,
        recent,
        gone,
        kinds=_shares(rows, 1, {}),
        risks=_shares(rows, 2, words),
        places=_shares(rows, 0, _names(session, {row[0] for row in rows})),
    )


def listing(
    session: Session, actor: Actor, now: datetime, narrowed: Mapping[str, str], *, page: int = 1, size: int = 30
) -> Page[Household]:
    """The households, the newest first; `narrowed`: to the codes of a `kind`, a `risk`, a `place`."""
    where = [*_readable(actor), Case.state != "ended"]
    for name, key in (("kind", KIND), ("risk", RISK)):
        if said := narrowed.get(name):
            column = variable(session, Case.variables, key)
            where.append(column.is_(None) if said == UNSAID else column == said)
    if narrowed.get("place", "").isdecimal():
        where.append(regions.within(Case.region_code, narrowed["place"]))
    wanted = select(Case.id).where(*where).order_by(Case.id.desc())
    here = bounds(session, wanted, page, size)
    found = session.scalars(wanted.limit(here.size).offset(here.offset)).all()
    rows, words = listed.of(session, found), _labels(session, now)
    return here.with_rows([_household(rows[case_id], words) for case_id in found])


def _household(case: Listed, words: Mapping[str, str]) -> Household:
    told = case.variables or {}
    risk, members = str(told.get(RISK) or ""), told.get(MEMBERS)
    persons = len(members) if isinstance(members, list) else 1
    return Household(case, str(told.get(KIND) or UNSAID), words.get(risk, risk or UNSAID), persons)


def _readable(actor: Actor) -> list[ColumnElement[bool]]:
    ways = or_(false(), *access.watched_ways(actor, Case))
    return [Case.item_code == PROCESS, Case.process_key == PROCESS, Case.subject_id.is_(None), ways]


def _digits(actor: Actor) -> int:
    """Of the regions by which the actor's own is divided."""
    widest = min((len(post.region_prefix) for post in actor.posts if post.reads), default=6)
    return _BELOW[widest]


def _persons(session: Session) -> Any:
    """How many persons a household has, read by the database."""
    if session.get_bind().dialect.name == "postgresql":
        members = func.json_extract_path(cast(Case.variables, postgresql.JSON), MEMBERS)
        return func.coalesce(func.json_array_length(members), 1)
    return func.coalesce(func.json_array_length(Case.variables, f"$.{MEMBERS}"), 1)


def _shares(rows: Sequence[Any], at: int, names: Mapping[str, str]) -> tuple[Share, ...]:
    """The parts by one column, the largest first."""
    households, persons = Counter[str](), Counter[str]()
    for row in rows:
        households[row[at] or UNSAID] += int(row[3] or 0)
        persons[row[at] or UNSAID] += int(row[4] or 0)
    ordered = sorted(households, key=lambda code: (-households[code], code))
    return tuple(
        Share(code, names.get(code, code), households[code], persons[code]) for code in ordered if households[code]
    )


def _names(session: Session, prefixes: set[str]) -> dict[str, str]:
    """What the regions are called whose codes begin so."""
    return {prefix: regions.get(session, prefix.ljust(6, "0")).name for prefix in prefixes}


def _labels(session: Session, now: datetime) -> dict[str, str]:
    """What the kinds of risk are called, by the form with which a household is put on the list."""
    version = deployments.active_id(session, PROCESS, regions.PROVINCE, now)
    if version is None:
        return {}
    plan = deployments.bundle_of(session, version)
    fields: list[Field] = [field for form in plan.forms.values() for field in form.fields if field.key == RISK]
    return {option.written: option.label for field in fields for option in field.options}
