"""The working calendar 工作日历: which days differ from the plain week, kept in a table that operations staff maintain.

A year is seeded once from the public holiday lists; after that, what people entered stands.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import holidays
from sqlalchemy import extract, insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.language.schedule import Calendar
from engine.registry.believed import Believed
from engine.registry.models import CalendarDay

SEEDED_YEARS = range(2024, 2028)
KINDS = {"rest": "休息", "work": "上班"}

_kept: Believed[None, Calendar] = Believed()
forget = _kept.forget


def load(session: Session) -> Calendar:
    """The calendar of the office, as of at most a minute ago."""
    rows = _kept.rows()
    if None not in rows:
        rows[None] = _read(session)
    return rows[None]


def days(session: Session, year: int) -> list[CalendarDay]:
    """The days of a year that differ from the plain week, in order."""
    of_year = extract("year", CalendarDay.day_on) == year
    return list(session.scalars(select(CalendarDay).where(of_year).order_by(CalendarDay.day_on)))


def set_day(session: Session, day: date, kind: str | None, name: str = "") -> None:
    """Make `day` a day of rest or of work, or, with no kind, a plain day again."""
    if kind is not None and kind not in KINDS:
        raise Invalid(f"Expected rest or work, but got {kind!r}", problems={"kind": ["请选择休息或上班"]})
    found = session.get(CalendarDay, day)
    if kind is None:
        if found is not None:
            session.delete(found)
    else:
        session.merge(CalendarDay(day_on=day, kind=kind, name=name.strip() or KINDS[kind]))
    session.flush()
    _kept.changed(session)


def seed(session: Session, years: Iterable[int] = SEEDED_YEARS) -> None:
    """Enter statutory holidays and make-up days of the years that have none yet."""
    seeded = set(session.scalars(select(extract("year", CalendarDay.day_on)).distinct()))
    rows = [row for year in years if year not in seeded for row in _public_days(year)]
    if rows:
        session.execute(insert(CalendarDay), rows)
    forget()


def _read(session: Session) -> Calendar:
    rows = session.execute(select(CalendarDay.day_on, CalendarDay.kind)).all()
    return Calendar(
        rest=frozenset(day for day, kind in rows if kind == "rest"),
        work=frozenset(day for day, kind in rows if kind == "work"),
    )


def _public_days(year: int) -> list[dict[str, Any]]:
    public = holidays.country_holidays("CN", years=year, language="zh_CN")
    rest = [{"day_on": day, "kind": "rest", "name": public[day][:40]} for day in public if day.year == year]
    first = date(year, 1, 1)
    year_of_days = (first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days))
    work = [
        {"day_on": day, "kind": "work", "name": "调休上班"}
        for day in year_of_days
        if day.weekday() >= 5 and public.is_working_day(day)
    ]
    return rest + work
